/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_SOFTGPU_MODEL_H
#define UNIT_SOFTGPU_MODEL_H

#include <stdio.h>
#include <string.h>

#include "chip.h"
#include "unit.h"

#include "regs/nv-falcon.h"
#include "regs/nv-pbus.h"
#include "regs/nv-xve.h"

/*
 * The device model in this process, with a stretch of guest memory, its MSIs
 * counted and what it logs kept.
 */

#define MODEL_MEM_ADDR	0x10000000ull
#define MODEL_MEM_SIZE	0x2000000ull

#define PCI_COMMAND	0x04
#define PCI_COMMAND_ON	0x0006		/* memory, bus master */
#define MSI_CONTROL	0x6a
#define MSI_ENABLE	0x0081

struct model {
	struct softgpu *gpu;
	u8 *mem;
	unsigned int msis;
	bool threaded;		/* set before opening: firmware runs in a thread of its own */
	char log[1024];		/* the last line */
};

static inline void *model_dma(void *ctx, u64 addr, u64 len)
{
	struct model *model = ctx;

	if (addr < MODEL_MEM_ADDR || addr - MODEL_MEM_ADDR > MODEL_MEM_SIZE ||
	    len > MODEL_MEM_SIZE - (addr - MODEL_MEM_ADDR))
		return NULL;
	return model->mem + (addr - MODEL_MEM_ADDR);
}

static inline void model_msi(void *ctx)
{
	struct model *model = ctx;

	model->msis++;
}

static inline void model_log(void *ctx, const char *line)
{
	struct model *model = ctx;

	snprintf(model->log, sizeof(model->log), "%s", line);
}

/* Power-on, and what a driver does in config space before anything else. */
static inline void model_open_config(struct model *model, struct softgpu_config config)
{
	const struct softgpu_host host = {
		.dma = model_dma, .msi = model_msi, .log = model_log, .ctx = model,
	};

	*model = (struct model) { .threaded = model->threaded };
	model->mem = calloc(1, MODEL_MEM_SIZE);
	EXPECT(model->mem);
	config.synchronous = !model->threaded;
	model->gpu = softgpu_new(&config, &host);
	EXPECT(model->gpu);
	softgpu_config_write(model->gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
	softgpu_config_write(model->gpu, MSI_CONTROL, 2, MSI_ENABLE);
}

static inline void model_open(struct model *model)
{
	model_open_config(model, (struct softgpu_config)SOFTGPU_DEFAULT_CONFIG);
}

static inline void model_open_fault(struct model *model, enum softgpu_fault_kind kind)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;

	config.fault.kind = kind;
	model_open_config(model, config);
}

static inline void model_close(struct model *model)
{
	softgpu_free(model->gpu);
	free(model->mem);
}

static inline u32 rd(struct model *model, u32 reg)
{
	return softgpu_read(model->gpu, SOFTGPU_BAR0, reg, 4);
}

static inline void wr(struct model *model, u32 reg, u32 val)
{
	softgpu_write(model->gpu, SOFTGPU_BAR0, reg, 4, val);
}

/* The last line that was logged has @text in it; it is forgotten. */
static inline bool logged(struct model *model, const char *text)
{
	bool found = strstr(model->log, text);

	if (!found)
		fprintf(stderr, "\"%s\" is not in \"%s\"\n", text, model->log);
	model->log[0] = 0;
	return found;
}

/* Falcons, as a driver uses them. */

static inline void falcon_reset(struct model *model, u32 base, bool riscv)
{
	wr(model, base + NV_PFALCON_FALCON_ENGINE, 1);
	wr(model, base + NV_PFALCON_FALCON_ENGINE, 0);
	wr(model, base + NV_PRISCV_RISCV_BCR_CTRL, riscv ? 0x111 : 0);
	wr(model, base + NV_PFALCON_FALCON_DMACTL, 0);
	wr(model, base + NV_PFALCON_FBIF_CTL, NV_PFALCON_FBIF_CTL_ALLOW_PHYS_NO_CTX);
	wr(model, base + NV_PFALCON_FBIF_TRANSCFG(0),
	   NV_PFALCON_FBIF_TRANSCFG_TARGET_COHERENT_SYSMEM |
	   NV_PFALCON_FBIF_TRANSCFG_MEM_TYPE_PHYSICAL);
}

#define DMA_256B	FIELD_PREP(NV_PFALCON_FALCON_DMATRFCMD_SIZE, \
				   NV_PFALCON_FALCON_DMATRFCMD_SIZE_256B)
#define DMA_IMEM	(DMA_256B | NV_PFALCON_FALCON_DMATRFCMD_IMEM | \
			 FIELD_PREP(NV_PFALCON_FALCON_DMATRFCMD_SEC, 1))
#define DMA_DMEM	DMA_256B

static inline void falcon_dma(struct model *model, u32 base, u64 source, u32 fboffs, u32 dest,
			      u32 cmd)
{
	wr(model, base + NV_PFALCON_FALCON_DMATRFBASE, source >> 8);
	wr(model, base + NV_PFALCON_FALCON_DMATRFBASE1, source >> 40);
	wr(model, base + NV_PFALCON_FALCON_DMATRFMOFFS, dest);
	wr(model, base + NV_PFALCON_FALCON_DMATRFFBOFFS, fboffs);
	wr(model, base + NV_PFALCON_FALCON_DMATRFCMD, cmd);
}

struct falcon_image {
	u64 addr;		/* DMA address: code, then data */
	u32 code_size, data_size;
	u32 virt;		/* of the code */
	u32 engine_id_mask, ucode_id, sig_offset;
};

static inline void falcon_load(struct model *model, u32 base, const struct falcon_image *image)
{
	for (u32 i = 0; i < image->code_size; i += 256)
		falcon_dma(model, base, image->addr - image->virt, image->virt + i, i, DMA_IMEM);
	for (u32 i = 0; i < image->data_size; i += 256)
		falcon_dma(model, base, image->addr + image->code_size, i, i, DMA_DMEM);
	wr(model, base + NV_PFALCON2_FALCON_BROM_PARAADDR(0), image->sig_offset);
	wr(model, base + NV_PFALCON2_FALCON_BROM_ENGIDMASK, image->engine_id_mask);
	wr(model, base + NV_PFALCON2_FALCON_BROM_CURR_UCODE_ID, image->ucode_id);
	wr(model, base + NV_PFALCON2_FALCON_MOD_SEL, NV_PFALCON2_FALCON_MOD_SEL_ALGO_RSA3K);
	wr(model, base + NV_PFALCON_FALCON_BOOTVEC, image->virt);
}

static inline void falcon_start(struct model *model, u32 base)
{
	wr(model, base + NV_PFALCON_FALCON_CPUCTL, NV_PFALCON_FALCON_CPUCTL_STARTCPU);
	EXPECT_EQ(rd(model, base + NV_PFALCON_FALCON_CPUCTL), NV_PFALCON_FALCON_CPUCTL_HALTED);
}

/* FWSEC as a driver prepares it, at the start of guest memory. */

#define FRTS_CMD_IN	0x200		/* where the model's ROM has the buffer */
#define FRTS_MAPPER	0x140

struct fwsec_command {
	struct nv_fwsec_read_vbios_desc read_vbios;
	struct nv_fwsec_frts_region_desc frts;
} __packed;

static inline struct falcon_image fwsec_image(struct model *model)
{
	const struct nv_vbios_falcon_desc_v3 *desc = &model->gpu->vbios->desc;

	return (struct falcon_image){
		.addr = MODEL_MEM_ADDR,
		.code_size = desc->imem_load_size,
		.data_size = desc->dmem_load_size,
		.virt = desc->imem_virt_base,
		.engine_id_mask = desc->engine_id_mask,
		.ucode_id = desc->ucode_id,
		.sig_offset = desc->pkc_data_offset,
	};
}

/* Copies and patches it; returns its data part. Signature 1 of the three is the fuse's. */
static inline u8 *fwsec_prepare(struct model *model, u32 init_cmd, u64 frts_offset)
{
	const struct softgpu_vbios *vbios = model->gpu->vbios;
	const struct fwsec_command cmd = {
		.read_vbios = { 1, sizeof(cmd.read_vbios), 0, 0, 2 },
		.frts = { 1, sizeof(cmd.frts), frts_offset >> 12, 0x100, NV_FWSEC_FRTS_MEDIA_FB },
	};
	u8 *data = model->mem + vbios->desc.imem_load_size;

	memcpy(model->mem, vbios->rom + vbios->image, vbios->desc.stored_size);
	memcpy(data + vbios->desc.pkc_data_offset,
	       vbios->rom + vbios->signatures + NV_VBIOS_FALCON_SIG_SIZE,
	       NV_VBIOS_FALCON_SIG_SIZE);
	memcpy(data + FRTS_MAPPER + offsetof(struct nv_falcon_dmem_mapper_v3, init_cmd), &init_cmd,
	       sizeof(init_cmd));
	memcpy(data + FRTS_CMD_IN, &cmd, sizeof(cmd));
	return data;
}

/* Load and run what lies prepared; the error code of FRTS. */
static inline u32 fwsec_run(struct model *model)
{
	const struct falcon_image image = fwsec_image(model);

	falcon_reset(model, NV_PGSP_BASE, false);
	falcon_load(model, NV_PGSP_BASE, &image);
	falcon_start(model, NV_PGSP_BASE);
	return FIELD_GET(NV_PBUS_VBIOS_SCRATCH_FRTS_ERR,
			 rd(model, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_FRTS)));
}

#endif
