// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Ranges that are mapped as a whole: pools of semaphores, which CPU and GPU share, and the page
 * through which compute work launches more of it.
 */
#include <linux/bits.h>
#include <linux/slab.h>

#include "rm/uvm.h"
#include "uvm/uvm.h"

/* Nobody needs more, and a program is to get no more at once. */
#define POOL_MAX	BIT_ULL(30)
#define MESSAGES_MAX	BIT_ULL(21)

u32 uvm_range_map_whole(struct uvm_range *range, struct uvm_gpu *gpu)
{
	const struct rm_uvm_target target = { .memory = range->memory };
	u32 status;

	status = uvm_mapping_new(range, gpu, range->node.start, uvm_range_size(range), &target);
	if (status == NV_OK && range->memory)
		rm_uvm_memory_hold(range->memory);
	return status;
}

/* A pool's pages are made for one GPU's DMA; a second GPU is told so when it registers. */
static struct uvm_gpu *pool_gpu(struct uvm_va_space *vs)
{
	return list_first_entry_or_null(&vs->gpus, struct uvm_gpu, node);
}

u32 uvm_range_fill(struct uvm_va_space *vs, struct uvm_range *range)
{
	struct uvm_gpu *gpu = pool_gpu(vs);
	u32 status;

	if (!gpu)
		return NV_ERR_INVALID_DEVICE;
	status = rm_uvm_memory_new(vs->os->rm, gpu->gpu, uvm_range_size(range), &range->memory);
	if (status == NV_OK && gpu->vaspace)
		status = uvm_range_map_whole(range, gpu);
	return status;
}

u32 uvm_alloc_semaphore_pool(struct uvm_va_space *vs, void *params)
{
	const struct uvm_alloc_semaphore_pool_params *p = params;
	struct uvm_range *range;
	u32 status;

	if (p->gpus > UVM_MAX_GPUS || p->length > POOL_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	range = uvm_range_new(vs, UVM_RANGE_POOL, p->base, p->length, &status);
	if (range) {
		status = uvm_range_fill(vs, range);
		if (status != NV_OK)
			uvm_range_destroy(vs, range);
	}
	mutex_unlock(&vs->lock);
	return status;
}

static u32 map_messages(struct uvm_va_space *vs, const struct uvm_range_gpu_params *p)
{
	struct uvm_gpu *gpu = uvm_gpu_find(vs, &p->gpu);
	struct uvm_range *range;
	u32 status;

	if (!gpu || !gpu->vaspace)
		return NV_ERR_INVALID_DEVICE;
	range = uvm_range_new(vs, UVM_RANGE_MESSAGES, p->base, p->length, &status);
	if (!range)
		return status;
	range->gpu = gpu;
	status = uvm_range_map_whole(range, gpu);
	if (status != NV_OK)
		uvm_range_destroy(vs, range);
	return status;
}

u32 uvm_map_dynamic_parallelism(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_gpu_params *p = params;
	u32 status;

	if (p->length > MESSAGES_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	status = map_messages(vs, p);
	mutex_unlock(&vs->lock);
	return status;
}
