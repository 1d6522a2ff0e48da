// SPDX-License-Identifier: MIT OR GPL-2.0
/* What there is of each class. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl503c.h"
#include "abi/nv-class.h"
#include "abi/nv-memory.h"
#include "abi/user-shared-data.h"
#include "gsp/gsp.h"
#include "rm/channel.h"
#include "rm/gr-context.h"
#include "rm/memory.h"
#include "rm/rm-priv.h"
#include "rm/third-party.h"

static u32 rm_device_check(const struct rm_object *object, const struct nv0080_alloc_parameters *p)
{
	/* Address spaces of other clients, and devices of virtual GPUs */
	if (p->h_client_share && p->h_client_share != object->client->object.handle)
		return NV_ERR_NOT_SUPPORTED;
	if (p->h_target_client || p->h_target_device)
		return NV_ERR_NOT_SUPPORTED;
	if (p->flags & (NV_DEVICE_ALLOCATION_FLAGS_HOST_VGPU_DEVICE |
			NV_DEVICE_ALLOCATION_FLAGS_PLUGIN_CONTEXT))
		return NV_ERR_NOT_SUPPORTED;
	return NV_OK;
}

static u32 rm_device_init(struct rm_object *object, void *params)
{
	const struct nv0080_alloc_parameters *p = params;
	struct nv_gpu *gpu;
	u32 status;

	status = p ? rm_device_check(object, p) : NV_OK;
	if (status != NV_OK)
		return status;
	object->gpu = rm_gpu_get_instance(object->client->rm, p ? p->device_id : 0);
	if (!object->gpu)
		return NV_ERR_INVALID_CLASS;
	gpu = rm_gpu_enter(object->gpu);
	if (!gpu)
		return NV_ERR_GPU_IS_LOST;
	object->boots = READ_ONCE(gpu->boots);
	if (!object->boots)
		status = NV_ERR_INVALID_STATE;
	rm_gpu_leave(object->gpu);
	return status;
}

/*
 * GSP learns of a client with its device. A client has one device of a GPU, so the
 * two come and go together. To its GSP each GPU is device 0.
 */
static u32 rm_device_gsp_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	u32 h_client = object->client->object.handle;
	struct nv0000_alloc_parameters root = {
		.h_client = h_client, .process_id = object->client->pid,
	};
	const struct nv0080_alloc_parameters *p = params;
	struct nv0080_alloc_parameters device = { 0 };
	u32 status;

	if (p) {
		device.h_client_share = p->h_client_share;
		device.flags = p->flags;
		device.va_space_size = p->va_space_size;
	}
	status = nv_gsp_alloc(gpu->gsp, h_client, h_client, h_client, NV01_ROOT, &root,
			      sizeof(root));
	if (status != NV_OK)
		return status;
	status = nv_gsp_alloc(gpu->gsp, h_client, h_client, object->handle, NV01_DEVICE_0,
			      &device, sizeof(device));
	if (status != NV_OK)
		nv_gsp_free(gpu->gsp, h_client, h_client);
	return status;
}

static void rm_device_gsp_free(struct rm_object *object, struct nv_gpu *gpu)
{
	u32 h_client = object->client->object.handle;

	if (rm_to_device(object)->cuda_limits)
		nv_gsp_control(gpu->gsp, h_client, object->handle,
			       NV0080_CTRL_CMD_INTERNAL_PERF_CUDA_LIMIT_DISABLE, NULL, 0);
	nv_gsp_free(gpu->gsp, h_client, object->handle);
	nv_gsp_free(gpu->gsp, h_client, h_client);
}

/* A device is one GPU, so it has subdevice 0 and no other. */
static u32 rm_subdevice_init(struct rm_object *object, void *params)
{
	const struct nv2080_alloc_parameters *p = params;

	return p && p->sub_device_id ? NV_ERR_INVALID_CLASS : NV_OK;
}

static u32 rm_subdevice_gsp_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct nv2080_alloc_parameters subdevice = { 0 };

	return rm_gsp_alloc(object, gpu, &subdevice);
}

/* A debugger of another process would need that one's consent. */
static u32 rm_debugger_init(struct rm_object *object, void *params)
{
	const struct nv83de_alloc_params *p = params;

	if (p->h_app_client != object->client->object.handle)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	return NV_OK;
}

#define RM_ON_GSP	.gsp_alloc = rm_gsp_alloc, .gsp_free = rm_gsp_free
#define RM_MEMORY_OBJECT(extra)					\
	.flags = RM_CLASS_MEMORY | (extra),			\
	.object_size = sizeof(struct rm_memory_object),		\
	.init = rm_memory_init,					\
	.destroy = rm_memory_destroy
#define RM_GR_OBJECT						\
	.flags = RM_CLASS_ENGINE,				\
	.parents = RM_PARENT_CHANNEL,				\
	.params_size = sizeof(struct nv_gr_alloc_params),	\
	.object_size = sizeof(struct rm_engine_object),		\
	.init = rm_gr_object_init,				\
	.gsp_alloc = rm_gr_object_alloc,			\
	.gsp_free = rm_gsp_free
#define RM_SINGLE	.flags = RM_CLASS_SINGLE, .conflict = NV_ERR_STATE_IN_USE

const struct rm_class rm_client_class = {
	.h_class = NV01_ROOT,
	.kind = RM_PARENT_CLIENT,
	.handlers = rm_client_handlers,
	.num_handlers = &rm_client_num_handlers,
};

static const struct rm_class rm_classes[] = {
	{
		.h_class = NV01_DEVICE_0,
		.flags = RM_CLASS_SINGLE,
		.kind = RM_PARENT_DEVICE,
		.parents = RM_PARENT_CLIENT,
		.object_size = sizeof(struct rm_device_object),
		.params_size = sizeof(struct nv0080_alloc_parameters),
		.conflict = NV_ERR_INSUFFICIENT_RESOURCES,
		.handlers = rm_device_handlers,
		.num_handlers = &rm_device_num_handlers,
		.init = rm_device_init,
		.gsp_alloc = rm_device_gsp_alloc,
		.gsp_free = rm_device_gsp_free,
	},
	{
		.h_class = NV20_SUBDEVICE_0,
		.flags = RM_CLASS_SINGLE,
		.kind = RM_PARENT_SUBDEVICE,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv2080_alloc_parameters),
		.conflict = NV_ERR_INSUFFICIENT_RESOURCES,
		.handlers = rm_subdevice_handlers,
		.num_handlers = &rm_subdevice_num_handlers,
		.init = rm_subdevice_init,
		.gsp_alloc = rm_subdevice_gsp_alloc,
		.gsp_free = rm_gsp_free,
	},
	{
		.h_class = NV2081_BINAPI,
		.flags = RM_CLASS_OPAQUE,
		.parents = RM_PARENT_SUBDEVICE,
		.params_size = sizeof(struct nv2081_alloc_parameters),
		RM_ON_GSP,
	},
	{
		.h_class = NV2082_BINAPI_PRIVILEGED,
		.flags = RM_CLASS_OPAQUE | RM_CLASS_ADMIN,
		.parents = RM_PARENT_SUBDEVICE,
		.params_size = sizeof(struct nv2081_alloc_parameters),
		RM_ON_GSP,
	},
	{
		.h_class = NV_CONFIDENTIAL_COMPUTE,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_CLIENT,
		.params_size = sizeof(struct nv_confidential_compute_alloc_params),
		.handlers = rm_conf_compute_handlers,
		.num_handlers = &rm_conf_compute_num_handlers,
	},
	{ .h_class = NV04_DISPLAY_COMMON, .parents = RM_PARENT_DEVICE, RM_SINGLE, RM_ON_GSP },
	{ .h_class = NV20_SUBDEVICE_DIAG, .parents = RM_PARENT_SUBDEVICE, RM_SINGLE, RM_ON_GSP },
	{ .h_class = NV40_I2C, .parents = RM_PARENT_SUBDEVICE, RM_SINGLE, RM_ON_GSP },
	{
		.h_class = NV50_THIRD_PARTY_P2P,
		.flags = RM_CLASS_SINGLE,
		.parents = RM_PARENT_SUBDEVICE,
		.conflict = NV_ERR_STATE_IN_USE,
		.object_size = sizeof(struct rm_third_party_object),
		.params_size = sizeof(struct nv503c_alloc_params),
		.handlers = rm_third_party_handlers,
		.num_handlers = &rm_third_party_num_handlers,
		.init = rm_third_party_init,
		.destroy = rm_third_party_destroy,
	},
	{ .h_class = GF100_ZBC_CLEAR, .parents = RM_PARENT_SUBDEVICE, RM_ON_GSP },
	{ .h_class = GF100_SUBDEVICE_MASTER, .parents = RM_PARENT_SUBDEVICE, RM_ON_GSP },
	{ .h_class = GF100_SUBDEVICE_INFOROM, .parents = RM_PARENT_SUBDEVICE, RM_ON_GSP },
	{
		.h_class = RM_USER_SHARED_DATA,
		.flags = RM_CLASS_MEMORY | RM_CLASS_PARAMS,
		.parents = RM_PARENT_SUBDEVICE,
		.object_size = sizeof(struct rm_shared_data_object),
		.params_size = sizeof(struct nv00de_alloc_parameters),
		.handlers = rm_shared_data_handlers,
		.num_handlers = &rm_shared_data_num_handlers,
		.init = rm_memory_init,
		.gsp_alloc = rm_shared_data_alloc,
		.gsp_free = rm_shared_data_free,
		.destroy = rm_shared_data_destroy,
	},
	{
		.h_class = NV01_MEMORY_LOCAL_USER,
		.parents = RM_PARENT_DEVICE | RM_PARENT_SUBDEVICE,
		.params_size = sizeof(struct nv_memory_allocation_params),
		RM_MEMORY_OBJECT(RM_CLASS_PARAMS),
		.gsp_alloc = rm_vidmem_alloc,
	},
	{
		.h_class = NV01_MEMORY_SYSTEM,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_memory_allocation_params),
		RM_MEMORY_OBJECT(RM_CLASS_PARAMS),
		.gsp_alloc = rm_sysmem_alloc,
	},
	{
		.h_class = NV01_MEMORY_SYSTEM_OS_DESCRIPTOR,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_os_desc_memory_allocation_params),
		RM_MEMORY_OBJECT(RM_CLASS_PARAMS),
		.gsp_alloc = rm_os_desc_alloc,
	},
	{
		.h_class = TURING_USERMODE_A,
		.parents = RM_PARENT_SUBDEVICE,
		RM_MEMORY_OBJECT(0),
		.gsp_alloc = rm_usermode_alloc,
	},
	{
		.h_class = AMPERE_USERMODE_A,
		.parents = RM_PARENT_SUBDEVICE,
		RM_MEMORY_OBJECT(0),
		.gsp_alloc = rm_usermode_alloc,
	},
	{
		.h_class = NV01_EVENT_OS_EVENT,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_ANY,
		.object_size = sizeof(struct rm_event),
		.params_size = sizeof(struct nv0005_alloc_parameters),
		.gsp_alloc = rm_event_alloc,
		.gsp_free = rm_event_free,
		.destroy = rm_event_destroy,
	},
	{
		.h_class = FERMI_VASPACE_A,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_vaspace_alloc_params),
		.object_size = sizeof(struct rm_vaspace_object),
		.gsp_alloc = rm_vaspace_alloc,
		.gsp_free = rm_gsp_free,
		.destroy = rm_vaspace_destroy,
	},
	{
		.h_class = NV01_MEMORY_VIRTUAL,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_memory_virtual_alloc_params),
		.object_size = sizeof(struct rm_vaspace_object),
		.gsp_alloc = rm_virtual_alloc,
		.destroy = rm_virtual_destroy,
	},
	{
		.h_class = NV50_MEMORY_VIRTUAL,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_memory_allocation_params),
		.object_size = sizeof(struct rm_vaspace_object),
		.gsp_alloc = rm_virtual_range_alloc,
		.gsp_free = rm_virtual_range_free,
		.destroy = rm_virtual_destroy,
	},
	{
		.h_class = KEPLER_CHANNEL_GROUP_A,
		.flags = RM_CLASS_PARAMS,
		.kind = RM_PARENT_GROUP,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv_channel_group_alloc_params),
		.object_size = sizeof(struct rm_group_object),
		.init = rm_group_init,
		.destroy = rm_group_destroy,
		RM_ON_GSP,
	},
	{
		.h_class = FERMI_CONTEXT_SHARE_A,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_GROUP,
		.params_size = sizeof(struct nv_context_share_alloc_params),
		.object_size = sizeof(struct rm_group_object),
		.init = rm_context_share_init,
		RM_ON_GSP,
	},
	{
		.h_class = AMPERE_CHANNEL_GPFIFO_A,
		.flags = RM_CLASS_PARAMS,
		.kind = RM_PARENT_CHANNEL,
		.parents = RM_PARENT_DEVICE | RM_PARENT_GROUP,
		.params_size = sizeof(struct nv_channel_alloc_params),
		.object_size = sizeof(struct rm_channel_object),
		.ctrl_classes = rm_channel_ctrl_classes,
		.handlers = rm_channel_handlers,
		.num_handlers = &rm_channel_num_handlers,
		.gsp_alloc = rm_channel_alloc,
		.gsp_free = rm_channel_gsp_free,
		.destroy = rm_channel_destroy,
	},
	{
		.h_class = AMPERE_DMA_COPY_B,
		.flags = RM_CLASS_PARAMS | RM_CLASS_ENGINE,
		.parents = RM_PARENT_CHANNEL,
		.params_size = sizeof(struct nv_copy_alloc_params),
		.object_size = sizeof(struct rm_engine_object),
		.init = rm_copy_object_init,
		RM_ON_GSP,
	},
	{ .h_class = AMPERE_COMPUTE_B, RM_GR_OBJECT },
	{ .h_class = AMPERE_B, RM_GR_OBJECT },
	{ .h_class = FERMI_TWOD_A, RM_GR_OBJECT },
	{ .h_class = KEPLER_INLINE_TO_MEMORY_B, RM_GR_OBJECT },
	{
		.h_class = GT200_DEBUGGER,
		.flags = RM_CLASS_PARAMS,
		.parents = RM_PARENT_DEVICE,
		.params_size = sizeof(struct nv83de_alloc_params),
		.init = rm_debugger_init,
		RM_ON_GSP,
	},
};

static bool rm_class_known(u32 h_class)
{
#define NV_CLASS_CASE(id, name)	case (id):
	switch (h_class) {
	NV_CLASSES(NV_CLASS_CASE)
		return true;
	default:
		return false;
	}
#undef NV_CLASS_CASE
}

u32 rm_class_find(u32 h_class, const struct rm_class **class)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rm_classes); i++) {
		if (rm_classes[i].h_class == h_class) {
			*class = &rm_classes[i];
			return NV_OK;
		}
	}
	return rm_class_known(h_class) ? NV_ERR_NOT_SUPPORTED : NV_ERR_INVALID_CLASS;
}
