// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Booter's part of a suspend: what WPR2 holds goes to system memory, page by page
 * through a radix3 tree of the driver's, and comes back at the resume if nobody has
 * changed it. The driver keeps struct gsp_fw_sr_meta, in which booter leaves its hashes and
 * an HMAC over them with a key that only this chip has.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <linux/kernel.h>

#include "chip.h"

#define PAGE		0x1000ull

/**
 * struct transfer - one way or the other
 * @meta: of WPR2
 * @free: parts of WPR2 that are left out
 * @tree: to the driver's pages
 * @hash: of the pages that were moved
 * @saving: to system memory
 */
struct transfer {
	struct softgpu *gpu;
	struct gsp_fw_wpr_meta meta;
	struct gsp_fw_heap_free_list free;
	struct sg_radix3 *tree;
	EVP_MD_CTX *hash;
	bool saving;
};

static enum sg_booter_error refuse(struct softgpu *gpu, const char *what)
{
	sg_log(gpu, "booter refuses the suspend data: %s", what);
	return SG_BOOTER_ERR_SUSPEND_DATA;
}

static u64 wpr2_size(const struct gsp_fw_wpr_meta *meta)
{
	return meta->gsp_fw_wpr_end - meta->gsp_fw_wpr_start;
}

static void sign(const struct softgpu *gpu, const struct gsp_fw_sr_meta *sr, u8 *hmac)
{
	struct gsp_fw_sr_meta plain = *sr;
	unsigned int len;

	memset(plain.hmac, 0, sizeof(plain.hmac));
	HMAC(EVP_sha256(), gpu->chip_key, sizeof(gpu->chip_key), (const u8 *)&plain, sizeof(plain),
	     hmac, &len);
}

/* What a driver must have got right before either; the log names the field. */
static enum sg_booter_error check_sr_meta(struct softgpu *gpu, const struct gsp_fw_sr_meta *sr,
					  const struct gsp_fw_wpr_meta *meta)
{
	const struct {
		bool kept;
		const char *name;
	} rules[] = {
		{ sr->magic == GSP_FW_SR_META_MAGIC, "magic" },
		{ sr->revision == GSP_FW_SR_META_REVISION, "revision" },
		{ sr->sysmem_addr_of_data % PAGE == 0, "sysmemAddrOfSuspendResumeData" },
		{ !meta || sr->size_of_data == wpr2_size(meta), "sizeOfSuspendResumeData" },
		{ !meta || sr->flags == meta->flags, "flags" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].kept)
			continue;
		sg_log(gpu, "booter refuses GspFwSRMeta: %s", rules[i].name);
		return SG_BOOTER_ERR_SUSPEND_DATA;
	}
	return SG_BOOTER_OK;
}

/* In order, apart and inside the heap, whole pages. */
static bool free_list_valid(const struct transfer *move)
{
	const struct gsp_fw_wpr_meta *meta = &move->meta;
	const u64 heap = meta->gsp_fw_heap_offset - meta->gsp_fw_wpr_start;
	u64 at = heap, end = heap + meta->gsp_fw_heap_size;

	if (move->free.magic != GSP_FW_HEAP_FREE_LIST_MAGIC ||
	    move->free.nr_regions > GSP_FW_HEAP_FREE_REGIONS)
		return false;
	for (u32 i = 0; i < move->free.nr_regions; i++) {
		u64 offset = move->free.region[i].offset, length = move->free.region[i].length;

		if (offset < at || offset > end || length > end - offset || offset % PAGE ||
		    length % PAGE)
			return false;
		at = offset + length;
	}
	return true;
}

static bool is_free(const struct transfer *move, u64 offset)
{
	for (u32 i = 0; i < move->free.nr_regions; i++)
		if (offset >= move->free.region[i].offset &&
		    offset - move->free.region[i].offset < move->free.region[i].length)
			return true;
	return false;
}

/* By way of a copy that is hashed: neither side stands still. */
static bool move_page(struct transfer *move, u64 offset)
{
	const u64 at = move->meta.gsp_fw_wpr_start + offset;
	u8 page[PAGE];
	u64 addr;

	if (!sg_radix3_page(move->gpu, move->tree, offset / PAGE, &addr))
		return false;
	if (is_free(move, offset))
		return sg_dma_read(move->gpu, addr, page, sizeof(page));
	/* By the file, as reading the mapping would allocate what is empty. */
	if (move->saving ? pread(move->gpu->vram_fd, page, PAGE, at) != PAGE :
			   !sg_dma_read(move->gpu, addr, page, sizeof(page)))
		return false;
	EVP_DigestUpdate(move->hash, page, sizeof(page));
	if (move->saving)
		return sg_dma_write(move->gpu, addr, page, sizeof(page));
	memcpy(move->gpu->vram + at, page, sizeof(page));
	return true;
}

static enum sg_booter_error move_all(struct transfer *move, u64 root, u8 *digest)
{
	u64 offset, size = wpr2_size(&move->meta);

	move->tree = sg_radix3_new(root);
	move->hash = EVP_MD_CTX_new();
	if (!move->tree || !move->hash)
		return refuse(move->gpu, "out of memory");
	EVP_DigestInit_ex(move->hash, EVP_sha256(), NULL);
	for (offset = 0; offset < size; offset += PAGE)
		if (!move_page(move, offset))
			break;
	EVP_DigestFinal_ex(move->hash, digest, NULL);
	if (offset >= size)
		return SG_BOOTER_OK;
	sg_log(move->gpu, "booter refuses the suspend data: page %llu is not in the tree",
	       offset / PAGE);
	return SG_BOOTER_ERR_SUSPEND_DATA;
}

static void end(struct transfer *move)
{
	free(move->tree);
	EVP_MD_CTX_free(move->hash);
}

static enum sg_booter_error save(struct transfer *move, u64 at, struct gsp_fw_sr_meta *sr)
{
	enum sg_booter_error err = move_all(move, sr->sysmem_addr_of_data, sr->data_hash);

	if (err)
		return err;
	SHA256((u8 *)&move->meta, sizeof(move->meta), sr->wpr_meta_hash);
	SHA256((u8 *)&move->free, sizeof(move->free), sr->heap_free_list_hash);
	sign(move->gpu, sr, sr->hmac);
	if (!sg_dma_write(move->gpu, at, sr, sizeof(*sr)))
		return refuse(move->gpu, "GspFwSRMeta cannot be written");
	return SG_BOOTER_OK;
}

enum sg_booter_error sg_suspend_data_save(struct softgpu *gpu, u64 at)
{
	struct transfer move = { .gpu = gpu, .saving = true };
	struct gsp_fw_sr_meta sr;
	enum sg_booter_error err;
	u64 start, wpr_end;
	u32 list;

	if (!sg_dma_read(gpu, at, &sr, sizeof(sr)))
		return refuse(gpu, "the mailboxes name no GspFwSRMeta in system memory");
	if (!sg_wpr2(gpu, &start, &wpr_end) ||
	    !sg_vram_read(gpu, start, &move.meta, sizeof(move.meta)) ||
	    move.meta.verified != GSP_FW_WPR_META_VERIFIED ||
	    move.meta.gsp_fw_wpr_start != start || move.meta.gsp_fw_wpr_end != wpr_end ||
	    !sg_wpr_layout_valid(gpu, &move.meta))
		return refuse(gpu, "WPR2 is not up or does not hold what booter put there");
	err = check_sr_meta(gpu, &sr, &move.meta);
	if (err)
		return err;
	list = move.meta.sysmem_addr_of_signature;
	if (list > wpr2_size(&move.meta) ||
	    !sg_vram_read(gpu, start + list, &move.free, sizeof(move.free)) ||
	    !free_list_valid(&move))
		return refuse(gpu, "GSP-RM has left no list of its free heap: it did not suspend");
	err = save(&move, at, &sr);
	end(&move);
	return err;
}

/* The pages that hold the metadata and the list, which say what the others are. */
static bool peek(struct transfer *move, u64 offset, void *to, u64 size)
{
	u64 addr, part;

	for (; size; size -= part, offset += part, to = (u8 *)to + part) {
		part = PAGE - offset % PAGE < size ? PAGE - offset % PAGE : size;
		if (!sg_radix3_page(move->gpu, move->tree, offset / PAGE, &addr) ||
		    !sg_dma_read(move->gpu, addr + offset % PAGE, to, part))
			return false;
	}
	return true;
}

static bool hash_is(const void *data, u64 size, const u8 *want)
{
	u8 hash[SHA256_DIGEST_LENGTH];

	SHA256(data, size, hash);
	return !memcmp(hash, want, sizeof(hash));
}

static enum sg_booter_error read_metas(struct transfer *move, const struct gsp_fw_sr_meta *sr)
{
	struct softgpu *gpu = move->gpu;
	u64 list;

	move->tree = sg_radix3_new(sr->sysmem_addr_of_data);
	if (!move->tree || !peek(move, 0, &move->meta, sizeof(move->meta)))
		return refuse(gpu, "page 0 is not in the tree");
	if (!hash_is(&move->meta, sizeof(move->meta), sr->wpr_meta_hash))
		return refuse(gpu, "GspFwWprMeta has changed");
	list = (u32)move->meta.sysmem_addr_of_signature;
	if (!sg_wpr_layout_valid(gpu, &move->meta) || list > sr->size_of_data ||
	    !peek(move, list, &move->free, sizeof(move->free)) ||
	    !hash_is(&move->free, sizeof(move->free), sr->heap_free_list_hash) ||
	    !free_list_valid(move))
		return refuse(gpu, "the list of free heap has changed");
	free(move->tree);
	move->tree = NULL;
	return SG_BOOTER_OK;
}

static enum sg_booter_error restore(struct transfer *move, const struct gsp_fw_sr_meta *sr)
{
	u8 digest[SHA256_DIGEST_LENGTH];
	enum sg_booter_error err = read_metas(move, sr);
	u64 start, wpr_end;

	if (err)
		return err;
	if (sg_wpr2(move->gpu, &start, &wpr_end))
		return refuse(move->gpu, "WPR2 is up");
	err = check_sr_meta(move->gpu, sr, &move->meta);
	if (err)
		return err;
	sg_set_wpr2(move->gpu, move->meta.gsp_fw_wpr_start, move->meta.gsp_fw_wpr_end);
	err = move_all(move, sr->sysmem_addr_of_data, digest);
	if (!err && memcmp(digest, sr->data_hash, sizeof(digest)))
		err = refuse(move->gpu, "what WPR2 held has changed");
	if (err)
		sg_set_wpr2(move->gpu, 0, 0);
	return err;
}

enum sg_booter_error sg_suspend_data_restore(struct softgpu *gpu, const struct gsp_fw_sr_meta *sr,
					     struct gsp_fw_wpr_meta *meta)
{
	struct transfer move = { .gpu = gpu };
	u8 hmac[SHA256_DIGEST_LENGTH];
	enum sg_booter_error err = check_sr_meta(gpu, sr, NULL);

	if (err)
		return err;
	sign(gpu, sr, hmac);
	if (memcmp(hmac, sr->hmac, sizeof(hmac)))
		return refuse(gpu, "its HMAC is not this chip's");
	err = restore(&move, sr);
	end(&move);
	*meta = move.meta;
	return err;
}
