// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * BAR0: which unit owns an offset. What is only storage lies in one table (chip.c);
 * what neither knows is counted, reads as a PRI error and ignores writes.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "chip.h"
#include "regs/nv-falcon.h"
#include "regs/nv-intr.h"
#include "regs/nv-mmu.h"
#include "regs/nv-mmu-fault.h"
#include "regs/nv-pbus.h"
#include "regs/nv-prom.h"
#include "regs/nv-ptimer.h"
#include "regs/nv-xve.h"

struct unit {
	u32 first, last;
	u32 (*read)(struct softgpu *gpu, u32 off);
	void (*write)(struct softgpu *gpu, u32 off, u32 val);
};

static u32 gsp_read(struct softgpu *gpu, u32 off)
{
	return sg_falcon_read(gpu->gsp, off - NV_PGSP_BASE);
}

static void gsp_write(struct softgpu *gpu, u32 off, u32 val)
{
	sg_falcon_write(gpu->gsp, off - NV_PGSP_BASE, val);
}

static u32 sec2_read(struct softgpu *gpu, u32 off)
{
	return sg_falcon_read(gpu->sec2, off - NV_PSEC_BASE);
}

static void sec2_write(struct softgpu *gpu, u32 off, u32 val)
{
	sg_falcon_write(gpu->sec2, off - NV_PSEC_BASE, val);
}

static u32 mirror_read(struct softgpu *gpu, u32 off)
{
	return sg_pci_read(gpu, off - NV_PCFG_BASE, 4);
}

static void mirror_write(struct softgpu *gpu, u32 off, u32 val)
{
	sg_pci_write(gpu, off - NV_PCFG_BASE, 4, val);
}

/* A ROM is written through commands that this model does not have. */
static void rom_write(struct softgpu *gpu, u32 off, u32 val)
{
	(void)val;
	sg_unknown(gpu, "reg write", off);
}

/* By how often they are used. */
static const struct unit units[] = {
	{ NV_PRAMIN, NV_PRAMIN + NV_PRAMIN_SIZE - 1, sg_pramin_read, sg_pramin_write },
	{ NV_PROM_DATA(0), NV_PROM_DATA(NV_PROM_SIZE - 1), sg_prom_read, rom_write },
	{ NV_PGSP_BASE, NV_PGSP_BASE + SG_FALCON_SIZE - 1, gsp_read, gsp_write },
	{ NV_PSEC_BASE, NV_PSEC_BASE + SG_FALCON_SIZE - 1, sec2_read, sec2_write },
	{ NV_VREG(0x1000), NV_VREG(0x1fff), sg_intr_read, sg_intr_write },
	{ NV_PCFG_BASE, NV_PCFG_BASE + NV_PCFG_SIZE - 1, mirror_read, mirror_write },
	{ NV_PTIMER_TIME_0, NV_PTIMER_TIME_1, sg_ptimer_read, sg_ptimer_write },
	{ NV_VIRTUAL_FUNCTION_TIME_0, NV_VIRTUAL_FUNCTION_TIME_1, sg_ptimer_read, sg_ptimer_write },
	{ NV_VIRTUAL_FUNCTION_DOORBELL, NV_VIRTUAL_FUNCTION_DOORBELL, sg_doorbell_read,
	  sg_doorbell_write },
	{ NV_MMU_FAULT_BUFFER(0), NV_MMU_FAULT_STATUS, sg_faults_read, sg_faults_write },
	{ NV_ACCESS_COUNTER_CONFIG, NV_ACCESS_COUNTER_BUFFER_INFO, sg_faults_read,
	  sg_faults_write },
	{ NV_MMU_INVALIDATE_PDB, NV_MMU_INVALIDATE, sg_mmu_read, sg_mmu_write },
};

static const struct unit *find_unit(u32 off)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (off >= units[i].first && off <= units[i].last)
			return &units[i];
	return NULL;
}

/* The table entry of a plain register and its index in the values, or NULL. */
static const struct sg_plain *find_plain(u32 off, u32 *index)
{
	u32 first = 0;

	for (unsigned int i = 0; i < sg_plain_table_len; i++) {
		const struct sg_plain *plain = &sg_plain_table[i];

		if (off >= plain->off && off - plain->off < plain->count * 4) {
			*index = first + (off - plain->off) / 4;
			return plain;
		}
		first += plain->count;
	}
	return NULL;
}

u32 sg_plain_get(const struct softgpu *gpu, u32 off)
{
	u32 index;

	return find_plain(off, &index) ? gpu->regs->plain[index] : SG_PRI_ERROR;
}

void sg_plain_set(struct softgpu *gpu, u32 off, u32 val)
{
	u32 index;

	if (find_plain(off, &index))
		gpu->regs->plain[index] = val;
}

u32 sg_reg_read(struct softgpu *gpu, u32 off)
{
	const struct unit *unit = find_unit(off);
	u32 index;

	sg_gsp_rm_poll(gpu);
	sg_fifo_poll(gpu);
	if (unit)
		return unit->read(gpu, off);
	if (find_plain(off, &index))
		return gpu->regs->plain[index];
	sg_unknown(gpu, "reg read", off);
	return SG_PRI_ERROR;
}

void sg_reg_write(struct softgpu *gpu, u32 off, u32 val)
{
	const struct unit *unit = find_unit(off);
	const struct sg_plain *plain;
	u32 index;

	if (unit) {
		unit->write(gpu, off, val);
		return;
	}
	plain = find_plain(off, &index);
	if (!plain)
		sg_unknown(gpu, "reg write", off);
	else if (plain->writable)
		gpu->regs->plain[index] = val;
}

void sg_regs_reset(struct softgpu *gpu)
{
	u32 *value = gpu->regs->plain;

	for (unsigned int i = 0; i < sg_plain_table_len; i++)
		for (u32 n = 0; n < sg_plain_table[i].count; n++)
			*value++ = sg_plain_table[i].value;
	sg_ptimer_reset(gpu);
}

int sg_regs_init(struct softgpu *gpu)
{
	u32 count = 0;

	gpu->regs = calloc(1, sizeof(*gpu->regs));
	if (!gpu->regs)
		return -ENOMEM;
	for (unsigned int i = 0; i < sg_plain_table_len; i++)
		count += sg_plain_table[i].count;
	gpu->regs->plain = calloc(count, sizeof(u32));
	return gpu->regs->plain ? 0 : -ENOMEM;
}
