// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What host and engines do to a semaphore in memory: write it, with the time if wanted,
 * or combine it with what lies there.
 */
#include <linux/minmax.h>

#include "channel.h"

bool sg_channel_release(struct sg_channel *channel, u64 addr, u64 payload, u32 bytes,
			bool stamped)
{
	const u64 now = sg_ptimer_now(channel->gpu);

	if (addr % (stamped ? 16 : bytes)) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "semaphore at odd address %#llx",
				addr);
		return false;
	}
	/* Whoever sees the payload may look at the time. */
	if (stamped && !sg_channel_write(channel, addr + 8, &now, sizeof(now)))
		return false;
	return sg_channel_write(channel, addr, &payload, stamped ? sizeof(payload) : bytes);
}

static s64 extend(u64 value, u32 bytes)
{
	return bytes == 8 ? (s64)value : (s64)(s32)value;
}

static bool less(u64 a, u64 b, u32 bytes, bool is_signed)
{
	return is_signed ? extend(a, bytes) < extend(b, bytes) : a < b;
}

/* INC and DEC wrap at the payload and know no sign. */
static u64 combine(u64 old, u64 payload, u32 bytes, enum sg_reduction op, bool is_signed)
{
	switch (op) {
	case SG_REDUCE_MIN:
		return less(old, payload, bytes, is_signed) ? old : payload;
	case SG_REDUCE_MAX:
		return less(old, payload, bytes, is_signed) ? payload : old;
	case SG_REDUCE_XOR:
		return old ^ payload;
	case SG_REDUCE_AND:
		return old & payload;
	case SG_REDUCE_OR:
		return old | payload;
	case SG_REDUCE_ADD:
		return old + payload;
	case SG_REDUCE_INC:
		return old >= payload ? 0 : old + 1;
	case SG_REDUCE_DEC:
		return !old || old > payload ? payload : old - 1;
	}
	return old;
}

bool sg_channel_reduce(struct sg_channel *channel, u64 addr, u64 payload, u32 bytes,
		       enum sg_reduction op, bool is_signed)
{
	u64 value = 0;

	if (addr % bytes) {
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "semaphore at odd address %#llx",
				addr);
		return false;
	}
	if (!sg_channel_read(channel, addr, &value, bytes))
		return false;
	value = combine(value, bytes == 8 ? payload : (u32)payload, bytes, op, is_signed);
	return sg_channel_write(channel, addr, &value, bytes);
}
