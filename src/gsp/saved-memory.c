// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Video memory that GSP-RM saves by itself when it suspends, and restores: what it
 * allocated outside WPR2. The driver gives it system memory, laid out as
 *
 *	0                 the heap outside WPR2, as one region
 *	own_offset        whatever GSP-RM allocated in the memory that it reserved
 *
 * Source: open-gpu-kernel-modules 550.163.01, mem_mgr_pwr_mgmt.c, fbsr_gm107.c.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl-fbsr.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/nv-class.h"
#include "fifo/kernel-client.h"
#include "gsp/boot.h"

#define SAVED_MEMORY_MAX	((u64)GSP_RPC_ALLOC_MEMORY_PTES_MAX * GSP_PAGE_SIZE)
#define H_LIST			0xc1e0fb5a

static u64 non_wpr_size(const struct gsp_fw_wpr_meta *layout)
{
	return layout->gsp_fw_wpr_start - layout->gsp_fw_rsvd_start;
}

/* All that is reserved, but for the two that are saved otherwise. */
static u64 own_size(struct nv_gsp *gsp)
{
	const struct gsp_static_config_info *info = &gsp->static_info;
	const struct gsp_fw_wpr_meta *layout = &gsp->boot->layout;
	u64 size = layout->fb_size - layout->gsp_fw_wpr_end;
	u32 i;

	for (i = 0; i < info->num_fb_regions; i++)
		if (info->fb_region[i].base < layout->gsp_fw_rsvd_start)
			size += info->fb_region[i].reserved;
	return ALIGN(size, GSP_PAGE_SIZE);
}

int gsp_saved_memory_init(struct nv_gsp *gsp)
{
	u64 size = non_wpr_size(&gsp->boot->layout) + own_size(gsp);

	if (size > SAVED_MEMORY_MAX)
		return nv_fail(gsp->hw, -EIO, "GSP wants %llu MiB of video memory saved for itself",
			       (unsigned long long)size >> 20);
	return gsp->hw->ops->dma_alloc(gsp->hw, &gsp->boot->suspend.saved, size, false);
}

/* Make memory known to GSP-RM as a list of pages, under H_LIST. */
static u32 list_alloc(struct nv_gsp *gsp, u32 h_class, const u64 *page, u64 base, u64 size)
{
	u32 i, count = DIV_ROUND_UP(size, GSP_PAGE_SIZE), status;
	struct gsp_rpc_alloc_memory *list;

	list = kvzalloc(struct_size(list, pte, count), GFP_KERNEL);
	if (!list)
		return NV_ERR_NO_MEMORY;
	*list = (struct gsp_rpc_alloc_memory) {
		.h_client = NV_KERNEL_CLIENT,
		.h_device = NV_KERNEL_DEVICE,
		.h_memory = H_LIST,
		.h_class = h_class,
		.length = size,
		.page_count = count,
		.pte_desc = count << 16,
	};
	for (i = 0; i < count; i++)
		list->pte[i] = (page ? page[i] : base + (u64)i * GSP_PAGE_SIZE) >> GSP_PAGE_SHIFT;
	status = nv_gsp_alloc_memory(gsp, list);
	kvfree(list);
	return status;
}

static void list_free(struct nv_gsp *gsp)
{
	nv_gsp_free(gsp, NV_KERNEL_CLIENT, H_LIST);
}

static u32 register_buffer(struct nv_gsp *gsp, enum nv_power_state how)
{
	const struct nv_dma *saved = &gsp->boot->suspend.saved;
	struct nv2080_ctrl_fbsr_init init = {
		.fbsr_type = NV_FBSR_TYPE_DMA,
		.num_regions = 1,
		.h_client = NV_KERNEL_CLIENT,
		.h_sysmem = H_LIST,
		.gsp_fb_allocs_sys_offset = non_wpr_size(&gsp->boot->layout),
		.entering_gcoff = how == NV_POWER_GCOFF,
	};
	u32 status;

	status = list_alloc(gsp, NV01_MEMORY_LIST_SYSTEM, saved->page, 0, saved->size);
	if (status)
		return status;
	status = nv_gsp_internal_control(gsp, NV2080_CTRL_CMD_INTERNAL_FBSR_INIT, &init,
					 sizeof(init));
	list_free(gsp);
	return status;
}

static u32 register_region(struct nv_gsp *gsp)
{
	const struct gsp_fw_wpr_meta *layout = &gsp->boot->layout;
	struct nv2080_ctrl_fbsr_region region = {
		.fbsr_type = NV_FBSR_TYPE_DMA,
		.h_client = NV_KERNEL_CLIENT,
		.h_vidmem = H_LIST,
		.size = non_wpr_size(layout),
	};
	u32 status;

	status = list_alloc(gsp, NV01_MEMORY_LIST_FBMEM, NULL, layout->gsp_fw_rsvd_start,
			    region.size);
	if (status)
		return status;
	status = nv_gsp_internal_control(gsp, NV2080_CTRL_CMD_INTERNAL_FBSR_SEND_REGION_INFO,
					 &region, sizeof(region));
	list_free(gsp);
	return status;
}

int gsp_saved_memory_register(struct nv_gsp *gsp, enum nv_power_state how)
{
	u32 status = register_buffer(gsp, how);

	if (!status)
		status = register_region(gsp);
	if (!status)
		return 0;
	if (nv_gsp_running(gsp))
		nv_err(gsp->hw, "GSP refuses to save its video memory: status %#x", status);
	return -EIO;
}
