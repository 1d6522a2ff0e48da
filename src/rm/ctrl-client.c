// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls of NV01_ROOT: which GPUs there are, and what is said of the driver. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "gsp/gsp.h"
#include "rm/ctrl.h"

static struct rm *call_rm(const struct rm_call *call)
{
	return call->object->client->rm;
}

/* SYSTEM_GET_BUILD_VERSION: the strings go to buffers of the caller's. */
static u32 rm_get_build_version(struct rm_call *call)
{
	static const char title[] = "OpenNV " NV_RELEASE;
	struct nv0000_ctrl_system_get_build_version_params *p = call->params;
	const struct rm_os *os = call_rm(call)->os;

	p->changelist_number = 0;
	p->official_changelist_number = 0;
	/* Without buffers it is the question how long they must be. */
	if (!p->p_driver_version_buffer || !p->p_version_buffer || !p->p_title_buffer) {
		p->size_of_strings = sizeof(title);
		return NV_OK;
	}
	if (p->size_of_strings < sizeof(title))
		return NV_ERR_INVALID_PARAM_STRUCT;
	if (os->copy_out(p->p_driver_version_buffer, NV_RELEASE, sizeof(NV_RELEASE)) ||
	    os->copy_out(p->p_version_buffer, NV_RELEASE, sizeof(NV_RELEASE)) ||
	    os->copy_out(p->p_title_buffer, title, sizeof(title)))
		return NV_ERR_INVALID_PARAM_STRUCT;
	return NV_OK;
}

static u32 rm_get_fabric_status(struct rm_call *call)
{
	struct nv0000_ctrl_system_get_fabric_status_params *p = call->params;

	p->fabric_status = NV0000_CTRL_GET_SYSTEM_FABRIC_STATUS_SKIP;
	return NV_OK;
}

static u32 rm_get_features(struct rm_call *call)
{
	struct nv0000_ctrl_system_get_features_params *p = call->params;

	p->features_mask = 0;
	return NV_OK;
}

/* Ids of the GPUs, those that run only if @running, and the rest of @ids invalid. */
static void rm_list_gpus(struct rm *rm, u32 *ids, bool running)
{
	unsigned int i, count = 0;
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;
	u32 next = 0;

	while (count < NV0000_CTRL_GPU_MAX_ATTACHED_GPUS && (rgpu = rm_gpu_next(rm, next))) {
		next = rgpu->gpu_id + 1;
		gpu = rm_gpu_enter(rgpu);
		if (gpu && (!running || nv_gpu_running(gpu)))
			ids[count++] = rgpu->gpu_id;
		if (gpu)
			rm_gpu_leave(rgpu);
		rm_gpu_put(rgpu);
	}
	for (i = count; i < NV0000_CTRL_GPU_MAX_ATTACHED_GPUS; i++)
		ids[i] = NV0000_CTRL_GPU_INVALID_ID;
}

static u32 rm_get_attached_ids(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_ids_params *p = call->params;

	rm_list_gpus(call_rm(call), p->gpu_ids, true);
	return NV_OK;
}

static u32 rm_get_probed_ids(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_get_probed_ids_params *p = call->params;

	rm_list_gpus(call_rm(call), p->gpu_ids, false);
	memset(p->excluded_gpu_ids, 0xff, sizeof(p->excluded_gpu_ids));
	return NV_OK;
}

/**
 * rm_enter_id() - begin to work on the GPU of an id
 * @call: the control that names it
 * @gpu_id: the id
 * @gpu: set on success; leave and put *@rgpu afterwards
 * @rgpu: set on success
 */
static bool rm_enter_id(struct rm_call *call, u32 gpu_id, struct nv_gpu **gpu,
			struct rm_gpu **rgpu)
{
	*rgpu = rm_gpu_get(call_rm(call), gpu_id);
	*gpu = *rgpu ? rm_gpu_enter(*rgpu) : NULL;
	if (!*gpu)
		rm_gpu_put(*rgpu);
	return *gpu;
}

static void rm_leave_id(struct rm_gpu *rgpu)
{
	rm_gpu_leave(rgpu);
	rm_gpu_put(rgpu);
}

static bool rm_gpu_exists(struct rm_call *call, u32 gpu_id)
{
	struct rm_gpu *rgpu = rm_gpu_get(call_rm(call), gpu_id);

	rm_gpu_put(rgpu);
	return rgpu;
}

/*
 * Opening its device node starts a GPU; the attach controls only look at the ids, up to
 * the first invalid one.
 */
static u32 rm_check_gpu_ids(struct rm_call *call, const u32 *gpu_ids, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && gpu_ids[i] != NV0000_CTRL_GPU_INVALID_ID; i++)
		if (!rm_gpu_exists(call, gpu_ids[i]))
			return NV_ERR_INVALID_ARGUMENT;
	return NV_OK;
}

static u32 rm_attach_ids(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_attach_ids_params *p = call->params;

	p->failed_id = NV0000_CTRL_GPU_INVALID_ID;
	if (p->gpu_ids[0] == NV0000_CTRL_GPU_ATTACH_ALL_PROBED_IDS)
		return NV_OK;
	return rm_check_gpu_ids(call, p->gpu_ids, ARRAY_SIZE(p->gpu_ids));
}

static u32 rm_detach_ids(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_ids_params *p = call->params;

	if (p->gpu_ids[0] == NV0000_CTRL_GPU_DETACH_ALL_ATTACHED_IDS)
		return NV_OK;
	return rm_check_gpu_ids(call, p->gpu_ids, ARRAY_SIZE(p->gpu_ids));
}

static u32 rm_attach_id(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_attach_id_params *p = call->params;

	return rm_gpu_exists(call, p->gpu_id) ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

/* Has anybody a device of it? */
static bool rm_gpu_in_use(struct rm_call *call, const struct rm_gpu *rgpu)
{
	struct rm *rm = call_rm(call);
	struct rm_client *client;
	unsigned long handle;
	bool used = false;

	mutex_lock(&rm->lock);
	xa_for_each(&rm->clients, handle, client) {
		used = rm_client_has_class(client, rgpu, NV01_DEVICE_0);
		if (used)
			break;
	}
	mutex_unlock(&rm->lock);
	return used;
}

static u32 rm_id_info(struct rm_call *call, struct nv0000_ctrl_gpu_get_id_info_v2_params *info)
{
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;

	if (!rm_enter_id(call, info->gpu_id, &gpu, &rgpu))
		return NV_ERR_INVALID_ARGUMENT;
	if (!nv_gpu_running(gpu)) {
		rm_leave_id(rgpu);
		return NV_ERR_INVALID_ARGUMENT;
	}
	info->gpu_flags = rm_gpu_in_use(call, rgpu) ? NV0000_CTRL_GPU_ID_INFO_IN_USE : 0;
	if (nv_gsp_static_info(gpu->gsp)->is_mobile)
		info->gpu_flags |= NV0000_CTRL_GPU_ID_INFO_MOBILE;
	info->device_instance = gpu->minor;
	info->sub_device_instance = 0;
	info->sli_status = NV0000_CTRL_SLI_STATUS_INVALID_GPU_COUNT |
			   NV0000_CTRL_SLI_STATUS_GPU_NOT_SUPPORTED;
	info->board_id = gpu->gpu_id;
	info->gpu_instance = gpu->minor;
	info->numa_id = NV0000_CTRL_NO_NUMA_NODE;
	rm_leave_id(rgpu);
	return NV_OK;
}

static u32 rm_get_id_info_v2(struct rm_call *call)
{
	return rm_id_info(call, call->params);
}

/* The first form has a pointer to a name, which the release leaves alone. */
static u32 rm_get_id_info(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_get_id_info_params *p = call->params;
	struct nv0000_ctrl_gpu_get_id_info_v2_params info = { .gpu_id = p->gpu_id };
	u32 status = rm_id_info(call, &info);

	if (status != NV_OK)
		return status;
	p->gpu_flags = info.gpu_flags;
	p->device_instance = info.device_instance;
	p->sub_device_instance = info.sub_device_instance;
	p->sli_status = info.sli_status;
	p->board_id = info.board_id;
	p->gpu_instance = info.gpu_instance;
	p->numa_id = info.numa_id;
	return NV_OK;
}

static u32 rm_get_pci_info(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_get_pci_info_params *p = call->params;
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;

	if (!rm_enter_id(call, p->gpu_id, &gpu, &rgpu))
		return NV_ERR_INVALID_ARGUMENT;
	p->domain = gpu->hw->domain;
	p->bus = gpu->hw->bus;
	p->slot = gpu->hw->slot;
	rm_leave_id(rgpu);
	return NV_OK;
}

static u32 rm_get_uuid(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_get_uuid_from_gpu_id_params *p = call->params;
	struct rm_gpu *rgpu;
	struct nv_gpu *gpu;
	u32 status;

	if (!rm_enter_id(call, p->gpu_id, &gpu, &rgpu))
		return NV_ERR_OBJECT_NOT_FOUND;
	status = NV_ERR_OBJECT_NOT_FOUND;
	if (nv_gpu_running(gpu))
		status = rm_gid(gpu, p->flags, p->gpu_uuid, &p->uuid_str_len);
	rm_leave_id(rgpu);
	return status;
}

/* GPUs are not drained before they go: unbinding one is always possible. */
static u32 rm_query_drain_state(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_query_drain_state_params *p = call->params;

	if (!rm_gpu_exists(call, p->gpu_id))
		return NV_ERR_OBJECT_NOT_FOUND;
	p->drain_state = 0;
	p->flags = 0;
	return NV_OK;
}

static u32 rm_get_memop_enable(struct rm_call *call)
{
	struct nv0000_ctrl_gpu_get_memop_enable_params *p = call->params;

	p->enable_mask = 0;
	return NV_OK;
}

/* GPUs that boost together are those of one SLI device. */
static u32 rm_get_boost_groups(struct rm_call *call)
{
	memset(call->params, 0, call->size);
	return NV_OK;
}

static u32 rm_get_accounting_state(struct rm_call *call)
{
	struct nv0000_ctrl_gpuacct_get_accounting_state_params *p = call->params;

	if (!rm_gpu_exists(call, p->gpu_id))
		return NV_ERR_INVALID_ARGUMENT;
	p->state = NV0000_CTRL_GPU_ACCOUNTING_STATE_DISABLED;
	return NV_OK;
}

/* As long as nobody can turn accounting on, no process is accounted for. */
static u32 rm_get_accounting_pids(struct rm_call *call)
{
	struct nv0000_ctrl_gpuacct_get_accounting_pids_params *p = call->params;

	if (!rm_gpu_exists(call, p->gpu_id))
		return NV_ERR_INVALID_ARGUMENT;
	memset(p->pid_tbl, 0, sizeof(p->pid_tbl));
	p->pid_count = 0;
	return NV_OK;
}

static u32 rm_get_proc_accounting_info(struct rm_call *call)
{
	const struct nv0000_ctrl_gpuacct_get_proc_accounting_info_params *p = call->params;

	return rm_gpu_exists(call, p->gpu_id) ? NV_ERR_OBJECT_NOT_FOUND : NV_ERR_INVALID_ARGUMENT;
}

const struct rm_ctrl_handler rm_client_handlers[] = {
	{ NV0000_CTRL_CMD_SYSTEM_GET_BUILD_VERSION, rm_get_build_version },
	{ NV0000_CTRL_CMD_SYSTEM_GET_FABRIC_STATUS, rm_get_fabric_status },
	{ NV0000_CTRL_CMD_SYSTEM_GET_FEATURES, rm_get_features },
	{ NV0000_CTRL_CMD_GPU_GET_ATTACHED_IDS, rm_get_attached_ids },
	{ NV0000_CTRL_CMD_GPU_GET_ID_INFO, rm_get_id_info },
	{ NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2, rm_get_id_info_v2 },
	{ NV0000_CTRL_CMD_GPU_GET_PROBED_IDS, rm_get_probed_ids },
	{ NV0000_CTRL_CMD_GPU_ATTACH_IDS, rm_attach_ids },
	{ NV0000_CTRL_CMD_GPU_DETACH_IDS, rm_detach_ids },
	{ NV0000_CTRL_CMD_GPU_GET_PCI_INFO, rm_get_pci_info },
	{ NV0000_CTRL_CMD_GPU_GET_UUID_FROM_GPU_ID, rm_get_uuid },
	{ NV0000_CTRL_CMD_GPU_QUERY_DRAIN_STATE, rm_query_drain_state },
	{ NV0000_CTRL_CMD_GPU_GET_MEMOP_ENABLE, rm_get_memop_enable },
	{ NV0000_CTRL_CMD_GPU_ASYNC_ATTACH_ID, rm_attach_id },
	{ NV0000_CTRL_CMD_GPU_WAIT_ATTACH_ID, rm_attach_id },
	{ NV0000_CTRL_CMD_SYNC_GPU_BOOST_GROUP_INFO, rm_get_boost_groups },
	{ NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_STATE, rm_get_accounting_state },
	{ NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO, rm_get_proc_accounting_info },
	{ NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS, rm_get_accounting_pids },
	{ NV0000_CTRL_CMD_CLIENT_GET_ADDR_SPACE_TYPE, rm_get_addr_space_type },
	{ NV0000_CTRL_CMD_CLIENT_SET_INHERITED_SHARE_POLICY, rm_set_inherited_share_policy },
	{ NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, rm_export_object_to_fd },
	{ NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD, rm_import_object_from_fd },
	{ NV0000_CTRL_CMD_OS_UNIX_GET_EXPORT_OBJECT_INFO, rm_get_export_object_info },
	{ NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECTS_TO_FD, rm_export_objects_to_fd },
	{ NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD, rm_import_objects_from_fd },
};

const size_t rm_client_num_handlers = ARRAY_SIZE(rm_client_handlers);
