/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_INTR_H
#define NV_REGS_NV_INTR_H

#include "regs/regs.h"

/**
 * DOC: interrupt tree
 *
 * A vector v is bit v % 32 of leaf v / 32; two leaves form a subtree, which is a
 * bit of the top register. It lies in the virtual-function block, whose physical
 * place is NV_VIRTUAL_FUNCTION_FULL_PHYS_OFFSET.
 */
#define NV_VIRTUAL_FUNCTION_FULL_PHYS_OFFSET	0xb80000
#define NV_VREG(off)				(NV_VIRTUAL_FUNCTION_FULL_PHYS_OFFSET + (off))

#define NV_CPU_INTR_LEAF_COUNT			8
#define NV_CPU_INTR_LEAF(i)			NV_VREG(0x1000 + 4 * (i))
#define NV_CPU_INTR_LEAF_EN_SET(i)		NV_VREG(0x1200 + 4 * (i))
#define NV_CPU_INTR_LEAF_EN_CLEAR(i)		NV_VREG(0x1400 + 4 * (i))
#define NV_CPU_INTR_TOP				NV_VREG(0x1600)
#define NV_CPU_INTR_TOP_EN_SET			NV_VREG(0x1608)
#define NV_CPU_INTR_TOP_EN_CLEAR		NV_VREG(0x1610)
#define NV_CPU_INTR_LEAF_TRIGGER		NV_VREG(0x1640)
#define  NV_CPU_INTR_LEAF_TRIGGER_VECTOR	GENMASK(11, 0)

#define NV_CPU_INTR_VECTOR_LEAF(v)		((v) / 32)
#define NV_CPU_INTR_VECTOR_BIT(v)		BIT((v) % 32)
#define NV_CPU_INTR_VECTOR_SUBTREE(v)		((v) / 64)

#define NV_CPU_DOORBELL_VECTOR			129	/* used to test that interrupts arrive */

/* The clock as user space may read it. */
#define NV_VIRTUAL_FUNCTION_TIME_0		NV_VREG(0x30080)
#define NV_VIRTUAL_FUNCTION_TIME_1		NV_VREG(0x30084)
#define NV_VIRTUAL_FUNCTION_DOORBELL		NV_VREG(0x30090)

#endif
