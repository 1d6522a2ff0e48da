// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls with which programs ask what GPU this is. Layouts: open-gpu-kernel-modules
 * 550.163.01, ctrl2080gpu.h, ctrl2080bus.h, ctrl2080gsp.h, ctrl2080perf.h, ctrl0080gpu.h.
 */

#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>

#include "gsp-rm.h"
#include "chip.h"

#include "abi/ctrl/ctrl.h"

#define SM_VERSION		0x806
#define PSTATE_P8		BIT(8)

/* Indices of GPU_GET_INFO_V2 that only GSP-RM is asked for. */
#define GPU_INFO_INDEX_GPU_SR_SUPPORT	0x29
#define GPU_INFO_INDEX_GPU_SM_VERSION	0x2c

/* Of GSP_GET_FEATURES: without it libcuda leaves nvidia-uvm alone. */
#define GSP_FEATURES_UVM_ENABLED	BIT(0)

static u32 get_name_string(const struct gsp_call *call)
{
	struct nv2080_ctrl_gpu_get_name_string_params *out = call->params;
	const char *name = sg_chip(call->rm->gpu)->gpu_name;
	unsigned int i;

	if (out->flags > NV2080_CTRL_GPU_GET_NAME_STRING_FLAGS_TYPE_UNICODE)
		return NV_ERR_INVALID_ARGUMENT;
	memset(out->unicode, 0, sizeof(out->unicode));
	for (i = 0; name[i] && i < ARRAY_SIZE(out->ascii) - 1; i++) {
		if (out->flags == NV2080_CTRL_GPU_GET_NAME_STRING_FLAGS_TYPE_ASCII)
			out->ascii[i] = name[i];
		else
			out->unicode[i] = (u8)name[i];
	}
	return NV_OK;
}

static u32 get_short_name_string(const struct gsp_call *call)
{
	struct nv2080_ctrl_gpu_get_short_name_string_params *out = call->params;

	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", sg_chip(call->rm->gpu)->short_name);
	return NV_OK;
}

/*
 * Not in the public list. User space takes a part that has 0 here, or nothing, for one that is
 * hardly managed at all: no brand, BAR1, clocks or utilisation.
 */
#define GPU_INFO_INDEX_0x11		0x11

/* What this part is; an index that is in no row is one that it does not know. */
static const struct nvxxxx_ctrl_xxx_info gpu_info[] = {
	{ NV2080_CTRL_GPU_INFO_INDEX_MINOR_REVISION_EXT, 0 },
	{ GPU_INFO_INDEX_0x11, 1 },
	{ NV2080_CTRL_GPU_INFO_INDEX_SYSMEM_ACCESS, 1 },
	{ NV2080_CTRL_GPU_INFO_INDEX_GEMINI_BOARD, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_SURPRISE_REMOVAL_POSSIBLE, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_IBMNPU_RELAXED_ORDERING,
	  NV2080_CTRL_GPU_INFO_IBMNPU_RELAXED_ORDERING_UNSUPPORTED },
	{ NV2080_CTRL_GPU_INFO_INDEX_GLOBAL_POISON_FUSE_ENABLED, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_NVSWITCH_PROXY_DETECTED, 0 },
	{ GPU_INFO_INDEX_GPU_SR_SUPPORT, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_GPU_SMC_MODE, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_SPLIT_VAS_MGMT_SERVER_CLIENT_RM, 1 },
	{ GPU_INFO_INDEX_GPU_SM_VERSION, SM_VERSION },
	{ NV2080_CTRL_GPU_INFO_INDEX_GPU_FLA_CAPABILITY, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_PER_RUNLIST_CHANNEL_RAM, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_GPU_ATS_CAPABILITY, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_4K_PAGE_ISOLATION_REQUIRED, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_DISPLAY_ENABLED, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_MOBILE_CONFIG_ENABLED, 1 },
	{ NV2080_CTRL_GPU_INFO_INDEX_GPU_LOCAL_EGM_CAPABILITY, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_GPU_SELF_HOSTED_CAPABILITY, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_CMP_SKU, 0 },
	{ NV2080_CTRL_GPU_INFO_INDEX_IS_RESETLESS_MIG_SUPPORTED, 0 },
};

static bool look_up_gpu_info(u32 index, u32 *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gpu_info); i++) {
		if (gpu_info[i].index == index) {
			*data = gpu_info[i].data;
			return true;
		}
	}
	return false;
}

/* The driver marks what it wants from GSP, has filled in the rest and wants no mark back. */
static u32 get_info_v2(const struct gsp_call *call)
{
	struct nv2080_ctrl_gpu_get_info_v2_params *out = call->params;
	struct nvxxxx_ctrl_xxx_info *info = out->gpu_info_list;
	u32 i;

	if (out->gpu_info_list_size > ARRAY_SIZE(out->gpu_info_list))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < out->gpu_info_list_size; i++) {
		if (!(info[i].index & NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL))
			continue;
		info[i].index &= ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;
		if (!look_up_gpu_info(info[i].index, &info[i].data)) {
			sg_unknown(call->rm->gpu, "gpu info", info[i].index);
			return NV_ERR_INVALID_ARGUMENT;
		}
	}
	return NV_OK;
}

static u32 get_inforom_image_version(const struct gsp_call *call)
{
	static const char version[16] = "G001.0000.03.03";

	memcpy(call->params, version, sizeof(version));
	return NV_OK;
}

/* This board has the OEM object, OBD, but none for ECC or power. */
static u32 get_inforom_object_version(const struct gsp_call *call)
{
	u8 *version = call->params;

	if (memcmp(call->params, "OBD", 3))
		return NV_ERR_NOT_SUPPORTED;
	version[3] = 2;
	version[4] = 0;
	return NV_OK;
}

static u32 get_pstate(const struct gsp_call *call)
{
	const u32 idle = PSTATE_P8;

	memcpy(call->params, &idle, sizeof(idle));
	return NV_OK;
}

/* A mask of what is asked, then counters: the model's link never errs. */
static u32 get_pex_counters(const struct gsp_call *call)
{
	memset((u8 *)call->params + 4, 0, call->size - 4);
	return NV_OK;
}

static u32 get_gsp_features(const struct gsp_call *call)
{
	struct {
		u32 features;
		u8 valid;
		u8 is_default;
		char firmware_version[64];
		u8 pad[2];
	} *out = call->params;

	NV_ABI_SIZE(__typeof__(*out), 72);
	memset(out, 0, sizeof(*out));
	out->features = GSP_FEATURES_UVM_ENABLED;
	out->valid = true;
	out->is_default = true;
	snprintf(out->firmware_version, sizeof(out->firmware_version), "%s", NV_RELEASE);
	return NV_OK;
}

static u32 set_compute_mode_rules(const struct gsp_call *call)
{
	const struct nv2080_ctrl_gpu_set_compute_mode_rules_params *p = call->params;

	if (p->rules > NV2080_CTRL_GPU_COMPUTE_MODE_RULES_EXCLUSIVE_COMPUTE_PROCESS)
		return NV_ERR_INVALID_ARGUMENT;
	return NV_OK;
}

const struct gsp_control sg_controls_gpu[] = {
	{ NV2080_CTRL_CMD_GPU_GET_NAME_STRING, 132, get_name_string },
	{ NV2080_CTRL_CMD_GPU_GET_SHORT_NAME_STRING, 64, get_short_name_string },
	{ NV2080_CTRL_CMD_GPU_GET_INFO_V2, 524, get_info_v2 },
	/* Neither Quadro nor NVS nor Titan. */
	{ NV0080_CTRL_CMD_GPU_GET_BRAND_CAPS, 4, sg_control_zero },
	{ NV2080_CTRL_CMD_GPU_GET_INFOROM_IMAGE_VERSION, 16, get_inforom_image_version },
	{ NV2080_CTRL_CMD_GPU_GET_INFOROM_OBJECT_VERSION, 5, get_inforom_object_version },
	{ NV2080_CTRL_CMD_GPU_SET_COMPUTE_MODE_RULES, 8, set_compute_mode_rules },
	{ NV2080_CTRL_CMD_GPU_GET_RESET_STATUS, 1, sg_control_zero },
	{ NV2080_CTRL_CMD_GPU_GET_DRAIN_AND_RESET_STATUS, 1, sg_control_zero },
	{ NV2080_CTRL_CMD_PERF_GET_CURRENT_PSTATE, 4, get_pstate },
	{ NV2080_CTRL_CMD_BUS_GET_PEX_COUNTERS, 76, get_pex_counters },
	{ NV2080_CTRL_CMD_GSP_GET_FEATURES, 72, get_gsp_features },

	/* GeForce memory has no ECC, so nothing counts, retires or remaps; nor board data. */
	{ NV2080_CTRL_CMD_GPU_QUERY_INFOROM_ECC_SUPPORT, 0, sg_control_refuse },
	{ NV2080_CTRL_CMD_GPU_QUERY_ECC_CONFIGURATION, 8, sg_control_refuse },
	{ NV2080_CTRL_CMD_GPU_QUERY_ECC_STATUS, 1024, sg_control_refuse },
	{ NV2080_CTRL_CMD_ECC_GET_CLIENT_EXPOSED_COUNTERS, 96, sg_control_refuse },
	{ NV2080_CTRL_CMD_ECC_GET_VOLATILE_COUNTS, 40, sg_control_refuse },
	{ NV2080_CTRL_CMD_FB_GET_OFFLINED_PAGES, 2056, sg_control_refuse },
	{ NV2080_CTRL_CMD_FB_GET_REMAPPED_ROWS, 6152, sg_control_refuse },
	{ NV2080_CTRL_CMD_FB_GET_ROW_REMAPPER_HISTOGRAM, 20, sg_control_refuse },
	{ NV2080_CTRL_CMD_GPU_GET_OEM_BOARD_INFO, 136, sg_control_refuse },
	{ }
};
