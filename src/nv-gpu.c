// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/bitfield.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>

#include "fifo/kernel-client.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"
#include "regs/nv-intr.h"
#include "regs/nv-pmc.h"

static int gpu_identify(struct nv_gpu *gpu)
{
	struct nv_hw *hw = gpu->hw;
	u32 boot1 = nv_rd32(hw, NV_PMC_BOOT_1);

	gpu->boot0 = nv_rd32(hw, NV_PMC_BOOT_0);
	gpu->boot42 = nv_rd32(hw, NV_PMC_BOOT_42);
	if (gpu->boot0 == U32_MAX || gpu->boot42 == U32_MAX) {
		nv_err(hw, "GPU does not answer: all registers read as ones");
		return -ENODEV;
	}
	if (FIELD_GET(NV_PMC_BOOT_1_VGPU, boot1) != NV_PMC_BOOT_1_VGPU_REAL) {
		nv_err(hw, "this is a virtual GPU, which is not supported");
		return -ENODEV;
	}
	gpu->chip = nv_chip_find(gpu->boot42);
	if (!gpu->chip) {
		nv_err(hw, "chip is not supported (BOOT_0 %08x, BOOT_42 %08x)", gpu->boot0,
		       gpu->boot42);
		return -ENODEV;
	}
	return 0;
}

int nv_gpu_init(struct nv_gpu *gpu, struct nv_hw *hw, unsigned int minor,
		const struct nv_registry *registry)
{
	int err;

	gpu->hw = hw;
	gpu->minor = minor;
	gpu->registry = registry;
	gpu->gpu_id = hw->domain << 16 | hw->bus << 8 | hw->slot;
	err = gpu_identify(gpu);
	if (err)
		return err;

	gpu->gsp = nv_gsp_create(gpu);
	if (IS_ERR(gpu->gsp)) {
		err = PTR_ERR(gpu->gsp);
		gpu->gsp = NULL;
		return err;
	}
	mutex_init(&gpu->lock);
	nv_intr_init(gpu);
	nv_fb_init(gpu);
	nv_gmmu_init(gpu);
	nv_heap_init(&gpu->heap);
	nv_bar1_init(gpu);
	nv_fifo_init(&gpu->fifo);
	nv_ce_init(&gpu->ce);
	return 0;
}

void nv_gpu_fini(struct nv_gpu *gpu)
{
	if (!gpu->gsp)
		return;
	nv_gpu_stop(gpu);
	nv_power_discard(gpu);
	nv_gsp_destroy(gpu->gsp);
	gpu->gsp = NULL;
	nv_bar1_fini(gpu);
	nv_ce_fini(&gpu->ce);
	nv_fifo_fini(&gpu->fifo);
	nv_heap_fini(&gpu->heap);
	nv_gmmu_fini(gpu);
	nv_fb_fini(gpu);
	nv_intr_fini(gpu);
	mutex_destroy(&gpu->lock);
}

void nv_gpu_stop_locked(struct nv_gpu *gpu)
{
	lockdep_assert_held(&gpu->lock);

	if (!gpu->started)
		return;
	nv_ce_stop(gpu);
	nv_kernel_client_stop(gpu);
	nv_intr_stop(gpu);
	nv_bar1_stop(gpu);
	nv_gsp_shutdown(gpu->gsp);
	gpu->started = false;
	gpu->power.asleep = false;
}

static int gpu_start_memory(struct nv_gpu *gpu)
{
	int err = nv_heap_set_regions(&gpu->heap, nv_gsp_static_info(gpu->gsp));

	if (err == -EIO)
		nv_err(gpu->hw, "GSP reports no usable video memory");
	else if (err == -EBUSY)
		nv_err(gpu->hw, "usable video memory has changed while some of it is in use");
	return err;
}

int nv_gpu_start(struct nv_gpu *gpu)
{
	int err = 0;

	mutex_lock(&gpu->lock);
	if (gpu->retired) {
		err = -ENODEV;
		goto out;
	}
	if (gpu->power.asleep) {
		err = -EBUSY;
		goto out;
	}
	if (gpu->started && nv_gsp_running(gpu->gsp))
		goto out;

	nv_gpu_stop_locked(gpu);
	err = nv_gsp_boot(gpu->gsp);
	if (err)
		goto out;
	gpu->started = true;
	WRITE_ONCE(gpu->boots, gpu->boots + 1);
	err = gpu_start_memory(gpu);
	/* Without objects of its own the driver has no copy engine, and users have the rest. */
	if (!err && nv_kernel_client_start(gpu) && !nv_gsp_running(gpu->gsp))
		err = -EIO;
	if (!err)
		err = nv_intr_start(gpu);
	if (err)
		nv_gpu_stop_locked(gpu);
out:
	mutex_unlock(&gpu->lock);
	return err;
}

void nv_gpu_stop(struct nv_gpu *gpu)
{
	mutex_lock(&gpu->lock);
	nv_gpu_stop_locked(gpu);
	mutex_unlock(&gpu->lock);
}

void nv_gpu_retire(struct nv_gpu *gpu)
{
	mutex_lock(&gpu->lock);
	gpu->retired = true;
	nv_gpu_stop_locked(gpu);
	mutex_unlock(&gpu->lock);
	nv_power_discard(gpu);
}

bool nv_gpu_running(const struct nv_gpu *gpu)
{
	return nv_gsp_running(gpu->gsp);
}

u64 nv_gpu_time_ns(struct nv_gpu *gpu)
{
	u32 hi = nv_rd32(gpu->hw, NV_VIRTUAL_FUNCTION_TIME_1), lo, again;
	int tries;

	/* The low half wraps every four seconds: twice in a row it cannot. */
	for (tries = 0; tries < 3; tries++) {
		lo = nv_rd32(gpu->hw, NV_VIRTUAL_FUNCTION_TIME_0);
		again = nv_rd32(gpu->hw, NV_VIRTUAL_FUNCTION_TIME_1);
		if (hi == again)
			break;
		hi = again;
	}
	return (u64)hi << 32 | lo;
}
