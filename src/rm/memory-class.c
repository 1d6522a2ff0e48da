// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Classes of memory. What user space passes and gets back:
 * open-gpu-kernel-modules 550.163.01, video_mem.c, system_mem.c, os_desc_mem.c.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/nv-class.h"
#include "abi/nv-memory.h"
#include "mem/ce.h"
#include "regs/nv-host.h"
#include "rm/memory.h"

/* More than any machine has; less than what would overflow. */
#define SYSMEM_MAX	BIT_ULL(46)

u32 rm_memory_init(struct rm_object *object, void *params)
{
	INIT_LIST_HEAD(&rm_to_memory(object)->mappings);
	return NV_OK;
}

void rm_memory_destroy(struct rm_object *object)
{
	struct rm_memory_object *mobj = rm_to_memory(object);

	rm_mappings_drop(mobj);
	rm_memory_put(mobj->memory);
	kfree(mobj->shares.policy);
}

/* Give the object its memory; after an error rm_memory_destroy() does the rest. */
static u32 rm_memory_attach(struct rm_object *object, struct rm_memory *memory, u32 attr,
			    int err)
{
	rm_to_memory(object)->memory = memory;
	rm_to_memory(object)->attr = attr;
	return rm_status(err);
}

static u32 rm_alloc_params_check(const struct nv_memory_allocation_params *p, bool vid)
{
	bool in_vid = FIELD_GET(NVOS32_ATTR_LOCATION, p->attr) == NVOS32_ATTR_LOCATION_VIDMEM;

	if (!p->size || in_vid != vid)
		return NV_ERR_INVALID_ARGUMENT;
	if (p->flags & NVOS32_ALLOC_FLAGS_VIRTUAL)
		return NV_ERR_INVALID_ARGUMENT;
	if (p->flags & (NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE |
			NVOS32_ALLOC_FLAGS_USE_BEGIN_END))
		return NV_ERR_NOT_SUPPORTED;
	return NV_OK;
}

/* Video memory */

static u64 rm_vidmem_page(const struct nv_memory_allocation_params *p)
{
	switch (FIELD_GET(NVOS32_ATTR_PAGE_SIZE, p->attr)) {
	case NVOS32_ATTR_PAGE_SIZE_4KB:
		return PAGE_SMALL;
	case NVOS32_ATTR_PAGE_SIZE_BIG:
		return PAGE_BIG;
	case NVOS32_ATTR_PAGE_SIZE_HUGE:
		return PAGE_HUGE;
	default:
		return IS_ALIGNED(p->size, PAGE_HUGE) ? PAGE_HUGE : PAGE_BIG;
	}
}

static u32 rm_page_size_attr(u64 page)
{
	return page == PAGE_SMALL ? NVOS32_ATTR_PAGE_SIZE_4KB :
	       page == PAGE_BIG ? NVOS32_ATTR_PAGE_SIZE_BIG : NVOS32_ATTR_PAGE_SIZE_HUGE;
}

static bool rm_may_scatter(u32 attr)
{
	u32 physicality = FIELD_GET(NVOS32_ATTR_PHYSICALITY, attr);

	return physicality == NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS ||
	       physicality == NVOS32_ATTR_PHYSICALITY_ALLOW_NONCONTIGUOUS;
}

/* In one piece if that can be had. */
static int rm_vidmem_get(struct nv_gpu *gpu, struct rm_memory *memory, u64 page, u64 align,
			 bool scatter)
{
	struct nv_vidmem *mem;
	int err;

	err = nv_heap_alloc(&gpu->heap, memory->size, max(page, align), &mem);
	if (!err)
		list_add(&mem->link, &memory->pieces);
	if (err != -ENOSPC || !scatter || align > page)
		return err;
	return nv_heap_alloc_list(&gpu->heap, memory->size, page, &memory->pieces);
}

/* What its last owner left there is nobody's business. */
static int rm_vidmem_clear(struct nv_gpu *gpu, const struct rm_memory *memory)
{
	const struct nv_vidmem *mem;
	int err = 0;

	list_for_each_entry(mem, &memory->pieces, link) {
		if (!nv_ce_is_clear(gpu, mem->was_clear))
			err = nv_ce_clear(gpu, mem->addr, mem->size);
		if (err)
			break;
	}
	return err;
}

static void rm_vidmem_describe(struct nv_memory_allocation_params *p, u64 page,
			       const struct rm_memory *memory)
{
	const struct nv_vidmem *first = list_first_entry(&memory->pieces, struct nv_vidmem, link);
	u32 physicality = list_is_singular(&memory->pieces) ?
			  NVOS32_ATTR_PHYSICALITY_CONTIGUOUS :
			  NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS;

	p->attr &= ~(u32)(NVOS32_ATTR_PAGE_SIZE | NVOS32_ATTR_PHYSICALITY);
	p->attr |= FIELD_PREP(NVOS32_ATTR_PAGE_SIZE, rm_page_size_attr(page)) |
		   FIELD_PREP(NVOS32_ATTR_PHYSICALITY, physicality);
	if (!FIELD_GET(NVOS32_ATTR2_GPU_CACHEABLE, p->attr2))
		p->attr2 |= FIELD_PREP(NVOS32_ATTR2_GPU_CACHEABLE,
				       NVOS32_ATTR2_GPU_CACHEABLE_YES);
	p->size = memory->size;
	p->offset = first->addr;
	p->limit = memory->size - 1;
}

static u64 rm_vidmem_align(const struct nv_memory_allocation_params *p)
{
	return p->flags & (NVOS32_ALLOC_FLAGS_ALIGNMENT_HINT |
			   NVOS32_ALLOC_FLAGS_ALIGNMENT_FORCE) ? p->alignment : 0;
}

u32 rm_vidmem_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_memory_allocation_params *p = params;
	u64 page = rm_vidmem_page(p), align = rm_vidmem_align(p);
	struct rm_memory *memory;
	u32 status;
	int err;

	status = rm_alloc_params_check(p, true);
	if (status != NV_OK)
		return status;
	if (align && !is_power_of_2(align))
		return NV_ERR_INVALID_ARGUMENT;
	if (p->size > gpu->heap.total)
		return NV_ERR_NO_MEMORY;
	memory = rm_memory_new(object, RM_MEMORY_VID, ALIGN(p->size, page));
	if (!memory)
		return NV_ERR_NO_MEMORY;
	memory->caching = NV_WRITE_COMBINED;
	memory->read_only = p->attr2 & NVOS32_ATTR2_PROTECTION_USER_READ_ONLY;
	err = rm_vidmem_get(gpu, memory, page, align, rm_may_scatter(p->attr));
	if (!err)
		err = rm_vidmem_clear(gpu, memory);
	if (!err)
		rm_vidmem_describe(p, page, memory);
	status = rm_memory_attach(object, memory, p->attr, err);
	rm_shared_data_update(object->gpu, gpu);
	return status;
}

/* System memory. The GPU snoops, so the CPU's view is cached, whatever user space asked for. */

static int rm_sysmem_get(struct nv_hw *hw, struct rm_memory *memory, u32 attr)
{
	bool contig = FIELD_GET(NVOS32_ATTR_PHYSICALITY, attr) ==
		      NVOS32_ATTR_PHYSICALITY_CONTIGUOUS;

	return hw->ops->dma_alloc_user(hw, &memory->dma, memory->size, contig);
}

u32 rm_sysmem_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv_memory_allocation_params *p = params;
	struct rm_memory *memory;
	u32 status;
	int err;

	status = rm_alloc_params_check(p, false);
	if (status != NV_OK)
		return status;
	if (p->size > SYSMEM_MAX)
		return NV_ERR_NO_MEMORY;
	memory = rm_memory_new(object, RM_MEMORY_SYS, ALIGN(p->size, PAGE_SMALL));
	if (!memory)
		return NV_ERR_NO_MEMORY;
	memory->caching = NV_CACHED;
	memory->read_only = p->attr2 & NVOS32_ATTR2_PROTECTION_USER_READ_ONLY;
	err = rm_sysmem_get(gpu->hw, memory, p->attr);
	if (!err) {
		if (!FIELD_GET(NVOS32_ATTR2_GPU_CACHEABLE, p->attr2))
			p->attr2 |= FIELD_PREP(NVOS32_ATTR2_GPU_CACHEABLE,
					       NVOS32_ATTR2_GPU_CACHEABLE_NO);
		p->size = memory->size;
		p->limit = memory->size - 1;
		/* Its DMA address would tell a program about the machine's memory. */
		p->offset = 0;
	}
	return rm_memory_attach(object, memory, p->attr, err);
}

/* Memory of the calling process */

u32 rm_os_desc_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	const struct nv_os_desc_memory_allocation_params *p = params;
	u64 start = ALIGN_DOWN(p->descriptor, PAGE_SMALL), end;
	struct rm_memory *memory;
	int err;

	if (p->descriptor_type != NVOS32_DESCRIPTOR_TYPE_VIRTUAL_ADDRESS &&
	    p->descriptor_type != NVOS32_DESCRIPTOR_TYPE_OS_IO_MEMORY)
		return NV_ERR_NOT_SUPPORTED;
	if (!p->descriptor || p->limit >= BIT_ULL(47) || p->descriptor >= BIT_ULL(57))
		return NV_ERR_INVALID_ARGUMENT;
	if (!object->client->rm->os->pin)
		return NV_ERR_NOT_SUPPORTED;
	end = ALIGN(p->descriptor + p->limit + 1, PAGE_SMALL);
	memory = rm_memory_new(object, RM_MEMORY_USER, p->limit + 1);
	if (!memory)
		return NV_ERR_NO_MEMORY;
	memory->offset = p->descriptor - start;
	memory->read_only = p->attr2 & NVOS32_ATTR2_PROTECTION_DEVICE_READ_ONLY;
	err = memory->os->pin(gpu, start, end - start, !memory->read_only, &memory->dma);
	return rm_memory_attach(object, memory, p->attr, err);
}

/* The page of registers through which a program rings doorbells and reads the time */
u32 rm_usermode_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct rm_memory *memory = rm_memory_new(object, RM_MEMORY_REGS, NV_USERMODE_SIZE);

	if (!memory)
		return NV_ERR_NO_MEMORY;
	memory->offset = NV_USERMODE_BASE;
	memory->caching = NV_UNCACHED;
	return rm_memory_attach(object, memory, 0, 0);
}
