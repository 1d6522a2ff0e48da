/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_NV_MMU_FAULT_H
#define NV_REGS_NV_MMU_FAULT_H

#include "regs/nv-intr.h"

/**
 * DOC: fault buffers and access counters
 *
 * Two rings in memory that the GMMU writes: ring 0 holds faults that stop a channel, ring 1
 * those that an engine replays. GET and PUT count entries. A third ring holds notifications
 * of access counters (open-gpu-kernel-modules 550.163.01, dev_vm.h, dev_fb.h, clc369.h).
 */
#define NV_MMU_FAULT_BUFFERS			2
#define NV_MMU_FAULT_BUFFER_REPLAYABLE		1
#define NV_MMU_FAULT_BUFFER(i)			NV_VREG(0x3000 + 0x20 * (i))
#define NV_MMU_FAULT_BUFFER_LO(i)		(NV_MMU_FAULT_BUFFER(i) + 0x00)
#define NV_MMU_FAULT_BUFFER_HI(i)		(NV_MMU_FAULT_BUFFER(i) + 0x04)
#define NV_MMU_FAULT_BUFFER_GET(i)		(NV_MMU_FAULT_BUFFER(i) + 0x08)
#define NV_MMU_FAULT_BUFFER_PUT(i)		(NV_MMU_FAULT_BUFFER(i) + 0x0c)
#define NV_MMU_FAULT_BUFFER_SIZE(i)		(NV_MMU_FAULT_BUFFER(i) + 0x10)
#define  NV_MMU_FAULT_BUFFER_PTR		GENMASK(19, 0)
#define  NV_MMU_FAULT_BUFFER_GETPTR_CORRUPTED	BIT(30)
#define  NV_MMU_FAULT_BUFFER_OVERFLOW		BIT(31)
#define  NV_MMU_FAULT_BUFFER_SIZE_ENABLE	BIT(31)
#define NV_MMU_PAGE_FAULT_CTRL			NV_VREG(0x3070)
#define  NV_MMU_PAGE_FAULT_CTRL_PRF_FILTER	GENMASK(1, 0)
#define NV_MMU_FAULT_ADDR_LO			NV_VREG(0x3080)
#define NV_MMU_FAULT_STATUS			NV_VREG(0x3094)

#define NV_ACCESS_COUNTER_CONFIG		NV_VREG(0x3100)
#define NV_ACCESS_COUNTER_BUFFER_LO		NV_VREG(0x3108)
#define  NV_ACCESS_COUNTER_BUFFER_LO_EN		BIT(0)
#define NV_ACCESS_COUNTER_BUFFER_HI		NV_VREG(0x310c)
#define NV_ACCESS_COUNTER_BUFFER_SIZE		NV_VREG(0x3110)
#define NV_ACCESS_COUNTER_BUFFER_GET		NV_VREG(0x3114)
#define NV_ACCESS_COUNTER_BUFFER_PUT		NV_VREG(0x3118)
#define NV_ACCESS_COUNTER_BUFFER_INFO		NV_VREG(0x311c)

/* An entry of a fault buffer is eight words; the upper half of an address is the word after. */
#define NV_MMU_FAULT_ENTRY_WORDS		8
#define NV_MMU_FAULT_ENTRY_INST			0
#define  NV_MMU_FAULT_ENTRY_INST_APERTURE	GENMASK(9, 8)
#define   NV_MMU_FAULT_ENTRY_INST_APERTURE_VID	0
#define   NV_MMU_FAULT_ENTRY_INST_APERTURE_SYS	2
#define NV_MMU_FAULT_ENTRY_ADDR			2
#define NV_MMU_FAULT_ENTRY_TIMESTAMP		4
#define NV_MMU_FAULT_ENTRY_ENGINE		6
#define  NV_MMU_FAULT_ENTRY_ENGINE_GRAPHICS	64	/* plus number of the subcontext */
#define NV_MMU_FAULT_ENTRY_INFO			7
#define  NV_MMU_FAULT_ENTRY_TYPE		GENMASK(4, 0)
#define   NV_MMU_FAULT_ENTRY_TYPE_PTE		2
#define   NV_MMU_FAULT_ENTRY_TYPE_RO		6
#define  NV_MMU_FAULT_ENTRY_REPLAYABLE		BIT(7)
#define  NV_MMU_FAULT_ENTRY_ACCESS		GENMASK(19, 16)
#define   NV_MMU_FAULT_ENTRY_ACCESS_READ	0
#define   NV_MMU_FAULT_ENTRY_ACCESS_WRITE	1
#define  NV_MMU_FAULT_ENTRY_REPLAYABLE_EN	BIT(30)
#define  NV_MMU_FAULT_ENTRY_VALID		BIT(31)

#endif
