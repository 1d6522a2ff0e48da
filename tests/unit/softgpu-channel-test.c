// SPDX-License-Identifier: MIT OR GPL-2.0
/* Channels on the model: GPFIFO, pushbuffers, host methods, what is refused. */
#include "softgpu-channel.h"

UNIT_TEST(channels_are_checked)
{
	struct nv_channel_alloc_params params;
	u32 token = 0;

	open_channels(2);
	EXPECT_EQ(driver_control(&driver, CLIENT, CHANNEL + 1,
				 NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &token, 4), 0);
	EXPECT_EQ(token, CE2_RUNLIST << 16 | 1);

	params = channel_params(1);
	EXPECT_EQ(alloc_channel(5, &params), NV_ERR_STATE_IN_USE);
	EXPECT_EQ(driver_free(&driver, CLIENT, CHANNEL + 1), 0);
	EXPECT_EQ(alloc_channel(5, &params), 0);
	params = channel_params(9);
	params.engine_type = 0x1234;
	EXPECT_EQ(alloc_channel(9, &params), NV_ERR_INVALID_ARGUMENT);
	params = channel_params(9);
	params.userd_mem.base = driver.model.gpu->vram_size;
	EXPECT_EQ(alloc_channel(9, &params), NV_ERR_INVALID_ADDRESS);
	params = channel_params(9);
	params.flags |= NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE;
	EXPECT_EQ(alloc_channel(9, &params), NV_ERR_INVALID_ARGUMENT);
	params = channel_params(9);
	params.gp_fifo_offset = 1ull << 49;
	EXPECT_EQ(alloc_channel(9, &params), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(schedule(9, true), NV_ERR_INVALID_OBJECT_HANDLE);
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, 0xffffffff);
	driver_close(&driver);
}

UNIT_TEST(nothing_runs_unscheduled)
{
	open_channels(1);
	EXPECT_EQ(schedule(0, false), 0);
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_SET_OBJECT, 1));
	emit(AMPERE_DMA_COPY_B);
	submit(0, 0);
	EXPECT(!idle(0));
	EXPECT_EQ(schedule(0, true), 0);
	EXPECT(idle(0));
	driver_close(&driver);
}

/* A channel is made where an earlier one was: what that left in USERD is not for it. */
UNIT_TEST(nothing_runs_before_the_doorbell)
{
	open_channels(1);
	EXPECT_EQ(schedule(0, false), 0);
	set64(USERD(0) + NV_USERD_GP_GET, 1ull << 32);
	EXPECT_EQ(schedule(0, true), 0);
	EXPECT_EQ(get32(vram(USERD(0) + NV_USERD_GP_GET)), 0);
	EXPECT_EQ(get32(vram(USERD(0) + NV_USERD_GP_PUT)), 1);
	emit_sem(VA_SEM, 0x55, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	set64(USERD(0) + NV_USERD_GP_GET, 0);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 0x55);
	driver_close(&driver);
}

UNIT_TEST(semaphores_are_released)
{
	open_channels(1);
	emit_sem(VA_SEM, 0x1234567890ull, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	emit_sem(VA_SEM + 16, 0x1234567890ull, NVC56F_SEM_EXECUTE_OPERATION_RELEASE |
		 NVC56F_SEM_EXECUTE_PAYLOAD_SIZE_64BIT | NVC56F_SEM_EXECUTE_RELEASE_TIMESTAMP);
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_SEMAPHOREA, 4));
	emit(0);
	emit(VA_SEM + 32);
	emit(0x77);
	emit(NVC56F_SEMAPHORED_OPERATION_RELEASE);
	emit_method(NVC7B5_SET_SEMAPHORE_B, VA_SEM + 48);
	emit_method(NVC7B5_SET_SEMAPHORE_PAYLOAD, 0x99);
	emit_method(NVC7B5_LAUNCH_DMA, 2 << 3);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 0x34567890);
	EXPECT_EQ(semaphore(4), 0);
	EXPECT_EQ(semaphore(16), 0x34567890);
	EXPECT_EQ(semaphore(20), 0x12);
	EXPECT(semaphore(24) | semaphore(28));
	EXPECT_EQ(semaphore(32), 0x77);
	EXPECT(semaphore(40) | semaphore(44));
	EXPECT_EQ(semaphore(48), 0x99);
	EXPECT(semaphore(56) | semaphore(60));
	driver_close(&driver);
}

/* Each way to wait: a value that is not enough, and one that is. */
UNIT_TEST(semaphores_are_acquired)
{
	static const struct {
		u32 op, payload, before, after;
	} way[] = {
		{ NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE, 5, 6, 5 },
		{ NVC56F_SEM_EXECUTE_OPERATION_ACQ_STRICT_GEQ, 5, 4, 0xffffffff },
		{ NVC56F_SEM_EXECUTE_OPERATION_ACQ_CIRC_GEQ, 0xfffffff0, 0xffffff00, 4 },
		{ NVC56F_SEM_EXECUTE_OPERATION_ACQ_AND, 6, 9, 4 },
		{ NVC56F_SEM_EXECUTE_OPERATION_ACQ_NOR, 0xff, 0xffffff00, 0x7fffffff },
	};

	open_channels(2);
	for (u32 i = 0; i < ARRAY_SIZE(way); i++) {
		u32 from = pb_used;

		memcpy(driver_mem(&driver, sem_page), &way[i].before, 4);
		emit_sem(VA_SEM, way[i].payload, way[i].op);
		emit_sem(VA_SEM + 64, i + 1, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
		submit(0, from);
		EXPECT(!idle(0));
		EXPECT_EQ(semaphore(64), i);
		/* Another channel runs meanwhile, and lets it go on. */
		from = pb_used;
		emit_sem(VA_SEM, way[i].after, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
		submit(1, from);
		EXPECT(idle(1));
		rd(&driver.model, NV_CPU_INTR_TOP);
		EXPECT(idle(0));
		EXPECT_EQ(semaphore(64), i + 1);
	}
	driver_close(&driver);
}

UNIT_TEST(interrupts_are_raised)
{
	open_channels(1);
	emit_method(NVC56F_NON_STALL_INTERRUPT, 0);
	submit(0, 0);
	EXPECT_EQ(rd(&driver.model, NV_CPU_INTR_LEAF(0)), BIT(CE2_VECTOR));
	wr(&driver.model, NV_CPU_INTR_LEAF(0), BIT(CE2_VECTOR));
	emit_method(NVC7B5_LAUNCH_DMA, 2 << 5);
	submit(0, 2);
	EXPECT_EQ(rd(&driver.model, NV_CPU_INTR_LEAF(0)), BIT(CE2_VECTOR));
	driver_close(&driver);
}

static void emit_mem_op(u32 op)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_MEM_OP_A, 4));
	emit(0);
	emit(0);
	emit(0);
	emit(FIELD_PREP(NVC56F_MEM_OP_D_OPERATION, op));
}

/* Who sees the semaphore after a barrier sees what was copied before it. */
UNIT_TEST(barriers_and_flushes)
{
	const u32 release = NVC56F_SEM_EXECUTE_OPERATION_RELEASE;

	open_channels(1);
	memset(vram(VID_DATA), 0x3c, DATA_PAGES * 4096);
	emit_copy(VA_VID, VA_SYS, DATA_PAGES * 4096, COPY_PITCH);
	emit_mem_op(NVC56F_MEM_OP_D_OPERATION_MEMBAR);
	emit_mem_op(NVC56F_MEM_OP_D_OPERATION_L2_FLUSH_DIRTY);
	emit_sem(VA_SEM, 5, release);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 5);
	EXPECT_EQ(*(u8 *)driver_mem(&driver, sys_page[DATA_PAGES - 1] + 4095), 0x3c);
	driver_close(&driver);
}

UNIT_TEST(gpfifo_wraps)
{
	open_channels(1);
	for (u32 i = 1; i <= 5 * ENTRIES; i++) {
		u32 from = pb_used;

		emit_sem(VA_SEM, i, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
		submit(0, from);
		EXPECT(idle(0));
		EXPECT_EQ(semaphore(0), i);
	}
	driver_close(&driver);
}

UNIT_TEST(headers_of_each_form)
{
	open_channels(1);
	emit(0);
	emit(header(NVC56F_DMA_SEC_OP_NON_INC_METHOD, NVC56F_NOP, 3));
	emit(1);
	emit(2);
	emit(3);
	emit(header(NVC56F_DMA_SEC_OP_ONE_INC, NVC56F_SEM_PAYLOAD_LO, 3));
	emit(7);
	emit(0);
	emit(9);		/* PAYLOAD_HI again */
	emit(header(NVC56F_DMA_SEC_OP_IMMD_DATA_METHOD, NVC56F_SEM_ADDR_LO, 0));
	emit_method(NVC56F_SEM_ADDR_LO, VA_SEM);
	emit(header(NVC56F_DMA_SEC_OP_IMMD_DATA_METHOD, NVC56F_SEM_EXECUTE,
		    NVC56F_SEM_EXECUTE_OPERATION_RELEASE));
	emit(header(NVC56F_DMA_SEC_OP_END_PB_SEGMENT, 0, 0));
	emit(0xffffffff);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 7);
	driver_close(&driver);
}

/* Runs what was emitted; the channel must stop, the other one not. */
static void expect_stop(const char *why)
{
	u32 from;

	submit(0, 0);
	for (u32 i = 0; i < 4; i++)
		rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT(logged(&driver.model, why));
	EXPECT(!idle(0));
	from = pb_used;
	emit_sem(VA_SEM, 0xabc, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, from);
	EXPECT_EQ(semaphore(0), 0);
	submit(1, from);
	EXPECT_EQ(semaphore(0), 0xabc);
	driver_close(&driver);
}

UNIT_TEST(bad_methods_stop_the_channel)
{
	open_channels(2);
	emit_copy(VA_NOWHERE, VA_VID, 16, COPY_PITCH);
	expect_stop("read of address 0x1f0000");
	open_channels(2);
	emit_copy(VA_VID + 0xf000, VA_SYS + 0xfff8, 16, COPY_PITCH);
	expect_stop("write of address 0x50000");
	open_channels(2);
	emit_copy(VA_VID, VA_SYS, 16, 2);
	expect_stop("GOBs have 8 lines");
	open_channels(2);
	emit_method(NVC7B5_LAUNCH_DMA, NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION_ENABLE |
		    FIELD_PREP(NVC7B5_LAUNCH_DMA_SEMAPHORE_REDUCTION, 10));
	expect_stop("reductions");
	open_channels(2);
	emit_sem(VA_SEM + 4, 1, NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE |
		 NVC56F_SEM_EXECUTE_PAYLOAD_SIZE_64BIT);
	expect_stop("odd address");
	open_channels(2);
	emit_method(0x70, 1);
	expect_stop("no method 0x70");
	open_channels(2);
	emit_mem_op(0x1f);
	expect_stop("MEM_OP_D 0xf8000000");
	open_channels(2);
	emit(header(6, 0, 1));
	expect_stop("header");
	open_channels(2);
	emit_method(NVC56F_SET_OBJECT, AMPERE_B);
	expect_stop("c797");
}

UNIT_TEST(bad_entries_stop_the_channel)
{
	const u32 beyond = ENTRIES;

	open_channels(1);
	push_entry(0, (u64)1 << 42 | VA_NOWHERE);
	ring(0);
	EXPECT(logged(&driver.model, "address 0x1f0000"));
	driver_close(&driver);

	open_channels(1);
	push_entry(0, (u64)NVC56F_GP_ENTRY1_OPCODE_ILLEGAL << 32);
	ring(0);
	EXPECT(logged(&driver.model, "GPFIFO entry 0"));
	driver_close(&driver);

	open_channels(1);
	memcpy(vram(USERD(0) + NV_USERD_GP_PUT), &beyond, sizeof(beyond));
	ring(0);
	EXPECT(logged(&driver.model, "GPPut is 8 of 8"));
	driver_close(&driver);
}

#define GROUP		0x5c000020
#define NOTIFIER(i)	(0x1190000ull + 64 * (i))

/* RPC 54, as a driver sends it whose page tables are kept by another one. */
static u32 set_page_directory(u64 root)
{
	struct {
		u32 h_client, h_device, pasid, pad;
		u64 phys;
		u32 entries, flags, h_vaspace, ch_id, sub_device_id, params_pasid;
	} args = {
		.h_client = CLIENT, .h_device = DEVICE, .phys = root, .entries = 4, .flags = 8,
		.h_vaspace = VASPACE,
	};

	return driver_call(&driver, GSP_RPC_SET_PAGE_DIRECTORY, &args, sizeof(args));
}

/* Two channels of a group with a VA space of its own, and one without. */
static void open_group(void)
{
	const struct nv_channel_group_alloc_params group = {
		.h_vaspace = VASPACE, .engine_type = CE2,
	};
	const u32 vaspace[12] = { 0 };

	open_channels(0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, vaspace,
				      sizeof(vaspace)), 0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, GROUP, KEPLER_CHANNEL_GROUP_A,
				      &group, sizeof(group)), 0);
	for (u32 i = 0; i < 2; i++) {
		struct nv_channel_alloc_params params = channel_params(i);

		params.engine_type = 0;
		params.error_notifier_mem = (struct nv_memory_desc_params){
			NOTIFIER(i), 48, NV_MEMORY_DESC_FB, 0,
		};
		EXPECT_EQ(driver_alloc_params(&driver, CLIENT, GROUP, CHANNEL + i,
					      AMPERE_CHANNEL_GPFIFO_A, &params, sizeof(params)), 0);
		put[i] = 0;
	}
}

UNIT_TEST(groups_share_tables_schedule_and_fate)
{
	u8 on[2] = { 1, 0 };
	u32 from;

	open_group();
	EXPECT_EQ(set_page_directory(ROOT), 0);
	emit_sem(VA_SEM, 5, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, 0);
	EXPECT(!idle(0));
	EXPECT_EQ(driver_control(&driver, CLIENT, GROUP, NVA06C_CTRL_CMD_GPFIFO_SCHEDULE, on,
				 sizeof(on)), 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 5);

	from = pb_used;
	emit_sem(VA_NOWHERE, 6, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	EXPECT_EQ(get32(vram(NOTIFIER(0) + 12)), 0);
	submit(0, from);
	EXPECT(logged(&driver.model, "channel 0 stops: MMU fault"));
	for (u32 i = 0; i < 2; i++) {
		EXPECT_EQ(get32(vram(NOTIFIER(i) + 8)), 31);
		EXPECT_EQ(get32(vram(NOTIFIER(i) + 12)), 0xffff0000 | CE2);
		EXPECT_EQ(get32(vram(NOTIFIER(i) + 16)), 0);
	}
	submit(1, 0);
	EXPECT(!idle(1));
	driver_close(&driver);
}

/* A VA space whose tables were never named, or are gone, maps nothing. */
UNIT_TEST(no_tables_no_access)
{
	u32 unset[4] = { CLIENT, DEVICE, VASPACE };

	open_group();
	EXPECT_EQ(schedule(0, true), 0);
	EXPECT_EQ(schedule(1, true), 0);
	push_entry(0, (u64)1 << 42 | VA_PB);
	ring(0);
	EXPECT(logged(&driver.model, "read of virtual address 0x10000"));
	driver_close(&driver);

	open_group();
	EXPECT_EQ(set_page_directory(ROOT), 0);
	EXPECT_EQ(schedule(0, true), 0);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UNSET_PAGE_DIRECTORY, unset, sizeof(unset)), 0);
	push_entry(0, (u64)1 << 42 | VA_PB);
	ring(0);
	EXPECT(logged(&driver.model, "read of virtual address 0x10000"));
	driver_close(&driver);
}
