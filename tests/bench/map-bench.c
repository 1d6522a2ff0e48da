// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: map-bench ours|peer
 *
 * Times memory and its mappings on a driver that is loaded, ours or another of the same
 * release, with nv-bench.ko. Prints "NAME: N ns" lines, medians of rounds. What is ours
 * alone is left out for the peer.
 */
#include <string.h>
#include <sys/resource.h>

#include "rm-user.h"

#include "mappings/nv-bench.h"

#define H_MEMORY	0xbe000010
#define ROUNDS_MAX	15
#define PAGE		4096ull
#define MIB		(1024 * 1024ull)
#define HUGE		(2 * MIB)
#define LARGE		(256 * MIB)

enum phase { ALLOC, MAP, FIRST_BYTE, UNMAP, FREE, PHASES };

static const char *const phase_names[PHASES] = {
	"RM_ALLOC", "RM_MAP_MEMORY", "mmap to first byte", "munmap, close, RM_UNMAP_MEMORY",
	"RM_FREE",
};

static struct rm_user user;
static int bench_fd;

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void print_ns(const char *name, const char *of, double seconds)
{
	printf("%s%s%s: %.0f ns\n", name, *of ? " of " : "", of, seconds * 1e9);
}

static void lap(double *taken, double *start)
{
	double end = now();

	*taken = end - *start;
	*start = end;
}

/* A context of all of the memory. Return: its file; *@address is what ends it */
static int map_context(u64 size, u64 *address)
{
	struct nvos33_parameters_with_fd p = {
		.params = {
			.h_client = user.client, .h_device = H_DEVICE, .h_memory = H_MEMORY,
			.length = size, .status = NO_STATUS,
		},
		.fd = open(GPU_NODE, O_RDWR | O_CLOEXEC),
	};

	need(p.fd >= 0, GPU_NODE);
	escape(user.ctl, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p));
	need_ok(p.params.status, "RM_MAP_MEMORY");
	*address = p.params.p_linear_address;
	return p.fd;
}

static void unmap_context(u64 address)
{
	struct nvos34_parameters p = {
		.h_client = user.client, .h_device = H_DEVICE, .h_memory = H_MEMORY,
		.p_linear_address = address, .status = NO_STATUS,
	};

	escape(user.ctl, NV_ESC_RM_UNMAP_MEMORY, &p, sizeof(p));
	need_ok(p.status, "RM_UNMAP_MEMORY");
}

static void life_of_memory(u64 size, double taken[PHASES])
{
	double start = now();
	volatile u8 *at;
	u64 address;
	int fd;

	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, size), "RM_ALLOC");
	lap(&taken[ALLOC], &start);
	fd = map_context(size, &address);
	lap(&taken[MAP], &start);
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(at != MAP_FAILED, "mmap");
	(void)*at;
	lap(&taken[FIRST_BYTE], &start);
	munmap((void *)at, size);
	close(fd);
	unmap_context(address);
	lap(&taken[UNMAP], &start);
	need_ok(rm_free(user.ctl, user.client, H_MEMORY), "RM_FREE");
	lap(&taken[FREE], &start);
}

static void bench_memory(const char *of, u64 size, unsigned int rounds)
{
	double taken[PHASES][ROUNDS_MAX], one[PHASES];
	unsigned int i, phase;

	for (i = 0; i < rounds; i++) {
		life_of_memory(size, one);
		for (phase = 0; phase < PHASES; phase++)
			taken[phase][i] = one[phase];
	}
	for (phase = 0; phase < PHASES; phase++) {
		qsort(taken[phase], rounds, sizeof(double), compare);
		print_ns(phase_names[phase], of, taken[phase][rounds / 2]);
	}
}

/* @count mappings, one file each, of @size bytes each, of the same memory */
static void bench_revoke(const char *of, unsigned int count, u64 size, bool one_file)
{
	volatile u8 **at = calloc(count, sizeof(*at));
	int *fd = calloc(count, sizeof(*fd));
	struct nv_bench bench = { .addr = (uintptr_t)fd, .size = one_file ? 1 : count };
	unsigned int i;
	double start;
	u64 address;

	need(at && fd, "memory");
	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, size), "RM_ALLOC");
	for (i = 0; i < count; i++) {
		fd[i] = map_context(size, &address);
		at[i] = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd[i], 0);
		need(at[i] != MAP_FAILED, "mmap");
		for (u64 pos = 0; pos < size; pos += HUGE)
			(void)at[i][pos];
	}
	need(!ioctl(bench_fd, NV_BENCH_REVOKE, &bench), "revoke");
	print_ns("revoke", of, bench.ns / 1e9);
	start = now();
	for (i = 0; i < count; i++)
		(void)at[i][0];
	print_ns("fault back, each", of, (now() - start) / count);
	for (i = 0; i < count; i++) {
		munmap((void *)at[i], size);
		close(fd[i]);
	}
	need_ok(rm_free(user.ctl, user.client, H_MEMORY), "RM_FREE");
	free(at);
	free(fd);
}

static void walk(const char *name, const char *of, unsigned long cmd, void *at, u64 per)
{
	struct nv_bench bench = { .addr = (uintptr_t)at, .size = LARGE };
	double taken[5];
	int i;

	for (i = 0; i < 5; i++) {
		need(!ioctl(bench_fd, cmd, &bench), name);
		taken[i] = bench.ns / 1e9 / per;
	}
	qsort(taken, 5, sizeof(double), compare);
	print_ns(name, of, taken[2]);
}

/* 256 MiB, by pages of 2 MiB or, at an address that does not let these be, of 4 KiB */
static void bench_follow(const char *of, u64 off)
{
	u8 *hole = mmap(NULL, 2 * LARGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			-1, 0);
	u8 *want = (u8 *)(((uintptr_t)hole + HUGE - 1) & ~(HUGE - 1)) + off;
	volatile u8 *at;
	u64 address;
	int fd;

	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, LARGE), "RM_ALLOC");
	fd = map_context(LARGE, &address);
	at = mmap(want, LARGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	need(at == want, "mmap");
	for (u64 pos = 0; pos < LARGE; pos += HUGE)
		(void)at[pos];
	(void)at[LARGE - PAGE];
	walk("follow_pfnmap_start, a page", of, NV_BENCH_BARE, want, LARGE / PAGE);
	walk("nv_follow_pfn, a page", of, NV_BENCH_PAGES, want, LARGE / PAGE);
	walk("nv_follow_pfn_range, 256 MiB", of, NV_BENCH_RANGE, want, 1);
	munmap(hole, 2 * LARGE);
	close(fd);
	need_ok(rm_free(user.ctl, user.client, H_MEMORY), "RM_FREE");
}

int main(int argc, char **argv)
{
	bool ours = argc == 2 && !strcmp(argv[1], "ours");
	struct rlimit limit = { 20000, 20000 };

	if (argc != 2) {
		fprintf(stderr, "usage: map-bench ours|peer\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	need(!setrlimit(RLIMIT_NOFILE, &limit), "RLIMIT_NOFILE");
	bench_fd = open("/dev/nv-bench", O_RDWR | O_CLOEXEC);
	need(bench_fd >= 0, "/dev/nv-bench");
	rm_open(&user);
	bench_memory("4 KiB", PAGE, 15);
	bench_memory("2 MiB", HUGE, 15);
	bench_memory("256 MiB", LARGE, 3);
	bench_revoke("1 mapping of 4 KiB", 1, PAGE, ours);
	bench_revoke("100 mappings of 4 KiB", 100, PAGE, ours);
	bench_revoke("10,000 mappings of 4 KiB", 10000, PAGE, ours);
	bench_revoke("1 mapping of 256 MiB", 1, LARGE, ours);
	if (ours) {
		bench_follow("I/O memory mapped by 4 KiB", PAGE);
		bench_follow("I/O memory mapped by 2 MiB", 0);
	}
	return 0;
}
