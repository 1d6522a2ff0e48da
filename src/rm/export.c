// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Memory in files. A control puts it into an open /dev/nvidiactl, and whoever has that file,
 * by fork() or from a socket, may make objects of it. The file holds references, so that
 * the memory outlives its maker. Statuses: open-gpu-kernel-modules 550.163.01, unix/src/os.c.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl0000.h"
#include "abi/nv-class.h"
#include "rm/memory.h"

/**
 * struct rm_export - what a file exports; what is not said otherwise never changes
 * @gpu: where it is; a reference is held; NULL if the exporter did not say
 * @device_instance: of @gpu
 * @max_objects: how many there may be
 * @metadata: what the exporter wants importers to know
 * @slot: what is exported, or NULL; under rm->lock
 */
struct rm_export {
	struct rm_gpu *gpu;
	u32 device_instance;
	u32 max_objects;
	u8 metadata[NV0000_OS_UNIX_EXPORT_OBJECT_FD_BUFFER_SIZE];
	struct rm_memory_source *slot[];
};

static struct rm_client *rm_call_client(const struct rm_call *call)
{
	return call->object->client;
}

static void rm_source_hold(const struct rm_memory_source *src)
{
	rm_memory_hold(src->memory);
	rm_gpu_hold(src->gpu);
}

static void rm_source_put(const struct rm_memory_source *src)
{
	rm_memory_put(src->memory);
	rm_gpu_put(src->gpu);
}

static void rm_sources_put(struct rm_memory_source **src, u32 count)
{
	while (count--) {
		if (src[count])
			rm_source_put(src[count]);
		kfree(src[count]);
	}
}

static void rm_export_free(struct rm_export *export)
{
	if (!export)
		return;
	rm_sources_put(export->slot, export->max_objects);
	rm_gpu_put(export->gpu);
	kvfree(export);
}

void rm_export_close(struct rm_file *file)
{
	rm_export_free(file->export);
	file->export = NULL;
}

/* Export */

static u32 rm_export_set_gpu(struct rm_export *export, struct rm_client *client, u32 h_device)
{
	struct rm_object *device;
	struct nv_gpu *gpu;
	u32 status;

	export->device_instance = NV0000_CTRL_OS_UNIX_NO_DEVICE;
	if (!h_device)
		return NV_OK;
	device = rm_object_get(client, h_device);
	if (!device)
		return NV_ERR_OBJECT_NOT_FOUND;
	status = NV_ERR_INVALID_PARAMETER;
	if (device->h_class == NV01_DEVICE_0)
		status = rm_object_enter(device, &gpu);
	if (status == NV_OK) {
		export->device_instance = gpu->minor;
		export->gpu = device->gpu;
		rm_gpu_hold(device->gpu);
		rm_object_leave(device);
	}
	rm_object_put(device);
	return status;
}

static u32 rm_export_new(struct rm_client *client, u32 h_device, u32 max_objects,
			 struct rm_export **out)
{
	struct rm_export *export;
	u32 status;

	if (!max_objects)
		return NV_ERR_INVALID_PARAMETER;
	export = kvzalloc(struct_size(export, slot, max_objects), GFP_KERNEL_ACCOUNT);
	if (!export)
		return NV_ERR_NO_MEMORY;
	export->max_objects = max_objects;
	status = rm_export_set_gpu(export, client, h_device);
	if (status == NV_OK)
		*out = export;
	else
		rm_export_free(export);
	return status;
}

static u32 rm_export_source(struct rm_client *client, u32 handle, struct rm_memory_source **out)
{
	struct rm_object *object = rm_object_get(client, handle);
	struct rm_memory_source src;
	u32 status = NV_ERR_NOT_SUPPORTED;

	if (!object)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (rm_object_is_memory(object)) {
		src = rm_memory_source(object);
		*out = kmemdup(&src, sizeof(src), GFP_KERNEL_ACCOUNT);
		status = *out ? NV_OK : NV_ERR_NO_MEMORY;
	}
	if (status == NV_OK)
		rm_source_hold(*out);
	rm_object_put(object);
	return status;
}

/* What @file exports. It stays as long as the file is held. */
static struct rm_export *rm_file_export(struct rm *rm, struct rm_file *file)
{
	struct rm_export *export;

	mutex_lock(&rm->lock);
	export = file->export;
	mutex_unlock(&rm->lock);
	return export;
}

/* @file had no export, and takes *@export over, unless it has got one meanwhile. */
static u32 rm_file_set_export(struct rm *rm, struct rm_file *file, struct rm_export **export)
{
	u32 status = NV_ERR_STATE_IN_USE;

	mutex_lock(&rm->lock);
	if (!file->export) {
		swap(file->export, *export);
		status = NV_OK;
	}
	mutex_unlock(&rm->lock);
	return status;
}

u32 rm_export_object_to_fd(struct rm_call *call)
{
	struct nv0000_ctrl_os_unix_export_object_to_fd_params *p = call->params;
	struct rm_client *client = rm_call_client(call);
	struct rm_export *export = NULL;
	struct rm *rm = client->rm;
	struct rm_file *file;
	u32 status;

	/* An empty file is for user space to open. */
	if (p->flags & NV0000_CTRL_OS_UNIX_EXPORT_FLAGS_EMPTY_FD ||
	    p->object.type != NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM)
		return NV_ERR_INVALID_PARAMETER;
	file = rm->os->file_get(p->fd);
	if (!file)
		return NV_ERR_INVALID_PARAMETER;
	status = rm_export_new(client, p->object.h_device, 1, &export);
	if (status == NV_OK)
		status = rm_export_source(client, p->object.h_object, &export->slot[0]);
	if (status == NV_OK)
		status = rm_file_set_export(rm, file, &export);
	rm_export_free(export);
	rm->os->file_put(file);
	return status;
}

/* All of the objects or none; all are on the export's GPU. */
static u32 rm_export_sources(struct rm_client *client, struct rm_export *export,
			     const u32 *handles, struct rm_memory_source **src, u32 count)
{
	u32 i, status = NV_OK;

	for (i = 0; i < count && status == NV_OK; i++) {
		if (!handles[i])
			continue;
		status = rm_export_source(client, handles[i], &src[i]);
		if (status == NV_OK && src[i]->gpu != export->gpu)
			status = NV_ERR_INVALID_PARAMETER;
	}
	return status;
}

static u32 rm_export_check_range(const struct rm_export *export, u32 index, u32 count, u32 max)
{
	if (count > max)
		return NV_ERR_INVALID_PARAMETER;
	return index + count > export->max_objects ? NV_ERR_OUT_OF_RANGE : NV_OK;
}

/* Put the objects into @export's slots; what was there goes. A handle of 0 empties a slot. */
static u32 rm_export_fill(struct rm_client *client, struct rm_export *export,
			  const struct nv0000_ctrl_os_unix_export_objects_to_fd_params *p)
{
	struct rm_memory_source **src;
	u32 i, status;

	status = rm_export_check_range(export, p->index, p->num_objects, ARRAY_SIZE(p->objects));
	if (status != NV_OK)
		return status;
	src = kcalloc(max_t(u32, p->num_objects, 1), sizeof(*src), GFP_KERNEL);
	if (!src)
		return NV_ERR_NO_MEMORY;
	status = rm_export_sources(client, export, p->objects, src, p->num_objects);
	if (status == NV_OK) {
		mutex_lock(&client->rm->lock);
		for (i = 0; i < p->num_objects; i++)
			swap(src[i], export->slot[p->index + i]);
		mutex_unlock(&client->rm->lock);
	}
	rm_sources_put(src, p->num_objects);
	kfree(src);
	return status;
}

u32 rm_export_objects_to_fd(struct rm_call *call)
{
	struct nv0000_ctrl_os_unix_export_objects_to_fd_params *p = call->params;
	struct rm_client *client = rm_call_client(call);
	struct rm_export *export, *fresh = NULL;
	struct rm *rm = client->rm;
	struct rm_file *file;
	u32 status = NV_OK;

	file = rm->os->file_get(p->fd);
	if (!file)
		return NV_ERR_INVALID_PARAMETER;
	export = rm_file_export(rm, file);
	if (!export) {
		status = rm_export_new(client, p->h_device, p->max_objects, &fresh);
		export = fresh;
	}
	if (fresh)
		memcpy(fresh->metadata, p->metadata, sizeof(fresh->metadata));
	if (status == NV_OK)
		status = rm_export_fill(client, export, p);
	if (status == NV_OK && fresh)
		status = rm_file_set_export(rm, file, &fresh);
	rm_export_free(fresh);
	rm->os->file_put(file);
	return status;
}

/* Import */

/* What slot @index holds, with references; false if nothing. */
static bool rm_export_take(struct rm *rm, struct rm_export *export, u32 index,
			   struct rm_memory_source *out)
{
	struct rm_memory_source *src;

	mutex_lock(&rm->lock);
	src = export->slot[index];
	if (src) {
		*out = *src;
		rm_source_hold(out);
	}
	mutex_unlock(&rm->lock);
	return src;
}

static u32 rm_import_one(struct rm_client *client, const struct rm_memory_source *src,
			 u32 h_parent, u32 *handle)
{
	struct rm_object *parent = rm_object_get(client, h_parent);
	u32 status;

	if (!parent)
		return NV_ERR_OBJECT_NOT_FOUND;
	status = rm_memory_dup(parent, src, handle);
	rm_object_put(parent);
	return status;
}

u32 rm_import_object_from_fd(struct rm_call *call)
{
	struct nv0000_ctrl_os_unix_import_object_from_fd_params *p = call->params;
	struct rm_client *client = rm_call_client(call);
	struct rm *rm = client->rm;
	struct rm_memory_source src;
	struct rm_export *export;
	struct rm_file *file;
	u32 status = NV_ERR_INVALID_PARAMETER;

	if (p->object.type != NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM)
		return status;
	file = rm->os->file_get(p->fd);
	if (!file)
		return status;
	export = rm_file_export(rm, file);
	if (export && export->max_objects == 1 && rm_export_take(rm, export, 0, &src)) {
		status = rm_import_one(client, &src, p->object.h_parent, &p->object.h_object);
		rm_source_put(&src);
	}
	rm->os->file_put(file);
	return status;
}

static u8 rm_import_type(const struct rm_memory *memory)
{
	return memory->kind == RM_MEMORY_VID ? NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_VIDMEM :
					       NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_SYSMEM;
}

/* Entry @i of the caller's list from its slot; an empty slot is none's fault. */
static u32 rm_import_entry(struct rm_client *client, struct rm_export *export,
			   struct nv0000_ctrl_os_unix_import_objects_from_fd_params *p, u32 i)
{
	struct rm_memory_source src;
	u32 status;

	p->object_types[i] = NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_NONE;
	if (!rm_export_take(client->rm, export, p->index + i, &src))
		return NV_OK;
	status = rm_import_one(client, &src, p->h_parent, &p->objects[i]);
	if (status == NV_OK)
		p->object_types[i] = rm_import_type(src.memory);
	rm_source_put(&src);
	return status;
}

/* Free what the first @count entries made. */
static void rm_import_undo(struct rm_client *client,
			   struct nv0000_ctrl_os_unix_import_objects_from_fd_params *p, u32 count)
{
	struct rm_object *object;

	while (count--) {
		if (p->object_types[count] == NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_NONE)
			continue;
		object = rm_object_get(client, p->objects[count]);
		if (!object)
			continue;
		rm_object_free(object, true);
		rm_object_put(object);
	}
}

static u32 rm_import_all(struct rm_client *client, struct rm_export *export,
			 struct nv0000_ctrl_os_unix_import_objects_from_fd_params *p)
{
	u32 i, status;

	status = rm_export_check_range(export, p->index, p->num_objects, ARRAY_SIZE(p->objects));
	for (i = 0; i < p->num_objects && status == NV_OK; i++)
		status = rm_import_entry(client, export, p, i);
	if (status != NV_OK)
		rm_import_undo(client, p, i);
	return status;
}

u32 rm_import_objects_from_fd(struct rm_call *call)
{
	struct nv0000_ctrl_os_unix_import_objects_from_fd_params *p = call->params;
	struct rm_client *client = rm_call_client(call);
	struct rm *rm = client->rm;
	struct rm_export *export;
	struct rm_file *file;
	u32 status = NV_ERR_INVALID_PARAMETER;

	file = rm->os->file_get(p->fd);
	if (!file)
		return status;
	export = rm_file_export(rm, file);
	if (export)
		status = rm_import_all(client, export, p);
	rm->os->file_put(file);
	return status;
}

u32 rm_get_export_object_info(struct rm_call *call)
{
	struct nv0000_ctrl_os_unix_get_export_object_info_params *p = call->params;
	struct rm *rm = rm_call_client(call)->rm;
	struct rm_file *file = rm->os->file_get(p->fd);
	struct rm_export *export;

	if (!file)
		return NV_ERR_INVALID_PARAMETER;
	export = rm_file_export(rm, file);
	if (export) {
		p->device_instance = export->device_instance;
		p->gpu_instance_id = NV0000_CTRL_OS_UNIX_NO_GPU_INSTANCE;
		p->max_objects = export->max_objects;
		memcpy(p->metadata, export->metadata, sizeof(p->metadata));
	}
	rm->os->file_put(file);
	return export ? NV_OK : NV_ERR_INVALID_PARAMETER;
}
