// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Firmware files. Their bytes are taken as hostile: nv_firmware_at() is the only way
 * to them and checks each range.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/elf64.h"
#include "abi/firmware-file.h"
#include "gsp/firmware.h"
#include "gsp/radix3.h"

#define GSP_SIGNATURE_ALIGN	256
#define GSP_SIGNATURE_MAX	0x10000
#define BOOTLOADER_MAX		0x100000

static bool firmware_is_gsp(const struct nv_firmware_file *file)
{
	return !strcmp(file->base, "gsp");
}

static const char *firmware_source(const struct nv_firmware_file *file)
{
	if (firmware_is_gsp(file))
		return "install Debian's package firmware-nvidia-gsp, version " NV_RELEASE;
	return "run opennv-extract-firmware, which takes it from Debian's nvidia-open-kernel-dkms";
}

int nv_firmware_open(struct nv_hw *hw, const struct nv_chip *chip,
		     struct nv_firmware_file *file, const char *base)
{
	int err;

	memset(file, 0, sizeof(*file));
	file->base = base;
	if (firmware_is_gsp(file))
		snprintf(file->name, sizeof(file->name), "nvidia/" NV_RELEASE "/%s",
			 chip->gsp_firmware);
	else
		snprintf(file->name, sizeof(file->name), "nvidia/" NV_RELEASE "/%s/%s.bin",
			 chip->image_group, base);

	err = hw->ops->firmware_get(hw, &file->fw, file->name);
	if (err == -ENOENT)
		nv_err(hw, "firmware %s is missing: %s", file->name, firmware_source(file));
	else if (err && err != -ENOMEM)
		nv_err(hw, "firmware %s cannot be read (%d): %s", file->name, err,
		       firmware_source(file));
	return err;
}

void nv_firmware_close(struct nv_hw *hw, struct nv_firmware_file *file)
{
	hw->ops->firmware_put(hw, &file->fw);
}

bool nv_firmware_copy(const struct nv_firmware_file *file, u64 off, void *to, u32 len)
{
	const u8 *from = nv_firmware_at(file, off, len);

	if (from)
		memcpy(to, from, len);
	return from;
}

int nv_firmware_bad(struct nv_hw *hw, const struct nv_firmware_file *file, const char *what)
{
	nv_err(hw, "firmware %s %s: %s", file->name, what, firmware_source(file));
	return -EINVAL;
}

void nv_firmware_note_standin(struct nv_hw *hw, const struct nv_firmware_file *file,
			      const u8 *image, u32 size)
{
	if (size >= sizeof(NV_FW_STANDIN_MARK) &&
	    !memcmp(image, NV_FW_STANDIN_MARK, sizeof(NV_FW_STANDIN_MARK)))
		nv_info(hw, "firmware %s is a stand-in, for softgpu only", file->name);
}

/* A file whose section headers are all there. */
struct elf_file {
	const struct nv_firmware_file *file;
	struct nv_elf64_header header;
	struct nv_elf64_section names;
};

static bool elf_section(const struct elf_file *elf, u32 index, struct nv_elf64_section *section)
{
	return nv_firmware_copy(elf->file, elf->header.shoff +
				(u64)index * sizeof(*section), section, sizeof(*section)) &&
	       section->type != NV_ELF64_SHT_NOBITS;
}

static bool elf_open(struct elf_file *elf, const struct nv_firmware_file *file)
{
	const struct nv_elf64_header *header = &elf->header;

	elf->file = file;
	return nv_firmware_copy(file, 0, &elf->header, sizeof(elf->header)) &&
	       !memcmp(header->ident, NV_ELF64_IDENT, NV_ELF64_IDENT_SIZE) &&
	       header->shentsize == sizeof(struct nv_elf64_section) &&
	       header->shstrndx < header->shnum &&
	       nv_firmware_at(file, header->shoff,
			      header->shnum * sizeof(struct nv_elf64_section)) &&
	       elf_section(elf, header->shstrndx, &elf->names) &&
	       nv_firmware_at(file, elf->names.offset, elf->names.size);
}

/* Bytes of the section @name, or NULL. */
static const u8 *elf_find(const struct elf_file *elf, const char *name, u64 *size)
{
	u64 len = strlen(name) + 1;
	struct nv_elf64_section section;
	const u8 *found;
	u32 i;

	for (i = 0; i < elf->header.shnum; i++) {
		if (!elf_section(elf, i, &section) || len > elf->names.size ||
		    section.name > elf->names.size - len)
			continue;
		found = nv_firmware_at(elf->file, elf->names.offset + section.name, len);
		if (found && !memcmp(found, name, len)) {
			*size = section.size;
			return nv_firmware_at(elf->file, section.offset, section.size);
		}
	}
	return NULL;
}

static int gsp_check_version(struct nv_hw *hw, const struct elf_file *elf)
{
	const struct nv_firmware_file *file = elf->file;
	char text[16], what[48];
	const u8 *version;
	u64 size, i;

	version = elf_find(elf, ".fwversion", &size);
	if (!version)
		return nv_firmware_bad(hw, file, "is truncated or no GSP firmware");
	if (size == sizeof(NV_RELEASE) && !memcmp(version, NV_RELEASE, size))
		return 0;

	for (i = 0; i < size && i < sizeof(text) - 1 && version[i]; i++)
		text[i] = version[i] > ' ' && version[i] < 0x7f ? version[i] : '?';
	text[i] = 0;
	snprintf(what, sizeof(what), "is of release %s", text);
	return nv_firmware_bad(hw, file, what);
}

static int gsp_signature_init(struct nv_hw *hw, struct nv_gsp_image *image, const u8 *data,
			      u32 size)
{
	int err;

	image->signature_size = ALIGN(size, GSP_SIGNATURE_ALIGN);
	err = hw->ops->dma_alloc(hw, &image->signature, image->signature_size, true);
	if (!err)
		memcpy(image->signature.cpu, data, size);
	return err;
}

int nv_gsp_image_init(struct nv_hw *hw, const struct nv_chip *chip, struct nv_gsp_image *image,
		      const struct nv_firmware_file *file)
{
	struct elf_file elf;
	const u8 *data, *signature;
	u64 signature_size;
	int err;

	if (!elf_open(&elf, file))
		return nv_firmware_bad(hw, file, "is truncated or no GSP firmware");

	err = gsp_check_version(hw, &elf);
	if (err)
		return err;

	data = elf_find(&elf, ".fwimage", &image->size);
	signature = elf_find(&elf, chip->gsp_signature, &signature_size);
	if (!data || !signature || signature_size > GSP_SIGNATURE_MAX)
		return nv_firmware_bad(hw, file, "lacks the image or its signature");

	err = nv_radix3_init(hw, &image->tree, data, image->size);
	if (err)
		return err;

	err = gsp_signature_init(hw, image, signature, signature_size);
	if (err)
		hw->ops->dma_free(hw, &image->tree);
	return err;
}

void nv_gsp_image_fini(struct nv_hw *hw, struct nv_gsp_image *image)
{
	hw->ops->dma_free(hw, &image->signature);
	hw->ops->dma_free(hw, &image->tree);
	memset(image, 0, sizeof(*image));
}

static bool bootloader_within(u32 off, u32 len, u32 size)
{
	return len <= size && off <= size - len;
}

static bool bootloader_consistent(const struct gsp_riscv_ucode_desc *desc, u32 size)
{
	return bootloader_within(desc->monitor_code_offset, desc->monitor_code_size, size) &&
	       bootloader_within(desc->monitor_data_offset, desc->monitor_data_size, size) &&
	       bootloader_within(desc->manifest_offset, desc->manifest_size, size);
}

int nv_bootloader_init(struct nv_hw *hw, struct nv_bootloader *bootloader,
		       const struct nv_firmware_file *file)
{
	struct gsp_riscv_ucode_desc *desc = &bootloader->desc;
	struct nv_fw_bin_header bin;
	const u8 *image;
	int err;

	if (!nv_firmware_copy(file, 0, &bin, sizeof(bin)) || bin.magic != NV_FW_BIN_MAGIC ||
	    bin.version != NV_FW_BIN_VERSION ||
	    !nv_firmware_copy(file, bin.header_offset, desc, sizeof(*desc)))
		return nv_firmware_bad(hw, file, "is truncated or no bootloader");

	image = nv_firmware_at(file, bin.data_offset, bin.data_size);
	if (!image || bin.data_size > BOOTLOADER_MAX ||
	    !bootloader_consistent(desc, bin.data_size))
		return nv_firmware_bad(hw, file, "is truncated or no bootloader");

	err = hw->ops->dma_alloc(hw, &bootloader->dma, bin.data_size, true);
	if (err)
		return err;

	memcpy(bootloader->dma.cpu, image, bin.data_size);
	bootloader->size = bin.data_size;
	nv_firmware_note_standin(hw, file, image, bin.data_size);
	return 0;
}

void nv_bootloader_fini(struct nv_hw *hw, struct nv_bootloader *bootloader)
{
	hw->ops->dma_free(hw, &bootloader->dma);
}
