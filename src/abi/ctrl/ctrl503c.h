/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL503C_H
#define NV_ABI_CTRL503C_H

#include <linux/bits.h>

#include "abi/abi.h"

/* NV50_THIRD_PARTY_P2P */
#define NV_CTRLS_503C(C) \
	C(0x503c0102, NV503C_CTRL_CMD_REGISTER_VA_SPACE, 16, USER, RM) \
	C(0x503c0103, NV503C_CTRL_CMD_UNREGISTER_VA_SPACE, 4, USER, RM) \
	C(0x503c0104, NV503C_CTRL_CMD_REGISTER_VIDMEM, 32, USER, RM) \
	C(0x503c0105, NV503C_CTRL_CMD_UNREGISTER_VIDMEM, 4, USER, RM)

#define NV503C_FLAGS_TYPE		GENMASK(1, 0)
#define NV503C_FLAGS_TYPE_BAR1		1

struct nv503c_alloc_params {
	u32 flags;
};
NV_ABI_SIZE(struct nv503c_alloc_params, 4);

struct nv503c_ctrl_register_va_space_params {
	u32 h_vaspace;
	u32 pad;
	u64 va_space_token;
};
NV_ABI_SIZE(struct nv503c_ctrl_register_va_space_params, 16);

struct nv503c_ctrl_register_vidmem_params {
	u32 h_memory;
	u32 pad;
	u64 address;
	u64 size;
	u64 offset;
};
NV_ABI_SIZE(struct nv503c_ctrl_register_vidmem_params, 32);

struct nv503c_ctrl_unregister_vidmem_params {
	u32 h_memory;
};
NV_ABI_SIZE(struct nv503c_ctrl_unregister_vidmem_params, 4);

#endif
