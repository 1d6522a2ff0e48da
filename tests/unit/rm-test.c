// SPDX-License-Identifier: MIT OR GPL-2.0

/* Clients, objects and controls as programs see them. */

#include "rm-rig.h"

static void list_gpus(struct rm_rig *rig, u32 client)
{
	struct nv0000_ctrl_gpu_get_probed_ids_params probed = { 0 };
	struct nv0000_ctrl_gpu_query_drain_state_params drain = { .gpu_id = rig->gpu.gpu_id };
	struct nv0000_ctrl_gpu_attach_ids_params attach;
	struct nv0000_ctrl_gpu_ids_params attached = { 0 };
	struct nv0000_ctrl_gpu_get_id_info_params info = { .gpu_id = rig->gpu.gpu_id };
	struct nv0000_ctrl_gpu_get_pci_info_params pci = { .gpu_id = rig->gpu.gpu_id };

#define CLIENT_CONTROL(cmd, p) \
	EXPECT_EQ(rig_control(rig, client, client, NV0000_CTRL_CMD_##cmd, &(p), sizeof(p)), NV_OK)
	CLIENT_CONTROL(GPU_GET_PROBED_IDS, probed);
	EXPECT_EQ(probed.gpu_ids[0], rig->gpu.gpu_id);
	EXPECT_EQ(probed.gpu_ids[1], NV0000_CTRL_GPU_INVALID_ID);
	EXPECT_EQ(probed.excluded_gpu_ids[0], NV0000_CTRL_GPU_INVALID_ID);
	CLIENT_CONTROL(GPU_GET_PCI_INFO, pci);
	EXPECT_EQ(pci.domain, rig->soft.hw.domain);
	EXPECT_EQ(pci.bus, rig->soft.hw.bus);
	EXPECT_EQ(pci.slot, rig->soft.hw.slot);
	CLIENT_CONTROL(GPU_QUERY_DRAIN_STATE, drain);
	EXPECT_EQ(drain.drain_state, 0);
	memcpy(attach.gpu_ids, probed.gpu_ids, sizeof(attach.gpu_ids));
	CLIENT_CONTROL(GPU_ATTACH_IDS, attach);
	CLIENT_CONTROL(GPU_GET_ID_INFO, info);
	EXPECT_EQ(info.device_instance, 0);
	EXPECT_EQ(info.numa_id, NV0000_CTRL_NO_NUMA_NODE);
	EXPECT(info.gpu_flags & NV0000_CTRL_GPU_ID_INFO_MOBILE);
	CLIENT_CONTROL(GPU_GET_ATTACHED_IDS, attached);
	EXPECT_EQ(attached.gpu_ids[0], rig->gpu.gpu_id);
	EXPECT_EQ(attached.gpu_ids[1], NV0000_CTRL_GPU_INVALID_ID);
#undef CLIENT_CONTROL
}

static void ask_subdevice(struct rm_rig *rig, u32 client)
{
	struct nv2080_ctrl_timer_get_gpu_cpu_time_correlation_info_params time = {
		.cpu_clk_id = NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_OSTIME, .sample_count = 2,
	};
	struct nv2080_ctrl_mc_get_arch_info_params arch = { 0 };
	struct nv2080_ctrl_gpu_get_name_string_params name = { 0 };
	struct nv2080_ctrl_gpu_get_gid_info_params gid = { 0 };
	struct nv2080_ctrl_gpu_get_info_v2_params info = {
		.gpu_info_list_size = 2,
		.gpu_info_list = { { NV2080_CTRL_GPU_INFO_INDEX_SYSMEM_ACCESS }, { 0x2c } },
	};

#define SUBDEVICE_CONTROL(cmd, p) \
	EXPECT_EQ(rig_control(rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_##cmd, &(p), \
			      sizeof(p)), NV_OK)
	SUBDEVICE_CONTROL(TIMER_GET_GPU_CPU_TIME_CORRELATION_INFO, time);
	EXPECT(time.samples[1].gpu_time > time.samples[0].gpu_time);
	EXPECT(time.samples[1].cpu_time >= time.samples[0].cpu_time);
	SUBDEVICE_CONTROL(MC_GET_ARCH_INFO, arch);
	EXPECT_EQ(arch.architecture, 0x170);
	EXPECT_EQ(arch.implementation, 6);
	EXPECT_EQ(arch.revision, 0xa1);
	SUBDEVICE_CONTROL(GPU_GET_NAME_STRING, name);
	EXPECT_STR(name.ascii, "NVIDIA GeForce RTX 3060 Laptop GPU");
	SUBDEVICE_CONTROL(GPU_GET_GID_INFO, gid);
	EXPECT_EQ(gid.length, strlen("GPU-01234567-89ab-cdef-0123-456789abcdef") + 1);
	EXPECT_EQ(strlen(gid.data) + 1, gid.length);
	EXPECT(!strncmp(gid.data, "GPU-", 4) && gid.data[12] == '-' && gid.data[27] == '-');
	gid.flags = NV_GPU_GID_FLAGS_FORMAT_BINARY;
	SUBDEVICE_CONTROL(GPU_GET_GID_INFO, gid);
	EXPECT_EQ(gid.length, 16);
	SUBDEVICE_CONTROL(GPU_GET_INFO_V2, info);
	EXPECT_EQ(info.gpu_info_list[0].data, 1);
	EXPECT_EQ(info.gpu_info_list[1].index, 0x2c);
	EXPECT_EQ(info.gpu_info_list[1].data, 0x806);
#undef SUBDEVICE_CONTROL
}

/* What nvidia-smi -L was seen to do, in its order. */
UNIT_TEST(nvidia_smi_list)
{
	struct nv0080_ctrl_gpu_get_virtualization_mode_params mode = { .virtualization_mode = 9 };
	struct nv0080_alloc_parameters device = { 0 };
	struct nv2080_alloc_parameters subdevice = { 0 };
	struct nv0000_ctrl_gpu_ids_params detach;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_client_as(&rig.user);
	EXPECT(client >= RM_CLIENT_HANDLE_BASE && client <= RM_CLIENT_HANDLE_MAX);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_OTHER, AMPERE_SMC_CONFIG_SESSION),
		  NV_ERR_NOT_SUPPORTED);
	list_gpus(&rig, client);
	device.h_client_share = client;
	EXPECT_EQ(rig_alloc_as(&rig.user, client, client, H_DEVICE, NV01_DEVICE_0, &device,
			       sizeof(device)), NV_OK);
	EXPECT_EQ(rig_control(&rig, client, H_DEVICE, NV0080_CTRL_CMD_GPU_GET_VIRTUALIZATION_MODE,
			      &mode, sizeof(mode)), NV_OK);
	EXPECT_EQ(mode.virtualization_mode, NV0080_CTRL_GPU_VIRTUALIZATION_MODE_NONE);
	EXPECT_EQ(rig_alloc_as(&rig.user, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0,
			       &subdevice, sizeof(subdevice)), NV_OK);
	ask_subdevice(&rig, client);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_SUBDEVICE), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	memset(&detach, 0xff, sizeof(detach));
	detach.gpu_ids[0] = NV0000_CTRL_GPU_DETACH_ALL_ATTACHED_IDS;
	EXPECT_EQ(rig_control(&rig, client, client, NV0000_CTRL_CMD_GPU_DETACH_IDS, &detach,
			      sizeof(detach)), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, client), NV_OK);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}

UNIT_TEST(build_version)
{
	struct nv0000_ctrl_system_get_build_version_params p = { 0 };
	const u32 cmd = NV0000_CTRL_CMD_SYSTEM_GET_BUILD_VERSION;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_client_as(&rig.user);
	EXPECT_EQ(rig_control(&rig, client, client, cmd, &p, sizeof(p)), NV_OK);
	EXPECT(p.size_of_strings > strlen(NV_RELEASE));
	p.p_driver_version_buffer = rig_ptr(4096);
	p.p_version_buffer = rig_ptr(8192);
	p.p_title_buffer = rig_ptr(12288);
	EXPECT_EQ(rig_control(&rig, client, client, cmd, &p, sizeof(p)), NV_OK);
	EXPECT_STR((char *)&rig_user[4096], NV_RELEASE);
	p.size_of_strings--;
	EXPECT_EQ(rig_control(&rig, client, client, cmd, &p, sizeof(p)),
		  NV_ERR_INVALID_PARAM_STRUCT);
	p.size_of_strings++;
	p.p_title_buffer = 8;
	EXPECT_EQ(rig_control(&rig, client, client, cmd, &p, sizeof(p)),
		  NV_ERR_INVALID_PARAM_STRUCT);
	rig_fini(&rig);
}

/* Owner, user and process: one of the latter two must be the maker's. */
UNIT_TEST(foreign_clients)
{
	struct rm_rig rig;
	struct rm_caller other;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	other = rig.user;
	other.pid++;
	EXPECT_EQ(rig_control_at(&other, client, H_SUBDEVICE, NV2080_CTRL_CMD_MC_GET_ARCH_INFO,
				 rig_ptr(0), 16), NV_OK);
	other.euid++;
	EXPECT_EQ(rig_control_at(&other, client, H_SUBDEVICE, NV2080_CTRL_CMD_MC_GET_ARCH_INFO,
				 rig_ptr(0), 16), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(rig_alloc_as(&other, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI, NULL, 0),
		  NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(rig_free_as(&other, client, H_SUBDEVICE), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(rig_free_as(&other, client, client), NV_ERR_INVALID_CLIENT);
	other.admin = true;
	EXPECT_EQ(rig_free_as(&other, client, client), NV_ERR_INVALID_CLIENT);
	other.pid--;
	EXPECT_EQ(rig_free_as(&other, client, H_SUBDEVICE), NV_OK);

	/* Another client of the same process has handles of its own. */
	EXPECT_EQ(rig_ping(&rig, rig_client_as(&rig.user), H_DEVICE), NV_ERR_OBJECT_NOT_FOUND);
	rig_fini(&rig);
}

UNIT_TEST(freed_handles)
{
	struct rm_rig rig;
	u32 client, again;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI), NV_OK);

	/* With the device goes what is below it. */
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(rig_control(&rig, client, H_OTHER, 0x20810108, NULL, 0),
		  NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_OTHER, NV20_SUBDEVICE_0),
		  NV_ERR_OBJECT_NOT_FOUND);

	/* Handles can be used again, on GSP too. */
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_OK);

	EXPECT_EQ(rig_free_as(&rig.user, client, client), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, client), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_INVALID_CLIENT);
	again = rig_client_as(&rig.user);
	EXPECT(again && again != client);
	rig_fini(&rig);
}

/* A file takes its clients along, here and on GSP: the same handles can be made there again. */
UNIT_TEST(close_with_live_objects)
{
	u32 client, i;
	struct rm_rig rig;

	rig_init(&rig);
	for (i = 0; i < 3; i++) {
		rig.rm.next_client = RM_CLIENT_HANDLE_BASE + 7;
		client = rig_tree(&rig);
		EXPECT_EQ(client, RM_CLIENT_HANDLE_BASE + 7);
		EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI), NV_OK);
		EXPECT(rig_client_as(&rig.user));
		rm_file_close(&rig.ctl);
		EXPECT(xa_empty(&rig.rm.clients));
		EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_INVALID_CLIENT);
		rig_open(&rig);
	}
	rig_fini(&rig);
}

UNIT_TEST(alloc_refusals)
{
	struct nv0080_alloc_parameters device = { .device_id = 7 };
	struct nv2080_alloc_parameters subdevice = { .sub_device_id = 1 };
	struct rm_rig rig;
	u32 client, c;

	rig_init(&rig);
	client = rig_tree(&rig);
	c = rig_client_as(&rig.user);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_OTHER, 0xdead), NV_ERR_INVALID_CLASS);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_OTHER, NV01_CONTEXT_DMA),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_OTHER, NV20_SUBDEVICE_0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV01_DEVICE_0),
		  NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(rig_alloc(&rig, client, 0x1234, H_OTHER, NV20_SUBDEVICE_0),
		  NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(rig_alloc(&rig, 0x1234, H_DEVICE, H_OTHER, NV20_SUBDEVICE_0),
		  NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_OTHER, NV01_DEVICE_0),
		  NV_ERR_INSUFFICIENT_RESOURCES);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_OTHER, NV20_SUBDEVICE_0),
		  NV_ERR_INSUFFICIENT_RESOURCES);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_DEVICE, NV2081_BINAPI),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, client, NV2081_BINAPI),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2082_BINAPI_PRIVILEGED),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT_EQ(rig_alloc_as(&rig.user, c, c, H_DEVICE, NV01_DEVICE_0, &device, sizeof(device)),
		  NV_ERR_INVALID_CLASS);
	device = (struct nv0080_alloc_parameters){ .h_client_share = client };
	EXPECT_EQ(rig_alloc_as(&rig.user, c, c, H_DEVICE, NV01_DEVICE_0, &device, sizeof(device)),
		  NV_ERR_NOT_SUPPORTED);
	device.h_client_share = 0;
	EXPECT_EQ(rig_alloc_as(&rig.user, c, c, H_DEVICE, NV01_DEVICE_0, &device,
			       sizeof(device) - 1), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(rig_alloc(&rig, c, c, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(rig_alloc_as(&rig.user, c, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0, &subdevice,
			       sizeof(subdevice)), NV_ERR_INVALID_CLASS);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	rig_fini(&rig);
}

UNIT_TEST(handles_of_the_drivers_choice)
{
	struct nvos64_parameters p = { .h_class = NV2081_BINAPI, .h_object_parent = H_SUBDEVICE };
	struct nvos64_parameters root = {
		.h_class = NV01_ROOT_CLIENT, .p_alloc_parms = rig_ptr(8),
	};
	struct rm_rig rig;
	u32 first;

	rig_init(&rig);
	p.h_root = rig_tree(&rig);
	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_ALLOC, &p, sizeof(p)), 0);
	EXPECT_EQ(p.status, NV_OK);
	first = p.h_object_new;
	EXPECT(first >= RM_OBJECT_HANDLE_BASE && first <= RM_OBJECT_HANDLE_MAX);
	p.h_object_new = 0;
	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_ALLOC, &p, sizeof(p)), 0);
	EXPECT_EQ(p.status, NV_OK);
	EXPECT(p.h_object_new != first);

	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_ALLOC, &root, sizeof(root)), 0);
	EXPECT_EQ(root.status, NV_OK);
	EXPECT(!memcmp(&rig_user[8], &root.h_object_new, 4));
	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_ALLOC, &root, sizeof(root)), 0);
	EXPECT_EQ(root.status, NV_ERR_INVALID_ARGUMENT);
	root.h_object_new = 0;
	root.p_alloc_parms = ~0ull - 2;
	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_ALLOC, &root, sizeof(root)), 0);
	EXPECT_EQ(root.status, NV_ERR_INVALID_ADDRESS);
	rig_fini(&rig);
}

/* Whatever GSP is asked gets there and back as it is. */
UNIT_TEST(forwarded)
{
	struct nv2080_ctrl_gpu_get_name_string_params name = { .flags = 1 };
	char version[5] = "OBD";
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_NAME_STRING,
			      &name, sizeof(name)), NV_OK);
	EXPECT_EQ(name.unicode[0], 'N');
	EXPECT_EQ(name.unicode[1], 'V');
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE,
			      NV2080_CTRL_CMD_GPU_GET_INFOROM_OBJECT_VERSION, version, 5), NV_OK);
	EXPECT_EQ(version[3], 2);
	memcpy(version, "XYZ\x7f\x7f", 5);
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE,
			      NV2080_CTRL_CMD_GPU_GET_INFOROM_OBJECT_VERSION, version, 5),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(version[3], 0x7f);
	rig_fini(&rig);
}

/* The list is in the parameters, or they point to it: the answers are the same. */
UNIT_TEST(info_lists)
{
	struct nvxxxx_ctrl_info_params p = { .list_size = 2, .list = rig_ptr(4096) };
	struct nvxxxx_ctrl_xxx_info *list = (void *)&rig_user[4096];
	struct nv2080_ctrl_fb_get_info_v2_params fb = {
		.fb_info_list_size = 3,
		.fb_info_list = {
			{ NV2080_CTRL_FB_INFO_INDEX_TOTAL_RAM_SIZE },
			{ NV2080_CTRL_FB_INFO_INDEX_HEAP_FREE },
			{ NV2080_CTRL_FB_INFO_INDEX_BAR1_SIZE },
		},
	};
	struct rm_rig rig;
	u32 client;

#define ASK(cmd, p) \
	rig_control(&rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_##cmd, &(p), sizeof(p))
	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(ASK(FB_GET_INFO_V2, fb), NV_OK);
	EXPECT_EQ(fb.fb_info_list[0].data, 6 << 20);
	EXPECT(fb.fb_info_list[1].data && fb.fb_info_list[1].data < 6 << 20);
	EXPECT_EQ(fb.fb_info_list[2].data, rig.soft.hw.bar[1].size >> 10);

	memcpy(list, fb.fb_info_list, sizeof(fb.fb_info_list[0]) * 2);
	list[0].data = 0;
	list[1].data = 0;
	EXPECT_EQ(ASK(FB_GET_INFO, p), NV_OK);
	EXPECT(!memcmp(list, fb.fb_info_list, sizeof(*list) * 2));
	list[1].index = 0x2c;
	EXPECT_EQ(ASK(GPU_GET_INFO, p), NV_ERR_INVALID_ARGUMENT);
	list[0].index = NV2080_CTRL_GPU_INFO_INDEX_SYSMEM_ACCESS;
	EXPECT_EQ(ASK(GPU_GET_INFO, p), NV_OK);
	EXPECT_EQ(list[0].data, 1);
	EXPECT_EQ(list[1].index, 0x2c);
	EXPECT_EQ(list[1].data, 0x806);

	fb.fb_info_list_size = ARRAY_SIZE(fb.fb_info_list) + 1;
	EXPECT_EQ(ASK(FB_GET_INFO_V2, fb), NV_ERR_INVALID_ARGUMENT);
	p.list_size = fb.fb_info_list_size;
	EXPECT_EQ(ASK(FB_GET_INFO, p), NV_ERR_INVALID_ARGUMENT);
	p.list_size = 0;
	EXPECT_EQ(ASK(FB_GET_INFO, p), NV_ERR_INVALID_ARGUMENT);
	p.list_size = 1;
	p.list = 8;
	EXPECT_EQ(ASK(FB_GET_INFO, p), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_FB_GET_INFO, &p, 15),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(rig_control(&rig, client, H_DEVICE, NV2080_CTRL_CMD_FB_GET_INFO, &p, sizeof(p)),
		  NV_ERR_NOT_SUPPORTED);
#undef ASK
	rig_fini(&rig);
}

UNIT_TEST(bad_params)
{
	const u32 cmd = NV2080_CTRL_CMD_MC_GET_ARCH_INFO, size = 16;
	struct nvos54_parameters p = { .h_object = H_SUBDEVICE, .cmd = cmd, .params_size = size };
	struct rm_rig rig;
	u32 client, flag;

	rig_init(&rig);
	client = rig_tree(&rig);
#define AT(addr, n) rig_control_at(&rig.user, client, H_SUBDEVICE, cmd, addr, n)
	EXPECT_EQ(AT(rig_ptr(0), size), NV_OK);
	EXPECT_EQ(AT(0, size), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(AT(rig_ptr(0), 0), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(AT(0, 0), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(AT(8, size), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(AT(0xffffffff80000000, size), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(AT(~0ull, size), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(AT(rig_ptr(0) + RIG_USER_SIZE - size + 1, size), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(AT(rig_ptr(0), RM_PARAMS_MAX + 1), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(AT(rig_ptr(0), ~0u), NV_ERR_INVALID_ARGUMENT);
#undef AT
	p.h_client = client;
	p.params = rig_ptr(0);
	for (flag = 1; flag; flag <<= 1) {
		p.flags = flag;
		EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_CONTROL, &p, sizeof(p)), 0);
		EXPECT(p.status == NV_ERR_INVALID_ARGUMENT || p.status == NV_ERR_NOT_SUPPORTED);
	}
	rig_fini(&rig);
}

UNIT_TEST(escape_sizes_and_nodes)
{
	static const struct {
		unsigned int nr;
		size_t size;
		bool gpu;
	} escapes[] = {
		{ NV_ESC_RM_ALLOC_MEMORY, 56, true }, { NV_ESC_RM_ALLOC_OBJECT, 20 },
		{ NV_ESC_RM_FREE, 16 }, { NV_ESC_RM_CONTROL, 32 }, { NV_ESC_RM_ALLOC, 48 },
		{ NV_ESC_RM_ALLOC, 32 }, { NV_ESC_RM_DUP_OBJECT, 28 }, { NV_ESC_RM_SHARE, 24 },
		{ NV_ESC_RM_I2C_ACCESS, 32, true }, { NV_ESC_RM_IDLE_CHANNELS, 56 },
		{ NV_ESC_RM_VID_HEAP_CONTROL, 184 }, { NV_ESC_RM_ACCESS_REGISTRY, 72 },
		{ NV_ESC_RM_MAP_MEMORY, 56 }, { NV_ESC_RM_UNMAP_MEMORY, 32 },
		{ NV_ESC_RM_ALLOC_CONTEXT_DMA2, 56 }, { NV_ESC_RM_MAP_MEMORY_DMA, 56 },
		{ NV_ESC_RM_UNMAP_MEMORY_DMA, 48 }, { NV_ESC_RM_BIND_CONTEXT_DMA, 16 },
		{ NV_ESC_RM_UPDATE_DEVICE_MAPPING_INFO, 40 },
	};
	struct nvos64_parameters event = { 0 };
	struct rm_caller node;
	struct rm_rig rig;
	u64 arg[24];
	size_t i;

	rig_init(&rig);
	node = rig.user;
	node.file = &rig.node;
	for (i = 0; i < ARRAY_SIZE(escapes); i++) {
		const struct rm_caller *right = escapes[i].gpu ? &node : &rig.user;
		const struct rm_caller *wrong = escapes[i].gpu ? &rig.user : &node;

		memset(arg, 0xff, sizeof(arg));
		EXPECT_EQ(rm_escape(right, escapes[i].nr, arg, escapes[i].size), 0);
		EXPECT_EQ(rm_escape(right, escapes[i].nr, arg, escapes[i].size - 1), -EINVAL);
		EXPECT_EQ(rm_escape(right, escapes[i].nr, arg, escapes[i].size + 1), -EINVAL);
		EXPECT_EQ(rm_escape(right, escapes[i].nr, arg, 0), -EINVAL);
		EXPECT_EQ(rm_escape(wrong, escapes[i].nr, arg, escapes[i].size), -EINVAL);
	}
	/* Events are what may be allocated on a GPU's node; they need parameters. */
	event.h_class = NV01_EVENT_OS_EVENT;
	EXPECT_EQ(rm_escape(&node, NV_ESC_RM_ALLOC, &event, sizeof(event)), 0);
	EXPECT_EQ(event.status, NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(rm_escape(&rig.user, 0, arg, 32), -EINVAL);
	EXPECT_EQ(rm_escape(&rig.user, 93, arg, 32), -EINVAL);
	EXPECT_EQ(rm_escape(&rig.user, ~0u, arg, 32), -EINVAL);
	rig_fini(&rig);
}
