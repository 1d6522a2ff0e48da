/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_PFB_H
#define NV_REGS_NV_PFB_H

#include "regs/regs.h"

/* Memory: flush page in system memory, write-protected region 2, size. */
#define NV_PFB_NISO_FLUSH_SYSMEM_ADDR		0x100c10	/* address >> 8, low */
#define NV_PFB_NISO_FLUSH_SYSMEM_ADDR_HI	0x100c40	/* address >> 40 */
#define NV_PFB_PRI_MMU_WPR2_ADDR_LO		0x1fa824
#define NV_PFB_PRI_MMU_WPR2_ADDR_HI		0x1fa828
#define  NV_PFB_PRI_MMU_WPR2_ADDR_VAL		GENMASK(31, 4)	/* address >> 12 */
#define NV_UFLUSH_FB_FLUSH			0x070000
#define NV_UFLUSH_L2_FLUSH_DIRTY		0x070010
#define NV_VIRTUAL_FUNCTION_PRIV_L2_SYSMEM_INVALIDATE 0xb80f00

#endif
