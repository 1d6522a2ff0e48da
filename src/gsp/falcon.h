/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_FALCON_H
#define NV_GSP_FALCON_H

#include <linux/types.h>

#include "nv-hw.h"
#include "regs/nv-falcon.h"

/* Longest wait for anything a falcon does, image runs included. */
#define NV_FALCON_TIMEOUT_US	4000000
#define NV_FALCON_BLOCK		256
/* No falcon has more IMEM or DMEM than this. */
#define NV_FALCON_MEM_MAX	0x100000

/**
 * struct nv_falcon - a core that starts as falcon and may hand over to RISC-V
 * @hw: its GPU
 * @name: for the log
 * @base: of its registers
 */
struct nv_falcon {
	struct nv_hw *hw;
	const char *name;
	u32 base;
};

/**
 * struct nv_falcon_part - the code or the data of an image
 * @offset: in the image's DMA memory
 * @size: bytes
 * @phys: where in IMEM or DMEM it goes
 * @virt: address that code is tagged with; 0 for data
 */
struct nv_falcon_part {
	u32 offset;
	u32 size;
	u32 phys;
	u32 virt;
};

/**
 * struct nv_falcon_ucode - a signed image that the falcon's boot ROM starts
 * @name: for the log
 * @dma: contiguous memory with both parts
 * @imem: code; execution starts at its virtual address
 * @dmem: data
 * @sig_dmem_addr: where in DMEM the boot ROM finds the signature
 * @engine_id_mask: told to the boot ROM
 * @ucode_id: likewise
 */
struct nv_falcon_ucode {
	const char *name;
	struct nv_dma dma;
	struct nv_falcon_part imem;
	struct nv_falcon_part dmem;
	u32 sig_dmem_addr;
	u32 engine_id_mask;
	u32 ucode_id;
};

/**
 * nv_falcon_ucode_init() - put an image into memory that the falcon can load from
 * @hw: the GPU
 * @ucode: size, phys and virt of both parts are set; offsets and memory are filled in
 * @imem: the code
 * @dmem: the data
 *
 * Return: 0, -EINVAL if no falcon could hold the image, -ENOMEM.
 */
int nv_falcon_ucode_init(struct nv_hw *hw, struct nv_falcon_ucode *ucode,
			 const void *imem, const void *dmem);
void nv_falcon_ucode_fini(struct nv_hw *hw, struct nv_falcon_ucode *ucode);

/** nv_falcon_ucode_dmem() - the data part, to be patched before a run */
static inline u8 *nv_falcon_ucode_dmem(struct nv_falcon_ucode *ucode)
{
	return (u8 *)ucode->dma.cpu + ucode->dmem.offset;
}

static inline u32 nv_falcon_rd32(const struct nv_falcon *falcon, u32 reg)
{
	return nv_rd32(falcon->hw, falcon->base + reg);
}

static inline void nv_falcon_wr32(const struct nv_falcon *falcon, u32 reg, u32 val)
{
	nv_wr32(falcon->hw, falcon->base + reg, val);
}

/** nv_falcon_reset() - reset into falcon mode. 0, -ETIMEDOUT or -ENODEV */
int nv_falcon_reset(const struct nv_falcon *falcon);

/** nv_falcon_reset_riscv() - reset with the RISC-V core selected. 0, -ETIMEDOUT or -ENODEV */
int nv_falcon_reset_riscv(const struct nv_falcon *falcon);

/** nv_falcon_riscv_present() - has this falcon a RISC-V core? */
bool nv_falcon_riscv_present(const struct nv_falcon *falcon);

/** nv_falcon_riscv_active() - does the RISC-V core run? */
bool nv_falcon_riscv_active(const struct nv_falcon *falcon);

/** nv_falcon_start() - let the core go from its boot vector */
void nv_falcon_start(const struct nv_falcon *falcon);

/**
 * nv_falcon_run() - load a signed image, start it and wait until it halts
 * @falcon: reset to falcon mode
 * @ucode: the image
 * @mailbox: values for both mailboxes, and what they hold afterwards; or NULL
 *
 * Return: 0 if it halted (what it achieved is the caller's to find out),
 * -ETIMEDOUT or -ENODEV.
 */
int nv_falcon_run(const struct nv_falcon *falcon, const struct nv_falcon_ucode *ucode,
		  u32 mailbox[2]);

#endif
