// SPDX-License-Identifier: MIT OR GPL-2.0

/* The allocator of video memory. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/math.h>

#include "abi/gsp-static-info.h"
#include "mem/heap.h"
#include "unit.h"

#define MIB(n)		((u64)(n) << 20)
#define PAGE		4096u

static void add_region(struct gsp_static_config_info *info, u64 base, u64 size, u64 reserved)
{
	info->fb_region[info->num_fb_regions++] = (struct gsp_fb_region) {
		.base = base, .limit = base + size - 1, .reserved = reserved,
	};
}

/* Usable: 1 MiB to 256 MiB, 512 MiB to 1 GiB. */
static struct gsp_static_config_info regions(void)
{
	struct gsp_static_config_info info = { .fb_length = MIB(1024) };

	add_region(&info, 0, MIB(1), MIB(1));
	add_region(&info, MIB(512), MIB(512), 0);
	add_region(&info, MIB(256), MIB(256), PAGE);
	add_region(&info, MIB(1), MIB(255), 0);
	return info;
}

static void heap_setup(struct nv_heap *heap)
{
	struct gsp_static_config_info info = regions();

	nv_heap_init(heap);
	EXPECT_EQ(nv_heap_set_regions(heap, &info), 0);
}

/* The pieces tile the usable regions, and what is free is where it is looked for. */
static void expect_sound(struct nv_heap *heap)
{
	struct nv_vidmem *mem, *prev = NULL;
	u64 used = 0, total = 0;
	size_t frees = 0, found = 0;

	list_for_each_entry(mem, &heap->order, order) {
		EXPECT(mem->size && mem->size % PAGE == 0 && mem->addr % PAGE == 0);
		EXPECT(mem->addr >= MIB(1) && mem->addr + mem->size <= MIB(1024));
		EXPECT(mem->addr + mem->size <= MIB(256) || mem->addr >= MIB(512));
		EXPECT(!prev || prev->addr + prev->size <= mem->addr);
		EXPECT(!prev || prev->used || mem->used || prev->addr + prev->size < mem->addr ||
		       !prev->clear != !mem->clear);
		total += mem->size;
		used += mem->used ? mem->size : 0;
		frees += !mem->used;
		prev = mem;
	}
	EXPECT_EQ(total, MIB(255 + 512));
	EXPECT_EQ(used, heap->used);
	for (int i = 0; i < NV_HEAP_CLASSES; i++)
		list_for_each_entry(mem, &heap->free[i], link) {
			EXPECT(!mem->used && mem->size / PAGE >> i == 1);
			found++;
		}
	EXPECT_EQ(found, frees);
}

UNIT_TEST(aligned_pieces_in_usable_memory)
{
	struct nv_vidmem *a, *b, *c;
	struct nv_heap heap;

	heap_setup(&heap);
	EXPECT_EQ(nv_heap_alloc(&heap, 1, 0, &a), 0);
	EXPECT_EQ(a->size, PAGE);
	EXPECT_EQ(nv_heap_alloc(&heap, MIB(2), MIB(2), &b), 0);
	EXPECT_EQ(b->addr % MIB(2), 0);
	EXPECT_EQ(nv_heap_alloc(&heap, MIB(300), 1 << 16, &c), 0);
	EXPECT(c->addr >= MIB(512));
	expect_sound(&heap);
	nv_heap_free(&heap, b);
	expect_sound(&heap);
	nv_heap_free(&heap, a);
	nv_heap_free(&heap, c);
	nv_heap_free(&heap, NULL);
	expect_sound(&heap);
	EXPECT_EQ(heap.used, 0);
	nv_heap_fini(&heap);
}

UNIT_TEST(hostile_sizes)
{
	static const u64 sizes[] = { MIB(513), 1ull << 47, (1ull << 47) + 1, 1ull << 63, ~0ull,
				     ~0ull - PAGE + 2 };
	struct nv_vidmem *mem;
	struct nv_heap heap;
	LIST_HEAD(pieces);

	heap_setup(&heap);
	EXPECT_EQ(nv_heap_alloc(&heap, 0, PAGE, &mem), -EINVAL);
	EXPECT_EQ(nv_heap_alloc(&heap, PAGE, 3 * PAGE, &mem), -EINVAL);
	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(nv_heap_alloc(&heap, sizes[i], PAGE, &mem), -ENOSPC);
		EXPECT(!mem);
	}
	EXPECT_EQ(nv_heap_alloc(&heap, PAGE, 1ull << 63, &mem), -ENOSPC);
	EXPECT_EQ(nv_heap_alloc(&heap, PAGE, MIB(1024), &mem), -ENOSPC);
	EXPECT_EQ(nv_heap_alloc_list(&heap, 0, PAGE, &pieces), -EINVAL);
	EXPECT_EQ(nv_heap_alloc_list(&heap, PAGE, 2 * PAGE, &pieces), -EINVAL);
	EXPECT_EQ(nv_heap_alloc_list(&heap, ~0ull & ~(u64)(PAGE - 1), PAGE, &pieces), -ENOSPC);
	EXPECT_EQ(nv_heap_alloc_list(&heap, MIB(768), MIB(1), &pieces), -ENOSPC);
	EXPECT(list_empty(&pieces));
	EXPECT_EQ(heap.used, 0);
	expect_sound(&heap);
	nv_heap_fini(&heap);
}

UNIT_TEST(scattered)
{
	struct nv_vidmem *hole[8], *mem;
	struct nv_heap_usage usage;
	struct nv_heap heap;
	LIST_HEAD(pieces);
	u64 sum = 0;

	heap_setup(&heap);
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(nv_heap_alloc(&heap, MIB(64), MIB(64), &hole[i]), 0);
	for (int i = 0; i < 8; i += 2)
		nv_heap_free(&heap, hole[i]);
	nv_heap_get_usage(&heap, &usage);
	EXPECT_EQ(usage.total, MIB(767));
	EXPECT_EQ(usage.used, MIB(256));
	EXPECT(usage.largest_free < MIB(448));
	EXPECT_EQ(nv_heap_alloc_list(&heap, MIB(448), MIB(2), &pieces), 0);
	list_for_each_entry(mem, &pieces, link) {
		EXPECT(mem->addr % MIB(2) == 0 && mem->size % MIB(2) == 0);
		sum += mem->size;
	}
	EXPECT_EQ(sum, MIB(448));
	expect_sound(&heap);
	nv_heap_free_list(&heap, &pieces);
	EXPECT(list_empty(&pieces));
	for (int i = 1; i < 8; i += 2)
		nv_heap_free(&heap, hole[i]);
	expect_sound(&heap);
	nv_heap_fini(&heap);
}

struct visit {
	struct nv_heap *heap;
	u64 sum;
	u64 end;
	int ranges;
};

static int visit_range(void *ctx, const struct nv_heap_range *range)
{
	struct visit *visit = ctx;

	lockdep_assert_not_held(&visit->heap->lock);
	EXPECT(range->addr > visit->end || !visit->ranges);
	visit->sum += range->size;
	visit->end = range->addr + range->size;
	return ++visit->ranges == 3 ? -EINTR : 0;
}

UNIT_TEST(visit_what_is_used)
{
	struct nv_vidmem *mem[6];
	struct nv_heap heap;
	struct visit visit = { .heap = &heap };

	heap_setup(&heap);
	EXPECT_EQ(nv_heap_each(&heap, visit_range, &visit), 0);
	EXPECT_EQ(visit.ranges, 0);
	for (int i = 0; i < 6; i++)
		EXPECT_EQ(nv_heap_alloc(&heap, MIB(1), MIB(1), &mem[i]), 0);
	EXPECT_EQ(nv_heap_each(&heap, visit_range, &visit), 0);
	EXPECT_EQ(visit.ranges, 1);
	EXPECT_EQ(visit.sum, MIB(6));
	nv_heap_free(&heap, mem[1]);
	nv_heap_free(&heap, mem[4]);
	visit = (struct visit) { .heap = &heap };
	EXPECT_EQ(nv_heap_each(&heap, visit_range, &visit), -EINTR);
	EXPECT_EQ(visit.sum, MIB(4));
	nv_heap_free(&heap, mem[0]);
	nv_heap_free(&heap, mem[2]);
	nv_heap_free(&heap, mem[3]);
	nv_heap_free(&heap, mem[5]);
	nv_heap_fini(&heap);
}

UNIT_TEST(regions_change_only_while_idle)
{
	struct gsp_static_config_info info = regions(), other = { 0 };
	struct nv_vidmem *mem;
	struct nv_heap heap;

	heap_setup(&heap);
	EXPECT_EQ(nv_heap_alloc(&heap, PAGE, PAGE, &mem), 0);
	EXPECT_EQ(nv_heap_set_regions(&heap, &info), 0);
	EXPECT(mem->used);
	info.fb_region[1].limit += PAGE;
	EXPECT_EQ(nv_heap_set_regions(&heap, &info), -EBUSY);
	add_region(&other, 0, MIB(2048), 0);
	EXPECT_EQ(nv_heap_set_regions(&heap, &other), -EBUSY);
	add_region(&other, MIB(1), MIB(1), MIB(1));
	EXPECT_EQ(nv_heap_set_regions(&heap, &other), -EIO);
	nv_heap_free(&heap, mem);
	other.num_fb_regions = 1;
	EXPECT_EQ(nv_heap_set_regions(&heap, &other), 0);
	EXPECT_EQ(heap.total, MIB(2048));
	other.fb_region[0].reserved = PAGE;
	EXPECT_EQ(nv_heap_set_regions(&heap, &other), -EIO);
	nv_heap_fini(&heap);
}

UNIT_TEST(each_allocation_fails_once)
{
	struct nv_vidmem *mem;
	struct nv_heap heap;
	LIST_HEAD(pieces);
	int n, err = -1;

	heap_setup(&heap);
	for (n = 1; err; n++) {
		unit_fail_alloc_at(n);
		err = nv_heap_alloc(&heap, PAGE, MIB(8), &mem);
		if (!err) {
			err = nv_heap_alloc_list(&heap, MIB(700), MIB(1), &pieces);
			nv_heap_free(&heap, mem);
		}
		EXPECT(!err || err == -ENOMEM);
		EXPECT_EQ(!err, unit_fail_alloc_pending());
		EXPECT_EQ(list_empty(&pieces), !!err);
		unit_fail_alloc_at(0);
		nv_heap_free_list(&heap, &pieces);
		EXPECT_EQ(heap.used, 0);
		expect_sound(&heap);
	}
	EXPECT(n > 4);
	nv_heap_fini(&heap);
}

/* Thousands of random allocations and frees, as programs mix them. */
UNIT_TEST(churn)
{
	struct nv_vidmem *mem[500] = { NULL };
	struct nv_heap heap;

	heap_setup(&heap);
	srand(1);
	for (int i = 0; i < 20000; i++) {
		int slot = rand() % ARRAY_SIZE(mem), order = rand() % 10;
		u64 size = (u64)(1 + rand() % 16) << (12 + order);
		u64 align = (u64)PAGE << rand() % 10;

		if (mem[slot]) {
			nv_heap_free(&heap, mem[slot]);
			mem[slot] = NULL;
		} else if (!nv_heap_alloc(&heap, size, align, &mem[slot])) {
			EXPECT(mem[slot]->size == size && mem[slot]->addr % align == 0);
		}
		if (i % 500 == 0)
			expect_sound(&heap);
	}
	for (int i = 0; i < ARRAY_SIZE(mem); i++)
		nv_heap_free(&heap, mem[i]);
	expect_sound(&heap);
	EXPECT_EQ(heap.used, 0);
	nv_heap_fini(&heap);
}

/* By which number a page was cleared before it was freed; 0 for others */
static u32 page_clear[MIB(1024) / PAGE];

static void note_pages(const struct nv_vidmem *mem)
{
	for (u64 page = mem->addr / PAGE; page < (mem->addr + mem->size) / PAGE; page++)
		page_clear[page] = mem->clear;
}

/* No page is said to be clear that isn't, nor earlier than it is. Return: are these? */
static bool check_pages(const struct nv_vidmem *mem)
{
	u64 page = mem->addr / PAGE;

	for (; mem->was_clear && page < (mem->addr + mem->size) / PAGE; page++)
		EXPECT(page_clear[page] && page_clear[page] <= mem->was_clear);
	return mem->was_clear;
}

UNIT_TEST(churn_with_cleared)
{
	struct nv_vidmem *mem[500] = { NULL };
	struct nv_heap_usage usage;
	struct nv_heap heap;
	unsigned int clear = 0;

	heap_setup(&heap);
	srand(2);
	memset(page_clear, 0, sizeof(page_clear));
	for (int i = 1; i < 20000; i++) {
		int slot = rand() % ARRAY_SIZE(mem);
		u64 size = (u64)(1 + rand() % 16) << (12 + rand() % 10);

		if (mem[slot]) {
			mem[slot]->clear = rand() % 4 ? i : 0;
			note_pages(mem[slot]);
			nv_heap_free(&heap, mem[slot]);
			mem[slot] = NULL;
		} else if (!nv_heap_alloc(&heap, size, (u64)PAGE << rand() % 10, &mem[slot])) {
			EXPECT_EQ(mem[slot]->clear, 0);
			clear += check_pages(mem[slot]);
			note_pages(mem[slot]);
		}
		if (i % 5000 == 0) {
			nv_heap_forget_clear(&heap);
			memset(page_clear, 0, sizeof(page_clear));
		}
		if (i % 500 == 0)
			expect_sound(&heap);
	}
	EXPECT(clear > 1000);
	for (int i = 0; i < ARRAY_SIZE(mem); i++)
		nv_heap_free(&heap, mem[i]);
	expect_sound(&heap);
	/* Between what is clear and what is not there is no border for who wants much. */
	nv_heap_get_usage(&heap, &usage);
	EXPECT_EQ(usage.largest_free, MIB(512));
	EXPECT_EQ(nv_heap_alloc(&heap, MIB(512), PAGE, &mem[0]), 0);
	EXPECT_EQ(nv_heap_alloc(&heap, MIB(255), PAGE, &mem[1]), 0);
	nv_heap_free(&heap, mem[0]);
	nv_heap_free(&heap, mem[1]);
	nv_heap_fini(&heap);
}
