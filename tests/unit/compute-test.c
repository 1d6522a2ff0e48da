// SPDX-License-Identifier: MIT OR GPL-2.0

/* What programs that compute ask of the resource manager before they do. */

#include "rm-rig.h"

#include "abi/channel.h"
#include "abi/nv-memory.h"
#include "rm/channel.h"
#include "rm/vaspace.h"

enum { H_VASPACE = 0x90f1, H_RANGE = 0x50a0, H_SECOND = 0x50a1, H_DATA = 0x400 };

#define SIZE		0x10000ull
#define HUGE		0x200000ull
#define BASE		0x200000000ull

static u32 ask(struct rm_rig *rig, u32 client, u32 cmd, void *params, u32 size)
{
	return rig_control(rig, client, H_SUBDEVICE, cmd, params, size);
}

static u64 rpcs(struct rm_rig *rig)
{
	struct softgpu_stats stats;

	softgpu_get_stats(rig->soft.model, &stats);
	return stats.messages_in;
}

UNIT_TEST(graphics_engine)
{
	struct nv2080_ctrl_gr_get_global_sm_order_params order = { 0 };
	struct nv2080_ctrl_gr_get_caps_v2_params caps = { 0 };
	struct nv2080_ctrl_gr_get_gpc_mask_params gpcs = { 0 };
	struct nv2080_ctrl_gr_get_tpc_mask_params tpcs = { 0 };
	struct nv2080_ctrl_gr_get_info_v2_params info = { 2, { { 0x0c }, { 0x0d } } };
	struct rm_rig rig;
	u32 client;
	u64 sent;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO_V2, &info, sizeof(info)), NV_OK);
	EXPECT_EQ(info.info[0].data, 0x806);
	EXPECT_EQ(info.info[1].data, 48);
	info.info[1].index = NV2080_GR_INFO_MAX_SIZE;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO_V2, &info, sizeof(info)),
		  NV_ERR_INVALID_ARGUMENT);
	info.count = NV2080_GR_INFO_MAX_SIZE + 1;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO_V2, &info, sizeof(info)),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_CAPS_V2, &caps, sizeof(caps)), NV_OK);
	EXPECT(caps.populated);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_GPC_MASK, &gpcs, sizeof(gpcs)), NV_OK);
	EXPECT_EQ(gpcs.gpc_mask, 7);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_TPC_MASK, &tpcs, sizeof(tpcs)), NV_OK);
	EXPECT_EQ(tpcs.tpc_mask, 0x1f);
	tpcs.gpc_id = 3;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_TPC_MASK, &tpcs, sizeof(tpcs)),
		  NV_ERR_INVALID_ARGUMENT);
	tpcs.gpc_id = ~0u;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_TPC_MASK, &tpcs, sizeof(tpcs)),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_GLOBAL_SM_ORDER, &order, sizeof(order)),
		  NV_OK);
	EXPECT_EQ(order.num_sm, 30);
	EXPECT_EQ(order.num_tpc, 15);
	/* Once more, GSP is not asked. */
	sent = rpcs(&rig);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_CAPS_V2, &caps, sizeof(caps)), NV_OK);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_GPC_MASK, &gpcs, sizeof(gpcs)), NV_OK);
	EXPECT_EQ(gpcs.gpc_mask, 7);
	EXPECT_EQ(rpcs(&rig), sent);
	rig_fini(&rig);
}

/* The older form of GET_INFO points to its list. */
UNIT_TEST(list_elsewhere)
{
	struct {
		struct nvxxxx_ctrl_info_params list;
		struct nv2080_ctrl_gr_route_info route;
	} p = { .list = { .list_size = 1, .list = rig_ptr(0x1000) } };
	struct nvxxxx_ctrl_xxx_info *info = (void *)&rig_user[0x1000];
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	info->index = 0x0c;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO, &p, sizeof(p)), NV_OK);
	EXPECT_EQ(info->data, 0x806);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO, &p, sizeof(p.list)),
		  NV_ERR_INVALID_PARAM_STRUCT);
	p.list.list = 8;
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GR_GET_INFO, &p, sizeof(p)),
		  NV_ERR_INVALID_ADDRESS);
	rig_fini(&rig);
}

UNIT_TEST(engines)
{
	static const u32 expected[] = { 1, 9, 0xa, 0xb, 0xc, 0xd, 0x13, 0x1b, 0x22, 0x33 };
	struct nv2080_ctrl_gpu_get_engines_v2_params p = { 0 };
	u8 ce_caps[136] = { 0 };
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_GPU_GET_ENGINES_V2, &p, sizeof(p)), NV_OK);
	EXPECT_EQ(p.engine_count, ARRAY_SIZE(expected));
	EXPECT(!memcmp(p.engine_list, expected, sizeof(expected)));
	EXPECT_EQ(ask(&rig, client, NV2080_CTRL_CMD_CE_GET_ALL_CAPS, ce_caps, sizeof(ce_caps)),
		  NV_OK);
	EXPECT_EQ(ce_caps[128], 0x1f);
	rig_fini(&rig);
}

static u32 set_limit(struct rm_rig *rig, u32 client, u8 on)
{
	return rig_control(rig, client, H_DEVICE, NV0080_CTRL_CMD_PERF_CUDA_LIMIT_SET_CONTROL,
			   &on, sizeof(on));
}

UNIT_TEST(limit_of_clocks)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(set_limit(&rig, client, 0), NV_ERR_INVALID_STATE);
	EXPECT_EQ(set_limit(&rig, client, 1), NV_OK);
	EXPECT_EQ(set_limit(&rig, client, 1), NV_OK);
	EXPECT_EQ(set_limit(&rig, client, 0), NV_OK);
	/* Who does not take it back has it taken. */
	rig_fini(&rig);
}

struct program {
	struct rm_rig *rig;
	u32 client;
};

static u32 alloc(struct program *prog, u32 parent, u32 handle, u32 h_class, const void *params,
		 u32 size)
{
	return rig_alloc_as(&prog->rig->user, prog->client, parent, handle, h_class, params, size);
}

static u32 reserve(struct program *prog, u32 handle, u64 va, u64 size, u32 flags)
{
	struct nv_memory_allocation_params p = {
		.flags = NVOS32_ALLOC_FLAGS_VIRTUAL | flags, .offset = va, .size = size,
		.h_va_space = H_VASPACE,
	};

	return alloc(prog, H_DEVICE, handle, NV50_MEMORY_VIRTUAL, &p, sizeof(p));
}

static u32 map_at(struct program *prog, u32 h_dma, u64 va)
{
	struct nvos46_parameters p = {
		.h_client = prog->client, .h_device = H_DEVICE, .h_dma = h_dma, .h_memory = H_DATA,
		.length = SIZE, .flags = NVOS46_FLAGS_DMA_OFFSET_FIXED, .dma_offset = va,
		.status = ~0u,
	};

	EXPECT_EQ(rm_escape(&prog->rig->user, NV_ESC_RM_MAP_MEMORY_DMA, &p, sizeof(p)), 0);
	return p.status;
}

static u32 unmap_at(struct program *prog, u32 h_dma, u64 va)
{
	struct nvos47_parameters p = {
		.h_client = prog->client, .h_device = H_DEVICE, .h_dma = h_dma, .dma_offset = va,
		.status = ~0u,
	};

	EXPECT_EQ(rm_escape(&prog->rig->user, NV_ESC_RM_UNMAP_MEMORY_DMA, &p, sizeof(p)), 0);
	return p.status;
}

static void open_program(struct program *prog, struct rm_rig *rig)
{
	struct nv_vaspace_alloc_params vaspace = { .va_base = 0x1000 };
	struct nv_memory_allocation_params data = {
		.size = SIZE, .attr = FIELD_PREP(NVOS32_ATTR_LOCATION, NVOS32_ATTR_LOCATION_VIDMEM),
	};

	*prog = (struct program) { rig, rig_tree(rig) };
	EXPECT_EQ(alloc(prog, H_DEVICE, H_VASPACE, FERMI_VASPACE_A, &vaspace, sizeof(vaspace)),
		  NV_OK);
	EXPECT_EQ(alloc(prog, H_DEVICE, H_DATA, NV01_MEMORY_LOCAL_USER, &data, sizeof(data)),
		  NV_OK);
}

/* A program sets addresses apart and maps there and nowhere else. */
UNIT_TEST(ranges_set_apart)
{
	const u32 fixed = NVOS32_ALLOC_FLAGS_FIXED_ADDRESS_ALLOCATE;
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	EXPECT_EQ(reserve(&prog, H_RANGE, BASE, HUGE, fixed), NV_OK);
	EXPECT_EQ(reserve(&prog, H_SECOND, BASE + SIZE, HUGE, fixed), NV_ERR_NO_MEMORY);
	EXPECT_EQ(reserve(&prog, H_SECOND, BASE + 0x800, HUGE, fixed), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(reserve(&prog, H_SECOND, 1ull << 47, HUGE, fixed), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(reserve(&prog, H_SECOND, 0, ~0ull, fixed), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(reserve(&prog, H_SECOND, 0x100000000ull, HUGE, fixed), NV_ERR_NO_MEMORY);
	EXPECT_EQ(reserve(&prog, H_SECOND, 0, HUGE, 0), NV_OK);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE + HUGE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE - SIZE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE + SIZE), NV_OK);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE + SIZE), NV_ERR_NO_MEMORY);
	EXPECT_EQ(unmap_at(&prog, H_RANGE, BASE), NV_ERR_INVALID_OBJECT);
	EXPECT_EQ(unmap_at(&prog, H_RANGE, BASE + SIZE), NV_OK);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE + SIZE), NV_OK);
	/* The range goes with what is mapped in it, and can be had again. */
	EXPECT_EQ(rig_free_as(&rig.user, prog.client, H_RANGE), NV_OK);
	EXPECT_EQ(reserve(&prog, H_RANGE, BASE, HUGE, fixed), NV_OK);
	EXPECT_EQ(map_at(&prog, H_RANGE, BASE + SIZE), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(memory_for_other_devices)
{
	struct nv503c_ctrl_register_va_space_params space = { .h_vaspace = H_VASPACE };
	struct nv503c_ctrl_unregister_vidmem_params gone = { H_DATA };
	struct nv503c_ctrl_register_vidmem_params vidmem = {
		.h_memory = H_DATA, .address = BASE, .size = SIZE,
	};
	struct nv503c_alloc_params p = { NV503C_FLAGS_TYPE_BAR1 };
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
#define ASK(cmd, params) \
	rig_control(&rig, prog.client, 0x503c, NV503C_CTRL_CMD_##cmd, &(params), sizeof(params))
	EXPECT_EQ(alloc(&prog, H_SUBDEVICE, 0x503c, NV50_THIRD_PARTY_P2P, &p, sizeof(p)), NV_OK);
	EXPECT_EQ(alloc(&prog, H_SUBDEVICE, 0x503d, NV50_THIRD_PARTY_P2P, &p, sizeof(p)),
		  NV_ERR_STATE_IN_USE);
	EXPECT_EQ(ASK(REGISTER_VA_SPACE, space), NV_OK);
	EXPECT(space.va_space_token);
	EXPECT_EQ(ASK(UNREGISTER_VIDMEM, gone), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_OK);
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_ERR_INVALID_ARGUMENT);
	vidmem.address += SIZE;
	vidmem.offset = 0x1000;
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_ERR_INVALID_ARGUMENT);
	vidmem.offset = ~0ull;
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_ERR_INVALID_ARGUMENT);
	vidmem.h_memory = H_VASPACE;
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(ASK(UNREGISTER_VIDMEM, gone), NV_OK);
	EXPECT_EQ(ASK(UNREGISTER_VIDMEM, gone), NV_ERR_OBJECT_NOT_FOUND);
	vidmem = (struct nv503c_ctrl_register_vidmem_params) { H_DATA, 0, BASE, SIZE, 0 };
	EXPECT_EQ(ASK(REGISTER_VIDMEM, vidmem), NV_OK);
#undef ASK
	rig_fini(&rig);
}

UNIT_TEST(debugger_of_others)
{
	struct nv83de_alloc_params p = { 0, 0x1234, 0 };
	struct program prog;
	struct rm_rig rig;

	rig_init(&rig);
	open_program(&prog, &rig);
	EXPECT_EQ(alloc(&prog, H_DEVICE, 0x83de, GT200_DEBUGGER, &p, sizeof(p)),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	p.h_app_client = prog.client;
	EXPECT_EQ(alloc(&prog, H_DEVICE, 0x83de, GT200_DEBUGGER, &p, sizeof(p)), NV_OK);
	rig_fini(&rig);
}
