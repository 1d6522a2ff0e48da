// SPDX-License-Identifier: MIT OR GPL-2.0
/* The chip model by its registers: clock, ROM, PRAMIN, page walks, interrupt tree. */
#include "softgpu-model.h"

#include "regs/nv-fuse.h"
#include "regs/nv-intr.h"
#include "regs/nv-mmu.h"
#include "regs/nv-pfb.h"
#include "regs/nv-pgc6.h"
#include "regs/nv-pmc.h"
#include "regs/nv-prom.h"
#include "regs/nv-ptimer.h"

static struct model model;

UNIT_TEST(identity)
{
	model_open(&model);
	EXPECT_EQ(rd(&model, NV_PMC_BOOT_0), 0xb76000a1);
	EXPECT_EQ(rd(&model, NV_PMC_BOOT_1), 0);
	EXPECT_EQ(rd(&model, NV_PMC_BOOT_42), 0x176a1000);
	EXPECT_EQ(rd(&model, NV_PGC6_AON_SECURE_SCRATCH_GROUP_42), 6144);
	EXPECT_EQ(rd(&model, NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(3)), 1);
	EXPECT_EQ(rd(&model, NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(4)), 0);
	EXPECT_EQ(rd(&model, NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(9)), 3);
	EXPECT_EQ(rd(&model, NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_0_GFW_BOOT) & 0xff, 0xff);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
	EXPECT_EQ(rd(&model, NV_PGSP_BASE + NV_PFALCON_FALCON_CPUCTL), 0x10);
	EXPECT_EQ(rd(&model, NV_PCFG_BASE + NV_XVE_ID), 0x252010de);
	model_close(&model);
}

UNIT_TEST(plain_registers)
{
	model_open(&model);
	wr(&model, NV_PMC_BOOT_0, 0);
	EXPECT_EQ(rd(&model, NV_PMC_BOOT_0), 0xb76000a1);
	wr(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI, 0x1000);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
	wr(&model, NV_PBUS_VBIOS_SCRATCH(63), 0x12345678);
	EXPECT_EQ(rd(&model, NV_PBUS_VBIOS_SCRATCH(63)), 0x12345678);
	EXPECT_EQ(rd(&model, NV_PBUS_VBIOS_SCRATCH(62)), 0);
	softgpu_reset(model.gpu, false);
	softgpu_config_write(model.gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
	EXPECT_EQ(rd(&model, NV_PBUS_VBIOS_SCRATCH(63)), 0);
	EXPECT_EQ(rd(&model, NV_PMC_BOOT_0), 0xb76000a1);
	model_close(&model);
}

UNIT_TEST(unknown_registers_are_counted)
{
	struct softgpu_stats stats;

	model_open(&model);
	EXPECT_EQ(rd(&model, 0x00b000), 0xbadf5040);
	EXPECT_EQ(rd(&model, NV_PGSP_BASE + 0x1ffc), 0xbadf5040);
	wr(&model, 0x00b000, 1);
	wr(&model, NV_PROM_DATA(0), 1);
	softgpu_get_stats(model.gpu, &stats);
	EXPECT_EQ(stats.unknown_regs, 4);
	model_close(&model);
}

static u64 read_time(u32 lo, u32 hi)
{
	u32 high = rd(&model, hi), low = rd(&model, lo);

	if (rd(&model, hi) != high) {
		high = rd(&model, hi);
		low = rd(&model, lo);
	}
	return (u64)high << 32 | low;
}

UNIT_TEST(ptimer)
{
	const u64 set = 0x17a0000000000000, second = 1000000000;
	u64 first, now;

	model_open(&model);
	first = read_time(NV_PTIMER_TIME_0, NV_PTIMER_TIME_1);
	EXPECT_EQ(first % 32, 0);
	EXPECT(first < 60 * second);
	do {
		now = read_time(NV_VIRTUAL_FUNCTION_TIME_0, NV_VIRTUAL_FUNCTION_TIME_1);
		EXPECT(now >= first && now - first < 60 * second);
	} while (now == first);

	wr(&model, NV_PTIMER_TIME_1, set >> 32);
	EXPECT(read_time(NV_PTIMER_TIME_0, NV_PTIMER_TIME_1) < 120 * second);
	wr(&model, NV_PTIMER_TIME_0, (u32)set);
	now = read_time(NV_VIRTUAL_FUNCTION_TIME_0, NV_VIRTUAL_FUNCTION_TIME_1);
	EXPECT(now >= set && now - set < 60 * second);
	model_close(&model);
}

/* PRAMIN */

static void set_window(u64 addr, u32 target)
{
	wr(&model, NV_PBUS_BAR0_WINDOW, FIELD_PREP(NV_PBUS_BAR0_WINDOW_BASE, addr >> 16) |
	   FIELD_PREP(NV_PBUS_BAR0_WINDOW_TARGET, target));
}

UNIT_TEST(pramin_reaches_video_and_system_memory)
{
	u32 val;

	model_open(&model);
	set_window(0x12340000, NV_PBUS_BAR0_WINDOW_TARGET_VID);
	wr(&model, NV_PRAMIN + 0xffffc, 0xabcdabcd);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0xffffc), 0xabcdabcd);
	memcpy(&val, model.gpu->vram + 0x1243fffc, 4);
	EXPECT_EQ(val, 0xabcdabcd);

	set_window(MODEL_MEM_ADDR, NV_PBUS_BAR0_WINDOW_TARGET_SYS);
	wr(&model, NV_PRAMIN + 8, 0x11223344);
	memcpy(&val, model.mem + 8, 4);
	EXPECT_EQ(val, 0x11223344);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 8), 0x11223344);
	model_close(&model);
}

UNIT_TEST(pramin_stays_inside_memory)
{
	model_open(&model);
	set_window(model.gpu->vram_size - 0x10000, NV_PBUS_BAR0_WINDOW_TARGET_VID);
	wr(&model, NV_PRAMIN + 0xfffc, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0xfffc), 1);
	wr(&model, NV_PRAMIN + 0x10000, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0x10000), 0xbadf5040);
	set_window(0xffffff0000, NV_PBUS_BAR0_WINDOW_TARGET_VID);
	EXPECT_EQ(rd(&model, NV_PRAMIN), 0xbadf5040);
	set_window(MODEL_MEM_ADDR + MODEL_MEM_SIZE, NV_PBUS_BAR0_WINDOW_TARGET_SYS_NC);
	EXPECT_EQ(rd(&model, NV_PRAMIN), 0xbadf5040);
	set_window(0, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN), 0xbadf5040);
	model_close(&model);
}

UNIT_TEST(wpr2_is_write_protected)
{
	model_open(&model);
	set_window(0x10000000, NV_PBUS_BAR0_WINDOW_TARGET_VID);
	sg_set_wpr2(model.gpu, 0x10020000, 0x10040000);
	wr(&model, NV_PRAMIN + 0x1fffc, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0x1fffc), 1);
	wr(&model, NV_PRAMIN + 0x20000, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0x20000), 0);
	EXPECT(logged(&model, "WPR2"));
	wr(&model, NV_PRAMIN + 0x40000, 1);
	EXPECT_EQ(rd(&model, NV_PRAMIN + 0x40000), 1);
	model_close(&model);
}

/* Page walks, with tables in a row from TABLES on */

#define HEAP	0x20000000ull
#define TABLES	0x30000000ull
#define PD2	TABLES
#define PD1	(TABLES + 0x1000)
#define PD0	(TABLES + 0x2000)
#define SMALL	(TABLES + 0x3000)
#define BIG	(TABLES + 0x4000)

static void put64(u64 addr, u64 val)
{
	memcpy(model.gpu->vram + addr, &val, sizeof(val));
}

static u64 pde(u64 addr)
{
	return FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_VID) |
	       FIELD_PREP(NV_MMU_VER2_PDE_ADDRESS_VID, addr >> 12);
}

static u64 pte_vid(u64 addr)
{
	return NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_VID, addr >> 12);
}

static u64 pte_sys(u64 addr)
{
	return NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_SYS, addr >> 12) |
	       FIELD_PREP(NV_MMU_VER2_PTE_APERTURE, NV_MMU_VER2_PTE_APERTURE_SYS);
}

static void make_tables(enum softgpu_bar bar)
{
	sg_mmu_place_roots(model.gpu, HEAP, 0x100000);
	EXPECT(sg_mmu_bar_root(model.gpu, bar) >= HEAP);
	EXPECT(!sg_mmu_set_bar_pde(model.gpu, bar, pde(PD2), NV_MMU_VER2_PD2_SHIFT));
	EXPECT(sg_mmu_set_bar_pde(model.gpu, bar, pde(PD2), NV_MMU_VER2_PD3_SHIFT));
	put64(PD2, pde(PD1));
	put64(PD1, pde(PD0));
	put64(PD0, FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_VID) |
	      FIELD_PREP(NV_MMU_VER2_DUAL_PDE_ADDRESS_BIG_VID, BIG >> 8));
	put64(PD0 + 8, pde(SMALL));
}

static u64 bar_read(enum softgpu_bar bar, u64 off, unsigned int len)
{
	return softgpu_read(model.gpu, bar, off, len);
}

static void open_small_bar(void)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;

	config.rebar = false;
	model_open_config(&model, config);
}

UNIT_TEST(small_pages)
{
	open_small_bar();
	make_tables(SOFTGPU_BAR3);
	put64(SMALL, pte_vid(0x40000000));
	put64(SMALL + 8, pte_sys(MODEL_MEM_ADDR + 0x1000));
	put64(SMALL + 16, pte_vid(0x40001000) | NV_MMU_VER2_PTE_READ_ONLY);

	/* Across two pages, of which the second is in system memory. */
	softgpu_write(model.gpu, SOFTGPU_BAR3, 0xffe, 4, 0x44332211);
	EXPECT_EQ(model.gpu->vram[0x40000ffe], 0x11);
	EXPECT_EQ(model.gpu->vram[0x40000fff], 0x22);
	EXPECT_EQ(model.mem[0x1000], 0x33);
	EXPECT_EQ(model.mem[0x1001], 0x44);
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0xffe, 4), 0x44332211);
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0xfff, 2), 0x3322);

	put64(0x40001000, 0x1122334455667788);
	softgpu_write(model.gpu, SOFTGPU_BAR3, 0x2000, 8, 0);
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0x2000, 8), 0x1122334455667788);
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0x3000, 8), ~0ull);
	EXPECT(logged(&model, "no page is mapped at 0x3000"));
	model_close(&model);
}

UNIT_TEST(large_pages)
{
	const u64 gib = 1 << 30;

	open_small_bar();
	make_tables(SOFTGPU_BAR1);
	put64(BIG + 8, pte_vid(0x50000000));			/* 64 KiB at 0x10000 */
	put64(PD0 + 16, pte_vid(0x60000000));			/* 2 MiB at 2 MiB */
	put64(0x50001234, 0x64);
	put64(0x601ffff8, 0x2048);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), 0x64);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x3ffff8, 8), 0x2048);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x400000, 8), ~0ull);

	/* 512 MiB in one entry */
	put64(PD1, pte_vid(4 * gib));
	put64(4 * gib + 0xfffff00, 0x512);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0xfffff00, 8), 0x512);
	model_close(&model);
}

UNIT_TEST(big_pages_hide_small_ones)
{
	open_small_bar();
	make_tables(SOFTGPU_BAR1);
	put64(SMALL + 0x11 * 8, pte_vid(0x70000000) | NV_MMU_VER2_PTE_READ_ONLY);
	put64(0x70000234, 0x4);
	put64(0x50001234, 0x64);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), 0x4);
	put64(BIG + 8, pte_vid(0x50000000));
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), 0x64);
	softgpu_write(model.gpu, SOFTGPU_BAR1, 0x11234, 8, 0x65);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), 0x65);
	/* Invalid, and small pages are not to be looked for */
	put64(BIG + 8, NV_MMU_VER2_PTE_PRIVILEGE);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), ~0ull);
	put64(BIG + 8, 0);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x11234, 8), 0x4);
	model_close(&model);
}

UNIT_TEST(tables_outside_memory)
{
	open_small_bar();
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0, 4), 0xffffffff);
	make_tables(SOFTGPU_BAR3);
	put64(SMALL, pte_vid(model.gpu->vram_size));
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0, 4), 0xffffffff);
	put64(SMALL, pte_sys(0xfffffffffff000));
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0, 4), 0xffffffff);
	put64(PD0 + 8, pde(model.gpu->vram_size));
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0, 4), 0xffffffff);
	put64(PD2, ~0ull);
	EXPECT_EQ(bar_read(SOFTGPU_BAR3, 0, 4), 0xffffffff);
	softgpu_write(model.gpu, SOFTGPU_BAR3, 0, 4, 1);
	model_close(&model);
}

UNIT_TEST(resizable_bar1_is_video_memory)
{
	model_open(&model);
	softgpu_write(model.gpu, SOFTGPU_BAR1, 0x123456789, 2, 0xbeef);
	EXPECT_EQ(model.gpu->vram[0x123456789], 0xef);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, model.gpu->vram_size - 4, 8), 0xffffffff00000000);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, model.gpu->vram_size, 4), 0xffffffff);
	model_close(&model);
}

UNIT_TEST(resizable_bar1_has_to_be_identity)
{
	model_open(&model);
	make_tables(SOFTGPU_BAR1);
	put64(PD1 + 8, pte_vid(1 << 29) | NV_MMU_VER2_PDE_IS_PTE);
	wr(&model, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER);
	EXPECT_STR(model.log, "");

	put64(PD0 + 3 * 16, pte_vid(0x40000000) | NV_MMU_VER2_PDE_IS_PTE);
	wr(&model, NV_MMU_INVALIDATE, 0);
	EXPECT_STR(model.log, "");
	wr(&model, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER);
	EXPECT(logged(&model, "its tables map 0x600000 to 0x40000000"));
	model_close(&model);
}

/* Where it is no identity it can still be had, at the price of trapping each access. */
UNIT_TEST(trapped_bar1_of_full_size)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;

	config.trap_bar1 = true;
	model_open_config(&model, config);
	EXPECT(!softgpu_bar1_is_vram(model.gpu));
	EXPECT_EQ(softgpu_bar_size(model.gpu, SOFTGPU_BAR1), 8ull << 30);
	make_tables(SOFTGPU_BAR1);
	put64(PD0 + 3 * 16, pte_vid(0x40000000));
	put64(0x40000010, 0x77);
	wr(&model, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER);
	EXPECT_STR(model.log, "");
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x600010, 8), 0x77);
	EXPECT_EQ(bar_read(SOFTGPU_BAR1, 0x40000010, 8), ~0ull);
	model_close(&model);
}

UNIT_TEST(invalidation_is_over_at_once)
{
	model_open(&model);
	wr(&model, NV_MMU_INVALIDATE_PDB, 0x12340);
	wr(&model, NV_MMU_INVALIDATE, NV_MMU_INVALIDATE_TRIGGER | NV_MMU_INVALIDATE_ALL_VA);
	EXPECT_EQ(rd(&model, NV_MMU_INVALIDATE), NV_MMU_INVALIDATE_ALL_VA);
	EXPECT_EQ(rd(&model, NV_MMU_INVALIDATE_PDB), 0x12340);
	model_close(&model);
}

/* Interrupts */

#define VECTOR		NV_CPU_DOORBELL_VECTOR
#define LEAF		NV_CPU_INTR_VECTOR_LEAF(VECTOR)
#define LEAF_BIT	NV_CPU_INTR_VECTOR_BIT(VECTOR)
#define TOP_BIT		BIT(NV_CPU_INTR_VECTOR_SUBTREE(VECTOR))

static void enable_vector(void)
{
	wr(&model, NV_CPU_INTR_LEAF_EN_SET(LEAF), LEAF_BIT);
	wr(&model, NV_CPU_INTR_TOP_EN_SET, TOP_BIT);
}

static void trigger(void)
{
	wr(&model, NV_CPU_INTR_LEAF_TRIGGER, VECTOR);
}

UNIT_TEST(interrupt_tree)
{
	model_open(&model);
	trigger();
	EXPECT_EQ(rd(&model, NV_CPU_INTR_LEAF(LEAF)), LEAF_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_TOP), 0);
	wr(&model, NV_CPU_INTR_LEAF_EN_SET(LEAF), LEAF_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_LEAF_EN_CLEAR(LEAF)), LEAF_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_TOP), TOP_BIT);
	EXPECT_EQ(model.msis, 0);
	wr(&model, NV_CPU_INTR_TOP_EN_SET, TOP_BIT);
	EXPECT_EQ(model.msis, 1);

	wr(&model, NV_CPU_INTR_LEAF(LEAF), LEAF_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_LEAF(LEAF)), 0);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_TOP), 0);
	wr(&model, NV_CPU_INTR_LEAF_EN_CLEAR(LEAF), LEAF_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_LEAF_EN_SET(LEAF)), 0);
	wr(&model, NV_CPU_INTR_TOP_EN_CLEAR, TOP_BIT);
	EXPECT_EQ(rd(&model, NV_CPU_INTR_TOP_EN_SET), 0);
	wr(&model, NV_CPU_INTR_LEAF_TRIGGER, 0xfff);
	EXPECT(logged(&model, "4095 does not exist"));
	model_close(&model);
}

UNIT_TEST(one_msi_until_rearmed)
{
	model_open(&model);
	enable_vector();
	trigger();
	EXPECT_EQ(model.msis, 1);
	wr(&model, NV_CPU_INTR_LEAF(LEAF), LEAF_BIT);
	trigger();
	EXPECT_EQ(model.msis, 1);
	wr(&model, NV_PCFG_BASE + NV_XVE_CYA_2, 0);
	EXPECT_EQ(model.msis, 2);
	wr(&model, NV_CPU_INTR_LEAF(LEAF), LEAF_BIT);
	wr(&model, NV_PCFG_BASE + NV_XVE_CYA_2, 0);
	EXPECT_EQ(model.msis, 2);
	trigger();
	EXPECT_EQ(model.msis, 3);
	model_close(&model);
}

UNIT_TEST(no_msi_while_disabled)
{
	model_open(&model);
	softgpu_config_write(model.gpu, MSI_CONTROL, 2, 0x80);
	enable_vector();
	trigger();
	EXPECT_EQ(model.msis, 0);
	softgpu_config_write(model.gpu, MSI_CONTROL, 2, MSI_ENABLE);
	EXPECT_EQ(model.msis, 1);
	model_close(&model);

	model_open_fault(&model, SOFTGPU_FAULT_NO_INTERRUPT);
	enable_vector();
	trigger();
	EXPECT_EQ(rd(&model, NV_CPU_INTR_TOP), TOP_BIT);
	EXPECT_EQ(model.msis, 0);
	model_close(&model);
}

UNIT_TEST(gsp_interrupt)
{
	const u32 base = NV_PGSP_BASE;

	model_open(&model);
	wr(&model, NV_CPU_INTR_LEAF_EN_SET(155 / 32), BIT(155 % 32));
	wr(&model, NV_CPU_INTR_TOP_EN_SET, BIT(155 / 64));
	sg_gsp_notify(model.gpu);
	EXPECT_EQ(model.msis, 0);
	wr(&model, base + NV_PFALCON_FALCON_IRQSCLR, NV_PFALCON_FALCON_IRQ_SWGEN0);
	EXPECT_EQ(rd(&model, base + NV_PFALCON_FALCON_IRQSTAT), 0);

	sg_falcon_set_riscv(model.gpu->gsp, true);
	EXPECT(rd(&model, base + NV_PRISCV_RISCV_IRQMASK) & NV_PFALCON_FALCON_IRQ_SWGEN0);
	EXPECT(rd(&model, base + NV_PRISCV_RISCV_IRQDEST) & NV_PFALCON_FALCON_IRQ_SWGEN0);
	sg_gsp_notify(model.gpu);
	EXPECT_EQ(model.msis, 1);
	EXPECT_EQ(rd(&model, base + NV_PFALCON_FALCON_IRQSTAT), NV_PFALCON_FALCON_IRQ_SWGEN0);

	/* What is still up after the leaf was cleared comes again only if asked for. */
	wr(&model, NV_CPU_INTR_LEAF(155 / 32), BIT(155 % 32));
	wr(&model, NV_PCFG_BASE + NV_XVE_CYA_2, 0);
	sg_gsp_notify(model.gpu);
	EXPECT_EQ(model.msis, 1);
	wr(&model, base + NV_PFALCON_FALCON_INTR_RETRIGGER, 1);
	EXPECT_EQ(model.msis, 2);
	model_close(&model);
}
