/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_RM_H
#define NV_RM_RM_H

#include <linux/list.h>
#include <linux/mutex.h>
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

struct nv_gpu;
struct rm_caller;

/**
 * struct rm_os - what resource management needs of the operating system
 * @copy_in: read user memory; 0 or -EFAULT. Takes no lock of ours.
 * @copy_out: write it; likewise
 */
struct rm_os {
	int (*copy_in)(void *dst, u64 src, size_t n);
	int (*copy_out)(u64 dst, const void *src, size_t n);
};

/**
 * struct rm - the resource manager; one in a module, several in tests
 * @os: see there
 * @clients: by handle
 * @gpus: by gpu_id
 * @next_client: where the search for a free client handle goes on
 * @lock: guards @clients and @gpus and the lifetime of what they hold; taken first, never
 *	held across user memory or GSP
 */
struct rm {
	const struct rm_os *os;
	struct xarray clients;
	struct xarray gpus;
	u32 next_client;
	struct mutex lock;
};

/**
 * struct rm_file - an open device node; embedded in the file's private data
 * @rm: whose
 * @gpu: GPU of this node, or NULL on /dev/nvidiactl
 * @clients: those that this file made and that end with it
 */
struct rm_file {
	struct rm *rm;
	struct nv_gpu *gpu;
	struct list_head clients;
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

int rm_init(struct rm *rm, const struct rm_os *os);
void rm_fini(struct rm *rm);

/** rm_add_gpu() - make a GPU visible; 0, -EEXIST, -ENOMEM */
int rm_add_gpu(struct rm *rm, struct nv_gpu *gpu);
/** rm_remove_gpu() - hide it and free every object on it; its later use gives NV_ERR_GPU_IS_LOST */
void rm_remove_gpu(struct rm *rm, struct nv_gpu *gpu);

void rm_file_open(struct rm *rm, struct rm_file *file, struct nv_gpu *gpu);
/** rm_file_close() - free every client that the file made, with its objects here and on GSP */
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

#endif
