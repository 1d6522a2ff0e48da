// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Stand-ins for the boot images, for machines that do not have NVIDIA's package.
 * They have the form of the real files and are marked, and their code is filler:
 * the model runs its own booter when it sees one (ucode.c, booter.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chip.h"

#include "abi/firmware-file.h"

#define GROUP			"ga102"		/* the images that all GA10x share */
#define OS_CODE_SIZE		0x100
#define CODE_SIZE		0x400
#define DATA_SIZE		0x200
#define NUM_SIGS		2		/* for fuse version 1, and none for version 0 */
#define SIG_SIZE		NV_VBIOS_FALCON_SIG_SIZE
#define BOOTLOADER_SIZE		0x1000

/* A booter's file, in the order in which the real ones have it. */
struct booter_file {
	struct nv_fw_bin_header bin;
	struct nv_fw_hs_header hs;
	u8 signature[NUM_SIGS][SIG_SIZE];
	u32 patch_loc;
	u32 patch_sig;
	struct nv_fw_hs_meta meta;
	u32 num_sig;
	struct nv_fw_hs_load_header load;
	u8 os_code[OS_CODE_SIZE];
	u8 code[CODE_SIZE];
	u8 data[DATA_SIZE];
};

struct bootloader_file {
	struct nv_fw_bin_header bin;
	struct gsp_riscv_ucode_desc desc;
	u8 image[BOOTLOADER_SIZE];
};

static struct nv_fw_bin_header bin_header(size_t data_offset, size_t file_size)
{
	return (struct nv_fw_bin_header){
		.magic = NV_FW_BIN_MAGIC,
		.version = NV_FW_BIN_VERSION,
		.size = (file_size + 255) & ~255u,
		.header_offset = sizeof(struct nv_fw_bin_header),
		.data_offset = data_offset,
		.data_size = file_size - data_offset,
	};
}

static void fill_booter(struct booter_file *file, enum sg_ucode_kind kind)
{
	const u32 data_offset = OS_CODE_SIZE + CODE_SIZE;

	memset(file, 0, sizeof(*file));
	file->bin = bin_header(offsetof(struct booter_file, os_code), sizeof(*file));
	file->hs = (struct nv_fw_hs_header){
		.sig_prod_offset = offsetof(struct booter_file, signature),
		.sig_prod_size = sizeof(file->signature),
		.patch_loc_offset = offsetof(struct booter_file, patch_loc),
		.patch_sig_offset = offsetof(struct booter_file, patch_sig),
		.meta_data_offset = offsetof(struct booter_file, meta),
		.meta_data_size = sizeof(file->meta),
		.num_sig_offset = offsetof(struct booter_file, num_sig),
		.load_header_offset = offsetof(struct booter_file, load),
		.load_header_size = sizeof(file->load),
	};
	file->patch_loc = data_offset + SG_BOOTER_SIG_OFFSET;
	file->meta = (struct nv_fw_hs_meta){ 1, SG_BOOTER_ENGINE_ID_MASK, SG_BOOTER_UCODE_ID };
	file->num_sig = NUM_SIGS;
	file->load = (struct nv_fw_hs_load_header){
		.os_code_size = OS_CODE_SIZE,
		.os_data_offset = data_offset,
		.os_data_size = DATA_SIZE,
		.num_apps = 1,
		.app_code_offset = OS_CODE_SIZE,
		.app_code_size = CODE_SIZE,
		.app_data_offset = OS_CODE_SIZE,
	};
	/* Once for readers of the file, once where the model finds it in IMEM. */
	sg_standin_mark(file->os_code, kind);
	sg_standin_mark(file->code, kind);
	sg_standin_sign(file->signature[0], file->code, CODE_SIZE, file->data, DATA_SIZE);
}

static void fill_bootloader(struct bootloader_file *file)
{
	memset(file, 0, sizeof(*file));
	file->bin = bin_header(offsetof(struct bootloader_file, image), sizeof(*file));
	file->desc = (struct gsp_riscv_ucode_desc){
		.version = 5,
		.bootloader_offset = 0x800,
		.bootloader_size = 0x400,
		.bootloader_param_offset = 0xc00,
		.bootloader_param_size = 0x10,
		.manifest_offset = 0x100,
		.manifest_size = 0x100,
		.monitor_data_offset = 0x200,
		.monitor_data_size = 0x200,
		.monitor_code_offset = 0x400,
		.monitor_code_size = 0x400,
		.is_monitor_enabled = 1,
		.fb_reserved_size = BOOTLOADER_SIZE,
	};
	sg_standin_mark(file->image, SG_UCODE_BOOTLOADER);
	sg_standin_seal(file->image, sizeof(file->image));
}

/* The file is there whole or not at all. */
static int write_file(const char *dir, const char *name, const void *data, size_t size)
{
	char path[PATH_MAX], temp[PATH_MAX];
	int fd, err = 0;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path) ||
	    snprintf(temp, sizeof(temp), "%s/.%s.XXXXXX", dir, name) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	fd = mkstemp(temp);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0644) || write(fd, data, size) != (ssize_t)size || fsync(fd))
		err = errno ? -errno : -EIO;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temp, path))
		err = -errno;
	if (err)
		unlink(temp);
	return err;
}

static int make_dir(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

int softgpu_make_firmware(const char *dir)
{
	struct bootloader_file bootloader;
	struct booter_file load, unload;
	char group[PATH_MAX];
	int err;

	if (snprintf(group, sizeof(group), "%s/" GROUP, dir) >= (int)sizeof(group))
		return -ENAMETOOLONG;
	fill_booter(&load, SG_UCODE_LOAD);
	fill_booter(&unload, SG_UCODE_UNLOAD);
	fill_bootloader(&bootloader);
	err = make_dir(dir);
	if (!err)
		err = make_dir(group);
	if (!err)
		err = write_file(group, "booter_load.bin", &load, sizeof(load));
	if (!err)
		err = write_file(group, "booter_unload.bin", &unload, sizeof(unload));
	if (!err)
		err = write_file(group, "bootloader.bin", &bootloader, sizeof(bootloader));
	return err;
}
