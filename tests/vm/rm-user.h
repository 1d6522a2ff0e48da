/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef RM_USER_H
#define RM_USER_H

/* The resource manager as a user program calls it. */

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "abi/abi.h"
#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nv-status.h"
#include "abi/nvos.h"

#define NO_STATUS	0x10000u	/* the call itself failed */

/* Return: 0 or an errno */
static inline int escape(int fd, unsigned int nr, void *arg, size_t size)
{
	return ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, NV_IOCTL_MAGIC, nr, size), arg) ? errno : 0;
}

/* @object is the wished handle, or 0, and becomes the one that it is. Return: NV_STATUS */
static inline u32 rm_alloc_with(int fd, u32 root, u32 parent, u32 *object, u32 class,
				const void *params, u32 size)
{
	struct nvos21_parameters p = {
		.h_root = root, .h_object_parent = parent, .h_object_new = *object,
		.h_class = class, .p_alloc_parms = (uintptr_t)params, .params_size = size,
	};
	int ret = escape(fd, NV_ESC_RM_ALLOC, &p, sizeof(p));

	*object = p.h_object_new;
	return ret ? NO_STATUS : p.status;
}

static inline u32 rm_alloc(int fd, u32 root, u32 parent, u32 *object, u32 class)
{
	return rm_alloc_with(fd, root, parent, object, class, NULL, 0);
}

static inline u32 rm_control(int fd, u32 client, u32 object, u32 cmd, u64 params, u32 size)
{
	struct nvos54_parameters p = {
		.h_client = client, .h_object = object, .cmd = cmd,
		.params = params, .params_size = size,
	};
	int ret = escape(fd, NV_ESC_RM_CONTROL, &p, sizeof(p));

	return ret ? NO_STATUS : p.status;
}

static inline u32 rm_free(int fd, u32 client, u32 object)
{
	struct nvos00_parameters p = { .h_root = client, .h_object_old = object };
	int ret = escape(fd, NV_ESC_RM_FREE, &p, sizeof(p));

	return ret ? NO_STATUS : p.status;
}

#endif
