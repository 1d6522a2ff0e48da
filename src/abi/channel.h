/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CHANNEL_H
#define NV_ABI_CHANNEL_H

#include <linux/bits.h>

#include "abi/abi.h"

/*
 * Allocation parameters of channels and channel groups
 * (open-gpu-kernel-modules 550.163.01, alloc/alloc_channel.h, nvos.h).
 */

#define NV_MAX_SUBDEVICES	8

/* Values of nv_memory_desc_params.address_space */
#define NV_MEMORY_DESC_SYSMEM	1
#define NV_MEMORY_DESC_FB	2

/* Values of nv_memory_desc_params.cache_attrib */
#define NV_MEMORY_DESC_CACHED	0
#define NV_MEMORY_DESC_UNCACHED	1

struct nv_memory_desc_params {
	u64 base;
	u64 size;
	u32 address_space;
	u32 cache_attrib;
};
NV_ABI_SIZE(struct nv_memory_desc_params, 24);

#define NVOS04_FLAGS_PRIVILEGED_CHANNEL			BIT(5)
#define NVOS04_FLAGS_CHANNEL_USERD_INDEX_VALUE		GENMASK(10, 8)
#define NVOS04_FLAGS_CHANNEL_USERD_INDEX_FIXED		BIT(11)
#define NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE	GENMASK(20, 12)
#define NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_FIXED	BIT(21)
#define NVOS04_FLAGS_VGPU_PLUGIN_CONTEXT		BIT(26)

#define NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_PRIVILEGE	GENMASK(1, 0)
#define  NV_CHANNEL_PRIVILEGE_USER			0
#define  NV_CHANNEL_PRIVILEGE_ADMIN			1
#define  NV_CHANNEL_PRIVILEGE_KERNEL			2
#define NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ERROR_NOTIFIER_TYPE	GENMASK(3, 2)
#define NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ECC_ERROR_NOTIFIER_TYPE	GENMASK(5, 4)
#define  NV_ERROR_NOTIFIER_TYPE_NONE			1
#define  NV_ERROR_NOTIFIER_TYPE_CTXDMA			2
#define  NV_ERROR_NOTIFIER_TYPE_MEMORY			3

struct nv_channel_alloc_params {
	u32 h_object_error;
	u32 h_object_buffer;
	u64 gp_fifo_offset;		/* GPU virtual */
	u32 gp_fifo_entries;
	u32 flags;
	u32 h_context_share;
	u32 h_vaspace;
	u32 h_userd_memory[NV_MAX_SUBDEVICES];
	u64 userd_offset[NV_MAX_SUBDEVICES];
	u32 engine_type;
	u32 cid;
	u32 sub_device_id;
	u32 h_object_ecc_error;
	struct nv_memory_desc_params instance_mem;
	struct nv_memory_desc_params userd_mem;
	struct nv_memory_desc_params ramfc_mem;
	struct nv_memory_desc_params mthdbuf_mem;
	u32 h_phys_channel_group;
	u32 internal_flags;
	struct nv_memory_desc_params error_notifier_mem;
	struct nv_memory_desc_params ecc_error_notifier_mem;
	u32 process_id;
	u32 sub_process_id;
	u32 encrypt_iv[3];
	u32 decrypt_iv[3];
	u32 hmac_nonce[8];
};
NV_ABI_SIZE(struct nv_channel_alloc_params, 360);
NV_ABI_OFFSET(struct nv_channel_alloc_params, userd_offset, 0x40);
NV_ABI_OFFSET(struct nv_channel_alloc_params, engine_type, 0x80);
NV_ABI_OFFSET(struct nv_channel_alloc_params, userd_mem, 0xa8);
NV_ABI_OFFSET(struct nv_channel_alloc_params, internal_flags, 0xf4);
NV_ABI_OFFSET(struct nv_channel_alloc_params, process_id, 0x128);

/* Error, work-submit token, and one more: of 16 bytes each */
#define NV_CHANNEL_NOTIFIERS_SIZE	48

struct nv_notification {
	u32 timestamp[2];
	u32 info32;
	u16 info16;
	u16 status;
};
NV_ABI_SIZE(struct nv_notification, 16);

/* Compute, 3D, 2D, inline-to-memory */
struct nv_gr_alloc_params {
	u32 version;
	u32 flags;
	u32 size;
	u32 caps;
};
NV_ABI_SIZE(struct nv_gr_alloc_params, 16);

/* GT200_DEBUGGER */
struct nv83de_alloc_params {
	u32 h_debugger_client_obsolete;
	u32 h_app_client;
	u32 h_class_3d_object;
};
NV_ABI_SIZE(struct nv83de_alloc_params, 12);

struct nv_channel_group_alloc_params {
	u32 h_object_error;
	u32 h_object_ecc_error;
	u32 h_vaspace;
	u32 engine_type;
	u8 is_calling_context_vgpu_plugin;
	u8 pad[3];
};
NV_ABI_SIZE(struct nv_channel_group_alloc_params, 20);

/* FERMI_CONTEXT_SHARE_A */
struct nv_context_share_alloc_params {
	u32 h_vaspace;
	u32 flags;
	u32 subctx_id;
};
NV_ABI_SIZE(struct nv_context_share_alloc_params, 12);

/* FERMI_VASPACE_A */
#define NV_VASPACE_ALLOCATION_INDEX_GPU_NEW	0
#define NV_VASPACE_ALLOCATION_INDEX_GPU_DEVICE	3

#define NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED	BIT(3)
#define NV_VASPACE_ALLOCATION_FLAGS_ENABLE_FAULTING		BIT(6)

struct nv_vaspace_alloc_params {
	u32 index;
	u32 flags;
	u64 va_size;
	u64 va_start_internal;
	u64 va_limit_internal;
	u32 big_page_size;
	u32 pad;
	u64 va_base;
};
NV_ABI_SIZE(struct nv_vaspace_alloc_params, 48);

/* NV01_MEMORY_VIRTUAL: a range of an address space that MAP_MEMORY_DMA maps in */
struct nv_memory_virtual_alloc_params {
	u64 offset;
	u64 limit;
	u32 h_vaspace;
	u32 pad;
};
NV_ABI_SIZE(struct nv_memory_virtual_alloc_params, 24);

/* flags of MAP_MEMORY_DMA */
#define NVOS46_FLAGS_ACCESS			GENMASK(1, 0)
#define  NVOS46_FLAGS_ACCESS_READ_ONLY		1
#define NVOS46_FLAGS_DMA_OFFSET_FIXED		BIT(15)

/* Copy engines: with version 1, @engine_type is one of NV2080_ENGINE_TYPE */
#define NV_COPY_ALLOC_VERSION_ENGINE_TYPE	1

struct nv_copy_alloc_params {
	u32 version;
	u32 engine_type;
};
NV_ABI_SIZE(struct nv_copy_alloc_params, 8);

#endif
