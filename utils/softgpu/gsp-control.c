// SPDX-License-Identifier: MIT OR GPL-2.0

/* GSP_RM_CONTROL: find the control, check what it is asked on and with, call it. */

#include <string.h>

#include <linux/kernel.h>

#include "gsp-rm.h"

/* Kind of object that a control's upper half asks for, or 0 if it names the class itself. */
static u32 interface_kind(u32 interface)
{
	switch (interface) {
	case 0x0000:
		return GSP_KIND_CLIENT;
	case 0x0080:
		return GSP_KIND_DEVICE;
	case 0x2080:
		return GSP_KIND_SUBDEVICE;
	case 0x90f1:
		return GSP_KIND_VASPACE;
	case 0xa06c:
		return GSP_KIND_CHANNEL_GROUP;
	case 0x906f:
	case 0xa06f:
	case 0xb06f:
	case 0xc36f:
		return GSP_KIND_CHANNEL;
	default:
		return 0;
	}
}

static bool fits(const struct gsp_object *object, u32 cmd)
{
	u32 kind = interface_kind(cmd >> 16);

	return kind ? object->kind == kind : object->class == cmd >> 16;
}

static const struct gsp_control *find_control(u32 cmd)
{
	static const struct gsp_control * const tables[] = {
		sg_controls_internal, sg_controls_gpu, sg_controls_engine, sg_controls_gr,
		sg_controls_channel, sg_controls_info, sg_controls_opaque, sg_controls_fbsr,
		sg_controls_board, sg_controls_fault, sg_controls_limits,
		sg_controls_clocks, sg_controls_context,
	};
	const struct gsp_control *control;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (control = tables[i]; control->fn; control++)
			if (control->cmd == cmd)
				return control;
	return NULL;
}

static u32 check_and_call(u32 h_client, u32 h_object, u32 cmd, struct gsp_call *call)
{
	struct softgpu *gpu = call->rm->gpu;
	const struct gsp_control *control = find_control(cmd);

	if (sg_fault(gpu, SOFTGPU_FAULT_CONTROL_REFUSED) && gpu->config.fault.n == cmd)
		return NV_ERR_NOT_SUPPORTED;
	call->object = sg_object_find(call->rm, h_client, h_object);
	if (!call->object)
		return sg_object_find(call->rm, h_client, h_client) ?
		       NV_ERR_INVALID_OBJECT_HANDLE : NV_ERR_INVALID_CLIENT;
	if (!control) {
		sg_unknown(gpu, "control", cmd);
		return NV_ERR_NOT_SUPPORTED;
	}
	if (!fits(call->object, cmd))
		return NV_ERR_NOT_SUPPORTED;
	if (call->size != control->size)
		return NV_ERR_INVALID_PARAM_STRUCT;
	return control->fn(call);
}

u32 sg_control_call(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_object, u32 cmd,
		    void *params, u32 size)
{
	struct gsp_call call = { .rm = rm, .params = params, .size = size };
	u32 status = check_and_call(h_client, h_object, cmd, &call);

	sg_trace(rm->gpu, "gsp control %08x on %08x:%08x, %u bytes: %#x", cmd, h_client, h_object,
		 size, status);
	return status;
}

u32 sg_control_zero(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	return NV_OK;
}

u32 sg_control_accept(const struct gsp_call *call)
{
	(void)call;
	return NV_OK;
}

u32 sg_control_refuse(const struct gsp_call *call)
{
	(void)call;
	return NV_ERR_NOT_SUPPORTED;
}
