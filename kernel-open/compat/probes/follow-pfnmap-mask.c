// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * follow_pfnmap_start() tells how much the entry that it found maps: Linux 6.15,
 * "mm: Provide address mask in struct follow_pfnmap_args". What older kernels have
 * instead, if anything, is for follow-pfnmap.c to say.
 */
#include <linux/mm.h>

#if NV_NEW
static inline unsigned long probe_follow_pfnmap_mask(struct follow_pfnmap_args *args)
{
	return args->addr_mask;
}
#endif
