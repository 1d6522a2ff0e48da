// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Arrays, whose layout in memory is the GPU's own affair: what goes in must come out. From array to
 * array libcuda copies by programs with surface instructions, which the model does not know.
 */
#include <stdlib.h>

#include <linux/kernel.h>

#include "cuda.h"

static const struct shape {
	size_t width, height, depth;
	int format;
	unsigned int channels, bytes;	/* of an element */
} shapes[] = {
	{ 64, 8, 0, CU_AD_FORMAT_UNSIGNED_INT8, 1, 1 },
	{ 333, 100, 0, CU_AD_FORMAT_UNSIGNED_INT8, 1, 1 },
	{ 257, 65, 0, CU_AD_FORMAT_FLOAT, 4, 16 },
	{ 1024, 0, 0, CU_AD_FORMAT_FLOAT, 1, 4 },
	{ 33, 17, 5, CU_AD_FORMAT_FLOAT, 1, 4 },
	{ 500, 300, 20, CU_AD_FORMAT_UNSIGNED_INT8, 2, 2 },
};

struct array {
	const struct shape *shape;
	void *array;
	size_t pitch, lines, planes, size;
};

static bool array_create(struct array *array, const struct shape *shape)
{
	const struct cu_array_3d desc = {
		shape->width, shape->height, shape->depth, shape->format, shape->channels, 0,
	};

	*array = (struct array) {
		.shape = shape, .pitch = shape->width * shape->bytes,
		.lines = shape->height ? shape->height : 1,
		.planes = shape->depth ? shape->depth : 1,
	};
	array->size = array->pitch * array->lines * array->planes;
	return !cu.array_create(&array->array, &desc);
}

static struct cu_memcpy_3d whole(const struct array *array)
{
	return (struct cu_memcpy_3d) {
		.src_pitch = array->pitch, .src_height = array->lines, .dst_pitch = array->pitch,
		.dst_height = array->lines, .width = array->pitch, .height = array->lines,
		.depth = array->planes,
	};
}

static bool put(const struct array *array, const u8 *buf)
{
	struct cu_memcpy_3d copy = whole(array);

	copy.src_type = CU_MEMORYTYPE_HOST;
	copy.src_host = buf;
	copy.dst_type = CU_MEMORYTYPE_ARRAY;
	copy.dst_array = array->array;
	return !cu.memcpy_3d(&copy);
}

static bool get(const struct array *array, u8 *buf)
{
	struct cu_memcpy_3d copy = whole(array);

	copy.src_type = CU_MEMORYTYPE_ARRAY;
	copy.src_array = array->array;
	copy.dst_type = CU_MEMORYTYPE_HOST;
	copy.dst_host = buf;
	return !cu.memcpy_3d(&copy);
}

/* The last plane's lower right part */
static bool part_is_filled(const struct array *array, u8 *buf, unsigned int seed)
{
	const size_t x = array->shape->width / 3 * array->shape->bytes, width = array->pitch - x;
	const size_t y = array->lines / 2, lines = array->lines - y, z = array->planes - 1;
	struct cu_memcpy_3d copy = {
		.src_type = CU_MEMORYTYPE_ARRAY, .src_array = array->array, .src_x = x, .src_y = y,
		.src_z = z, .dst_type = CU_MEMORYTYPE_HOST, .dst_host = buf, .dst_pitch = width,
		.dst_height = lines, .width = width, .height = lines, .depth = 1,
	};
	bool good = !cu.memcpy_3d(&copy);

	for (size_t i = 0; good && i < lines; i++)
		good = is_filled(buf + i * width, (z * array->lines + y + i) * array->pitch + x,
				 width, seed);
	return good;
}

static void test_shape(const struct shape *shape, unsigned int seed)
{
	struct array array = { 0 };
	u8 *buf;

	if (!check(array_create(&array, shape), "array-%zux%zux%zu-%u", shape->width,
		   shape->height, shape->depth, shape->bytes))
		return;
	buf = malloc(array.size);
	if (!buf)
		return;
	fill(buf, array.size, seed);
	check(put(&array, buf), "array-put");
	fill(buf, array.size, 0);
	check(get(&array, buf) && is_filled(buf, 0, array.size, seed), "array-get");
	check(part_is_filled(&array, buf, seed), "array-part");
	check(!cu.array_destroy(array.array), "array-destroy");
	free(buf);
}

void test_array(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(shapes); i++)
		test_shape(&shapes[i], 70 + i);
}
