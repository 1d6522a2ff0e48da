/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_FIRMWARE_FILE_H
#define NV_ABI_FIRMWARE_FILE_H

#include "abi/abi.h"

/*
 * Firmware files as linux-firmware lays them out: a bin header, then either the
 * booter's headers or the bootloader's descriptor, then the image. All offsets
 * count from the start of the file.
 */

#define NV_FW_BIN_MAGIC		0x10de
#define NV_FW_BIN_VERSION	1

/* First 16 bytes of the image in a booter or bootloader that softgpu made itself. */
#define NV_FW_STANDIN_MARK	"OPENNV-STANDIN\0"

struct nv_fw_bin_header {
	u32 magic;
	u32 version;
	u32 size;			/* rounded up to 256, not the file's length */
	u32 header_offset;
	u32 data_offset;
	u32 data_size;
};
NV_ABI_SIZE(struct nv_fw_bin_header, 24);

/* At header_offset of a booter file; patch_loc, patch_sig and num_sig name u32s. */
struct nv_fw_hs_header {
	u32 sig_prod_offset;
	u32 sig_prod_size;
	u32 patch_loc_offset;
	u32 patch_sig_offset;
	u32 meta_data_offset;
	u32 meta_data_size;
	u32 num_sig_offset;
	u32 load_header_offset;
	u32 load_header_size;
};
NV_ABI_SIZE(struct nv_fw_hs_header, 36);

struct nv_fw_hs_meta {
	u32 fuse_version;
	u32 engine_id_mask;
	u32 ucode_id;
};
NV_ABI_SIZE(struct nv_fw_hs_meta, 12);

struct nv_fw_hs_load_header {
	u32 os_code_offset;
	u32 os_code_size;
	u32 os_data_offset;
	u32 os_data_size;
	u32 num_apps;
	u32 app_code_offset;
	u32 app_code_size;
	u32 app_data_offset;
	u32 app_data_size;
};
NV_ABI_SIZE(struct nv_fw_hs_load_header, 36);

#endif
