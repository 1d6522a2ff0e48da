// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The graphics engine, as far as it moves data and signals: notifiers, report
 * semaphores, inline data, launches (sm.c has the programs). Nothing is drawn.
 */
#include <stdlib.h>

#include <linux/minmax.h>

#include "channel.h"
#include "context.h"
#include "sm.h"

#include "abi/nv-class.h"
#include "regs/nv-gr.h"

#define THREADS_MAX	1024

/* Bytes of a turn's budget that a block, each of its threads and each instruction of these take. */
#define STEP_COST	256
#define THREAD_COST	64
#define INSTRUCTION_COST	16

/** struct release - a semaphore to be written and how */
struct release {
	u64 addr, payload;
	u32 bytes;
	bool stamped, reduced, is_signed, awaken;
	u32 op;
};

static u32 gr(const struct sg_gr *gr, u32 method)
{
	return gr->method[method / 4];
}

static u64 gr_addr(const struct sg_gr *object, u32 upper, u32 lower)
{
	return (u64)(gr(object, upper) & 0x1ffff) << 32 | gr(object, lower);
}

/* The engine numbers reductions in its own way. */
static const enum sg_reduction reductions[] = {
	SG_REDUCE_ADD, SG_REDUCE_MIN, SG_REDUCE_MAX, SG_REDUCE_INC, SG_REDUCE_DEC, SG_REDUCE_AND,
	SG_REDUCE_OR, SG_REDUCE_XOR,
};

static void release(struct sg_channel *channel, const struct release *how)
{
	bool good;

	if (how->reduced)
		good = sg_channel_reduce(channel, how->addr, how->payload, how->bytes,
					 reductions[how->op], how->is_signed);
	else
		good = sg_channel_release(channel, how->addr, how->payload, how->bytes,
					  how->stamped);
	if (good && how->awaken)
		sg_intr_raise(channel->gpu, channel->vector);
}

static void report(struct sg_channel *channel, u32 operation, const struct release *how)
{
	switch (operation) {
	case NVC7C0_REPORT_OPERATION_RELEASE:
		release(channel, how);
		return;
	case NVC7C0_REPORT_OPERATION_ACQUIRE:
		sg_channel_acquire(channel, how->addr, how->payload,
				   NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE, how->bytes);
		return;
	case NVC7C0_REPORT_OPERATION_TRAP:
		if (how->awaken)
			sg_intr_raise(channel->gpu, channel->vector);
		return;
	}
	sg_channel_fail(channel, SG_XID_GR_ERROR, "reports without a semaphore are not modelled");
}

static void report_semaphore(struct sg_channel *channel, const struct sg_gr *object, u32 data)
{
	const struct release how = {
		.addr = gr_addr(object, NVC7C0_SET_REPORT_SEMAPHORE_A,
				NVC7C0_SET_REPORT_SEMAPHORE_B),
		.payload = gr(object, NVC7C0_SET_REPORT_SEMAPHORE_C),
		.bytes = 4,
		.stamped = !(data & NVC7C0_SET_REPORT_SEMAPHORE_D_ONE_WORD),
		.reduced = data & NVC7C0_SET_REPORT_SEMAPHORE_D_REDUCTION,
		.is_signed = data & NVC7C0_SET_REPORT_SEMAPHORE_D_SIGNED,
		.op = FIELD_GET(NVC7C0_SET_REPORT_SEMAPHORE_D_REDUCTION_OP, data),
		.awaken = data & NVC7C0_SET_REPORT_SEMAPHORE_D_AWAKEN,
	};

	report(channel, FIELD_GET(NVC7C0_SET_REPORT_SEMAPHORE_D_OPERATION, data), &how);
}

static void report_semaphore_execute(struct sg_channel *channel, const struct sg_gr *object,
				     u32 data)
{
	struct release how = {
		.addr = gr_addr(object, NVC7C0_SET_REPORT_SEMAPHORE_ADDRESS_UPPER,
				NVC7C0_SET_REPORT_SEMAPHORE_ADDRESS_LOWER),
		.payload = gr(object, NVC7C0_SET_REPORT_SEMAPHORE_PAYLOAD_LOWER),
		.bytes = 4,
		.stamped = FIELD_GET(NVC7C0_REPORT_SEMAPHORE_EXECUTE_SIZE, data) ==
			   NVC7C0_REPORT_SIZE_FOUR_WORDS,
		.reduced = data & NVC7C0_REPORT_SEMAPHORE_EXECUTE_REDUCTION,
		.is_signed = data & NVC7C0_REPORT_SEMAPHORE_EXECUTE_SIGNED,
		.op = FIELD_GET(NVC7C0_REPORT_SEMAPHORE_EXECUTE_REDUCTION_OP, data),
		.awaken = data & NVC7C0_REPORT_SEMAPHORE_EXECUTE_AWAKEN,
	};

	if (data & NVC7C0_REPORT_SEMAPHORE_EXECUTE_PAYLOAD_64) {
		how.bytes = 8;
		how.payload |= (u64)gr(object, NVC7C0_SET_REPORT_SEMAPHORE_PAYLOAD_UPPER) << 32;
	}
	report(channel, FIELD_GET(NVC7C0_REPORT_SEMAPHORE_EXECUTE_OPERATION, data), &how);
}

/* Time, two words of information, of which none is needed, and a status that is success. */
static void notify(struct sg_channel *channel, const struct sg_gr *object, u32 type)
{
	const u64 notifier[2] = { sg_ptimer_now(channel->gpu) };
	u64 addr = gr_addr(object, NVC7C0_SET_NOTIFY_A, NVC7C0_SET_NOTIFY_B);

	if (sg_channel_write(channel, addr, notifier, sizeof(notifier)) &&
	    type == NVC7C0_NOTIFY_TYPE_WRITE_THEN_AWAKEN)
		sg_intr_raise(channel->gpu, channel->vector);
}

/* Inline data */

static bool write_inline(struct sg_channel *channel, u64 addr, const void *data, u32 len)
{
	const struct sg_space space = sg_channel_space(channel);
	u64 done = sg_space_write(channel->gpu, &space, addr, data, len);

	if (done < len)
		sg_gr_fault(channel, "inline", addr + done, true);
	return done == len;
}

static void i2m_finish(struct sg_channel *channel, struct sg_gr *object)
{
	u32 launch = gr(object, NVC7C0_LAUNCH_DMA);
	const struct release how = {
		.addr = gr_addr(object, NVC7C0_SET_I2M_SEMAPHORE_A, NVC7C0_SET_I2M_SEMAPHORE_B),
		.payload = gr(object, NVC7C0_SET_I2M_SEMAPHORE_C),
		.bytes = 4,
		.stamped = !(launch & NVC7C0_LAUNCH_DMA_SEMAPHORE_ONE_WORD),
	};

	object->loading = false;
	if (FIELD_GET(NVC7C0_LAUNCH_DMA_COMPLETION_TYPE, launch) ==
	    NVC7C0_LAUNCH_DMA_COMPLETION_TYPE_RELEASE)
		release(channel, &how);
	if (FIELD_GET(NVC7C0_LAUNCH_DMA_INTERRUPT_TYPE, launch) && !channel->xid)
		sg_intr_raise(channel->gpu, channel->vector);
}

/* Whether lines are padded to dwords is not known, so they may be none or need no padding. */
static void i2m_launch(struct sg_channel *channel, struct sg_gr *object, u32 launch)
{
	u32 length = gr(object, NVC7C0_LINE_LENGTH_IN), lines = gr(object, NVC7C0_LINE_COUNT);

	if (!(launch & NVC7C0_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH) ||
	    (launch & NVC7C0_LAUNCH_DMA_REDUCTION_ENABLE) || (lines > 1 && length % 4)) {
		sg_channel_fail(channel, SG_XID_GR_ERROR,
				"inline data of kind %#x, %u lines of %u bytes, is not modelled",
				launch, lines, length);
		return;
	}
	sg_trace(channel->gpu, "inline data: %u x %u to %#llx", length, lines,
		 gr_addr(object, NVC7C0_OFFSET_OUT_UPPER, NVC7C0_OFFSET_OUT));
	object->loading = true;
	object->line = 0;
	object->done = 0;
	if (!length || !lines)
		i2m_finish(channel, object);
}

static void i2m_data(struct sg_channel *channel, struct sg_gr *object, u32 data)
{
	u64 addr = gr_addr(object, NVC7C0_OFFSET_OUT_UPPER, NVC7C0_OFFSET_OUT);
	u32 length = gr(object, NVC7C0_LINE_LENGTH_IN), part;

	if (!object->loading) {
		sg_channel_fail(channel, SG_XID_GR_ERROR, "inline data without a launch");
		return;
	}
	part = min_t(u32, length - object->done, sizeof(data));
	addr += (s64)(s32)gr(object, NVC7C0_PITCH_OUT) * object->line + object->done;
	if (!write_inline(channel, addr, &data, part))
		return;
	object->done += part;
	if (object->done < length)
		return;
	object->done = 0;
	if (++object->line == gr(object, NVC7C0_LINE_COUNT))
		i2m_finish(channel, object);
}

/* Launches */

static void qmd_release(struct sg_channel *channel, const u32 *dword)
{
	const struct release how = {
		.addr = (u64)(dword[1] & NVC7C0_QMDV03_00_RELEASE_ADDRESS_UPPER) << 32 | dword[0],
		.payload = (u64)dword[3] << 32 | dword[2],
		.bytes = dword[1] & NVC7C0_QMDV03_00_RELEASE_PAYLOAD_64 ? 8 : 4,
		.stamped = FIELD_GET(NVC7C0_QMDV03_00_RELEASE_SIZE, dword[1]) ==
			   NVC7C0_REPORT_SIZE_FOUR_WORDS,
		.reduced = dword[1] & NVC7C0_QMDV03_00_RELEASE_REDUCTION,
		.is_signed = dword[1] & NVC7C0_QMDV03_00_RELEASE_SIGNED,
		.op = FIELD_GET(NVC7C0_QMDV03_00_RELEASE_REDUCTION_OP, dword[1]),
	};

	if ((dword[1] & NVC7C0_QMDV03_00_RELEASE_ENABLE) && !channel->xid)
		release(channel, &how);
}

static void end_launch(struct sg_channel *channel)
{
	struct sg_sm *sm = channel->sm;

	channel->sm = NULL;
	qmd_release(channel, sm->qmd + NVC7C0_QMDV03_00_RELEASE0);
	qmd_release(channel, sm->qmd + NVC7C0_QMDV03_00_RELEASE1);
	qmd_release(channel, sm->qmd + NVC7C0_QMDV03_00_RELEASE2);
	free(sm);
}

/* The program and its arguments, as far as they are there. */
static void load(struct sg_sm *sm)
{
	struct softgpu *gpu = sm->channel->gpu;
	const u32 *qmd = sm->qmd;
	u64 bank = (u64)(qmd[NVC7C0_QMDV03_00_CONSTANT_BUFFER + 1] &
			 NVC7C0_QMDV03_00_ADDRESS_UPPER) << 32 |
		   qmd[NVC7C0_QMDV03_00_CONSTANT_BUFFER];
	u32 size = FIELD_GET(NVC7C0_QMDV03_00_CONSTANT_BUFFER_SIZE,
			     qmd[NVC7C0_QMDV03_00_CONSTANT_BUFFER + 1]) << 4;

	sm->program = (u64)(qmd[NVC7C0_QMDV03_00_PROGRAM_ADDRESS + 1] &
			    NVC7C0_QMDV03_00_ADDRESS_UPPER) << 32 |
		      qmd[NVC7C0_QMDV03_00_PROGRAM_ADDRESS];
	sm->code_len = sg_space_read(gpu, &sm->space, sm->program, sm->code, sizeof(sm->code));
	if (qmd[NVC7C0_QMDV03_00_CONSTANT_BUFFER_VALID] & 1)
		sm->bank_len = sg_space_read(gpu, &sm->space, bank, sm->bank,
					     min_t(u32, size, sizeof(sm->bank)));
	sm->grid[0] = qmd[NVC7C0_QMDV03_00_CTA_RASTER_WIDTH];
	sm->grid[1] = qmd[NVC7C0_QMDV03_00_CTA_RASTER_HEIGHT] & 0xffff;
	sm->grid[2] = qmd[NVC7C0_QMDV03_00_CTA_RASTER_DEPTH] & 0xffff;
	sm->block[0] = qmd[NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0] >> 16;
	sm->block[1] = qmd[NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION1] & 0xffff;
	sm->block[2] = qmd[NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION1] >> 16;
}

static void launch(struct sg_channel *channel, u64 addr)
{
	struct sg_sm *sm = calloc(1, sizeof(*sm));

	if (!sm) {
		sg_channel_fail(channel, SG_XID_GR_ERROR, "the model is out of memory");
		return;
	}
	sm->channel = channel;
	sm->space = sg_channel_space(channel);
	if (!sg_channel_read(channel, addr, sm->qmd, sizeof(sm->qmd))) {
		free(sm);
		return;
	}
	load(sm);
	channel->sm = sm;
	sg_trace(channel->gpu, "grid at %#llx: %u x %u x %u of %u x %u x %u threads",
		 sm->program, sm->grid[0], sm->grid[1], sm->grid[2], sm->block[0], sm->block[1],
		 sm->block[2]);
	if (!sm->grid[0] || !sm->grid[1] || !sm->grid[2])
		end_launch(channel);
}

/* A program that is too much for the model ends where it is, as if it had come to its end. */
void sg_gr_step(struct sg_channel *channel, struct sg_budget *budget)
{
	struct sg_sm *sm = channel->sm;
	u64 threads = (u64)sm->block[0] * sm->block[1] * sm->block[2];
	enum sg_sm_end end;
	u64 cost, steps;
	bool more;

	if (threads > THREADS_MAX) {
		sg_channel_fail(channel, SG_XID_GR_ERROR, "launch of %llu threads in a block",
				threads);
		return;
	}
	end = sg_sm_block(sm, &steps);
	cost = STEP_COST + threads * THREAD_COST + steps * INSTRUCTION_COST;
	budget->bytes -= min_t(u64, budget->bytes, cost);
	switch (end) {
	case SG_SM_FAULT:
		return;
	case SG_SM_UNKNOWN:
		more = false;
		break;
	default:
		more = sg_sm_advance(sm->at, sm->grid);
	}
	if (!more)
		end_launch(channel);
}

static bool schedules(u32 method, u32 data)
{
	if (method == NVC7C0_SEND_SIGNALING_PCAS_B)
		return data & NVC7C0_SEND_SIGNALING_PCAS_B_SCHEDULE;
	switch (FIELD_GET(NVC7C0_SEND_SIGNALING_PCAS2_B_ACTION, data)) {
	case NVC7C0_PCAS_ACTION_SCHEDULE:
	case NVC7C0_PCAS_ACTION_INVALIDATE_COPY_SCHEDULE:
	case NVC7C0_PCAS_ACTION_PREFETCH_SCHEDULE:
	case NVC7C0_PCAS_ACTION_INVALIDATE_PREFETCH_COPY_SCHEDULE:
		return true;
	}
	return false;
}

/* The last dword is what launches it. */
static void inline_qmd(struct sg_channel *channel, const struct sg_gr *object, u32 i, u32 data)
{
	u64 qmd = (u64)gr(object, NVC7C0_SET_INLINE_QMD_ADDRESS_A) << 40 |
		  (u64)gr(object, NVC7C0_SET_INLINE_QMD_ADDRESS_B) << 8;

	if (sg_channel_write(channel, qmd + i * sizeof(data), &data, sizeof(data)) &&
	    i == NVC7C0_QMDV03_00_DWORDS - 1)
		launch(channel, qmd);
}

static void compute_method(struct sg_channel *channel, struct sg_gr *object, u32 method, u32 data)
{
	const u32 first = NVC7C0_LOAD_INLINE_QMD_DATA(0);

	if (method == NVC7C0_REPORT_SEMAPHORE_EXECUTE) {
		report_semaphore_execute(channel, object, data);
	} else if (method == NVC7C0_SEND_SIGNALING_PCAS_B ||
		   method == NVC7C0_SEND_SIGNALING_PCAS2_B) {
		if (schedules(method, data))
			launch(channel, (u64)gr(object, NVC7C0_SEND_PCAS_A) << 8);
	} else if (method >= first &&
		   method < NVC7C0_LOAD_INLINE_QMD_DATA(NVC7C0_QMDV03_00_DWORDS)) {
		inline_qmd(channel, object, (method - first) / 4, data);
	}
}

struct sg_gr *sg_gr_object(struct sg_channel *channel, u32 subchannel)
{
	struct sg_gr **object = &channel->gr[subchannel];

	if (!*object)
		*object = calloc(1, sizeof(**object));
	return *object;
}

static struct sg_gr *get_object(struct sg_channel *channel)
{
	struct sg_gr *object = sg_gr_object(channel, channel->subchannel);

	if (!object)
		sg_channel_fail(channel, SG_XID_GR_ERROR, "the model is out of memory");
	return object;
}

void sg_gr_method(struct sg_channel *channel, u32 class, u32 method, u32 data)
{
	struct sg_gr *object = get_object(channel);

	if (!object || !sg_context_load(channel, class))
		return;
	object->method[method / 4] = data;
	if (method == NVC7C0_NOTIFY)
		notify(channel, object, data);
	else if (class == FERMI_TWOD_A)
		return;
	else if (method == NVC7C0_LAUNCH_DMA)
		i2m_launch(channel, object, data);
	else if (method == NVC7C0_LOAD_INLINE_DATA)
		i2m_data(channel, object, data);
	else if (class == KEPLER_INLINE_TO_MEMORY_B)
		return;
	else if (method == NVC7C0_SET_REPORT_SEMAPHORE_D)
		report_semaphore(channel, object, data);
	else if (class == AMPERE_COMPUTE_B)
		compute_method(channel, object, method, data);
}

void sg_gr_free(struct sg_channel *channel)
{
	for (unsigned int i = 0; i < NV_HOST_SUBCHANNELS; i++)
		free(channel->gr[i]);
	free(channel->sm);
}
