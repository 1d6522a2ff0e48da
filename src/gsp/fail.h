/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_FAIL_H
#define NV_GSP_FAIL_H

#include "nv-hw.h"

/** nv_gone() - does the GPU not answer any more? */
bool nv_gone(struct nv_hw *hw);

/**
 * nv_fail() - log one line on why the hardware did not do as it should
 * @hw: the GPU
 * @err: what to return
 * @fmt: the reason as it appears; replaced if the GPU is gone, which is the real one then
 *
 * Return: @err, or -ENODEV if the GPU is gone.
 */
__printf(3, 4) int nv_fail(struct nv_hw *hw, int err, const char *fmt, ...);

#endif
