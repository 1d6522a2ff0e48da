// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The interrupt tree. Only what has a handler is let through: GSP's messages and the
 * vector that proves at start that interrupts arrive.
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/gsp-intr-table.h"
#include "gsp/gsp.h"
#include "intr/intr.h"
#include "nv-gpu.h"
#include "regs/nv-intr.h"
#include "regs/nv-xve.h"

#define INTR_TEST_TIMEOUT_NS	4000000000ull
#define INTR_TEST_SLICE_US	10000
#define INTR_TOP_MASK		GENMASK(NV_CPU_INTR_LEAF_COUNT / 2 - 1, 0)

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
		if (vector >= NV_CPU_INTR_LEAF_COUNT * 32 || vector == NV_CPU_DOORBELL_VECTOR) {
			nv_err(gpu->hw, "GSP's interrupt table names vector %u for GSP", vector);
			return -EIO;
		}
		gpu->intr.gsp_vector = vector;
		return 0;
	}
	nv_err(gpu->hw, "GSP's interrupt table has no vector for GSP");
	return -EIO;
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

/* Clears first, then serves: what comes in between is seen next time. */
static bool intr_handle_leaf(struct nv_gpu *gpu, unsigned int leaf, u32 pending)
{
	struct nv_intr *intr = &gpu->intr;
	u32 base = 32 * leaf;

	nv_wr32(gpu->hw, NV_CPU_INTR_LEAF(leaf), pending);
	if (leaf == NV_CPU_INTR_VECTOR_LEAF(NV_CPU_DOORBELL_VECTOR) &&
	    pending & NV_CPU_INTR_VECTOR_BIT(NV_CPU_DOORBELL_VECTOR)) {
		WRITE_ONCE(intr->test_fired, true);
		gpu->hw->ops->wake(gpu->hw);
	}
	if (intr->gsp_vector >= base && intr->gsp_vector - base < 32 &&
	    pending & NV_CPU_INTR_VECTOR_BIT(intr->gsp_vector))
		return nv_gsp_interrupt(gpu->gsp);
	return false;
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

void nv_gpu_interrupt_thread(struct nv_gpu *gpu)
{
	nv_gsp_service(gpu->gsp);
}
