// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory of the resource manager in ranges of addresses. */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "rm/uvm.h"
#include "uvm/uvm.h"

static struct uvm_mapping *to_mapping(struct interval_tree_node *node)
{
	return node ? container_of(node, struct uvm_mapping, node) : NULL;
}

/* The first one of @gpu, or of any GPU if it is NULL, that meets [@start, @last] */
static struct uvm_mapping *mapping_first(struct uvm_range *range, struct uvm_gpu *gpu, u64 start,
					 u64 last)
{
	struct interval_tree_node *node;

	for (node = interval_tree_iter_first(&range->mappings, start, last); node;
	     node = interval_tree_iter_next(node, start, last))
		if (!gpu || to_mapping(node)->gpu == gpu)
			break;
	return to_mapping(node);
}

static void mapping_destroy(struct uvm_range *range, struct uvm_mapping *mapping, bool unmap)
{
	if (unmap && mapping->gpu->vaspace)
		rm_uvm_unmap(mapping->gpu->vaspace, mapping->node.start,
			     mapping->node.last - mapping->node.start + 1);
	interval_tree_remove(&mapping->node, &range->mappings);
	if (mapping->memory)
		rm_uvm_memory_put(mapping->memory);
	kfree(mapping);
}

void uvm_mappings_drop(struct uvm_range *range, struct uvm_gpu *gpu, bool unmap)
{
	struct uvm_mapping *mapping;

	while ((mapping = mapping_first(range, gpu, 0, U64_MAX)))
		mapping_destroy(range, mapping, unmap);
}

/* Mappings are taken away as they were made, not in parts. */
static u32 unmap_between(struct uvm_range *range, struct uvm_gpu *gpu, u64 base, u64 length)
{
	u64 last = base + length - 1;
	struct uvm_mapping *mapping;

	mapping = mapping_first(range, gpu, base, base);
	if (mapping && mapping->node.start < base)
		return NV_ERR_INVALID_ADDRESS;
	mapping = mapping_first(range, gpu, last, last);
	if (mapping && mapping->node.last > last)
		return NV_ERR_INVALID_ADDRESS;
	while ((mapping = mapping_first(range, gpu, base, last)))
		mapping_destroy(range, mapping, true);
	return NV_OK;
}

u32 uvm_mapping_new(struct uvm_range *range, struct uvm_gpu *gpu, u64 base, u64 length,
		    const struct rm_uvm_target *target)
{
	struct uvm_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);
	u32 status;

	if (!mapping)
		return NV_ERR_NO_MEMORY;
	status = rm_uvm_map(gpu->vaspace, base, length, target);
	if (status != NV_OK) {
		kfree(mapping);
		return status;
	}
	mapping->gpu = gpu;
	mapping->memory = target->memory;
	mapping->node.start = base;
	mapping->node.last = base + length - 1;
	interval_tree_insert(&mapping->node, &range->mappings);
	return NV_OK;
}

/* No compression: memory of programs is allocated for none. */
static u32 check_attributes(const struct uvm_gpu_mapping_attributes *attr)
{
	if (attr->mapping >= UVM_MAPPING_TYPES || attr->caching >= UVM_CACHING_TYPES ||
	    attr->format >= UVM_FORMAT_TYPES || attr->compression >= UVM_COMPRESSION_TYPES)
		return NV_ERR_INVALID_ARGUMENT;
	if (attr->element_bits >= UVM_ELEMENT_BITS_END || attr->element_bits == 3 ||
	    !attr->format != !attr->element_bits)
		return NV_ERR_INVALID_ARGUMENT;
	if (attr->compression != UVM_COMPRESSION_DEFAULT)
		return NV_ERR_NOT_SUPPORTED;
	return NV_OK;
}

static u32 map_on_gpu(struct uvm_range *range, struct uvm_gpu *gpu,
		      const struct uvm_map_external_allocation_params *p,
		      const struct uvm_gpu_mapping_attributes *attr, const struct rm_caller *caller)
{
	struct rm_uvm_target target = {
		.offset = p->offset,
		.read_only = attr->mapping == UVM_MAPPING_READ_ONLY,
		.is_volatile = attr->caching == UVM_CACHING_FORCE_UNCACHED,
		.block_linear = attr->format == UVM_FORMAT_BLOCK_LINEAR,
	};
	u64 size, end;
	u32 status;

	status = rm_uvm_memory_get(caller, p->h_client, p->h_memory, gpu->gpu, &target.memory,
				   &size);
	if (status != NV_OK)
		return status;
	if (p->offset % UVM_PAGE || check_add_overflow(p->offset, p->length, &end) || end > size)
		status = NV_ERR_INVALID_LIMIT;
	if (status == NV_OK)
		status = unmap_between(range, gpu, p->base, p->length);
	if (status == NV_OK)
		status = uvm_mapping_new(range, gpu, p->base, p->length, &target);
	if (status != NV_OK)
		rm_uvm_memory_put(target.memory);
	return status;
}

static u32 map_external(struct uvm_va_space *vs, const struct rm_caller *caller,
			const struct uvm_map_external_allocation_params *p)
{
	struct uvm_range *range = uvm_range_find(vs, p->base, p->length);
	struct uvm_gpu *gpu;
	u64 i;
	u32 status = NV_OK;

	if (!range || range->kind != UVM_RANGE_EXTERNAL)
		return NV_ERR_INVALID_ADDRESS;
	for (i = 0; i < p->gpus && status == NV_OK; i++) {
		status = check_attributes(&p->gpu[i]);
		gpu = uvm_gpu_find(vs, &p->gpu[i].gpu);
		if (status == NV_OK && (!gpu || !gpu->vaspace))
			status = NV_ERR_INVALID_DEVICE;
		if (status == NV_OK)
			status = map_on_gpu(range, gpu, p, &p->gpu[i], caller);
	}
	if (status == NV_OK)
		return NV_OK;
	/* All or nothing: what was done for the GPUs before the one that failed is undone. */
	for (i--; i > 0; i--) {
		gpu = uvm_gpu_find(vs, &p->gpu[i - 1].gpu);
		unmap_between(range, gpu, p->base, p->length);
	}
	return status;
}

u32 uvm_map_external_allocation(struct uvm_va_space *vs, void *params)
{
	const struct uvm_map_external_allocation_params *p = params;
	struct uvm_ctl ctl;
	u32 status;

	if (!uvm_range_valid(p->base, p->length))
		return NV_ERR_INVALID_ADDRESS;
	if (!p->gpus || p->gpus > UVM_MAX_GPUS)
		return NV_ERR_INVALID_ARGUMENT;
	if (vs->os->ctl_get(p->ctl_fd, &ctl))
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	status = map_external(vs, &ctl.caller, p);
	mutex_unlock(&vs->lock);
	vs->os->ctl_put(&ctl);
	return status;
}

u32 uvm_unmap_external(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_gpu_params *p = params;
	struct uvm_range *range;
	struct uvm_gpu *gpu;
	u32 status;

	mutex_lock(&vs->lock);
	range = uvm_range_find(vs, p->base, p->length);
	gpu = uvm_gpu_find(vs, &p->gpu);
	if (!range || range->kind != UVM_RANGE_EXTERNAL)
		status = NV_ERR_INVALID_ADDRESS;
	else if (!gpu)
		status = NV_ERR_INVALID_DEVICE;
	else
		status = unmap_between(range, gpu, p->base, p->length);
	mutex_unlock(&vs->lock);
	return status;
}
