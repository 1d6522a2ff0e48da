// SPDX-License-Identifier: MIT OR GPL-2.0
/* nvidia.ko comes and goes. */
#include <linux/module.h>

#include "abi/abi.h"
#include "nv-linux.h"

struct rm nv_rm;

static int __init nvidia_init(void)
{
	int ret = rm_init(&nv_rm, &nv_rm_os);

	if (ret)
		return ret;
	ret = nv_mmap_init();
	if (ret)
		goto err_rm;
	ret = nv_procfs_init();
	if (ret)
		goto err_mmap;
	ret = nv_chrdev_init();
	if (ret)
		goto err_procfs;
	ret = nv_pm_init();
	if (ret)
		goto err_chrdev;
	if (NVreg_RegisterPCIDriver) {
		ret = nv_pci_register_driver();
		if (ret)
			goto err_pm;
	}
	return 0;

err_pm:
	nv_pm_exit();
err_chrdev:
	nv_chrdev_exit();
err_procfs:
	nv_procfs_exit();
err_mmap:
	nv_mmap_exit();
err_rm:
	rm_fini(&nv_rm);
	return ret;
}

static void __exit nvidia_exit(void)
{
	if (NVreg_RegisterPCIDriver)
		nv_pci_unregister_driver();
	nv_pm_exit();
	nv_chrdev_exit();
	nv_procfs_exit();
	nv_mmap_exit();
	rm_fini(&nv_rm);
}

module_init(nvidia_init);
module_exit(nvidia_exit);

MODULE_DESCRIPTION("OpenNV: open kernel module for NVIDIA GPUs");
MODULE_AUTHOR("OpenNV");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION(NV_RELEASE);
MODULE_FIRMWARE("nvidia/" NV_RELEASE "/gsp_ga10x.bin");
MODULE_FIRMWARE("nvidia/" NV_RELEASE "/ga102/booter_load.bin");
MODULE_FIRMWARE("nvidia/" NV_RELEASE "/ga102/booter_unload.bin");
MODULE_FIRMWARE("nvidia/" NV_RELEASE "/ga102/bootloader.bin");
