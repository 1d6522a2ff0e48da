/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A launch in video memory at VA_VID: what describes it, its program, its constants. */
#ifndef UNIT_SOFTGPU_LAUNCH_H
#define UNIT_SOFTGPU_LAUNCH_H

#include <stdlib.h>

#include "softgpu-channel.h"

#include "regs/nv-gr.h"

#define SUB		BIT(13)

/* At VA_VID */
#define PROGRAM		0x1000
#define BANK		0x2000
#define RESULT		0x4000

static u32 code_used;

static inline void gr_method(u32 method, u32 data)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, method, 1) | SUB);
	emit(data);
}

static inline void qmd(u32 dword, u32 val)
{
	memcpy(vram(VID_DATA) + 4 * dword, &val, sizeof(val));
}

static inline void code(u64 lo, u64 hi)
{
	set64(VID_DATA + PROGRAM + code_used, lo | 7 << 12);
	set64(VID_DATA + PROGRAM + code_used + 8, hi);
	code_used += 16;
}

static inline void argument(u32 off, u64 val)
{
	set64(VID_DATA + BANK + off, val);
}

/* A grid of two blocks of 40 threads; a semaphore when it is over. */
static inline void describe_launch(void)
{
	code_used = 0;
	memset(vram(VID_DATA), 0, DATA_PAGES * 4096);
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 2);
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_HEIGHT, 1);
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_DEPTH, 1);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 40 << 16);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION1, 1 << 16 | 1);
	qmd(NVC7C0_QMDV03_00_CONSTANT_BUFFER_VALID, 1);
	qmd(NVC7C0_QMDV03_00_CONSTANT_BUFFER, VA_VID + BANK);
	qmd(NVC7C0_QMDV03_00_CONSTANT_BUFFER + 1,
	    FIELD_PREP(NVC7C0_QMDV03_00_CONSTANT_BUFFER_SIZE, 0x20));
	qmd(NVC7C0_QMDV03_00_PROGRAM_ADDRESS, VA_VID + PROGRAM);
	qmd(NVC7C0_QMDV03_00_RELEASE1, VA_SEM);
	qmd(NVC7C0_QMDV03_00_RELEASE1 + 1, NVC7C0_QMDV03_00_RELEASE_ENABLE |
	    FIELD_PREP(NVC7C0_QMDV03_00_RELEASE_SIZE, 1));
	qmd(NVC7C0_QMDV03_00_RELEASE1 + 2, 99);
}

static inline void run(void)
{
	u32 from = pb_used;

	gr_method(NVC56F_SET_OBJECT, AMPERE_COMPUTE_B);
	gr_method(NVC7C0_SEND_PCAS_A, VA_VID >> 8);
	gr_method(NVC7C0_SEND_SIGNALING_PCAS_B, NVC7C0_SEND_SIGNALING_PCAS_B_SCHEDULE);
	push_entry(0, (u64)(pb_used - from) << 42 | (VA_PB + 4 * from));
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, 0);
}

/* GSP-RM's stand-in forgets all that is not in its state. */
static inline void sleep_and_wake(void)
{
	const struct gsp_rpc_unloading_guest_driver args = {
		.in_pm_transition = 1, .gc6_entering = 1, .new_level = GSP_POWER_LEVEL_3,
	};
	struct softgpu *gpu = driver.model.gpu;
	u64 size;
	u8 *state;

	softgpu_lock(gpu);
	EXPECT_EQ(sg_gsp_rm_suspend(gpu->rm, &args), NV_OK);
	state = sg_state_save(gpu->rm, &size);
	EXPECT(state);
	sg_gsp_rm_stop(gpu);
	gpu->rm = sg_gsp_rm_new(gpu, &driver.meta);
	gpu->rm->resuming = true;
	EXPECT(sg_state_load(gpu->rm, state, size));
	gpu->rm->resuming = false;
	free(state);
	softgpu_unlock(gpu);
}

#endif
