/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_SM_H
#define SOFTGPU_SM_H

#include "channel.h"

#include "regs/nv-gr.h"

#define SG_SM_CODE	0x4000
#define SG_SM_BANK	0x1000

/**
 * struct sg_sm_thread - a thread between two instructions
 * @tid: its place in its block
 * @pc: the next instruction, in bytes from the program's start
 * @r: registers
 * @ur: uniform registers
 * @p: predicates, a bit each
 * @up: uniform predicates
 */
struct sg_sm_thread {
	u32 tid[3];
	u32 pc;
	u32 r[256], ur[64];
	u8 p, up;
};

/**
 * struct sg_sm - a launch that is being executed, block by block
 * @channel: whose
 * @qmd: the launch, as it lay in memory
 * @space: what its addresses are in
 * @program: address of the first instruction
 * @code: @code_len bytes from there
 * @bank: constant bank 0, @bank_len bytes
 * @grid: blocks in each dimension
 * @block: threads in each
 * @at: the current block's place in @grid
 * @thread: the current one of that block; after a fault it goes on where it was
 */
struct sg_sm {
	struct sg_channel *channel;
	u32 qmd[NVC7C0_QMDV03_00_DWORDS];
	struct sg_space space;
	u64 program;
	u8 code[SG_SM_CODE];
	u32 code_len;
	u8 bank[SG_SM_BANK];
	u32 bank_len;
	u32 grid[3], block[3], at[3];
	struct sg_sm_thread thread;
};

enum sg_sm_end {
	SG_SM_DONE,
	SG_SM_FAULT,			/* the channel failed, or waits to go on */
	SG_SM_UNKNOWN,			/* an instruction without a model; a log line names it */
};

/** sg_sm_block() - execute what is left of the current block, thread by thread, in *@steps */
enum sg_sm_end sg_sm_block(struct sg_sm *sm, u64 *steps);

/** sg_sm_advance() - to the next place in @size. Return: false if there is none; @at is 0 then */
bool sg_sm_advance(u32 at[3], const u32 size[3]);

#endif
