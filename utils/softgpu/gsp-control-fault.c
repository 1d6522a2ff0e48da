// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls with which nvidia.ko hands over memory for faults and access counters on behalf
 * of nvidia-uvm. Layouts: open-gpu-kernel-modules 550.163.01, ctrl2080internal.h.
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/math.h>

#include "gsp-rm.h"
#include "chip.h"

#define CTRL_REGISTER_ACCESS_CNTR_BUFFER	0x20800a1d
#define CTRL_UNREGISTER_ACCESS_CNTR_BUFFER	0x20800a1e
#define CTRL_REGISTER_FAULT_BUFFER		0x20800a9b
#define CTRL_UNREGISTER_FAULT_BUFFER		0x20800a9c
#define CTRL_REGISTER_CLIENT_SHADOW		0x20800a9d
#define CTRL_UNREGISTER_CLIENT_SHADOW		0x20800a9e

#define COUNTER_PAGES_MAX	64
#define FAULT_PAGES_MAX		256
#define SHADOW_PAGES_MAX	3000

struct access_counter_buffer {
	u32 index;
	u32 size;
	u64 page[COUNTER_PAGES_MAX];
};
NV_ABI_SIZE(struct access_counter_buffer, 520);

struct fault_buffer {
	u32 h_client;
	u32 h_object;
	u32 size;
	u32 pad;
	u64 page[FAULT_PAGES_MAX];
};
NV_ABI_SIZE(struct fault_buffer, 2064);

struct shadow_buffer {
	u64 queue;
	u32 size;
	u32 metadata_size;
	u64 page[SHADOW_PAGES_MAX];
	u32 type;
	u32 pad;
	u64 shared_memory;
};
NV_ABI_SIZE(struct shadow_buffer, 24032);

/* GSP-RM keeps it, since the chip forgets it in a suspend. */
static u32 set_ring(const struct gsp_call *call, enum sg_ring which, const u64 *page, u32 size)
{
	struct gsp_ring *ring = &call->rm->ring[which];

	if (!sg_ring_set(call->rm->gpu, which, page, size))
		return NV_ERR_INVALID_ARGUMENT;
	*ring = (struct gsp_ring){ .size = size };
	if (size)
		memcpy(ring->page, page, DIV_ROUND_UP(size, GSP_PAGE_SIZE) * sizeof(*page));
	return NV_OK;
}

static u32 register_access_counters(const struct gsp_call *call)
{
	const struct access_counter_buffer *args = call->params;

	if (args->index || args->size > COUNTER_PAGES_MAX * 0x1000)
		return NV_ERR_INVALID_ARGUMENT;
	return set_ring(call, SG_RING_ACCESS_COUNTER, args->page, args->size);
}

static u32 unregister_access_counters(const struct gsp_call *call)
{
	return set_ring(call, SG_RING_ACCESS_COUNTER, NULL, 0);
}

static u32 register_faults(const struct gsp_call *call)
{
	const struct fault_buffer *args = call->params;

	if (args->size > FAULT_PAGES_MAX * 0x1000)
		return NV_ERR_INVALID_ARGUMENT;
	return set_ring(call, SG_RING_REPLAYABLE, args->page, args->size);
}

static u32 unregister_faults(const struct gsp_call *call)
{
	return set_ring(call, SG_RING_REPLAYABLE, NULL, 0);
}

/* Where GSP-RM would copy faults that stop a channel. Those go to the driver as RC events. */
static u32 register_shadow(const struct gsp_call *call)
{
	const struct shadow_buffer *args = call->params;

	return args->size <= SHADOW_PAGES_MAX * 0x1000u && args->type <= 1 ?
	       NV_OK : NV_ERR_INVALID_ARGUMENT;
}

const struct gsp_control sg_controls_fault[] = {
	{ CTRL_REGISTER_ACCESS_CNTR_BUFFER, 520, register_access_counters },
	{ CTRL_UNREGISTER_ACCESS_CNTR_BUFFER, 4, unregister_access_counters },
	{ CTRL_REGISTER_FAULT_BUFFER, 2064, register_faults },
	{ CTRL_UNREGISTER_FAULT_BUFFER, 0, unregister_faults },
	{ CTRL_REGISTER_CLIENT_SHADOW, 24032, register_shadow },
	{ CTRL_UNREGISTER_CLIENT_SHADOW, 4, sg_control_accept },
	{ }
};
