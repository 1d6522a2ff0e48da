// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Managed memory: what a process maps of its VA space is memory that CPU and GPUs may touch at
 * any time. It lies in system memory and is mapped everywhere from the beginning, so that
 * nobody ever faults and nothing moves: where a program wants it to be is a wish.
 */
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "nv-hw.h"
#include "rm/uvm.h"
#include "uvm/uvm.h"

u32 uvm_map_cpu(struct uvm_va_space *vs, u64 base, u64 length, struct rm_memory **memory)
{
	struct uvm_range *range;
	u32 status;

	mutex_lock(&vs->lock);
	uvm_reap(vs);
	range = uvm_range_find_exact(vs, base, length);
	if (range && range->kind == UVM_RANGE_POOL) {
		status = NV_OK;
	} else if (vs->dead) {
		status = NV_ERR_PAGE_TABLE_NOT_AVAIL;
	} else {
		range = uvm_range_new(vs, UVM_RANGE_MANAGED, base, length, &status);
		if (range)
			status = uvm_range_fill(vs, range);
		if (range && status != NV_OK)
			uvm_range_destroy(vs, range);
	}
	if (status == NV_OK) {
		range->cpu_maps++;
		rm_uvm_memory_hold(range->memory);
		*memory = range->memory;
	}
	mutex_unlock(&vs->lock);
	return status;
}

void uvm_map_cpu_again(struct uvm_va_space *vs, u64 base)
{
	struct uvm_range *range;

	mutex_lock(&vs->lock);
	range = uvm_range_find(vs, base, UVM_PAGE);
	if (range)
		range->cpu_maps++;
	mutex_unlock(&vs->lock);
}

void uvm_unmap_cpu(struct uvm_va_space *vs, u64 base, bool now)
{
	struct uvm_range *range;

	mutex_lock(&vs->lock);
	range = uvm_range_find(vs, base, UVM_PAGE);
	if (range && range->cpu_maps)
		range->cpu_maps--;
	vs->unreaped |= range && range->kind == UVM_RANGE_MANAGED && !range->cpu_maps;
	if (now)
		uvm_reap(vs);
	mutex_unlock(&vs->lock);
}

void uvm_reap(struct uvm_va_space *vs)
{
	struct uvm_range *range;
	u64 next = 0;

	lockdep_assert_held(&vs->lock);
	if (!vs->unreaped)
		return;
	vs->unreaped = false;
	while ((range = uvm_range_next(vs, next))) {
		next = range->node.last + 1;
		if (range->kind == UVM_RANGE_MANAGED && !range->cpu_maps)
			uvm_range_destroy(vs, range);
	}
}

/* Where memory may be wished to */

/* open-gpu-kernel-modules 550.163.01, nvCpuUuid.c */
static const struct uvm_uuid cpu_uuid = { {
	0xa6, 0x5e, 0x0f, 0x4e, 0xd7, 0xd4, 0x7b, 0xa2,
	0x50, 0x47, 0x41, 0x2c, 0x14, 0x2a, 0x77, 0x73,
} };

static u32 check_place(struct uvm_va_space *vs, const struct uvm_uuid *place, s32 cpu_node)
{
	struct uvm_gpu *gpu;

	if (!memcmp(place, &cpu_uuid, sizeof(*place)))
		return cpu_node >= -1 ? NV_OK : NV_ERR_INVALID_ARGUMENT;
	gpu = uvm_gpu_find(vs, place);
	return gpu && gpu->vaspace ? NV_OK : NV_ERR_INVALID_DEVICE;
}

/* Is there managed memory at all of these addresses? */
static u32 check_managed(struct uvm_va_space *vs, u64 base, u64 length)
{
	struct uvm_range *range;
	u64 last = base + length - 1;

	if (!uvm_range_valid(base, length))
		return NV_ERR_INVALID_ADDRESS;
	for (;;) {
		range = uvm_range_find(vs, base, UVM_PAGE);
		if (!range || range->kind != UVM_RANGE_MANAGED)
			return NV_ERR_INVALID_ADDRESS;
		if (range->node.last >= last)
			return NV_OK;
		base = range->node.last + 1;
	}
}

u32 uvm_advise(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_params *p = params;
	u32 status;

	mutex_lock(&vs->lock);
	status = check_managed(vs, p->base, p->length);
	mutex_unlock(&vs->lock);
	return status;
}

static u32 advise_place(struct uvm_va_space *vs, u64 base, u64 length,
			const struct uvm_uuid *place, s32 cpu_node)
{
	u32 status;

	mutex_lock(&vs->lock);
	status = check_managed(vs, base, length);
	if (status == NV_OK)
		status = check_place(vs, place, cpu_node);
	mutex_unlock(&vs->lock);
	return status;
}

u32 uvm_set_preferred_location(struct uvm_va_space *vs, void *params)
{
	const struct uvm_preferred_location_params *p = params;

	return advise_place(vs, p->base, p->length, &p->location, p->cpu_numa_node);
}

u32 uvm_advise_accessed_by(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_gpu_params *p = params;

	return advise_place(vs, p->base, p->length, &p->gpu, -1);
}

/* Going there */

/* Whoever waits for memory to have moved waits for a word in a pool. */
static u32 find_semaphore(struct uvm_va_space *vs, u64 addr, struct uvm_range **pool)
{
	struct uvm_range *range = uvm_range_find(vs, ALIGN_DOWN(addr, UVM_PAGE), UVM_PAGE);

	if (addr % sizeof(u32) || !range || range->kind != UVM_RANGE_POOL)
		return NV_ERR_INVALID_ADDRESS;
	*pool = range;
	return NV_OK;
}

struct release {
	u64 offset;
	u32 payload;
};

static int release_word(void *ctx, const struct nv_dma *dma)
{
	const struct release *release = ctx;

	WRITE_ONCE(*(u32 *)(dma->cpu + release->offset), release->payload);
	return 0;
}

static u32 migrate(struct uvm_va_space *vs, const struct uvm_migrate_params *p)
{
	struct release release = { .payload = p->semaphore_payload };
	struct uvm_range *pool = NULL;
	u32 status = NV_OK;

	if (p->semaphore)
		status = find_semaphore(vs, p->semaphore, &pool);
	if (status == NV_OK)
		status = check_place(vs, &p->destination, p->cpu_numa_node);
	if (status == NV_OK && p->length)
		status = check_managed(vs, p->base, p->length);
	if (status != NV_OK || !pool)
		return status;
	release.offset = p->semaphore - pool->node.start;
	rm_uvm_memory_pages(pool->memory, release_word, &release);
	return NV_OK;
}

/* What it has to have moved by then is where it always was. */
u32 uvm_migrate(struct uvm_va_space *vs, void *params)
{
	const struct uvm_migrate_params *p = params;
	bool async = p->flags & UVM_MIGRATE_FLAG_ASYNC;
	u32 status;

	if (p->flags & ~(u32)UVM_MIGRATE_FLAG_ASYNC || (p->semaphore && !async) ||
	    (!p->length && !p->semaphore))
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	status = migrate(vs, p);
	mutex_unlock(&vs->lock);
	return status;
}
