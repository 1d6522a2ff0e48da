// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls that answer a list of indices, as far as the driver leaves them to GSP-RM, and
 * others of memory and bus. Layouts: open-gpu-kernel-modules 550.163.01, ctrl2080fb.h,
 * ctrl2080bus.h.
 */

#include <string.h>

#include <linux/bitfield.h>
#include <linux/kernel.h>

#include "gsp-rm.h"

#include "abi/ctrl/ctrl.h"
#include "abi/ctrl/ctrl-internal.h"

#define FB_INFO_MAX		55
#define GSP_CTRL_PERF_CUDA_LIMIT_DISABLE	0x00802004
#define GSP_CTRL_PERF_CUDA_LIMIT_SET_CONTROL	0x00802009
#define GSP_CTRL_PERF_BOOST_SET		0x20800a9a
#define GSP_CTRL_MC_SERVICE_INTERRUPTS	0x20801702
#define GSP_CTRL_BUS_GET_INFO_V2	0x20801823

#define BUS_INFO_MAX		52
#define NR_ATOMICS		13

/* Of BUS_GET_INFO_V2; from LINECODE_ERRORS on they count errors of the link. */
#define BUS_INFO_INDEX_PCIE_GEN2_INFO		0x14
#define BUS_INFO_INDEX_PCIE_ASLM_STATUS		0x18
#define BUS_INFO_INDEX_PCIE_WIDTH_SWITCH_ERRORS	0x19
#define BUS_INFO_INDEX_PCIE_SPEED_SWITCH_ERRORS	0x1a
#define BUS_INFO_INDEX_PCIE_GPU_CYA_ASPM	0x1b
#define BUS_INFO_INDEX_PCIE_LINECODE_ERRORS	0x1c
#define BUS_INFO_INDEX_PCIE_LAST_ERRORS		0x2b
#define BUS_INFO_INDEX_PCIE_GEN_INFO		0x2d

#define BUS_INFO_GEN		GENMASK(15, 12)
#define BUS_INFO_CURR_LEVEL	GENMASK(19, 16)
#define BUS_INFO_GPU_GEN	GENMASK(23, 20)

/* In config space: the speeds that the link can have, and that it has. */
#define LINK_CAPS		0x84
#define LINK_STATUS		0x8a
#define LINK_SPEED		GENMASK(3, 0)

struct info {
	u32 index;
	u32 data;
};

/* GDDR6 on 192 bits: three partitions of two channels, six slices of L2 with 4 banks. */
static const struct info fb_info[] = {
	{ 0x01, 0 },			/* COMPRESSION_SIZE */
	{ 0x02, 0 },			/* DRAM_PAGE_STRIDE */
	{ 0x04, 6 },			/* PARTITION_COUNT */
	{ 0x0b, 192 },			/* BUS_WIDTH */
	{ 0x0c, 0 },			/* RAM_CFG */
	{ 0x0d, 0x11 },			/* RAM_TYPE */
	{ 0x14, 0x3f },			/* PARTITION_MASK */
	{ 0x19, 3 },			/* FBP_COUNT */
	{ 0x1a, 0x7 },			/* FBP_MASK */
	{ 0x1b, 3 << 20 },		/* L2CACHE_SIZE */
	{ 0x1c, 1 },			/* MEMORYINFO_VENDOR_ID */
	{ 0x21, 0 },			/* training */
	{ 0x22, 6 },			/* LTC_COUNT */
	{ 0x23, 24 },			/* LTS_COUNT */
	{ 0x25, 0 },			/* PSEUDO_CHANNEL_MODE: none */
	{ 0x2b, 0x3f },			/* LTC_MASK */
	{ 0x2c, 0 },			/* POISON_FUSE_ENABLED */
};

static bool look_up(const struct info *table, size_t rows, struct info *info)
{
	for (size_t i = 0; i < rows; i++) {
		if (table[i].index == info->index) {
			info->data = table[i].data;
			return true;
		}
	}
	return false;
}

static u32 get_fb_info(const struct gsp_call *call)
{
	struct {
		u32 count;
		struct info info[FB_INFO_MAX];
	} *list = call->params;

	NV_ABI_SIZE(__typeof__(*list), 444);
	if (list->count > FB_INFO_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (u32 i = 0; i < list->count; i++) {
		if (!look_up(fb_info, ARRAY_SIZE(fb_info), &list->info[i])) {
			sg_unknown(call->rm->gpu, "fb info", list->info[i].index);
			return NV_ERR_INVALID_ARGUMENT;
		}
	}
	return NV_OK;
}

static u32 link_generations(struct softgpu *gpu)
{
	u32 most = FIELD_GET(LINK_SPEED, sg_pci_read(gpu, LINK_CAPS, 4));
	u32 now = FIELD_GET(LINK_SPEED, sg_pci_read(gpu, LINK_STATUS, 2));

	if (!most || !now)
		return 0;
	return FIELD_PREP(BUS_INFO_GEN, most - 1) | FIELD_PREP(BUS_INFO_CURR_LEVEL, now - 1) |
	       FIELD_PREP(BUS_INFO_GPU_GEN, most - 1);
}

/* The model's link never errs, and leaves it to the driver whether it may sleep. */
static bool bus_info(struct softgpu *gpu, struct info *info)
{
	switch (info->index) {
	case BUS_INFO_INDEX_PCIE_GEN2_INFO:
	case BUS_INFO_INDEX_PCIE_GEN_INFO:
		info->data = link_generations(gpu);
		return true;
	case BUS_INFO_INDEX_PCIE_ASLM_STATUS:
	case BUS_INFO_INDEX_PCIE_WIDTH_SWITCH_ERRORS:
	case BUS_INFO_INDEX_PCIE_SPEED_SWITCH_ERRORS:
	case BUS_INFO_INDEX_PCIE_GPU_CYA_ASPM:
		info->data = 0;
		return true;
	}
	info->data = 0;
	return info->index >= BUS_INFO_INDEX_PCIE_LINECODE_ERRORS &&
	       info->index <= BUS_INFO_INDEX_PCIE_LAST_ERRORS;
}

static u32 get_bus_info(const struct gsp_call *call)
{
	struct {
		u32 count;
		struct info info[BUS_INFO_MAX];
	} *list = call->params;

	NV_ABI_SIZE(__typeof__(*list), 420);
	if (list->count > BUS_INFO_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (u32 i = 0; i < list->count; i++) {
		if (!bus_info(call->rm->gpu, &list->info[i])) {
			sg_unknown(call->rm->gpu, "bus info", list->info[i].index);
			return NV_ERR_INVALID_ARGUMENT;
		}
	}
	return NV_OK;
}

const struct gsp_control sg_controls_info[] = {
	{ NV2080_CTRL_CMD_FB_GET_INFO_V2, 444, get_fb_info },
	{ GSP_CTRL_BUS_GET_INFO_V2, 420, get_bus_info },
	/* PCIe of a laptop: its root port completes no atomics, and there is no C2C link. */
	{ NV2080_CTRL_CMD_BUS_GET_PCIE_SUPPORTED_GPU_ATOMICS, 8 * NR_ATOMICS, sg_control_zero },
	{ NV2080_CTRL_CMD_BUS_GET_C2C_INFO, 28, sg_control_refuse },
	/* Interrupts that GSP-RM serves are served when they come; clocks follow no boost. */
	{ GSP_CTRL_MC_SERVICE_INTERRUPTS, 4, sg_control_accept },
	{ GSP_CTRL_PERF_BOOST_SET, 8, sg_control_accept },
	{ GSP_CTRL_PERF_CUDA_LIMIT_DISABLE, 0, sg_control_accept },
	{ GSP_CTRL_PERF_CUDA_LIMIT_SET_CONTROL, 1, sg_control_accept },
	{ }
};
