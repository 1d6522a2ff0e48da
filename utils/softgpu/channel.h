/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_CHANNEL_H
#define SOFTGPU_CHANNEL_H

#include <linux/list.h>

#include "chip.h"
#include "gsp-rm.h"

#include "regs/nv-ce.h"
#include "regs/nv-gr.h"
#include "regs/nv-host.h"

/**
 * DOC: channels
 *
 * GSP-RM's stand-in makes channels (channel.c). A doorbell makes one runnable; then
 * its PBDMA (pbdma.c) fetches and executes methods, some of them those of a copy
 * engine (ce.c). All that a turn may do is bounded by struct sg_budget, so that no
 * pushbuffer holds up the rest of the model; what is left waits for the next turn.
 */

#define SG_FETCH_WORDS	256

/**
 * struct sg_acquire - a semaphore that is waited for
 * @addr: GPU virtual address; 0 in @bytes if none is
 * @payload: compared with what lies there
 * @op: of NVC56F_SEM_EXECUTE_OPERATION
 * @bytes: 4 or 8
 */
struct sg_acquire {
	u64 addr;
	u64 payload;
	u32 op;
	u32 bytes;
};

/**
 * struct sg_copy - a launched copy and how far it is
 * @busy: it is not over
 * @launch: LAUNCH_DMA's data
 * @src: where from
 * @dst: where to
 * @src_addr: of the current line, or of the surface if that is block-linear
 * @dst_addr: likewise
 * @length: of a line, in bytes or with remapping in elements
 * @done: of the current line
 * @lines: still to do, the current one included
 * @line: number of the current one
 */
struct sg_copy {
	bool busy;
	u32 launch;
	struct sg_space src, dst;
	u64 src_addr, dst_addr;
	u32 length, done, lines, line;
};

/**
 * struct sg_gr - an object of the graphics engine on a subchannel
 * @method: data last sent, by offset / 4
 * @loading: a launch of inline data waits for it
 * @line: lines that are done
 * @done: bytes of the current one
 */
struct sg_gr {
	u32 method[NVC7C0_METHODS_END / 4];
	bool loading;
	u32 line, done;
};

/**
 * struct sg_channel - what a channel executes
 * @gpu: whose
 * @runnable: in softgpu_fifo.runnable, or empty
 * @rm: who made it
 * @object: the channel's
 * @h_client: client of @object
 * @vas: what its virtual addresses are in
 * @chid: of all runlists together
 * @runlist: as in doorbells
 * @engine: RM engine type
 * @vector: of non-stall interrupts
 * @xid: that it died of, or 0
 * @privileged: may copy by physical addresses
 * @scheduled: by control
 * @pending: has work, but may not run
 * @unloaded: what RAMFC keeps is there alone
 * @faulted: its engine waits for a page
 * @fault_addr: that it lacks
 * @gpfifo: its GPU virtual address
 * @entries: in it
 * @gp_get: next one
 * @gp_put: where they ended at the last doorbell
 * @rung: by a doorbell that @gp_put does not know of yet
 * @userd_space: of USERD
 * @userd: its address
 * @pb_addr: where the segment goes on after what was fetched
 * @pb_left: dwords of it there
 * @in_segment: GPGet is to move on when it ends
 * @word: fetched dwords, @word_count of them, of which @word_next is next
 * @op: NVC56F_DMA_SEC_OP of the current header
 * @subchannel: likewise
 * @method: address of the next one
 * @count: data still to come for it
 * @class: of the object on each subchannel, or 0
 * @unmodelled: log lines written about it
 * @host: data of host methods, by offset / 4
 * @acquire: waited for if its @bytes are not 0
 * @ce: data of the copy engine's methods, by offset / 4
 * @copy: the launched one
 * @gr: objects of the graphics engine by subchannel, where there are any
 * @sm: a launch under way, or NULL
 * @promoted: it is one of the users of its context in its VA space
 * @loaded: in this turn, its context: 1 to compute, 2 to draw
 */
struct sg_channel {
	struct softgpu *gpu;
	struct list_head runnable;
	struct softgpu_gsp_rm *rm;
	struct gsp_object *object;
	u32 h_client;
	struct gsp_vas *vas;
	u32 chid, runlist, engine, vector, xid;
	bool privileged, scheduled, faulted, pending, unloaded;
	u64 fault_addr;

	u64 gpfifo;
	u32 entries, gp_get, gp_put;
	bool rung;
	struct sg_space userd_space;
	u64 userd;

	u64 pb_addr;
	u32 pb_left;
	bool in_segment;
	u32 word[SG_FETCH_WORDS];
	u32 word_next, word_count;

	u32 op, subchannel, method, count;
	u32 class[NV_HOST_SUBCHANNELS];
	unsigned int unmodelled;

	u32 host[NVC56F_METHODS_END / 4];
	struct sg_acquire acquire;

	u32 ce[NVC7B5_METHODS_END / 4];
	struct sg_copy copy;

	struct sg_gr *gr[NV_HOST_SUBCHANNELS];
	struct sg_sm *sm;
	bool promoted;
	u32 loaded;
};

/** struct sg_budget - what is left of a turn */
struct sg_budget {
	u32 methods;
	u32 bytes;
};

/* Why a turn ended. */
enum sg_run { SG_RUN_IDLE, SG_RUN_AGAIN, SG_RUN_WAIT };

/* Numbers of Xid lines. */
#define SG_XID_GR_ERROR		13
#define SG_XID_MMU_FAULT	31
#define SG_XID_PBDMA_ERROR	32
#define SG_XID_CE_ERROR		39

/* channel.c */

/** sg_channel_new() - for an object that has just been made; NV_STATUS */
u32 sg_channel_new(struct softgpu_gsp_rm *rm, u32 h_client, struct gsp_object *object);
void sg_channel_free(struct sg_channel *channel);
/** sg_channel_schedule() - may run from now on, or no more */
void sg_channel_schedule(struct sg_channel *channel, bool on);
/** sg_channel_wake() - it has work, which it does when it may run */
void sg_channel_wake(struct sg_channel *channel);
/** sg_channel_space() - the VA space as it is now */
struct sg_space sg_channel_space(const struct sg_channel *channel);
/** sg_channel_fail() - it and its group stop for good; one line says why */
__attribute__((format(printf, 3, 4)))
void sg_channel_fail(struct sg_channel *channel, u32 xid, const char *fmt, ...);
/** sg_channel_read() - by virtual address; a fault fails the channel */
bool sg_channel_read(struct sg_channel *channel, u64 addr, void *buf, u32 len);
bool sg_channel_write(struct sg_channel *channel, u64 addr, const void *buf, u32 len);

/** sg_channel_get() - by its number; NULL if there is none */
struct sg_channel *sg_channel_get(struct softgpu *gpu, u32 chid);

/* ramfc.c */
/** sg_ramfc_store() - keep in RAMFC what belongs there; false if that is no memory */
bool sg_ramfc_store(struct sg_channel *channel);
/** sg_ramfc_load() - the inverse; the channel fails if that isn't there */
void sg_ramfc_load(struct sg_channel *channel);

/* replay.c */
/** sg_gr_fault() - the graphics engine waits for a page, where it may, or fails */
void sg_gr_fault(struct sg_channel *channel, const char *what, u64 addr, bool write);
/** sg_faults_replay() - whoever waits tries again */
void sg_faults_replay(struct softgpu *gpu);
/** sg_faults_cancel() - whoever waits for @addr, or for @any page, fails; others try again */
void sg_faults_cancel(struct softgpu *gpu, bool any, u64 addr);

/* semaphore.c */

/* Numbered as host and copy engines do. */
enum sg_reduction {
	SG_REDUCE_MIN, SG_REDUCE_MAX, SG_REDUCE_XOR, SG_REDUCE_AND, SG_REDUCE_OR, SG_REDUCE_ADD,
	SG_REDUCE_INC, SG_REDUCE_DEC,
};

/** sg_channel_release() - semaphore of 4 or 8 bytes, with @stamped a time stamp 8 bytes on */
bool sg_channel_release(struct sg_channel *channel, u64 addr, u64 payload, u32 bytes,
			bool stamped);
/** sg_channel_reduce() - combine @payload with what lies at @addr */
bool sg_channel_reduce(struct sg_channel *channel, u64 addr, u64 payload, u32 bytes,
		       enum sg_reduction op, bool is_signed);

/* pbdma.c */
/** sg_channel_acquire() - go on when a semaphore of @bytes compares well by @op with @payload */
void sg_channel_acquire(struct sg_channel *channel, u64 addr, u64 payload, u32 op, u32 bytes);
enum sg_run sg_pbdma_run(struct sg_channel *channel, struct sg_budget *budget);

/* ce-block.c */
enum sg_ce_side { SG_CE_SRC, SG_CE_DST };
/** sg_ce_block_refusal() - what is wrong with a block-linear side of a copy, or NULL */
const char *sg_ce_block_refusal(const struct sg_channel *channel, enum sg_ce_side which);
/** sg_ce_block_run() - address of byte @at of the current line; *@len is cut to what follows */
u64 sg_ce_block_run(const struct sg_channel *channel, enum sg_ce_side which, u64 at, u32 *len);

/* ce.c */
void sg_ce_method(struct sg_channel *channel, u32 method, u32 data);
/** sg_ce_step() - go on with the launched copy */
void sg_ce_step(struct sg_channel *channel, struct sg_budget *budget);

/* gr.c */
/** sg_gr_method() - one that is not host's, for an object of @class */
void sg_gr_method(struct sg_channel *channel, u32 class, u32 method, u32 data);
/** sg_gr_step() - go on with the launch */
void sg_gr_step(struct sg_channel *channel, struct sg_budget *budget);
/** sg_gr_object() - that of a subchannel, made if it is not there; NULL without memory */
struct sg_gr *sg_gr_object(struct sg_channel *channel, u32 subchannel);
void sg_gr_free(struct sg_channel *channel);

#endif
