/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL0080_H
#define NV_ABI_CTRL0080_H

#include <linux/bits.h>

#include "abi/abi.h"

/* NV01_DEVICE_0 */
#define NV_CTRLS_0080(C) \
	C(0x00800280, NV0080_CTRL_CMD_GPU_GET_NUM_SUBDEVICES, 4, USER, RM) \
	C(0x00800287, NV0080_CTRL_CMD_GPU_MODIFY_SW_STATE_PERSISTENCE, 4, ADMIN, RM) \
	C(0x00800288, NV0080_CTRL_CMD_GPU_QUERY_SW_STATE_PERSISTENCE, 4, USER, RM) \
	C(0x00800289, NV0080_CTRL_CMD_GPU_GET_VIRTUALIZATION_MODE, 4, USER, RM) \
	C(0x0080028e, NV0080_CTRL_CMD_GPU_GET_VGX_CAPS, 1, USER, RM) \
	C(0x00800292, NV0080_CTRL_CMD_GPU_GET_CLASSLIST_V2, 700, USER, RM) \
	C(0x00800294, NV0080_CTRL_CMD_GPU_GET_BRAND_CAPS, 4, USER, GSP) \
	C(0x00800296, NV0080_CTRL_GPU_SET_VGPU_VF_BAR1_SIZE, 8, ADMIN, GSP) \
	C(0x00801107, NV0080_CTRL_CMD_GR_GET_TPC_PARTITION_MODE, 32, USER, GSP) \
	C(0x00801108, NV0080_CTRL_CMD_GR_SET_TPC_PARTITION_MODE, 32, USER, GSP) \
	C(0x00801306, NV0080_CTRL_CMD_FB_GET_COMPBIT_STORE_INFO, 80, USER, GSP) \
	C(0x00801307, NV0080_CTRL_CMD_FB_GET_CAPS_V2, 3, USER, RM) \
	C(0x00801402, NV0080_CTRL_CMD_HOST_GET_CAPS_V2, 3, USER, RM) \
	C(0x00801707, NV0080_CTRL_CMD_FIFO_GET_ENGINE_CONTEXT_PROPERTIES, 12, USER, GSP) \
	C(0x0080170e, NV0080_CTRL_CMD_FIFO_GET_LATENCY_BUFFER_SIZE, 12, USER, GSP) \
	C(0x0080170f, NV0080_CTRL_CMD_FIFO_SET_CHANNEL_PROPERTIES, 16, USER, GSP) \
	C(0x00801711, NV0080_CTRL_CMD_FIFO_STOP_RUNLIST, 4, ADMIN, GSP) \
	C(0x00801712, NV0080_CTRL_CMD_FIFO_START_RUNLIST, 4, ADMIN, GSP) \
	C(0x00801805, NV0080_CTRL_CMD_DMA_FLUSH, 4, USER, GSP) \
	C(0x00801909, NV0080_CTRL_CMD_PERF_CUDA_LIMIT_SET_CONTROL, 1, USER, RM) \
	C(0x00801b02, NV0080_CTRL_CMD_MSENC_GET_CAPS_V2, 8, USER, GSP) \
	C(0x00801c02, NV0080_CTRL_CMD_BSP_GET_CAPS_V2, 12, USER, GSP) \
	C(0x00801f02, NV0080_CTRL_CMD_NVJPG_GET_CAPS_V2, 16, USER, GSP)

/* Points to handles of channels and to where their ids go, so that it has no row. */
#define NV0080_CTRL_CMD_FIFO_GET_CHANNELLIST		0x0080170d
#define NV0080_CTRL_FIFO_INVALID_CHANNEL		0xffffffff

struct nv0080_ctrl_fifo_get_channellist_params {
	u32 num_channels;
	u32 pad;
	u64 channel_handle_list;
	u64 channel_list;
};
NV_ABI_SIZE(struct nv0080_ctrl_fifo_get_channellist_params, 24);

/* Capabilities are bits of bytes. */
#define NV0080_CTRL_FB_CAPS_TBL_SIZE			3
#define NV0080_CTRL_FB_CAPS_0_RENDER_TO_SYSMEM		BIT(0)
#define NV0080_CTRL_FB_CAPS_0_BLOCKLINEAR		BIT(1)
#define NV0080_CTRL_FB_CAPS_0_CACHED_SYSMEM		BIT(3)
#define NV0080_CTRL_FB_CAPS_1_BLOCKLINEAR_GOBS_512	BIT(0)
#define NV0080_CTRL_FB_CAPS_1_GENERIC_PAGE_KIND		BIT(7)
#define NV0080_CTRL_FB_CAPS_2_VIDMEM_ALLOCS_ARE_CLEARED	BIT(1)

#define NV0080_CTRL_HOST_CAPS_TBL_SIZE			3
#define NV0080_CTRL_HOST_CAPS_0_GPU_COHERENT_MAPPING	BIT(2)
#define NV0080_CTRL_HOST_CAPS_2_EXPLICIT_CACHE_FLUSH	BIT(6)

struct nv0080_ctrl_perf_cuda_limit_control_params {
	u8 cuda_limit;
};
NV_ABI_SIZE(struct nv0080_ctrl_perf_cuda_limit_control_params, 1);

struct nv0080_ctrl_gpu_get_num_subdevices_params {
	u32 num_sub_devices;
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_get_num_subdevices_params, 4);

#define NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED	0
#define NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_DISABLED	1

struct nv0080_ctrl_gpu_modify_sw_state_persistence_params {
	u32 new_state;
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_modify_sw_state_persistence_params, 4);

struct nv0080_ctrl_gpu_query_sw_state_persistence_params {
	u32 sw_state_persistence;
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_query_sw_state_persistence_params, 4);

#define NV0080_CTRL_GPU_VIRTUALIZATION_MODE_NONE	0

struct nv0080_ctrl_gpu_get_virtualization_mode_params {
	u32 virtualization_mode;
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_get_virtualization_mode_params, 4);

struct nv0080_ctrl_gpu_get_vgx_caps_params {
	u8 is_vgx;
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_get_vgx_caps_params, 1);

#define NV0080_CTRL_GPU_CLASSLIST_MAX_SIZE		174

struct nv0080_ctrl_gpu_get_classlist_v2_params {
	u32 num_classes;
	u32 class_list[NV0080_CTRL_GPU_CLASSLIST_MAX_SIZE];
};
NV_ABI_SIZE(struct nv0080_ctrl_gpu_get_classlist_v2_params, 700);

#endif
