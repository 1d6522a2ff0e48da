// SPDX-License-Identifier: MIT OR GPL-2.0
/* What GSP-RM's stand-in says of copy engines, memory and bus. */
#include "gsp-rm-driver.h"

static struct driver driver;

/* What is asked of all copy engines at once agrees with what is asked of one. */
UNIT_TEST(copy_engines_agree)
{
	u8 all[136] = { 0 }, one[8] = { 0 };
	u32 pces[2], engine;

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20802a0b, all, sizeof(all)), 0);
	EXPECT_EQ(all[128], 0x1f);
	for (unsigned int i = 0; i < 5; i++) {
		engine = 9 + i;
		memcpy(one, &engine, sizeof(engine));
		EXPECT_EQ(driver_internal(&driver, 0x20802a07, one, sizeof(one)), 0);
		EXPECT_EQ(one[4], all[2 * i]);
		pces[0] = engine;
		EXPECT_EQ(driver_internal(&driver, 0x20802a02, pces, sizeof(pces)), 0);
		EXPECT(pces[1]);
	}
	pces[0] = 14;
	EXPECT_EQ(driver_internal(&driver, 0x20802a02, pces, sizeof(pces)), NV_ERR_NOT_SUPPORTED);
	driver_close(&driver);
}

UNIT_TEST(lists_of_memory_and_bus)
{
	u32 fb[111] = { 2, 0x0b, 0, 0x1b, 0 }, bus[105] = { 1, 0x2d };

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20801303, fb, sizeof(fb)), 0);
	EXPECT_EQ(fb[2], 192);
	EXPECT_EQ(fb[4], 3 << 20);
	EXPECT_EQ(driver_internal(&driver, 0x20801823, bus, sizeof(bus)), 0);
	EXPECT(bus[2] >> 12 & 15);
	bus[1] = 0;
	EXPECT_EQ(driver_internal(&driver, 0x20801823, bus, sizeof(bus)), NV_ERR_INVALID_ARGUMENT);
	bus[0] = 53;
	EXPECT_EQ(driver_internal(&driver, 0x20801823, bus, sizeof(bus)), NV_ERR_INVALID_ARGUMENT);
	fb[0] = 56;
	EXPECT_EQ(driver_internal(&driver, 0x20801303, fb, sizeof(fb)), NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}
