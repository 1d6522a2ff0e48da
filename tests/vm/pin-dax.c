// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: pin-dax granted|read-only|refused FILE
 *
 * Lets the GPU pin a file, which is as long as SIZE at least, and memory that such a file ends.
 * Refused, nothing of it stays pinned.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/stat.h>

#include "rm-user.h"

#define DESC		0x30u
#define SIZE		(4ul << 20)
#define READ_ONLY	NVOS32_ATTR2_PROTECTION_DEVICE_READ_ONLY

static struct rm_user user;

static u32 pin(const void *p, u64 size, u32 attr2)
{
	struct nv_os_desc_memory_allocation_params desc = {
		.descriptor = (uintptr_t)p, .limit = size - 1, .attr2 = attr2,
		.attr = FIELD_PREP(NVOS32_ATTR_LOCATION, NVOS32_ATTR_LOCATION_PCI) |
			FIELD_PREP(NVOS32_ATTR_PHYSICALITY, NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS),
	};

	return rm_make(&user, H_DEVICE, DESC, NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, &desc,
		       sizeof(desc));
}

/* KiB, as the kernel accounts them to this process */
static long pinned(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];
	long kib = -1;

	need(file, "/proc/self/status");
	while (kib < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "VmPin: %ld", &kib);
	fclose(file);
	return kib;
}

static void *map_file(int fd, void *at, u64 size)
{
	void *p = mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | (at ? MAP_FIXED : 0), fd, 0);

	need(p != MAP_FAILED, "mapping of the file");
	return p;
}

static void test_granted(const u8 *p, bool writable)
{
	check(pin(p, SIZE, READ_ONLY) == NV_OK, "pinned for reading");
	check(pinned() == SIZE / 1024, "and accounted");
	check(rm_free(user.ctl, user.client, DESC) == NV_OK && !pinned(), "until it is freed");
	check(pin(p, SIZE, 0) == (writable ? NV_OK : NV_ERR_INVALID_ADDRESS),
	      "%s for writing", writable ? "pinned" : "refused");
}

static void test_refused(int fd, u8 *p)
{
	u8 *mixed = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);

	need(mixed != MAP_FAILED, "memory");
	memset(mixed, 1, SIZE);
	map_file(fd, mixed + SIZE, SIZE);
	check(pin(p, SIZE, READ_ONLY) == NV_ERR_NOT_SUPPORTED, "refused for reading");
	check(pin(p, SIZE, 0) == NV_ERR_NOT_SUPPORTED, "and for writing");
	check(pin(mixed, 2 * SIZE, 0) == NV_ERR_NOT_SUPPORTED, "and with other memory before it");
	check(!pinned(), "nothing is accounted");
	/* It would wait for who has a page of the file pinned. */
	check(!ftruncate(fd, 0), "nor kept from being cut off");
}

int main(int argc, char **argv)
{
	bool refused = argc == 3 && !strcmp(argv[1], "refused");
	struct statx status;
	u8 *p;
	int fd;

	need(argc == 3, "usage: pin-dax granted|read-only|refused FILE");
	fd = open(argv[2], O_RDWR | O_CLOEXEC);
	need(fd >= 0, argv[2]);
	need(!statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status), "statx");
	check(refused == !!(status.stx_attributes & STATX_ATTR_DAX), "a file as it should be");
	p = map_file(fd, NULL, SIZE);
	memset(p, 1, SIZE);
	rm_open(&user);
	if (refused)
		test_refused(fd, p);
	else
		test_granted(p, !strcmp(argv[1], "granted"));
	return !!failures;
}
