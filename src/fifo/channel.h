/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_FIFO_CHANNEL_H
#define NV_FIFO_CHANNEL_H

#include <linux/types.h>

#include "fifo/fifo.h"
#include "nv-hw.h"

struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params;
struct nv_channel_alloc_params;
struct nv_gpu;
struct nv_vas;
struct nv_vidmem;

/**
 * struct nv_channel - what the driver gives to each channel, whoever uses it
 * @gpu: whose
 * @engine: what it is for
 * @chid: its id; the same on all runlists
 * @inst: instance block, in video memory; its first part is RAMFC
 * @method_buffer: methods of a copy engine that faulted
 * @made: there is such a channel
 *
 * GSP writes instance block and runlist. Whose address space, GPFIFO and USERD
 * it has is in the parameters of its allocation.
 */
struct nv_channel {
	struct nv_gpu *gpu;
	struct nv_engine engine;
	u32 chid;
	struct nv_vidmem *inst;
	struct nv_dma method_buffer;
	bool made;
};

/**
 * nv_channel_init() - get what a channel needs before GSP makes it; @inst has to be cleared
 * @channel: filled in
 * @gpu: runs, nv_fifo_learn() was called
 * @engine: of nv_fifo_find_engine()
 *
 * Return: 0; -ENOSPC if there is no id or video memory left; -ENOMEM; -ENODEV.
 */
int nv_channel_init(struct nv_channel *channel, struct nv_gpu *gpu,
		    const struct nv_engine *engine);
/** nv_channel_fini() - give it back; GSP has freed the channel. Not made: ignored. */
void nv_channel_fini(struct nv_channel *channel);

/** nv_channel_describe() - put @channel's part into the parameters of its allocation on GSP */
void nv_channel_describe(const struct nv_channel *channel, unsigned int privilege,
			 struct nv_channel_alloc_params *params);

/**
 * nv_channel_describe_vas() - what GSP has to know of an address space
 * @vas: the space
 * @pdes: parameters of the control that tells it
 *
 * GSP has a range of its own in each space and needs the directories that it lies under. That
 * is also how it learns of the root. Return: 0, or as nv_vas_directories().
 */
int nv_channel_describe_vas(struct nv_vas *vas,
			    struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params *pdes);

/** nv_channel_token() - what to write to the doorbell */
u32 nv_channel_token(const struct nv_channel *channel);

/** nv_channel_ring() - tell host that GPPut has moved; all that GPPut promises is in memory */
void nv_channel_ring(const struct nv_channel *channel);

/** nv_channel_stopped() - GSP has reported that it stopped the channel */
bool nv_channel_stopped(const struct nv_channel *channel);

#endif
