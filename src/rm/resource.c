// SPDX-License-Identifier: MIT OR GPL-2.0
/* What objects hold on a GPU, and how the GPU gets it back even if it goes first. */
#include "rm/resource.h"

void rm_resource_init(struct rm_resource *resource, struct rm_gpu *rgpu)
{
	refcount_set(&resource->ref, 1);
	resource->gpu = rgpu;
	rm_gpu_hold(rgpu);
	mutex_lock(&rgpu->lock);
	list_add_tail(&resource->node, &rgpu->resources);
	mutex_unlock(&rgpu->lock);
}

void rm_resource_hold(struct rm_resource *resource)
{
	refcount_inc(&resource->ref);
}

static void rm_resource_free(struct rm_resource *resource)
{
	struct rm_gpu *rgpu = resource->gpu;

	resource->free(resource);
	rm_gpu_put(rgpu);
}

void rm_resource_put(struct rm_resource *resource)
{
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;
	bool gone;

	if (!resource || !refcount_dec_and_test(&resource->ref))
		return;
	rgpu = resource->gpu;
	gpu = rm_gpu_enter_always(rgpu);
	mutex_lock(&rgpu->lock);
	gone = resource->gone;
	if (gpu || gone)
		list_del(&resource->node);
	else
		resource->unowned = true;	/* the GPU is being removed */
	mutex_unlock(&rgpu->lock);
	if (gpu) {
		resource->give_back(resource, gpu);
		rm_gpu_leave(rgpu);
	}
	if (gpu || gone)
		rm_resource_free(resource);
}

void rm_resources_release_gpu(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_resource *resource, *next;
	LIST_HEAD(unowned);

	mutex_lock(&rgpu->lock);
	list_for_each_entry_safe(resource, next, &rgpu->resources, node) {
		resource->give_back(resource, gpu);
		resource->gone = true;
		if (resource->unowned)
			list_move(&resource->node, &unowned);
	}
	mutex_unlock(&rgpu->lock);
	list_for_each_entry_safe(resource, next, &unowned, node)
		rm_resource_free(resource);
}
