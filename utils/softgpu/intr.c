// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The interrupt tree and the one MSI that it ends in. After an MSI the chip sends
 * no other until the driver writes XVE_CYA_2, however many vectors fire meanwhile.
 */
#include <errno.h>
#include <stdlib.h>

#include "chip.h"
#include "regs/nv-intr.h"

struct softgpu_intr {
	u32 leaf[NV_CPU_INTR_LEAF_COUNT];
	u32 leaf_en[NV_CPU_INTR_LEAF_COUNT];
	u32 top_en;
	bool armed;
};

static u32 top_pending(const struct softgpu_intr *intr)
{
	u32 top = 0;

	for (unsigned int i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++)
		if (intr->leaf[i] & intr->leaf_en[i])
			top |= BIT(i / 2);
	return top;
}

static void update(struct softgpu *gpu)
{
	struct softgpu_intr *intr = gpu->intr;

	if (!intr->armed || !(top_pending(intr) & intr->top_en) || !sg_pci_msi_enabled(gpu))
		return;
	intr->armed = false;
	if (sg_fault(gpu, SOFTGPU_FAULT_NO_INTERRUPT))
		return;
	gpu->stats.interrupts++;
	sg_trace(gpu, "msi");
	if (gpu->host.msi)
		gpu->host.msi(gpu->host.ctx);
}

void sg_intr_raise(struct softgpu *gpu, u32 vector)
{
	if (vector >= NV_CPU_INTR_LEAF_COUNT * 32) {
		sg_log(gpu, "interrupt vector %u does not exist", vector);
		return;
	}
	gpu->intr->leaf[NV_CPU_INTR_VECTOR_LEAF(vector)] |= NV_CPU_INTR_VECTOR_BIT(vector);
	update(gpu);
}

void sg_intr_rearm(struct softgpu *gpu)
{
	gpu->intr->armed = true;
	update(gpu);
}

enum leaf_bank { BANK_LEAF, BANK_EN_SET, BANK_EN_CLEAR, BANK_NONE };

/* The three arrays of leaf registers lie at equal distances. */
static enum leaf_bank find_leaf(u32 off, unsigned int *i)
{
	const u32 stride = NV_CPU_INTR_LEAF_EN_SET(0) - NV_CPU_INTR_LEAF(0);
	u32 bank = (off - NV_CPU_INTR_LEAF(0)) / stride;

	*i = (off - NV_CPU_INTR_LEAF(0)) % stride / 4;
	return bank < BANK_NONE && *i < NV_CPU_INTR_LEAF_COUNT ? bank : BANK_NONE;
}

u32 sg_intr_read(struct softgpu *gpu, u32 off)
{
	struct softgpu_intr *intr = gpu->intr;
	unsigned int i;

	switch (find_leaf(off, &i)) {
	case BANK_LEAF:
		return intr->leaf[i];
	case BANK_EN_SET:
	case BANK_EN_CLEAR:
		return intr->leaf_en[i];
	case BANK_NONE:
		break;
	}
	switch (off) {
	case NV_CPU_INTR_TOP:
		return top_pending(intr);
	case NV_CPU_INTR_TOP_EN_SET:
	case NV_CPU_INTR_TOP_EN_CLEAR:
		return intr->top_en;
	case NV_CPU_INTR_LEAF_TRIGGER:
		return 0;
	}
	sg_unknown(gpu, "reg read", off);
	return SG_PRI_ERROR;
}

static void write_top(struct softgpu *gpu, u32 off, u32 val)
{
	struct softgpu_intr *intr = gpu->intr;

	switch (off) {
	case NV_CPU_INTR_TOP_EN_SET:
		intr->top_en |= val;
		break;
	case NV_CPU_INTR_TOP_EN_CLEAR:
		intr->top_en &= ~val;
		break;
	case NV_CPU_INTR_LEAF_TRIGGER:
		sg_intr_raise(gpu, FIELD_GET(NV_CPU_INTR_LEAF_TRIGGER_VECTOR, val));
		break;
	default:
		sg_unknown(gpu, "reg write", off);
	}
}

void sg_intr_write(struct softgpu *gpu, u32 off, u32 val)
{
	struct softgpu_intr *intr = gpu->intr;
	unsigned int i;

	switch (find_leaf(off, &i)) {
	case BANK_LEAF:
		intr->leaf[i] &= ~val;
		break;
	case BANK_EN_SET:
		intr->leaf_en[i] |= val;
		break;
	case BANK_EN_CLEAR:
		intr->leaf_en[i] &= ~val;
		break;
	case BANK_NONE:
		write_top(gpu, off, val);
	}
	update(gpu);
}

void sg_intr_reset(struct softgpu *gpu)
{
	*gpu->intr = (struct softgpu_intr){ .armed = true };
}

int sg_intr_init(struct softgpu *gpu)
{
	gpu->intr = calloc(1, sizeof(*gpu->intr));
	return gpu->intr ? 0 : -ENOMEM;
}
