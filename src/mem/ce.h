/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_CE_H
#define NV_MEM_CE_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "fifo/kernel-channel.h"
#include "mem/aperture.h"

/**
 * DOC: copy engine
 *
 * One channel of the driver's own, made when it is first needed, moves memory by physical
 * addresses: to clear what was somebody else's, to save and to restore. Before it is relied on
 * it has to carry four bytes; a GPU whose copy engines all fail that does without.
 */

struct nv_gpu;

enum nv_ce_state {
	NV_CE_CLOSED,	/* the next use tries to open it */
	NV_CE_OPEN,
	NV_CE_NONE,	/* no engine works, until the GPU is started again */
};

/**
 * struct nv_ce - the driver's use of a copy engine
 * @lock: guards all of it; above nv_gsp.rpc_lock, nv_fifo.lock, and the locks of memory. Held
 *	while copies are waited for, and while the channel is made, which sends to GSP.
 * @state: see there
 * @channel: if open
 * @copies: launches so far
 * @forgotten: how many of them had been, when the last channel was closed
 */
struct nv_ce {
	struct mutex lock;
	enum nv_ce_state state;
	struct nv_kernel_channel channel;
	u64 copies;
	u64 forgotten;
};

/** struct nv_ce_addr - a physical address as the copy engine takes it; any alignment */
struct nv_ce_addr {
	enum nv_aperture aperture;
	u64 addr;
};

void nv_ce_init(struct nv_ce *ce);
void nv_ce_fini(struct nv_ce *ce);

/**
 * nv_ce_stop() - end the channel and free its memory; the next use makes another
 *
 * Before GSP is shut down or suspended, and before the heap is saved.
 */
void nv_ce_stop(struct nv_gpu *gpu);

/**
 * nv_ce_copy() - let the copy engine move memory, and wait for it
 * @gpu: running
 * @dst: where to; [@dst, @dst + @size) does not overlap the source
 * @src: where from
 * @size: bytes; 0 is allowed
 *
 * Context: process context, may sleep; the caller holds no lock that nv_ce.lock comes before.
 *
 * Return: 0 when all of it is there; -EINVAL beyond the end of video memory; -ENODEV if there
 * is no copy engine that works: use nv_fb_read() and nv_fb_write() then; -ENOMEM or -ENOSPC if
 * there is no memory for the channel; -EIO or -ETIMEDOUT if the copy failed (an undefined part
 * of it was done; the next call starts over with a new channel).
 */
int nv_ce_copy(struct nv_gpu *gpu, struct nv_ce_addr dst, struct nv_ce_addr src, u64 size);

/**
 * nv_ce_fill() - the same for memory that is to hold @pattern, repeated
 * @gpu: running
 * @dst: where to; its first byte gets the lowest byte of @pattern
 * @pattern: four bytes
 * @size: bytes, any number
 */
int nv_ce_fill(struct nv_gpu *gpu, struct nv_ce_addr dst, u32 pattern, u64 size);

/** nv_ce_clear() - fill video memory with 0; without a copy engine that works, word by word */
int nv_ce_clear(struct nv_gpu *gpu, u64 addr, u64 size);

/**
 * nv_ce_clear_later() - begin to clear video memory that nobody uses any more
 * @gpu: running
 * @addr: first byte
 * @size: bytes
 *
 * Return: a number for nv_ce_is_clear(); 0 if it was not begun, as there is no channel, or much
 * to do already.
 */
u64 nv_ce_clear_later(struct nv_gpu *gpu, u64 addr, u64 size);

/**
 * nv_ce_is_clear() - was the clearing with this number done for certain, and nothing lost since?
 *
 * Waits for it if it is under way.
 */
bool nv_ce_is_clear(struct nv_gpu *gpu, u64 number);

/**
 * nv_ce_save() - copy video memory to system memory that need not be contiguous
 * @gpu: running
 * @dma: where to
 * @offset: there
 * @vid: address in video memory
 * @size: bytes; -EINVAL if @dma is shorter
 *
 * Return: as nv_ce_copy().
 */
int nv_ce_save(struct nv_gpu *gpu, const struct nv_dma *dma, u64 offset, u64 vid, u64 size);
/** nv_ce_restore() - the inverse */
int nv_ce_restore(struct nv_gpu *gpu, u64 vid, const struct nv_dma *dma, u64 offset, u64 size);

#endif
