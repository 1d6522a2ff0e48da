// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls with which programs ask what GPU this is. Layouts: open-gpu-kernel-modules
 * 550.163.01, ctrl2080gpu.h, ctrl2080bus.h, ctrl2080gsp.h, ctrl2080perf.h, ctrl0080gpu.h.
 */

#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>

#include "abi/ctrl/ctrl2080gpu.h"
#include "gsp-rm.h"
#include "chip.h"

#define NAME_LENGTH		64
#define NAME_ASCII		0
#define NAME_UNICODE		1

#define INFO_LIST_MAX		65
#define SM_VERSION		0x806
#define PSTATE_P8		BIT(8)

struct name_string {
	u32 flags;
	union {
		char ascii[NAME_LENGTH];
		u16 unicode[NAME_LENGTH];
	};
};
NV_ABI_SIZE(struct name_string, 132);

static u32 get_name_string(const struct gsp_call *call)
{
	const char *name = sg_chip(call->rm->gpu)->gpu_name;
	struct name_string *out = call->params;
	unsigned int i;

	if (out->flags > NAME_UNICODE)
		return NV_ERR_INVALID_ARGUMENT;
	memset(out->unicode, 0, sizeof(out->unicode));
	for (i = 0; name[i] && i < NAME_LENGTH - 1; i++) {
		if (out->flags == NAME_ASCII)
			out->ascii[i] = name[i];
		else
			out->unicode[i] = (u8)name[i];
	}
	return NV_OK;
}

static u32 get_short_name_string(const struct gsp_call *call)
{
	memset(call->params, 0, NAME_LENGTH);
	snprintf(call->params, NAME_LENGTH, "%s", sg_chip(call->rm->gpu)->short_name);
	return NV_OK;
}

/* What this part is; an index that is in no row is one that it does not know. */
static const struct {
	u32 index;
	u32 data;
} gpu_info[] = {
	{ 0x04, 0 },			/* MINOR_REVISION_EXT: none */
	{ 0x1f, 1 },			/* SYSMEM_ACCESS */
	{ 0x22, 0 },			/* GEMINI_BOARD */
	{ 0x25, 0 },			/* SURPRISE_REMOVAL_POSSIBLE */
	{ 0x26, 0xffffffff },		/* IBMNPU_RELAXED_ORDERING: no IBM NPU */
	{ 0x27, 0 },			/* GLOBAL_POISON_FUSE_ENABLED */
	{ 0x28, 0 },			/* NVSWITCH_PROXY_DETECTED */
	{ 0x29, 0 },			/* GPU_SR_SUPPORT */
	{ 0x2a, 0 },			/* GPU_SMC_MODE: unsupported */
	{ 0x2b, 1 },			/* SPLIT_VAS_MGMT_SERVER_CLIENT_RM */
	{ 0x2c, SM_VERSION },		/* GPU_SM_VERSION */
	{ 0x2d, 0 },			/* GPU_FLA_CAPABILITY */
	{ 0x2f, 0 },			/* PER_RUNLIST_CHANNEL_RAM */
	{ 0x30, 0 },			/* GPU_ATS_CAPABILITY */
	{ 0x33, 0 },			/* 4K_PAGE_ISOLATION_REQUIRED */
	{ 0x34, 0 },			/* DISPLAY_ENABLED */
	{ 0x35, 1 },			/* MOBILE_CONFIG_ENABLED */
	{ 0x3a, 0 },			/* GPU_LOCAL_EGM_CAPABILITY */
	{ 0x3b, 0 },			/* GPU_SELF_HOSTED_CAPABILITY */
	{ 0x3c, 0 },			/* CMP_SKU */
	{ 0x3f, 0 },			/* IS_RESETLESS_MIG_SUPPORTED */
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

static u32 get_info_v2(const struct gsp_call *call)
{
	struct {
		u32 size;
		struct {
			u32 index;
			u32 data;
		} list[INFO_LIST_MAX];
	} *info = call->params;
	u32 i;

	NV_ABI_SIZE(__typeof__(*info), 524);
	if (info->size > INFO_LIST_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	/* The driver marks what it wants from GSP and has filled in the rest. */
	for (i = 0; i < info->size; i++) {
		u32 index = info->list[i].index & ~NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL;

		if (!look_up_gpu_info(index, &info->list[i].data) &&
		    info->list[i].index != index)
			return NV_ERR_INVALID_ARGUMENT;
	}
	return NV_OK;
}

static u32 get_inforom_image_version(const struct gsp_call *call)
{
	static const char version[16] = "G001.0000.03.03";

	memcpy(call->params, version, sizeof(version));
	return NV_OK;
}

/* This board has the OEM object, but none for ECC or power. */
static u32 get_inforom_object_version(const struct gsp_call *call)
{
	u8 *version = call->params;

	if (memcmp(call->params, "OEM", 3))
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
	out->valid = true;
	out->is_default = true;
	snprintf(out->firmware_version, sizeof(out->firmware_version), "%s", NV_RELEASE);
	return NV_OK;
}

const struct gsp_control sg_controls_gpu[] = {
	{ 0x20800110, 132, get_name_string },
	{ 0x20800111, 64, get_short_name_string },
	{ 0x20800102, 524, get_info_v2 },
	{ 0x00800294, 4, sg_control_zero },	/* neither Quadro nor NVS nor Titan */
	{ 0x20800156, 16, get_inforom_image_version },
	{ 0x2080014b, 5, get_inforom_object_version },
	{ 0x208001ab, 1, sg_control_zero },	/* GET_RESET_STATUS */
	{ 0x208001ae, 1, sg_control_zero },	/* GET_DRAIN_AND_RESET_STATUS */
	{ 0x20802068, 4, get_pstate },
	{ 0x20801813, 76, get_pex_counters },
	{ 0x20803601, 72, get_gsp_features },

	/* GeForce memory has no ECC, so nothing counts, retires or remaps; nor board data. */
	{ 0x20800157, 0, sg_control_refuse },
	{ 0x20800133, 8, sg_control_refuse },
	{ 0x2080012f, 1024, sg_control_refuse },
	{ 0x20803400, 96, sg_control_refuse },
	{ 0x20803401, 40, sg_control_refuse },
	{ 0x20801322, 2056, sg_control_refuse },
	{ 0x20801344, 6152, sg_control_refuse },
	{ 0x20801347, 20, sg_control_refuse },
	{ 0x2080013f, 136, sg_control_refuse },
	{ }
};
