/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef RM_USER_H
#define RM_USER_H

/* The resource manager as a user program calls it, and what such programs of tests share. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/bitfield.h>

#include "abi/abi.h"
#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nv-memory.h"
#include "abi/nv-status.h"
#include "abi/nvos.h"

#define CTL_NODE	"/dev/nvidiactl"
#define GPU_NODE	"/dev/nvidia0"

/* Verdicts */

static unsigned int failures;

/* Prints "ok NAME" or "not ok NAME". */
__attribute__((format(printf, 2, 3)))
static inline bool check(bool good, const char *name, ...)
{
	va_list args;

	failures += !good;
	printf("%s", good ? "ok " : "not ok ");
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	return good;
}

/* What everything else needs; without it the program ends. */
static inline void need_ok(u32 status, const char *what)
{
	if (status == NV_OK)
		return;
	printf("not ok %s (%#x)\n", what, status);
	exit(1);
}

static inline void need(bool good, const char *what)
{
	need_ok(good ? 0 : errno ?: EINVAL, what);
}

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Calls */

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

/* A program with a client, and a device and a subdevice of the first GPU */

enum { H_DEVICE = 0xd0, H_SUBDEVICE };

struct rm_user {
	int ctl;
	int gpu;
	u32 client;
};

static inline u32 rm_make(const struct rm_user *user, u32 parent, u32 handle, u32 class,
			  const void *params, u32 size)
{
	return rm_alloc_with(user->ctl, user->client, parent, &handle, class, params, size);
}

static inline void rm_open(struct rm_user *user)
{
	struct nv0080_alloc_parameters device = { 0 };
	struct nv2080_alloc_parameters subdevice = { 0 };

	user->ctl = open(CTL_NODE, O_RDWR | O_CLOEXEC);
	need(user->ctl >= 0, CTL_NODE);
	/* The first open of its node starts the GPU. */
	user->gpu = open(GPU_NODE, O_RDWR | O_CLOEXEC);
	need(user->gpu >= 0, GPU_NODE);
	user->client = 0;
	need_ok(rm_alloc(user->ctl, 0, 0, &user->client, NV01_ROOT_CLIENT), "client");
	need_ok(rm_make(user, user->client, H_DEVICE, NV01_DEVICE_0, &device, sizeof(device)),
		"device");
	need_ok(rm_make(user, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0, &subdevice,
			sizeof(subdevice)), "subdevice");
}

/* Memory of NV01_MEMORY_LOCAL_USER or NV01_MEMORY_SYSTEM, in one piece or more */
static inline u32 rm_make_memory(const struct rm_user *user, u32 handle, u32 class, u64 size)
{
	bool sys = class == NV01_MEMORY_SYSTEM;
	struct nv_memory_allocation_params params = {
		.owner = user->client, .size = size,
		.attr = FIELD_PREP(NVOS32_ATTR_LOCATION, sys ? NVOS32_ATTR_LOCATION_PCI :
				   NVOS32_ATTR_LOCATION_VIDMEM) |
			FIELD_PREP(NVOS32_ATTR_PHYSICALITY,
				   sys ? NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS :
				   NVOS32_ATTR_PHYSICALITY_ALLOW_NONCONTIGUOUS),
	};

	return rm_make(user, H_DEVICE, handle, class, &params, sizeof(params));
}

/* A file that maps a part of the memory, or -1 with the status in errno */
static inline int rm_map_context(const struct rm_user *user, u32 h_device, u32 memory,
				 const char *node, u64 offset, u64 size, u32 flags)
{
	struct nvos33_parameters_with_fd p = {
		.params = {
			.h_client = user->client, .h_device = h_device, .h_memory = memory,
			.offset = offset, .length = size, .flags = flags, .status = NO_STATUS,
		},
		.fd = open(node, O_RDWR | O_CLOEXEC),
	};

	if (p.fd < 0)
		return -1;
	if (!escape(user->ctl, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p)) && p.params.status == NV_OK)
		return p.fd;
	close(p.fd);
	errno = p.params.status;
	return -1;
}

/* Return: MAP_FAILED with an errno or a status in errno */
static inline void *rm_map(const struct rm_user *user, u32 memory, const char *node, u64 offset,
			   u64 size)
{
	int fd = rm_map_context(user, H_DEVICE, memory, node, offset, size, 0);
	void *p;

	if (fd < 0)
		return MAP_FAILED;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p;
}

#endif
