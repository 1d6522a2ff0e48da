// SPDX-License-Identifier: MIT OR GPL-2.0
/* One page directory or page table: where it is and what its words look like. */
#include <asm/barrier.h>
#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "mem/gmmu-table.h"
#include "nv-gpu.h"
#include "regs/nv-mmu.h"

#define TABLE_SIZE	4096u

static const struct {
	u8 shift;
	u8 words;
	u16 entries;
	u16 children;
} gmmu_levels[GMMU_LEVELS] = {
	[GMMU_PD3] = { NV_MMU_VER2_PD3_SHIFT, 1, 4, 4 },
	[GMMU_PD2] = { NV_MMU_VER2_PD2_SHIFT, 1, 512, 512 },
	[GMMU_PD1] = { NV_MMU_VER2_PD1_SHIFT, 1, 512, 512 },
	[GMMU_PD0] = { NV_MMU_VER2_PD0_SHIFT, 2, 256, 512 },
	[GMMU_PT_BIG] = { NV_MMU_VER2_PT_BIG_SHIFT, 1, 32, 0 },
	[GMMU_PT_SMALL] = { NV_MMU_VER2_PT_SMALL_SHIFT, 1, 512, 0 },
};

unsigned int gmmu_shift(enum gmmu_level level)
{
	return gmmu_levels[level].shift;
}

unsigned int gmmu_entries(enum gmmu_level level)
{
	return gmmu_levels[level].entries;
}

unsigned int gmmu_words(enum gmmu_level level)
{
	return gmmu_levels[level].words;
}

unsigned int gmmu_index(enum gmmu_level level, u64 va)
{
	return (va >> gmmu_levels[level].shift) & (gmmu_levels[level].entries - 1);
}

unsigned int gmmu_child_slot(const struct nv_gmmu_table *dir, enum gmmu_level level, u64 va)
{
	unsigned int index = gmmu_index(dir->level, va);

	return dir->level == GMMU_PD0 ? 2 * index + (level == GMMU_PT_SMALL) : index;
}

static struct nv_gmmu_table *gmmu_table_create(enum gmmu_level level)
{
	struct nv_gmmu_table *table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	unsigned int children = gmmu_levels[level].children;

	if (!table)
		return NULL;
	table->level = level;
	INIT_LIST_HEAD(&table->stale);
	if (!children)
		return table;
	table->child = kvcalloc(children, sizeof(*table->child), GFP_KERNEL_ACCOUNT);
	if (table->child)
		return table;
	kfree(table);
	return NULL;
}

/* A copy of the words of a table that is in video memory. */
static int gmmu_table_copy(struct nv_gmmu_table *table)
{
	table->entry = kvcalloc(gmmu_entries(table->level) * gmmu_words(table->level),
				sizeof(u64), GFP_KERNEL_ACCOUNT);
	return table->entry ? 0 : -ENOMEM;
}

static int gmmu_table_place(struct nv_vas *vas, struct nv_gmmu_table *table)
{
	struct nv_gpu *gpu = vas->gpu;
	int err;

	if (vas->tables == NV_APERTURE_SYS) {
		err = gpu->hw->ops->dma_alloc(gpu->hw, &table->dma, TABLE_SIZE, false);
		if (err)
			return err;
		table->entry = table->dma.cpu;
		table->addr = table->dma.page[0];
		return 0;
	}
	err = gmmu_table_copy(table);
	if (!err)
		err = nv_heap_alloc(&gpu->heap, TABLE_SIZE, TABLE_SIZE, &table->mem);
	if (err)
		return err;
	table->addr = table->mem->addr;
	return gmmu_table_flush(vas, table, 0, gmmu_entries(table->level));
}

struct nv_gmmu_table *gmmu_table_new(struct nv_vas *vas, enum gmmu_level level)
{
	struct nv_gmmu_table *table = gmmu_table_create(level);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = gmmu_table_place(vas, table);
	if (!err)
		return table;
	gmmu_table_free(vas, table);
	return ERR_PTR(err);
}

struct nv_gmmu_table *gmmu_table_adopt(enum gmmu_level level, u64 addr)
{
	struct nv_gmmu_table *table = gmmu_table_create(level);

	if (!table)
		return NULL;
	table->addr = addr;
	if (!gmmu_table_copy(table))
		return table;
	kvfree(table->child);
	kfree(table);
	return NULL;
}

void gmmu_table_free(struct nv_vas *vas, struct nv_gmmu_table *table)
{
	struct nv_gpu *gpu = vas->gpu;
	unsigned int i;

	if (!table)
		return;
	for (i = 0; i < gmmu_levels[table->level].children; i++)
		gmmu_table_free(vas, table->child[i]);
	kvfree(table->child);
	if (vas->tables == NV_APERTURE_SYS)
		gpu->hw->ops->dma_free(gpu->hw, &table->dma);
	else
		kvfree(table->entry);
	nv_heap_free(&gpu->heap, table->mem);
	kfree(table);
}

int gmmu_table_flush(struct nv_vas *vas, const struct nv_gmmu_table *table, unsigned int first,
		     unsigned int count)
{
	size_t size = gmmu_words(table->level) * sizeof(u64);

	if (vas->tables == NV_APERTURE_SYS) {
		/* What is written next may lead the GPU here. */
		dma_wmb();
		return 0;
	}
	return nv_fb_write(vas->gpu, table->addr + first * size,
			   table->entry + first * gmmu_words(table->level), count * size);
}

/* A directory's word for a table. Tables are at multiples of 4 KiB, big ones among them. */
static u64 gmmu_pde(enum nv_aperture tables, const struct nv_gmmu_table *table)
{
	bool big = table->level == GMMU_PT_BIG;

	if (tables == NV_APERTURE_VID)
		return FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_VID) |
		       (big ? FIELD_PREP(NV_MMU_VER2_DUAL_PDE_ADDRESS_BIG_VID, table->addr >> 8) :
			      FIELD_PREP(NV_MMU_VER2_PDE_ADDRESS_VID, table->addr >> 12));
	return FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_SYS) |
	       NV_MMU_VER2_PDE_VOL |
	       (big ? FIELD_PREP(NV_MMU_VER2_DUAL_PDE_ADDRESS_BIG_SYS, table->addr >> 8) :
		      FIELD_PREP(NV_MMU_VER2_PDE_ADDRESS_SYS, table->addr >> 12));
}

/* Children of a PD0 are its words, so a slot is the index of a word everywhere. */
static int gmmu_table_set_pde(struct nv_vas *vas, struct nv_gmmu_table *dir, unsigned int slot,
			      u64 pde)
{
	dir->entry[slot] = pde;
	return gmmu_table_flush(vas, dir, slot / gmmu_words(dir->level), 1);
}

int gmmu_table_link(struct nv_vas *vas, struct nv_gmmu_table *dir, unsigned int slot,
		    struct nv_gmmu_table *table)
{
	dir->child[slot] = table;
	dir->live++;
	table->parent = dir;
	table->slot = slot;
	return gmmu_table_set_pde(vas, dir, slot, gmmu_pde(vas->tables, table));
}

void gmmu_table_unlink(struct nv_vas *vas, struct nv_gmmu_table *table)
{
	struct nv_gmmu_table *dir = table->parent;

	dir->child[table->slot] = NULL;
	dir->live--;
	list_add_tail(&table->stale, &vas->stale);
	gmmu_table_set_pde(vas, dir, table->slot, 0);
}

u64 gmmu_pte(enum nv_aperture aperture, u64 addr, u8 kind, unsigned int flags)
{
	u64 pte = NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_KIND, kind);

	if (flags & NV_VAS_READ_ONLY)
		pte |= NV_MMU_VER2_PTE_READ_ONLY;
	if (flags & NV_VAS_PRIVILEGED)
		pte |= NV_MMU_VER2_PTE_PRIVILEGE;
	if (flags & NV_VAS_VOLATILE || aperture == NV_APERTURE_SYS)
		pte |= NV_MMU_VER2_PTE_VOL;
	if (aperture == NV_APERTURE_VID)
		return pte | FIELD_PREP(NV_MMU_VER2_PTE_APERTURE, NV_MMU_VER2_PTE_APERTURE_VID) |
		       FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_VID, addr >> 12);
	return pte | FIELD_PREP(NV_MMU_VER2_PTE_APERTURE, NV_MMU_VER2_PTE_APERTURE_SYS) |
	       FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_SYS, addr >> 12);
}
