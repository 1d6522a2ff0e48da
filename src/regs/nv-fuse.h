/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_FUSE_H
#define NV_REGS_NV_FUSE_H

#include "regs/regs.h"

#define NV_FUSE_OPT_SECURE_GSP_DEBUG_DIS	0x82074c	/* bit 0: a production board */
#define NV_FUSE_STATUS_OPT_DISPLAY		0x820c04
#define  NV_FUSE_STATUS_OPT_DISPLAY_DISABLED	BIT(0)
/* Version fuses of falcon images, by ucode id from 1: highest set bit + 1. */
#define NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(id)	(0x824140 + 4 * ((id) - 1))
#define NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(id)	(0x8241c0 + 4 * ((id) - 1))
#define  NV_FUSE_OPT_FPF_UCODE_VERSION_DATA	GENMASK(15, 0)
#define NV_FUSE_OPT_FPF_UCODE_ID_MAX		16

#endif
