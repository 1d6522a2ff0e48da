// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Controls of memory: what it is, which a process that imports it does not know. Answers:
 * open-gpu-kernel-modules 550.163.01, mem_ctrl.c.
 */
#include "abi/ctrl/ctrl0000.h"
#include "abi/ctrl/ctrl0041.h"
#include "abi/nv-memory.h"
#include "rm/memory.h"

#define SURFACE_INFOS_MAX	64
#define SURFACE_PAGE		4096u
#define SURFACE_ATTR		(NVOS32_ATTR_FORMAT | NVOS32_ATTR_PAGE_SIZE | NVOS32_ATTR_COHERENCY)

u32 rm_memory_addr_space(const struct rm_memory *memory)
{
	switch (memory->kind) {
	case RM_MEMORY_VID:
		return NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_VIDMEM;
	case RM_MEMORY_REGS:
		return NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_REGMEM;
	default:
		return NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_SYSMEM;
	}
}

static u32 rm_surface_info(const struct rm_memory_object *mobj, struct nvxxxx_ctrl_xxx_info *info)
{
	const struct rm_memory *memory = mobj->memory;

	switch (info->index) {
	/* Nothing is compressed. */
	case NV0041_CTRL_SURFACE_INFO_INDEX_ATTRS:
	case NV0041_CTRL_SURFACE_INFO_INDEX_COMPR_COVERAGE:
		info->data = 0;
		return NV_OK;
	case NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_SIZE:
		info->data = memory->size / SURFACE_PAGE;
		return memory->size / SURFACE_PAGE > U32_MAX ? NV_ERR_OUT_OF_RANGE : NV_OK;
	case NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_ATTR:
		info->data = memory->kind == RM_MEMORY_VID ? mobj->attr & SURFACE_ATTR : 0;
		return NV_OK;
	case NV0041_CTRL_SURFACE_INFO_INDEX_ADDR_SPACE_TYPE:
		info->data = rm_memory_addr_space(memory);
		return NV_OK;
	default:
		return NV_ERR_INVALID_ARGUMENT;
	}
}

/* No lock is held and no GPU entered: this reads and writes user memory all the while. */
u32 rm_get_surface_info(struct rm_call *call, u64 user)
{
	const struct rm_os *os = call->object->client->rm->os;
	struct nvxxxx_ctrl_xxx_info info;
	struct nvxxxx_ctrl_info_params p;
	u32 i, status = NV_OK;
	u64 at;

	if (!rm_object_is_memory(call->object))
		return NV_ERR_NOT_SUPPORTED;
	if (call->size != sizeof(p))
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (os->copy_in(&p, user, sizeof(p)))
		return NV_ERR_INVALID_ADDRESS;
	if (!p.list)
		return NV_OK;
	if (p.list_size > SURFACE_INFOS_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < p.list_size && status == NV_OK; i++) {
		at = p.list + i * sizeof(info);
		if (os->copy_in(&info, at, sizeof(info)))
			return NV_ERR_INVALID_ADDRESS;
		status = rm_surface_info(rm_to_memory(call->object), &info);
		if (status == NV_OK && os->copy_out(at, &info, sizeof(info)))
			return NV_ERR_INVALID_ADDRESS;
	}
	return status;
}
