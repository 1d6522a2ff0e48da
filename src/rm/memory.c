// SPDX-License-Identifier: MIT OR GPL-2.0
/* Memory: who holds it, and how it is given back. */
#include <linux/slab.h>

#include "mem/ce.h"
#include "rm/memory.h"

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

/* Whoever gets it next has less to wait for. */
static void rm_memory_clear_later(struct rm_memory *memory, struct nv_gpu *gpu)
{
	struct nv_vidmem *mem;

	list_for_each_entry(mem, &memory->pieces, link)
		mem->clear = nv_ce_clear_later(gpu, mem->addr, mem->size);
}

static void rm_memory_end(struct rm_later *later, struct nv_gpu *gpu)
{
	struct rm_memory *memory = container_of(later, struct rm_memory, later);
	struct rm_gpu *rgpu = memory->gpu;

	mutex_lock(&rgpu->lock);
	list_del(&memory->node);
	mutex_unlock(&rgpu->lock);
	if (gpu) {
		rm_memory_clear_later(memory, gpu);
		rm_memory_give_back(memory, gpu);
	}
	if (gpu && memory->kind == RM_MEMORY_VID)
		rm_shared_data_update(rgpu, gpu);
	kfree(memory);
	rm_gpu_put(rgpu);
}

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
	memory->later.end = rm_memory_end;
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

void rm_memory_put(struct rm_memory *memory)
{
	if (memory && refcount_dec_and_test(&memory->ref))
		rm_later(memory->gpu, &memory->later);
}

void rm_memory_release_gpu(struct rm *rm, struct rm_gpu *rgpu, struct nv_gpu *gpu)
{
	struct rm_memory *memory;

	mutex_lock(&rgpu->lock);
	list_for_each_entry(memory, &rgpu->memories, node) {
		rm_maps_revoke(rm, memory);
		rm_memory_give_back(memory, gpu);
		memory->gone = true;
	}
	mutex_unlock(&rgpu->lock);
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
