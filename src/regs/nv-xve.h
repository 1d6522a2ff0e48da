/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_XVE_H
#define NV_REGS_NV_XVE_H

#include "regs/regs.h"

/* PCI config space, mirrored in the register aperture. */
#define NV_PCFG_BASE				0x088000
#define NV_PCFG_SIZE				0x001000
#define NV_XVE_ID				0x000
#define NV_XVE_REV_ID				0x008
#define NV_XVE_SUBSYSTEM			0x02c
#define NV_XVE_MSI_CTRL				0x068
#define  NV_XVE_MSI_CTRL_ENABLE			BIT(16)
#define NV_XVE_DEVICE_CONTROL_STATUS		0x080
#define NV_XVE_LINK_CAPABILITIES		0x084
#define NV_XVE_LINK_CONTROL_STATUS		0x088
#define NV_XVE_CYA_2				0x704	/* written 0: MSI may be sent again */
#define NV_XVE_RESIZE_BAR1_CTRL			0xbc0
#define  NV_XVE_RESIZE_BAR1_CTRL_SIZE		GENMASK(12, 8)	/* log2(MiB) */

#endif
