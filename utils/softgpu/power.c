// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The board's power. As in a laptop, it is cut while the function is in D3, and by a
 * reset from the machine (QEMU sends one at the wake from S3). Then registers, and GSP
 * with them, are lost, and video memory, unless booter has been told of GC6: there video
 * memory refreshes itself, and the always-on island knows where WPR2 is.
 *
 * Lost memory holds a pattern, so that whoever uses it sees at once what he uses; only
 * its top is clean, as the chip's own firmware scrubs that before anything else runs.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <linux/minmax.h>

#include "chip.h"

#define SCRUBBED	(256ull << 20)
#define LOST		0xdeadc0dedeadc0deull

void sg_power_gc6_arm(struct softgpu *gpu)
{
	gpu->gc6.armed = sg_wpr2(gpu, &gpu->gc6.wpr2_start, &gpu->gc6.wpr2_end);
}

static void spoil(struct softgpu *gpu, u64 start, u64 end)
{
	const u64 lost = LOST;

	for (u64 at = start; at + sizeof(lost) <= end; at += sizeof(lost))
		memcpy(gpu->vram + at, &lost, sizeof(lost));
}

/* What was never written to takes no memory, and holds zeros that are as lost as any. */
void sg_power_lose_vram(struct softgpu *gpu)
{
	const u64 scrubbed = gpu->vram_size - min(gpu->vram_size, SCRUBBED);
	off_t start = 0, end = 0;

	if (fallocate(gpu->vram_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, scrubbed,
		      gpu->vram_size - scrubbed))
		sg_log(gpu, "video memory could not be dropped: %m");
	while ((start = lseek(gpu->vram_fd, end, SEEK_DATA)) >= 0) {
		end = lseek(gpu->vram_fd, start, SEEK_HOLE);
		if (end <= start)
			break;
		spoil(gpu, start, end);
	}
}

void sg_power_off(struct softgpu *gpu)
{
	gpu->resets++;
	sg_trace(gpu, "power off%s", gpu->gc6.armed ? ", video memory refreshes itself" : "");
	sg_worker_drop(gpu);
	sg_gsp_rm_stop(gpu);
	sg_chip_reset(gpu, true);
	if (gpu->gc6.armed)
		sg_set_wpr2(gpu, gpu->gc6.wpr2_start, gpu->gc6.wpr2_end);
	else
		sg_power_lose_vram(gpu);
}
