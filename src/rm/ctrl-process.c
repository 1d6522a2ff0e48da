// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which processes use a GPU, and who of them may compute on it. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "rm/memory.h"

static bool rm_pid_listed(const struct nv2080_ctrl_gpu_get_pids_params *p, u32 pid)
{
	u32 i;

	for (i = 0; i < p->pid_tbl_count; i++)
		if (p->pid_tbl[i] == pid)
			return true;
	return false;
}

/* Whoever computes gets the time slices that GSP-RM gives to all. */
u32 rm_get_compute_policy(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_compute_policy_config_params *p = call->params;

	memset(p, 0, sizeof(*p));
	p->num_configs = 1;
	p->config[0].type = NV2080_CTRL_GPU_COMPUTE_POLICY_TIMESLICE;
	p->config[0].data = NV2080_CTRL_GPU_COMPUTE_POLICY_TIMESLICE_DEFAULT;
	return NV_OK;
}

/* A process that the caller cannot see, being in another namespace, is left out. */
u32 rm_get_pids(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_pids_params *p = call->params;
	struct rm *rm = call->object->client->rm;
	struct rm_client *client;
	unsigned long handle;
	u32 pid;

	if (p->id_type > NV2080_CTRL_GPU_GET_PIDS_ID_TYPE_VGPU_GUEST)
		return NV_ERR_INVALID_ARGUMENT;
	p->pid_tbl_count = 0;
	memset(p->pid_tbl, 0, sizeof(p->pid_tbl));
	if (p->id_type == NV2080_CTRL_GPU_GET_PIDS_ID_TYPE_VGPU_GUEST)
		return NV_OK;

	mutex_lock(&rm->lock);
	xa_for_each(&rm->clients, handle, client) {
		if (p->pid_tbl_count == ARRAY_SIZE(p->pid_tbl))
			break;
		pid = rm->os->pid_for_caller(client->pid);
		if (pid && !rm_pid_listed(p, pid) &&
		    rm_client_has_class(client, call->object->gpu, p->id))
			p->pid_tbl[p->pid_tbl_count++] = pid;
	}
	mutex_unlock(&rm->lock);
	return NV_OK;
}

/* Who the caller means by @pid, in the initial namespace; 0 if that process has no client. */
static u32 rm_find_process(struct rm *rm, u32 pid)
{
	struct rm_client *client;
	unsigned long handle;
	u32 found = 0;

	mutex_lock(&rm->lock);
	xa_for_each(&rm->clients, handle, client) {
		if (rm->os->pid_for_caller(client->pid) == pid) {
			found = client->pid;
			break;
		}
	}
	mutex_unlock(&rm->lock);
	return found;
}

static u32 rm_pid_memory(struct rm_call *call, struct nv2080_ctrl_gpu_pid_info *info)
{
	u32 pid;

	if (!info->pid || info->index != NV2080_CTRL_GPU_PID_INFO_INDEX_VIDEO_MEMORY_USAGE)
		return NV_ERR_INVALID_ARGUMENT;
	pid = rm_find_process(call->object->client->rm, info->pid);
	info->mem_private = pid ? rm_memory_usage(call->object->gpu, pid) : 0;
	info->mem_shared_owned = 0;
	info->mem_shared_duped = 0;
	info->protected_mem_private = 0;
	info->protected_mem_shared_owned = 0;
	info->protected_mem_shared_duped = 0;
	return NV_OK;
}

u32 rm_get_pid_info(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_pid_info_params *p = call->params;
	u32 i;

	if (!p->pid_info_list_count || p->pid_info_list_count > ARRAY_SIZE(p->pid_info_list))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < p->pid_info_list_count; i++) {
		struct nv2080_ctrl_gpu_pid_info *info = &p->pid_info_list[i];

		info->compute_instance_id = NV2080_CTRL_GPU_PARTITION_ID_INVALID;
		info->gpu_instance_id = NV2080_CTRL_GPU_PARTITION_ID_INVALID;
		info->result = rm_pid_memory(call, info);
	}
	return NV_OK;
}

/* GSP-RM has the first say; it keeps nothing over a shutdown, so the mode is kept here. */
u32 rm_set_compute_mode_rules(struct rm_call *call)
{
	const struct nv2080_ctrl_gpu_set_compute_mode_rules_params *p = call->params;
	u32 rules = p->rules, status;

	if (rules > NV2080_CTRL_GPU_COMPUTE_MODE_RULES_EXCLUSIVE_COMPUTE_PROCESS)
		return NV_ERR_INVALID_ARGUMENT;
	status = rm_ctrl_forward(call);
	if (status == NV_OK)
		WRITE_ONCE(call->object->gpu->compute_mode, rules);
	return status;
}

u32 rm_query_compute_mode_rules(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_query_compute_mode_rules_params *p = call->params;

	p->rules = READ_ONCE(call->object->gpu->compute_mode);
	return NV_OK;
}

/* A reservation ends with its client, whether that gave it back or not. */
static bool rm_compute_reserved(struct rm *rm, const struct rm_gpu *gpu)
{
	const struct rm_client *client = xa_load(&rm->clients, gpu->compute_client);

	return client && !client->dying;
}

u32 rm_acquire_compute_mode(struct rm_call *call)
{
	struct rm_client *client = call->object->client;
	struct rm_gpu *gpu = call->object->gpu;
	u32 status = NV_OK;

	mutex_lock(&client->rm->lock);
	switch (READ_ONCE(gpu->compute_mode)) {
	case NV2080_CTRL_GPU_COMPUTE_MODE_RULES_NONE:
		break;
	case NV2080_CTRL_GPU_COMPUTE_MODE_RULES_COMPUTE_PROHIBITED:
		status = NV_ERR_STATE_IN_USE;
		break;
	default:
		if (rm_compute_reserved(client->rm, gpu))
			status = NV_ERR_STATE_IN_USE;
		break;
	}
	if (status == NV_OK)
		gpu->compute_client = client->object.handle;
	mutex_unlock(&client->rm->lock);
	return status;
}

u32 rm_release_compute_mode(struct rm_call *call)
{
	struct rm_client *client = call->object->client;
	struct rm_gpu *gpu = call->object->gpu;
	bool mine;

	mutex_lock(&client->rm->lock);
	mine = gpu->compute_client == client->object.handle;
	if (mine)
		gpu->compute_client = 0;
	mutex_unlock(&client->rm->lock);
	return mine ? NV_OK : NV_ERR_STATE_IN_USE;
}
