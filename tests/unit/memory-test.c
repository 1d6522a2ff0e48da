// SPDX-License-Identifier: MIT OR GPL-2.0

/* Memory objects and their mappings. */

#include "memory-rig.h"

#define SWEEP_MAX	400

static void seen_through_two_mappings(bool with_rebar)
{
	struct rm_rig rig;
	u32 client;

	rebar(&rig, with_rebar);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, client, H_MEM2, KIB(12)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map_at(&rig, client, H_MEM, NODE + 1, MIB(1) + 8, 16, 0, NULL), NV_OK);
	EXPECT_EQ(rig_fd[NODE]->caching, NV_WRITE_COMBINED);
	EXPECT_EQ(rig_fd[NODE + 1]->size, PAGE);
	EXPECT_EQ(map(&rig, client, H_MEM2, 0, KIB(12)), NV_OK);
	EXPECT_EQ(map_at(&rig, client, H_MEM2, 1, KIB(4), KIB(8), 0, NULL), NV_OK);
	EXPECT_EQ(rig_fd[0]->caching, NV_CACHED);
	for (u64 i = 0; i < PAGE; i += 8)
		poke(&rig, NODE, MIB(1) + i, i + 1);
	poke(&rig, 0, KIB(8), 0x5151);
	for (u64 i = 0; i < PAGE; i += 8)
		EXPECT_EQ(peek(&rig, NODE + 1, i), i + 1);
	EXPECT_EQ(peek(&rig, 1, KIB(4)), 0x5151);
	EXPECT_EQ(peek(&rig, 1, 0), 0);
	rig_fini(&rig);
}

UNIT_TEST(two_mappings_bar1_straight)
{
	seen_through_two_mappings(true);
}

UNIT_TEST(two_mappings_bar1_windows)
{
	seen_through_two_mappings(false);
}

UNIT_TEST(what_user_space_is_told)
{
	struct nv_memory_allocation_params p = {
		.size = MIB(4), .alignment = MIB(2), .flags = 0x1c101, .attr = 0x18000000,
	};
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_LOCAL_USER, &p), NV_OK);
	EXPECT_EQ(p.size, MIB(4));
	EXPECT_EQ(p.limit, MIB(4) - 1);
	EXPECT_EQ(p.offset % MIB(2), 0);
	EXPECT_EQ(FIELD_GET(NVOS32_ATTR_PAGE_SIZE, p.attr), NVOS32_ATTR_PAGE_SIZE_HUGE);
	EXPECT_EQ(FIELD_GET(NVOS32_ATTR_PHYSICALITY, p.attr), NVOS32_ATTR_PHYSICALITY_CONTIGUOUS);
	p = (struct nv_memory_allocation_params) { .size = 5, .attr = ATTR_VID };
	EXPECT_EQ(alloc_as(&rig.user, client, H_SUBDEVICE, H_MEM2, NV01_MEMORY_LOCAL_USER, &p),
		  NV_OK);
	EXPECT_EQ(p.size, KIB(64));
	p = (struct nv_memory_allocation_params) { .size = 5, .flags = 0xc001, .attr = 0x5a000000 };
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM3, NV01_MEMORY_SYSTEM, &p), NV_OK);
	EXPECT_EQ(p.size, PAGE);
	EXPECT_EQ(p.limit, PAGE - 1);
	rig_fini(&rig);
}

/* Nobody sees what another program left in video memory. */
UNIT_TEST(fresh_memory_is_zero)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	memset(rig.soft.model->vram + MIB(1), 0xee, MIB(64));
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(1)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, MIB(1)), NV_OK);
	for (u64 i = 0; i < MIB(1); i += 8)
		EXPECT_EQ(peek(&rig, NODE, i), 0);
	rig_fini(&rig);
}

UNIT_TEST(hostile_allocations)
{
	static const u64 sizes[] = { 0, 1ull << 46, (1ull << 46) + 1, 1ull << 63, ~0ull,
				     ~0ull - PAGE, ~0ull - MIB(2) + 1 };
	struct nv_memory_allocation_params p;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT(alloc_vid(&rig, client, H_MEM, sizes[i]) != NV_OK);
		if (sizes[i] != 1ull << 46)
			EXPECT(alloc_sys(&rig, client, H_MEM, sizes[i]) != NV_OK);
	}
	p = (struct nv_memory_allocation_params) {
		.size = PAGE, .attr = ATTR_VID, .alignment = 3 * PAGE,
		.flags = NVOS32_ALLOC_FLAGS_ALIGNMENT_FORCE,
	};
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_LOCAL_USER, &p),
		  NV_ERR_INVALID_ARGUMENT);
	p.alignment = 1ull << 63;
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_LOCAL_USER, &p),
		  NV_ERR_NO_MEMORY);
	p = (struct nv_memory_allocation_params) { .size = PAGE, .attr = ATTR_SYS };
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_LOCAL_USER, &p),
		  NV_ERR_INVALID_ARGUMENT);
	p.attr = ATTR_VID;
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_SYSTEM, &p),
		  NV_ERR_INVALID_ARGUMENT);
	p.attr = ATTR_SYS;
	EXPECT_EQ(alloc_as(&rig.user, client, H_SUBDEVICE, H_MEM, NV01_MEMORY_SYSTEM, &p),
		  NV_ERR_INVALID_OBJECT_PARENT);
	p.flags = NVOS32_ALLOC_FLAGS_VIRTUAL;
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_SYSTEM, &p),
		  NV_ERR_INVALID_ARGUMENT);
	p.flags = NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE;
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM, NV01_MEMORY_SYSTEM, &p),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_MEM, NV01_MEMORY_LOCAL_USER),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	rig_fini(&rig);
}

/* Neither memory nor addresses of BAR1: the status that programs know as out of memory */
UNIT_TEST(no_room)
{
	struct nv_memory_allocation_params fixed = {
		.size = PAGE, .attr = ATTR_VID, .offset = MIB(64),
		.flags = NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE,
	};
	struct nv_vidmem *all, *window;
	struct nv_heap_usage usage;
	struct rm_rig rig;
	u32 client;

	rebar(&rig, false);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, 1ull << 40), NV_ERR_NO_MEMORY);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	nv_heap_get_usage(&rig.gpu.heap, &usage);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, usage.largest_free, PAGE, &all), 0);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM2, usage.largest_free), NV_ERR_NO_MEMORY);
	nv_heap_free(&rig.gpu.heap, all);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, PAGE), NV_OK);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.bar1.windows, rig.soft.hw.bar[1].size - MIB(2), PAGE,
				&window), 0);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE + 1, MIB(2)), NV_ERR_NO_MEMORY);
	nv_heap_free(&rig.gpu.bar1.windows, window);
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM2, NV01_MEMORY_LOCAL_USER, &fixed),
		  NV_ERR_NOT_SUPPORTED);
	rig_fini(&rig);
}

UNIT_TEST(hostile_mappings)
{
	static const struct { u64 offset, length; } bad[] = {
		{ 0, 0 }, { 0, KIB(64) + 1 }, { KIB(64), 1 }, { KIB(60), KIB(4) + 1 },
		{ 1ull << 63, 1 }, { 0, 1ull << 63 }, { 0, ~0ull }, { ~0ull, ~0ull }, { 1, ~0ull },
	};
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, KIB(64)), NV_OK);
	for (int i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(map_at(&rig, client, H_MEM, NODE, bad[i].offset, bad[i].length, 0, NULL),
			  NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(map(&rig, client, H_MEM, -1, PAGE), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(map(&rig, client, H_MEM, RIG_FDS, PAGE), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(map(&rig, client, H_MEM, 0, PAGE), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(map(&rig, client, H_DEVICE, NODE, PAGE), NV_ERR_INVALID_OBJECT);
	EXPECT_EQ(map(&rig, client, H_MEM2, NODE, PAGE), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(map(&rig, 1, H_MEM, NODE, PAGE), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, PAGE), NV_OK);
	/* A file takes one mapping. */
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, PAGE), NV_ERR_STATE_IN_USE);
	EXPECT_EQ(unmap(&rig, client, H_MEM, 1), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(unmap(&rig, client, H_DEVICE, 1), NV_ERR_INVALID_OBJECT);
	EXPECT_EQ(move(&rig, client, H_MEM, 1, 2), NV_ERR_INVALID_ADDRESS);
	rig_fini(&rig);
}

UNIT_TEST(unmap_by_the_address_that_it_got)
{
	struct rm_rig rig;
	u32 client;
	u64 at;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, KIB(64)), NV_OK);
	EXPECT_EQ(map_at(&rig, client, H_MEM, NODE, 8, PAGE, 0, &at), NV_OK);
	EXPECT_EQ(at % PAGE, 8);
	EXPECT_EQ(move(&rig, client, H_MEM, at, 0x7f0000001000), NV_OK);
	EXPECT_EQ(unmap(&rig, client, H_MEM, at), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(unmap(&rig, client, H_MEM, 0x7f0000001000), NV_OK);
	EXPECT_EQ(unmap(&rig, client, H_MEM, 0x7f0000001000), NV_ERR_INVALID_ADDRESS);
	rig_fini(&rig);
}

UNIT_TEST(read_only)
{
	struct nv_memory_allocation_params p = {
		.size = PAGE, .attr = ATTR_SYS, .attr2 = NVOS32_ATTR2_PROTECTION_USER_READ_ONLY,
	};
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, PAGE), NV_OK);
	EXPECT_EQ(map_at(&rig, client, H_MEM, NODE, 0, PAGE, NVOS33_FLAGS_ACCESS_READ_ONLY, NULL),
		  NV_OK);
	EXPECT(!rig_fd[NODE]->writable);
	EXPECT_EQ(alloc_as(&rig.user, client, H_DEVICE, H_MEM2, NV01_MEMORY_SYSTEM, &p), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM2, 0, PAGE), NV_OK);
	EXPECT(!rig_fd[0]->writable);
	rig_fini(&rig);
}

/* Memory that a mapping shows is not given to anybody else, whatever is freed. */
static void free_while_mapped(u32 (*free_it)(struct rm_rig *rig, u32 client))
{
	struct rm_rig rig;
	u32 client;
	u64 used;

	rebar(&rig, false);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, client, H_MEM2, KIB(8)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM2, 0, KIB(8)), NV_OK);
	used = rig.gpu.heap.used;
	poke(&rig, NODE, MIB(1), 1234);
	poke(&rig, 0, KIB(4), 4321);
	EXPECT_EQ(free_it(&rig, client), NV_OK);
	EXPECT_EQ(rig.gpu.heap.used, used);
	EXPECT_EQ(peek(&rig, NODE, MIB(1)), 1234);
	EXPECT_EQ(peek(&rig, 0, KIB(4)), 4321);
	rig_close_fd(NODE);
	rig_close_fd(0);
	EXPECT(used - rig.gpu.heap.used >= MIB(2));
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	rig_fini(&rig);
}

static u32 free_memory(struct rm_rig *rig, u32 client)
{
	u32 status = rig_free_as(&rig->user, client, H_MEM);

	return status ?: rig_free_as(&rig->user, client, H_MEM2);
}

static u32 free_device(struct rm_rig *rig, u32 client)
{
	return rig_free_as(&rig->user, client, H_DEVICE);
}

static u32 free_client(struct rm_rig *rig, u32 client)
{
	return rig_free_as(&rig->user, client, client);
}

static u32 close_file(struct rm_rig *rig, u32 client)
{
	rm_file_close(&rig->ctl);
	return NV_OK;
}

UNIT_TEST(freed_while_mapped)
{
	free_while_mapped(free_memory);
	free_while_mapped(free_device);
	free_while_mapped(free_client);
	free_while_mapped(close_file);
}

UNIT_TEST(gpu_removed_while_mapped)
{
	u8 *data;
	struct nv_os_desc_memory_allocation_params desc = { .limit = KIB(8) - 1 };
	struct rm_rig rig;
	u32 client;

	rebar(&rig, false);
	client = rig_tree(&rig);
	data = (u8 *)ALIGN((u64)(uintptr_t)&rig_user[MIB(1)], PAGE);
	desc.descriptor = (u64)(uintptr_t)data;
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, client, H_MEM2, KIB(8)), NV_OK);
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_DEVICE, H_MEM3,
			       NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, &desc, sizeof(desc)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM2, 0, KIB(8)), NV_OK);
	rig_revoked = 0;
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rig_revoked, 2);
	EXPECT_EQ(rig_pinned, 0);
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	EXPECT(list_empty(&rig.soft.dmas) || rig.gpu.started);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	EXPECT(list_empty(&rig.soft.dmas));
	EXPECT_EQ(map(&rig, client, H_MEM, NODE + 1, PAGE), NV_ERR_OBJECT_NOT_FOUND);
	rig_close_fd(NODE);
	rig_close_fd(0);
	rig_fini(&rig);
}

/* A file is closed when the GPU is on its way out: nobody may work on it any more. */
UNIT_TEST(closed_while_gpu_is_removed)
{
	struct rm_gpu *rgpu;
	struct rm_rig rig;
	u32 client;

	rebar(&rig, false);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, client, H_MEM2, KIB(8)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM2, 0, KIB(8)), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM), NV_OK);
	rgpu = rm_gpu_get(&rig.rm, rig.gpu.gpu_id);
	atomic_dec(&rgpu->users);
	rig_close_fd(NODE);
	rig_close_fd(0);
	EXPECT(rig.gpu.bar1.windows.used);
	atomic_inc(&rgpu->users);
	rm_gpu_put(rgpu);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	rig_fini(&rig);
}

/* The same when a call still has the object. */
UNIT_TEST(gpu_removed_under_a_call)
{
	struct rm_client *client;
	struct rm_object *object;
	struct rm_rig rig;
	u32 h_client;

	rig_init(&rig);
	h_client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, h_client, H_MEM, MIB(2)), NV_OK);
	client = rm_client_get(&rig.user, h_client);
	object = rm_object_get(client, H_MEM);
	EXPECT(object);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	rm_object_put(object);
	rm_client_put(client);
	rig_fini(&rig);
}

UNIT_TEST(over_a_boot)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT_EQ(map(&rig, client, H_MEM, NODE, PAGE), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM), NV_OK);
	EXPECT_EQ(rig.gpu.heap.used, 0);
	rig_fini(&rig);
}

UNIT_TEST(usermode_page)
{
	struct nv0000_ctrl_client_get_addr_space_type_params type = { .h_object = H_MEM };
	struct rm_rig rig;
	u32 client;
	u64 at;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_MEM, TURING_USERMODE_A), NV_OK);
	EXPECT_EQ(rig_control(&rig, client, client, NV0000_CTRL_CMD_CLIENT_GET_ADDR_SPACE_TYPE,
			      &type, sizeof(type)), NV_OK);
	EXPECT_EQ(type.addr_space_type, NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_REGMEM);
	EXPECT_EQ(map_at(&rig, client, H_MEM, NODE, 0, KIB(64) + 1, 0, NULL), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(map_at(&rig, client, H_MEM, NODE, 0, KIB(64), 0x80002, &at), NV_OK);
	EXPECT_EQ(at, rig.soft.hw.bar[0].addr + 0xbb0000);
	EXPECT_EQ(rig_fd[NODE]->kind, RM_MMAP_REGS);
	EXPECT_EQ(rig_fd[NODE]->caching, NV_UNCACHED);
	EXPECT(rig_fd[NODE]->writable);
	rig_fini(&rig);
}

UNIT_TEST(memory_of_a_process)
{
	static const u64 limits[] = { ~0ull, 1ull << 63, 1ull << 47, ~0ull - 4096 };
	struct nvos02_parameters_with_fd p = {
		.params = {
			.h_class = NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, .h_object_new = H_MEM,
			.h_object_parent = H_DEVICE, .flags = 0x40001010, .limit = 9999,
		},
		.fd = -1,
	};
	struct rm_caller node;
	struct rm_rig rig;
	u64 base;

	rig_init(&rig);
	base = ALIGN(rig_ptr(0), PAGE);
	node = rig.user;
	node.file = &rig.node;
	p.params.h_root = rig_tree(&rig);
	p.params.p_memory = base + 100;
	EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC_MEMORY, &p, sizeof(p)), 0);
	EXPECT_EQ(p.params.status, NV_OK);
	EXPECT_EQ(rig_pinned, 3 * PAGE);
	EXPECT_EQ(map(&rig, p.params.h_root, H_MEM, 0, PAGE), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_free_as(&rig.user, p.params.h_root, H_MEM), NV_OK);
	EXPECT_EQ(rig_pinned, 0);
	p.params.p_memory = 0x1000;
	EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC_MEMORY, &p, sizeof(p)), 0);
	EXPECT_EQ(p.params.status, NV_ERR_INVALID_ADDRESS);
	for (int i = 0; i < ARRAY_SIZE(limits); i++) {
		p.params.limit = limits[i];
		EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC_MEMORY, &p, sizeof(p)), 0);
		EXPECT_EQ(p.params.status, NV_ERR_INVALID_ARGUMENT);
	}
	p.params.limit = 1;
	p.params.p_memory = ~0ull;
	EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC_MEMORY, &p, sizeof(p)), 0);
	EXPECT_EQ(p.params.status, NV_ERR_INVALID_ARGUMENT);
	p.params.h_class = NV01_MEMORY_SYSTEM;
	p.params.limit = KIB(64) - 1;
	EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC_MEMORY, &p, sizeof(p)), 0);
	EXPECT_EQ(p.params.status, NV_OK);
	rig_fini(&rig);
}

/* All that one program may do, as far as it gets. */
static bool live_and_die(struct rm_rig *rig)
{
	u32 client = rig_client_as(&rig->user);
	bool ok = client;

	if (!client)
		return false;
	ok &= rig_alloc(rig, client, client, H_DEVICE, NV01_DEVICE_0) == NV_OK;
	ok &= alloc_vid(rig, client, H_MEM, KIB(64)) == NV_OK;
	ok &= alloc_sys(rig, client, H_MEM2, KIB(8)) == NV_OK;
	ok &= map(rig, client, H_MEM, NODE, KIB(64)) == NV_OK;
	ok &= map(rig, client, H_MEM2, 0, KIB(8)) == NV_OK;
	ok &= dup_as(&rig->user, client, H_MEM3, client, H_MEM) == NV_OK;
	ok &= share(rig, client, H_MEM, RS_SHARE_TYPE_ALL, 0, 0) == NV_OK;
	rig_close_fd(NODE);
	rig_close_fd(0);
	EXPECT_EQ(rig_free_as(&rig->user, client, client), NV_OK);
	return ok;
}

UNIT_TEST(each_allocation_fails_once)
{
	struct rm_rig rig;
	bool ok = false;
	long live;
	u64 used;
	int n;

	rebar(&rig, false);
	EXPECT(live_and_die(&rig));
	live = unit_live_allocs();
	used = rig.gpu.heap.used;
	for (n = 1; !ok && n < SWEEP_MAX; n++) {
		unit_fail_alloc_at(n);
		ok = live_and_die(&rig);
		EXPECT_EQ(ok, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		EXPECT(unit_live_allocs() <= live + 16);
		EXPECT(rig.gpu.heap.used <= used + MIB(1));
		EXPECT_EQ(rig.gpu.bar1.windows.used, 0);
	}
	EXPECT(ok && n > 20);
	rig_fini(&rig);
}
