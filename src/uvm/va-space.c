// SPDX-License-Identifier: MIT OR GPL-2.0
/* VA spaces come and go. */
#include "uvm/uvm.h"

void uvm_va_space_init(struct uvm_va_space *vs, const struct uvm_os *os)
{
	*vs = (struct uvm_va_space) { .os = os, .ranges = RB_ROOT_CACHED };
	mutex_init(&vs->lock);
	INIT_LIST_HEAD(&vs->gpus);
	xa_init_flags(&vs->groups, XA_FLAGS_ALLOC1);
}

void uvm_va_space_stop(struct uvm_va_space *vs)
{
	struct uvm_gpu *gpu, *next;

	mutex_lock(&vs->lock);
	vs->dead = true;
	list_for_each_entry_safe(gpu, next, &vs->gpus, node)
		uvm_gpu_unregister(vs, gpu);
	mutex_unlock(&vs->lock);
}

void uvm_va_space_fini(struct uvm_va_space *vs)
{
	struct uvm_range *range;

	uvm_va_space_stop(vs);
	mutex_lock(&vs->lock);
	while ((range = uvm_range_next(vs, 0)))
		uvm_range_destroy(vs, range);
	mutex_unlock(&vs->lock);
	xa_destroy(&vs->groups);
	mutex_destroy(&vs->lock);
}
