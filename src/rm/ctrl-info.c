// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls that carry a list of {index, data}: some the driver knows, the others GSP-RM. */
#include <linux/bitfield.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

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

/* Video memory that is nobody's: the regions without reservation. */
static u64 rm_usable_memory(const struct gsp_static_config_info *info)
{
	u64 usable = 0;
	u32 i;

	for (i = 0; i < min_t(u32, info->num_fb_regions, GSP_FB_REGION_MAX); i++)
		if (!info->fb_region[i].reserved)
			usable += info->fb_region[i].limit - info->fb_region[i].base + 1;
	return usable;
}

static bool rm_fb_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);

	switch (index) {
	case NV2080_CTRL_FB_INFO_INDEX_RAM_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_TOTAL_RAM_SIZE:
		*data = info->fb_length >> 10;
		return true;
	/* Nothing is ever allocated so far, so all that can be used is free. */
	case NV2080_CTRL_FB_INFO_INDEX_USABLE_RAM_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_FREE:
		*data = rm_usable_memory(info) >> 10;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_BAR1_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_BAR1_AVAIL_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_BAR1_MAX_CONTIGUOUS_AVAIL_SIZE:
		*data = gpu->hw->bar[1].size >> 10;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_PROTECTED_MEM_SIZE_TOTAL_KB:
	case NV2080_CTRL_FB_INFO_INDEX_PROTECTED_MEM_SIZE_FREE_KB:
		*data = 0;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH:
		*data = info->fb_bus_width;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_RAM_TYPE:
		*data = info->fb_ram_type;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_FBP_MASK:
		*data = info->fbp_mask;
		return true;
	case NV2080_CTRL_FB_INFO_INDEX_L2CACHE_SIZE:
		*data = info->l2_cache_size;
		return true;
	default:
		return false;
	}
}

/*
 * Answer what @known can and let GSP answer the rest, if there is any, in one call.
 * The list has @max entries, which is also above the largest index.
 */
static u32 rm_get_info(struct rm_call *call, struct nvxxxx_ctrl_xxx_info *list, u32 count,
		       u32 max, bool (*known)(struct nv_gpu *gpu, u32 index, u32 *data))
{
	bool forward = false;
	u32 i, status;

	if (!count || count > max)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < count; i++) {
		if (list[i].index >= max)
			return NV_ERR_INVALID_ARGUMENT;
		if (known(call->gpu, list[i].index, &list[i].data))
			continue;
		list[i].index |= NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
		forward = true;
	}
	if (!forward)
		return NV_OK;
	status = rm_ctrl_forward(call);
	for (i = 0; i < count; i++)
		list[i].index &= ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
	return status;
}

u32 rm_get_gpu_info(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_info_v2_params *p = call->params;

	return rm_get_info(call, p->gpu_info_list, p->gpu_info_list_size,
			   ARRAY_SIZE(p->gpu_info_list), rm_gpu_info);
}

u32 rm_get_fb_info(struct rm_call *call)
{
	struct nv2080_ctrl_fb_get_info_v2_params *p = call->params;

	return rm_get_info(call, p->fb_info_list, p->fb_info_list_size,
			   ARRAY_SIZE(p->fb_info_list), rm_fb_info);
}
