// SPDX-License-Identifier: MIT OR GPL-2.0

/* What the driver tells GSP-RM of its memory: lists of pages, page directories. */

#include <string.h>

#include <linux/math.h>

#include "gsp-rm.h"

#include "abi/nv-class.h"

/* The list's own length has 16 bits; the release's driver lets it wrap. */
u32 sg_memory_list_length(const struct gsp_rpc_alloc_memory *args)
{
	u32 length = args->pte_desc >> 16;

	return (args->page_count & 0xffff) == length ? args->page_count : length;
}

static bool page_exists(struct softgpu *gpu, u32 class, u64 frame)
{
	u64 addr = frame << GSP_PAGE_SHIFT;
	u8 probe;

	if (frame >> (64 - GSP_PAGE_SHIFT))
		return false;
	if (class == NV01_MEMORY_LIST_FBMEM)
		return addr < gpu->vram_size;
	return sg_dma_read(gpu, addr, &probe, sizeof(probe));
}

static u32 check_list(struct softgpu *gpu, const struct gsp_rpc_alloc_memory *args, u32 length)
{
	u64 bytes = (u64)args->page_count << GSP_PAGE_SHIFT;
	u32 i;

	if (args->h_class != NV01_MEMORY_LIST_SYSTEM && args->h_class != NV01_MEMORY_LIST_FBMEM)
		return NV_ERR_INVALID_CLASS;
	if (args->pte_desc & 3 || sg_memory_list_length(args) != args->page_count ||
	    (length - sizeof(*args)) / sizeof(u64) < args->page_count)
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (!args->length || args->pte_adjust >= GSP_PAGE_SIZE || args->length > bytes ||
	    args->pte_adjust > bytes - args->length)
		return NV_ERR_INVALID_LIMIT;
	for (i = 0; i < args->page_count; i++)
		if (!page_exists(gpu, args->h_class, args->pte[i]))
			return NV_ERR_INVALID_ADDRESS;
	return NV_OK;
}

u32 sg_memory_alloc(struct softgpu_gsp_rm *rm, const void *payload, u32 length)
{
	const struct gsp_rpc_alloc_memory *args = payload;
	struct gsp_object list = {
		.class = args->h_class,
		.kind = GSP_KIND_MEMORY,
		.pages = {
			args->page_count, (u64 *)args->pte, args->pte_adjust, args->length,
		},
	};
	u32 status = check_list(rm->gpu, args, length);

	if (status)
		return status;
	return sg_object_insert(rm, args->h_client, args->h_device, args->h_memory,
				GSP_KIND_DEVICE | GSP_KIND_SUBDEVICE, &list);
}

u32 sg_page_dir_set(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_device, u32 h_vaspace,
		    u64 page_dir, bool sysmem)
{
	struct gsp_object *object = sg_object_find(rm, h_client, h_vaspace ? h_vaspace : h_device);

	if (!object || object->kind != (h_vaspace ? GSP_KIND_VASPACE : GSP_KIND_DEVICE))
		return NV_ERR_INVALID_OBJECT_HANDLE;
	object->vas->page_dir = page_dir;
	object->vas->sysmem = sysmem;
	return NV_OK;
}
