// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Register programs that GSP asks the CPU to run, mostly to restart GSP's own core.
 * They come from outside like anything else: registers stay inside BAR0, operands
 * inside the program, and all waits together under one limit.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "gsp/boot.h"
#include "gsp/gsp-priv.h"

#define SEQ_BUDGET_US	4000000

/**
 * struct seq - a program being run
 * @gsp: whose
 * @program: copied out of the queue, checked to have @len dwords
 * @len: dwords
 * @budget_us: time left for waits and delays
 */
struct seq {
	struct nv_gsp *gsp;
	struct gsp_event_run_cpu_sequencer *program;
	u32 len;
	u32 budget_us;
};

static int seq_write(struct seq *seq, const u32 *arg)
{
	nv_wr32(seq->gsp->hw, arg[0], arg[1]);
	return 0;
}

static int seq_modify(struct seq *seq, const u32 *arg)
{
	u32 val = nv_rd32(seq->gsp->hw, arg[0]);

	nv_wr32(seq->gsp->hw, arg[0], (val & ~arg[1]) | arg[2]);
	return 0;
}

static u32 seq_take_time(struct seq *seq, u32 us)
{
	us = min(us, seq->budget_us);
	seq->budget_us -= us;
	return us;
}

static int seq_poll(struct seq *seq, const u32 *arg)
{
	int err = nv_poll32(seq->gsp->hw, arg[0], arg[1], arg[2], seq_take_time(seq, arg[3]));

	if (err)
		nv_err(seq->gsp->hw, "register %06x does not become %08x (mask %08x) for GSP: error %#x",
		       arg[0], arg[2], arg[1], arg[4]);
	return err;
}

static int seq_delay(struct seq *seq, const u32 *arg)
{
	seq->gsp->hw->ops->sleep_us(seq->gsp->hw, seq_take_time(seq, arg[0]));
	return 0;
}

static int seq_store(struct seq *seq, const u32 *arg)
{
	if (arg[1] >= ARRAY_SIZE(seq->program->reg_save_area)) {
		nv_err(seq->gsp->hw, "GSP's register program names slot %u", arg[1]);
		return -EINVAL;
	}
	seq->program->reg_save_area[arg[1]] = nv_rd32(seq->gsp->hw, arg[0]);
	return 0;
}

static int seq_core_reset(struct seq *seq, const u32 *arg)
{
	return nv_falcon_reset(&seq->gsp->boot->gsp);
}

static int seq_core_start(struct seq *seq, const u32 *arg)
{
	nv_falcon_start(&seq->gsp->boot->gsp);
	return 0;
}

static int seq_core_wait_for_halt(struct seq *seq, const u32 *arg)
{
	const struct nv_falcon *falcon = &seq->gsp->boot->gsp;

	return nv_poll32(falcon->hw, falcon->base + NV_PFALCON_FALCON_CPUCTL,
			 NV_PFALCON_FALCON_CPUCTL_HALTED, NV_PFALCON_FALCON_CPUCTL_HALTED,
			 seq_take_time(seq, NV_FALCON_TIMEOUT_US));
}

static int seq_core_resume(struct seq *seq, const u32 *arg)
{
	return gsp_core_resume(seq->gsp);
}

static const struct seq_op {
	u8 args;
	bool has_reg;		/* the first argument is a register's offset */
	int (*run)(struct seq *seq, const u32 *arg);
} seq_ops[] = {
	[GSP_SEQ_REG_WRITE] = { 2, true, seq_write },
	[GSP_SEQ_REG_MODIFY] = { 3, true, seq_modify },
	[GSP_SEQ_REG_POLL] = { 5, true, seq_poll },
	[GSP_SEQ_DELAY_US] = { 1, false, seq_delay },
	[GSP_SEQ_REG_STORE] = { 2, true, seq_store },
	[GSP_SEQ_CORE_RESET] = { 0, false, seq_core_reset },
	[GSP_SEQ_CORE_START] = { 0, false, seq_core_start },
	[GSP_SEQ_CORE_WAIT_FOR_HALT] = { 0, false, seq_core_wait_for_halt },
	[GSP_SEQ_CORE_RESUME] = { 0, false, seq_core_resume },
};

static bool seq_reg_valid(const struct seq *seq, u32 reg)
{
	return reg % sizeof(u32) == 0 && reg < seq->gsp->hw->bar[0].size;
}

static int seq_step(struct seq *seq, u32 *pos)
{
	const u32 *cmd = &seq->program->command_buffer[*pos];
	const struct seq_op *op;
	int err;

	if (cmd[0] >= ARRAY_SIZE(seq_ops)) {
		nv_err(seq->gsp->hw, "GSP's register program has an unknown operation %#x", cmd[0]);
		return -EINVAL;
	}
	op = &seq_ops[cmd[0]];
	if (op->args >= seq->len - *pos) {
		nv_err(seq->gsp->hw, "GSP's register program ends inside an operation");
		return -EINVAL;
	}
	if (op->has_reg && !seq_reg_valid(seq, cmd[1])) {
		nv_err(seq->gsp->hw, "GSP's register program names register %#x", cmd[1]);
		return -EINVAL;
	}
	err = op->run(seq, cmd + 1);
	*pos += 1 + op->args;
	return err;
}

int gsp_sequencer_run(struct nv_gsp *gsp, struct gsp_event_run_cpu_sequencer *program, u32 size)
{
	struct seq seq = {
		.gsp = gsp,
		.program = program,
		.len = program->cmd_index,
		.budget_us = SEQ_BUDGET_US,
	};
	u32 room = (size - sizeof(*program)) / sizeof(u32);
	u32 pos = 0;
	int err = 0;

	if (seq.len > room || seq.len >= program->buffer_size_dwords) {
		nv_err(gsp->hw, "GSP's register program claims %u dwords of %u", seq.len, room);
		return -EINVAL;
	}
	while (!err && pos < seq.len)
		err = seq_step(&seq, &pos);
	return err;
}
