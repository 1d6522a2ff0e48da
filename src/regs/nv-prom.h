/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_PROM_H
#define NV_REGS_NV_PROM_H

#include "regs/regs.h"

/* The VBIOS image, read as dwords. */
#define NV_PROM_DATA(off)			(0x300000 + (off))
#define NV_PROM_SIZE				0x100000

#endif
