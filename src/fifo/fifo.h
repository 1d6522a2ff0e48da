/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_FIFO_FIFO_H
#define NV_FIFO_FIFO_H

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "regs/nv-host.h"

struct nv_gpu;

#define NV_ENGINES_MAX		64

/* Engine types of RM and of its interface that agree in both */
#define NV_ENGINE_TYPE_GR0	0x01
#define NV_ENGINE_TYPE_COPY0	0x09
#define NV_ENGINE_TYPE_COPY9	0x12

/**
 * struct nv_engine - an engine that channels can be for
 * @type: NV2080_ENGINE_TYPE
 * @runlist: the list that its channels are scheduled from
 */
struct nv_engine {
	u32 type;
	u32 runlist;
};

/**
 * struct nv_fifo - what there is of engines and channels
 * @lock: guards all but @stopped
 * @engine: those that host drives, @num_engines of them; none before nv_fifo_learn()
 * @num_engines: likewise
 * @method_buffer_size: of the buffer that each channel needs for methods of a copy engine
 *	that faulted
 * @chid: ids of channels that are taken; one space for all runlists
 * @stopped: channels that GSP has stopped since they were made; atomic
 */
struct nv_fifo {
	struct mutex lock;
	struct nv_engine engine[NV_ENGINES_MAX];
	unsigned int num_engines;
	u32 method_buffer_size;
	DECLARE_BITMAP(chid, NV_HOST_CHANNELS);
	DECLARE_BITMAP(stopped, NV_HOST_CHANNELS);
};

void nv_fifo_init(struct nv_fifo *fifo);
void nv_fifo_fini(struct nv_fifo *fifo);

/**
 * nv_fifo_learn() - ask GSP for engines and runlists, once; the chip does not change
 *
 * Sends to GSP without a lock. Return: 0, -EIO, -ENOMEM.
 */
int nv_fifo_learn(struct nv_gpu *gpu);

/** nv_fifo_find_engine() - the engine of that type; -ENOENT */
int nv_fifo_find_engine(struct nv_fifo *fifo, u32 type, struct nv_engine *engine);

/** nv_fifo_copy_engine() - the @n-th copy engine with a runlist of its own; -ENOENT */
int nv_fifo_copy_engine(struct nv_fifo *fifo, unsigned int n, struct nv_engine *engine);

/** nv_fifo_get_chid() - an id for a channel; -ENOSPC */
int nv_fifo_get_chid(struct nv_fifo *fifo, u32 *chid);
void nv_fifo_put_chid(struct nv_fifo *fifo, u32 chid);

/** nv_fifo_stop_chid() - GSP has stopped this channel. Context: any. */
void nv_fifo_stop_chid(struct nv_fifo *fifo, u32 chid);
bool nv_fifo_chid_stopped(const struct nv_fifo *fifo, u32 chid);

#endif
