/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_MEMORY_H
#define NV_RM_MEMORY_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "mem/bar1.h"
#include "nv-hw.h"
#include "rm/ctrl.h"

/**
 * DOC: memory
 *
 * A memory object of a client is a name for a struct rm_memory. That lives as long as
 * anything holds it: objects (a duplicate is another object of the same memory), and
 * files that may mmap() it or have done so, which ends with the last such mapping. So
 * user space cannot get at memory that is somebody else's by now.
 *
 * What is behind it goes with the GPU: rm_remove_gpu() takes mappings away and gives the
 * memory back; the struct then is an empty shell until its holders let go.
 */

enum rm_memory_kind {
	RM_MEMORY_VID,		/* video memory */
	RM_MEMORY_SYS,		/* system memory of ours, zeroed */
	RM_MEMORY_USER,		/* memory of a process, pinned */
	RM_MEMORY_REGS,		/* registers that user space may touch */
};

/**
 * struct rm_memory - memory
 * @ref: holders
 * @kind: what it is
 * @gpu: whose; a reference is held
 * @os: for what is pinned
 * @pid: of the client it was allocated for
 * @size: bytes
 * @offset: registers: in BAR0; pinned memory: of the first byte in its page
 * @caching: how a CPU should map it
 * @read_only: not to be written through mappings
 * @pieces: video memory, struct nv_vidmem
 * @dma: system memory
 * @node: in @gpu->memories, under @gpu->lock
 * @maps: those who may mmap() it, under @gpu->lock
 * @gone: nothing is behind it any more; under @gpu->lock
 * @later: its end
 */
struct rm_memory {
	refcount_t ref;
	enum rm_memory_kind kind;
	struct rm_gpu *gpu;
	const struct rm_os *os;
	u32 pid;
	u64 size;
	u64 offset;
	enum nv_caching caching;
	bool read_only;
	struct list_head pieces;
	struct nv_dma dma;
	struct list_head node;
	struct list_head maps;
	bool gone;
	struct rm_later later;
};

/**
 * struct rm_memory_object - an object that names memory
 * @object: as any
 * @memory: a reference is held; NULL until it is made
 * @attr: as user space is told
 * @mappings: struct rm_mapping, under object.client->lock
 * @shares: with whom it is shared, under object.client->lock
 */
struct rm_memory_object {
	struct rm_object object;
	struct rm_memory *memory;
	u32 attr;
	struct list_head mappings;
	struct rm_shares shares;
};

/**
 * struct rm_memory_source - what another object of the same memory is made of
 * @h_class: of the object, as user space named it
 * @class: likewise
 * @gpu: where it is
 * @boots: in which of its boots it was made
 * @attr: as user space is told
 * @memory: what it names
 */
struct rm_memory_source {
	u32 h_class;
	const struct rm_class *class;
	struct rm_gpu *gpu;
	unsigned int boots;
	u32 attr;
	struct rm_memory *memory;
};

static inline struct rm_memory_object *rm_to_memory(struct rm_object *object)
{
	return container_of(object, struct rm_memory_object, object);
}

/* memory.c */

/** rm_memory_new() - empty memory on the GPU of @object; NULL if there is none */
struct rm_memory *rm_memory_new(struct rm_object *object, enum rm_memory_kind kind, u64 size);
/** rm_memory_new_on() - the same, allocated for process @pid */
struct rm_memory *rm_memory_new_on(struct rm_gpu *rgpu, const struct rm_os *os, u32 pid,
				   enum rm_memory_kind kind, u64 size);
void rm_memory_hold(struct rm_memory *memory);
/** rm_memory_put() - the last reference gives all of it back; no lock is held */
void rm_memory_put(struct rm_memory *memory);
/** rm_memory_release_gpu() - nobody works on @gpu any more and nobody will: give all memory back */
void rm_memory_release_gpu(struct rm *rm, struct rm_gpu *rgpu, struct nv_gpu *gpu);
/** rm_memory_lose_gpu() - what video memory held is lost: unmap it and registers everywhere */
void rm_memory_lose_gpu(struct rm *rm, struct rm_gpu *rgpu);
/** rm_memory_usage() - video memory on @rgpu that process @pid holds, or all do if @pid is 0 */
u64 rm_memory_usage(struct rm_gpu *rgpu, u32 pid);

static inline bool rm_object_is_memory(const struct rm_object *object)
{
	return object->class->flags & RM_CLASS_MEMORY;
}

/* dup.c */

/** rm_memory_source() - what an object of memory is made of; borrowed from @object */
struct rm_memory_source rm_memory_source(struct rm_object *object);
/** rm_memory_dup() - another object of it below @parent; *@handle is the wished one or 0 */
u32 rm_memory_dup(struct rm_object *parent, const struct rm_memory_source *src, u32 *handle);

/* ctrl-memory.c */

/** rm_memory_addr_space() - where it is, NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_* */
u32 rm_memory_addr_space(const struct rm_memory *memory);

/* memory-class.c: rows of class.c */

u32 rm_vidmem_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_sysmem_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_os_desc_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_usermode_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_memory_init(struct rm_object *object, void *params);
void rm_memory_destroy(struct rm_object *object);

/* shared-data.c: RM_USER_SHARED_DATA */

/**
 * struct rm_shared_data_object - an object of this class
 * @base: names the GPU's page
 * @polled: what its owner wants of GSP, NV00DE_RUSD_POLL_*; under rm_gpu.lock
 * @node: in rm_gpu.shared.wanting, if @polled is not 0
 */
struct rm_shared_data_object {
	struct rm_memory_object base;
	u64 polled;
	struct list_head node;
};

u32 rm_shared_data_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_shared_data_free(struct rm_object *object, struct nv_gpu *gpu);
void rm_shared_data_destroy(struct rm_object *object);
/** rm_shared_data_update() - @gpu's memory has changed hands: write that to the page, if any */
void rm_shared_data_update(struct rm_gpu *rgpu, struct nv_gpu *gpu);
/** rm_shared_data_release_gpu() - the GPU goes: let go of the page */
void rm_shared_data_release_gpu(struct rm_gpu *rgpu);
extern const struct rm_ctrl_handler rm_shared_data_handlers[];
extern const size_t rm_shared_data_num_handlers;

/* mapping.c */

/** rm_mappings_drop() - forget what UNMAP_MEMORY would have ended; the object is not in use */
void rm_mappings_drop(struct rm_memory_object *mobj);
/** rm_maps_revoke() - take back what files may map of @memory; its GPU's lock is held */
void rm_maps_revoke(struct rm *rm, struct rm_memory *memory);

#endif
