/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_GSP_BOOT_H
#define NV_ABI_GSP_BOOT_H

#include "abi/abi.h"

/*
 * What the driver hands to booter, to the GSP bootloader and to GSP-RM in system
 * memory. Source: open-gpu-kernel-modules 550.163.01, gsp_fw_wpr_meta.h,
 * gsp_fw_sr_meta.h, libos_init_args.h, gsp_init_args.h, rmRiscvUcode.h.
 */

#define GSP_FW_WPR_META_MAGIC		0xdc3aae21371a60b3ull
#define GSP_FW_WPR_META_REVISION	1
#define GSP_FW_WPR_META_VERIFIED	0xa0a0a0a0a0a0a0a0ull

struct gsp_fw_wpr_meta {
	u64 magic;
	u64 revision;
	u64 sysmem_addr_of_radix3_elf;
	u64 size_of_radix3_elf;
	u64 sysmem_addr_of_bootloader;
	u64 size_of_bootloader;
	u64 bootloader_code_offset;
	u64 bootloader_data_offset;
	u64 bootloader_manifest_offset;
	u64 sysmem_addr_of_signature;
	u64 size_of_signature;
	u64 gsp_fw_rsvd_start;
	u64 non_wpr_heap_offset;
	u64 non_wpr_heap_size;
	u64 gsp_fw_wpr_start;
	u64 gsp_fw_heap_offset;
	u64 gsp_fw_heap_size;
	u64 gsp_fw_offset;
	u64 boot_bin_offset;
	u64 frts_offset;
	u64 frts_size;
	u64 gsp_fw_wpr_end;
	u64 fb_size;
	u64 vga_workspace_offset;
	u64 vga_workspace_size;
	u64 boot_count;
	u64 partition_rpc_addr;
	u16 partition_rpc_request_offset;
	u16 partition_rpc_reply_offset;
	u32 elf_code_offset;
	u32 elf_data_offset;
	u32 elf_code_size;
	u32 elf_data_size;
	u32 ls_ucode_version;
	u8 gsp_fw_heap_vf_partition_count;
	u8 flags;
	u8 pad[6];
	u64 verified;
};
NV_ABI_SIZE(struct gsp_fw_wpr_meta, 256);
NV_ABI_OFFSET(struct gsp_fw_wpr_meta, gsp_fw_wpr_end, 0xa8);
NV_ABI_OFFSET(struct gsp_fw_wpr_meta, partition_rpc_addr, 0xd0);
NV_ABI_OFFSET(struct gsp_fw_wpr_meta, gsp_fw_heap_vf_partition_count, 0xf0);
NV_ABI_OFFSET(struct gsp_fw_wpr_meta, verified, 0xf8);

#define GSP_FW_SR_META_MAGIC		0x8a3bb9e6c6c39d93ull
#define GSP_FW_SR_META_REVISION		2

/**
 * struct gsp_fw_sr_meta - where booter puts what WPR2 holds, at suspend, and finds it at resume
 * @magic: GSP_FW_SR_META_MAGIC
 * @revision: GSP_FW_SR_META_REVISION
 * @sysmem_addr_of_data: root of a radix3 tree
 * @size_of_data: size of WPR2
 * @hmac: booter's, over all of this struct with @hmac zero
 * @wpr_meta_hash: booter's
 * @heap_free_list_hash: booter's
 * @data_hash: booter's
 * @flags: those of struct gsp_fw_wpr_meta
 *
 * The driver keeps what booter wrote as it is until the resume.
 */
struct gsp_fw_sr_meta {
	u64 magic;
	u64 revision;
	u64 sysmem_addr_of_data;
	u64 size_of_data;
	u8 hmac[32];
	u8 wpr_meta_hash[32];
	u8 heap_free_list_hash[32];
	u8 data_hash[32];
	u32 flags;
	u32 pad[23];
};
NV_ABI_SIZE(struct gsp_fw_sr_meta, 256);
NV_ABI_OFFSET(struct gsp_fw_sr_meta, hmac, 0x20);
NV_ABI_OFFSET(struct gsp_fw_sr_meta, flags, 0xa0);

/*
 * What WPR2's own struct gsp_fw_wpr_meta has at sysmem_addr_of_signature's place when GSP-RM
 * has suspended: in its lower half, where from the start of WPR2 a struct gsp_fw_heap_free_list
 * lies, or 0. Booter leaves out of the suspend data what the list names.
 */
#define GSP_FW_HEAP_FREE_LIST_MAGIC	0x4845415046524545ull
#define GSP_FW_HEAP_FREE_REGIONS	128

struct gsp_fw_heap_free_list {
	u64 magic;
	u32 nr_regions;
	struct {
		u32 offset;		/* from the start of WPR2 */
		u32 length;
	} region[GSP_FW_HEAP_FREE_REGIONS];
	u32 pad;
};
NV_ABI_SIZE(struct gsp_fw_heap_free_list, 1040);
NV_ABI_OFFSET(struct gsp_fw_heap_free_list, region, 12);

/* Booter unload's mailboxes: the address of a struct gsp_fw_sr_meta, or in both one of these. */
#define GSP_BOOTER_UNLOAD_PLAIN		0xff
#define GSP_BOOTER_UNLOAD_GC6		0xdeaddead	/* WPR2 stays up */

/* A radix3 tree: root page, level 1, level 2, data; u64 DMA addresses, no flag bits. */
#define GSP_RADIX3_ENTRIES		512

enum gsp_libos_region_kind {
	GSP_LIBOS_REGION_NONE,
	GSP_LIBOS_REGION_CONTIGUOUS,
	GSP_LIBOS_REGION_RADIX3,
};

enum gsp_libos_region_loc {
	GSP_LIBOS_REGION_LOC_NONE,
	GSP_LIBOS_REGION_LOC_SYSMEM,
	GSP_LIBOS_REGION_LOC_FB,
};

/**
 * struct gsp_libos_region - one of an array that ends with an all-zero entry or the page
 * @id8: name of up to 8 characters, the first in the most significant non-zero byte
 * @pa: DMA address
 * @size: bytes
 * @kind: enum gsp_libos_region_kind
 * @loc: enum gsp_libos_region_loc
 */
struct gsp_libos_region {
	u64 id8;
	u64 pa;
	u64 size;
	u8 kind;
	u8 loc;
	u8 pad[6];
};
NV_ABI_SIZE(struct gsp_libos_region, 32);

#define GSP_LIBOS_ID_LOGINIT	0x4c4f47494e4954ull	/* "LOGINIT" */
#define GSP_LIBOS_ID_LOGINTR	0x4c4f47494e5452ull	/* "LOGINTR" */
#define GSP_LIBOS_ID_LOGRM	0x4c4f47524dull		/* "LOGRM" */
#define GSP_LIBOS_ID_RMARGS	0x524d41524753ull	/* "RMARGS" */
#define GSP_LIBOS_LOG_SIZE	0x10000
/* A log buffer: u64 put pointer, then the u64 DMA address of each of its pages. */

/* old_level and new_level of UNLOADING_GUEST_DRIVER; flags of a resume. */
#define GSP_POWER_LEVEL_3	3	/* standby */
#define GSP_POWER_LEVEL_7	7	/* hibernation */
#define GSP_RESUME_FLAGS_SUSPEND	0x08
#define GSP_RESUME_FLAGS_HIBERNATE	0x10

struct gsp_arguments_cached {
	u64 shared_mem_phys_addr;
	u32 page_table_entry_count;
	u32 pad0;
	u64 cmd_queue_offset;
	u64 stat_queue_offset;
	u64 lockless_cmd_queue_offset;
	u64 lockless_stat_queue_offset;
	u32 old_level;
	u32 flags;
	u8 in_pm_transition;
	u8 pad1[3];
	u32 gpu_instance;
	u64 profiler_pa;
	u64 profiler_size;
};
NV_ABI_SIZE(struct gsp_arguments_cached, 80);
NV_ABI_OFFSET(struct gsp_arguments_cached, old_level, 0x30);
NV_ABI_OFFSET(struct gsp_arguments_cached, gpu_instance, 0x3c);

/* Descriptor that comes with the GSP RISC-V bootloader image. */
struct gsp_riscv_ucode_desc {
	u32 version;
	u32 bootloader_offset;
	u32 bootloader_size;
	u32 bootloader_param_offset;
	u32 bootloader_param_size;
	u32 riscv_elf_offset;
	u32 riscv_elf_size;
	u32 app_version;
	u32 manifest_offset;
	u32 manifest_size;
	u32 monitor_data_offset;
	u32 monitor_data_size;
	u32 monitor_code_offset;
	u32 monitor_code_size;
	u32 is_monitor_enabled;
	u32 swbrom_code_offset;
	u32 swbrom_code_size;
	u32 swbrom_data_offset;
	u32 swbrom_data_size;
	u32 fb_reserved_size;
	u32 signed_as_code;
};
NV_ABI_SIZE(struct gsp_riscv_ucode_desc, 84);

#endif
