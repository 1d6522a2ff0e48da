// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Controls about the graphics engine. GSP-RM tells all there is to know in a few replies, which
 * are kept; user space asks for parts of them.
 */
#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "rm/gr-context.h"

static u32 gr_ask_gsp(struct nv_gpu *gpu, u32 cmd, void *row, size_t size)
{
	void *reply = kvzalloc(NV2080_GR_MAX_ENGINES * size, GFP_KERNEL);
	u32 status;

	if (!reply)
		return NV_ERR_NO_MEMORY;
	status = nv_gsp_internal_control(gpu->gsp, cmd, reply, NV2080_GR_MAX_ENGINES * size);
	memcpy(row, reply, size);
	kvfree(reply);
	return status;
}

/* The chip does not change. A reply that there is no memory to keep is asked for again. */
static void gr_keep(struct xarray *replies, u32 cmd, const void *row, size_t size)
{
	void *kept = kmemdup(row, size, GFP_KERNEL);

	if (kept && xa_insert(replies, cmd, kept, GFP_KERNEL))
		kfree(kept);
}

u32 rm_gr_ask(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 cmd, void *row, size_t size)
{
	const void *kept = xa_load(&rgpu->gr->replies, cmd);
	u32 status;

	if (kept) {
		memcpy(row, kept, size);
		return NV_OK;
	}
	status = gr_ask_gsp(gpu, cmd, row, size);
	if (status == NV_OK)
		gr_keep(&rgpu->gr->replies, cmd, row, size);
	return status;
}

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

static u32 gr_info_find(const struct nv2080_ctrl_internal_gr_info *known, u32 index, u32 *data)
{
	size_t i;

	if (index >= ARRAY_SIZE(known->info))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < ARRAY_SIZE(known->info); i++) {
		if (known->info[i].index == index) {
			*data = known->info[i].data;
			return NV_OK;
		}
	}
	return NV_ERR_INVALID_ARGUMENT;
}

u32 rm_gr_info(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 index, u32 *data)
{
	struct nv2080_ctrl_internal_gr_info known;
	u32 status = rm_gr_ask(rgpu, gpu, NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_INFO, &known,
			       sizeof(known));

	return status == NV_OK ? gr_info_find(&known, index, data) : status;
}

u32 rm_get_gr_info(struct rm_call *call)
{
	struct nv2080_ctrl_gr_get_info_v2_params *p = call->params;
	struct nv2080_ctrl_internal_gr_info known;
	u32 i, status;

	if (!p->count || p->count > ARRAY_SIZE(p->info))
		return NV_ERR_INVALID_ARGUMENT;
	status = rm_gr_ask(call->object->gpu, call->gpu,
			   NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_INFO, &known, sizeof(known));
	for (i = 0; status == NV_OK && i < p->count; i++)
		status = gr_info_find(&known, p->info[i].index, &p->info[i].data);
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
