// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Rings in memory that the GMMU writes: faults that can be replayed, and notifications of
 * access counters. GSP-RM gives them their pages; nvidia-uvm moves GET by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"
#include "regs/nv-mmu-fault.h"

#define PAGE			0x1000u

/* Vectors as the driver's interrupt table has them. */
#define REPLAYABLE_VECTOR	64
#define ACCESS_COUNTER_VECTOR	72

struct ring {
	u64 page[SG_RING_PAGES_MAX];
	u32 entries;			/* 0 while it is off */
	u32 get, put;
	bool overflow;
};

struct softgpu_faults {
	struct ring ring[SG_RINGS];
	u32 fault_ctrl, fault_status, counter_config;
};

static const u32 vectors[SG_RINGS] = {
	[SG_RING_REPLAYABLE] = REPLAYABLE_VECTOR,
	[SG_RING_ACCESS_COUNTER] = ACCESS_COUNTER_VECTOR,
};

bool sg_ring_set(struct softgpu *gpu, enum sg_ring which, const u64 *page, u32 size)
{
	struct ring *ring = &gpu->faults->ring[which];
	u32 pages = (size + PAGE - 1) / PAGE;

	if (pages > SG_RING_PAGES_MAX || (size && size < 2 * SG_RING_ENTRY))
		return false;
	memset(ring, 0, sizeof(*ring));
	if (pages)
		memcpy(ring->page, page, pages * sizeof(*page));
	ring->entries = size / SG_RING_ENTRY;
	return true;
}

bool sg_ring_is_on(const struct softgpu *gpu, enum sg_ring which)
{
	return gpu->faults->ring[which].entries;
}

/* An entry never lies across pages. A ring that is full loses what comes. */
bool sg_ring_push(struct softgpu *gpu, enum sg_ring which, const void *entry)
{
	struct ring *ring = &gpu->faults->ring[which];
	u64 offset = (u64)ring->put * SG_RING_ENTRY;
	u32 next = ring->put + 1 < ring->entries ? ring->put + 1 : 0;

	if (!ring->entries)
		return false;
	if (next == ring->get) {
		ring->overflow = true;
		return false;
	}
	if (!sg_dma_write(gpu, ring->page[offset / PAGE] + offset % PAGE, entry, SG_RING_ENTRY))
		return false;
	ring->put = next;
	sg_intr_raise(gpu, vectors[which]);
	return true;
}

/* What is still there raises its interrupt again. */
static void set_get(struct softgpu *gpu, enum sg_ring which, u32 val)
{
	struct ring *ring = &gpu->faults->ring[which];
	u32 get = FIELD_GET(NV_MMU_FAULT_BUFFER_PTR, val);

	if (val & NV_MMU_FAULT_BUFFER_OVERFLOW)
		ring->overflow = false;
	if (get >= ring->entries) {
		sg_log(gpu, "GET of ring %d set to %u of %u entries", which, get, ring->entries);
		return;
	}
	ring->get = get;
	if (ring->get != ring->put)
		sg_intr_raise(gpu, vectors[which]);
}

static u32 pointer(const struct ring *ring, u32 at)
{
	return at | (ring->overflow ? (u32)NV_MMU_FAULT_BUFFER_OVERFLOW : 0);
}

u32 sg_faults_read(struct softgpu *gpu, u32 off)
{
	struct softgpu_faults *faults = gpu->faults;
	struct ring *replayable = &faults->ring[SG_RING_REPLAYABLE];
	struct ring *counters = &faults->ring[SG_RING_ACCESS_COUNTER];

	switch (off) {
	case NV_MMU_FAULT_BUFFER_GET(NV_MMU_FAULT_BUFFER_REPLAYABLE):
		return pointer(replayable, replayable->get);
	case NV_MMU_FAULT_BUFFER_PUT(NV_MMU_FAULT_BUFFER_REPLAYABLE):
		return pointer(replayable, replayable->put);
	case NV_MMU_FAULT_BUFFER_SIZE(NV_MMU_FAULT_BUFFER_REPLAYABLE):
		return replayable->entries |
		       (replayable->entries ? (u32)NV_MMU_FAULT_BUFFER_SIZE_ENABLE : 0);
	case NV_MMU_PAGE_FAULT_CTRL:
		return faults->fault_ctrl;
	case NV_MMU_FAULT_STATUS:
		return faults->fault_status;
	case NV_ACCESS_COUNTER_CONFIG:
		return faults->counter_config;
	case NV_ACCESS_COUNTER_BUFFER_SIZE:
		return SG_ACCESS_COUNTER_ENTRIES;
	case NV_ACCESS_COUNTER_BUFFER_GET:
		return counters->get;
	case NV_ACCESS_COUNTER_BUFFER_PUT:
		return counters->put;
	case NV_ACCESS_COUNTER_BUFFER_INFO:
		return counters->overflow;
	}
	sg_unknown(gpu, "reg read", off);
	return SG_PRI_ERROR;
}

void sg_faults_write(struct softgpu *gpu, u32 off, u32 val)
{
	struct softgpu_faults *faults = gpu->faults;

	switch (off) {
	case NV_MMU_FAULT_BUFFER_GET(NV_MMU_FAULT_BUFFER_REPLAYABLE):
		return set_get(gpu, SG_RING_REPLAYABLE, val);
	case NV_ACCESS_COUNTER_BUFFER_GET:
		return set_get(gpu, SG_RING_ACCESS_COUNTER, val);
	case NV_MMU_PAGE_FAULT_CTRL:
		faults->fault_ctrl = val;
		return;
	case NV_MMU_FAULT_STATUS:
		faults->fault_status &= ~val;
		return;
	case NV_ACCESS_COUNTER_CONFIG:
		faults->counter_config = val;
		return;
	}
	sg_unknown(gpu, "reg write", off);
}

void sg_faults_reset(struct softgpu *gpu)
{
	memset(gpu->faults, 0, sizeof(*gpu->faults));
}

int sg_faults_init(struct softgpu *gpu)
{
	gpu->faults = calloc(1, sizeof(*gpu->faults));
	return gpu->faults ? 0 : -ENOMEM;
}
