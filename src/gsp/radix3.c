// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Radix3 tree: how GSP finds data in scattered system memory.
 *
 *	page 0        1 .. n1          .. + n2          .. + data pages
 *	root  ------> level 1 -------> level 2 -------> data
 *
 * A page of a level holds the DMA addresses of 512 pages of the next one. All
 * pages lie in one block in this order, so each level's entries are the addresses
 * of a run of the block's pages.
 */
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/string.h>

#include "abi/gsp-boot.h"
#include "abi/gsp-queue.h"
#include "gsp/radix3.h"

#define RADIX3_MAX_DATA_PAGES \
	((u64)GSP_RADIX3_ENTRIES * GSP_RADIX3_ENTRIES * GSP_RADIX3_ENTRIES)

int nv_radix3_init(struct nv_hw *hw, struct nv_dma *dma, const void *data, u64 size)
{
	size_t pages, level1, level2, first_data;
	int err;

	if (!size || size > RADIX3_MAX_DATA_PAGES * GSP_PAGE_SIZE)
		return -EINVAL;

	pages = DIV_ROUND_UP(size, GSP_PAGE_SIZE);
	level2 = DIV_ROUND_UP(pages, GSP_RADIX3_ENTRIES);
	level1 = DIV_ROUND_UP(level2, GSP_RADIX3_ENTRIES);
	first_data = 1 + level1 + level2;

	err = hw->ops->dma_alloc(hw, dma, (first_data + pages) * GSP_PAGE_SIZE, false);
	if (err)
		return err;

	/* The entries of root, level 1 and level 2 follow page by page. */
	memcpy(dma->cpu, &dma->page[1], level1 * sizeof(u64));
	memcpy((u8 *)dma->cpu + GSP_PAGE_SIZE, &dma->page[1 + level1], level2 * sizeof(u64));
	memcpy((u8 *)dma->cpu + (1 + level1) * GSP_PAGE_SIZE, &dma->page[first_data],
	       pages * sizeof(u64));
	if (data)
		memcpy((u8 *)dma->cpu + first_data * GSP_PAGE_SIZE, data, size);
	return 0;
}
