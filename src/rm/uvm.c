// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the resource manager does for unified memory. */
#include <linux/align.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "gsp/gsp.h"
#include "mem/gmmu.h"
#include "rm/channel.h"
#include "rm/gr-context.h"
#include "rm/memory.h"
#include "rm/uvm.h"
#include "rm/vaspace.h"

/**
 * struct rm_uvm_vaspace - an address space that UVM owns
 * @object: the program's, which GSP knows; a reference is held
 * @vaspace: a reference is held
 */
struct rm_uvm_vaspace {
	struct rm_object *object;
	struct rm_vaspace *vaspace;
};

/*
 * All of this is called inside nvidia-uvm's gate, where those of GPUs are open. It is called with a
 * VA space's lock held, too, and that under mmap_lock, with which nobody may wait for a gate:
 * who pins memory does so inside one.
 */

/* GPUs */

static bool has_uuid(struct rm_gpu *rgpu, const u8 *uuid)
{
	struct nv_gpu *gpu = rm_gpu_try_enter(rgpu);
	bool same;

	if (!gpu)
		return false;
	same = nv_gpu_running(gpu) && !memcmp(nv_gsp_static_info(gpu->gsp)->gid_data, uuid, 16);
	rm_gpu_leave(rgpu);
	return same;
}

struct rm_gpu *rm_uvm_gpu_get(struct rm *rm, const u8 uuid[16])
{
	struct rm_gpu *rgpu;
	u32 next = 0;

	for (; (rgpu = rm_gpu_next(rm, next)); rm_gpu_put(rgpu)) {
		if (has_uuid(rgpu, uuid))
			return rgpu;
		next = rgpu->gpu_id + 1;
	}
	return NULL;
}

void rm_uvm_gpu_put(struct rm_gpu *gpu)
{
	rm_gpu_put(gpu);
}

/* The live object of two handles, with a reference to it; NULL and a status otherwise */
static struct rm_object *object_get(const struct rm_caller *caller, u32 h_client, u32 handle,
				    struct rm_gpu *rgpu, u32 *status)
{
	struct rm_client *client = rm_client_get(caller, h_client);
	struct rm_object *object;

	*status = NV_ERR_INVALID_CLIENT;
	if (!client)
		return NULL;
	object = rm_object_get(client, handle);
	rm_client_put(client);
	*status = object ? NV_OK : NV_ERR_OBJECT_NOT_FOUND;
	if (!object || object->gpu == rgpu)
		return object;
	rm_object_put(object);
	*status = NV_ERR_INVALID_ARGUMENT;
	return NULL;
}

/* Address spaces */

static bool vaspace_own(struct rm_vaspace *vaspace)
{
	bool mine;

	mutex_lock(&vaspace->lock);
	mine = !vaspace->owned;
	WRITE_ONCE(vaspace->owned, true);
	mutex_unlock(&vaspace->lock);
	return mine;
}

static void vaspace_disown(struct rm_vaspace *vaspace)
{
	mutex_lock(&vaspace->lock);
	WRITE_ONCE(vaspace->owned, false);
	mutex_unlock(&vaspace->lock);
}

static u32 set_page_directory(struct rm_object *object, struct rm_vaspace *vaspace)
{
	struct nv_vas_level root;
	struct nv_gpu *gpu;
	u32 status = rm_object_try_enter(object, &gpu);

	if (status != NV_OK)
		return status;
	nv_vas_root(&vaspace->vas, &root);
	status = nv_gsp_set_page_directory(gpu->gsp, object->client->object.handle,
					   object->parent->handle, object->handle, &root);
	rm_object_leave(object);
	return status;
}

/* Takes over the caller's reference to @object if all goes well. */
static u32 vaspace_take(struct rm_object *object, struct rm_uvm_vaspace **out)
{
	struct rm_vaspace *vaspace = container_of(object, struct rm_vaspace_object,
						  object)->vaspace;
	struct rm_uvm_vaspace *uvs;
	u32 status;

	if (!vaspace->external)
		return NV_ERR_INVALID_ARGUMENT;
	uvs = kzalloc(sizeof(*uvs), GFP_KERNEL_ACCOUNT);
	if (!uvs)
		return NV_ERR_NO_MEMORY;
	status = vaspace_own(vaspace) ? NV_OK : NV_ERR_STATE_IN_USE;
	if (status == NV_OK) {
		status = set_page_directory(object, vaspace);
		if (status != NV_OK)
			vaspace_disown(vaspace);
	}
	if (status != NV_OK) {
		kfree(uvs);
		return status;
	}
	rm_resource_hold(&vaspace->resource);
	*uvs = (struct rm_uvm_vaspace) { .object = object, .vaspace = vaspace };
	*out = uvs;
	return NV_OK;
}

u32 rm_uvm_vaspace_get(const struct rm_caller *caller, u32 h_client, u32 h_vaspace,
		       struct rm_gpu *gpu, struct rm_uvm_vaspace **vaspace)
{
	struct rm_object *object;
	u32 status;

	object = object_get(caller, h_client, h_vaspace, gpu, &status);
	if (!object)
		return status;
	status = object->h_class == FERMI_VASPACE_A ? vaspace_take(object, vaspace) :
						      NV_ERR_INVALID_ARGUMENT;
	if (status != NV_OK)
		rm_object_put(object);
	return status;
}

static bool object_is_live(struct rm_object *object)
{
	bool live;

	mutex_lock(&object->client->lock);
	live = object->state == RM_OBJECT_LIVE;
	mutex_unlock(&object->client->lock);
	return live;
}

/* Whoever freed the program's object had GSP forget it. */
static void unset_page_directory(struct rm_object *object)
{
	struct nv_gpu *gpu;

	if (!object_is_live(object) || rm_object_try_enter(object, &gpu) != NV_OK)
		return;
	nv_gsp_set_page_directory(gpu->gsp, object->client->object.handle,
				  object->parent->handle, object->handle, NULL);
	rm_object_leave(object);
}

void rm_uvm_vaspace_put(struct rm_uvm_vaspace *vaspace)
{
	struct rm_gpu *rgpu = vaspace->vaspace->resource.gpu;

	unset_page_directory(vaspace->object);
	if (rm_gpu_try_enter(rgpu)) {
		nv_vas_unmap(&vaspace->vaspace->vas, 0, RM_VA_END);
		nv_vas_invalidate(&vaspace->vaspace->vas);
		rm_gpu_leave(rgpu);
	}
	vaspace_disown(vaspace->vaspace);
	rm_object_put(vaspace->object);
	rm_vaspace_put(vaspace->vaspace);
	kfree(vaspace);
}

/* Mapping */

u32 rm_uvm_map(struct rm_uvm_vaspace *vaspace, u64 va, u64 size,
	       const struct rm_uvm_target *target)
{
	struct rm_gpu *rgpu = vaspace->vaspace->resource.gpu;
	unsigned int flags = (target->read_only ? NV_VAS_READ_ONLY : 0) |
			     (target->is_volatile ? NV_VAS_VOLATILE : 0) |
			     (target->is_privileged ? NV_VAS_PRIVILEGED : 0) |
			     (target->block_linear ? NV_VAS_BLOCK_LINEAR : 0);
	int err = -ENODEV;

	if (rm_gpu_try_enter(rgpu)) {
		err = target->memory ? rm_map_pages(vaspace->vaspace, target->memory, va,
						    target->offset, size, flags) :
				       rm_map_messages(vaspace->vaspace, va, size);
		rm_gpu_leave(rgpu);
	}
	return err == -EEXIST ? NV_ERR_UVM_ADDRESS_IN_USE : rm_status(err);
}

u32 rm_uvm_unmap(struct rm_uvm_vaspace *vaspace, u64 va, u64 size)
{
	struct rm_gpu *rgpu = vaspace->vaspace->resource.gpu;
	int err = -ENODEV;

	if (rm_gpu_try_enter(rgpu)) {
		nv_vas_unmap(&vaspace->vaspace->vas, va, size);
		err = nv_vas_invalidate(&vaspace->vaspace->vas);
		rm_gpu_leave(rgpu);
	}
	return rm_status(err);
}

/* Memory */

u32 rm_uvm_memory_get(const struct rm_caller *caller, u32 h_client, u32 h_memory,
		      struct rm_gpu *gpu, struct rm_memory **memory, u64 *size)
{
	struct rm_object *object;
	u32 status;

	object = object_get(caller, h_client, h_memory, gpu, &status);
	if (!object)
		return status;
	status = NV_ERR_INVALID_ARGUMENT;
	/* What begins inside a page has a page that is not all the program's. */
	if (rm_object_is_memory(object) && rm_to_memory(object)->memory->kind != RM_MEMORY_REGS) {
		*memory = rm_to_memory(object)->memory;
		*size = ALIGN((*memory)->size, NV_HEAP_PAGE);
		if ((*memory)->kind == RM_MEMORY_USER && (*memory)->offset)
			status = NV_ERR_NOT_SUPPORTED;
		else
			status = NV_OK;
	}
	if (status == NV_OK)
		rm_memory_hold(*memory);
	rm_object_put(object);
	return status;
}

/* It is no process's: these are counted by their video memory. */
u32 rm_uvm_memory_new(struct rm *rm, struct rm_gpu *gpu, u64 size, struct rm_memory **memory)
{
	struct nv_gpu *nvgpu;
	int err = -ENODEV;

	*memory = rm_memory_new_on(gpu, rm->os, 0, RM_MEMORY_SYS, size);
	if (!*memory)
		return NV_ERR_NO_MEMORY;
	(*memory)->caching = NV_CACHED;
	nvgpu = rm_gpu_try_enter(gpu);
	if (nvgpu) {
		err = nvgpu->hw->ops->dma_alloc_user(nvgpu->hw, &(*memory)->dma, size,
						    false);
		rm_gpu_leave(gpu);
	}
	if (err) {
		rm_memory_put(*memory);
		*memory = NULL;
	}
	return rm_status(err);
}

void rm_uvm_memory_hold(struct rm_memory *memory)
{
	rm_memory_hold(memory);
}

void rm_uvm_memory_put(struct rm_memory *memory)
{
	rm_memory_put(memory);
}

int rm_uvm_memory_pages(struct rm_memory *memory, int (*fn)(void *ctx, const struct nv_dma *dma),
			void *ctx)
{
	int err;

	mutex_lock(&memory->gpu->lock);
	err = memory->gone ? -ENODEV : fn(ctx, &memory->dma);
	mutex_unlock(&memory->gpu->lock);
	return err;
}

/* Channels */

/**
 * struct rm_uvm_channel - a channel that UVM knows
 * @object: the program's, which GSP knows; a reference is held
 * @channel: a reference is held
 */
struct rm_uvm_channel {
	struct rm_object *object;
	struct rm_channel *channel;
};

static bool is_graphics(const struct rm_channel *rc)
{
	return rc->channel.engine.type == NV_ENGINE_TYPE_GR0;
}

static u32 channel_check(const struct rm_channel *rc, const struct rm_uvm_vaspace *vaspace)
{
	bool ready = true;

	if (!rc || rc->vaspace != vaspace->vaspace)
		return NV_ERR_INVALID_ARGUMENT;
	if (is_graphics(rc)) {
		mutex_lock(&rc->context->lock);
		ready = rc->context->promoted;
		mutex_unlock(&rc->context->lock);
	}
	return ready ? NV_OK : NV_ERR_INVALID_OBJECT;
}

u32 rm_uvm_channel_get(const struct rm_caller *caller, u32 h_client, u32 h_channel,
		       struct rm_uvm_vaspace *vaspace, struct rm_uvm_channel **channel)
{
	struct rm_uvm_channel *uc = kzalloc(sizeof(*uc), GFP_KERNEL_ACCOUNT);
	struct rm_channel *rc = NULL;
	struct rm_object *object;
	u32 status;

	if (!uc)
		return NV_ERR_NO_MEMORY;
	object = object_get(caller, h_client, h_channel, vaspace->vaspace->resource.gpu, &status);
	if (object) {
		if (object->class->kind == RM_PARENT_CHANNEL)
			rc = container_of(object, struct rm_channel_object, object)->channel;
		status = channel_check(rc, vaspace);
		if (status != NV_OK)
			rm_object_put(object);
	}
	if (status != NV_OK) {
		kfree(uc);
		return status;
	}
	rm_resource_hold(&rc->resource);
	*uc = (struct rm_uvm_channel) { .object = object, .channel = rc };
	*channel = uc;
	return NV_OK;
}

/* Whoever freed the program's object had GSP free the channel. */
void rm_uvm_channel_stop(struct rm_uvm_channel *channel)
{
	struct rm_object *object = channel->object;
	struct nv_gpu *gpu;
	u8 at_once = true;

	if (!object_is_live(object) || rm_object_try_enter(object, &gpu) != NV_OK)
		return;
	nv_gsp_control(gpu->gsp, object->client->object.handle, object->handle,
		       NVA06F_CTRL_CMD_STOP_CHANNEL, &at_once, sizeof(at_once));
	rm_object_leave(object);
}

void rm_uvm_channel_put(struct rm_uvm_channel *channel)
{
	rm_object_put(channel->object);
	rm_resource_put(&channel->channel->resource);
	kfree(channel);
}

unsigned int rm_uvm_channel_buffers(struct rm_uvm_channel *channel, u64 base,
				    struct rm_uvm_buffer buffer[RM_UVM_BUFFERS])
{
	struct rm_gr_mapping map[NV2080_CTX_BUFFERS];
	unsigned int i, count;

	if (!is_graphics(channel->channel))
		return 0;
	count = rm_gr_layout(channel->channel->context, base, map);
	for (i = 0; i < count; i++) {
		rm_memory_hold(map[i].memory);
		buffer[i] = (struct rm_uvm_buffer) {
			.va = map[i].va,
			.size = map[i].size,
			.target.memory = map[i].memory,
			.target.read_only = map[i].flags & NV_VAS_READ_ONLY,
			.target.is_privileged = map[i].flags & NV_VAS_PRIVILEGED,
		};
	}
	return count;
}

u32 rm_uvm_channel_bind(struct rm_uvm_channel *channel, u64 base)
{
	struct rm_gr_mapping map[NV2080_CTX_BUFFERS];
	struct nv_gpu *gpu;
	u32 status;

	if (!is_graphics(channel->channel))
		return NV_OK;
	status = rm_object_try_enter(channel->object, &gpu);
	if (status != NV_OK)
		return status;
	status = rm_gr_promote(channel->object, gpu, map,
			       rm_gr_layout(channel->channel->context, base, map));
	rm_object_leave(channel->object);
	return status;
}

/* A channel that was freed has no context any more. */
void rm_uvm_channel_unbind(struct rm_uvm_channel *channel)
{
	struct nv_gpu *gpu;

	if (!is_graphics(channel->channel) || !object_is_live(channel->object) ||
	    rm_object_try_enter(channel->object, &gpu) != NV_OK)
		return;
	rm_gr_evict(channel->object, gpu);
	rm_object_leave(channel->object);
}
