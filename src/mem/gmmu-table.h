/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_GMMU_TABLE_H
#define NV_MEM_GMMU_TABLE_H

#include <linux/list.h>
#include <linux/types.h>

#include "mem/gmmu.h"
#include "nv-hw.h"

struct nv_vidmem;

/* A PD0 entry is two words: one for a table of 64 KiB pages, one for 4 KiB pages. */
enum gmmu_level {
	GMMU_PD3,
	GMMU_PD2,
	GMMU_PD1,	/* entries may be pages of 512 MiB */
	GMMU_PD0,	/* entries may be pages of 2 MiB */
	GMMU_PT_BIG,
	GMMU_PT_SMALL,
	GMMU_LEVELS,
};

/**
 * struct nv_gmmu_table - a page directory or page table
 * @level: which
 * @entry: its words; in system memory the GPU reads these, otherwise they are a copy
 * @addr: physical address
 * @dma: its memory if that is system memory
 * @mem: its memory if that is video memory of ours
 * @pinned: it stays, even if it is empty
 * @live: entries in use
 * @parent: the directory above, NULL for the root
 * @slot: which of the parent's children it is
 * @child: directories: the tables below; two of a PD0 entry
 * @stale: in nv_vas.stale
 */
struct nv_gmmu_table {
	enum gmmu_level level;
	u64 *entry;
	u64 addr;
	struct nv_dma dma;
	struct nv_vidmem *mem;
	bool pinned;
	unsigned int live;
	struct nv_gmmu_table *parent;
	unsigned int slot;
	struct nv_gmmu_table **child;
	struct list_head stale;
};

/** gmmu_shift() - an entry of a table of this level stands for 2^shift bytes */
unsigned int gmmu_shift(enum gmmu_level level);
/** gmmu_entries() - how many entries such a table has */
unsigned int gmmu_entries(enum gmmu_level level);
/** gmmu_words() - 64-bit words of an entry */
unsigned int gmmu_words(enum gmmu_level level);
/** gmmu_index() - which entry is @va's */
unsigned int gmmu_index(enum gmmu_level level, u64 va);
/** gmmu_child_slot() - which child of a directory is @va's table of @level */
unsigned int gmmu_child_slot(const struct nv_gmmu_table *dir, enum gmmu_level level, u64 va);

/** gmmu_table_new() - an empty table in @vas->tables, in no directory yet; or an ERR_PTR */
struct nv_gmmu_table *gmmu_table_new(struct nv_vas *vas, enum gmmu_level level);
/** gmmu_table_adopt() - one for a table in video memory that is not ours */
struct nv_gmmu_table *gmmu_table_adopt(enum gmmu_level level, u64 addr);
/** gmmu_table_free() - free it and all below it */
void gmmu_table_free(struct nv_vas *vas, struct nv_gmmu_table *table);

/** gmmu_table_flush() - let the GPU see @count entries from @first on; 0, -ENODEV */
int gmmu_table_flush(struct nv_vas *vas, const struct nv_gmmu_table *table, unsigned int first,
		     unsigned int count);

/** gmmu_table_link() - put a table into its directory; 0, -ENODEV */
int gmmu_table_link(struct nv_vas *vas, struct nv_gmmu_table *dir, unsigned int slot,
		    struct nv_gmmu_table *table);
/** gmmu_table_unlink() - take an empty table out of its directory, to the stale ones */
void gmmu_table_unlink(struct nv_vas *vas, struct nv_gmmu_table *table);

/** gmmu_pte() - the entry of a page */
u64 gmmu_pte(enum nv_aperture aperture, u64 addr, u8 kind, unsigned int flags);

#endif
