// SPDX-License-Identifier: MIT OR GPL-2.0
/* Pages that are missing: the graphics engine waits, reports it, tries again or gives up. */
#include "softgpu-launch.h"

#include "regs/nv-mmu-fault.h"

#define GR0		0x01
#define SHARE		0x5c000021
#define GROUP		0x5c000020
#define SUBCONTEXT	5
#define INST		0x1300000ull
#define LATER		0x1380000ull	/* what VA_NOWHERE will be */

static u64 ring_page;

static void give_ring(void)
{
	struct { u32 h_client, h_object, size, pad; u64 page[256]; } params = { .size = 4096 };

	ring_page = driver_page(&driver);
	params.page[0] = ring_page;
	EXPECT_EQ(driver_internal(&driver, 0x20800a9b, &params, sizeof(params)), 0);
}

/* A VA space whose tables nvidia-uvm keeps, @faulting or not. */
static void give_vaspace(bool faulting)
{
	const u32 vaspace[12] = { 0, faulting ? 0x48 : 8 };
	struct {
		u32 h_client, h_device, pasid, pad;
		u64 phys;
		u32 entries, flags, h_vaspace, ch_id, sub_device_id, params_pasid;
	} tables = { CLIENT, DEVICE, 0, 0, ROOT, 4, 8, VASPACE };

	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, vaspace,
				      sizeof(vaspace)), 0);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_SET_PAGE_DIRECTORY, &tables, sizeof(tables)), 0);
}

/* Channel 0 is the graphics engine's, 1 a copy engine's that replays. */
static void open_waiting(bool faulting, bool privileged)
{
	const struct nv_channel_group_alloc_params group = {
		.h_vaspace = VASPACE, .engine_type = GR0,
	};
	const struct nv_context_share_alloc_params share = { VASPACE, 1, SUBCONTEXT };
	struct nv_channel_alloc_params params = channel_params(0), other = channel_params(1);

	open_channels(0);
	give_ring();
	give_vaspace(faulting);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, GROUP, KEPLER_CHANNEL_GROUP_A,
				      &group, sizeof(group)), 0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, GROUP, SHARE, FERMI_CONTEXT_SHARE_A, &share,
				      sizeof(share)), 0);
	params.engine_type = GR0;
	params.h_context_share = SHARE;
	params.instance_mem = (struct nv_memory_desc_params){ INST, 4096, NV_MEMORY_DESC_FB, 0 };
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, GROUP, CHANNEL, AMPERE_CHANNEL_GPFIFO_A,
				      &params, sizeof(params)), 0);
	other.internal_flags = privileged ? 2 : 0;
	EXPECT_EQ(alloc_channel(1, &other), 0);
	open_context(0);
	EXPECT_EQ(schedule(0, true), 0);
	EXPECT_EQ(schedule(1, true), 0);
	put[0] = 0;
	put[1] = 0;
}

/* Two words to the last bytes of a page and the first of one that is missing. */
static void write_beyond(void)
{
	const u32 to = VA_VID + DATA_PAGES * 0x1000 - 4;

	gr_method(NVC56F_SET_OBJECT, AMPERE_COMPUTE_B);
	gr_method(NVC7C0_LINE_LENGTH_IN, 8);
	gr_method(NVC7C0_LINE_COUNT, 1);
	gr_method(NVC7C0_OFFSET_OUT_UPPER, 0);
	gr_method(NVC7C0_OFFSET_OUT, to);
	gr_method(NVC7C0_LAUNCH_DMA, NVC7C0_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH);
	emit(header(NVC56F_DMA_SEC_OP_NON_INC_METHOD, NVC7C0_LOAD_INLINE_DATA, 2) | SUB);
	emit(0x11);
	emit(0x22);
	push_entry(0, (u64)pb_used << 42 | VA_PB);
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, 0);
}

#define MISSING		(VA_VID + DATA_PAGES * 0x1000)

static void replay(u32 how, u64 addr)
{
	u32 from = pb_used;

	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_MEM_OP_A, 4));
	emit(addr);
	emit(addr >> 32);
	emit(FIELD_PREP(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY, how));
	emit(FIELD_PREP(NVC56F_MEM_OP_D_OPERATION, NVC56F_MEM_OP_D_OPERATION_MMU_TLB_INVALIDATE));
	submit(1, from);
	for (u32 i = 0; i < 4; i++)
		rd(&driver.model, NV_CPU_INTR_TOP);
}

static u32 faults(void)
{
	return rd(&driver.model, NV_MMU_FAULT_BUFFER_PUT(NV_MMU_FAULT_BUFFER_REPLAYABLE));
}

UNIT_TEST(missing_pages_are_reported)
{
	u32 entry[NV_MMU_FAULT_ENTRY_WORDS];

	open_waiting(true, true);
	write_beyond();
	EXPECT(!idle(0));
	EXPECT_EQ(faults(), 1);
	EXPECT_EQ(rd(&driver.model, NV_CPU_INTR_LEAF(2)), 1);
	memcpy(entry, driver_mem(&driver, ring_page), sizeof(entry));
	EXPECT_EQ(entry[0], INST);
	EXPECT_EQ(entry[1], 0);
	EXPECT_EQ(entry[2], MISSING);
	EXPECT_EQ(entry[3], 0);
	EXPECT(entry[4] | entry[5]);
	EXPECT_EQ(entry[6], 64 + SUBCONTEXT);
	EXPECT_EQ(entry[7], 0xc0000000 | 1 << 16 | BIT(7) | NV_MMU_FAULT_ENTRY_TYPE_PTE);
	driver_close(&driver);
}

UNIT_TEST(replays_go_on_where_it_stopped)
{
	open_waiting(true, true);
	write_beyond();
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START, 0);
	EXPECT(!idle(0));
	EXPECT_EQ(faults(), 2);
	map_vid(MISSING, LATER);
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_NONE, 0);
	EXPECT(!idle(0));
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START_ACK_ALL, 0);
	EXPECT(idle(0));
	EXPECT_EQ(faults(), 2);
	EXPECT_EQ(get32(vram(VID_DATA + DATA_PAGES * 0x1000 - 4)), 0x11);
	EXPECT_EQ(get32(vram(LATER)), 0x22);
	driver_close(&driver);
}

UNIT_TEST(cancelled_faults_stop_the_channel)
{
	open_waiting(true, true);
	write_beyond();
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_VA_GLOBAL, MISSING + 0x1000);
	EXPECT(!idle(0));
	EXPECT_EQ(faults(), 2);
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_VA_GLOBAL, MISSING);
	EXPECT(logged(&driver.model, "channel 0 stops: MMU fault"));
	EXPECT(idle(1));
	driver_close(&driver);

	open_waiting(true, true);
	write_beyond();
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_GLOBAL, 0);
	EXPECT(logged(&driver.model, "channel 0 stops: MMU fault"));
	driver_close(&driver);
}

/* Two threads: *(u32 *)RESULT += 1, and what it is then goes to where a page is missing. */
static void count_beyond(void)
{
	describe_launch();
	qmd(NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 1);
	qmd(NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 2 << 16);
	code(0x802 | 2 << 16 | (u64)(VA_VID + RESULT) << 32, 0xf00);
	code(0x802 | 4 << 16 | (u64)MISSING << 32, 0xf00);
	code(0x981 | 8 << 16 | 2 << 24, 0x0c101900);
	code(0x810 | 8 << 16 | 8 << 24 | 1ull << 32, 0x07ffe0ff);
	code(0x986 | 2 << 24 | 8ull << 32, 0x0c101904);
	code(0x986 | 4 << 24 | 8ull << 32, 0x0c101904);
	code(0x94d, 0x03800000);
	run();
}

UNIT_TEST(threads_go_on_at_the_instruction)
{
	open_waiting(true, true);
	count_beyond();
	EXPECT_EQ(faults(), 1);
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START, 0);
	EXPECT_EQ(faults(), 2);
	map_vid(MISSING, LATER);
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START, 0);
	EXPECT(idle(0));
	EXPECT_EQ(get32(vram(VID_DATA + RESULT)), 2);
	EXPECT_EQ(get32(vram(LATER)), 2);
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

UNIT_TEST(threads_wait_through_a_sleep)
{
	open_waiting(true, true);
	count_beyond();
	sleep_and_wake();
	EXPECT_EQ(semaphore(0), 0);
	map_vid(MISSING, LATER);
	softgpu_lock(driver.model.gpu);
	sg_gsp_rm_stop_users(driver.model.gpu->rm, false);
	softgpu_unlock(driver.model.gpu);
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_START, 0);
	EXPECT_EQ(get32(vram(VID_DATA + RESULT)), 2);
	EXPECT_EQ(semaphore(0), 99);
	driver_close(&driver);
}

/* Who may not, does not wait; and a program's channel cannot end the wait of another. */
UNIT_TEST(not_every_channel_may)
{
	open_waiting(false, true);
	write_beyond();
	EXPECT_EQ(faults(), 0);
	EXPECT(logged(&driver.model, "inline write of virtual address"));
	driver_close(&driver);

	open_waiting(true, false);
	write_beyond();
	replay(NVC56F_MEM_OP_C_TLB_INVALIDATE_REPLAY_CANCEL_GLOBAL, 0);
	EXPECT(logged(&driver.model, "channel 1 stops"));
	EXPECT(!idle(0));
	EXPECT_EQ(faults(), 1);
	driver_close(&driver);
}
