// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The ROM as the PROM window shows it: a header for the hardware (IFR), then a
 * VBIOS of three images (for a PC, for UEFI, NVIDIA's extension) of which the last
 * holds FWSEC. FWSEC's code is filler that nobody runs (fwsec.c does its work),
 * everything that a driver reads on the way to it is as on a board.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "chip.h"
#include "regs/nv-prom.h"

/* IFR: dwords at 0, 4 and 8, then where the directory is, then the directory. */
#define IFR_VERSION		3
#define IFR_FIXED_SIZE		0x20
#define IFR_TOTAL_SIZE		0x100
#define IFR_FLASH_STATUS	0x200
#define IFR_DIRECTORY		(IFR_FLASH_STATUS + 0x1000)

/* Offsets in the ROM and sizes of the images. */
#define VBIOS			0x2000
#define BASE			VBIOS
#define BASE_SIZE		0x1000
#define EFI			(BASE + BASE_SIZE)
#define EFI_SIZE		0x400
#define EXTENSION		(EFI + EFI_SIZE)
#define EXTENSION_SIZE		0x1600
#define ROM_SIZE		(EXTENSION + EXTENSION_SIZE)

/* Inside each image. */
#define PCIR			0x40
#define NPDE			0x60

/* Inside the base image; BIT is found by looking at every byte. */
#define BIT_HEADER		0x1b3
#define BIOSDATA		0x240
#define FALCON_DATA		0x260

/* Inside the extension. */
#define UCODE_TABLE		0x80
#define DESC			0xa0
#define SIGNATURES		(DESC + sizeof(struct nv_vbios_falcon_desc_v3))
#define SIGNATURE_COUNT		3
#define IMAGE			(SIGNATURES + SIGNATURE_COUNT * NV_VBIOS_FALCON_SIG_SIZE)

/* FWSEC: signatures for fuse versions 0, 2 and 3. */
#define UCODE_ID		9
#define ENGINE_ID_MASK		0x400
#define SIGNATURE_VERSIONS	0xd
#define IMEM_SIZE		0x800
#define IMEM_VIRT		0x100
#define DMEM_SIZE		0x600
#define APPIF			0x100
#define MAPPER			0x140
#define CMD_IN			0x200
#define CMD_IN_SIZE		0x100
#define CMD_OUT			0x300
#define CMD_OUT_SIZE		0x40
#define PKC_DATA		0x400

static void put(struct softgpu_vbios *vbios, u32 off, const void *data, size_t len)
{
	memcpy(vbios->rom + off, data, len);
}

static void put32(struct softgpu_vbios *vbios, u32 off, u32 val)
{
	put(vbios, off, &val, sizeof(val));
}

/* Pointers after the base image count as if the extension followed it directly. */
static u32 extension_ptr(u32 off)
{
	return off + BASE_SIZE;
}

static void put_ifr(struct softgpu_vbios *vbios)
{
	put32(vbios, 0x0, NV_VBIOS_IFR_SIGNATURE);
	put32(vbios, 0x4, IFR_VERSION << 8 | IFR_FIXED_SIZE << 16);
	put32(vbios, 0x8, IFR_TOTAL_SIZE);
	put32(vbios, IFR_TOTAL_SIZE, IFR_FLASH_STATUS);
	put32(vbios, IFR_DIRECTORY, NV_VBIOS_IFR_DIR_SIGNATURE);
	put32(vbios, IFR_DIRECTORY + 8, VBIOS);
}

static void put_image_head(struct softgpu_vbios *vbios, const struct softgpu_chip *chip,
			   u32 image, u32 size, u8 code_type, bool last)
{
	const u16 rom_signature = NV_VBIOS_ROM_SIGNATURE, pcir_ptr = PCIR;
	const struct nv_vbios_pcir pcir = {
		.signature = code_type == NV_VBIOS_CODE_EXTENDED ? NV_VBIOS_NPDS_SIGNATURE :
								   NV_VBIOS_PCIR_SIGNATURE,
		.vendor_id = chip->vendor,
		.device_id = chip->device,
		.length = sizeof(pcir),
		.revision = 3,
		.class_code = { 0, 0, 3 },
		.image_length = size / NV_VBIOS_BLOCK_SIZE,
		.code_type = code_type,
		.last_image = last ? NV_VBIOS_LAST_IMAGE : 0,
	};
	const struct nv_vbios_npde npde = {
		.signature = NV_VBIOS_NPDE_SIGNATURE,
		.revision = 0x101,
		.length = sizeof(npde),
		.subimage_length = pcir.image_length,
		.last_image = pcir.last_image,
	};

	put(vbios, image, &rom_signature, sizeof(rom_signature));
	put(vbios, image + NV_VBIOS_PCIR_POINTER, &pcir_ptr, sizeof(pcir_ptr));
	put(vbios, image + PCIR, &pcir, sizeof(pcir));
	put(vbios, image + NPDE, &npde, sizeof(npde));
}

static u8 sum(const u8 *data, size_t len)
{
	u8 total = 0;

	while (len--)
		total += *data++;
	return total;
}

/* "94.06.17.00.5f": four bytes of version, one that is the board maker's. */
static void put_version(struct softgpu_vbios *vbios, const char *text)
{
	unsigned int part[5] = {};
	u8 bytes[5];

	sscanf(text, "%x.%x.%x.%x.%x", &part[0], &part[1], &part[2], &part[3], &part[4]);
	for (unsigned int i = 0; i < 4; i++)
		bytes[i] = part[3 - i];
	bytes[4] = part[4];
	put(vbios, BASE + BIOSDATA, bytes, sizeof(bytes));
}

static void put_bit(struct softgpu_vbios *vbios, const struct softgpu *gpu)
{
	static const struct nv_vbios_bit_token token[] = {
		{ NV_VBIOS_BIT_TOKEN_BIOSDATA, 2, 8, BIOSDATA },
		{ NV_VBIOS_BIT_TOKEN_FALCON_DATA, 2, 4, FALCON_DATA },
	};
	struct nv_vbios_bit_header bit = {
		.id = NV_VBIOS_BIT_ID,
		.signature = NV_VBIOS_BIT_SIGNATURE,
		.bcd_version = 0x100,
		.header_size = sizeof(bit),
		.token_size = sizeof(token[0]),
		.token_entries = ARRAY_SIZE(token),
	};

	bit.checksum = -sum((const u8 *)&bit, sizeof(bit));
	if (sg_fault(gpu, SOFTGPU_FAULT_VBIOS_NO_BIT))
		bit.id = 0;
	put(vbios, BASE + BIT_HEADER, &bit, sizeof(bit));
	put(vbios, BASE + BIT_HEADER + sizeof(bit), token, sizeof(token));
	put_version(vbios, sg_chip(gpu)->vbios_version);
	put32(vbios, BASE + FALCON_DATA, sg_fault(gpu, SOFTGPU_FAULT_VBIOS_WILD_OFFSET) ?
	      0x7fffff00 : extension_ptr(UCODE_TABLE));
}

static void put_ucode_table(struct softgpu_vbios *vbios)
{
	static const struct nv_vbios_falcon_table table = {
		.version = 1,
		.header_size = sizeof(table),
		.entry_size = sizeof(struct nv_vbios_falcon_entry),
		.entry_count = 2,
		.desc_version = NV_VBIOS_FALCON_DESC_V3,
		.desc_size = sizeof(struct nv_vbios_falcon_desc_v3),
	};
	/* The first is of no interest to a driver and points nowhere. */
	const struct nv_vbios_falcon_entry entry[] = {
		{ 0x01, 0x01, 0 },
		{ NV_VBIOS_FALCON_APP_FWSEC_PROD, 0x08, extension_ptr(DESC) },
	};

	put(vbios, EXTENSION + UCODE_TABLE, &table, sizeof(table));
	put(vbios, EXTENSION + UCODE_TABLE + sizeof(table), entry, sizeof(entry));
}

static void put_dmem(struct softgpu_vbios *vbios)
{
	static const struct nv_falcon_appif_header appif = {
		.version = 1,
		.header_size = sizeof(appif),
		.entry_size = sizeof(struct nv_falcon_appif_entry),
		.entry_count = 2,
	};
	static const struct nv_falcon_appif_entry entry[] = {
		{ 1, CMD_OUT },
		{ NV_FALCON_APPIF_DMEM_MAPPER, MAPPER },
	};
	static const struct nv_falcon_dmem_mapper_v3 mapper = {
		.signature = NV_FALCON_DMEM_MAPPER_SIGNATURE,
		.version = 3,
		.size = sizeof(mapper),
		.cmd_in_buffer_offset = CMD_IN,
		.cmd_in_buffer_size = CMD_IN_SIZE,
		.cmd_out_buffer_offset = CMD_OUT,
		.cmd_out_buffer_size = CMD_OUT_SIZE,
		.ucode_cmd_mask0 = BIT(NV_FWSEC_CMD_FRTS) | BIT(NV_FWSEC_CMD_SB),
	};
	u32 dmem = vbios->image + IMEM_SIZE;

	memset(vbios->rom + dmem, 0, DMEM_SIZE);
	put(vbios, dmem + APPIF, &appif, sizeof(appif));
	put(vbios, dmem + APPIF + sizeof(appif), entry, sizeof(entry));
	put(vbios, dmem + MAPPER, &mapper, sizeof(mapper));
}

/* Bytes that look like code and are always the same. */
static void put_filler(struct softgpu_vbios *vbios, u32 off, u32 len)
{
	u32 x = 0x2545f491;

	for (u32 i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		vbios->rom[off + i] = x;
	}
}

static void put_fwsec(struct softgpu_vbios *vbios)
{
	static const char mark[] = "softgpu's FWSEC, a stand-in";
	const u32 size = sizeof(vbios->desc) + SIGNATURE_COUNT * NV_VBIOS_FALCON_SIG_SIZE;

	vbios->desc = (struct nv_vbios_falcon_desc_v3){
		.vdesc = NV_VBIOS_FALCON_DESC_VERSION_AVAILABLE | NV_VBIOS_FALCON_DESC_V3 << 8 |
			 size << 16,
		.stored_size = IMEM_SIZE + DMEM_SIZE,
		.pkc_data_offset = PKC_DATA,
		.interface_offset = APPIF,
		.imem_load_size = IMEM_SIZE,
		.imem_virt_base = IMEM_VIRT,
		.dmem_load_size = DMEM_SIZE,
		.engine_id_mask = ENGINE_ID_MASK,
		.ucode_id = UCODE_ID,
		.signature_count = SIGNATURE_COUNT,
		.signature_versions = SIGNATURE_VERSIONS,
	};
	vbios->signatures = EXTENSION + SIGNATURES;
	vbios->image = EXTENSION + IMAGE;
	put(vbios, EXTENSION + DESC, &vbios->desc, sizeof(vbios->desc));
	put_filler(vbios, vbios->signatures, vbios->image + IMEM_SIZE - vbios->signatures);
	put(vbios, vbios->image, mark, sizeof(mark));
	put_dmem(vbios);
}

int sg_vbios_init(struct softgpu *gpu)
{
	const struct softgpu_chip *chip = sg_chip(gpu);
	struct softgpu_vbios *vbios = calloc(1, sizeof(*vbios));

	static_assert(IMAGE + IMEM_SIZE + DMEM_SIZE <= EXTENSION_SIZE, "no room for FWSEC");
	static_assert(ROM_SIZE <= NV_PROM_SIZE, "the ROM is larger than its window");

	gpu->vbios = vbios;
	if (!vbios)
		return -ENOMEM;
	vbios->rom = calloc(1, ROM_SIZE);
	if (!vbios->rom)
		return -ENOMEM;
	vbios->size = ROM_SIZE;
	vbios->readable = ROM_SIZE;
	if (sg_fault(gpu, SOFTGPU_FAULT_VBIOS_TRUNCATED))
		vbios->readable = EXTENSION + DESC;
	put_ifr(vbios);
	put_image_head(vbios, chip, BASE, BASE_SIZE, NV_VBIOS_CODE_BASE, false);
	put_image_head(vbios, chip, EFI, EFI_SIZE, 3, false);
	put_image_head(vbios, chip, EXTENSION, EXTENSION_SIZE, NV_VBIOS_CODE_EXTENDED, true);
	put_bit(vbios, gpu);
	put_ucode_table(vbios);
	put_fwsec(vbios);
	vbios->rom[BASE + BASE_SIZE - 1] = -sum(vbios->rom + BASE, BASE_SIZE);
	return 0;
}

void sg_vbios_free(struct softgpu *gpu)
{
	if (gpu->vbios)
		free(gpu->vbios->rom);
	free(gpu->vbios);
}

/* Flash that holds nothing reads as ones. */
u32 sg_prom_read(struct softgpu *gpu, u32 off)
{
	u32 val;

	off -= NV_PROM_DATA(0);
	if (off > gpu->vbios->readable - sizeof(val))
		return 0xffffffff;
	memcpy(&val, gpu->vbios->rom + off, sizeof(val));
	return val;
}
