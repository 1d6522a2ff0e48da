/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_UVM_IOCTL_H
#define NV_ABI_UVM_IOCTL_H

#include "abi/abi.h"

/**
 * DOC: ioctls of /dev/nvidia-uvm
 *
 * An ioctl's request is its bare number. Its struct is copied in and out as a whole; rm_status
 * holds the result, and the ioctl itself returns 0 but for numbers that nobody knows and
 * user memory that is not there.
 *
 * A row U(nr, name, struct) for each. Source of numbers and layouts: open-gpu-kernel-modules
 * 550.163.01, uvm_ioctl.h, uvm_linux_ioctl.h, uvm_types.h.
 */
#define UVM_MAX_GPUS			256
#define UVM_MAX_RANGE_GROUPS_PER_CALL	32

#define UVM_DEINITIALIZE		0x30000002	/* no struct */

#define UVM_IOCTLS(U)									\
	U(23, UVM_CREATE_RANGE_GROUP, uvm_create_range_group_params)			\
	U(24, UVM_DESTROY_RANGE_GROUP, uvm_destroy_range_group_params)			\
	U(25, UVM_REGISTER_GPU_VASPACE, uvm_register_gpu_vaspace_params)		\
	U(26, UVM_UNREGISTER_GPU_VASPACE, uvm_gpu_params)				\
	U(27, UVM_REGISTER_CHANNEL, uvm_register_channel_params)			\
	U(28, UVM_UNREGISTER_CHANNEL, uvm_unregister_channel_params)			\
	U(29, UVM_ENABLE_PEER_ACCESS, uvm_peer_access_params)				\
	U(30, UVM_DISABLE_PEER_ACCESS, uvm_peer_access_params)				\
	U(31, UVM_SET_RANGE_GROUP, uvm_set_range_group_params)				\
	U(33, UVM_MAP_EXTERNAL_ALLOCATION, uvm_map_external_allocation_params)		\
	U(34, UVM_FREE, uvm_range_params)						\
	U(37, UVM_REGISTER_GPU, uvm_register_gpu_params)				\
	U(38, UVM_UNREGISTER_GPU, uvm_gpu_params)					\
	U(39, UVM_PAGEABLE_MEM_ACCESS, uvm_pageable_mem_access_params)			\
	U(40, UVM_PREVENT_MIGRATION_RANGE_GROUPS, uvm_range_groups_params)		\
	U(41, UVM_ALLOW_MIGRATION_RANGE_GROUPS, uvm_range_groups_params)		\
	U(42, UVM_SET_PREFERRED_LOCATION, uvm_preferred_location_params)		\
	U(43, UVM_UNSET_PREFERRED_LOCATION, uvm_range_params)				\
	U(44, UVM_ENABLE_READ_DUPLICATION, uvm_range_params)				\
	U(45, UVM_DISABLE_READ_DUPLICATION, uvm_range_params)				\
	U(46, UVM_SET_ACCESSED_BY, uvm_range_gpu_params)				\
	U(47, UVM_UNSET_ACCESSED_BY, uvm_range_gpu_params)				\
	U(51, UVM_MIGRATE, uvm_migrate_params)						\
	U(53, UVM_MIGRATE_RANGE_GROUP, uvm_migrate_range_group_params)			\
	U(54, UVM_ENABLE_SYSTEM_WIDE_ATOMICS, uvm_gpu_params)				\
	U(55, UVM_DISABLE_SYSTEM_WIDE_ATOMICS, uvm_gpu_params)				\
	U(62, UVM_TOOLS_READ_PROCESS_MEMORY, uvm_tools_process_memory_params)		\
	U(63, UVM_TOOLS_WRITE_PROCESS_MEMORY, uvm_tools_process_memory_params)		\
	U(64, UVM_TOOLS_GET_PROCESSOR_UUID_TABLE, uvm_tools_uuid_table_params)		\
	U(65, UVM_MAP_DYNAMIC_PARALLELISM_REGION, uvm_range_gpu_params)			\
	U(66, UVM_UNMAP_EXTERNAL, uvm_range_gpu_params)					\
	U(67, UVM_TOOLS_FLUSH_EVENTS, uvm_status_params)				\
	U(68, UVM_ALLOC_SEMAPHORE_POOL, uvm_alloc_semaphore_pool_params)		\
	U(69, UVM_CLEAN_UP_ZOMBIE_RESOURCES, uvm_status_params)				\
	U(70, UVM_PAGEABLE_MEM_ACCESS_ON_GPU, uvm_pageable_on_gpu_params)		\
	U(71, UVM_POPULATE_PAGEABLE, uvm_populate_pageable_params)			\
	U(72, UVM_VALIDATE_VA_RANGE, uvm_range_params)					\
	U(73, UVM_CREATE_EXTERNAL_RANGE, uvm_range_params)				\
	U(74, UVM_MAP_EXTERNAL_SPARSE, uvm_range_gpu_params)				\
	U(75, UVM_MM_INITIALIZE, uvm_mm_initialize_params)				\
	U(0x30000001, UVM_INITIALIZE, uvm_initialize_params)

#define UVM_NUMBER(nr, name, params)	name = (nr),
enum uvm_ioctl {
	UVM_IOCTLS(UVM_NUMBER)
};

#undef UVM_NUMBER

/** struct uvm_uuid - a processor; all zero bytes are nobody */
struct uvm_uuid {
	u8 byte[16];
};
NV_ABI_SIZE(struct uvm_uuid, 16);

#define UVM_INIT_FLAGS_DISABLE_HMM			0x1
#define UVM_INIT_FLAGS_MULTI_PROCESS_SHARING_MODE	0x2

struct uvm_initialize_params {
	u64 flags;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_initialize_params, 16);

struct uvm_mm_initialize_params {
	s32 uvm_fd;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_mm_initialize_params, 8);

struct uvm_status_params {
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_status_params, 4);

struct uvm_pageable_mem_access_params {
	u8 pageable_mem_access;
	u8 pad[3];
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_pageable_mem_access_params, 8);

struct uvm_pageable_on_gpu_params {
	struct uvm_uuid gpu;
	u8 pageable_mem_access;
	u8 pad[3];
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_pageable_on_gpu_params, 24);

struct uvm_create_range_group_params {
	u64 range_group_id;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_create_range_group_params, 16);

struct uvm_destroy_range_group_params {
	u64 range_group_id;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_destroy_range_group_params, 16);

struct uvm_set_range_group_params {
	u64 range_group_id;
	u64 base;
	u64 length;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_set_range_group_params, 32);

struct uvm_range_groups_params {
	u64 range_group_id[UVM_MAX_RANGE_GROUPS_PER_CALL];
	u64 count;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_range_groups_params, 272);

struct uvm_register_gpu_params {
	struct uvm_uuid gpu;
	u8 numa_enabled;
	u8 pad[3];
	s32 numa_node;
	s32 ctl_fd;
	u32 h_client;
	u32 h_smc_part_ref;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_register_gpu_params, 40);
NV_ABI_OFFSET(struct uvm_register_gpu_params, rm_status, 36);

/* Of what names a GPU and nothing else */
struct uvm_gpu_params {
	struct uvm_uuid gpu;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_gpu_params, 20);

struct uvm_register_gpu_vaspace_params {
	struct uvm_uuid gpu;
	s32 ctl_fd;
	u32 h_client;
	u32 h_vaspace;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_register_gpu_vaspace_params, 32);

struct uvm_register_channel_params {
	struct uvm_uuid gpu;
	s32 ctl_fd;
	u32 h_client;
	u32 h_channel;
	u32 pad0;
	u64 base;
	u64 length;
	u32 rm_status;
	u32 pad1;
};
NV_ABI_SIZE(struct uvm_register_channel_params, 56);
NV_ABI_OFFSET(struct uvm_register_channel_params, base, 32);

struct uvm_unregister_channel_params {
	struct uvm_uuid gpu;
	u32 h_client;
	u32 h_channel;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_unregister_channel_params, 28);

struct uvm_peer_access_params {
	struct uvm_uuid gpu_a;
	struct uvm_uuid gpu_b;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_peer_access_params, 36);

/* Of what names a range and nothing else */
struct uvm_range_params {
	u64 base;
	u64 length;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_range_params, 24);

struct uvm_range_gpu_params {
	u64 base;
	u64 length;
	struct uvm_uuid gpu;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_range_gpu_params, 40);

struct uvm_preferred_location_params {
	u64 base;
	u64 length;
	struct uvm_uuid location;
	s32 cpu_numa_node;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_preferred_location_params, 40);

enum uvm_mapping_type {
	UVM_MAPPING_DEFAULT,
	UVM_MAPPING_READ_WRITE_ATOMIC,
	UVM_MAPPING_READ_WRITE,
	UVM_MAPPING_READ_ONLY,
	UVM_MAPPING_TYPES,
};

enum uvm_caching_type {
	UVM_CACHING_DEFAULT,
	UVM_CACHING_FORCE_UNCACHED,
	UVM_CACHING_FORCE_CACHED,
	UVM_CACHING_TYPES,
};

enum uvm_format_type {
	UVM_FORMAT_DEFAULT,
	UVM_FORMAT_BLOCK_LINEAR,
	UVM_FORMAT_TYPES,
};

enum uvm_element_bits {
	UVM_ELEMENT_BITS_DEFAULT,
	UVM_ELEMENT_BITS_8,
	UVM_ELEMENT_BITS_16,
	UVM_ELEMENT_BITS_32 = 4,
	UVM_ELEMENT_BITS_64,
	UVM_ELEMENT_BITS_128,
	UVM_ELEMENT_BITS_END,
};

enum uvm_compression_type {
	UVM_COMPRESSION_DEFAULT,
	UVM_COMPRESSION_ENABLED_NO_PLC,
	UVM_COMPRESSION_TYPES,
};

struct uvm_gpu_mapping_attributes {
	struct uvm_uuid gpu;
	u32 mapping;
	u32 caching;
	u32 format;
	u32 element_bits;
	u32 compression;
};
NV_ABI_SIZE(struct uvm_gpu_mapping_attributes, 36);

struct uvm_map_external_allocation_params {
	u64 base;
	u64 length;
	u64 offset;
	struct uvm_gpu_mapping_attributes gpu[UVM_MAX_GPUS];
	u64 gpus;
	s32 ctl_fd;
	u32 h_client;
	u32 h_memory;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_map_external_allocation_params, 9264);
NV_ABI_OFFSET(struct uvm_map_external_allocation_params, gpus, 9240);

struct uvm_alloc_semaphore_pool_params {
	u64 base;
	u64 length;
	struct uvm_gpu_mapping_attributes gpu[UVM_MAX_GPUS];
	u64 gpus;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_alloc_semaphore_pool_params, 9248);
NV_ABI_OFFSET(struct uvm_alloc_semaphore_pool_params, rm_status, 9240);

#define UVM_MIGRATE_FLAG_ASYNC	0x1

struct uvm_migrate_params {
	u64 base;
	u64 length;
	struct uvm_uuid destination;
	u32 flags;
	u32 pad0;
	u64 semaphore;
	u32 semaphore_payload;
	s32 cpu_numa_node;
	u64 user_space_start;
	u64 user_space_length;
	u32 rm_status;
	u32 pad1;
};
NV_ABI_SIZE(struct uvm_migrate_params, 80);
NV_ABI_OFFSET(struct uvm_migrate_params, user_space_start, 56);

struct uvm_migrate_range_group_params {
	u64 range_group_id;
	struct uvm_uuid destination;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_migrate_range_group_params, 32);

struct uvm_populate_pageable_params {
	u64 base;
	u64 length;
	u32 flags;
	u32 rm_status;
};
NV_ABI_SIZE(struct uvm_populate_pageable_params, 24);

struct uvm_tools_process_memory_params {
	u64 buffer;
	u64 size;
	u64 target;
	u64 done;
	u32 rm_status;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_tools_process_memory_params, 40);

struct uvm_tools_uuid_table_params {
	u64 table;
	u32 count;
	u32 rm_status;
	u32 version;
	u32 pad;
};
NV_ABI_SIZE(struct uvm_tools_uuid_table_params, 24);

#endif
