// SPDX-License-Identifier: MIT OR GPL-2.0

/* BAR1: straight where it covers video memory, by windows elsewhere. */

#include "chip.h"
#include "mem/bar1.h"
#include "rm-rig.h"
#include "softgpu-priv.h"

#define KIB(n)		((u64)(n) << 10)
#define MIB(n)		((u64)(n) << 20)
#define PAGE		4096u

static void bar1_init(struct rm_rig *rig, bool rebar)
{
	*rig = (struct rm_rig){ .soft = hw_softgpu_defaults() };
	rig->soft.config.rebar = rebar;
	rig_start(rig);
}

static u64 look(struct rm_rig *rig, u64 bus_addr)
{
	return softgpu_read(rig->soft.model, SOFTGPU_BAR1, bus_addr - rig->soft.hw.bar[1].addr, 8);
}

static u64 *vram(struct rm_rig *rig, u64 addr)
{
	return (u64 *)(rig->soft.model->vram + addr);
}

/* Pieces of 64 KiB with holes between. */
static void scatter(struct rm_rig *rig, struct list_head *pieces, unsigned int count)
{
	struct nv_vidmem *mem, *hole;
	LIST_HEAD(holes);

	while (count--) {
		EXPECT_EQ(nv_heap_alloc(&rig->gpu.heap, KIB(64), KIB(64), &mem), 0);
		list_add_tail(&mem->link, pieces);
		EXPECT_EQ(nv_heap_alloc(&rig->gpu.heap, KIB(64), KIB(64), &hole), 0);
		list_add(&hole->link, &holes);
	}
	nv_heap_free_list(&rig->gpu.heap, &holes);
}

UNIT_TEST(straight)
{
	const struct gsp_static_config_info *info;
	struct nv_bar1_map map[2];
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);
	u64 accesses;

	bar1_init(&rig, true);
	info = nv_gsp_static_info(rig.gpu.gsp);
	EXPECT(rig.soft.hw.bar[1].size >= info->fb_length);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, MIB(4), MIB(2), &mem), 0);
	list_add(&mem->link, &pieces);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, MIB(4), &map[0]), 0);
	EXPECT(!map[0].window);
	EXPECT_EQ(map[0].addr, rig.soft.hw.bar[1].addr + mem->addr);
	*vram(&rig, mem->addr + MIB(3)) = 0x1234;
	EXPECT_EQ(look(&rig, map[0].addr + MIB(3)), 0x1234);
	/* Once the tables are there a mapping costs nothing. */
	accesses = rig.soft.accesses;
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, PAGE, PAGE, &map[1]), 0);
	EXPECT_EQ(map[1].addr, map[0].addr + PAGE);
	nv_bar1_unmap(&rig.gpu, &map[0]);
	nv_bar1_unmap(&rig.gpu, &map[1]);
	EXPECT_EQ(rig.soft.accesses, accesses);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	/* The model says when tables and its view differ. */
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'M'), 0);
	rig_fini(&rig);
}

/* As a chip walks the tables: usable memory is there, the rest is not. */
UNIT_TEST(straight_by_the_tables)
{
	struct sg_space space = { .kind = SG_SPACE_VIRTUAL };
	const struct gsp_static_config_info *info;
	struct nv_bar1_map map;
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);
	u64 got;

	bar1_init(&rig, true);
	info = nv_gsp_static_info(rig.gpu.gsp);
	space.root = info->bar1_pde_base;
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, PAGE, PAGE, &mem), 0);
	list_add(&mem->link, &pieces);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &map), 0);
	for (u32 i = 0; i < info->num_fb_regions; i++) {
		const struct gsp_fb_region *region = &info->fb_region[i];
		u64 sample[] = { region->base, region->limit + 1 - PAGE, MIB(3072) };

		for (int j = 0; j < ARRAY_SIZE(sample) && !region->reserved; j++) {
			*vram(&rig, sample[j]) = sample[j];
			EXPECT_EQ(sg_space_read(rig.soft.model, &space, sample[j], &got, 8), 8);
			EXPECT_EQ(got, sample[j]);
		}
		if (region->reserved)
			EXPECT_EQ(sg_space_read(rig.soft.model, &space, region->base, &got, 8), 0);
	}
	nv_bar1_unmap(&rig.gpu, &map);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

/* For nv_heap_each_region(): is an address in none of them? */
static int not_there(void *ctx, const struct nv_heap_range *range)
{
	u64 addr = *(u64 *)ctx;

	return addr >= range->addr && addr - range->addr < range->size ? -EEXIST : 0;
}

UNIT_TEST(windows)
{
	struct nv_bar1_map whole, part;
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);
	u64 pos = 0;

	bar1_init(&rig, false);
	scatter(&rig, &pieces, 4);
	list_for_each_entry(mem, &pieces, link) {
		for (u64 i = 0; i < mem->size; i += PAGE)
			*vram(&rig, mem->addr + i) = pos + i;
		pos += mem->size;
	}
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, KIB(256), &whole), 0);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, KIB(60), KIB(72), &part), 0);
	EXPECT(whole.window && part.window);
	for (pos = 0; pos < KIB(256); pos += PAGE)
		EXPECT_EQ(look(&rig, whole.addr + pos), pos);
	for (pos = 0; pos < KIB(72); pos += PAGE)
		EXPECT_EQ(look(&rig, part.addr + pos), pos + KIB(60));
	nv_bar1_unmap(&rig.gpu, &whole);
	EXPECT_EQ(look(&rig, part.addr), KIB(60));
	nv_bar1_unmap(&rig.gpu, &part);
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

/* Where BAR1 ends with video memory, windows are where that is GSP's. */
UNIT_TEST(windows_beside_what_is_straight)
{
	struct rm_rig rig = { .soft = hw_softgpu_defaults() };
	struct nv_bar1_map map, other;
	struct nv_vidmem *mem;
	LIST_HEAD(pieces);
	u64 pos = 0, seen;

	rig.soft.config.rebar = true;
	rig.soft.config.trap_bar1 = true;
	rig.soft.config.vram_mib = 8192;
	rig_start(&rig);
	EXPECT_EQ(rig.soft.hw.bar[1].size, nv_gsp_static_info(rig.gpu.gsp)->fb_length);
	scatter(&rig, &pieces, 4);
	list_for_each_entry(mem, &pieces, link) {
		*vram(&rig, mem->addr) = ++pos;
		EXPECT_EQ(nv_heap_each_region(&rig.gpu.heap, not_there, &mem->addr), -EEXIST);
	}
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, KIB(256), &map), 0);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, KIB(60), KIB(8), &other), 0);
	for (pos = 0; pos < 4; pos++)
		EXPECT_EQ(look(&rig, map.addr + pos * KIB(64)), pos + 1);
	EXPECT_EQ(look(&rig, other.addr + KIB(4)), 2);
	/* No usable memory is hidden by them. */
	seen = map.addr - rig.soft.hw.bar[1].addr;
	EXPECT_EQ(nv_heap_each_region(&rig.gpu.heap, not_there, &seen), 0);
	seen += KIB(256) - PAGE;
	EXPECT_EQ(nv_heap_each_region(&rig.gpu.heap, not_there, &seen), 0);
	mem = list_first_entry(&pieces, struct nv_vidmem, link);
	EXPECT_EQ(look(&rig, rig.soft.hw.bar[1].addr + mem->addr), 1);
	nv_bar1_unmap(&rig.gpu, &map);
	nv_bar1_unmap(&rig.gpu, &other);
	EXPECT_EQ(look(&rig, map.addr), ~0ull);
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

UNIT_TEST(out_of_range)
{
	static const struct { u64 offset, size; } bad[] = {
		{ 0, 0 }, { 1, PAGE }, { 0, 1 }, { 0, KIB(132) }, { KIB(128), PAGE },
		{ KIB(124), KIB(8) }, { 1ull << 63, PAGE }, { 0, 1ull << 63 },
		{ PAGE, -(u64)PAGE }, { -(u64)PAGE, PAGE },
	};
	struct nv_bar1_map map;
	struct rm_rig rig;
	LIST_HEAD(pieces);

	for (int rebar = 0; rebar < 2; rebar++) {
		bar1_init(&rig, rebar);
		EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &map), -EINVAL);
		scatter(&rig, &pieces, 2);
		for (int i = 0; i < ARRAY_SIZE(bad); i++)
			EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, bad[i].offset, bad[i].size, &map),
				  -EINVAL);
		nv_heap_free_list(&rig.gpu.heap, &pieces);
		rig_fini(&rig);
	}
}

UNIT_TEST(full)
{
	struct nv_bar1_map map[8];
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);
	int n;

	bar1_init(&rig, false);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, MIB(64), MIB(2), &mem), 0);
	list_add(&mem->link, &pieces);
	for (n = 0; n < ARRAY_SIZE(map); n++)
		if (nv_bar1_map(&rig.gpu, &pieces, 0, MIB(64), &map[n]))
			break;
	EXPECT_EQ(n, rig.soft.hw.bar[1].size / MIB(64));
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &map[n]), -ENOSPC);
	nv_bar1_unmap(&rig.gpu, &map[1]);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, MIB(32), &map[1]), 0);
	while (n--)
		nv_bar1_unmap(&rig.gpu, &map[n]);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

/* A mapping that outlives its boot keeps its window and shows nothing. */
UNIT_TEST(over_a_boot)
{
	struct nv_bar1_map old, new;
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);

	bar1_init(&rig, false);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, PAGE, PAGE, &mem), 0);
	list_add(&mem->link, &pieces);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &old), 0);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &new), -ENODEV);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, PAGE, &new), 0);
	EXPECT(new.addr != old.addr);
	*vram(&rig, mem->addr) = 77;
	EXPECT_EQ(look(&rig, new.addr), 77);
	EXPECT_EQ(look(&rig, old.addr), ~0ull);
	nv_bar1_unmap(&rig.gpu, &old);
	EXPECT_EQ(look(&rig, new.addr), 77);
	nv_gpu_stop(&rig.gpu);
	nv_bar1_unmap(&rig.gpu, &new);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

UNIT_TEST(restore)
{
	struct nv_bar1_map map;
	struct nv_vidmem *mem;
	struct rm_rig rig;
	LIST_HEAD(pieces);
	u64 root;

	bar1_init(&rig, false);
	root = nv_gsp_static_info(rig.gpu.gsp)->bar1_pde_base;
	EXPECT_EQ(nv_bar1_restore(&rig.gpu), 0);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, MIB(3), MIB(2), &mem), 0);
	list_add(&mem->link, &pieces);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, MIB(3), &map), 0);
	memset(vram(&rig, MIB(1)), 0, MIB(256));
	memset(vram(&rig, root), 0, 32);
	EXPECT_EQ(look(&rig, map.addr), ~0ull);
	EXPECT_EQ(nv_bar1_restore(&rig.gpu), 0);
	*vram(&rig, mem->addr + MIB(2)) = 99;
	EXPECT_EQ(look(&rig, map.addr + MIB(2)), 99);
	nv_bar1_unmap(&rig.gpu, &map);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}

UNIT_TEST(each_allocation_fails_once)
{
	struct nv_bar1_map map;
	struct rm_rig rig;
	int n, err;
	u64 used;

	for (int rebar = 0; rebar < 2; rebar++) {
		LIST_HEAD(pieces);

		bar1_init(&rig, rebar);
		/* One piece is seen straight. */
		scatter(&rig, &pieces, rebar ? 1 : 3);
		used = rig.gpu.heap.used;
		for (n = 1, err = -1; err; n++) {
			unit_fail_alloc_at(n);
			err = nv_bar1_map(&rig.gpu, &pieces, 0, KIB(rebar ? 64 : 192), &map);
			EXPECT(!err || err == -ENOMEM);
			EXPECT_EQ(!err, unit_fail_alloc_pending());
			unit_fail_alloc_at(0);
			EXPECT(err == 0 || rig.gpu.bar1.windows.used == 0);
			EXPECT(err == 0 || rig.gpu.bar1.ready || rig.gpu.heap.used == used);
		}
		EXPECT(n > 5);
		nv_bar1_unmap(&rig.gpu, &map);
		nv_heap_free_list(&rig.gpu.heap, &pieces);
		rig_fini(&rig);
	}
}

UNIT_TEST(gpu_gone)
{
	struct nv_bar1_map map, other;
	struct rm_rig rig;
	LIST_HEAD(pieces);

	bar1_init(&rig, false);
	scatter(&rig, &pieces, 2);
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, KIB(128), &map), 0);
	rig.soft.hw.lost = true;
	EXPECT_EQ(nv_bar1_map(&rig.gpu, &pieces, 0, KIB(64), &other), -ENODEV);
	nv_bar1_unmap(&rig.gpu, &map);
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	nv_heap_free_list(&rig.gpu.heap, &pieces);
	rig_fini(&rig);
}
