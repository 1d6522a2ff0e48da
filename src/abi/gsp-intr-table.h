/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_GSP_INTR_TABLE_H
#define NV_ABI_GSP_INTR_TABLE_H

#include "abi/abi.h"

/* Source: open-gpu-kernel-modules 550.163.01, ctrl2080internal.h, engine_idx.h. */

#define GSP_CTRL_INTR_GET_KERNEL_TABLE	0x20800a5c
#define GSP_INTR_TABLE_MAX		128
#define GSP_INTR_ENGINE_IDX_CE0		15
#define GSP_INTR_ENGINE_IDX_NVENC0	38
#define GSP_INTR_ENGINE_IDX_SEC2	47
#define GSP_INTR_ENGINE_IDX_GSP		50
#define GSP_INTR_ENGINE_IDX_NVJPEG0	51
#define GSP_INTR_ENGINE_IDX_NVDEC0	65
#define GSP_INTR_ENGINE_IDX_OFA0	81
#define GSP_INTR_ENGINE_IDX_GR0		84
#define GSP_INTR_NO_VECTOR		0xffffffff

/* Interrupt vectors of the units that the driver, not GSP, serves; NV2080_..._GET_KERNEL_TABLE. */
struct gsp_intr_kernel_table {
	u32 count;
	struct gsp_intr_entry {
		u16 engine_idx;
		u16 pad;
		u32 pmc_intr_mask;
		u32 vector_stall;
		u32 vector_non_stall;
	} entry[GSP_INTR_TABLE_MAX];
	struct {
		u8 start;
		u8 end;
	} subtree[7];
	u8 pad[2];
};
NV_ABI_SIZE(struct gsp_intr_kernel_table, 2068);
NV_ABI_OFFSET(struct gsp_intr_kernel_table, subtree, 0x804);

#endif
