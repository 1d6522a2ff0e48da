// SPDX-License-Identifier: MIT OR GPL-2.0
/* Range groups: so far only that they are there. Managed memory will be put into them. */
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
