// SPDX-License-Identifier: MIT OR GPL-2.0
/* A driver that does anything: the device model must survive it, which the sanitizers judge. */
#include <linux/kernel.h>

#include "softgpu-model.h"

#include "regs/nv-intr.h"
#include "regs/nv-mmu.h"
#include "regs/nv-pfb.h"
#include "regs/nv-prom.h"
#include "regs/nv-ptimer.h"

#define ROUNDS	100000

static struct model model;
static u64 state = 0x9e3779b97f4a7c15;

static u64 any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static u64 below(u64 end)
{
	return any() % end;
}

/* Mostly values that mean something. */
static u32 any_value(void)
{
	switch (below(6)) {
	case 0:
		return 0;
	case 1:
		return ~0u;
	case 2:
		return BIT(below(32));
	case 3:
		return below(256);
	case 4:
		return (MODEL_MEM_ADDR + below(MODEL_MEM_SIZE)) >> 8;
	default:
		return any();
	}
}

/* The last one stands for all of BAR0. */
static u32 any_register(void)
{
	static const struct {
		u32 first, size;
	} units[] = {
		{ NV_PGSP_BASE, 0x700 },
		{ NV_PGSP_BASE + 0x1000, 0x800 },
		{ NV_PSEC_BASE, 0x700 },
		{ NV_PSEC_BASE + 0x1000, 0x800 },
		{ NV_VREG(0x1000), 0x800 },
		{ NV_MMU_INVALIDATE_PDB, 0x20 },
		{ NV_PBUS_VBIOS_SCRATCH(0), 0x400 },
		{ NV_PRAMIN, NV_PRAMIN_SIZE },
		{ NV_PROM_DATA(0), NV_PROM_SIZE },
		{ NV_PTIMER_INTR_0, 0x400 },
		{ NV_PCFG_BASE + 0x100, NV_PCFG_SIZE - 0x100 },
		{ 0, 0x1000000 },
	};
	unsigned int i = below(ARRAY_SIZE(units));

	return units[i].first + (below(units[i].size) & ~3u);
}

/* A driver that is done with the device turns it on again. */
static void turn_on(void)
{
	softgpu_config_write(model.gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
	softgpu_config_write(model.gpu, MSI_CONTROL, 2, MSI_ENABLE);
}

UNIT_TEST(any_register_access)
{
	struct softgpu_stats stats;

	model_open(&model);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		u32 reg = any_register();
		unsigned int len = 1u << below(4);

		/* Video memory is sparse: keep what is touched small. */
		wr(&model, NV_PBUS_BAR0_WINDOW, below(2) ? below(64) : below(1 << 26) & ~0xffffu);
		if (below(3))
			wr(&model, reg, any_value());
		else
			softgpu_read(model.gpu, SOFTGPU_BAR0, reg + below(4), len);
		if (!below(1000)) {
			softgpu_reset(model.gpu, below(2));
			turn_on();
		}
	}
	softgpu_get_stats(model.gpu, &stats);
	EXPECT(stats.unknown_regs > ROUNDS / 100);
	model_close(&model);
}

/* Transfers from everywhere to everywhere, and starts of whatever came of it. */
UNIT_TEST(any_falcon_transfer)
{
	model_open(&model);
	for (unsigned int i = 0; i < ROUNDS / 10; i++) {
		u32 base = below(2) ? NV_PGSP_BASE : NV_PSEC_BASE;

		if (!below(8))
			falcon_reset(&model, base, !below(8));
		falcon_dma(&model, base, MODEL_MEM_ADDR + (below(MODEL_MEM_SIZE) & ~0xffull),
			   below(0x20000) & ~0xffu, below(0x12000) & (below(2) ? ~0xffu : ~0u),
			   below(4) ? (below(2) ? DMA_IMEM : DMA_DMEM) : (u32)any());
		wr(&model, base + NV_PFALCON_FALCON_BOOTVEC, below(0x20000) & ~0xffu);
		wr(&model, base + NV_PFALCON_FALCON_CPUCTL, below(4));
	}
	model_close(&model);
}

/* FWSEC with some bytes of its data part wrong: WPR2 is up only if it did not refuse. */
UNIT_TEST(any_fwsec_command)
{
	unsigned int refused = 0, done = 0;

	model_open(&model);
	for (unsigned int i = 0; i < 300; i++) {
		u8 *data = fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, 0x17fe00000);
		bool up;

		for (unsigned int n = below(3); n; n--)
			data[below(2) ? FRTS_CMD_IN + below(48) : below(0x600)] = any();
		if (fwsec_run(&model))
			refused++;
		else
			done++;
		up = rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI);
		EXPECT_EQ(up, !rd(&model, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_FRTS)));
		softgpu_reset(model.gpu, false);
		turn_on();
	}
	EXPECT(refused > 50 && done > 50);
	model_close(&model);
}

#define TABLE_PAGES	0x40

/* Page tables that point anywhere, themselves included. */
static u64 any_entry(void)
{
	const u64 pde_vid = FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_VID);
	u64 flags = below(2) ? pde_vid : below(8);

	return below(8) ? below(TABLE_PAGES) << 8 | flags : any();
}

static void put_entry(unsigned int i)
{
	u64 entry = any_entry();

	memcpy(model.gpu->vram + 8 * i, &entry, sizeof(entry));
}

UNIT_TEST(any_page_table)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;
	const u64 heap = 0x10000;
	unsigned int mapped = 0;

	config.rebar = false;
	model_open_config(&model, config);
	sg_mmu_place_roots(model.gpu, heap, 0x100000);
	for (unsigned int i = 0; i < TABLE_PAGES * 0x1000 / 8; i++)
		put_entry(i);
	for (unsigned int i = 0; i < ROUNDS / 10; i++) {
		enum softgpu_bar bar = below(2) ? SOFTGPU_BAR1 : SOFTGPU_BAR3;
		u64 off = below(softgpu_bar_size(model.gpu, bar));
		unsigned int len = 1u << below(4);

		sg_mmu_set_bar_pde(model.gpu, bar, any_entry(), NV_MMU_VER2_PD3_SHIFT);
		put_entry(below(TABLE_PAGES * 0x1000 / 8));
		softgpu_write(model.gpu, bar, off, len, any());
		mapped += (u8)softgpu_read(model.gpu, bar, off, len) != 0xff;
	}
	EXPECT(mapped > 100);
	model_close(&model);
}
