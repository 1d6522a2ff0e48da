// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls about the board: its VBIOS, part number and link, and the page of shared
 * data. Layouts: open-gpu-kernel-modules 550.163.01, ctrl2080bios.h, ctrl2080gpu.h,
 * ctrl2080bus.h, ctrl2080internal.h.
 */

#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>

#include "gsp-rm.h"
#include "chip.h"

#include "abi/ctrl/ctrl.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl-info.h"

#define BIOS_INFO_MAX			15
#define BIOS_INFO_INDEX_REVISION	0
#define BIOS_INFO_INDEX_OEM_REVISION	1

struct bios_info {
	u32 count;
	struct nvxxxx_ctrl_xxx_info list[BIOS_INFO_MAX];
};
NV_ABI_SIZE(struct bios_info, 124);

/* "94.06.17.00.5f": four bytes of revision, then the board maker's. */
static u32 get_bios_info(const struct gsp_call *call)
{
	struct bios_info *info = call->params;
	unsigned int part[5], i;

	if (info->count > ARRAY_SIZE(info->list))
		return NV_ERR_INVALID_ARGUMENT;
	if (sscanf(sg_chip(call->rm->gpu)->vbios_version, "%x.%x.%x.%x.%x", &part[0], &part[1],
		   &part[2], &part[3], &part[4]) != ARRAY_SIZE(part))
		return NV_ERR_INVALID_STATE;
	for (i = 0; i < info->count; i++) {
		if (info->list[i].index == BIOS_INFO_INDEX_REVISION)
			info->list[i].data = part[0] << 24 | part[1] << 16 | part[2] << 8 | part[3];
		else if (info->list[i].index == BIOS_INFO_INDEX_OEM_REVISION)
			info->list[i].data = part[4];
		else
			return NV_ERR_INVALID_ARGUMENT;
	}
	return NV_OK;
}

/* What is printed on the chip: GA106-425-A1. */
static u32 get_chip_details(const struct gsp_call *call)
{
	const struct softgpu_chip *chip = sg_chip(call->rm->gpu);
	const struct {
		u32 pci_dev_id;
		char sku[4];
		u32 major;
		u32 minor;
	} details = { chip->device, "425", chip->revision >> 4, chip->revision & 0xf };

	memcpy(call->params, &details, sizeof(details));
	return NV_OK;
}

/* A mask of what is asked, then counters: the model counts no bytes on its link. */
static u32 get_pex_util_counters(const struct gsp_call *call)
{
	memset((u8 *)call->params + 4, 0, call->size - 4);
	return NV_OK;
}

#define VID_ENG_NVENC			1
#define VID_ENG_NVOFA			4

struct vid_eng_sample {
	u32 engine_type;
	u32 percent_busy;
	u32 period_us;
};
NV_ABI_SIZE(struct vid_eng_sample, 12);

/* Encoder, decoder, JPEG and optical flow: the model has none that could be busy. */
static u32 get_vid_eng_sample(const struct gsp_call *call)
{
	struct vid_eng_sample *sample = call->params;

	if (sample->engine_type < VID_ENG_NVENC || sample->engine_type > VID_ENG_NVOFA)
		return NV_ERR_INVALID_ARGUMENT;
	sample->percent_busy = 0;
	sample->period_us = 200000;
	return NV_OK;
}

/*
 * Type and size of a ring of samples, one for each process that an engine worked for: how many
 * there are, where the oldest is, the samples. Channels are not told apart by process.
 */
static u32 get_util_samples(const struct gsp_call *call)
{
	memset((u8 *)call->params + 8, 0, call->size - 8);
	return NV_OK;
}

static u32 set_data_poll(const struct gsp_call *call)
{
	u64 mask;

	memcpy(&mask, call->params, sizeof(mask));
	if (!call->rm->user_shared_data)
		return NV_ERR_INVALID_STATE;
	sg_shared_data_poll(call->rm, mask);
	return NV_OK;
}

const struct gsp_control sg_controls_board[] = {
	{ NV2080_CTRL_CMD_BIOS_GET_INFO_V2, 124, get_bios_info },
	{ NV2080_CTRL_CMD_GPU_GET_CHIP_DETAILS, 16, get_chip_details },
	{ NV2080_CTRL_CMD_PERF_GET_VID_ENG_PERFMON_SAMPLE, 12, get_vid_eng_sample },
	{ NV2080_CTRL_CMD_PERF_GET_GPUMON_PERFMON_UTIL_SAMPLES_V2, 50704, get_util_samples },
	{ NV2080_CTRL_CMD_BUS_GET_PEX_UTIL_COUNTERS, 32, get_pex_util_counters },
	{ NV2080_CTRL_CMD_INTERNAL_USER_SHARED_DATA_SET_DATA_POLL, 8, set_data_poll },
	/* The root port above takes no atomics. */
	{ NV2080_CTRL_CMD_BUS_GET_PCIE_REQ_ATOMICS_CAPS, 4, sg_control_zero },
	/* A board without a black box in its InfoROM, nor tools to verify that. */
	{ NV90E7_CTRL_CMD_BBX_GET_LAST_FLUSH_TIME, 16, sg_control_refuse },
	{ NV208F_CTRL_CMD_GPU_VERIFY_INFOROM, 8, sg_control_refuse },
	{ }
};
