/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_NV_MEMORY_H
#define NV_ABI_NV_MEMORY_H

#include <linux/bits.h>

#include "abi/abi.h"

/*
 * Parameters of memory: of RM_ALLOC, RM_ALLOC_MEMORY, RM_VID_HEAP_CONTROL and
 * RM_MAP_MEMORY. Source: open-gpu-kernel-modules 550.163.01, nvos.h.
 */

/* attr */
#define NVOS32_ATTR_FORMAT			GENMASK(17, 16)
#define NVOS32_ATTR_PAGE_SIZE			GENMASK(24, 23)
#define  NVOS32_ATTR_PAGE_SIZE_DEFAULT		0
#define  NVOS32_ATTR_PAGE_SIZE_4KB		1
#define  NVOS32_ATTR_PAGE_SIZE_BIG		2
#define  NVOS32_ATTR_PAGE_SIZE_HUGE		3
#define NVOS32_ATTR_LOCATION			GENMASK(26, 25)
#define  NVOS32_ATTR_LOCATION_VIDMEM		0
#define  NVOS32_ATTR_LOCATION_PCI		1
#define  NVOS32_ATTR_LOCATION_ANY		3
#define NVOS32_ATTR_PHYSICALITY			GENMASK(28, 27)
#define  NVOS32_ATTR_PHYSICALITY_DEFAULT	0
#define  NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS	1
#define  NVOS32_ATTR_PHYSICALITY_CONTIGUOUS	2
#define  NVOS32_ATTR_PHYSICALITY_ALLOW_NONCONTIGUOUS	3
#define NVOS32_ATTR_COHERENCY			GENMASK(31, 29)

/* attr2 */
#define NVOS32_ATTR2_GPU_CACHEABLE		GENMASK(3, 2)
#define  NVOS32_ATTR2_GPU_CACHEABLE_DEFAULT	0
#define  NVOS32_ATTR2_GPU_CACHEABLE_YES		1
#define  NVOS32_ATTR2_GPU_CACHEABLE_NO		2
#define NVOS32_ATTR2_PROTECTION_USER_READ_ONLY		BIT(22)
#define NVOS32_ATTR2_PROTECTION_DEVICE_READ_ONLY	BIT(23)

/* flags */
#define NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE	BIT(4)
#define NVOS32_ALLOC_FLAGS_ALIGNMENT_HINT		BIT(7)
#define NVOS32_ALLOC_FLAGS_ALIGNMENT_FORCE		BIT(8)
#define NVOS32_ALLOC_FLAGS_USE_BEGIN_END		BIT(17)
#define NVOS32_ALLOC_FLAGS_VIRTUAL			BIT(19)

/**
 * struct nv_memory_allocation_params - NV01_MEMORY_LOCAL_USER, NV01_MEMORY_SYSTEM
 * @owner: user space's mark of whose it is
 * @type: what it is for, NVOS32_TYPE_*
 * @flags: NVOS32_ALLOC_FLAGS_*
 * @width: of surfaces; not looked at
 * @height: likewise
 * @pitch: likewise
 * @attr: in and out, NVOS32_ATTR_*
 * @attr2: in and out, NVOS32_ATTR2_*
 * @format: of surfaces
 * @compr_covg: likewise
 * @zcull_covg: likewise
 * @range_lo: bounds of the address, with a flag
 * @range_hi: likewise
 * @size: bytes; out: as allocated
 * @alignment: in bytes, with a flag
 * @offset: out: first address
 * @limit: out: @size - 1
 * @address: out: CPU address in the kernel, for kernel clients
 * @ctag_offset: of compressed memory
 * @h_va_space: for virtual memory
 * @internal_flags: of the driver
 * @tag: user space's
 * @numa_node: where system memory is to be
 */
struct nv_memory_allocation_params {
	u32 owner;
	u32 type;
	u32 flags;
	u32 width;
	u32 height;
	s32 pitch;
	u32 attr;
	u32 attr2;
	u32 format;
	u32 compr_covg;
	u32 zcull_covg;
	u32 pad0;
	u64 range_lo;
	u64 range_hi;
	u64 size;
	u64 alignment;
	u64 offset;
	u64 limit;
	u64 address;
	u32 ctag_offset;
	u32 h_va_space;
	u32 internal_flags;
	u32 tag;
	s32 numa_node;
	u32 pad1;
};
NV_ABI_SIZE(struct nv_memory_allocation_params, 128);
NV_ABI_OFFSET(struct nv_memory_allocation_params, attr, 24);
NV_ABI_OFFSET(struct nv_memory_allocation_params, range_lo, 48);
NV_ABI_OFFSET(struct nv_memory_allocation_params, size, 64);
NV_ABI_OFFSET(struct nv_memory_allocation_params, address, 96);
NV_ABI_OFFSET(struct nv_memory_allocation_params, numa_node, 120);

#define NVOS32_DESCRIPTOR_TYPE_VIRTUAL_ADDRESS	0
#define NVOS32_DESCRIPTOR_TYPE_OS_IO_MEMORY	2

/**
 * struct nv_os_desc_memory_allocation_params - NV01_MEMORY_SYSTEM_OS_DESCRIPTOR
 * @type: as above
 * @flags: as above
 * @attr: as above
 * @attr2: as above
 * @descriptor: address in user space
 * @limit: bytes - 1
 * @descriptor_type: NVOS32_DESCRIPTOR_TYPE_*
 * @tag: user space's
 */
struct nv_os_desc_memory_allocation_params {
	u32 type;
	u32 flags;
	u32 attr;
	u32 attr2;
	u64 descriptor;
	u64 limit;
	u32 descriptor_type;
	u32 tag;
};
NV_ABI_SIZE(struct nv_os_desc_memory_allocation_params, 40);
NV_ABI_OFFSET(struct nv_os_desc_memory_allocation_params, descriptor, 16);

/* flags of RM_ALLOC_MEMORY */
#define NVOS02_FLAGS_PHYSICALITY_NONCONTIGUOUS	BIT(4)
#define NVOS02_FLAGS_LOCATION			GENMASK(11, 8)
#define  NVOS02_FLAGS_LOCATION_PCI		0
#define NVOS02_FLAGS_COHERENCY			GENMASK(15, 12)
#define NVOS02_FLAGS_ALLOC_USER_READ_ONLY	BIT(21)
#define NVOS02_FLAGS_ALLOC_DEVICE_READ_ONLY	BIT(22)

#define NVOS32_FUNCTION_ALLOC_SIZE		2
#define NVOS32_FUNCTION_FREE			3
#define NVOS32_FUNCTION_INFO			5
#define NVOS32_FUNCTION_ALLOC_OS_DESCRIPTOR	27

/* data of RM_VID_HEAP_CONTROL, by function */
struct nvos32_alloc_size {
	u32 owner;
	u32 h_memory;
	u32 type;
	u32 flags;
	u32 attr;
	u32 format;
	u32 compr_covg;
	u32 zcull_covg;
	u32 partition_stride;
	u32 width;
	u32 height;
	u32 pad0;
	u64 size;
	u64 alignment;
	u64 offset;
	u64 limit;
	u64 address;
	u64 range_begin;
	u64 range_end;
	u32 attr2;
	u32 ctag_offset;
	s32 numa_node;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos32_alloc_size, 120);
NV_ABI_OFFSET(struct nvos32_alloc_size, size, 48);
NV_ABI_OFFSET(struct nvos32_alloc_size, attr2, 104);

struct nvos32_free {
	u32 owner;
	u32 h_memory;
	u32 flags;
};
NV_ABI_SIZE(struct nvos32_free, 12);

struct nvos32_info {
	u32 attr;
	u32 pad;
	u64 offset;
	u64 size;
	u64 base;
};
NV_ABI_SIZE(struct nvos32_info, 32);

struct nvos32_alloc_os_desc {
	u32 h_memory;
	u32 type;
	u32 flags;
	u32 attr;
	u32 attr2;
	u32 pad;
	u64 descriptor;
	u64 limit;
	u32 descriptor_type;
	u32 tag;
};
NV_ABI_SIZE(struct nvos32_alloc_os_desc, 48);
NV_ABI_OFFSET(struct nvos32_alloc_os_desc, descriptor, 24);

#define NVOS33_FLAGS_ACCESS			GENMASK(1, 0)
#define  NVOS33_FLAGS_ACCESS_READ_WRITE		0
#define  NVOS33_FLAGS_ACCESS_READ_ONLY		1
#define  NVOS33_FLAGS_ACCESS_WRITE_ONLY		2

#endif
