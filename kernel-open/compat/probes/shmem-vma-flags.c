// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * shmem_file_setup() gets the flags of a VMA as vma_flags_t, a bitmap that may outgrow a word:
 * after Linux 6.19, "mm/shmem: update shmem to use vma_flags_t".
 */
#include <linux/shmem_fs.h>

#if NV_NEW
#define FLAGS vma_flags_t
#else
#define FLAGS unsigned long
#endif

static inline void probe_shmem_vma_flags(struct file *(*setup)(const char *name, loff_t size,
							       FLAGS flags))
{
	static_assert(__same_type(&shmem_file_setup, setup));
}
