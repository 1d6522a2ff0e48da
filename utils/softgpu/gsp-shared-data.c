// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * RM_USER_SHARED_DATA: GSP-RM writes what it measures into a page that the driver
 * maps into user space, again and again as long as somebody wants it.
 */

#include "chip.h"
#include "gsp-rm.h"
#include "sensors.h"

#include "abi/user-shared-data.h"

#define PERIOD_MS	100

/* The time stamp, which each section begins with, says that the rest is being written. */
static void put(struct softgpu_gsp_rm *rm, const struct nv00de_shared_data *data,
		const void *section, size_t size)
{
	u64 writing = NV00DE_TIMESTAMP_WRITING, now = sg_ptimer_now(rm->gpu);
	u64 addr = rm->user_shared_data + ((const u8 *)section - (const u8 *)data);

	sg_dma_write(rm->gpu, addr, &writing, sizeof(writing));
	sg_dma_write(rm->gpu, addr + sizeof(now), (const u8 *)section + sizeof(now),
		     size - sizeof(now));
	sg_dma_write(rm->gpu, addr, &now, sizeof(now));
}

static void fill(struct nv00de_shared_data *data, const struct sg_readings *now)
{
	*data = (struct nv00de_shared_data){
		.clocks = {
			.graphics = now->clocks.graphics, .memory = now->clocks.memory,
			.video = now->clocks.video, .sm = now->clocks.sm,
		},
		.event_reasons.value = now->idle ? NV00DE_CLK_EVENT_GPU_IDLE : 0,
		.utilization = { .gpu = now->gpu_percent, .memory = now->memory_percent },
		.pstate.value = BIT(now->pstate),
		.power_limit = { .requested = SG_POWER_LIMIT_MW, .enforced = SG_POWER_LIMIT_MW },
		.average_power.gpu = now->average_mw,
		.instant_power.gpu = now->power_mw,
		.temperature.gpu = now->temperature,
	};
}

static void update(struct softgpu *gpu)
{
	struct softgpu_gsp_rm *rm = gpu->rm;
	struct nv00de_shared_data data;
	struct sg_readings now;

	if (!rm || rm->state != GSP_RM_RUNNING || !rm->user_shared_data)
		return;
	now = sg_sensors_read(gpu);
	fill(&data, &now);
	if (rm->polled_data & NV00DE_RUSD_POLL_CLOCK) {
		put(rm, &data, &data.clocks, sizeof(data.clocks));
		put(rm, &data, &data.event_reasons, sizeof(data.event_reasons));
	}
	if (rm->polled_data & NV00DE_RUSD_POLL_PERF) {
		put(rm, &data, &data.utilization, sizeof(data.utilization));
		put(rm, &data, &data.pstate, sizeof(data.pstate));
	}
	if (rm->polled_data & NV00DE_RUSD_POLL_POWER) {
		put(rm, &data, &data.power_limit, sizeof(data.power_limit));
		put(rm, &data, &data.average_power, sizeof(data.average_power));
		put(rm, &data, &data.instant_power, sizeof(data.instant_power));
	}
	if (rm->polled_data & NV00DE_RUSD_POLL_THERMAL)
		put(rm, &data, &data.temperature, sizeof(data.temperature));
}

void sg_shared_data_poll(struct softgpu_gsp_rm *rm, u64 mask)
{
	rm->polled_data = mask;
	update(rm->gpu);
	sg_every(rm->gpu, mask ? PERIOD_MS : 0, update);
}
