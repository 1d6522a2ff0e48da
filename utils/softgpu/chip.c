// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What makes this GPU a GA106: its constants, and the registers that are only
 * storage. Values are those read on GA106 boards, see docs/softgpu.md.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "chip.h"
#include "sensors.h"
#include "regs/nv-falcon.h"
#include "regs/nv-fuse.h"
#include "regs/nv-intr.h"
#include "regs/nv-pbus.h"
#include "regs/nv-pdisp.h"
#include "regs/nv-pfb.h"
#include "regs/nv-pgc6.h"
#include "regs/nv-pmc.h"
#include "regs/nv-ptimer.h"

#define GSP_VECTOR		155
#define BOOTER_UCODE_ID		3
#define FWSEC_UCODE_ID		9

/* The two bounds of WPR2 count in blocks of 128 KiB; the upper one names the last block. */
#define WPR2_BLOCK		0x20000ull

const struct softgpu_chip softgpu_ga106 = {
	.name = "GA106",
	.gpu_name = "NVIDIA GeForce RTX 3060 Laptop GPU",
	.short_name = "GA106-A",
	.vbios_version = "94.06.17.00.5f",
	.vendor = 0x10de,
	.device = 0x2520,
	.subvendor = 0x1043,
	.subdevice = 0x16a2,
	.revision = 0xa1,
	.boot0 = 0xb76000a1,
	.boot42 = 0x176a1000,
	.sec2_fuse_version = 1,
	.gsp_fuse_version = 3,
};

#define RO(off, value)		{ off, 1, value, false }
#define RW(off, value)		{ off, 1, value, true }
#define RO_ARRAY(off, count)	{ off, count, 0, false }
#define RW_ARRAY(off, count)	{ off, count, 0, true }

/* What starts at 0 here and is not 0 on the chip is set in set_chip_values(). */
const struct sg_plain sg_plain_table[] = {
	RO(NV_PMC_BOOT_0, 0),
	RO(NV_PMC_BOOT_1, 0),
	RO(NV_PMC_BOOT_42, 0),
	RO(NV_PBUS_INTR_0, 0),
	RW_ARRAY(NV_PBUS_VBIOS_SCRATCH(0), 64),
	RW(NV_PBUS_BAR0_WINDOW, 0),
	RW(NV_PBUS_BAR1_BLOCK, 0),
	RW(NV_PBUS_BAR2_BLOCK, 0),
	RO(NV_PTIMER_INTR_0, 0),
	RW(NV_PTIMER_INTR_EN_0, 0),
	RO(NV_PTIMER_TIME_PRIV_LEVEL_MASK, 0xffffffff),
	RO(NV_UFLUSH_FB_FLUSH, 0),
	RO(NV_UFLUSH_L2_FLUSH_DIRTY, 0),
	RO(NV_VIRTUAL_FUNCTION_PRIV_L2_SYSMEM_INVALIDATE, 0),
	RW(NV_PFB_NISO_FLUSH_SYSMEM_ADDR, 0),
	RW(NV_PFB_NISO_FLUSH_SYSMEM_ADDR_HI, 0),
	RO(NV_PGC6_BSI_SECURE_SCRATCH_14, 0),
	RO(NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_PRIV_LEVEL_MASK, 0x00008b8f),
	RO(NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_0_GFW_BOOT, 0x000003ff),
	RO(NV_PGC6_AON_SECURE_SCRATCH_GROUP_42, 0),
	RO(NV_PFB_PRI_MMU_WPR2_ADDR_LO, 0),
	RO(NV_PFB_PRI_MMU_WPR2_ADDR_HI, 0),
	RO(NV_PDISP_VGA_WORKSPACE_BASE, 0),
	RO(NV_FUSE_OPT_SECURE_GSP_DEBUG_DIS, 1),
	/* Displays are not modelled, so this board is one whose display engine is fused off. */
	RO(NV_FUSE_STATUS_OPT_DISPLAY, NV_FUSE_STATUS_OPT_DISPLAY_DISABLED),
	RO_ARRAY(NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(1), NV_FUSE_OPT_FPF_UCODE_ID_MAX),
	RO_ARRAY(NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(1), NV_FUSE_OPT_FPF_UCODE_ID_MAX),
};

const unsigned int sg_plain_table_len = ARRAY_SIZE(sg_plain_table);

const struct softgpu_chip *sg_chip(const struct softgpu *gpu)
{
	(void)gpu;
	return &softgpu_ga106;
}

static void set_chip_values(struct softgpu *gpu)
{
	const struct softgpu_chip *chip = sg_chip(gpu);

	sg_plain_set(gpu, NV_PMC_BOOT_0, chip->boot0);
	sg_plain_set(gpu, NV_PMC_BOOT_42, chip->boot42);
	sg_plain_set(gpu, NV_PGC6_AON_SECURE_SCRATCH_GROUP_42, gpu->vram_size >> 20);
	sg_plain_set(gpu, NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(BOOTER_UCODE_ID),
		     chip->sec2_fuse_version);
	sg_plain_set(gpu, NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(FWSEC_UCODE_ID),
		     chip->gsp_fuse_version);
}

bool sg_wpr2(const struct softgpu *gpu, u64 *start, u64 *end)
{
	u32 lo = sg_plain_get(gpu, NV_PFB_PRI_MMU_WPR2_ADDR_LO);
	u32 hi = sg_plain_get(gpu, NV_PFB_PRI_MMU_WPR2_ADDR_HI);

	*start = (u64)FIELD_GET(NV_PFB_PRI_MMU_WPR2_ADDR_VAL, lo) << 12;
	*end = ((u64)FIELD_GET(NV_PFB_PRI_MMU_WPR2_ADDR_VAL, hi) << 12) + WPR2_BLOCK;
	return hi != 0;
}

static u32 wpr2_value(u64 addr)
{
	return FIELD_PREP(NV_PFB_PRI_MMU_WPR2_ADDR_VAL, (u32)(addr >> 12));
}

void sg_set_wpr2(struct softgpu *gpu, u64 start, u64 end)
{
	u64 last = end ? end - WPR2_BLOCK : 0;

	sg_plain_set(gpu, NV_PFB_PRI_MMU_WPR2_ADDR_LO, wpr2_value(start));
	sg_plain_set(gpu, NV_PFB_PRI_MMU_WPR2_ADDR_HI, wpr2_value(last));
}

int sg_chip_init(struct softgpu *gpu)
{
	if (sg_regs_init(gpu) || sg_intr_init(gpu) || sg_mmu_init(gpu) || sg_faults_init(gpu) ||
	    sg_fifo_init(gpu) || sg_sensors_init(gpu) || sg_vbios_init(gpu))
		return -ENOMEM;
	gpu->gsp = sg_falcon_new(gpu, "GSP", NV_PGSP_BASE, GSP_VECTOR, sg_fwsec_run);
	gpu->sec2 = sg_falcon_new(gpu, "SEC2", NV_PSEC_BASE, 0, sg_booter_run);
	return gpu->gsp && gpu->sec2 ? 0 : -ENOMEM;
}

/* Firmware on the chip runs anew after any reset; only the heat of a warm one stays. */
void sg_chip_reset(struct softgpu *gpu, bool cold)
{
	if (cold)
		sg_sensors_reset(gpu);
	sg_regs_reset(gpu);
	set_chip_values(gpu);
	sg_intr_reset(gpu);
	sg_mmu_reset(gpu);
	sg_faults_reset(gpu);
	sg_fifo_reset(gpu);
	sg_falcon_reset(gpu->gsp, true);
	sg_falcon_reset(gpu->sec2, true);
}

void sg_chip_free(struct softgpu *gpu)
{
	free(gpu->gsp);
	free(gpu->sec2);
	sg_vbios_free(gpu);
	free(gpu->fifo);
	free(gpu->sensors);
	free(gpu->faults);
	free(gpu->mmu);
	free(gpu->intr);
	if (gpu->regs)
		free(gpu->regs->plain);
	free(gpu->regs);
}
