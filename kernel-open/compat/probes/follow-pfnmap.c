// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Page frames of I/O memory are found by follow_pfnmap_start(): Linux 6.12,
 * "mm: new follow_pfnmap API". Before that by follow_pte(), see follow-pte-vma.c.
 */
#include <linux/mm.h>

#if NV_NEW
static inline int probe_follow_pfnmap(struct follow_pfnmap_args *args)
{
	static_assert(__same_type(follow_pfnmap_start(args), int));
	return args->writable;
}
#else
static_assert(__same_type(follow_pte(NULL, 0, NULL, NULL), int));
#endif
