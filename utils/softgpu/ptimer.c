// SPDX-License-Identifier: MIT OR GPL-2.0
/* The GPU's clock: the host's monotonic one, moved to where the driver set it. */
#include <time.h>

#include "chip.h"
#include "regs/nv-intr.h"
#include "regs/nv-ptimer.h"

#define TIME_0_MASK	GENMASK(31, 5)
#define TIME_1_MASK	GENMASK(28, 0)

u64 sg_host_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + now.tv_nsec;
}

u64 sg_ptimer_now(const struct softgpu *gpu)
{
	return sg_host_ns() + gpu->regs->ptimer.offset;
}

void sg_ptimer_reset(struct softgpu *gpu)
{
	gpu->regs->ptimer = (struct sg_ptimer){ .offset = -sg_host_ns() };
}

u32 sg_ptimer_read(struct softgpu *gpu, u32 off)
{
	u64 now = sg_ptimer_now(gpu);

	switch (off) {
	case NV_PTIMER_TIME_0:
	case NV_VIRTUAL_FUNCTION_TIME_0:
		return now & TIME_0_MASK;
	case NV_PTIMER_TIME_1:
	case NV_VIRTUAL_FUNCTION_TIME_1:
		return (now >> 32) & TIME_1_MASK;
	default:
		sg_unknown(gpu, "reg read", off);
		return SG_PRI_ERROR;
	}
}

/* Only the physical function's pair can be set, and the low half makes it so. */
void sg_ptimer_write(struct softgpu *gpu, u32 off, u32 val)
{
	struct sg_ptimer *ptimer = &gpu->regs->ptimer;

	switch (off) {
	case NV_PTIMER_TIME_1:
		ptimer->high = val & TIME_1_MASK;
		break;
	case NV_PTIMER_TIME_0:
		ptimer->offset = ((u64)ptimer->high << 32 | (val & TIME_0_MASK)) - sg_host_ns();
		break;
	default:
		sg_unknown(gpu, "reg write", off);
	}
}
