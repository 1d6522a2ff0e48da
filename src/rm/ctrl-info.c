// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Controls that carry a list of {index, data}: some the driver knows, the others GSP-RM.
 * GPU_GET_INFO_V2 is here; frame buffer and bus have files of their own.
 */
#include <linux/bitfield.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "regs/nv-pmc.h"
#include "rm/ctrl.h"

static u32 rm_get_smc_mode(struct nv_gpu *gpu, u32 *data)
{
	u32 mode = 0, status;

	status = nv_gsp_internal_control(gpu->gsp, NV2080_CTRL_CMD_INTERNAL_GPU_GET_SMC_MODE,
					 &mode, sizeof(mode));
	*data = mode;
	return status;
}

static u32 rm_gpu_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);

	*data = 0;
	switch (index) {
	case NV2080_CTRL_GPU_INFO_INDEX_MINOR_REVISION_EXT:
		*data = FIELD_GET(NV_PMC_BOOT_42_MINOR_EXTENDED_REVISION, gpu->boot42);
		return NV_OK;
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_SMC_MODE:
		return rm_get_smc_mode(gpu, data);
	case NV2080_CTRL_GPU_INFO_INDEX_IBMNPU_RELAXED_ORDERING:
		*data = NV2080_CTRL_GPU_INFO_IBMNPU_RELAXED_ORDERING_UNSUPPORTED;
		return NV_OK;
	/* There are no sessions of the encoder, which is what the statistics say. */
	case NV2080_CTRL_GPU_INFO_INDEX_NVENC_STATS_REPORTING_STATE:
		*data = NV2080_CTRL_GPU_INFO_NVENC_STATS_REPORTING_STATE_ENABLED;
		return NV_OK;
	case NV2080_CTRL_GPU_INFO_INDEX_SPLIT_VAS_MGMT_SERVER_CLIENT_RM:
		*data = info->split_vas_between_server_client_rm;
		return NV_OK;
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_ATS_CAPABILITY:
		*data = info->ats_supported;
		return NV_OK;
	case NV2080_CTRL_GPU_INFO_INDEX_MOBILE_CONFIG_ENABLED:
		*data = info->is_mobile;
		return NV_OK;
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_SELF_HOSTED_CAPABILITY:
		*data = info->self_hosted_mode;
		return NV_OK;
	/* Only virtual GPUs lack these. */
	case NV2080_CTRL_GPU_INFO_INDEX_SYSMEM_ACCESS:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_PROFILING_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_DEBUGGING_CAPABILITY:
		*data = 1;
		return NV_OK;
	/* Not there, or not offered by this driver so far. */
	case NV2080_CTRL_GPU_INFO_INDEX_NETLIST_REV0:
	case NV2080_CTRL_GPU_INFO_INDEX_NETLIST_REV1:
	case NV2080_CTRL_GPU_INFO_INDEX_GEMINI_BOARD:
	case NV2080_CTRL_GPU_INFO_INDEX_SURPRISE_REMOVAL_POSSIBLE:
	case NV2080_CTRL_GPU_INFO_INDEX_GLOBAL_POISON_FUSE_ENABLED:
	case NV2080_CTRL_GPU_INFO_INDEX_NVSWITCH_PROXY_DETECTED:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_FLA_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_4K_PAGE_ISOLATION_REQUIRED:
	case NV2080_CTRL_GPU_INFO_INDEX_DISPLAY_ENABLED:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_LOCAL_EGM_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_CMP_SKU:
	case NV2080_CTRL_GPU_INFO_INDEX_DMABUF_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_IS_RESETLESS_MIG_SUPPORTED:
		return NV_OK;
	default:
		return RM_INFO_ASK_GSP;
	}
}

/* GSP sees the whole list and answers what is marked. */
static u32 rm_ask_marked(struct rm_call *call, struct rm_info_list *list)
{
	u32 i, status = rm_ctrl_forward(call);

	for (i = 0; i < list->count; i++)
		list->info[i].index &= ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
	return status;
}

static bool rm_info_marked(const struct nvxxxx_ctrl_xxx_info *info)
{
	return info->index & NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
}

/* GSP gets a list of nothing but its own. */
static u32 rm_ask_own(struct rm_call *call, const struct rm_info_kind *kind,
		      struct rm_info_list *list)
{
	struct rm_call ask = *call;
	struct rm_info_list *own;
	u32 i, index, n = 0, status;

	own = kvzalloc(call->size, GFP_KERNEL_ACCOUNT);
	if (!own)
		return NV_ERR_NO_MEMORY;
	for (i = 0; i < list->count; i++) {
		if (!rm_info_marked(&list->info[i]))
			continue;
		index = list->info[i].index & ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
		own->info[own->count++].index = kind->gsp_index ? kind->gsp_index(index) : index;
	}
	ask.params = own;
	status = kind->ask(&ask);
	for (i = 0; i < list->count; i++) {
		if (!rm_info_marked(&list->info[i]))
			continue;
		list->info[i].index &= ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
		list->info[i].data = own->info[n++].data;
	}
	kvfree(own);
	return status;
}

u32 rm_get_info(struct rm_call *call, const struct rm_info_kind *kind)
{
	struct rm_info_list *list = call->params;
	u32 max = (call->size - sizeof(*list)) / sizeof(list->info[0]);
	bool ask = false;
	u32 i, status;

	if (!list->count || list->count > max)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < list->count; i++) {
		struct nvxxxx_ctrl_xxx_info *info = &list->info[i];

		/* The list is as long as there are indices. */
		status = info->index < max ? kind->known(call->gpu, info->index, &info->data) :
					     NV_ERR_INVALID_ARGUMENT;
		if (status == RM_INFO_ASK_GSP) {
			info->index |= NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
			ask = true;
		} else if (status != NV_OK) {
			return status;
		}
	}
	if (!ask)
		return NV_OK;
	return kind->ask ? rm_ask_own(call, kind, list) : rm_ask_marked(call, list);
}

u32 rm_get_gpu_info(struct rm_call *call)
{
	static const struct rm_info_kind kind = { .known = rm_gpu_info };

	return rm_get_info(call, &kind);
}
