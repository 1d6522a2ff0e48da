/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_LATER_H
#define NV_RM_LATER_H

#include <linux/list.h>

struct nv_gpu;
struct rm_gpu;

/**
 * DOC: what ends when its GPU is awake
 *
 * The last reference to something on a GPU may be dropped at any time: by a call that is
 * inside the gate while somebody waits to close it, or by a process that is killed while the
 * GPU sleeps. Neither may wait for the gate. So what ends does so at once if the GPU is awake;
 * else it is put aside until whoever wakes the GPU, or removes it, sees to it.
 */

/**
 * struct rm_later - the end of something on a GPU; embedded
 * @node: in rm_gpu.later, under rm_gpu.lock; its owner's before
 * @end: frees it with the struct that this is in. @gpu is entered; NULL if it was removed, after
 *	all that is on it was given back. No lock is held.
 */
struct rm_later {
	struct list_head node;
	void (*end)(struct rm_later *later, struct nv_gpu *gpu);
};

/**
 * rm_later() - call later->end, now if @rgpu is awake
 *
 * Never waits for the gate, so that who is inside may call it. No lock is held.
 */
void rm_later(struct rm_gpu *rgpu, struct rm_later *later);
/** rm_later_release_gpu() - the GPU is removed: end what was put aside, now and from now on */
void rm_later_release_gpu(struct rm_gpu *rgpu);

#endif
