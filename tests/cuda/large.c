// SPDX-License-Identifier: MIT OR GPL-2.0
/* Large allocations, as many as fit, and lines in planes. */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "cuda.h"

#define GIB		((size_t)1 << 30)
#define PART		((size_t)32 << 20)
#define PIECE		((size_t)256 << 20)
#define PIECES_MAX	64

/* Of words, as there are many: each is its place, by a multiplier that spreads it. */
static void fill_words(u64 *word, size_t size, u64 at)
{
	for (size_t i = 0; i < size / 8; i++)
		word[i] = (at / 8 + i) * 0x9e3779b97f4a7c15ull;
}

static bool words_are_filled(const u64 *word, size_t size, u64 at)
{
	for (size_t i = 0; i < size / 8; i++)
		if (word[i] != (at / 8 + i) * 0x9e3779b97f4a7c15ull)
			return false;
	return true;
}

static bool large_round_trip(u64 device, size_t size, u64 *buf)
{
	for (size_t at = 0; at < size; at += PART) {
		fill_words(buf, PART, at);
		if (cu.memcpy_htod(device + at, buf, PART))
			return false;
	}
	for (size_t at = 0; at < size; at += PART) {
		memset(buf, 0, PART);
		if (cu.memcpy_dtoh(buf, device + at, PART) || !words_are_filled(buf, PART, at))
			return false;
	}
	return true;
}

static void test_gibibyte(void)
{
	u64 *buf = malloc(PART);
	u64 device;

	if (buf && succeeds(cu.mem_alloc(&device, GIB), "alloc-1-gib")) {
		check(large_round_trip(device, GIB, buf), "copy-1-gib");
		succeeds(cu.mem_free(device), "free-1-gib");
	}
	free(buf);
}

/* All that fits is had; then it is refused, and what was had can be used and given back. */
static void test_exhaustion(void)
{
	size_t before = 0, after = 0, total = 0;
	u64 piece[PIECES_MAX];
	unsigned int nr = 0;
	int result;

	cu.mem_get_info(&before, &total);
	do {
		result = cu.mem_alloc(&piece[nr], PIECE);
		nr += result == CUDA_SUCCESS;
	} while (result == CUDA_SUCCESS && nr < PIECES_MAX);
	check(result == CUDA_ERROR_OUT_OF_MEMORY && nr >= before / PIECE / 2 && nr <= total / PIECE,
	      "exhausted after %u pieces, %d", nr, result);
	check(nr && !cu.memset_d8(piece[nr - 1], 1, 4096), "exhausted-use");
	while (nr)
		cu.mem_free(piece[--nr]);
	cu.mem_get_info(&after, &total);
	check(after == before, "exhausted-memory-returns: %zu MiB free, %zu before", after >> 20,
	      before >> 20);
}

#define WIDTH	37
#define HEIGHT	11
#define DEPTH	5
#define PITCH	64
#define PLANE	(PITCH * 16)
#define BLOCK	(PLANE * 8)

/* A box goes to the device, from there to another place of it, and back; @at is in both. */
static bool box_round_trip(u64 device, u8 *from, u8 *to)
{
	struct cu_memcpy_3d in = {
		.src_type = CU_MEMORYTYPE_HOST, .src_host = from, .src_pitch = PITCH,
		.src_height = 16, .src_x = 3, .src_y = 2, .src_z = 1,
		.dst_type = CU_MEMORYTYPE_DEVICE, .dst_device = device, .dst_pitch = PITCH,
		.dst_height = 16, .width = WIDTH, .height = HEIGHT, .depth = DEPTH,
	};
	struct cu_memcpy_3d move = in, out = in;

	move.src_type = CU_MEMORYTYPE_DEVICE;
	move.src_device = device;
	move.src_x = 0;
	move.src_y = 0;
	move.src_z = 0;
	move.dst_device = device + BLOCK;
	move.dst_x = 7;
	out.src_type = CU_MEMORYTYPE_DEVICE;
	out.src_device = device + BLOCK;
	out.src_x = 7;
	out.src_y = 0;
	out.src_z = 0;
	out.dst_type = CU_MEMORYTYPE_HOST;
	out.dst_host = to;
	return !cu.memcpy_3d(&in) && !cu.memcpy_3d(&move) && !cu.memcpy_3d(&out);
}

static bool box_arrived(const u8 *to)
{
	for (size_t i = 0; i < BLOCK; i++) {
		size_t x = i % PITCH, y = i % PLANE / PITCH, z = i / PLANE;
		size_t at = (z + 1) * PLANE + (y + 2) * PITCH + x + 3;

		if (x < WIDTH && y < HEIGHT && z < DEPTH ? !is_filled(to + i, at, 1, 13) :
							   to[i] != 0xee)
			return false;
	}
	return true;
}

static void test_planes(void)
{
	u8 *from = malloc(BLOCK), *to = malloc(BLOCK);
	u64 device;

	if (from && to && check(!cu.mem_alloc(&device, 2 * BLOCK), "planes-alloc")) {
		fill(from, BLOCK, 13);
		memset(to, 0xee, BLOCK);
		check(box_round_trip(device, from, to) && box_arrived(to), "planes");
		cu.mem_free(device);
	}
	free(from);
	free(to);
}

void test_large(void)
{
	test_planes();
	test_exhaustion();
	test_gibibyte();
}
