// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Booter on SEC2. Load checks what the driver laid out, widens WPR2 to all of GSP's
 * memory and starts GSP-RM; unload takes WPR2 down again. Where the real one copies
 * the image into WPR2, this one puts only the metadata there: nothing executes the copy.
 */
#include <string.h>

#include "chip.h"
#include "regs/nv-falcon.h"
#include "regs/nv-pgc6.h"

#define UNLOAD_MAILBOX	0xff

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

static void start_gsp(struct softgpu *gpu, struct gsp_fw_wpr_meta *meta)
{
	u64 libos_args = mailboxes(gpu->gsp);

	meta->verified = GSP_FW_WPR_META_VERIFIED;
	sg_vram_write(gpu, meta->gsp_fw_wpr_start, meta, sizeof(*meta));
	sg_set_wpr2(gpu, meta->gsp_fw_wpr_start, meta->gsp_fw_wpr_end);
	sg_plain_set(gpu, NV_PGC6_BSI_SECURE_SCRATCH_14,
		     NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF);
	sg_mmu_place_roots(gpu, meta->non_wpr_heap_offset, meta->non_wpr_heap_size);
	sg_falcon_set_riscv(gpu->gsp, true);
	/* Booter has done its part: if GSP-RM does not like what it finds, its core halts. */
	if (!sg_gsp_rm_start(gpu, libos_args, meta))
		sg_falcon_set_riscv(gpu->gsp, false);
}

static enum sg_booter_error load(struct softgpu_falcon *sec2)
{
	struct softgpu *gpu = sec2->gpu;
	struct gsp_fw_wpr_meta meta;
	enum sg_booter_error err;

	if (!sg_dma_read(gpu, mailboxes(sec2), &meta, sizeof(meta)))
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

static enum sg_booter_error unload(struct softgpu_falcon *sec2)
{
	struct softgpu *gpu = sec2->gpu;
	u64 start, end;

	if (sg_falcon_reg(sec2, NV_PFALCON_FALCON_MAILBOX0) != UNLOAD_MAILBOX ||
	    sg_falcon_reg(sec2, NV_PFALCON_FALCON_MAILBOX1) != UNLOAD_MAILBOX)
		return refuse(gpu, SG_BOOTER_ERR_MAILBOX,
			      "the mailboxes ask for a suspend, which is not modelled");
	if (!sg_wpr2(gpu, &start, &end))
		return refuse(gpu, SG_BOOTER_ERR_WPR2, "WPR2 is not up");
	sg_gsp_rm_stop(gpu);
	sg_falcon_set_riscv(gpu->gsp, false);
	sg_set_wpr2(gpu, 0, 0);
	sg_plain_set(gpu, NV_PGC6_BSI_SECURE_SCRATCH_14, 0);
	sg_mmu_reset(gpu);
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
