/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_FB_LAYOUT_H
#define NV_GSP_FB_LAYOUT_H

#include "abi/gsp-boot.h"
#include "hal/hal.h"
#include "nv-hw.h"

/**
 * nv_fb_layout() - decide where in video memory GSP-RM and its memory go
 * @hw: tells the size of video memory and what display has taken of it
 * @chip: sizes of GSP-RM's heap
 * @meta: sizes of image and bootloader are set; all offsets and other sizes are filled in
 *
 * Return: 0; -EIO with one log line if video memory is too small, -ENODEV.
 */
int nv_fb_layout(struct nv_hw *hw, const struct nv_chip *chip, struct gsp_fw_wpr_meta *meta);

#endif
