/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_GMMU_H
#define NV_MEM_GMMU_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "mem/aperture.h"

struct nv_gpu;
struct nv_gmmu_table;

/* Virtual addresses: the format has 49 bits; those that a CPU may have, too, are used. */
#define NV_VAS_SIZE		BIT_ULL(48)

/* Sizes of its pages */
#define PAGE_SMALL		0x1000ull
#define PAGE_BIG		0x10000ull
#define PAGE_HUGE		0x200000ull

/* How a page is mapped */
#define NV_VAS_READ_ONLY	BIT(0)
#define NV_VAS_VOLATILE		BIT(1)	/* not kept in L2; system memory is always so */
#define NV_VAS_PRIVILEGED	BIT(2)
#define NV_VAS_BLOCK_LINEAR	BIT(3)	/* for who chooses a kind by flags */

/**
 * struct nv_vas - a virtual address space of the GPU: a tree of page tables, version 2
 * @gpu: whose
 * @tables: where its tables are. In system memory they need no saving. A BAR's must be in
 *	video memory (see nv_vas_init_bar()); nv_vas_restore() writes these again.
 * @lock: guards the tree; above the heap's, fb's and gmmu's
 * @root: the topmost directory
 * @stale: tables that are not in the tree any more, but that the GPU may still know
 */
struct nv_vas {
	struct nv_gpu *gpu;
	enum nv_aperture tables;
	struct mutex lock;
	struct nv_gmmu_table *root;
	struct list_head stale;
};

/**
 * struct nv_vas_target - what virtual addresses are mapped to
 * @aperture: whose memory
 * @base: first physical address, if it is contiguous
 * @page: or physical addresses of its 4 KiB pages, NULL if it is contiguous
 */
struct nv_vas_target {
	enum nv_aperture aperture;
	u64 base;
	const u64 *page;
};

/** struct nv_vas_level - a directory on the way to an address */
struct nv_vas_level {
	u64 addr;
	enum nv_aperture aperture;
	u32 size;		/* bytes */
	u32 shift;		/* each entry stands for 2^shift bytes */
};

#define NV_VAS_DIRECTORIES	4	/* PD3, PD2, PD1, PD0 */

/**
 * struct nv_gmmu - the GPU's memory management unit
 * @lock: guards the registers of an invalidation; innermost but for register access
 */
struct nv_gmmu {
	struct mutex lock;
};

void nv_gmmu_init(struct nv_gpu *gpu);
void nv_gmmu_fini(struct nv_gpu *gpu);

/** nv_vas_init() - an empty space; -ENOMEM, -ENOSPC (video memory), -ENODEV */
int nv_vas_init(struct nv_vas *vas, struct nv_gpu *gpu, enum nv_aperture tables);

/**
 * nv_vas_init_bar() - the space of a BAR, below the root that GSP-RM has bound to it
 * @root: its address in video memory
 *
 * Tables are in video memory: with some in system memory a write of the CPU to the BAR could
 * wait for a page walk whose answer PCIe does not let overtake the next such write.
 */
int nv_vas_init_bar(struct nv_vas *vas, struct nv_gpu *gpu, u64 root);

/** nv_vas_fini() - free its tables; no engine uses them any more. All zero is ignored. */
void nv_vas_fini(struct nv_vas *vas);

/**
 * nv_vas_map() - map [@va, @va + @size), with the largest pages that fit
 * @vas: the space
 * @va: a multiple of 4 KiB
 * @size: likewise, not 0
 * @target: physical addresses, multiples of 4 KiB
 * @kind: memory kind, 0 for pitch
 * @flags: NV_VAS_*
 *
 * nv_vas_invalidate() comes before the first use.
 *
 * Return: 0; -EINVAL; -EEXIST if something is mapped there; -ENOMEM, -ENOSPC, -ENODEV.
 * After an error nothing new is mapped.
 */
int nv_vas_map(struct nv_vas *vas, u64 va, u64 size, const struct nv_vas_target *target, u8 kind,
	       unsigned int flags);

/**
 * nv_vas_unmap() - unmap whatever pages lie in [@va, @va + @size)
 *
 * Nobody may use the memory for anything else before nv_vas_invalidate().
 */
void nv_vas_unmap(struct nv_vas *vas, u64 va, u64 size);

/** nv_vas_invalidate() - let the GPU forget what it has cached of @vas; 0, -ETIMEDOUT, -ENODEV */
int nv_vas_invalidate(struct nv_vas *vas);

/** nv_vas_restore() - write all tables that are in video memory again; 0, -ENODEV */
int nv_vas_restore(struct nv_vas *vas);

/** nv_vas_root() - the topmost directory */
void nv_vas_root(const struct nv_vas *vas, struct nv_vas_level *level);

/**
 * nv_vas_directories() - the directories on the way to @va, made if they are not there
 * @level: PD3, PD2, PD1, PD0
 *
 * They stay until nv_vas_fini(). Return: as nv_vas_map().
 */
int nv_vas_directories(struct nv_vas *vas, u64 va, struct nv_vas_level level[NV_VAS_DIRECTORIES]);

#endif
