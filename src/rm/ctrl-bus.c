// SPDX-License-Identifier: MIT OR GPL-2.0
/* Controls about the GPU as a PCI Express device. */
#include <linux/bitfield.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "regs/nv-xve.h"
#include "rm/ctrl.h"

/* In the PCI Express capability */
#define RM_PCIE_LINK_CAPABILITIES	0x0c
#define RM_PCIE_LINK_CONTROL_STATUS	0x10
/* What the page tables of these chips translate, as the release gives it */
#define RM_GART_SIZE_MIB		(1ull << (49 - 20))

static u32 rm_pcfg_rd32(struct nv_gpu *gpu, u32 reg)
{
	return nv_rd32(gpu->hw, NV_PCFG_BASE + reg);
}

/* A port that cannot be read has no capabilities, which is no error. */
static u32 rm_root_port_rd32(struct nv_gpu *gpu, unsigned int reg)
{
	u32 val;

	return gpu->hw->ops->root_port_rd32(gpu->hw, reg, &val) ? 0 : val;
}

/*
 * No GPU of these chips sits behind a switch on its own board: the board's and the
 * upstream link are the GPU's, the downstream one is the root port's.
 */
static u32 rm_link_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	switch (index) {
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_CAPS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_UPSTREAM_LINK_CAPS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_BOARD_LINK_CAPS:
		*data = rm_pcfg_rd32(gpu, NV_XVE_LINK_CAPABILITIES);
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_CTRL_STATUS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_UPSTREAM_LINK_CTRL_STATUS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_BOARD_LINK_CTRL_STATUS:
		*data = rm_pcfg_rd32(gpu, NV_XVE_LINK_CONTROL_STATUS);
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_ROOT_LINK_CAPS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_DOWNSTREAM_LINK_CAPS:
		*data = rm_root_port_rd32(gpu, RM_PCIE_LINK_CAPABILITIES);
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_ROOT_LINK_CTRL_STATUS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_DOWNSTREAM_LINK_CTRL_STATUS:
		*data = rm_root_port_rd32(gpu, RM_PCIE_LINK_CONTROL_STATUS);
		return NV_OK;
	/* Error bits are the operating system's to read and clear (AER), as is the interrupt. */
	case NV2080_CTRL_BUS_INFO_INDEX_INTLINE:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_ERRORS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_ROOT_LINK_ERRORS:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_GPU_LINK_AER:
		return NV_ERR_NOT_SUPPORTED;
	default:
		return RM_INFO_ASK_GSP;
	}
}

static u32 rm_bus_info(struct nv_gpu *gpu, u32 index, u32 *data)
{
	const struct nv_hw *hw = gpu->hw;

	*data = 0;
	switch (index) {
	case NV2080_CTRL_BUS_INFO_INDEX_TYPE:
	case NV2080_CTRL_BUS_INFO_INDEX_INTERFACE_TYPE:
	case NV2080_CTRL_BUS_INFO_INDEX_GPU_INTERFACE_TYPE:
		*data = NV2080_CTRL_BUS_INFO_TYPE_PCI_EXPRESS;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_COHERENT_DMA_FLAGS:
	case NV2080_CTRL_BUS_INFO_INDEX_NONCOHERENT_DMA_FLAGS:
		*data = NV2080_CTRL_BUS_INFO_DMA_FLAGS_CTXDMA |
			NV2080_CTRL_BUS_INFO_DMA_FLAGS_GPUGART;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_GPU_GART_SIZE:
		*data = RM_GART_SIZE_MIB;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_GPU_GART_FLAGS:
		*data = NV2080_CTRL_BUS_INFO_GPU_GART_FLAGS_UNIFIED;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_BUS_NUMBER:
		*data = hw->bus;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_DEVICE_NUMBER:
		*data = hw->slot;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_DOMAIN_NUMBER:
		*data = hw->domain;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_MSI_INFO:
		*data = FIELD_GET(NV_XVE_MSI_CTRL_ENABLE, rm_pcfg_rd32(gpu, NV_XVE_MSI_CTRL));
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_SYSMEM_CONNECTION_TYPE:
		*data = NV2080_CTRL_BUS_INFO_SYSMEM_CONNECTION_TYPE_PCIE;
		return NV_OK;
	case NV2080_CTRL_BUS_INFO_INDEX_CAPS:
	case NV2080_CTRL_BUS_INFO_INDEX_GPU_GART_SIZE_HI:
		return NV_OK;
	default:
		return rm_link_info(gpu, index, data);
	}
}

static u32 rm_bus_gsp_index(u32 index)
{
	switch (index) {
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_UPSTREAM_GEN_INFO:
	case NV2080_CTRL_BUS_INFO_INDEX_PCIE_BOARD_GEN_INFO:
		return NV2080_CTRL_BUS_INFO_INDEX_PCIE_GEN_INFO;
	default:
		return index;
	}
}

/* GSP is asked as the driver, not as the user. */
static u32 rm_ask_bus_info(struct rm_call *call)
{
	return nv_gsp_internal_control(call->gpu->gsp, call->cmd, call->params, call->size);
}

u32 rm_get_bus_info(struct rm_call *call)
{
	static const struct rm_info_kind kind = {
		.known = rm_bus_info, .ask = rm_ask_bus_info, .gsp_index = rm_bus_gsp_index,
	};

	return rm_get_info(call, &kind);
}

u32 rm_get_bus_pci_info(struct rm_call *call)
{
	struct nv2080_ctrl_bus_get_pci_info_params *p = call->params;
	const struct nv_hw *hw = call->gpu->hw;

	p->pci_device_id = (u32)hw->device << 16 | hw->vendor;
	p->pci_sub_system_id = (u32)hw->subdevice << 16 | hw->subvendor;
	p->pci_revision_id = hw->revision;
	p->pci_ext_device_id = hw->device;
	return NV_OK;
}

u32 rm_get_bus_pci_bar_info(struct rm_call *call)
{
	struct nv2080_ctrl_bus_get_pci_bar_info_params *p = call->params;
	const struct nv_hw *hw = call->gpu->hw;
	unsigned int i;

	memset(p, 0, sizeof(*p));
	p->pci_bar_count = ARRAY_SIZE(hw->bar);
	for (i = 0; i < ARRAY_SIZE(hw->bar); i++) {
		p->pci_bar_info[i].bar_size = hw->bar[i].size >> 20;
		p->pci_bar_info[i].bar_size_bytes = hw->bar[i].size;
		p->pci_bar_info[i].bar_offset = hw->bar[i].addr;
	}
	return NV_OK;
}
