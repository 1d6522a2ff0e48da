/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL_FBSR_H
#define NV_ABI_CTRL_FBSR_H

#include "abi/abi.h"

/*
 * What GSP-RM is told before it suspends, so that it saves video memory that is its own
 * while it unloads and puts it back when it resumes. Source: open-gpu-kernel-modules
 * 550.163.01, ctrl2080internal.h, g_fbsr_nvoc.h.
 */
#define NV_FBSR_TYPE_PAGED_DMA	2
#define NV_FBSR_TYPE_DMA	4
#define NV_FBSR_TYPE_FILE	6

/**
 * struct nv2080_ctrl_fbsr_init - INTERNAL_FBSR_INIT
 * @fbsr_type: NV_FBSR_TYPE_*
 * @num_regions: how many FBSR_SEND_REGION_INFO follow
 * @h_client: owner of @h_sysmem
 * @h_sysmem: a list of pages of system memory: the buffer that all is saved to; the list may be
 *	freed once this returns, the memory not before the resume
 * @gsp_fb_allocs_sys_offset: where in it GSP-RM saves what it allocated itself
 * @entering_gcoff: video memory loses its power while the machine runs on
 */
struct nv2080_ctrl_fbsr_init {
	u32 fbsr_type;
	u32 num_regions;
	u32 h_client;
	u32 h_sysmem;
	u64 gsp_fb_allocs_sys_offset;
	u8 entering_gcoff;
	u8 pad[7];
};
NV_ABI_SIZE(struct nv2080_ctrl_fbsr_init, 32);

/**
 * struct nv2080_ctrl_fbsr_region - INTERNAL_FBSR_SEND_REGION_INFO: one more piece to save
 * @h_vidmem: a list of pages of video memory
 * @vid_offset: start of the piece in it
 * @sys_offset: where in the buffer it goes
 */
struct nv2080_ctrl_fbsr_region {
	u32 fbsr_type;
	u32 h_client;
	u32 h_vidmem;
	u32 pad;
	u64 vid_offset;
	u64 sys_offset;
	u64 size;
};
NV_ABI_SIZE(struct nv2080_ctrl_fbsr_region, 40);

#endif
