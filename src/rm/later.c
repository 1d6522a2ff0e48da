// SPDX-License-Identifier: MIT OR GPL-2.0
/* What ends when its GPU is awake. */
#include "rm/rm-priv.h"

/* Return: was it removed? Then nobody sees to what is put aside any more. */
static bool put_aside(struct rm_gpu *rgpu, struct rm_later *later)
{
	bool removed;

	mutex_lock(&rgpu->lock);
	removed = rgpu->removed;
	if (!removed)
		list_add_tail(&later->node, &rgpu->later);
	mutex_unlock(&rgpu->lock);
	return removed;
}

static struct rm_later *take_first(struct rm_gpu *rgpu)
{
	struct rm_later *later;

	mutex_lock(&rgpu->lock);
	later = list_first_entry_or_null(&rgpu->later, struct rm_later, node);
	if (later)
		list_del(&later->node);
	mutex_unlock(&rgpu->lock);
	return later;
}

static void end_all(struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_later *later;

	while ((later = take_first(rgpu)))
		later->end(later, gpu);
}

static void catch_up(struct rm_gpu *rgpu)
{
	struct nv_gpu *gpu = rm_gpu_try_enter(rgpu);

	if (!gpu)
		return;
	end_all(rgpu, gpu);
	rm_gpu_leave(rgpu);
}

void rm_later(struct rm_gpu *rgpu, struct rm_later *later)
{
	struct nv_gpu *gpu = rm_gpu_try_enter(rgpu);

	if (gpu) {
		later->end(later, gpu);
		rm_gpu_leave(rgpu);
		return;
	}
	rm_gpu_hold(rgpu);	/* @later may have the last reference */
	if (put_aside(rgpu, later))
		later->end(later, NULL);
	else
		catch_up(rgpu);	/* it may have woken before it was put aside */
	rm_gpu_put(rgpu);
}

void rm_catch_up(struct rm *rm, struct nv_gpu *gpu)
{
	struct rm_gpu *rgpu = rm_gpu_get(rm, gpu->gpu_id);

	if (rgpu)
		catch_up(rgpu);
	rm_gpu_put(rgpu);
}

void rm_later_release_gpu(struct rm_gpu *rgpu)
{
	mutex_lock(&rgpu->lock);
	rgpu->removed = true;
	mutex_unlock(&rgpu->lock);
	end_all(rgpu, NULL);
}
