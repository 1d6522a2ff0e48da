// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls of NV20_SUBDEVICE_0 that are answered from what the driver knows. */
#include <linux/bitfield.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "regs/nv-pmc.h"
#include "rm/ctrl.h"

#define RM_GID_BINARY_SIZE	16

/* There are no sessions of encoder or frame capture, no partitions of the GPU and no NVLinks. */
static u32 rm_answer_zero(struct rm_call *call)
{
	memset(call->params, 0, call->size);
	return NV_OK;
}

static u32 rm_get_simulation_info(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_simulation_info_params *p = call->params;

	p->type = 0;
	return NV_OK;
}

static u32 rm_get_gpu_id(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_id_params *p = call->params;

	p->gpu_id = call->gpu->gpu_id;
	return NV_OK;
}

u32 rm_gid(struct nv_gpu *gpu, u32 flags, char *data, u32 *length)
{
	static const u8 dash_before[] = { 4, 6, 8, 10 };
	const u8 *gid = nv_gsp_static_info(gpu->gsp)->gid_data;
	size_t n, i, dash = 0;

	if (flags & NV_GPU_GID_FLAGS_TYPE)
		return NV_ERR_INVALID_ARGUMENT;
	memset(data, 0, NV_GPU_MAX_GID_LENGTH);
	if (FIELD_GET(NV_GPU_GID_FLAGS_FORMAT, flags) == NV_GPU_GID_FLAGS_FORMAT_BINARY) {
		memcpy(data, gid, RM_GID_BINARY_SIZE);
		*length = RM_GID_BINARY_SIZE;
		return NV_OK;
	}
	n = scnprintf(data, NV_GPU_MAX_GID_LENGTH, "GPU-");
	for (i = 0; i < RM_GID_BINARY_SIZE; i++) {
		if (dash < ARRAY_SIZE(dash_before) && dash_before[dash] == i) {
			data[n++] = '-';
			dash++;
		}
		n += scnprintf(data + n, NV_GPU_MAX_GID_LENGTH - n, "%02x", gid[i]);
	}
	*length = n + 1;
	return NV_OK;
}

static u32 rm_get_gid_info(struct rm_call *call)
{
	struct nv2080_ctrl_gpu_get_gid_info_params *p = call->params;

	return rm_gid(call->gpu, p->flags, p->data, &p->length);
}

static u32 rm_get_time(struct rm_call *call)
{
	struct nv2080_ctrl_timer_get_time_params *p = call->params;

	p->time_nsec = nv_gpu_time_ns(call->gpu);
	return NV_OK;
}

/* The two clocks read as close to each other as can be done. */
static void rm_sample_clocks(struct nv_gpu *gpu, u64 (*cpu_ns)(struct nv_hw *hw),
			     struct nv2080_ctrl_timer_gpu_cpu_time_sample *sample)
{
	struct nv_hw *hw = gpu->hw;
	u64 before, after, best = U64_MAX, gpu_ns;
	int tries;

	for (tries = 0; tries < 3; tries++) {
		before = cpu_ns(hw);
		gpu_ns = nv_gpu_time_ns(gpu);
		after = cpu_ns(hw);
		if (after - before >= best)
			continue;
		best = after - before;
		sample->cpu_time = before + best / 2;
		sample->gpu_time = gpu_ns;
	}
}

static u32 rm_correlate_ostime(struct nv_gpu *gpu,
			       struct nv2080_ctrl_timer_get_gpu_cpu_time_correlation_info_params *p)
{
	unsigned int i;

	for (i = 0; i < p->sample_count; i++) {
		rm_sample_clocks(gpu, gpu->hw->ops->wall_ns, &p->samples[i]);
		p->samples[i].cpu_time = div_u64(p->samples[i].cpu_time, 1000);
	}
	return NV_OK;
}

/* The CPU's cycle counter is not offered: no program of the release was seen to ask for it. */
static u32 rm_get_time_correlation(struct rm_call *call)
{
	struct nv2080_ctrl_timer_get_gpu_cpu_time_correlation_info_params *p = call->params;

	if (p->sample_count > ARRAY_SIZE(p->samples))
		return NV_ERR_INVALID_ARGUMENT;
	switch (FIELD_GET(NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_PROCESSOR, p->cpu_clk_id)) {
	case NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_PROCESSOR_GSP:
		return nv_gsp_internal_control(call->gpu->gsp, call->cmd, p, sizeof(*p));
	case NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_PROCESSOR_CPU:
		break;
	default:
		return NV_ERR_INVALID_ARGUMENT;
	}
	switch (FIELD_GET(NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_SOURCE, p->cpu_clk_id)) {
	case NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_OSTIME:
		return rm_correlate_ostime(call->gpu, p);
	case NV2080_TIMER_GPU_CPU_TIME_CPU_CLK_ID_PLATFORM_API:
		/* One sample, whatever the count. */
		rm_sample_clocks(call->gpu, call->gpu->hw->ops->time_ns, &p->samples[0]);
		return NV_OK;
	default:
		return NV_ERR_NOT_SUPPORTED;
	}
}

static u32 rm_get_arch_info(struct rm_call *call)
{
	struct nv2080_ctrl_mc_get_arch_info_params *p = call->params;
	u32 boot42 = call->gpu->boot42;

	memset(p, 0, sizeof(*p));
	p->architecture = FIELD_GET(NV_PMC_BOOT_42_ARCHITECTURE, boot42) << 4;
	p->implementation = FIELD_GET(NV_PMC_BOOT_42_IMPLEMENTATION, boot42);
	p->revision = FIELD_GET(NV_PMC_BOOT_42_MAJOR_REVISION, boot42) << 4 |
		      FIELD_GET(NV_PMC_BOOT_42_MINOR_REVISION, boot42);
	return NV_OK;
}

/* GPUs of a fabric hang on NVLink switches. */
static u32 rm_get_fabric_probe_info(struct rm_call *call)
{
	struct nv2080_ctrl_cmd_get_gpu_fabric_probe_info_params *p = call->params;

	p->state = NV2080_CTRL_GPU_FABRIC_PROBE_STATE_UNSUPPORTED;
	return NV_OK;
}

const struct rm_ctrl_handler rm_subdevice_handlers[] = {
	{ NV2080_CTRL_CMD_GPU_GET_INFO_V2, rm_get_gpu_info },
	{ NV2080_CTRL_CMD_GPU_GET_SIMULATION_INFO, rm_get_simulation_info },
	{ NV2080_CTRL_CMD_GPU_SET_COMPUTE_MODE_RULES, rm_set_compute_mode_rules },
	{ NV2080_CTRL_CMD_GPU_QUERY_COMPUTE_MODE_RULES, rm_query_compute_mode_rules },
	{ NV2080_CTRL_CMD_GPU_GET_ID, rm_get_gpu_id },
	{ NV2080_CTRL_CMD_GPU_ACQUIRE_COMPUTE_MODE_RESERVATION, rm_acquire_compute_mode },
	{ NV2080_CTRL_CMD_GPU_RELEASE_COMPUTE_MODE_RESERVATION, rm_release_compute_mode },
	{ NV2080_CTRL_CMD_GPU_GET_GID_INFO, rm_get_gid_info },
	{ NV2080_CTRL_GPU_GET_NVENC_SW_SESSION_STATS, rm_answer_zero },
	{ NV2080_CTRL_GPU_GET_NVFBC_SW_SESSION_STATS, rm_answer_zero },
	{ NV2080_CTRL_CMD_GPU_GET_ACTIVE_PARTITION_IDS, rm_answer_zero },
	{ NV2080_CTRL_CMD_GPU_GET_ENGINES_V2, rm_get_engines },
	{ NV2080_CTRL_CMD_GPU_GET_PIDS, rm_get_pids },
	{ NV2080_CTRL_CMD_GPU_GET_PID_INFO, rm_get_pid_info },
	{ NV2080_CTRL_CMD_GPU_GET_COMPUTE_POLICY_CONFIG, rm_get_compute_policy },
	{ NV2080_CTRL_CMD_GET_GPU_FABRIC_PROBE_INFO, rm_get_fabric_probe_info },
	{ NV2080_CTRL_CMD_TIMER_GET_TIME, rm_get_time },
	{ NV2080_CTRL_CMD_TIMER_GET_GPU_CPU_TIME_CORRELATION_INFO, rm_get_time_correlation },
	{ NV2080_CTRL_CMD_FB_GET_INFO_V2, rm_get_fb_info },
	{ NV2080_CTRL_CMD_GR_GET_CTX_BUFFER_SIZE, rm_get_ctx_buffer_size },
	{ NV2080_CTRL_CMD_GR_GET_GLOBAL_SM_ORDER, rm_get_sm_order },
	{ NV2080_CTRL_CMD_GR_GET_CAPS_V2, rm_get_gr_caps },
	{ NV2080_CTRL_CMD_GR_GET_INFO_V2, rm_get_gr_info },
	{ NV2080_CTRL_CMD_GR_GET_GPC_MASK, rm_get_gpc_mask },
	{ NV2080_CTRL_CMD_GR_GET_TPC_MASK, rm_get_tpc_mask },
	{ NV2080_CTRL_CMD_PERF_BOOST, rm_perf_boost },
	{ NV2080_CTRL_CMD_RC_RELEASE_WATCHDOG_REQUESTS, rm_no_watchdog },
	{ NV2080_CTRL_CMD_RC_SOFT_DISABLE_WATCHDOG, rm_no_watchdog },
	{ NV2080_CTRL_CMD_CE_GET_ALL_CAPS, rm_get_ce_caps },
	{ NV2080_CTRL_CMD_NVLINK_GET_NVLINK_STATUS, rm_answer_zero },
	{ NV2080_CTRL_CMD_MC_GET_ARCH_INFO, rm_get_arch_info },
	{ NV2080_CTRL_CMD_BUS_GET_PCI_INFO, rm_get_bus_pci_info },
	{ NV2080_CTRL_CMD_BUS_GET_PCI_BAR_INFO, rm_get_bus_pci_bar_info },
	{ NV2080_CTRL_CMD_BUS_GET_INFO_V2, rm_get_bus_info },
};

const size_t rm_subdevice_num_handlers = ARRAY_SIZE(rm_subdevice_handlers);
