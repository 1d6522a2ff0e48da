// SPDX-License-Identifier: MIT OR GPL-2.0
/* Ranges of addresses. */
#include <linux/align.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "rm/uvm.h"
#include "uvm/uvm.h"

bool uvm_range_valid(u64 base, u64 length)
{
	u64 end;

	return length && IS_ALIGNED(base, UVM_PAGE) && IS_ALIGNED(length, UVM_PAGE) &&
	       !check_add_overflow(base, length, &end);
}

static struct uvm_range *to_range(struct interval_tree_node *node)
{
	return node ? container_of(node, struct uvm_range, node) : NULL;
}

struct uvm_range *uvm_range_next(struct uvm_va_space *vs, u64 from)
{
	lockdep_assert_held(&vs->lock);
	return to_range(interval_tree_iter_first(&vs->ranges, from, U64_MAX));
}

struct uvm_range *uvm_range_new(struct uvm_va_space *vs, enum uvm_range_kind kind, u64 base,
				u64 length, u32 *status)
{
	struct uvm_range *range;

	lockdep_assert_held(&vs->lock);
	*status = NV_ERR_INVALID_ADDRESS;
	if (!uvm_range_valid(base, length))
		return NULL;
	*status = NV_ERR_UVM_ADDRESS_IN_USE;
	if (interval_tree_iter_first(&vs->ranges, base, base + length - 1))
		return NULL;
	*status = NV_ERR_NO_MEMORY;
	range = kzalloc(sizeof(*range), GFP_KERNEL_ACCOUNT);
	if (!range)
		return NULL;
	range->kind = kind;
	range->node.start = base;
	range->node.last = base + length - 1;
	range->mappings = RB_ROOT_CACHED;
	interval_tree_insert(&range->node, &vs->ranges);
	*status = NV_OK;
	return range;
}

struct uvm_range *uvm_range_find(struct uvm_va_space *vs, u64 base, u64 length)
{
	struct uvm_range *range;

	lockdep_assert_held(&vs->lock);
	if (!uvm_range_valid(base, length))
		return NULL;
	range = to_range(interval_tree_iter_first(&vs->ranges, base, base));
	return range && range->node.last >= base + length - 1 ? range : NULL;
}

struct uvm_range *uvm_range_find_exact(struct uvm_va_space *vs, u64 base, u64 length)
{
	struct uvm_range *range = uvm_range_find(vs, base, length);

	if (range && range->node.start == base && uvm_range_size(range) == length)
		return range;
	return NULL;
}

void uvm_range_destroy(struct uvm_va_space *vs, struct uvm_range *range)
{
	lockdep_assert_held(&vs->lock);
	uvm_mappings_drop(range, NULL, true);
	if (range->memory)
		rm_uvm_memory_put(range->memory);
	interval_tree_remove(&range->node, &vs->ranges);
	kfree(range);
}

u32 uvm_create_external_range(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_params *p = params;
	u32 status;

	mutex_lock(&vs->lock);
	uvm_range_new(vs, UVM_RANGE_EXTERNAL, p->base, p->length, &status);
	mutex_unlock(&vs->lock);
	return status;
}

/* A channel's range is its channel's, managed memory ends by munmap(). */
u32 uvm_free(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_params *p = params;
	struct uvm_range *range;
	u32 status = NV_OK;

	mutex_lock(&vs->lock);
	range = uvm_range_find_exact(vs, p->base, p->length);
	if (!range || range->kind == UVM_RANGE_CHANNEL || range->kind == UVM_RANGE_MANAGED)
		status = NV_ERR_INVALID_ADDRESS;
	else if (range->cpu_maps)
		status = NV_ERR_INVALID_ARGUMENT;
	else
		uvm_range_destroy(vs, range);
	mutex_unlock(&vs->lock);
	return status;
}

u32 uvm_validate_va_range(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_params *p = params;
	struct uvm_range *range;

	mutex_lock(&vs->lock);
	range = uvm_range_find_exact(vs, p->base, p->length);
	mutex_unlock(&vs->lock);
	return range ? NV_OK : NV_ERR_INVALID_ADDRESS;
}
