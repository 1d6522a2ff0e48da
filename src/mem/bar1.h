/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_BAR1_H
#define NV_MEM_BAR1_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "mem/gmmu.h"
#include "mem/heap.h"

struct nv_gpu;

/**
 * struct nv_bar1 - the CPU's view of video memory
 * @lock: guards all of this; above nv_vas.lock
 * @vas: what GSP-RM has bound to BAR1
 * @windows: addresses in BAR1 that are free for windows
 * @mapped: bytes of all struct nv_bar1_map that there are
 * @ready: the page tables are there; they are made at the first use after a boot
 * @identity: BAR1 covers video memory, and address N in it is address N there
 */
struct nv_bar1 {
	struct mutex lock;
	struct nv_vas vas;
	struct nv_heap windows;
	u64 mapped;
	bool ready;
	bool identity;
};

/**
 * struct nv_bar1_map - a range of BAR1 that shows some video memory
 * @addr: bus address
 * @size: bytes
 * @window: what was allocated in BAR1 for it; NULL if it is seen straight
 */
struct nv_bar1_map {
	u64 addr;
	u64 size;
	struct nv_vidmem *window;
};

void nv_bar1_init(struct nv_gpu *gpu);
void nv_bar1_fini(struct nv_gpu *gpu);
/** nv_bar1_stop() - GSP is about to go, and with it what BAR1 shows */
void nv_bar1_stop(struct nv_gpu *gpu);

/**
 * nv_bar1_map() - make video memory visible to the CPU as one range
 * @gpu: running
 * @pieces: struct nv_vidmem, one after the other
 * @offset: first byte, counted over all pieces; a multiple of 4 KiB
 * @size: likewise, not 0
 * @map: on success; nv_bar1_unmap() it
 *
 * Return: 0; -EINVAL if that is not within @pieces; -ENOSPC if BAR1 is full; -ENOMEM,
 * -ENODEV, -ETIMEDOUT.
 */
int nv_bar1_map(struct nv_gpu *gpu, const struct list_head *pieces, u64 offset, u64 size,
		struct nv_bar1_map *map);
/** nv_bar1_unmap() - the inverse: no CPU maps the range any more. The GPU may have been stopped. */
void nv_bar1_unmap(struct nv_gpu *gpu, struct nv_bar1_map *map);

/** nv_bar1_avail() - bytes of BAR1 in which nothing is mapped */
u64 nv_bar1_avail(struct nv_gpu *gpu);

/** nv_bar1_restore() - after video memory was lost and GSP came back: show what was shown before */
int nv_bar1_restore(struct nv_gpu *gpu);

#endif
