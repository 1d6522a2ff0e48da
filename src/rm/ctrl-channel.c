// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls of channels, and the device's that name channels. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "rm/channel.h"

static struct rm_channel *call_channel(struct rm_call *call)
{
	return container_of(call->object, struct rm_channel_object, object)->channel;
}

/* The token goes to the notifier that was chosen, too, where who cannot ask looks for it. */
static void notify_token(struct rm_channel *rc, u32 token)
{
	u32 index = READ_ONCE(rc->token_notifier);
	struct nv_notification *notifier;

	if (!index)
		return;
	notifier = (struct nv_notification *)rc->notifier->dma.cpu + index;
	WRITE_ONCE(notifier->info32, token);
	smp_wmb(); /* whoever sees the status sees the token */
	WRITE_ONCE(notifier->status, 0);
}

static u32 get_work_submit_token(struct rm_call *call)
{
	struct rm_channel *rc = call_channel(call);
	u32 *token = call->params;

	*token = nv_channel_token(&rc->channel);
	notify_token(rc, *token);
	return NV_OK;
}

static u32 set_token_notifier(struct rm_call *call)
{
	struct rm_channel *rc = call_channel(call);
	u32 index = *(u32 *)call->params;

	/* The first is for errors. */
	if (!index)
		return NV_ERR_INVALID_ARGUMENT;
	if (!rc->notifier || !rc->notifier->dma.cpu)
		return NV_ERR_NOT_SUPPORTED;
	if (index >= rc->notifier->size / sizeof(struct nv_notification))
		return NV_ERR_INVALID_ARGUMENT;
	WRITE_ONCE(rc->token_notifier, index);
	notify_token(rc, nv_channel_token(&rc->channel));
	return NV_OK;
}

/* What to put into the SET_OBJECT method for an engine object of this channel */
static u32 get_class_engineid(struct rm_call *call)
{
	struct nvc36f_ctrl_get_class_engineid_params *p = call->params;
	struct rm_object *object = rm_object_get(call->object->client, p->h_object);
	u32 status = NV_ERR_OBJECT_NOT_FOUND;

	if (!object)
		return status;
	if (object->parent == call->object && object->class->flags & RM_CLASS_ENGINE) {
		p->class_id = object->h_class;
		p->class_engine_id = object->h_class;
		p->engine_id = rm_engine_type_for_user(rm_engine_object_type(object));
		status = NV_OK;
	}
	rm_object_put(object);
	return status;
}

/* A class has the controls of those that it succeeds. */
const u16 rm_channel_ctrl_classes[] = {
	KEPLER_CHANNEL_GPFIFO_A, MAXWELL_CHANNEL_GPFIFO_A, VOLTA_CHANNEL_GPFIFO_A, 0,
};

const struct rm_ctrl_handler rm_channel_handlers[] = {
	{ NVC36F_CTRL_GET_CLASS_ENGINEID, get_class_engineid },
	{ NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, get_work_submit_token },
	{ NVC36F_CTRL_CMD_GPFIFO_SET_WORK_SUBMIT_TOKEN_NOTIF_INDEX, set_token_notifier },
};

const size_t rm_channel_num_handlers = ARRAY_SIZE(rm_channel_handlers);

/* The live channel object of a handle, with a reference, or NULL */
static struct rm_object *channel_get(struct rm_client *client, u32 handle,
				     const struct rm_gpu *rgpu)
{
	struct rm_object *object = rm_object_get(client, handle);

	if (!object || (object->class->kind == RM_PARENT_CHANNEL && object->gpu == rgpu))
		return object;
	rm_object_put(object);
	return NULL;
}

static const struct nv_channel *channel_of(struct rm_object *object)
{
	return &container_of(object, struct rm_channel_object, object)->channel->channel;
}

static u32 channel_id(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu)
{
	struct rm_object *object = channel_get(client, handle, rgpu);
	u32 id = NV0080_CTRL_FIFO_INVALID_CHANNEL;

	if (!object)
		return id;
	id = channel_of(object)->chid;
	rm_object_put(object);
	return id;
}

bool rm_channel_engine(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu, u32 *type)
{
	struct rm_object *object = channel_get(client, handle, rgpu);

	if (!object)
		return false;
	*type = channel_of(object)->engine.type;
	rm_object_put(object);
	return true;
}

#define CHANNELS_AT_ONCE	64

/* No lock is held and no GPU entered: this reads and writes user memory all the while. */
static u32 list_channels(struct rm_call *call,
			 const struct nv0080_ctrl_fifo_get_channellist_params *p)
{
	const struct rm_os *os = call->object->client->rm->os;
	u32 done, n, i, list[CHANNELS_AT_ONCE];

	for (done = 0; done < p->num_channels; done += n) {
		n = min_t(u32, p->num_channels - done, ARRAY_SIZE(list));
		if (os->copy_in(list, p->channel_handle_list + done * sizeof(*list),
				n * sizeof(*list)))
			return NV_ERR_INVALID_ADDRESS;
		for (i = 0; i < n; i++)
			list[i] = channel_id(call->object->client, list[i], call->object->gpu);
		if (os->copy_out(p->channel_list + done * sizeof(*list), list, n * sizeof(*list)))
			return NV_ERR_INVALID_ADDRESS;
	}
	return NV_OK;
}

u32 rm_get_channel_list(struct rm_call *call, u64 user)
{
	struct nv0080_ctrl_fifo_get_channellist_params p;

	if (call->object->class->kind != RM_PARENT_DEVICE)
		return NV_ERR_NOT_SUPPORTED;
	if (call->size != sizeof(p))
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (call->object->client->rm->os->copy_in(&p, user, sizeof(p)))
		return NV_ERR_INVALID_ADDRESS;
	if (!p.num_channels || p.num_channels > NV_HOST_CHANNELS)
		return NV_ERR_INVALID_ARGUMENT;
	return list_channels(call, &p);
}
