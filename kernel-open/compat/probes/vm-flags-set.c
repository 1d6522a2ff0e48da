// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Flags of a VMA are changed by functions: Linux 6.3,
 * "mm: introduce vma->vm_flags wrapper functions".
 */
#include <linux/mm.h>

static inline void probe_vm_flags_set(struct vm_area_struct *vma)
{
#if NV_NEW
	vm_flags_set(vma, VM_IO);
#else
	vma->vm_flags |= VM_IO;
#endif
}
