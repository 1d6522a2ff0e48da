// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Contexts of the graphics engine. The driver gives memory, says where it lies and where the
 * channel's addresses lead to it; GSP-RM writes the first image, and the engine loads it
 * before it works for the channel. The model's image is one word, which is enough to tell
 * memory that was never mapped, is somebody else's, or was lost in a sleep.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/math.h>

#include "channel.h"
#include "context.h"

#include "abi/ctrl/ctrl-context.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"

#define GR_MAX			8
#define NR_CONTEXT_BUFFERS	26

#define ENGINE_GR0		0x01
#define IMAGE			0x6567616d69524721ull

#define BUFFER(name)		BIT(NV2080_CTX_BUFFER_##name)
#define ACCESS_MAPS		(BUFFER(PRIV_ACCESS_MAP) | BUFFER(UNRESTRICTED_PRIV_ACCESS_MAP))
#define EACH_CONTEXTS		(BUFFER(MAIN) | BUFFER(PATCH))
#define FOR_3D			(BUFFER(BUNDLE_CB) | BUFFER(PAGEPOOL) | BUFFER(ATTRIBUTE_CB) | \
				 BUFFER(RTV_CB))

struct context_buffer {
	u32 size;
	u32 alignment;
};

/*
 * By engine id of a context's buffers; what is in no row is absent. A driver takes the
 * sizes of those that a context has as they are, so none of these may be missing. Sizes
 * from 08 to 0f and of 19 are chosen here.
 */
static const struct {
	u32 id;
	struct context_buffer buffer;
} context_buffers[] = {
	{ NV0080_ENGINE_CONTEXT_GRAPHICS, { 0x86300, 0x1000 } },
	{ 0x08, { 0x18000, 0x1000 } },		/* ZCULL */
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_PM, { 0x10000, 0x1000 } },
	{ 0x0b, { 0x40000, 0x1000 } },		/* preemption */
	{ 0x0c, { 0x40000, 0x1000 } },		/* spill */
	{ 0x0d, { 0x20000, 0x1000 } },		/* page pool of the context */
	{ 0x0e, { 0x40000, 0x1000 } },		/* beta circular buffer */
	{ 0x0f, { 0x40000, 0x1000 } },		/* RTV of the context */
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_PATCH, { 0x4000, 0x1000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_BUNDLE_CB, { 0x3000, 0x1000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_PAGEPOOL_GLOBAL, { 0x20000, 0x1000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_ATTRIBUTE_CB, { 0x851200, 0x1000000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_RTV_CB_GLOBAL, { 0x80000, 0x1000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_FECS_EVENT, { 0x10000, 0x1000 } },
	{ NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP, { 0x80000, 0x1000 } },
	{ 0x19, { 0x10000, 0x1000 } },		/* setup */
};

static u32 get_context_buffers(const struct gsp_call *call)
{
	struct context_buffer *buffer = call->params;
	unsigned int i;

	memset(buffer, 0xff, GR_MAX * NR_CONTEXT_BUFFERS * sizeof(*buffer));
	for (i = 0; i < ARRAY_SIZE(context_buffers); i++)
		buffer[context_buffers[i].id] = context_buffers[i].buffer;
	return NV_OK;
}

static u64 engine_size(u32 id)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(context_buffers); i++)
		if (context_buffers[i].id == id)
			return context_buffers[i].buffer.size;
	return 0;
}

static u64 buffer_size(u32 id)
{
	static const u8 engine_id[NV2080_CTX_BUFFERS] = {
		[NV2080_CTX_BUFFER_PM] = NV0080_ENGINE_CONTEXT_GRAPHICS_PM,
		[NV2080_CTX_BUFFER_PATCH] = NV0080_ENGINE_CONTEXT_GRAPHICS_PATCH,
		[NV2080_CTX_BUFFER_BUNDLE_CB] = NV0080_ENGINE_CONTEXT_GRAPHICS_BUNDLE_CB,
		[NV2080_CTX_BUFFER_PAGEPOOL] = NV0080_ENGINE_CONTEXT_GRAPHICS_PAGEPOOL_GLOBAL,
		[NV2080_CTX_BUFFER_ATTRIBUTE_CB] = NV0080_ENGINE_CONTEXT_GRAPHICS_ATTRIBUTE_CB,
		[NV2080_CTX_BUFFER_RTV_CB] = NV0080_ENGINE_CONTEXT_GRAPHICS_RTV_CB_GLOBAL,
		[NV2080_CTX_BUFFER_FECS_EVENT] = NV0080_ENGINE_CONTEXT_GRAPHICS_FECS_EVENT,
		[NV2080_CTX_BUFFER_PRIV_ACCESS_MAP] =
			NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP,
		[NV2080_CTX_BUFFER_UNRESTRICTED_PRIV_ACCESS_MAP] =
			NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP,
	};

	if (id == NV2080_CTX_BUFFER_MAIN)
		return ALIGN(engine_size(NV0080_ENGINE_CONTEXT_GRAPHICS), GSP_PAGE_SIZE) +
		       NV_GR_SUBCONTEXTS * NV_GR_SUBCONTEXT_HEADER;
	return engine_id[id] ? engine_size(engine_id[id]) : 0;
}

/* Whose contexts */

/* The channels of a group have one context. */
static struct gsp_object *owner_of(struct gsp_object *object)
{
	if (object->kind == GSP_KIND_CHANNEL && object->parent->kind == GSP_KIND_CHANNEL_GROUP)
		return object->parent;
	return object;
}

static struct sg_context *context_get(struct gsp_object *owner)
{
	if (!owner->context)
		owner->context = calloc(1, sizeof(*owner->context));
	return owner->context;
}

void sg_context_free(struct sg_context *context)
{
	for (unsigned int i = 0; context && i < SG_CONTEXT_SPACES; i++)
		sg_vas_put(context->space[i].vas);
	free(context);
}

static struct sg_context_space *space_find(struct sg_context *context, const struct gsp_vas *vas)
{
	for (unsigned int i = 0; context && i < SG_CONTEXT_SPACES; i++)
		if (context->space[i].vas == vas)
			return &context->space[i];
	return NULL;
}

static struct sg_context_space *space_get(struct sg_context *context, struct gsp_vas *vas)
{
	struct sg_context_space *space = space_find(context, vas);

	if (!space)
		space = space_find(context, NULL);
	if (space && !space->vas)
		space->vas = sg_vas_get(vas);
	return space;
}

/* What the driver says of them */

static bool is_memory(struct softgpu *gpu, const struct nv2080_ctrl_gpu_promote_ctx_buffer_entry *e)
{
	u8 probe;

	if (e->size > BIT_ULL(40) || e->gpu_phys_addr > BIT_ULL(52))
		return false;
	if (FIELD_GET(NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE, e->phys_attr))
		return sg_dma_read(gpu, e->gpu_phys_addr, &probe, 1) &&
		       sg_dma_read(gpu, e->gpu_phys_addr + e->size - 1, &probe, 1);
	return sg_vram_read(gpu, e->gpu_phys_addr, &probe, 1) &&
	       sg_vram_read(gpu, e->gpu_phys_addr + e->size - 1, &probe, 1);
}

static u32 promote_memory(struct softgpu *gpu, struct sg_context *context,
			  const struct nv2080_ctrl_gpu_promote_ctx_buffer_entry *entry)
{
	if (!entry->gpu_phys_addr || !entry->size || !is_memory(gpu, entry))
		return NV_ERR_INVALID_ADDRESS;
	if (entry->size < buffer_size(entry->buffer_id))
		return NV_ERR_INVALID_ARGUMENT;
	context->memory |= BIT(entry->buffer_id);
	if (entry->buffer_id == NV2080_CTX_BUFFER_MAIN) {
		context->main = entry->gpu_phys_addr;
		context->main_sysmem = FIELD_GET(NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE,
						 entry->phys_attr);
		context->has_image = false;
	}
	return NV_OK;
}

static u32 promote_addresses(struct sg_channel *channel, struct sg_context *context,
			     const struct nv2080_ctrl_gpu_promote_ctx_params *args)
{
	struct sg_context_space *space;
	bool any = false;
	u32 i;

	for (i = 0; i < args->entry_count; i++)
		any |= !args->entry[i].nonmapped && args->entry[i].gpu_virt_addr;
	if (!any)
		return NV_OK;
	if (!channel)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	space = space_get(context, channel->vas);
	if (!space)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	for (i = 0; i < args->entry_count; i++) {
		if (args->entry[i].nonmapped || !args->entry[i].gpu_virt_addr)
			continue;
		space->mapped |= BIT(args->entry[i].buffer_id);
		space->va[args->entry[i].buffer_id] = args->entry[i].gpu_virt_addr;
	}
	space->users += !channel->promoted;
	channel->promoted = true;
	return NV_OK;
}

static struct gsp_object *find_channel(const struct gsp_call *call, u32 h_client, u32 h_object)
{
	struct gsp_object *object = sg_object_find(call->rm, h_client, h_object);

	if (!object || !(object->kind & (GSP_KIND_CHANNEL | GSP_KIND_CHANNEL_GROUP)))
		return NULL;
	return object;
}

static u32 promote_ctx(const struct gsp_call *call)
{
	const struct nv2080_ctrl_gpu_promote_ctx_params *args = call->params;
	struct gsp_object *object = find_channel(call, args->h_chan_client, args->h_object);
	struct sg_context *context;
	u32 i, status = NV_OK;

	if (!object)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	if (args->entry_count > ARRAY_SIZE(args->entry))
		return NV_ERR_INVALID_ARGUMENT;
	context = context_get(owner_of(object));
	if (!context)
		return NV_ERR_NO_MEMORY;
	for (i = 0; i < args->entry_count && status == NV_OK; i++) {
		if (args->entry[i].buffer_id >= NV2080_CTX_BUFFERS)
			status = NV_ERR_INVALID_ARGUMENT;
		else if (args->entry[i].initialize)
			status = promote_memory(call->rm->gpu, context, &args->entry[i]);
		sg_trace(call->rm->gpu, "context buffer %u: %#llx + %#llx at %#llx, %u%u",
			 args->entry[i].buffer_id, args->entry[i].gpu_phys_addr,
			 args->entry[i].size, args->entry[i].gpu_virt_addr,
			 args->entry[i].initialize, args->entry[i].nonmapped);
	}
	return status ? status : promote_addresses(object->channel, context, args);
}

/* The driver is about to unmap it there: the last channel of the space takes the addresses away. */
static u32 evict_ctx(const struct gsp_call *call)
{
	const struct nv2080_ctrl_gpu_evict_ctx_params *args = call->params;
	struct gsp_object *object = find_channel(call, args->h_chan_client, args->h_object);
	struct sg_context_space *space;

	if (!object)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	if (!object->channel || !object->channel->promoted)
		return NV_OK;
	object->channel->promoted = false;
	space = space_find(owner_of(object)->context, object->channel->vas);
	if (space && !--space->users) {
		sg_vas_put(space->vas);
		*space = (struct sg_context_space){};
	}
	return NV_OK;
}

/* How they are used */

/* A buffer's first and last byte: the rest is taken for mapped, too. */
static bool reaches(struct softgpu *gpu, const struct sg_space *space, u64 va, u64 size)
{
	u8 probe;

	return sg_space_read(gpu, space, va, &probe, 1) &&
	       sg_space_read(gpu, space, va + size - 1, &probe, 1);
}

/* The first buffer of @needed that the channel's addresses do not lead to, or -1 */
static int missing(const struct sg_channel *channel, const struct sg_context_space *space,
		   u32 needed)
{
	const struct sg_space addresses = sg_channel_space(channel);

	if (!space)
		return NV2080_CTX_BUFFER_MAIN;
	for (int i = 0; i < NV2080_CTX_BUFFERS; i++)
		if (needed & BIT(i) &&
		    (!(space->mapped & BIT(i)) ||
		     !reaches(channel->gpu, &addresses, space->va[i], buffer_size(i))))
			return i;
	return -1;
}

/* Either access map will do. */
static u32 with_access_map(const struct sg_context_space *space, u32 needed)
{
	u32 maps = space ? space->mapped & ACCESS_MAPS : 0;

	return needed | (maps ? maps : BUFFER(PRIV_ACCESS_MAP));
}

static u32 refuse(struct sg_channel *channel, const char *what, int buffer)
{
	sg_log(channel->gpu, "channel %u: %s: context buffer %d", channel->chid, what, buffer);
	return NV_ERR_INVALID_STATE;
}

static bool write_image(struct softgpu *gpu, struct sg_context *context)
{
	const u64 image = IMAGE ^ context->main;

	context->has_image = context->main_sysmem ?
		sg_dma_write(gpu, context->main, &image, sizeof(image)) :
		sg_vram_write(gpu, context->main, &image, sizeof(image));
	return context->has_image;
}

u32 sg_context_object(struct softgpu_gsp_rm *rm, struct gsp_object *object)
{
	struct sg_channel *channel = object->channel;
	struct sg_context *context = owner_of(object)->context;
	struct sg_context_space *space;
	int lacks;

	if (!channel || channel->engine != ENGINE_GR0)
		return NV_OK;
	for (int i = 0; i < NV2080_CTX_BUFFERS; i++)
		if (EACH_CONTEXTS & BIT(i) && !(context && context->memory & BIT(i)))
			return refuse(channel, "no memory was promoted for it", i);
	space = space_find(context, channel->vas);
	if (!rm->golden_image) {
		lacks = missing(channel, space, with_access_map(space, EACH_CONTEXTS | FOR_3D));
		if (lacks >= 0)
			return refuse(channel, "no golden image can be made without it", lacks);
		rm->golden_image = true;
	}
	return context->has_image || write_image(rm->gpu, context) ? NV_OK : NV_ERR_INVALID_ADDRESS;
}

bool sg_context_load(struct sg_channel *channel, u32 class)
{
	struct sg_context *context = owner_of(channel->object)->context;
	struct sg_context_space *space = space_find(context, channel->vas);
	const bool is_3d = class == AMPERE_B || class == FERMI_TWOD_A;
	const u32 kind = is_3d ? BIT(1) : BIT(0);
	u64 image = 0;
	int lacks;

	if (channel->loaded & kind)
		return true;
	lacks = missing(channel, space,
			with_access_map(space, EACH_CONTEXTS | (is_3d ? FOR_3D : 0)));
	if (lacks >= 0) {
		sg_channel_fail(channel, SG_XID_MMU_FAULT,
				"MMU fault: context buffer %d is not mapped", lacks);
		return false;
	}
	if (!sg_channel_read(channel, space->va[NV2080_CTX_BUFFER_MAIN], &image, sizeof(image)))
		return false;
	if (!context->has_image || image != (IMAGE ^ context->main)) {
		sg_channel_fail(channel, SG_XID_GR_ERROR, "there is no context in its main buffer");
		return false;
	}
	channel->loaded |= kind;
	return true;
}

const struct gsp_control sg_controls_context[] = {
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_CONTEXT_BUFFERS_INFO, 1664, get_context_buffers },
	{ NV2080_CTRL_CMD_GPU_PROMOTE_CTX, 560, promote_ctx },
	{ NV2080_CTRL_CMD_GPU_EVICT_CTX, 20, evict_ctx },
	{ }
};
