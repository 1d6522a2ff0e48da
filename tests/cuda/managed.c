// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory that follows whoever touches it: CPU and GPU in turn, by faults and by request. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cuda.h"

#define SIZE	((size_t)3 << 20)
#define AT	((size_t)1 << 20)
#define PART	70001

/* The CPU fills it, the GPU changes a part, the CPU looks at all of it. */
static bool gpu_writes(u64 managed, unsigned int seed)
{
	u8 *cpu = (u8 *)(uintptr_t)managed;
	bool good;

	fill(cpu, SIZE, seed);
	good = !cu.memset_d8(managed + AT, seed, PART) && !cu.ctx_synchronize();
	for (size_t i = 0; good && i < PART; i++)
		good = cpu[AT + i] == (u8)seed;
	return good && is_filled(cpu, 0, AT, seed) &&
	       is_filled(cpu + AT + PART, AT + PART, SIZE - AT - PART, seed);
}

static bool gpu_reads(u64 managed, u64 device, u8 *buf)
{
	fill((u8 *)(uintptr_t)managed, SIZE, 66);
	return !cu.memcpy_dtod(device, managed, SIZE) && !cu.memcpy_dtoh(buf, device, SIZE) &&
	       is_filled(buf, 0, SIZE, 66);
}

static bool prefetch(u64 managed, int where)
{
	const u8 *cpu = (const u8 *)(uintptr_t)managed;

	return !cu.mem_prefetch_async(managed, SIZE, where, NULL) && !cu.ctx_synchronize() &&
	       is_filled(cpu, 0, SIZE, 66);
}

/* Wishes change nothing of what is there. */
static bool advise(u64 managed)
{
	static const int advice[] = {
		CU_MEM_ADVISE_SET_READ_MOSTLY, CU_MEM_ADVISE_UNSET_READ_MOSTLY,
		CU_MEM_ADVISE_SET_PREFERRED_LOCATION, CU_MEM_ADVISE_SET_ACCESSED_BY,
		CU_MEM_ADVISE_UNSET_ACCESSED_BY, CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION,
	};
	bool good = true;

	for (size_t i = 0; good && i < sizeof(advice) / sizeof(*advice); i++)
		good = !cu.mem_advise(managed, SIZE, advice[i], 0) && gpu_writes(managed, 63 + i);
	return good && !cu.mem_advise(managed + AT, AT, CU_MEM_ADVISE_SET_PREFERRED_LOCATION,
				      CU_DEVICE_CPU) && gpu_writes(managed, 70);
}

static bool attach(u64 managed)
{
	void *stream;
	bool good;

	if (cu.stream_create(&stream, 0))
		return false;
	good = !cu.stream_attach_mem_async(stream, managed, 0, CU_MEM_ATTACH_SINGLE) &&
	       !cu.stream_synchronize(stream) &&
	       !cu.stream_attach_mem_async(stream, managed, 0, CU_MEM_ATTACH_GLOBAL) &&
	       !cu.stream_synchronize(stream) && gpu_writes(managed, 71);
	return !cu.stream_destroy(stream) && good;
}

/* CPU and GPU at the same time, each its half */
static bool both_write(u64 managed)
{
	u8 *cpu = (u8 *)(uintptr_t)managed;
	bool good = true;

	memset(cpu, 0, SIZE);
	for (int i = 1; good && i < 5; i++) {
		good = !cu.memset_d8(managed + SIZE / 2, i, SIZE / 2);
		fill(cpu, SIZE / 2, i);
		good = good && !cu.ctx_synchronize() && is_filled(cpu, 0, SIZE / 2, i);
		for (size_t at = SIZE / 2; good && at < SIZE; at++)
			good = cpu[at] == i;
	}
	return good;
}

void test_managed(void)
{
	u8 *buf = malloc(SIZE);
	u64 managed, device;

	if (!buf || !succeeds(cu.mem_alloc_managed(&managed, SIZE, CU_MEM_ATTACH_GLOBAL),
			      "managed-alloc"))
		return;
	check(gpu_writes(managed, 61) && gpu_writes(managed, 62), "managed-gpu-writes");
	if (check(!cu.mem_alloc(&device, SIZE), "managed-device")) {
		check(gpu_reads(managed, device, buf), "managed-gpu-reads");
		cu.mem_free(device);
	}
	check(prefetch(managed, 0) && prefetch(managed, CU_DEVICE_CPU), "managed-prefetch");
	check(advise(managed), "managed-advise");
	check(attach(managed), "managed-attach");
	check(both_write(managed), "managed-both-write");
	succeeds(cu.mem_free(managed), "managed-free");
	free(buf);
}
