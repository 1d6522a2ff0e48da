// SPDX-License-Identifier: MIT OR GPL-2.0
/* Sleep of the model: what is carried through it, what is lost, and what is refused. */
#include "softgpu-channel.h"

#include "abi/ctrl/ctrl-fbsr.h"
#include "regs/nv-pfb.h"

#define PMCSR		0x64
#define HALTED		0x80000000
#define LOST		0xdeadc0dedeadc0deull

#define BUFFER_LIST	0x5c000100
#define VIDMEM_LIST	0x5c000101

/* All that channels have in video memory: tables, GPFIFO, USERD. */
#define SAVED_START	ROOT
#define SAVED_PAGES	512
#define STATE_ROOM	BIT(20)	/* of the heap; the rest is free */

static struct wire wire;
static u64 sr_page, tree_root, level1_page, buffer_first;

/* Booter's part of a boot. */
static void put_wpr2(void)
{
	const struct gsp_fw_wpr_meta *meta = &driver.meta;

	sg_set_wpr2(driver.model.gpu, meta->gsp_fw_wpr_start, meta->gsp_fw_wpr_end);
	memcpy(vram(meta->gsp_fw_wpr_start), meta, sizeof(*meta));
}

static u32 wpr2_up(void)
{
	return rd(&driver.model, NV_PFB_PRI_MMU_WPR2_ADDR_HI);
}

static struct gsp_fw_sr_meta *sr(void)
{
	return driver_mem(&driver, sr_page);
}

/* Pages of free heap are only looked for, so one does for all. */
static void put_tree(void)
{
	const struct gsp_fw_wpr_meta *meta = &driver.meta;
	const u64 pages = (meta->gsp_fw_wpr_end - meta->gsp_fw_wpr_start) / GSP_PAGE_SIZE;
	const u64 free_first = (meta->gsp_fw_heap_offset - meta->gsp_fw_wpr_start + STATE_ROOM) /
			       GSP_PAGE_SIZE;
	const u64 free_last = free_first + (meta->gsp_fw_heap_size - STATE_ROOM) / GSP_PAGE_SIZE;
	const u64 spare = driver_page(&driver);
	u64 *level2 = NULL;

	tree_root = driver_page(&driver);
	level1_page = driver_page(&driver);
	*(u64 *)driver_mem(&driver, tree_root) = level1_page;
	for (u64 i = 0; i < pages; i++) {
		if (i % GSP_RADIX3_ENTRIES == 0) {
			u64 page = driver_page(&driver);

			((u64 *)driver_mem(&driver, level1_page))[i / GSP_RADIX3_ENTRIES] = page;
			level2 = driver_mem(&driver, page);
		}
		level2[i % GSP_RADIX3_ENTRIES] = i >= free_first && i < free_last ?
						 spare : driver_page(&driver);
	}
}

static void put_sr_meta(void)
{
	*sr() = (struct gsp_fw_sr_meta){
		.magic = GSP_FW_SR_META_MAGIC,
		.revision = GSP_FW_SR_META_REVISION,
		.sysmem_addr_of_data = tree_root,
		.size_of_data = driver.meta.gsp_fw_wpr_end - driver.meta.gsp_fw_wpr_start,
	};
}

static u32 list_pages(u32 handle, u32 class, u64 first, u32 pages)
{
	const u32 size = sizeof(struct gsp_rpc_alloc_memory) + pages * 8;
	struct gsp_rpc_alloc_memory *list = calloc(1, size);
	u32 result;

	EXPECT(list);
	*list = (struct gsp_rpc_alloc_memory){
		.h_client = CLIENT, .h_device = DEVICE, .h_memory = handle, .h_class = class,
		.length = (u64)pages << 12, .page_count = pages, .pte_desc = pages << 16,
	};
	for (u32 i = 0; i < pages; i++)
		list->pte[i] = first ? (first >> 12) + i : driver_page(&driver) >> 12;
	if (!first)
		buffer_first = list->pte[0] << 12;
	driver_send(&driver, GSP_RPC_ALLOC_MEMORY, list, size);
	free(list);
	EXPECT(driver_receive(&driver, &wire));
	result = wire.rpc.rpc_result;
	driver_ring(&driver);
	return result;
}

static u32 fbsr_init(u32 regions)
{
	struct nv2080_ctrl_fbsr_init init = {
		.fbsr_type = NV_FBSR_TYPE_DMA, .num_regions = regions, .h_client = CLIENT,
		.h_sysmem = BUFFER_LIST,
	};

	return driver_internal(&driver, NV2080_CTRL_CMD_INTERNAL_FBSR_INIT, &init, sizeof(init));
}

static u32 fbsr_region(u64 vid_offset, u64 sys_offset, u64 size)
{
	struct nv2080_ctrl_fbsr_region region = {
		.fbsr_type = NV_FBSR_TYPE_DMA, .h_client = CLIENT, .h_vidmem = VIDMEM_LIST,
		.vid_offset = vid_offset, .sys_offset = sys_offset, .size = size,
	};

	return driver_internal(&driver, NV2080_CTRL_CMD_INTERNAL_FBSR_SEND_REGION_INFO, &region,
			       sizeof(region));
}

static void announce_memory(void)
{
	EXPECT_EQ(list_pages(BUFFER_LIST, NV01_MEMORY_LIST_SYSTEM, 0, SAVED_PAGES), 0);
	EXPECT_EQ(list_pages(VIDMEM_LIST, NV01_MEMORY_LIST_FBMEM, SAVED_START, SAVED_PAGES), 0);
	EXPECT_EQ(fbsr_init(1), 0);
	EXPECT_EQ(fbsr_region(0, 0, SAVED_PAGES << 12), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, BUFFER_LIST), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, VIDMEM_LIST), 0);
}

static u32 unload(bool gc6)
{
	struct gsp_rpc_unloading_guest_driver args = {
		.in_pm_transition = 1, .gc6_entering = gc6, .new_level = GSP_POWER_LEVEL_3,
	};
	u32 result = driver_call(&driver, GSP_RPC_UNLOADING_GUEST_DRIVER, &args, sizeof(args));

	if (!result)
		EXPECT_EQ(rd(&driver.model, NV_PGSP_BASE + NV_PFALCON_FALCON_MAILBOX0), HALTED);
	return result;
}

static enum sg_booter_error save(void)
{
	enum sg_booter_error err;

	softgpu_lock(driver.model.gpu);
	err = sg_suspend_data_save(driver.model.gpu, sr_page);
	softgpu_unlock(driver.model.gpu);
	return err;
}

static enum sg_booter_error restore(struct gsp_fw_wpr_meta *meta)
{
	const struct gsp_fw_sr_meta copy = *sr();
	enum sg_booter_error err;

	softgpu_lock(driver.model.gpu);
	err = sg_suspend_data_restore(driver.model.gpu, &copy, meta);
	softgpu_unlock(driver.model.gpu);
	return err;
}

static bool resume(const struct gsp_fw_wpr_meta *meta)
{
	bool resumed;

	softgpu_lock(driver.model.gpu);
	resumed = sg_gsp_rm_resume(driver.model.gpu, meta);
	softgpu_unlock(driver.model.gpu);
	return resumed;
}

static void power_cycle(void)
{
	struct softgpu *gpu = driver.model.gpu;

	softgpu_config_write(gpu, PMCSR, 2, 3);
	EXPECT(!gpu->rm);
	softgpu_config_write(gpu, PMCSR, 2, 0);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_COMMAND, 2), 0);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
	softgpu_config_write(gpu, MSI_CONTROL, 2, MSI_ENABLE);
}

static void say_resume(void)
{
	struct gsp_arguments_cached *args = driver_mem(&driver, driver.rmargs);

	args->in_pm_transition = 1;
	args->old_level = GSP_POWER_LEVEL_3;
	args->flags = GSP_RESUME_FLAGS_SUSPEND;
}

static void give_ring(void)
{
	struct { u32 h_client, h_object, size, pad; u64 page[256]; } params = { .size = 4096 };

	params.page[0] = driver_page(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800a9b, &params, sizeof(params)), 0);
}

/* Two channels, the first of which waits for a semaphore; WPR2 as booter left it. */
static void open_sleeper(void)
{
	open_channels(2);
	give_ring();
	put_wpr2();
	sr_page = driver_page(&driver);
	put_tree();
	put_sr_meta();
	emit_sem(VA_SEM, 0x42, NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE);
	emit_sem(VA_SEM + 16, 0x77, NVC56F_SEM_EXECUTE_OPERATION_RELEASE);
	submit(0, 0);
	EXPECT(!idle(0));
}

static void expect_awake(void)
{
	u32 word = 0x42;

	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(wire.rpc.function, GSP_EVENT_INIT_DONE);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE, NV01_DEVICE_0),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE + 1, NV01_DEVICE_0), 0);
	EXPECT_EQ(semaphore(16), 0);
	memcpy(driver_mem(&driver, sem_page), &word, sizeof(word));
	rd(&driver.model, NV_CPU_INTR_TOP);
	EXPECT(idle(0));
	EXPECT_EQ(semaphore(16), 0x77);
	EXPECT(sg_ring_is_on(driver.model.gpu, SG_RING_REPLAYABLE));
	EXPECT(!sg_ring_is_on(driver.model.gpu, SG_RING_ACCESS_COUNTER));
}

UNIT_TEST(suspend_data_carry_all)
{
	struct gsp_fw_wpr_meta meta;

	open_sleeper();
	announce_memory();
	set64(VID_DATA + (4 << 20), 0x1122334455667788);
	EXPECT_EQ(unload(false), 0);
	falcon_reset(&driver.model, NV_PGSP_BASE, false);
	EXPECT_EQ(save(), 0);
	sg_set_wpr2(driver.model.gpu, 0, 0);

	power_cycle();
	EXPECT_EQ(wpr2_up(), 0);
	EXPECT_EQ(*(u64 *)vram(VID_DATA + (4 << 20)), LOST);
	EXPECT_EQ(*(u64 *)vram(ROOT), LOST);
	EXPECT_EQ(*(u64 *)vram(driver.meta.gsp_fw_heap_offset), 0);

	say_resume();
	EXPECT_EQ(restore(&meta), 0);
	EXPECT(wpr2_up());
	EXPECT(resume(&meta));
	expect_awake();
	EXPECT_EQ(*(u64 *)vram(VID_DATA + (4 << 20)), LOST);
	driver_close(&driver);
}

UNIT_TEST(gc6_keeps_memory)
{
	struct gsp_fw_wpr_meta meta;

	open_sleeper();
	set64(VID_DATA + (4 << 20), 0x1122334455667788);
	EXPECT_EQ(unload(true), 0);
	falcon_reset(&driver.model, NV_PGSP_BASE, false);
	sg_power_gc6_arm(driver.model.gpu);
	power_cycle();
	EXPECT(wpr2_up());
	EXPECT_EQ(*(u64 *)vram(VID_DATA + (4 << 20)), 0x1122334455667788);
	say_resume();
	memcpy(&meta, vram(driver.meta.gsp_fw_wpr_start), sizeof(meta));
	EXPECT(resume(&meta));
	expect_awake();
	/* A reset by the machine is a loss of all power. */
	softgpu_reset(driver.model.gpu, true);
	EXPECT_EQ(*(u64 *)vram(VID_DATA + (4 << 20)), LOST);
	driver_close(&driver);
}

UNIT_TEST(what_is_saved_is_checked)
{
	open_sleeper();
	EXPECT_EQ(fbsr_init(1), NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(list_pages(BUFFER_LIST, NV01_MEMORY_LIST_SYSTEM, 0, 4), 0);
	EXPECT_EQ(list_pages(VIDMEM_LIST, NV01_MEMORY_LIST_FBMEM, SAVED_START, 8), 0);
	EXPECT_EQ(fbsr_region(0, 0, 0x1000), NV_ERR_INVALID_STATE);
	EXPECT_EQ(fbsr_init(0x10001), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(fbsr_init(2), 0);
	EXPECT_EQ(fbsr_region(0, 0, 0), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(fbsr_region(0, 0, 0x4001), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(fbsr_region(0, 0x1000, 0x4000), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(fbsr_region(0x7fff, 0, 2), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(fbsr_region(~0ull, 0, 2), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(fbsr_region(0x123, 0x456, 0x2000), 0);
	EXPECT_EQ(unload(false), NV_ERR_INVALID_STATE);
	EXPECT(logged(&driver.model, "announced 2 regions, 1 came"));
	EXPECT_EQ(fbsr_region(0x4000, 0x3000, 0x1000), 0);
	EXPECT_EQ(fbsr_region(0x4000, 0x3000, 0x1000), NV_ERR_INVALID_STATE);
	set64(SAVED_START + 0x123, 0x1122334455667788);
	EXPECT_EQ(unload(false), 0);
	EXPECT_EQ(get32((u8 *)driver_mem(&driver, buffer_first) + 0x456), 0x55667788);
	driver_close(&driver);
}

#define SR_FIELD(field, value, why) { offsetof(struct gsp_fw_sr_meta, field), value, why }

UNIT_TEST(each_field_of_sr_meta_has_its_rule)
{
	static const struct {
		size_t offset;
		u64 value;
		const char *why;
	} bad[] = {
		SR_FIELD(magic, 0, "magic"),
		SR_FIELD(revision, 1, "revision"),
		SR_FIELD(sysmem_addr_of_data, 8, "sysmemAddrOfSuspendResumeData"),
		SR_FIELD(size_of_data, 0x1000, "sizeOfSuspendResumeData"),
		SR_FIELD(flags, 1, "flags"),
	};

	open_sleeper();
	EXPECT_EQ(save(), SG_BOOTER_ERR_SUSPEND_DATA);
	EXPECT(logged(&driver.model, "it did not suspend"));
	EXPECT_EQ(unload(false), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		put_sr_meta();
		memcpy((u8 *)sr() + bad[i].offset, &bad[i].value, 4);
		EXPECT_EQ(save(), SG_BOOTER_ERR_SUSPEND_DATA);
		EXPECT(logged(&driver.model, bad[i].why));
	}
	put_sr_meta();
	((u64 *)driver_mem(&driver, level1_page))[66] |= 4;
	EXPECT_EQ(save(), SG_BOOTER_ERR_SUSPEND_DATA);
	EXPECT(logged(&driver.model, "is not in the tree"));
	((u64 *)driver_mem(&driver, level1_page))[66] = MODEL_MEM_ADDR + MODEL_MEM_SIZE;
	EXPECT_EQ(save(), SG_BOOTER_ERR_SUSPEND_DATA);
	EXPECT(logged(&driver.model, "is not in the tree"));
	driver_close(&driver);
}

static u8 *data_page(u64 index)
{
	const u64 level2 = ((u64 *)driver_mem(&driver, level1_page))[index / GSP_RADIX3_ENTRIES];
	const u64 *entry = driver_mem(&driver, level2);

	return driver_mem(&driver, entry[index % GSP_RADIX3_ENTRIES]);
}

UNIT_TEST(changed_data_are_refused)
{
	const u64 places[] = { 0, 1, 256, 257, 33100 };
	struct gsp_fw_wpr_meta meta;

	open_sleeper();
	EXPECT_EQ(unload(false), 0);
	EXPECT_EQ(save(), 0);
	EXPECT_EQ(restore(&meta), SG_BOOTER_ERR_SUSPEND_DATA);
	EXPECT(logged(&driver.model, "WPR2 is up"));
	sg_set_wpr2(driver.model.gpu, 0, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		data_page(places[i])[0x88] ^= 1;
		EXPECT_EQ(restore(&meta), SG_BOOTER_ERR_SUSPEND_DATA);
		EXPECT(logged(&driver.model, "changed"));
		EXPECT_EQ(wpr2_up(), 0);
		data_page(places[i])[0x88] ^= 1;
	}
	for (unsigned int i = 0; i < sizeof(struct gsp_fw_sr_meta); i += 7) {
		((u8 *)sr())[i] ^= 0x10;
		EXPECT_EQ(restore(&meta), SG_BOOTER_ERR_SUSPEND_DATA);
		((u8 *)sr())[i] ^= 0x10;
	}
	/* Another chip's data, though nothing else is wrong. */
	driver.model.gpu->chip_key[0] ^= 1;
	EXPECT_EQ(restore(&meta), SG_BOOTER_ERR_SUSPEND_DATA);
	EXPECT(logged(&driver.model, "its HMAC is not this chip's"));
	driver.model.gpu->chip_key[0] ^= 1;
	EXPECT_EQ(restore(&meta), 0);
	driver_close(&driver);
}

UNIT_TEST(arguments_of_a_resume)
{
	struct gsp_arguments_cached *args;

	open_sleeper();
	EXPECT_EQ(unload(true), 0);
	args = driver_mem(&driver, driver.rmargs);
	EXPECT(!resume(&driver.meta));
	EXPECT(logged(&driver.model, "RMARGS.bInPMTransition"));
	say_resume();
	args->flags = GSP_RESUME_FLAGS_HIBERNATE;
	EXPECT(!resume(&driver.meta));
	EXPECT(logged(&driver.model, "RMARGS.flags"));
	say_resume();
	args->old_level = 5;
	EXPECT(!resume(&driver.meta));
	EXPECT(logged(&driver.model, "RMARGS.oldLevel"));
	say_resume();
	EXPECT(resume(&driver.meta));
	expect_awake();
	driver_close(&driver);
}

/* A guest that has video memory mapped reaches WPR2 in it: any bytes may be there. */
UNIT_TEST(scribbled_state)
{
	const u64 heap = 0x1000;
	u8 *state, *copy;
	u64 rng = 0x123456789abcdefull, at;
	unsigned int resumed = 0;

	open_sleeper();
	announce_memory();
	EXPECT_EQ(unload(true), 0);
	say_resume();
	state = vram(driver.meta.gsp_fw_heap_offset);
	copy = malloc(16 * heap);
	EXPECT(copy);
	memcpy(copy, state, 16 * heap);
	for (int i = 0; i < 1500; i++) {
		memcpy(state, copy, 16 * heap);
		for (int n = i % 3; n >= 0; n--) {
			rng = rng * 6364136223846793005ull + 1442695040888963407ull;
			at = (rng >> 33) % (16 * heap);
			state[at] = rng >> 24;
		}
		resumed += resume(&driver.meta);
		while (driver_receive_raw(&driver, &wire))
			;
	}
	EXPECT(resumed);
	EXPECT(resumed < 1500);
	free(copy);
	driver_close(&driver);
}
