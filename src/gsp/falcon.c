// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Reset, DMA loading and start of GSP's and SEC2's falcons.
 * Order of accesses: open-gpu-kernel-modules 550.163.01, kernel_falcon_ga102.c,
 * kernel_gsp_falcon_ga102.c.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "gsp/falcon.h"
#include "regs/nv-pmc.h"

#define FALCON_RESET_READY_US	150
#define FALCON_RESET_READS	10

static int falcon_poll(const struct nv_falcon *falcon, u32 reg, u32 mask, u32 val, u64 timeout_us)
{
	return nv_poll32(falcon->hw, falcon->base + reg, mask, val, timeout_us);
}

static bool falcon_part_fits(const struct nv_falcon_part *part)
{
	return part->size && part->size <= NV_FALCON_MEM_MAX &&
	       part->phys <= NV_FALCON_MEM_MAX - part->size &&
	       part->virt <= NV_FALCON_MEM_MAX - part->size &&
	       IS_ALIGNED(part->phys | part->virt, NV_FALCON_BLOCK);
}

int nv_falcon_ucode_init(struct nv_hw *hw, struct nv_falcon_ucode *ucode,
			 const void *imem, const void *dmem)
{
	int err;

	if (!falcon_part_fits(&ucode->imem) || !falcon_part_fits(&ucode->dmem))
		return -EINVAL;

	/* Code lies at its virtual address, so that the transfer base is the block's own. */
	ucode->imem.offset = ucode->imem.virt;
	ucode->dmem.offset = ALIGN(ucode->imem.offset + ucode->imem.size, NV_FALCON_BLOCK);
	err = hw->ops->dma_alloc(hw, &ucode->dma, ucode->dmem.offset +
				 ALIGN(ucode->dmem.size, NV_FALCON_BLOCK), true);
	if (err)
		return err;

	memcpy((u8 *)ucode->dma.cpu + ucode->imem.offset, imem, ucode->imem.size);
	memcpy(nv_falcon_ucode_dmem(ucode), dmem, ucode->dmem.size);
	return 0;
}

void nv_falcon_ucode_fini(struct nv_hw *hw, struct nv_falcon_ucode *ucode)
{
	hw->ops->dma_free(hw, &ucode->dma);
	memset(ucode, 0, sizeof(*ucode));
}

bool nv_falcon_riscv_present(const struct nv_falcon *falcon)
{
	return nv_falcon_rd32(falcon, NV_PFALCON_FALCON_HWCFG2) & NV_PFALCON_FALCON_HWCFG2_RISCV;
}

bool nv_falcon_riscv_active(const struct nv_falcon *falcon)
{
	return nv_falcon_rd32(falcon, NV_PRISCV_RISCV_CPUCTL) &
	       NV_PRISCV_RISCV_CPUCTL_ACTIVE_STAT;
}

/* The reset line needs a few register cycles to take effect. */
static void falcon_reset_line(const struct nv_falcon *falcon, u32 val)
{
	int i;

	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_ENGINE, val);
	for (i = 0; i < FALCON_RESET_READS; i++)
		nv_falcon_rd32(falcon, NV_PFALCON_FALCON_ENGINE);
}

static int falcon_reset_hw(const struct nv_falcon *falcon)
{
	int err;

	/* Hardware does not always raise RESET_READY; the reset works all the same. */
	err = falcon_poll(falcon, NV_PFALCON_FALCON_HWCFG2,
			  NV_PFALCON_FALCON_HWCFG2_RESET_READY,
			  NV_PFALCON_FALCON_HWCFG2_RESET_READY, FALCON_RESET_READY_US);
	if (err && err != -ETIMEDOUT)
		return err;

	falcon_reset_line(falcon, NV_PFALCON_FALCON_ENGINE_RESET);
	falcon_reset_line(falcon, 0);

	return falcon_poll(falcon, NV_PFALCON_FALCON_HWCFG2,
			   NV_PFALCON_FALCON_HWCFG2_MEM_SCRUBBING, 0, NV_FALCON_TIMEOUT_US);
}

static int falcon_select_falcon(const struct nv_falcon *falcon)
{
	u32 bcr;

	if (!nv_falcon_riscv_present(falcon))
		return 0;

	bcr = nv_falcon_rd32(falcon, NV_PRISCV_RISCV_BCR_CTRL);
	if (!(bcr & NV_PRISCV_RISCV_BCR_CTRL_CORE_SELECT_RISCV))
		return 0;

	nv_falcon_wr32(falcon, NV_PRISCV_RISCV_BCR_CTRL, 0);
	return falcon_poll(falcon, NV_PRISCV_RISCV_BCR_CTRL, NV_PRISCV_RISCV_BCR_CTRL_VALID,
			   NV_PRISCV_RISCV_BCR_CTRL_VALID, NV_FALCON_TIMEOUT_US);
}

int nv_falcon_reset(const struct nv_falcon *falcon)
{
	int err;

	err = falcon_reset_hw(falcon);
	if (err)
		return err;

	err = falcon_select_falcon(falcon);
	if (err)
		return err;

	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_RM, nv_rd32(falcon->hw, NV_PMC_BOOT_0));
	return 0;
}

int nv_falcon_reset_riscv(const struct nv_falcon *falcon)
{
	int err;

	err = falcon_reset_hw(falcon);
	if (err)
		return err;

	nv_falcon_wr32(falcon, NV_PRISCV_RISCV_BCR_CTRL,
		       NV_PRISCV_RISCV_BCR_CTRL_CORE_SELECT_RISCV |
		       NV_PRISCV_RISCV_BCR_CTRL_VALID | NV_PRISCV_RISCV_BCR_CTRL_BRFETCH);
	return 0;
}

static int falcon_dma_wait(const struct nv_falcon *falcon, u32 mask, u32 val)
{
	return falcon_poll(falcon, NV_PFALCON_FALCON_DMATRFCMD, mask, val, NV_FALCON_TIMEOUT_US);
}

/*
 * Memory and falcon address of a block are base + FBOFFS and MOFFS; for code FBOFFS
 * is also the tag, which is why the base is that of the virtual address 0.
 */
static int falcon_load_part(const struct nv_falcon *falcon, u64 base,
			    const struct nv_falcon_part *part, u32 cmd)
{
	u32 done;
	int err;

	/* Writing the base while requests are queued would spoil them. */
	err = falcon_dma_wait(falcon, NV_PFALCON_FALCON_DMATRFCMD_FULL, 0);
	if (err)
		return err;

	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMATRFBASE, lower_32_bits(base >> 8));
	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMATRFBASE1, upper_32_bits(base >> 8));

	for (done = 0; done < part->size; done += NV_FALCON_BLOCK) {
		err = falcon_dma_wait(falcon, NV_PFALCON_FALCON_DMATRFCMD_FULL, 0);
		if (err)
			return err;

		nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMATRFMOFFS, part->phys + done);
		nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMATRFFBOFFS, part->virt + done);
		nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMATRFCMD, cmd);
	}

	return falcon_dma_wait(falcon, NV_PFALCON_FALCON_DMATRFCMD_IDLE,
			       NV_PFALCON_FALCON_DMATRFCMD_IDLE);
}

static int falcon_load(const struct nv_falcon *falcon, const struct nv_falcon_ucode *ucode)
{
	u32 cmd = FIELD_PREP(NV_PFALCON_FALCON_DMATRFCMD_SIZE,
			     NV_PFALCON_FALCON_DMATRFCMD_SIZE_256B);
	u64 addr = ucode->dma.page[0];
	int err;

	nv_mask32(falcon->hw, falcon->base + NV_PFALCON_FBIF_CTL,
		  NV_PFALCON_FBIF_CTL_ALLOW_PHYS_NO_CTX, NV_PFALCON_FBIF_CTL_ALLOW_PHYS_NO_CTX);
	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_DMACTL, 0);
	nv_mask32(falcon->hw, falcon->base + NV_PFALCON_FBIF_TRANSCFG(0),
		  NV_PFALCON_FBIF_TRANSCFG_TARGET | NV_PFALCON_FBIF_TRANSCFG_MEM_TYPE_PHYSICAL,
		  NV_PFALCON_FBIF_TRANSCFG_TARGET_COHERENT_SYSMEM |
		  NV_PFALCON_FBIF_TRANSCFG_MEM_TYPE_PHYSICAL);

	err = falcon_load_part(falcon, addr, &ucode->imem,
			       cmd | NV_PFALCON_FALCON_DMATRFCMD_IMEM |
			       FIELD_PREP(NV_PFALCON_FALCON_DMATRFCMD_SEC, 1));
	if (err)
		return err;

	return falcon_load_part(falcon, addr + ucode->dmem.offset, &ucode->dmem, cmd);
}

void nv_falcon_start(const struct nv_falcon *falcon)
{
	u32 cpuctl = nv_falcon_rd32(falcon, NV_PFALCON_FALCON_CPUCTL);

	nv_falcon_wr32(falcon, cpuctl & NV_PFALCON_FALCON_CPUCTL_ALIAS_EN ?
		       NV_PFALCON_FALCON_CPUCTL_ALIAS : NV_PFALCON_FALCON_CPUCTL,
		       NV_PFALCON_FALCON_CPUCTL_STARTCPU);
}

int nv_falcon_run(const struct nv_falcon *falcon, const struct nv_falcon_ucode *ucode,
		  u32 mailbox[2])
{
	int err;

	err = falcon_load(falcon, ucode);
	if (err)
		return err;

	nv_falcon_wr32(falcon, NV_PFALCON2_FALCON_BROM_PARAADDR(0), ucode->sig_dmem_addr);
	nv_falcon_wr32(falcon, NV_PFALCON2_FALCON_BROM_ENGIDMASK, ucode->engine_id_mask);
	nv_falcon_wr32(falcon, NV_PFALCON2_FALCON_BROM_CURR_UCODE_ID, ucode->ucode_id);
	nv_falcon_wr32(falcon, NV_PFALCON2_FALCON_MOD_SEL,
		       FIELD_PREP(NV_PFALCON2_FALCON_MOD_SEL_ALGO,
				  NV_PFALCON2_FALCON_MOD_SEL_ALGO_RSA3K));
	nv_falcon_wr32(falcon, NV_PFALCON_FALCON_BOOTVEC, ucode->imem.virt);
	if (mailbox) {
		nv_falcon_wr32(falcon, NV_PFALCON_FALCON_MAILBOX0, mailbox[0]);
		nv_falcon_wr32(falcon, NV_PFALCON_FALCON_MAILBOX1, mailbox[1]);
	}

	nv_falcon_start(falcon);
	err = falcon_poll(falcon, NV_PFALCON_FALCON_CPUCTL, NV_PFALCON_FALCON_CPUCTL_HALTED,
			  NV_PFALCON_FALCON_CPUCTL_HALTED, NV_FALCON_TIMEOUT_US);
	if (mailbox) {
		mailbox[0] = nv_falcon_rd32(falcon, NV_PFALCON_FALCON_MAILBOX0);
		mailbox[1] = nv_falcon_rd32(falcon, NV_PFALCON_FALCON_MAILBOX1);
	}
	return err;
}
