// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The copy engine: lines of bytes, or of elements that are put together anew. A
 * launch is done in steps, since it may ask for more than fits into a turn.
 */
#include <string.h>

#include <linux/minmax.h>

#include "channel.h"

#define STEP_BYTES		0x10000
#define COMPONENTS		4

/* Bytes of a turn's budget that a step takes before it moves any, and that an element takes. */
#define STEP_COST		256
#define ELEMENT_COST		16

/** struct remap - SET_REMAP_COMPONENTS in parts; @in and @out are sizes of elements */
struct remap {
	u32 size;
	u32 nr_dst;
	u32 in, out;
	u32 from[COMPONENTS];
	bool reads, keeps;
};

static u32 ce(const struct sg_channel *channel, u32 method)
{
	return channel->ce[method / 4];
}

static u64 ce_addr(const struct sg_channel *channel, u32 upper)
{
	return (u64)(ce(channel, upper) & NVC7B5_OFFSET_UPPER) << 32 | ce(channel, upper + 4);
}

static void get_remap(const struct sg_channel *channel, struct remap *remap)
{
	u32 data = ce(channel, NVC7B5_SET_REMAP_COMPONENTS);

	*remap = (struct remap){
		.size = FIELD_GET(NVC7B5_SET_REMAP_COMPONENTS_COMPONENT_SIZE, data) + 1,
		.nr_dst = FIELD_GET(NVC7B5_SET_REMAP_COMPONENTS_NUM_DST_COMPONENTS, data) + 1,
	};
	remap->in = remap->size *
		    (FIELD_GET(NVC7B5_SET_REMAP_COMPONENTS_NUM_SRC_COMPONENTS, data) + 1);
	remap->out = remap->size * remap->nr_dst;
	for (u32 i = 0; i < remap->nr_dst; i++) {
		remap->from[i] = data >> 4 * i & 7;
		remap->reads |= remap->from[i] <= NVC7B5_SET_REMAP_COMPONENTS_SRC_W;
		remap->keeps |= remap->from[i] == NVC7B5_SET_REMAP_COMPONENTS_NO_WRITE;
	}
}

static bool remap_valid(const struct remap *remap)
{
	for (u32 i = 0; i < remap->nr_dst; i++)
		if (remap->from[i] > NVC7B5_SET_REMAP_COMPONENTS_NO_WRITE ||
		    (remap->from[i] <= NVC7B5_SET_REMAP_COMPONENTS_SRC_W &&
		     (remap->from[i] + 1) * remap->size > remap->in))
			return false;
	return true;
}

static bool is_pitch(u32 launch, enum sg_ce_side which)
{
	return launch & (which == SG_CE_SRC ? NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH :
					      NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
}

/* A side that is not looked at may be of any layout. */
static const char *layout_refusal(const struct sg_channel *channel, u32 launch, bool reads)
{
	bool src = reads && !is_pitch(launch, SG_CE_SRC), dst = !is_pitch(launch, SG_CE_DST);
	const char *why = NULL;

	if ((src || dst) && launch & NVC7B5_LAUNCH_DMA_REMAP_ENABLE)
		return "remapping in block-linear memory is not modelled";
	if (dst)
		why = sg_ce_block_refusal(channel, SG_CE_DST);
	if (src && !why)
		why = sg_ce_block_refusal(channel, SG_CE_SRC);
	return why;
}

/* What this engine cannot do, or NULL. */
static const char *refusal(const struct sg_channel *channel, u32 launch)
{
	const u32 physical = NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL |
			     NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL;
	u32 intr = FIELD_GET(NVC7B5_LAUNCH_DMA_INTERRUPT_TYPE, launch);
	struct remap remap;

	get_remap(channel, &remap);
	if ((launch & NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION_ENABLE) &&
	    FIELD_GET(NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION, launch) >
	    NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION_DEC)
		return "semaphore reductions of floats are not modelled";
	if (FIELD_GET(NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE, launch) >
	    NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE_RELEASE_FOUR_WORD)
		return "conditional interrupts are not modelled";
	if (intr && intr != NVC7B5_LAUNCH_DMA_INTERRUPT_TYPE_NON_BLOCKING)
		return "blocking interrupts are not modelled";
	if (FIELD_GET(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE, launch) >
	    NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE_NON_PIPELINED)
		return "no such type of transfer";
	if (!FIELD_GET(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE, launch))
		return NULL;
	if ((launch & NVC7B5_LAUNCH_DMA_REMAP_ENABLE) && !remap_valid(&remap))
		return "no such component";
	if ((launch & physical) && !channel->privileged)
		return "physical addresses are not for this channel";
	return layout_refusal(channel, launch,
			      remap.reads || !(launch & NVC7B5_LAUNCH_DMA_REMAP_ENABLE));
}

static bool get_space(struct sg_channel *channel, bool physical, u32 mode, struct sg_space *space)
{
	u32 target = ce(channel, mode) & NVC7B5_SET_PHYS_MODE_TARGET;

	if (!physical) {
		*space = sg_channel_space(channel);
		return true;
	}
	*space = (struct sg_space){
		.kind = target == NVC7B5_SET_PHYS_MODE_TARGET_LOCAL_FB ? SG_SPACE_VID :
									 SG_SPACE_SYS,
	};
	return target != NVC7B5_SET_PHYS_MODE_TARGET_PEERMEM;
}

static void release(struct sg_channel *channel, u32 launch)
{
	u64 addr = ce_addr(channel, NVC7B5_SET_SEMAPHORE_A);
	u64 payload = ce(channel, NVC7B5_SET_SEMAPHORE_PAYLOAD);
	u32 type = FIELD_GET(NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE, launch);
	u32 bytes = 4;

	if (launch & NVC7B5_LAUNCH_DMA_SEMAPHORE_PAYLOAD_SIZE_TWO_WORD) {
		payload |= (u64)ce(channel, NVC7B5_SET_SEMAPHORE_PAYLOAD_UPPER) << 32;
		bytes = 8;
	}
	if (launch & NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION_ENABLE)
		sg_channel_reduce(channel, addr, payload, bytes,
				  FIELD_GET(NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION, launch),
				  !(launch & NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION_UNSIGNED));
	else
		sg_channel_release(channel, addr, payload, bytes,
				   type == NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE_RELEASE_FOUR_WORD);
}

static void finish(struct sg_channel *channel)
{
	u32 launch = channel->copy.launch;

	channel->copy.busy = false;
	if (FIELD_GET(NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE, launch))
		release(channel, launch);
	if (FIELD_GET(NVC7B5_LAUNCH_DMA_INTERRUPT_TYPE, launch) && !channel->xid)
		sg_intr_raise(channel->gpu, channel->vector);
}

static void launch_dma(struct sg_channel *channel, u32 launch)
{
	struct sg_copy *copy = &channel->copy;
	const char *why = refusal(channel, launch);
	bool src_phys = launch & NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL;
	bool dst_phys = launch & NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL;

	*copy = (struct sg_copy){
		.busy = true,
		.launch = launch,
		.src_addr = ce_addr(channel, NVC7B5_OFFSET_IN_UPPER),
		.dst_addr = ce_addr(channel, NVC7B5_OFFSET_OUT_UPPER),
		.length = ce(channel, NVC7B5_LINE_LENGTH_IN),
		.lines = launch & NVC7B5_LAUNCH_DMA_MULTI_LINE_ENABLE ?
			 ce(channel, NVC7B5_LINE_COUNT) : 1,
	};
	if (!why && (!get_space(channel, src_phys, NVC7B5_SET_SRC_PHYS_MODE, &copy->src) ||
		     !get_space(channel, dst_phys, NVC7B5_SET_DST_PHYS_MODE, &copy->dst)))
		why = "there are no peers";
	if (why) {
		copy->busy = false;
		sg_channel_fail(channel, SG_XID_CE_ERROR, "LAUNCH_DMA %#x: %s", launch, why);
		return;
	}
	sg_trace(channel->gpu, "copy %#x: %#llx to %#llx, %u x %u", launch, copy->src_addr,
		 copy->dst_addr, copy->length, copy->lines);
	if (!FIELD_GET(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE, launch) || !copy->length)
		copy->lines = 0;
	if (!copy->lines)
		finish(channel);
}

static bool moved(struct sg_channel *channel, const char *what, u64 addr, u64 done, u64 len)
{
	if (done < len)
		sg_channel_fail(channel, SG_XID_MMU_FAULT,
				"MMU fault: copy engine's %s of address %#llx", what, addr + done);
	return done == len;
}

/* Address of byte @at of the current line; *@len is cut to what lies together with it. */
static u64 run_at(const struct sg_channel *channel, enum sg_ce_side which, u64 at, u32 *len)
{
	const struct sg_copy *copy = &channel->copy;

	if (!is_pitch(copy->launch, which))
		return sg_ce_block_run(channel, which, at, len);
	return (which == SG_CE_SRC ? copy->src_addr : copy->dst_addr) + at;
}

static bool read_part(struct sg_channel *channel, enum sg_ce_side which, u64 at, u8 *buf, u32 len)
{
	const struct sg_copy *copy = &channel->copy;
	u32 done, part;
	u64 addr;

	for (done = 0; done < len; done += part) {
		part = len - done;
		addr = run_at(channel, which, at + done, &part);
		if (!moved(channel, "read", addr,
			   sg_space_read(channel->gpu, which == SG_CE_SRC ? &copy->src : &copy->dst,
					 addr, buf + done, part), part))
			return false;
	}
	return true;
}

static bool write_part(struct sg_channel *channel, u64 at, const u8 *buf, u32 len)
{
	u32 done, part;
	u64 addr;

	for (done = 0; done < len; done += part) {
		part = len - done;
		addr = run_at(channel, SG_CE_DST, at + done, &part);
		if (!moved(channel, "write", addr,
			   sg_space_write(channel->gpu, &channel->copy.dst, addr, buf + done,
					  part), part))
			return false;
	}
	return true;
}

static u32 copy_bytes(struct sg_channel *channel, u32 count)
{
	struct sg_copy *copy = &channel->copy;
	u8 buf[STEP_BYTES];

	count = min_t(u32, count, sizeof(buf));
	if (!read_part(channel, SG_CE_SRC, copy->done, buf, count) ||
	    !write_part(channel, copy->done, buf, count))
		return 0;
	return count;
}

static void put_element(const struct sg_channel *channel, const struct remap *remap,
			const u8 *in, u8 *out)
{
	for (u32 i = 0; i < remap->nr_dst; i++, out += remap->size) {
		const u32 from = remap->from[i];

		if (from <= NVC7B5_SET_REMAP_COMPONENTS_SRC_W)
			memcpy(out, in + from * remap->size, remap->size);
		else if (from == NVC7B5_SET_REMAP_COMPONENTS_CONST_A)
			memcpy(out, &channel->ce[NVC7B5_SET_REMAP_CONST_A / 4], remap->size);
		else if (from == NVC7B5_SET_REMAP_COMPONENTS_CONST_B)
			memcpy(out, &channel->ce[NVC7B5_SET_REMAP_CONST_B / 4], remap->size);
	}
}

/* Constants only, as a fill has them: every element is the first one. */
static void put_same(const struct sg_channel *channel, const struct remap *remap, u8 *out,
		     u32 len)
{
	put_element(channel, remap, NULL, out);
	for (u32 done = remap->out; done < len; done *= 2)
		memcpy(out + done, out, min(done, len - done));
}

static u32 copy_elements(struct sg_channel *channel, u32 count)
{
	struct sg_copy *copy = &channel->copy;
	u8 in[STEP_BYTES], out[STEP_BYTES];
	struct remap remap;
	u64 src, dst;

	get_remap(channel, &remap);
	count = min_t(u32, count, STEP_BYTES / max(remap.in, remap.out));
	src = (u64)copy->done * remap.in;
	dst = (u64)copy->done * remap.out;
	if (remap.reads && !read_part(channel, SG_CE_SRC, src, in, count * remap.in))
		return 0;
	if (remap.keeps && !read_part(channel, SG_CE_DST, dst, out, count * remap.out))
		return 0;
	if (remap.reads || remap.keeps)
		for (u32 i = 0; i < count; i++)
			put_element(channel, &remap, in + i * remap.in, out + i * remap.out);
	else
		put_same(channel, &remap, out, count * remap.out);
	return write_part(channel, dst, out, count * remap.out) ? count : 0;
}

static void next_line(struct sg_channel *channel)
{
	struct sg_copy *copy = &channel->copy;

	copy->done = 0;
	copy->line++;
	if (is_pitch(copy->launch, SG_CE_SRC))
		copy->src_addr += (s64)(s32)ce(channel, NVC7B5_PITCH_IN);
	if (is_pitch(copy->launch, SG_CE_DST))
		copy->dst_addr += (s64)(s32)ce(channel, NVC7B5_PITCH_OUT);
	if (!--copy->lines)
		finish(channel);
}

void sg_ce_step(struct sg_channel *channel, struct sg_budget *budget)
{
	struct sg_copy *copy = &channel->copy;
	u32 left = copy->length - copy->done, done, cost;

	if (copy->launch & NVC7B5_LAUNCH_DMA_REMAP_ENABLE) {
		done = copy_elements(channel, left);
		cost = done * ELEMENT_COST;
	} else {
		done = copy_bytes(channel, left);
		cost = done;
	}
	budget->bytes -= min(budget->bytes, cost + STEP_COST);
	copy->done += done;
	if (channel->xid)
		copy->busy = false;
	else if (copy->done == copy->length)
		next_line(channel);
}

/* An origin in one word is an older form of that in two. */
static void set_origin(struct sg_channel *channel, u32 method, u32 data)
{
	channel->ce[method / 4] = FIELD_GET(NVC7B5_SET_ORIGIN_X, data);
	channel->ce[method / 4 + 1] = FIELD_GET(NVC7B5_SET_ORIGIN_Y, data);
}

void sg_ce_method(struct sg_channel *channel, u32 method, u32 data)
{
	if (method >= NVC7B5_METHODS_END) {
		sg_channel_fail(channel, SG_XID_CE_ERROR, "copy engine has no method %#x", method);
		return;
	}
	channel->ce[method / 4] = data;
	if (method == NVC7B5_LAUNCH_DMA)
		launch_dma(channel, data);
	else if (method == NVC7B5_SET_SRC_ORIGIN)
		set_origin(channel, NVC7B5_SRC_ORIGIN_X, data);
	else if (method == NVC7B5_SET_DST_ORIGIN)
		set_origin(channel, NVC7B5_DST_ORIGIN_X, data);
}
