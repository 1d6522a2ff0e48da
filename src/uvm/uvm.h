/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_UVM_UVM_H
#define NV_UVM_UVM_H

#include <linux/interval_tree.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "abi/nv-status.h"
#include "abi/uvm-ioctl.h"
#include "rm/rm.h"

#define UVM_PAGE	0x1000ull	/* what ranges and mappings consist of */

/**
 * DOC: unified memory
 *
 * A VA space is what a process sees of its GPUs' memory: ranges of addresses, and on
 * which GPU each is mapped to what. It belongs to an open file of /dev/nvidia-uvm.
 *
 *	uvm_va_space
 *	  uvm_gpu         a GPU; with the address space on it that is owned here
 *	    uvm_channel   whose channels are known
 *	  uvm_range       addresses; no two of them overlap
 *	    uvm_mapping   what some of them are mapped to on one GPU
 *
 * This folder knows neither files nor processes: kernel-open/nvidia-uvm copies an
 * ioctl's struct in, calls uvm_ioctl() and copies it out again. Of GPUs it knows what
 * rm/uvm.h says.
 */

struct rm_gpu;
struct rm_memory;
struct rm_uvm_channel;
struct rm_uvm_target;
struct rm_uvm_vaspace;

/**
 * struct uvm_ctl - who asks for something of the resource manager
 * @caller: for that
 * @os: keeps the file open
 */
struct uvm_ctl {
	struct rm_caller caller;
	void *os;
};

/**
 * struct uvm_os - what VA spaces need of the operating system
 * @rm: the resource manager
 * @ctl_get: who calls, through the open nvidiactl or nvidiaN @fd of his. 0; -EBADF
 * @ctl_put: the inverse
 */
struct uvm_os {
	struct rm *rm;
	int (*ctl_get)(int fd, struct uvm_ctl *ctl);
	void (*ctl_put)(struct uvm_ctl *ctl);
};

/**
 * struct uvm_va_space - a VA space
 * @os: see there
 * @lock: guards all of it. Outside of all locks of the resource manager and inside mmap_lock
 * @ranges: struct uvm_range
 * @gpus: struct uvm_gpu
 * @groups: ids of range groups
 * @last_group: the one that was made last
 * @dead: its process is gone: nothing new comes
 * @unreaped: there may be managed memory that nobody maps any more
 */
struct uvm_va_space {
	const struct uvm_os *os;
	struct mutex lock;
	struct rb_root_cached ranges;
	struct list_head gpus;
	struct xarray groups;
	u32 last_group;
	bool dead;
	bool unreaped;
};

/**
 * struct uvm_gpu - a GPU in a VA space
 * @node: in uvm_va_space.gpus
 * @uuid: its id
 * @gpu: the GPU; a reference is held
 * @vaspace: the address space that is owned; NULL if there is none
 * @channels: struct uvm_channel
 */
struct uvm_gpu {
	struct list_head node;
	struct uvm_uuid uuid;
	struct rm_gpu *gpu;
	struct rm_uvm_vaspace *vaspace;
	struct list_head channels;
};

/**
 * struct uvm_channel - a channel whose addresses are those of a VA space
 * @node: in uvm_gpu.channels
 * @h_client: the handle that it was found by
 * @h_channel: likewise
 * @channel: a reference is held
 * @range: where its context is mapped; NULL if it has none
 */
struct uvm_channel {
	struct list_head node;
	u32 h_client;
	u32 h_channel;
	struct rm_uvm_channel *channel;
	struct uvm_range *range;
};

enum uvm_range_kind {
	UVM_RANGE_EXTERNAL,	/* memory of the resource manager, mapped piece by piece */
	UVM_RANGE_POOL,		/* memory of its own that CPU and GPUs share */
	UVM_RANGE_MANAGED,	/* likewise, for as long as it is mapped on the CPU */
	UVM_RANGE_MESSAGES,	/* through it compute work launches more of it */
	UVM_RANGE_CHANNEL,	/* for a channel's context */
};

/**
 * struct uvm_range - a range of addresses
 * @node: in uvm_va_space.ranges; start and last, the latter inclusive
 * @kind: what it is for
 * @mappings: struct uvm_mapping
 * @memory: of a pool, or managed; a reference is held
 * @cpu_maps: how often that is mapped on the CPU
 * @channels: how many channels have this as the place of their context
 * @gpu: of messages: on which GPU; NULL if that was unregistered
 */
struct uvm_range {
	struct interval_tree_node node;
	enum uvm_range_kind kind;
	struct rb_root_cached mappings;
	struct rm_memory *memory;
	unsigned int cpu_maps;
	unsigned int channels;
	struct uvm_gpu *gpu;
};

/**
 * struct uvm_mapping - what a part of a range is mapped to on a GPU
 * @node: in uvm_range.mappings; those of different GPUs may overlap
 * @gpu: which
 * @memory: a reference is held
 */
struct uvm_mapping {
	struct interval_tree_node node;
	struct uvm_gpu *gpu;
	struct rm_memory *memory;
};

/* va-space.c */

void uvm_va_space_init(struct uvm_va_space *vs, const struct uvm_os *os);
/** uvm_va_space_stop() - its process goes: give back what is on GPUs; nothing new comes */
void uvm_va_space_stop(struct uvm_va_space *vs);
/** uvm_va_space_fini() - nobody uses @vs any more: give back all that it has */
void uvm_va_space_fini(struct uvm_va_space *vs);

/* Answers an ioctl. @params is its struct, in and out. Return: NV_STATUS */
typedef u32 uvm_ioctl_fn(struct uvm_va_space *vs, void *params);

/* gpu.c */

/** uvm_gpu_find() - the registered GPU of an id, or NULL; the lock is held */
struct uvm_gpu *uvm_gpu_find(struct uvm_va_space *vs, const struct uvm_uuid *uuid);
void uvm_gpu_unregister(struct uvm_va_space *vs, struct uvm_gpu *gpu);
uvm_ioctl_fn uvm_register_gpu, uvm_unregister_gpu;
uvm_ioctl_fn uvm_register_gpu_vaspace, uvm_unregister_gpu_vaspace;

/* channel.c */

/** uvm_channels_unregister() - let go of all channels on @gpu; the lock is held */
void uvm_channels_unregister(struct uvm_va_space *vs, struct uvm_gpu *gpu);
uvm_ioctl_fn uvm_register_channel, uvm_unregister_channel;

/* range.c */

/** uvm_range_valid() - whole pages, at least one, that do not wrap */
bool uvm_range_valid(u64 base, u64 length);
/** uvm_range_new() - NULL and a status if it overlaps another; the lock is held */
struct uvm_range *uvm_range_new(struct uvm_va_space *vs, enum uvm_range_kind kind, u64 base,
				u64 length, u32 *status);
/** uvm_range_find() - the range that all of these addresses lie in, or NULL; the lock is held */
struct uvm_range *uvm_range_find(struct uvm_va_space *vs, u64 base, u64 length);
/** uvm_range_find_exact() - the one that is just these addresses, or NULL; the lock is held */
struct uvm_range *uvm_range_find_exact(struct uvm_va_space *vs, u64 base, u64 length);
/** uvm_range_destroy() - with all its mappings; the lock is held */
void uvm_range_destroy(struct uvm_va_space *vs, struct uvm_range *range);
/** uvm_range_next() - the first range from @from on, or NULL; the lock is held */
struct uvm_range *uvm_range_next(struct uvm_va_space *vs, u64 from);
uvm_ioctl_fn uvm_create_external_range, uvm_free, uvm_validate_va_range;

static inline u64 uvm_range_size(const struct uvm_range *range)
{
	return range->node.last - range->node.start + 1;
}

/* external.c */

/** uvm_mappings_drop() - forget what @range is mapped to on @gpu, or on all if NULL */
void uvm_mappings_drop(struct uvm_range *range, struct uvm_gpu *gpu, bool unmap);
/** uvm_mapping_new() - map there and note it; takes over the reference to @target's memory */
u32 uvm_mapping_new(struct uvm_range *range, struct uvm_gpu *gpu, u64 base, u64 length,
		    const struct rm_uvm_target *target);
uvm_ioctl_fn uvm_map_external_allocation, uvm_unmap_external;

/* pool.c */

/** uvm_range_map_whole() - map a range that has memory, or messages, in @gpu's address space */
u32 uvm_range_map_whole(struct uvm_range *range, struct uvm_gpu *gpu);
uvm_ioctl_fn uvm_alloc_semaphore_pool, uvm_map_dynamic_parallelism;

/** uvm_range_fill() - give a pool, or managed memory, its pages, and map them on GPUs */
u32 uvm_range_fill(struct uvm_va_space *vs, struct uvm_range *range);

/* managed.c */

/**
 * uvm_map_cpu() - a process maps a pool, or addresses that become managed memory so
 * @vs: the VA space
 * @base: the range, exactly
 * @length: likewise
 * @memory: set to its memory, with a reference
 *
 * Return: NV_OK; NV_ERR_UVM_ADDRESS_IN_USE, NV_ERR_NO_MEMORY; NV_ERR_INVALID_DEVICE there is no
 * GPU yet; NV_ERR_PAGE_TABLE_NOT_AVAIL the process is about to end.
 */
u32 uvm_map_cpu(struct uvm_va_space *vs, u64 base, u64 length, struct rm_memory **memory);
/** uvm_map_cpu_again() - once more what is mapped */
void uvm_map_cpu_again(struct uvm_va_space *vs, u64 base);
/** uvm_unmap_cpu() - the inverse; GPUs may be used @now, or what is to be done waits */
void uvm_unmap_cpu(struct uvm_va_space *vs, u64 base, bool now);
/** uvm_reap() - what uvm_unmap_cpu() left; the lock is held */
void uvm_reap(struct uvm_va_space *vs);
uvm_ioctl_fn uvm_advise, uvm_set_preferred_location, uvm_advise_accessed_by, uvm_migrate;

/* group.c */

uvm_ioctl_fn uvm_create_range_group, uvm_destroy_range_group, uvm_set_range_group;
uvm_ioctl_fn uvm_range_groups, uvm_migrate_range_group;

/* ioctl.c */

/**
 * struct uvm_ioctl_desc - an ioctl
 * @nr: number
 * @size: of its struct
 * @status: offset of rm_status in it
 */
struct uvm_ioctl_desc {
	u32 nr;
	u16 size;
	u16 status;
};

/** uvm_ioctl_find() - the ioctl of that number, or NULL */
const struct uvm_ioctl_desc *uvm_ioctl_find(u32 nr);
/** uvm_ioctl_set_status() - put @status into an ioctl's struct */
void uvm_ioctl_set_status(const struct uvm_ioctl_desc *desc, void *params, u32 status);
/**
 * uvm_ioctl() - answer an ioctl of a VA space
 * @vs: the VA space
 * @nr: known to uvm_ioctl_find()
 * @params: its struct
 *
 * Return: NV_STATUS; NV_ERR_NOT_SUPPORTED for what is not here.
 */
u32 uvm_ioctl(struct uvm_va_space *vs, u32 nr, void *params);

#endif
