// SPDX-License-Identifier: MIT OR GPL-2.0
/* Address spaces of user space, and ranges of them that programs set apart. */
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
#include "abi/nv-memory.h"
#include "fifo/channel.h"
#include "gsp/gsp.h"
#include "rm/vaspace.h"

/* What is given away, unless user space asks otherwise: nothing near NULL */
#define VA_START	0x100000ull

/* Address spaces */

static struct rm_vaspace *to_vaspace(struct rm_resource *resource)
{
	return container_of(resource, struct rm_vaspace, resource);
}

static void vaspace_give_back(struct rm_resource *resource, struct nv_gpu *gpu)
{
	nv_vas_fini(&to_vaspace(resource)->vas);
}

void rm_dma_mapping_free(struct rm_dma_mapping *mapping)
{
	if (mapping->memory)
		rm_memory_put(mapping->memory);
	kfree(mapping);
}

static void set_init(struct rm_va_set *set, u64 start, u64 end)
{
	INIT_LIST_HEAD(&set->mappings);
	set->start = start;
	set->end = end;
}

u32 rm_va_insert(struct rm_va_set *set, struct rm_dma_mapping *mapping, bool fixed)
{
	u64 align = mapping->size >= PAGE_HUGE ? PAGE_HUGE :
		    mapping->size >= PAGE_BIG ? PAGE_BIG : PAGE_SMALL;
	u64 va = fixed ? mapping->va : set->start;
	struct list_head *before = &set->mappings;
	struct rm_dma_mapping *at;

	if (!fixed)
		va = ALIGN(va, align);
	list_for_each_entry(at, &set->mappings, node) {
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
	if (va < set->start || va > set->end || mapping->size > set->end - va)
		return fixed ? NV_ERR_INVALID_ADDRESS : NV_ERR_NO_MEMORY;
	mapping->va = va;
	list_add_tail(&mapping->node, before);
	return NV_OK;
}

static void set_free(struct rm_va_set *set)
{
	struct rm_dma_mapping *mapping, *next;

	list_for_each_entry_safe(mapping, next, &set->mappings, node)
		rm_dma_mapping_free(mapping);
}

static void vaspace_free(struct rm_resource *resource)
{
	struct rm_vaspace *vaspace = to_vaspace(resource);

	set_free(&vaspace->set);
	mutex_destroy(&vaspace->lock);
	kfree(vaspace);
}

void rm_vaspace_put(struct rm_vaspace *vaspace)
{
	if (vaspace)
		rm_resource_put(&vaspace->resource);
}

static struct rm_vaspace *vaspace_new(struct rm_object *object, struct nv_gpu *gpu, u64 start,
				      int *err)
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
	set_init(&vaspace->set, start, RM_VA_END);
	gsp->va = NV_SERVER_VA_START;
	gsp->size = NV_SERVER_VA_SIZE;
	gsp->reserved = true;
	list_add(&gsp->node, &vaspace->set.mappings);
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

/*
 * Programs let engines wait for pages that are missing, as nvidia-uvm brings them. Ours has none
 * to bring: the wait would be for ever, so that a fault has to end the channel.
 */
static u32 vaspace_alloc_on_gsp(struct rm_object *object, struct nv_gpu *gpu,
				const struct nv_vaspace_alloc_params *p)
{
	struct nv_vaspace_alloc_params params = *p;

	params.flags &= ~(u32)NV_VASPACE_ALLOCATION_FLAGS_ENABLE_FAULTING;
	return rm_gsp_alloc(object, gpu, &params);
}

u32 rm_vaspace_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_vaspace_alloc_params *p = params;
	u64 start = p->va_base ?: VA_START;
	struct rm_vaspace *vaspace;
	u32 status;
	int err;

	/* Those of the device and the BARs */
	if (p->index != NV_VASPACE_ALLOCATION_INDEX_GPU_NEW)
		return NV_ERR_NOT_SUPPORTED;
	if (start % PAGE_SMALL || start >= NV_SERVER_VA_START)
		return NV_ERR_INVALID_ARGUMENT;
	vaspace = vaspace_new(object, gpu, start, &err);
	if (err)
		return rm_status(err);
	/* After an error rm_vaspace_destroy() puts it. */
	rm_to_vaspace(object)->vaspace = vaspace;
	vaspace->external = p->flags & NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED;
	vaspace->set.closed = vaspace->external;
	status = vaspace_alloc_on_gsp(object, gpu, p);
	/* GSP learns of the root of one that is externally owned from its owner. */
	if (status == NV_OK && !vaspace->external) {
		status = vaspace_hand_over(object, vaspace, gpu);
		if (status != NV_OK)
			rm_gsp_free(object, gpu);
	}
	if (status != NV_OK)
		return status;
	p->va_base = start;
	p->va_size = RM_VA_END - start;
	p->big_page_size = PAGE_BIG;
	return NV_OK;
}

void rm_vaspace_destroy(struct rm_object *object)
{
	rm_vaspace_put(rm_to_vaspace(object)->vaspace);
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
		vaspace = rm_to_vaspace(object)->vaspace;
		rm_resource_hold(&vaspace->resource);
	}
	rm_object_put(object);
	return vaspace;
}

struct rm_vaspace *rm_vaspace_get(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu)
{
	return vaspace_of(client, handle, FERMI_VASPACE_A, rgpu);
}

/* Virtual memory objects */

static u32 virtual_vaspace(struct rm_object *object, u32 h_vaspace)
{
	/* Without one it would be the device's. */
	if (!h_vaspace)
		return NV_ERR_NOT_SUPPORTED;
	rm_to_vaspace(object)->vaspace = rm_vaspace_get(object->client, h_vaspace, object->gpu);
	return rm_to_vaspace(object)->vaspace ? NV_OK : NV_ERR_INVALID_OBJECT_HANDLE;
}

u32 rm_virtual_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_memory_virtual_alloc_params *p = params;
	u32 status = virtual_vaspace(object, p->h_vaspace);

	if (status == NV_OK)
		p->limit = RM_VA_END - 1;
	return status;
}

static u32 reserve(struct rm_vaspace_object *vobj, const struct nv_memory_allocation_params *p)
{
	bool fixed = p->flags & NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE;
	struct rm_dma_mapping *range = kzalloc(sizeof(*range), GFP_KERNEL_ACCOUNT);
	u32 status;

	if (!range)
		return NV_ERR_NO_MEMORY;
	range->reserved = true;
	range->va = p->offset;
	range->size = p->size;
	mutex_lock(&vobj->vaspace->lock);
	status = vobj->vaspace->external ? NV_ERR_INVALID_OBJECT :
					   rm_va_insert(&vobj->vaspace->set, range, fixed);
	mutex_unlock(&vobj->vaspace->lock);
	if (status != NV_OK) {
		kfree(range);
		return status;
	}
	set_init(&vobj->set, range->va, range->va + range->size);
	vobj->reservation = range;
	return NV_OK;
}

u32 rm_virtual_range_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_memory_allocation_params *p = params;
	struct rm_vaspace_object *vobj = rm_to_vaspace(object);
	u32 status;

	if (!(p->flags & NVOS32_ALLOC_FLAGS_VIRTUAL))
		return NV_ERR_INVALID_ARGUMENT;
	if (p->flags & NVOS32_ALLOC_FLAGS_USE_BEGIN_END)
		return NV_ERR_NOT_SUPPORTED;
	if (!p->size || p->size > RM_VA_END)
		return NV_ERR_INVALID_ARGUMENT;
	p->size = ALIGN(p->size, PAGE_SMALL);
	if (p->flags & NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE && p->offset % PAGE_SMALL)
		return NV_ERR_INVALID_ADDRESS;
	status = virtual_vaspace(object, p->h_va_space);
	if (status == NV_OK)
		status = reserve(vobj, p);
	if (status != NV_OK)
		return status;
	p->offset = vobj->reservation->va;
	p->limit = p->size - 1;
	return NV_OK;
}

/* What is mapped in the range goes with it. */
void rm_virtual_range_free(struct rm_object *object, struct nv_gpu *gpu)
{
	struct rm_vaspace_object *vobj = rm_to_vaspace(object);
	struct rm_dma_mapping *mapping;

	mutex_lock(&vobj->vaspace->lock);
	vobj->set.closed = true;
	list_for_each_entry(mapping, &vobj->set.mappings, node)
		nv_vas_unmap(&vobj->vaspace->vas, mapping->va, mapping->size);
	if (!list_empty(&vobj->set.mappings))
		nv_vas_invalidate(&vobj->vaspace->vas);
	mutex_unlock(&vobj->vaspace->lock);
}

void rm_virtual_destroy(struct rm_object *object)
{
	struct rm_vaspace_object *vobj = rm_to_vaspace(object);

	if (vobj->reservation) {
		mutex_lock(&vobj->vaspace->lock);
		list_del(&vobj->reservation->node);
		mutex_unlock(&vobj->vaspace->lock);
		set_free(&vobj->set);
		kfree(vobj->reservation);
	}
	rm_vaspace_put(vobj->vaspace);
}
