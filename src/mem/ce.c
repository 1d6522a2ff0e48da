// SPDX-License-Identifier: MIT OR GPL-2.0
/* Copies and fills by copy engine, in pieces that are launched one after another. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "gsp/gsp.h"
#include "mem/ce.h"
#include "nv-gpu.h"
#include "regs/nv-ce.h"

/* By convention; on a runlist without graphics each would do. */
#define SUBCHANNEL_COPY		4

/* A launch, and launches before another thread has its turn */
#define LAUNCH_BYTES		0x1000000u
#define TURN_LAUNCHES		64

#define DMA_PAGE		0x1000u
#define ADDRESS_BITS		49

/* In the channel's own memory, behind its semaphore */
#define TEST_OFF		0xc00
#define TEST_PATTERN		0xa55a1ec4

/**
 * struct ce_op - one launch
 * @dst: where to
 * @src: where from, unless it is a fill
 * @bytes: how many
 * @element: bytes of @pattern that are repeated, 1 or 4; 0 for a copy
 * @pattern: likewise
 */
struct ce_op {
	struct nv_ce_addr dst;
	struct nv_ce_addr src;
	u32 bytes;
	u32 element;
	u32 pattern;
};

/**
 * struct ce_job - what is left to do
 * @dst: as in struct ce_op
 * @src: likewise
 * @size: bytes
 * @fill: with @pattern; a copy otherwise
 * @pattern: whose lowest byte comes first
 * @dma: memory in pieces that stands in for @dst or @src, or NULL
 * @offset: in it
 * @to_dma: it is the target
 */
struct ce_job {
	struct nv_ce_addr dst;
	struct nv_ce_addr src;
	u64 size;
	bool fill;
	u32 pattern;
	const struct nv_dma *dma;
	u64 offset;
	bool to_dma;
};

/* Pieces */

/* Bytes from @offset on that are contiguous for the GPU. */
static u32 dma_run(const struct nv_dma *dma, u64 offset, u64 size, u64 *addr)
{
	size_t page = offset / DMA_PAGE;
	u32 run = DMA_PAGE - offset % DMA_PAGE;

	*addr = dma->page[page] + offset % DMA_PAGE;
	for (; run < size && run < LAUNCH_BYTES; run += DMA_PAGE, page++)
		if (dma->page[page + 1] != dma->page[page] + DMA_PAGE)
			break;
	return min_t(u64, run, size);
}

static u32 copy_piece(struct ce_job *job)
{
	struct nv_ce_addr *sys = job->to_dma ? &job->dst : &job->src;

	if (!job->dma)
		return min_t(u64, job->size, LAUNCH_BYTES);
	sys->aperture = NV_APERTURE_SYS;
	return dma_run(job->dma, job->offset, job->size, &sys->addr);
}

/* Words where that is possible, bytes before and after. */
static u32 fill_piece(const struct ce_job *job, u32 *element)
{
	*element = job->dst.addr % sizeof(u32) || job->size < sizeof(u32) ? 1 : sizeof(u32);
	if (*element == 1)
		return 1;
	return min_t(u64, round_down(job->size, sizeof(u32)), LAUNCH_BYTES);
}

static void next_op(struct ce_job *job, struct ce_op *op)
{
	*op = (struct ce_op) { .pattern = job->pattern };
	op->bytes = job->fill ? fill_piece(job, &op->element) : copy_piece(job);
	op->dst = job->dst;
	op->src = job->src;
	if (op->element == 1)
		job->pattern = job->pattern >> 8 | job->pattern << 24;
	job->dst.addr += op->bytes;
	job->src.addr += op->bytes;
	job->offset += op->bytes;
	job->size -= op->bytes;
}

/* Launching */

static u32 phys_mode(struct nv_ce_addr addr)
{
	return addr.aperture == NV_APERTURE_VID ? NVC7B5_SET_PHYS_MODE_TARGET_LOCAL_FB :
						  NVC7B5_SET_PHYS_MODE_TARGET_COHERENT_SYSMEM;
}

static void push_ce(struct nv_push *push, u32 method, const u32 *data, u32 count)
{
	nv_push_methods(push, SUBCHANNEL_COPY, method, data, count);
}

static u32 push_remap(struct nv_push *push, const struct ce_op *op)
{
	const u32 remap[] = {
		op->pattern, 0,
		NVC7B5_SET_REMAP_COMPONENTS_CONST_A |
		FIELD_PREP(NVC7B5_SET_REMAP_COMPONENTS_COMPONENT_SIZE, op->element - 1),
	};

	push_ce(push, NVC7B5_SET_REMAP_CONST_A, remap, ARRAY_SIZE(remap));
	/* Compression would go by what was there before. */
	return NVC7B5_LAUNCH_DMA_REMAP_ENABLE | NVC7B5_LAUNCH_DMA_DISABLE_PLC;
}

static void push_op(struct nv_kernel_channel *channel, struct nv_push *push,
		    const struct ce_op *op, u32 class)
{
	const u32 mode[] = { phys_mode(op->src), phys_mode(op->dst) };
	const u32 offset[] = {
		upper_32_bits(op->src.addr), lower_32_bits(op->src.addr),
		upper_32_bits(op->dst.addr), lower_32_bits(op->dst.addr),
	};
	u32 launch = NVC7B5_LAUNCH_DMA_FLUSH_ENABLE |
		NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH |
		NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH |
		NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL | NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL |
		FIELD_PREP(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE,
			   NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE_NON_PIPELINED) |
		FIELD_PREP(NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE,
			   NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE_RELEASE_ONE_WORD);
	u32 length = op->bytes / max(op->element, 1u), payload;
	u64 semaphore;

	nv_kernel_channel_semaphore(channel, &semaphore, &payload);
	nv_push_method(push, SUBCHANNEL_COPY, NVC56F_SET_OBJECT, class);
	push_ce(push, NVC7B5_SET_SRC_PHYS_MODE, mode, ARRAY_SIZE(mode));
	push_ce(push, NVC7B5_OFFSET_IN_UPPER, offset, ARRAY_SIZE(offset));
	push_ce(push, NVC7B5_LINE_LENGTH_IN, &length, 1);
	push_ce(push, NVC7B5_SET_SEMAPHORE_A, (const u32 []) {
		upper_32_bits(semaphore), lower_32_bits(semaphore), payload }, 3);
	if (op->element)
		launch |= push_remap(push, op);
	push_ce(push, NVC7B5_LAUNCH_DMA, &launch, 1);
}

static int launch(struct nv_gpu *gpu, const struct ce_op *op)
{
	struct nv_kernel_channel *channel = &gpu->ce.channel;
	struct nv_push push;
	int err;

	err = nv_kernel_channel_begin(channel, &push);
	if (err)
		return err;
	push_op(channel, &push, op, gpu->chip->copy_class);
	nv_kernel_channel_end(channel, &push);
	gpu->ce.copies++;
	return 0;
}

/* As much of @job as one turn has, done when this returns. */
static int run_turn(struct nv_gpu *gpu, struct ce_job *job)
{
	struct ce_op op;
	int i, err;

	for (i = 0; i < TURN_LAUNCHES && job->size; i++) {
		next_op(job, &op);
		err = launch(gpu, &op);
		if (err)
			return err;
	}
	return nv_kernel_channel_wait(&gpu->ce.channel);
}

/* The channel */

static int carry_word(struct nv_gpu *gpu, u64 vid)
{
	struct nv_kernel_channel *channel = &gpu->ce.channel;
	const u32 pattern = TEST_PATTERN, *got = channel->mem.cpu + TEST_OFF;
	struct ce_job job = {
		.dst = { NV_APERTURE_SYS, channel->mem.page[0] + TEST_OFF },
		.src = { NV_APERTURE_VID, vid },
		.size = sizeof(pattern),
	};
	int err;

	err = nv_fb_write(gpu, vid, &pattern, sizeof(pattern));
	if (!err)
		err = run_turn(gpu, &job);
	if (err)
		return err;
	if (READ_ONCE(*got) == pattern)
		return 0;
	nv_err(gpu->hw, "copy engine %u carried %08x as %08x",
	       channel->channel.engine.type - NV_ENGINE_TYPE_COPY0, pattern, *got);
	return -EIO;
}

static int self_test(struct nv_gpu *gpu)
{
	struct nv_vidmem *mem;
	int err;

	err = nv_heap_alloc(&gpu->heap, DMA_PAGE, DMA_PAGE, &mem);
	if (err)
		return err;
	err = carry_word(gpu, mem->addr);
	nv_heap_free(&gpu->heap, mem);
	return err;
}

static int try_engine(struct nv_gpu *gpu, const struct nv_engine *engine)
{
	struct nv_ce *ce = &gpu->ce;
	int err;

	err = nv_kernel_channel_open(&ce->channel, gpu, engine);
	if (err)
		return err;
	err = self_test(gpu);
	if (err) {
		nv_kernel_channel_close(&ce->channel);
		return err;
	}
	ce->state = NV_CE_OPEN;
	nv_dbg(gpu->hw, "copies go by engine %#x, channel %u", engine->type,
	       ce->channel.channel.chid);
	return 0;
}

/* No memory may be no more than bad luck; the rest will not change. */
static bool may_pass(int err)
{
	return err == -ENOMEM || err == -ENOSPC;
}

static int open_channel(struct nv_gpu *gpu)
{
	struct nv_ce *ce = &gpu->ce;
	struct nv_engine engine;
	unsigned int n;
	int err;

	if (ce->state == NV_CE_OPEN)
		return 0;
	if (ce->state == NV_CE_NONE || !nv_gsp_running(gpu->gsp))
		return -ENODEV;
	err = nv_fifo_learn(gpu);
	for (n = 0; !may_pass(err) && !nv_fifo_copy_engine(&gpu->fifo, n, &engine); n++) {
		err = try_engine(gpu, &engine);
		if (!err)
			return 0;
	}
	if (may_pass(err) || !nv_gsp_running(gpu->gsp))
		return err ?: -ENODEV;
	nv_warn(gpu->hw, "no copy engine works: video memory is copied word by word");
	ce->state = NV_CE_NONE;
	return -ENODEV;
}

/* What was to be cleared later may be not, or the GPU is about to lose it. */
static void close_channel(struct nv_gpu *gpu)
{
	struct nv_ce *ce = &gpu->ce;

	if (ce->state == NV_CE_OPEN)
		nv_kernel_channel_close(&ce->channel);
	ce->state = NV_CE_CLOSED;
	ce->forgotten = ce->copies;
	nv_heap_forget_clear(&gpu->heap);
}

static int run(struct nv_gpu *gpu, struct ce_job *job)
{
	struct nv_ce *ce = &gpu->ce;
	int err = 0;

	while (job->size && !err) {
		mutex_lock(&ce->lock);
		err = open_channel(gpu);
		if (!err) {
			err = run_turn(gpu, job);
			if (err)
				close_channel(gpu);
		}
		mutex_unlock(&ce->lock);
	}
	return err;
}

void nv_ce_init(struct nv_ce *ce)
{
	mutex_init(&ce->lock);
}

void nv_ce_fini(struct nv_ce *ce)
{
	mutex_destroy(&ce->lock);
}

void nv_ce_stop(struct nv_gpu *gpu)
{
	mutex_lock(&gpu->ce.lock);
	close_channel(gpu);
	mutex_unlock(&gpu->ce.lock);
}

/* For others */

static int check_range(struct nv_gpu *gpu, struct nv_ce_addr addr, u64 size)
{
	u64 end = BIT_ULL(ADDRESS_BITS);

	if (!nv_gsp_running(gpu->gsp))
		return -ENODEV;
	if (addr.aperture == NV_APERTURE_VID)
		end = nv_gsp_static_info(gpu->gsp)->fb_length;
	return addr.addr <= end && size <= end - addr.addr ? 0 : -EINVAL;
}

int nv_ce_copy(struct nv_gpu *gpu, struct nv_ce_addr dst, struct nv_ce_addr src, u64 size)
{
	struct ce_job job = { .dst = dst, .src = src, .size = size };
	int err = check_range(gpu, dst, size) ?: check_range(gpu, src, size);

	return err ?: run(gpu, &job);
}

int nv_ce_fill(struct nv_gpu *gpu, struct nv_ce_addr dst, u32 pattern, u64 size)
{
	struct ce_job job = { .dst = dst, .size = size, .fill = true, .pattern = pattern };
	int err = check_range(gpu, dst, size);

	return err ?: run(gpu, &job);
}

int nv_ce_clear(struct nv_gpu *gpu, u64 addr, u64 size)
{
	const struct nv_ce_addr at = { NV_APERTURE_VID, addr };
	int err = nv_ce_fill(gpu, at, 0, size);

	return err == -ENODEV ? nv_fb_fill(gpu, addr, 0, size) : err;
}

/* Clearing what is free, while nobody waits */

static u64 launch_clear(struct nv_gpu *gpu, struct ce_job *job)
{
	struct nv_ce *ce = &gpu->ce;
	struct ce_op op;
	int err = 0;

	if (ce->state != NV_CE_OPEN ||
	    job->size > (u64)nv_kernel_channel_room(&ce->channel) * LAUNCH_BYTES)
		return 0;
	while (job->size && !err) {
		next_op(job, &op);
		err = launch(gpu, &op);
	}
	nv_kernel_channel_ring(&ce->channel);
	return err ? 0 : ce->copies;
}

u64 nv_ce_clear_later(struct nv_gpu *gpu, u64 addr, u64 size)
{
	const struct nv_ce_addr at = { NV_APERTURE_VID, addr };
	struct ce_job job = { .dst = at, .size = size, .fill = true };
	u64 number;

	if (check_range(gpu, at, size))
		return 0;
	mutex_lock(&gpu->ce.lock);
	number = launch_clear(gpu, &job);
	mutex_unlock(&gpu->ce.lock);
	return number;
}

bool nv_ce_is_clear(struct nv_gpu *gpu, u64 number)
{
	struct nv_ce *ce = &gpu->ce;
	bool done;

	if (!number)
		return false;
	mutex_lock(&ce->lock);
	done = number > ce->forgotten;
	if (done && nv_kernel_channel_wait_most(&ce->channel, ce->copies - number)) {
		close_channel(gpu);
		done = false;
	}
	mutex_unlock(&ce->lock);
	return done;
}

static int run_dma(struct nv_gpu *gpu, struct ce_job *job, u64 vid)
{
	const struct nv_ce_addr at = { NV_APERTURE_VID, vid };
	int err = check_range(gpu, at, job->size);

	if (job->offset > job->dma->size || job->size > job->dma->size - job->offset)
		return -EINVAL;
	if (job->to_dma)
		job->src = at;
	else
		job->dst = at;
	return err ?: run(gpu, job);
}

int nv_ce_save(struct nv_gpu *gpu, const struct nv_dma *dma, u64 offset, u64 vid, u64 size)
{
	struct ce_job job = { .dma = dma, .offset = offset, .to_dma = true, .size = size };

	return run_dma(gpu, &job, vid);
}

int nv_ce_restore(struct nv_gpu *gpu, u64 vid, const struct nv_dma *dma, u64 offset, u64 size)
{
	struct ce_job job = { .dma = dma, .offset = offset, .size = size };

	return run_dma(gpu, &job, vid);
}
