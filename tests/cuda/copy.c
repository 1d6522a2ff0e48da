// SPDX-License-Identifier: MIT OR GPL-2.0
/* Fills, parts of allocations, lines. Whatever lies beside them must stay as it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "cuda.h"

#define SIZE	0x100000

static u64 device;
static u8 *buf;

static bool get(void)
{
	return cu.memcpy_dtoh(buf, device, SIZE) == CUDA_SUCCESS;
}

static bool put(unsigned int seed)
{
	fill(buf, SIZE, seed);
	return cu.memcpy_htod(device, buf, SIZE) == CUDA_SUCCESS;
}

/* Is all but @size bytes @at as put() left it? */
static bool rest_is_kept(size_t at, size_t size, unsigned int seed)
{
	return is_filled(buf, 0, at, seed) &&
	       is_filled(buf + at + size, at + size, SIZE - at - size, seed);
}

static bool repeats(const void *value, size_t width, size_t at, size_t size)
{
	for (size_t i = 0; i < size; i += width)
		if (memcmp(buf + at + i, value, width))
			return false;
	return true;
}

static void test_fill(void)
{
	const unsigned int word = 0x12345678;
	const unsigned short half = 0xbeef;
	const unsigned char byte = 0xa5;

	check(put(1) && cu.memset_d8(device + 7, byte, 4099) == CUDA_SUCCESS && get() &&
	      repeats(&byte, 1, 7, 4099) && rest_is_kept(7, 4099, 1), "fill-8");
	check(put(2) && cu.memset_d16(device + 6, half, 5001) == CUDA_SUCCESS && get() &&
	      repeats(&half, 2, 6, 10002) && rest_is_kept(6, 10002, 2), "fill-16");
	check(put(3) && cu.memset_d32(device + 4, word, 70001) == CUDA_SUCCESS && get() &&
	      repeats(&word, 4, 4, 280004) && rest_is_kept(4, 280004, 3), "fill-32");
}

static bool part(size_t at, size_t size, unsigned int seed)
{
	u8 *from = malloc(size);
	bool good;

	if (!from)
		return false;
	fill(from, size, seed + 100);
	good = put(seed) && cu.memcpy_htod(device + at, from, size) == CUDA_SUCCESS && get() &&
	       !memcmp(buf + at, from, size) && rest_is_kept(at, size, seed);
	free(from);
	return good;
}

static void test_parts(void)
{
	static const size_t at[] = { 0, 1, 3, 4097, 65535, SIZE / 2 };
	static const size_t size[] = { 1, 2, 5, 63, 4096, 65536, 100003 };

	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		for (size_t k = 0; k < ARRAY_SIZE(size); k++)
			check(part(at[i], size[k], i * 7 + k), "part-%zu-at-%zu", size[k], at[i]);
}

/* 100 lines of 333 bytes go to the device at one pitch and to other places at another. */
static void test_lines(void)
{
	const size_t width = 333, height = 100, from_pitch = 512, to_pitch = 1024;
	struct cu_memcpy_2d copy = {
		.src_type = CU_MEMORYTYPE_DEVICE, .src_device = device, .src_pitch = from_pitch,
		.src_x = 5, .src_y = 2,
		.dst_type = CU_MEMORYTYPE_DEVICE, .dst_device = device + SIZE / 2,
		.dst_pitch = to_pitch, .dst_x = 9, .width = width, .height = height,
	};
	bool good = put(4) && cu.memcpy_2d(&copy) == CUDA_SUCCESS && get();

	for (size_t line = 0; good && line < height; line++)
		good = is_filled(buf + SIZE / 2 + line * to_pitch + 9, (line + 2) * from_pitch + 5,
				 width, 4) &&
		       is_filled(buf + SIZE / 2 + line * to_pitch + 9 + width,
				 SIZE / 2 + line * to_pitch + 9 + width, to_pitch - width - 9, 4);
	check(good, "lines");
}

void test_copy(void)
{
	buf = malloc(SIZE);
	if (!check(buf && cu.mem_alloc(&device, SIZE) == CUDA_SUCCESS, "copy-alloc"))
		return;
	test_fill();
	test_parts();
	test_lines();
	succeeds(cu.mem_free(device), "copy-free");
	free(buf);
}
