// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Booter on SEC2. Load checks what the driver laid out, widens WPR2 to all of GSP's
 * memory and starts GSP-RM; unload takes WPR2 down again. Where the real one copies
 * the image into WPR2, this one puts only the metadata there: nothing executes the copy.
 *
 * Around a suspend their mailboxes name a struct gsp_fw_sr_meta: unload puts away what
 * WPR2 holds (suspend-data.c), load brings it back. Around GC6, where video memory keeps its
 * power, unload gets two times GSP_BOOTER_UNLOAD_GC6 and load two times 0.
 */
#include <string.h>

#include "chip.h"
#include "regs/nv-falcon.h"
#include "regs/nv-pgc6.h"

static u64 mailboxes(const struct softgpu_falcon *falcon)
{
	return (u64)sg_falcon_reg(falcon, NV_PFALCON_FALCON_MAILBOX1) << 32 |
	       sg_falcon_reg(falcon, NV_PFALCON_FALCON_MAILBOX0);
}

static enum sg_booter_error refuse(struct softgpu *gpu, enum sg_booter_error err, const char *what)
{
	sg_log(gpu, "booter refuses: %s", what);
	return err;
}

static enum sg_booter_error check_gsp(const struct softgpu_falcon *gsp)
{
	u32 bcr = sg_falcon_reg(gsp, NV_PRISCV_RISCV_BCR_CTRL);

	if (gsp->in_reset || gsp->running || gsp->riscv_active)
		return refuse(gsp->gpu, SG_BOOTER_ERR_GSP, "the GSP falcon is in reset or running");
	if (!(bcr & NV_PRISCV_RISCV_BCR_CTRL_CORE_SELECT_RISCV) ||
	    !(bcr & NV_PRISCV_RISCV_BCR_CTRL_VALID))
		return refuse(gsp->gpu, SG_BOOTER_ERR_GSP,
			      "GSP's BCR_CTRL does not select RISC-V");
	return SG_BOOTER_OK;
}

static void hand_off(struct softgpu *gpu)
{
	sg_plain_set(gpu, NV_PGC6_BSI_SECURE_SCRATCH_14,
		     NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF);
	sg_falcon_set_riscv(gpu->gsp, true);
}

static void start_gsp(struct softgpu *gpu, struct gsp_fw_wpr_meta *meta)
{
	u64 libos_args = mailboxes(gpu->gsp);

	meta->verified = GSP_FW_WPR_META_VERIFIED;
	sg_vram_write(gpu, meta->gsp_fw_wpr_start, meta, sizeof(*meta));
	sg_set_wpr2(gpu, meta->gsp_fw_wpr_start, meta->gsp_fw_wpr_end);
	sg_mmu_place_roots(gpu, meta->non_wpr_heap_offset, meta->non_wpr_heap_size);
	hand_off(gpu);
	/* Booter has done its part: if GSP-RM does not like what it finds, its core halts. */
	if (!sg_gsp_rm_start(gpu, libos_args, meta))
		sg_falcon_set_riscv(gpu->gsp, false);
}

/* At a resume nobody has prepared the GSP falcon, and nobody has to. */
static enum sg_booter_error resume_gsp(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	hand_off(gpu);
	if (!sg_gsp_rm_resume(gpu, meta))
		sg_falcon_set_riscv(gpu->gsp, false);
	return SG_BOOTER_OK;
}

static enum sg_booter_error check_gsp_stands(struct softgpu *gpu)
{
	if (gpu->gsp->in_reset || gpu->gsp->running || gpu->gsp->riscv_active)
		return refuse(gpu, SG_BOOTER_ERR_GSP, "the GSP falcon is in reset or running");
	return SG_BOOTER_OK;
}

static enum sg_booter_error resume_from_data(struct softgpu *gpu, u64 at)
{
	enum sg_booter_error err = check_gsp_stands(gpu);
	struct gsp_fw_wpr_meta meta;
	struct gsp_fw_sr_meta sr;

	if (!sg_dma_read(gpu, at, &sr, sizeof(sr)))
		return refuse(gpu, SG_BOOTER_ERR_MAILBOX, "the mailboxes name no system memory");
	if (!err)
		err = sg_suspend_data_restore(gpu, &sr, &meta);
	return err ? err : resume_gsp(gpu, &meta);
}

static enum sg_booter_error resume_from_gc6(struct softgpu *gpu)
{
	enum sg_booter_error err = check_gsp_stands(gpu);
	struct gsp_fw_wpr_meta meta;
	u64 start, end;

	if (err)
		return err;
	if (!sg_wpr2(gpu, &start, &end) || !sg_vram_read(gpu, start, &meta, sizeof(meta)) ||
	    meta.verified != GSP_FW_WPR_META_VERIFIED || meta.gsp_fw_wpr_start != start ||
	    meta.gsp_fw_wpr_end != end || !sg_wpr_layout_valid(gpu, &meta))
		return refuse(gpu, SG_BOOTER_ERR_WPR2,
			      "WPR2 is not up or does not hold what booter put there");
	gpu->gc6.armed = false;
	return resume_gsp(gpu, &meta);
}

static enum sg_booter_error load(struct softgpu_falcon *sec2)
{
	struct softgpu *gpu = sec2->gpu;
	u64 at = mailboxes(sec2), magic;
	struct gsp_fw_wpr_meta meta;
	enum sg_booter_error err;

	if (!at && gpu->gc6.armed)
		return resume_from_gc6(gpu);
	if (sg_dma_read(gpu, at, &magic, sizeof(magic)) && magic == GSP_FW_SR_META_MAGIC)
		return resume_from_data(gpu, at);
	if (!sg_dma_read(gpu, at, &meta, sizeof(meta)))
		return refuse(gpu, SG_BOOTER_ERR_MAILBOX,
			      "the mailboxes name no GspFwWprMeta in system memory");
	err = check_gsp(gpu->gsp);
	if (!err)
		err = sg_wpr_meta_check(gpu, &meta);
	if (!err)
		err = sg_image_check(gpu, &meta);
	if (!err)
		start_gsp(gpu, &meta);
	return err;
}

static void take_down(struct softgpu *gpu)
{
	sg_gsp_rm_stop(gpu);
	sg_falcon_set_riscv(gpu->gsp, false);
	sg_set_wpr2(gpu, 0, 0);
	sg_plain_set(gpu, NV_PGC6_BSI_SECURE_SCRATCH_14, 0);
	sg_mmu_reset(gpu);
	gpu->gc6.armed = false;
}

static enum sg_booter_error suspend_to_data(struct softgpu *gpu, u64 at)
{
	enum sg_booter_error err;

	if (gpu->gsp->riscv_active)
		return refuse(gpu, SG_BOOTER_ERR_GSP, "GSP has not been reset");
	err = sg_suspend_data_save(gpu, at);
	if (!err)
		take_down(gpu);
	return err;
}

/* GSP has halted by itself and is not reset: its state waits in WPR2, which stays up. */
static enum sg_booter_error suspend_to_gc6(struct softgpu *gpu)
{
	if (!sg_gsp_rm_halted(gpu))
		return refuse(gpu, SG_BOOTER_ERR_GSP, "GSP-RM has not suspended");
	sg_gsp_rm_stop(gpu);
	sg_falcon_set_riscv(gpu->gsp, false);
	sg_power_gc6_arm(gpu);
	return SG_BOOTER_OK;
}

static enum sg_booter_error unload(struct softgpu_falcon *sec2)
{
	struct softgpu *gpu = sec2->gpu;
	u64 at = mailboxes(sec2), start, end;

	if (!sg_wpr2(gpu, &start, &end))
		return refuse(gpu, SG_BOOTER_ERR_WPR2, "WPR2 is not up");
	if (at == (GSP_BOOTER_UNLOAD_GC6 | (u64)GSP_BOOTER_UNLOAD_GC6 << 32))
		return suspend_to_gc6(gpu);
	if (at != (GSP_BOOTER_UNLOAD_PLAIN | (u64)GSP_BOOTER_UNLOAD_PLAIN << 32))
		return suspend_to_data(gpu, at);
	take_down(gpu);
	return SG_BOOTER_OK;
}

static enum sg_booter_error run(struct softgpu_falcon *sec2)
{
	const struct sg_falcon_brom brom = {
		.engine_id_mask = SG_BOOTER_ENGINE_ID_MASK,
		.ucode_id = SG_BOOTER_UCODE_ID,
		.sig_offset = SG_BOOTER_SIG_OFFSET,
	};
	const char *wrong = sg_falcon_brom_check(sec2, &brom);
	enum sg_ucode_kind kind;

	if (wrong)
		return refuse(sec2->gpu, SG_BOOTER_ERR_ROM, wrong);
	kind = sg_ucode_booter(sec2, &wrong);
	if (kind == SG_UCODE_UNKNOWN)
		return refuse(sec2->gpu, SG_BOOTER_ERR_ROM, wrong);
	if (kind == SG_UCODE_UNLOAD)
		return unload(sec2);
	if (sg_fault(sec2->gpu, SOFTGPU_FAULT_BOOTER_FAILS))
		return refuse(sec2->gpu, SG_BOOTER_ERR_FAULT, "it was told to fail");
	return load(sec2);
}

void sg_booter_run(struct softgpu_falcon *sec2)
{
	enum sg_booter_error err = run(sec2);

	sg_falcon_reg(sec2, NV_PFALCON_FALCON_MAILBOX0) = err;
	sg_falcon_reg(sec2, NV_PFALCON_FALCON_MAILBOX1) = 0;
	sg_trace(sec2->gpu, "booter: %u", err);
}
