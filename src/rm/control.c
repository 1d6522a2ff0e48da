// SPDX-License-Identifier: MIT OR GPL-2.0
/* RM_CONTROL */
#include <linux/slab.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nvos.h"
#include "rm/ctrl.h"

static u32 rm_control_object(struct rm_call *call, u64 user)
{
	struct rm *rm = call->object->client->rm;
	rm_ctrl_fn *fn;
	u32 status;

	if (rm_ctrl_is_deprecated(call->cmd))
		return rm_control_deprecated(call, user);
	if (call->cmd == NV0080_CTRL_CMD_FIFO_GET_CHANNELLIST)
		return rm_get_channel_list(call, user);
	if (call->cmd == NV0041_CTRL_CMD_GET_SURFACE_INFO)
		return rm_get_surface_info(call, user);
	status = rm_ctrl_route(call, &fn);
	if (status == NV_OK)
		status = rm_copy_in(rm, user, call->size, &call->params);
	if (status != NV_OK)
		return status;
	status = rm_ctrl_run(call, fn);
	if (status == NV_OK && call->size && rm->os->copy_out(user, call->params, call->size))
		status = NV_ERR_INVALID_ADDRESS;
	kvfree(call->params);
	return status;
}

/* What can be said of a control without knowing its object. */
static u32 rm_control_check(const struct nvos54_parameters *p)
{
	if (p->flags & NVOS54_FLAGS_FINN_SERIALIZED)
		return NV_ERR_NOT_SUPPORTED;
	/* The other flags are for kernel code. */
	if (p->flags)
		return NV_ERR_INVALID_ARGUMENT;
	if (!p->params != !p->params_size || p->params_size > RM_PARAMS_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	return NV_OK;
}

u32 rm_control(const struct rm_caller *caller, const struct nvos54_parameters *p)
{
	struct rm_call call = { .caller = caller, .cmd = p->cmd, .size = p->params_size };
	struct rm_client *client;
	u32 status;

	if (NV_CTRL_IS_NULL(p->cmd))
		return NV_OK;
	status = rm_control_check(p);
	if (status != NV_OK)
		return status;
	client = rm_client_get(caller, p->h_client);
	if (!client)
		return NV_ERR_INVALID_CLIENT;
	call.object = rm_object_get(client, p->h_object);
	if (call.object) {
		status = rm_control_object(&call, p->params);
		rm_object_put(call.object);
	} else {
		status = NV_ERR_OBJECT_NOT_FOUND;
	}
	rm_client_put(client);
	return status;
}
