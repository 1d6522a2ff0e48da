// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Who has which piece of video memory. Pieces tile the usable regions without a gap, in one
 * list by address; free ones are in a list of their size class, too. So freeing merges
 * with both neighbours at once, and allocating looks at pieces of about the right size.
 * Free pieces that were cleared are apart from those that were not, and are given away first.
 */
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/gsp-static-info.h"
#include "mem/heap.h"

#define HEAP_ADDR_MAX	BIT_ULL(47)

void nv_heap_init(struct nv_heap *heap)
{
	unsigned int i;

	*heap = (struct nv_heap) { };
	mutex_init(&heap->lock);
	INIT_LIST_HEAD(&heap->order);
	INIT_LIST_HEAD(&heap->held);
	for (i = 0; i < NV_HEAP_CLASSES; i++)
		INIT_LIST_HEAD(&heap->free[i]);
}

static unsigned int heap_class(u64 size)
{
	return min_t(unsigned int, ilog2(size / NV_HEAP_PAGE), NV_HEAP_CLASSES - 1);
}

static void heap_put_free(struct nv_heap *heap, struct nv_vidmem *mem)
{
	struct list_head *list = &heap->free[heap_class(mem->size)];

	mem->used = false;
	list_add(&mem->link, mem->clear ? list : list->prev);
}

static void heap_clear(struct nv_heap *heap)
{
	struct nv_vidmem *mem, *next;

	list_for_each_entry_safe(mem, next, &heap->order, order) {
		list_del(&mem->order);
		list_del(&mem->link);
		kfree(mem);
	}
	heap->total = 0;
}

void nv_heap_fini(struct nv_heap *heap)
{
	WARN_ON(heap->used);
	heap_clear(heap);
	mutex_destroy(&heap->lock);
}

/* Regions as GSP reports them */

static bool heap_usable(const struct gsp_fb_region *region, u64 *start, u64 *end)
{
	*start = ALIGN(region->base, NV_HEAP_PAGE);
	*end = ALIGN_DOWN(region->limit + 1, NV_HEAP_PAGE);
	return !region->reserved && !region->is_protected && *start < *end &&
	       *end <= HEAP_ADDR_MAX;
}

static bool heap_overlap(const struct gsp_fb_region *a, const struct gsp_fb_region *b)
{
	return a->base <= b->limit && b->base <= a->limit;
}

/* A region that is reserved in part is nobody's: which part is not said. */
static bool heap_regions_ok(const struct gsp_static_config_info *info)
{
	u64 start, end;
	u32 i, j;

	for (i = 0; i < info->num_fb_regions; i++) {
		if (!heap_usable(&info->fb_region[i], &start, &end))
			continue;
		for (j = 0; j < info->num_fb_regions; j++)
			if (i != j && heap_overlap(&info->fb_region[i], &info->fb_region[j]))
				return false;
	}
	return true;
}

static int heap_add_region(struct nv_heap *heap, u64 start, u64 end, unsigned int region)
{
	struct nv_vidmem *mem = kzalloc(sizeof(*mem), GFP_KERNEL), *other;

	if (!mem)
		return -ENOMEM;
	mem->addr = start;
	mem->size = end - start;
	mem->region = region;
	list_for_each_entry(other, &heap->order, order)
		if (other->addr > start)
			break;
	list_add_tail(&mem->order, &other->order);
	heap_put_free(heap, mem);
	heap->total += mem->size;
	return 0;
}

static int heap_build(struct nv_heap *heap, const struct gsp_static_config_info *info)
{
	u64 start, end;
	int err = 0;
	u32 i;

	heap_clear(heap);
	for (i = 0; i < info->num_fb_regions && !err; i++)
		if (heap_usable(&info->fb_region[i], &start, &end))
			err = heap_add_region(heap, start, end, i);
	if (err)
		heap_clear(heap);
	else if (!heap->total)
		err = -EIO;
	return err;
}

void nv_heap_clear(struct nv_heap *heap)
{
	mutex_lock(&heap->lock);
	if (!WARN_ON(heap->used))
		heap_clear(heap);
	mutex_unlock(&heap->lock);
}

int nv_heap_add_range(struct nv_heap *heap, u64 base, u64 size)
{
	int err;

	if (!size || !IS_ALIGNED(base | size, NV_HEAP_PAGE) || base >= HEAP_ADDR_MAX ||
	    size > HEAP_ADDR_MAX - base)
		return -EINVAL;
	mutex_lock(&heap->lock);
	err = heap_add_region(heap, base, base + size, 0);
	mutex_unlock(&heap->lock);
	return err;
}

/* Do the pieces tile just the regions of @info? */
static bool heap_same_regions(struct nv_heap *heap, const struct gsp_static_config_info *info)
{
	u64 start, end, total = 0;
	struct nv_vidmem *mem;
	u32 i;

	for (i = 0; i < info->num_fb_regions; i++)
		if (heap_usable(&info->fb_region[i], &start, &end))
			total += end - start;
	list_for_each_entry(mem, &heap->order, order) {
		if (mem->region >= info->num_fb_regions ||
		    !heap_usable(&info->fb_region[mem->region], &start, &end) ||
		    mem->addr < start || mem->addr + mem->size > end)
			return false;
	}
	return total == heap->total;
}

int nv_heap_set_regions(struct nv_heap *heap, const struct gsp_static_config_info *info)
{
	int err = 0;

	if (!heap_regions_ok(info))
		return -EIO;
	mutex_lock(&heap->lock);
	if (!heap->used)
		err = heap_build(heap, info);
	else if (!heap_same_regions(heap, info))
		err = -EBUSY;
	mutex_unlock(&heap->lock);
	return err;
}

/* Allocation */

static bool heap_fits(const struct nv_vidmem *mem, u64 size, u64 align)
{
	u64 skip = ALIGN(mem->addr, align) - mem->addr;

	return skip < mem->size && mem->size - skip >= size;
}

static struct nv_vidmem *heap_find(struct nv_heap *heap, u64 size, u64 align)
{
	struct nv_vidmem *mem;
	unsigned int i;

	for (i = heap_class(size); i < NV_HEAP_CLASSES; i++)
		list_for_each_entry(mem, &heap->free[i], link)
			if (heap_fits(mem, size, align))
				return mem;
	return NULL;
}

/* Cut @mem off after @size bytes; the rest is free and called @rest. */
static void heap_split(struct nv_heap *heap, struct nv_vidmem *mem, u64 size,
		       struct nv_vidmem *rest)
{
	rest->addr = mem->addr + size;
	rest->size = mem->size - size;
	rest->region = mem->region;
	rest->clear = mem->clear;
	mem->size = size;
	list_add(&rest->order, &mem->order);
	heap_put_free(heap, rest);
}

/*
 * Take @size bytes out of @mem, which is free and large enough. What @spare is not needed for
 * is left in it.
 */
static struct nv_vidmem *heap_take(struct nv_heap *heap, struct nv_vidmem *mem, u64 size,
				   u64 align, struct nv_vidmem *spare[2])
{
	u64 skip = ALIGN(mem->addr, align) - mem->addr;

	list_del(&mem->link);
	if (skip) {
		heap_split(heap, mem, skip, spare[0]);
		heap_put_free(heap, mem);
		mem = spare[0];
		list_del(&mem->link);
		spare[0] = NULL;
	}
	if (mem->size > size) {
		heap_split(heap, mem, size, spare[1]);
		spare[1] = NULL;
	}
	INIT_LIST_HEAD(&mem->link);
	mem->was_clear = mem->clear;
	mem->clear = 0;
	mem->used = true;
	heap->used += size;
	return mem;
}

/* Make two pieces one if both are free and alike. Return: did it? */
static bool heap_merge(struct nv_heap *heap, struct nv_vidmem *mem, struct nv_vidmem *next)
{
	if (mem->used || next->used || mem->region != next->region ||
	    mem->addr + mem->size != next->addr || !mem->clear != !next->clear)
		return false;
	list_del(&mem->link);
	list_del(&next->link);
	list_del(&next->order);
	mem->size += next->size;
	mem->clear = max(mem->clear, next->clear);
	kfree(next);
	heap_put_free(heap, mem);
	return true;
}

/* Without difference between what was cleared and what was not there are longer pieces. */
static void heap_forget_clear(struct nv_heap *heap)
{
	struct nv_vidmem *mem;

	list_for_each_entry(mem, &heap->order, order)
		if (!mem->used)
			mem->clear = 0;
	list_for_each_entry(mem, &heap->order, order)
		while (!list_is_head(mem->order.next, &heap->order) &&
		       heap_merge(heap, mem, list_next_entry(mem, order)))
			;
}

static int heap_alloc_page(struct nv_heap *heap, u64 size, u64 align, struct nv_vidmem **out)
{
	struct nv_vidmem *spare[2], *mem;
	int err = -ENOMEM;

	/* At most two more pieces: what lies before and behind. */
	spare[0] = kzalloc(sizeof(*spare[0]), GFP_KERNEL_ACCOUNT);
	spare[1] = kzalloc(sizeof(*spare[1]), GFP_KERNEL_ACCOUNT);
	if (!spare[0] || !spare[1])
		goto out;
	mutex_lock(&heap->lock);
	mem = heap_find(heap, size, align);
	if (!mem) {
		heap_forget_clear(heap);
		mem = heap_find(heap, size, align);
	}
	err = mem ? 0 : -ENOSPC;
	if (mem)
		*out = heap_take(heap, mem, size, align, spare);
	mutex_unlock(&heap->lock);
out:
	kfree(spare[0]);
	kfree(spare[1]);
	return err;
}

int nv_heap_alloc(struct nv_heap *heap, u64 size, u64 align, struct nv_vidmem **out)
{
	*out = NULL;
	align = max_t(u64, align, NV_HEAP_PAGE);
	if (!size || !is_power_of_2(align))
		return -EINVAL;
	if (size > HEAP_ADDR_MAX || align > HEAP_ADDR_MAX)
		return -ENOSPC;
	return heap_alloc_page(heap, ALIGN(size, NV_HEAP_PAGE), align, out);
}

static void heap_free(struct nv_heap *heap, struct nv_vidmem *mem)
{
	heap->used -= mem->size;
	list_del(&mem->link);
	heap_put_free(heap, mem);
	if (!list_is_head(mem->order.next, &heap->order))
		heap_merge(heap, mem, list_next_entry(mem, order));
	if (!list_is_head(mem->order.prev, &heap->order))
		heap_merge(heap, list_prev_entry(mem, order), mem);
}

void nv_heap_free(struct nv_heap *heap, struct nv_vidmem *mem)
{
	if (!mem)
		return;
	mutex_lock(&heap->lock);
	WARN_ON(!mem->used);
	if (heap->holds) {
		mem->clear = 0;
		list_move(&mem->link, &heap->held);
	} else {
		heap_free(heap, mem);
	}
	mutex_unlock(&heap->lock);
}

void nv_heap_forget_clear(struct nv_heap *heap)
{
	mutex_lock(&heap->lock);
	heap_forget_clear(heap);
	mutex_unlock(&heap->lock);
}

void nv_heap_hold(struct nv_heap *heap, bool hold)
{
	struct nv_vidmem *mem, *next;

	mutex_lock(&heap->lock);
	heap->holds = hold;
	if (!hold)
		list_for_each_entry_safe(mem, next, &heap->held, link)
			heap_free(heap, mem);
	mutex_unlock(&heap->lock);
}

/* The longest piece that can be had now, at most @size and not 0, in multiples of @page. */
static u64 heap_largest(struct nv_heap *heap, u64 size, u64 page)
{
	struct nv_vidmem *mem;
	u64 largest = 0, skip;
	unsigned int i;

	mutex_lock(&heap->lock);
	for (i = NV_HEAP_CLASSES; i-- && largest < size;) {
		list_for_each_entry(mem, &heap->free[i], link) {
			skip = ALIGN(mem->addr, page) - mem->addr;
			if (skip < mem->size)
				largest = max(largest, ALIGN_DOWN(mem->size - skip, page));
		}
	}
	mutex_unlock(&heap->lock);
	return min(largest, size);
}

int nv_heap_alloc_list(struct nv_heap *heap, u64 size, u64 page, struct list_head *pieces)
{
	struct nv_vidmem *mem;
	LIST_HEAD(done);
	int err = 0;
	u64 want;

	page = max_t(u64, page, NV_HEAP_PAGE);
	if (!size || !is_power_of_2(page) || !IS_ALIGNED(size, page))
		return -EINVAL;
	/* Another thread may take what was the largest: then look again. */
	for (want = size; size && !err; size -= mem->size, want = size) {
		while ((err = nv_heap_alloc(heap, want, page, &mem)) == -ENOSPC) {
			want = heap_largest(heap, want, page);
			if (!want)
				break;
		}
		if (err)
			break;
		list_add_tail(&mem->link, &done);
	}
	if (err)
		nv_heap_free_list(heap, &done);
	else
		list_splice_tail_init(&done, pieces);
	return err;
}

void nv_heap_free_list(struct nv_heap *heap, struct list_head *pieces)
{
	struct nv_vidmem *mem, *next;

	list_for_each_entry_safe(mem, next, pieces, link)
		nv_heap_free(heap, mem);
}

/* The longest range without anything in use */
static u64 heap_longest_free(struct nv_heap *heap)
{
	u64 longest = 0, run = 0, end = 0;
	struct nv_vidmem *mem;
	unsigned int region = 0;

	list_for_each_entry(mem, &heap->order, order) {
		if (mem->used || mem->addr != end || mem->region != region)
			run = 0;
		if (!mem->used)
			run += mem->size;
		longest = max(longest, run);
		end = mem->addr + mem->size;
		region = mem->region;
	}
	return longest;
}

void nv_heap_get_usage(struct nv_heap *heap, struct nv_heap_usage *usage)
{
	mutex_lock(&heap->lock);
	usage->total = heap->total;
	usage->used = heap->used;
	usage->largest_free = heap_longest_free(heap);
	mutex_unlock(&heap->lock);
}

/* What is in use, or all there is; at most @max ranges. Return: how many there would be. */
static size_t heap_ranges(struct nv_heap *heap, bool all, struct nv_heap_range *range, size_t max)
{
	struct nv_vidmem *mem;
	size_t count = 0;
	u64 end = 0;

	mutex_lock(&heap->lock);
	list_for_each_entry(mem, &heap->order, order) {
		if (!mem->used && !all)
			continue;
		if (!count || mem->addr != end) {
			count++;
			if (count <= max)
				range[count - 1] = (struct nv_heap_range) { .addr = mem->addr };
		}
		if (count <= max)
			range[count - 1].size += mem->size;
		end = mem->addr + mem->size;
	}
	mutex_unlock(&heap->lock);
	return count;
}

static int heap_visit(struct nv_heap *heap, bool all,
		      int (*fn)(void *ctx, const struct nv_heap_range *range), void *ctx)
{
	size_t i, count, room = heap_ranges(heap, all, NULL, 0);
	struct nv_heap_range *range;
	int ret = 0;

	if (!room)
		return 0;
	range = kvcalloc(room, sizeof(*range), GFP_KERNEL);
	if (!range)
		return -ENOMEM;
	count = min(heap_ranges(heap, all, range, room), room);
	for (i = 0; i < count && !ret; i++)
		ret = fn(ctx, &range[i]);
	kvfree(range);
	return ret;
}

int nv_heap_each(struct nv_heap *heap, int (*fn)(void *ctx, const struct nv_heap_range *range),
		 void *ctx)
{
	return heap_visit(heap, false, fn, ctx);
}

int nv_heap_each_region(struct nv_heap *heap,
			int (*fn)(void *ctx, const struct nv_heap_range *range), void *ctx)
{
	return heap_visit(heap, true, fn, ctx);
}
