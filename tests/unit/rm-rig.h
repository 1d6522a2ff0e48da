/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef RM_RIG_H
#define RM_RIG_H

#include <string.h>

#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nv-memory.h"
#include "abi/nvos.h"
#include "gsp/gsp.h"
#include "hw-softgpu.h"
#include "rm/rm-priv.h"
#include "unit.h"

/**
 * DOC: the resource manager on the device model
 *
 * A GPU that runs, an open /dev/nvidiactl and a user. "User memory" is one
 * array, so that every other address is a bad one.
 */

#define RIG_USER_SIZE	(2 * 1024 * 1024)

struct rm_rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
	struct rm rm;
	struct rm_file ctl;
	struct rm_file node;
	struct rm_caller user;
};

/* Handles that the cases use */
enum { H_DEVICE = 0xd0, H_SUBDEVICE = 0x50, H_OTHER = 0x70 };

static u8 rig_user[RIG_USER_SIZE];
static struct rm *rig_rm;

static bool rig_user_ok(u64 addr, size_t n)
{
	u64 start = (u64)(uintptr_t)rig_user;

	return addr >= start && n <= RIG_USER_SIZE && addr - start <= RIG_USER_SIZE - n;
}

/* The rule of docs/locking.md, seen from user memory. */
static void rig_expect_unlocked(void)
{
	struct rm_client *client;
	unsigned long handle;

	lockdep_assert_not_held(&rig_rm->lock);
	xa_for_each(&rig_rm->clients, handle, client)
		lockdep_assert_not_held(&client->lock);
}

static int rig_copy_in(void *dst, u64 src, size_t n)
{
	rig_expect_unlocked();
	if (!rig_user_ok(src, n))
		return -EFAULT;
	memcpy(dst, (void *)(uintptr_t)src, n);
	return 0;
}

static int rig_copy_out(u64 dst, const void *src, size_t n)
{
	rig_expect_unlocked();
	if (!rig_user_ok(dst, n))
		return -EFAULT;
	memcpy((void *)(uintptr_t)dst, src, n);
	return 0;
}

/* The callers live in a namespace that has the processes up to 9999, under smaller numbers. */
static u32 rig_pid_for_caller(u32 pid)
{
	return pid > 4000 && pid < 10000 ? pid - 4000 : 0;
}

/* Files for mmap() and exports: 0 to 7 are /dev/nvidiactl, the others the GPU's node. */
#define RIG_FDS		16
#define RIG_FD_NODE	8

static struct rm_mmap *rig_fd[RIG_FDS];
static unsigned int rig_revoked;
static long rig_pinned;

static int rig_mmap_context(const struct rm_caller *caller, int fd, struct rm_mmap *map)
{
	bool sysmem = map->kind == RM_MMAP_SYSMEM, node = fd >= RIG_FD_NODE;

	rig_expect_unlocked();
	if (fd < 0 || fd >= RIG_FDS)
		return -EBADF;
	if (sysmem == node)
		return -EINVAL;
	if (rig_fd[fd])
		return -EBUSY;
	EXPECT(map->size && map->size % 4096 == 0 && map->start % 4096 == 0);
	rig_fd[fd] = map;
	return 0;
}

static void rig_mmap_revoke(struct rm_mmap *map)
{
	rig_revoked++;
}

static inline void rig_close_fd(int fd)
{
	if (rig_fd[fd])
		rig_fd[fd]->release(rig_fd[fd]);
	rig_fd[fd] = NULL;
}

static int rig_pin(struct nv_gpu *gpu, u64 user, u64 size, bool writable, struct nv_dma *out)
{
	rig_expect_unlocked();
	EXPECT(user % 4096 == 0 && size && size % 4096 == 0);
	if (!rig_user_ok(user, size))
		return -EFAULT;
	out->page = kcalloc(size / 4096, sizeof(u64), GFP_KERNEL);
	if (!out->page)
		return -ENOMEM;
	out->size = size;
	rig_pinned += size;
	return 0;
}

static void rig_unpin(struct nv_gpu *gpu, struct nv_dma *dma)
{
	rig_pinned -= dma->size;
	kfree(dma->page);
	*dma = (struct nv_dma) { };
}

static struct rm_file rig_file[RIG_FD_NODE];
static unsigned int rig_held;

static struct rm_file *rig_file_get(int fd)
{
	rig_expect_unlocked();
	if (fd < 0 || fd >= RIG_FD_NODE)
		return NULL;
	rig_held++;
	return &rig_file[fd];
}

static void rig_file_put(struct rm_file *file)
{
	rig_expect_unlocked();
	rig_held--;
}

static struct rm_file *rig_posted;

static void rig_event_post(struct rm_file *file)
{
	rig_posted = file;
}

static const struct rm_os rig_os = {
	.copy_in = rig_copy_in,
	.copy_out = rig_copy_out,
	.pid_for_caller = rig_pid_for_caller,
	.mmap_context = rig_mmap_context,
	.mmap_revoke = rig_mmap_revoke,
	.pin = rig_pin,
	.unpin = rig_unpin,
	.file_get = rig_file_get,
	.file_put = rig_file_put,
	.event_post = rig_event_post,
};

static inline u64 rig_ptr(size_t offset)
{
	return (u64)(uintptr_t)&rig_user[offset];
}

static inline void rig_open(struct rm_rig *rig)
{
	rm_file_open(&rig->rm, &rig->ctl, NULL);
	rm_file_open(&rig->rm, &rig->node, &rig->gpu);
	for (int fd = 0; fd < RIG_FD_NODE; fd++)
		rm_file_open(&rig->rm, &rig_file[fd], NULL);
	rig->user = (struct rm_caller){ .file = &rig->ctl, .euid = 1000, .pid = 4321 };
}

/* With rig->soft.config as the case wants it */
static inline void rig_start(struct rm_rig *rig)
{
	hw_softgpu_init(&rig->soft);
	EXPECT_EQ(nv_gpu_init(&rig->gpu, &rig->soft.hw, 0, NULL), 0);
	rig->soft.gpu = &rig->gpu;
	EXPECT_EQ(rm_init(&rig->rm, &rig_os), 0);
	rig_rm = &rig->rm;
	EXPECT_EQ(rm_add_gpu(&rig->rm, &rig->gpu), 0);
	EXPECT_EQ(nv_gpu_start(&rig->gpu), 0);
	rig_open(rig);
}

static inline void rig_init_with(struct rm_rig *rig, struct softgpu_fault fault)
{
	*rig = (struct rm_rig){ .soft = hw_softgpu_defaults() };
	rig->soft.config.fault = fault;
	rig_start(rig);
}

static inline void rig_init(struct rm_rig *rig)
{
	rig_init_with(rig, (struct softgpu_fault){ SOFTGPU_FAULT_NONE });
}

static inline void rig_fini(struct rm_rig *rig)
{
	rm_file_close(&rig->ctl);
	rm_file_close(&rig->node);
	for (int fd = 0; fd < RIG_FDS; fd++)
		rig_close_fd(fd);
	for (int fd = 0; fd < RIG_FD_NODE; fd++)
		rm_file_close(&rig_file[fd]);
	EXPECT_EQ(rig_held, 0);
	rm_remove_gpu(&rig->rm, &rig->gpu);
	EXPECT_EQ(rig_pinned, 0);
	EXPECT(xa_empty(&rig->rm.clients));
	rm_fini(&rig->rm);
	nv_gpu_fini(&rig->gpu);
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

static inline u32 rig_alloc_as(const struct rm_caller *caller, u32 h_root, u32 h_parent,
			       u32 h_object, u32 h_class, const void *params, u32 size)
{
	struct nvos64_parameters p = {
		.h_root = h_root, .h_object_parent = h_parent, .h_object_new = h_object,
		.h_class = h_class, .status = ~0u,
	};

	if (params) {
		memcpy(rig_user, params, size);
		p.p_alloc_parms = rig_ptr(0);
		p.params_size = size;
	}
	EXPECT_EQ(rm_escape(caller, NV_ESC_RM_ALLOC, &p, sizeof(p)), 0);
	if (p.status == NV_OK && h_object)
		EXPECT_EQ(p.h_object_new, h_object);
	return p.status;
}

/* Video or system memory, below H_DEVICE, in as many pieces as it takes */
static inline u32 rig_alloc_memory_as(const struct rm_caller *caller, u32 client, u32 handle,
				      bool vid, u64 size)
{
	struct nv_memory_allocation_params params = {
		.size = size,
		.attr = FIELD_PREP(NVOS32_ATTR_LOCATION, vid ? NVOS32_ATTR_LOCATION_VIDMEM :
				   NVOS32_ATTR_LOCATION_PCI) |
			FIELD_PREP(NVOS32_ATTR_PHYSICALITY,
				   NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS),
	};

	return rig_alloc_as(caller, client, H_DEVICE, handle,
			    vid ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_SYSTEM,
			    &params, sizeof(params));
}

static inline u32 rig_alloc(struct rm_rig *rig, u32 h_root, u32 h_parent, u32 h_object,
			    u32 h_class)
{
	return rig_alloc_as(&rig->user, h_root, h_parent, h_object, h_class, NULL, 0);
}

/* A new client's handle, or 0. */
static inline u32 rig_client_as(const struct rm_caller *caller)
{
	struct nvos21_parameters p = { .h_class = NV01_ROOT, .status = ~0u };

	EXPECT_EQ(rm_escape(caller, NV_ESC_RM_ALLOC, &p, sizeof(p)), 0);
	return p.status == NV_OK ? p.h_object_new : 0;
}

static inline u32 rig_free_as(const struct rm_caller *caller, u32 h_root, u32 h_object)
{
	struct nvos00_parameters p = { .h_root = h_root, .h_object_old = h_object, .status = ~0u };

	EXPECT_EQ(rm_escape(caller, NV_ESC_RM_FREE, &p, sizeof(p)), 0);
	return p.status;
}

static inline u32 rig_control_at(const struct rm_caller *caller, u32 h_client, u32 h_object,
				 u32 cmd, u64 params, u32 size)
{
	struct nvos54_parameters p = {
		.h_client = h_client, .h_object = h_object, .cmd = cmd, .params = params,
		.params_size = size, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(caller, NV_ESC_RM_CONTROL, &p, sizeof(p)), 0);
	return p.status;
}

static inline u32 rig_control(struct rm_rig *rig, u32 h_client, u32 h_object, u32 cmd,
			      void *params, u32 size)
{
	u32 status;

	if (size)
		memcpy(rig_user, params, size);
	status = rig_control_at(&rig->user, h_client, h_object, cmd, size ? rig_ptr(0) : 0, size);
	if (size)
		memcpy(params, rig_user, size);
	return status;
}

/* Client, device, subdevice, as all programs begin. */
static inline u32 rig_tree(struct rm_rig *rig)
{
	u32 client = rig_client_as(&rig->user);

	EXPECT(client);
	EXPECT_EQ(rig_alloc(rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(rig_alloc(rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0), NV_OK);
	return client;
}

/* A control that every live subdevice answers, without GSP. */
static inline u32 rig_ping(struct rm_rig *rig, u32 client, u32 subdevice)
{
	struct nv2080_ctrl_mc_get_arch_info_params p = { 0 };

	return rig_control(rig, client, subdevice, NV2080_CTRL_CMD_MC_GET_ARCH_INFO, &p,
			   sizeof(p));
}

#endif
