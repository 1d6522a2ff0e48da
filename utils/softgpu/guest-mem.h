/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_GUEST_MEM_H
#define SOFTGPU_GUEST_MEM_H

#include <linux/types.h>

#define GUEST_MEM_MAX	1024

struct guest_range {
	u64 addr, size;
	u8 *host;		/* NULL: known, but not the device's to reach */
};

/* Guest memory as the client of vfio-user mapped it; ranges sorted and disjoint. */
struct guest_mem {
	struct guest_range range[GUEST_MEM_MAX];
	unsigned int nr;
};

/**
 * guest_mem_map() - add @size bytes of @fd at @offset as guest addresses from @addr on
 * @fd: stays the caller's; -1 for a range that has no memory behind it
 *
 * Return: 0; -EINVAL if the range is none, is not in the file or not page-aligned;
 * -EEXIST if it overlaps another; -ENOSPC if there are too many; or mmap's error.
 */
int guest_mem_map(struct guest_mem *mem, u64 addr, u64 size, int fd, u64 offset);
/** guest_mem_unmap() - take away exactly one range; -ENOENT if there is none like it */
int guest_mem_unmap(struct guest_mem *mem, u64 addr, u64 size);
void guest_mem_unmap_all(struct guest_mem *mem);
/** guest_mem_ptr() - host address of @len bytes at @addr inside one range, or NULL */
void *guest_mem_ptr(const struct guest_mem *mem, u64 addr, u64 len);

/**
 * guest_mem_catch_sigbus() - survive a client that shrinks a file it had mapped here
 *
 * Pages that are gone are replaced by zeros. One @mem a process; NULL ends it.
 */
void guest_mem_catch_sigbus(struct guest_mem *mem);

#endif
