// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * How a GPU sleeps: what the machine can, what the GPU can, what the settings ask for.
 * Rules: open-gpu-kernel-modules 550.163.01, arch/nvalloc/unix/src/dynamic-power.c.
 */
#include <linux/kernel.h>

#include "gsp/gsp.h"
#include "nv-gpu.h"
#include "power/power.h"

const char *nv_power_name(enum nv_power_state state)
{
	static const char * const name[] = {
		[NV_POWER_ON] = "on",
		[NV_POWER_GC6] = "S0ix by GC6",
		[NV_POWER_GCOFF] = "S0ix by GCOFF",
		[NV_POWER_STANDBY] = "standby",
		[NV_POWER_HIBERNATE] = "hibernation",
	};

	return name[state];
}

const char *nv_power_s0ix_missing(struct nv_gpu *gpu, const struct nv_power_policy *policy)
{
	const struct gsp_static_config_info *info = nv_gsp_static_info(gpu->gsp);

	if (!policy->s0ix)
		return "NVreg_EnableS0ixPowerManagement is 0";
	if (!policy->low_power_s0)
		return "the machine's ACPI tables do not declare low-power S0";
	if (!gpu->boots)
		return "the GPU was not started yet, so what it can is not known";
	if (!info->is_mobile)
		return "the GPU is not a laptop's";
	if (!info->is_gc6_rtd3_allowed)
		return "the GPU's firmware does not allow GC6";
	return NULL;
}

enum nv_power_state nv_power_choose(struct nv_gpu *gpu, const struct nv_power_policy *policy,
				    const char **why)
{
	struct nv_heap_usage usage;

	*why = "the machine hibernates";
	if (policy->hibernate)
		return NV_POWER_HIBERNATE;
	*why = nv_power_s0ix_missing(gpu, policy);
	if (*why)
		return NV_POWER_STANDBY;
	*why = "mem_sleep is not s2idle";
	if (!policy->s2idle)
		return NV_POWER_GCOFF;
	nv_heap_get_usage(&gpu->heap, &usage);
	*why = "video memory in use is within NVreg_S0ixPowerManagementVideoMemoryThreshold";
	if (policy->threshold && usage.used <= policy->threshold)
		return NV_POWER_GCOFF;
	*why = "video memory in use exceeds NVreg_S0ixPowerManagementVideoMemoryThreshold";
	return NV_POWER_GC6;
}
