// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * RM_USER_SHARED_DATA: one page of a GPU that monitoring programs map instead of asking.
 * Some of it is written here, most of it by GSP-RM, as long as somebody wants it.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>

#include <asm/barrier.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "abi/user-shared-data.h"
#include "gsp/gsp.h"
#include "rm/memory.h"

#define SHARED_DATA_SIZE	0x1000
/* Each start of writing adds the first to the sequence number, each end the second. */
#define SEQ_START		BIT_ULL(20)
#define SEQ_END			(SEQ_START - 1)
#define SEQ_WRAP		BIT_ULL(18)

static struct rm_shared_data_object *rm_to_shared(struct rm_object *object)
{
	return container_of(object, struct rm_shared_data_object, base.object);
}

static u64 rm_shared_data_wanted(struct rm_gpu *rgpu)
{
	struct rm_shared_data_object *shared;
	u64 mask = 0;

	mutex_lock(&rgpu->lock);
	list_for_each_entry(shared, &rgpu->shared.wanting, node)
		mask |= shared->polled;
	mutex_unlock(&rgpu->lock);
	return mask;
}

/*
 * Tell GSP what is wanted now. No lock is held meanwhile: whoever finds that something
 * else is wanted after the message tells it once more, so the last message is right.
 */
static u32 rm_shared_data_poll(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	const u32 cmd = NV2080_CTRL_CMD_INTERNAL_USER_SHARED_DATA_SET_DATA_POLL;
	u64 mask, sent;
	u32 status;

	mask = rm_shared_data_wanted(rgpu);
	do {
		sent = mask;
		status = nv_gsp_internal_control(gpu->gsp, cmd, &sent, sizeof(sent));
		sent = mask;
		mask = rm_shared_data_wanted(rgpu);
	} while (status == NV_OK && mask != sent);
	return status;
}

void rm_shared_data_update(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct nv00de_driver_part *page;
	struct nv_heap_usage usage;
	u64 seq;

	if (!READ_ONCE(rgpu->shared.memory))
		return;
	nv_heap_get_usage(&gpu->heap, &usage);
	mutex_lock(&rgpu->lock);
	if (rgpu->shared.memory && !rgpu->shared.memory->gone) {
		page = rgpu->shared.memory->dma.cpu;
		seq = rgpu->shared.seq + SEQ_START;
		WRITE_ONCE(page->seq, seq);
		smp_wmb();	/* readers see the number first */
		WRITE_ONCE(page->bar1_size, gpu->hw->bar[1].size >> 10);
		WRITE_ONCE(page->bar1_avail_size, nv_bar1_avail(gpu) >> 10);
		WRITE_ONCE(page->total_pma_memory, usage.total);
		WRITE_ONCE(page->free_pma_memory, usage.total - usage.used);
		smp_wmb();	/* and this one last */
		seq += SEQ_END;
		if (++rgpu->shared.writes % SEQ_WRAP == 0)
			seq = 0;
		rgpu->shared.seq = seq;
		WRITE_ONCE(page->seq, seq);
	}
	mutex_unlock(&rgpu->lock);
}

/* The page is made once; of two who make it at the same time one gives his back. */
static struct rm_memory *rm_shared_data_page(struct rm_object *object, struct nv_gpu *gpu)
{
	struct rm_gpu *rgpu = object->gpu;
	struct rm_memory *page = READ_ONCE(rgpu->shared.memory);

	if (page)
		return page;
	page = rm_memory_new(object, RM_MEMORY_SYS, SHARED_DATA_SIZE);
	if (!page)
		return NULL;
	page->caching = NV_CACHED;
	page->read_only = true;
	/* It is one page; what dma_alloc() makes contiguous cannot be mapped into user space. */
	if (gpu->hw->ops->dma_alloc(gpu->hw, &page->dma, SHARED_DATA_SIZE, false)) {
		rm_memory_put(page);
		return NULL;
	}
	mutex_lock(&rgpu->lock);
	if (!rgpu->shared.memory) {
		WRITE_ONCE(rgpu->shared.memory, page);
		page = NULL;
	}
	mutex_unlock(&rgpu->lock);
	rm_memory_put(page);
	return rgpu->shared.memory;
}

/* GSP learns of the page once in a boot; to hear of it twice does no harm. */
static u32 rm_shared_data_start(struct rm_object *object, struct nv_gpu *gpu,
				const struct rm_memory *page)
{
	struct rm_gpu *rgpu = object->gpu;
	u64 addr = page->dma.page[0];
	u32 status;

	if (READ_ONCE(rgpu->shared.boots) == object->boots)
		return NV_OK;
	status = nv_gsp_internal_control(gpu->gsp, NV2080_CTRL_CMD_INTERNAL_INIT_USER_SHARED_DATA,
					 &addr, sizeof(addr));
	if (status == NV_OK)
		WRITE_ONCE(rgpu->shared.boots, object->boots);
	return status;
}

/* Duplicates of an object want nothing themselves. */
static u32 rm_shared_data_want(struct rm_object *object, struct nv_gpu *gpu, u64 mask)
{
	struct rm_shared_data_object *shared = rm_to_shared(object);
	struct rm_gpu *rgpu = object->gpu;
	bool same;

	mutex_lock(&rgpu->lock);
	same = shared->polled == mask;
	if (shared->polled && !mask)
		list_del(&shared->node);
	else if (!shared->polled && mask)
		list_add(&shared->node, &rgpu->shared.wanting);
	shared->polled = mask;
	mutex_unlock(&rgpu->lock);
	return same ? NV_OK : rm_shared_data_poll(rgpu, gpu);
}

u32 rm_shared_data_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	const struct nv00de_alloc_parameters *p = params;
	struct rm_memory_object *mobj = rm_to_memory(object);
	struct rm_memory *page = rm_shared_data_page(object, gpu);
	u32 status;

	if (!page)
		return NV_ERR_NO_MEMORY;
	status = rm_shared_data_start(object, gpu, page);
	if (status != NV_OK)
		return status;
	rm_memory_hold(page);
	mobj->memory = page;
	rm_shared_data_update(object->gpu, gpu);
	status = rm_shared_data_want(object, gpu, p->polled_data_mask);
	if (status != NV_OK)
		rm_shared_data_free(object, gpu);
	return status;
}

void rm_shared_data_free(struct rm_object *object, struct nv_gpu *gpu)
{
	rm_shared_data_want(object, gpu, 0);
}

/* The object goes without its GPU. */
void rm_shared_data_destroy(struct rm_object *object)
{
	struct rm_shared_data_object *shared = rm_to_shared(object);

	mutex_lock(&object->gpu->lock);
	if (shared->polled)
		list_del(&shared->node);
	mutex_unlock(&object->gpu->lock);
	rm_memory_destroy(object);
}

static u32 rm_request_data_poll(struct rm_call *call)
{
	const struct nv00de_ctrl_request_data_poll_params *p = call->params;

	return rm_shared_data_want(call->object, call->gpu, p->polled_data_mask);
}

const struct rm_ctrl_handler rm_shared_data_handlers[] = {
	{ NV00DE_CTRL_CMD_REQUEST_DATA_POLL, rm_request_data_poll },
};

const size_t rm_shared_data_num_handlers = ARRAY_SIZE(rm_shared_data_handlers);

void rm_shared_data_release_gpu(struct rm_gpu *rgpu)
{
	rm_memory_put(rgpu->shared.memory);
	rgpu->shared.memory = NULL;
}
