/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_FIRMWARE_H
#define NV_GSP_FIRMWARE_H

#include <linux/types.h>

#include "abi/gsp-boot.h"
#include "hal/hal.h"
#include "nv-hw.h"

/**
 * struct nv_firmware_file - an open firmware file
 * @fw: its bytes; untrusted
 * @base: short name; lives on when the file is closed
 * @name: path below the firmware folder, for the log
 */
struct nv_firmware_file {
	struct nv_firmware fw;
	const char *base;
	char name[64];
};

/**
 * struct nv_gsp_image - GSP-RM in memory, as booter takes it
 * @tree: radix3 tree over the image; its first page is the root
 * @size: bytes of the image
 * @signature: the signature, contiguous
 * @signature_size: bytes, a multiple of 256
 */
struct nv_gsp_image {
	struct nv_dma tree;
	u64 size;
	struct nv_dma signature;
	u32 signature_size;
};

/**
 * struct nv_bootloader - GSP's RISC-V bootloader in memory, as booter takes it
 * @dma: the image, contiguous
 * @size: its bytes
 * @desc: its descriptor; the offsets in it are inside the image
 */
struct nv_bootloader {
	struct nv_dma dma;
	u32 size;
	struct gsp_riscv_ucode_desc desc;
};

/**
 * nv_firmware_open() - read a firmware file of one chip
 * @hw: reads it
 * @chip: names it
 * @file: filled in
 * @base: "gsp", "booter_load", "booter_unload" or "bootloader"
 *
 * Return: 0; -ENOENT if it is not there, which one log line says together with
 * where to get it; -EINVAL, -ENOMEM.
 */
int nv_firmware_open(struct nv_hw *hw, const struct nv_chip *chip,
		     struct nv_firmware_file *file, const char *base);
void nv_firmware_close(struct nv_hw *hw, struct nv_firmware_file *file);

/** nv_firmware_at() - @len bytes at @off of the file, or NULL if they are not all there */
static inline const u8 *nv_firmware_at(const struct nv_firmware_file *file, u64 off, u64 len)
{
	if (!len || len > file->fw.size || off > file->fw.size - len)
		return NULL;
	return file->fw.data + off;
}

/** nv_firmware_copy() - copy @len bytes at @off of the file, if they are all there */
bool nv_firmware_copy(const struct nv_firmware_file *file, u64 off, void *to, u32 len);

/** nv_firmware_bad() - log what is wrong with a file and where to get a good one. -EINVAL */
int nv_firmware_bad(struct nv_hw *hw, const struct nv_firmware_file *file, const char *what);

/** nv_firmware_note_standin() - log it if @image is one that softgpu made itself */
void nv_firmware_note_standin(struct nv_hw *hw, const struct nv_firmware_file *file,
			      const u8 *image, u32 size);

/**
 * nv_gsp_image_init() - put GSP-RM into DMA memory
 * @hw: the GPU
 * @chip: which signature to take
 * @image: filled in
 * @file: "gsp"; not needed afterwards
 *
 * Return: 0; -EINVAL if the file is malformed or of another release, with one log
 * line; -ENOMEM.
 */
int nv_gsp_image_init(struct nv_hw *hw, const struct nv_chip *chip, struct nv_gsp_image *image,
		      const struct nv_firmware_file *file);
void nv_gsp_image_fini(struct nv_hw *hw, struct nv_gsp_image *image);

/**
 * nv_bootloader_init() - put GSP's RISC-V bootloader into DMA memory
 * @hw: the GPU
 * @bootloader: filled in
 * @file: "bootloader"; not needed afterwards
 *
 * Return: 0; -EINVAL with one log line; -ENOMEM.
 */
int nv_bootloader_init(struct nv_hw *hw, struct nv_bootloader *bootloader,
		       const struct nv_firmware_file *file);
void nv_bootloader_fini(struct nv_hw *hw, struct nv_bootloader *bootloader);

#endif
