// SPDX-License-Identifier: MIT OR GPL-2.0
/* Rings for faults and access counters, and what else nvidia-uvm asks of GSP-RM. */
#include "softgpu-channel.h"

#include "regs/nv-mmu-fault.h"

#define REPLAYABLE		NV_MMU_FAULT_BUFFER_REPLAYABLE
#define GET			NV_MMU_FAULT_BUFFER_GET(REPLAYABLE)
#define PUT			NV_MMU_FAULT_BUFFER_PUT(REPLAYABLE)
#define FAULT_VECTOR		64
#define PAGES			2
#define NR_FAULTS		(PAGES * 4096 / SG_RING_ENTRY)

static u64 ring_page[PAGES];

struct fault_buffer_params {
	u32 h_client, h_object, size, pad;
	u64 page[256];
};

static u32 register_buffer(u32 size)
{
	struct fault_buffer_params params = { .size = size };

	memcpy(params.page, ring_page, sizeof(ring_page));
	return driver_internal(&driver, 0x20800a9b, &params, sizeof(params));
}

static void open_ring(void)
{
	driver_boot(&driver);
	for (unsigned int i = 0; i < PAGES; i++)
		ring_page[i] = driver_page(&driver);
	EXPECT_EQ(register_buffer(PAGES * 4096), 0);
}

static bool push(u32 value)
{
	u32 entry[SG_RING_ENTRY / 4] = { value };

	return sg_ring_push(driver.model.gpu, SG_RING_REPLAYABLE, entry);
}

static u32 entry_at(u32 index)
{
	u32 offset = index * SG_RING_ENTRY;

	return get32((u8 *)driver_mem(&driver, ring_page[offset / 4096]) + offset % 4096);
}

static bool pending(void)
{
	const u32 leaf = NV_CPU_INTR_LEAF(NV_CPU_INTR_VECTOR_LEAF(FAULT_VECTOR));
	bool is = rd(&driver.model, leaf) & NV_CPU_INTR_VECTOR_BIT(FAULT_VECTOR);

	wr(&driver.model, leaf, NV_CPU_INTR_VECTOR_BIT(FAULT_VECTOR));
	return is;
}

/* What lies in the ring raises the interrupt anew when GET is written. */
UNIT_TEST(faults_go_round)
{
	open_ring();
	EXPECT_EQ(rd(&driver.model, NV_MMU_FAULT_BUFFER_SIZE(REPLAYABLE)), BIT(31) | NR_FAULTS);
	EXPECT(!pending());
	for (u32 i = 0; i < 3 * NR_FAULTS; i++) {
		EXPECT(push(i + 1));
		EXPECT(pending());
		EXPECT_EQ(entry_at(i % NR_FAULTS), i + 1);
		EXPECT_EQ(rd(&driver.model, PUT), (i + 1) % NR_FAULTS);
		wr(&driver.model, GET, i % NR_FAULTS);
		EXPECT(pending());
		wr(&driver.model, GET, (i + 1) % NR_FAULTS);
		EXPECT(!pending());
	}
	driver_close(&driver);
}

UNIT_TEST(full_rings_say_so)
{
	open_ring();
	for (u32 i = 0; i < NR_FAULTS - 1; i++)
		EXPECT(push(i));
	EXPECT(!push(0));
	EXPECT_EQ(rd(&driver.model, PUT), BIT(31) | (NR_FAULTS - 1));
	EXPECT_EQ(rd(&driver.model, GET), BIT(31));
	wr(&driver.model, GET, BIT(31) | 1);
	EXPECT_EQ(rd(&driver.model, GET), 1);
	EXPECT(push(0));
	wr(&driver.model, GET, NR_FAULTS);
	EXPECT(logged(&driver.model, "set to 256 of 256"));
	EXPECT_EQ(rd(&driver.model, GET), 1);
	driver_close(&driver);
}

UNIT_TEST(rings_are_checked)
{
	struct { u32 index, size; u64 page[64]; } counters = { .size = 8192 };
	u32 index = 0;

	open_ring();
	EXPECT_EQ(register_buffer(257 * 4096), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(register_buffer(SG_RING_ENTRY), NV_ERR_INVALID_ARGUMENT);
	ring_page[0] = ~0ull << 12;
	EXPECT_EQ(register_buffer(PAGES * 4096), 0);
	EXPECT(!push(1));
	EXPECT_EQ(rd(&driver.model, PUT), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a9c, NULL, 0), 0);
	EXPECT(!push(1));
	wr(&driver.model, GET, 0);
	EXPECT(logged(&driver.model, "set to 0 of 0"));

	EXPECT_EQ(rd(&driver.model, NV_ACCESS_COUNTER_BUFFER_SIZE), SG_ACCESS_COUNTER_ENTRIES);
	EXPECT_EQ(driver_internal(&driver, 0x20800a1d, &counters, sizeof(counters)), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a1e, &index, sizeof(index)), 0);
	counters.index = 1;
	EXPECT_EQ(driver_internal(&driver, 0x20800a1d, &counters, sizeof(counters)),
		  NV_ERR_INVALID_ARGUMENT);
	counters.index = 0;
	counters.size = 65 * 4096;
	EXPECT_EQ(driver_internal(&driver, 0x20800a1d, &counters, sizeof(counters)),
		  NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

/* A software object on a copy engine's channel is none of the engine's. */
UNIT_TEST(uvm_binds_its_software_class)
{
	open_channels(1);
	emit_method(NVC56F_SET_OBJECT, GP100_UVM_SW);
	emit_sem(VA_SEM, 0x66, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, 0);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(0), 0x66);
	driver_close(&driver);
}

#define GROUP		0x5c000020
#define RETAINER	0x5c000030

UNIT_TEST(uvm_retains_channels_and_returns_tables)
{
	const struct nv_channel_group_alloc_params group = {
		.h_vaspace = VASPACE, .engine_type = CE2,
	};
	const u32 vaspace[12] = { 0 }, retained[2] = { CLIENT, CHANNEL };
	u32 unset[2] = { VASPACE, 0 };

	open_channels(1);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, vaspace,
				      sizeof(vaspace)), 0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, GROUP, KEPLER_CHANNEL_GROUP_A,
				      &group, sizeof(group)), 0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, GROUP, RETAINER, UVM_CHANNEL_RETAINER,
				      retained, sizeof(retained)), 0);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, CLIENT, RETAINER + 1, UVM_CHANNEL_RETAINER,
				      retained, sizeof(retained)), NV_ERR_INVALID_OBJECT_PARENT);

	unset[0] = CHANNEL;
	EXPECT_EQ(driver_control(&driver, CLIENT, DEVICE, 0x00801814, unset, sizeof(unset)),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	/* The device's tables, which the channel uses. */
	unset[0] = 0;
	EXPECT_EQ(driver_control(&driver, CLIENT, DEVICE, 0x00801814, unset, sizeof(unset)), 0);
	emit_sem(VA_SEM, 1, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, 0);
	EXPECT(logged(&driver.model, "read of virtual address"));
	driver_close(&driver);
}
