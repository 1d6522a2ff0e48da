/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_PDISP_H
#define NV_REGS_NV_PDISP_H

#include "regs/regs.h"

#define NV_PDISP_VGA_WORKSPACE_BASE		0x625f04
#define  NV_PDISP_VGA_WORKSPACE_BASE_VALID	BIT(3)
#define  NV_PDISP_VGA_WORKSPACE_BASE_ADDR	GENMASK(31, 8)	/* address >> 16 */

#endif
