/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL_CONTEXT_H
#define NV_ABI_CTRL_CONTEXT_H

/*
 * How GSP-RM learns where the context of a graphics channel lies
 * (open-gpu-kernel-modules 550.163.01, ctrl2080gpu.h, ctrl0080fifo.h).
 */
#include "abi/abi.h"

/* Buffers of a context; those from BUNDLE_CB on are the same for all contexts. */
enum nv2080_ctrl_gpu_promote_ctx_buffer_id {
	NV2080_CTX_BUFFER_MAIN			= 0,
	NV2080_CTX_BUFFER_PM			= 1,
	NV2080_CTX_BUFFER_PATCH			= 2,
	NV2080_CTX_BUFFER_BUNDLE_CB		= 3,
	NV2080_CTX_BUFFER_PAGEPOOL		= 4,
	NV2080_CTX_BUFFER_ATTRIBUTE_CB		= 5,
	NV2080_CTX_BUFFER_RTV_CB		= 6,
	NV2080_CTX_BUFFER_GFXP_POOL		= 7,
	NV2080_CTX_BUFFER_GFXP_CTRL_BLK		= 8,
	NV2080_CTX_BUFFER_FECS_EVENT		= 9,
	NV2080_CTX_BUFFER_PRIV_ACCESS_MAP	= 10,
	NV2080_CTX_BUFFER_UNRESTRICTED_PRIV_ACCESS_MAP = 11,
	NV2080_CTX_BUFFERS			= 13,
};

/* The same buffers in the table of their sizes (INTERNAL_STATIC_KGR_GET_CONTEXT_BUFFERS_INFO) */
enum nv0080_ctrl_fifo_engine_context {
	NV0080_ENGINE_CONTEXT_GRAPHICS			= 0x00,
	NV0080_ENGINE_CONTEXT_GRAPHICS_PM		= 0x09,
	NV0080_ENGINE_CONTEXT_GRAPHICS_PATCH		= 0x10,
	NV0080_ENGINE_CONTEXT_GRAPHICS_BUNDLE_CB	= 0x11,
	NV0080_ENGINE_CONTEXT_GRAPHICS_PAGEPOOL_GLOBAL	= 0x12,
	NV0080_ENGINE_CONTEXT_GRAPHICS_ATTRIBUTE_CB	= 0x13,
	NV0080_ENGINE_CONTEXT_GRAPHICS_RTV_CB_GLOBAL	= 0x14,
	NV0080_ENGINE_CONTEXT_GRAPHICS_FECS_EVENT	= 0x17,
	NV0080_ENGINE_CONTEXT_GRAPHICS_PRIV_ACCESS_MAP	= 0x18,
};

/* The main buffer has a page more for each subcontext, if the engine's properties say so. */
#define NV_GR_SUBCONTEXTS		64
#define NV_GR_SUBCONTEXT_HEADER		0x1000u

#define NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE			GENMASK(1, 0)
#define NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE_VIDMEM		0
#define NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE_COH_SYS		1
#define NV2080_CTRL_GPU_INITIALIZE_CTX_APERTURE_NCOH_SYS	2
#define NV2080_CTRL_GPU_INITIALIZE_CTX_GPU_CACHEABLE_NO		BIT(2)

/* physAddr, size and attributes count if it is to be initialized, the virtual one if mapped. */
struct nv2080_ctrl_gpu_promote_ctx_buffer_entry {
	u64 gpu_phys_addr;
	u64 gpu_virt_addr;
	u64 size;
	u32 phys_attr;
	u16 buffer_id;
	u8 initialize;
	u8 nonmapped;
};
NV_ABI_SIZE(struct nv2080_ctrl_gpu_promote_ctx_buffer_entry, 32);

#define NV2080_CTRL_GPU_PROMOTE_CONTEXT_MAX_ENTRIES	16

struct nv2080_ctrl_gpu_promote_ctx_params {
	u32 engine_type;
	u32 h_client;
	u32 ch_id;
	u32 h_chan_client;
	u32 h_object;
	u32 h_virt_memory;
	u64 virt_address;
	u64 size;
	u32 entry_count;
	u32 pad;
	struct nv2080_ctrl_gpu_promote_ctx_buffer_entry
		entry[NV2080_CTRL_GPU_PROMOTE_CONTEXT_MAX_ENTRIES];
};
NV_ABI_SIZE(struct nv2080_ctrl_gpu_promote_ctx_params, 560);

struct nv2080_ctrl_gpu_evict_ctx_params {
	u32 engine_type;
	u32 h_client;
	u32 ch_id;
	u32 h_chan_client;
	u32 h_object;
};
NV_ABI_SIZE(struct nv2080_ctrl_gpu_evict_ctx_params, 20);

#endif
