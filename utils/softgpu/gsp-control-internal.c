// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls with which a driver's own start and end ask for what only GSP-RM knows.
 * Layouts: open-gpu-kernel-modules 550.163.01, ctrl2080internal.h, ctrl2080bus.h.
 */

#include <string.h>

#include <linux/kernel.h>

#include "gsp-rm.h"
#include "chip.h"

#include "abi/ctrl/ctrl.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/gsp-intr-table.h"
#include "regs/nv-intr.h"

#define NONE			GSP_INTR_NO_VECTOR
#define SUBTREE_NONE		0xff
#define BAR_64BIT		0x4

struct chip_info {
	u8 chip_sub_rev;
	u32 emulation_rev1;
	u8 is_cmp_sku;
	u32 pci_device_id;
	u32 pci_sub_device_id;
	u32 pci_revision_id;
	u32 reg_base[16];		/* 1 GR, 2 timer, 3 master, 4 usermode */
};
NV_ABI_SIZE(struct chip_info, 88);

static u32 get_chip_info(const struct gsp_call *call)
{
	const struct softgpu_chip *chip = sg_chip(call->rm->gpu);
	struct chip_info *info = call->params;

	memset(info, 0, sizeof(*info));
	info->pci_device_id = (u32)chip->device << 16 | chip->vendor;
	info->pci_sub_device_id = (u32)chip->subdevice << 16 | chip->subvendor;
	info->pci_revision_id = chip->revision;
	memset(info->reg_base, 0xff, sizeof(info->reg_base));
	info->reg_base[2] = 0x9000;
	info->reg_base[3] = 0;
	info->reg_base[4] = NV_VREG(0x30000);
	return NV_OK;
}

struct pci_bar_info {
	u32 count;
	u32 pad;
	struct {
		u32 flags;
		u32 size_mb;
		u64 size;
		u64 offset;
	} bar[8];
};
NV_ABI_SIZE(struct pci_bar_info, 200);

u64 sg_bar_addr(struct softgpu *gpu, enum softgpu_bar bar)
{
	static const u32 config[SOFTGPU_NR_BARS] = {
		[SOFTGPU_BAR0] = 0x10, [SOFTGPU_BAR1] = 0x14, [SOFTGPU_BAR3] = 0x1c,
	};
	u32 low = sg_pci_read(gpu, config[bar], 4);
	u64 high = low & BAR_64BIT ? sg_pci_read(gpu, config[bar] + 4, 4) : 0;

	return high << 32 | (low & ~0xfu);
}

static u32 get_pci_bar_info(const struct gsp_call *call)
{
	struct softgpu *gpu = call->rm->gpu;
	struct pci_bar_info *info = call->params;
	unsigned int i;

	memset(info, 0, sizeof(*info));
	info->count = SOFTGPU_NR_BARS;
	for (i = 0; i < SOFTGPU_NR_BARS; i++) {
		info->bar[i].size = softgpu_bar_size(gpu, i);
		info->bar[i].size_mb = info->bar[i].size >> 20;
		info->bar[i].offset = sg_bar_addr(gpu, i);
	}
	return NV_OK;
}

/* Ampere's vectors; the display has none because it is fused off. */
static const struct gsp_intr_entry ampere_vectors[] = {
	{ GSP_INTR_ENGINE_IDX_GSP, 0, 0, 155, NONE },
	{ 1, 0, 0, 148, NONE },		/* PTIMER */
	{ 73, 0, 0, NV_CPU_DOORBELL_VECTOR, NONE },
	{ 59, 0, 0, 64, NONE },		/* replayable faults */
	{ 62, 0, 0, 131, NONE },	/* and their errors */
	{ 61, 0, 0, 132, NONE },	/* non-replayable */
	{ 63, 0, 0, 133, NONE },
	{ 60, 0, 0, 72, NONE },		/* access counters */
	{ 84, 0, 0, NONE, 0 },		/* GR0 */
	{ 38, 0, 0, NONE, 1 },		/* NVENC0 */
	{ 47, 0, 0, NONE, 2 },		/* SEC2 */
	{ 65, 0, 0, NONE, 3 },		/* NVDEC0 */
	{ 17, 0, 0, NONE, 7 },		/* CE2 */
	{ 18, 0, 0, NONE, 8 },		/* CE3 */
	{ 81, 0, 0, NONE, 9 },		/* OFA */
	{ 19, 0, 0, NONE, 10 },		/* CE4 */
};

static u32 get_intr_table(const struct gsp_call *call)
{
	/* default, engines, their notification, runlist, its notification, UVM's, shared with it */
	static const u8 subtree[] = {
		SUBTREE_NONE, 3, 0, SUBTREE_NONE, SUBTREE_NONE, 1, 2,
	};
	struct gsp_intr_kernel_table *table = call->params;
	unsigned int i;

	memset(table, 0, sizeof(*table));
	table->count = ARRAY_SIZE(ampere_vectors);
	memcpy(table->entry, ampere_vectors, sizeof(ampere_vectors));
	for (i = 0; i < sizeof(subtree); i++) {
		table->subtree[i].start = subtree[i];
		table->subtree[i].end = subtree[i];
	}
	return NV_OK;
}

static u32 get_bif_info(const struct gsp_call *call)
{
	u8 *info = call->params;

	memset(info, 0, 16);
	info[0] = true;			/* PCIe 4 capable */
	return NV_OK;
}

struct memsys_config {
	u8 one_to_one_comptagline;
	u8 one_to_four_comptagline;
	u8 raw_mode_comptagline;
	u8 disable_compbit_backing;
	u8 disable_post_l2_compression;
	u8 ecc_fbpa;
	u8 l2_prefill;
	u8 pad0;
	u64 l2_cache_size;
	u8 fbpa_present;
	u8 pad1[3];
	u32 compr_page_size;
	u32 compr_page_shift;
	u32 ram_type;
	u32 ltc_count;
	u32 lts_per_ltc;
};
NV_ABI_SIZE(struct memsys_config, 40);

static u32 get_memsys_config(const struct gsp_call *call)
{
	*(struct memsys_config *)call->params = (struct memsys_config) {
		.disable_compbit_backing = true,
		.l2_cache_size = 3 << 20,
		.fbpa_present = true,
		.compr_page_size = 0x10000,
		.compr_page_shift = 16,
		.ram_type = 0x11,
		.ltc_count = 6,
		.lts_per_ltc = 4,
	};
	return NV_OK;
}

/* Sizes of fault buffers and of what precedes the driver's copies of them. */
static u32 get_gmmu_info(const struct gsp_call *call)
{
	static const u32 size[] = { 0x31000, 0, 0x120000, 0xc20 };

	memcpy(call->params, size, sizeof(size));
	return NV_OK;
}

static u32 init_user_shared_data(const struct gsp_call *call)
{
	u64 addr;
	u8 probe;

	memcpy(&addr, call->params, sizeof(addr));
	if (addr && !sg_dma_read(call->rm->gpu, addr, &probe, sizeof(probe)))
		return NV_ERR_INVALID_ADDRESS;
	call->rm->user_shared_data = addr;
	return NV_OK;
}

const struct gsp_control sg_controls_internal[] = {
	{ NV2080_CTRL_CMD_INTERNAL_GPU_GET_CHIP_INFO, 88, get_chip_info },
	{ NV2080_CTRL_CMD_BUS_GET_PCI_BAR_INFO, 200, get_pci_bar_info },
	{ GSP_CTRL_INTR_GET_KERNEL_TABLE, 2068, get_intr_table },
	{ NV2080_CTRL_CMD_INTERNAL_BIF_GET_STATIC_INFO, 16, get_bif_info },
	{ NV2080_CTRL_CMD_INTERNAL_MEMSYS_GET_STATIC_CONFIG, 40, get_memsys_config },
	{ NV2080_CTRL_CMD_INTERNAL_GMMU_GET_STATIC_INFO, 16, get_gmmu_info },
	{ NV2080_CTRL_CMD_INTERNAL_INIT_USER_SHARED_DATA, 8, init_user_shared_data },
	/* 0 is "unsupported": no MIG on this chip. */
	{ NV2080_CTRL_CMD_INTERNAL_GPU_GET_SMC_MODE, 4, sg_control_zero },

	/*
	 * There is none of it: a map of registers for users, falcons to drive, boost,
	 * NVSwitch, NVLink, ports of an I2C bus.
	 */
	{ NV2080_CTRL_CMD_INTERNAL_GPU_GET_USER_REGISTER_ACCESS_MAP, 8204, sg_control_zero },
	{ NV2080_CTRL_CMD_GPU_GET_CONSTRUCTED_FALCON_INFO, 1284, sg_control_zero },
	{ NV2080_CTRL_CMD_INTERNAL_PERF_GPU_BOOST_SYNC_GET_INFO, 16, sg_control_zero },
	{ NV2080_CTRL_CMD_INTERNAL_CONF_COMPUTE_GET_STATIC_INFO, 2, sg_control_zero },
	{ NV2080_CTRL_CMD_PMGR_GET_MODULE_INFO, 8, sg_control_zero },
	{ NV2080_CTRL_CMD_GPU_GET_VMMU_SEGMENT_SIZE, 8, sg_control_refuse },
	{ NV2080_CTRL_CMD_NVLINK_GET_NVLINK_DEVICE_INFO, 532, sg_control_refuse },
	{ NV402C_CTRL_CMD_I2C_GET_PORT_INFO, 16, sg_control_refuse },

	/* The model has no L2 cache and keeps memory in order. */
	{ NV2080_CTRL_CMD_INTERNAL_MEMSYS_L2_INVALIDATE_EVICT, 4, sg_control_accept },
	{ NV2080_CTRL_CMD_INTERNAL_BUS_FLUSH_WITH_SYSMEMBAR, 0, sg_control_accept },
	{ NV2080_CTRL_CMD_EVENT_SET_NOTIFICATION, 20, sg_control_accept },
	{ }
};
