// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls of channels and channel groups
 * (open-gpu-kernel-modules 550.163.01, ctrla06f.h, ctrla06c.h, ctrlc36f.h).
 */

#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "channel.h"

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"

#define GSP_CTRL_GROUP_PREEMPT			0xa06c0105
#define GSP_CTRL_PROMOTE_FAULT_METHOD_BUFFERS	0xa06c010a

struct gpfifo_schedule {
	u8 enable;
	u8 skip_submit;
};
NV_ABI_SIZE(struct gpfifo_schedule, 2);

static u32 schedule_channel(const struct gsp_call *call)
{
	const struct gpfifo_schedule *args = call->params;

	if (!call->object->channel)
		return NV_ERR_INVALID_STATE;
	sg_channel_schedule(call->object->channel, args->enable);
	return NV_OK;
}

/* Children of an object belong to its client, which is at the root of its tree. */
static u32 schedule_group(const struct gsp_call *call)
{
	const struct gpfifo_schedule *args = call->params;
	const struct gsp_object *top = call->object;
	struct gsp_client *client;
	struct gsp_object *object;

	while (top->parent)
		top = top->parent;
	list_for_each_entry(client, &call->rm->clients, link) {
		if (client->handle != top->handle)
			continue;
		list_for_each_entry(object, &client->objects, link)
			if (object->parent == call->object && object->channel)
				sg_channel_schedule(object->channel, args->enable);
	}
	return NV_OK;
}

static u32 bind_channel(const struct gsp_call *call)
{
	u32 engine, runlist;

	memcpy(&engine, call->params, sizeof(engine));
	return sg_engine_runlist(engine, &runlist) ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

static u32 get_work_submit_token(const struct gsp_call *call)
{
	const struct sg_channel *channel = call->object->channel;
	u32 token;

	if (!channel)
		return NV_ERR_INVALID_STATE;
	token = FIELD_PREP(NV_DOORBELL_VECTOR, channel->chid) |
		FIELD_PREP(NV_DOORBELL_RUNLIST_ID, channel->runlist);
	memcpy(call->params, &token, sizeof(token));
	return NV_OK;
}

#define RUNQUEUES_MAX	2

struct promote_fault_buffers {
	struct {
		u64 base;
		u64 size;
		u64 alignment;
		u32 address_space;
		u32 cpu_cache_attrib;
	} buffer[RUNQUEUES_MAX];
	u64 bar2_addr[RUNQUEUES_MAX];
	u32 count;
	u32 pad;
};
NV_ABI_SIZE(struct promote_fault_buffers, 88);

/* Where copy engines would save methods when a fault stops them. These drop the channel. */
static u32 promote_fault_buffers(const struct gsp_call *call)
{
	const struct promote_fault_buffers *args = call->params;

	return args->count <= RUNQUEUES_MAX ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

static u32 stop_channel(const struct gsp_call *call)
{
	if (!call->object->channel)
		return NV_ERR_INVALID_STATE;
	sg_channel_schedule(call->object->channel, false);
	return NV_OK;
}

static u32 disable_usermode_channels(const struct gsp_call *call)
{
	const u8 *disable = call->params;

	sg_gsp_rm_stop_users(call->rm, *disable);
	return NV_OK;
}

const struct gsp_control sg_controls_channel[] = {
	{ NVA06C_CTRL_CMD_GPFIFO_SCHEDULE, 2, schedule_group },
	{ NVA06C_CTRL_CMD_BIND, 4, bind_channel },
	{ NVA06C_CTRL_CMD_SET_TIMESLICE, 8, sg_control_accept },
	/* A turn is over before anybody can ask for its end. */
	{ GSP_CTRL_GROUP_PREEMPT, 8, sg_control_accept },
	{ NVA06C_CTRL_CMD_INTERNAL_GPFIFO_SCHEDULE, 2, schedule_group },
	{ NVA06C_CTRL_CMD_INTERNAL_SET_TIMESLICE, 8, sg_control_accept },
	{ GSP_CTRL_PROMOTE_FAULT_METHOD_BUFFERS, 88, promote_fault_buffers },
	{ NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, 2, schedule_channel },
	{ NVA06F_CTRL_CMD_BIND, 4, bind_channel },
	{ NVA06F_CTRL_CMD_STOP_CHANNEL, 1, stop_channel },
	{ NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, 4, get_work_submit_token },
	{ NVC36F_CTRL_CMD_GPFIFO_SET_WORK_SUBMIT_TOKEN_NOTIF_INDEX, 4, sg_control_accept },
	{ NV2080_CTRL_CMD_FIFO_DISABLE_USERMODE_CHANNELS, 1, disable_usermode_channels },
	{ }
};
