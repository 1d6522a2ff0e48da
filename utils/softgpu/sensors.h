/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_SENSORS_H
#define SOFTGPU_SENSORS_H

#include "softgpu-priv.h"

/**
 * DOC: sensors
 *
 * What the board measures of itself, by a small physical model: channels that have
 * work make load; load raises clocks and power, power warms the chip, and all of it falls
 * again when the work is over. Limits are those of a laptop with 80 W for this GPU.
 */

#define SG_POWER_LIMIT_MW	80000
#define SG_POWER_MIN_MW		1000
#define SG_POWER_MAX_MW		80000

#define SG_TEMP_SHUTDOWN	105	/* degrees Celsius */
#define SG_TEMP_SLOWDOWN	102
#define SG_TEMP_MAX_OPERATING	87

/** struct sg_clocks - in MHz */
struct sg_clocks {
	u32 graphics, sm, memory, video;
};

/* P0, P5 and P8, a bit each */
#define SG_PSTATES		0x121

/**
 * struct sg_readings - what the sensors say now
 * @gpu_percent: of the last half second or so in which channels ran
 * @memory_percent: in which they moved memory
 * @pstate: 0 for P0 and so on
 * @clocks: of that state and load
 * @microvolts: of the core
 * @power_mw: at this instant
 * @average_mw: of the last second or so
 * @temperature: in 1/256 degrees Celsius
 * @idle: why clocks are no higher
 */
struct sg_readings {
	u32 gpu_percent, memory_percent;
	u32 pstate;
	struct sg_clocks clocks;
	u32 microvolts;
	u32 power_mw, average_mw;
	s32 temperature;
	bool idle;
};

/** sg_sensors_work() - channels ran for @ns and moved @bytes meanwhile */
void sg_sensors_work(struct softgpu *gpu, u64 ns, u64 bytes);
/** sg_sensors_read() - brings the model up to this moment */
struct sg_readings sg_sensors_read(struct softgpu *gpu);
/** sg_pstate_clocks() - between which clocks @pstate, one of SG_PSTATES, has the GPU run */
void sg_pstate_clocks(u32 pstate, struct sg_clocks *lowest, struct sg_clocks *highest);
/** sg_sensors_reset() - the power came back: cool, and nothing has run */
void sg_sensors_reset(struct softgpu *gpu);
int sg_sensors_init(struct softgpu *gpu);

#endif
