// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Range groups: managed memory that is to move, or to stay, together. None of it moves, so that
 * what counts is that they are there.
 */
#include <linux/xarray.h>

#include "uvm/uvm.h"

#define GROUPS_MAX	65536

u32 uvm_create_range_group(struct uvm_va_space *vs, void *params)
{
	struct uvm_create_range_group_params *p = params;
	u32 id;
	int err;

	err = xa_alloc_cyclic(&vs->groups, &id, vs, XA_LIMIT(1, GROUPS_MAX),
			      &vs->last_group, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		return NV_ERR_NO_MEMORY;
	p->range_group_id = id;
	return NV_OK;
}

u32 uvm_destroy_range_group(struct uvm_va_space *vs, void *params)
{
	const struct uvm_destroy_range_group_params *p = params;

	if (!p->range_group_id || p->range_group_id > GROUPS_MAX)
		return NV_ERR_OBJECT_NOT_FOUND;
	return xa_erase(&vs->groups, p->range_group_id) ? NV_OK : NV_ERR_OBJECT_NOT_FOUND;
}

static u32 check_group(struct uvm_va_space *vs, u64 id)
{
	return id && id <= GROUPS_MAX && xa_load(&vs->groups, id) ? NV_OK :
								    NV_ERR_OBJECT_NOT_FOUND;
}

/* Group 0 is none. */
u32 uvm_set_range_group(struct uvm_va_space *vs, void *params)
{
	const struct uvm_set_range_group_params *p = params;
	u32 status = p->range_group_id ? check_group(vs, p->range_group_id) : NV_OK;
	struct uvm_range_params range = { .base = p->base, .length = p->length };

	return status == NV_OK ? uvm_advise(vs, &range) : status;
}

u32 uvm_range_groups(struct uvm_va_space *vs, void *params)
{
	const struct uvm_range_groups_params *p = params;
	u32 status = NV_OK;
	u64 i;

	if (!p->count || p->count > UVM_MAX_RANGE_GROUPS_PER_CALL)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < p->count && status == NV_OK; i++)
		status = check_group(vs, p->range_group_id[i]);
	return status;
}

u32 uvm_migrate_range_group(struct uvm_va_space *vs, void *params)
{
	const struct uvm_migrate_range_group_params *p = params;

	return check_group(vs, p->range_group_id);
}
