// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Power limits, the highest operating temperature and the voltage: controls that no public
 * header describes. Each subject has a control that lists objects, with a mask of those
 * that there are, and others that read the objects of a mask. What user space looks at was
 * found in Debian's libnvidia-ml 550.163.01 around its calls; all else is zero.
 */

#include <string.h>

#include <linux/bits.h>

#include "gsp-rm.h"
#include "sensors.h"

#define NO_OBJECT	0xff

/* This board has one of each. */
#define OBJECT		0

/* 2080852a, 2080852c: policies that keep the chip below a temperature */

#define THERM_INFO_MASK		0x08
#define THERM_INFO_FIRST	0x0c	/* what each policy is for: one byte a purpose */
#define THERM_INFO_GPU_MAX	0x0f
#define THERM_INFO_LAST		0x14
#define THERM_LIMIT(i)		(0x10 + 88 * (i))

static u32 get_thermal_policies(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	memset((u8 *)call->params + THERM_INFO_FIRST, NO_OBJECT,
	       THERM_INFO_LAST + 1 - THERM_INFO_FIRST);
	gsp_put32(call, THERM_INFO_MASK, BIT(OBJECT));
	gsp_put8(call, THERM_INFO_GPU_MAX, OBJECT);
	return NV_OK;
}

static u32 get_thermal_limits(const struct gsp_call *call)
{
	if (!(gsp_get32(call, THERM_INFO_MASK) & BIT(OBJECT)))
		return NV_ERR_INVALID_ARGUMENT;
	gsp_put32(call, THERM_LIMIT(OBJECT), SG_TEMP_MAX_OPERATING * 256);
	return NV_OK;
}

/* 2080a612: power monitors */

#define MONITOR_INFO_PRESENT	0x00
#define MONITOR_INFO_GPU	0x10
#define MONITOR_INFO_MODULE	0x11

static u32 get_power_monitors(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	gsp_put8(call, MONITOR_INFO_PRESENT, 1);
	gsp_put8(call, MONITOR_INFO_GPU, NO_OBJECT);
	gsp_put8(call, MONITOR_INFO_MODULE, NO_OBJECT);
	return NV_OK;
}

/* 2080a618, 2080a61a, 2080a61d, 2080a61f: policies that keep power below a limit, in mW */

#define POWER_INFO_MASK		0x04
#define POWER_INFO_FIRST	0x24	/* which policy is for what, as above */
#define POWER_INFO_GPU		0x24
#define POWER_INFO_LAST		0x4b
#define POWER_INFO_MIN(i)	(0x5c + 176 * (i))
#define POWER_INFO_DEFAULT(i)	(0x60 + 176 * (i))
#define POWER_INFO_MAX(i)	(0x64 + 176 * (i))
#define POWER_CONTROL_MASK	0x10
#define POWER_CONTROL_LIMIT(i)	(0x18 + 60 * (i))
#define POWER_CLIENT_LIMIT	0x04
#define POWER_ENFORCED_LIMIT	0x04

static u32 get_power_policies(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	memset((u8 *)call->params + POWER_INFO_FIRST, NO_OBJECT,
	       POWER_INFO_LAST + 1 - POWER_INFO_FIRST);
	gsp_put32(call, POWER_INFO_MASK, BIT(OBJECT));
	gsp_put8(call, POWER_INFO_GPU, OBJECT);
	gsp_put32(call, POWER_INFO_MIN(OBJECT), SG_POWER_MIN_MW);
	gsp_put32(call, POWER_INFO_DEFAULT(OBJECT), SG_POWER_LIMIT_MW);
	gsp_put32(call, POWER_INFO_MAX(OBJECT), SG_POWER_MAX_MW);
	return NV_OK;
}

static u32 get_power_control(const struct gsp_call *call)
{
	if (!(gsp_get32(call, POWER_CONTROL_MASK) & BIT(OBJECT)))
		return NV_ERR_INVALID_ARGUMENT;
	gsp_put32(call, POWER_CONTROL_LIMIT(OBJECT), SG_POWER_LIMIT_MW);
	return NV_OK;
}

static u32 get_client_power_limit(const struct gsp_call *call)
{
	gsp_put32(call, POWER_CLIENT_LIMIT, SG_POWER_LIMIT_MW);
	return NV_OK;
}

static u32 get_enforced_power_limit(const struct gsp_call *call)
{
	gsp_put32(call, POWER_ENFORCED_LIMIT, SG_POWER_LIMIT_MW);
	return NV_OK;
}

/* 2080b201, 2080b202: voltage rails, in microvolts */

#define RAIL_MASK		0x04
#define RAIL_INFO_TYPE(i)	(0x3f + 64 * (i))
#define RAIL_TYPE_CORE		1
#define RAIL_STATUS_VOLTAGE(i)	(0x24 + 92 * (i))

static u32 get_rails(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	gsp_put32(call, RAIL_MASK, BIT(OBJECT));
	gsp_put8(call, RAIL_INFO_TYPE(OBJECT), RAIL_TYPE_CORE);
	return NV_OK;
}

static u32 get_rail_status(const struct gsp_call *call)
{
	const struct sg_readings now = sg_sensors_read(call->rm->gpu);

	if (!(gsp_get32(call, RAIL_MASK) & BIT(OBJECT)))
		return NV_ERR_INVALID_ARGUMENT;
	gsp_put32(call, RAIL_STATUS_VOLTAGE(OBJECT), now.microvolts);
	return NV_OK;
}

const struct gsp_control sg_controls_limits[] = {
	{ 0x2080852a, 1496, get_thermal_policies },
	{ 0x2080852c, 1420, get_thermal_limits },
	{ 0x2080a612, 3608, get_power_monitors },
	{ 0x2080a618, 6952, get_power_policies },
	{ 0x2080a61a, 2380, get_power_control },
	{ 0x2080a61d, 12, get_client_power_limit },
	{ 0x2080a61f, 8, get_enforced_power_limit },
	{ 0x2080b201, 2060, get_rails },
	{ 0x2080b202, 2976, get_rail_status },
	{ }
};
