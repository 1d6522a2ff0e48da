// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * GSP goes to sleep with its machine, and comes back with all it knew. Booter on SEC2 moves
 * what WPR2 holds to system memory and back, signed, or, in GC6, leaves it where it is.
 * Order: open-gpu-kernel-modules 550.163.01, gpu_suspend.c, kernel_gsp_tu102.c.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "gsp/boot.h"
#include "gsp/radix3.h"
#include "regs/nv-falcon.h"

static void sr_meta_fill(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	struct gsp_fw_sr_meta *meta = boot->suspend.meta.cpu;

	*meta = (struct gsp_fw_sr_meta) {
		.magic = GSP_FW_SR_META_MAGIC,
		.revision = GSP_FW_SR_META_REVISION,
		.sysmem_addr_of_data = boot->suspend.wpr2.page[0],
		.size_of_data = boot->layout.gsp_fw_wpr_end - boot->layout.gsp_fw_wpr_start,
		.flags = boot->layout.flags,
	};
}

void gsp_suspend_mem_fini(struct nv_gsp *gsp)
{
	struct nv_gsp_suspend_mem *mem = &gsp->boot->suspend;

	gsp->hw->ops->dma_free(gsp->hw, &mem->saved);
	gsp->hw->ops->dma_free(gsp->hw, &mem->wpr2);
	gsp->hw->ops->dma_free(gsp->hw, &mem->meta);
}

int nv_gsp_suspend_prepare(struct nv_gsp *gsp, enum nv_power_state how)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	int err;

	if (how == NV_POWER_GC6)
		return 0;
	err = gsp->hw->ops->dma_alloc(gsp->hw, &boot->suspend.meta, GSP_PAGE_SIZE, true);
	if (!err)
		err = nv_radix3_init(gsp->hw, &boot->suspend.wpr2, NULL,
				     boot->layout.gsp_fw_wpr_end - boot->layout.gsp_fw_wpr_start);
	if (!err)
		err = gsp_saved_memory_init(gsp);
	if (err)
		gsp_suspend_mem_fini(gsp);
	return err;
}

void nv_gsp_suspend_discard(struct nv_gsp *gsp)
{
	if (gsp->boot && !nv_gsp_suspended(gsp))
		gsp_suspend_mem_fini(gsp);
}

/* Until here GSP-RM can refuse, and runs on. */
static int gsp_ask_to_suspend(struct nv_gsp *gsp, enum nv_power_state how)
{
	const struct gsp_rpc_unloading_guest_driver request = {
		.in_pm_transition = true,
		.gc6_entering = how == NV_POWER_GC6,
		.new_level = how == NV_POWER_HIBERNATE ? GSP_POWER_LEVEL_7 : GSP_POWER_LEVEL_3,
	};
	int err = 0;

	if (how != NV_POWER_GC6)
		err = gsp_saved_memory_register(gsp, how);
	if (!err)
		err = gsp_unload_rm(gsp, &request);
	if (err && nv_gsp_running(gsp))
		return -EAGAIN;
	if (err && nv_gsp_suspended(gsp))
		nv_fail(gsp->hw, err, "GSP does not halt for a suspend");
	return err;
}

static int gsp_power_down_gc6(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	int err;

	err = nv_booter_run(&boot->sec2, &boot->booter_unload, GSP_BOOTER_UNLOAD_GC6,
			    GSP_BOOTER_UNLOAD_GC6);
	if (!err && !nv_wpr2_up(gsp->hw))
		err = nv_fail(gsp->hw, -EIO, "WPR2 is down although GC6 was asked for");
	return err;
}

static int gsp_power_down(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	u64 meta = boot->suspend.meta.page[0];
	int err;

	err = nv_falcon_reset(&boot->gsp);
	if (err)
		return nv_fail(gsp->hw, err, "GSP does not reset");
	err = nv_fwsec_sb(&boot->fwsec, &boot->gsp);
	if (err)
		return err;

	sr_meta_fill(gsp);
	err = nv_booter_run(&boot->sec2, &boot->booter_unload, lower_32_bits(meta),
			    upper_32_bits(meta));
	if (!err && nv_wpr2_up(gsp->hw))
		err = nv_fail(gsp->hw, -EIO, "WPR2 stays up although booter saved it");
	return err;
}

int nv_gsp_suspend(struct nv_gsp *gsp, enum nv_power_state how)
{
	int err;

	err = gsp_ask_to_suspend(gsp, how);
	if (!err)
		err = how == NV_POWER_GC6 ? gsp_power_down_gc6(gsp) : gsp_power_down(gsp);
	if (err && err != -EAGAIN)
		gsp_set_state(gsp, NV_GSP_DEAD);
	gsp->boot->sleeps = how;
	return err;
}

/* GSP-RM reads its arguments again. */
static void resume_args_fill(struct nv_gsp_boot_state *boot)
{
	struct gsp_arguments_cached *args = boot->rm_args.cpu;
	bool hibernated = boot->sleeps == NV_POWER_HIBERNATE;

	args->in_pm_transition = true;
	args->old_level = hibernated ? GSP_POWER_LEVEL_7 : GSP_POWER_LEVEL_3;
	args->flags = hibernated ? GSP_RESUME_FLAGS_HIBERNATE : GSP_RESUME_FLAGS_SUSPEND;
}

static int gsp_power_up(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	u64 meta = boot->sleeps == NV_POWER_GC6 ? 0 : boot->suspend.meta.page[0];
	int err;

	if (nv_gone(gsp->hw))
		return nv_fail(gsp->hw, -ENODEV, "GPU is gone");
	gsp_set_flush_page(gsp, boot->flush.page[0]);
	resume_args_fill(boot);
	err = gsp_wait_gfw_boot(gsp);
	if (err)
		return err;
	if (boot->sleeps == NV_POWER_GC6 && !nv_wpr2_up(gsp->hw))
		return nv_fail(gsp->hw, -EIO,
			       "video memory did not keep its content: was all power cut?");

	err = nv_booter_run(&boot->sec2, &boot->booter_load, lower_32_bits(meta),
			    upper_32_bits(meta));
	if (!err && !nv_falcon_riscv_active(&boot->gsp))
		err = nv_fail(gsp->hw, -EIO, "GSP's RISC-V core does not run");
	return err;
}

int nv_gsp_resume(struct nv_gsp *gsp)
{
	int err;

	gsp->halted = false;
	gsp_set_state(gsp, NV_GSP_RESUMING);
	err = gsp_power_up(gsp);
	if (!err)
		err = gsp_rpc_wait_init_done(gsp);
	gsp_set_state(gsp, err ? NV_GSP_DEAD : NV_GSP_RUNNING);
	return err;
}
