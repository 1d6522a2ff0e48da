// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * GSP-RM's image in system memory: reached through a radix3 tree of pages, compared
 * byte by byte with the firmware file if the model was given one.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chip.h"

#define PAGE		0x1000ull
#define LEVELS		3
#define SIGNATURE	".fwsignature_ga10x"

struct bytes {
	const u8 *at;
	u64 size;
};

/* Radix3: a page is found through one entry of each level; pages met last are kept. */
struct sg_radix3 {
	u64 root;
	struct {
		u64 addr;
		u64 entry[GSP_RADIX3_ENTRIES];
	} level[LEVELS];
};

struct sg_radix3 *sg_radix3_new(u64 root)
{
	struct sg_radix3 *tree = calloc(1, sizeof(*tree));

	if (!tree)
		return NULL;
	tree->root = root;
	for (unsigned int i = 0; i < LEVELS; i++)
		tree->level[i].addr = ~0ull;
	return tree;
}

static bool load_level(struct softgpu *gpu, struct sg_radix3 *tree, unsigned int level, u64 addr)
{
	if (addr % PAGE)
		return false;
	if (tree->level[level].addr == addr)
		return true;
	tree->level[level].addr = addr;
	return sg_dma_read(gpu, addr, tree->level[level].entry, PAGE);
}

bool sg_radix3_page(struct softgpu *gpu, struct sg_radix3 *tree, u64 index, u64 *page)
{
	u64 addr = tree->root;

	for (unsigned int level = 0; level < LEVELS; level++) {
		u64 shift = 9 * (LEVELS - 1 - level);

		if (!load_level(gpu, tree, level, addr))
			return false;
		addr = tree->level[level].entry[(index >> shift) % GSP_RADIX3_ENTRIES];
	}
	*page = addr;
	return addr % PAGE == 0;
}

static enum sg_booter_error walk(struct softgpu *gpu, struct sg_radix3 *tree,
				 const struct gsp_fw_wpr_meta *meta, const struct bytes *want)
{
	u64 pages = (meta->size_of_radix3_elf + PAGE - 1) / PAGE;
	const char *why = NULL;
	u8 page[PAGE];
	u64 addr;

	for (u64 i = 0; i < pages; i++) {
		u64 left = meta->size_of_radix3_elf - i * PAGE;

		if (!sg_radix3_page(gpu, tree, i, &addr) || !sg_dma_read(gpu, addr, page, PAGE))
			why = "in the tree";
		else if (want->at && memcmp(page, want->at + i * PAGE, left < PAGE ? left : PAGE))
			why = "the file's";
		if (why) {
			sg_log(gpu, "booter refuses: page %llu of GSP-RM's image is not %s", i,
			       why);
			return SG_BOOTER_ERR_IMAGE;
		}
	}
	return SG_BOOTER_OK;
}

/* The file */

static bool inside(const struct bytes *file, u64 off, u64 size)
{
	return off <= file->size && size <= file->size - off;
}

static struct bytes section(const struct bytes *file, const char *name)
{
	const Elf64_Ehdr *ehdr = (const void *)file->at;
	const Elf64_Shdr *shdr, *names;

	if (!inside(file, 0, sizeof(*ehdr)) || memcmp(ehdr->e_ident, ELFMAG, SELFMAG) ||
	    ehdr->e_shoff % 8 || ehdr->e_shstrndx >= ehdr->e_shnum ||
	    !inside(file, ehdr->e_shoff, (u64)ehdr->e_shnum * sizeof(*shdr)))
		return (struct bytes){};
	shdr = (const void *)(file->at + ehdr->e_shoff);
	names = &shdr[ehdr->e_shstrndx];
	for (unsigned int i = 0; i < ehdr->e_shnum; i++) {
		u64 len = strlen(name) + 1;

		if (inside(file, names->sh_offset, names->sh_size) &&
		    shdr[i].sh_name <= names->sh_size && len <= names->sh_size - shdr[i].sh_name &&
		    !memcmp(file->at + names->sh_offset + shdr[i].sh_name, name, len) &&
		    inside(file, shdr[i].sh_offset, shdr[i].sh_size))
			return (struct bytes){ file->at + shdr[i].sh_offset, shdr[i].sh_size };
	}
	return (struct bytes){};
}

static bool map_file(const char *path, struct bytes *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at = MAP_FAILED;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && st.st_size)
		at = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	*file = (struct bytes){ at, st.st_size };
	return true;
}

/* Without a file there is nothing to compare with, but it must be there all the same. */
static enum sg_booter_error check_signature(struct softgpu *gpu,
					    const struct gsp_fw_wpr_meta *meta,
					    const struct bytes *want)
{
	u8 *signature = malloc(meta->size_of_signature);
	const char *why = NULL;

	if (!signature || !sg_dma_read(gpu, meta->sysmem_addr_of_signature, signature,
				       meta->size_of_signature))
		why = "nothing is at sysmem_addr_of_signature";
	else if (want->at && (want->size > meta->size_of_signature ||
			      memcmp(signature, want->at, want->size)))
		why = "the signature is not the file's " SIGNATURE;
	free(signature);
	if (!why)
		return SG_BOOTER_OK;
	sg_log(gpu, "booter refuses: %s", why);
	return SG_BOOTER_ERR_IMAGE;
}

static enum sg_booter_error check(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta,
				  const struct bytes *image, const struct bytes *signature)
{
	struct sg_radix3 *tree;
	enum sg_booter_error err;

	if (image->at && image->size != meta->size_of_radix3_elf) {
		sg_log(gpu, "booter refuses: size_of_radix3_elf is %#llx, .fwimage has %#llx",
		       meta->size_of_radix3_elf, image->size);
		return SG_BOOTER_ERR_IMAGE;
	}
	err = check_signature(gpu, meta, signature);
	if (err)
		return err;
	tree = sg_radix3_new(meta->sysmem_addr_of_radix3_elf);
	if (!tree)
		return SG_BOOTER_ERR_IMAGE;
	err = walk(gpu, tree, meta, image);
	free(tree);
	return err;
}

enum sg_booter_error sg_image_check(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	struct bytes file = {}, image = {}, signature = {};
	enum sg_booter_error err;

	if (!gpu->config.gsp_firmware) {
		sg_log(gpu, "GSP-RM's image is not compared: there is no file to compare it with");
		return check(gpu, meta, &image, &signature);
	}
	if (!map_file(gpu->config.gsp_firmware, &file)) {
		sg_log(gpu, "cannot read %s", gpu->config.gsp_firmware);
		return SG_BOOTER_ERR_IMAGE;
	}
	image = section(&file, ".fwimage");
	signature = section(&file, SIGNATURE);
	if (image.at && signature.at) {
		err = check(gpu, meta, &image, &signature);
	} else {
		sg_log(gpu, "%s has no .fwimage or no " SIGNATURE, gpu->config.gsp_firmware);
		err = SG_BOOTER_ERR_IMAGE;
	}
	munmap((void *)file.at, file.size);
	return err;
}
