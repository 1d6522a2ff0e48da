// SPDX-License-Identifier: MIT OR GPL-2.0
/* Limits and clocks of the model, asked for as libnvidia-ml does: by what earlier answers say. */
#include <linux/kernel.h>

#include "gsp-rm-driver.h"
#include "sensors.h"

static struct driver driver;
static u8 params[16384];

static u32 ask(u32 cmd, u32 size)
{
	return driver_internal(&driver, cmd, params, size);
}

static u32 get(u32 off)
{
	u32 val;

	memcpy(&val, params + off, sizeof(val));
	return val;
}

static void clear_and_put(u32 off, u32 val)
{
	memset(params, 0, sizeof(params));
	memcpy(params + off, &val, sizeof(val));
}

UNIT_TEST(power_limits)
{
	u32 policy;

	driver_boot(&driver);
	EXPECT_EQ(ask(0x2080a618, 6952), 0);
	policy = params[0x24];
	EXPECT(policy < 32 && get(0x04) & BIT(policy));
	EXPECT_EQ(get(0x5c + 176 * policy), SG_POWER_MIN_MW);
	EXPECT_EQ(get(0x60 + 176 * policy), SG_POWER_LIMIT_MW);
	EXPECT_EQ(get(0x64 + 176 * policy), SG_POWER_MAX_MW);
	EXPECT_EQ(params[0x4b], 0xff);		/* no limit of a module */

	clear_and_put(0x10, BIT(policy));
	EXPECT_EQ(ask(0x2080a61a, 2380), 0);
	EXPECT_EQ(get(0x18 + 60 * policy), SG_POWER_LIMIT_MW);
	clear_and_put(0x10, 0);
	EXPECT_EQ(ask(0x2080a61a, 2380), NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

UNIT_TEST(highest_operating_temperature)
{
	u32 policy, mask;

	driver_boot(&driver);
	EXPECT_EQ(ask(0x2080852a, 1496), 0);
	mask = get(0x08);
	policy = params[0x0f];
	EXPECT(policy < 16 && mask & BIT(policy));
	EXPECT_EQ(params[0x0e], 0xff);		/* none of the memory */
	clear_and_put(0x08, mask);
	EXPECT_EQ(ask(0x2080852c, 1420), 0);
	EXPECT_EQ(get(0x10 + 88 * policy) >> 8, SG_TEMP_MAX_OPERATING);
	driver_close(&driver);
}

UNIT_TEST(voltage_is_what_sensors_say)
{
	u32 mask, rail;

	driver_boot(&driver);
	EXPECT_EQ(ask(0x2080b201, 2060), 0);
	mask = get(0x04);
	for (rail = 0; !(mask & BIT(rail)); rail++)
		;
	EXPECT_EQ(params[0x3f + 64 * rail], 1);
	clear_and_put(0x04, mask);
	EXPECT_EQ(ask(0x2080b202, 2976), 0);
	EXPECT_EQ(get(0x24 + 92 * rail), sg_sensors_read(driver.model.gpu).microvolts);
	clear_and_put(0x04, 0);
	EXPECT_EQ(ask(0x2080b202, 2976), NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

/* Where the domain that user space calls @public is in performance states. */
static u32 domain_index(u32 public)
{
	u32 own, i;

	clear_and_put(0x04, 1);
	memcpy(params + 0x08, &public, sizeof(public));
	EXPECT_EQ(ask(0x20809064, 520), 0);
	own = get(0x0c);
	EXPECT_EQ(get(0x14), 100);
	EXPECT_EQ(ask(0x20809019, 9776), 0);
	for (i = 0; i < 32; i++)
		if (get(0x04) & BIT(i) && get(0x34 + 304 * i) == own)
			return i;
	EXPECT(!"domain");
	return 0;
}

static u32 highest_khz(u32 public)
{
	u32 domain = domain_index(public), i;

	EXPECT_EQ(ask(0x2080a0a7, 14988), 0);
	for (i = 0; i < 32; i++)
		if (get(0x04) & BIT(i) && get(0x10 + 468 * i) == BIT(0))
			return get(0x10 + 468 * i + 0x10 + 28 * domain + 0x10);
	EXPECT(!"P0");
	return 0;
}

UNIT_TEST(highest_clocks)
{
	driver_boot(&driver);
	EXPECT_EQ(ask(0x20809009, 8), 0);
	EXPECT_EQ(get(0x04), 0xf);
	EXPECT_EQ(ask(0x2080a060, 28), 0);
	EXPECT_EQ(get(0x04), SG_PSTATES);
	EXPECT_EQ(highest_khz(1), 2100000);
	EXPECT_EQ(highest_khz(2), 2100000);
	EXPECT_EQ(highest_khz(4), 7001000);
	EXPECT_EQ(highest_khz(8), 1950000);
	clear_and_put(0x04, 33);
	EXPECT_EQ(ask(0x20809064, 520), NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}
