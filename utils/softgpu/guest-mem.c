// SPDX-License-Identifier: MIT OR GPL-2.0

/* Guest memory: what the client of vfio-user shares with the device for its DMA. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest-mem.h"

#define GUEST_PAGE	4096ull

static struct guest_mem *sigbus_mem;

/* Index of the first range that ends behind @addr. */
static unsigned int first_behind(const struct guest_mem *mem, u64 addr)
{
	unsigned int lo = 0, hi = mem->nr, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (mem->range[mid].addr + (mem->range[mid].size - 1) < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool valid_range(u64 addr, u64 size)
{
	return size && addr + (size - 1) >= addr && !((addr | size) % GUEST_PAGE);
}

static int map_fd(struct guest_range *range, int fd, u64 offset)
{
	struct stat st;
	void *host;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || offset % GUEST_PAGE ||
	    offset > (u64)st.st_size || range->size > (u64)st.st_size - offset)
		return -EINVAL;
	host = mmap(NULL, range->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (host == MAP_FAILED)
		return -errno;
	range->host = host;
	return 0;
}

int guest_mem_map(struct guest_mem *mem, u64 addr, u64 size, int fd, u64 offset)
{
	struct guest_range range = { .addr = addr, .size = size };
	unsigned int i;
	int ret;

	if (!valid_range(addr, size))
		return -EINVAL;
	i = first_behind(mem, addr);
	if (i < mem->nr && mem->range[i].addr <= addr + (size - 1))
		return -EEXIST;
	if (mem->nr == GUEST_MEM_MAX)
		return -ENOSPC;
	if (fd >= 0) {
		ret = map_fd(&range, fd, offset);
		if (ret)
			return ret;
	}
	memmove(&mem->range[i + 1], &mem->range[i], (mem->nr - i) * sizeof(range));
	mem->range[i] = range;
	mem->nr++;
	return 0;
}

int guest_mem_unmap(struct guest_mem *mem, u64 addr, u64 size)
{
	unsigned int i = first_behind(mem, addr);

	if (i == mem->nr || mem->range[i].addr != addr || mem->range[i].size != size)
		return -ENOENT;
	if (mem->range[i].host)
		munmap(mem->range[i].host, size);
	mem->nr--;
	memmove(&mem->range[i], &mem->range[i + 1], (mem->nr - i) * sizeof(mem->range[i]));
	return 0;
}

void guest_mem_unmap_all(struct guest_mem *mem)
{
	while (mem->nr)
		guest_mem_unmap(mem, mem->range[mem->nr - 1].addr, mem->range[mem->nr - 1].size);
}

void *guest_mem_ptr(const struct guest_mem *mem, u64 addr, u64 len)
{
	unsigned int i = first_behind(mem, addr);
	const struct guest_range *range = &mem->range[i];

	if (i == mem->nr || addr < range->addr || !range->host)
		return NULL;
	addr -= range->addr;
	return len <= range->size - addr ? range->host + addr : NULL;
}

static bool is_guest_mem(const struct guest_mem *mem, const u8 *host)
{
	const struct guest_range *range;

	for (range = mem->range; range < mem->range + mem->nr; range++)
		if (range->host && host >= range->host && host < range->host + range->size)
			return true;
	return false;
}

/* The thread that faults holds the model's lock, under which alone the ranges change. */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	u8 *page = (u8 *)((uintptr_t)info->si_addr & ~(uintptr_t)(GUEST_PAGE - 1));

	(void)context;
	if (sigbus_mem && is_guest_mem(sigbus_mem, page) &&
	    mmap(page, GUEST_PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page)
		return;
	signal(sig, SIG_DFL);		/* not ours: the access faults again and ends it */
}

void guest_mem_catch_sigbus(struct guest_mem *mem)
{
	struct sigaction action = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO };

	sigbus_mem = mem;
	if (!mem) {
		action.sa_flags = 0;
		action.sa_handler = SIG_DFL;
	}
	sigaction(SIGBUS, &action, NULL);
}
