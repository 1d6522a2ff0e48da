/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef MAP_USER_H
#define MAP_USER_H

/* Memory of the GPU as a user program allocates and maps it. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/nv-memory.h"
#include "rm-user.h"

#define DEVICE		0x10u
#define SUBDEVICE	0x11u

static int ctl_fd = -1;
static unsigned int failures;

static inline void verdict(int ok, const char *name)
{
	printf("%s %s\n", ok ? "ok" : "not ok", name);
	failures += !ok;
}

#define CHECK(cond, name) verdict(!!(cond), name)

static inline void need(int ok, const char *what)
{
	if (ok)
		return;
	printf("not ok %s (%d)\n", what, errno);
	exit(1);
}

/* A client with a device and a subdevice of the first GPU */
static inline u32 open_client(void)
{
	struct nv0080_alloc_parameters device = { 0 };
	u32 client = 0, handle = DEVICE;
	int fd;

	ctl_fd = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);
	fd = open("/dev/nvidia0", O_RDWR);
	need(ctl_fd >= 0 && fd >= 0, "open");
	need(rm_alloc(ctl_fd, 0, 0, &client, 0) == NV_OK, "client");
	errno = rm_alloc_with(ctl_fd, client, client, &handle, NV01_DEVICE_0, &device,
			      sizeof(device));
	need(errno == NV_OK, "device");
	handle = SUBDEVICE;
	need(rm_alloc(ctl_fd, client, DEVICE, &handle, NV20_SUBDEVICE_0) == NV_OK, "subdevice");
	return client;
}

static inline u32 alloc_memory(u32 client, u32 handle, u32 class, u64 size)
{
	struct nv_memory_allocation_params p = { .size = size };

	if (class == 0x3e)
		p.attr = NVOS32_ATTR_LOCATION_PCI << 25 |
			 NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS << 27;
	return rm_alloc_with(ctl_fd, client, DEVICE, &handle, class, &p, sizeof(p));
}

/* A file that maps a part of the memory, or -1 */
static inline int map_context(u32 client, u32 memory, const char *node, u64 offset, u64 size,
			      u32 flags)
{
	struct nvos33_parameters_with_fd p = {
		.params = {
			.h_client = client, .h_device = DEVICE, .h_memory = memory,
			.offset = offset, .length = size, .flags = flags,
		},
		.fd = open(node, O_RDWR | O_CLOEXEC),
	};

	if (p.fd >= 0 && !escape(ctl_fd, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p)) &&
	    p.params.status == NV_OK)
		return p.fd;
	if (p.fd >= 0)
		close(p.fd);
	errno = p.params.status;
	return -1;
}

static inline void *map_memory(u32 client, u32 memory, const char *node, u64 offset, u64 size)
{
	int fd = map_context(client, memory, node, offset, size, 0);
	void *p;

	if (fd < 0)
		return MAP_FAILED;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p;
}

#endif
