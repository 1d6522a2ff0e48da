// SPDX-License-Identifier: MIT OR GPL-2.0

/* Address spaces and channels of user space: a program that copies with the copy engine. */

#include "rm-rig.h"

#include "abi/channel.h"
#include "abi/ctrl/ctrl-internal.h"
#include "fifo/push.h"
#include "regs/nv-ce.h"
#include "regs/nv-intr.h"
#include "rm/channel.h"
#include "softgpu-priv.h"

enum {
	H_VASPACE = 0x90f1, H_VIRTUAL = 0x70f1, H_MEMORY = 0x3e0, H_DATA = 0x400, H_GROUP = 0xa06c,
	H_SHARE = 0x9067, H_CHANNEL = 0xc56f, H_COPY = 0xc7b5,
};

#define MEMORY_SIZE	0x4000
#define USERD_OFF	0x800
#define SEM_OFF		0xc00
#define PUSH_OFF	0x1000
#define ENTRIES		16
#define CE2		0x0b
#define DATA_SIZE	0x10000

struct program {
	struct rm_rig *rig;
	u32 client;
	u8 *cpu;		/* of H_MEMORY */
	u64 va, data_va;
	u32 token, put;
};

static struct rm_memory *memory_of(struct program *prog, u32 handle)
{
	struct rm_client *client = rm_client_get(&prog->rig->user, prog->client);
	struct rm_object *object = rm_object_get(client, handle);
	struct rm_memory *memory = rm_to_memory(object)->memory;

	rm_object_put(object);
	rm_client_put(client);
	return memory;
}

static u32 alloc(struct program *prog, u32 parent, u32 handle, u32 h_class, const void *params,
		 u32 size)
{
	return rig_alloc_as(&prog->rig->user, prog->client, parent, handle, h_class, params, size);
}

static u32 alloc_memory(struct program *prog, u32 handle, bool vid, u64 size)
{
	return rig_alloc_memory_as(&prog->rig->user, prog->client, handle, vid, size);
}

static u32 map_dma(struct program *prog, u32 h_memory, u64 offset, u64 length, u32 flags, u64 *va)
{
	struct nvos46_parameters p = {
		.h_client = prog->client, .h_device = H_DEVICE, .h_dma = H_VIRTUAL,
		.h_memory = h_memory, .offset = offset, .length = length, .flags = flags,
		.dma_offset = *va, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(&prog->rig->user, NV_ESC_RM_MAP_MEMORY_DMA, &p, sizeof(p)), 0);
	*va = p.dma_offset;
	return p.status;
}

static u32 unmap_dma(struct program *prog, u64 va)
{
	struct nvos47_parameters p = {
		.h_client = prog->client, .h_device = H_DEVICE, .h_dma = H_VIRTUAL,
		.dma_offset = va, .status = ~0u,
	};

	EXPECT_EQ(rm_escape(&prog->rig->user, NV_ESC_RM_UNMAP_MEMORY_DMA, &p, sizeof(p)), 0);
	return p.status;
}

static struct nv_channel_alloc_params channel_params(struct program *prog)
{
	return (struct nv_channel_alloc_params) {
		.gp_fifo_offset = prog->va, .gp_fifo_entries = ENTRIES,
		.h_vaspace = H_VASPACE, .h_userd_memory = { H_MEMORY },
		.userd_offset = { USERD_OFF }, .engine_type = CE2,
		/* None of this is user space's to say. */
		.internal_flags = 2, .instance_mem = { 0x1000, 0x1000, 2, 0 },
		.userd_mem = { 0x2000, 512, 2, 0 }, .process_id = 1,
	};
}

static u32 alloc_channel(struct program *prog, u32 parent,
			 const struct nv_channel_alloc_params *params)
{
	return alloc(prog, parent, H_CHANNEL, AMPERE_CHANNEL_GPFIFO_A, params, sizeof(*params));
}

static void start_channel(struct program *prog)
{
	struct nv_copy_alloc_params copy = { NV_COPY_ALLOC_VERSION_ENGINE_TYPE, CE2 };
	u8 schedule[2] = { 1, 0 };

	EXPECT_EQ(alloc(prog, H_CHANNEL, H_COPY, AMPERE_DMA_COPY_B, &copy, sizeof(copy)), NV_OK);
	EXPECT_EQ(rig_control(prog->rig, prog->client, H_CHANNEL, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE,
			      schedule, sizeof(schedule)), NV_OK);
	EXPECT_EQ(rig_control(prog->rig, prog->client, H_CHANNEL,
			      NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &prog->token,
			      sizeof(prog->token)), NV_OK);
	prog->put = 0;
}

/* All that a channel needs, and 64 KiB of video memory. */
static void open_program(struct program *prog, struct rm_rig *rig)
{
	struct nv_vaspace_alloc_params vaspace = { 0 };
	struct nv_memory_virtual_alloc_params virtual = { .h_vaspace = H_VASPACE };

	*prog = (struct program) { .rig = rig, .client = rig_tree(rig) };
	EXPECT_EQ(alloc(prog, H_DEVICE, H_VASPACE, FERMI_VASPACE_A, &vaspace, sizeof(vaspace)),
		  NV_OK);
	EXPECT_EQ(alloc(prog, H_DEVICE, H_VIRTUAL, NV01_MEMORY_VIRTUAL, &virtual,
			sizeof(virtual)), NV_OK);
	EXPECT_EQ(alloc_memory(prog, H_MEMORY, false, MEMORY_SIZE), NV_OK);
	EXPECT_EQ(alloc_memory(prog, H_DATA, true, DATA_SIZE), NV_OK);
	EXPECT_EQ(map_dma(prog, H_MEMORY, 0, MEMORY_SIZE, 0, &prog->va), NV_OK);
	EXPECT_EQ(map_dma(prog, H_DATA, 0, DATA_SIZE, 0, &prog->data_va), NV_OK);
	prog->cpu = memory_of(prog, H_MEMORY)->dma.cpu;
}

static void emit_copy(struct program *prog, struct nv_push *push, u64 dst, u64 src, u32 size)
{
	const u32 offset[] = { src >> 32, src, dst >> 32, dst };
	const u32 sem[] = { (prog->va + SEM_OFF) >> 32, prog->va + SEM_OFF, prog->put + 1 };

	nv_push_method(push, 4, NVC56F_SET_OBJECT, AMPERE_DMA_COPY_B);
	nv_push_methods(push, 4, NVC7B5_OFFSET_IN_UPPER, offset, 4);
	nv_push_method(push, 4, NVC7B5_LINE_LENGTH_IN, size);
	nv_push_methods(push, 4, NVC7B5_SET_SEMAPHORE_A, sem, 3);
	nv_push_method(push, 4, NVC7B5_LAUNCH_DMA,
		       NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH |
		       NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH | 2 | 1 << 3);
}

/* Copy by virtual addresses; false if it is not done at once. */
static bool copy(struct program *prog, u64 dst, u64 src, u32 size)
{
	u32 at = PUSH_OFF + prog->put * 0x100;
	struct nv_push push = { .word = (u32 *)(prog->cpu + at), .room = 64 };
	u32 *entry = (u32 *)(prog->cpu + prog->put * 8);

	emit_copy(prog, &push, dst, src, size);
	entry[0] = prog->va + at;
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, (prog->va + at) >> 32) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push.used);
	prog->put++;
	*(u32 *)(prog->cpu + USERD_OFF + NV_USERD_GP_PUT) = prog->put;
	nv_wr32(&prog->rig->soft.hw, NV_VIRTUAL_FUNCTION_DOORBELL, prog->token);
	return *(u32 *)(prog->cpu + SEM_OFF) == prog->put;
}

static u64 data_addr(struct program *prog)
{
	return list_first_entry(&memory_of(prog, H_DATA)->pieces, struct nv_vidmem, link)->addr;
}

static void copies_there_and_back(struct program *prog)
{
	u8 *vram = prog->rig->soft.model->vram + data_addr(prog);

	memset(prog->cpu + 0x3000, 0x5a, 0x1000);
	EXPECT(copy(prog, prog->data_va + 0x123, prog->va + 0x3000, 0x800));
	EXPECT(vram[0x122] == 0 && vram[0x123] == 0x5a && vram[0x922] == 0x5a && vram[0x923] == 0);
	memset(prog->cpu + 0x3000, 0, 0x1000);
	EXPECT(copy(prog, prog->va + 0x3001, prog->data_va + 0x123, 0x800));
	EXPECT(prog->cpu[0x3000] == 0 && prog->cpu[0x3001] == 0x5a && prog->cpu[0x3801] == 0);
}

UNIT_TEST(a_program_copies)
{
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	params = channel_params(&prog);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	start_channel(&prog);
	copies_there_and_back(&prog);
	/* What was unmapped is out of reach, and only that channel stops. */
	EXPECT_EQ(unmap_dma(&prog, prog.data_va), NV_OK);
	EXPECT_EQ(unmap_dma(&prog, prog.data_va), NV_ERR_INVALID_OBJECT);
	EXPECT(!copy(&prog, prog.data_va, prog.va, 4));
	hw_softgpu_run_thread(&rig.soft);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "): 31, MMU fault"), 1);
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, H_CHANNEL), NV_OK);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	start_channel(&prog);
	*(u32 *)(prog.cpu + USERD_OFF + NV_USERD_GP_PUT) = 0;
	prog.data_va = 0;
	EXPECT_EQ(map_dma(&prog, H_DATA, 0, DATA_SIZE, 0, &prog.data_va), NV_OK);
	memset(rig.soft.model->vram + data_addr(&prog), 0, DATA_SIZE);
	copies_there_and_back(&prog);
	rig_fini(&rig);
}

/* Group and context share name the address space and the engine. */
UNIT_TEST(a_channel_in_a_group)
{
	struct nv_channel_group_alloc_params group = {
		.h_vaspace = H_VASPACE, .engine_type = CE2,
	};
	struct nv_context_share_alloc_params share = { .h_vaspace = H_VASPACE };
	u64 slice_us = 1000;
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	EXPECT_EQ(alloc(&prog, H_DEVICE, H_GROUP, KEPLER_CHANNEL_GROUP_A, &group, sizeof(group)),
		  NV_OK);
	EXPECT_EQ(alloc(&prog, H_GROUP, H_SHARE, FERMI_CONTEXT_SHARE_A, &share, sizeof(share)),
		  NV_OK);
	params = channel_params(&prog);
	params.h_vaspace = 0;
	params.engine_type = 0;
	params.h_context_share = H_SHARE;
	EXPECT_EQ(alloc_channel(&prog, H_GROUP, &params), NV_OK);
	start_channel(&prog);
	copies_there_and_back(&prog);
	EXPECT_EQ(rig_control(&rig, prog.client, H_GROUP, NVA06C_CTRL_CMD_SET_TIMESLICE, &slice_us,
			      sizeof(slice_us)), NV_OK);
	EXPECT_EQ(rig_control(&rig, prog.client, H_CHANNEL, NVA06C_CTRL_CMD_SET_TIMESLICE,
			      &slice_us, sizeof(slice_us)), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, H_CHANNEL), NV_OK);
	params.h_context_share = 0;
	EXPECT_EQ(alloc_channel(&prog, H_GROUP, &params), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(user_channels_have_no_privileges)
{
	struct nv_channel_alloc_params params;
	struct program prog;
	struct nv_push push;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	params = channel_params(&prog);
	params.flags = NVOS04_FLAGS_PRIVILEGED_CHANNEL;
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_ERR_INSUFFICIENT_PERMISSIONS);
	params.flags = 0;
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	start_channel(&prog);
	/* By physical address */
	push = (struct nv_push) { .word = (u32 *)(prog.cpu + PUSH_OFF), .room = 64 };
	emit_copy(&prog, &push, 0x4000000, 0x5000000, 4);
	push.word[push.used - 1] |= NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL;
	*(u32 *)prog.cpu = prog.va + PUSH_OFF;
	*(u32 *)(prog.cpu + 4) = FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push.used);
	*(u32 *)(prog.cpu + USERD_OFF + NV_USERD_GP_PUT) = 1;
	nv_wr32(&rig.soft.hw, NV_VIRTUAL_FUNCTION_DOORBELL, prog.token);
	hw_softgpu_run_thread(&rig.soft);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "physical addresses are not for this channel"), 2);
	rig_fini(&rig);
}

UNIT_TEST(bad_channels_are_refused)
{
	struct nv_channel_alloc_params good, params;
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	good = channel_params(&prog);
#define REFUSED(change, status)							\
	do {									\
		params = good;							\
		change;								\
		EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), status);	\
	} while (0)
	REFUSED(params.h_userd_memory[0] = 0, NV_ERR_NOT_SUPPORTED);
	REFUSED(params.h_userd_memory[0] = 0x123, NV_ERR_INVALID_OBJECT_HANDLE);
	REFUSED(params.h_userd_memory[0] = H_VASPACE, NV_ERR_INVALID_OBJECT_HANDLE);
	REFUSED(params.userd_offset[0] = 256, NV_ERR_INVALID_ADDRESS);
	REFUSED(params.userd_offset[0] = MEMORY_SIZE, NV_ERR_INVALID_LIMIT);
	REFUSED(params.userd_offset[0] = ~0ull << 9, NV_ERR_INVALID_LIMIT);
	REFUSED(params.h_vaspace = 0, NV_ERR_NOT_SUPPORTED);
	REFUSED(params.h_vaspace = H_VIRTUAL, NV_ERR_INVALID_OBJECT_HANDLE);
	REFUSED(params.h_context_share = H_SHARE; params.h_vaspace = 0,
		NV_ERR_INVALID_OBJECT_HANDLE);
	REFUSED(params.engine_type = 0, NV_ERR_INVALID_ARGUMENT);
	REFUSED(params.engine_type = 0xffffffff, NV_ERR_INVALID_ARGUMENT);
	REFUSED(params.h_object_error = H_DEVICE, NV_ERR_INVALID_OBJECT_HANDLE);
	REFUSED(params.gp_fifo_offset = 3, NV_ERR_INVALID_ADDRESS);
	REFUSED(params.h_object_error = H_MEMORY, NV_OK);
#undef REFUSED
	EXPECT_EQ(alloc_channel(&prog, H_SUBDEVICE, &good), NV_ERR_INVALID_OBJECT_PARENT);
	nv_ce_stop(&rig.gpu);
	EXPECT_EQ(bitmap_weight(rig.gpu.fifo.chid, NV_HOST_CHANNELS), 1);
	rig_fini(&rig);
}

UNIT_TEST(ranges_of_an_address_space)
{
	u64 va, gsp = 0x100000000ull;
	struct program prog;
	struct rm_rig rig;
	int i;

	rig_init(&rig);
	open_program(&prog, &rig);
#define MAPPED(at, offset, length, flags, status)					\
	do {										\
		va = at;								\
		EXPECT_EQ(map_dma(&prog, H_MEMORY, offset, length, flags, &va), status);\
	} while (0)
	MAPPED(0, 0, 0, 0, NV_ERR_INVALID_LIMIT);
	MAPPED(0, MEMORY_SIZE, 1, 0, NV_ERR_INVALID_LIMIT);
	MAPPED(0, 1, MEMORY_SIZE, 0, NV_ERR_INVALID_LIMIT);
	MAPPED(0, 1, ~0ull, 0, NV_ERR_INVALID_LIMIT);
	MAPPED(0, ~0ull, 2, 0, NV_ERR_INVALID_LIMIT);
	MAPPED(0, 0, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_INVALID_ADDRESS);
	MAPPED(prog.va, 0, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_NO_MEMORY);
	MAPPED(gsp + 0x1000, 0, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_NO_MEMORY);
	MAPPED(gsp - 0x1000, 0, 0x2000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_NO_MEMORY);
	MAPPED(1ull << 47, 0, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_INVALID_ADDRESS);
	MAPPED(~0ull << 12, 0, 0x2000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_INVALID_ADDRESS);
	MAPPED(gsp + 1, 0, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_ERR_INVALID_ADDRESS);
	MAPPED((1ull << 47) - 0x1000, 0x1000, 0x1000, NVOS46_FLAGS_DMA_OFFSET_FIXED, NV_OK);
	EXPECT_EQ(unmap_dma(&prog, va), NV_OK);
	EXPECT_EQ(unmap_dma(&prog, gsp), NV_ERR_INVALID_OBJECT);
	/* Part of a page: the address is inside it. */
	MAPPED(0, 0x1801, 0x1000, 0, NV_OK);
	EXPECT_EQ(va % 0x1000, 0x801);
	EXPECT_EQ(unmap_dma(&prog, va - 1), NV_ERR_INVALID_OBJECT);
	EXPECT_EQ(unmap_dma(&prog, va), NV_OK);

	/* The mapping is the last to have the memory. */
	EXPECT_EQ(map_dma(&prog, H_DATA, 0, DATA_SIZE, 0, &va), NV_OK);
	EXPECT_EQ(unmap_dma(&prog, prog.data_va), NV_OK);
	EXPECT_EQ(rig_free_as(&prog.rig->user, prog.client, H_DATA), NV_OK);
	EXPECT_EQ(unmap_dma(&prog, va), NV_OK);
	for (i = 0; i < 50; i++)
		MAPPED(0, 0, MEMORY_SIZE, 0, NV_OK);
#undef MAPPED
	rig_fini(&rig);
}

/* In any order; what is still in use stays until nothing needs it. */
UNIT_TEST(frees_in_any_order)
{
	static const u32 orders[][4] = {
		{ H_MEMORY, H_DATA, H_VASPACE, H_CHANNEL },
		{ H_VASPACE, H_CHANNEL, H_MEMORY, H_DATA },
		{ H_CHANNEL, H_VASPACE, H_DATA, H_MEMORY },
		{ H_VIRTUAL, H_VASPACE, H_CHANNEL, H_DATA },
		{ H_DEVICE, 1, 2, 3 },
	};
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;
	u32 i, j;

	rig_init(&rig);
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		open_program(&prog, &rig);
		params = channel_params(&prog);
		params.h_object_error = H_MEMORY;
		EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
		start_channel(&prog);
		for (j = 0; j < 4; j++)
			EXPECT_EQ(rig_free_as(&rig.user, prog.client, orders[i][j]), NV_OK);
		EXPECT_EQ(rig_free_as(&rig.user, prog.client, prog.client), NV_OK);
		nv_ce_stop(&rig.gpu);
		EXPECT(bitmap_empty(rig.gpu.fifo.chid, NV_HOST_CHANNELS));
		EXPECT_EQ(rig.gpu.heap.used, 0);
	}
	rig_fini(&rig);
}

/* The GPU goes first, or is booted anew, with channels and mappings still there. */
UNIT_TEST(outlives_the_gpu)
{
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;
	u64 va = 0;

	rig_init(&rig);
	open_program(&prog, &rig);
	params = channel_params(&prog);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT_EQ(map_dma(&prog, H_MEMORY, 0, 1, 0, &va), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, prog.client), NV_OK);
	EXPECT_EQ(rig.gpu.heap.used, 0);

	open_program(&prog, &rig);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, prog.client), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(each_allocation_fails_once)
{
	struct nv_vaspace_alloc_params vaspace = { 0 };
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;
	u32 status = ~0u;
	long n, live;
	u64 va;

	rig_init(&rig);
	open_program(&prog, &rig);
	params = channel_params(&prog);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, H_CHANNEL), NV_OK);
	live = unit_live_allocs();
	for (n = 1; status != NV_OK; n++) {
		va = 0;
		unit_fail_alloc_at(n);
		status = alloc(&prog, H_DEVICE, 0x90f2, FERMI_VASPACE_A, &vaspace, sizeof(vaspace));
		if (status == NV_OK)
			status = map_dma(&prog, H_MEMORY, 0, MEMORY_SIZE, 0, &va);
		if (status == NV_OK)
			status = alloc_channel(&prog, H_DEVICE, &params);
		EXPECT_EQ(status == NV_OK, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		rig_free_as(&rig.user, prog.client, H_CHANNEL);
		rig_free_as(&rig.user, prog.client, 0x90f2);
		if (va)
			EXPECT_EQ(unmap_dma(&prog, va), NV_OK);
		EXPECT(unit_live_allocs() <= live + 8);
	}
	EXPECT(n > 10);
	rig_fini(&rig);
}

static u32 list_channels(struct program *prog, u32 count, u64 out)
{
	struct nv0080_ctrl_fifo_get_channellist_params p = {
		.num_channels = count, .channel_handle_list = rig_ptr(0x1000), .channel_list = out,
	};

	return rig_control(prog->rig, prog->client, H_DEVICE, NV0080_CTRL_CMD_FIFO_GET_CHANNELLIST,
			   &p, sizeof(p));
}

UNIT_TEST(what_is_said_of_channels)
{
	struct nv2080_ctrl_gr_get_ctx_buffer_size_params size = { .h_channel = H_CHANNEL };
	struct nvc36f_ctrl_get_class_engineid_params class = { .h_object = H_COPY };
	u32 *list = (u32 *)&rig_user[0x1000], index = 1;
	struct nv_channel_alloc_params params;
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	params = channel_params(&prog);
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	start_channel(&prog);
#define ASK(object, cmd, params) \
	rig_control(&rig, prog.client, object, cmd, &(params), sizeof(params))
	EXPECT_EQ(ASK(H_CHANNEL, NVC36F_CTRL_GET_CLASS_ENGINEID, class), NV_OK);
	EXPECT(class.class_engine_id == AMPERE_DMA_COPY_B && class.engine_id == CE2);
	class.h_object = H_DATA;
	EXPECT_EQ(ASK(H_CHANNEL, NVC36F_CTRL_GET_CLASS_ENGINEID, class), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(ASK(H_CHANNEL, NVC36F_CTRL_CMD_GPFIFO_SET_WORK_SUBMIT_TOKEN_NOTIF_INDEX, index),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GR_GET_CTX_BUFFER_SIZE, size), NV_OK);
	EXPECT_EQ(size.total_buffer_size, 0);
	size.h_channel = H_COPY;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GR_GET_CTX_BUFFER_SIZE, size),
		  NV_ERR_OBJECT_NOT_FOUND);
#undef ASK
	list[0] = H_CHANNEL;
	list[1] = H_COPY;
	EXPECT_EQ(list_channels(&prog, 2, rig_ptr(0x1000)), NV_OK);
	EXPECT_EQ(list[0], prog.token & 0xfff);
	EXPECT_EQ(list[1], NV0080_CTRL_FIFO_INVALID_CHANNEL);
	EXPECT_EQ(list_channels(&prog, 2, 8), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(list_channels(&prog, 0, rig_ptr(0x1000)), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(list_channels(&prog, ~0u, rig_ptr(0x1000)), NV_ERR_INVALID_ARGUMENT);
	rig_fini(&rig);
}

/* The token goes where the program looks for it, and so does the reason why a channel died. */
UNIT_TEST(notifiers)
{
	const u32 cmd = NVC36F_CTRL_CMD_GPFIFO_SET_WORK_SUBMIT_TOKEN_NOTIF_INDEX;
	struct nv_channel_alloc_params params;
	struct nv_notification *notifier;
	struct program prog;
	struct rm_rig rig;
	u32 index;

	rig_init(&rig);
	open_program(&prog, &rig);
	EXPECT_EQ(alloc_memory(&prog, 0x3e1, false, 0x1000), NV_OK);
	notifier = memory_of(&prog, 0x3e1)->dma.cpu;
	params = channel_params(&prog);
	params.h_object_error = 0x3e1;
	EXPECT_EQ(alloc_channel(&prog, H_DEVICE, &params), NV_OK);
	start_channel(&prog);
	index = 0;
	EXPECT_EQ(rig_control(&rig, prog.client, H_CHANNEL, cmd, &index, sizeof(index)),
		  NV_ERR_INVALID_ARGUMENT);
	index = 0x100;
	EXPECT_EQ(rig_control(&rig, prog.client, H_CHANNEL, cmd, &index, sizeof(index)),
		  NV_ERR_INVALID_ARGUMENT);
	index = 2;
	notifier[2].status = 0xffff;
	EXPECT_EQ(rig_control(&rig, prog.client, H_CHANNEL, cmd, &index, sizeof(index)), NV_OK);
	EXPECT(notifier[2].info32 == prog.token && !notifier[2].status);
	EXPECT(!notifier[0].info32 && !notifier[0].status);
	EXPECT(!copy(&prog, prog.data_va + DATA_SIZE, prog.va, 4));
	EXPECT(notifier[0].info32 == 31 && notifier[0].status == 0xffff);
	EXPECT_EQ(notifier[2].info32, prog.token);
	rig_fini(&rig);
}
