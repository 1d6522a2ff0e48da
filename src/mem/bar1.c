// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * BAR1. Where it covers video memory, all of that which may be given away is mapped
 * once, straight, with large pages: a mapping costs nothing then. Elsewhere, and for memory
 * in several pieces, windows are allocated in what is left of it.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "gsp/gsp.h"
#include "mem/bar1.h"
#include "nv-gpu.h"

#define BAR1		1	/* in nv_hw.bar */

void nv_bar1_init(struct nv_gpu *gpu)
{
	mutex_init(&gpu->bar1.lock);
	nv_heap_init(&gpu->bar1.windows);
}

void nv_bar1_fini(struct nv_gpu *gpu)
{
	nv_bar1_stop(gpu);
	nv_heap_fini(&gpu->bar1.windows);
	mutex_destroy(&gpu->bar1.lock);
}

void nv_bar1_stop(struct nv_gpu *gpu)
{
	struct nv_bar1 *bar1 = &gpu->bar1;

	mutex_lock(&bar1->lock);
	bar1->ready = false;
	nv_vas_fini(&bar1->vas);
	mutex_unlock(&bar1->lock);
}

static int bar1_map_straight(void *ctx, const struct nv_heap_range *range)
{
	const struct nv_vas_target target = {
		.aperture = NV_APERTURE_VID, .base = range->addr,
	};
	struct nv_gpu *gpu = ctx;

	return nv_vas_map(&gpu->bar1.vas, range->addr, range->size, &target, 0, 0);
}

struct bar1_gaps {
	struct nv_gpu *gpu;
	u64 from;
};

static int bar1_add_gap(struct bar1_gaps *gaps, u64 end)
{
	u64 start = gaps->from;

	return start < end ? nv_heap_add_range(&gaps->gpu->bar1.windows, start, end - start) : 0;
}

static int bar1_add_gap_before(void *ctx, const struct nv_heap_range *range)
{
	struct bar1_gaps *gaps = ctx;
	int err = bar1_add_gap(gaps, range->addr);

	gaps->from = range->addr + range->size;
	return err;
}

/*
 * Windows are where nothing is seen straight: behind video memory or, if BAR1 ends there, where
 * that is GSP's. They stay their owners' over a boot, and so do then the addresses for them.
 */
static int bar1_find_windows(struct nv_gpu *gpu, u64 fb_end)
{
	u64 end = ALIGN_DOWN(gpu->hw->bar[BAR1].size, PAGE_SMALL);
	struct bar1_gaps gaps = { .gpu = gpu };
	struct nv_bar1 *bar1 = &gpu->bar1;
	int err = 0;

	if (bar1->windows.used)
		return 0;
	nv_heap_clear(&bar1->windows);
	if (bar1->identity && fb_end < end)
		gaps.from = fb_end;
	else if (bar1->identity)
		err = nv_heap_each_region(&gpu->heap, bar1_add_gap_before, &gaps);
	return err ?: bar1_add_gap(&gaps, end);
}

static int bar1_start(struct nv_gpu *gpu)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);
	struct nv_bar1 *bar1 = &gpu->bar1;
	int err;

	bar1->identity = gpu->hw->bar[BAR1].size >= info->fb_length;
	err = bar1_find_windows(gpu, ALIGN(info->fb_length, PAGE_HUGE));
	if (err)
		return err;
	err = nv_vas_init_bar(&bar1->vas, gpu, info->bar1_pde_base);
	if (err)
		return err;
	if (bar1->identity)
		err = nv_heap_each_region(&gpu->heap, bar1_map_straight, gpu);
	if (!err)
		err = nv_vas_invalidate(&bar1->vas);
	if (err)
		nv_vas_fini(&bar1->vas);
	return err;
}

static int bar1_get_ready(struct nv_gpu *gpu)
{
	struct nv_bar1 *bar1 = &gpu->bar1;
	int err;

	lockdep_assert_held(&bar1->lock);
	if (bar1->ready)
		return 0;
	if (!nv_gpu_running(gpu))
		return -ENODEV;
	err = bar1_start(gpu);
	bar1->ready = !err;
	return err;
}

/* Map what is in [@offset, @offset + @size) of @pieces at @va, or say how long they are. */
static int bar1_fill_window(struct nv_gpu *gpu, const struct list_head *pieces, u64 offset,
			    u64 size, u64 va)
{
	struct nv_vas_target target = { .aperture = NV_APERTURE_VID };
	const struct nv_vidmem *mem;
	u64 done = 0, part;
	int err = 0;

	list_for_each_entry(mem, pieces, link) {
		if (offset >= mem->size) {
			offset -= mem->size;
			continue;
		}
		part = min(mem->size - offset, size - done);
		target.base = mem->addr + offset;
		err = nv_vas_map(&gpu->bar1.vas, va + done, part, &target, 0, 0);
		if (err)
			break;
		offset = 0;
		done += part;
		if (done == size)
			break;
	}
	if (err)
		nv_vas_unmap(&gpu->bar1.vas, va, size);
	return err;
}

static int bar1_map_window(struct nv_gpu *gpu, const struct list_head *pieces, u64 offset,
			   u64 size, struct nv_bar1_map *map)
{
	struct nv_bar1 *bar1 = &gpu->bar1;
	u64 align = size >= PAGE_HUGE ? PAGE_HUGE : size >= PAGE_BIG ? PAGE_BIG : PAGE_SMALL;
	int err;

	err = nv_heap_alloc(&bar1->windows, size, align, &map->window);
	if (err)
		return err;
	err = bar1_fill_window(gpu, pieces, offset, size, map->window->addr);
	if (!err)
		err = nv_vas_invalidate(&bar1->vas);
	if (err) {
		nv_vas_unmap(&bar1->vas, map->window->addr, size);
		nv_vas_invalidate(&bar1->vas);
		nv_heap_free(&bar1->windows, map->window);
		*map = (struct nv_bar1_map) { };
		return err;
	}
	map->addr = gpu->hw->bar[BAR1].addr + map->window->addr;
	return 0;
}

/* The one piece that @offset and @size are in, or NULL; @offset within it then. */
static const struct nv_vidmem *bar1_one_piece(const struct list_head *pieces, u64 *offset,
					      u64 size)
{
	const struct nv_vidmem *mem;

	list_for_each_entry(mem, pieces, link) {
		if (*offset < mem->size)
			return size <= mem->size - *offset ? mem : NULL;
		*offset -= mem->size;
	}
	return NULL;
}

static bool bar1_range_ok(const struct list_head *pieces, u64 offset, u64 size)
{
	const struct nv_vidmem *mem;
	u64 total = 0;

	list_for_each_entry(mem, pieces, link)
		total += mem->size;
	return size && IS_ALIGNED(offset | size, PAGE_SMALL) && offset < total &&
	       size <= total - offset;
}

int nv_bar1_map(struct nv_gpu *gpu, const struct list_head *pieces, u64 offset, u64 size,
		struct nv_bar1_map *map)
{
	const struct nv_vidmem *mem;
	u64 within = offset;
	int err;

	*map = (struct nv_bar1_map) { .size = size };
	if (!bar1_range_ok(pieces, offset, size))
		return -EINVAL;
	mutex_lock(&gpu->bar1.lock);
	err = bar1_get_ready(gpu);
	mem = bar1_one_piece(pieces, &within, size);
	if (!err && gpu->bar1.identity && mem)
		map->addr = gpu->hw->bar[BAR1].addr + mem->addr + within;
	else if (!err)
		err = bar1_map_window(gpu, pieces, offset, size, map);
	if (err)
		map->size = 0;
	gpu->bar1.mapped += map->size;
	mutex_unlock(&gpu->bar1.lock);
	return err;
}

u64 nv_bar1_avail(struct nv_gpu *gpu)
{
	u64 mapped, size = gpu->hw->bar[BAR1].size;

	mutex_lock(&gpu->bar1.lock);
	mapped = gpu->bar1.mapped;
	mutex_unlock(&gpu->bar1.lock);
	/* Video memory that is mapped twice where it is seen straight counts twice. */
	return mapped < size ? size - mapped : 0;
}

void nv_bar1_unmap(struct nv_gpu *gpu, struct nv_bar1_map *map)
{
	struct nv_bar1 *bar1 = &gpu->bar1;

	mutex_lock(&bar1->lock);
	bar1->mapped -= map->size;
	if (map->window) {
		if (bar1->ready) {
			nv_vas_unmap(&bar1->vas, map->window->addr, map->window->size);
			nv_vas_invalidate(&bar1->vas);
		}
		nv_heap_free(&bar1->windows, map->window);
	}
	mutex_unlock(&bar1->lock);
	*map = (struct nv_bar1_map) { };
}

int nv_bar1_restore(struct nv_gpu *gpu)
{
	struct nv_bar1 *bar1 = &gpu->bar1;
	int err = 0;

	mutex_lock(&bar1->lock);
	if (bar1->ready)
		err = nv_vas_restore(&bar1->vas);
	if (bar1->ready && !err)
		err = nv_vas_invalidate(&bar1->vas);
	mutex_unlock(&bar1->lock);
	return err;
}
