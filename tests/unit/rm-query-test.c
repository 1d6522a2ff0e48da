// SPDX-License-Identifier: MIT OR GPL-2.0

/* What monitoring programs ask for, and what an administrator may set. */

#include "memory-rig.h"

#define ASK(object, cmd, p)	rig_control(&rig, client, object, cmd, &(p), sizeof(p))

static u32 ask_bus(struct rm_rig *rig, u32 client, u32 index, u32 *data)
{
	struct nv2080_ctrl_bus_get_info_v2_params p = {
		.bus_info_list_size = 1, .bus_info_list = { { index } },
	};
	u32 status = rig_control(rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_BUS_GET_INFO_V2, &p,
				 sizeof(p));

	EXPECT_EQ(p.bus_info_list[0].index, index);
	*data = p.bus_info_list[0].data;
	return status;
}

UNIT_TEST(bus)
{
	static const struct {
		u32 index;
		u32 data;
	} known[] = {
		{ NV2080_CTRL_BUS_INFO_INDEX_TYPE, NV2080_CTRL_BUS_INFO_TYPE_PCI_EXPRESS },
		{ NV2080_CTRL_BUS_INFO_INDEX_CAPS, 0 },
		{ NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_CAPS, 0x00454d03 },
		{ NV2080_CTRL_BUS_INFO_INDEX_PCIE_BOARD_LINK_CAPS, 0x00454d03 },
		{ NV2080_CTRL_BUS_INFO_INDEX_PCIE_ROOT_LINK_CAPS, 0x103 },
		{ NV2080_CTRL_BUS_INFO_INDEX_PCIE_ROOT_LINK_CTRL_STATUS, 0x1010000 },
		{ NV2080_CTRL_BUS_INFO_INDEX_COHERENT_DMA_FLAGS, 5 },
		{ NV2080_CTRL_BUS_INFO_INDEX_GPU_GART_SIZE, 0x20000000 },
		{ NV2080_CTRL_BUS_INFO_INDEX_GPU_GART_SIZE_HI, 0 },
		{ NV2080_CTRL_BUS_INFO_INDEX_MSI_INFO, 1 },
	};
	struct rm_rig rig;
	u32 client, data;
	size_t i;

	rig_init(&rig);
	client = rig_tree(&rig);
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		EXPECT_EQ(ask_bus(&rig, client, known[i].index, &data), NV_OK);
		EXPECT_EQ(data, known[i].data);
	}
	EXPECT_EQ(ask_bus(&rig, client, NV2080_CTRL_BUS_INFO_INDEX_BUS_NUMBER, &data), NV_OK);
	EXPECT_EQ(data, rig.soft.hw.bus);
	EXPECT_EQ(ask_bus(&rig, client, NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_CTRL_STATUS,
			  &data), NV_OK);
	EXPECT_EQ(data >> 20 & 0x3f, 8);	/* lanes */
	EXPECT_EQ(ask_bus(&rig, client, NV2080_CTRL_BUS_INFO_MAX_LIST_SIZE, &data),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(ask_bus(&rig, client, ~0u, &data), NV_ERR_INVALID_ARGUMENT);
	rig_fini(&rig);
}

/* GSP's indices among the driver's: nothing is lost or mixed up when GSP refuses one. */
UNIT_TEST(mixed_lists)
{
	struct nv2080_ctrl_fb_get_info_v2_params fb = {
		.fb_info_list_size = 3,
		.fb_info_list = {
			{ NV2080_CTRL_FB_INFO_INDEX_BUS_WIDTH },
			{ 0x35 },		/* size of the ECC status: GSP's */
			{ NV2080_CTRL_FB_INFO_INDEX_BANK_COUNT },
		},
	};
	struct nv2080_ctrl_gpu_get_info_v2_params gpu = {
		.gpu_info_list_size = 2,
		.gpu_info_list = {
			{ 0x2c },		/* SM version: GSP's */
			{ NV2080_CTRL_GPU_INFO_INDEX_GPU_PROFILING_CAPABILITY },
		},
	};
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO_V2, fb), NV_ERR_INVALID_ARGUMENT);
	fb.fb_info_list[1].index = NV2080_CTRL_FB_INFO_INDEX_FBP_COUNT;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO_V2, fb), NV_OK);
	EXPECT_EQ(fb.fb_info_list[0].data, 192);
	EXPECT_EQ(fb.fb_info_list[1].data, 3);
	EXPECT_EQ(fb.fb_info_list[2].data, 1);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_INFO_V2, gpu), NV_OK);
	EXPECT_EQ(gpu.gpu_info_list[0].data, 0x806);
	EXPECT_EQ(gpu.gpu_info_list[1].data, 1);
	rig_fini(&rig);
}

UNIT_TEST(fb_info_follows_the_heap)
{
	struct nv2080_ctrl_fb_get_info_v2_params p = {
		.fb_info_list_size = 2,
		.fb_info_list = {
			{ NV2080_CTRL_FB_INFO_INDEX_HEAP_SIZE },
			{ NV2080_CTRL_FB_INFO_INDEX_HEAP_FREE },
		},
	};
	struct nv_vidmem *mem;
	struct rm_rig rig;
	u32 client, free;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO_V2, p), NV_OK);
	free = p.fb_info_list[1].data;
	EXPECT(free > 5 << 20 && free <= p.fb_info_list[0].data);
	EXPECT_EQ(nv_heap_alloc(&rig.gpu.heap, 8 << 20, 0x1000, &mem), 0);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO_V2, p), NV_OK);
	EXPECT_EQ(p.fb_info_list[1].data, free - (8 << 10));
	nv_heap_free(&rig.gpu.heap, mem);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO_V2, p), NV_OK);
	EXPECT_EQ(p.fb_info_list[1].data, free);
	rig_fini(&rig);
}

static struct nv2080_ctrl_gpu_get_pids_params pids;

static u32 get_pids(struct rm_rig *rig, u32 client, u32 h_class)
{
	pids = (struct nv2080_ctrl_gpu_get_pids_params){
		.id_type = NV2080_CTRL_GPU_GET_PIDS_ID_TYPE_CLASS, .id = h_class,
		.pid_tbl_count = 12345,
	};
	return rig_control(rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PIDS, &pids,
			   sizeof(pids));
}

/* A process is listed once, as the caller calls it, while it has such an object. */
UNIT_TEST(processes)
{
	struct rm_caller other, unseen;
	struct rm_rig rig;
	u32 client, second;

	rig_init(&rig);
	client = rig_tree(&rig);
	other = rig.user;
	other.pid = 5000;
	unseen = rig.user;
	unseen.pid = 20000;
	EXPECT_EQ(get_pids(&rig, client, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(pids.pid_tbl_count, 1);
	EXPECT_EQ(pids.pid_tbl[0], 321);
	EXPECT_EQ(get_pids(&rig, client, AMPERE_COMPUTE_B), NV_OK);
	EXPECT_EQ(pids.pid_tbl_count, 0);

	rig_tree(&rig);
	second = rig_client_as(&other);
	EXPECT_EQ(rig_alloc_as(&other, second, second, H_DEVICE, NV01_DEVICE_0, NULL, 0), NV_OK);
	EXPECT_EQ(get_pids(&rig, client, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(pids.pid_tbl_count, 1);
	EXPECT_EQ(rig_alloc_as(&other, second, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0, NULL, 0),
		  NV_OK);
	EXPECT_EQ(get_pids(&rig, client, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(pids.pid_tbl_count, 2);
	EXPECT_EQ(pids.pid_tbl[1], 1000);
	EXPECT_EQ(pids.pid_tbl[2], 0);
	second = rig_client_as(&unseen);
	EXPECT_EQ(rig_alloc_as(&unseen, second, second, H_DEVICE, NV01_DEVICE_0, NULL, 0), NV_OK);
	EXPECT_EQ(get_pids(&rig, client, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(pids.pid_tbl_count, 2);
	pids.id_type = 2;
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PIDS, &pids,
			      sizeof(pids)), NV_ERR_INVALID_ARGUMENT);
	rig_fini(&rig);
}

UNIT_TEST(process_info)
{
	static struct nv2080_ctrl_gpu_get_pid_info_params p;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	memset(&p, 0xff, sizeof(p));
	p.pid_info_list_count = 2;
	p.pid_info_list[0].pid = 321;
	p.pid_info_list[0].index = NV2080_CTRL_GPU_PID_INFO_INDEX_VIDEO_MEMORY_USAGE;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, p), NV_OK);
	EXPECT_EQ(p.pid_info_list[0].result, NV_OK);
	EXPECT_EQ(p.pid_info_list[0].mem_private, 0);
	EXPECT_EQ(p.pid_info_list[1].result, NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(6)), NV_OK);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, p), NV_OK);
	EXPECT_EQ(p.pid_info_list[0].mem_private, MIB(6));
	p.pid_info_list[0].pid = 322;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, p), NV_OK);
	EXPECT_EQ(p.pid_info_list[0].mem_private, 0);
	p.pid_info_list_count = NV2080_CTRL_GPU_GET_PID_INFO_MAX_COUNT + 1;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, p), NV_ERR_INVALID_ARGUMENT);
	p.pid_info_list_count = 0;
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, p), NV_ERR_INVALID_ARGUMENT);
	rig_fini(&rig);
}

UNIT_TEST(persistence)
{
	struct nv0080_ctrl_gpu_modify_sw_state_persistence_params set = {
		.new_state = NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED,
	};
	struct nv0080_ctrl_gpu_query_sw_state_persistence_params get;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
#define SET()	ASK(H_DEVICE, NV0080_CTRL_CMD_GPU_MODIFY_SW_STATE_PERSISTENCE, set)
#define GET()	ASK(H_DEVICE, NV0080_CTRL_CMD_GPU_QUERY_SW_STATE_PERSISTENCE, get)
	EXPECT_EQ(SET(), NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT_EQ(GET(), NV_OK);
	EXPECT_EQ(get.sw_state_persistence, NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_DISABLED);
	rig.user.admin = true;
	EXPECT_EQ(SET(), NV_OK);
	EXPECT_EQ(GET(), NV_OK);
	EXPECT_EQ(get.sw_state_persistence, NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED);
	set.new_state = 2;
	EXPECT_EQ(SET(), NV_ERR_INVALID_ARGUMENT);
	/* It is the GPU's, not the client's. */
	rm_file_close(&rig.ctl);
	rig_open(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(GET(), NV_OK);
	EXPECT_EQ(get.sw_state_persistence, NV0080_CTRL_GPU_SW_STATE_PERSISTENCE_ENABLED);
#undef SET
#undef GET
	rig_fini(&rig);
}

static u32 set_compute_mode(struct rm_rig *rig, u32 client, u32 rules)
{
	struct nv2080_ctrl_gpu_set_compute_mode_rules_params p = { .rules = rules };

	return rig_control(rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_SET_COMPUTE_MODE_RULES,
			   &p, sizeof(p));
}

static u32 reserve(struct rm_rig *rig, u32 client)
{
	return rig_control(rig, client, H_SUBDEVICE,
			   NV2080_CTRL_CMD_GPU_ACQUIRE_COMPUTE_MODE_RESERVATION, NULL, 0);
}

static u32 give_back(struct rm_rig *rig, u32 client)
{
	return rig_control(rig, client, H_SUBDEVICE,
			   NV2080_CTRL_CMD_GPU_RELEASE_COMPUTE_MODE_RESERVATION, NULL, 0);
}

UNIT_TEST(compute_mode)
{
	struct nv2080_ctrl_gpu_query_compute_mode_rules_params mode = { .rules = 9 };
	const u32 exclusive = NV2080_CTRL_GPU_COMPUTE_MODE_RULES_EXCLUSIVE_COMPUTE_PROCESS;
	struct rm_rig rig;
	u32 client, other;

	rig_init(&rig);
	client = rig_tree(&rig);
	other = rig_tree(&rig);
	EXPECT_EQ(set_compute_mode(&rig, client, exclusive), NV_ERR_INSUFFICIENT_PERMISSIONS);
	rig.user.admin = true;
	EXPECT_EQ(set_compute_mode(&rig, client, 4), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_QUERY_COMPUTE_MODE_RULES, mode), NV_OK);
	EXPECT_EQ(mode.rules, NV2080_CTRL_GPU_COMPUTE_MODE_RULES_NONE);
	EXPECT_EQ(reserve(&rig, client), NV_OK);
	EXPECT_EQ(reserve(&rig, other), NV_OK);
	EXPECT_EQ(give_back(&rig, client), NV_ERR_STATE_IN_USE);
	EXPECT_EQ(give_back(&rig, other), NV_OK);

	EXPECT_EQ(set_compute_mode(&rig, client, exclusive), NV_OK);
	EXPECT_EQ(ASK(H_SUBDEVICE, NV2080_CTRL_CMD_GPU_QUERY_COMPUTE_MODE_RULES, mode), NV_OK);
	EXPECT_EQ(mode.rules, exclusive);
	EXPECT_EQ(reserve(&rig, other), NV_OK);
	EXPECT_EQ(reserve(&rig, client), NV_ERR_STATE_IN_USE);
	EXPECT_EQ(rig_free_as(&rig.user, other, other), NV_OK);
	EXPECT_EQ(reserve(&rig, client), NV_OK);
	EXPECT_EQ(give_back(&rig, client), NV_OK);
	EXPECT_EQ(set_compute_mode(&rig, client,
				   NV2080_CTRL_GPU_COMPUTE_MODE_RULES_COMPUTE_PROHIBITED), NV_OK);
	EXPECT_EQ(reserve(&rig, client), NV_ERR_STATE_IN_USE);
	rig_fini(&rig);
}

UNIT_TEST(accounting_is_off)
{
	static struct nv0000_ctrl_gpuacct_get_accounting_pids_params list;
	struct nv0000_ctrl_gpuacct_get_proc_accounting_info_params info = { .pid = 1 };
	struct nv0000_ctrl_gpuacct_get_accounting_state_params state = { 0 };
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_STATE, state),
		  NV_ERR_INVALID_ARGUMENT);
	state.gpu_id = rig.gpu.gpu_id;
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_STATE, state), NV_OK);
	EXPECT_EQ(state.state, NV0000_CTRL_GPU_ACCOUNTING_STATE_DISABLED);
	memset(&list, 0xff, sizeof(list));
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS, list),
		  NV_ERR_INVALID_ARGUMENT);
	list.gpu_id = rig.gpu.gpu_id;
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS, list), NV_OK);
	EXPECT_EQ(list.pid_count, 0);
	info.gpu_id = rig.gpu.gpu_id;
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO, info),
		  NV_ERR_OBJECT_NOT_FOUND);
	rig_fini(&rig);
}

UNIT_TEST(classes_of_the_chip)
{
	static struct nv0080_ctrl_gpu_get_classlist_v2_params p;
	struct rm_rig rig;
	u32 client, i;

	rig_init(&rig);
	client = rig_tree(&rig);
	memset(&p, 0xff, sizeof(p));
	EXPECT_EQ(ASK(H_DEVICE, NV0080_CTRL_CMD_GPU_GET_CLASSLIST_V2, p), NV_OK);
	EXPECT(p.num_classes > 30 && p.num_classes < NV0080_CTRL_GPU_CLASSLIST_MAX_SIZE);
	for (i = 0; i < p.num_classes && p.class_list[i] != AMPERE_COMPUTE_B; i++)
		;
	EXPECT(i < p.num_classes);
	EXPECT_EQ(p.class_list[p.num_classes], 0);
	rig_fini(&rig);
}

UNIT_TEST(in_use)
{
	struct nv0000_ctrl_gpu_get_id_info_v2_params info;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_client_as(&rig.user);
	info.gpu_id = rig.gpu.gpu_id;
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2, info), NV_OK);
	EXPECT_EQ(info.gpu_flags, NV0000_CTRL_GPU_ID_INFO_MOBILE);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(ASK(client, NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2, info), NV_OK);
	EXPECT_EQ(info.gpu_flags, NV0000_CTRL_GPU_ID_INFO_MOBILE | NV0000_CTRL_GPU_ID_INFO_IN_USE);
	rig_fini(&rig);
}
