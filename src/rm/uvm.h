/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_UVM_H
#define NV_RM_UVM_H

#include <linux/types.h>

/**
 * DOC: what the resource manager does for unified memory
 *
 * nvidia-uvm.ko finds GPUs by their unique id, takes over address spaces that programs
 * made for it, and maps there what programs allocated. All it holds here are
 * references; each survives the handles it was found by, and the GPU.
 *
 * Statuses are NV_STATUS. No lock of the caller's may be one that is taken with the gate of
 * a GPU closed (docs/locking.md).
 */

struct nv_dma;
struct rm;
struct rm_caller;
struct rm_gpu;
struct rm_memory;
struct rm_uvm_channel;
struct rm_uvm_vaspace;

/** rm_uvm_gpu_get() - the GPU that has this id and runs, with a reference; NULL */
struct rm_gpu *rm_uvm_gpu_get(struct rm *rm, const u8 uuid[16]);
void rm_uvm_gpu_put(struct rm_gpu *gpu);

/**
 * rm_uvm_vaspace_get() - become the owner of an address space
 * @caller: who asks
 * @h_client: whose it is
 * @h_vaspace: externally owned; it has no owner yet
 * @gpu: on which it is
 * @vaspace: set on success
 *
 * Return: NV_OK; NV_ERR_INVALID_CLIENT; NV_ERR_OBJECT_NOT_FOUND; NV_ERR_INVALID_ARGUMENT no
 * such address space, or one of the resource manager's own; NV_ERR_STATE_IN_USE; what GSP says.
 */
u32 rm_uvm_vaspace_get(const struct rm_caller *caller, u32 h_client, u32 h_vaspace,
		       struct rm_gpu *gpu, struct rm_uvm_vaspace **vaspace);
/** rm_uvm_vaspace_put() - give up ownership; what is still mapped there is unmapped */
void rm_uvm_vaspace_put(struct rm_uvm_vaspace *vaspace);

/**
 * struct rm_uvm_target - what is to be mapped
 * @memory: the memory; NULL for messages to the scheduler of compute work
 * @offset: where in it, whole pages
 * @read_only: the GPU may not write
 * @is_volatile: not kept in the GPU's cache
 * @is_privileged: only for the engines themselves, not for what they execute
 * @block_linear: for surfaces in blocks
 */
struct rm_uvm_target {
	struct rm_memory *memory;
	u64 offset;
	bool read_only;
	bool is_volatile;
	bool is_privileged;
	bool block_linear;
};

/** rm_uvm_map() - map [@va, @va + @size); NV_ERR_UVM_ADDRESS_IN_USE if something is there */
u32 rm_uvm_map(struct rm_uvm_vaspace *vaspace, u64 va, u64 size,
	       const struct rm_uvm_target *target);
/** rm_uvm_unmap() - the inverse; afterwards the GPU knows nothing of it any more */
u32 rm_uvm_unmap(struct rm_uvm_vaspace *vaspace, u64 va, u64 size);

/**
 * rm_uvm_memory_get() - the memory of a client's object, with a reference
 * @gpu: on which it has to be
 * @size: how much of it can be mapped
 */
u32 rm_uvm_memory_get(const struct rm_caller *caller, u32 h_client, u32 h_memory,
		      struct rm_gpu *gpu, struct rm_memory **memory, u64 *size);
/** rm_uvm_memory_new() - @size bytes of cleared system memory that @gpu can reach */
u32 rm_uvm_memory_new(struct rm *rm, struct rm_gpu *gpu, u64 size, struct rm_memory **memory);
void rm_uvm_memory_hold(struct rm_memory *memory);
void rm_uvm_memory_put(struct rm_memory *memory);
/**
 * rm_uvm_memory_pages() - do something with system memory while it is there
 * @fn: called with a lock held, unless the GPU is gone and the memory with it
 *
 * Return: -ENODEV then, or what @fn returns.
 */
int rm_uvm_memory_pages(struct rm_memory *memory, int (*fn)(void *ctx, const struct nv_dma *dma),
			void *ctx);

/**
 * rm_uvm_channel_get() - a client's channel whose address space is @vaspace, with a reference
 *
 * Return: NV_OK; NV_ERR_INVALID_CLIENT; NV_ERR_OBJECT_NOT_FOUND; NV_ERR_INVALID_ARGUMENT no such
 * channel; NV_ERR_INVALID_OBJECT the graphics engine's, but without an object of that yet.
 */
u32 rm_uvm_channel_get(const struct rm_caller *caller, u32 h_client, u32 h_channel,
		       struct rm_uvm_vaspace *vaspace, struct rm_uvm_channel **channel);
void rm_uvm_channel_put(struct rm_uvm_channel *channel);
/** rm_uvm_channel_stop() - have GSP stop it for good, since addresses that it may use will go */
void rm_uvm_channel_stop(struct rm_uvm_channel *channel);

#define RM_UVM_BUFFERS	16

/**
 * struct rm_uvm_buffer - memory that a channel needs mapped
 * @va: where
 * @size: whole pages
 * @target: what; a reference to its memory is held
 */
struct rm_uvm_buffer {
	u64 va;
	u64 size;
	struct rm_uvm_target target;
};

/**
 * rm_uvm_channel_buffers() - what a channel's engine needs in its address space
 * @base: the first address for it
 * @buffer: filled in
 *
 * Channels of one group need the same at the same addresses. Return: how many.
 */
unsigned int rm_uvm_channel_buffers(struct rm_uvm_channel *channel, u64 base,
				    struct rm_uvm_buffer buffer[RM_UVM_BUFFERS]);
/** rm_uvm_channel_bind() - all of that is mapped from @base on: let the engine know */
u32 rm_uvm_channel_bind(struct rm_uvm_channel *channel, u64 base);
/** rm_uvm_channel_unbind() - it is about to be unmapped */
void rm_uvm_channel_unbind(struct rm_uvm_channel *channel);

#endif
