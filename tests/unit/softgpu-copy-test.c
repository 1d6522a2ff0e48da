// SPDX-License-Identifier: MIT OR GPL-2.0
/* The model's copy engine, and channels that have much or nonsense to do. */
#include "softgpu-channel.h"

UNIT_TEST(copies_there_and_back)
{
	u32 from;

	open_channels(1);
	for (u32 i = 0; i < DATA_PAGES; i++)
		for (u32 n = 0; n < 4096; n++)
			vram(VID_DATA)[i * 4096 + n] = i * 31 + n * 7 + (n >> 8);
	emit_copy(VA_VID + 3, VA_SYS + 4093, 3 * 4096 + 1, COPY_PITCH);
	submit(0, 0);
	EXPECT(idle(0));
	for (u32 i = 0; i < 3 * 4096 + 1; i++) {
		u8 *page = driver_mem(&driver, sys_page[(4093 + i) / 4096]);

		EXPECT_EQ(page[(4093 + i) % 4096], vram(VID_DATA)[3 + i]);
	}
	EXPECT_EQ(((u8 *)driver_mem(&driver, sys_page[0]))[4092], 0);
	from = pb_used;
	emit_copy(VA_SYS + 4093, VA_VID + 0x8000, 3 * 4096 + 1, COPY_PITCH);
	submit(0, from);
	EXPECT(idle(0));
	EXPECT(!memcmp(vram(VID_DATA + 0x8000), vram(VID_DATA + 3), 3 * 4096 + 1));
	driver_close(&driver);
}

UNIT_TEST(copies_lines_by_physical_address)
{
	open_channels(1);
	for (u32 i = 0; i < 4096; i++)
		vram(VID_DATA)[i] = i * 13 + (i >> 8);
	emit_method(NVC7B5_SET_SRC_PHYS_MODE, 0);
	emit_method(NVC7B5_SET_DST_PHYS_MODE, 1);
	emit_method(NVC7B5_PITCH_IN, 128);
	emit_method(NVC7B5_PITCH_OUT, 100);
	emit_method(NVC7B5_LINE_COUNT, 20);
	emit_copy(VID_DATA, sys_page[2], 60, COPY_PITCH | NVC7B5_LAUNCH_DMA_MULTI_LINE_ENABLE |
		  NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL | NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL);
	submit(0, 0);
	EXPECT(idle(0));
	for (u32 i = 0; i < 2000; i++)
		EXPECT_EQ(((u8 *)driver_mem(&driver, sys_page[2]))[i],
			  i % 100 < 60 ? vram(VID_DATA)[i / 100 * 128 + i % 100] : 0);
	driver_close(&driver);
}

#define BLOCKS_2_HIGH	(NVC7B5_GOB_HEIGHT_FERMI_8 << 12 | 1 << 4)
#define COPY_LINES	(COPY_PITCH | NVC7B5_LAUNCH_DMA_MULTI_LINE_ENABLE)

static void emit_surface(u32 block_size, u32 width, u32 height, u32 layer)
{
	emit_method(block_size, BLOCKS_2_HIGH);
	emit_method(block_size + 4, width);
	emit_method(block_size + 8, height);
	emit_method(block_size + 12, 2);
	emit_method(block_size + 16, layer);
}

/* 2 planes of 20 lines of 150 bytes are 2 x 3 blocks each, of 2 GOBs. */
UNIT_TEST(block_linear_and_back)
{
	static const struct { u32 x, y, at; } places[] = {
		{ 0, 0, 0 }, { 16, 0, 32 }, { 0, 1, 16 }, { 0, 2, 64 }, { 32, 0, 256 },
		{ 63, 7, 511 }, { 0, 8, 512 }, { 64, 0, 1024 }, { 0, 16, 3 * 1024 },
		{ 149, 19, 5 * 1024 + 21 - 16 + 32 + 16 + 64 },
	};
	const u32 plane = 6 * 1024, back = 0x8000;
	const u8 *lines;
	u32 from;

	open_channels(1);
	for (u32 i = 0; i < 20 * 150; i++)
		((u8 *)driver_mem(&driver, sys_page[0]))[i] = i * 13 + (i >> 8);
	emit_surface(NVC7B5_SET_DST_BLOCK_SIZE, 150, 20, 1);
	emit_method(NVC7B5_PITCH_IN, 150);
	emit_method(NVC7B5_LINE_COUNT, 20);
	emit_copy(VA_SYS, VA_VID, 150, COPY_LINES & ~NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
	submit(0, 0);
	EXPECT(idle(0));
	lines = driver_mem(&driver, sys_page[0]);
	for (u32 i = 0; i < ARRAY_SIZE(places); i++)
		EXPECT_EQ(vram(VID_DATA)[plane + places[i].at],
			  lines[places[i].y * 150 + places[i].x]);

	from = pb_used;
	emit_surface(NVC7B5_SET_SRC_BLOCK_SIZE, 150, 20, 1);
	emit_method(NVC7B5_SET_SRC_ORIGIN, 7 << 16 | 5);
	emit_method(NVC7B5_PITCH_OUT, 100);
	emit_method(NVC7B5_LINE_COUNT, 9);
	emit_copy(VA_VID, VA_VID + back, 100,
		  COPY_LINES & ~NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH);
	submit(0, from);
	EXPECT(idle(0));
	for (u32 i = 0; i < 900; i++)
		EXPECT_EQ(vram(VID_DATA + back)[i],
			  ((u8 *)driver_mem(&driver, sys_page[0]))[(i / 100 + 7) * 150 +
								   i % 100 + 5]);
	driver_close(&driver);
}

UNIT_TEST(no_such_blocks)
{
	open_channels(1);
	emit_surface(NVC7B5_SET_DST_BLOCK_SIZE, 150, 20, 2);
	emit_copy(VA_SYS, VA_VID, 150, COPY_PITCH & ~NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
	submit(0, 0);
	EXPECT(logged(&driver.model, "there is no such layer"));
	driver_close(&driver);
}

UNIT_TEST(fills_by_remapping)
{
	const u32 fill = COPY_PITCH | NVC7B5_LAUNCH_DMA_REMAP_ENABLE;
	u32 words[4], from;

	open_channels(1);
	emit_method(NVC7B5_SET_REMAP_CONST_A, 0xa1b2c3d4);
	emit_method(NVC7B5_SET_REMAP_CONST_B, 0x55667788);
	emit_method(NVC7B5_SET_REMAP_COMPONENTS, 4 | 3 << 16);
	emit_copy(VA_NOWHERE, VA_VID + 4, 0x3000,
		  fill & ~NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(get32(vram(VID_DATA)), 0);
	for (u32 i = 0; i < 0x3000; i++)
		EXPECT_EQ(get32(vram(VID_DATA + 4 + 4 * i)), 0xa1b2c3d4);
	EXPECT_EQ(get32(vram(VID_DATA + 4 + 4 * 0x3000)), 0);

	/* Two source components; X = second, Y stays, Z = constant B, W = first. */
	from = pb_used;
	emit_method(NVC7B5_SET_REMAP_COMPONENTS,
		    0x0561 | 3 << 16 | 1 << 20 | 3 << 24);
	words[0] = 11;
	words[1] = 22;
	words[2] = 33;
	words[3] = 44;
	memcpy(driver_mem(&driver, sys_page[0]), words, sizeof(words));
	emit_copy(VA_SYS, VA_VID + 16, 2, fill);
	submit(0, from);
	EXPECT(idle(0));
	for (u32 i = 0; i < 2; i++) {
		EXPECT_EQ(get32(vram(VID_DATA + 16 + 16 * i)), words[2 * i + 1]);
		EXPECT_EQ(get32(vram(VID_DATA + 20 + 16 * i)), 0xa1b2c3d4);
		EXPECT_EQ(get32(vram(VID_DATA + 24 + 16 * i)), 0x55667788);
		EXPECT_EQ(get32(vram(VID_DATA + 28 + 16 * i)), words[2 * i]);
	}
	driver_close(&driver);
}

UNIT_TEST(unprivileged_channels_copy_by_virtual_address_only)
{
	struct nv_channel_alloc_params params = channel_params(0);

	open_channels(0);
	params.internal_flags = 0;
	put[0] = 0;
	EXPECT_EQ(alloc_channel(0, &params), 0);
	EXPECT_EQ(schedule(0, true), 0);
	emit_copy(VID_DATA, sys_page[0], 4, COPY_PITCH | NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL);
	submit(0, 0);
	EXPECT(logged(&driver.model, "physical"));
	driver_close(&driver);
}

/* A doorbell's work is bounded; the rest is done as time passes. */
UNIT_TEST(long_work_goes_in_turns)
{
	unsigned int turns = 0;
	u32 from;

	open_channels(2);
	emit_method(NVC7B5_LINE_COUNT, 100);
	emit_copy(VA_VID, VA_SYS, 0x10000, COPY_PITCH | NVC7B5_LAUNCH_DMA_MULTI_LINE_ENABLE);
	submit(0, 0);
	EXPECT(!idle(0));
	from = pb_used;
	emit_sem(VA_SEM, 1, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(1, from);
	EXPECT_EQ(semaphore(0), 1);
	for (; !idle(0) && turns < 100; turns++)
		rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT(turns >= 3 && turns < 10);

	/* Freed with its work half done. */
	submit(0, 0);
	EXPECT(!idle(0));
	EXPECT_EQ(driver_free(&driver, CLIENT, CHANNEL), 0);
	rd(&driver.model, NV_CPU_INTR_TOP);
	driver_close(&driver);
}

UNIT_TEST(the_thread_runs_channels)
{
	driver.model.threaded = true;
	open_channels(2);
	emit_method(NVC7B5_LINE_COUNT, 100);
	emit_copy(VA_VID, VA_SYS, 0x10000, COPY_PITCH | NVC7B5_LAUNCH_DMA_MULTI_LINE_ENABLE);
	emit_sem(VA_SEM, 1, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, 0);
	for (u32 i = 0; i < 2000 && semaphore(0) != 1; i++)
		usleep(1000);
	EXPECT_EQ(semaphore(0), 1);
	/* Reset while a channel waits for what never comes. */
	emit_sem(VA_SEM, 2, NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE);
	submit(1, pb_used - 6);
	usleep(2000);
	softgpu_reset(driver.model.gpu, false);
	driver_close(&driver);
	driver.model.threaded = false;
}

static u32 rnd(void)
{
	static u32 state = 12345;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Mostly plausible headers, with addresses that are sometimes mapped. */
static u32 random_word(void)
{
	static const u32 methods[] = {
		NVC56F_SEM_ADDR_LO, NVC56F_SEM_EXECUTE, NVC56F_SEMAPHOREB, NVC56F_SEMAPHORED,
		NVC56F_MEM_OP_D, NVC7B5_OFFSET_IN_UPPER, NVC7B5_OFFSET_OUT_UPPER,
		NVC7B5_LINE_LENGTH_IN, NVC7B5_LINE_COUNT, NVC7B5_LAUNCH_DMA, NVC7B5_PITCH_IN,
		NVC7B5_SET_REMAP_COMPONENTS, NVC7B5_SET_DST_PHYS_MODE, NVC56F_NOP,
	};

	switch (rnd() % 4) {
	case 0:
		return header(NVC56F_DMA_SEC_OP_INC_METHOD, methods[rnd() % ARRAY_SIZE(methods)],
			      1 + rnd() % 4);
	case 1:
		return rnd() & 0x1fffff;
	case 2:
		return rnd() & 0x3fff;
	default:
		return rnd();
	}
}

UNIT_TEST(random_pushbuffers)
{
	for (u32 i = 0; i < 60; i++) {
		open_channels(2);
		for (u32 round = 0; round < 8; round++) {
			pb_used = 0;
			for (u32 n = 0; n < 200; n++)
				emit(random_word());
			submit(round % 2, 0);
			push_entry(round % 2, (u64)rnd() << 32 | rnd());
			ring(round % 2);
			rd(&driver.model, NV_CPU_INTR_TOP);
		}
		driver_close(&driver);
	}
}
