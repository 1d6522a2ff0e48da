// SPDX-License-Identifier: MIT OR GPL-2.0

/* Load, clocks, power and temperature: see sensors.h. */

#include <errno.h>
#include <stdlib.h>

#include <linux/kernel.h>
#include <linux/minmax.h>

#include "chip.h"
#include "sensors.h"

#define MS			1000000ull
#define SECOND			(1000 * MS)

/* Readings closer together than this are the same reading. */
#define RESOLUTION		(20 * MS)

/* How fast averages follow. */
#define LOAD_TIME		(500 * MS)
#define POWER_TIME		SECOND
#define THERMAL_TIME		(30 * SECOND)

/* From this load on, in thousandths, the GPU leaves its idle state, and falls back after. */
#define BUSY_LOAD		20
#define P5_AFTER		(2 * SECOND)
#define P8_AFTER		(5 * SECOND)

#define AMBIENT_MDEG		38000
#define MDEG_PER_WATT		400
#define LOAD_MW			50000
#define GRAPHICS_STEP		15
#define POWER_STEP_MW		100

struct softgpu_sensors {
	u64 updated;			/* on the host's clock, as all times here */
	u64 busy_ns, moving_ns;		/* since then */
	u64 last_busy;
	s64 load, memory_load;		/* thousandths, averaged */
	s64 average_mw;
	s64 mdeg;
};

/* P8 and P0 are what boards show when idle and loaded; P5 lies between. */
static const struct state {
	u32 pstate;
	struct sg_clocks clocks;
	u32 mw;
	u32 microvolts;
} states[] = {
	{ 0, { 1425, 1425, 7001, 1252 }, 24800, 762500 },
	{ 5, { 420, 420, 810, 555 }, 15000, 668750 },
	{ 8, { 210, 210, 405, 555 }, 11000, 656250 },
};

#define LOADED_GRAPHICS		1702
#define LOADED_MICROVOLTS	850000

static const struct sg_clocks max_clocks = { 2100, 2100, 7001, 1950 };

void sg_pstate_clocks(u32 pstate, struct sg_clocks *lowest, struct sg_clocks *highest)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(states) - 1 && states[i].pstate != pstate)
		i++;
	*highest = pstate ? states[i].clocks : max_clocks;
	*lowest = states[ARRAY_SIZE(states) - 1].clocks;
	lowest->memory = highest->memory;	/* which is what tells states apart */
}

static const struct state *find_state(const struct softgpu_sensors *sensors)
{
	u64 quiet = sensors->updated - sensors->last_busy;

	if (sensors->last_busy && quiet < P5_AFTER)
		return &states[0];
	return sensors->last_busy && quiet < P8_AFTER ? &states[1] : &states[2];
}

static s64 power(const struct softgpu_sensors *sensors)
{
	return min_t(s64, find_state(sensors)->mw + sensors->load * LOAD_MW / 1000,
		     SG_POWER_LIMIT_MW);
}

/* Moves an average towards @value, as far as it gets in @dt with time constant @time. */
static s64 follow(s64 average, s64 value, u64 dt, u64 time)
{
	return average + (value - average) * (s64)(dt / 1000) / (s64)((dt + time) / 1000);
}

static s64 share(u64 part, u64 whole)
{
	return min_t(u64, part * 1000 / whole, 1000);
}

static void update(struct softgpu_sensors *sensors)
{
	u64 now = sg_host_ns(), dt = now - sensors->updated;

	if (dt < RESOLUTION)
		return;
	sensors->load = follow(sensors->load, share(sensors->busy_ns, dt), dt, LOAD_TIME);
	sensors->memory_load = follow(sensors->memory_load, share(sensors->moving_ns, dt), dt,
				      LOAD_TIME);
	sensors->updated = now;
	sensors->busy_ns = 0;
	sensors->moving_ns = 0;
	if (sensors->load >= BUSY_LOAD)
		sensors->last_busy = now;
	sensors->average_mw = follow(sensors->average_mw, power(sensors), dt, POWER_TIME);
	sensors->mdeg = follow(sensors->mdeg,
			       AMBIENT_MDEG + sensors->average_mw * MDEG_PER_WATT / 1000, dt,
			       THERMAL_TIME);
}

void sg_sensors_work(struct softgpu *gpu, u64 ns, u64 bytes)
{
	struct softgpu_sensors *sensors = gpu->sensors;

	update(sensors);
	sensors->busy_ns += ns;
	if (bytes)
		sensors->moving_ns += ns;
}

struct sg_readings sg_sensors_read(struct softgpu *gpu)
{
	struct softgpu_sensors *sensors = gpu->sensors;
	const struct state *state;
	struct sg_readings now;
	u32 boost;

	update(sensors);
	state = find_state(sensors);
	now = (struct sg_readings){
		.gpu_percent = sensors->load / 10,
		.memory_percent = sensors->memory_load / 10,
		.pstate = state->pstate,
		.clocks = state->clocks,
		.microvolts = state->microvolts,
		.power_mw = power(sensors) / POWER_STEP_MW * POWER_STEP_MW,
		.average_mw = sensors->average_mw / POWER_STEP_MW * POWER_STEP_MW,
		.temperature = sensors->mdeg * 256 / 1000,
		.idle = state->pstate,
	};
	if (state->pstate)
		return now;
	boost = (LOADED_GRAPHICS - now.clocks.graphics) * sensors->load / 1000;
	now.clocks.graphics += boost / GRAPHICS_STEP * GRAPHICS_STEP;
	now.clocks.sm = now.clocks.graphics;
	now.microvolts += (LOADED_MICROVOLTS - now.microvolts) / 1000 * sensors->load;
	return now;
}

void sg_sensors_reset(struct softgpu *gpu)
{
	const u32 idle_mw = states[ARRAY_SIZE(states) - 1].mw;

	*gpu->sensors = (struct softgpu_sensors){
		.updated = sg_host_ns(),
		.average_mw = idle_mw,
		.mdeg = AMBIENT_MDEG + idle_mw * MDEG_PER_WATT / 1000,
	};
}

int sg_sensors_init(struct softgpu *gpu)
{
	gpu->sensors = calloc(1, sizeof(*gpu->sensors));
	return gpu->sensors ? 0 : -ENOMEM;
}
