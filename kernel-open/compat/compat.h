/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_COMPAT_H
#define NV_COMPAT_H

/*
 * Gives old kernels the newest kernel's names. Every file of the modules includes this
 * first, by the compiler's command line; on the newest kernel it costs nothing, and a
 * kernel header is included here only for a kernel that lacks something.
 */
#include "nv-probes.h"

/*
 * What the device is to struct device_type.devnode. A type can't be cast away here:
 * kernels that check indirect calls compare prototypes.
 */
#if NV_HAVE_CONST_DEVNODE
#define devnode_const	const
#else
#define devnode_const
#endif

#if !NV_HAVE_FOLLOW_PFNMAP_MASK
#include "follow-pfnmap.h"
#endif

#if !NV_HAVE_RELEASE_FAULT_LOCK
#include <linux/mm.h>

static inline void release_fault_lock(struct vm_fault *vmf)
{
	mmap_read_unlock(vmf->vma->vm_mm);
}
#endif

#if !NV_HAVE_VM_FLAGS_SET
#include <linux/mm.h>

static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* How huge_fault() is told what is wanted. The older form equals no order that is huge. */
#if NV_HAVE_HUGE_FAULT_ORDER
#define huge_fault_order	unsigned int
#else
#define huge_fault_order	enum page_entry_size
#endif

#if !NV_HAVE_INSERT_PFN_NUMBER
#include <linux/mm.h>
#include <linux/pfn_t.h>

static inline vm_fault_t compat_vmf_insert_pfn_pmd(struct vm_fault *vmf, unsigned long pfn,
						   bool write)
{
	return vmf_insert_pfn_pmd(vmf, __pfn_to_pfn_t(pfn, PFN_DEV), write);
}

#define vmf_insert_pfn_pmd	compat_vmf_insert_pfn_pmd
#endif

/* No flags, as shmem_file_setup() wants to be told. */
#if NV_HAVE_SHMEM_VMA_FLAGS
#define shmem_no_flags		EMPTY_VMA_FLAGS
#else
#define shmem_no_flags		0
#endif

#endif
