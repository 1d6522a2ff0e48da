/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_NVOS_H
#define NV_ABI_NVOS_H

#include <linux/bits.h>

#include "abi/abi.h"

/*
 * Structs of the resource manager's escapes (NV_ESC_RM_*). Names in brackets are
 * those of the public headers. Source: open-gpu-kernel-modules 550.163.01, nvos.h,
 * nv-unix-nvos-params-wrappers.h, rs_access.h.
 */

/* RM_ALLOC_MEMORY [NVOS02 with fd] */
struct nvos02_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 h_object_new;
	u32 h_class;
	u32 flags;
	u32 pad0;
	u64 p_memory;
	u64 limit;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos02_parameters, 48);
NV_ABI_OFFSET(struct nvos02_parameters, p_memory, 24);
NV_ABI_OFFSET(struct nvos02_parameters, status, 40);

struct nvos02_parameters_with_fd {
	struct nvos02_parameters params;
	s32 fd;
	u32 pad;
};
NV_ABI_SIZE(struct nvos02_parameters_with_fd, 56);

/* RM_ALLOC_OBJECT [NVOS05] */
struct nvos05_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 h_object_new;
	u32 h_class;
	u32 status;
};
NV_ABI_SIZE(struct nvos05_parameters, 20);

/* RM_FREE [NVOS00] */
struct nvos00_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 h_object_old;
	u32 status;
};
NV_ABI_SIZE(struct nvos00_parameters, 16);

#define NVOS54_FLAGS_IRQL_RAISED	BIT(0)
#define NVOS54_FLAGS_LOCK_BYPASS	BIT(1)
#define NVOS54_FLAGS_FINN_SERIALIZED	BIT(2)

/* RM_CONTROL [NVOS54] */
struct nvos54_parameters {
	u32 h_client;
	u32 h_object;
	u32 cmd;
	u32 flags;
	u64 params;
	u32 params_size;
	u32 status;
};
NV_ABI_SIZE(struct nvos54_parameters, 32);
NV_ABI_OFFSET(struct nvos54_parameters, params, 16);

/* RM_ALLOC in its short form [NVOS21] */
struct nvos21_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 h_object_new;
	u32 h_class;
	u64 p_alloc_parms;
	u32 params_size;
	u32 status;
};
NV_ABI_SIZE(struct nvos21_parameters, 32);
NV_ABI_OFFSET(struct nvos21_parameters, params_size, 24);

#define NVOS64_FLAGS_FINN_SERIALIZED	BIT(0)

/* RM_ALLOC in its long form [NVOS64] */
struct nvos64_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 h_object_new;
	u32 h_class;
	u64 p_alloc_parms;
	u64 p_rights_requested;
	u32 params_size;
	u32 flags;
	u32 status;
	u32 pad;
};
NV_ABI_SIZE(struct nvos64_parameters, 48);
NV_ABI_OFFSET(struct nvos64_parameters, params_size, 32);
NV_ABI_OFFSET(struct nvos64_parameters, status, 40);

/* RM_DUP_OBJECT [NVOS55] */
struct nvos55_parameters {
	u32 h_client;
	u32 h_parent;
	u32 h_object;
	u32 h_client_src;
	u32 h_object_src;
	u32 flags;
	u32 status;
};
NV_ABI_SIZE(struct nvos55_parameters, 28);

struct rs_share_policy {
	u32 target;
	u32 access_mask;
	u16 type;
	u8 action;
	u8 pad;
};
NV_ABI_SIZE(struct rs_share_policy, 12);

/* RM_SHARE [NVOS57] */
struct nvos57_parameters {
	u32 h_client;
	u32 h_object;
	struct rs_share_policy share_policy;
	u32 status;
};
NV_ABI_SIZE(struct nvos57_parameters, 24);

/* RM_I2C_ACCESS */
struct nvos_i2c_access_params {
	u32 h_client;
	u32 h_device;
	u32 param_size;
	u32 pad0;
	u64 param_struct_ptr;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos_i2c_access_params, 32);

/* RM_IDLE_CHANNELS [NVOS30] */
struct nvos30_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_channel;
	u32 num_channels;
	u64 ph_clients;
	u64 ph_devices;
	u64 ph_channels;
	u32 flags;
	u32 timeout;
	u32 status;
	u32 pad;
};
NV_ABI_SIZE(struct nvos30_parameters, 56);
NV_ABI_OFFSET(struct nvos30_parameters, flags, 40);

/* RM_VID_HEAP_CONTROL [NVOS32]; @data depends on @function */
struct nvos32_parameters {
	u32 h_root;
	u32 h_object_parent;
	u32 function;
	u32 h_va_space;
	s16 ivc_heap_number;
	u16 pad;
	u32 status;
	u64 total;
	u64 free;
	u8 data[144];
};
NV_ABI_SIZE(struct nvos32_parameters, 184);
NV_ABI_OFFSET(struct nvos32_parameters, status, 20);
NV_ABI_OFFSET(struct nvos32_parameters, data, 40);

/* RM_ACCESS_REGISTRY [NVOS38] */
struct nvos38_parameters {
	u32 h_client;
	u32 h_object;
	u32 access_type;
	u32 dev_node_length;
	u64 p_dev_node;
	u32 parm_str_length;
	u32 pad0;
	u64 p_parm_str;
	u32 binary_data_length;
	u32 pad1;
	u64 p_binary_data;
	u32 data;
	u32 entry;
	u32 status;
	u32 pad2;
};
NV_ABI_SIZE(struct nvos38_parameters, 72);
NV_ABI_OFFSET(struct nvos38_parameters, p_binary_data, 48);
NV_ABI_OFFSET(struct nvos38_parameters, status, 64);

/* RM_MAP_MEMORY [NVOS33 with fd] */
struct nvos33_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_memory;
	u32 pad;
	u64 offset;
	u64 length;
	u64 p_linear_address;
	u32 status;
	u32 flags;
};
NV_ABI_SIZE(struct nvos33_parameters, 48);
NV_ABI_OFFSET(struct nvos33_parameters, status, 40);

struct nvos33_parameters_with_fd {
	struct nvos33_parameters params;
	s32 fd;
	u32 pad;
};
NV_ABI_SIZE(struct nvos33_parameters_with_fd, 56);

/* RM_UNMAP_MEMORY [NVOS34] */
struct nvos34_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_memory;
	u32 pad;
	u64 p_linear_address;
	u32 status;
	u32 flags;
};
NV_ABI_SIZE(struct nvos34_parameters, 32);
NV_ABI_OFFSET(struct nvos34_parameters, status, 24);

/* RM_GET_EVENT_DATA [NVOS41] */
struct nvos41_parameters {
	u64 p_event;
	u32 more_events;
	u32 status;
};
NV_ABI_SIZE(struct nvos41_parameters, 16);

/* What is at nvos41_parameters.p_event [NvUnixEvent] */
struct nv_unix_event {
	u32 h_object;
	u32 notify_index;
	u32 info32;
	u16 info16;
	u16 pad;
};
NV_ABI_SIZE(struct nv_unix_event, 16);

/* RM_ALLOC_CONTEXT_DMA2 [NVOS39] */
struct nvos39_parameters {
	u32 h_object_parent;
	u32 h_sub_device;
	u32 h_object_new;
	u32 h_class;
	u32 flags;
	u32 selector;
	u32 h_memory;
	u32 pad0;
	u64 offset;
	u64 limit;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos39_parameters, 56);
NV_ABI_OFFSET(struct nvos39_parameters, status, 48);

/* RM_MAP_MEMORY_DMA [NVOS46] */
struct nvos46_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_dma;
	u32 h_memory;
	u64 offset;
	u64 length;
	u32 flags;
	u32 pad0;
	u64 dma_offset;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos46_parameters, 56);
NV_ABI_OFFSET(struct nvos46_parameters, status, 48);

/* RM_UNMAP_MEMORY_DMA [NVOS47] */
struct nvos47_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_dma;
	u32 h_memory;
	u32 flags;
	u32 pad0;
	u64 dma_offset;
	u64 size;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos47_parameters, 48);
NV_ABI_OFFSET(struct nvos47_parameters, status, 40);

/* RM_BIND_CONTEXT_DMA [NVOS49] */
struct nvos49_parameters {
	u32 h_client;
	u32 h_channel;
	u32 h_ctx_dma;
	u32 status;
};
NV_ABI_SIZE(struct nvos49_parameters, 16);

/* RM_UPDATE_DEVICE_MAPPING_INFO [NVOS56] */
struct nvos56_parameters {
	u32 h_client;
	u32 h_device;
	u32 h_memory;
	u32 pad0;
	u64 p_old_cpu_address;
	u64 p_new_cpu_address;
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nvos56_parameters, 40);
NV_ABI_OFFSET(struct nvos56_parameters, status, 32);

#endif
