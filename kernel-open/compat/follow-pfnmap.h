/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_COMPAT_FOLLOW_PFNMAP_H
#define NV_COMPAT_FOLLOW_PFNMAP_H

/*
 * follow_pfnmap_start() and _end() as the newest kernel has them, on what older ones
 * offer. The caller holds mmap_lock and has checked the VMA in any case. On success a
 * lock of the page tables is held until follow_pfnmap_end().
 *
 * Kernels before 6.12 find no page frame under a huge entry; they have no driver
 * that maps I/O memory so.
 */
#include <linux/mm.h>

struct compat_follow_pfnmap_args {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned long pfn;
	unsigned long addr_mask;
	pgprot_t pgprot;
	bool writable;
	bool special;
#if NV_HAVE_FOLLOW_PFNMAP
	struct follow_pfnmap_args kernel;
#else
	spinlock_t *lock;
	pte_t *ptep;
#endif
};

#if NV_HAVE_FOLLOW_PFNMAP

static inline int compat_follow_pfnmap_start(struct compat_follow_pfnmap_args *args)
{
	int ret;

	args->kernel.vma = args->vma;
	args->kernel.address = args->address;
	ret = follow_pfnmap_start(&args->kernel);
	if (ret)
		return ret;
	args->pfn = args->kernel.pfn;
	args->pgprot = args->kernel.pgprot;
	args->writable = args->kernel.writable;
	args->special = args->kernel.special;
	/* Without an entry of the last level it is that of a PMD or a larger one. */
	args->addr_mask = args->kernel.ptep ? PAGE_MASK : PMD_MASK;
	return 0;
}

static inline void compat_follow_pfnmap_end(struct compat_follow_pfnmap_args *args)
{
	follow_pfnmap_end(&args->kernel);
}

#else

static inline int compat_follow_pfnmap_start(struct compat_follow_pfnmap_args *args)
{
	pte_t pte;
	int ret;

#if NV_HAVE_FOLLOW_PTE_VMA
	ret = follow_pte(args->vma, args->address, &args->ptep, &args->lock);
#else
	ret = follow_pte(args->vma->vm_mm, args->address, &args->ptep, &args->lock);
#endif
	if (ret)
		return ret;
	pte = ptep_get(args->ptep);
	args->pfn = pte_pfn(pte);
	args->pgprot = pte_pgprot(pte);
	args->writable = pte_write(pte);
	args->special = pte_special(pte);
	args->addr_mask = PAGE_MASK;
	return 0;
}

static inline void compat_follow_pfnmap_end(struct compat_follow_pfnmap_args *args)
{
	pte_unmap_unlock(args->ptep, args->lock);
}

#endif

#define follow_pfnmap_args	compat_follow_pfnmap_args
#define follow_pfnmap_start	compat_follow_pfnmap_start
#define follow_pfnmap_end	compat_follow_pfnmap_end

#endif
