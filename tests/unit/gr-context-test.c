// SPDX-License-Identifier: MIT OR GPL-2.0

/* Contexts of the graphics engine: made, mapped, used and given back. */

#include "uvm-rig.h"

#include "power/power.h"
#include "regs/nv-gr.h"
#include "rm/gr-context.h"

enum {
	H_GROUP = 0xa06c, H_GR = 0xc570, H_GR2, H_OWN_VASPACE = 0x90f3, H_VIRTUAL = 0x7001,
	H_TWOD = 0x902d, H_INLINE = 0xa140,
};

#define GR0		0x01
#define SUB		1
#define CONTEXT		0x400000000ull
#define DATA_OFF	0x8000

static u64 space_of(struct uvm_rig *rig, u32 h_channel)
{
	struct nv2080_ctrl_gr_get_ctx_buffer_size_params p = { .h_channel = h_channel };

	EXPECT_EQ(rig_control(&rig->rm, rig->client, H_SUBDEVICE,
			      NV2080_CTRL_CMD_GR_GET_CTX_BUFFER_SIZE, &p, sizeof(p)), NV_OK);
	return p.total_buffer_size;
}

static u32 open_group(struct uvm_rig *rig, u32 h_vaspace)
{
	struct nv_channel_group_alloc_params p = { .h_vaspace = h_vaspace, .engine_type = GR0 };

	return alloc(rig, H_DEVICE, H_GROUP, KEPLER_CHANNEL_GROUP_A, &p, sizeof(p));
}

static u32 open_graphics(struct uvm_rig *rig, u32 handle, u64 control)
{
	struct nv_channel_alloc_params params = {
		.gp_fifo_offset = control, .gp_fifo_entries = ENTRIES,
		.h_userd_memory = { H_MEMORY }, .userd_offset = { USERD_OFF }, .engine_type = GR0,
	};
	u8 on[2] = { 1, 0 };

	EXPECT_EQ(alloc(rig, H_GROUP, handle, AMPERE_CHANNEL_GPFIFO_A, &params, sizeof(params)),
		  NV_OK);
	EXPECT_EQ(rig_control(&rig->rm, rig->client, handle, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, on,
			      sizeof(on)), NV_OK);
	EXPECT_EQ(rig_control(&rig->rm, rig->client, handle,
			      NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &rig->token,
			      sizeof(rig->token)), NV_OK);
	return alloc(rig, handle, handle + 0x1000, AMPERE_COMPUTE_B, NULL, 0);
}

static bool submit(struct uvm_rig *rig, u64 control, u32 at, u32 words)
{
	u32 *entry = (u32 *)(rig->cpu + rig->put * 8);

	entry[0] = control + at;
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, (control + at) >> 32) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, words);
	rig->put++;
	*(u32 *)(rig->cpu + USERD_OFF + NV_USERD_GP_PUT) = rig->put;
	nv_wr32(&rig->rm.soft.hw, NV_VIRTUAL_FUNCTION_DOORBELL, rig->token);
	return *(u32 *)(rig->cpu + SEM_OFF) == rig->put;
}

/* A word of inline data; no semaphore tells of its end */
static bool write_inline(struct uvm_rig *rig, u32 class, u64 control, u64 to)
{
	const u32 where[] = { 4, 1, to >> 32, to };
	u32 at = PUSH_OFF + rig->put * 0x100;
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, SUB, NVC56F_SET_OBJECT, class);
	nv_push_methods(&push, SUB, NVC7C0_LINE_LENGTH_IN, where, 4);
	nv_push_method(&push, SUB, NVC7C0_LAUNCH_DMA, NVC7C0_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
	nv_push_method(&push, SUB, NVC7C0_LOAD_INLINE_DATA, 0x5a5a5a5a);
	return submit(rig, control, at, push.used);
}

/* A report semaphore of the compute class; false if it is not there at once */
static bool report(struct uvm_rig *rig, u64 control)
{
	const u32 sem[] = { (control + SEM_OFF) >> 32, (u32)(control + SEM_OFF), rig->put + 1,
			    NVC7C0_SET_REPORT_SEMAPHORE_D_ONE_WORD };
	u32 at = PUSH_OFF + rig->put * 0x100;
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, SUB, NVC56F_SET_OBJECT, AMPERE_COMPUTE_B);
	nv_push_methods(&push, SUB, NVC7C0_SET_REPORT_SEMAPHORE_A, sem, 4);
	return submit(rig, control, at, push.used);
}

static u32 register_channel(struct uvm_rig *rig, u32 handle, u64 base, u64 length)
{
	struct uvm_register_channel_params p = {
		.gpu = rig->uuid, .ctl_fd = 3, .h_client = rig->client, .h_channel = handle,
		.base = base, .length = length,
	};

	return call(rig, UVM_REGISTER_CHANNEL, &p);
}

static u32 unregister_channel(struct uvm_rig *rig, u32 handle)
{
	struct uvm_unregister_channel_params p = { .h_client = rig->client, .h_channel = handle };

	return call(rig, UVM_UNREGISTER_CHANNEL, &p);
}

static u64 used(struct uvm_rig *rig)
{
	struct nv_heap_usage usage;

	nv_heap_get_usage(&rig->rm.gpu.heap, &usage);
	return usage.used;
}

static u64 programs(struct uvm_rig *rig)
{
	struct rm_gpu *rgpu = rm_gpu_next(&rig->rm.rm, 0);
	u64 bytes = rm_memory_usage(rgpu, rig->rm.user.pid);

	rm_gpu_put(rgpu);
	return bytes;
}

/* An address space of the resource manager: the driver finds the addresses. */
static u64 open_own(struct uvm_rig *rig)
{
	struct nv_memory_virtual_alloc_params virt = { .h_vaspace = H_OWN_VASPACE };
	struct nvos46_parameters map = {
		.h_device = H_DEVICE, .h_dma = H_VIRTUAL, .h_memory = H_MEMORY, .length = SIZE,
	};

	rig_up(rig);
	map.h_client = rig->client;
	EXPECT_EQ(alloc_vaspace(rig, H_OWN_VASPACE, 0), NV_OK);
	EXPECT_EQ(alloc(rig, H_DEVICE, H_VIRTUAL, NV01_MEMORY_VIRTUAL, &virt, sizeof(virt)), NV_OK);
	EXPECT_EQ(rm_map_memory_dma(&rig->rm.user, &map, sizeof(map)), NV_OK);
	EXPECT_EQ(open_group(rig, H_OWN_VASPACE), NV_OK);
	return map.dma_offset;
}

UNIT_TEST(a_channel_computes)
{
	struct uvm_rig rig;
	u64 control, before, shared;

	control = open_own(&rig);
	EXPECT_EQ(alloc(&rig, H_DEVICE, H_CHANNEL, AMPERE_COMPUTE_B, NULL, 0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	before = programs(&rig);
	EXPECT_EQ(open_graphics(&rig, H_GR, control), NV_OK);
	EXPECT(report(&rig, control));
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "context"), 0);
	EXPECT_EQ(programs(&rig) - before, 0xc7000 + 0x10000 + 0x4000);
	/* Its group has one, whatever is made next. */
	shared = used(&rig);
	EXPECT_EQ(alloc(&rig, H_GR, 0x777, AMPERE_B, NULL, 0), NV_OK);
	EXPECT_EQ(used(&rig), shared);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_GR), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_GROUP), NV_OK);
	EXPECT_EQ(programs(&rig), before);
	rig_down(&rig);
}

/* 16 bytes that the 2D class writes */
static void notify(struct uvm_rig *rig, u64 control, u64 to)
{
	const u32 methods[] = { to >> 32, to, 0 };
	u32 at = PUSH_OFF + rig->put * 0x100;
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, SUB, NVC56F_SET_OBJECT, FERMI_TWOD_A);
	nv_push_methods(&push, SUB, NVC7C0_SET_NOTIFY_A, methods, 3);
	submit(rig, control, at, push.used);
}

/* Objects that a channel has beside that for compute: they work, and go without it. */
UNIT_TEST(objects_of_2d_and_of_inline_data)
{
	struct uvm_rig rig;
	u64 control = open_own(&rig);
	u32 *data = (u32 *)(rig.cpu + DATA_OFF);

	EXPECT_EQ(alloc(&rig, H_GROUP, H_TWOD, FERMI_TWOD_A, NULL, 0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(open_graphics(&rig, H_GR, control), NV_OK);
	EXPECT_EQ(alloc(&rig, H_GR, H_TWOD, FERMI_TWOD_A, NULL, 0), NV_OK);
	EXPECT_EQ(alloc(&rig, H_GR, H_INLINE, KEPLER_INLINE_TO_MEMORY_B, NULL, 0), NV_OK);
	memset(data, 0xff, 32);
	write_inline(&rig, KEPLER_INLINE_TO_MEMORY_B, control, control + DATA_OFF);
	EXPECT_EQ(data[0], 0x5a5a5a5a);
	EXPECT_EQ(data[1], ~0u);
	notify(&rig, control, control + DATA_OFF + 16);
	EXPECT_EQ(data[7], 0);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_TWOD), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_INLINE), NV_OK);
	EXPECT(report(&rig, control));
	rig_down(&rig);
}

/* The addresses of one that is gone are free again: all of them fit many times. */
UNIT_TEST(contexts_come_and_go)
{
	struct uvm_rig rig;
	u64 control = open_own(&rig), after = 0;
	int i;

	for (i = 0; i < 20; i++) {
		EXPECT_EQ(open_graphics(&rig, H_GR, control), NV_OK);
		rig.put = 0;
		memset(rig.cpu + USERD_OFF, 0, NV_USERD_SIZE);
		EXPECT(report(&rig, control));
		EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_GR), NV_OK);
		EXPECT(!after || used(&rig) == after);
		after = used(&rig);
	}
	rig_down(&rig);
}

UNIT_TEST(copy_engines_have_none)
{
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	EXPECT_EQ(space_of(&rig, H_CHANNEL), 0);
	EXPECT_EQ(alloc(&rig, H_CHANNEL, 0x777, AMPERE_COMPUTE_B, NULL, 0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	rig_down(&rig);
}

static void open_owned(struct uvm_rig *rig)
{
	rig_registered(rig);
	EXPECT_EQ(map(rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_group(rig, H_VASPACE), NV_OK);
	EXPECT_EQ(open_graphics(rig, H_GR, CONTROL), NV_OK);
}

/* In one that UVM owns the program chooses the addresses, and says so by registering. */
UNIT_TEST(a_registered_channel_computes)
{
	struct uvm_rig rig;
	u64 size;

	open_owned(&rig);
	size = space_of(&rig, H_GR);
	EXPECT_EQ(register_channel(&rig, H_GR, 0, 0), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, 0x800000), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(register_channel(&rig, H_GR, ~0xfffffull, size), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTROL, size), NV_ERR_UVM_ADDRESS_IN_USE);
	/* However unaligned, it fits. */
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT + 0x1000, size), NV_OK);
	EXPECT(report(&rig, CONTROL));
	EXPECT_EQ(on_range(&rig, UVM_FREE, CONTEXT + 0x1000, size), NV_ERR_INVALID_ADDRESS);
	/* Another of its group */
	EXPECT_EQ(open_graphics(&rig, H_GR2, CONTROL), NV_OK);
	EXPECT_EQ(register_channel(&rig, H_GR2, CONTEXT + 0x1000, size), NV_OK);
	EXPECT_EQ(unregister_channel(&rig, H_GR), NV_OK);
	rig.put = 0;
	memset(rig.cpu + USERD_OFF, 0, NV_USERD_SIZE);
	EXPECT(report(&rig, CONTROL));
	EXPECT_EQ(unregister_channel(&rig, H_GR2), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, CONTEXT + 0x1000, size),
		  NV_ERR_INVALID_ADDRESS);
	/* And now there is none, which the engine is not to find out. */
	EXPECT(!report(&rig, CONTROL));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "MMU fault"), 0);
	rig_down(&rig);
}

/* libcuda asks for an address space where the engine waits for pages. Nobody would bring them. */
UNIT_TEST(faults_end_the_channel)
{
	const u32 flags = NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED |
			  NV_VASPACE_ALLOCATION_FLAGS_ENABLE_FAULTING;
	struct uvm_rig rig;

	rig_up(&rig);
	EXPECT_EQ(alloc_vaspace(&rig, H_OWN_VASPACE, flags), NV_OK);
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_OWN_VASPACE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, CONTROL, HUGE), NV_OK);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_group(&rig, H_OWN_VASPACE), NV_OK);
	EXPECT_EQ(open_graphics(&rig, H_GR, CONTROL), NV_OK);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, space_of(&rig, H_GR)), NV_OK);
	EXPECT(report(&rig, CONTROL));
	EXPECT(!write_inline(&rig, AMPERE_COMPUTE_B, CONTROL, CONTEXT - 0x1000));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "): 31, MMU fault"), 1);
	rig_down(&rig);
}

/* Whoever goes first, nothing stays and nothing is touched that is gone. */
UNIT_TEST(teardown_in_any_order)
{
	struct uvm_rig rig;
	u64 size;

	open_owned(&rig);
	size = space_of(&rig, H_GR);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, size), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_GROUP), NV_OK);
	EXPECT_EQ(unregister_channel(&rig, H_GR), NV_OK);
	rig_down(&rig);

	open_owned(&rig);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, size), NV_OK);
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU_VASPACE), NV_OK);
	rig_down(&rig);

	open_owned(&rig);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, size), NV_OK);
	rm_remove_gpu(&rig.rm.rm, &rig.rm.gpu);
	EXPECT_EQ(unregister_channel(&rig, H_GR), NV_OK);
	rig_down(&rig);
}

static void try_graphics(struct uvm_rig *rig, u32 h_vaspace)
{
	struct nv_channel_alloc_params params = {
		.gp_fifo_offset = CONTROL, .gp_fifo_entries = ENTRIES,
		.h_userd_memory = { H_MEMORY }, .userd_offset = { USERD_OFF }, .engine_type = GR0,
	};

	open_group(rig, h_vaspace);
	alloc(rig, H_GROUP, H_GR, AMPERE_CHANNEL_GPFIFO_A, &params, sizeof(params));
	alloc(rig, H_GR, 0x777, AMPERE_COMPUTE_B, NULL, 0);
	alloc(rig, H_GR, 0x778, AMPERE_B, NULL, 0);
	register_channel(rig, H_GR, CONTEXT, HUGE * 20);
}

/* Whichever allocation fails, a second attempt has all it needs. */
static void each_allocation_fails(u32 h_vaspace)
{
	struct uvm_rig rig;
	long n;
	bool all;

	for (n = 1, all = false; !all; n++) {
		rig_registered(&rig);
		EXPECT_EQ(alloc_vaspace(&rig, H_OWN_VASPACE, 0), NV_OK);
		EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
		unit_fail_alloc_at(n);
		try_graphics(&rig, h_vaspace);
		all = unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		rig_free_as(&rig.rm.user, rig.client, H_GROUP);
		unregister_channel(&rig, H_GR);
		EXPECT_EQ(open_group(&rig, H_VASPACE), NV_OK);
		EXPECT_EQ(open_graphics(&rig, H_GR, CONTROL), NV_OK);
		EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, HUGE * 20), NV_OK);
		EXPECT(report(&rig, CONTROL));
		rig_down(&rig);
	}
	EXPECT(n > 20);
}

UNIT_TEST(no_memory_in_an_own_space)
{
	each_allocation_fails(H_OWN_VASPACE);
}

UNIT_TEST(no_memory_in_an_owned_space)
{
	each_allocation_fails(H_VASPACE);
}

/* Their memory, the image and what GSP-RM knows of them come back with the rest. */
UNIT_TEST(contexts_outlive_a_sleep)
{
	struct uvm_rig rig;
	struct nv_gpu *gpu = &rig.rm.gpu;

	open_owned(&rig);
	EXPECT_EQ(register_channel(&rig, H_GR, CONTEXT, space_of(&rig, H_GR)), NV_OK);
	EXPECT(report(&rig, CONTROL));
	EXPECT_EQ(nv_power_save(gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	EXPECT(report(&rig, CONTROL));
	EXPECT_EQ(alloc(&rig, H_GR, 0x777, AMPERE_B, NULL, 0), NV_OK);
	rig_down(&rig);
}

/* The image is made once in a boot. */
UNIT_TEST(after_another_boot)
{
	struct uvm_rig rig;
	u64 control = open_own(&rig);

	EXPECT_EQ(open_graphics(&rig, H_GR, control), NV_OK);
	EXPECT(report(&rig, control));
	rig_free_as(&rig.rm.user, rig.client, rig.client);
	uvm_va_space_fini(&rig.vs);
	nv_gpu_stop(&rig.rm.gpu);
	EXPECT_EQ(nv_gpu_start(&rig.rm.gpu), 0);
	uvm_va_space_init(&rig.vs, &rig.os);
	rig.client = rig_tree(&rig.rm);
	EXPECT_EQ(alloc_memory(&rig, H_MEMORY, false, SIZE), NV_OK);
	EXPECT_EQ(alloc_vaspace(&rig, H_OWN_VASPACE, 0), NV_OK);
	EXPECT_EQ(open_group(&rig, H_OWN_VASPACE), NV_OK);
	EXPECT_EQ(open_graphics(&rig, H_GR, control), NV_OK);
	rig_down(&rig);
}
