// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * vmf_insert_pfn_pmd() takes a number for a page frame: Linux 6.17,
 * "mm: remove PFN_MAP, PFN_SPECIAL, PFN_SG_CHAIN and PFN_SG_LAST" and those after it.
 */
#include <linux/mm.h>
#if !NV_NEW
#include <linux/pfn_t.h>
#endif

static inline vm_fault_t probe_insert_pfn_number(struct vm_fault *vmf, unsigned long pfn)
{
#if NV_NEW
	return vmf_insert_pfn_pmd(vmf, pfn, true);
#else
	return vmf_insert_pfn_pmd(vmf, pfn_to_pfn_t(pfn), true);
#endif
}
