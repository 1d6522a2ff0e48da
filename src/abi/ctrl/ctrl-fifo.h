/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL_FIFO_H
#define NV_ABI_CTRL_FIFO_H

#include "abi/abi.h"

/*
 * What the driver itself asks and tells GSP-RM about channels and their address spaces
 * (open-gpu-kernel-modules 550.163.01, ctrl2080fifo.h, ctrl2080ce.h, ctrl90f1.h, ctrla06fgpfifo.h).
 */

#define NV2080_FIFO_DEVICES_A_PAGE		32

/* Words of nv2080_fifo_device.data that have a use here */
enum {
	NV_ENGINE_INFO_RM_ENGINE_TYPE	= 2,
	NV_ENGINE_INFO_RUNLIST		= 3,
	NV_ENGINE_INFO_IS_HOST_DRIVEN	= 12,
};

struct nv2080_fifo_device {
	u32 data[16];
	u32 pbdma_id[2];
	u32 pbdma_fault_id[2];
	u32 num_pbdmas;
	char name[16];
};
NV_ABI_SIZE(struct nv2080_fifo_device, 100);

struct nv2080_ctrl_fifo_get_device_info_table_params {
	u32 base_index;
	u32 num_entries;
	u8 more;
	u8 pad[3];
	struct nv2080_fifo_device entry[NV2080_FIFO_DEVICES_A_PAGE];
};
NV_ABI_SIZE(struct nv2080_ctrl_fifo_get_device_info_table_params, 3212);

struct nv2080_ctrl_ce_get_fault_method_buffer_size_params {
	u32 size;
};
NV_ABI_SIZE(struct nv2080_ctrl_ce_get_fault_method_buffer_size_params, 4);

/* GSP-RM's own part of every address space that is its and the driver's */
#define NV_SERVER_VA_START			0x100000000ull
#define NV_SERVER_VA_SIZE			0x20000000ull

#define NV90F1_PDE_APERTURE_VID			1
#define NV90F1_PDE_APERTURE_SYS_COH		4
#define NV90F1_LEVELS_MAX			6

struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params {
	u32 h_subdevice;
	u32 subdevice_id;
	u64 page_size;
	u64 virt_addr_lo;
	u64 virt_addr_hi;
	u32 num_levels_to_copy;
	u32 pad;
	struct {
		u64 phys_address;
		u64 size;
		u32 aperture;
		u8 page_shift;
		u8 pad[3];
	} level[NV90F1_LEVELS_MAX];
};
NV_ABI_SIZE(struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params, 184);

struct nva06f_ctrl_gpfifo_schedule_params {
	u8 enable;
	u8 skip_submit;
};
NV_ABI_SIZE(struct nva06f_ctrl_gpfifo_schedule_params, 2);

#endif
