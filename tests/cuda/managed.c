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
	succeeds(cu.mem_free(managed), "managed-free");
	free(buf);
}
