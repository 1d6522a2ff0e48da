/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_RESOURCE_H
#define NV_RM_RESOURCE_H

#include "rm/rm-priv.h"

/**
 * struct rm_resource - something on a GPU that several objects may hold; embedded
 * @ref: holders
 * @gpu: whose; a reference is held
 * @node: in @gpu->resources, under @gpu->lock
 * @give_back: give back what belongs to the GPU, which is there; called once, perhaps with
 *	@gpu->lock held
 * @free: drop the rest, and the struct; the GPU may be gone
 * @later: its end
 */
struct rm_resource {
	refcount_t ref;
	struct rm_gpu *gpu;
	struct list_head node;
	void (*give_back)(struct rm_resource *resource, struct nv_gpu *gpu);
	void (*free)(struct rm_resource *resource);
	struct rm_later later;
};

/** rm_resource_init() - one holder; give_back and free are set */
void rm_resource_init(struct rm_resource *resource, struct rm_gpu *rgpu);
void rm_resource_hold(struct rm_resource *resource);
/** rm_resource_put() - with the last reference it is given back and freed; no lock is held */
void rm_resource_put(struct rm_resource *resource);
/** rm_resources_release_gpu() - @gpu has stopped, and nobody works on it any more */
void rm_resources_release_gpu(struct rm_gpu *rgpu, struct nv_gpu *gpu);

#endif
