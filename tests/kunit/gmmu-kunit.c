// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Page tables of the GPU in the kernel's own memory, at its physical addresses, walked by a
 * second reading of the format (version 2, Pascal to Ada), in numbers.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "hal/hal.h"
#include "mem/gmmu.h"
#include "nv-gpu.h"
#include "tests/unit/unit.h"

#define KIB(n)		((u64)(n) << 10)
#define MIB(n)		((u64)(n) << 20)
#define GIB(n)		((u64)(n) << 30)
#define NOWHERE		(~0ULL)
#define BOOT42_GA106	0x176a1000
#define THREADS		4

static struct nv_gpu gpu;
static struct nv_hw hw;
static struct nv_vas vas;

/* Each page is where it is for the CPU. */
static int phys_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	/* Let other threads come in between. */
	usleep_range(1, 10);
	*dma = (struct nv_dma) { .size = size };
	dma->page = kzalloc(sizeof(u64), GFP_KERNEL);
	dma->cpu = kzalloc(size, GFP_KERNEL);
	if (!dma->page || !dma->cpu || size != KIB(4)) {
		kfree(dma->page);
		kfree(dma->cpu);
		*dma = (struct nv_dma) { };
		return -ENOMEM;
	}
	dma->page[0] = virt_to_phys(dma->cpu);
	return 0;
}

static void phys_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	kfree(dma->page);
	kfree(dma->cpu);
	*dma = (struct nv_dma) { };
}

static u32 idle_rd32(struct nv_hw *hw, u32 reg)
{
	return 0;
}

static void idle_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
}

static u64 now_ns(struct nv_hw *hw)
{
	return ktime_get_ns();
}

static const struct nv_hw_ops ops = {
	.rd32 = idle_rd32, .wr32 = idle_wr32, .time_ns = now_ns,
	.dma_alloc = phys_dma_alloc, .dma_free = phys_dma_free,
};

static void open_space(void)
{
	gpu = (struct nv_gpu) { .hw = &hw, .chip = nv_chip_find(BOOT42_GA106) };
	hw = (struct nv_hw) { .ops = &ops };
	EXPECT(gpu.chip);
	nv_gmmu_init(&gpu);
	EXPECT_EQ(nv_vas_init(&vas, &gpu, NV_APERTURE_SYS), 0);
}

static void close_space(void)
{
	nv_vas_fini(&vas);
	nv_gmmu_fini(&gpu);
}

static const u64 *table_at(u64 entry, unsigned int shift)
{
	return phys_to_virt((entry & GENMASK_ULL(53, shift == 8 ? 4 : 8)) >> (shift == 8 ? 4 : 8) <<
			    shift);
}

/* Where a page's entry leads, all of its kinds being in system or video memory */
static u64 page_at(u64 pte, u64 offset)
{
	return ((pte >> 8 & GENMASK_ULL(45, 0)) << 12) + offset;
}

static u64 walk_page_tables(const u64 *pd0, u64 va)
{
	const u64 *pair = pd0 + (va >> 21 & 255) * 2;
	u64 pte;

	if (pair[0] & 1)
		return page_at(pair[0], va & (MIB(2) - 1));
	if (pair[0] >> 1 & 3) {
		pte = table_at(pair[0], 8)[va >> 16 & 31];
		if (pte & 1)
			return page_at(pte, va & (KIB(64) - 1));
	}
	if (pair[1] >> 1 & 3) {
		pte = table_at(pair[1], 12)[va >> 12 & 511];
		if (pte & 1)
			return page_at(pte, va & (KIB(4) - 1));
	}
	return NOWHERE;
}

static u64 walk(u64 va)
{
	static const unsigned int shifts[] = { 47, 38, 29 };
	struct nv_vas_level root;
	const u64 *table;
	u64 entry;
	int i;

	nv_vas_root(&vas, &root);
	table = phys_to_virt(root.addr);
	for (i = 0; i < ARRAY_SIZE(shifts); i++) {
		entry = table[va >> shifts[i] & (i ? 511 : 3)];
		if (i == 2 && entry & 1)
			return page_at(entry, va & (MIB(512) - 1));
		if (!(entry >> 1 & 3))
			return NOWHERE;
		table = table_at(entry, 12);
	}
	return walk_page_tables(table, va);
}

static int map_vid(u64 va, u64 size, u64 addr)
{
	const struct nv_vas_target target = { .aperture = NV_APERTURE_VID, .base = addr };

	return nv_vas_map(&vas, va, size, &target, 0, 0);
}

UNIT_TEST(every_page_size_is_found)
{
	static const struct { u64 va, size, addr; } maps[] = {
		{ KIB(4), KIB(8), MIB(100) },
		{ KIB(64), KIB(64), MIB(102) },
		{ MIB(2), MIB(2), MIB(104) },
		{ GIB(1), GIB(1), GIB(2) },
		{ GIB(256) - MIB(4), MIB(8), MIB(512) },
		{ BIT_ULL(47) - KIB(4), KIB(8), MIB(200) },
		{ GIB(4) - KIB(68), MIB(2) + KIB(72), MIB(64) - KIB(68) },
	};
	long live;
	u64 pos;
	int i;

	open_space();
	live = unit_live_allocs();
	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		EXPECT_EQ(map_vid(maps[i].va, maps[i].size, maps[i].addr), 0);
		for (pos = 0; pos < maps[i].size; pos += KIB(4))
			EXPECT_EQ(walk(maps[i].va + pos), maps[i].addr + pos);
		EXPECT_EQ(walk(maps[i].va + maps[i].size), NOWHERE);
		EXPECT_EQ(map_vid(maps[i].va, KIB(4), 0), -EEXIST);
	}
	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		nv_vas_unmap(&vas, maps[i].va, maps[i].size);
		EXPECT_EQ(walk(maps[i].va), NOWHERE);
	}
	EXPECT_EQ(nv_vas_invalidate(&vas), 0);
	EXPECT_EQ(unit_live_allocs(), live);
	close_space();
}

UNIT_TEST(hostile_ranges)
{
	static const struct { u64 va, size, addr; } maps[] = {
		{ 0, 0, 0 }, { 1, KIB(4), 0 }, { 0, KIB(4) + 1, 0 }, { 0, KIB(4), 1 },
		{ BIT_ULL(48), KIB(4), 0 }, { BIT_ULL(48) - KIB(4), KIB(8), 0 },
		{ KIB(4), -KIB(4), 0 }, { -KIB(4), KIB(8), 0 }, { 0, KIB(8), BIT_ULL(37) - KIB(4) },
	};
	long live;
	int i;

	open_space();
	live = unit_live_allocs();
	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		EXPECT_EQ(map_vid(maps[i].va, maps[i].size, maps[i].addr), -EINVAL);
		nv_vas_unmap(&vas, maps[i].va, maps[i].size);
	}
	EXPECT_EQ(unit_live_allocs(), live);
	close_space();
}

UNIT_TEST(no_memory_for_a_table)
{
	int n, err = -ENOMEM;
	long live;

	open_space();
	live = unit_live_allocs();
	for (n = 1; err; n++) {
		unit_fail_alloc_at(n);
		err = map_vid(GIB(4) - KIB(68), MIB(2) + KIB(72), MIB(64) - KIB(68));
		EXPECT_EQ(!err, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		EXPECT(!err || err == -ENOMEM);
		EXPECT_EQ(walk(GIB(4)), err ? NOWHERE : MIB(64));
		EXPECT_EQ(nv_vas_invalidate(&vas), 0);
		if (err)
			EXPECT_EQ(unit_live_allocs(), live);
	}
	EXPECT(n > 8);
	close_space();
}

struct mapper {
	struct completion done;
	u64 base;
	int wrong;
};

/* What one thread maps is there, whatever the others do next to it. */
static int map_for_a_while(void *data)
{
	struct mapper *m = data;
	u64 va, size;
	int i;

	for (i = 0; i < 300; i++) {
		va = m->base + KIB(4) * (i * 37 % 800);
		size = KIB(4) * (1 + i * 13 % 90);
		if (map_vid(va, size, va) || walk(va) != va ||
		    walk(va + size - KIB(4)) != va + size - KIB(4))
			m->wrong++;
		nv_vas_unmap(&vas, va, size);
		if (walk(va) != NOWHERE || (i % 10 == 0 && nv_vas_invalidate(&vas)))
			m->wrong++;
	}
	complete(&m->done);
	return 0;
}

UNIT_TEST(threads_in_one_space)
{
	static struct mapper mapper[THREADS];
	struct nv_vas_level levels[NV_VAS_DIRECTORIES];
	int i, wrong = 0;
	long live;

	open_space();
	/* They stay: a walk looks at them without the lock. */
	EXPECT_EQ(nv_vas_directories(&vas, 0, levels), 0);
	live = unit_live_allocs();
	for (i = 0; i < THREADS; i++) {
		mapper[i] = (struct mapper) { .base = i * MIB(8) };
		init_completion(&mapper[i].done);
		EXPECT(!IS_ERR(kthread_run(map_for_a_while, &mapper[i], "nv-mapper")));
	}
	for (i = 0; i < THREADS; i++) {
		wait_for_completion(&mapper[i].done);
		wrong += mapper[i].wrong;
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(nv_vas_invalidate(&vas), 0);
	EXPECT_EQ(unit_live_allocs(), live);
	close_space();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_page_size_is_found),
	KUNIT_CASE(hostile_ranges),
	KUNIT_CASE(no_memory_for_a_table),
	KUNIT_CASE(threads_in_one_space),
	{ }
};

static struct kunit_suite suite = { .name = "gmmu_kunit", .test_cases = cases };

kunit_test_suite(suite);
