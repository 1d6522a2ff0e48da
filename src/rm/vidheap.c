// SPDX-License-Identifier: MIT OR GPL-2.0
/* Older ways to allocate memory: RM_ALLOC_MEMORY and RM_VID_HEAP_CONTROL. */
#include <linux/bitfield.h>
#include <linux/build_bug.h>
#include <linux/string.h>

#include "abi/nv-class.h"
#include "abi/nv-memory.h"
#include "abi/nvos.h"
#include "rm/memory.h"

static u32 rm_alloc_os_desc(const struct rm_caller *caller, struct nvos64_parameters *q,
			    u64 address, u64 limit, u32 type, u32 attr2)
{
	struct nv_os_desc_memory_allocation_params desc = {
		.descriptor = address, .limit = limit, .descriptor_type = type, .attr2 = attr2,
	};

	q->h_class = NV01_MEMORY_SYSTEM_OS_DESCRIPTOR;
	return rm_alloc_kernel(caller, q, &desc);
}

static u32 rm_alloc_system(const struct rm_caller *caller, struct nvos64_parameters *q,
			   struct nvos02_parameters *p)
{
	struct nv_memory_allocation_params params = {
		.size = p->limit + 1,
		.attr = FIELD_PREP(NVOS32_ATTR_LOCATION, NVOS32_ATTR_LOCATION_PCI) |
			FIELD_PREP(NVOS32_ATTR_COHERENCY,
				   FIELD_GET(NVOS02_FLAGS_COHERENCY, p->flags) & 7) |
			FIELD_PREP(NVOS32_ATTR_PHYSICALITY,
				   p->flags & NVOS02_FLAGS_PHYSICALITY_NONCONTIGUOUS ?
				   NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS :
				   NVOS32_ATTR_PHYSICALITY_CONTIGUOUS),
	};
	u32 status = rm_alloc_kernel(caller, q, &params);

	if (status == NV_OK)
		p->limit = params.limit;
	return status;
}

u32 rm_alloc_memory(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos02_parameters *p = &((struct nvos02_parameters_with_fd *)arg)->params;
	struct nvos64_parameters q = {
		.h_root = p->h_root, .h_object_parent = p->h_object_parent,
		.h_object_new = p->h_object_new, .h_class = p->h_class,
	};
	u32 attr2 = 0, status;

	if (FIELD_GET(NVOS02_FLAGS_LOCATION, p->flags) != NVOS02_FLAGS_LOCATION_PCI)
		return NV_ERR_NOT_SUPPORTED;
	if (p->flags & NVOS02_FLAGS_ALLOC_DEVICE_READ_ONLY)
		attr2 |= NVOS32_ATTR2_PROTECTION_DEVICE_READ_ONLY;
	switch (p->h_class) {
	case NV01_MEMORY_SYSTEM_OS_DESCRIPTOR:
		status = rm_alloc_os_desc(caller, &q, p->p_memory, p->limit,
					  NVOS32_DESCRIPTOR_TYPE_VIRTUAL_ADDRESS, attr2);
		break;
	case NV01_MEMORY_SYSTEM:
		status = rm_alloc_system(caller, &q, p);
		break;
	default:
		return NV_ERR_NOT_SUPPORTED;
	}
	p->h_object_new = q.h_object_new;
	return status;
}

/* RM_VID_HEAP_CONTROL: the functions that user space of this release has a use for */

static u32 rm_heap_alloc_size(const struct rm_caller *caller, struct nvos32_parameters *p)
{
	struct nvos32_alloc_size *a = (void *)p->data;
	struct nv_memory_allocation_params params = {
		.owner = a->owner, .type = a->type, .flags = a->flags, .attr = a->attr,
		.attr2 = a->attr2, .size = a->size, .alignment = a->alignment,
		.offset = a->offset,
	};
	struct nvos64_parameters q = {
		.h_root = p->h_root, .h_object_parent = p->h_object_parent,
		.h_object_new = a->h_memory,
		.h_class = FIELD_GET(NVOS32_ATTR_LOCATION, a->attr) ==
			   NVOS32_ATTR_LOCATION_VIDMEM ? NV01_MEMORY_LOCAL_USER :
							 NV01_MEMORY_SYSTEM,
	};
	u32 status = rm_alloc_kernel(caller, &q, &params);

	if (status != NV_OK)
		return status;
	a->h_memory = q.h_object_new;
	a->attr = params.attr;
	a->attr2 = params.attr2;
	a->size = params.size;
	a->offset = params.offset;
	a->limit = params.limit;
	a->address = 0;
	return NV_OK;
}

static u32 rm_heap_os_desc(const struct rm_caller *caller, struct nvos32_parameters *p)
{
	struct nvos32_alloc_os_desc *a = (void *)p->data;
	struct nvos64_parameters q = {
		.h_root = p->h_root, .h_object_parent = p->h_object_parent,
		.h_object_new = a->h_memory,
	};
	u32 status = rm_alloc_os_desc(caller, &q, a->descriptor, a->limit, a->descriptor_type,
				      a->attr2);

	if (status == NV_OK)
		a->h_memory = q.h_object_new;
	return status;
}

static u32 rm_heap_free(const struct rm_caller *caller, struct nvos32_parameters *p)
{
	const struct nvos32_free *f = (void *)p->data;
	struct nvos00_parameters q = {
		.h_root = p->h_root, .h_object_parent = p->h_object_parent,
		.h_object_old = f->h_memory,
	};

	/* Memory only: not whatever that handle may be. */
	if (f->h_memory == p->h_root)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	return rm_free(caller, &q);
}

static u32 rm_heap_query(struct nv_gpu *gpu, struct nvos32_parameters *p)
{
	struct nvos32_info *info = (void *)p->data;
	struct nv_heap_usage usage;

	nv_heap_get_usage(&gpu->heap, &usage);
	p->total = usage.total;
	p->free = usage.total - usage.used;
	info->offset = 0;
	info->size = usage.largest_free;
	info->base = 0;
	return NV_OK;
}

static u32 rm_heap_device(const struct rm_caller *caller, struct nvos32_parameters *p,
			  u32 (*fn)(struct nv_gpu *gpu, struct nvos32_parameters *p))
{
	struct rm_client *client = rm_client_get(caller, p->h_root);
	struct rm_object *device;
	u32 status = NV_ERR_INVALID_OBJECT_PARENT;
	struct nv_gpu *gpu;

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	device = rm_object_get(client, p->h_object_parent);
	if (device && device->gpu) {
		status = rm_object_enter(device, &gpu);
		if (status == NV_OK) {
			status = fn(gpu, p);
			rm_object_leave(device);
		}
	}
	if (device)
		rm_object_put(device);
	rm_client_put(client);
	return status;
}

u32 rm_vid_heap_control(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos32_parameters *p = arg;

	static_assert(sizeof(struct nvos32_alloc_size) <= sizeof(p->data));
	switch (p->function) {
	case NVOS32_FUNCTION_ALLOC_SIZE:
		return rm_heap_alloc_size(caller, p);
	case NVOS32_FUNCTION_ALLOC_OS_DESCRIPTOR:
		return rm_heap_os_desc(caller, p);
	case NVOS32_FUNCTION_FREE:
		return rm_heap_free(caller, p);
	case NVOS32_FUNCTION_INFO:
		return rm_heap_device(caller, p, rm_heap_query);
	default:
		return NV_ERR_NOT_SUPPORTED;
	}
}
