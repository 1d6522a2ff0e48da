/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UVM_RIG_H
#define UVM_RIG_H

#include "rm-rig.h"

#include "abi/channel.h"
#include "fifo/push.h"
#include "regs/nv-ce.h"
#include "rm/memory.h"
#include "softgpu-priv.h"
#include "uvm/uvm.h"

enum {
	H_VASPACE = 0x90f1, H_MEMORY = 0x3e0, H_DATA = 0x400, H_CHANNEL = 0xc56f, H_COPY = 0xc7b5,
};

#define USERD_OFF	0x800
#define SEM_OFF		0xc00
#define PUSH_OFF	0x1000
#define ENTRIES		16
#define CE2		0x0b
#define SIZE		0x10000ull
#define HUGE		0x200000ull

/* Where things are mapped */
#define CONTROL		0x200000000ull
#define DATA		0x10000000000ull
#define POOL		0x300000000ull

struct uvm_rig {
	struct rm_rig rm;
	struct uvm_os os;
	struct uvm_va_space vs;
	struct uvm_va_space *asked;	/* by call() */
	struct uvm_uuid uuid;
	u32 client;
	u8 *cpu;
	u32 token, put;
};

/* The only file that asks for anything is 3. */
static struct rm_caller *the_user;

static inline int rig_ctl_get(int fd, struct uvm_ctl *ctl)
{
	if (fd != 3)
		return -EBADF;
	ctl->caller = *the_user;
	return 0;
}

static inline void rig_ctl_put(struct uvm_ctl *ctl)
{
}

static inline u32 call(struct uvm_rig *rig, u32 nr, void *params)
{
	const struct uvm_ioctl_desc *desc = uvm_ioctl_find(nr);

	EXPECT(desc);
	return uvm_ioctl(rig->asked, nr, params);
}

static inline u32 on_gpu(struct uvm_rig *rig, u32 nr)
{
	struct uvm_gpu_params p = { .gpu = rig->uuid };

	return call(rig, nr, &p);
}

static inline u32 on_range(struct uvm_rig *rig, u32 nr, u64 base, u64 length)
{
	struct uvm_range_params p = { .base = base, .length = length };

	return call(rig, nr, &p);
}

static inline u32 unmap(struct uvm_rig *rig, u64 base, u64 length)
{
	struct uvm_range_gpu_params p = { .base = base, .length = length, .gpu = rig->uuid };

	return call(rig, UVM_UNMAP_EXTERNAL, &p);
}

static inline u32 register_gpu(struct uvm_rig *rig)
{
	struct uvm_register_gpu_params p = { .gpu = rig->uuid, .ctl_fd = -1 };
	u32 status = call(rig, UVM_REGISTER_GPU, &p);

	EXPECT(!p.numa_enabled && p.numa_node == -1);
	return status;
}

static inline u32 register_vaspace(struct uvm_rig *rig, int fd, u32 h_client, u32 h_vaspace)
{
	struct uvm_register_gpu_vaspace_params p = {
		.gpu = rig->uuid, .ctl_fd = fd, .h_client = h_client, .h_vaspace = h_vaspace,
	};

	return call(rig, UVM_REGISTER_GPU_VASPACE, &p);
}

static inline struct uvm_map_external_allocation_params
map_params(struct uvm_rig *rig, u32 h_memory, u64 base, u64 length)
{
	return (struct uvm_map_external_allocation_params) {
		.base = base, .length = length, .gpu = { { .gpu = rig->uuid } }, .gpus = 1,
		.ctl_fd = 3, .h_client = rig->client, .h_memory = h_memory,
	};
}

static inline u32 map(struct uvm_rig *rig, u32 h_memory, u64 base, u64 length)
{
	struct uvm_map_external_allocation_params p = map_params(rig, h_memory, base, length);

	return call(rig, UVM_MAP_EXTERNAL_ALLOCATION, &p);
}

static inline u32 pool(struct uvm_rig *rig, u64 base, u64 length)
{
	struct uvm_alloc_semaphore_pool_params p = { .base = base, .length = length };

	return call(rig, UVM_ALLOC_SEMAPHORE_POOL, &p);
}

/* As a process maps it */
static inline u32 map_managed(struct uvm_rig *rig, u64 base, u64 length)
{
	struct rm_memory *memory;
	u32 status = uvm_map_cpu(&rig->vs, base, length, &memory);

	if (status == NV_OK)
		rm_memory_put(memory);
	return status;
}

static inline u32 alloc(struct uvm_rig *rig, u32 parent, u32 handle, u32 h_class,
			const void *params, u32 size)
{
	return rig_alloc_as(&rig->rm.user, rig->client, parent, handle, h_class, params, size);
}

static inline u32 alloc_memory(struct uvm_rig *rig, u32 handle, bool vid, u64 size)
{
	return rig_alloc_memory_as(&rig->rm.user, rig->client, handle, vid, size);
}

static inline struct rm_memory *memory_of(struct uvm_rig *rig, u32 handle)
{
	struct rm_client *client = rm_client_get(&rig->rm.user, rig->client);
	struct rm_object *object = rm_object_get(client, handle);
	struct rm_memory *memory = rm_to_memory(object)->memory;

	rm_object_put(object);
	rm_client_put(client);
	return memory;
}

static inline u32 alloc_vaspace(struct uvm_rig *rig, u32 handle, u32 flags)
{
	struct nv_vaspace_alloc_params params = { .flags = flags };

	return alloc(rig, H_DEVICE, handle, FERMI_VASPACE_A, &params, sizeof(params));
}

static inline void rig_up(struct uvm_rig *rig)
{
	*rig = (struct uvm_rig) { };
	rig_init(&rig->rm);
	the_user = &rig->rm.user;
	rig->os = (struct uvm_os) { &rig->rm.rm, rig_ctl_get, rig_ctl_put };
	uvm_va_space_init(&rig->vs, &rig->os);
	rig->asked = &rig->vs;
	memcpy(&rig->uuid, nv_gsp_static_info(rig->rm.gpu.gsp)->gid_data, sizeof(rig->uuid));
	rig->client = rig_tree(&rig->rm);
	EXPECT_EQ(alloc_vaspace(rig, H_VASPACE, NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED),
		  NV_OK);
	EXPECT_EQ(alloc_memory(rig, H_MEMORY, false, SIZE), NV_OK);
	EXPECT_EQ(alloc_memory(rig, H_DATA, true, SIZE), NV_OK);
	rig->cpu = memory_of(rig, H_MEMORY)->dma.cpu;
}

/* As libcuda begins */
static inline void rig_registered(struct uvm_rig *rig)
{
	rig_up(rig);
	EXPECT_EQ(register_gpu(rig), NV_OK);
	EXPECT_EQ(register_vaspace(rig, 3, rig->client, H_VASPACE), NV_OK);
	EXPECT_EQ(on_range(rig, UVM_CREATE_EXTERNAL_RANGE, CONTROL, HUGE), NV_OK);
	EXPECT_EQ(on_range(rig, UVM_CREATE_EXTERNAL_RANGE, DATA, HUGE), NV_OK);
}

static inline void rig_down(struct uvm_rig *rig)
{
	uvm_va_space_fini(&rig->vs);
	rig_fini(&rig->rm);
}

static inline u32 open_channel(struct uvm_rig *rig)
{
	struct nv_channel_alloc_params params = {
		.gp_fifo_offset = CONTROL, .gp_fifo_entries = ENTRIES, .h_vaspace = H_VASPACE,
		.h_userd_memory = { H_MEMORY }, .userd_offset = { USERD_OFF }, .engine_type = CE2,
	};
	struct nv_copy_alloc_params copy = { NV_COPY_ALLOC_VERSION_ENGINE_TYPE, CE2 };
	u8 schedule[2] = { 1, 0 };
	u32 status = alloc(rig, H_DEVICE, H_CHANNEL, AMPERE_CHANNEL_GPFIFO_A, &params,
			   sizeof(params));

	if (status != NV_OK)
		return status;
	EXPECT_EQ(alloc(rig, H_CHANNEL, H_COPY, AMPERE_DMA_COPY_B, &copy, sizeof(copy)), NV_OK);
	EXPECT_EQ(rig_control(&rig->rm, rig->client, H_CHANNEL, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE,
			      schedule, sizeof(schedule)), NV_OK);
	EXPECT_EQ(rig_control(&rig->rm, rig->client, H_CHANNEL,
			      NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &rig->token,
			      sizeof(rig->token)), NV_OK);
	return NV_OK;
}

/* False if it is not done at once */
static inline bool copy(struct uvm_rig *rig, u64 dst, u64 src, u32 size)
{
	const u32 offset[] = { src >> 32, src, dst >> 32, dst };
	const u32 sem[] = { (CONTROL + SEM_OFF) >> 32, (u32)(CONTROL + SEM_OFF), rig->put + 1 };
	u32 at = PUSH_OFF + rig->put * 0x100, *entry = (u32 *)(rig->cpu + rig->put * 8);
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, 4, NVC56F_SET_OBJECT, AMPERE_DMA_COPY_B);
	nv_push_methods(&push, 4, NVC7B5_OFFSET_IN_UPPER, offset, 4);
	nv_push_method(&push, 4, NVC7B5_LINE_LENGTH_IN, size);
	nv_push_methods(&push, 4, NVC7B5_SET_SEMAPHORE_A, sem, 3);
	nv_push_method(&push, 4, NVC7B5_LAUNCH_DMA,
		       NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH |
		       NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH | 2 | 1 << 3);
	entry[0] = CONTROL + at;
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, (CONTROL + at) >> 32) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push.used);
	rig->put++;
	*(u32 *)(rig->cpu + USERD_OFF + NV_USERD_GP_PUT) = rig->put;
	nv_wr32(&rig->rm.soft.hw, NV_VIRTUAL_FUNCTION_DOORBELL, rig->token);
	return *(u32 *)(rig->cpu + SEM_OFF) == rig->put;
}

#endif
