// SPDX-License-Identifier: MIT OR GPL-2.0

/* Page tables of the driver, walked by the model. */

#include "chip.h"
#include "mem/gmmu.h"
#include "rm-rig.h"
#include "softgpu-priv.h"

#define KIB(n)		((u64)(n) << 10)
#define MIB(n)		((u64)(n) << 20)
#define GIB(n)		((u64)(n) << 30)
#define PAGE		4096u
#define NOWHERE		(~0ull)

struct mmu {
	struct rm_rig rig;
	struct nv_vas vas;
	struct sg_space space;
	u64 heap_used;
	long live;
};

static void mmu_init(struct mmu *mmu, enum nv_aperture tables)
{
	struct nv_vas_level root;

	rig_init(&mmu->rig);
	mmu->heap_used = mmu->rig.gpu.heap.used;
	EXPECT_EQ(nv_vas_init(&mmu->vas, &mmu->rig.gpu, tables), 0);
	nv_vas_root(&mmu->vas, &root);
	EXPECT_EQ(root.size, 32);
	EXPECT_EQ(root.shift, 47);
	mmu->space = (struct sg_space) {
		.kind = SG_SPACE_VIRTUAL, .root = root.addr,
		.root_sysmem = tables == NV_APERTURE_SYS,
	};
	mmu->live = unit_live_allocs();
}

/* Nothing but the root is left, here and in video memory. */
static void expect_empty(struct mmu *mmu)
{
	EXPECT_EQ(nv_vas_invalidate(&mmu->vas), 0);
	EXPECT_EQ(unit_live_allocs(), mmu->live);
	EXPECT(mmu->rig.gpu.heap.used <= mmu->heap_used + PAGE);
}

static void mmu_fini(struct mmu *mmu)
{
	nv_vas_fini(&mmu->vas);
	EXPECT_EQ(mmu->rig.gpu.heap.used, mmu->heap_used);
	nv_vas_fini(&mmu->vas);
	rig_fini(&mmu->rig);
}

/* Every page of video memory names itself, so that a read tells where it went. */
static void stamp_vram(struct mmu *mmu, u64 addr, u64 size)
{
	for (u64 pos = addr; pos < addr + size; pos += PAGE)
		memcpy(mmu->rig.soft.model->vram + pos, &pos, sizeof(pos));
}

static u64 where(struct mmu *mmu, u64 va)
{
	u64 addr;

	return sg_space_read(mmu->rig.soft.model, &mmu->space, va, &addr, 8) == 8 ? addr : NOWHERE;
}

static int map_vid(struct mmu *mmu, u64 va, u64 size, u64 addr)
{
	const struct nv_vas_target target = { .aperture = NV_APERTURE_VID, .base = addr };

	return nv_vas_map(&mmu->vas, va, size, &target, 0, 0);
}

static void all_page_sizes(enum nv_aperture tables)
{
	static const struct { u64 va, size, addr; } maps[] = {
		{ 0, PAGE, MIB(100) },
		{ KIB(8), KIB(8), MIB(101) },
		{ KIB(64), KIB(64), MIB(102) },
		{ MIB(2), MIB(2), MIB(104) },
		{ GIB(1), GIB(1), GIB(2) },
		{ GIB(256) - MIB(4), MIB(8), MIB(512) },	/* across a PD1 */
		{ BIT_ULL(47) - KIB(4), KIB(8), MIB(200) },	/* across a PD2 */
		{ BIT_ULL(48) - MIB(2), MIB(2), MIB(300) },
		{ GIB(4) - KIB(68), MIB(2) + KIB(72), MIB(64) - KIB(68) },
		{ GIB(8) + KIB(4), MIB(2), MIB(64) },		/* never aligned alike */
	};
	struct mmu mmu;

	mmu_init(&mmu, tables);
	stamp_vram(&mmu, 0, GIB(3) + MIB(4));
	for (int i = 0; i < ARRAY_SIZE(maps); i++) {
		EXPECT_EQ(map_vid(&mmu, maps[i].va, maps[i].size, maps[i].addr), 0);
		for (u64 pos = 0; pos < maps[i].size; pos += PAGE)
			EXPECT_EQ(where(&mmu, maps[i].va + pos), maps[i].addr + pos);
		EXPECT_EQ(where(&mmu, maps[i].va + maps[i].size), NOWHERE);
	}
	for (int i = 0; i < ARRAY_SIZE(maps); i++) {
		EXPECT_EQ(where(&mmu, maps[i].va), maps[i].addr);
		nv_vas_unmap(&mmu.vas, maps[i].va, maps[i].size);
		EXPECT_EQ(where(&mmu, maps[i].va), NOWHERE);
		EXPECT_EQ(where(&mmu, maps[i].va + maps[i].size - PAGE), NOWHERE);
	}
	expect_empty(&mmu);
	mmu_fini(&mmu);
}

UNIT_TEST(all_page_sizes_tables_in_system_memory)
{
	all_page_sizes(NV_APERTURE_SYS);
}

UNIT_TEST(all_page_sizes_tables_in_video_memory)
{
	all_page_sizes(NV_APERTURE_VID);
}

UNIT_TEST(system_memory_page_by_page)
{
	struct nv_vas_target target = { .aperture = NV_APERTURE_SYS };
	const u64 va = MIB(6) - KIB(20);
	struct nv_dma dma;
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_SYS);
	EXPECT_EQ(mmu.rig.soft.hw.ops->dma_alloc(&mmu.rig.soft.hw, &dma, KIB(80), false), 0);
	for (u64 i = 0; i < 20; i++)
		((u64 *)dma.cpu)[i * 512] = i;
	target.page = dma.page;
	EXPECT_EQ(nv_vas_map(&mmu.vas, va, dma.size, &target, 0, 0), 0);
	for (u64 i = 0; i < 20; i++)
		EXPECT_EQ(where(&mmu, va + i * PAGE), i);
	/* A part of it may go alone. */
	nv_vas_unmap(&mmu.vas, va + 4 * PAGE, 2 * PAGE);
	EXPECT_EQ(where(&mmu, va + 3 * PAGE), 3);
	EXPECT_EQ(where(&mmu, va + 4 * PAGE), NOWHERE);
	EXPECT_EQ(where(&mmu, va + 6 * PAGE), 6);
	nv_vas_unmap(&mmu.vas, 0, NV_VAS_SIZE);
	expect_empty(&mmu);
	mmu.rig.soft.hw.ops->dma_free(&mmu.rig.soft.hw, &dma);
	mmu_fini(&mmu);
}

UNIT_TEST(read_only)
{
	const struct nv_vas_target target = { .aperture = NV_APERTURE_VID, .base = MIB(64) };
	struct mmu mmu;
	u32 word = 5;

	mmu_init(&mmu, NV_APERTURE_SYS);
	EXPECT_EQ(nv_vas_map(&mmu.vas, 0, PAGE, &target, 0, NV_VAS_READ_ONLY), 0);
	EXPECT_EQ(sg_space_write(mmu.rig.soft.model, &mmu.space, 0, &word, 4), 0);
	EXPECT_EQ(sg_space_read(mmu.rig.soft.model, &mmu.space, 0, &word, 4), 4);
	mmu_fini(&mmu);
}

UNIT_TEST(hostile_ranges)
{
	static const struct { u64 va, size, addr; } bad[] = {
		{ 0, 0, 0 }, { 1, PAGE, 0 }, { 0, 1, 0 }, { 0, PAGE, 1 }, { 0, PAGE + 1, 0 },
		{ 0, 1ull << 63, 0 }, { 1ull << 63, PAGE, 0 }, { NV_VAS_SIZE, PAGE, 0 },
		{ NV_VAS_SIZE - PAGE, 2 * PAGE, 0 }, { PAGE, -(u64)PAGE, 0 },
		{ 0, PAGE, 1ull << 37 }, { 0, 2 * PAGE, (1ull << 37) - PAGE },
		{ 0, PAGE, -(u64)PAGE }, { 0, NV_VAS_SIZE, 0 },
	};
	u64 page[2] = { PAGE, 1ull << 47 };
	const struct nv_vas_target far = { .aperture = NV_APERTURE_SYS, .page = page };
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_SYS);
	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(map_vid(&mmu, bad[i].va, bad[i].size, bad[i].addr), -EINVAL);
		if (bad[i].addr < MIB(1))
			nv_vas_unmap(&mmu.vas, bad[i].va, bad[i].size);
	}
	EXPECT_EQ(nv_vas_map(&mmu.vas, 0, 2 * PAGE, &far, 0, 0), -EINVAL);
	page[1] = 8;
	EXPECT_EQ(nv_vas_map(&mmu.vas, 0, 2 * PAGE, &far, 0, 0), -EINVAL);
	expect_empty(&mmu);
	mmu_fini(&mmu);
}

/* Whatever page sizes meet, nothing is mapped over, and what failed leaves nothing. */
UNIT_TEST(no_mapping_over_another)
{
	static const u64 sizes[] = { PAGE, KIB(64), MIB(2), MIB(512) };
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_SYS);
	stamp_vram(&mmu, GIB(1), GIB(2));
	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (int j = 0; j < ARRAY_SIZE(sizes); j++) {
			u64 at = GIB(1) + (j > i ? 0 : sizes[i] - sizes[j]);

			EXPECT_EQ(map_vid(&mmu, GIB(1), sizes[i], GIB(1)), 0);
			EXPECT_EQ(map_vid(&mmu, at, sizes[j], GIB(2)), -EEXIST);
			for (u64 pos = 0; pos < sizes[i]; pos += sizes[i] / 16 & -(u64)PAGE ?: PAGE)
				EXPECT_EQ(where(&mmu, GIB(1) + pos), GIB(1) + pos);
			EXPECT_EQ(where(&mmu, GIB(1) + sizes[i]), NOWHERE);
			/* One that begins in free space and then hits it. */
			EXPECT_EQ(map_vid(&mmu, GIB(1) - MIB(1), MIB(1) + sizes[j], GIB(2)),
				  -EEXIST);
			EXPECT_EQ(where(&mmu, GIB(1) - PAGE), NOWHERE);
			EXPECT_EQ(where(&mmu, GIB(1)), GIB(1));
			nv_vas_unmap(&mmu.vas, GIB(1), sizes[i]);
			expect_empty(&mmu);
		}
	}
	mmu_fini(&mmu);
}

/* Beside each other in one 2 MiB, pages of 4 KiB and of 64 KiB share. */
UNIT_TEST(big_and_small_side_by_side)
{
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_VID);
	stamp_vram(&mmu, MIB(64), MIB(4));
	EXPECT_EQ(map_vid(&mmu, KIB(64), KIB(64), MIB(64)), 0);
	EXPECT_EQ(map_vid(&mmu, KIB(128), KIB(4), MIB(65)), 0);
	EXPECT_EQ(map_vid(&mmu, KIB(60), KIB(4), MIB(66)), 0);
	EXPECT_EQ(map_vid(&mmu, KIB(64), KIB(4), MIB(66)), -EEXIST);
	EXPECT_EQ(map_vid(&mmu, KIB(0), KIB(64), MIB(66)), -EEXIST);
	EXPECT_EQ(where(&mmu, KIB(64)), MIB(64));
	EXPECT_EQ(where(&mmu, KIB(124)), MIB(64) + KIB(60));
	EXPECT_EQ(where(&mmu, KIB(128)), MIB(65));
	EXPECT_EQ(where(&mmu, KIB(60)), MIB(66));
	/* A range that covers a page in part leaves it. */
	nv_vas_unmap(&mmu.vas, KIB(96), KIB(36));
	EXPECT_EQ(where(&mmu, KIB(124)), MIB(64) + KIB(60));
	EXPECT_EQ(where(&mmu, KIB(128)), NOWHERE);
	nv_vas_unmap(&mmu.vas, 0, MIB(1));
	expect_empty(&mmu);
	mmu_fini(&mmu);
}

/* Random maps and unmaps against a plain array. */
UNIT_TEST(random_maps)
{
	enum { PAGES = 2048 };
	static u64 shadow[PAGES];
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_SYS);
	stamp_vram(&mmu, MIB(64), MIB(64));
	memset(shadow, 0xff, sizeof(shadow));
	srand(7);
	for (int n = 0; n < 1500; n++) {
		u32 unit = 1u << (rand() % 3 * 4), at = rand() % PAGES & -unit;
		u32 count = (1 + rand() % 40) * unit, i;
		u64 addr = MIB(64) + (u64)(rand() % 8000 & -unit) * PAGE, va = GIB(2) - MIB(4);
		bool taken = false;

		count = min_t(u32, count, PAGES - at);
		if (rand() % 3 == 0) {
			nv_vas_unmap(&mmu.vas, va, PAGES * PAGE);
			memset(shadow, 0xff, sizeof(shadow));
			continue;
		}
		for (i = at; i < at + count; i++)
			taken |= shadow[i] != NOWHERE;
		EXPECT_EQ(map_vid(&mmu, va + (u64)at * PAGE, (u64)count * PAGE, addr),
			  taken ? -EEXIST : 0);
		for (i = at; i < at + count && !taken; i++)
			shadow[i] = addr + (u64)(i - at) * PAGE;
		for (i = 0; i < PAGES; i += 1 + rand() % 8)
			EXPECT_EQ(where(&mmu, va + (u64)i * PAGE), shadow[i]);
		if (n % 16 == 0)
			EXPECT_EQ(nv_vas_invalidate(&mmu.vas), 0);
	}
	nv_vas_unmap(&mmu.vas, 0, NV_VAS_SIZE);
	expect_empty(&mmu);
	mmu_fini(&mmu);
}

static void sweep_allocations(enum nv_aperture tables)
{
	struct mmu mmu;
	int n, err = -1;

	mmu_init(&mmu, tables);
	for (n = 1; err; n++) {
		unit_fail_alloc_at(n);
		err = map_vid(&mmu, GIB(256) - MIB(2) - KIB(4), MIB(4) + KIB(8), MIB(62) - KIB(4));
		EXPECT(!err || err == -ENOMEM);
		EXPECT_EQ(!err, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		EXPECT_EQ(where(&mmu, GIB(256)) == NOWHERE, !!err);
		EXPECT_EQ(where(&mmu, GIB(256) - MIB(2) - KIB(4)) == NOWHERE, !!err);
	}
	EXPECT(n > 8);
	nv_vas_unmap(&mmu.vas, 0, NV_VAS_SIZE);
	expect_empty(&mmu);
	mmu_fini(&mmu);
}

UNIT_TEST(each_allocation_fails_once)
{
	sweep_allocations(NV_APERTURE_SYS);
	sweep_allocations(NV_APERTURE_VID);
}

UNIT_TEST(video_memory_full)
{
	struct nv_heap_usage usage;
	struct mmu mmu;
	LIST_HEAD(all);

	mmu_init(&mmu, NV_APERTURE_VID);
	nv_heap_get_usage(&mmu.rig.gpu.heap, &usage);
	EXPECT_EQ(nv_heap_alloc_list(&mmu.rig.gpu.heap, usage.total - usage.used, PAGE, &all), 0);
	EXPECT_EQ(map_vid(&mmu, 0, MIB(1), MIB(64)), -ENOSPC);
	nv_heap_free_list(&mmu.rig.gpu.heap, &all);
	EXPECT_EQ(map_vid(&mmu, 0, MIB(1), MIB(64)), 0);
	mmu_fini(&mmu);
}

UNIT_TEST(directories)
{
	static const u32 shifts[] = { 47, 38, 29, 21 };
	struct nv_vas_level level[NV_VAS_DIRECTORIES], again[NV_VAS_DIRECTORIES];
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_SYS);
	EXPECT_EQ(nv_vas_directories(&mmu.vas, NV_VAS_SIZE, level), -EINVAL);
	EXPECT_EQ(nv_vas_directories(&mmu.vas, GIB(3), level), 0);
	for (int i = 0; i < NV_VAS_DIRECTORIES; i++) {
		EXPECT_EQ(level[i].shift, shifts[i]);
		EXPECT_EQ(level[i].aperture, NV_APERTURE_SYS);
		EXPECT_EQ(level[i].size, i ? 4096 : 32);
	}
	/* They stay when all in them is gone. */
	EXPECT_EQ(map_vid(&mmu, GIB(3), GIB(1), GIB(1)), 0);
	nv_vas_unmap(&mmu.vas, GIB(3), GIB(1));
	EXPECT_EQ(nv_vas_invalidate(&mmu.vas), 0);
	EXPECT_EQ(nv_vas_directories(&mmu.vas, GIB(3), again), 0);
	for (int i = 0; i < NV_VAS_DIRECTORIES; i++)
		EXPECT_EQ(level[i].addr, again[i].addr);
	mmu_fini(&mmu);
}

/* Video memory was lost: the tables are written again. */
UNIT_TEST(restore)
{
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_VID);
	EXPECT_EQ(map_vid(&mmu, KIB(4), MIB(4), MIB(64)), 0);
	EXPECT_EQ(map_vid(&mmu, GIB(1), GIB(1), GIB(2)), 0);
	memset(mmu.rig.soft.model->vram, 0xa5, GIB(3));
	stamp_vram(&mmu, GIB(2), GIB(1));
	EXPECT_EQ(where(&mmu, GIB(1)), NOWHERE);
	EXPECT_EQ(nv_vas_restore(&mmu.vas), 0);
	EXPECT_EQ(where(&mmu, GIB(1) + MIB(3)), GIB(2) + MIB(3));
	EXPECT_EQ(where(&mmu, GIB(2)), NOWHERE);
	mmu_fini(&mmu);
}

UNIT_TEST(gpu_gone)
{
	struct mmu mmu;

	mmu_init(&mmu, NV_APERTURE_VID);
	EXPECT_EQ(map_vid(&mmu, KIB(4), MIB(4), MIB(64)), 0);
	mmu.rig.soft.hw.lost = true;
	EXPECT_EQ(map_vid(&mmu, GIB(4), MIB(4), MIB(64)), -ENODEV);
	EXPECT_EQ(nv_vas_invalidate(&mmu.vas), -ENODEV);
	EXPECT_EQ(nv_vas_restore(&mmu.vas), -ENODEV);
	nv_vas_unmap(&mmu.vas, KIB(4), MIB(4));
	nv_vas_fini(&mmu.vas);
	EXPECT_EQ(nv_vas_init(&mmu.vas, &mmu.rig.gpu, NV_APERTURE_VID), -ENODEV);
	mmu_fini(&mmu);
}
