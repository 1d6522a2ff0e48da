// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls about the graphics engine, asked once and kept by the driver. Each reply
 * has a part for every of eight possible engines, of which this chip has the first.
 * Layouts: open-gpu-kernel-modules 550.163.01, ctrl2080internal.h; values: GA106 with
 * 3 GPCs of 5 TPCs.
 */

#include <string.h>

#include <linux/kernel.h>

#include "channel.h"
#include "gsp-rm.h"

#include "abi/ctrl/ctrl.h"
#include "abi/ctrl/ctrl-internal.h"

#define GR_MAX			8
#define GPC_MAX			12
#define NR_GPCS			3
#define TPCS_PER_GPC		5
#define SMS_PER_TPC		2
#define PES_PER_GPC		3
#define NR_TPCS			(NR_GPCS * TPCS_PER_GPC)
#define NR_SMS			(NR_TPCS * SMS_PER_TPC)
#define SM_VERSION		0x806
#define FECS_RECORD_SIZE	128

static u32 get_caps(const struct gsp_call *call)
{
	struct gsp_static_config_info info;

	sg_fill_static_info(call->rm, &info);
	memset(call->params, 0, GR_MAX * sizeof(info.gr_caps_bits));
	memcpy(call->params, info.gr_caps_bits, sizeof(info.gr_caps_bits));
	return NV_OK;
}

#define GR_INFO_COUNT		56

static const u32 gr_info[GR_INFO_COUNT] = {
	[0x00] = 1,			/* MAXCLIPS */
	[0x03] = 0x200,			/* BUFFER_ALIGNMENT */
	[0x05] = 0x10,			/* VERTEX_CACHE_SIZE */
	[0x07] = NR_GPCS,
	[0x08] = NR_SMS,		/* THREAD_STACK_SCALING_FACTOR */
	[0x09] = NR_TPCS,
	[0x0c] = SM_VERSION,
	[0x0d] = 48,			/* MAX_WARPS_PER_SM */
	[0x0e] = 32,			/* MAX_THREADS_PER_WARP */
	[0x0f] = 0xa0, [0x10] = 0xa0,	/* geometry shader buffers */
	[0x11] = 0x20, [0x12] = 0x20,	/* granularity of memory requests */
	[0x14] = 7, [0x15] = 6,		/* LITTER_NUM_GPCS, FBPS: most in the family */
	[0x16] = 4, [0x17] = 6,		/* ZCULL banks, TPCs per GPC */
	[0x18] = 1, [0x19] = 8,
	[0x1b] = 6, [0x1c] = 3,		/* FBPAs, PES per GPC */
	[0x1d] = NR_SMS * 128,		/* GPU_CORE_COUNT */
	[0x1e] = 2, [0x1f] = 8,
	[0x20] = SMS_PER_TPC, [0x21] = 2,
	[0x22] = NR_SMS, [0x23] = NR_SMS * 4,	/* RT and tensor cores */
	[0x24] = 1, [0x25] = 12, [0x26] = 8,
	[0x27] = 1, [0x28] = 2, [0x29] = 2,
	[0x2a] = 8, [0x2b] = 1,
	[0x2c] = 64, [0x2d] = 2, [0x2e] = 64,	/* subcontexts: most, legacy, per engine */
	[0x32] = 4,			/* slices per LTC */
	[0x34] = 0xf,			/* GFX_CAPABILITIES */
	[0x35] = 1, [0x36] = 7, [0x37] = 9,
};

static u32 get_info(const struct gsp_call *call)
{
	struct {
		u32 index;
		u32 data;
	} *list = call->params;
	unsigned int i;

	memset(list, 0, GR_MAX * GR_INFO_COUNT * sizeof(*list));
	for (i = 0; i < GR_INFO_COUNT; i++) {
		list[i].index = i;
		list[i].data = gr_info[i];
	}
	return NV_OK;
}

struct floorsweeping {
	u32 gpc_mask;
	u32 tpc_mask[GPC_MAX];
	u32 tpc_count[GPC_MAX];
	u32 phys_gpc_mask;
	u32 mmu_per_gpc[GPC_MAX];
	u32 tpc_to_pes[10];
	u32 num_pes[GPC_MAX];
	u32 zcull_mask[GPC_MAX];
	u32 phys_gfx_gpc_mask;
	u32 num_gfx_tpc;
};
NV_ABI_SIZE(struct floorsweeping, 296);

static u32 get_floorsweeping(const struct gsp_call *call)
{
	struct floorsweeping *masks = call->params;
	unsigned int i;

	memset(masks, 0, GR_MAX * sizeof(*masks));
	masks->gpc_mask = (1 << NR_GPCS) - 1;
	masks->phys_gpc_mask = masks->gpc_mask;
	masks->phys_gfx_gpc_mask = masks->gpc_mask;
	masks->num_gfx_tpc = NR_TPCS;
	for (i = 0; i < NR_GPCS; i++) {
		masks->tpc_mask[i] = (1 << TPCS_PER_GPC) - 1;
		masks->tpc_count[i] = TPCS_PER_GPC;
		masks->mmu_per_gpc[i] = 1;
		masks->num_pes[i] = PES_PER_GPC;
		masks->zcull_mask[i] = 0xf;
	}
	for (i = 0; i < TPCS_PER_GPC; i++)
		masks->tpc_to_pes[i] = i / 2;
	return NV_OK;
}

struct sm_order {
	struct {
		u16 gpc;
		u16 local_tpc;
		u16 local_sm;
		u16 global_tpc;
		u16 virtual_gpc;
		u16 migratable_tpc;
	} sm[240];
	u16 num_sm;
	u16 num_tpc;
};
NV_ABI_SIZE(struct sm_order, 2884);

/* SMs are numbered round the GPCs, one TPC of each at a time. */
static u32 get_sm_order(const struct gsp_call *call)
{
	struct sm_order *order = call->params;
	unsigned int i, tpc;

	memset(order, 0, GR_MAX * sizeof(*order));
	for (i = 0; i < NR_SMS; i++) {
		tpc = i % NR_TPCS;
		order->sm[i].gpc = tpc % NR_GPCS;
		order->sm[i].local_tpc = tpc / NR_GPCS;
		order->sm[i].local_sm = i / NR_TPCS;
		order->sm[i].global_tpc = tpc;
		order->sm[i].virtual_gpc = tpc % NR_GPCS;
	}
	order->num_sm = NR_SMS;
	order->num_tpc = NR_TPCS;
	return NV_OK;
}

/* A byte for each engine: the main buffer of a context has a page for each subcontext. */
static u32 get_pdb_properties(const struct gsp_call *call)
{
	memset(call->params, 0, GR_MAX);
	gsp_put8(call, 0, true);
	return NV_OK;
}

static u32 get_fecs_record_size(const struct gsp_call *call)
{
	const u32 size[GR_MAX] = { FECS_RECORD_SIZE };

	memcpy(call->params, size, sizeof(size));
	return NV_OK;
}

/* No board has shown these; they are chosen to fit the numbers of GPCs and TPCs. */
static u32 get_zcull_info(const struct gsp_call *call)
{
	const struct {
		u32 width_align, height_align;
		u32 squares_by_aliquots, aliquots;
		u32 region_multiplier, region_header, subregion_header;
		u32 subregions, subregion_width_align, subregion_height_align;
	} info = {
		16 * NR_TPCS, 32, 16 * 16 * NR_TPCS, 0xa00 * NR_GPCS,
		32 * NR_GPCS, 32 * NR_GPCS, 4 * NR_GPCS, 16, 16 * NR_TPCS, 64,
	};

	NV_ABI_SIZE(info, 40);
	memset(call->params, 0, call->size);
	memcpy(call->params, &info, sizeof(info));
	return NV_OK;
}

/* Units, operations of each in a clock, and all of them. */
static u32 get_rop_info(const struct gsp_call *call)
{
	const u32 info[GR_MAX][3] = { { 6, 8, 48 } };

	memcpy(call->params, info, sizeof(info));
	return NV_OK;
}

static u32 get_ppc_masks(const struct gsp_call *call)
{
	u32 (*mask)[GPC_MAX] = call->params;
	unsigned int i;

	memset(mask, 0, GR_MAX * sizeof(*mask));
	for (i = 0; i < NR_GPCS; i++)
		mask[0][i] = (1 << PES_PER_GPC) - 1;
	return NV_OK;
}

/* All at full speed but what GeForce parts have halved: FMLA32, tensors that sum in FP32. */
static u32 get_sm_issue_rate(const struct gsp_call *call)
{
	const u8 modifier[GR_MAX][9] = { { [3] = 1 } };

	memcpy(call->params, modifier, sizeof(modifier));
	return NV_OK;
}

struct fecs_trace_defines {
	u32 record_size;
	u32 timestamp_tag_mask;
	u8 timestamp_tag_shift;
	u8 pad0[7];
	u64 timestamp_mask;
	u8 timestamp_zero_bits;
	u8 pad1[7];
};
NV_ABI_SIZE(struct fecs_trace_defines, 32);

static u32 get_fecs_trace_defines(const struct gsp_call *call)
{
	const struct fecs_trace_defines defines[GR_MAX] = { {
		.record_size = FECS_RECORD_SIZE,
		.timestamp_tag_mask = 0xff,
		.timestamp_tag_shift = 24,
		.timestamp_mask = ~0ull >> 8,
		.timestamp_zero_bits = 5,
	} };

	memcpy(call->params, defines, sizeof(defines));
	return NV_OK;
}

/* 16 bytes say which engine; the model switches no contexts that could be logged. */
#define TRACE_ENABLE		16

static u32 get_fecs_trace_enable(const struct gsp_call *call)
{
	u8 *params = call->params;

	params[TRACE_ENABLE] = false;
	return NV_OK;
}

static u32 set_fecs_trace_enable(const struct gsp_call *call)
{
	const u8 *params = call->params;

	return params[TRACE_ENABLE] ? NV_ERR_NOT_SUPPORTED : NV_OK;
}

#define SMS_MAX		100

/** struct sm_errors - NV83DE_CTRL_DEBUG_READ_ALL_SM_ERROR_STATES_PARAMS (ctrl83dedebug.h) */
struct sm_errors {
	u32 h_channel, nr_sms;
	u64 sm[SMS_MAX][6];
	u32 old_fault_info;
	u8 fault_valid, pad[3];
	u32 fault_info;
	u32 first_sm;
};
NV_ABI_SIZE(struct sm_errors, 4824);

/* Programs raise no exceptions in the model. Which channel met an MMU fault is known, no more. */
static u32 read_sm_errors(const struct gsp_call *call)
{
	const struct gsp_object *object, *root = call->object;
	struct sm_errors *args = call->params;

	while (root->parent)
		root = root->parent;
	object = sg_object_find(call->rm, root->handle, args->h_channel);
	if (!object || !object->channel)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	memset(args->sm, 0, sizeof(args->sm));
	args->fault_valid = object->channel->xid == SG_XID_MMU_FAULT;
	args->fault_info = 0;
	return NV_OK;
}

const struct gsp_control sg_controls_gr[] = {
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_CAPS, 184, get_caps },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_INFO, 3584, get_info },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_FLOORSWEEPING_MASKS, 2368, get_floorsweeping },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_GLOBAL_SM_ORDER, 23072, get_sm_order },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_FECS_RECORD_SIZE, 32, get_fecs_record_size },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_PDB_PROPERTIES, 8, get_pdb_properties },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_ZCULL_INFO, 320, get_zcull_info },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_ROP_INFO, 96, get_rop_info },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_PPC_MASKS, 384, get_ppc_masks },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_SM_ISSUE_RATE_MODIFIER, 72, get_sm_issue_rate },
	{ NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_FECS_TRACE_DEFINES, 256, get_fecs_trace_defines },
	{ NV2080_CTRL_CMD_INTERNAL_GR_GET_FECS_TRACE_HW_ENABLE, 24, get_fecs_trace_enable },
	{ NV2080_CTRL_CMD_INTERNAL_GR_SET_FECS_TRACE_HW_ENABLE, 24, set_fecs_trace_enable },
	/* One context at a time: the chip cannot be partitioned. */
	{ NV2080_CTRL_CMD_INTERNAL_GPU_GET_SMC_MODE, 4, sg_control_zero },
	/* Programs that are not executed raise no exceptions. */
	{ NV83DE_CTRL_CMD_DEBUG_SET_EXCEPTION_MASK, 4, sg_control_accept },
	{ NV83DE_CTRL_CMD_DEBUG_READ_ALL_SM_ERROR_STATES, sizeof(struct sm_errors),
	  read_sm_errors },
	{ NV2080_CTRL_CMD_GR_SET_CTXSW_PREEMPTION_MODE, 32, sg_control_accept },
	{ }
};
