/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_CHANNEL_H
#define NV_RM_CHANNEL_H

#include "fifo/channel.h"
#include "abi/nv-class.h"
#include "rm/vaspace.h"

struct rm_gr_context;

/**
 * struct rm_channel - a channel of user space
 * @resource: its life: after the object and GSP's channel
 * @channel: what the driver gives to it
 * @vaspace: where its addresses lead; a reference is held
 * @userd: memory with its USERD; likewise
 * @notifier: memory for its error notifiers, likewise, or NULL
 * @context: what the graphics engine keeps for it; a reference is held
 * @placed: it is one of those that have it mapped; under its lock
 * @token_notifier: which of these tells the doorbell's token, or 0
 */
struct rm_channel {
	struct rm_resource resource;
	struct nv_channel channel;
	struct rm_vaspace *vaspace;
	struct rm_memory *userd;
	struct rm_memory *notifier;
	struct rm_gr_context *context;
	bool placed;
	u32 token_notifier;
};

/** struct rm_channel_object - AMPERE_CHANNEL_GPFIFO_A and its like; NULL until it is made */
struct rm_channel_object {
	struct rm_object object;
	struct rm_channel *channel;
};

/**
 * struct rm_group_object - KEPLER_CHANNEL_GROUP_A, FERMI_CONTEXT_SHARE_A
 * @object: as any
 * @h_vaspace: for channels that name none, or 0
 * @engine_type: likewise
 * @context: of its channels; a reference is held; NULL for a context share
 */
struct rm_group_object {
	struct rm_object object;
	struct rm_gr_context *context;
	u32 h_vaspace;
	u32 engine_type;
};

/**
 * struct rm_engine_object - AMPERE_COMPUTE_B, AMPERE_DMA_COPY_B and their like
 * @object: as any
 * @engine_type: whose methods it is for, as GSP counts engines
 */
struct rm_engine_object {
	struct rm_object object;
	u32 engine_type;
};

u32 rm_gr_object_init(struct rm_object *object, void *params);
u32 rm_copy_object_init(struct rm_object *object, void *params);
u32 rm_engine_object_type(struct rm_object *object);

static inline bool rm_object_is_compute(const struct rm_object *object)
{
	return object->h_class == AMPERE_COMPUTE_B;
}

u32 rm_channel_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_channel_gsp_free(struct rm_object *object, struct nv_gpu *gpu);
void rm_channel_destroy(struct rm_object *object);
u32 rm_group_init(struct rm_object *object, void *params);
void rm_group_destroy(struct rm_object *object);
u32 rm_context_share_init(struct rm_object *object, void *params);

/* ctrl-channel.c */

/** rm_channel_engine() - for which engine is the channel of that handle? False if it is none */
bool rm_channel_engine(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu, u32 *type);

extern const u16 rm_channel_ctrl_classes[];
extern const struct rm_ctrl_handler rm_channel_handlers[];
extern const size_t rm_channel_num_handlers;

#endif
