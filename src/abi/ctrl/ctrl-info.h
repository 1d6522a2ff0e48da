/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL_INFO_H
#define NV_ABI_CTRL_INFO_H

#include <linux/bits.h>

#include "abi/abi.h"

/*
 * The GET_INFO controls: a count, then a list of {index, data}. Those called V2 have
 * the list in their parameters; older ones point to it.
 */
struct nvxxxx_ctrl_xxx_info {
	u32 index;
	u32 data;
};

/* Set by the driver in an index that GSP is to answer. */
#define NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL	BIT(31)

struct nvxxxx_ctrl_info_params {
	u32 list_size;
	u32 pad;
	u64 list;
};
NV_ABI_SIZE(struct nvxxxx_ctrl_info_params, 16);

/* Size of those that name an engine behind it, too: graphics */
#define NVXXXX_CTRL_ROUTED_INFO_PARAMS_SIZE	32

/*
 * C(id, name, V2): controls that are answered as if user space had sent the V2. They
 * have no rows of their own.
 */
#define NV_CTRLS_DEPRECATED(C) \
	C(0x20800101, NV2080_CTRL_CMD_GPU_GET_INFO, NV2080_CTRL_CMD_GPU_GET_INFO_V2) \
	C(0x20800802, NV2080_CTRL_CMD_BIOS_GET_INFO, NV2080_CTRL_CMD_BIOS_GET_INFO_V2) \
	C(0x20801201, NV2080_CTRL_CMD_GR_GET_INFO, NV2080_CTRL_CMD_GR_GET_INFO_V2) \
	C(0x20801301, NV2080_CTRL_CMD_FB_GET_INFO, NV2080_CTRL_CMD_FB_GET_INFO_V2) \
	C(0x20801802, NV2080_CTRL_CMD_BUS_GET_INFO, NV2080_CTRL_CMD_BUS_GET_INFO_V2)

#endif
