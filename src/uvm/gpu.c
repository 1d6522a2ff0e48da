// SPDX-License-Identifier: MIT OR GPL-2.0
/* GPUs of a VA space, and the address spaces on them. */
#include <linux/slab.h>
#include <linux/string.h>

#include "rm/uvm.h"
#include "uvm/uvm.h"

struct uvm_gpu *uvm_gpu_find(struct uvm_va_space *vs, const struct uvm_uuid *uuid)
{
	struct uvm_gpu *gpu;

	lockdep_assert_held(&vs->lock);
	list_for_each_entry(gpu, &vs->gpus, node)
		if (!memcmp(&gpu->uuid, uuid, sizeof(*uuid)))
			return gpu;
	return NULL;
}

static u32 gpu_add(struct uvm_va_space *vs, const struct uvm_uuid *uuid)
{
	struct uvm_gpu *gpu = kzalloc(sizeof(*gpu), GFP_KERNEL_ACCOUNT);

	if (!gpu)
		return NV_ERR_NO_MEMORY;
	gpu->gpu = rm_uvm_gpu_get(vs->os->rm, uuid->byte);
	if (!gpu->gpu) {
		kfree(gpu);
		return NV_ERR_INVALID_DEVICE;
	}
	gpu->uuid = *uuid;
	INIT_LIST_HEAD(&gpu->channels);
	list_add_tail(&gpu->node, &vs->gpus);
	return NV_OK;
}

/* Once more is no error. */
u32 uvm_register_gpu(struct uvm_va_space *vs, void *params)
{
	struct uvm_register_gpu_params *p = params;
	u32 status = NV_OK;

	mutex_lock(&vs->lock);
	if (vs->dead)
		status = NV_ERR_PAGE_TABLE_NOT_AVAIL;
	else if (!uvm_gpu_find(vs, &p->gpu))
		status = gpu_add(vs, &p->gpu);
	mutex_unlock(&vs->lock);
	/* Video memory behind PCIe is no NUMA node. */
	p->numa_enabled = false;
	p->numa_node = -1;
	return status;
}

/* Whatever is mapped in the address space goes with it. */
static void vaspace_drop(struct uvm_va_space *vs, struct uvm_gpu *gpu)
{
	struct uvm_range *range;

	uvm_channels_unregister(vs, gpu);
	rm_uvm_vaspace_put(gpu->vaspace);
	gpu->vaspace = NULL;
	for (range = uvm_range_next(vs, 0); range;
	     range = uvm_range_next(vs, range->node.last + 1))
		uvm_mappings_drop(range, gpu, false);
}

void uvm_gpu_unregister(struct uvm_va_space *vs, struct uvm_gpu *gpu)
{
	struct uvm_range *range;

	if (gpu->vaspace)
		vaspace_drop(vs, gpu);
	for (range = uvm_range_next(vs, 0); range;
	     range = uvm_range_next(vs, range->node.last + 1))
		if (range->gpu == gpu)
			range->gpu = NULL;
	list_del(&gpu->node);
	rm_uvm_gpu_put(gpu->gpu);
	kfree(gpu);
}

u32 uvm_unregister_gpu(struct uvm_va_space *vs, void *params)
{
	const struct uvm_gpu_params *p = params;
	struct uvm_gpu *gpu;

	mutex_lock(&vs->lock);
	gpu = uvm_gpu_find(vs, &p->gpu);
	if (gpu)
		uvm_gpu_unregister(vs, gpu);
	mutex_unlock(&vs->lock);
	return gpu ? NV_OK : NV_ERR_INVALID_DEVICE;
}

/* What is on every GPU comes to a new address space at once. */
static u32 map_shared_ranges(struct uvm_va_space *vs, struct uvm_gpu *gpu)
{
	struct uvm_range *range;
	u32 status = NV_OK;

	for (range = uvm_range_next(vs, 0); range && status == NV_OK;
	     range = uvm_range_next(vs, range->node.last + 1))
		if (range->memory || range->gpu == gpu)
			status = uvm_range_map_whole(range, gpu);
	return status;
}

static u32 vaspace_add(struct uvm_va_space *vs, const struct rm_caller *caller,
		       const struct uvm_register_gpu_vaspace_params *p)
{
	struct uvm_gpu *gpu = uvm_gpu_find(vs, &p->gpu);
	u32 status;

	if (vs->dead)
		return NV_ERR_PAGE_TABLE_NOT_AVAIL;
	if (!gpu || gpu->vaspace)
		return NV_ERR_INVALID_DEVICE;
	status = rm_uvm_vaspace_get(caller, p->h_client, p->h_vaspace, gpu->gpu, &gpu->vaspace);
	if (status != NV_OK)
		return status;
	status = map_shared_ranges(vs, gpu);
	if (status != NV_OK)
		vaspace_drop(vs, gpu);
	return status;
}

u32 uvm_register_gpu_vaspace(struct uvm_va_space *vs, void *params)
{
	const struct uvm_register_gpu_vaspace_params *p = params;
	struct uvm_ctl ctl;
	u32 status;

	if (vs->os->ctl_get(p->ctl_fd, &ctl))
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	status = vaspace_add(vs, &ctl.caller, p);
	mutex_unlock(&vs->lock);
	vs->os->ctl_put(&ctl);
	return status;
}

u32 uvm_unregister_gpu_vaspace(struct uvm_va_space *vs, void *params)
{
	const struct uvm_gpu_params *p = params;
	u32 status = NV_ERR_INVALID_DEVICE;
	struct uvm_gpu *gpu;

	mutex_lock(&vs->lock);
	gpu = uvm_gpu_find(vs, &p->gpu);
	if (gpu && gpu->vaspace) {
		vaspace_drop(vs, gpu);
		status = NV_OK;
	}
	mutex_unlock(&vs->lock);
	return status;
}
