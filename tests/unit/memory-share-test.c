// SPDX-License-Identifier: MIT OR GPL-2.0

/* Memory with more than one name, and who has how much. */

#include "memory-rig.h"

static u32 heap_control(struct rm_rig *rig, u32 client, u32 function, struct nvos32_parameters *p)
{
	p->h_root = client;
	p->h_object_parent = H_DEVICE;
	p->function = function;
	p->status = ~0u;
	EXPECT_EQ(rm_escape(&rig->user, NV_ESC_RM_VID_HEAP_CONTROL, p, sizeof(*p)), 0);
	return p->status;
}

UNIT_TEST(vid_heap_control)
{
	struct nvos32_parameters p = { 0 };
	struct nvos32_alloc_size *a = (void *)p.data;
	struct nvos32_info *info = (void *)p.data;
	struct nvos32_free *f = (void *)p.data;
	struct rm_rig rig;
	u32 client, handle;
	u64 free;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(heap_control(&rig, client, NVOS32_FUNCTION_INFO, &p), NV_OK);
	free = p.free;
	EXPECT(free && info->size == free && p.total == free);
	*a = (struct nvos32_alloc_size) { .size = MIB(2), .attr = ATTR_VID };
	EXPECT_EQ(heap_control(&rig, client, NVOS32_FUNCTION_ALLOC_SIZE, &p), NV_OK);
	EXPECT(a->h_memory && a->limit == MIB(2) - 1);
	handle = a->h_memory;
	EXPECT_EQ(map(&rig, client, handle, NODE, MIB(2)), NV_OK);
	rig_close_fd(NODE);
	EXPECT_EQ(heap_control(&rig, client, NVOS32_FUNCTION_INFO, &p), NV_OK);
	EXPECT(p.free <= free - MIB(2));
	*f = (struct nvos32_free) { .h_memory = client };
	EXPECT_EQ(heap_control(&rig, client, NVOS32_FUNCTION_FREE, &p),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	f->h_memory = handle;
	EXPECT_EQ(heap_control(&rig, client, NVOS32_FUNCTION_FREE, &p), NV_OK);
	EXPECT_EQ(map(&rig, client, handle, NODE, MIB(2)), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(heap_control(&rig, client, 99, &p), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(heap_control(&rig, 1, NVOS32_FUNCTION_INFO, &p), NV_ERR_INVALID_CLIENT);
	rig_fini(&rig);
}

UNIT_TEST(duplicates)
{
	struct rm_rig rig;
	u32 a, b;
	u64 used;

	rig_init(&rig);
	a = rig_tree(&rig);
	b = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	used = rig.gpu.heap.used;
	EXPECT_EQ(dup_as(&rig.user, b, H_MEM2, a, H_MEM), NV_OK);
	EXPECT_EQ(dup_as(&rig.user, b, H_MEM2, a, H_MEM), NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(dup_as(&rig.user, a, H_MEM2, a, H_MEM), NV_OK);
	EXPECT_EQ(dup_as(&rig.user, b, 0, a, H_DEVICE), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(dup_as(&rig.user, b, 0, a, 0x4321), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(dup_as(&rig.user, b, 0, 77, H_MEM), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(map(&rig, a, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map(&rig, b, H_MEM2, NODE + 1, MIB(2)), NV_OK);
	poke(&rig, NODE, 64, 99);
	EXPECT_EQ(rig_free_as(&rig.user, a, a), NV_OK);
	rig_close_fd(NODE);
	EXPECT_EQ(peek(&rig, NODE + 1, 64), 99);
	EXPECT_EQ(rig_free_as(&rig.user, b, H_MEM2), NV_OK);
	rig_close_fd(NODE + 1);
	EXPECT(rig.gpu.heap.used <= used - MIB(2) + KIB(64));
	rig_fini(&rig);
}

UNIT_TEST(sharing_with_another_user)
{
	struct rs_share_policy policy = {
		.type = RS_SHARE_TYPE_ALL, .access_mask = BIT(RS_ACCESS_DUP_OBJECT),
	};
	struct rm_file file;
	struct rm_caller other;
	struct rm_rig rig;
	u32 a, b;

	rig_init(&rig);
	a = rig_tree(&rig);
	rm_file_open(&rig.rm, &file, NULL);
	other = (struct rm_caller) { .file = &file, .euid = 2000, .pid = 99 };
	b = rig_client_as(&other);
	EXPECT_EQ(rig_alloc_as(&other, b, b, H_DEVICE, NV01_DEVICE_0, NULL, 0), NV_OK);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM, a, H_MEM), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(dup_as(&other, a, H_MEM2, a, H_MEM), NV_ERR_INVALID_CLIENT);
	/* What the client says holds until the object has something of its own. */
	EXPECT_EQ(rig_control(&rig, a, a, NV0000_CTRL_CMD_CLIENT_SET_INHERITED_SHARE_POLICY,
			      &policy, sizeof(policy)), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM3, a, H_MEM), NV_OK);
	EXPECT_EQ(rig_free_as(&other, b, H_MEM3), NV_OK);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_CLIENT, b + 1, 0), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM, a, H_MEM), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_CLIENT, b, RS_SHARE_ACTION_FLAG_COMPOSE),
		  NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM, a, H_MEM), NV_OK);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_PID, 98,
			RS_SHARE_ACTION_FLAG_COMPOSE | RS_SHARE_ACTION_FLAG_REQUIRE), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM2, a, H_MEM), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_ALL, 0, 0), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM2, a, H_MEM), NV_OK);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_ALL, 0,
			RS_SHARE_ACTION_FLAG_COMPOSE | RS_SHARE_ACTION_FLAG_REVOKE), NV_OK);
	EXPECT_EQ(dup_as(&other, b, H_MEM3, a, H_MEM), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_MAX, 0, 0), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(share(&rig, a, H_DEVICE, RS_SHARE_TYPE_ALL, 0, 0), NV_ERR_NOT_SUPPORTED);
	for (u32 i = 0; i < 40; i++)
		EXPECT_EQ(share(&rig, a, H_MEM, RS_SHARE_TYPE_PID, 1000 + i,
				RS_SHARE_ACTION_FLAG_COMPOSE),
			  i < 15 ? NV_OK : NV_ERR_INSUFFICIENT_RESOURCES);
	rm_file_close(&file);
	rig_fini(&rig);
}

UNIT_TEST(usage_by_process)
{
	struct rm_gpu *rgpu;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, client, H_MEM2, MIB(1)), NV_OK);
	rgpu = rm_gpu_get(&rig.rm, rig.gpu.gpu_id);
	EXPECT_EQ(rm_memory_usage(rgpu, rig.user.pid), MIB(2));
	EXPECT_EQ(rm_memory_usage(rgpu, 1), 0);
	EXPECT_EQ(rm_memory_usage(rgpu, 0), MIB(2));
	rm_gpu_put(rgpu);
	rig_fini(&rig);
}
