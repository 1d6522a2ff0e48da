// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * RM_USER_SHARED_DATA: GSP-RM writes what it measures into a page that the driver
 * maps into user space, again and again as long as somebody wants it.
 */

#include <string.h>

#include "chip.h"
#include "gsp-rm.h"
#include "sensors.h"

#include "abi/user-shared-data.h"

#define PERIOD_MS	100

/* The time stamp, which each section begins with, says that the rest is being written. */
static void put(struct softgpu_gsp_rm *rm, size_t off, void *section, size_t size)
{
	u64 writing = NV00DE_TIMESTAMP_WRITING, now = sg_ptimer_now(rm->gpu);
	u64 addr = rm->user_shared_data + off;

	sg_dma_write(rm->gpu, addr, &writing, sizeof(writing));
	sg_dma_write(rm->gpu, addr + sizeof(now), (u8 *)section + sizeof(now), size - sizeof(now));
	sg_dma_write(rm->gpu, addr, &now, sizeof(now));
}

#define PUT(rm, section, ...) do { \
	__typeof__(((struct nv00de_shared_data *)0)->section) data_ = { __VA_ARGS__ }; \
	put(rm, offsetof(struct nv00de_shared_data, section), &data_, sizeof(data_)); \
} while (0)

static void update(struct softgpu *gpu)
{
	struct softgpu_gsp_rm *rm = gpu->rm;
	struct sg_readings now;
	u64 mask;

	if (!rm || rm->state != GSP_RM_RUNNING || !rm->user_shared_data)
		return;
	now = sg_sensors_read(gpu);
	mask = rm->polled_data;
	if (mask & NV00DE_RUSD_POLL_CLOCK) {
		PUT(rm, clocks, .graphics = now.clocks.graphics, .memory = now.clocks.memory,
		    .video = now.clocks.video, .sm = now.clocks.sm);
		PUT(rm, event_reasons, .value = now.idle ? NV00DE_CLK_EVENT_GPU_IDLE : 0);
	}
	if (mask & NV00DE_RUSD_POLL_PERF) {
		PUT(rm, utilization, .gpu = now.gpu_percent, .memory = now.memory_percent);
		PUT(rm, pstate, .value = BIT(now.pstate));
	}
	if (mask & NV00DE_RUSD_POLL_POWER) {
		PUT(rm, power_limit, .requested = SG_POWER_LIMIT_MW, .enforced = SG_POWER_LIMIT_MW);
		PUT(rm, average_power, .gpu = now.average_mw);
		PUT(rm, instant_power, .gpu = now.power_mw);
	}
	if (mask & NV00DE_RUSD_POLL_THERMAL)
		PUT(rm, temperature, .gpu = now.temperature);
}

void sg_shared_data_poll(struct softgpu_gsp_rm *rm, u64 mask)
{
	rm->polled_data = mask;
	update(rm->gpu);
	sg_every(rm->gpu, mask ? PERIOD_MS : 0, update);
}
