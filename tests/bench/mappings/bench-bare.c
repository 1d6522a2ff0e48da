// SPDX-License-Identifier: MIT OR GPL-2.0
/* The kernel's own way to a page frame, as it is: without compat. */
#include <linux/mm.h>

#include "nv-bench.h"

unsigned long bench_bare(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	unsigned long at, sum = 0;

	for (at = addr; at < addr + size; at += PAGE_SIZE) {
		struct follow_pfnmap_args args = { .vma = vma, .address = at };

		if (follow_pfnmap_start(&args))
			return 0;
		sum += args.pfn;
		follow_pfnmap_end(&args);
	}
	return sum;
}
