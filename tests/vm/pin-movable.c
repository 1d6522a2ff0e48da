// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: pin-movable FIRST LAST
 *
 * Lets the GPU pin memory of which some lies in the page frames named, and looks where it is then.
 */
#include "rm-user.h"

#define DESC	0x30u
#define PAGE	4096u
#define SIZE	(64ul << 20)

static unsigned long first, last;

/* Pages of the memory at @p that are in the zone */
static unsigned int count_movable(const u32 *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned int count = 0;
	unsigned long off;
	u64 at, entry, pfn;

	need(fd >= 0, "/proc/self/pagemap");
	for (off = 0; off < SIZE; off += PAGE) {
		at = ((uintptr_t)p + off) / PAGE * sizeof(entry);
		need(pread(fd, &entry, sizeof(entry), at) == sizeof(entry), "pagemap");
		pfn = entry & (BIT_ULL(55) - 1);
		count += pfn >= first && pfn <= last;
	}
	close(fd);
	return count;
}

static bool holds(const u32 *p)
{
	unsigned long i;

	for (i = 0; i < SIZE / PAGE; i++)
		if (p[i * PAGE / 4] != (u32)(i * 2654435761u))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct nv_os_desc_memory_allocation_params desc = {
		.limit = SIZE - 1,
		.attr = NVOS32_ATTR_LOCATION_PCI << 25 |
			NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS << 27,
	};
	u32 *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct rm_user user;
	unsigned long i;

	need(argc == 3 && p != MAP_FAILED, "usage: pin-movable FIRST LAST");
	first = strtoul(argv[1], NULL, 0);
	last = strtoul(argv[2], NULL, 0);
	for (i = 0; i < SIZE / PAGE; i++)
		p[i * PAGE / 4] = i * 2654435761u;
	check(count_movable(p) > 0, "memory of a program is where it can be moved");
	rm_open(&user);
	desc.descriptor = (uintptr_t)p;
	need_ok(rm_make(&user, H_DEVICE, DESC, NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, &desc,
			sizeof(desc)), "pinned");
	check(!count_movable(p), "none of it once it is pinned");
	check(holds(p), "with what was in it");
	check(rm_free(user.ctl, user.client, DESC) == NV_OK && holds(p), "and when it is not");
	return !!failures;
}
