// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * follow_pte() takes a VMA in place of its mm: Linux 6.10,
 * "mm: pass VMA instead of MM to follow_pte()". Kernels without that function accept
 * the newer declaration and have no use for the answer.
 */
#include <linux/mm.h>

#if NV_NEW
int follow_pte(struct vm_area_struct *vma, unsigned long address, pte_t **ptep,
	       spinlock_t **lock);
#else
int follow_pte(struct mm_struct *mm, unsigned long address, pte_t **ptep, spinlock_t **lock);
#endif
