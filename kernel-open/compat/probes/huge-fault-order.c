// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * huge_fault() is told the order of the wanted page: Linux 6.6,
 * "mm: remove enum page_entry_size".
 */
#include <linux/mm.h>

#if NV_NEW
#define ORDER	unsigned int
#else
#define ORDER	enum page_entry_size
#endif

static inline void probe_huge_fault_order(const struct vm_operations_struct *ops,
					  vm_fault_t (*huge_fault)(struct vm_fault *vmf,
								   ORDER order))
{
	static_assert(__same_type(ops->huge_fault, huge_fault));
}
