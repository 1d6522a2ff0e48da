/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_PTIMER_H
#define NV_REGS_NV_PTIMER_H

#include "regs/regs.h"

/* The GPU's clock, ns in steps of 32. */
#define NV_PTIMER_INTR_0			0x009100
#define NV_PTIMER_INTR_EN_0			0x009140
#define NV_PTIMER_TIME_0			0x009400
#define NV_PTIMER_TIME_1			0x009410
#define NV_PTIMER_TIME_PRIV_LEVEL_MASK		0x009430
#define  NV_PTIMER_TIME_PRIV_LEVEL_MASK_WRITE	BIT(4)

#endif
