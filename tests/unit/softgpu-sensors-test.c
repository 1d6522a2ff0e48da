// SPDX-License-Identifier: MIT OR GPL-2.0

/* What the board's sensors say of a GPU that works and of one that rests. */

#include <time.h>

#include "sensors.h"
#include "softgpu-model.h"

#define MS	1000000

static struct model model;

static void sleep_ms(unsigned int ms)
{
	const struct timespec time = { .tv_nsec = ms * MS };

	nanosleep(&time, NULL);
}

static struct sg_readings readings(void)
{
	struct sg_readings now;

	softgpu_lock(model.gpu);
	now = sg_sensors_read(model.gpu);
	softgpu_unlock(model.gpu);
	return now;
}

/* Keeps channels busy all the time. */
static void work(unsigned int ms)
{
	for (unsigned int i = 0; i < ms; i += 25) {
		sleep_ms(25);
		softgpu_lock(model.gpu);
		sg_sensors_work(model.gpu, 30 * MS, 4096);
		softgpu_unlock(model.gpu);
	}
}

UNIT_TEST(rest)
{
	struct sg_readings now;

	model_open(&model);
	now = readings();
	EXPECT_EQ(now.gpu_percent, 0);
	EXPECT_EQ(now.memory_percent, 0);
	EXPECT_EQ(now.pstate, 8);
	EXPECT(now.idle);
	EXPECT_EQ(now.power_mw, now.average_mw);
	EXPECT(now.clocks.graphics < 500 && now.clocks.memory < 500);
	EXPECT(now.temperature > 35 * 256 && now.temperature < 50 * 256);
	model_close(&model);
}

UNIT_TEST(load_raises_everything)
{
	struct sg_clocks lowest, highest;
	struct sg_readings before, now;

	model_open(&model);
	before = readings();
	work(400);
	now = readings();
	EXPECT(now.gpu_percent > 20 && now.gpu_percent <= 100);
	EXPECT(now.memory_percent > 20 && now.memory_percent <= 100);
	EXPECT_EQ(now.pstate, 0);
	EXPECT(!now.idle);
	sg_pstate_clocks(0, &lowest, &highest);
	EXPECT(now.clocks.graphics >= 1425 && now.clocks.graphics <= highest.graphics);
	EXPECT_EQ(now.clocks.memory, highest.memory);
	EXPECT(now.power_mw > 2 * before.power_mw && now.power_mw <= SG_POWER_LIMIT_MW);
	EXPECT(now.average_mw > before.average_mw && now.average_mw < now.power_mw);
	EXPECT(now.temperature > before.temperature);
	EXPECT(now.microvolts > before.microvolts);

	/* Load and power fall at once, the P-state after a while. */
	sleep_ms(800);
	before = now;
	now = readings();
	EXPECT(now.gpu_percent < before.gpu_percent);
	EXPECT(now.power_mw < before.power_mw);
	model_close(&model);
}

UNIT_TEST(power_off_cools)
{
	model_open(&model);
	work(200);
	softgpu_reset(model.gpu, true);
	EXPECT_EQ(readings().gpu_percent, 0);
	EXPECT_EQ(readings().pstate, 8);
	model_close(&model);
}
