// SPDX-License-Identifier: MIT OR GPL-2.0
/* Allocations, and copies of whole ones between the host and the GPU. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "cuda.h"

static const size_t sizes[] = {
	1, 3, 4, 4095, 4096, 65536, 65537, 1 << 20, (2 << 20) - 1, 2 << 20, (8 << 20) + 5, 32 << 20,
};

static bool round_trip(size_t size, u64 a, u64 b)
{
	unsigned int seed = size;
	u8 *buf = malloc(size + 1);
	bool good;

	if (!buf)
		return false;
	fill(buf, size, seed);
	good = cu.memcpy_htod(a, buf, size) == CUDA_SUCCESS;
	memset(buf, 0x5a, size + 1);
	good = good && cu.memcpy_dtod(b, a, size) == CUDA_SUCCESS &&
	       cu.memcpy_dtoh(buf, b, size) == CUDA_SUCCESS;
	good = good && is_filled(buf, 0, size, seed) && buf[size] == 0x5a;
	free(buf);
	return good;
}

static void test_size(size_t size)
{
	u64 a = 0, b = 0;

	if (!check(cu.mem_alloc(&a, size) == CUDA_SUCCESS && cu.mem_alloc(&b, size) == CUDA_SUCCESS,
		   "alloc-%zu", size))
		return;
	check(round_trip(size, a, b), "copy-%zu", size);
	check(cu.mem_free(a) == CUDA_SUCCESS && cu.mem_free(b) == CUDA_SUCCESS, "free-%zu", size);
}

void test_memory(void)
{
	size_t before = 0, after = 0, total = 0;
	u64 huge = 0;

	succeeds(cu.mem_get_info(&before, &total), "memory-info");
	printf("# %zu of %zu MiB are free\n", before >> 20, total >> 20);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		test_size(sizes[i]);
	check(cu.mem_alloc(&huge, total + 1) == CUDA_ERROR_OUT_OF_MEMORY, "alloc-too-much");
	cu.mem_get_info(&after, &total);
	check(after == before, "memory-returns: %zu MiB free, %zu before", after >> 20,
	      before >> 20);
}
