// SPDX-License-Identifier: MIT OR GPL-2.0
/* Programs that the model's multiprocessors execute, as launches name them. */
#include "softgpu-launch.h"

#define GR0		0x01
#define DEBUGGER	0x5c000009

static void open_sm(void)
{
	struct nv_channel_alloc_params params = channel_params(0);

	open_channels(0);
	params.engine_type = GR0;
	EXPECT_EQ(alloc_channel(0, &params), 0);
	open_context(0);
	EXPECT_EQ(schedule(0, true), 0);
	put[0] = 0;
	describe_launch();
}

/* R0 = thread, R1 = block, R0 += 40 * R1; R6 = argument; R2 = R0 * 4 + R6; *R2 = R0 */
static void store_numbers(void)
{
	code(0x919 | 0 << 16, 0x2100);
	code(0x919 | 1 << 16, 0x2500);
	code(0x824 | 0 << 16 | 1 << 24 | 40ull << 32, 0x078e0000);
	code(0xa02 | 6 << 16 | 0x160ull << 38, 0xf00);
	code(0xa02 | 7 << 16 | 0x164ull << 38, 0xf00);
	code(0x825 | 2 << 16 | 0 << 24 | 4ull << 32, 0x078e0006);
	code(0x986 | 2 << 24 | 0ull << 32, 0x0c101904);
	code(0x94d, 0x03800000);
}

UNIT_TEST(threads_store_their_numbers)
{
	open_sm();
	store_numbers();
	argument(0x160, VA_VID + RESULT);
	run();
	EXPECT(idle(0));
	for (u32 i = 0; i < 80; i++)
		EXPECT_EQ(get32(vram(VID_DATA + RESULT + 4 * i)), i);
	EXPECT_EQ(get32(vram(VID_DATA + RESULT + 320)), 0);
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

UNIT_TEST(a_wild_pointer_stops_the_channel)
{
	open_sm();
	store_numbers();
	argument(0x160, VA_NOWHERE);
	run();
	EXPECT(logged(&driver.model, "program's write of virtual address 0x1f0000"));
	EXPECT(!idle(0));
	EXPECT_EQ(semaphore(0), 0);
	driver_close(&driver);
}

/* What a debugger's object tells of an MMU fault: the byte after states and an old word */
static u32 fault_is_known(u32 h_channel, bool *valid)
{
	static struct wire event;
	u8 args[4824];
	u32 status;

	while (driver_receive(&driver, &event))
		driver_ring(&driver);
	memset(args, 0xff, sizeof(args));
	memcpy(args, &h_channel, sizeof(h_channel));
	status = driver_control(&driver, CLIENT, DEBUGGER,
				NV83DE_CTRL_CMD_DEBUG_READ_ALL_SM_ERROR_STATES, args, sizeof(args));
	*valid = args[4812];
	EXPECT(status || !args[8]);
	return status;
}

UNIT_TEST(debuggers_know_of_faults)
{
	bool valid;

	open_sm();
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, DEBUGGER, GT200_DEBUGGER), 0);
	EXPECT_EQ(fault_is_known(CHANNEL, &valid), NV_OK);
	EXPECT(!valid);
	store_numbers();
	argument(0x160, VA_NOWHERE);
	run();
	EXPECT_EQ(fault_is_known(CHANNEL, &valid), NV_OK);
	EXPECT(valid);
	EXPECT_EQ(fault_is_known(DEVICE, &valid), NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(fault_is_known(CHANNEL + 1, &valid), NV_ERR_INVALID_OBJECT_HANDLE);
	driver_close(&driver);
}

UNIT_TEST(a_launch_goes_on_after_a_sleep)
{
	open_sm();
	store_numbers();
	argument(0x160, VA_VID + RESULT);
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 100);
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_HEIGHT, 100);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 1 << 16);
	run();
	EXPECT_EQ(semaphore(0), 0);
	sleep_and_wake();
	memset(vram(VID_DATA + RESULT), 0, 100 * 160);
	rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT_EQ(semaphore(0), 0);		/* not before it may */
	softgpu_lock(driver.model.gpu);
	sg_gsp_rm_stop_users(driver.model.gpu->rm, false);
	softgpu_unlock(driver.model.gpu);
	for (u32 i = 0; i < 10; i++)
		rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT_EQ(semaphore(0), 99);
	for (u32 i = 0; i < 100; i++)
		EXPECT_EQ(get32(vram(VID_DATA + RESULT + 160 * i)), 40 * i);
	driver_close(&driver);
}

/* Other channels wait no longer for one that computes than for one that copies. */
UNIT_TEST(a_long_launch_takes_turns)
{
	open_sm();
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 400);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 1 << 16);
	for (u32 i = 0; i < 200; i++)
		code(0x918, 0);
	code(0x94d, 0x03800000);
	run();
	EXPECT_EQ(semaphore(0), 0);
	rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

/* A launch ends all the same, so that whoever waits for it goes on. */
UNIT_TEST(an_unknown_instruction_ends_the_launch)
{
	open_sm();
	code(0x1ff, 0);
	run();
	EXPECT(logged(&driver.model, "instruction 0 (1ff) is not modelled"));
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

UNIT_TEST(a_block_has_an_end)
{
	open_sm();
	store_numbers();
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION1, 0xffffffff);
	run();
	EXPECT(logged(&driver.model, "threads in a block"));
	driver_close(&driver);
	open_sm();
	code(0x947 | 0xfffffff0ull << 32, 0x0383ffff);
	run();
	EXPECT(logged(&driver.model, "(947) is not modelled"));
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

/* Signed and unsigned, carries and upper halves: R8 of one thread after one instruction. */
static u32 result_of(u64 lo, u64 hi, u32 a, u32 b, u32 c)
{
	open_sm();
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 1);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 1 << 16);
	code(0x802 | 4 << 16 | (u64)a << 32, 0xf00);
	code(0x802 | 5 << 16 | (u64)b << 32, 0xf00);
	code(0x802 | 6 << 16 | (u64)c << 32, 0xf00);
	code(0x802 | 2 << 16 | (u64)(VA_VID + RESULT) << 32, 0xf00);
	code(lo | 8 << 16 | 4 << 24 | 5ull << 32, hi | 6);
	code(0x986 | 2 << 24 | 8ull << 32, 0x0c101904);
	code(0x94d, 0x03800000);
	run();
	EXPECT_EQ(semaphore(0), 99);
	a = get32(vram(VID_DATA + RESULT));
	driver_close(&driver);
	return a;
}

UNIT_TEST(arithmetic)
{
	const u64 no_x = 0xfull << 23 | 0x3f << 17 | 0xf << 13;	/* no carry, in or out */

	EXPECT_EQ(result_of(0x210, no_x, 5, 6, 7), 18);
	EXPECT_EQ(result_of(0x210, no_x | 1 << 11, 5, 6, 7), 4);
	EXPECT_EQ(result_of(0x224, 0x078e0000, -3, 5, 7), (u32)-8);
	/* a & b | c: rows 6, 7 of a and b, and every row with c */
	EXPECT_EQ(result_of(0x212, 0x07800000 | 0xea << 8 | 7 << 17, 0xff00, 0xf0f0, 0xf), 0xf00f);
	/* upper word of c:a shifted to the left by b, as 64 bits */
	EXPECT_EQ(result_of(0x219, 0x00010000 | 1 << 9, 0xc0000000, 2, 1), 7);
	/* a << 2 plus b */
	EXPECT_EQ(result_of(0x211, 0x078e0000 | 2 << 11 | 7 << 17, 10, 3, 0), 43);
}

UNIT_TEST(any_program)
{
	static const u32 ops[] = {
		0x002, 0x007, 0x00c, 0x010, 0x011, 0x012, 0x01c, 0x019, 0x024, 0x025, 0x082, 0x087,
		0x08c, 0x090, 0x091, 0x092, 0x099, 0x0a4, 0x0a5, 0x0b9, 0x119, 0x1c3, 0x005, 0x181,
		0x186, 0x147, 0x14d, 0x118, 0x1ff,
	};

	srandom(1);
	for (u32 round = 0; round < 60; round++) {
		open_sm();
		for (u32 i = 0; i < 40; i++) {
			u64 lo = (u64)random() << 33 ^ (u64)random() << 9;
			u64 hi = (u64)random() << 33 ^ random();

			code((lo & ~0x1ffull) | ops[random() % ARRAY_SIZE(ops)], hi);
		}
		run();
		driver_close(&driver);
	}
}
