// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls about the graphics engine: user space asks for parts of what GSP-RM tells. */
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "rm/gr-context.h"

u32 rm_get_gr_caps(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_caps_v2_params *p = call->params;
	struct nv2080_ctrl_internal_gr_caps caps;
	u32 status;

	status = rm_gr_ask(call->object->gpu, call->gpu,
			   NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_CAPS, &caps, sizeof(caps));
	if (status != NV_OK)
		return status;
	memcpy(p->caps, caps.caps, sizeof(p->caps));
	p->populated = true;
	return NV_OK;
}

u32 rm_get_gr_info(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_info_v2_params *p = call->params;
	u32 i, status = NV_OK;

	if (!p->count || p->count > ARRAY_SIZE(p->info))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; status == NV_OK && i < p->count; i++)
		status = rm_gr_info(call->object->gpu, call->gpu, p->info[i].index,
				    &p->info[i].data);
	return status;
}

static u32 gr_floorsweeping(struct rm_call *call,
			    struct nv2080_ctrl_internal_gr_floorsweeping *masks)
{
	return rm_gr_ask(call->object->gpu, call->gpu,
			 NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_FLOORSWEEPING_MASKS, masks,
			 sizeof(*masks));
}

u32 rm_get_gpc_mask(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_gpc_mask_params *p = call->params;
	struct nv2080_ctrl_internal_gr_floorsweeping masks;
	u32 status = gr_floorsweeping(call, &masks);

	if (status == NV_OK)
		p->gpc_mask = masks.gpc_mask;
	return status;
}

u32 rm_get_tpc_mask(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_tpc_mask_params *p = call->params;
	struct nv2080_ctrl_internal_gr_floorsweeping masks;
	u32 status;

	if (p->gpc_id >= ARRAY_SIZE(masks.tpc_mask))
		return NV_ERR_INVALID_ARGUMENT;
	status = gr_floorsweeping(call, &masks);
	if (status == NV_OK && !(masks.gpc_mask & BIT(p->gpc_id)))
		status = NV_ERR_INVALID_ARGUMENT;
	if (status == NV_OK)
		p->tpc_mask = masks.tpc_mask[p->gpc_id];
	return status;
}

u32 rm_get_sm_order(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_global_sm_order_params *p = call->params;
	struct nv2080_ctrl_internal_gr_sm_order *known = kvzalloc(sizeof(*known), GFP_KERNEL);
	u32 status;

	if (!known)
		return NV_ERR_NO_MEMORY;
	status = rm_gr_ask(call->object->gpu, call->gpu,
			   NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_GLOBAL_SM_ORDER, known,
			   sizeof(*known));
	if (status == NV_OK) {
		memset(p->sm, 0, sizeof(p->sm));
		memcpy(p->sm, known->sm, sizeof(known->sm));
		p->num_sm = min_t(u16, known->num_sm, ARRAY_SIZE(known->sm));
		p->num_tpc = known->num_tpc;
	}
	kvfree(known);
	return status;
}

/* How much of an address space the context of a graphics channel takes */
u32 rm_get_ctx_buffer_size(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_ctx_buffer_size_params *p = call->params;
	u32 type;

	if (!rm_channel_engine(call->object->client, p->h_channel, call->object->gpu, &type))
		return NV_ERR_OBJECT_NOT_FOUND;
	p->total_buffer_size = 0;
	if (type != NV_ENGINE_TYPE_GR0)
		return NV_OK;
	return rm_gr_space(call->object->gpu, call->gpu, &p->total_buffer_size);
}
