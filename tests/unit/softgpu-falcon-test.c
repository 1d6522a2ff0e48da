// SPDX-License-Identifier: MIT OR GPL-2.0
/* The falcons of the device model, the ROM and FWSEC. */
#include <linux/align.h>

#include "softgpu-model.h"

#include "regs/nv-pfb.h"
#include "regs/nv-prom.h"

#define GSP	NV_PGSP_BASE
#define SEC2	NV_PSEC_BASE
#define FRTS	0x17fe00000ull

static struct model model;

static void fill(u64 off, u32 len, u8 byte)
{
	memset(model.mem + off, byte, len);
}

UNIT_TEST(reset_and_core_select)
{
	model_open(&model);
	EXPECT_EQ(rd(&model, GSP + NV_PRISCV_RISCV_BCR_CTRL), NV_PRISCV_RISCV_BCR_CTRL_VALID);
	wr(&model, GSP + NV_PFALCON_FALCON_MAILBOX0, 0x1234);
	EXPECT_EQ(rd(&model, GSP + NV_PFALCON_FALCON_MAILBOX0), 0x1234);
	wr(&model, GSP + NV_PFALCON_FALCON_ENGINE, 1);
	EXPECT_EQ(rd(&model, GSP + NV_PFALCON_FALCON_ENGINE), 1);
	wr(&model, GSP + NV_PFALCON_FALCON_MAILBOX0, 0x5678);
	wr(&model, GSP + NV_PFALCON_FALCON_ENGINE, 0);
	EXPECT_EQ(rd(&model, GSP + NV_PFALCON_FALCON_ENGINE), 0);
	EXPECT_EQ(rd(&model, GSP + NV_PFALCON_FALCON_MAILBOX0), 0);
	EXPECT_EQ(rd(&model, GSP + NV_PRISCV_RISCV_BCR_CTRL) & NV_PRISCV_RISCV_BCR_CTRL_VALID, 0);
	wr(&model, GSP + NV_PRISCV_RISCV_BCR_CTRL, 0);
	EXPECT_EQ(rd(&model, GSP + NV_PRISCV_RISCV_BCR_CTRL), NV_PRISCV_RISCV_BCR_CTRL_VALID);
	EXPECT(rd(&model, GSP + NV_PFALCON_FALCON_HWCFG2) & NV_PFALCON_FALCON_HWCFG2_RISCV);
	EXPECT(!(rd(&model, GSP + NV_PFALCON_FALCON_HWCFG2) &
		 NV_PFALCON_FALCON_HWCFG2_MEM_SCRUBBING));
	model_close(&model);
}

UNIT_TEST(dma_fills_memories)
{
	model_open(&model);
	falcon_reset(&model, SEC2, false);
	fill(0x100, 256, 0x11);
	fill(0x200, 256, 0x22);
	falcon_dma(&model, SEC2, MODEL_MEM_ADDR, 0x100, 0xff00, DMA_IMEM);
	falcon_dma(&model, SEC2, MODEL_MEM_ADDR + 0x200, 0, 0, DMA_DMEM);
	EXPECT(rd(&model, SEC2 + NV_PFALCON_FALCON_DMATRFCMD) & NV_PFALCON_FALCON_DMATRFCMD_IDLE);
	EXPECT(!(rd(&model, SEC2 + NV_PFALCON_FALCON_DMATRFCMD) &
		 NV_PFALCON_FALCON_DMATRFCMD_FULL));
	EXPECT_EQ(model.gpu->sec2->imem[0xffff], 0x11);
	EXPECT_EQ(model.gpu->sec2->imem_tag[0xff], 1);
	EXPECT_EQ(model.gpu->sec2->dmem[0], 0x22);
	EXPECT_EQ(model.gpu->gsp->dmem[0], 0);
	falcon_reset(&model, SEC2, false);
	EXPECT_EQ(model.gpu->sec2->imem[0xffff], 0);
	EXPECT_EQ(model.gpu->sec2->dmem[0], 0);
	model_close(&model);
}

UNIT_TEST(dma_from_video_memory)
{
	model_open(&model);
	falcon_reset(&model, SEC2, false);
	wr(&model, SEC2 + NV_PFALCON_FBIF_TRANSCFG(0), NV_PFALCON_FBIF_TRANSCFG_MEM_TYPE_PHYSICAL);
	memset(model.gpu->vram + 0x100000, 0x77, 256);
	falcon_dma(&model, SEC2, 0x100000, 0, 0, DMA_DMEM);
	EXPECT_EQ(model.gpu->sec2->dmem[255], 0x77);
	falcon_dma(&model, SEC2, model.gpu->vram_size, 0, 0, DMA_DMEM);
	EXPECT(logged(&model, "nothing is at the source"));
	model_close(&model);
}

static void expect_dma_refused(u64 source, u32 fboffs, u32 dest, u32 cmd, const char *why)
{
	falcon_dma(&model, SEC2, source, fboffs, dest, cmd);
	EXPECT(logged(&model, why));
	EXPECT_EQ(model.gpu->sec2->imem_end, 0);
	EXPECT_EQ(model.gpu->sec2->dmem_end, 0);
}

UNIT_TEST(dma_stays_inside)
{
	const u64 mem = MODEL_MEM_ADDR;

	model_open(&model);
	falcon_reset(&model, SEC2, false);
	expect_dma_refused(mem, 0, 0x10000, DMA_IMEM, "DMATRFMOFFS is outside");
	expect_dma_refused(mem, 0, 0xffff00, DMA_DMEM, "DMATRFMOFFS is outside");
	expect_dma_refused(mem, 0, 0x10, DMA_DMEM, "not aligned");
	expect_dma_refused(mem, 0x10, 0, DMA_DMEM, "not aligned");
	expect_dma_refused(mem, 0, 0, DMA_DMEM | 7 << 8, "SIZE is over");
	expect_dma_refused(mem, 0, 0, (DMA_IMEM & ~0x700u) | 5 << 8, "whole block");
	expect_dma_refused(mem, 0, 0, DMA_DMEM | NV_PFALCON_FALCON_DMATRFCMD_WRITE, "WRITE");
	expect_dma_refused(mem + MODEL_MEM_SIZE, 0, 0, DMA_DMEM, "nothing is at the source");
	expect_dma_refused(mem - 0x100, 0, 0, DMA_DMEM, "nothing is at the source");
	expect_dma_refused(mem | 1ull << 40, 0, 0, DMA_DMEM, "nothing is at the source");
	expect_dma_refused(mem, 0, 0, DMA_DMEM | 1 << 12, "MEM_TYPE");
	wr(&model, SEC2 + NV_PFALCON_FALCON_DMACTL, NV_PFALCON_FALCON_DMACTL_REQUIRE_CTX);
	expect_dma_refused(mem, 0, 0, DMA_DMEM, "REQUIRE_CTX");
	wr(&model, SEC2 + NV_PFALCON_FALCON_DMACTL, 0);
	wr(&model, SEC2 + NV_PFALCON_FBIF_CTL, 0);
	expect_dma_refused(mem, 0, 0, DMA_DMEM, "ALLOW_PHYS_NO_CTX");
	model_close(&model);
}

/* The ROM, read as a driver reads it */

static u32 prom(u32 off)
{
	u32 val = rd(&model, NV_PROM_DATA(off & ~3u)) >> 8 * (off & 3);

	if (off & 3)
		val |= rd(&model, NV_PROM_DATA((off & ~3u) + 4)) << (32 - 8 * (off & 3));
	return val;
}

static u32 find_base(void)
{
	u32 flash_status;

	EXPECT_EQ(prom(0), NV_VBIOS_IFR_SIGNATURE);
	EXPECT_EQ(prom(4) >> 8 & 0xff, 3);
	flash_status = prom(prom(8) & 0xfffff);
	EXPECT_EQ(prom(flash_status + 0x1000), NV_VBIOS_IFR_DIR_SIGNATURE);
	return prom(flash_status + 0x1008);
}

UNIT_TEST(rom_images)
{
	static const u8 types[] = { NV_VBIOS_CODE_BASE, 3, NV_VBIOS_CODE_EXTENDED };
	u32 at, base, size;
	u8 total = 0;

	model_open(&model);
	base = find_base();
	at = base;
	for (unsigned int i = 0; i < 3; i++) {
		u32 pcir = at + (prom(at + NV_VBIOS_PCIR_POINTER) & 0xffff);

		EXPECT_EQ(prom(at) & 0xffff, NV_VBIOS_ROM_SIGNATURE);
		EXPECT_EQ(prom(pcir + 0x14) & 0xff, types[i]);
		EXPECT_EQ(prom(pcir + 0x14) >> 8 & 0xff, i == 2 ? NV_VBIOS_LAST_IMAGE : 0);
		EXPECT_EQ(prom(ALIGN(pcir + 24, 16)), NV_VBIOS_NPDE_SIGNATURE);
		size = (prom(pcir + 0x10) & 0xffff) * NV_VBIOS_BLOCK_SIZE;
		for (u32 off = 0; !i && off < size; off++)
			total += prom(at + off);
		at += size;
	}
	EXPECT_EQ(total, 0);
	EXPECT_EQ(at - base, 0x1000 + 0x400 + 0x1600);
	EXPECT_EQ(prom(at), 0xffffffff);
	EXPECT_EQ(prom(NV_PROM_SIZE - 4), 0xffffffff);
	model_close(&model);
}

static u32 find_bit(u32 base)
{
	for (u32 off = base; off < base + 0x1000; off++)
		if ((prom(off) & 0xffff) == NV_VBIOS_BIT_ID &&
		    prom(off + 2) == NV_VBIOS_BIT_SIGNATURE)
			return off;
	return 0;
}

UNIT_TEST(rom_leads_to_fwsec)
{
	u32 base, bit, table, desc;

	model_open(&model);
	base = find_base();
	bit = find_bit(base);
	EXPECT(bit);
	EXPECT_EQ(prom(bit + 12) & 0xff, NV_VBIOS_BIT_TOKEN_BIOSDATA);
	EXPECT_EQ(prom(base + (prom(bit + 16) & 0xffff)), 0x94061700);
	EXPECT_EQ(prom(base + (prom(bit + 16) & 0xffff) + 4) & 0xff, 0x5f);
	EXPECT_EQ(prom(bit + 18) & 0xff, NV_VBIOS_BIT_TOKEN_FALCON_DATA);

	/* Behind the base image pointers leave out the image for UEFI. */
	table = base + 0x400 + prom(base + (prom(bit + 22) & 0xffff));
	EXPECT_EQ(prom(table), 0x02060601);
	EXPECT_EQ(prom(table + 12) & 0xff, NV_VBIOS_FALCON_APP_FWSEC_PROD);
	desc = base + 0x400 + prom(table + 14);
	EXPECT_EQ(prom(desc) & 0xffff, 0x0301);
	EXPECT_EQ(prom(desc) >> 16, 44 + 3 * NV_VBIOS_FALCON_SIG_SIZE);
	EXPECT_EQ(desc + (prom(desc) >> 16), model.gpu->vbios->image);
	model_close(&model);
}

UNIT_TEST(rom_faults)
{
	u32 base, bit;

	model_open_fault(&model, SOFTGPU_FAULT_VBIOS_NO_BIT);
	EXPECT_EQ(find_bit(find_base()), 0);
	model_close(&model);

	model_open_fault(&model, SOFTGPU_FAULT_VBIOS_WILD_OFFSET);
	base = find_base();
	bit = find_bit(base);
	EXPECT(prom(base + (prom(bit + 22) & 0xffff)) > NV_PROM_SIZE);
	model_close(&model);

	model_open_fault(&model, SOFTGPU_FAULT_VBIOS_TRUNCATED);
	EXPECT(find_bit(find_base()));
	EXPECT_EQ(prom(model.gpu->vbios->image), 0xffffffff);
	model_close(&model);
}

/* FWSEC */

UNIT_TEST(frts_puts_wpr2_up)
{
	model_open(&model);
	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FRTS);
	EXPECT_EQ(fwsec_run(&model), 0);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_LO), 0x017fe000);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0x017fee00);
	EXPECT(rd(&model, GSP + NV_PFALCON_FALCON_IRQSTAT) & NV_PFALCON_FALCON_IRQ_HALT);

	/* Not twice. */
	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FRTS);
	EXPECT(fwsec_run(&model));
	EXPECT(logged(&model, "WPR2 is up"));
	model_close(&model);
}

UNIT_TEST(sb_leaves_wpr2_alone)
{
	const u32 scratch = NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_SB);

	model_open(&model);
	wr(&model, scratch, 0xffff);
	fwsec_prepare(&model, NV_FWSEC_CMD_SB, 0);
	fwsec_run(&model);
	EXPECT_EQ(rd(&model, scratch), 0);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);

	fwsec_prepare(&model, NV_FWSEC_CMD_SB, 0);
	model.mem[0] ^= 1;
	fwsec_run(&model);
	EXPECT(rd(&model, scratch));
	model_close(&model);
}

static void expect_fwsec_refuses(const char *why)
{
	EXPECT(fwsec_run(&model));
	EXPECT(logged(&model, why));
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
}

/* One byte of what is loaded is changed at a time. */
static void expect_change_refused(u32 off, u8 change, const char *why)
{
	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FRTS);
	model.mem[off] ^= change;
	expect_fwsec_refuses(why);
}

UNIT_TEST(fwsec_knows_its_image)
{
	const struct nv_vbios_falcon_desc_v3 *desc;
	u32 data;

	model_open(&model);
	desc = &model.gpu->vbios->desc;
	data = desc->imem_load_size;
	expect_change_refused(0, 1, "IMEM");
	expect_change_refused(data - 1, 0x80, "IMEM");
	expect_change_refused(data, 1, "DMEM differs");
	expect_change_refused(data + FRTS_MAPPER, 1, "DMEM differs");
	expect_change_refused(data + desc->dmem_load_size - 1, 1, "DMEM differs");
	expect_change_refused(data + desc->pkc_data_offset, 1, "signature");
	expect_change_refused(data + desc->pkc_data_offset + 383, 1, "signature");
	expect_change_refused(data + FRTS_MAPPER + 0x2c, 1, "init_cmd");
	model_close(&model);
}

UNIT_TEST(fwsec_checks_its_command)
{
	u32 cmd;

	model_open(&model);
	cmd = model.gpu->vbios->desc.imem_load_size + FRTS_CMD_IN;
	expect_change_refused(cmd, 1, "ReadVbios");			/* version */
	expect_change_refused(cmd + 4, 1, "ReadVbios");			/* size */
	expect_change_refused(cmd + 8, 1, "gfwImageOffset");
	expect_change_refused(cmd + 20, 1, "flags");
	expect_change_refused(cmd + 24, 1, "version or size of the FRTS");
	expect_change_refused(cmd + 28, 1, "version or size of the FRTS");
	expect_change_refused(cmd + 32, 1, "frtsRegionOffset4K");	/* not aligned */
	expect_change_refused(cmd + 35, 0x10, "frtsRegionOffset4K");	/* outside */
	expect_change_refused(cmd + 36, 1, "frtsRegionSize");
	expect_change_refused(cmd + 40, 1, "frtsRegionMediaType");
	model_close(&model);
}

static void expect_register_matters(u32 reg, u32 val, const char *why)
{
	const struct falcon_image image = fwsec_image(&model);

	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FRTS);
	falcon_reset(&model, GSP, false);
	falcon_load(&model, GSP, &image);
	wr(&model, GSP + reg, val);
	falcon_start(&model, GSP);
	EXPECT(logged(&model, why));
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
}

UNIT_TEST(fwsec_needs_the_boot_rom)
{
	model_open(&model);
	expect_register_matters(NV_PFALCON_FALCON_BOOTVEC, 0, "BOOTVEC");
	expect_register_matters(NV_PFALCON_FALCON_BOOTVEC, 0x10000, "BOOTVEC");
	expect_register_matters(NV_PFALCON2_FALCON_MOD_SEL, 0, "MOD_SEL");
	expect_register_matters(NV_PFALCON2_FALCON_BROM_ENGIDMASK, 1, "ENGIDMASK");
	expect_register_matters(NV_PFALCON2_FALCON_BROM_CURR_UCODE_ID, 3, "UCODE_ID");
	expect_register_matters(NV_PFALCON2_FALCON_BROM_PARAADDR(0), 0, "PARAADDR");
	expect_register_matters(NV_PRISCV_RISCV_BCR_CTRL, 0x111, "BCR_CTRL selects RISC-V");
	model_close(&model);
}

UNIT_TEST(fwsec_fails_when_told_to)
{
	model_open_fault(&model, SOFTGPU_FAULT_FWSEC_FAILS);
	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FRTS);
	expect_fwsec_refuses("told to fail");
	model_close(&model);
}
