// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which ioctls there are, and who answers them. */
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "uvm/uvm.h"

#define UVM_ROW(nr, name, params) \
	{ (nr), sizeof(struct params), offsetof(struct params, rm_status) },

static const struct uvm_ioctl_desc uvm_ioctls[] = { UVM_IOCTLS(UVM_ROW) };

const struct uvm_ioctl_desc *uvm_ioctl_find(u32 nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(uvm_ioctls); i++)
		if (uvm_ioctls[i].nr == nr)
			return &uvm_ioctls[i];
	return NULL;
}

void uvm_ioctl_set_status(const struct uvm_ioctl_desc *desc, void *params, u32 status)
{
	memcpy((u8 *)params + desc->status, &status, sizeof(status));
}

/* A GPU reaches memory that was not made for it only by faults that are served here. */
static u32 uvm_pageable_mem_access(struct uvm_va_space *vs, void *params)
{
	struct uvm_pageable_mem_access_params *p = params;

	p->pageable_mem_access = 0;
	return NV_OK;
}

static const struct {
	u32 nr;
	uvm_ioctl_fn *fn;
} uvm_handlers[] = {
	{ UVM_PAGEABLE_MEM_ACCESS, uvm_pageable_mem_access },
};

u32 uvm_ioctl(struct uvm_va_space *vs, u32 nr, void *params)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(uvm_handlers); i++)
		if (uvm_handlers[i].nr == nr)
			return uvm_handlers[i].fn(vs, params);
	return NV_ERR_NOT_SUPPORTED;
}
