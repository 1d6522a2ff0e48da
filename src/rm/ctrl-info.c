// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls that carry a list of {index, data}: some the driver knows, the others GSP-RM. */
#include <linux/bitfield.h>
#include <linux/kernel.h>

#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "regs/nv-pmc.h"
#include "rm/rm-priv.h"

/* The driver's answer is put into @data; false if GSP's is needed. */
static bool rm_gpu_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);

	*data = 0;
	switch (index) {
	case NV2080_CTRL_GPU_INFO_INDEX_MINOR_REVISION_EXT:
		*data = FIELD_GET(NV_PMC_BOOT_42_MINOR_EXTENDED_REVISION, gpu->boot42);
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_SYSMEM_ACCESS:
		*data = 1;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_IBMNPU_RELAXED_ORDERING:
		*data = NV2080_CTRL_GPU_INFO_IBMNPU_RELAXED_ORDERING_UNSUPPORTED;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_NVENC_STATS_REPORTING_STATE:
		*data = NV2080_CTRL_GPU_INFO_NVENC_STATS_REPORTING_STATE_NOT_SUPPORTED;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_SPLIT_VAS_MGMT_SERVER_CLIENT_RM:
		*data = info->split_vas_between_server_client_rm;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_ATS_CAPABILITY:
		*data = info->ats_supported;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_MOBILE_CONFIG_ENABLED:
		*data = info->is_mobile;
		return true;
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_SELF_HOSTED_CAPABILITY:
		*data = info->self_hosted_mode;
		return true;
	/* Not there, or not offered by this driver so far. */
	case NV2080_CTRL_GPU_INFO_INDEX_NETLIST_REV0:
	case NV2080_CTRL_GPU_INFO_INDEX_NETLIST_REV1:
	case NV2080_CTRL_GPU_INFO_INDEX_GEMINI_BOARD:
	case NV2080_CTRL_GPU_INFO_INDEX_SURPRISE_REMOVAL_POSSIBLE:
	case NV2080_CTRL_GPU_INFO_INDEX_GLOBAL_POISON_FUSE_ENABLED:
	case NV2080_CTRL_GPU_INFO_INDEX_NVSWITCH_PROXY_DETECTED:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_SMC_MODE:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_FLA_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_4K_PAGE_ISOLATION_REQUIRED:
	case NV2080_CTRL_GPU_INFO_INDEX_DISPLAY_ENABLED:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_PROFILING_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_DEBUGGING_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_GPU_LOCAL_EGM_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_CMP_SKU:
	case NV2080_CTRL_GPU_INFO_INDEX_DMABUF_CAPABILITY:
	case NV2080_CTRL_GPU_INFO_INDEX_IS_RESETLESS_MIG_SUPPORTED:
		return true;
	default:
		return false;
	}
}

u32 rm_get_gpu_info(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_info_v2_params *p = call->params;
	u32 i, count = p->gpu_info_list_size, status;
	bool forward = false;

	if (!count || count > ARRAY_SIZE(p->gpu_info_list))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < count; i++) {
		struct nv2080_ctrl_info *info = &p->gpu_info_list[i];

		if (info->index >= NV2080_CTRL_GPU_INFO_MAX_LIST_SIZE)
			return NV_ERR_INVALID_ARGUMENT;
		if (rm_gpu_info(call->gpu, info->index, &info->data))
			continue;
		info->index |= NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
		forward = true;
	}
	if (!forward)
		return NV_OK;
	status = rm_ctrl_forward(call);
	for (i = 0; i < count; i++)
		p->gpu_info_list[i].index &= ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
	return status;
}
