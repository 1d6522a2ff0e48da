// SPDX-License-Identifier: MIT OR GPL-2.0
/* GPUs as calls find them, hold them and work on them. */
#include <linux/slab.h>

#include "rm/gr-context.h"
#include "rm/rm-priv.h"

struct rm_gpu *rm_gpu_next(struct rm *rm, u32 gpu_id)
{
	unsigned long index = gpu_id;
	struct rm_gpu *gpu;

	mutex_lock(&rm->lock);
	gpu = xa_find(&rm->gpus, &index, U32_MAX, XA_PRESENT);
	if (gpu)
		rm_gpu_hold(gpu);
	mutex_unlock(&rm->lock);
	return gpu;
}

struct rm_gpu *rm_gpu_get(struct rm *rm, u32 gpu_id)
{
	struct rm_gpu *gpu;

	mutex_lock(&rm->lock);
	gpu = xa_load(&rm->gpus, gpu_id);
	if (gpu)
		rm_gpu_hold(gpu);
	mutex_unlock(&rm->lock);
	return gpu;
}

struct rm_gpu *rm_gpu_get_instance(struct rm *rm, u32 instance)
{
	struct rm_gpu *gpu;
	unsigned long id;

	mutex_lock(&rm->lock);
	/* A GPU in this table has not been removed, so @gpu->gpu is there. */
	xa_for_each(&rm->gpus, id, gpu)
		if (gpu->gpu->minor == instance)
			break;
	if (gpu)
		rm_gpu_hold(gpu);
	mutex_unlock(&rm->lock);
	return gpu;
}

void rm_gpu_hold(struct rm_gpu *gpu)
{
	refcount_inc(&gpu->ref);
}

void rm_gpu_put(struct rm_gpu *gpu)
{
	if (!gpu || !refcount_dec_and_test(&gpu->ref))
		return;
	WARN_ON(!list_empty(&gpu->memories) || !list_empty(&gpu->resources) ||
		!list_empty(&gpu->later));
	rm_gr_free(gpu->gr);
	mutex_destroy(&gpu->lock);
	kfree(gpu);
}

bool rm_gpu_is_lost(struct rm_gpu *gpu)
{
	bool lost;

	mutex_lock(&gpu->lock);
	lost = gpu->removed || READ_ONCE(gpu->gpu->hw->lost);
	mutex_unlock(&gpu->lock);
	return lost;
}

static struct nv_gpu *rm_gpu_enter_as(struct rm_gpu *gpu, enum nv_enter how)
{
	if (!atomic_inc_not_zero(&gpu->users))
		return NULL;
	if (!nv_enter(gpu->gpu->hw, how))
		return gpu->gpu;
	atomic_dec_return(&gpu->users);
	return NULL;
}

struct nv_gpu *rm_gpu_enter(struct rm_gpu *gpu)
{
	return rm_gpu_enter_as(gpu, NV_ENTER);
}

struct nv_gpu *rm_gpu_try_enter(struct rm_gpu *gpu)
{
	return rm_gpu_enter_as(gpu, NV_ENTER_TRY);
}

void rm_gpu_leave(struct rm_gpu *gpu)
{
	nv_leave(gpu->gpu->hw);
	atomic_dec_return(&gpu->users);
}
