// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory in address spaces: MAP_MEMORY_DMA and UNMAP_MEMORY_DMA. */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/channel.h"
#include "abi/nv-class.h"
#include "abi/nvos.h"
#include "regs/nv-mmu.h"
#include "rm/channel.h"
#include "rm/vaspace.h"

static u8 kind_of(unsigned int flags)
{
	return flags & NV_VAS_BLOCK_LINEAR ? NV_MMU_PTE_KIND_GENERIC_MEMORY : NV_MMU_PTE_KIND_PITCH;
}

static int map_piece(struct rm_vaspace *vaspace, u64 va, u64 size, u64 base, unsigned int flags)
{
	const struct nv_vas_target target = { .aperture = NV_APERTURE_VID, .base = base };

	return nv_vas_map(&vaspace->vas, va, size, &target, kind_of(flags), flags);
}

int rm_map_pages(struct rm_vaspace *vaspace, const struct rm_memory *memory, u64 va, u64 offset,
		 u64 size, unsigned int flags)
{
	const struct nv_vas_target pages = {
		.aperture = NV_APERTURE_SYS, .page = memory->dma.page + offset / PAGE_SMALL,
	};
	const struct nv_vidmem *piece;
	u64 done = 0, n;
	int err = 0;

	if (memory->kind != RM_MEMORY_VID)
		return nv_vas_map(&vaspace->vas, va, size, &pages, kind_of(flags), flags);
	list_for_each_entry(piece, &memory->pieces, link) {
		if (offset >= piece->size) {
			offset -= piece->size;
			continue;
		}
		n = min(size - done, piece->size - offset);
		err = map_piece(vaspace, va + done, n, piece->addr + offset, flags);
		if (err)
			break;
		done += n;
		offset = 0;
		if (done == size)
			break;
	}
	if (err && done)
		nv_vas_unmap(&vaspace->vas, va, done);
	return err;
}

/**
 * struct dma_range - what of a memory object is to be mapped
 * @memory: the memory; NULL for a page of messages, see rm_map_messages()
 * @first: offset of its first page, from where pages begin
 * @size: bytes of pages
 * @inside: where in the first page the range begins
 * @flags: NV_VAS_*
 */
struct dma_range {
	struct rm_memory *memory;
	u64 first;
	u64 size;
	u64 inside;
	unsigned int flags;
};

static u32 dma_range_init(struct dma_range *range, struct rm_memory *memory,
			  const struct nvos46_parameters *p)
{
	u64 start = (memory->kind == RM_MEMORY_USER ? memory->offset : 0) + p->offset;

	if (memory->kind == RM_MEMORY_REGS)
		return NV_ERR_NOT_SUPPORTED;
	if (!p->length || p->offset >= memory->size || p->length > memory->size - p->offset)
		return NV_ERR_INVALID_LIMIT;
	*range = (struct dma_range) {
		.memory = memory,
		.first = ALIGN_DOWN(start, PAGE_SMALL),
		.inside = start % PAGE_SMALL,
	};
	range->size = ALIGN(start + p->length, PAGE_SMALL) - range->first;
	if (FIELD_GET(NVOS46_FLAGS_ACCESS, p->flags) == NVOS46_FLAGS_ACCESS_READ_ONLY ||
	    (memory->kind == RM_MEMORY_USER && memory->read_only))
		range->flags |= NV_VAS_READ_ONLY;
	return NV_OK;
}

/* A compute object can be mapped for the GPU itself. */
static u32 dma_range_of_compute(struct dma_range *range, const struct nvos46_parameters *p)
{
	if (!p->length || p->length > PAGE_SMALL || p->offset)
		return NV_ERR_INVALID_LIMIT;
	*range = (struct dma_range) { .size = PAGE_SMALL };
	return NV_OK;
}

static u32 dma_range_of(struct dma_range *range, struct rm_object *object,
			const struct nvos46_parameters *p)
{
	if (rm_object_is_memory(object))
		return dma_range_init(range, rm_to_memory(object)->memory, p);
	if (rm_object_is_compute(object))
		return dma_range_of_compute(range, p);
	return NV_ERR_INVALID_OBJECT;
}

int rm_map_messages(struct rm_vaspace *vaspace, u64 va, u64 size)
{
	const struct nv_vas_target messages = { .aperture = NV_APERTURE_VID };

	return nv_vas_map(&vaspace->vas, va, size, &messages, NV_MMU_PTE_KIND_SMSKED_MESSAGE,
			  NV_VAS_VOLATILE);
}

static int map_target(struct rm_vaspace *vaspace, const struct dma_range *range, u64 va)
{
	if (range->memory)
		return rm_map_pages(vaspace, range->memory, va, range->first, range->size,
				    range->flags);
	return rm_map_messages(vaspace, va, range->size);
}

static u32 map_range(struct rm_vaspace *vaspace, struct rm_va_set *set,
		     const struct dma_range *range, struct nvos46_parameters *p)
{
	struct rm_dma_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);
	bool fixed = p->flags & NVOS46_FLAGS_DMA_OFFSET_FIXED;
	u32 status;
	int err;

	if (!mapping)
		return NV_ERR_NO_MEMORY;
	mapping->size = range->size;
	mapping->va = p->dma_offset - range->inside;
	if (fixed && !IS_ALIGNED(mapping->va, PAGE_SMALL)) {
		kfree(mapping);
		return NV_ERR_INVALID_ADDRESS;
	}
	mutex_lock(&vaspace->lock);
	status = set->closed ? NV_ERR_OBJECT_NOT_FOUND : rm_va_insert(set, mapping, fixed);
	if (status == NV_OK) {
		err = map_target(vaspace, range, mapping->va);
		status = rm_status(err);
		if (err)
			list_del(&mapping->node);
	}
	if (status == NV_OK) {
		mapping->address = mapping->va + range->inside;
		mapping->memory = range->memory;
		if (mapping->memory)
			rm_memory_hold(mapping->memory);
		p->dma_offset = mapping->address;
	}
	mutex_unlock(&vaspace->lock);
	if (status != NV_OK)
		kfree(mapping);
	return status;
}

/* *@found is to be freed when no GPU is entered any more. */
static u32 unmap_range(struct rm_vaspace *vaspace, struct rm_va_set *set, u64 address,
		       struct rm_dma_mapping **found)
{
	struct rm_dma_mapping *mapping;
	int err;

	mutex_lock(&vaspace->lock);
	list_for_each_entry(mapping, &set->mappings, node)
		if (!mapping->reserved && mapping->address == address)
			*found = mapping;
	if (!*found) {
		mutex_unlock(&vaspace->lock);
		return NV_ERR_INVALID_OBJECT;
	}
	list_del(&(*found)->node);
	nv_vas_unmap(&vaspace->vas, (*found)->va, (*found)->size);
	/* Until the GPU has forgotten it, the memory stays nobody else's. */
	err = nv_vas_invalidate(&vaspace->vas);
	mutex_unlock(&vaspace->lock);
	return rm_status(err);
}

/* Escapes */

/* What MAP and UNMAP_MEMORY_DMA name: references are held to all but the NULL ones. */
struct dma_call {
	struct rm_client *client;
	struct rm_object *object;
	struct rm_vaspace *vaspace;
	struct rm_va_set *set;
	struct rm_object *memory;
	struct rm_dma_mapping *unmapped;
	struct nv_gpu *gpu;
};

static void dma_leave(struct dma_call *call)
{
	if (call->gpu)
		rm_object_leave(call->object);
	if (call->unmapped)
		rm_dma_mapping_free(call->unmapped);
	if (call->memory)
		rm_object_put(call->memory);
	rm_vaspace_put(call->vaspace);
	if (call->object)
		rm_object_put(call->object);
	if (call->client)
		rm_client_put(call->client);
}

static u32 dma_enter(const struct rm_caller *caller, u32 h_client, u32 h_dma,
		     struct dma_call *call)
{
	*call = (struct dma_call) { .client = rm_client_get(caller, h_client) };
	if (!call->client)
		return NV_ERR_INVALID_CLIENT;
	call->object = rm_object_get(call->client, h_dma);
	if (!call->object)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (call->object->h_class != NV01_MEMORY_VIRTUAL &&
	    call->object->h_class != NV50_MEMORY_VIRTUAL)
		return NV_ERR_INVALID_OBJECT;
	call->vaspace = rm_to_vaspace(call->object)->vaspace;
	call->set = rm_to_vaspace(call->object)->reservation ? &rm_to_vaspace(call->object)->set :
							   &call->vaspace->set;
	rm_resource_hold(&call->vaspace->resource);
	return rm_object_enter(call->object, &call->gpu);
}

u32 rm_map_memory_dma(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos46_parameters *p = arg;
	struct dma_range range;
	struct dma_call call;
	u32 status;

	status = dma_enter(caller, p->h_client, p->h_dma, &call);
	if (status == NV_OK) {
		call.memory = rm_object_get(call.client, p->h_memory);
		status = !call.memory ? NV_ERR_OBJECT_NOT_FOUND :
			 call.memory->gpu != call.object->gpu ? NV_ERR_INVALID_OBJECT : NV_OK;
	}
	if (status == NV_OK)
		status = dma_range_of(&range, call.memory, p);
	if (status == NV_OK)
		status = map_range(call.vaspace, call.set, &range, p);
	dma_leave(&call);
	return status;
}

u32 rm_unmap_memory_dma(const struct rm_caller *caller, void *arg, size_t size)
{
	const struct nvos47_parameters *p = arg;
	struct dma_call call;
	u32 status = dma_enter(caller, p->h_client, p->h_dma, &call);

	if (status == NV_OK)
		status = unmap_range(call.vaspace, call.set, p->dma_offset,
				     &call.unmapped);
	dma_leave(&call);
	return status;
}
