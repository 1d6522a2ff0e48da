// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory: who holds it, and how it is given back. */
#include <linux/slab.h>

#include "rm/memory.h"

struct rm_memory *rm_memory_new_on(struct rm_gpu *rgpu, const struct rm_os *os, u32 pid,
				   enum rm_memory_kind kind, u64 size)
{
	struct rm_memory *memory = kzalloc(sizeof(*memory), GFP_KERNEL_ACCOUNT);

	if (!memory)
		return NULL;
	refcount_set(&memory->ref, 1);
	memory->kind = kind;
	memory->size = size;
	memory->gpu = rgpu;
	memory->os = os;
	memory->pid = pid;
	INIT_LIST_HEAD(&memory->pieces);
	INIT_LIST_HEAD(&memory->maps);
	rm_gpu_hold(rgpu);
	mutex_lock(&rgpu->lock);
	list_add_tail(&memory->node, &rgpu->memories);
	mutex_unlock(&rgpu->lock);
	return memory;
}

struct rm_memory *rm_memory_new(struct rm_object *object, enum rm_memory_kind kind, u64 size)
{
	return rm_memory_new_on(object->gpu, object->client->rm->os, object->client->pid, kind,
				size);
}

void rm_memory_hold(struct rm_memory *memory)
{
	refcount_inc(&memory->ref);
}

/* What is behind it is freed; a second time does nothing. */
static void rm_memory_give_back(struct rm_memory *memory, struct nv_gpu *gpu)
{
	switch (memory->kind) {
	case RM_MEMORY_VID:
		nv_heap_free_list(&gpu->heap, &memory->pieces);
		break;
	case RM_MEMORY_SYS:
		gpu->hw->ops->dma_free(gpu->hw, &memory->dma);
		break;
	case RM_MEMORY_USER:
		memory->os->unpin(gpu, &memory->dma);
		break;
	case RM_MEMORY_REGS:
		break;
	}
}

static void rm_memory_free(struct rm_memory *memory)
{
	rm_gpu_put(memory->gpu);
	kfree(memory);
}

/* The last reference is gone. Return: may it be freed now? Else whoever removes the GPU does. */
static bool rm_memory_end(struct rm_memory *memory, struct nv_gpu *gpu)
{
	struct rm_gpu *rgpu = memory->gpu;
	bool done;

	mutex_lock(&rgpu->lock);
	done = gpu || memory->gone;
	if (done)
		list_del(&memory->node);
	else
		memory->unowned = true;
	mutex_unlock(&rgpu->lock);
	if (gpu) {
		rm_memory_give_back(memory, gpu);
		if (memory->kind == RM_MEMORY_VID)
			rm_shared_data_update(rgpu, gpu);
	}
	return done;
}

void rm_memory_put(struct rm_memory *memory)
{
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;
	bool done;

	if (!memory || !refcount_dec_and_test(&memory->ref))
		return;
	rgpu = memory->gpu;
	gpu = rm_gpu_enter_always(rgpu);
	done = rm_memory_end(memory, gpu);
	if (gpu)
		rm_gpu_leave(rgpu);
	if (done)
		rm_memory_free(memory);
}

void rm_memory_put_inside(struct rm_memory *memory, struct nv_gpu *gpu)
{
	if (memory && refcount_dec_and_test(&memory->ref) && rm_memory_end(memory, gpu))
		rm_memory_free(memory);
}

void rm_memory_release_gpu(struct rm *rm, struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_memory *memory, *next;
	LIST_HEAD(unowned);

	mutex_lock(&rgpu->lock);
	list_for_each_entry_safe(memory, next, &rgpu->memories, node) {
		rm_maps_revoke(rm, memory);
		rm_memory_give_back(memory, gpu);
		memory->gone = true;
		if (memory->unowned)
			list_move(&memory->node, &unowned);
	}
	mutex_unlock(&rgpu->lock);
	list_for_each_entry_safe(memory, next, &unowned, node)
		rm_memory_free(memory);
}

void rm_memory_lose_gpu(struct rm *rm, struct rm_gpu *rgpu)
{
	struct rm_memory *memory;

	mutex_lock(&rgpu->lock);
	list_for_each_entry(memory, &rgpu->memories, node)
		if (memory->kind == RM_MEMORY_VID || memory->kind == RM_MEMORY_REGS)
			rm_maps_revoke(rm, memory);
	mutex_unlock(&rgpu->lock);
}

u64 rm_memory_usage(struct rm_gpu *rgpu, u32 pid)
{
	struct rm_memory *memory;
	u64 used = 0;

	mutex_lock(&rgpu->lock);
	list_for_each_entry(memory, &rgpu->memories, node)
		if (memory->kind == RM_MEMORY_VID && (!pid || memory->pid == pid))
			used += memory->size;
	mutex_unlock(&rgpu->lock);
	return used;
}
