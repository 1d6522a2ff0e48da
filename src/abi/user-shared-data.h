/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_USER_SHARED_DATA_H
#define NV_ABI_USER_SHARED_DATA_H

#include <linux/bits.h>

#include "abi/abi.h"

/**
 * DOC: RM_USER_SHARED_DATA
 *
 * A page of system memory that user space maps to read without a call (class 00de).
 * The driver keeps the first part; GSP-RM writes the sections after it, those whose
 * bits are in the mask that control USER_SHARED_DATA_SET_DATA_POLL gave last. Each has
 * a time stamp first, in ns of PTIMER: 0 as long as the section was never written,
 * all ones while it is.
 *
 * Source: open-gpu-kernel-modules 550.163.01, cl00de.h.
 */

#define NV00DE_RUSD_POLL_CLOCK		BIT(0)
#define NV00DE_RUSD_POLL_PERF		BIT(1)
#define NV00DE_RUSD_POLL_MEMORY		BIT(2)
#define NV00DE_RUSD_POLL_POWER		BIT(3)
#define NV00DE_RUSD_POLL_THERMAL	BIT(4)

struct nv00de_alloc_parameters {
	u64 polled_data_mask;		/* NV00DE_RUSD_POLL_* */
};
NV_ABI_SIZE(struct nv00de_alloc_parameters, 8);

struct nv00de_ctrl_request_data_poll_params {
	u64 polled_data_mask;
};
NV_ABI_SIZE(struct nv00de_ctrl_request_data_poll_params, 8);

#define NV00DE_TIMESTAMP_WRITING	(~0ull)

/* The driver's part; an even number of starts and ends of writing is in @seq. */
struct nv00de_driver_part {
	u64 seq;
	u32 bar1_size;			/* KiB */
	u32 bar1_avail_size;
	u64 total_pma_memory;
	u64 free_pma_memory;
};
NV_ABI_SIZE(struct nv00de_driver_part, 0x20);

struct nv00de_clocks {
	u64 timestamp;
	u32 graphics;			/* all in MHz */
	u32 memory;
	u32 video;
	u32 sm;
};
NV_ABI_SIZE(struct nv00de_clocks, 24);

#define NV00DE_CLK_EVENT_GPU_IDLE	BIT(0)

/* One number, with 4 bytes of padding: event reasons, utilisation, P-state. */
struct nv00de_word {
	u64 timestamp;
	u32 value;
	u32 pad;
};
NV_ABI_SIZE(struct nv00de_word, 16);

struct nv00de_utilization {
	u64 timestamp;
	u8 gpu;				/* per cent */
	u8 memory;
	u8 pad[6];
};
NV_ABI_SIZE(struct nv00de_utilization, 16);

struct nv00de_memory_errors {
	u64 timestamp;
	u64 count[3][4];
};
NV_ABI_SIZE(struct nv00de_memory_errors, 104);

struct nv00de_power_limit {
	u64 timestamp;
	u32 requested;			/* mW */
	u32 enforced;
};
NV_ABI_SIZE(struct nv00de_power_limit, 16);

struct nv00de_temperature {
	u64 timestamp;
	s32 gpu;			/* degrees Celsius, 8 bits of them after the point */
	s32 memory;
};
NV_ABI_SIZE(struct nv00de_temperature, 16);

struct nv00de_row_remap {
	u64 timestamp;
	u32 histogram[5];
	u32 correctable;
	u32 uncorrectable;
	u8 pending;
	u8 failed;
	u8 pad[2];
};
NV_ABI_SIZE(struct nv00de_row_remap, 40);

struct nv00de_average_power {
	u64 timestamp;
	u32 gpu;			/* mW */
	u32 module;
	u32 memory;
	u32 pad;
};
NV_ABI_SIZE(struct nv00de_average_power, 24);

struct nv00de_instant_power {
	u64 timestamp;
	u32 gpu;			/* mW */
	u32 module;
};
NV_ABI_SIZE(struct nv00de_instant_power, 16);

struct nv00de_shared_data {
	struct nv00de_driver_part driver;
	struct nv00de_clocks clocks;
	struct nv00de_word event_reasons;
	struct nv00de_utilization utilization;
	struct nv00de_memory_errors memory_errors;
	struct nv00de_word pstate;
	struct nv00de_power_limit power_limit;
	struct nv00de_temperature temperature;
	struct nv00de_row_remap row_remap;
	struct nv00de_average_power average_power;
	struct nv00de_instant_power instant_power;
};
NV_ABI_SIZE(struct nv00de_shared_data, 0x140);
NV_ABI_OFFSET(struct nv00de_shared_data, clocks, 0x20);
NV_ABI_OFFSET(struct nv00de_shared_data, pstate, 0xc0);
NV_ABI_OFFSET(struct nv00de_shared_data, temperature, 0xe0);
NV_ABI_OFFSET(struct nv00de_shared_data, instant_power, 0x130);

#endif
