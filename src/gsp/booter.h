/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_BOOTER_H
#define NV_GSP_BOOTER_H

#include "gsp/falcon.h"
#include "gsp/firmware.h"

/**
 * nv_booter_init() - make a booter image ready to run
 * @hw: registers are readable: fuses choose the signature
 * @ucode: filled in
 * @file: the image's file; not needed afterwards
 *
 * Return: 0; -EINVAL if the file is malformed, -EIO if it has no signature for this
 * GPU, each with one log line; -ENODEV, -ENOMEM.
 */
int nv_booter_init(struct nv_hw *hw, struct nv_falcon_ucode *ucode,
		   const struct nv_firmware_file *file);

/**
 * nv_booter_run() - reset SEC2 and run booter there
 * @sec2: SEC2's falcon
 * @ucode: booter load or booter unload
 * @mailbox0: its arguments
 * @mailbox1: likewise
 *
 * Return: 0; -EIO if it failed, -ETIMEDOUT, -ENODEV, each with one log line.
 */
int nv_booter_run(const struct nv_falcon *sec2, const struct nv_falcon_ucode *ucode,
		  u32 mailbox0, u32 mailbox1);

#endif
