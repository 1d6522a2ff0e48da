// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * CPU mappings: MAP_MEMORY prepares what an mmap() of a file will map, UNMAP_MEMORY
 * takes back the promise. The memory lives on until the last mapping is gone.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl0000.h"
#include "abi/nv-memory.h"
#include "abi/nvos.h"
#include "rm/memory.h"

#define MAP_PAGE	4096u	/* BAR1's; the operating system's may be larger and refuse */

/**
 * struct rm_map - what a file holds
 * @mmap: as the operating system sees it
 * @memory: a reference is held
 * @node: in @memory->maps
 * @bar1: video memory: where it is seen
 * @closed: the file is gone; under the GPU's lock
 * @later: its end
 */
struct rm_map {
	struct rm_mmap mmap;
	struct rm_memory *memory;
	struct list_head node;
	struct nv_bar1_map bar1;
	bool closed;
	struct rm_later later;
};

/**
 * struct rm_mapping - what UNMAP_MEMORY will ask for
 * @node: in rm_memory_object.mappings
 * @address: what MAP_MEMORY answered, or what UPDATE_DEVICE_MAPPING_INFO made of it
 */
struct rm_mapping {
	struct list_head node;
	u64 address;
};

void rm_mappings_drop(struct rm_memory_object *mobj)
{
	struct rm_mapping *mapping, *next;

	list_for_each_entry_safe(mapping, next, &mobj->mappings, node) {
		list_del(&mapping->node);
		kfree(mapping);
	}
}

/* Maps */

static void rm_map_end(struct rm_later *later, struct nv_gpu *gpu)
{
	struct rm_map *map = container_of(later, struct rm_map, later);
	struct rm_memory *memory = map->memory;

	mutex_lock(&memory->gpu->lock);
	list_del(&map->node);
	mutex_unlock(&memory->gpu->lock);
	if (gpu)
		nv_bar1_unmap(gpu, &map->bar1);
	rm_memory_put(memory);
	kfree(map);
}

static void rm_map_release(struct rm_mmap *mmap)
{
	struct rm_map *map = container_of(mmap, struct rm_map, mmap);
	struct rm_gpu *rgpu = map->memory->gpu;

	mutex_lock(&rgpu->lock);
	map->closed = true;
	mutex_unlock(&rgpu->lock);
	rm_later(rgpu, &map->later);
}

void rm_maps_revoke(struct rm *rm, struct rm_memory *memory)
{
	struct rm_map *map;

	lockdep_assert_held(&memory->gpu->lock);
	list_for_each_entry(map, &memory->maps, node) {
		if (!map->closed && rm->os->mmap_revoke)
			rm->os->mmap_revoke(&map->mmap);
		nv_bar1_unmap(memory->gpu->gpu, &map->bar1);
	}
}

static int rm_map_fill(struct rm_map *map, struct nv_gpu *gpu, u64 offset, u64 size)
{
	struct rm_memory *memory = map->memory;
	int err = 0;

	map->mmap.caching = memory->caching;
	map->mmap.size = size;
	map->mmap.gpu = gpu;
	switch (memory->kind) {
	case RM_MEMORY_VID:
		map->mmap.kind = RM_MMAP_VIDMEM;
		err = nv_bar1_map(gpu, &memory->pieces, offset, size, &map->bar1);
		map->mmap.start = map->bar1.addr;
		break;
	case RM_MEMORY_SYS:
		map->mmap.kind = RM_MMAP_SYSMEM;
		map->mmap.dma = &memory->dma;
		map->mmap.start = offset;
		break;
	case RM_MEMORY_REGS:
		map->mmap.kind = RM_MMAP_REGS;
		map->mmap.start = gpu->hw->bar[0].addr + memory->offset + offset;
		break;
	default:
		err = -EOPNOTSUPP;	/* the process has that memory already */
	}
	return err;
}

/* Hand a map of [@offset, @offset + @size) to @fd; *@start is where it begins. */
static int rm_map_create(const struct rm_caller *caller, struct rm_memory *memory,
			 struct nv_gpu *gpu, int fd, u64 offset, u64 size, bool writable,
			 u64 *start)
{
	struct rm_map *map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);
	int err;

	if (!map)
		return -ENOMEM;
	map->memory = memory;
	map->later.end = rm_map_end;
	map->mmap.writable = writable && !memory->read_only;
	map->mmap.release = rm_map_release;
	err = rm_map_fill(map, gpu, offset, size);
	if (err) {
		kfree(map);
		return err;
	}
	rm_memory_hold(memory);
	mutex_lock(&memory->gpu->lock);
	list_add_tail(&map->node, &memory->maps);
	mutex_unlock(&memory->gpu->lock);
	*start = map->mmap.start;
	err = caller->file->rm->os->mmap_context(caller, fd, &map->mmap);
	if (err)
		rm_map_release(&map->mmap);
	return err;
}

/* Escapes */

/* The live memory object of two handles, with references to it and to its client. */
static u32 rm_memory_get(const struct rm_caller *caller, u32 h_client, u32 h_memory,
			 struct rm_client **client, struct rm_memory_object **mobj)
{
	struct rm_object *object;

	*client = rm_client_get(caller, h_client);
	if (!*client)
		return NV_ERR_INVALID_CLIENT;
	object = rm_object_get(*client, h_memory);
	if (object && rm_object_is_memory(object)) {
		*mobj = rm_to_memory(object);
		return NV_OK;
	}
	if (object)
		rm_object_put(object);
	rm_client_put(*client);
	return object ? NV_ERR_INVALID_OBJECT : NV_ERR_OBJECT_NOT_FOUND;
}

static void rm_memory_leave(struct rm_client *client, struct rm_memory_object *mobj)
{
	rm_object_put(&mobj->object);
	rm_client_put(client);
}

/* Is that handle the device or subdevice that the memory is on? */
static bool rm_is_device_of(struct rm_client *client, u32 h_device,
			    const struct rm_memory_object *mobj)
{
	struct rm_object *device = rm_object_get(client, h_device);
	bool ok;

	if (!device)
		return false;
	ok = device->class->kind & (RM_PARENT_DEVICE | RM_PARENT_SUBDEVICE) &&
	     device->gpu == mobj->object.gpu;
	rm_object_put(device);
	return ok;
}

static u32 rm_map_memory_object(const struct rm_caller *caller, struct rm_memory_object *mobj,
				struct nvos33_parameters_with_fd *p)
{
	struct nvos33_parameters *params = &p->params;
	u64 offset = ALIGN_DOWN(params->offset, MAP_PAGE), size, start;
	u32 access = FIELD_GET(NVOS33_FLAGS_ACCESS, params->flags);
	struct rm_mapping *mapping;
	struct nv_gpu *gpu;
	u32 status;
	int err;

	if (!params->length || params->offset >= mobj->memory->size ||
	    params->length > mobj->memory->size - params->offset)
		return NV_ERR_INVALID_LIMIT;
	size = ALIGN(params->offset + params->length, MAP_PAGE) - offset;
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);
	if (!mapping)
		return NV_ERR_NO_MEMORY;
	status = rm_object_enter(&mobj->object, &gpu);
	if (status == NV_OK) {
		err = rm_map_create(caller, mobj->memory, gpu, p->fd, offset, size,
				    access != NVOS33_FLAGS_ACCESS_READ_ONLY, &start);
		rm_object_leave(&mobj->object);
		status = rm_status(err);
	}
	if (status != NV_OK) {
		kfree(mapping);
		return status;
	}
	mapping->address = start + (params->offset - offset);
	params->p_linear_address = mapping->address;
	mutex_lock(&mobj->object.client->lock);
	list_add(&mapping->node, &mobj->mappings);
	mutex_unlock(&mobj->object.client->lock);
	return NV_OK;
}

u32 rm_map_memory(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos33_parameters_with_fd *p = arg;
	struct rm_memory_object *mobj;
	struct rm_client *client;
	u32 status;

	if (!caller->file->rm->os->mmap_context)
		return NV_ERR_NOT_SUPPORTED;
	status = rm_memory_get(caller, p->params.h_client, p->params.h_memory, &client, &mobj);
	if (status != NV_OK)
		return status;
	if (rm_is_device_of(client, p->params.h_device, mobj))
		status = rm_map_memory_object(caller, mobj, p);
	else
		status = NV_ERR_INVALID_DEVICE;
	rm_memory_leave(client, mobj);
	return status;
}

static struct rm_mapping *rm_mapping_find(struct rm_memory_object *mobj, u64 address)
{
	struct rm_mapping *mapping;

	lockdep_assert_held(&mobj->object.client->lock);
	list_for_each_entry(mapping, &mobj->mappings, node)
		if (mapping->address == address)
			return mapping;
	return NULL;
}

/* Let @fn have the mapping at @address of a memory object; client->lock is held. */
static u32 rm_mapping_call(const struct rm_caller *caller, u32 h_client, u32 h_memory,
			   u64 address, void (*fn)(struct rm_mapping *mapping, u64 arg), u64 arg)
{
	struct rm_memory_object *mobj;
	struct rm_mapping *mapping;
	struct rm_client *client;
	u32 status;

	status = rm_memory_get(caller, h_client, h_memory, &client, &mobj);
	if (status != NV_OK)
		return status;
	mutex_lock(&client->lock);
	mapping = rm_mapping_find(mobj, address);
	if (mapping)
		fn(mapping, arg);
	mutex_unlock(&client->lock);
	rm_memory_leave(client, mobj);
	return mapping ? NV_OK : NV_ERR_INVALID_ADDRESS;
}

static void rm_mapping_end(struct rm_mapping *mapping, u64 unused)
{
	list_del(&mapping->node);
	kfree(mapping);
}

u32 rm_unmap_memory(const struct rm_caller *caller, void *arg, size_t size)
{
	const struct nvos34_parameters *p = arg;

	return rm_mapping_call(caller, p->h_client, p->h_memory, p->p_linear_address,
			       rm_mapping_end, 0);
}

static void rm_mapping_move(struct rm_mapping *mapping, u64 address)
{
	mapping->address = address;
}

u32 rm_update_mapping_info(const struct rm_caller *caller, void *arg, size_t size)
{
	const struct nvos56_parameters *p = arg;

	return rm_mapping_call(caller, p->h_client, p->h_memory, p->p_old_cpu_address,
			       rm_mapping_move, p->p_new_cpu_address);
}

/* Through which node a program has to map something */
u32 rm_get_addr_space_type(struct rm_call *call)
{
	struct nv0000_ctrl_client_get_addr_space_type_params *p = call->params;
	struct rm_object *object = rm_object_get(call->object->client, p->h_object);
	u32 status = NV_OK;

	if (!object)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!rm_object_is_memory(object))
		status = NV_ERR_INVALID_OBJECT;
	else
		p->addr_space_type = rm_memory_addr_space(rm_to_memory(object)->memory);
	rm_object_put(object);
	return status;
}
