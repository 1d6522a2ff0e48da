// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Clock domains and performance states, for the highest clocks: controls that no public
 * header describes. What user space looks at was found in Debian's libnvidia-ml 550.163.01
 * around its calls; all else is zero.
 */

#include <string.h>

#include <linux/bits.h>
#include <linux/kernel.h>

#include "gsp-rm.h"
#include "sensors.h"

/* User space names a domain by one bit; the chip's own names for them are the same here. */
enum { GRAPHICS, SM, MEMORY, VIDEO, DOMAINS };

#define DOMAIN_MASK		(BIT(DOMAINS) - 1)

/* 20809009: which domains user space may ask about */

#define PUBLIC_MASK		0x04

static u32 get_public_domains(const struct gsp_call *call)
{
	gsp_put32(call, PUBLIC_MASK, DOMAIN_MASK);
	return NV_OK;
}

/* 20809064: a list of them in, the chip's own and their ratio in percent out */

#define MAP_COUNT		0x04
#define MAP_COUNT_MAX		32
#define MAP_PUBLIC(i)		(0x08 + 16 * (i))
#define MAP_OWN(i)		(0x0c + 16 * (i))
#define MAP_PERCENT(i)		(0x14 + 16 * (i))

static u32 map_public_domains(const struct gsp_call *call)
{
	const u32 count = gsp_get32(call, MAP_COUNT);

	if (count > MAP_COUNT_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (u32 i = 0; i < count; i++) {
		gsp_put32(call, MAP_OWN(i), gsp_get32(call, MAP_PUBLIC(i)));
		gsp_put32(call, MAP_PERCENT(i), 100);
	}
	return NV_OK;
}

/* 20809019: the chip's own domains; their numbers are those of the entries in performance states */

#define DOMAINS_MASK		0x04
#define DOMAINS_OWN(i)		(0x34 + 304 * (i))

static u32 get_domains(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	gsp_put32(call, DOMAINS_MASK, DOMAIN_MASK);
	for (u32 i = 0; i < DOMAINS; i++)
		gsp_put32(call, DOMAINS_OWN(i), BIT(i));
	return NV_OK;
}

/* 2080a060: which performance states there are, in two words */

#define STATES_MASK		0x04

static u32 get_states(const struct gsp_call *call)
{
	memset(call->params, 0, call->size);
	gsp_put32(call, STATES_MASK, SG_PSTATES);
	return NV_OK;
}

/* 2080a0a7: performance states, with clocks in kHz */

#define STATE_TABLE_MASK	0x04
#define STATE_TABLE_VERSION	0x08
#define STATE_VERSION		0x35
#define STATE(i)		(0x10 + 468 * (i))
#define STATE_PSTATE		0x00
#define STATE_LAYOUT		0x0a
#define STATE_LAYOUT_35		4
#define STATE_CLOCK(d)		(0x10 + 28 * (d))
#define CLOCK_TYPE		0x00
#define CLOCK_TYPE_RANGE	3
#define CLOCK_MIN		0x08
#define CLOCK_MAX		0x10

static u32 clock_of(const struct sg_clocks *clocks, u32 domain)
{
	const u32 mhz[DOMAINS] = {
		[GRAPHICS] = clocks->graphics, [SM] = clocks->sm, [MEMORY] = clocks->memory,
		[VIDEO] = clocks->video,
	};

	return mhz[domain] * 1000;
}

static void put_state(const struct gsp_call *call, u32 i, u32 pstate)
{
	struct sg_clocks lowest, highest;

	sg_pstate_clocks(pstate, &lowest, &highest);
	gsp_put32(call, STATE(i) + STATE_PSTATE, BIT(pstate));
	gsp_put8(call, STATE(i) + STATE_LAYOUT, STATE_LAYOUT_35);
	for (u32 d = 0; d < DOMAINS; d++) {
		const u32 at = STATE(i) + STATE_CLOCK(d);

		gsp_put8(call, at + CLOCK_TYPE, CLOCK_TYPE_RANGE);
		gsp_put32(call, at + CLOCK_MIN, clock_of(&lowest, d));
		gsp_put32(call, at + CLOCK_MAX, clock_of(&highest, d));
	}
}

static u32 get_state_table(const struct gsp_call *call)
{
	u32 count = 0;

	memset(call->params, 0, call->size);
	gsp_put8(call, STATE_TABLE_VERSION, STATE_VERSION);
	for (u32 pstate = 0; pstate < 32; pstate++)
		if (SG_PSTATES & BIT(pstate))
			put_state(call, count++, pstate);
	gsp_put32(call, STATE_TABLE_MASK, BIT(count) - 1);
	return NV_OK;
}

const struct gsp_control sg_controls_clocks[] = {
	{ 0x20809009, 8, get_public_domains },
	{ 0x20809019, 9776, get_domains },
	{ 0x20809064, 520, map_public_domains },
	{ 0x2080a060, 28, get_states },
	{ 0x2080a0a7, 14988, get_state_table },
	{ }
};
