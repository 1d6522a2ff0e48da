/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_BENCH_H
#define NV_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct vm_area_struct;

/**
 * struct nv_bench - what /dev/nv-bench is asked to time
 * @addr: a mapping of I/O memory; to revoke, an array of __s32, open files
 * @size: its length; how many files
 * @ns: how long it took
 */
struct nv_bench {
	__u64 addr;
	__u64 size;
	__u64 ns;
};

/* A loop of follow_pfnmap_start() over all pages, without the driver's code */
#define NV_BENCH_BARE		_IOWR('b', 1, struct nv_bench)
/* nv_follow_pfn() for each page */
#define NV_BENCH_PAGES		_IOWR('b', 2, struct nv_bench)
/* nv_follow_pfn_range() over all */
#define NV_BENCH_RANGE		_IOWR('b', 3, struct nv_bench)
/* Unmap all that the files map, as drivers revoke mappings */
#define NV_BENCH_REVOKE		_IOWR('b', 4, struct nv_bench)

/* bench-bare.c. Return: the sum of the page frames' numbers, or 0 if one is missing */
unsigned long bench_bare(struct vm_area_struct *vma, unsigned long addr, unsigned long size);

#endif
