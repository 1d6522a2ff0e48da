// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Virtual address spaces of the GPU: which tables there are and what is in them.
 *
 * A table that gets empty leaves the tree, but is freed only when the GPU has been told:
 * until then its page walker may know the table's address.
 *
 * Facts: open-gpu-kernel-modules 550.163.01, dev_mmu.h and dev_vm.h of GA102, kern_gmmu_tu102.c.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "mem/gmmu-table.h"
#include "nv-gpu.h"
#include "regs/nv-mmu.h"

#define INVALIDATE_TIMEOUT_US	(4 * 1000 * 1000)
#define VID_ADDR_MAX		BIT_ULL(37)
#define SYS_ADDR_MAX		BIT_ULL(47)

void nv_gmmu_init(struct nv_gpu *gpu)
{
	mutex_init(&gpu->gmmu.lock);
}

void nv_gmmu_fini(struct nv_gpu *gpu)
{
	mutex_destroy(&gpu->gmmu.lock);
}

static void vas_setup(struct nv_vas *vas, struct nv_gpu *gpu, enum nv_aperture tables)
{
	*vas = (struct nv_vas) { .gpu = gpu, .tables = tables };
	mutex_init(&vas->lock);
	INIT_LIST_HEAD(&vas->stale);
}

int nv_vas_init(struct nv_vas *vas, struct nv_gpu *gpu, enum nv_aperture tables)
{
	struct nv_gmmu_table *root;

	vas_setup(vas, gpu, tables);
	root = gmmu_table_new(vas, GMMU_PD3);
	if (IS_ERR(root)) {
		nv_vas_fini(vas);
		return PTR_ERR(root);
	}
	root->pinned = true;
	vas->root = root;
	return 0;
}

int nv_vas_init_bar(struct nv_vas *vas, struct nv_gpu *gpu, u64 root)
{
	int err = -ENOMEM;

	*vas = (struct nv_vas) { };
	if (!root || !IS_ALIGNED(root, PAGE_SMALL) || root >= VID_ADDR_MAX)
		return -EINVAL;
	vas_setup(vas, gpu, NV_APERTURE_VID);
	vas->root = gmmu_table_adopt(GMMU_PD3, root);
	if (vas->root) {
		vas->root->pinned = true;
		err = gmmu_table_flush(vas, vas->root, 0, gmmu_entries(GMMU_PD3));
	}
	if (err)
		nv_vas_fini(vas);
	return err;
}

static void vas_free_stale(struct nv_vas *vas, struct list_head *stale)
{
	struct nv_gmmu_table *table, *next;

	list_for_each_entry_safe(table, next, stale, stale) {
		list_del(&table->stale);
		gmmu_table_free(vas, table);
	}
}

/* A BAR's root stays GSP's: nothing may lead from there to tables that are freed. */
static void vas_abandon_root(struct nv_vas *vas)
{
	unsigned int i;

	for (i = 0; i < gmmu_entries(GMMU_PD3); i++)
		vas->root->entry[i] = 0;
	gmmu_table_flush(vas, vas->root, 0, gmmu_entries(GMMU_PD3));
	nv_vas_invalidate(vas);
}

void nv_vas_fini(struct nv_vas *vas)
{
	if (!vas->gpu)
		return;
	if (vas->root && vas->tables == NV_APERTURE_VID && !vas->root->mem)
		vas_abandon_root(vas);
	vas_free_stale(vas, &vas->stale);
	gmmu_table_free(vas, vas->root);
	mutex_destroy(&vas->lock);
	*vas = (struct nv_vas) { };
}

/* The tree */

static bool gmmu_is_page(const struct nv_gmmu_table *table, unsigned int index)
{
	return !table->child || (table->level >= GMMU_PD1 &&
	       table->entry[index * gmmu_words(table->level)] & NV_MMU_VER2_PDE_IS_PTE);
}

static enum gmmu_level gmmu_below(enum gmmu_level level, enum gmmu_level want)
{
	return level == GMMU_PD0 ? want : level + 1;
}

static struct nv_gmmu_table *vas_make_child(struct nv_vas *vas, struct nv_gmmu_table *dir,
					    enum gmmu_level level, u64 va)
{
	unsigned int slot = gmmu_child_slot(dir, level, va);
	struct nv_gmmu_table *table = dir->child[slot];
	int err;

	if (table)
		return table;
	if (gmmu_is_page(dir, gmmu_index(dir->level, va)))
		return ERR_PTR(-EEXIST);
	table = gmmu_table_new(vas, level);
	if (IS_ERR(table))
		return table;
	err = gmmu_table_link(vas, dir, slot, table);
	return err ? ERR_PTR(err) : table;
}

/* Take @table out if it is empty, and then those above it. */
static void vas_prune(struct nv_vas *vas, struct nv_gmmu_table *table)
{
	while (table && !table->live && !table->pinned) {
		gmmu_table_unlink(vas, table);
		table = table->parent;
	}
}

/* The table of @level on the way to @va, made if it is not there, with all above it. */
static struct nv_gmmu_table *vas_make_table(struct nv_vas *vas, enum gmmu_level level, u64 va)
{
	struct nv_gmmu_table *table = vas->root, *child;

	while (table->level != level) {
		child = vas_make_child(vas, table, gmmu_below(table->level, level), va);
		if (IS_ERR(child)) {
			vas_prune(vas, table);
			return child;
		}
		table = child;
	}
	return table;
}

static bool vas_has_table(const struct nv_vas *vas, enum gmmu_level level, u64 va)
{
	const struct nv_gmmu_table *table = vas->root;

	while (table && table->level != level)
		table = table->child[gmmu_child_slot(table, gmmu_below(table->level, level), va)];
	return table;
}

/* Is anything mapped by tables below @dir's entry of @va, or by its other table? */
static bool vas_mapped_otherwise(const struct nv_gmmu_table *table, u64 va)
{
	struct nv_gmmu_table *dir = table->parent, *other;
	unsigned int i, slot;

	if (table->child) {
		slot = gmmu_child_slot(table, GMMU_PT_BIG, va);
		return table->child[slot] ||
		       (table->level == GMMU_PD0 && table->child[slot + 1]);
	}
	other = dir->child[table->slot ^ 1];
	if (!other)
		return false;
	if (table->level == GMMU_PT_SMALL)
		return other->entry[gmmu_index(GMMU_PT_BIG, va)];
	for (i = 0; i < 16; i++)
		if (other->entry[gmmu_index(GMMU_PT_SMALL, va) + i])
			return true;
	return false;
}

/* Mapping */

struct vas_mapping {
	const struct nv_vas_target *target;
	u64 va, pos, size;
	u8 kind;
	unsigned int flags;
};

static u64 mapping_address(const struct vas_mapping *m)
{
	return m->target->page ? m->target->page[m->pos / PAGE_SMALL] : m->target->base + m->pos;
}

static bool vas_page_fits(const struct nv_vas *vas, const struct vas_mapping *m,
			  enum gmmu_level level)
{
	u64 page = BIT_ULL(gmmu_shift(level)), va = m->va + m->pos;

	return !m->target->page && IS_ALIGNED(va | mapping_address(m), page) &&
	       m->size - m->pos >= page;
}

static enum gmmu_level vas_page_level(const struct nv_vas *vas, const struct vas_mapping *m)
{
	/* A directory that is there may have to stay, so it is used. */
	if (vas->gpu->chip->pages_512m && vas_page_fits(vas, m, GMMU_PD1) &&
	    !vas_has_table(vas, GMMU_PD0, m->va + m->pos))
		return GMMU_PD1;
	if (vas_page_fits(vas, m, GMMU_PD0))
		return GMMU_PD0;
	return vas_page_fits(vas, m, GMMU_PT_BIG) ? GMMU_PT_BIG : GMMU_PT_SMALL;
}

/* As many pages of one size as go into one table. */
static int vas_map_run(struct nv_vas *vas, struct vas_mapping *m)
{
	enum gmmu_level level = vas_page_level(vas, m);
	struct nv_gmmu_table *table = vas_make_table(vas, level, m->va + m->pos);
	unsigned int first, i, words = gmmu_words(level);
	int err = 0;

	if (IS_ERR(table))
		return PTR_ERR(table);
	first = gmmu_index(level, m->va + m->pos);
	for (i = first; i < gmmu_entries(level) && m->pos < m->size; i++) {
		if (vas_page_level(vas, m) != level)
			break;
		if (table->entry[i * words] || vas_mapped_otherwise(table, m->va + m->pos)) {
			err = -EEXIST;
			break;
		}
		table->entry[i * words] = gmmu_pte(m->target->aperture, mapping_address(m),
						   m->kind, m->flags);
		table->live++;
		m->pos += BIT_ULL(gmmu_shift(level));
	}
	if (i > first && gmmu_table_flush(vas, table, first, i - first))
		return -ENODEV;
	vas_prune(vas, table);
	return err;
}

static bool vas_range_ok(u64 va, u64 size)
{
	return size && IS_ALIGNED(va | size, PAGE_SMALL) && va < NV_VAS_SIZE &&
	       size <= NV_VAS_SIZE - va;
}

static bool vas_target_ok(const struct nv_vas_target *target, u64 size)
{
	u64 max = target->aperture == NV_APERTURE_VID ? VID_ADDR_MAX : SYS_ADDR_MAX;
	u64 i;

	if (!target->page)
		return IS_ALIGNED(target->base, PAGE_SMALL) && target->base < max &&
		       size <= max - target->base;
	for (i = 0; i < size / PAGE_SMALL; i++)
		if (!IS_ALIGNED(target->page[i], PAGE_SMALL) || target->page[i] >= max)
			return false;
	return true;
}

/* Unmapping */

static void vas_clear_entries(struct nv_vas *vas, struct nv_gmmu_table *table, u64 va, u64 size)
{
	unsigned int first = gmmu_index(table->level, va), i;
	unsigned int count = size >> gmmu_shift(table->level);

	for (i = first; i < first + count; i++) {
		if (!table->entry[i])
			continue;
		table->entry[i] = 0;
		table->live--;
	}
	gmmu_table_flush(vas, table, first, count);
	vas_prune(vas, table);
}

/* A page in a directory; one that the range covers in part stays. */
static void vas_clear_page(struct nv_vas *vas, struct nv_gmmu_table *dir, u64 va, u64 size)
{
	unsigned int index = gmmu_index(dir->level, va);

	if (size < BIT_ULL(gmmu_shift(dir->level)))
		return;
	dir->entry[index * gmmu_words(dir->level)] = 0;
	dir->live--;
	gmmu_table_flush(vas, dir, index, 1);
	vas_prune(vas, dir);
}

static void vas_clear_tables(struct nv_vas *vas, struct nv_gmmu_table *pd0, u64 va, u64 size)
{
	unsigned int slot = gmmu_child_slot(pd0, GMMU_PT_BIG, va);
	struct nv_gmmu_table *big = pd0->child[slot], *small = pd0->child[slot + 1];
	u64 start, end;

	start = ALIGN(va, BIT_ULL(NV_MMU_VER2_PT_BIG_SHIFT));
	end = ALIGN_DOWN(va + size, BIT_ULL(NV_MMU_VER2_PT_BIG_SHIFT));
	if (big && start < end)
		vas_clear_entries(vas, big, start, end - start);
	if (small)
		vas_clear_entries(vas, small, va, size);
}

/* Unmap at @va, at most @size bytes. Return: how many bytes that settles. */
static u64 vas_unmap_run(struct nv_vas *vas, u64 va, u64 size)
{
	struct nv_gmmu_table *table = vas->root, *below;
	u64 left;

	for (;; table = below) {
		left = BIT_ULL(gmmu_shift(table->level));
		left = min(size, left - (va & (left - 1)));
		if (table->level == GMMU_PD0 || gmmu_is_page(table, gmmu_index(table->level, va)))
			break;
		below = table->child[gmmu_index(table->level, va)];
		if (!below)
			return left;
	}
	if (gmmu_is_page(table, gmmu_index(table->level, va)))
		vas_clear_page(vas, table, va, left);
	else
		vas_clear_tables(vas, table, va, left);
	return left;
}

static void vas_unmap(struct nv_vas *vas, u64 va, u64 size)
{
	u64 done;

	for (done = 0; done < size;)
		done += vas_unmap_run(vas, va + done, size - done);
}

int nv_vas_map(struct nv_vas *vas, u64 va, u64 size, const struct nv_vas_target *target, u8 kind,
	       unsigned int flags)
{
	struct vas_mapping m = {
		.target = target, .va = va, .size = size, .kind = kind, .flags = flags,
	};
	int err = 0;

	if (!vas_range_ok(va, size) || !vas_target_ok(target, size))
		return -EINVAL;
	mutex_lock(&vas->lock);
	while (!err && m.pos < size)
		err = vas_map_run(vas, &m);
	if (err)
		vas_unmap(vas, va, m.pos);
	mutex_unlock(&vas->lock);
	return err;
}

void nv_vas_unmap(struct nv_vas *vas, u64 va, u64 size)
{
	if (!vas_range_ok(va, size))
		return;
	mutex_lock(&vas->lock);
	vas_unmap(vas, va, size);
	mutex_unlock(&vas->lock);
}

/* Invalidation */

static int gmmu_invalidate(struct nv_gpu *gpu, const struct nv_gmmu_table *root,
			   enum nv_aperture aperture)
{
	struct nv_hw *hw = gpu->hw;
	u64 page = root->addr >> 12;
	int err;

	err = nv_poll32(hw, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER, 0,
			INVALIDATE_TIMEOUT_US);
	if (err)
		return err;
	nv_wr32(hw, NV_MMU_INVALIDATE_PDB,
		(aperture == NV_APERTURE_SYS ? NV_MMU_INVALIDATE_PDB_APERTURE_SYS : 0) |
		FIELD_PREP(NV_MMU_INVALIDATE_PDB_ADDR, page & GENMASK(27, 0)));
	nv_wr32(hw, NV_MMU_INVALIDATE_UPPER_PDB,
		FIELD_PREP(NV_MMU_INVALIDATE_UPPER_PDB_ADDR, page >> 28));
	/* Writes under way through old entries are done, too, when it is over. */
	nv_wr32(hw, NV_MMU_INVALIDATE,
		NV_MMU_INVALIDATE_ALL_VA | NV_MMU_INVALIDATE_SYS_MEMBAR |
		FIELD_PREP(NV_MMU_INVALIDATE_ACK, NV_MMU_INVALIDATE_ACK_GLOBALLY) |
		NV_MMU_INVALIDATE_TRIGGER);
	return nv_poll32(hw, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER, 0,
			 INVALIDATE_TIMEOUT_US);
}

int nv_vas_invalidate(struct nv_vas *vas)
{
	struct nv_gpu *gpu = vas->gpu;
	LIST_HEAD(stale);
	int err;

	mutex_lock(&vas->lock);
	mutex_lock(&gpu->gmmu.lock);
	err = gmmu_invalidate(gpu, vas->root, vas->tables);
	mutex_unlock(&gpu->gmmu.lock);
	if (!err)
		list_splice_init(&vas->stale, &stale);
	mutex_unlock(&vas->lock);
	vas_free_stale(vas, &stale);
	return err == -ETIMEDOUT ? nv_fail(gpu->hw, err, "page tables cannot be invalidated") : err;
}

/* Tables below come before what leads to them. */
static int gmmu_table_restore(struct nv_vas *vas, const struct nv_gmmu_table *table)
{
	unsigned int i, words = gmmu_entries(table->level) * gmmu_words(table->level);
	int err = 0;

	for (i = 0; table->child && i < words && !err; i++)
		if (table->child[i])
			err = gmmu_table_restore(vas, table->child[i]);
	return err ?: gmmu_table_flush(vas, table, 0, gmmu_entries(table->level));
}

int nv_vas_restore(struct nv_vas *vas)
{
	int err;

	mutex_lock(&vas->lock);
	err = gmmu_table_restore(vas, vas->root);
	mutex_unlock(&vas->lock);
	return err;
}

/* What others tell the GPU or GSP about a space */

static void vas_describe(const struct nv_vas *vas, const struct nv_gmmu_table *table,
			 struct nv_vas_level *level)
{
	*level = (struct nv_vas_level) {
		.addr = table->addr, .aperture = vas->tables,
		.size = gmmu_entries(table->level) * gmmu_words(table->level) * sizeof(u64),
		.shift = gmmu_shift(table->level),
	};
}

void nv_vas_root(const struct nv_vas *vas, struct nv_vas_level *level)
{
	vas_describe(vas, vas->root, level);
}

int nv_vas_directories(struct nv_vas *vas, u64 va, struct nv_vas_level level[NV_VAS_DIRECTORIES])
{
	struct nv_gmmu_table *table;
	enum gmmu_level i;
	int err = 0;

	if (va >= NV_VAS_SIZE)
		return -EINVAL;
	mutex_lock(&vas->lock);
	for (i = GMMU_PD3; i <= GMMU_PD0 && !err; i++) {
		table = vas_make_table(vas, i, va);
		if (IS_ERR(table)) {
			err = PTR_ERR(table);
			break;
		}
		table->pinned = true;
		vas_describe(vas, table, &level[i]);
	}
	mutex_unlock(&vas->lock);
	return err;
}
