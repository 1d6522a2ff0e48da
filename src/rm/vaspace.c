// SPDX-License-Identifier: MIT OR GPL-2.0
/* Address spaces of user space, and memory that is mapped in them. */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl-fifo.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/nv-class.h"
#include "abi/nvos.h"
#include "fifo/channel.h"
#include "gsp/gsp.h"
#include "rm/vaspace.h"

#define PAGE_SMALL	0x1000ull
#define PAGE_BIG	0x10000ull
#define PAGE_HUGE	0x200000ull

/* What is given away: nothing near NULL, and no more than a CPU can address. */
#define VA_START	0x100000ull
#define VA_END		BIT_ULL(47)

/**
 * struct rm_dma_mapping - a range of an address space
 * @node: in rm_vaspace.mappings
 * @va: first address, a multiple of 4 KiB
 * @size: likewise
 * @address: what user space was told: somewhere in the first page
 * @memory: a reference is held; NULL for GSP's range
 */
struct rm_dma_mapping {
	struct list_head node;
	u64 va;
	u64 size;
	u64 address;
	struct rm_memory *memory;
};

/* Address spaces */

static struct rm_vaspace *to_vaspace(struct rm_resource *resource)
{
	return container_of(resource, struct rm_vaspace, resource);
}

static struct rm_vaspace_object *to_object(struct rm_object *object)
{
	return container_of(object, struct rm_vaspace_object, object);
}

static void vaspace_give_back(struct rm_resource *resource, struct nv_gpu *gpu)
{
	nv_vas_fini(&to_vaspace(resource)->vas);
}

static void mapping_free(struct rm_dma_mapping *mapping)
{
	if (mapping->memory)
		rm_memory_put(mapping->memory);
	kfree(mapping);
}

static void vaspace_free(struct rm_resource *resource)
{
	struct rm_vaspace *vaspace = to_vaspace(resource);
	struct rm_dma_mapping *mapping, *next;

	list_for_each_entry_safe(mapping, next, &vaspace->mappings, node)
		mapping_free(mapping);
	mutex_destroy(&vaspace->lock);
	kfree(vaspace);
}

void rm_vaspace_put(struct rm_vaspace *vaspace)
{
	if (vaspace)
		rm_resource_put(&vaspace->resource);
}

static struct rm_vaspace *vaspace_new(struct rm_object *object, struct nv_gpu *gpu, int *err)
{
	struct rm_vaspace *vaspace = kzalloc(sizeof(*vaspace), GFP_KERNEL_ACCOUNT);
	struct rm_dma_mapping *gsp = kzalloc(sizeof(*gsp), GFP_KERNEL_ACCOUNT);

	*err = vaspace && gsp ? nv_vas_init(&vaspace->vas, gpu, NV_APERTURE_SYS) : -ENOMEM;
	if (*err) {
		kfree(vaspace);
		kfree(gsp);
		return NULL;
	}
	mutex_init(&vaspace->lock);
	INIT_LIST_HEAD(&vaspace->mappings);
	gsp->va = NV_SERVER_VA_START;
	gsp->size = NV_SERVER_VA_SIZE;
	list_add(&gsp->node, &vaspace->mappings);
	vaspace->resource.give_back = vaspace_give_back;
	vaspace->resource.free = vaspace_free;
	rm_resource_init(&vaspace->resource, object->gpu);
	return vaspace;
}

static u32 vaspace_hand_over(struct rm_object *object, struct rm_vaspace *vaspace,
			     struct nv_gpu *gpu)
{
	struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params pdes;
	int err = nv_channel_describe_vas(&vaspace->vas, &pdes);

	if (err)
		return rm_status(err);
	return nv_gsp_control(gpu->gsp, object->client->object.handle, object->handle,
			      NV90F1_CTRL_CMD_VASPACE_COPY_SERVER_RESERVED_PDES, &pdes,
			      sizeof(pdes));
}

u32 rm_vaspace_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_vaspace_alloc_params *p = params;
	struct rm_vaspace *vaspace;
	u32 status;
	int err;

	/* Those that UVM owns, and those of the device and the BARs */
	if (p->index != NV_VASPACE_ALLOCATION_INDEX_GPU_NEW ||
	    p->flags & NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED)
		return NV_ERR_NOT_SUPPORTED;
	vaspace = vaspace_new(object, gpu, &err);
	if (err)
		return rm_status(err);
	status = rm_gsp_alloc(object, gpu, params);
	if (status == NV_OK) {
		status = vaspace_hand_over(object, vaspace, gpu);
		if (status != NV_OK)
			rm_gsp_free(object, gpu);
	}
	if (status != NV_OK) {
		rm_vaspace_put(vaspace);
		return status;
	}
	to_object(object)->vaspace = vaspace;
	p->va_base = VA_START;
	p->va_size = VA_END;
	p->big_page_size = PAGE_BIG;
	return NV_OK;
}

void rm_vaspace_destroy(struct rm_object *object)
{
	rm_vaspace_put(to_object(object)->vaspace);
}

/* The address space that an object of @h_class names */
static struct rm_vaspace *vaspace_of(struct rm_client *client, u32 handle, u32 h_class,
				     const struct rm_gpu *rgpu)
{
	struct rm_object *object = rm_object_get(client, handle);
	struct rm_vaspace *vaspace = NULL;

	if (!object)
		return NULL;
	if (object->h_class == h_class && object->gpu == rgpu) {
		vaspace = to_object(object)->vaspace;
		rm_resource_hold(&vaspace->resource);
	}
	rm_object_put(object);
	return vaspace;
}

struct rm_vaspace *rm_vaspace_get(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu)
{
	return vaspace_of(client, handle, FERMI_VASPACE_A, rgpu);
}

u32 rm_virtual_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_memory_virtual_alloc_params *p = params;
	struct rm_vaspace *vaspace;
	u32 status;

	/* Without one it would be the device's. */
	if (!p->h_vaspace)
		return NV_ERR_NOT_SUPPORTED;
	vaspace = rm_vaspace_get(object->client, p->h_vaspace, object->gpu);
	if (!vaspace)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	status = rm_gsp_alloc(object, gpu, params);
	if (status != NV_OK) {
		rm_vaspace_put(vaspace);
		return status;
	}
	to_object(object)->vaspace = vaspace;
	p->limit = VA_END - 1;
	return NV_OK;
}

/* Ranges */

/* Make room for @mapping: at its address if @fixed, else where there is some. */
static u32 range_insert(struct rm_vaspace *vaspace, struct rm_dma_mapping *mapping, bool fixed)
{
	u64 align = mapping->size >= PAGE_HUGE ? PAGE_HUGE :
		    mapping->size >= PAGE_BIG ? PAGE_BIG : PAGE_SMALL;
	u64 va = fixed ? mapping->va : VA_START;
	struct list_head *before = &vaspace->mappings;
	struct rm_dma_mapping *at;

	lockdep_assert_held(&vaspace->lock);
	if (!fixed)
		va = ALIGN(va, align);
	list_for_each_entry(at, &vaspace->mappings, node) {
		if (va + mapping->size <= at->va) {
			before = &at->node;
			break;
		}
		if (va >= at->va + at->size)
			continue;
		if (fixed)
			return NV_ERR_NO_MEMORY;
		va = ALIGN(at->va + at->size, align);
	}
	if (va < VA_START || va > VA_END || mapping->size > VA_END - va)
		return fixed ? NV_ERR_INVALID_ADDRESS : NV_ERR_NO_MEMORY;
	mapping->va = va;
	list_add_tail(&mapping->node, before);
	return NV_OK;
}

static int map_piece(struct rm_vaspace *vaspace, u64 va, u64 size, u64 base, unsigned int flags)
{
	const struct nv_vas_target target = { .aperture = NV_APERTURE_VID, .base = base };

	return nv_vas_map(&vaspace->vas, va, size, &target, 0, flags);
}

/* [@offset, @offset + @size) of @memory, whole pages, which exist */
static int map_pages(struct rm_vaspace *vaspace, const struct rm_memory *memory, u64 va,
		     u64 offset, u64 size, unsigned int flags)
{
	const struct nv_vas_target pages = {
		.aperture = NV_APERTURE_SYS, .page = memory->dma.page + offset / PAGE_SMALL,
	};
	const struct nv_vidmem *piece;
	u64 done = 0, n;
	int err = 0;

	if (memory->kind != RM_MEMORY_VID)
		return nv_vas_map(&vaspace->vas, va, size, &pages, 0, flags);
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
 * @memory: the memory
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

static u32 map_range(struct rm_vaspace *vaspace, const struct dma_range *range,
		     struct nvos46_parameters *p)
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
	status = range_insert(vaspace, mapping, fixed);
	if (status == NV_OK) {
		err = map_pages(vaspace, range->memory, mapping->va, range->first, range->size,
				range->flags);
		status = rm_status(err);
		if (err)
			list_del(&mapping->node);
	}
	if (status == NV_OK) {
		mapping->address = mapping->va + range->inside;
		mapping->memory = range->memory;
		rm_memory_hold(range->memory);
		p->dma_offset = mapping->address;
	}
	mutex_unlock(&vaspace->lock);
	if (status != NV_OK)
		kfree(mapping);
	return status;
}

static u32 unmap_range(struct rm_vaspace *vaspace, u64 address)
{
	struct rm_dma_mapping *mapping, *found = NULL;
	int err;

	mutex_lock(&vaspace->lock);
	list_for_each_entry(mapping, &vaspace->mappings, node)
		if (mapping->memory && mapping->address == address)
			found = mapping;
	if (!found) {
		mutex_unlock(&vaspace->lock);
		return NV_ERR_INVALID_OBJECT;
	}
	list_del(&found->node);
	nv_vas_unmap(&vaspace->vas, found->va, found->size);
	/* Until the GPU has forgotten it, the memory stays nobody else's. */
	err = nv_vas_invalidate(&vaspace->vas);
	mutex_unlock(&vaspace->lock);
	mapping_free(found);
	return rm_status(err);
}

/* Escapes */

/* What MAP and UNMAP_MEMORY_DMA name: references are held to all but the NULL ones. */
struct dma_call {
	struct rm_client *client;
	struct rm_object *object;
	struct rm_vaspace *vaspace;
	struct nv_gpu *gpu;
};

static void dma_leave(struct dma_call *call)
{
	if (call->gpu)
		rm_object_leave(call->object);
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
	if (call->object->h_class != NV01_MEMORY_VIRTUAL)
		return NV_ERR_INVALID_OBJECT;
	call->vaspace = to_object(call->object)->vaspace;
	rm_resource_hold(&call->vaspace->resource);
	return rm_object_enter(call->object, &call->gpu);
}

u32 rm_map_memory_dma(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos46_parameters *p = arg;
	struct rm_object *object = NULL;
	struct dma_range range;
	struct dma_call call;
	u32 status;

	status = dma_enter(caller, p->h_client, p->h_dma, &call);
	if (status == NV_OK) {
		object = rm_object_get(call.client, p->h_memory);
		status = !object ? NV_ERR_OBJECT_NOT_FOUND :
			 !rm_object_is_memory(object) || object->gpu != call.object->gpu ?
			 NV_ERR_INVALID_OBJECT : NV_OK;
	}
	if (status == NV_OK)
		status = dma_range_init(&range, rm_to_memory(object)->memory, p);
	if (status == NV_OK)
		status = map_range(call.vaspace, &range, p);
	if (object)
		rm_object_put(object);
	dma_leave(&call);
	return status;
}

u32 rm_unmap_memory_dma(const struct rm_caller *caller, void *arg, size_t size)
{
	const struct nvos47_parameters *p = arg;
	struct dma_call call;
	u32 status = dma_enter(caller, p->h_client, p->h_dma, &call);

	if (status == NV_OK)
		status = unmap_range(call.vaspace, p->dma_offset);
	dma_leave(&call);
	return status;
}
