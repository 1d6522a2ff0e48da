// SPDX-License-Identifier: MIT OR GPL-2.0
/* FB_GET_INFO_V2: how much video memory there is, and of what kind. */
#include <linux/bitops.h>

#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "mem/bar1.h"
#include "rm/ctrl.h"

static u32 rm_heap_info(struct nv_gpu *gpu, u32 index)
{
	struct nv_heap_usage usage;

	nv_heap_get_usage(&gpu->heap, &usage);
	switch (index) {
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_FREE:
		return (usage.total - usage.used) >> 10;
	case NV2080_CTRL_FB_INFO_INDEX_LARGEST_FREE_REGION_SIZE_KB:
		return usage.largest_free >> 10;
	default:
		return usage.total >> 10;
	}
}

static u32 rm_fb_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);

	*data = 0;
	switch (index) {
	case NV2080_CTRL_FB_INFO_INDEX_RAM_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_TOTAL_RAM_SIZE:
		*data = info->fb_length >> 10;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_USABLE_RAM_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_FREE:
	case NV2080_CTRL_FB_INFO_INDEX_LARGEST_FREE_REGION_SIZE_KB:
		*data = rm_heap_info(gpu, index);
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_BAR1_AVAIL_SIZE:
		*data = nv_bar1_avail(gpu) >> 10;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_BAR1_SIZE:
		*data = gpu->hw->bar[1].size >> 10;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_PARTITION_COUNT:
		*data = hweight32(info->fbio_mask);
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_PARTITION_MASK:
		*data = info->fbio_mask;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH:
		*data = info->fb_bus_width;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_RAM_TYPE:
		*data = info->fb_ram_type;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_FBP_COUNT:
		*data = hweight32(info->fbp_mask);
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_FBP_MASK:
		*data = info->fbp_mask;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_L2CACHE_SIZE:
		*data = info->l2_cache_size;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_ALLOW_PAGE_RETIREMENT:
		*data = info->page_retirement_supported;
		return NV_OK;
	case NV2080_CTRL_FB_INFO_INDEX_BANK_COUNT:
		*data = 1;
		return NV_OK;
	/* Gone from hardware, or not there on any GPU that this driver runs. */
	case NV2080_CTRL_FB_INFO_INDEX_TILE_REGION_COUNT:
	case NV2080_CTRL_FB_INFO_INDEX_TILE_REGION_FREE_COUNT:
	case NV2080_CTRL_FB_INFO_INDEX_OVERLAY_OFFSET_ADJUSTMENT:
	case NV2080_CTRL_FB_INFO_INDEX_FB_TAX_SIZE_KB:
	case NV2080_CTRL_FB_INFO_INDEX_RAM_LOCATION:
	case NV2080_CTRL_FB_INFO_INDEX_FB_IS_BROKEN:
	case NV2080_CTRL_FB_INFO_INDEX_L2CACHE_ONLY_MODE:
	case NV2080_CTRL_FB_INFO_INDEX_SMOOTHDISP_RSVD_BAR1_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_HEAP_OFFLINE_SIZE:
	case NV2080_CTRL_FB_INFO_POISON_FUSE_ENABLED:
	case NV2080_CTRL_FB_INFO_DYNAMIC_PAGE_OFFLINING_ENABLED:
	case NV2080_CTRL_FB_INFO_INDEX_P2P_MAILBOX_SIZE:
	case NV2080_CTRL_FB_INFO_INDEX_P2P_MAILBOX_ALIGNMENT:
	case NV2080_CTRL_FB_INFO_INDEX_P2P_MAILBOX_BAR1_MAX_OFFSET_64KB:
	case NV2080_CTRL_FB_INFO_INDEX_PROTECTED_MEM_SIZE_TOTAL_KB:
	case NV2080_CTRL_FB_INFO_INDEX_PROTECTED_MEM_SIZE_FREE_KB:
	case NV2080_CTRL_FB_INFO_INDEX_IS_ZERO_FB:
		return NV_OK;
	default:
		return RM_INFO_ASK_GSP;
	}
}

u32 rm_get_fb_info(struct rm_call *call)
{
	static const struct rm_info_kind kind = { .known = rm_fb_info, .ask = rm_ctrl_forward };

	return rm_get_info(call, &kind);
}
