// SPDX-License-Identifier: MIT OR GPL-2.0
/* What objects hold on a GPU, and how the GPU gets it back even if it goes first. */
#include "rm/resource.h"

static void rm_resource_end(struct rm_later *later, struct nv_gpu *gpu)
{
	struct rm_resource *resource = container_of(later, struct rm_resource, later);
	struct rm_gpu *rgpu = resource->gpu;

	mutex_lock(&rgpu->lock);
	list_del(&resource->node);
	mutex_unlock(&rgpu->lock);
	if (gpu)
		resource->give_back(resource, gpu);
	resource->free(resource);
	rm_gpu_put(rgpu);
}

void rm_resource_init(struct rm_resource *resource, struct rm_gpu *rgpu)
{
	refcount_set(&resource->ref, 1);
	resource->later.end = rm_resource_end;
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

void rm_resource_put(struct rm_resource *resource)
{
	if (resource && refcount_dec_and_test(&resource->ref))
		rm_later(resource->gpu, &resource->later);
}

void rm_resources_release_gpu(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_resource *resource;

	mutex_lock(&rgpu->lock);
	list_for_each_entry(resource, &rgpu->resources, node)
		resource->give_back(resource, gpu);
	mutex_unlock(&rgpu->lock);
}
