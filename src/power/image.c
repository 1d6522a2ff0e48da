// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What video memory holds, in pageable memory: it may be more than the machine has free, and
 * whatever of it goes to disk need not be kept awake. A small buffer that the copy engine
 * reaches lies between; without a copy engine the CPU copies word by word.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "mem/ce.h"
#include "mem/fb.h"
#include "mem/heap.h"
#include "nv-gpu.h"
#include "power/power-priv.h"

#define BOUNCE_SIZE	0x100000

/**
 * struct nv_power_image - a copy of video memory
 * @swap: pageable memory with the ranges one after another
 * @bounce: between the two; kept until the way back, which must not fail for want of memory
 * @size: bytes in it
 * @count: ranges
 * @room: for so many there is room
 * @range: which memory that was
 */
struct nv_power_image {
	struct nv_swap swap;
	struct nv_dma bounce;
	u64 size;
	size_t count;
	size_t room;
	struct nv_heap_range range[];
};

typedef int copy_fn(struct nv_gpu *gpu, struct nv_power_image *image,
		    const struct nv_heap_range *part, u64 pos);

static int image_count(void *ctx, const struct nv_heap_range *range)
{
	(*(size_t *)ctx)++;
	return 0;
}

static int image_add(void *ctx, const struct nv_heap_range *range)
{
	struct nv_power_image *image = ctx;

	if (image->count == image->room)
		return -EBUSY;		/* somebody allocates although nobody should */
	image->range[image->count++] = *range;
	image->size += range->size;
	return 0;
}

/* Which memory is in use. */
static int image_new(struct nv_gpu *gpu, struct nv_power_image **out)
{
	struct nv_power_image *image;
	size_t room = 0;
	int err;

	err = nv_heap_each(&gpu->heap, image_count, &room);
	if (err)
		return err;
	image = kvzalloc(struct_size(image, range, room), GFP_KERNEL);
	if (!image)
		return -ENOMEM;
	image->room = room;
	err = nv_heap_each(&gpu->heap, image_add, image);
	if (err) {
		kvfree(image);
		return err;
	}
	*out = image;
	return 0;
}

/* Without memory, or a channel, for the copy engine the CPU does it. */
static bool no_engine(int err)
{
	return err == -ENODEV || err == -ENOMEM || err == -ENOSPC;
}

static int save_part(struct nv_gpu *gpu, struct nv_power_image *image,
		     const struct nv_heap_range *part, u64 pos)
{
	const struct nv_dma *bounce = &image->bounce;
	int err = nv_ce_save(gpu, bounce, 0, part->addr, part->size);

	if (no_engine(err))
		err = nv_fb_read(gpu, part->addr, bounce->cpu, part->size);
	if (err)
		return err;
	return gpu->hw->ops->swap_write(gpu->hw, &image->swap, pos, bounce->cpu, part->size);
}

static int restore_part(struct nv_gpu *gpu, struct nv_power_image *image,
			const struct nv_heap_range *part, u64 pos)
{
	const struct nv_dma *bounce = &image->bounce;
	int err;

	err = gpu->hw->ops->swap_read(gpu->hw, &image->swap, pos, bounce->cpu, part->size);
	if (err)
		return err;
	err = nv_ce_restore(gpu, part->addr, bounce, 0, part->size);
	if (no_engine(err))
		err = nv_fb_write(gpu, part->addr, bounce->cpu, part->size);
	return err;
}

static int image_copy(struct nv_gpu *gpu, struct nv_power_image *image, copy_fn *copy)
{
	struct nv_heap_range part, rest;
	u64 pos = 0;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < image->count; i++) {
		for (rest = image->range[i]; !err && rest.size; rest.size -= part.size) {
			part = rest;
			part.size = min_t(u64, rest.size, image->bounce.size);
			err = copy(gpu, image, &part, pos);
			pos += part.size;
			rest.addr += part.size;
		}
	}
	return err;
}

static int image_alloc(struct nv_gpu *gpu, struct nv_power_image *image)
{
	int err = gpu->hw->ops->dma_alloc(gpu->hw, &image->bounce, BOUNCE_SIZE, false);

	return err ?: gpu->hw->ops->swap_alloc(gpu->hw, &image->swap, image->size);
}

int nv_power_image_save(struct nv_gpu *gpu, struct nv_power_image **out)
{
	struct nv_power_image *image;
	int err;

	err = image_new(gpu, &image);
	if (err)
		return err;
	if (image->size) {
		err = image_alloc(gpu, image);
		if (!err)
			err = image_copy(gpu, image, save_part);
	}
	if (err) {
		nv_power_image_free(gpu, image);
		return err;
	}
	*out = image;
	return 0;
}

int nv_power_image_restore(struct nv_gpu *gpu, struct nv_power_image *image)
{
	return image->size ? image_copy(gpu, image, restore_part) : 0;
}

void nv_power_image_free(struct nv_gpu *gpu, struct nv_power_image *image)
{
	if (!image)
		return;
	gpu->hw->ops->swap_free(gpu->hw, &image->swap);
	gpu->hw->ops->dma_free(gpu->hw, &image->bounce);
	kvfree(image);
}

u64 nv_power_image_size(const struct nv_power_image *image)
{
	return image ? image->size : 0;
}
