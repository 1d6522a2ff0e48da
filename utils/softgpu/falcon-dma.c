// SPDX-License-Identifier: MIT OR GPL-2.0
/* DMA from memory into a falcon's IMEM and DMEM, one block a command. */
#include "chip.h"
#include "regs/nv-falcon.h"

#define TARGET_VID	0
#define TARGET_PEER	3
#define ADDRESS_MASK	(BIT_ULL(49) - 1)

struct transfer {
	u64 addr;
	u32 offset;		/* in IMEM or DMEM */
	u32 size;
	u32 ctxdma;
	bool imem;
};

static void parse(const struct softgpu_falcon *falcon, struct transfer *dma)
{
	u32 cmd = sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFCMD);
	u64 base = (u64)sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFBASE1) << 40 |
		   (u64)sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFBASE) << 8;

	dma->addr = (base + sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFFBOFFS)) & ADDRESS_MASK;
	dma->offset = FIELD_GET(NV_PFALCON_FALCON_DMATRFMOFFS_OFFS,
				sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFMOFFS));
	dma->size = 4u << FIELD_GET(NV_PFALCON_FALCON_DMATRFCMD_SIZE, cmd);
	dma->ctxdma = FIELD_GET(NV_PFALCON_FALCON_DMATRFCMD_CTXDMA, cmd);
	dma->imem = cmd & NV_PFALCON_FALCON_DMATRFCMD_IMEM;
}

/* What makes the interface refuse the transfer, or NULL. */
static const char *refusal(const struct softgpu_falcon *falcon, const struct transfer *dma)
{
	u32 transcfg = sg_falcon_reg(falcon, NV_PFALCON_FBIF_TRANSCFG(dma->ctxdma));
	u32 cmd = sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFCMD);

	if (cmd & NV_PFALCON_FALCON_DMATRFCMD_WRITE)
		return "DMATRFCMD.WRITE: transfers to memory are not modelled";
	if (dma->size > SG_FALCON_BLOCK)
		return "DMATRFCMD.SIZE is over 256 bytes";
	if (dma->imem && dma->size != SG_FALCON_BLOCK)
		return "DMATRFCMD.SIZE is not a whole block of IMEM";
	if (dma->offset % dma->size || dma->addr % dma->size)
		return "DMATRFMOFFS or DMATRFFBOFFS is not aligned to the transfer's size";
	if (dma->offset > SG_FALCON_MEM_SIZE - dma->size)
		return "DMATRFMOFFS is outside the memory";
	if (sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMACTL) & NV_PFALCON_FALCON_DMACTL_REQUIRE_CTX)
		return "DMACTL.REQUIRE_CTX is set";
	if (!(sg_falcon_reg(falcon, NV_PFALCON_FBIF_CTL) & NV_PFALCON_FBIF_CTL_ALLOW_PHYS_NO_CTX))
		return "FBIF_CTL.ALLOW_PHYS_NO_CTX is clear";
	if (!(transcfg & NV_PFALCON_FBIF_TRANSCFG_MEM_TYPE_PHYSICAL))
		return "TRANSCFG.MEM_TYPE is not physical";
	if (FIELD_GET(NV_PFALCON_FBIF_TRANSCFG_TARGET, transcfg) == TARGET_PEER)
		return "TRANSCFG.TARGET is reserved";
	return NULL;
}

static bool fetch(struct softgpu_falcon *falcon, const struct transfer *dma, void *buf)
{
	u32 transcfg = sg_falcon_reg(falcon, NV_PFALCON_FBIF_TRANSCFG(dma->ctxdma));

	if (FIELD_GET(NV_PFALCON_FBIF_TRANSCFG_TARGET, transcfg) == TARGET_VID)
		return sg_vram_read(falcon->gpu, dma->addr, buf, dma->size);
	return sg_dma_read(falcon->gpu, dma->addr, buf, dma->size);
}

/* A block of IMEM is found by its virtual number, which is that of its source. */
static void tag_block(struct softgpu_falcon *falcon, const struct transfer *dma)
{
	u32 cmd = sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFCMD);
	u32 block = dma->offset / SG_FALCON_BLOCK;

	falcon->imem_tag[block] =
		sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMATRFFBOFFS) / SG_FALCON_BLOCK;
	falcon->imem_secure[block] = FIELD_GET(NV_PFALCON_FALCON_DMATRFCMD_SEC, cmd);
}

void sg_falcon_dma(struct softgpu_falcon *falcon)
{
	struct transfer dma;
	const char *why;
	u32 *end;

	parse(falcon, &dma);
	why = refusal(falcon, &dma);
	if (!why && !fetch(falcon, &dma, (dma.imem ? falcon->imem : falcon->dmem) + dma.offset))
		why = "nothing is at the source address";
	if (why) {
		sg_log(falcon->gpu, "%s: DMA of %#llx to %#x refused: %s", falcon->name, dma.addr,
		       dma.offset, why);
		return;
	}
	if (dma.imem)
		tag_block(falcon, &dma);
	end = dma.imem ? &falcon->imem_end : &falcon->dmem_end;
	if (*end < dma.offset + dma.size)
		*end = dma.offset + dma.size;
}
