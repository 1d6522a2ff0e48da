// SPDX-License-Identifier: MIT OR GPL-2.0
/* GSP's core: what has to be before it may be started, and its start by booter on SEC2. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "gsp/boot.h"
#include "regs/nv-pfb.h"
#include "regs/nv-pgc6.h"

#define GFW_BOOT_TIMEOUT_US	4000000
#define GFW_BOOT_POLL_US	1000

/* The firmware that runs before any driver must be done with the falcons. */
int gsp_wait_gfw_boot(struct nv_gsp *gsp)
{
	struct nv_hw *hw = gsp->hw;
	u64 end = hw->ops->time_ns(hw) + GFW_BOOT_TIMEOUT_US * 1000ull;
	int err;

	while (!nv_gfw_booted(hw)) {
		if (hw->ops->time_ns(hw) > end || nv_gone(hw))
			return nv_fail(hw, -ETIMEDOUT,
				       "GPU's own firmware does not finish; is a power cycle due?");
		hw->ops->sleep_us(hw, GFW_BOOT_POLL_US);
	}

	/* A GSP that an earlier driver left running never halts; recovery resets it. */
	if (nv_wpr2_up(hw))
		return 0;
	err = nv_poll32(hw, gsp->boot->gsp.base + NV_PFALCON_FALCON_CPUCTL,
			NV_PFALCON_FALCON_CPUCTL_HALTED, NV_PFALCON_FALCON_CPUCTL_HALTED,
			GFW_BOOT_TIMEOUT_US);
	return err ? nv_fail(hw, err, "GSP is busy before it was started") : 0;
}

void gsp_set_flush_page(struct nv_gsp *gsp, u64 addr)
{
	nv_wr32(gsp->hw, NV_PFB_NISO_FLUSH_SYSMEM_ADDR_HI, addr >> 40);
	nv_wr32(gsp->hw, NV_PFB_NISO_FLUSH_SYSMEM_ADDR, addr >> 8);
}

static void gsp_set_libos_args(struct nv_gsp_boot_state *boot)
{
	u64 args = boot->libos_args.page[0];

	nv_falcon_wr32(&boot->gsp, NV_PFALCON_FALCON_MAILBOX0, lower_32_bits(args));
	nv_falcon_wr32(&boot->gsp, NV_PFALCON_FALCON_MAILBOX1, upper_32_bits(args));
}

static int gsp_check_core(struct nv_gsp_boot_state *boot)
{
	nv_falcon_wr32(&boot->gsp, NV_PFALCON_FALCON_OS, boot->bootloader.desc.app_version);
	if (!nv_falcon_riscv_active(&boot->gsp))
		return nv_fail(boot->gsp.hw, -EIO, "GSP's RISC-V core does not run");
	return 0;
}

/* From a quiet GPU to a running RISC-V core. */
int gsp_start_core(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	const struct gsp_fw_wpr_meta *meta = boot->wpr_meta.cpu;
	u64 addr = boot->wpr_meta.page[0];
	int err;

	err = nv_fwsec_frts(&boot->fwsec, &boot->gsp, meta->frts_offset);
	if (err)
		return err;

	err = nv_falcon_reset_riscv(&boot->gsp);
	if (err)
		return nv_fail(gsp->hw, err, "GSP does not reset");
	gsp_set_libos_args(boot);

	err = nv_booter_run(&boot->sec2, &boot->booter_load, lower_32_bits(addr),
			    upper_32_bits(addr));
	if (err)
		return err;
	return gsp_check_core(boot);
}

/*
 * GSP has asked the CPU, by a sequencer event, to restart its core: SEC2, which
 * still holds booter, does it.
 */
int gsp_core_resume(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	u32 mailbox;
	int err;

	err = nv_falcon_reset_riscv(&boot->gsp);
	if (err)
		return nv_fail(gsp->hw, err, "GSP does not reset");
	gsp_set_libos_args(boot);

	nv_falcon_start(&boot->sec2);
	err = nv_poll32(gsp->hw, NV_PGC6_BSI_SECURE_SCRATCH_14,
			NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF,
			NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF, NV_FALCON_TIMEOUT_US);
	mailbox = nv_falcon_rd32(&boot->sec2, NV_PFALCON_FALCON_MAILBOX0);
	if (err || mailbox)
		return nv_fail(gsp->hw, err ?: -EIO, "SEC2 does not resume GSP (mailbox %#x)",
			       mailbox);
	return gsp_check_core(boot);
}
