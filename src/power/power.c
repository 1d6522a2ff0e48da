// SPDX-License-Identifier: MIT OR GPL-2.0
/* A GPU goes to sleep with its machine and comes back as it was. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"
#include "power/power-priv.h"

static u64 now_ns(struct nv_gpu *gpu)
{
	return gpu->hw->ops->time_ns(gpu->hw);
}

/* Channels of user space run on their own: GSP keeps them off the engines during a copy. */
static int set_channels(struct nv_gpu *gpu, bool disable)
{
	u8 request = disable;
	u32 status;

	status = nv_gsp_internal_control(gpu->gsp, NV2080_CTRL_CMD_FIFO_DISABLE_USERMODE_CHANNELS,
					 &request, sizeof(request));
	if (!status || status == NV_ERR_NOT_SUPPORTED)
		return 0;
	if (nv_gpu_running(gpu))
		nv_err(gpu->hw, "GSP refuses to %s channels: status %#x",
		       disable ? "stop" : "start", status);
	return -EIO;
}

static int prepare(struct nv_gpu *gpu, enum nv_power_state how)
{
	int err;

	err = nv_gsp_suspend_prepare(gpu->gsp, how);
	if (err)
		return err;
	err = set_channels(gpu, true);
	if (err || how == NV_POWER_GC6)
		return err;
	err = nv_power_image_save(gpu, &gpu->power.image);
	if (err && nv_gpu_running(gpu))
		set_channels(gpu, false);
	return err;
}

static void power_forget(struct nv_gpu *gpu)
{
	if (gpu->power.prepared == NV_POWER_ON)
		return;
	nv_power_image_free(gpu, gpu->power.image);
	nv_gsp_suspend_discard(gpu->gsp);
	nv_heap_hold(&gpu->heap, false);
	gpu->power.image = NULL;
	gpu->power.prepared = NV_POWER_ON;
	gpu->power.slept = false;
}

static void report_save(struct nv_gpu *gpu, int err)
{
	if (err == -ENOMEM)
		nv_err(gpu->hw, "no memory to save %s in: no suspend",
		       "GSP's state and video memory");
	else if (err == -EINTR)
		nv_info(gpu->hw, "saving video memory was interrupted: no suspend");
	else
		nv_err(gpu->hw, "video memory cannot be saved (%d): no suspend", err);
}

int nv_power_save(struct nv_gpu *gpu, enum nv_power_state how)
{
	u64 start = now_ns(gpu);
	int err = 0;

	mutex_lock(&gpu->lock);
	if (!gpu->started || !nv_gpu_running(gpu) || gpu->power.prepared != NV_POWER_ON)
		goto out;
	gpu->power.prepared = how;
	memset(&gpu->power.times, 0, sizeof(gpu->power.times));
	nv_ce_stop(gpu);		/* its memory is not worth saving */
	nv_heap_hold(&gpu->heap, true);
	err = prepare(gpu, how);
	if (err) {
		power_forget(gpu);
		report_save(gpu, err);
		goto out;
	}
	gpu->power.times.saved = nv_power_image_size(gpu->power.image);
	gpu->power.times.save = now_ns(gpu) - start;
out:
	mutex_unlock(&gpu->lock);
	return err;
}

/* It cannot sleep and cannot go on: its next user starts it anew. */
static void power_lost(struct nv_gpu *gpu, const char *what)
{
	nv_err(gpu->hw, "%s failed: what programs had on the GPU is lost, its next user starts it anew",
	       what);
	nv_gpu_stop_locked(gpu);
	power_forget(gpu);
	gpu->power.lost = true;
}

static int power_suspend(struct nv_gpu *gpu)
{
	u64 start = now_ns(gpu);
	int err;

	if (gpu->power.prepared == NV_POWER_ON) {
		nv_err(gpu->hw, "GPU is in use and was not prepared: no suspend");
		return -EBUSY;
	}
	nv_ce_stop(gpu);
	nv_intr_pause(gpu);
	err = nv_gsp_suspend(gpu->gsp, gpu->power.prepared);
	if (err == -EAGAIN) {
		if (!nv_intr_start(gpu))
			return err;
	}
	if (err) {
		power_lost(gpu, "suspend");
		return err;
	}
	gpu->power.asleep = true;
	gpu->power.times.suspend = now_ns(gpu) - start;
	return 0;
}

int nv_power_suspend(struct nv_gpu *gpu)
{
	int err = 0;

	mutex_lock(&gpu->lock);
	if (gpu->started && !nv_gpu_running(gpu))
		nv_gpu_stop_locked(gpu);	/* dead already: there is nothing to keep */
	if (gpu->started)
		err = power_suspend(gpu);
	mutex_unlock(&gpu->lock);
	return err;
}

int nv_power_resume(struct nv_gpu *gpu)
{
	u64 start = now_ns(gpu);
	int err = 0;

	mutex_lock(&gpu->lock);
	if (!gpu->power.asleep)
		goto out;
	gpu->power.asleep = false;
	gpu->power.slept = true;
	err = nv_gsp_resume(gpu->gsp);
	if (!err)
		err = nv_intr_start(gpu);
	if (err)
		power_lost(gpu, "resume");
	gpu->power.times.resume = now_ns(gpu) - start;
out:
	mutex_unlock(&gpu->lock);
	return err;
}

static int restore_memory(struct nv_gpu *gpu)
{
	int err = nv_power_image_restore(gpu, gpu->power.image);

	return err ?: nv_bar1_restore(gpu);
}

int nv_power_restore(struct nv_gpu *gpu)
{
	u64 start = now_ns(gpu);
	int err = 0;

	mutex_lock(&gpu->lock);
	if (gpu->power.prepared == NV_POWER_ON)
		goto out;
	if (gpu->power.slept && gpu->power.image)
		err = restore_memory(gpu);
	if (!err && nv_gpu_running(gpu))
		err = set_channels(gpu, false);
	if (err)
		power_lost(gpu, "restoring video memory");
	power_forget(gpu);
	gpu->power.times.restore = now_ns(gpu) - start;
out:
	err = gpu->power.lost ? -EIO : 0;
	gpu->power.lost = false;
	mutex_unlock(&gpu->lock);
	return err;
}

void nv_power_discard(struct nv_gpu *gpu)
{
	mutex_lock(&gpu->lock);
	power_forget(gpu);
	mutex_unlock(&gpu->lock);
}
