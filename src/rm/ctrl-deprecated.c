// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Controls whose parameters point to a list of {index, data}. Programs of the release
 * still send them; they are answered by those that contain the list.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl.h"
#include "rm/ctrl.h"

#define RM_CTRL_PAIR(id, name, current)	{ (id), (current) },

static const struct {
	u32 cmd;
	u32 current_cmd;
} rm_deprecated[] = { NV_CTRLS_DEPRECATED(RM_CTRL_PAIR) };

static u32 rm_ctrl_current(u32 cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rm_deprecated); i++)
		if (rm_deprecated[i].cmd == cmd)
			return rm_deprecated[i].current_cmd;
	return cmd;
}

bool rm_ctrl_is_deprecated(u32 cmd)
{
	return rm_ctrl_current(cmd) != cmd;
}

/* Ask the current control, with the list at @user in its parameters and back again. */
static u32 rm_list_run(struct rm_call *call, struct rm_info_list *list, u64 user, size_t size)
{
	const struct rm_os *os = call->object->client->rm->os;
	rm_ctrl_fn *fn;
	u32 status;

	status = rm_ctrl_route(call, &fn);
	if (status != NV_OK)
		return status;
	if (os->copy_in(list->info, user, size))
		return NV_ERR_INVALID_ADDRESS;
	status = rm_ctrl_run(call, fn);
	if (status == NV_OK && os->copy_out(user, list->info, size))
		return NV_ERR_INVALID_ADDRESS;
	return status;
}

u32 rm_control_deprecated(struct rm_call *call, u64 user)
{
	const struct rm_os *os = call->object->client->rm->os;
	struct nvxxxx_ctrl_info_params p;
	struct rm_info_list *list;
	u32 status;

	if (call->size != (call->cmd == NV2080_CTRL_CMD_GR_GET_INFO ?
			   NVXXXX_CTRL_ROUTED_INFO_PARAMS_SIZE : sizeof(p)))
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (os->copy_in(&p, user, sizeof(p)))
		return NV_ERR_INVALID_ADDRESS;
	call->cmd = rm_ctrl_current(call->cmd);
	call->size = rm_ctrl_size(call->cmd);
	if (!p.list_size || p.list_size > (call->size - sizeof(*list)) / sizeof(list->info[0]))
		return NV_ERR_INVALID_ARGUMENT;
	list = kvzalloc(call->size, GFP_KERNEL_ACCOUNT);
	if (!list)
		return NV_ERR_NO_MEMORY;
	list->count = p.list_size;
	call->params = list;
	status = rm_list_run(call, list, p.list, p.list_size * sizeof(list->info[0]));
	kvfree(list);
	return status;
}
