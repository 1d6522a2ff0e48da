// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory that GPU and CPU share. */
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "abi/gsp-queue.h"
#include "nv-linux.h"

/*
 * GSP counts in 4 KiB pages on every machine, the kernel perhaps in larger ones; a
 * kernel page gives nr_gsp entries of nv_dma.page.
 */
static const unsigned int nr_gsp = PAGE_SIZE / GSP_PAGE_SIZE;

static void nv_dma_set_pages(u64 *page, dma_addr_t addr, unsigned int count)
{
	while (count--) {
		*page++ = addr;
		addr += GSP_PAGE_SIZE;
	}
}

static int nv_dma_alloc_coherent(struct device *dev, struct nv_dma *dma, gfp_t gfp)
{
	dma_addr_t addr;

	dma->cpu = dma_alloc_coherent(dev, dma->size, &addr, gfp);
	if (!dma->cpu)
		return -ENOMEM;
	nv_dma_set_pages(dma->page, addr, dma->size / GSP_PAGE_SIZE);
	return 0;
}

/**
 * struct nv_dma_block - behind nv_dma.priv of what is not coherent memory of the kernel's
 * @sgt: the pages as the device sees them
 * @count: how many
 * @page: each to be freed by itself
 */
struct nv_dma_block {
	struct sg_table sgt;
	size_t count;
	struct page *page[];
};

static struct nv_dma_block *nv_dma_block_new(size_t count, gfp_t gfp)
{
	struct nv_dma_block *block = kvzalloc(struct_size(block, page, count), gfp);

	if (block)
		block->count = count;
	return block;
}

static void nv_dma_block_free(struct nv_dma_block *block)
{
	size_t i;

	for (i = 0; i < block->count && block->page[i]; i++)
		__free_page(block->page[i]);
	kvfree(block);
}

/* Bounced or uncached, what one side writes would never reach the other. */
static bool nv_dma_coherent(struct device *dev, struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_dma_sg(sgt, sg, i)
		if (dma_need_sync(dev, sg_dma_address(sg)))
			return false;
	return true;
}

/* As a whole: an IOMMU then has one mapping to make and to undo. */
int nv_dma_map(struct device *dev, struct sg_table *sgt, struct page **pages, size_t count,
	       enum dma_data_direction direction, u64 *page)
{
	struct sg_dma_page_iter iter;
	int ret;

	ret = sg_alloc_table_from_pages(sgt, pages, count, 0, (u64)count << PAGE_SHIFT,
					GFP_KERNEL_ACCOUNT);
	if (ret)
		return ret;
	ret = dma_map_sgtable(dev, sgt, direction, DMA_ATTR_SKIP_CPU_SYNC);
	if (ret)
		goto err_table;
	if (!nv_dma_coherent(dev, sgt)) {
		dev_err_once(dev, "this machine's DMA is not coherent (swiotlb=force?)\n");
		ret = -EOPNOTSUPP;
		goto err_map;
	}
	for_each_sgtable_dma_page(sgt, &iter, 0) {
		nv_dma_set_pages(page, sg_page_iter_dma_address(&iter), nr_gsp);
		page += nr_gsp;
	}
	return 0;

err_map:
	dma_unmap_sgtable(dev, sgt, direction, DMA_ATTR_SKIP_CPU_SYNC);
err_table:
	sg_free_table(sgt);
	return ret;
}

void nv_dma_unmap(struct device *dev, struct sg_table *sgt, enum dma_data_direction direction)
{
	dma_unmap_sgtable(dev, sgt, direction, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
}

/* 2^@order pages in a run, or fewer where memory is in pieces: then for what follows, too. */
static size_t nv_dma_get_pages(struct page **page, unsigned int *order, gfp_t gfp)
{
	struct page *first = NULL;
	size_t i;

	for (; *order; --*order) {
		first = alloc_pages((gfp & ~__GFP_DIRECT_RECLAIM) | __GFP_NORETRY, *order);
		if (first)
			break;
	}
	if (!first)
		first = alloc_page(gfp | __GFP_RETRY_MAYFAIL);
	if (!first)
		return 0;
	split_page(first, *order);
	for (i = 0; i < 1UL << *order; i++)
		page[i] = first + i;
	return i;
}

/*
 * Pages from anywhere, so that 40 MB of firmware can be had on a machine whose memory is in
 * pieces. The GPU snoops the CPU's caches, which makes streaming mappings of ordinary pages
 * coherent.
 */
static int nv_dma_alloc_pages(struct device *dev, struct nv_dma *dma, gfp_t gfp)
{
	size_t got, i, count = dma->size >> PAGE_SHIFT;
	struct nv_dma_block *block = nv_dma_block_new(count, gfp);
	unsigned int order = get_order(SZ_2M);
	int ret = -ENOMEM;

	if (!block)
		return ret;
	for (i = 0; i < count; i += got) {
		order = min_t(unsigned int, order, ilog2(count - i));
		got = nv_dma_get_pages(&block->page[i], &order, gfp | __GFP_ZERO);
		if (!got)
			goto err_block;
	}
	ret = nv_dma_map(dev, &block->sgt, block->page, count, DMA_BIDIRECTIONAL, dma->page);
	if (ret)
		goto err_block;
	dma->cpu = vmap(block->page, count, VM_MAP, PAGE_KERNEL);
	if (!dma->cpu) {
		ret = -ENOMEM;
		goto err_map;
	}
	dma->priv = block;
	return 0;

err_map:
	nv_dma_unmap(dev, &block->sgt, DMA_BIDIRECTIONAL);
err_block:
	nv_dma_block_free(block);
	return ret;
}

/* Pages that follow each other, each of which can be mapped; at most what the allocator has. */
static int nv_dma_alloc_run(struct device *dev, struct nv_dma *dma, gfp_t gfp)
{
	size_t i, count = dma->size >> PAGE_SHIFT;
	struct nv_dma_block *block = nv_dma_block_new(count, gfp);
	int ret;

	if (!block)
		return -ENOMEM;
	dma->cpu = alloc_pages_exact(dma->size, gfp | __GFP_ZERO | __GFP_RETRY_MAYFAIL);
	if (!dma->cpu) {
		kvfree(block);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		block->page[i] = virt_to_page(dma->cpu + i * PAGE_SIZE);
	ret = nv_dma_map(dev, &block->sgt, block->page, count, DMA_BIDIRECTIONAL, dma->page);
	if (ret) {
		nv_dma_block_free(block);
		return ret;
	}
	dma->priv = block;
	return 0;
}

typedef int nv_dma_alloc_fn(struct device *dev, struct nv_dma *dma, gfp_t gfp);

static int nv_dma_alloc_gfp(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig,
			    nv_dma_alloc_fn *alloc, gfp_t gfp)
{
	struct device *dev = &hw_to_nvl(hw)->pci->dev;
	int ret;

	*dma = (struct nv_dma) { .size = PAGE_ALIGN(size), .contig = contig };
	if (!size || dma->size < size)
		return -EINVAL;
	/* Programs choose sizes, too: what cannot be had is refused before others suffer for it. */
	if (dma->size >> PAGE_SHIFT > totalram_pages())
		return -ENOMEM;
	dma->page = kvcalloc(dma->size / GSP_PAGE_SIZE, sizeof(*dma->page), gfp);
	if (!dma->page)
		return -ENOMEM;
	ret = alloc(dev, dma, gfp);
	if (ret) {
		kvfree(dma->page);
		*dma = (struct nv_dma) { };
	}
	return ret;
}

int nv_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	return nv_dma_alloc_gfp(hw, dma, size, contig,
				contig ? nv_dma_alloc_coherent : nv_dma_alloc_pages,
				GFP_KERNEL | __GFP_NOWARN);
}

int nv_dma_alloc_user(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	return nv_dma_alloc_gfp(hw, dma, size, contig,
				contig ? nv_dma_alloc_run : nv_dma_alloc_pages,
				GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

struct page **nv_dma_pages(const struct nv_dma *dma)
{
	struct nv_dma_block *block = dma->priv;

	return dma->cpu && block ? block->page : NULL;
}

void nv_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	struct device *dev = &hw_to_nvl(hw)->pci->dev;
	struct nv_dma_block *block = dma->priv;

	if (!dma->cpu)
		return;
	if (!block) {
		dma_free_coherent(dev, dma->size, dma->cpu, dma->page[0]);
	} else {
		if (!dma->contig)
			vunmap(dma->cpu);
		nv_dma_unmap(dev, &block->sgt, DMA_BIDIRECTIONAL);
		nv_dma_block_free(block);
	}
	kvfree(dma->page);
	*dma = (struct nv_dma) { };
}
