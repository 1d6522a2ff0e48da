// SPDX-License-Identifier: MIT OR GPL-2.0
/* The PCI driver: GPUs come, go and sleep. */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/slab.h>

#include "abi/abi.h"
#include "nv-linux.h"

/* What a GPU can address (open-gpu-kernel-modules 550.163.01, DMA mask of GA10x). */
#define NV_DMA_BITS	47

/* BAR2 of RM is the third 64-bit BAR of PCI, so number 3. */
static const int nv_pci_bar[] = { 0, 1, 3 };

/* Guards nv_gpus; the GPUs in it hold their own reference. Nothing is taken under it. */
static DEFINE_MUTEX(nv_gpus_lock);
static struct nv_linux_state *nv_gpus[NV_MINOR_GPU_COUNT];

static void nv_release(struct kref *ref)
{
	struct nv_linux_state *nvl = container_of(ref, struct nv_linux_state, ref);

	nv_gpu_fini(&nvl->gpu);
	nv_mmap_remove_gpu(nvl);
	iounmap(nvl->regs);
	nv_registry_free(nvl->registry);
	pci_dev_put(nvl->pci);
	kfree(nvl);
}

void nv_put(struct nv_linux_state *nvl)
{
	kref_put(&nvl->ref, nv_release);
}

struct nv_linux_state *nv_next_gpu(unsigned int minor)
{
	struct nv_linux_state *nvl = NULL;

	mutex_lock(&nv_gpus_lock);
	for (; minor < NV_MINOR_GPU_COUNT && !nvl; minor++)
		nvl = nv_gpus[minor];
	if (nvl)
		kref_get(&nvl->ref);
	mutex_unlock(&nv_gpus_lock);
	return nvl;
}

struct nv_linux_state *nv_get_minor(unsigned int minor)
{
	struct nv_linux_state *nvl = nv_next_gpu(minor);

	if (!nvl || nvl->gpu.minor == minor)
		return nvl;
	nv_put(nvl);
	return NULL;
}

static int nv_claim_minor(struct nv_linux_state *nvl)
{
	int minor;

	mutex_lock(&nv_gpus_lock);
	for (minor = 0; minor < NV_MINOR_GPU_COUNT; minor++)
		if (!nv_gpus[minor])
			break;
	if (minor < NV_MINOR_GPU_COUNT)
		nv_gpus[minor] = nvl;
	mutex_unlock(&nv_gpus_lock);
	return minor < NV_MINOR_GPU_COUNT ? minor : -ENOSPC;
}

static void nv_yield_minor(unsigned int minor)
{
	mutex_lock(&nv_gpus_lock);
	nv_gpus[minor] = NULL;
	mutex_unlock(&nv_gpus_lock);
}

static void nv_describe_hw(struct nv_linux_state *nvl)
{
	struct pci_dev *pci = nvl->pci;
	struct nv_hw *hw = &nvl->hw;
	int i;

	hw->ops = &nv_pci_hw_ops;
	hw->vendor = pci->vendor;
	hw->device = pci->device;
	hw->subvendor = pci->subsystem_vendor;
	hw->subdevice = pci->subsystem_device;
	hw->revision = pci->revision;
	hw->domain = pci_domain_nr(pci->bus);
	hw->bus = pci->bus->number;
	hw->slot = PCI_SLOT(pci->devfn);
	for (i = 0; i < ARRAY_SIZE(nv_pci_bar); i++) {
		hw->bar[i].addr = pci_resource_start(pci, nv_pci_bar[i]);
		hw->bar[i].size = pci_resource_len(pci, nv_pci_bar[i]);
	}
}

static struct nv_linux_state *nv_new(struct pci_dev *pci)
{
	struct nv_linux_state *nvl = kzalloc(sizeof(*nvl), GFP_KERNEL);

	if (!nvl)
		return NULL;
	kref_init(&nvl->ref);
	nvl->pci = pci_dev_get(pci);
	init_waitqueue_head(&nvl->wait);
	nv_gate_init(&nvl->gate);
	nv_describe_hw(nvl);
	return nvl;
}

/* Leaves a device that answers register reads and can do DMA. */
static int nv_pci_enable(struct pci_dev *pci)
{
	int ret = pci_enable_device_mem(pci);

	if (ret) {
		dev_err(&pci->dev, "can't enable the PCI device: %d\n", ret);
		return ret;
	}
	ret = dma_set_mask_and_coherent(&pci->dev, DMA_BIT_MASK(NV_DMA_BITS));
	if (ret) {
		dev_err(&pci->dev, "no DMA with %d address bits: %d\n", NV_DMA_BITS, ret);
		goto err_disable;
	}
	/*
	 * Only BAR0: the firmware's framebuffer driver may hold a part of BAR1, and
	 * stays until a display driver takes over.
	 */
	ret = pci_request_region(pci, nv_pci_bar[0], NV_MODULE_NAME);
	if (ret) {
		dev_err(&pci->dev, "another driver holds BAR0 (nouveau?): %d\n", ret);
		goto err_disable;
	}
	dma_set_max_seg_size(&pci->dev, UINT_MAX);
	pci_set_master(pci);
	return 0;

err_disable:
	pci_disable_device(pci);
	return ret;
}

static void nv_pci_disable(struct pci_dev *pci)
{
	pci_clear_master(pci);
	pci_release_region(pci, nv_pci_bar[0]);
	pci_disable_device(pci);
}

/* Make a GPU that can be started visible to user space. */
static int nv_publish(struct nv_linux_state *nvl)
{
	char name[16];
	int ret;

	ret = rm_add_gpu(&nv_rm, &nvl->gpu);
	if (ret)
		return ret;
	ret = nv_procfs_add_gpu(nvl);
	if (ret)
		goto err_rm;
	snprintf(name, sizeof(name), "nvidia%u", nvl->gpu.minor);
	nvl->node = nv_node_create(MKDEV(NV_MAJOR_DEVICE_NUMBER, nvl->gpu.minor),
				   &nvl->pci->dev, name);
	if (IS_ERR(nvl->node)) {
		ret = PTR_ERR(nvl->node);
		goto err_procfs;
	}
	return 0;

err_procfs:
	nv_procfs_remove_gpu(nvl);
err_rm:
	rm_remove_gpu(&nv_rm, &nvl->gpu);
	return ret;
}

static void nv_unpublish(struct nv_linux_state *nvl)
{
	nv_node_destroy(nvl->node);
	nv_procfs_remove_gpu(nvl);
	rm_remove_gpu(&nv_rm, &nvl->gpu);
}

static int nv_attach(struct nv_linux_state *nvl)
{
	int minor, ret;

	nvl->registry = nv_registry_create(nvl->pci);
	if (IS_ERR(nvl->registry)) {
		ret = PTR_ERR(nvl->registry);
		nvl->registry = NULL;
		return ret;
	}
	nvl->regs = ioremap(nvl->hw.bar[0].addr, nvl->hw.bar[0].size);
	if (!nvl->regs)
		return -ENOMEM;
	ret = nv_mmap_add_gpu(nvl);
	if (ret)
		return ret;
	minor = nv_claim_minor(nvl);
	if (minor < 0)
		return minor;
	ret = nv_gpu_init(&nvl->gpu, &nvl->hw, minor, nvl->registry);
	if (ret)
		goto err_minor;
	ret = nv_request_irq(nvl);
	if (ret)
		goto err_minor;
	ret = nv_publish(nvl);
	if (ret)
		goto err_irq;
	return 0;

err_irq:
	nv_free_irq(nvl);
err_minor:
	nv_yield_minor(minor);
	return ret;
}

static int nv_pci_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct nv_linux_state *nvl;
	int ret;

	if (!pci_resource_len(pci, nv_pci_bar[0])) {
		dev_err(&pci->dev, "BAR0 has no address: the firmware left the GPU out\n");
		return -ENODEV;
	}
	ret = nv_pci_enable(pci);
	if (ret)
		return ret;
	nvl = nv_new(pci);
	if (!nvl) {
		ret = -ENOMEM;
		goto err_disable;
	}
	ret = nv_attach(nvl);
	if (ret)
		goto err_put;
	pci_set_drvdata(pci, nvl);
	dev_info(&pci->dev, "%s is /dev/nvidia%u, OpenNV " NV_RELEASE "\n",
		 nvl->gpu.chip->name, nvl->gpu.minor);
	return 0;

err_put:
	nv_put(nvl);
err_disable:
	nv_pci_disable(pci);
	return ret;
}

static void nv_pci_remove(struct pci_dev *pci)
{
	struct nv_linux_state *nvl = pci_get_drvdata(pci);

	if (!pci_device_is_present(pci))
		nvl->hw.lost = true;
	nv_pm_remove_gpu(nvl);
	nv_unpublish(nvl);
	nv_yield_minor(nvl->gpu.minor);
	nv_gpu_retire(&nvl->gpu);
	nv_free_irq(nvl);
	nvl->hw.lost = true;
	nv_gate_close(nvl);
	nv_revoke_gpu_mappings_locked(nvl);
	nv_gate_open(nvl);
	nv_pci_disable(pci);
	nv_put(nvl);
}

static void nv_pci_shutdown(struct pci_dev *pci)
{
	struct nv_linux_state *nvl = pci_get_drvdata(pci);

	nv_gpu_stop(&nvl->gpu);
}

static const struct pci_device_id nv_pci_table[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID),
	  .class = PCI_CLASS_DISPLAY_VGA << 8, .class_mask = ~0 },
	{ PCI_DEVICE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID),
	  .class = PCI_CLASS_DISPLAY_3D << 8, .class_mask = ~0 },
	{ }
};
MODULE_DEVICE_TABLE(pci, nv_pci_table);

static struct pci_driver nv_pci_driver = {
	.name = NV_MODULE_NAME,
	.id_table = nv_pci_table,
	.probe = nv_pci_probe,
	.remove = nv_pci_remove,
	.shutdown = nv_pci_shutdown,
	.driver.pm = pm_sleep_ptr(&nv_pm_ops),
};

int nv_pci_register_driver(void)
{
	return pci_register_driver(&nv_pci_driver);
}

void nv_pci_unregister_driver(void)
{
	pci_unregister_driver(&nv_pci_driver);
}
