// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: map-revoke gpu|remap COUNT
 *
 * Maps COUNT pages of the GPU, one by one, and waits for a line of input, before which somebody
 * takes the mappings away; then looks at all of them. Or does so with /dev/remap, which takes
 * them away when it is told to.
 */
#include <string.h>
#include <sys/resource.h>

#include "rm-user.h"

#define VID	0x20u
#define PAGE	4096u

static long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static void run_gpu(volatile u32 **page, unsigned int count)
{
	unsigned int i, wrong = 0;
	struct rm_user user;
	double start;
	long faults;

	rm_open(&user);
	need_ok(rm_make_memory(&user, VID, NV01_MEMORY_LOCAL_USER, (u64)count * PAGE),
		"video memory");
	start = now();
	for (i = 0; i < count; i++) {
		page[i] = rm_map(&user, VID, GPU_NODE, (u64)i * PAGE, PAGE);
		need(page[i] != MAP_FAILED, "map");
		*page[i] = i;
	}
	printf("# %u mappings made in %.0f us each\n", count, (now() - start) * 1e6 / count);
	printf("mapped\n");
	fflush(stdout);
	getchar();
	faults = minor_faults();
	start = now();
	for (i = 0; i < count; i++)
		wrong += *page[i] != i;
	start = now() - start;
	faults = minor_faults() - faults;
	printf("# back by faults in %.1f us each\n", start * 1e6 / count);
	check(faults >= (long)count, "every mapping was taken away and came back by a fault");
	check(!wrong, "with what was in it");
}

static void run_remap(volatile u32 **page, unsigned int count)
{
	int fd = open("/dev/remap", O_RDWR);
	unsigned int i;

	need(fd >= 0, "/dev/remap");
	for (i = 0; i < count; i++) {
		page[i] = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			       (off_t)i * PAGE);
		need(page[i] != MAP_FAILED, "map");
	}
	check(write(fd, "", 1) == 1, "mappings of remap_pfn_range are taken away");
}

int main(int argc, char **argv)
{
	unsigned int count = argc == 3 ? strtoul(argv[2], NULL, 0) : 0;
	volatile u32 **page = calloc(count + 1, sizeof(*page));

	need(count && page, "usage: map-revoke gpu|remap COUNT");
	if (!strcmp(argv[1], "gpu"))
		run_gpu(page, count);
	else
		run_remap(page, count);
	return !!failures;
}
