// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls about engines and what they are asked for. */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "fifo/fifo.h"
#include "gsp/gsp.h"
#include "rm/ctrl.h"

/*
 * Types of engines as GSP-RM counts them and as user space does, where both go together. Others,
 * like SEC2, are not for programs.
 * (open-gpu-kernel-modules 550.163.01, gpu_engine_type.h, cl2080_notification.h)
 */
static const struct {
	u32 first;
	u32 count;
	u32 user;
} engine_types[] = {
	{ NV_ENGINE_TYPE_GR0, 8, 0x01 },
	{ NV_ENGINE_TYPE_COPY0, 10, 0x09 },
	{ 0x1d, 8, 0x13 },		/* NVDEC */
	{ 0x25, 3, 0x1b },		/* NVENC */
	{ 0x36, 8, 0x2b },		/* NVJPG */
	{ 0x3e, 1, 0x33 },		/* OFA */
};

#define USER_ENGINE_SOFTWARE	0x22	/* methods that the driver itself carries out */

u32 rm_engine_type_for_user(u32 type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engine_types); i++)
		if (type - engine_types[i].first < engine_types[i].count)
			return engine_types[i].user + (type - engine_types[i].first);
	return 0;
}

u32 rm_get_engines(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_engines_v2_params *p = call->params;
	struct nv_fifo *fifo = &call->gpu->fifo;
	u64 types = BIT_ULL(USER_ENGINE_SOFTWARE);
	int err = nv_fifo_learn(call->gpu);
	u32 i, type;

	if (err)
		return rm_status(err);
	/* They stay as they are once they are known. */
	for (i = 0; i < fifo->num_engines; i++)
		types |= BIT_ULL(rm_engine_type_for_user(fifo->engine[i].type));
	memset(p, 0, sizeof(*p));
	for (type = 1; type < ARRAY_SIZE(p->engine_list); type++)
		if (types & BIT_ULL(type))
			p->engine_list[p->engine_count++] = type;
	return NV_OK;
}

u32 rm_get_ce_caps(struct rm_call *call)
{
	return nv_gsp_internal_control(call->gpu->gsp, NV2080_CTRL_CMD_CE_GET_ALL_PHYSICAL_CAPS,
				       call->params, call->size);
}

/* GSP-RM takes one byte of flags. */
u32 rm_perf_boost(struct rm_call *call)
{
	struct nv2080_ctrl_perf_boost_params *p = call->params;
	struct nv2080_ctrl_perf_boost_params boost = {
		.flags = p->flags & 0xff, .duration = p->duration,
	};

	return nv_gsp_control(call->gpu->gsp, call->object->client->object.handle,
			      call->object->handle, NV2080_CTRL_CMD_INTERNAL_PERF_BOOST_SET_2X,
			      &boost, sizeof(boost));
}

/* There is no watchdog on graphics that a long computation would set off. */
u32 rm_no_watchdog(struct rm_call *call)
{
	return NV_OK;
}

/* Neither machine nor GPU keep secrets from each other. */
static u32 get_conf_compute_capabilities(struct rm_call *call)
{
	memset(call->params, 0, call->size);
	return NV_OK;
}

const struct rm_ctrl_handler rm_conf_compute_handlers[] = {
	{ NV_CONF_COMPUTE_CTRL_CMD_SYSTEM_GET_CAPABILITIES, get_conf_compute_capabilities },
};

const size_t rm_conf_compute_num_handlers = ARRAY_SIZE(rm_conf_compute_handlers);
