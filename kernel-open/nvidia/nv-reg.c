// SPDX-License-Identifier: MIT OR GPL-2.0
/* Module parameters: upstream's names and meaning, for what is implemented. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/seq_file.h>

#include "nv-linux.h"

/* X(name, default, description): numeric parameters, in /proc's order */
#define NV_PARAMS(X) \
	X(ModifyDeviceFiles, 1, \
	  "user-space helpers may create device nodes and change their rights (1, default)") \
	X(DeviceFileUID, 0, "owner of the device nodes (0)") \
	X(DeviceFileGID, 0, "group of the device nodes (0)") \
	X(DeviceFileMode, 0666, "access rights of the device nodes (0666)") \
	X(PreserveVideoMemoryAllocations, 0, \
	  "accepted for existing configurations: video memory is always preserved") \
	X(EnableS0ixPowerManagement, 0, \
	  "let the GPU sleep by GC6 or GCOFF in the machine's S0ix (1), or not (0, default)") \
	X(S0ixPowerManagementVideoMemoryThreshold, 256, \
	  "MiB of video memory in use up to which its power is cut in S0ix (256)") \
	X(RegisterPCIDriver, 1, "bind to GPUs (1, default), or only offer /dev/nvidiactl (0)")

#define NV_DEFINE_PARAM(name, value, text) \
	unsigned int NVreg_##name = value; \
	module_param(NVreg_##name, uint, 0444); \
	MODULE_PARM_DESC(NVreg_##name, text);
NV_PARAMS(NV_DEFINE_PARAM)

char *NVreg_RegistryDwords;
module_param(NVreg_RegistryDwords, charp, 0444);
MODULE_PARM_DESC(NVreg_RegistryDwords, "settings for GSP: \"Name=value;Name=value\"");

char *NVreg_RegistryDwordsPerDevice;
module_param(NVreg_RegistryDwordsPerDevice, charp, 0444);
MODULE_PARM_DESC(NVreg_RegistryDwordsPerDevice,
		 "settings for one GPU: \"pci=DDDD:BB:DD.F;Name=value;...\"");

static const struct nv_param {
	const char *name;
	const unsigned int *value;
} nv_params[] = {
#define NV_PARAM_ROW(name, value, text) { #name, &NVreg_##name },
	NV_PARAMS(NV_PARAM_ROW)
};

void nv_params_each(void (*fn)(void *ctx, const char *name, u32 value), void *ctx)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nv_params); i++)
		fn(ctx, nv_params[i].name, *nv_params[i].value);
}

static void nv_param_show(void *m, const char *name, u32 value)
{
	seq_printf(m, "%s: %u\n", name, value);
}

void nv_params_show(struct seq_file *m)
{
	nv_params_each(nv_param_show, m);
	seq_printf(m, "RegistryDwords: \"%s\"\n", NVreg_RegistryDwords ?: "");
	seq_printf(m, "RegistryDwordsPerDevice: \"%s\"\n", NVreg_RegistryDwordsPerDevice ?: "");
}
