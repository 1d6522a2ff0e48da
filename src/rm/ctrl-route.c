// SPDX-License-Identifier: MIT OR GPL-2.0
/* Who answers a control: the one place where its size and rights are checked. */
#include <linux/kernel.h>

#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "rm/ctrl.h"

enum rm_ctrl_rights { RM_CTRL_USER, RM_CTRL_ADMIN };
enum rm_ctrl_route { RM_CTRL_RM, RM_CTRL_GSP };

struct rm_ctrl {
	u32 cmd;
	u32 size;
	enum rm_ctrl_rights rights;
	enum rm_ctrl_route route;
};

#define RM_CTRL_ROW(id, name, params_size, who, by) \
	{ (id), (params_size), RM_CTRL_##who, RM_CTRL_##by },

static const struct rm_ctrl rm_ctrls[] = { NV_CTRLS(RM_CTRL_ROW) };

static const struct rm_ctrl *rm_ctrl_find(u32 cmd)
{
	size_t low = 0, high = ARRAY_SIZE(rm_ctrls);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (rm_ctrls[mid].cmd == cmd)
			return &rm_ctrls[mid];
		if (rm_ctrls[mid].cmd < cmd)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

u32 rm_ctrl_size(u32 cmd)
{
	const struct rm_ctrl *ctrl = rm_ctrl_find(cmd);

	return ctrl ? ctrl->size : 0;
}

u32 rm_ctrl_forward(struct rm_call *call)
{
	return nv_gsp_control(call->gpu->gsp, call->object->client->object.handle,
			      call->object->handle, call->cmd, call->params, call->size);
}

static rm_ctrl_fn *rm_ctrl_handler(const struct rm_class *class, u32 cmd)
{
	size_t i, count = class->num_handlers ? *class->num_handlers : 0;

	for (i = 0; i < count; i++)
		if (class->handlers[i].cmd == cmd)
			return class->handlers[i].fn;
	return NULL;
}

/* Controls without public definition go to GSP as they are, whatever their object's class. */
static bool rm_ctrl_is_legacy(const struct rm_object *object, u32 cmd)
{
	return object->gpu && cmd & NV_CTRL_LEGACY &&
	       cmd != NV2080_CTRL_CMD_INTERNAL_GCX_ENTRY_PREREQUISITE;
}

static bool rm_ctrl_is_of_class(const struct rm_class *class, u32 cmd)
{
	const u16 *other = class->ctrl_classes;

	if (NV_CTRL_CLASS(cmd) == class->h_class)
		return true;
	for (; other && *other; other++)
		if (NV_CTRL_CLASS(cmd) == *other)
			return true;
	return false;
}

u32 rm_ctrl_route(const struct rm_call *call, rm_ctrl_fn **fn)
{
	const struct rm_class *class = call->object->class;
	const struct rm_ctrl *ctrl = rm_ctrl_find(call->cmd);
	bool admin = call->caller->admin;

	*fn = rm_ctrl_forward;
	if (class->flags & RM_CLASS_ADMIN && !admin)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	if (rm_ctrl_is_legacy(call->object, call->cmd)) {
		if ((call->cmd & NV_CTRL_LEGACY_PRIVILEGED) == NV_CTRL_LEGACY_PRIVILEGED && !admin)
			return NV_ERR_INSUFFICIENT_PERMISSIONS;
		return NV_OK;
	}
	/* The release has this status, too, but hides it behind NV_ERR_INVALID_ARGUMENT. */
	if (ctrl && ctrl->size != call->size)
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (!rm_ctrl_is_of_class(class, call->cmd))
		return NV_ERR_NOT_SUPPORTED;
	if (class->flags & RM_CLASS_OPAQUE)
		return NV_OK;
	if (!ctrl)
		return NV_ERR_NOT_SUPPORTED;
	if (ctrl->rights == RM_CTRL_ADMIN && !admin)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	if (ctrl->route == RM_CTRL_RM)
		*fn = rm_ctrl_handler(class, call->cmd);
	return *fn ? NV_OK : NV_ERR_NOT_SUPPORTED;
}

u32 rm_ctrl_run(struct rm_call *call, rm_ctrl_fn *fn)
{
	u32 status;

	if (!call->object->gpu)
		return fn(call);
	status = rm_object_enter(call->object, &call->gpu);
	if (status != NV_OK)
		return status;
	status = fn(call);
	rm_object_leave(call->object);
	return status;
}
