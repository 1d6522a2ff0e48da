/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_VBIOS_H
#define NV_ABI_VBIOS_H

#include "abi/abi.h"
#include <linux/compiler.h>

/*
 * The parts of a VBIOS image that lead to FWSEC. None of this is aligned: read it
 * with get_unaligned or memcpy.
 * Source: open-gpu-kernel-modules 550.163.01, kernel_gsp_fwsec.c,
 * kernel_gsp_vbios_tu102.c; open-gpu-doc, BIOS-Information-Table.
 */

#define NV_VBIOS_MAX_SIZE		0x100000

#define NV_VBIOS_ROM_SIGNATURE		0xaa55
#define NV_VBIOS_PCIR_POINTER		0x18		/* u16 in an image's head */
#define NV_VBIOS_PCIR_SIGNATURE		0x52494350	/* "PCIR" */
#define NV_VBIOS_NPDS_SIGNATURE		0x5344504e	/* "NPDS" */
#define NV_VBIOS_NPDE_SIGNATURE		0x4544504e	/* "NPDE" */
#define NV_VBIOS_BLOCK_SIZE		512
#define NV_VBIOS_CODE_BASE		0x00
#define NV_VBIOS_CODE_EXTENDED		0xe0
#define NV_VBIOS_LAST_IMAGE		0x80

#define NV_VBIOS_IFR_SIGNATURE		0x4947564e	/* "NVGI" */
#define NV_VBIOS_IFR_DIR_SIGNATURE	0x44524652	/* "RFRD" */

struct nv_vbios_pcir {
	u32 signature;
	u16 vendor_id;
	u16 device_id;
	u16 device_list;
	u16 length;
	u8 revision;
	u8 class_code[3];
	u16 image_length;		/* blocks */
	u16 vendor_revision;
	u8 code_type;
	u8 last_image;
	u16 max_runtime_length;
} __packed;
NV_ABI_SIZE(struct nv_vbios_pcir, 24);
NV_ABI_OFFSET(struct nv_vbios_pcir, code_type, 0x14);

struct nv_vbios_npde {
	u32 signature;
	u16 revision;			/* 0x100 or 0x101 */
	u16 length;
	u16 subimage_length;		/* blocks */
	u8 last_image;
	u8 flags;
} __packed;
NV_ABI_SIZE(struct nv_vbios_npde, 12);

#define NV_VBIOS_BIT_ID			0xb8ff
#define NV_VBIOS_BIT_SIGNATURE		0x00544942	/* "BIT\0" */
#define NV_VBIOS_BIT_TOKEN_BIOSDATA	0x42
#define NV_VBIOS_BIT_TOKEN_FALCON_DATA	0x70

struct nv_vbios_bit_header {
	u16 id;
	u32 signature;
	u16 bcd_version;
	u8 header_size;
	u8 token_size;
	u8 token_entries;
	u8 checksum;			/* makes the bytes of the header sum to 0 */
} __packed;
NV_ABI_SIZE(struct nv_vbios_bit_header, 12);

struct nv_vbios_bit_token {
	u8 id;
	u8 data_version;
	u16 data_size;
	u16 data_ptr;
} __packed;
NV_ABI_SIZE(struct nv_vbios_bit_token, 6);

/* BIOSDATA: u32 version, u8 OEM version. FALCON_DATA version 2: u32 table pointer. */

struct nv_vbios_falcon_table {
	u8 version;
	u8 header_size;
	u8 entry_size;
	u8 entry_count;
	u8 desc_version;
	u8 desc_size;
} __packed;
NV_ABI_SIZE(struct nv_vbios_falcon_table, 6);

#define NV_VBIOS_FALCON_APP_FWSEC_LIC	0x05
#define NV_VBIOS_FALCON_APP_FWSEC_DBG	0x45
#define NV_VBIOS_FALCON_APP_FWSEC_PROD	0x85

struct nv_vbios_falcon_entry {
	u8 app_id;
	u8 target_id;
	u32 desc_ptr;
} __packed;
NV_ABI_SIZE(struct nv_vbios_falcon_entry, 6);

#define NV_VBIOS_FALCON_DESC_V3		3
#define NV_VBIOS_FALCON_DESC_VERSION_AVAILABLE	0x1
#define NV_VBIOS_FALCON_SIG_SIZE	384

/* Signatures follow the descriptor, the image (IMEM part, DMEM part) follows them. */
struct nv_vbios_falcon_desc_v3 {
	u32 vdesc;			/* bit 0 available, 15:8 version, 31:16 size */
	u32 stored_size;
	u32 pkc_data_offset;
	u32 interface_offset;
	u32 imem_phys_base;
	u32 imem_load_size;
	u32 imem_virt_base;
	u32 dmem_phys_base;
	u32 dmem_load_size;
	u16 engine_id_mask;
	u8 ucode_id;
	u8 signature_count;
	u16 signature_versions;
	u16 reserved;
} __packed;
NV_ABI_SIZE(struct nv_vbios_falcon_desc_v3, 44);

/* In the DMEM part, at interface_offset. */
struct nv_falcon_appif_header {
	u8 version;
	u8 header_size;
	u8 entry_size;
	u8 entry_count;
} __packed;

struct nv_falcon_appif_entry {
	u32 id;
	u32 dmem_offset;
} __packed;

#define NV_FALCON_APPIF_DMEM_MAPPER	4
#define NV_FALCON_DMEM_MAPPER_SIGNATURE	0x50414d44	/* "DMAP" */

struct nv_falcon_dmem_mapper_v3 {
	u32 signature;
	u16 version;
	u16 size;
	u32 cmd_in_buffer_offset;
	u32 cmd_in_buffer_size;
	u32 cmd_out_buffer_offset;
	u32 cmd_out_buffer_size;
	u32 nvf_img_data_buffer_offset;
	u32 nvf_img_data_buffer_size;
	u32 printf_buffer_hdr;
	u32 ucode_build_time_stamp;
	u32 ucode_signature;
	u32 init_cmd;
	u32 ucode_feature;
	u32 ucode_cmd_mask0;
	u32 ucode_cmd_mask1;
	u32 multi_tgt_tbl;
} __packed;
NV_ABI_SIZE(struct nv_falcon_dmem_mapper_v3, 64);
NV_ABI_OFFSET(struct nv_falcon_dmem_mapper_v3, init_cmd, 0x2c);

#define NV_FWSEC_CMD_FRTS		0x15
#define NV_FWSEC_CMD_SB			0x19

struct nv_fwsec_read_vbios_desc {
	u32 version;
	u32 size;
	u64 gfw_image_offset;
	u32 gfw_image_size;
	u32 flags;
} __packed;
NV_ABI_SIZE(struct nv_fwsec_read_vbios_desc, 24);

#define NV_FWSEC_FRTS_MEDIA_FB		2

struct nv_fwsec_frts_region_desc {
	u32 version;
	u32 size;
	u32 frts_region_offset_4k;
	u32 frts_region_size_4k;
	u32 frts_region_media_type;
} __packed;
NV_ABI_SIZE(struct nv_fwsec_frts_region_desc, 20);

#endif
