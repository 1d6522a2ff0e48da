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

static u32 uvm_pageable_on_gpu(struct uvm_va_space *vs, void *params)
{
	struct uvm_pageable_on_gpu_params *p = params;
	struct uvm_gpu *gpu;

	mutex_lock(&vs->lock);
	gpu = uvm_gpu_find(vs, &p->gpu);
	mutex_unlock(&vs->lock);
	p->pageable_mem_access = 0;
	return gpu ? NV_OK : NV_ERR_INVALID_DEVICE;
}

/* A VA space that several processes share would have ranges of dead ones. */
static u32 uvm_clean_up_zombies(struct uvm_va_space *vs, void *params)
{
	return NV_OK;
}

static const struct {
	u32 nr;
	uvm_ioctl_fn *fn;
} uvm_handlers[] = {
	{ UVM_CREATE_RANGE_GROUP, uvm_create_range_group },
	{ UVM_DESTROY_RANGE_GROUP, uvm_destroy_range_group },
	{ UVM_REGISTER_GPU_VASPACE, uvm_register_gpu_vaspace },
	{ UVM_UNREGISTER_GPU_VASPACE, uvm_unregister_gpu_vaspace },
	{ UVM_REGISTER_CHANNEL, uvm_register_channel },
	{ UVM_UNREGISTER_CHANNEL, uvm_unregister_channel },
	{ UVM_MAP_EXTERNAL_ALLOCATION, uvm_map_external_allocation },
	{ UVM_FREE, uvm_free },
	{ UVM_REGISTER_GPU, uvm_register_gpu },
	{ UVM_UNREGISTER_GPU, uvm_unregister_gpu },
	{ UVM_PAGEABLE_MEM_ACCESS, uvm_pageable_mem_access },
	{ UVM_SET_PREFERRED_LOCATION, uvm_set_preferred_location },
	{ UVM_UNSET_PREFERRED_LOCATION, uvm_advise },
	{ UVM_ENABLE_READ_DUPLICATION, uvm_advise },
	{ UVM_DISABLE_READ_DUPLICATION, uvm_advise },
	{ UVM_SET_ACCESSED_BY, uvm_advise_accessed_by },
	{ UVM_UNSET_ACCESSED_BY, uvm_advise_accessed_by },
	{ UVM_MIGRATE, uvm_migrate },
	{ UVM_SET_RANGE_GROUP, uvm_set_range_group },
	{ UVM_PREVENT_MIGRATION_RANGE_GROUPS, uvm_range_groups },
	{ UVM_ALLOW_MIGRATION_RANGE_GROUPS, uvm_range_groups },
	{ UVM_MIGRATE_RANGE_GROUP, uvm_migrate_range_group },
	{ UVM_MAP_DYNAMIC_PARALLELISM_REGION, uvm_map_dynamic_parallelism },
	{ UVM_UNMAP_EXTERNAL, uvm_unmap_external },
	{ UVM_ALLOC_SEMAPHORE_POOL, uvm_alloc_semaphore_pool },
	{ UVM_CLEAN_UP_ZOMBIE_RESOURCES, uvm_clean_up_zombies },
	{ UVM_PAGEABLE_MEM_ACCESS_ON_GPU, uvm_pageable_on_gpu },
	{ UVM_VALIDATE_VA_RANGE, uvm_validate_va_range },
	{ UVM_CREATE_EXTERNAL_RANGE, uvm_create_external_range },
};

u32 uvm_ioctl(struct uvm_va_space *vs, u32 nr, void *params)
{
	size_t i;

	mutex_lock(&vs->lock);
	uvm_reap(vs);
	mutex_unlock(&vs->lock);
	for (i = 0; i < ARRAY_SIZE(uvm_handlers); i++)
		if (uvm_handlers[i].nr == nr)
			return uvm_handlers[i].fn(vs, params);
	return NV_ERR_NOT_SUPPORTED;
}
