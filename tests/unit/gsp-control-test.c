// SPDX-License-Identifier: MIT OR GPL-2.0
/* The stand-in for GSP-RM: its object tree, memory lists and controls. */
#include "gsp-rm-driver.h"

#include "abi/channel.h"
#include "abi/nv-class.h"

#define CLIENT		0xc1d00001
#define OTHER_CLIENT	0xc1d00002
#define DEVICE		0x5c000001
#define SUBDEVICE	0x5c000002
#define VASPACE		0x5c000003
#define CHANNEL		0x5c000004
#define COPY		0x5c000005

static struct driver driver;
static struct wire wire;

/* A client with device and subdevice. */
static void make_client(u32 client)
{
	EXPECT_EQ(driver_alloc(&driver, client, client, client, NV01_ROOT), 0);
	EXPECT_EQ(driver_alloc(&driver, client, client, DEVICE, NV01_DEVICE_0), 0);
	EXPECT_EQ(driver_alloc(&driver, client, DEVICE, SUBDEVICE, NV20_SUBDEVICE_0), 0);
}

static u32 flush_on(u32 client, u32 object)
{
	return driver_control(&driver, client, object, 0x20800a70, NULL, 0);
}

UNIT_TEST(object_tree)
{
	static const struct nv_channel_alloc_params channel;

	driver_boot(&driver);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE, NV01_DEVICE_0),
		  NV_ERR_INVALID_CLIENT);
	make_client(CLIENT);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, CLIENT, NV01_ROOT),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE, NV01_DEVICE_0),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, 0, NV01_DEVICE_0),
		  NV_ERR_INVALID_OBJECT_NEW);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, 7, NV01_DEVICE_0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, 99, 7, NV20_SUBDEVICE_0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, 7, 0xdead), NV_ERR_INVALID_CLASS);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, CHANNEL, AMPERE_CHANNEL_GPFIFO_A),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, CHANNEL, AMPERE_CHANNEL_GPFIFO_A,
				      &channel, sizeof(channel)), 0);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CHANNEL, COPY, AMPERE_DMA_COPY_B), 0);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, 8, AMPERE_DMA_COPY_B),
		  NV_ERR_INVALID_OBJECT_PARENT);

	EXPECT_EQ(driver_free(&driver, CLIENT, CHANNEL), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, COPY), NV_OK);
	EXPECT_EQ(flush_on(CLIENT, SUBDEVICE), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, DEVICE), 0);
	EXPECT_EQ(flush_on(CLIENT, SUBDEVICE), NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(driver_free(&driver, CLIENT, CLIENT), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, CLIENT), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(flush_on(CLIENT, SUBDEVICE), NV_ERR_INVALID_CLIENT);
	driver_close(&driver);
}

UNIT_TEST(clients_are_apart)
{
	driver_boot(&driver);
	make_client(CLIENT);
	make_client(OTHER_CLIENT);
	EXPECT_EQ(driver_free(&driver, CLIENT, SUBDEVICE), 0);
	EXPECT_EQ(flush_on(OTHER_CLIENT, SUBDEVICE), 0);
	EXPECT_EQ(driver_free(&driver, GSP_INTERNAL_CLIENT, GSP_INTERNAL_CLIENT),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT_EQ(driver_free(&driver, GSP_INTERNAL_CLIENT, GSP_INTERNAL_DEVICE),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT_EQ(flush_on(GSP_INTERNAL_CLIENT, GSP_INTERNAL_SUBDEVICE), 0);
	driver_close(&driver);
}

static u32 duplicate(u32 client, u32 parent, u32 object, u32 client_src, u32 object_src)
{
	struct gsp_rpc_dup_object args = {
		.h_client = client, .h_parent = parent, .h_object = object,
		.h_client_src = client_src, .h_object_src = object_src,
	};
	u32 result = driver_call(&driver, GSP_RPC_DUP_OBJECT, &args, sizeof(args));

	EXPECT_EQ(args.status, result);
	return result;
}

UNIT_TEST(duplicates_live_on)
{
	driver_boot(&driver);
	make_client(CLIENT);
	make_client(OTHER_CLIENT);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A), 0);
	EXPECT_EQ(duplicate(OTHER_CLIENT, DEVICE, 77, CLIENT, VASPACE), 0);
	EXPECT_EQ(duplicate(OTHER_CLIENT, DEVICE, 77, CLIENT, VASPACE),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(duplicate(OTHER_CLIENT, SUBDEVICE, 78, CLIENT, VASPACE),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(duplicate(OTHER_CLIENT, DEVICE, 78, CLIENT, 1), NV_ERR_INVALID_OBJECT_OLD);
	EXPECT_EQ(duplicate(OTHER_CLIENT, DEVICE, 78, CLIENT, CLIENT), NV_ERR_INVALID_OBJECT_OLD);
	EXPECT_EQ(duplicate(1, DEVICE, 78, CLIENT, VASPACE), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(duplicate(OTHER_CLIENT, DEVICE, 78, 1, VASPACE), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(driver_free(&driver, CLIENT, CLIENT), 0);
	EXPECT_EQ(driver_free(&driver, OTHER_CLIENT, 77), 0);
	driver_close(&driver);
}

UNIT_TEST(a_tree_has_a_bound)
{
	u32 i, status = 0;

	driver_boot(&driver);
	make_client(CLIENT);
	for (i = 0; i < 20000 && !status; i++)
		status = driver_alloc(&driver, CLIENT, SUBDEVICE, 0x10000 + i, NV01_EVENT);
	EXPECT_EQ(status, NV_ERR_INSUFFICIENT_RESOURCES);
	EXPECT(i > 1000);
	EXPECT_EQ(driver_free(&driver, CLIENT, DEVICE), 0);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE, NV01_DEVICE_0), 0);
	driver_close(&driver);
}

/* NVIDIA's own driver leaves the parameters out of the header's length. */
UNIT_TEST(alloc_parameters_beyond_the_length)
{
	struct gsp_rpc_rm_alloc *args = (void *)wire.payload;
	const u32 size = 3000;

	driver_boot(&driver);
	make_client(CLIENT);
	driver_compose(&driver, &wire, GSP_RPC_GSP_RM_ALLOC, NULL, sizeof(*args));
	*args = (struct gsp_rpc_rm_alloc) { CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, 0, size };
	memset(args->params, 0x5a, size);
	wire_seal(&wire);
	driver_push(&driver, &wire, 1);
	driver_ring(&driver);
	memset(&wire, 0, sizeof(wire));
	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(wire.rpc.rpc_result, 0);
	EXPECT_EQ(wire.rpc.length, 32 + sizeof(*args) + size);
	for (u32 i = 0; i < size; i++)
		EXPECT_EQ(args->params[i], 0x5a);
	EXPECT_EQ(sg_object_find(driver.model.gpu->rm, CLIENT, VASPACE)->params[size - 1], 0x5a);
	driver_close(&driver);
}

static u32 alloc_sized(u32 handle, u32 params_size, u32 sent)
{
	static u8 payload[0x8000];
	struct gsp_rpc_rm_alloc *args = (void *)payload;

	*args = (struct gsp_rpc_rm_alloc) { CLIENT, DEVICE, handle, FERMI_VASPACE_A, 0,
					    params_size };
	driver_send(&driver, GSP_RPC_GSP_RM_ALLOC, payload, sizeof(*args) + sent);
	EXPECT(driver_receive(&driver, &wire));
	return wire.rpc.rpc_result;
}

UNIT_TEST(alloc_parameter_sizes)
{
	driver_boot(&driver);
	make_client(CLIENT);
	EXPECT_EQ(alloc_sized(1, 360, 360), 0);
	EXPECT_EQ(alloc_sized(2, 0x7000, 0x7000), 0);
	EXPECT_EQ(alloc_sized(3, 0, 0), 0);
	EXPECT_EQ(alloc_sized(4, 361, 360), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(alloc_sized(5, 359, 360), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(alloc_sized(6, 0x1000 - 0x50 - 0x20, 0), 0);
	EXPECT_EQ(alloc_sized(7, 0x1000 - 0x50 - 0x20 + 1, 0), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(alloc_sized(8, 0xffffffff, 0), NV_ERR_INVALID_PARAM_STRUCT);
	driver_close(&driver);
}

struct memory_list {
	u32 h_client, h_device, h_memory, h_class, flags, pte_adjust, format, pad;
	u64 length;
	u32 page_count, pad1, pte_desc, pad2;
	u64 pte[];
};

static u32 alloc_memory(u32 handle, u32 class, u32 pages, u64 first, u64 length, u32 claimed)
{
	const u32 size = sizeof(struct memory_list) + pages * 8;
	struct memory_list *list = calloc(1, size);
	u32 result;

	EXPECT(list);
	*list = (struct memory_list) {
		.h_client = CLIENT, .h_device = DEVICE, .h_memory = handle, .h_class = class,
		.length = length, .page_count = claimed, .pte_desc = pages << 16,
	};
	for (u32 i = 0; i < pages; i++)
		list->pte[i] = (first >> 12) + i;
	driver_send(&driver, GSP_RPC_ALLOC_MEMORY, list, size);
	free(list);
	EXPECT(driver_receive(&driver, &wire));
	result = wire.rpc.rpc_result;
	EXPECT(!driver_receive(&driver, &wire));
	return result;
}

UNIT_TEST(memory_lists)
{
	const u64 vram = 6144ull << 20;

	driver_boot(&driver);
	make_client(CLIENT);
	EXPECT_EQ(alloc_memory(1, NV01_MEMORY_LIST_SYSTEM, 3, MODEL_MEM_ADDR, 0x3000, 3), 0);
	EXPECT_EQ(sg_object_find(driver.model.gpu->rm, CLIENT, 1)->pages.page[2],
		  (MODEL_MEM_ADDR >> 12) + 2);
	EXPECT_EQ(alloc_memory(2, NV01_MEMORY_LIST_FBMEM, 20000, 0x1000, 20000 << 12, 20000), 0);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_FBMEM, 2, vram - 0x1000, 0x2000, 2),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_SYSTEM, 1, 0, 0x1000, 1),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_SYSTEM, 1, MODEL_MEM_ADDR, 0x1001, 1),
		  NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_SYSTEM, 1, MODEL_MEM_ADDR, 0, 1),
		  NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_SYSTEM, 1, MODEL_MEM_ADDR, ~0ull, 1),
		  NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(alloc_memory(3, NV01_MEMORY_LIST_SYSTEM, 1, MODEL_MEM_ADDR, 0x1000, 0x20000002),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(alloc_memory(3, NV01_ROOT, 1, MODEL_MEM_ADDR, 0x1000, 1), NV_ERR_INVALID_CLASS);
	EXPECT_EQ(alloc_memory(1, NV01_MEMORY_LIST_SYSTEM, 1, MODEL_MEM_ADDR, 0x1000, 1),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	driver_close(&driver);
}

UNIT_TEST(controls_check_object_and_size)
{
	struct softgpu_stats stats;
	u8 params[256] = { 0 };

	driver_boot(&driver);
	make_client(CLIENT);
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x20800110, params, 132), 0);
	EXPECT_STR((char *)params + 4, "NVIDIA GeForce RTX 3060 Laptop GPU");
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x20800110, params, 131),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x20800110, params, 0),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(driver_control(&driver, CLIENT, DEVICE, 0x20800110, params, 132),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(driver_control(&driver, CLIENT, DEVICE, 0x00800294, params, 4), 0);
	softgpu_get_stats(driver.model.gpu, &stats);
	EXPECT_EQ(stats.unknown_controls, 0);
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080dead, params, 4),
		  NV_ERR_NOT_SUPPORTED);
	softgpu_get_stats(driver.model.gpu, &stats);
	EXPECT_EQ(stats.unknown_controls, 1);
	driver_close(&driver);
}

UNIT_TEST(names_and_information)
{
	u32 info[131] = { 3, 0x8000002c, 0, 0x80000035, 0, 0x35, 7 };
	u16 name[66] = { 1 };
	char features[72] = "";

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800110, name, sizeof(name)), 0);
	EXPECT_EQ(name[2], 'N');
	EXPECT_EQ(name[2 + 33], 'U');
	EXPECT_EQ(name[2 + 34], 0);
	name[0] = 2;
	EXPECT_EQ(driver_internal(&driver, 0x20800110, name, sizeof(name)),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(driver_internal(&driver, 0x20800102, info, sizeof(info)), 0);
	EXPECT_EQ(info[2], 0x806);
	EXPECT_EQ(info[4], 1);
	EXPECT_EQ(info[6], 7);
	info[5] = 0x80000000;
	EXPECT_EQ(driver_internal(&driver, 0x20800102, info, sizeof(info)),
		  NV_ERR_INVALID_ARGUMENT);
	info[0] = 66;
	EXPECT_EQ(driver_internal(&driver, 0x20800102, info, sizeof(info)),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(driver_internal(&driver, 0x20803601, features, sizeof(features)), 0);
	EXPECT_STR(features + 6, NV_RELEASE);
	driver_close(&driver);
}

UNIT_TEST(chip_and_bars)
{
	u64 bars[25];
	u32 info[22];

	driver_boot(&driver);
	softgpu_config_write(driver.model.gpu, 0x18, 4, 0x70);
	EXPECT_EQ(driver_internal(&driver, 0x20800a36, info, sizeof(info)), 0);
	EXPECT_EQ(info[3], 0x252010de);
	EXPECT_EQ(info[4], 0x16a21043);
	EXPECT_EQ(info[0x28 / 4], 0xbb0000);
	EXPECT_EQ(driver_internal(&driver, 0x20801803, bars, sizeof(bars)), 0);
	EXPECT_EQ((u32)bars[0], 3);
	EXPECT_EQ(bars[2], 16 << 20);
	EXPECT_EQ(bars[5], softgpu_bar_size(driver.model.gpu, SOFTGPU_BAR1));
	EXPECT_EQ(bars[6], 0x7000000000);
	EXPECT_EQ(bars[8], softgpu_bar_size(driver.model.gpu, SOFTGPU_BAR3));
	driver_close(&driver);
}

UNIT_TEST(interrupt_table)
{
	u32 table[517];
	bool gsp = false, doorbell = false;

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800a5c, table, sizeof(table)), 0);
	EXPECT(table[0] && table[0] <= 128);
	for (u32 i = 0; i < table[0]; i++) {
		const u32 *entry = &table[1 + 4 * i];

		EXPECT(entry[2] < 256 || entry[2] == 0xffffffff);
		EXPECT(entry[3] < 256 || entry[3] == 0xffffffff);
		gsp |= entry[0] == 50 && entry[2] == 155;
		doorbell |= entry[0] == 73 && entry[2] == 129;
	}
	EXPECT(gsp && doorbell);
	driver_close(&driver);
}

/* Two tables and the channel counts speak of the same engines. */
UNIT_TEST(device_tables_agree)
{
	static u32 device[2305], fifo[803];
	u32 channels[2] = { 4, 0 };

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800a40, device, sizeof(device)), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20801112, fifo, sizeof(fifo)), 0);
	EXPECT_EQ(device[0], 10);
	EXPECT_EQ(fifo[1], 11);
	EXPECT_EQ((u8)fifo[2], 0);
	for (u32 i = 0; i < device[0]; i++) {
		const u32 *entry = &device[1 + 9 * i], *row = &fifo[3 + 25 * i];

		EXPECT_EQ(entry[0], row[4]);
		EXPECT_EQ(entry[1], row[10]);
		EXPECT_EQ(entry[2], row[9]);
		EXPECT_EQ(entry[7], row[11]);
		channels[0] = row[3];
		EXPECT_EQ(driver_internal(&driver, 0x20800a61, channels, sizeof(channels)), 0);
		EXPECT_EQ(channels[1], 2048);
	}
	channels[0] = 4;
	EXPECT_EQ(driver_internal(&driver, 0x20800a61, channels, sizeof(channels)),
		  NV_ERR_INVALID_ARGUMENT);
	fifo[0] = 11;
	EXPECT_EQ(driver_internal(&driver, 0x20801112, fifo, sizeof(fifo)), 0);
	EXPECT_EQ(fifo[1], 0);
	fifo[0] = 0xffffffff;
	EXPECT_EQ(driver_internal(&driver, 0x20801112, fifo, sizeof(fifo)),
		  NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

struct pdes {
	u32 h_subdevice, subdevice_id;
	u64 page_size, lo, hi;
	u32 levels, pad;
	struct {
		u64 phys, size;
		u32 aperture, shift;
	} level[6];
};

/* What the tables of graphics say of the same parts of the chip. */
UNIT_TEST(graphics_tables_agree)
{
	u32 masks[74 * 8], info[8 * 112], ppc[8 * 12], rop[8 * 3];
	u32 zcull[8 * 10], record[8], trace[8 * 8];
	unsigned int i;

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800a26, masks, sizeof(masks)), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a2a, info, sizeof(info)), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a30, ppc, sizeof(ppc)), 0);
	for (i = 0; i < 12; i++)
		EXPECT_EQ(!!ppc[i], masks[0] >> i & 1);
	EXPECT_EQ(__builtin_popcount(ppc[0]), info[2 * 0x1c + 1]);
	EXPECT_EQ(driver_internal(&driver, 0x20800a2e, rop, sizeof(rop)), 0);
	EXPECT_EQ(rop[0] * rop[1], rop[2]);
	EXPECT_EQ(rop[3], 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a2c, zcull, sizeof(zcull)), 0);
	EXPECT(zcull[0] && zcull[9] && !zcull[10]);
	EXPECT_EQ(driver_internal(&driver, 0x20800a3d, record, sizeof(record)), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a3f, trace, sizeof(trace)), 0);
	EXPECT_EQ(trace[0], record[0]);
	driver_close(&driver);
}

/* There is no context switch to log, so the log cannot be turned on. */
UNIT_TEST(context_switches_are_not_logged)
{
	u8 enable[24] = { [16] = 0xff };

	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x20800a38, enable, sizeof(enable)), 0);
	EXPECT_EQ(enable[16], 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a37, enable, sizeof(enable)), 0);
	enable[16] = 1;
	EXPECT_EQ(driver_internal(&driver, 0x20800a37, enable, sizeof(enable)),
		  NV_ERR_NOT_SUPPORTED);
	driver_close(&driver);
}

UNIT_TEST(promoted_contexts)
{
	u64 args[70] = { 0 };
	u32 *word = (u32 *)args;

	driver_boot(&driver);
	make_client(CLIENT);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A), 0);
	word[3] = CLIENT;
	word[4] = CHANNEL;
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080012b, args, sizeof(args)),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	word[4] = VASPACE;
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080012b, args, sizeof(args)),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, CHANNEL, KEPLER_CHANNEL_GROUP_A), 0);
	word[4] = CHANNEL;
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080012b, args, sizeof(args)), 0);
	word[10] = 17;
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080012b, args, sizeof(args)),
		  NV_ERR_INVALID_ARGUMENT);
	word[10] = 1;
	((u8 *)args)[48 + 30] = 1;
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, 0x2080012b, args, sizeof(args)),
		  NV_ERR_INVALID_ADDRESS);
	driver_close(&driver);
}

UNIT_TEST(page_directories_are_kept)
{
	struct gsp_rpc_dup_object dup = { .h_client = CLIENT, .h_parent = DEVICE,
		.h_object = VASPACE + 1, .h_client_src = CLIENT, .h_object_src = VASPACE };
	struct pdes pdes = { .hi = 0xffffff, .levels = 3, .level[0] = { 0x123000, 0x1000, 1, 47 } };
	u32 set[12] = { CLIENT, DEVICE, 0, 0, 0x456000, 0, 4, 8, VASPACE };
	u32 unset[4] = { CLIENT, DEVICE, VASPACE };
	struct {
		struct gsp_rpc_rm_alloc alloc;
		u32 index, more[3];
	} args = {
		.alloc = { CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, 0, 16 }, .index = 3,
	};
	struct softgpu_gsp_rm *rm;

	driver_boot(&driver);
	rm = driver.model.gpu->rm;
	make_client(CLIENT);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_GSP_RM_ALLOC, &args, sizeof(args)), 0);
	EXPECT_EQ(driver_control(&driver, CLIENT, VASPACE, 0x90f10106, &pdes, sizeof(pdes)), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, VASPACE)->vas->page_dir, 0x123000);
	EXPECT_EQ(driver_free(&driver, CLIENT, VASPACE), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, DEVICE)->vas->page_dir, 0x123000);
	args.index = 0;
	EXPECT_EQ(driver_call(&driver, GSP_RPC_GSP_RM_ALLOC, &args, sizeof(args)), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, VASPACE)->vas->page_dir, 0);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_DUP_OBJECT, &dup, sizeof(dup)), 0);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_SET_PAGE_DIRECTORY, set, sizeof(set)), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, VASPACE)->vas->page_dir, 0x456000);
	EXPECT_EQ(sg_object_find(rm, CLIENT, VASPACE + 1)->vas->page_dir, 0x456000);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UNSET_PAGE_DIRECTORY, unset, sizeof(unset)), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, VASPACE + 1)->vas->page_dir, 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, VASPACE), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, VASPACE + 1), 0);
	EXPECT_EQ(sg_object_find(rm, CLIENT, DEVICE)->vas->page_dir, 0x123000);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_SET_PAGE_DIRECTORY, set, sizeof(set)),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	pdes.levels = 7;
	EXPECT_EQ(driver_internal(&driver, 0x20800a9f, &pdes, sizeof(pdes)),
		  NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

UNIT_TEST(refused_control)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;

	config.fault = (struct softgpu_fault) { SOFTGPU_FAULT_CONTROL_REFUSED, 0x20800a70 };
	driver_boot_config(&driver, config);
	EXPECT_EQ(driver_internal(&driver, 0x20800a70, NULL, 0), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(driver_internal(&driver, 0x20800a6c, (u32[]){ 0 }, 4), 0);
	driver_close(&driver);
}

static void boot_with_fault(enum softgpu_fault_kind kind, u64 n)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;

	config.fault = (struct softgpu_fault) { kind, n };
	driver_open_config(&driver, config);
	driver_queue_system_info(&driver);
	driver_queue_registry(&driver);
	EXPECT(driver_start(&driver));
}

UNIT_TEST(faults_of_starting_and_dying)
{
	boot_with_fault(SOFTGPU_FAULT_GSP_NO_START, 0);
	EXPECT(!driver_receive(&driver, &wire));
	EXPECT_EQ(*driver_shm(&driver, GSP_SHM_STATQ_OFF + 4), 0);
	driver_close(&driver);

	boot_with_fault(SOFTGPU_FAULT_GSP_DIES, 3);
	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(driver_internal(&driver, 0x20800a70, NULL, 0), 0);
	EXPECT_EQ(driver_internal(&driver, 0x20800a70, NULL, 0), 0);
	driver_send(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	EXPECT(!driver_receive(&driver, &wire));
	EXPECT(logged(&driver.model, "told to die after 3 messages"));
	driver_close(&driver);
}

UNIT_TEST(faults_of_messages)
{
	boot_with_fault(SOFTGPU_FAULT_BAD_CHECKSUM, 2);
	EXPECT(driver_receive(&driver, &wire));
	driver_send(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	EXPECT(driver_receive_raw(&driver, &wire));
	EXPECT(wire_checksum(&wire) != 0);
	EXPECT_EQ(wire.element.seq_num, 1);
	driver_close(&driver);

	boot_with_fault(SOFTGPU_FAULT_BAD_SEQUENCE, 2);
	EXPECT(driver_receive(&driver, &wire));
	driver_send(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	EXPECT(driver_receive_raw(&driver, &wire));
	EXPECT_EQ(wire_checksum(&wire), 0);
	EXPECT(wire.element.seq_num != 1);
	driver_close(&driver);
}
