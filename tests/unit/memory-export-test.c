// SPDX-License-Identifier: MIT OR GPL-2.0

/* Memory that is handed on in files. */

#include "memory-rig.h"

enum { FD = 2, FD_MANY, FD_EMPTY };

#define export_params	nv0000_ctrl_os_unix_export_object_to_fd_params
#define import_params	nv0000_ctrl_os_unix_import_object_from_fd_params
#define exports_params	nv0000_ctrl_os_unix_export_objects_to_fd_params
#define imports_params	nv0000_ctrl_os_unix_import_objects_from_fd_params
#define info_params	nv0000_ctrl_os_unix_get_export_object_info_params

static u32 export(struct rm_rig *rig, u32 client, u32 device, u32 handle, int fd)
{
	struct export_params p = {
		.object = { NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM, device, device, handle },
		.fd = fd,
	};

	return rig_control(rig, client, client, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, &p,
			   sizeof(p));
}

static u32 import_as(const struct rm_caller *user, u32 client, u32 parent, u32 *handle, int fd)
{
	struct import_params p = {
		.object = { NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM, 0, parent, *handle },
		.fd = fd,
	};
	u32 status;

	memcpy(rig_user, &p, sizeof(p));
	status = rig_control_at(user, client, client,
				NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD, rig_ptr(0),
				sizeof(p));
	memcpy(&p, rig_user, sizeof(p));
	*handle = p.object.h_object;
	return status;
}

static u32 import(struct rm_rig *rig, u32 client, u32 handle, int fd)
{
	return import_as(&rig->user, client, H_DEVICE, &handle, fd);
}

static u32 exports(struct rm_rig *rig, u32 client, struct exports_params *p)
{
	return rig_control(rig, client, client, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECTS_TO_FD, p,
			   sizeof(*p));
}

static u32 imports(struct rm_rig *rig, u32 client, struct imports_params *p)
{
	return rig_control(rig, client, client, NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD, p,
			   sizeof(*p));
}

static u32 info(struct rm_rig *rig, u32 client, int fd, struct info_params *p)
{
	*p = (struct info_params) { .fd = fd };
	return rig_control(rig, client, client, NV0000_CTRL_CMD_OS_UNIX_GET_EXPORT_OBJECT_INFO, p,
			   sizeof(*p));
}

static void close_export(struct rm_rig *rig, int fd)
{
	rm_file_close(&rig_file[fd]);
	rm_file_open(&rig->rm, &rig_file[fd], NULL);
}

/* The exporter ends, another user's process imports it from the file alone, and sees its bytes. */
UNIT_TEST(exported_memory_outlives_its_maker)
{
	struct rm_file file;
	struct rm_caller other;
	struct rm_rig rig;
	u32 a, b, handle = 0;
	u64 used;

	rig_init(&rig);
	a = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	used = rig.gpu.heap.used - MIB(2);
	EXPECT_EQ(map(&rig, a, H_MEM, NODE, MIB(2)), NV_OK);
	poke(&rig, NODE, 64, 99);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, FD), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, a, a), NV_OK);
	rig_close_fd(NODE);
	EXPECT(rig.gpu.heap.used >= used + MIB(2));

	rm_file_open(&rig.rm, &file, NULL);
	other = (struct rm_caller) { .file = &file, .euid = 2000, .pid = 99 };
	b = rig_client_as(&other);
	EXPECT_EQ(rig_alloc_as(&other, b, b, H_DEVICE, NV01_DEVICE_0, NULL, 0), NV_OK);
	EXPECT_EQ(import_as(&other, b, H_DEVICE, &handle, FD), NV_OK);
	EXPECT(handle);
	close_export(&rig, FD);
	EXPECT(rig.gpu.heap.used >= used + MIB(2));
	rig.user = other;
	EXPECT_EQ(map(&rig, b, handle, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(peek(&rig, NODE, 64), 99);
	rig_close_fd(NODE);
	rm_file_close(&file);
	EXPECT(rig.gpu.heap.used <= used + KIB(64));	/* BAR1's page tables stay */
	rig_fini(&rig);
}

UNIT_TEST(exports_that_are_refused)
{
	struct rm_rig rig;
	struct export_params p;
	u32 a;

	rig_init(&rig);
	a = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, -1), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, NODE), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(export(&rig, a, H_DEVICE, 0x4321, FD), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(export(&rig, a, 0x4321, H_MEM, FD), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(export(&rig, a, H_SUBDEVICE, H_MEM, FD), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_SUBDEVICE, FD), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(export(&rig, a, H_DEVICE, a, FD), NV_ERR_NOT_SUPPORTED);
	p = (struct export_params) { .object = { 0, H_DEVICE, H_DEVICE, H_MEM }, .fd = FD };
	EXPECT_EQ(rig_control(&rig, a, a, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, &p,
			      sizeof(p)), NV_ERR_INVALID_PARAMETER);
	p.object.type = NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM;
	p.flags = NV0000_CTRL_OS_UNIX_EXPORT_FLAGS_EMPTY_FD;
	EXPECT_EQ(rig_control(&rig, a, a, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, &p,
			      sizeof(p)), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, FD), NV_OK);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, FD), NV_ERR_STATE_IN_USE);
	rig_fini(&rig);
}

UNIT_TEST(imports_that_are_refused)
{
	u32 a, b, handle = H_MEM;
	struct rm_rig rig;
	struct info_params about;

	rig_init(&rig);
	a = rig_tree(&rig);
	b = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(export(&rig, a, 0, H_MEM, FD), NV_OK);
	EXPECT_EQ(info(&rig, b, FD, &about), NV_OK);
	EXPECT_EQ(about.device_instance, NV0000_CTRL_OS_UNIX_NO_DEVICE);
	EXPECT_EQ(about.max_objects, 1);
	EXPECT_EQ(import(&rig, b, H_MEM, FD_EMPTY), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(info(&rig, b, FD_EMPTY, &about), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(info(&rig, b, -1, &about), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(import(&rig, b, H_MEM, -1), NV_ERR_INVALID_PARAMETER);
	EXPECT_EQ(import(&rig, b, H_DEVICE, FD), NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(import_as(&rig.user, b, b, &handle, FD), NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(import_as(&rig.user, b, 0x4321, &handle, FD), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(import(&rig, b, H_MEM, FD), NV_OK);
	EXPECT_EQ(import(&rig, b, H_MEM2, FD), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(many_objects_in_a_file)
{
	struct exports_params p = {
		.fd = FD_MANY, .h_device = H_DEVICE, .max_objects = 3, .metadata = "for you",
		.objects = { H_MEM, 0, H_MEM2 }, .num_objects = 3,
	};
	struct imports_params q = { .fd = FD_MANY, .h_parent = H_DEVICE, .num_objects = 3 };
	struct rm_rig rig;
	struct info_params about;
	u32 a, b;

	rig_init(&rig);
	a = rig_tree(&rig);
	b = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, a, H_MEM2, MIB(1)), NV_OK);
	EXPECT_EQ(exports(&rig, a, &p), NV_OK);
	EXPECT_EQ(info(&rig, b, FD_MANY, &about), NV_OK);
	EXPECT_EQ(about.device_instance, rig.gpu.minor);
	EXPECT_EQ(about.gpu_instance_id, NV0000_CTRL_OS_UNIX_NO_GPU_INSTANCE);
	EXPECT_EQ(about.max_objects, 3);
	EXPECT(!strcmp((char *)about.metadata, "for you"));
	/* It takes the call for many. */
	EXPECT_EQ(import(&rig, b, H_MEM, FD_MANY), NV_ERR_INVALID_PARAMETER);

	EXPECT_EQ(imports(&rig, b, &q), NV_OK);
	EXPECT_EQ(q.object_types[0], NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_VIDMEM);
	EXPECT_EQ(q.object_types[1], NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_NONE);
	EXPECT_EQ(q.object_types[2], NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_SYSMEM);
	EXPECT(q.objects[0] && !q.objects[1] && q.objects[2]);
	EXPECT_EQ(map(&rig, b, q.objects[2], 0, MIB(1)), NV_OK);

	/* What is put where something was replaces it; 0 takes it away. */
	p.index = 2;
	p.num_objects = 1;
	p.objects[0] = 0;
	EXPECT_EQ(exports(&rig, a, &p), NV_OK);
	q = (struct imports_params) {
		.fd = FD_MANY, .h_parent = H_DEVICE, .num_objects = 1, .index = 2,
	};
	EXPECT_EQ(imports(&rig, b, &q), NV_OK);
	EXPECT_EQ(q.object_types[0], NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_NONE);
	rig_fini(&rig);
}

UNIT_TEST(many_objects_all_or_none)
{
	struct exports_params p = {
		.fd = FD_MANY, .h_device = H_DEVICE, .max_objects = 2,
		.objects = { H_MEM, 0x4321 }, .num_objects = 2,
	};
	struct imports_params q = {
		.fd = FD_MANY, .h_parent = H_DEVICE, .num_objects = 2,
		.objects = { H_MEM3, H_DEVICE },
	};
	struct rm_rig rig;
	struct info_params about;
	u32 a, b;

	rig_init(&rig);
	a = rig_tree(&rig);
	b = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(info(&rig, a, FD_MANY, &about), NV_ERR_INVALID_PARAMETER);
	p.objects[1] = H_MEM;
	p.max_objects = 0;
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_INVALID_PARAMETER);
	p.max_objects = 1;
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_OUT_OF_RANGE);
	p.max_objects = 2;
	p.index = 0xffff;
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_OUT_OF_RANGE);
	p.num_objects = NV0000_CTRL_OS_UNIX_EXPORT_MAX_OBJECTS + 1;
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_INVALID_PARAMETER);
	p.num_objects = 2;
	p.index = 0;
	p.h_device = 0;		/* where it is has to be said */
	EXPECT_EQ(exports(&rig, a, &p), NV_ERR_INVALID_PARAMETER);
	p.h_device = H_DEVICE;
	EXPECT_EQ(exports(&rig, a, &p), NV_OK);

	EXPECT_EQ(imports(&rig, b, &q), NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(map(&rig, b, H_MEM3, NODE, MIB(2)), NV_ERR_OBJECT_NOT_FOUND);
	q.num_objects = NV0000_CTRL_OS_UNIX_IMPORT_MAX_OBJECTS + 1;
	EXPECT_EQ(imports(&rig, b, &q), NV_ERR_INVALID_PARAMETER);
	q.num_objects = 1;
	q.index = 2;
	EXPECT_EQ(imports(&rig, b, &q), NV_ERR_OUT_OF_RANGE);
	q.fd = FD_EMPTY;
	EXPECT_EQ(imports(&rig, b, &q), NV_ERR_INVALID_PARAMETER);
	rig_fini(&rig);
}

/* The GPU goes while a file still has memory on it: nothing can be made of that any more. */
UNIT_TEST(exported_memory_of_a_gpu_that_goes)
{
	struct rm_rig rig;
	u32 a, b, handle = 0;

	rig_init(&rig);
	a = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(export(&rig, a, H_DEVICE, H_MEM, FD), NV_OK);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rm_add_gpu(&rig.rm, &rig.gpu), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	b = rig_tree(&rig);
	EXPECT_EQ(import_as(&rig.user, b, H_DEVICE, &handle, FD), NV_ERR_INVALID_OBJECT_PARENT);
	EXPECT_EQ(handle, 0);
	rig_fini(&rig);
}

/* One of what GET_SURFACE_INFO is asked for; its list lies behind its parameters. */
static u32 surface_info(struct rm_rig *rig, u32 client, u32 handle, u32 index, u32 *data)
{
	struct nvxxxx_ctrl_info_params p = { .list_size = 1, .list = rig_ptr(64) };
	struct nvxxxx_ctrl_xxx_info info = { .index = index, .data = ~0u };
	u32 status;

	memcpy(rig_user + 64, &info, sizeof(info));
	status = rig_control(rig, client, handle, NV0041_CTRL_CMD_GET_SURFACE_INFO, &p, sizeof(p));
	memcpy(&info, rig_user + 64, sizeof(info));
	*data = info.data;
	return status;
}

UNIT_TEST(what_memory_is)
{
	struct nvxxxx_ctrl_info_params p = { .list_size = 65, .list = rig_ptr(64) };
	struct rm_rig rig;
	u32 a, data;

	rig_init(&rig);
	a = rig_tree(&rig);
	EXPECT_EQ(alloc_vid(&rig, a, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig, a, H_MEM2, MIB(1)), NV_OK);
	EXPECT_EQ(surface_info(&rig, a, H_MEM, NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_SIZE, &data),
		  NV_OK);
	EXPECT_EQ(data, MIB(2) / PAGE);
	EXPECT_EQ(surface_info(&rig, a, H_MEM, NV0041_CTRL_SURFACE_INFO_INDEX_PHYS_ATTR, &data),
		  NV_OK);
	EXPECT_EQ(data, FIELD_PREP(NVOS32_ATTR_PAGE_SIZE, NVOS32_ATTR_PAGE_SIZE_HUGE));
	EXPECT_EQ(surface_info(&rig, a, H_MEM2, NV0041_CTRL_SURFACE_INFO_INDEX_ADDR_SPACE_TYPE,
			       &data), NV_OK);
	EXPECT_EQ(data, NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_SYSMEM);
	EXPECT_EQ(surface_info(&rig, a, H_MEM, NV0041_CTRL_SURFACE_INFO_INDEX_ATTRS, &data), NV_OK);
	EXPECT_EQ(data, 0);
	EXPECT_EQ(surface_info(&rig, a, H_MEM, 2, &data), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(surface_info(&rig, a, H_SUBDEVICE, 1, &data), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_control(&rig, a, H_MEM, NV0041_CTRL_CMD_GET_SURFACE_INFO, &p, sizeof(p)),
		  NV_ERR_INVALID_ARGUMENT);
	p = (struct nvxxxx_ctrl_info_params) { .list_size = 1, .list = 4096 };
	EXPECT_EQ(rig_control(&rig, a, H_MEM, NV0041_CTRL_CMD_GET_SURFACE_INFO, &p, sizeof(p)),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(rig_control(&rig, a, H_MEM, NV0041_CTRL_CMD_GET_SURFACE_INFO, &p, 8),
		  NV_ERR_INVALID_PARAM_STRUCT);
	rig_fini(&rig);
}

/* Whichever allocation fails, nothing is exported or imported by halves, and nothing leaks. */
UNIT_TEST(no_memory)
{
	struct exports_params p = {
		.fd = FD_MANY, .h_device = H_DEVICE, .max_objects = 2, .objects = { H_MEM, H_MEM },
		.num_objects = 2,
	};
	struct imports_params q;
	struct rm_rig rig;
	bool all = false;
	u32 a, b;
	long n;

	for (n = 1; !all; n++) {
		rig_init(&rig);
		a = rig_tree(&rig);
		b = rig_tree(&rig);
		EXPECT_EQ(alloc_sys(&rig, a, H_MEM, PAGE), NV_OK);
		q = (struct imports_params) {
			.fd = FD_MANY, .h_parent = H_DEVICE, .num_objects = 2,
			.objects = { H_MEM2, H_MEM3 },
		};
		unit_fail_alloc_at(n);
		if (export(&rig, a, H_DEVICE, H_MEM, FD) == NV_OK)
			import(&rig, b, H_MEM, FD);
		if (exports(&rig, a, &p) == NV_OK && imports(&rig, b, &q) != NV_OK)
			EXPECT_EQ(map(&rig, b, H_MEM2, 0, PAGE), NV_ERR_OBJECT_NOT_FOUND);
		all = unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		rig_fini(&rig);
	}
	EXPECT(n > 8);
}
