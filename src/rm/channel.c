// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Channels of user space. Programs bring address space, GPFIFO, USERD and notifiers;
 * whatever GSP is told of physical memory comes from objects that they own.
 */
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "gsp/gsp.h"
#include "mem/ce.h"
#include "rm/channel.h"
#include "rm/gr-context.h"

/* Flags that are for the driver, or for virtual GPUs */
#define FLAGS_REFUSED	(NVOS04_FLAGS_PRIVILEGED_CHANNEL | NVOS04_FLAGS_VGPU_PLUGIN_CONTEXT)

static struct rm_channel *to_channel(struct rm_resource *resource)
{
	return container_of(resource, struct rm_channel, resource);
}

static struct rm_channel_object *to_channel_object(struct rm_object *object)
{
	return container_of(object, struct rm_channel_object, object);
}

static struct rm_group_object *to_group(struct rm_object *object)
{
	return container_of(object, struct rm_group_object, object);
}

/* Groups and context shares */

u32 rm_group_init(struct rm_object *object, void *params)
{
	const struct nv_channel_group_alloc_params *p = params;

	to_group(object)->h_vaspace = p->h_vaspace;
	to_group(object)->engine_type = p->engine_type;
	to_group(object)->context = rm_gr_context_new(object);
	return to_group(object)->context ? NV_OK : NV_ERR_NO_MEMORY;
}

void rm_group_destroy(struct rm_object *object)
{
	rm_gr_context_put(to_group(object)->context);
}

u32 rm_context_share_init(struct rm_object *object, void *params)
{
	const struct nv_context_share_alloc_params *p = params;

	to_group(object)->h_vaspace = p->h_vaspace;
	return NV_OK;
}

/* Memory that a channel uses */

static struct rm_memory *memory_get(struct rm_client *client, u32 handle,
				    const struct rm_gpu *rgpu)
{
	struct rm_object *object = rm_object_get(client, handle);
	struct rm_memory *memory = NULL;

	if (!object)
		return NULL;
	if (rm_object_is_memory(object) && object->gpu == rgpu &&
	    rm_to_memory(object)->memory->kind != RM_MEMORY_REGS) {
		memory = rm_to_memory(object)->memory;
		rm_memory_hold(memory);
	}
	rm_object_put(object);
	return memory;
}

/* Where @size bytes at @offset of @memory are; all of them lie in one page. */
static u32 memory_describe(const struct rm_memory *memory, u64 offset, u64 size,
			   struct nv_memory_desc_params *desc)
{
	const struct nv_vidmem *piece;

	if (offset >= memory->size || size > memory->size - offset)
		return NV_ERR_INVALID_LIMIT;
	if (memory->kind == RM_MEMORY_USER)
		offset += memory->offset;
	if (offset % NV_HEAP_PAGE + size > NV_HEAP_PAGE)
		return NV_ERR_INVALID_ADDRESS;
	desc->size = size;
	if (memory->kind != RM_MEMORY_VID) {
		desc->base = memory->dma.page[offset / NV_HEAP_PAGE] + offset % NV_HEAP_PAGE;
		desc->address_space = NV_MEMORY_DESC_SYSMEM;
		desc->cache_attrib = NV_MEMORY_DESC_CACHED;
		return NV_OK;
	}
	list_for_each_entry(piece, &memory->pieces, link) {
		if (offset < piece->size)
			break;
		offset -= piece->size;
	}
	desc->base = piece->addr + offset;
	desc->address_space = NV_MEMORY_DESC_FB;
	desc->cache_attrib = NV_MEMORY_DESC_UNCACHED;
	return NV_OK;
}

static u32 take_userd(struct rm_channel *rc, struct rm_object *object,
		      struct nv_channel_alloc_params *p)
{
	/* USERD of the driver's own would have to be mapped through the channel. */
	if (!p->h_userd_memory[0])
		return NV_ERR_NOT_SUPPORTED;
	if (p->userd_offset[0] % NV_USERD_SIZE)
		return NV_ERR_INVALID_ADDRESS;
	rc->userd = memory_get(object->client, p->h_userd_memory[0], object->gpu);
	if (!rc->userd)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	return memory_describe(rc->userd, p->userd_offset[0], NV_USERD_SIZE, &p->userd_mem);
}

static u32 take_notifier(struct rm_channel *rc, struct rm_object *object,
			 struct nv_channel_alloc_params *p)
{
	u32 type = NV_ERROR_NOTIFIER_TYPE_NONE, status = NV_OK;

	if (p->h_object_error) {
		type = NV_ERROR_NOTIFIER_TYPE_MEMORY;
		rc->notifier = memory_get(object->client, p->h_object_error, object->gpu);
		if (!rc->notifier)
			return NV_ERR_INVALID_OBJECT_HANDLE;
		status = memory_describe(rc->notifier, 0, NV_CHANNEL_NOTIFIERS_SIZE,
					 &p->error_notifier_mem);
	}
	p->internal_flags =
		FIELD_PREP(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ERROR_NOTIFIER_TYPE, type) |
		FIELD_PREP(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ECC_ERROR_NOTIFIER_TYPE,
			   NV_ERROR_NOTIFIER_TYPE_NONE);
	return status;
}

static u32 context_share_vaspace(struct rm_object *channel, u32 handle, u32 *h_vaspace)
{
	struct rm_object *share = rm_object_get(channel->client, handle);
	bool ok = share && share->h_class == FERMI_CONTEXT_SHARE_A &&
		  share->parent == channel->parent;

	if (ok)
		*h_vaspace = to_group(share)->h_vaspace;
	if (share)
		rm_object_put(share);
	return ok ? NV_OK : NV_ERR_INVALID_OBJECT_HANDLE;
}

/* The channel's own, its context share's or its group's. */
static u32 take_vaspace(struct rm_channel *rc, struct rm_object *object,
			const struct nv_channel_alloc_params *p)
{
	u32 h_vaspace = p->h_vaspace, status;

	if (!h_vaspace && p->h_context_share) {
		status = context_share_vaspace(object, p->h_context_share, &h_vaspace);
		if (status != NV_OK)
			return status;
	}
	if (!h_vaspace && object->parent->h_class == KEPLER_CHANNEL_GROUP_A)
		h_vaspace = to_group(object->parent)->h_vaspace;
	if (!h_vaspace)
		return NV_ERR_NOT_SUPPORTED;	/* that of the device */
	rc->vaspace = rm_vaspace_get(object->client, h_vaspace, object->gpu);
	if (!rc->vaspace)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	/* Until it has an owner nobody has told GSP of its page tables. */
	if (rc->vaspace->external && !READ_ONCE(rc->vaspace->owned))
		return NV_ERR_PAGE_TABLE_NOT_AVAIL;
	return NV_OK;
}

/* Its group's, or one of its own. */
static u32 take_context(struct rm_channel *rc, struct rm_object *object)
{
	if (object->parent->h_class == KEPLER_CHANNEL_GROUP_A) {
		rc->context = to_group(object->parent)->context;
		rm_gr_context_hold(rc->context);
	} else {
		rc->context = rm_gr_context_new(object);
	}
	return rc->context ? NV_OK : NV_ERR_NO_MEMORY;
}

/* Making and freeing */

static void channel_give_back(struct rm_resource *resource, struct nv_gpu *gpu)
{
	nv_channel_fini(&to_channel(resource)->channel);
}

static void channel_free(struct rm_resource *resource)
{
	struct rm_channel *rc = to_channel(resource);

	rm_vaspace_put(rc->vaspace);
	rm_memory_put(rc->userd);
	rm_memory_put(rc->notifier);
	rm_gr_context_put(rc->context);
	kfree(rc);
}

static u32 channel_init(struct rm_channel *rc, struct rm_object *object, struct nv_gpu *gpu,
			const struct nv_channel_alloc_params *p)
{
	u32 type = p->engine_type;
	struct nv_engine engine;
	int err;

	if (!type && object->parent->h_class == KEPLER_CHANNEL_GROUP_A)
		type = to_group(object->parent)->engine_type;
	err = nv_fifo_learn(gpu);
	if (err)
		return rm_status(err);
	if (nv_fifo_find_engine(&gpu->fifo, type, &engine))
		return NV_ERR_INVALID_ARGUMENT;
	err = nv_channel_init(&rc->channel, gpu, &engine);
	if (!err)
		err = nv_ce_clear(gpu, rc->channel.inst->addr, NV_RAMIN_SIZE);
	return rm_status(err);
}

/* What user space may say; the rest of the struct is the driver's. */
static void copy_allowed(struct nv_channel_alloc_params *to,
			 const struct nv_channel_alloc_params *from)
{
	to->h_object_error = from->h_object_error;
	to->gp_fifo_offset = from->gp_fifo_offset;
	to->gp_fifo_entries = from->gp_fifo_entries;
	to->flags = from->flags;
	to->h_context_share = from->h_context_share;
	to->h_vaspace = from->h_vaspace;
	to->h_userd_memory[0] = from->h_userd_memory[0];
	to->userd_offset[0] = from->userd_offset[0];
	to->engine_type = from->engine_type;
	to->sub_device_id = from->sub_device_id;
}

static u32 channel_make(struct rm_object *object, struct nv_gpu *gpu, struct rm_channel *rc,
			struct nv_channel_alloc_params *p)
{
	u32 status;

	status = take_userd(rc, object, p);
	if (status == NV_OK)
		status = take_notifier(rc, object, p);
	if (status == NV_OK)
		status = take_vaspace(rc, object, p);
	if (status == NV_OK)
		status = take_context(rc, object);
	if (status == NV_OK)
		status = channel_init(rc, object, gpu, p);
	if (status != NV_OK)
		return status;
	p->process_id = object->client->pid;
	nv_channel_describe(&rc->channel, NV_CHANNEL_PRIVILEGE_USER, p);
	return nv_gsp_alloc(gpu->gsp, object->client->object.handle, object->parent->handle,
			    object->handle, object->h_class, p, sizeof(*p));
}

u32 rm_channel_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_channel_alloc_params *user = params, *p;
	struct rm_channel *rc;
	u32 status;

	if (user->flags & FLAGS_REFUSED)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	rc = kzalloc(sizeof(*rc), GFP_KERNEL_ACCOUNT);
	p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!rc || !p) {
		kfree(rc);
		kfree(p);
		return NV_ERR_NO_MEMORY;
	}
	rc->resource.give_back = channel_give_back;
	rc->resource.free = channel_free;
	rm_resource_init(&rc->resource, object->gpu);
	/* After an error rm_channel_destroy() puts it. */
	to_channel_object(object)->channel = rc;
	copy_allowed(p, user);
	status = channel_make(object, gpu, rc, p);
	kfree(p);
	if (status == NV_OK)
		user->cid = rc->channel.chid;
	return status;
}

void rm_channel_gsp_free(struct rm_object *object, struct nv_gpu *gpu)
{
	rm_gsp_free(object, gpu);
	rm_gr_unplace(to_channel_object(object)->channel);
}

void rm_channel_destroy(struct rm_object *object)
{
	if (to_channel_object(object)->channel)
		rm_resource_put(&to_channel_object(object)->channel->resource);
}

/* Objects of engines */

static struct rm_engine_object *to_engine(struct rm_object *object)
{
	return container_of(object, struct rm_engine_object, object);
}

u32 rm_engine_object_type(struct rm_object *object)
{
	return to_engine(object)->engine_type;
}

u32 rm_gr_object_init(struct rm_object *object, void *params)
{
	to_engine(object)->engine_type = NV_ENGINE_TYPE_GR0;
	return NV_OK;
}

u32 rm_copy_object_init(struct rm_object *object, void *params)
{
	const struct nv_copy_alloc_params *p = params;
	u32 first = p->version == NV_COPY_ALLOC_VERSION_ENGINE_TYPE ? 0 : NV_ENGINE_TYPE_COPY0;

	if (p->version > NV_COPY_ALLOC_VERSION_ENGINE_TYPE ||
	    p->engine_type > NV_ENGINE_TYPE_COPY9)
		return NV_ERR_INVALID_ARGUMENT;
	to_engine(object)->engine_type = first + p->engine_type;
	return NV_OK;
}
