// SPDX-License-Identifier: MIT OR GPL-2.0
/* The stand-in for GSP-RM is started: each thing that a driver can prepare wrongly. */
#include "gsp-rm-driver.h"

static struct driver driver;
static struct wire wire;

/* Refused before it speaks, with a line that has @text in it. */
#define EXPECT_REFUSED(text) do {						\
	driver_queue_system_info(&driver);					\
	driver_queue_registry(&driver);						\
	EXPECT(!driver_start(&driver));						\
	EXPECT(logged(&driver.model, text));					\
	EXPECT(!driver_receive(&driver, &wire));				\
	driver_close(&driver);							\
} while (0)

static void refuse_region(u32 index, size_t off, u8 value, const char *text)
{
	driver_open(&driver);
	((u8 *)driver_mem(&driver, driver.libos_args))[index * 32 + off] = value;
	EXPECT_REFUSED(text);
}

UNIT_TEST(libos_regions_are_checked)
{
	refuse_region(0, 0, 'X', "id8");
	refuse_region(1, 24, GSP_LIBOS_REGION_RADIX3, "LOGINTR: kind");
	refuse_region(2, 25, GSP_LIBOS_REGION_LOC_FB, "LOGRM: kind is 1 and loc 2");
	refuse_region(0, 8, 8, "LOGINIT: pa");
	refuse_region(0, 15, 1, "LOGINIT.pa");
	refuse_region(1, 18, 2, "LOGINTR.size");
	refuse_region(3, 17, 0x20, "RMARGS: size");
	refuse_region(3, 15, 1, "RMARGS: pa");

	driver_open(&driver);
	memset((u8 *)driver_mem(&driver, driver.libos_args) + 3 * 32, 0, 32);
	EXPECT_REFUSED("libos regions");

	driver_open(&driver);
	memcpy((u8 *)driver_mem(&driver, driver.libos_args) + 4 * 32,
	       driver_mem(&driver, driver.libos_args), 32);
	EXPECT_REFUSED("comes twice");

	driver_open(&driver);
	driver.libos_args = 0x1000;
	EXPECT_REFUSED("libos arguments at 0x1000");
}

UNIT_TEST(log_page_lists_are_checked)
{
	u64 *pte;

	driver_open(&driver);
	pte = driver_mem(&driver, driver.log_page[2]);
	pte[1] += GSP_PAGE_SIZE;
	EXPECT_REFUSED("LOGRM: its first page");

	driver_open(&driver);
	pte = driver_mem(&driver, driver.log_page[0]);
	pte[LOG_PTES] = 0;
	EXPECT_REFUSED("LOGINIT: pte[15]");
}

static void refuse_argument(size_t off, u8 value, const char *text)
{
	driver_open(&driver);
	((u8 *)driver_mem(&driver, driver.rmargs))[off] = value;
	EXPECT_REFUSED(text);
}

UNIT_TEST(rm_arguments_are_checked)
{
	refuse_argument(0x07, 1, "sharedMemPhysAddr");
	refuse_argument(0x00, 8, "sharedMemPhysAddr");
	refuse_argument(0x08, 128, "pageTableEntryCount is 0x80, must be 0x81");
	refuse_argument(0x10, 1, "cmdQueueOffset");
	refuse_argument(0x18, 1, "statQueueOffset");
	refuse_argument(0x20, 1, "locklessCmdQueueOffset");
	refuse_argument(0x28, 1, "locklessStatQueueOffset");
	refuse_argument(0x30, 3, "oldLevel");
	refuse_argument(0x34, 1, "flags");
	refuse_argument(0x38, 1, "bInPMTransition");
	refuse_argument(0x3c, 32, "gpuInstance");
	refuse_argument(0x48, 1, "profilerSize");
}

static void refuse_header(size_t off, u32 value, const char *text)
{
	driver_open(&driver);
	*driver_shm(&driver, GSP_SHM_CMDQ_OFF + off) = value;
	EXPECT_REFUSED(text);
}

UNIT_TEST(queue_header_is_checked)
{
	refuse_header(0x00, 1, "header: version");
	refuse_header(0x04, 0x80000, "header: size");
	refuse_header(0x08, 0x2000, "header: msgSize");
	refuse_header(0x0c, 0x40, "header: msgCount is 0x40, must be 0x3f");
	refuse_header(0x14, 0, "header: flags");
	refuse_header(0x18, 0x40, "header: rxHdrOff");
	refuse_header(0x1c, 0, "header: entryOff");
}

UNIT_TEST(page_table_is_checked)
{
	u64 *table;

	driver_open(&driver);
	table = driver_mem(&driver, driver.shm[0]);
	table[0] = table[1];
	EXPECT_REFUSED("page table[0]");

	driver_open(&driver);
	table = driver_mem(&driver, driver.shm[0]);
	table[128] |= 1;
	EXPECT_REFUSED("page table[128]");

	driver_open(&driver);
	table = driver_mem(&driver, driver.shm[0]);
	table[100] = MODEL_MEM_ADDR + MODEL_MEM_SIZE;
	EXPECT_REFUSED("page table[100]");
}

UNIT_TEST(layout_is_checked)
{
	driver_open(&driver);
	driver.meta.fb_size -= 1 << 20;
	EXPECT_REFUSED("fbSize");

	driver_open(&driver);
	driver.meta.gsp_fw_wpr_end = driver.meta.gsp_fw_wpr_start;
	EXPECT_REFUSED("gspFwWprEnd");
}

UNIT_TEST(boot_messages_must_be_there)
{
	driver_open(&driver);
	driver_queue_registry(&driver);
	EXPECT(!driver_start(&driver));
	EXPECT(logged(&driver.model, "no complete GSP_SET_SYSTEM_INFO"));
	driver_close(&driver);

	driver_open(&driver);
	driver_queue_system_info(&driver);
	EXPECT(!driver_start(&driver));
	EXPECT(logged(&driver.model, "no complete SET_REGISTRY"));
	driver_close(&driver);

	driver_open(&driver);
	driver_queue_system_info(&driver);
	driver_queue_system_info(&driver);
	EXPECT(!driver_start(&driver));
	EXPECT(logged(&driver.model, "comes twice"));
	driver_close(&driver);

	driver_open(&driver);
	driver_queue(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	EXPECT(!driver_start(&driver));
	EXPECT(logged(&driver.model, "function 65 before INIT_DONE"));
	driver_close(&driver);
}

UNIT_TEST(system_info_is_checked)
{
	struct gsp_system_info info = {
		.pci_config_mirror_base = 0x88000, .pci_config_mirror_size = 0x1000,
		.gpu_phys_addr = 0xf0000000,
	};

	driver_open(&driver);
	softgpu_config_write(driver.model.gpu, 0x10, 4, 0xe0000000);
	driver_queue(&driver, GSP_RPC_GSP_SET_SYSTEM_INFO, &info, sizeof(info));
	EXPECT_REFUSED("gpuPhysAddr is 0xf0000000, the BAR says 0xe0000000");

	info.pci_config_mirror_base = 0;
	driver_open(&driver);
	driver_queue(&driver, GSP_RPC_GSP_SET_SYSTEM_INFO, &info, sizeof(info));
	EXPECT_REFUSED("pciConfigMirror");
}

#define NR_KEYS	2

/* A table with a DWORD and a string, and room for lies. */
struct registry {
	struct gsp_registry_table table;
	struct gsp_registry_entry entry[NR_KEYS];
	char bytes[64];
};

static struct registry good_registry(void)
{
	struct registry keys = {
		.table = { sizeof(keys), NR_KEYS },
		.entry = {
			{ 40, GSP_REGISTRY_TYPE_DWORD, { 0 }, 0x1234, 4 },
			{ 48, GSP_REGISTRY_TYPE_STRING, { 0 }, 56, 6 },
		},
	};

	memcpy(keys.bytes, "RmOne", 6);
	memcpy(keys.bytes + 8, "RmTwo", 6);
	memcpy(keys.bytes + 16, "value", 6);
	return keys;
}

UNIT_TEST(registry_is_parsed)
{
	const struct registry keys = good_registry();

	driver_open(&driver);
	driver_queue_system_info(&driver);
	driver_queue(&driver, GSP_RPC_SET_REGISTRY, &keys, sizeof(keys));
	EXPECT(driver_start(&driver));
	EXPECT_EQ(sg_registry_dword(driver.model.gpu->rm, "RmOne", 7), 0x1234);
	EXPECT_EQ(sg_registry_dword(driver.model.gpu->rm, "RmTwo", 7), 7);
	EXPECT_EQ(sg_registry_dword(driver.model.gpu->rm, "Rm", 7), 7);
	driver_close(&driver);
}

UNIT_TEST(large_registry_comes_in_records)
{
	const u32 size = 200000;
	struct gsp_registry_table *table = calloc(1, size);

	EXPECT(table);
	*table = (struct gsp_registry_table) { size, 1 };
	table->entries[0] = (struct gsp_registry_entry) {
		size - 6, GSP_REGISTRY_TYPE_DWORD, { 0 }, 42, 4,
	};
	memcpy((u8 *)table + size - 6, "RmEnd", 6);
	driver_open(&driver);
	driver_queue_system_info(&driver);
	driver_send(&driver, GSP_RPC_SET_REGISTRY, table, size);
	EXPECT(driver_start(&driver));
	EXPECT_EQ(sg_registry_dword(driver.model.gpu->rm, "RmEnd", 0), 42);
	driver_close(&driver);
	free(table);
}

#define REFUSE_REGISTRY(lie, text) do {						\
	struct registry keys = good_registry();				\
										\
	lie;									\
	driver_open(&driver);							\
	driver_queue_system_info(&driver);					\
	driver_queue(&driver, GSP_RPC_SET_REGISTRY, &keys, sizeof(keys)); \
	EXPECT(!driver_start(&driver));						\
	EXPECT(logged(&driver.model, text));					\
	driver_close(&driver);							\
} while (0)

UNIT_TEST(registry_lies_are_refused)
{
	REFUSE_REGISTRY(keys.table.size = 4, "size is 4");
	REFUSE_REGISTRY(keys.table.size++, "announces");
	REFUSE_REGISTRY(keys.table.size = 0xffffffff, "announces");
	REFUSE_REGISTRY(keys.table.num_entries = 0x10000001, "numEntries");
	REFUSE_REGISTRY(keys.table.num_entries = 7, "numEntries 7");
	REFUSE_REGISTRY(keys.entry[1].name_offset = 8, "nameOffset of entry 1");
	REFUSE_REGISTRY(keys.entry[0].name_offset = sizeof(keys), "nameOffset");
	REFUSE_REGISTRY(keys.entry[0].name_offset = 0xffffffff, "nameOffset");
	REFUSE_REGISTRY(memset(keys.bytes, 'x', sizeof(keys.bytes)), "nameOffset");
	REFUSE_REGISTRY(keys.entry[0].type = 4, "type of entry 0");
	REFUSE_REGISTRY(keys.entry[0].length = 8, "length of entry 0");
	REFUSE_REGISTRY(keys.entry[1].data = 1000, "data of entry 1");
	REFUSE_REGISTRY(keys.entry[1].length = 0xfffffffe, "length of entry 1");
}
