// SPDX-License-Identifier: MIT OR GPL-2.0
/* The model's graphics engine: what its objects signal and write. */
#include "softgpu-channel.h"

#include "regs/nv-gr.h"

#define GR0		0x01
#define SUB		BIT(13)
#define STAMP_OFF	8

static void gr_method(u32 method, u32 data)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, method, 1) | SUB);
	emit(data);
}

static void open_gr(u32 class)
{
	struct nv_channel_alloc_params params = channel_params(0);

	open_channels(0);
	params.engine_type = GR0;
	EXPECT_EQ(alloc_channel(0, &params), 0);
	open_context(0);
	EXPECT_EQ(schedule(0, true), 0);
	put[0] = 0;
	gr_method(NVC56F_SET_OBJECT, class);
}

static void gr_submit(u32 from)
{
	push_entry(0, (u64)(pb_used - from) << 42 | (VA_PB + 4 * from));
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, 0);
}

static void emit_lines(u64 to, u32 length, u32 lines, u32 launch)
{
	gr_method(NVC7C0_LINE_LENGTH_IN, length);
	gr_method(NVC7C0_LINE_COUNT, lines);
	gr_method(NVC7C0_OFFSET_OUT_UPPER, to >> 32);
	gr_method(NVC7C0_OFFSET_OUT, to);
	gr_method(NVC7C0_LAUNCH_DMA, launch | NVC7C0_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
}

UNIT_TEST(inline_data_arrives)
{
	const u8 *to = (open_gr(KEPLER_INLINE_TO_MEMORY_B), vram(VID_DATA));

	memset(vram(VID_DATA), 0xee, 64);
	gr_method(NVC7C0_SET_I2M_SEMAPHORE_B, VA_SEM);
	gr_method(NVC7C0_SET_I2M_SEMAPHORE_C, 77);
	emit_lines(VA_VID + 3, 7, 1, NVC7C0_LAUNCH_DMA_SEMAPHORE_ONE_WORD |
		   FIELD_PREP(NVC7C0_LAUNCH_DMA_COMPLETION_TYPE,
			      NVC7C0_LAUNCH_DMA_COMPLETION_TYPE_RELEASE));
	gr_method(NVC7C0_LOAD_INLINE_DATA, 0x04030201);
	gr_submit(0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 0);
	gr_method(NVC7C0_LOAD_INLINE_DATA, 0xff070605);
	gr_submit(pb_used - 2);
	EXPECT(!memcmp(to, "\xee\xee\xee\1\2\3\4\5\6\7\xee", 11));
	EXPECT_EQ(semaphore(0), 77);
	EXPECT_EQ(semaphore(STAMP_OFF), 0);
	driver_close(&driver);
}

UNIT_TEST(inline_data_in_lines)
{
	open_gr(AMPERE_COMPUTE_B);
	gr_method(NVC7C0_PITCH_OUT, 32);
	emit_lines(VA_VID, 8, 3, 0);
	emit(header(NVC56F_DMA_SEC_OP_NON_INC_METHOD, NVC7C0_LOAD_INLINE_DATA, 6) | SUB);
	for (u32 i = 0; i < 6; i++)
		emit(i + 1);
	gr_submit(0);
	EXPECT(idle(0));
	for (u32 i = 0; i < 6; i++)
		EXPECT_EQ(get32(vram(VID_DATA + i / 2 * 32 + i % 2 * 4)), i + 1);
	driver_close(&driver);
}

static void emit_report(u32 addr, u32 payload, u32 how)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC7C0_SET_REPORT_SEMAPHORE_A, 4) | SUB);
	emit(0);
	emit(addr);
	emit(payload);
	emit(how);
}

UNIT_TEST(report_semaphores)
{
	const u32 one = NVC7C0_SET_REPORT_SEMAPHORE_D_ONE_WORD;

	open_gr(AMPERE_B);
	emit_report(VA_SEM, 5, one);
	emit_report(VA_SEM, 3, one | NVC7C0_SET_REPORT_SEMAPHORE_D_REDUCTION);
	emit_report(VA_SEM + 16, 6, NVC7C0_SET_REPORT_SEMAPHORE_D_AWAKEN);
	emit_report(VA_SEM + 32, -2, one);
	/* the signed minimum of -2 and 1 */
	emit_report(VA_SEM + 32, 1, one | NVC7C0_SET_REPORT_SEMAPHORE_D_REDUCTION |
		    NVC7C0_SET_REPORT_SEMAPHORE_D_SIGNED |
		    FIELD_PREP(NVC7C0_SET_REPORT_SEMAPHORE_D_REDUCTION_OP, 1));
	EXPECT(!(rd(&driver.model, NV_CPU_INTR_LEAF(0)) & 1));
	gr_submit(0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 8);
	EXPECT_EQ(semaphore(STAMP_OFF), 0);
	EXPECT_EQ(semaphore(16), 6);
	EXPECT(semaphore(16 + STAMP_OFF) || semaphore(16 + STAMP_OFF + 4));
	EXPECT_EQ(semaphore(32), (u32)-2);
	EXPECT(rd(&driver.model, NV_CPU_INTR_LEAF(0)) & 1);
	driver_close(&driver);
}

UNIT_TEST(compute_reports_64_bits)
{
	open_gr(AMPERE_COMPUTE_B);
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC7C0_SET_REPORT_SEMAPHORE_PAYLOAD_LOWER, 5) |
	     SUB);
	emit(0x11);
	emit(0x22);
	emit(VA_SEM);
	emit(0);
	emit(FIELD_PREP(NVC7C0_REPORT_SEMAPHORE_EXECUTE_SIZE, 2) |
	     NVC7C0_REPORT_SEMAPHORE_EXECUTE_PAYLOAD_64);
	gr_submit(0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 0x11);
	EXPECT_EQ(semaphore(4), 0x22);
	EXPECT_EQ(semaphore(STAMP_OFF), 0);
	driver_close(&driver);
}

UNIT_TEST(notifiers_are_written)
{
	open_gr(FERMI_TWOD_A);
	memset(driver_mem(&driver, sem_page), 0xff, 32);
	gr_method(NVC7C0_SET_NOTIFY_A, 0);
	gr_method(NVC7C0_SET_NOTIFY_B, VA_SEM);
	gr_method(NVC7C0_NOTIFY, NVC7C0_NOTIFY_TYPE_WRITE_THEN_AWAKEN);
	gr_submit(0);
	EXPECT(idle(0));
	EXPECT(semaphore(4) != ~0u);
	EXPECT_EQ(semaphore(8), 0);
	EXPECT_EQ(semaphore(12), 0);
	EXPECT_EQ(semaphore(16), ~0u);
	EXPECT(rd(&driver.model, NV_CPU_INTR_LEAF(0)) & 1);
	driver_close(&driver);
}

static void expect_refusal(u32 class, u32 method, u32 data, const char *line)
{
	open_gr(class);
	gr_method(method, data);
	gr_submit(0);
	EXPECT(logged(&driver.model, line));
	EXPECT(!idle(0));
	driver_close(&driver);
}

UNIT_TEST(what_is_not_modelled_stops_the_channel)
{
	expect_refusal(AMPERE_COMPUTE_B, NVC7C0_LAUNCH_DMA, 0, "inline data of kind 0");
	expect_refusal(AMPERE_COMPUTE_B, NVC7C0_LOAD_INLINE_DATA, 1, "without a launch");
	expect_refusal(AMPERE_B, NVC7C0_SET_REPORT_SEMAPHORE_D, 2, "reports without a semaphore");
	expect_refusal(AMPERE_COMPUTE_B, NVC7C0_SET_REPORT_SEMAPHORE_D, 0, "MMU fault: write");
}
