// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory that GPU and CPU share. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
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

static void nv_dma_unmap_pages(struct device *dev, struct nv_dma *dma, struct page **pages,
			       size_t count)
{
	while (count--) {
		dma_unmap_page(dev, dma->page[count * nr_gsp], PAGE_SIZE, DMA_BIDIRECTIONAL);
		__free_page(pages[count]);
	}
}

static int nv_dma_map(struct device *dev, struct page *page, size_t size, u64 *entry)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, size, DMA_BIDIRECTIONAL);

	if (dma_mapping_error(dev, addr))
		return -ENOMEM;
	/* Bounced or uncached, what one side writes would never reach the other. */
	if (dma_need_sync(dev, addr)) {
		dev_err_once(dev, "this machine's DMA is not coherent (swiotlb=force?)\n");
		dma_unmap_page(dev, addr, size, DMA_BIDIRECTIONAL);
		return -EOPNOTSUPP;
	}
	nv_dma_set_pages(entry, addr, size / GSP_PAGE_SIZE);
	return 0;
}

static int nv_dma_map_page(struct device *dev, struct page **page, u64 *entry, gfp_t gfp)
{
	int ret;

	*page = alloc_page(gfp | __GFP_ZERO | __GFP_RETRY_MAYFAIL);
	if (!*page)
		return -ENOMEM;
	ret = nv_dma_map(dev, *page, PAGE_SIZE, entry);
	if (ret)
		__free_page(*page);
	return ret;
}

/*
 * Single pages, so that 40 MB of firmware can be had on a machine whose memory is
 * in pieces. The GPU snoops the CPU's caches, which makes streaming mappings of
 * ordinary pages coherent.
 */
static int nv_dma_alloc_pages(struct device *dev, struct nv_dma *dma, gfp_t gfp)
{
	size_t i, count = dma->size >> PAGE_SHIFT;
	struct page **pages = kvcalloc(count, sizeof(*pages), gfp);
	int ret;

	if (!pages)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		ret = nv_dma_map_page(dev, &pages[i], &dma->page[i * nr_gsp], gfp);
		if (ret)
			goto err_pages;
	}
	dma->cpu = vmap(pages, count, VM_MAP, PAGE_KERNEL);
	if (!dma->cpu) {
		ret = -ENOMEM;
		goto err_pages;
	}
	dma->priv = pages;
	return 0;

err_pages:
	nv_dma_unmap_pages(dev, dma, pages, i);
	kvfree(pages);
	return ret;
}

/* Pages that follow each other, each of which can be mapped; at most what the allocator has. */
static int nv_dma_alloc_run(struct device *dev, struct nv_dma *dma, gfp_t gfp)
{
	size_t i, count = dma->size >> PAGE_SHIFT;
	struct page **pages = kvcalloc(count, sizeof(*pages), gfp);
	int ret = -ENOMEM;

	if (!pages)
		return ret;
	dma->cpu = alloc_pages_exact(dma->size, gfp | __GFP_ZERO | __GFP_RETRY_MAYFAIL);
	if (!dma->cpu)
		goto err_pages;
	ret = nv_dma_map(dev, virt_to_page(dma->cpu), dma->size, dma->page);
	if (ret)
		goto err_run;
	for (i = 0; i < count; i++)
		pages[i] = virt_to_page(dma->cpu + i * PAGE_SIZE);
	dma->priv = pages;
	return 0;

err_run:
	free_pages_exact(dma->cpu, dma->size);
err_pages:
	kvfree(pages);
	return ret;
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
	return dma->cpu ? dma->priv : NULL;
}

static void nv_dma_free_run(struct device *dev, struct nv_dma *dma)
{
	dma_unmap_page(dev, dma->page[0], dma->size, DMA_BIDIRECTIONAL);
	free_pages_exact(dma->cpu, dma->size);
}

void nv_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	struct device *dev = &hw_to_nvl(hw)->pci->dev;

	if (!dma->cpu)
		return;
	if (!dma->priv) {
		dma_free_coherent(dev, dma->size, dma->cpu, dma->page[0]);
	} else if (dma->contig) {
		nv_dma_free_run(dev, dma);
	} else {
		vunmap(dma->cpu);
		nv_dma_unmap_pages(dev, dma, dma->priv, dma->size >> PAGE_SHIFT);
	}
	kvfree(dma->priv);
	kvfree(dma->page);
	*dma = (struct nv_dma) { };
}
