// SPDX-License-Identifier: MIT OR GPL-2.0

/* GET_GSP_STATIC_INFO: what the driver learns of the GPU at once. */

#include <stdio.h>
#include <string.h>

#include <linux/string.h>

#include "gsp-rm.h"
#include "chip.h"

/*
 * Values of GA106: GDDR6 on 192 bits, three of six partitions; which engines there are,
 * as bits of RM engine types (seen in a real part's reply).
 */
#define GA106_FB_BUS_WIDTH	192
#define GA106_FB_RAM_TYPE	0x11
#define GA106_FBP_MASK		0x7
#define GA106_L2_CACHE_SIZE	(3u << 20)
#define GA106_ENGINE_CAPS_0	0x08083e02
#define GA106_ENGINE_CAPS_1	0x00080044

#define USABLE_PERFORMANCE	100

static void add_region(struct gsp_static_config_info *info, u64 base, u64 end, bool usable)
{
	struct gsp_fb_region *region = &info->fb_region[info->num_fb_regions];

	if (base >= end)
		return;
	region->base = base;
	region->limit = end - 1;
	region->reserved = usable ? 0 : end - base;
	region->performance = usable ? USABLE_PERFORMANCE : 0;
	region->support_compressed = usable;
	region->support_iso = usable;
	info->num_fb_regions++;
}

/*
 * From 0 up: GSP-RM's own piece, the driver's memory, the heap outside WPR (with the
 * page directories of BAR1 and BAR2), WPR2, VGA workspace.
 */
static void fill_fb(const struct softgpu_gsp_rm *rm, struct gsp_static_config_info *info)
{
	const struct gsp_fw_wpr_meta *meta = &rm->meta;

	add_region(info, 0, GSP_LOW_RESERVED, false);
	add_region(info, GSP_LOW_RESERVED, meta->gsp_fw_rsvd_start, true);
	add_region(info, meta->gsp_fw_rsvd_start, meta->gsp_fw_wpr_start, false);
	add_region(info, meta->gsp_fw_wpr_start, meta->gsp_fw_wpr_end, false);
	add_region(info, meta->gsp_fw_wpr_end, meta->fb_size, false);

	info->fb_length = meta->fb_size;
	info->fb_bus_width = GA106_FB_BUS_WIDTH;
	info->fb_ram_type = GA106_FB_RAM_TYPE;
	info->fbio_mask = GA106_FBP_MASK;
	info->fbp_mask = GA106_FBP_MASK;
	info->l2_cache_size = GA106_L2_CACHE_SIZE;
	info->bar1_pde_base = sg_mmu_bar_root(rm->gpu, SOFTGPU_BAR1);
	info->bar2_pde_base = sg_mmu_bar_root(rm->gpu, SOFTGPU_BAR3);
}

/* Of a GPU that was given none: it has "opennv" in it. */
static const u8 default_uuid[16] = {
	0x6f, 0x70, 0x65, 0x6e, 0x6e, 0x76, 0x40, 0x00,
	0x80, 0x00, 0x00, 0x00, 0x67, 0x61, 0x31, 0x30,
};

static void fill_uuid(const struct softgpu_gsp_rm *rm, struct gsp_static_config_info *info)
{
	const u8 *uuid = rm->gpu->config.uuid;

	if (!memchr_inv(uuid, 0, sizeof(default_uuid)))
		uuid = default_uuid;
	info->gid_flags = GSP_GID_FLAGS_BINARY;
	info->gid_length = sizeof(default_uuid);
	memcpy(info->gid_data, uuid, sizeof(default_uuid));
}

static void fill_identity(const struct softgpu_gsp_rm *rm, struct gsp_static_config_info *info)
{
	const struct softgpu_chip *chip = sg_chip(rm->gpu);
	size_t i;

	fill_uuid(rm, info);
	snprintf(info->gpu_name, sizeof(info->gpu_name), "%s", chip->gpu_name);
	snprintf(info->gpu_short_name, sizeof(info->gpu_short_name), "%s", chip->short_name);
	for (i = 0; i < sizeof(info->gpu_name); i++)
		info->gpu_name_unicode[i] = (u8)info->gpu_name[i];
	info->vbios_valid = true;
	info->vbios_sub_vendor = chip->subvendor;
	info->vbios_sub_device = chip->subdevice;
	info->is_gpu_uefi = true;
}

void sg_fill_static_info(const struct softgpu_gsp_rm *rm, struct gsp_static_config_info *info)
{
	static const u8 gr_caps[] = {
		0xb0, 0x62, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x10,
		0x01, 0x08, 0x00, 0x10, 0x10, 0x00, 0x00, 0x00, 0x04, 0xc0, 0x05,
	};

	memset(info, 0, sizeof(*info));
	static_assert(sizeof(gr_caps) == sizeof(info->gr_caps_bits), "one byte for each");
	memcpy(info->gr_caps_bits, gr_caps, sizeof(gr_caps));
	fill_fb(rm, info);
	fill_identity(rm, info);
	info->engine_caps[0] = GA106_ENGINE_CAPS_0;
	info->engine_caps[1] = GA106_ENGINE_CAPS_1;
	info->is_mobile = true;
	info->is_gc6_rtd3_allowed = true;
	info->is_gcoff_rtd3_allowed = true;
	info->split_vas_between_server_client_rm = true;
	info->h_internal_client = GSP_INTERNAL_CLIENT;
	info->h_internal_device = GSP_INTERNAL_DEVICE;
	info->h_internal_subdevice = GSP_INTERNAL_SUBDEVICE;
}
