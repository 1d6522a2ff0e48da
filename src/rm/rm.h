/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_RM_H
#define NV_RM_RM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "abi/nv-status.h"

/**
 * DOC: resource manager
 *
 * The user's wire: clients, their trees of objects, and controls on these. What
 * exists, how long its parameters are and who may ask is data (class.c, abi/ctrl/);
 * sizes and rights are checked in one place before any handler runs. What GSP-RM
 * knows better is forwarded under the user's own handles.
 *
 * The core knows neither ioctls nor struct file: kernel-open/nvidia copies an
 * escape's struct in, calls rm_escape() and copies it out again.
 */

struct nv_dma;
struct nv_gpu;
struct nv_ioctl_os_event;
struct rm_event_queue;
struct rm_export;
struct rm_file;
struct rm_caller;

enum rm_mmap_kind { RM_MMAP_REGS, RM_MMAP_VIDMEM, RM_MMAP_SYSMEM };
enum nv_caching { NV_UNCACHED, NV_WRITE_COMBINED, NV_CACHED };

/**
 * struct rm_mmap - what mmap() of a file maps: allocated by RM_MAP_MEMORY, held by the file
 * @kind: registers and video memory through a node of their GPU, system memory through nvidiactl
 * @caching: how the CPU sees it
 * @writable: no write access otherwise
 * @start: registers, video memory: bus address of the first page in BAR0 or BAR1; system
 *	memory: byte offset into @dma. A multiple of the page size.
 * @size: bytes, a multiple of the page size
 * @dma: system memory
 * @gpu: whose registers or video memory
 * @os: the file that holds it, for rm_os.mmap_revoke; set by rm_os.mmap_context
 * @release: drops what keeps the memory alive, and this struct; called once, in process
 *	context, when the file that holds it is released
 */
struct rm_mmap {
	enum rm_mmap_kind kind;
	enum nv_caching caching;
	bool writable;
	u64 start;
	u64 size;
	const struct nv_dma *dma;
	struct nv_gpu *gpu;
	void *os;
	void (*release)(struct rm_mmap *map);
};

/**
 * struct rm_os - what resource management needs of the operating system
 * @copy_in: read user memory; 0 or -EFAULT. Takes no lock of ours.
 * @copy_out: write it; likewise
 * @mmap_context: give @map to the open file @fd of @caller's process, which takes it over.
 *	0; -EBADF; -EINVAL if that is no node of this GPU, or not nvidiactl for system memory;
 *	-EBUSY if it has one already.
 * @mmap_revoke: what @map maps goes away with its GPU: unmap it everywhere; later accesses
 *	fail. When this returns nobody looks at map->dma any more; map->release is still called
 *	with the file. Called with a lock that map->release takes, too.
 * @pin: pin @size bytes of the calling process's memory at @user (both multiples of the page
 *	size) for DMA by @gpu: @out gets addresses, and no ->cpu. -EFAULT; -EINVAL if such
 *	memory cannot be pinned; -ENOMEM, also for what a process may not pin; -EPERM if it is
 *	not writable and should be. Called between nv_enter() and nv_leave(), once each: touching
 *	user memory, it leaves and comes back, so that the GPU may have slept meanwhile.
 * @unpin: the inverse, in any process; an nv_dma that is all zero is ignored
 * @file_get: an open /dev/nvidiactl of the calling process, with a reference; NULL if @fd is
 *	none
 * @file_put: let go of it
 * @event_post: rm_file_poll() of @file has become true: wake who waits; atomic context
 * @pid_for_caller: what the calling process calls the process @pid of the initial namespace;
 *	0 if it cannot see it, or it has ended
 */
struct rm_os {
	int (*copy_in)(void *dst, u64 src, size_t n);
	int (*copy_out)(u64 dst, const void *src, size_t n);
	int (*mmap_context)(const struct rm_caller *caller, int fd, struct rm_mmap *map);
	void (*mmap_revoke)(struct rm_mmap *map);
	int (*pin)(struct nv_gpu *gpu, u64 user, u64 size, bool writable, struct nv_dma *out);
	void (*unpin)(struct nv_gpu *gpu, struct nv_dma *dma);
	struct rm_file *(*file_get)(int fd);
	void (*file_put)(struct rm_file *file);
	void (*event_post)(struct rm_file *file);
	u32 (*pid_for_caller)(u32 pid);
};

/**
 * struct rm - the resource manager; one in a module, several in tests
 * @os: see there
 * @clients: by handle
 * @gpus: by gpu_id
 * @next_client: where the search for a free client handle goes on
 * @lock: guards @clients and @gpus and the lifetime of what they hold, and what files export;
 *	taken first, never held across user memory or GSP
 * @event_lock: guards @events, @os_events and the queues of files; innermost
 * @events: event objects
 * @os_events: which file is to get a client's events
 */
struct rm {
	const struct rm_os *os;
	struct xarray clients;
	struct xarray gpus;
	u32 next_client;
	struct mutex lock;
	spinlock_t event_lock;
	struct list_head events;
	struct list_head os_events;
};

/**
 * struct rm_file - an open device node; embedded in the file's private data
 * @rm: whose
 * @gpu: GPU of this node, or NULL on /dev/nvidiactl
 * @clients: those that this file made and that end with it
 * @events: what was posted to it; NULL if it is not to get any
 * @export: memory that whoever has the file may import; NULL if there is none; set once, under
 *	rm->lock
 */
struct rm_file {
	struct rm *rm;
	struct nv_gpu *gpu;
	struct list_head clients;
	struct rm_event_queue *events;
	struct rm_export *export;
};

/**
 * struct rm_caller - who asks
 * @file: through which file
 * @admin: CAP_SYS_ADMIN in the initial user namespace
 * @euid: effective user id (initial namespace)
 * @pid: thread group id (initial namespace)
 */
struct rm_caller {
	struct rm_file *file;
	bool admin;
	u32 euid;
	u32 pid;
};

/**
 * rm_status() - what user space gets to see of an errno: the one place where that is said
 *
 * No room is NV_ERR_NO_MEMORY, be it the machine's, video memory or addresses of BAR1 or of
 * an address space (550.163.01, heap.c and gpu_vaspace.c): libcuda takes just this for "out
 * of memory".
 */
u32 rm_status(int err);

int rm_init(struct rm *rm, const struct rm_os *os);
void rm_fini(struct rm *rm);

/** rm_add_gpu() - make a GPU visible; 0, -EEXIST, -ENOMEM */
int rm_add_gpu(struct rm *rm, struct nv_gpu *gpu);
/** rm_remove_gpu() - hide it and free every object on it; its later use gives NV_ERR_GPU_IS_LOST */
void rm_remove_gpu(struct rm *rm, struct nv_gpu *gpu);

/**
 * rm_lose_gpu() - what was on a GPU is lost, though it may be started anew
 *
 * Its objects answer so by themselves; this takes away what is mapped of its memory and registers.
 */
void rm_lose_gpu(struct rm *rm, struct nv_gpu *gpu);

/** rm_catch_up() - @gpu is awake: end what was put aside while it slept */
void rm_catch_up(struct rm *rm, struct nv_gpu *gpu);

void rm_file_open(struct rm *rm, struct rm_file *file, struct nv_gpu *gpu);
/**
 * rm_file_close() - free every client that the file made, with its objects here and on GSP
 *
 * Waits for no GPU to wake: what is on one that sleeps goes with rm_catch_up().
 */
void rm_file_close(struct rm_file *file);

/**
 * rm_escape() - one NV_ESC_RM_* ioctl
 * @caller: who asks
 * @nr: number of the escape
 * @arg: the escape's struct, kernel memory, in and out
 * @size: of @arg, as user space gave it
 *
 * Return: 0 with an NV_STATUS in the struct; -EINVAL for a wrong size, a wrong node or an
 * escape that does not exist; -EFAULT.
 */
int rm_escape(const struct rm_caller *caller, unsigned int nr, void *arg, size_t size);

/** rm_alloc_os_event() - NV_ESC_ALLOC_OS_EVENT: a client's events go to @caller's file */
u32 rm_alloc_os_event(const struct rm_caller *caller, const struct nv_ioctl_os_event *p);
u32 rm_free_os_event(const struct rm_caller *caller, const struct nv_ioctl_os_event *p);

/** rm_file_poll() - is there an event? One without data is over when it was told of; any context */
bool rm_file_poll(struct rm_file *file);

#endif
