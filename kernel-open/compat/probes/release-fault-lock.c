// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A fault handler may hold a VMA's own lock and lets go of either by release_fault_lock():
 * Linux 6.6, "mm: handle swap page faults under per-VMA lock". Older kernels call handlers
 * of files with mmap_lock only.
 */
#include <linux/mm.h>

#if NV_NEW
static inline void probe_release_fault_lock(struct vm_fault *vmf)
{
	release_fault_lock(vmf);
}
#else
void release_fault_lock(struct vm_fault *vmf, int absent);
#endif
