// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls that NVIDIA's programs send and no public header describes. A driver passes
 * them on as they are. What is answered here was found by giving user space answers and
 * looking at what it prints; docs/peer.md has the list, with what stays refused.
 */

#include <string.h>

#include <linux/kernel.h>

#include "gsp-rm.h"
#include "sensors.h"

#define CTRL_GET_THERMAL_THRESHOLD	0x20808546
#define CTRL_GET_CLOCK_EVENT_REASONS	0x2080a080
#define CTRL_GET_DISPLAY_ACTIVE		0x20810110
#define CTRL_GET_DISPLAY_CONNECTED	0x20810111

struct thermal_threshold {
	u32 index;
	s32 temperature;		/* in 1/256 degrees Celsius */
	u32 unknown[4];
};
NV_ABI_SIZE(struct thermal_threshold, 24);

#define THRESHOLD_SLOWDOWN		0x04
#define THRESHOLD_SHUTDOWN		0x16

/* User space asks for several that may slow the GPU down; this board has one. */
static u32 get_thermal_threshold(const struct gsp_call *call)
{
	struct thermal_threshold *threshold = call->params;

	switch (threshold->index) {
	case THRESHOLD_SLOWDOWN:
		threshold->temperature = SG_TEMP_SLOWDOWN * 256;
		return NV_OK;
	case THRESHOLD_SHUTDOWN:
		threshold->temperature = SG_TEMP_SHUTDOWN * 256;
		return NV_OK;
	default:
		return NV_ERR_NOT_SUPPORTED;
	}
}

/* Which reasons there can be; which of them hold now is in the page of shared data. */
#define REASONS_SUPPORTED		4
#define REASONS_ALL			0x1ff

static u32 get_clock_event_reasons(const struct gsp_call *call)
{
	u32 *params = call->params;

	memset(params, 0, call->size);
	params[REASONS_SUPPORTED] = REASONS_ALL;
	return NV_OK;
}

const struct gsp_control sg_controls_opaque[] = {
	{ CTRL_GET_THERMAL_THRESHOLD, 24, get_thermal_threshold },
	{ CTRL_GET_CLOCK_EVENT_REASONS, 52, get_clock_event_reasons },
	/* The display engine is fused off. */
	{ CTRL_GET_DISPLAY_ACTIVE, 1, sg_control_zero },
	{ CTRL_GET_DISPLAY_CONNECTED, 4, sg_control_zero },

	/* Zeros are what libcuda is content with. */
	{ 0x20810108, 992, sg_control_zero },
	{ 0x20808159, 332, sg_control_zero },

	/* Not on this board: sparse operation of tensor cores. */
	{ 0x20809038, 4, sg_control_refuse },

	/* Layout not known: user space prints N/A, or what it learns in another way. */
	{ 0x20808513, 1432, sg_control_refuse },
	{ 0x2080852b, 1556, sg_control_refuse },	/* how far below its limits: other chips */
	{ 0x2080852e, 528, sg_control_refuse },
	{ 0x2080852f, 776, sg_control_refuse },
	{ 0x20808536, 108, sg_control_refuse },
	{ 0x2080901a, 2052, sg_control_refuse },	/* the clocks that can be chosen from */
	{ 0x20809040, 4808, sg_control_refuse },	/* samples of clocks */
	{ 0x208090b0, 920, sg_control_refuse },
	{ 0x2080a084, 4, sg_control_refuse },
	{ 0x2080a0a4, 67392, sg_control_refuse },	/* virtual performance states */
	{ 0x2080a637, 88024, sg_control_refuse },
	{ }
};
