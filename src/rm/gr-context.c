// SPDX-License-Identifier: MIT OR GPL-2.0
/* Contexts of the graphics engine: their memory, and where it is mapped. */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "fifo/kernel-client.h"
#include "gsp/gsp.h"
#include "mem/ce.h"
#include "rm/gr-context.h"
#include "rm/memory.h"

#define PAGE		0x1000ull
#define BUFFER_MAX	BIT_ULL(30)	/* more than any chip asks for */

/* Where GSP's table has the size of each buffer, and how it is mapped */
static const struct {
	u8 id;
	u8 row;
	u8 flags;
} gr_buffers[] = {
	/* What is to be aligned most comes first, so that no addresses are lost before it. */
	{ NV2080_CTX_BUFFER_ATTRIBUTE_CB, NV0080_ENGINE_CONTEXT_GRAPHICS_ATTRIBUTE_CB,
	  NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_MAIN, NV0080_ENGINE_CONTEXT_GRAPHICS, NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_PM, NV0080_ENGINE_CONTEXT_GRAPHICS_PM, NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_PATCH, NV0080_ENGINE_CONTEXT_GRAPHICS_PATCH, 0 },
	{ NV2080_CTX_BUFFER_BUNDLE_CB, NV0080_ENGINE_CONTEXT_GRAPHICS_BUNDLE_CB,
	  NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_PAGEPOOL, NV0080_ENGINE_CONTEXT_GRAPHICS_PAGEPOOL_GLOBAL,
	  NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_RTV_CB, NV0080_ENGINE_CONTEXT_GRAPHICS_RTV_CB_GLOBAL,
	  NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_FECS_EVENT, NV0080_ENGINE_CONTEXT_GRAPHICS_FECS_EVENT,
	  NV_VAS_PRIVILEGED },
	{ NV2080_CTX_BUFFER_PRIV_ACCESS_MAP, NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP,
	  NV_VAS_READ_ONLY },
	{ NV2080_CTX_BUFFER_UNRESTRICTED_PRIV_ACCESS_MAP,
	  NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP, NV_VAS_READ_ONLY },
};

/* What all contexts of a GPU share */

void rm_gr_release_gpu(struct rm_gpu *rgpu)
{
	u32 i;

	for (i = 0; i < NV2080_CTX_BUFFERS; i++) {
		rm_memory_put(rgpu->gr->shared[i]);
		rgpu->gr->shared[i] = NULL;
	}
}

static u32 gr_take_size(struct rm_gr_buffer *buffer, u64 size, u64 align)
{
	if (!size || size == NV2080_GR_CONTEXT_BUFFER_NONE)
		return NV_OK;
	if (size > BUFFER_MAX || align > BUFFER_MAX || (align && !is_power_of_2(align)))
		return NV_ERR_INVALID_STATE;
	buffer->size = ALIGN(size, PAGE);
	buffer->align = max(align, PAGE);
	return NV_OK;
}

static u32 gr_learn(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_gr *gr = rgpu->gr;
	struct nv2080_ctrl_internal_gr_context_buffers table;
	struct rm_gr_buffer *own;
	u8 has_headers = 0;
	u32 subcontexts, status;
	size_t i;

	lockdep_assert_held(&gr->lock);
	if (gr->known)
		return NV_OK;
	status = rm_gr_ask(rgpu, gpu, NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_CONTEXT_BUFFERS_INFO,
			   &table, sizeof(table));
	if (status == NV_OK)
		status = rm_gr_info(rgpu, gpu, NV2080_CTRL_GR_INFO_INDEX_MAX_SUBCONTEXT_COUNT,
				    &subcontexts);
	if (status == NV_OK)
		status = rm_gr_ask(rgpu, gpu,
				   NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_PDB_PROPERTIES,
				   &has_headers, sizeof(has_headers));
	for (i = 0; i < ARRAY_SIZE(gr_buffers) && status == NV_OK; i++)
		status = gr_take_size(&gr->buffer[gr_buffers[i].id],
				      table.buffer[gr_buffers[i].row].size,
				      table.buffer[gr_buffers[i].row].alignment);
	own = &gr->buffer[NV2080_CTX_BUFFER_MAIN];
	if (status == NV_OK && (!own->size || subcontexts > NV_GR_SUBCONTEXTS))
		status = NV_ERR_INVALID_STATE;
	if (status != NV_OK)
		return status;
	if (has_headers)
		own->size += subcontexts * NV_GR_SUBCONTEXT_HEADER;
	gr->known = true;
	return NV_OK;
}

u32 rm_gr_space(struct rm_gpu *rgpu, struct nv_gpu *gpu, u64 *size)
{
	struct rm_gr *gr = rgpu->gr;
	u32 i, status;

	mutex_lock(&gr->lock);
	status = gr_learn(rgpu, gpu);
	*size = 0;
	for (i = 0; i < NV2080_CTX_BUFFERS && status == NV_OK; i++) {
		*size += gr->buffer[i].size;
		if (gr->buffer[i].align > PAGE)
			*size += gr->buffer[i].align;
	}
	mutex_unlock(&gr->lock);
	return status;
}

/* Its last owner's bytes are nobody's business. */
static u32 gr_memory_new(struct rm_gpu *rgpu, struct nv_gpu *gpu, const struct rm_os *os, u32 pid,
			 const struct rm_gr_buffer *buffer, struct rm_memory **memory)
{
	struct nv_vidmem *piece;
	int err;

	if (*memory || !buffer->size)
		return NV_OK;
	*memory = rm_memory_new_on(rgpu, os, pid, RM_MEMORY_VID, buffer->size);
	if (!*memory)
		return NV_ERR_NO_MEMORY;
	err = nv_heap_alloc(&gpu->heap, buffer->size, buffer->align, &piece);
	if (!err) {
		list_add(&piece->link, &(*memory)->pieces);
		if (!nv_ce_is_clear(gpu, piece->was_clear))
			err = nv_ce_clear(gpu, piece->addr, piece->size);
	}
	if (err) {
		rm_memory_put(*memory);
		*memory = NULL;
	}
	return rm_status(err);
}

static u32 gr_own_memory(struct rm_gr_context *context, struct nv_gpu *gpu)
{
	u32 i, status = NV_OK;

	for (i = 0; i < RM_GR_OWN && status == NV_OK; i++)
		status = gr_memory_new(context->gpu, gpu, context->os, context->pid,
				       &context->gpu->gr->buffer[i], &context->own[i]);
	return status;
}

/* The first image is made in a context that is needed for nothing else. */
static u32 gr_make_image(struct rm_gr_context *like, struct nv_gpu *gpu)
{
	struct rm_gr_context first = { .gpu = like->gpu, .os = like->os };
	struct rm_gr_mapping map[NV2080_CTX_BUFFERS];
	unsigned int i, count;
	u32 status;

	status = gr_own_memory(&first, gpu);
	if (status == NV_OK) {
		count = rm_gr_layout(&first, 0, map);
		status = rm_status(rm_golden_image(gpu, map, count));
	}
	for (i = 0; i < RM_GR_OWN; i++)
		rm_memory_put(first.own[i]);
	return status;
}

static u32 gr_prepare(struct rm_gr_context *context, struct nv_gpu *gpu)
{
	struct rm_gr *gr = context->gpu->gr;
	unsigned int boots = READ_ONCE(gpu->boots);
	u32 i, status = NV_OK;

	mutex_lock(&gr->lock);
	if (gr->boots != boots) {
		status = gr_learn(context->gpu, gpu);
		for (i = RM_GR_OWN; i < NV2080_CTX_BUFFERS && status == NV_OK; i++)
			status = gr_memory_new(context->gpu, gpu, context->os, 0, &gr->buffer[i],
					       &gr->shared[i]);
		if (status == NV_OK)
			status = gr_make_image(context, gpu);
		if (status == NV_OK)
			gr->boots = boots;
	}
	mutex_unlock(&gr->lock);
	return status;
}

/* Contexts */

struct rm_gr_context *rm_gr_context_new(struct rm_object *object)
{
	struct rm_gr_context *context = kzalloc(sizeof(*context), GFP_KERNEL_ACCOUNT);

	if (!context)
		return NULL;
	refcount_set(&context->ref, 1);
	context->gpu = object->gpu;
	rm_gpu_hold(context->gpu);
	context->os = object->client->rm->os;
	context->pid = object->client->pid;
	mutex_init(&context->lock);
	INIT_LIST_HEAD(&context->places);
	return context;
}

void rm_gr_context_hold(struct rm_gr_context *context)
{
	refcount_inc(&context->ref);
}

static void place_free(struct rm_gr_place *place)
{
	list_del(&place->node);
	rm_vaspace_put(place->vaspace);
	kfree(place);
}

void rm_gr_context_put(struct rm_gr_context *context)
{
	struct rm_gr_place *place, *next;
	u32 i;

	if (!context || !refcount_dec_and_test(&context->ref))
		return;
	/* What GSP was not asked to free, it has forgotten: those addresses lead nowhere now. */
	list_for_each_entry_safe(place, next, &context->places, node)
		place_free(place);
	for (i = 0; i < RM_GR_OWN; i++)
		rm_memory_put(context->own[i]);
	rm_gpu_put(context->gpu);
	mutex_destroy(&context->lock);
	kfree(context);
}

unsigned int rm_gr_layout(const struct rm_gr_context *context, u64 base,
			  struct rm_gr_mapping map[NV2080_CTX_BUFFERS])
{
	const struct rm_gr *gr = context->gpu->gr;
	unsigned int count = 0;
	size_t i;
	u32 id;

	for (i = 0; i < ARRAY_SIZE(gr_buffers); i++) {
		id = gr_buffers[i].id;
		if (!gr->buffer[id].size)
			continue;
		base = ALIGN(base, gr->buffer[id].align);
		map[count++] = (struct rm_gr_mapping) {
			.id = id,
			.memory = id < RM_GR_OWN ? context->own[id] : gr->shared[id],
			.va = base,
			.size = gr->buffer[id].size,
			.flags = gr_buffers[i].flags,
		};
		base += gr->buffer[id].size;
	}
	return count;
}

/* Telling GSP */

u32 rm_gr_promote(struct rm_object *channel, struct nv_gpu *gpu, const struct rm_gr_mapping *map,
		  unsigned int count)
{
	struct nv2080_ctrl_gpu_promote_ctx_params *p = kzalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return NV_ERR_NO_MEMORY;
	p->engine_type = NV_ENGINE_TYPE_GR0;
	p->h_chan_client = channel->client->object.handle;
	p->h_object = channel->handle;
	while (count--)
		rm_gr_describe(p, map++, false);
	err = nv_kernel_control(gpu, NV_KERNEL_SUBDEVICE, NV2080_CTRL_CMD_GPU_PROMOTE_CTX, p,
				sizeof(*p));
	kfree(p);
	return rm_status(err);
}

static u32 gr_promote_memory(struct rm_object *channel, struct nv_gpu *gpu,
			     struct rm_gr_context *context)
{
	struct nv2080_ctrl_gpu_promote_ctx_params *p;
	struct rm_gr_mapping map[NV2080_CTX_BUFFERS];
	unsigned int i, count = rm_gr_layout(context, 0, map);
	int err;

	if (context->promoted)
		return NV_OK;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return NV_ERR_NO_MEMORY;
	p->engine_type = NV_ENGINE_TYPE_GR0;
	p->h_chan_client = channel->client->object.handle;
	p->h_object = channel->handle;
	for (i = 0; i < count; i++)
		if (map[i].id < RM_GR_OWN)
			rm_gr_describe(p, &map[i], true);
	err = nv_kernel_control(gpu, NV_KERNEL_SUBDEVICE, NV2080_CTRL_CMD_GPU_PROMOTE_CTX, p,
				sizeof(*p));
	kfree(p);
	context->promoted = !err;
	return rm_status(err);
}

void rm_gr_evict(struct rm_object *channel, struct nv_gpu *gpu)
{
	struct nv2080_ctrl_gpu_evict_ctx_params p = {
		.engine_type = NV_ENGINE_TYPE_GR0,
		.h_chan_client = channel->client->object.handle,
		.h_object = channel->handle,
	};

	nv_kernel_control(gpu, NV_KERNEL_SUBDEVICE, NV2080_CTRL_CMD_GPU_EVICT_CTX, &p, sizeof(p));
}

/* In address spaces of the resource manager */

static void place_unmap(struct rm_gr_context *context, struct rm_gr_place *place)
{
	struct rm_vaspace *vaspace = place->vaspace;

	mutex_lock(&vaspace->lock);
	nv_vas_unmap(&vaspace->vas, place->room->va, place->room->size);
	nv_vas_invalidate(&vaspace->vas);
	list_del(&place->room->node);
	mutex_unlock(&vaspace->lock);
	rm_dma_mapping_free(place->room);
}

static u32 place_map(struct rm_gr_context *context, struct rm_gr_place *place,
		     struct rm_gr_mapping *map, unsigned int *count)
{
	struct rm_vaspace *vaspace = place->vaspace;
	unsigned int i;
	int err = 0;
	u32 status;

	mutex_lock(&vaspace->lock);
	status = rm_va_insert(&vaspace->set, place->room, false);
	if (status == NV_OK) {
		*count = rm_gr_layout(context, place->room->va, map);
		for (i = 0; i < *count && !err; i++)
			err = rm_map_pages(vaspace, map[i].memory, map[i].va, 0, map[i].size,
					   map[i].flags);
		if (!err)
			err = nv_vas_invalidate(&vaspace->vas);
	}
	mutex_unlock(&vaspace->lock);
	if (status != NV_OK) {
		rm_dma_mapping_free(place->room);
		return status;
	}
	if (err)
		place_unmap(context, place);
	return rm_status(err);
}

static struct rm_gr_place *place_new(struct rm_gr_context *context, struct rm_vaspace *vaspace)
{
	struct rm_gr_place *place = kzalloc(sizeof(*place), GFP_KERNEL_ACCOUNT);
	struct rm_dma_mapping *room = kzalloc(sizeof(*room), GFP_KERNEL_ACCOUNT);

	if (!place || !room) {
		kfree(place);
		kfree(room);
		return NULL;
	}
	room->reserved = true;
	place->room = room;
	place->vaspace = vaspace;
	rm_resource_hold(&vaspace->resource);
	list_add(&place->node, &context->places);
	return place;
}

static struct rm_gr_place *place_find(struct rm_gr_context *context,
				      const struct rm_vaspace *vaspace)
{
	struct rm_gr_place *place;

	list_for_each_entry(place, &context->places, node)
		if (place->vaspace == vaspace)
			return place;
	return NULL;
}

static u32 place_make(struct rm_gr_context *context, struct rm_channel *rc,
		      struct rm_object *channel, struct nv_gpu *gpu)
{
	struct rm_gr_mapping map[NV2080_CTX_BUFFERS];
	struct rm_gr_place *place = place_new(context, rc->vaspace);
	unsigned int count;
	u32 status;

	if (!place)
		return NV_ERR_NO_MEMORY;
	status = rm_gr_space(context->gpu, gpu, &place->room->size);
	if (status != NV_OK)
		rm_dma_mapping_free(place->room);
	else
		status = place_map(context, place, map, &count);
	if (status == NV_OK) {
		status = rm_gr_promote(channel, gpu, map, count);
		if (status == NV_OK)
			return NV_OK;
		place_unmap(context, place);
	}
	/* The channel holds its address space, so this is not the last reference. */
	place_free(place);
	return status;
}

static u32 channel_place(struct rm_gr_context *context, struct rm_channel *rc,
			 struct rm_object *channel, struct nv_gpu *gpu)
{
	u32 status = NV_OK;

	if (rc->placed || rc->vaspace->external)
		return NV_OK;
	if (!place_find(context, rc->vaspace))
		status = place_make(context, rc, channel, gpu);
	if (status != NV_OK)
		return status;
	place_find(context, rc->vaspace)->users++;
	rc->placed = true;
	return NV_OK;
}

void rm_gr_unplace(struct rm_channel *rc)
{
	struct rm_gr_context *context = rc->context;
	struct rm_gr_place *place;

	mutex_lock(&context->lock);
	place = rc->placed ? place_find(context, rc->vaspace) : NULL;
	rc->placed = false;
	if (place && !--place->users) {
		place_unmap(context, place);
		place_free(place);
	}
	mutex_unlock(&context->lock);
}

u32 rm_gr_object_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct rm_object *channel = object->parent;
	struct rm_channel *rc = container_of(channel, struct rm_channel_object, object)->channel;
	struct rm_gr_context *context = rc->context;
	u32 status;

	if (rc->channel.engine.type != NV_ENGINE_TYPE_GR0)
		return NV_ERR_INVALID_OBJECT_PARENT;
	mutex_lock(&context->lock);
	status = gr_prepare(context, gpu);
	if (status == NV_OK)
		status = gr_own_memory(context, gpu);
	if (status == NV_OK)
		status = gr_promote_memory(channel, gpu, context);
	if (status == NV_OK)
		status = channel_place(context, rc, channel, gpu);
	mutex_unlock(&context->lock);
	return status == NV_OK ? rm_gsp_alloc(object, gpu, params) : status;
}
