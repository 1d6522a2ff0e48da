// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls of NV01_DEVICE_0 that need no GSP. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "rm/ctrl.h"

static u32 rm_get_num_subdevices(struct rm_call *call)
{
	struct nv0080_ctrl_gpu_get_num_subdevices_params *p = call->params;

	p->num_sub_devices = 1;
	return NV_OK;
}

/* A GPU runs from its first user until it is unbound, so the wish alone is kept. */
static u32 rm_modify_persistence(struct rm_call *call)
{
	const struct nv0080_ctrl_gpu_modify_sw_state_persistence_params *p = call->params;

	if (p->new_state != NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED &&
	    p->new_state != NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_DISABLED)
		return NV_ERR_INVALID_ARGUMENT;
	WRITE_ONCE(call->object->gpu->persistent,
		   p->new_state == NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED);
	return NV_OK;
}

static u32 rm_query_persistence(struct rm_call *call)
{
	struct nv0080_ctrl_gpu_query_sw_state_persistence_params *p = call->params;

	p->sw_state_persistence = READ_ONCE(call->object->gpu->persistent) ?
		NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED :
		NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_DISABLED;
	return NV_OK;
}

static u32 rm_get_virtualization_mode(struct rm_call *call)
{
	struct nv0080_ctrl_gpu_get_virtualization_mode_params *p = call->params;

	p->virtualization_mode = NV0080_CTRL_GPU_VIRTUALIZATION_MODE_NONE;
	return NV_OK;
}

static u32 rm_get_vgx_caps(struct rm_call *call)
{
	struct nv0080_ctrl_gpu_get_vgx_caps_params *p = call->params;

	p->is_vgx = 0;
	return NV_OK;
}

/*
 * The classes that the chip has, since monitoring programs look there for the numbers by
 * which they ask for processes. Whoever allocates a missing one is told.
 */
static u32 rm_get_classlist(struct rm_call *call)
{
	struct nv0080_ctrl_gpu_get_classlist_v2_params *p = call->params;
	const struct nv_chip *chip = call->gpu->chip;

	memset(p, 0, sizeof(*p));
	p->num_classes = min_t(u32, chip->num_classes, ARRAY_SIZE(p->class_list));
	memcpy(p->class_list, chip->classes, p->num_classes * sizeof(p->class_list[0]));
	return NV_OK;
}

static u32 rm_get_fb_caps(struct rm_call *call)
{
	u8 *caps = call->params;

	caps[0] = NV0080_CTRL_FB_CAPS_0_RENDER_TO_SYSMEM | NV0080_CTRL_FB_CAPS_0_BLOCKLINEAR |
		  NV0080_CTRL_FB_CAPS_0_CACHED_SYSMEM;
	caps[1] = NV0080_CTRL_FB_CAPS_1_BLOCKLINEAR_GOBS_512 |
		  NV0080_CTRL_FB_CAPS_1_GENERIC_PAGE_KIND;
	caps[2] = NV0080_CTRL_FB_CAPS_2_VIDMEM_ALLOCS_ARE_CLEARED;
	return NV_OK;
}

/* The GPU's accesses are coherent with the CPU's caches: nobody has to flush. */
static u32 rm_get_host_caps(struct rm_call *call)
{
	u8 *caps = call->params;

	memset(caps, 0, NV0080_CTRL_HOST_CAPS_TBL_SIZE);
	caps[0] = NV0080_CTRL_HOST_CAPS_0_GPU_COHERENT_MAPPING;
	return NV_OK;
}

/* GSP-RM hears of the first who wants the limit and of the last who does not any more. */
static u32 rm_set_cuda_limit(struct rm_call *call)
{
	struct rm_device_object *device = rm_to_device(call->object);
	const struct nv0080_ctrl_perf_cuda_limit_control_params *p = call->params;
	struct rm_client *client = call->object->client;
	bool changes, valid = true;

	mutex_lock(&client->lock);
	if (p->cuda_limit) {
		changes = !device->cuda_limits++;
	} else {
		valid = device->cuda_limits;
		changes = valid && !--device->cuda_limits;
	}
	mutex_unlock(&client->lock);
	if (!valid)
		return NV_ERR_INVALID_STATE;
	if (!changes)
		return NV_OK;
	return nv_gsp_control(call->gpu->gsp, client->object.handle, call->object->handle,
			      NV0080_CTRL_CMD_INTERNAL_PERF_CUDA_LIMIT_SET_CONTROL, call->params,
			      call->size);
}

const struct rm_ctrl_handler rm_device_handlers[] = {
	{ NV0080_CTRL_CMD_GPU_GET_NUM_SUBDEVICES, rm_get_num_subdevices },
	{ NV0080_CTRL_CMD_GPU_MODIFY_SW_STATE_PERSISTENCE, rm_modify_persistence },
	{ NV0080_CTRL_CMD_GPU_QUERY_SW_STATE_PERSISTENCE, rm_query_persistence },
	{ NV0080_CTRL_CMD_GPU_GET_VIRTUALIZATION_MODE, rm_get_virtualization_mode },
	{ NV0080_CTRL_CMD_GPU_GET_VGX_CAPS, rm_get_vgx_caps },
	{ NV0080_CTRL_CMD_GPU_GET_CLASSLIST_V2, rm_get_classlist },
	{ NV0080_CTRL_CMD_FB_GET_CAPS_V2, rm_get_fb_caps },
	{ NV0080_CTRL_CMD_HOST_GET_CAPS_V2, rm_get_host_caps },
	{ NV0080_CTRL_CMD_PERF_CUDA_LIMIT_SET_CONTROL, rm_set_cuda_limit },
};

const size_t rm_device_num_handlers = ARRAY_SIZE(rm_device_handlers);
