// SPDX-License-Identifier: MIT OR GPL-2.0

/* The resource manager when memory, GSP or the GPU is missing. */

#include "rm-rig.h"
#include "softgpu-priv.h"

#define SWEEP_MAX	400

/* A program's life, as far as it gets; whatever does not come about is answered with a status. */
static bool live_and_die(struct rm_rig *rig)
{
	struct nv2080_ctrl_gpu_get_name_string_params name = { 0 };
	u32 client = rig_client_as(&rig->user);
	bool ok = client;

	if (!client)
		return false;
	ok &= rig_alloc(rig, client, client, H_DEVICE, NV01_DEVICE_0) == NV_OK;
	ok &= rig_alloc(rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0) == NV_OK;
	ok &= rig_alloc(rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI) == NV_OK;
	ok &= rig_control(rig, client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_NAME_STRING, &name,
			  sizeof(name)) == NV_OK;
	EXPECT_EQ(rig_free_as(&rig->user, client, H_SUBDEVICE), NV_OK);
	EXPECT_EQ(rig_free_as(&rig->user, client, client), NV_OK);
	return ok;
}

UNIT_TEST(each_allocation_fails_once)
{
	struct rm_rig rig;
	bool ok = false;
	long live;
	int n;

	rig_init(&rig);
	EXPECT(live_and_die(&rig));
	live = unit_live_allocs();
	for (n = 1; !ok && n < SWEEP_MAX; n++) {
		unit_fail_alloc_at(n);
		ok = live_and_die(&rig);
		/* A failure that nobody noticed would end the sweep early. */
		EXPECT_EQ(ok, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		EXPECT(xa_empty(&rig.rm.clients));
		EXPECT(unit_live_allocs() <= live);
	}
	EXPECT(ok && n > 5);
	EXPECT(live_and_die(&rig));
	rig_fini(&rig);
}

UNIT_TEST(gpu_removed_with_live_objects)
{
	struct nv0000_ctrl_gpu_get_probed_ids_params probed;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(rig_control(&rig, client, client, NV0000_CTRL_CMD_GPU_GET_PROBED_IDS, &probed,
			      sizeof(probed)), NV_OK);
	EXPECT_EQ(probed.gpu_ids[0], NV0000_CTRL_GPU_INVALID_ID);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_ERR_INVALID_CLASS);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rm_add_gpu(&rig.rm, &rig.gpu), 0);
	EXPECT_EQ(rm_add_gpu(&rig.rm, &rig.gpu), -EEXIST);
	rig_fini(&rig);
}

/* An object that a call still holds while its GPU is removed is lost, not gone. */
UNIT_TEST(gpu_removed_under_a_call)
{
	struct rm_client *client;
	struct rm_object *object;
	struct nv_gpu *gpu;
	struct rm_rig rig;

	rig_init(&rig);
	client = rm_client_get(&rig.user, rig_tree(&rig));
	EXPECT(client);
	object = rm_object_get(client, H_SUBDEVICE);
	EXPECT(object);
	EXPECT_EQ(rm_object_enter(object, &gpu), NV_OK);
	EXPECT(gpu == &rig.gpu);
	rm_object_leave(object);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rm_object_enter(object, &gpu), NV_ERR_GPU_IS_LOST);
	rm_object_put(object);
	rm_client_put(client);
	rig_fini(&rig);
}

UNIT_TEST(gpu_not_started)
{
	struct nv0000_ctrl_gpu_ids_params attached;
	struct nv0000_ctrl_gpu_get_id_info_params info;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_control(&rig, client, client, NV0000_CTRL_CMD_GPU_GET_ATTACHED_IDS,
			      &attached, sizeof(attached)), NV_OK);
	EXPECT_EQ(attached.gpu_ids[0], NV0000_CTRL_GPU_INVALID_ID);
	info.gpu_id = rig.gpu.gpu_id;
	EXPECT_EQ(rig_control(&rig, client, client, NV0000_CTRL_CMD_GPU_GET_ID_INFO, &info,
			      sizeof(info)), NV_ERR_INVALID_ARGUMENT);

	/* After another boot GSP knows nothing of the old objects; new ones can be had. */
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI),
		  NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_OK);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	rig_fini(&rig);
}

UNIT_TEST(gsp_dies)
{
	struct nv2080_ctrl_gpu_get_name_string_params name = { 0 };
	const u32 cmd = NV2080_CTRL_CMD_GPU_GET_NAME_STRING;
	struct rm_rig rig;
	u32 client;
	u64 died;

	rig_init(&rig);
	client = rig_tree(&rig);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_GSP_DIES;
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, cmd, &name, sizeof(name)),
		  NV_ERR_TIMEOUT);
	died = rig.soft.now;
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, cmd, &name, sizeof(name)),
		  NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI),
		  NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig.user, client, client), NV_OK);
	/* Nobody waits for the dead. */
	EXPECT(rig.soft.now - died < 1000 * 1000 * 1000);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT(live_and_die(&rig));
	rig_fini(&rig);
}

/* GSP refuses the object: nothing stays here, and the handle is free again. */
UNIT_TEST(gsp_refuses_objects)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_client_as(&rig.user);
	EXPECT_EQ(nv_gsp_alloc(rig.gpu.gsp, client, client, client, NV01_ROOT, NULL, 0), NV_OK);
	EXPECT(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0) != NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0),
		  NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(nv_gsp_free(rig.gpu.gsp, client, client), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	rig_fini(&rig);
}
