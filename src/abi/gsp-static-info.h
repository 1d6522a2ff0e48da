/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_GSP_STATIC_INFO_H
#define NV_ABI_GSP_STATIC_INFO_H

#include "abi/abi.h"

/* Source: open-gpu-kernel-modules 550.163.01, gsp_static_config.h, gspVFInfo in gsp_init_args.h. */

#define GSP_GID_FLAGS_BINARY		0x2
#define GSP_FB_REGION_MAX		16

struct gsp_fb_region {
	u64 base;
	u64 limit;			/* last byte */
	u64 reserved;			/* bytes that are not the driver's */
	u32 performance;
	u8 support_compressed;
	u8 support_iso;
	u8 is_protected;
	u8 black_list[17];
};
NV_ABI_SIZE(struct gsp_fb_region, 48);

/**
 * struct gsp_static_config_info - reply to GET_GSP_STATIC_INFO
 *
 * Only what the driver or the model uses has a name; the rest is _unused.
 */
struct gsp_static_config_info {
	u8 gr_caps_bits[23];
	u8 pad0;
	u32 gid_index;
	u32 gid_flags;
	u32 gid_length;
	u8 gid_data[256];
	u8 _unused0[0x328 - 0x124];
	u32 sku_board_id;
	char sku_chip[9];
	char sku_chip_mod[5];
	u8 pad1[2];
	u32 sku_config_version;
	char sku_project[5];
	char sku_project_sku[5];
	char sku_cdp[6];
	char sku_project_mod[2];
	u8 pad2[2];
	u32 sku_business_cycle;
	u32 num_fb_regions;
	u32 pad3;
	struct gsp_fb_region fb_region[GSP_FB_REGION_MAX];
	u8 _unused2[0x6b4 - 0x660];
	u32 engine_caps[2];
	u8 _unused3[0x6e8 - 0x6bc];
	u64 fb_length;
	u32 fbio_mask;
	u32 fb_bus_width;
	u32 fb_ram_type;
	u32 fbp_mask;
	u32 l2_cache_size;
	u8 _unused4[0x72c - 0x704];
	char gpu_name[64];
	char gpu_short_name[64];
	u16 gpu_name_unicode[64];
	u8 branding[8];
	u8 is_mobile;
	u8 is_gc6_rtd3_allowed;
	u8 is_gcoff_rtd3_allowed;
	u8 is_gcoff_legacy_allowed;
	u64 bar1_pde_base;
	u64 bar2_pde_base;
	u8 vbios_valid;
	u8 pad4[3];
	u32 vbios_sub_vendor;
	u32 vbios_sub_device;
	u8 page_retirement_supported;
	u8 split_vas_between_server_client_rm;
	u8 cl_rootport_needs_nosnoop_war;
	u8 _unused5[0x878 - 0x857];
	u32 h_internal_client;
	u32 h_internal_device;
	u32 h_internal_subdevice;
	u8 self_hosted_mode;
	u8 ats_supported;
	u8 is_gpu_uefi;
	u8 pad5;
};
NV_ABI_SIZE(struct gsp_static_config_info, 2184);
NV_ABI_OFFSET(struct gsp_static_config_info, gid_index, 0x18);
NV_ABI_OFFSET(struct gsp_static_config_info, sku_board_id, 0x328);
NV_ABI_OFFSET(struct gsp_static_config_info, num_fb_regions, 0x358);
NV_ABI_OFFSET(struct gsp_static_config_info, engine_caps, 0x6b4);
NV_ABI_OFFSET(struct gsp_static_config_info, fb_length, 0x6e8);
NV_ABI_OFFSET(struct gsp_static_config_info, gpu_name, 0x72c);
NV_ABI_OFFSET(struct gsp_static_config_info, gpu_short_name, 0x76c);
NV_ABI_OFFSET(struct gsp_static_config_info, branding, 0x82c);
NV_ABI_OFFSET(struct gsp_static_config_info, is_mobile, 0x834);
NV_ABI_OFFSET(struct gsp_static_config_info, bar1_pde_base, 0x838);
NV_ABI_OFFSET(struct gsp_static_config_info, vbios_sub_vendor, 0x84c);
NV_ABI_OFFSET(struct gsp_static_config_info, page_retirement_supported, 0x854);
NV_ABI_OFFSET(struct gsp_static_config_info, h_internal_client, 0x878);

/**
 * struct gsp_system_info - payload of GSP_SET_SYSTEM_INFO
 *
 * What the machine around the GPU looks like: GSP-RM has no other way to know.
 */
struct gsp_system_info {
	u64 gpu_phys_addr;		/* BAR0 */
	u64 gpu_phys_fb_addr;		/* BAR1 */
	u64 gpu_phys_inst_addr;		/* BAR2 of RM, BAR3 of PCI */
	u64 nv_domain_bus_device_func;	/* domain << 32 | bus << 8 | device << 3 */
	u64 sim_access_buf_phys_addr;
	u64 notify_op_shared_surface_phys_addr;
	u64 pcie_atomics_op_mask;
	u64 console_mem_size;
	u64 max_user_va;
	u32 pci_config_mirror_base;
	u32 pci_config_mirror_size;
	u8 oor_arch;
	u8 pad0[7];
	u64 cl_pdb_properties;
	u32 chipset;
	u8 gpu_behind_bridge;
	u8 flr_supported;
	u8 b64bit_bar0_supported;
	u8 mnoc_available;
	u8 chipset_l1_l0s_flags[4];
	u8 system_has_mux;
	u8 upstream_address_valid;
	u8 fhb_bus_info[10];
	u8 chipset_id_info[10];
	u8 pad1[2];
	u8 acpi_method_data[676];
	u32 hypervisor_type;
	u8 is_passthru;
	u8 pad2[3];
	u64 sys_timer_offset_ns;
	u8 gsp_vf_info[40];
	u8 is_grid_build;
	u8 pad3[3];
	u32 grid_build_csp;
	u8 tdr_event_supported;
	u8 pad4[7];
};
NV_ABI_SIZE(struct gsp_system_info, 880);
NV_ABI_OFFSET(struct gsp_system_info, pci_config_mirror_base, 0x48);
NV_ABI_OFFSET(struct gsp_system_info, cl_pdb_properties, 0x58);
NV_ABI_OFFSET(struct gsp_system_info, system_has_mux, 0x6c);
NV_ABI_OFFSET(struct gsp_system_info, acpi_method_data, 0x84);
NV_ABI_OFFSET(struct gsp_system_info, hypervisor_type, 0x328);
NV_ABI_OFFSET(struct gsp_system_info, sys_timer_offset_ns, 0x330);
NV_ABI_OFFSET(struct gsp_system_info, gsp_vf_info, 0x338);
NV_ABI_OFFSET(struct gsp_system_info, grid_build_csp, 0x364);

#endif
