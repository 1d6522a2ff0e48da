// SPDX-License-Identifier: MIT OR GPL-2.0
/* /proc/driver/nvidia */
#include <linux/compiler.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>

#include "abi/abi.h"
#include "gsp/gsp.h"
#include "nv-linux.h"

static struct proc_dir_entry *nv_proc_root, *nv_proc_gpus;

static int nv_version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "NVRM version: OpenNV UNIX %s Kernel Module  " NV_RELEASE "\n",
		   init_utsname()->machine);
	seq_puts(m, "GCC version:  " CONFIG_CC_VERSION_TEXT "\n");
	return 0;
}

static int nv_params_proc_show(struct seq_file *m, void *v)
{
	nv_params_show(m);
	return 0;
}

/* Only numbers can be set, so the list of binary settings is empty. */
static int nv_registry_show(struct seq_file *m, void *v)
{
	seq_puts(m, "Binary: \"\"\n");
	return 0;
}

static void nv_show_identity(struct seq_file *m, struct nv_linux_state *nvl)
{
	const struct gsp_static_config_info *info;

	if (!nv_gpu_running(&nvl->gpu)) {
		seq_puts(m, "Model: \t\t Unknown\n");
		seq_printf(m, "IRQ:   \t\t %d\n", nvl->irq);
		seq_puts(m, "GPU UUID: \t GPU-????????-????-????-????-????????????\n");
		seq_puts(m, "Video BIOS: \t ??.??.??.??.??\n");
		return;
	}
	info = nv_gsp_static_info(nvl->gpu.gsp);
	seq_printf(m, "Model: \t\t %.*s\n", (int)sizeof(info->gpu_name), info->gpu_name);
	seq_printf(m, "IRQ:   \t\t %d\n", nvl->irq);
	seq_printf(m, "GPU UUID: \t GPU-%pUb\n", info->gid_data);
	seq_printf(m, "Video BIOS: \t %s\n", nv_gsp_vbios_version(nvl->gpu.gsp));
}

static int nv_information_show(struct seq_file *m, void *v)
{
	struct nv_linux_state *nvl = m->private;
	u64 mask = dma_get_mask(&nvl->pci->dev);

	nv_show_identity(m, nvl);
	seq_puts(m, "Bus Type: \t PCIe\n");
	seq_printf(m, "DMA Size: \t %d bits\n", fls64(mask));
	seq_printf(m, "DMA Mask: \t 0x%llx\n", mask);
	seq_printf(m, "Bus Location: \t %s\n", pci_name(nvl->pci));
	seq_printf(m, "Device Minor: \t %u\n", nvl->gpu.minor);
	seq_printf(m, "GPU Firmware: \t %s\n",
		   nv_gpu_running(&nvl->gpu) ? NV_RELEASE : "N/A");
	seq_puts(m, "GPU Excluded:\t No\n");
	return 0;
}

static int nv_gpu_registry_show(struct seq_file *m, void *v)
{
	struct nv_linux_state *nvl = m->private;
	unsigned int i;

	for (i = 0; i < nvl->registry->count; i++)
		seq_printf(m, "%s: %u\n", nvl->registry->entry[i].name,
			   nvl->registry->entry[i].value);
	return 0;
}

int nv_procfs_add_gpu(struct nv_linux_state *nvl)
{
	struct proc_dir_entry *dir = proc_mkdir(pci_name(nvl->pci), nv_proc_gpus);

	if (!dir)
		return -ENOMEM;
	nvl->proc = dir;
	if (proc_create_single_data("information", 0444, dir, nv_information_show, nvl) &&
	    proc_create_single_data("registry", 0444, dir, nv_gpu_registry_show, nvl) &&
	    proc_create_single_data("power", 0444, dir, nv_power_proc_show, nvl))
		return 0;
	nv_procfs_remove_gpu(nvl);
	return -ENOMEM;
}

void nv_procfs_remove_gpu(struct nv_linux_state *nvl)
{
	proc_remove(nvl->proc);
	nvl->proc = NULL;
}

int nv_procfs_init(void)
{
	nv_proc_root = proc_mkdir("driver/nvidia", NULL);
	if (!nv_proc_root)
		return -ENOMEM;
	nv_proc_gpus = proc_mkdir("gpus", nv_proc_root);
	if (nv_proc_gpus &&
	    proc_create_single("version", 0444, nv_proc_root, nv_version_show) &&
	    proc_create_single("params", 0444, nv_proc_root, nv_params_proc_show) &&
	    proc_create_single("registry", 0444, nv_proc_root, nv_registry_show) &&
	    !nv_pm_proc_add(nv_proc_root))
		return 0;
	nv_procfs_exit();
	return -ENOMEM;
}

void nv_procfs_exit(void)
{
	proc_remove(nv_proc_root);
}
