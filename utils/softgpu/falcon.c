// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The falcons GSP and SEC2: reset, core select, interrupts, memories filled by DMA.
 * What a falcon runs is signed for cores that this model does not have; instead a
 * start calls a stand-in that looks at what was loaded.
 */
#include <stdlib.h>
#include <string.h>

#include "chip.h"
#include "regs/nv-falcon.h"

/* Beside the fields with a name: values read on boards. Both memories are 64 KiB. */
#define HWCFG			0x80420100
#define HWCFG2			(0x000043f7 | (u32)NV_PFALCON_FALCON_HWCFG2_RISCV | \
				 (u32)NV_PFALCON_FALCON_HWCFG2_RESET_READY)
#define FBIF_RESET		0x110
#define FALCON_IRQMASK_RESET	0x01000000
#define RISCV_IRQMASK		0x01009042
#define RISCV_IRQDEST		0x01000040

#define BCR_FALCON		((u32)NV_PRISCV_RISCV_BCR_CTRL_VALID)
#define BCR_AFTER_RESET		((u32)NV_PRISCV_RISCV_BCR_CTRL_CORE_SELECT_RISCV | \
				 (u32)NV_PRISCV_RISCV_BCR_CTRL_BRFETCH)

#define NR_QUEUE_HEADS		8
#define NR_GSP_MAILBOXES	4

static bool irq_line(const struct softgpu_falcon *falcon)
{
	u32 falcon_side = sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQMASK) &
			  sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQDEST);
	u32 riscv_side = sg_falcon_reg(falcon, NV_PRISCV_RISCV_IRQMASK) &
			 sg_falcon_reg(falcon, NV_PRISCV_RISCV_IRQDEST);

	return sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQSTAT) & (falcon_side | riscv_side);
}

/* The tree sees the line go up, and what stays up only when the driver asks for it again. */
static void set_irq(struct softgpu_falcon *falcon, u32 bits)
{
	bool before = irq_line(falcon);

	sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQSTAT) |= bits;
	if (!before && irq_line(falcon) && falcon->vector)
		sg_intr_raise(falcon->gpu, falcon->vector);
}

static void retrigger(struct softgpu_falcon *falcon, u32 val)
{
	if ((val & NV_PFALCON_FALCON_INTR_RETRIGGER_TRIGGER) && irq_line(falcon) && falcon->vector)
		sg_intr_raise(falcon->gpu, falcon->vector);
}

void sg_gsp_notify(struct softgpu *gpu)
{
	set_irq(gpu->gsp, NV_PFALCON_FALCON_IRQ_SWGEN0);
}

void sg_gsp_set_mailbox(struct softgpu *gpu, unsigned int i, u32 val)
{
	sg_falcon_reg(gpu->gsp, i ? NV_PFALCON_FALCON_MAILBOX1 : NV_PFALCON_FALCON_MAILBOX0) = val;
}

void sg_falcon_set_riscv(struct softgpu_falcon *falcon, bool active)
{
	falcon->riscv_active = active;
	sg_falcon_reg(falcon, NV_PRISCV_RISCV_IRQMASK) = active ? RISCV_IRQMASK : 0;
	sg_falcon_reg(falcon, NV_PRISCV_RISCV_IRQDEST) = active ? RISCV_IRQDEST : 0;
}

/* Start and halt */

static bool entry_is_loaded(const struct softgpu_falcon *falcon)
{
	u32 bootvec = sg_falcon_reg(falcon, NV_PFALCON_FALCON_BOOTVEC);

	if (bootvec % SG_FALCON_BLOCK)
		return false;
	for (u32 i = 0; i < falcon->imem_end / SG_FALCON_BLOCK; i++)
		if (falcon->imem_secure[i] && falcon->imem_tag[i] == bootvec / SG_FALCON_BLOCK)
			return true;
	return false;
}

const char *sg_falcon_brom_check(const struct softgpu_falcon *falcon,
				 const struct sg_falcon_brom *brom)
{
	u32 algo = sg_falcon_reg(falcon, NV_PFALCON2_FALCON_MOD_SEL);

	if (!entry_is_loaded(falcon))
		return "BOOTVEC (no secure block of IMEM has this address)";
	if (FIELD_GET(NV_PFALCON2_FALCON_MOD_SEL_ALGO, algo) !=
	    NV_PFALCON2_FALCON_MOD_SEL_ALGO_RSA3K)
		return "MOD_SEL.ALGO";
	if (sg_falcon_reg(falcon, NV_PFALCON2_FALCON_BROM_ENGIDMASK) != brom->engine_id_mask)
		return "BROM_ENGIDMASK";
	if (sg_falcon_reg(falcon, NV_PFALCON2_FALCON_BROM_CURR_UCODE_ID) != brom->ucode_id)
		return "BROM_CURR_UCODE_ID";
	if (sg_falcon_reg(falcon, NV_PFALCON2_FALCON_BROM_PARAADDR(0)) != brom->sig_offset)
		return "BROM_PARAADDR(0)";
	return NULL;
}

/* A reset in between clears @running, and then there is nothing to do any more. */
static void run(struct softgpu *gpu, void *arg)
{
	struct softgpu_falcon *falcon = arg;

	(void)gpu;
	if (!falcon->running)
		return;
	falcon->boot(falcon);
	falcon->running = false;
	set_irq(falcon, NV_PFALCON_FALCON_IRQ_HALT);
}

static void start(struct softgpu_falcon *falcon)
{
	u32 bcr = sg_falcon_reg(falcon, NV_PRISCV_RISCV_BCR_CTRL);

	if (falcon->running)
		return;
	if (bcr & NV_PRISCV_RISCV_BCR_CTRL_CORE_SELECT_RISCV) {
		sg_log(falcon->gpu, "%s: falcon not started: BCR_CTRL selects RISC-V",
		       falcon->name);
		return;
	}
	falcon->running = true;
	sg_defer(falcon->gpu, run, falcon);
}

void sg_falcon_reset(struct softgpu_falcon *falcon, bool power_on)
{
	falcon->running = false;
	falcon->in_reset = false;
	falcon->imem_end = 0;
	falcon->dmem_end = 0;
	memset(falcon->imem, 0, sizeof(falcon->imem));
	memset(falcon->dmem, 0, sizeof(falcon->dmem));
	memset(falcon->imem_tag, 0, sizeof(falcon->imem_tag));
	memset(falcon->imem_secure, 0, sizeof(falcon->imem_secure));
	memset(falcon->regs, 0, sizeof(falcon->regs));
	sg_falcon_set_riscv(falcon, false);

	sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQMASK) = FALCON_IRQMASK_RESET;
	sg_falcon_reg(falcon, NV_PFALCON_FALCON_DMACTL) = NV_PFALCON_FALCON_DMACTL_REQUIRE_CTX;
	sg_falcon_reg(falcon, NV_PFALCON_FBIF_CTL) = FBIF_RESET;
	for (unsigned int i = 0; i < SG_FALCON_CTXDMAS; i++)
		sg_falcon_reg(falcon, NV_PFALCON_FBIF_TRANSCFG(i)) = FBIF_RESET;
	sg_falcon_reg(falcon, NV_PRISCV_RISCV_BCR_CTRL) = power_on ? BCR_FALCON : BCR_AFTER_RESET;
}

static void set_engine(struct softgpu_falcon *falcon, u32 val)
{
	if (val & NV_PFALCON_FALCON_ENGINE_RESET) {
		if (falcon == falcon->gpu->gsp)
			sg_gsp_rm_stop(falcon->gpu);
		sg_falcon_reset(falcon, false);
		falcon->in_reset = true;
	} else {
		falcon->in_reset = false;
	}
}

/* Registers */

enum reg_kind {
	REG_UNKNOWN,
	REG_PLAIN,		/* keeps what is written */
	REG_READ_ONLY,
	REG_ACTIVE,		/* a write does something: write_active() */
};

static enum reg_kind falcon_reg_kind(u32 off)
{
	switch (off) {
	case NV_PFALCON_FALCON_IRQDEST:
	case NV_PFALCON_FALCON_MAILBOX0:
	case NV_PFALCON_FALCON_MAILBOX1:
	case NV_PFALCON_FALCON_OS:
	case NV_PFALCON_FALCON_RM:
	case NV_PFALCON_FALCON_BOOTVEC:
	case NV_PFALCON_FALCON_DMACTL:
	case NV_PFALCON_FALCON_DMATRFBASE:
	case NV_PFALCON_FALCON_DMATRFBASE1:
	case NV_PFALCON_FALCON_DMATRFMOFFS:
	case NV_PFALCON_FALCON_DMATRFFBOFFS:
	case NV_PFALCON_FBIF_CTL:
	case NV_PFALCON_FBIF_TRANSCFG(0) ... NV_PFALCON_FBIF_TRANSCFG(SG_FALCON_CTXDMAS - 1):
	case NV_PFALCON2_FALCON_MOD_SEL:
	case NV_PFALCON2_FALCON_BROM_CURR_UCODE_ID:
	case NV_PFALCON2_FALCON_BROM_ENGIDMASK:
	case NV_PFALCON2_FALCON_BROM_PARAADDR(0):
		return REG_PLAIN;
	case NV_PFALCON_FALCON_IRQSTAT:
	case NV_PFALCON_FALCON_IRQMASK:
	case NV_PFALCON_FALCON_CPUCTL_ALIAS:	/* not enabled */
	case NV_PFALCON_FALCON_DEBUGINFO:
	case NV_PFALCON_FALCON_HWCFG:
	case NV_PFALCON_FALCON_HWCFG2:
	case NV_PRISCV_RISCV_CPUCTL:
	case NV_PRISCV_RISCV_IRQMASK:
	case NV_PRISCV_RISCV_IRQDEST:
		return REG_READ_ONLY;
	case NV_PFALCON_FALCON_IRQSCLR:
	case NV_PFALCON_FALCON_IRQMSET:
	case NV_PFALCON_FALCON_IRQMCLR:
	case NV_PFALCON_FALCON_CPUCTL:
	case NV_PFALCON_FALCON_DMATRFCMD:
	case NV_PFALCON_FALCON_ENGINE:
	case NV_PFALCON_FALCON_INTR_RETRIGGER:
	case NV_PRISCV_RISCV_BCR_CTRL:
		return REG_ACTIVE;
	default:
		return REG_UNKNOWN;
	}
}

static bool is_queue_head(u32 off)
{
	return off >= NV_PGSP_QUEUE_HEAD(0) && off < NV_PGSP_QUEUE_HEAD(NR_QUEUE_HEADS) &&
	       (off - NV_PGSP_QUEUE_HEAD(0)) % 8 == 0;
}

static enum reg_kind reg_kind(const struct softgpu_falcon *falcon, u32 off)
{
	if (falcon->base == NV_PGSP_BASE) {
		if (is_queue_head(off))
			return REG_ACTIVE;
		if (off >= NV_PGSP_MAILBOX(0) && off < NV_PGSP_MAILBOX(NR_GSP_MAILBOXES))
			return REG_PLAIN;
	}
	return falcon_reg_kind(off);
}

static void write_active(struct softgpu_falcon *falcon, u32 off, u32 val)
{
	switch (off) {
	case NV_PFALCON_FALCON_IRQSCLR:
		sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQSTAT) &= ~val;
		break;
	case NV_PFALCON_FALCON_IRQMSET:
		sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQMASK) |= val;
		break;
	case NV_PFALCON_FALCON_IRQMCLR:
		sg_falcon_reg(falcon, NV_PFALCON_FALCON_IRQMASK) &= ~val;
		break;
	case NV_PFALCON_FALCON_CPUCTL:
		if (val & NV_PFALCON_FALCON_CPUCTL_STARTCPU)
			start(falcon);
		break;
	case NV_PFALCON_FALCON_DMATRFCMD:
		sg_falcon_reg(falcon, off) = val;
		sg_falcon_dma(falcon);
		break;
	case NV_PFALCON_FALCON_INTR_RETRIGGER:
		retrigger(falcon, val);
		break;
	case NV_PRISCV_RISCV_BCR_CTRL:
		sg_falcon_reg(falcon, off) = val | (u32)NV_PRISCV_RISCV_BCR_CTRL_VALID;
		break;
	case NV_PGSP_QUEUE_HEAD(0):
		sg_falcon_reg(falcon, off) = val;
		if (falcon->gpu->rm)
			sg_gsp_rm_doorbell(falcon->gpu);
		break;
	default:
		sg_falcon_reg(falcon, off) = val;
	}
}

u32 sg_falcon_read(struct softgpu_falcon *falcon, u32 off)
{
	switch (off) {
	case NV_PFALCON_FALCON_HWCFG:
		return HWCFG;
	case NV_PFALCON_FALCON_HWCFG2:
		return HWCFG2;
	case NV_PFALCON_FALCON_CPUCTL:
		return falcon->running ? 0 : NV_PFALCON_FALCON_CPUCTL_HALTED;
	case NV_PFALCON_FALCON_IRQSCLR:
	case NV_PFALCON_FALCON_IRQMSET:
	case NV_PFALCON_FALCON_IRQMCLR:
		return 0;
	case NV_PFALCON_FALCON_ENGINE:
		return falcon->in_reset ? NV_PFALCON_FALCON_ENGINE_RESET : 0;
	case NV_PFALCON_FALCON_DMATRFCMD:
		return (sg_falcon_reg(falcon, off) & ~(u32)NV_PFALCON_FALCON_DMATRFCMD_FULL) |
		       (u32)NV_PFALCON_FALCON_DMATRFCMD_IDLE;
	case NV_PRISCV_RISCV_CPUCTL:
		return falcon->riscv_active ? NV_PRISCV_RISCV_CPUCTL_ACTIVE_STAT : 0;
	}
	if (reg_kind(falcon, off) != REG_UNKNOWN)
		return sg_falcon_reg(falcon, off);
	sg_unknown(falcon->gpu, "reg read", falcon->base + off);
	return SG_PRI_ERROR;
}

void sg_falcon_write(struct softgpu_falcon *falcon, u32 off, u32 val)
{
	if (off == NV_PFALCON_FALCON_ENGINE) {
		set_engine(falcon, val);
		return;
	}
	switch (reg_kind(falcon, off)) {
	case REG_UNKNOWN:
		sg_unknown(falcon->gpu, "reg write", falcon->base + off);
		break;
	case REG_PLAIN:
		if (!falcon->in_reset)
			sg_falcon_reg(falcon, off) = val;
		break;
	case REG_ACTIVE:
		if (!falcon->in_reset)
			write_active(falcon, off, val);
		break;
	case REG_READ_ONLY:
		break;
	}
}

struct softgpu_falcon *sg_falcon_new(struct softgpu *gpu, const char *name, u32 base, u32 vector,
				     void (*boot)(struct softgpu_falcon *falcon))
{
	struct softgpu_falcon *falcon = calloc(1, sizeof(*falcon));

	if (!falcon)
		return NULL;
	falcon->gpu = gpu;
	falcon->name = name;
	falcon->base = base;
	falcon->vector = vector;
	falcon->boot = boot;
	return falcon;
}
