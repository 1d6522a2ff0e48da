// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The interrupt tree. Only what has a handler is let through: GSP's messages, the
 * vector that proves at start that interrupts arrive, and those by which an engine says that
 * a channel asked it to (non-stall interrupts): they are passed on to who waits for them.
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/gsp-intr-table.h"
#include "abi/nv-class.h"
#include "gsp/gsp.h"
#include "intr/intr.h"
#include "nv-gpu.h"
#include "regs/nv-intr.h"
#include "regs/nv-xve.h"

#define INTR_TEST_TIMEOUT_NS	4000000000ull
#define INTR_TEST_SLICE_US	10000
#define INTR_TOP_MASK		GENMASK(NV_CPU_INTR_LEAF_COUNT / 2 - 1, 0)
#define INTR_VECTORS		(32 * NV_CPU_INTR_LEAF_COUNT)

void nv_intr_init(struct nv_gpu *gpu)
{
	mutex_init(&gpu->intr.lock);
}

void nv_intr_fini(struct nv_gpu *gpu)
{
	mutex_destroy(&gpu->intr.lock);
}

void nv_intr_set_notify(struct nv_gpu *gpu,
			void (*fn)(void *ctx, struct nv_gpu *gpu, u32 index), void *ctx)
{
	mutex_lock(&gpu->intr.lock);
	gpu->intr.notify = fn;
	gpu->intr.notify_ctx = ctx;
	mutex_unlock(&gpu->intr.lock);
}

static void intr_vector_enable(struct nv_gpu *gpu, u32 vector)
{
	gpu->intr.leaf_enabled[NV_CPU_INTR_VECTOR_LEAF(vector)] |= NV_CPU_INTR_VECTOR_BIT(vector);
	nv_wr32(gpu->hw, NV_CPU_INTR_LEAF_EN_SET(NV_CPU_INTR_VECTOR_LEAF(vector)),
		NV_CPU_INTR_VECTOR_BIT(vector));
	nv_wr32(gpu->hw, NV_CPU_INTR_TOP_EN_SET, BIT(NV_CPU_INTR_VECTOR_SUBTREE(vector)));
}

static void intr_disable_all(struct nv_gpu *gpu)
{
	int i;

	nv_wr32(gpu->hw, NV_CPU_INTR_TOP_EN_CLEAR, INTR_TOP_MASK);
	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++) {
		nv_wr32(gpu->hw, NV_CPU_INTR_LEAF_EN_CLEAR(i), ~0u);
		gpu->intr.leaf_enabled[i] = 0;
	}
}

/* Without this write the chip sends no further MSI. */
static void intr_rearm(struct nv_gpu *gpu)
{
	nv_wr32(gpu->hw, NV_PCFG_BASE + NV_XVE_CYA_2, 0);
}

static int intr_find_gsp_vector(struct nv_gpu *gpu, const struct gsp_intr_kernel_table *table)
{
	u32 i, vector;

	if (table->count > GSP_INTR_TABLE_MAX) {
		nv_err(gpu->hw, "GSP's interrupt table claims %u entries", table->count);
		return -EIO;
	}
	for (i = 0; i < table->count; i++) {
		if (table->entry[i].engine_idx != GSP_INTR_ENGINE_IDX_GSP)
			continue;
		vector = table->entry[i].vector_stall;
		if (vector >= INTR_VECTORS || vector == NV_CPU_DOORBELL_VECTOR) {
			nv_err(gpu->hw, "GSP's interrupt table names vector %u for GSP", vector);
			return -EIO;
		}
		gpu->intr.gsp_vector = vector;
		return 0;
	}
	nv_err(gpu->hw, "GSP's interrupt table has no vector for GSP");
	return -EIO;
}

/* What events call the engines. Source: 550.163.01, engine_idx.h, cl2080_notification.h. */
static const struct {
	u16 engine_idx, count, index;
} intr_notifiers[] = {
	{ GSP_INTR_ENGINE_IDX_CE0, 10, NV2080_NOTIFIERS_CE0 },
	{ GSP_INTR_ENGINE_IDX_NVENC0, 3, NV2080_NOTIFIERS_NVENC0 },
	{ GSP_INTR_ENGINE_IDX_SEC2, 1, NV2080_NOTIFIERS_SEC2 },
	{ GSP_INTR_ENGINE_IDX_NVJPEG0, 8, NV2080_NOTIFIERS_NVJPEG0 },
	{ GSP_INTR_ENGINE_IDX_NVDEC0, 8, NV2080_NOTIFIERS_NVDEC0 },
	{ GSP_INTR_ENGINE_IDX_OFA0, 1, NV2080_NOTIFIERS_OFA0 },
	{ GSP_INTR_ENGINE_IDX_GR0, 1, NV2080_NOTIFIERS_GR0 },
};

bool nv_intr_knows_notifier(u32 index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(intr_notifiers); i++)
		if (index >= intr_notifiers[i].index &&
		    index - intr_notifiers[i].index < intr_notifiers[i].count)
			return true;
	return false;
}

/* Return: 0 if no event is called after it */
static u32 intr_notifier(u32 engine_idx)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(intr_notifiers); i++)
		if (engine_idx >= intr_notifiers[i].engine_idx &&
		    engine_idx - intr_notifiers[i].engine_idx < intr_notifiers[i].count)
			return intr_notifiers[i].index + engine_idx - intr_notifiers[i].engine_idx;
	return 0;
}

/* A table that lies here costs wake-ups only: what is enabled is handled. */
static void intr_find_nonstall(struct nv_gpu *gpu, const struct gsp_intr_kernel_table *table)
{
	struct nv_intr *intr = &gpu->intr;
	u32 i, vector, index;

	intr->num_nonstall = 0;
	memset(intr->nonstall_leaf, 0, sizeof(intr->nonstall_leaf));
	for (i = 0; i < table->count && intr->num_nonstall < NV_INTR_NONSTALL_MAX; i++) {
		vector = table->entry[i].vector_non_stall;
		index = intr_notifier(table->entry[i].engine_idx);
		if (!index || vector >= INTR_VECTORS || vector == NV_CPU_DOORBELL_VECTOR ||
		    vector == intr->gsp_vector)
			continue;
		intr->nonstall[intr->num_nonstall].vector = vector;
		intr->nonstall[intr->num_nonstall++].index = index;
		intr->nonstall_leaf[NV_CPU_INTR_VECTOR_LEAF(vector)] |=
			NV_CPU_INTR_VECTOR_BIT(vector);
	}
}

static int intr_read_table(struct nv_gpu *gpu)
{
	struct gsp_intr_kernel_table *table;
	u32 status;
	int err;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;

	status = nv_gsp_internal_control(gpu->gsp, GSP_CTRL_INTR_GET_KERNEL_TABLE, table,
					 sizeof(*table));
	if (status) {
		nv_err(gpu->hw, "GSP refuses to tell its interrupt vectors: status %#x", status);
		err = -EIO;
	} else {
		err = intr_find_gsp_vector(gpu, table);
		if (!err)
			intr_find_nonstall(gpu, table);
	}
	kfree(table);
	return err;
}

static int intr_test(struct nv_gpu *gpu)
{
	struct nv_hw *hw = gpu->hw;
	u64 deadline = hw->ops->time_ns(hw) + INTR_TEST_TIMEOUT_NS;

	WRITE_ONCE(gpu->intr.test_fired, false);
	nv_wr32(hw, NV_CPU_INTR_LEAF_TRIGGER, NV_CPU_DOORBELL_VECTOR);
	while (!READ_ONCE(gpu->intr.test_fired)) {
		if (hw->ops->time_ns(hw) >= deadline) {
			nv_err(hw, "no interrupt arrives: is MSI delivered on this machine?");
			return -EIO;
		}
		hw->ops->wait(hw, INTR_TEST_SLICE_US);
	}
	return 0;
}

static void intr_enable_nonstall(struct nv_gpu *gpu)
{
	struct nv_intr *intr = &gpu->intr;
	unsigned int i;

	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++)
		atomic_set(&intr->nonstall_due[i], intr->nonstall_leaf[i]);
	for (i = 0; i < intr->num_nonstall; i++)
		intr_vector_enable(gpu, intr->nonstall[i].vector);
}

int nv_intr_start(struct nv_gpu *gpu)
{
	int i, err;

	intr_disable_all(gpu);
	err = gpu->intr.gsp_vector ? 0 : intr_read_table(gpu);
	if (err)
		return err;

	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++)
		nv_wr32(gpu->hw, NV_CPU_INTR_LEAF(i), ~0u);
	WRITE_ONCE(gpu->intr.enabled, true);
	intr_rearm(gpu);
	intr_vector_enable(gpu, NV_CPU_DOORBELL_VECTOR);
	intr_vector_enable(gpu, gpu->intr.gsp_vector);
	intr_enable_nonstall(gpu);
	/* Boot polled: GSP's line is still up and would not rise again. */
	nv_gsp_interrupt(gpu->gsp);

	err = intr_test(gpu);
	if (err)
		nv_intr_stop(gpu);
	return err;
}

void nv_intr_pause(struct nv_gpu *gpu)
{
	WRITE_ONCE(gpu->intr.enabled, false);
	/* Who is handling one must not take it for somebody else's. */
	nv_intr_sync(gpu->hw);
	intr_disable_all(gpu);
}

void nv_intr_stop(struct nv_gpu *gpu)
{
	nv_intr_pause(gpu);
	gpu->intr.gsp_vector = 0;
}

/* A vector that nobody enabled would fire for ever: mask all that are pending beside ours. */
static void intr_mask_unknown(struct nv_gpu *gpu, const u32 *pending)
{
	unsigned int i;

	gpu->intr.unknown++;
	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++) {
		if (!pending[i])
			continue;
		nv_wr32(gpu->hw, NV_CPU_INTR_LEAF_EN_CLEAR(i), pending[i]);
		nv_wr32(gpu->hw, NV_CPU_INTR_LEAF(i), pending[i]);
		if (gpu->intr.unknown == 1)
			nv_warn(gpu->hw, "interrupts %#x of leaf %u have no handler, masked",
				pending[i], i);
	}
}

/*
 * Clears first, then serves: what comes in between is seen next time.
 * Return: is there work for the thread?
 */
static bool intr_handle_leaf(struct nv_gpu *gpu, unsigned int leaf, u32 pending)
{
	struct nv_intr *intr = &gpu->intr;
	u32 base = 32 * leaf, nonstall = pending & intr->nonstall_leaf[leaf];
	bool service = false;

	nv_wr32(gpu->hw, NV_CPU_INTR_LEAF(leaf), pending);
	if (nonstall) {
		atomic_or(nonstall, &intr->nonstall_due[leaf]);
		service = true;
	}
	if (leaf == NV_CPU_INTR_VECTOR_LEAF(NV_CPU_DOORBELL_VECTOR) &&
	    pending & NV_CPU_INTR_VECTOR_BIT(NV_CPU_DOORBELL_VECTOR)) {
		WRITE_ONCE(intr->test_fired, true);
		gpu->hw->ops->wake(gpu->hw);
		service = true;		/* see nv_intr_start() */
	}
	if (intr->gsp_vector >= base && intr->gsp_vector - base < 32 &&
	    pending & NV_CPU_INTR_VECTOR_BIT(intr->gsp_vector) &&
	    nv_gsp_interrupt(gpu->gsp)) {
		atomic_set(&intr->gsp_due, 1);
		service = true;
	}
	return service;
}

int nv_gpu_interrupt(struct nv_gpu *gpu)
{
	struct nv_intr *intr = &gpu->intr;
	bool handled = false, service = false;
	u32 top, pending[NV_CPU_INTR_LEAF_COUNT] = { };
	unsigned int i;

	if (!READ_ONCE(intr->enabled))
		return 0;
	top = nv_rd32(gpu->hw, NV_CPU_INTR_TOP);
	if (top == ~0u)			/* off the bus */
		return 0;

	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++) {
		if (!(top & BIT(i / 2)))
			continue;
		pending[i] = nv_rd32(gpu->hw, NV_CPU_INTR_LEAF(i));
		if (!(pending[i] & intr->leaf_enabled[i]))
			continue;
		service |= intr_handle_leaf(gpu, i, pending[i] & intr->leaf_enabled[i]);
		handled = true;
	}
	if (top && !handled)
		intr_mask_unknown(gpu, pending);

	intr->count++;
	intr_rearm(gpu);
	if (!top)
		return 0;
	return service ? 2 : 1;
}

static void intr_pass_on(struct nv_gpu *gpu)
{
	struct nv_intr *intr = &gpu->intr;
	u32 due[NV_CPU_INTR_LEAF_COUNT];
	unsigned int i;
	u32 vector;

	for (i = 0; i < NV_CPU_INTR_LEAF_COUNT; i++)
		due[i] = atomic_xchg(&intr->nonstall_due[i], 0);
	mutex_lock(&intr->lock);
	for (i = 0; intr->notify && i < intr->num_nonstall; i++) {
		vector = intr->nonstall[i].vector;
		if (due[NV_CPU_INTR_VECTOR_LEAF(vector)] & NV_CPU_INTR_VECTOR_BIT(vector))
			intr->notify(intr->notify_ctx, gpu, intr->nonstall[i].index);
	}
	mutex_unlock(&intr->lock);
}

/* Programs first: GSP's lock may be held by who waits for an answer. */
void nv_gpu_interrupt_thread(struct nv_gpu *gpu)
{
	intr_pass_on(gpu);
	if (atomic_xchg(&gpu->intr.gsp_due, 0))
		nv_gsp_service(gpu->gsp);
}
