// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A channel's PBDMA: it fetches GPFIFO entries and the pushbuffer segments that they
 * name, takes methods out of these and executes those of host.
 */
#include <string.h>

#include <linux/minmax.h>

#include "channel.h"

#include "abi/nv-class.h"

#define UNMODELLED_LOGGED	4

/* By convention; on a copy engine's own runlist every subchannel is its. */
#define SUBCHANNEL_COPY		4

#define ENGINE_COPY0		0x09
#define ENGINE_COPY9		0x12

static u32 host(const struct sg_channel *channel, u32 method)
{
	return channel->host[method / 4];
}

/* Semaphores */

static u64 semaphore_addr(const struct sg_channel *channel)
{
	return (u64)(host(channel, NVC56F_SEM_ADDR_HI) & 0xff) << 32 |
	       (host(channel, NVC56F_SEM_ADDR_LO) & ~3u);
}

static u64 legacy_addr(const struct sg_channel *channel)
{
	return (u64)(host(channel, NVC56F_SEMAPHOREA) & 0xff) << 32 |
	       (host(channel, NVC56F_SEMAPHOREB) & ~3u);
}

static bool compare(const struct sg_acquire *want, u64 value)
{
	const u64 mask = want->bytes == 8 ? ~0ull : ~0u;
	const u64 sign = mask ^ mask >> 1;

	switch (want->op) {
	case NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE:
		return value == want->payload;
	case NVC56F_SEM_EXECUTE_OPERATION_ACQ_STRICT_GEQ:
		return value >= want->payload;
	case NVC56F_SEM_EXECUTE_OPERATION_ACQ_CIRC_GEQ:
		return !((value - want->payload) & sign);
	case NVC56F_SEM_EXECUTE_OPERATION_ACQ_AND:
		return value & want->payload;
	default:
		return ~(value | want->payload) & mask;
	}
}

/* Is what the channel waits for there? A channel that failed waits no more. */
static bool acquired(struct sg_channel *channel)
{
	struct sg_acquire *want = &channel->acquire;
	u64 value = 0;

	if (!want->bytes)
		return true;
	if (!sg_channel_read(channel, want->addr, &value, want->bytes) || !compare(want, value))
		return false;
	want->bytes = 0;
	return true;
}

void sg_channel_acquire(struct sg_channel *channel, u64 addr, u64 payload, u32 op, u32 bytes)
{
	if (addr % bytes) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "semaphore at odd address %#llx",
				addr);
		return;
	}
	channel->acquire = (struct sg_acquire){
		.addr = addr, .payload = payload, .op = op, .bytes = bytes,
	};
}

static void sem_execute(struct sg_channel *channel, u32 data)
{
	u32 op = FIELD_GET(NVC56F_SEM_EXECUTE_OPERATION, data);
	u32 bytes = data & NVC56F_SEM_EXECUTE_PAYLOAD_SIZE_64BIT ? 8 : 4;
	u64 payload = host(channel, NVC56F_SEM_PAYLOAD_LO);

	if (bytes == 8)
		payload |= (u64)host(channel, NVC56F_SEM_PAYLOAD_HI) << 32;
	if (op == NVC56F_SEM_EXECUTE_OPERATION_REDUCTION &&
	    FIELD_GET(NVC56F_SEM_EXECUTE_REDUCTION, data) <= NVC56F_SEM_EXECUTE_REDUCTION_DEC)
		sg_channel_reduce(channel, semaphore_addr(channel), payload, bytes,
				  FIELD_GET(NVC56F_SEM_EXECUTE_REDUCTION, data),
				  !(data & NVC56F_SEM_EXECUTE_REDUCTION_FORMAT_UNSIGNED));
	else if (op >= NVC56F_SEM_EXECUTE_OPERATION_REDUCTION)
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "SEM_EXECUTE %#x is not modelled",
				data);
	else if (op == NVC56F_SEM_EXECUTE_OPERATION_RELEASE)
		sg_channel_release(channel, semaphore_addr(channel), payload, bytes,
				   data & NVC56F_SEM_EXECUTE_RELEASE_TIMESTAMP);
	else
		sg_channel_acquire(channel, semaphore_addr(channel), payload, op, bytes);
}

static void semaphored(struct sg_channel *channel, u32 data)
{
	u64 addr = legacy_addr(channel);
	u32 payload = host(channel, NVC56F_SEMAPHOREC);

	switch (FIELD_GET(NVC56F_SEMAPHORED_OPERATION, data)) {
	case NVC56F_SEMAPHORED_OPERATION_ACQUIRE:
		sg_channel_acquire(channel, addr, payload, NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE, 4);
		break;
	case NVC56F_SEMAPHORED_OPERATION_ACQ_GEQ:
		sg_channel_acquire(channel, addr, payload,
				   NVC56F_SEM_EXECUTE_OPERATION_ACQ_CIRC_GEQ, 4);
		break;
	case NVC56F_SEMAPHORED_OPERATION_ACQ_AND:
		sg_channel_acquire(channel, addr, payload, NVC56F_SEM_EXECUTE_OPERATION_ACQ_AND, 4);
		break;
	case NVC56F_SEMAPHORED_OPERATION_RELEASE:
		sg_channel_release(channel, addr, payload, 4,
				   !(data & NVC56F_SEMAPHORED_RELEASE_SIZE_4BYTE));
		break;
	default:
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "SEMAPHORED %#x is not modelled",
				data);
	}
}

/* Other host methods */

static void tlb_invalidate(struct sg_channel *channel)
{
	u32 replay = FIELD_GET(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY,
			       host(channel, NVC56F_MEM_OP_C));
	u64 addr = (u64)host(channel, NVC56F_MEM_OP_B) << 32 |
		   (host(channel, NVC56F_MEM_OP_A) & ~0xfffu);

	if (replay && !channel->privileged) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "replay %u is not for this channel",
				replay);
		return;
	}
	switch (replay) {
	case NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START:
	case NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START_ACK_ALL:
		return sg_faults_replay(channel->gpu);
	case NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_TARGETED:
	case NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_GLOBAL:
		return sg_faults_cancel(channel->gpu, true, 0);
	case NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_VA_GLOBAL:
		return sg_faults_cancel(channel->gpu, false, addr);
	}
}

/* Nothing is cached between an engine and memory, so there is nothing to flush. */
static void mem_op(struct sg_channel *channel, u32 data)
{
	switch (FIELD_GET(NVC56F_MEM_OP_D_OPERATION, data)) {
	case NVC56F_MEM_OP_D_OPERATION_MMU_TLB_INVALIDATE:
	case NVC56F_MEM_OP_D_OPERATION_MMU_TLB_INVALIDATE_TARGETED:
		tlb_invalidate(channel);
		break;
	case NVC56F_MEM_OP_D_OPERATION_MEMBAR:
	case NVC56F_MEM_OP_D_OPERATION_L2_PEERMEM_INVALIDATE:
	case NVC56F_MEM_OP_D_OPERATION_L2_SYSMEM_INVALIDATE:
	case NVC56F_MEM_OP_D_OPERATION_L2_CLEAN_COMPTAGS:
	case NVC56F_MEM_OP_D_OPERATION_L2_FLUSH_DIRTY:
	case NVC56F_MEM_OP_D_OPERATION_L2_WAIT_FOR_SYS_PENDING_READS:
	case NVC56F_MEM_OP_D_OPERATION_ACCESS_COUNTER_CLR:
		break;
	default:
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "MEM_OP_D %#x", data);
	}
}

static bool is_copy_engine(const struct sg_channel *channel)
{
	return channel->engine >= ENGINE_COPY0 && channel->engine <= ENGINE_COPY9;
}

static void set_object(struct sg_channel *channel, u32 data)
{
	u32 class = FIELD_GET(NVC56F_SET_OBJECT_NVCLASS, data);

	if (is_copy_engine(channel) && class != AMPERE_DMA_COPY_B && class != GP100_UVM_SW)
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "no object of class %04x here",
				class);
	channel->class[channel->subchannel] = class;
}

static void set_reference(struct sg_channel *channel, u32 data)
{
	sg_space_write(channel->gpu, &channel->userd_space, channel->userd + NV_USERD_REFERENCE,
		       &data, sizeof(data));
}

static void host_method(struct sg_channel *channel, u32 method, u32 data)
{
	channel->host[method / 4] = data;
	switch (method) {
	case NVC56F_SET_OBJECT:
		return set_object(channel, data);
	case NVC56F_SEMAPHORED:
		return semaphored(channel, data);
	case NVC56F_NON_STALL_INTERRUPT:
		return sg_intr_raise(channel->gpu, channel->vector);
	case NVC56F_MEM_OP_D:
		return mem_op(channel, data);
	case NVC56F_SET_REFERENCE:
		return set_reference(channel, data);
	case NVC56F_SEM_EXECUTE:
		return sem_execute(channel, data);
	case NVC56F_NOP:
	case NVC56F_SEMAPHOREA:
	case NVC56F_SEMAPHOREB:
	case NVC56F_SEMAPHOREC:
	case NVC56F_FB_FLUSH:
	case NVC56F_MEM_OP_A:
	case NVC56F_MEM_OP_B:
	case NVC56F_MEM_OP_C:
	case NVC56F_SEM_ADDR_LO:
	case NVC56F_SEM_ADDR_HI:
	case NVC56F_SEM_PAYLOAD_LO:
	case NVC56F_SEM_PAYLOAD_HI:
	case NVC56F_WFI:
	case NVC56F_YIELD:
	case NVC56F_CLEAR_FAULTED:
		return;
	}
	sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "host has no method %#x", method);
}

static void execute(struct sg_channel *channel, u32 method, u32 data)
{
	u32 class = channel->class[channel->subchannel];

	if (method < NVC56F_METHODS_END) {
		host_method(channel, method, data);
	} else if ((is_copy_engine(channel) && class != GP100_UVM_SW) ||
		   class == AMPERE_DMA_COPY_B ||
		   (!class && channel->subchannel == SUBCHANNEL_COPY)) {
		sg_ce_method(channel, method, data);
	} else if (class == AMPERE_COMPUTE_B || class == AMPERE_B || class == FERMI_TWOD_A ||
		   class == KEPLER_INLINE_TO_MEMORY_B) {
		sg_gr_method(channel, class, method, data);
	} else if (channel->unmodelled++ < UNMODELLED_LOGGED) {
		sg_log(channel->gpu, "channel %u: class %04x is not modelled, method %#x dropped",
		       channel->chid, class, method);
	}
}

/* Pushbuffer */

static void start_header(struct sg_channel *channel, u32 header)
{
	u32 method = FIELD_GET(NVC56F_DMA_METHOD_ADDRESS, header) << 2;

	channel->op = FIELD_GET(NVC56F_DMA_SEC_OP, header);
	channel->subchannel = FIELD_GET(NVC56F_DMA_METHOD_SUBCHANNEL, header);
	channel->method = method;
	switch (channel->op) {
	case NVC56F_DMA_SEC_OP_GRP0_USE_TERT:
		/* Masks of subdevices do nothing; the old form of methods is gone. */
		if (FIELD_GET(NVC56F_DMA_TERT_OP, header) != NVC56F_DMA_TERT_OP_GRP0_INC_METHOD ||
		    !FIELD_GET(NVC56F_DMA_METHOD_COUNT_OLD, header))
			return;
		break;
	case NVC56F_DMA_SEC_OP_INC_METHOD:
	case NVC56F_DMA_SEC_OP_NON_INC_METHOD:
	case NVC56F_DMA_SEC_OP_ONE_INC:
		channel->count = FIELD_GET(NVC56F_DMA_METHOD_COUNT, header);
		return;
	case NVC56F_DMA_SEC_OP_IMMD_DATA_METHOD:
		execute(channel, method, FIELD_GET(NVC56F_DMA_METHOD_COUNT, header));
		return;
	case NVC56F_DMA_SEC_OP_END_PB_SEGMENT:
		channel->pb_left = 0;
		channel->word_next = channel->word_count;
		return;
	}
	sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "pushbuffer has header %#x", header);
}

static void take_word(struct sg_channel *channel, u32 word)
{
	u32 method = channel->method;

	if (!channel->count) {
		start_header(channel, word);
		return;
	}
	channel->count--;
	if (channel->op != NVC56F_DMA_SEC_OP_NON_INC_METHOD)
		channel->method = (method + 4) & 0x3fff;
	if (channel->op == NVC56F_DMA_SEC_OP_ONE_INC)
		channel->op = NVC56F_DMA_SEC_OP_NON_INC_METHOD;
	execute(channel, method, word);
}

/* What faulted is sent to the engine again once the page is there. */
static void next_word(struct sg_channel *channel)
{
	const u32 op = channel->op, method = channel->method, count = channel->count;

	take_word(channel, channel->word[channel->word_next++]);
	if (!channel->faulted || channel->sm)
		return;
	channel->op = op;
	channel->method = method;
	channel->count = count;
	channel->word_next--;
}

static bool fetch_words(struct sg_channel *channel)
{
	u32 count = min_t(u32, channel->pb_left, SG_FETCH_WORDS);

	if (!sg_channel_read(channel, channel->pb_addr, channel->word, count * sizeof(u32)))
		return false;
	channel->pb_addr += count * sizeof(u32);
	channel->pb_left -= count;
	channel->word_count = count;
	channel->word_next = 0;
	return true;
}

/* GPFIFO */

static void end_segment(struct sg_channel *channel)
{
	channel->in_segment = false;
	if (++channel->gp_get >= channel->entries)
		channel->gp_get = 0;
	sg_space_write(channel->gpu, &channel->userd_space, channel->userd + NV_USERD_GP_GET,
		       &channel->gp_get, sizeof(channel->gp_get));
}

static void start_entry(struct sg_channel *channel, const u32 entry[2])
{
	u32 length = FIELD_GET(NVC56F_GP_ENTRY1_LENGTH, entry[1]);
	u32 opcode = FIELD_GET(NVC56F_GP_ENTRY1_OPCODE, entry[1]);

	channel->in_segment = true;
	channel->word_next = 0;
	channel->word_count = 0;
	channel->pb_left = length;
	channel->pb_addr = (u64)FIELD_GET(NVC56F_GP_ENTRY1_GET_HI, entry[1]) << 32 |
			   (entry[0] & NVC56F_GP_ENTRY0_GET);
	if (!length && (opcode == NVC56F_GP_ENTRY1_OPCODE_ILLEGAL ||
			opcode > NVC56F_GP_ENTRY1_OPCODE_PB_CRC))
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "GPFIFO entry %u is %08x %08x",
				channel->gp_get, entry[0], entry[1]);
}

/* False if there is none, or none that can be had. */
/* USERD is looked at after a doorbell only: before the first it holds what was there before. */
static bool fetch_put(struct sg_channel *channel)
{
	u32 put;

	if (sg_space_read(channel->gpu, &channel->userd_space, channel->userd + NV_USERD_GP_PUT,
			  &put, sizeof(put)) != sizeof(put)) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "USERD cannot be read");
		return false;
	}
	if (put >= channel->entries) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "GPPut is %u of %u entries", put,
				channel->entries);
		return false;
	}
	channel->gp_put = put;
	channel->rung = false;
	return true;
}

static bool next_entry(struct sg_channel *channel)
{
	u32 entry[2];

	if (!channel->entries || (channel->rung && !fetch_put(channel)) ||
	    channel->gp_get == channel->gp_put)
		return false;
	if (!sg_channel_read(channel, channel->gpfifo +
			     (u64)channel->gp_get * NVC56F_GP_ENTRY__SIZE, entry, sizeof(entry)))
		return false;
	start_entry(channel, entry);
	return true;
}

enum sg_run sg_pbdma_run(struct sg_channel *channel, struct sg_budget *budget)
{
	if (channel->unloaded)
		sg_ramfc_load(channel);
	while (budget->methods && budget->bytes && !channel->xid) {
		if (channel->faulted)
			return SG_RUN_WAIT;
		if (channel->copy.busy) {
			sg_ce_step(channel, budget);
			continue;
		}
		if (channel->sm) {
			sg_gr_step(channel, budget);
			continue;
		}
		if (!acquired(channel))
			return channel->xid ? SG_RUN_IDLE : SG_RUN_WAIT;
		budget->methods--;
		if (channel->word_next < channel->word_count)
			next_word(channel);
		else if (channel->pb_left)
			fetch_words(channel);
		else if (channel->in_segment)
			end_segment(channel);
		else if (!next_entry(channel))
			return SG_RUN_IDLE;
	}
	return channel->xid ? SG_RUN_IDLE : SG_RUN_AGAIN;
}
