/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_FIFO_KERNEL_CHANNEL_H
#define NV_FIFO_KERNEL_CHANNEL_H

#include "fifo/channel.h"
#include "fifo/push.h"
#include "mem/gmmu.h"

#define NV_KERNEL_CHANNEL_SLOTS		32
#define NV_KERNEL_CHANNEL_SLOT_WORDS	32

/**
 * struct nv_kernel_channel - a channel of the driver's own, mostly that of a copy engine
 * @channel: as every channel
 * @vas: its address space; only @mem is mapped there
 * @mem: GPFIFO, USERD, semaphore and pushbuffer, in this order
 * @next: number of the submission that comes next; the first is 1
 * @rung: the last one that host was told of
 * @h_vaspace: handles of both on GSP
 * @h_channel: likewise
 * @on_gsp: GSP has made address space (1) and channel (2)
 *
 * All that the CPU touches is system memory. The caller lets one thread at a time in.
 *
 * Submissions are numbered. Each has a slot of the pushbuffer and an entry of the GPFIFO, and
 * releases the semaphore with its number when it is done; they are done in order.
 */
struct nv_kernel_channel {
	struct nv_channel channel;
	struct nv_vas vas;
	struct nv_dma mem;
	u32 next;
	u32 rung;
	u32 h_vaspace;
	u32 h_channel;
	unsigned int on_gsp;
};

/**
 * nv_kernel_channel_open() - make the channel, with an object of the chip's copy class on it
 * @k: filled in
 * @gpu: runs
 * @engine: a copy engine's
 *
 * Sends to GSP. Return: 0; -EIO if GSP refuses something (one line says what); -ENOMEM, -ENOSPC,
 * -ENODEV.
 */
int nv_kernel_channel_open(struct nv_kernel_channel *k, struct nv_gpu *gpu,
			   const struct nv_engine *engine);
/** nv_kernel_channel_make() - a channel of other handles, not scheduled, without any object */
int nv_kernel_channel_make(struct nv_kernel_channel *k, struct nv_gpu *gpu,
			   const struct nv_engine *engine, u32 h_vaspace, u32 h_channel);
/** nv_kernel_channel_close() - end it; submissions that are not done never will be */
void nv_kernel_channel_close(struct nv_kernel_channel *k);

/**
 * nv_kernel_channel_begin() - start a submission
 *
 * Waits while all slots are in use. Return: as nv_kernel_channel_wait().
 */
int nv_kernel_channel_begin(struct nv_kernel_channel *k, struct nv_push *push);

/** nv_kernel_channel_room() - how many submissions may begin without waiting */
unsigned int nv_kernel_channel_room(const struct nv_kernel_channel *k);

/** nv_kernel_channel_semaphore() - what the submission has to release when it is done */
void nv_kernel_channel_semaphore(const struct nv_kernel_channel *k, u64 *addr, u32 *payload);

/** nv_kernel_channel_end() - queue what was begun; nv_kernel_channel_ring() starts it */
void nv_kernel_channel_end(struct nv_kernel_channel *k, const struct nv_push *push);
void nv_kernel_channel_ring(struct nv_kernel_channel *k);

/**
 * nv_kernel_channel_wait() - wait until all that was submitted is done
 *
 * Works without interrupts. Return: 0; -EIO if GSP stopped the channel; -ETIMEDOUT if nothing
 * moved for four seconds; -ENODEV if the GPU or GSP is gone. One line says what happened, and
 * the channel is of no use any more.
 */
int nv_kernel_channel_wait(struct nv_kernel_channel *k);
/** nv_kernel_channel_wait_most() - likewise, until all but the last @most are done */
int nv_kernel_channel_wait_most(struct nv_kernel_channel *k, u64 most);

#endif
