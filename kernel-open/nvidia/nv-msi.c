// SPDX-License-Identifier: MIT OR GPL-2.0
/* The GPU's one interrupt. */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "nv-linux.h"

static irqreturn_t nv_isr(int irq, void *data)
{
	static const irqreturn_t result[] = { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD };
	struct nv_linux_state *nvl = data;

	return result[nv_gpu_interrupt(&nvl->gpu)];
}

static irqreturn_t nv_isr_thread(int irq, void *data)
{
	struct nv_linux_state *nvl = data;

	nv_gpu_interrupt_thread(&nvl->gpu);
	return IRQ_HANDLED;
}

int nv_request_irq(struct nv_linux_state *nvl)
{
	struct pci_dev *pci = nvl->pci;
	int irq, ret;

	ret = pci_alloc_irq_vectors(pci, 1, 1, PCI_IRQ_MSI);
	if (ret < 0) {
		dev_err(&pci->dev, "no MSI to be had (is pci=nomsi set?): %d\n", ret);
		return ret;
	}
	irq = pci_irq_vector(pci, 0);
	ret = request_threaded_irq(irq, nv_isr, nv_isr_thread, 0, NV_MODULE_NAME, nvl);
	if (ret) {
		dev_err(&pci->dev, "can't request interrupt %d: %d\n", irq, ret);
		pci_free_irq_vectors(pci);
		return ret;
	}
	nvl->irq = irq;
	return 0;
}

void nv_sync_irq(struct nv_hw *hw)
{
	struct nv_linux_state *nvl = hw_to_nvl(hw);

	/* All of it: with threadirqs and on real-time kernels the first half is a thread, too. */
	if (nvl->irq)
		synchronize_irq(nvl->irq);
}

void nv_free_irq(struct nv_linux_state *nvl)
{
	free_irq(nvl->irq, nvl);
	pci_free_irq_vectors(nvl->pci);
	nvl->irq = 0;
}
