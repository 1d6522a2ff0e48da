// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls about engines, runlists and VA spaces. Rows are those of a real GA106
 * board's reply; layouts: open-gpu-kernel-modules 550.163.01, ctrl2080internal.h,
 * ctrl2080fifo.h, ctrl90f1.h.
 */

#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/minmax.h>

#include "gsp-rm.h"

#include "abi/ctrl/ctrl.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/nv-class.h"

#define GSP_CTRL_DMA_UNSET_PAGE_DIRECTORY	0x00801814

#define NR_CHANNELS		2048
#define CE_METHOD_BUFFER_SIZE	0x5000
#define INVALID			0xffffffff

#define DEVICE_INFO_MAX		256
#define FIFO_DEVICES_A_PAGE	32
#define VASPACE_LEVELS_MAX	6
#define APERTURE_VIDMEM		1

/**
 * struct engine - a row of both device tables
 * @name: in the reply
 * @desc: class id of the engine's object in RM, << 8 | instance
 * @type: RM engine type
 * @top_type: type in PTOP, or INVALID for one that is no hardware
 */
struct engine {
	char name[16];
	u32 desc;
	u32 type;
	u32 top_type, instance, reset, fault_id, rc_mask, mc;
	u32 pri_base;
	u32 runlist, runlist_pri_base, runlist_engine, chram_base, fifo_tag;
	u32 nr_pbdmas;
	u32 pbdma[2], pbdma_fault[2];
};

static const struct engine engines[] = {
	{ "GR0", 0xd334df00, 0x01, 0x00, 0, 12, 0x40, 0x33, 84, 0x400000,
	  0, 0xc00000, 0, 0xc20000, 0, 2, { 0, 1 }, { 0x20, 0x21 } },
	{ "SEC2", 0x28c40800, 0x31, 0x0d, 0, 1, 0x0e, 0x02, 47, 0x840000,
	  5, 0xc02000, 0, 0xc30000, 7, 1, { 2 }, { 0x26 } },
	{ "NVENC0", 0xe97b6c00, 0x25, 0x0e, 0, 18, 0x0b, 0x0b, 38, 0x1c8000,
	  6, 0xc01800, 0, 0xc2c000, 8, 1, { 3 }, { 0x27 } },
	{ "NVDEC0", 0x8f99e100, 0x1d, 0x10, 0, 15, 0x19, 0x0f, 65, 0x848000,
	  3, 0xc01000, 0, 0xc28000, 5, 1, { 4 }, { 0x24 } },
	{ "CE0", 0x793ceb00, 0x09, 0x13, 0, 2, 0x0f, 0x17, 15, 0x104000,
	  0, 0xc00000, 1, 0xc20000, 1, 1, { 0 }, { 0x20 } },
	{ "CE1", 0x793ceb01, 0x0a, 0x13, 1, 3, 0x10, 0x18, 16, 0x104080,
	  0, 0xc00000, 2, 0xc20000, 2, 1, { 1 }, { 0x21 } },
	{ "CE2", 0x793ceb02, 0x0b, 0x13, 2, 4, 0x11, 0x19, 17, 0x104100,
	  1, 0xc00400, 0, 0xc22000, 3, 1, { 5 }, { 0x22 } },
	{ "CE3", 0x793ceb03, 0x0c, 0x13, 3, 5, 0x12, 0x1a, 18, 0x104180,
	  2, 0xc00800, 0, 0xc24000, 4, 1, { 6 }, { 0x23 } },
	{ "CE4", 0x793ceb04, 0x0d, 0x13, 4, 6, 0x13, 0x1b, 19, 0x104200,
	  8, 0xc00c00, 0, 0xc26000, 10, 1, { 7 }, { 0x29 } },
	{ "OFA", 0xdd7bab00, 0x3e, 0x16, 0, 17, 0x0a, 0x3b, 81, 0x844000,
	  7, 0xc01c00, 0, 0xc2e000, 9, 1, { 8 }, { 0x28 } },
	{ "SOFTWARE", 0x95a6f500, INVALID, INVALID, INVALID, INVALID, INVALID, INVALID, INVALID, 0,
	  INVALID, INVALID, INVALID, INVALID, INVALID, 0, { 0 }, { 0 } },
};

#define NR_ENGINES	(ARRAY_SIZE(engines))

bool sg_engine_runlist(u32 type, u32 *runlist)
{
	unsigned int i;

	for (i = 0; i < NR_ENGINES; i++) {
		if (engines[i].top_type != INVALID && engines[i].type == type) {
			*runlist = engines[i].runlist;
			return true;
		}
	}
	return false;
}

struct device_info_table {
	u32 count;
	struct {
		u32 fault_id;
		u32 instance;
		u32 type;
		u32 reset;
		u32 pri_base;
		u32 is_engine;
		u32 runlist_engine;
		u32 runlist_pri_base;
		u32 group;
	} entry[DEVICE_INFO_MAX];
};
NV_ABI_SIZE(struct device_info_table, 9220);

static u32 get_device_info_table(const struct gsp_call *call)
{
	struct device_info_table *table = call->params;
	unsigned int i;

	memset(table, 0, sizeof(*table));
	for (i = 0; i < NR_ENGINES && engines[i].top_type != INVALID; i++) {
		table->entry[i].fault_id = engines[i].fault_id;
		table->entry[i].instance = engines[i].instance;
		table->entry[i].type = engines[i].top_type;
		table->entry[i].reset = engines[i].reset;
		table->entry[i].pri_base = engines[i].pri_base;
		table->entry[i].is_engine = true;
		table->entry[i].runlist_engine = engines[i].runlist_engine;
		table->entry[i].runlist_pri_base = engines[i].runlist_pri_base;
	}
	table->count = i;
	return NV_OK;
}

struct fifo_device {
	u32 data[16];
	u32 pbdma[2];
	u32 pbdma_fault[2];
	u32 nr_pbdmas;
	char name[16];
};
NV_ABI_SIZE(struct fifo_device, 100);

struct fifo_device_table {
	u32 base;
	u32 count;
	u8 more;
	u8 pad[3];
	struct fifo_device entry[FIFO_DEVICES_A_PAGE];
};
NV_ABI_SIZE(struct fifo_device_table, 3212);

static void fill_fifo_device(struct fifo_device *device, const struct engine *engine)
{
	const u32 data[16] = {
		engine->desc, engine->fifo_tag, engine->type, engine->runlist, engine->fault_id,
		engine->rc_mask, engine->reset, INVALID, engine->mc, engine->top_type,
		engine->instance, engine->runlist_pri_base, engine->top_type != INVALID,
		engine->runlist_engine, engine->chram_base,
	};

	memcpy(device->data, data, sizeof(data));
	memcpy(device->pbdma, engine->pbdma, sizeof(device->pbdma));
	memcpy(device->pbdma_fault, engine->pbdma_fault, sizeof(device->pbdma_fault));
	device->nr_pbdmas = engine->nr_pbdmas;
	memcpy(device->name, engine->name, sizeof(device->name));
}

static u32 get_fifo_device_table(const struct gsp_call *call)
{
	struct fifo_device_table *table = call->params;
	u32 i;

	if (table->base > NR_ENGINES)
		return NV_ERR_INVALID_ARGUMENT;
	memset(table->entry, 0, sizeof(table->entry));
	table->count = min((u32)NR_ENGINES - table->base, (u32)FIFO_DEVICES_A_PAGE);
	table->more = table->base + table->count < NR_ENGINES;
	for (i = 0; i < table->count; i++)
		fill_fifo_device(&table->entry[i], &engines[table->base + i]);
	return NV_OK;
}

static u32 get_num_channels(const struct gsp_call *call)
{
	struct {
		u32 runlist;
		u32 channels;
	} *args = call->params;
	unsigned int i;

	for (i = 0; i < NR_ENGINES; i++) {
		if (engines[i].top_type != INVALID && engines[i].runlist == args->runlist) {
			args->channels = NR_CHANNELS;
			return NV_OK;
		}
	}
	return NV_ERR_INVALID_ARGUMENT;
}

static u32 get_ce_method_buffer_size(const struct gsp_call *call)
{
	const u32 size = CE_METHOD_BUFFER_SIZE;

	memcpy(call->params, &size, sizeof(size));
	return NV_OK;
}

#define ENGINE_CE0		0x09
#define NR_CES			5
#define CES_MAX			64

/* Bits of two bytes: ctrl2080ce.h */
#define CE_CAPS_GRCE		BIT(0)
#define CE_CAPS_SHARED		BIT(1)
#define CE_CAPS_SYSMEM_READ	BIT(2)
#define CE_CAPS_SYSMEM_WRITE	BIT(3)
#define CE_CAPS_SYSMEM		BIT(5)
#define CE_CAPS_P2P		BIT(6)
#define CE_CAPS_ANY		(CE_CAPS_SYSMEM | CE_CAPS_P2P)

/*
 * CE0 and CE1 go with graphics, on physical engines that they share with CE2 and CE3. How
 * those are spread on a board is not known; this is chosen here.
 */
static const struct {
	u8 caps[2];
	u32 pces;
} copy_engines[NR_CES] = {
	{ { CE_CAPS_GRCE | CE_CAPS_SHARED | CE_CAPS_ANY }, BIT(0) },
	{ { CE_CAPS_GRCE | CE_CAPS_SHARED | CE_CAPS_ANY }, BIT(1) },
	{ { CE_CAPS_SHARED | CE_CAPS_SYSMEM_READ | CE_CAPS_ANY }, BIT(0) },
	{ { CE_CAPS_SHARED | CE_CAPS_SYSMEM_WRITE | CE_CAPS_ANY }, BIT(1) },
	{ { CE_CAPS_ANY }, BIT(2) },
};

static u32 get_ce_caps(const struct gsp_call *call)
{
	struct {
		u32 engine;
		u8 caps[2];
		u8 pad[2];
	} *args = call->params;

	if (args->engine - ENGINE_CE0 >= NR_CES)
		return NV_ERR_NOT_SUPPORTED;
	memcpy(args->caps, copy_engines[args->engine - ENGINE_CE0].caps, sizeof(args->caps));
	return NV_OK;
}

static u32 get_all_ce_caps(const struct gsp_call *call)
{
	struct {
		u8 caps[CES_MAX][2];
		u64 present;
	} *args = call->params;

	NV_ABI_SIZE(__typeof__(*args), 136);
	memset(args, 0, sizeof(*args));
	for (unsigned int i = 0; i < NR_CES; i++)
		memcpy(args->caps[i], copy_engines[i].caps, sizeof(args->caps[i]));
	args->present = BIT(NR_CES) - 1;
	return NV_OK;
}

static u32 get_ce_pce_mask(const struct gsp_call *call)
{
	struct {
		u32 engine;
		u32 mask;
	} *args = call->params;

	if (args->engine - ENGINE_CE0 >= NR_CES)
		return NV_ERR_NOT_SUPPORTED;
	args->mask = copy_engines[args->engine - ENGINE_CE0].pces;
	return NV_OK;
}

struct vaspace_pdes {
	u32 h_subdevice;
	u32 subdevice_id;
	u64 page_size;
	u64 virt_lo;
	u64 virt_hi;
	u32 nr_levels;
	u32 pad;
	struct {
		u64 phys;
		u64 size;
		u32 aperture;
		u8 page_shift;
		u8 pad[3];
	} level[VASPACE_LEVELS_MAX];
};
NV_ABI_SIZE(struct vaspace_pdes, 184);

static u32 check_pdes(struct softgpu_gsp_rm *rm, const struct vaspace_pdes *pdes)
{
	u32 i;

	if (!pdes->nr_levels || pdes->nr_levels > VASPACE_LEVELS_MAX ||
	    pdes->virt_lo > pdes->virt_hi)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < pdes->nr_levels; i++)
		if (pdes->level[i].aperture == APERTURE_VIDMEM &&
		    pdes->level[i].phys >= rm->gpu->vram_size)
			return NV_ERR_INVALID_ADDRESS;
	return NV_OK;
}

/* The server's own part of the driver's VA spaces is not used by the model. */
static u32 copy_reserved_pdes(const struct gsp_call *call)
{
	return check_pdes(call->rm, call->params);
}

/* Level 0 is the root page directory: a VA space has no other way to tell. */
static u32 copy_server_reserved_pdes(const struct gsp_call *call)
{
	const struct vaspace_pdes *pdes = call->params;
	u32 status = check_pdes(call->rm, pdes);

	if (status)
		return status;
	call->object->vas->page_dir = pdes->level[0].phys;
	call->object->vas->sysmem = pdes->level[0].aperture != APERTURE_VIDMEM;
	return NV_OK;
}

/* nvidia-uvm takes back what SET_PAGE_DIRECTORY gave. */
static u32 unset_page_directory(const struct gsp_call *call)
{
	const struct {
		u32 h_vaspace;
		u32 subdevice_id;
	} *args = call->params;
	const struct gsp_object *client = call->object->parent;

	return sg_page_dir_set(call->rm, client->handle, call->object->handle, args->h_vaspace, 0,
			       false);
}

const struct gsp_control sg_controls_engine[] = {
	{ NV2080_CTRL_CMD_INTERNAL_GET_DEVICE_INFO_TABLE, 9220, get_device_info_table },
	{ NV2080_CTRL_CMD_FIFO_GET_DEVICE_INFO_TABLE, 3212, get_fifo_device_table },
	{ NV2080_CTRL_CMD_INTERNAL_FIFO_GET_NUM_CHANNELS, 8, get_num_channels },
	{ NV2080_CTRL_CMD_CE_GET_FAULT_METHOD_BUFFER_SIZE, 4, get_ce_method_buffer_size },
	{ NV2080_CTRL_CMD_CE_GET_PHYSICAL_CAPS, 8, get_ce_caps },
	{ NV2080_CTRL_CMD_CE_GET_ALL_PHYSICAL_CAPS, 136, get_all_ce_caps },
	{ NV2080_CTRL_CMD_CE_GET_CE_PCE_MASK, 8, get_ce_pce_mask },
	{ NV2080_CTRL_CMD_CE_UPDATE_PCE_LCE_MAPPINGS, 152, sg_control_accept },
	{ NV2080_CTRL_CMD_CE_UPDATE_CLASS_DB, 4, sg_control_zero },
	{ NV2080_CTRL_CMD_INTERNAL_GMMU_COPY_RESERVED_SPLIT_GVASPACE_PDES_TO_SERVER, 184,
	  copy_reserved_pdes },
	{ GSP_CTRL_DMA_UNSET_PAGE_DIRECTORY, 8, unset_page_directory },
	{ NV90F1_CTRL_CMD_VASPACE_COPY_SERVER_RESERVED_PDES, 184, copy_server_reserved_pdes },
	{ }
};
