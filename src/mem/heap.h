/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_HEAP_H
#define NV_MEM_HEAP_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct gsp_static_config_info;
struct nv_gpu;

#define NV_HEAP_PAGE		4096u
#define NV_HEAP_CLASSES		36	/* free lists by power of two: 4 KiB to 128 TiB */

/**
 * struct nv_vidmem - a piece of video memory, physically contiguous
 * @addr: first byte
 * @size: bytes, a multiple of 4 KiB
 * @link: its owner's, to make a list of pieces; the heap's while it is free
 * @clear: whoever frees it may say by which number nv_ce_is_clear() knows that it was cleared;
 *	0: it was not. 0 when it is allocated.
 * @was_clear: what @clear was before it was allocated
 */
struct nv_vidmem {
	u64 addr;
	u64 size;
	struct list_head link;
	u64 clear;
	u64 was_clear;

	/* private: of the heap */
	struct list_head order;
	unsigned int region;
	bool used;
};

/**
 * struct nv_heap - who has which piece of video memory
 * @lock: guards everything here
 * @order: all pieces, used and free, by address
 * @free: free ones by size: list i has those of 2^i up to 2^(i+1) - 1 pages
 * @total: bytes that there are
 * @used: bytes that are somebody's
 * @holds: pieces that are freed go to @held
 * @held: nobody's any more, but not free yet: see nv_heap_hold()
 *
 * The addresses of a BAR are given away by one of these, too.
 *
 * The heap outlives boots of the GPU: a piece stays its owner's until it is freed, though what
 * it contained is lost.
 */
struct nv_heap {
	struct mutex lock;
	struct list_head order;
	struct list_head free[NV_HEAP_CLASSES];
	u64 total;
	u64 used;
	bool holds;
	struct list_head held;
};

/** struct nv_heap_usage - sizes in bytes */
struct nv_heap_usage {
	u64 total;
	u64 used;
	u64 largest_free;
};

/** struct nv_heap_range - used memory, neighbouring pieces taken as one */
struct nv_heap_range {
	u64 addr;
	u64 size;
};

void nv_heap_init(struct nv_heap *heap);
/** nv_heap_fini() - every piece has been freed */
void nv_heap_fini(struct nv_heap *heap);

/**
 * nv_heap_set_regions() - learn from GSP which memory is the driver's to give away
 *
 * Called at each boot. Return: 0; -ENOMEM; -EBUSY if that changed while pieces are in use;
 * -EIO if the regions overlap or there are none.
 */
int nv_heap_set_regions(struct nv_heap *heap, const struct gsp_static_config_info *info);

/** nv_heap_clear() - there is nothing to give away any more, and nothing is in use */
void nv_heap_clear(struct nv_heap *heap);
/** nv_heap_add_range() - let the heap give away a range that is not in it; -EINVAL, -ENOMEM */
int nv_heap_add_range(struct nv_heap *heap, u64 base, u64 size);

/**
 * nv_heap_alloc() - allocate contiguous video memory; its content is whatever it was
 * @heap: the GPU's
 * @size: bytes, not 0; rounded up to 4 KiB
 * @align: a power of two; less than 4 KiB is 4 KiB
 * @out: the piece, nv_heap_free() it
 *
 * Return: 0; -EINVAL; -ENOSPC if no free range is long enough; -ENOMEM.
 */
int nv_heap_alloc(struct nv_heap *heap, u64 size, u64 align, struct nv_vidmem **out);
/** nv_heap_free() - the inverse; NULL is ignored. Never fails. */
void nv_heap_free(struct nv_heap *heap, struct nv_vidmem *mem);
/** nv_heap_forget_clear() - what is free may hold anything now */
void nv_heap_forget_clear(struct nv_heap *heap);

/**
 * nv_heap_hold() - from now on, or until now, nobody gets memory that is in use now
 * @heap: the GPU's
 * @hold: begin or end
 *
 * Meanwhile a copy of what was in use can be written back without looking at who has it.
 */
void nv_heap_hold(struct nv_heap *heap, bool hold);

/**
 * nv_heap_alloc_list() - allocate video memory in as few pieces as it takes
 * @heap: the GPU's
 * @size: bytes, a multiple of @page
 * @page: every piece is a multiple of this power of two, and aligned to it
 * @pieces: they are added to this list
 *
 * Return: as nv_heap_alloc(); then @pieces is as it was.
 */
int nv_heap_alloc_list(struct nv_heap *heap, u64 size, u64 page, struct list_head *pieces);
void nv_heap_free_list(struct nv_heap *heap, struct list_head *pieces);

void nv_heap_get_usage(struct nv_heap *heap, struct nv_heap_usage *usage);

/**
 * nv_heap_each() - visit what is in use, by address
 * @heap: the GPU's
 * @fn: called without the heap's lock; anything but 0 ends the visit
 * @ctx: for @fn
 *
 * Pieces that are allocated or freed meanwhile are visited or not.
 *
 * Return: 0, what @fn returned, -ENOMEM.
 */
int nv_heap_each(struct nv_heap *heap, int (*fn)(void *ctx, const struct nv_heap_range *range),
		 void *ctx);
/** nv_heap_each_region() - visit all there is, used or not, in the same way */
int nv_heap_each_region(struct nv_heap *heap,
			int (*fn)(void *ctx, const struct nv_heap_range *range), void *ctx);

#endif
