/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL2080GR_H
#define NV_ABI_CTRL2080GR_H

#include "abi/abi.h"
#include "abi/ctrl/ctrl-info.h"

#define NV_CTRLS_2080_GR(C) \
	C(0x20801205, NV2080_CTRL_CMD_GR_CTXSW_ZCULL_MODE, 16, USER, GSP) \
	C(0x20801208, NV2080_CTRL_CMD_GR_CTXSW_ZCULL_BIND, 24, USER, GSP) \
	C(0x20801209, NV2080_CTRL_CMD_GR_CTXSW_PM_BIND, 40, USER, GSP) \
	C(0x2080120a, NV2080_CTRL_CMD_GR_SET_GPC_TILE_MAP, 152, USER, GSP) \
	C(0x2080120e, NV2080_CTRL_CMD_GR_CTXSW_SMPC_MODE, 24, USER, GSP) \
	C(0x20801210, NV2080_CTRL_CMD_GR_SET_CTXSW_PREEMPTION_MODE, 32, USER, GSP) \
	C(0x20801211, NV2080_CTRL_CMD_GR_CTXSW_PREEMPTION_BIND, 104, USER, GSP) \
	C(0x20801212, NV2080_CTRL_CMD_GR_PC_SAMPLING_MODE, 24, USER, GSP) \
	C(0x20801215, NV2080_CTRL_CMD_GR_GET_CTXSW_STATS, 32, USER, GSP) \
	C(0x20801218, NV2080_CTRL_CMD_GR_GET_CTX_BUFFER_SIZE, 16, USER, RM) \
	C(0x2080121b, NV2080_CTRL_CMD_GR_GET_GLOBAL_SM_ORDER, 6168, USER, RM) \
	C(0x2080121c, NV2080_CTRL_CMD_GR_GET_CURRENT_RESIDENT_CHANNEL, 24, USER, GSP) \
	C(0x2080121d, NV2080_CTRL_CMD_GR_GET_VAT_ALARM_DATA, 3208, USER, GSP) \
	C(0x20801227, NV2080_CTRL_CMD_GR_GET_CAPS_V2, 48, USER, RM) \
	C(0x20801228, NV2080_CTRL_CMD_GR_GET_INFO_V2, 472, USER, RM) \
	C(0x2080122a, NV2080_CTRL_CMD_GR_GET_GPC_MASK, 24, USER, RM) \
	C(0x2080122b, NV2080_CTRL_CMD_GR_GET_TPC_MASK, 24, USER, RM) \
	C(0x2080122c, NV2080_CTRL_CMD_GR_SET_TPC_PARTITION_MODE, 32, USER, GSP) \
	C(0x20801235, NV2080_CTRL_CMD_GR_GET_CTXSW_MODES, 24, USER, GSP) \
	C(0x20801236, NV2080_CTRL_CMD_GR_GET_GPC_TILE_MAP, 152, USER, GSP) \
	C(0x2080123a, NV2080_CTRL_CMD_GR_CTXSW_SETUP_BIND, 16, USER, GSP)

/* GSP-RM's replies have a part for each graphics engine that a partitioned GPU could have. */
#define NV2080_GR_MAX_ENGINES		8
#define NV2080_GR_MAX_GPC		12
#define NV2080_GR_MAX_SM		240
#define NV2080_GR_CAPS_TBL_SIZE		23
#define NV2080_GR_INFO_MAX_SIZE		56
#define NV2080_GR_CONTEXT_BUFFERS	26

#define NV2080_CTRL_GR_INFO_INDEX_MAX_SUBCONTEXT_COUNT	0x2c

struct nv2080_ctrl_gr_route_info {
	u32 flags;
	u32 pad;
	u64 route;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_route_info, 16);

struct nv2080_ctrl_internal_gr_caps {
	u8 caps[NV2080_GR_CAPS_TBL_SIZE];
};
NV_ABI_SIZE(struct nv2080_ctrl_internal_gr_caps, 23);

struct nv2080_ctrl_internal_gr_info {
	struct nvxxxx_ctrl_xxx_info info[NV2080_GR_INFO_MAX_SIZE];
};
NV_ABI_SIZE(struct nv2080_ctrl_internal_gr_info, 448);

struct nv2080_ctrl_internal_gr_floorsweeping {
	u32 gpc_mask;
	u32 tpc_mask[NV2080_GR_MAX_GPC];
	u32 tpc_count[NV2080_GR_MAX_GPC];
	u32 phys_gpc_mask;
	u32 mmu_per_gpc[NV2080_GR_MAX_GPC];
	u32 tpc_to_pes_map[10];
	u32 num_pes_per_gpc[NV2080_GR_MAX_GPC];
	u32 zcull_mask[NV2080_GR_MAX_GPC];
	u32 phys_gfx_gpc_mask;
	u32 num_gfx_tpc;
};
NV_ABI_SIZE(struct nv2080_ctrl_internal_gr_floorsweeping, 296);

struct nv2080_gr_sm {
	u16 gpc;
	u16 local_tpc;
	u16 local_sm;
	u16 global_tpc;
	u16 virtual_gpc;
	u16 migratable_tpc;
};
NV_ABI_SIZE(struct nv2080_gr_sm, 12);

struct nv2080_ctrl_internal_gr_sm_order {
	struct nv2080_gr_sm sm[NV2080_GR_MAX_SM];
	u16 num_sm;
	u16 num_tpc;
};
NV_ABI_SIZE(struct nv2080_ctrl_internal_gr_sm_order, 2884);

/* A buffer of ~0 bytes is not there. */
struct nv2080_ctrl_internal_gr_context_buffers {
	struct {
		u32 size;
		u32 alignment;
	} buffer[NV2080_GR_CONTEXT_BUFFERS];
};
NV_ABI_SIZE(struct nv2080_ctrl_internal_gr_context_buffers, 208);

#define NV2080_GR_CONTEXT_BUFFER_NONE	0xffffffff

/* User space's */
struct nv2080_ctrl_gr_get_caps_v2_params {
	u8 caps[NV2080_GR_CAPS_TBL_SIZE];
	u8 pad0;
	struct nv2080_ctrl_gr_route_info route;
	u8 populated;
	u8 pad1[7];
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_caps_v2_params, 48);

struct nv2080_ctrl_gr_get_info_v2_params {
	u32 count;
	struct nvxxxx_ctrl_xxx_info info[NV2080_GR_INFO_MAX_SIZE];
	u32 pad;
	struct nv2080_ctrl_gr_route_info route;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_info_v2_params, 472);

struct nv2080_ctrl_gr_get_gpc_mask_params {
	struct nv2080_ctrl_gr_route_info route;
	u32 gpc_mask;
	u32 pad;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_gpc_mask_params, 24);

struct nv2080_ctrl_gr_get_tpc_mask_params {
	struct nv2080_ctrl_gr_route_info route;
	u32 gpc_id;
	u32 tpc_mask;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_tpc_mask_params, 24);

#define NV2080_GR_GLOBAL_SM_MAX		512

struct nv2080_ctrl_gr_get_global_sm_order_params {
	struct nv2080_gr_sm sm[NV2080_GR_GLOBAL_SM_MAX];
	u16 num_sm;
	u16 num_tpc;
	u32 pad;
	struct nv2080_ctrl_gr_route_info route;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_global_sm_order_params, 6168);

struct nv2080_ctrl_gr_get_ctx_buffer_size_params {
	u32 h_channel;
	u32 pad;
	u64 total_buffer_size;
};
NV_ABI_SIZE(struct nv2080_ctrl_gr_get_ctx_buffer_size_params, 16);

#endif
