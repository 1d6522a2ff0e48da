// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Firmware files for tests, beside the test programs: what softgpu makes, and a GSP
 * file of a hundred kilobytes that has the sections of the real one.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/abi.h"
#include "hw-softgpu.h"
#include "unit.h"

#define IMAGE_SIZE	0x18765		/* no multiple of anything */
#define SIGNATURE_SIZE	0x1000

static const char names[] = "\0.fwimage\0.fwversion\0.fwsignature_ga10x\0.shstrtab";

static struct gsp_file {
	Elf64_Ehdr header;
	Elf64_Shdr section[5];
	char names[sizeof(names)];
	char version[sizeof(NV_RELEASE)];
	u8 signature[SIGNATURE_SIZE];
	u8 image[IMAGE_SIZE];
} gsp_file;

static Elf64_Shdr section(const char *name, const void *data, size_t size)
{
	const char *found = memmem(names, sizeof(names), name, strlen(name) + 1);

	EXPECT(found);
	return (Elf64_Shdr) {
		.sh_name = found - names, .sh_type = SHT_PROGBITS,
		.sh_offset = (u8 *)data - (u8 *)&gsp_file, .sh_size = size,
	};
}

static void fill_gsp_file(void)
{
	struct gsp_file *f = &gsp_file;
	size_t i;

	f->header = (Elf64_Ehdr) {
		.e_ident = {
			ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT,
		},
		.e_machine = EM_RISCV, .e_version = EV_CURRENT, .e_ehsize = sizeof(f->header),
		.e_shoff = offsetof(struct gsp_file, section), .e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 5, .e_shstrndx = 4,
	};
	memcpy(f->names, names, sizeof(names));
	strcpy(f->version, NV_RELEASE);
	for (i = 0; i < IMAGE_SIZE; i++)
		f->image[i] = i * 7 + (i >> 12);
	for (i = 0; i < SIGNATURE_SIZE; i++)
		f->signature[i] = ~i;
	f->section[1] = section(".fwimage", f->image, IMAGE_SIZE);
	f->section[2] = section(".fwversion", f->version, sizeof(f->version));
	f->section[3] = section(".fwsignature_ga10x", f->signature, SIGNATURE_SIZE);
	f->section[4] = section(".shstrtab", f->names, sizeof(names));
}

/* Other programs may be writing the same: each file appears whole. */
static void write_gsp_file(const char *path)
{
	char temp[600];
	FILE *file;

	snprintf(temp, sizeof(temp), "%s.%d", path, getpid());
	file = fopen(temp, "wb");
	EXPECT(file);
	EXPECT(fwrite(&gsp_file, sizeof(gsp_file), 1, file) == 1);
	EXPECT(fclose(file) == 0 && rename(temp, path) == 0);
}

static void make_dirs(char *path, size_t from)
{
	char *slash;

	for (slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		EXPECT(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static char firmware_dir[400];
static char gsp_path[500];

static void make_files(void)
{
	char group[sizeof(gsp_path)];
	ssize_t len;

	len = readlink("/proc/self/exe", firmware_dir, sizeof(firmware_dir) - 20);
	EXPECT(len > 0);
	firmware_dir[len] = 0;
	strcpy(strrchr(firmware_dir, '/'), "/firmware");
	len = strlen(firmware_dir);
	snprintf(gsp_path, sizeof(gsp_path), "%s/nvidia/" NV_RELEASE "/gsp_ga10x.bin",
		 firmware_dir);
	make_dirs(gsp_path, len);
	snprintf(group, sizeof(group), "%s/nvidia/" NV_RELEASE, firmware_dir);
	EXPECT_EQ(softgpu_make_firmware(group), 0);
	fill_gsp_file();
	write_gsp_file(gsp_path);
}

const char *unit_firmware_dir(void)
{
	if (!*firmware_dir)
		make_files();
	return firmware_dir;
}

const char *unit_gsp_firmware(void)
{
	unit_firmware_dir();
	return gsp_path;
}
