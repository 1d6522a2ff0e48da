/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef MEMORY_RIG_H
#define MEMORY_RIG_H

#include <linux/bitfield.h>

#include "abi/nv-memory.h"
#include "abi/rs-access.h"
#include "rm-rig.h"
#include "rm/memory.h"
#include "softgpu-priv.h"

/* Memory objects and their mappings, through the escapes. */

#define KIB(n)		((u64)(n) << 10)
#define MIB(n)		((u64)(n) << 20)
#define PAGE		4096u
#define NODE		RIG_FD_NODE

enum { H_MEM = 0xaa, H_MEM2, H_MEM3 };

#define ATTR_VID	(NVOS32_ATTR_PHYSICALITY_ALLOW_NONCONTIGUOUS << 27)
#define ATTR_SYS	(ATTR_VID | NVOS32_ATTR_LOCATION_PCI << 25)

static inline void rebar(struct rm_rig *rig, bool rebar)
{
	*rig = (struct rm_rig){ .soft = hw_softgpu_defaults() };
	rig->soft.config.rebar = rebar;
	rig_start(rig);
}

static inline u32 alloc_as(const struct rm_caller *user, u32 client, u32 parent, u32 handle,
			   u32 class, struct nv_memory_allocation_params *p)
{
	u32 status = rig_alloc_as(user, client, parent, handle, class, p, sizeof(*p));

	memcpy(p, rig_user, sizeof(*p));
	return status;
}

static inline u32 alloc_vid(struct rm_rig *rig, u32 client, u32 handle, u64 size)
{
	struct nv_memory_allocation_params p = { .size = size, .attr = ATTR_VID };

	return alloc_as(&rig->user, client, H_DEVICE, handle, NV01_MEMORY_LOCAL_USER, &p);
}

static inline u32 alloc_sys(struct rm_rig *rig, u32 client, u32 handle, u64 size)
{
	struct nv_memory_allocation_params p = { .size = size, .attr = ATTR_SYS };

	return alloc_as(&rig->user, client, H_DEVICE, handle, NV01_MEMORY_SYSTEM, &p);
}

static inline u32 map_at(struct rm_rig *rig, u32 client, u32 handle, int fd, u64 offset,
			 u64 length, u32 flags, u64 *address)
{
	struct nvos33_parameters_with_fd p = {
		.params = {
			.h_client = client, .h_device = H_DEVICE, .h_memory = handle,
			.offset = offset, .length = length, .flags = flags, .status = ~0u,
		},
		.fd = fd,
	};

	EXPECT_EQ(rm_escape(&rig->user, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p)), 0);
	if (address)
		*address = p.params.p_linear_address;
	return p.params.status;
}

static inline u32 map(struct rm_rig *rig, u32 client, u32 handle, int fd, u64 length)
{
	return map_at(rig, client, handle, fd, 0, length, 0, NULL);
}

static inline u32 unmap(struct rm_rig *rig, u32 client, u32 handle, u64 address)
{
	struct nvos34_parameters p = {
		.h_client = client, .h_device = H_DEVICE, .h_memory = handle,
		.p_linear_address = address, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(&rig->user, NV_ESC_RM_UNMAP_MEMORY, &p, sizeof(p)), 0);
	return p.status;
}

static inline u32 move(struct rm_rig *rig, u32 client, u32 handle, u64 from, u64 to)
{
	struct nvos56_parameters p = {
		.h_client = client, .h_device = H_DEVICE, .h_memory = handle,
		.p_old_cpu_address = from, .p_new_cpu_address = to, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(&rig->user, NV_ESC_RM_UPDATE_DEVICE_MAPPING_INFO, &p, sizeof(p)), 0);
	return p.status;
}

/* What a program would see and do through a mapping of fd */
static inline u64 peek(struct rm_rig *rig, int fd, u64 offset)
{
	struct rm_mmap *map = rig_fd[fd];

	EXPECT(map && offset < map->size);
	if (map->kind == RM_MMAP_SYSMEM)
		return *(u64 *)(map->dma->cpu + map->start + offset);
	return softgpu_read(rig->soft.model, SOFTGPU_BAR1,
			    map->start + offset - rig->soft.hw.bar[1].addr, 8);
}

static inline void poke(struct rm_rig *rig, int fd, u64 offset, u64 val)
{
	struct rm_mmap *map = rig_fd[fd];

	EXPECT(map && map->writable && offset < map->size);
	if (map->kind == RM_MMAP_SYSMEM)
		*(u64 *)(map->dma->cpu + map->start + offset) = val;
	else
		softgpu_write(rig->soft.model, SOFTGPU_BAR1,
			      map->start + offset - rig->soft.hw.bar[1].addr, 8, val);
}

static inline u32 dup_as(const struct rm_caller *user, u32 client, u32 handle, u32 src, u32 h_src)
{
	struct nvos55_parameters p = {
		.h_client = client, .h_parent = H_DEVICE, .h_object = handle, .h_client_src = src,
		.h_object_src = h_src, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(user, NV_ESC_RM_DUP_OBJECT, &p, sizeof(p)), 0);
	return p.status;
}

static inline u32 share(struct rm_rig *rig, u32 client, u32 handle, u16 type, u32 target, u8 action)
{
	struct nvos57_parameters p = {
		.h_client = client, .h_object = handle, .status = ~0u,
		.share_policy = {
			.type = type, .target = target, .action = action,
			.access_mask = BIT(RS_ACCESS_DUP_OBJECT),
		},
	};

	EXPECT_EQ(rm_escape(&rig->user, NV_ESC_RM_SHARE, &p, sizeof(p)), 0);
	return p.status;
}

#endif
