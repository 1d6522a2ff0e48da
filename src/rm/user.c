// SPDX-License-Identifier: MIT OR GPL-2.0
/* What comes from user space, and what it is told. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/nv-status.h"
#include "rm/rm-priv.h"

u32 rm_copy_in(struct rm *rm, u64 user, u32 size, void **params)
{
	*params = NULL;
	if (!size)
		return NV_OK;
	*params = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!*params)
		return NV_ERR_NO_MEMORY;
	if (!rm->os->copy_in(*params, user, size))
		return NV_OK;
	kvfree(*params);
	*params = NULL;
	return NV_ERR_INVALID_ADDRESS;
}

u32 rm_status(int err)
{
	switch (err) {
	case 0:
		return NV_OK;
	case -EINVAL:
	case -EBADF:
		return NV_ERR_INVALID_ARGUMENT;
	case -EFAULT:
		return NV_ERR_INVALID_ADDRESS;
	case -EPERM:
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	case -EOPNOTSUPP:
		return NV_ERR_NOT_SUPPORTED;
	case -EBUSY:
		return NV_ERR_STATE_IN_USE;
	case -ENOMEM:
	case -ENOSPC:
		return NV_ERR_NO_MEMORY;
	case -ENODEV:
		return NV_ERR_GPU_IS_LOST;
	case -ETIMEDOUT:
		return NV_ERR_TIMEOUT;
	default:
		return NV_ERR_OPERATING_SYSTEM;
	}
}
