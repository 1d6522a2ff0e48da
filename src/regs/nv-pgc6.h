/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_PGC6_H
#define NV_REGS_NV_PGC6_H

#include "regs/regs.h"

/* Always-on island: how far the firmware that runs before any driver has come. */
#define NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_PRIV_LEVEL_MASK	0x118128
#define  NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_READ_LEVEL0	BIT(0)
#define NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_0_GFW_BOOT		0x118234
#define  NV_PGC6_GFW_BOOT_PROGRESS				GENMASK(7, 0)
#define   NV_PGC6_GFW_BOOT_PROGRESS_COMPLETED			0xff
#define NV_PGC6_AON_SECURE_SCRATCH_GROUP_42			0x1183a4	/* usable FB, MiB */
#define NV_PGC6_BSI_SECURE_SCRATCH_14				0x1180f8
#define  NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF	BIT(26)

#endif
