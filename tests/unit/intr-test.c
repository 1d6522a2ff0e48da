// SPDX-License-Identifier: MIT OR GPL-2.0

/* The interrupt tree: against the device model, and with tables that lie. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "abi/gsp-intr-table.h"
#include "gsp-peer.h"
#include "hw-softgpu.h"
#include "regs/nv-falcon.h"
#include "regs/nv-intr.h"
#include "softgpu-priv.h"
#include "unit.h"

struct rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
};

static void rig_start(struct rig *rig, enum softgpu_fault_kind fault, int expected)
{
	*rig = (struct rig) { .soft = hw_softgpu_defaults() };
	rig->soft.config.fault.kind = fault;
	hw_softgpu_init(&rig->soft);
	EXPECT_EQ(nv_gpu_init(&rig->gpu, &rig->soft.hw, 0, NULL), 0);
	rig->soft.gpu = &rig->gpu;
	EXPECT_EQ(nv_gpu_start(&rig->gpu), expected);
}

static void rig_fini(struct rig *rig)
{
	nv_gpu_fini(&rig->gpu);
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

UNIT_TEST(start_proves_that_interrupts_arrive)
{
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT(rig.gpu.intr.enabled);
	EXPECT(rig.gpu.intr.test_fired);
	EXPECT_EQ(rig.soft.irqs, 1);
	EXPECT_EQ(rig.gpu.intr.gsp_vector, 155);
	nv_gpu_stop(&rig.gpu);
	EXPECT(!rig.gpu.intr.enabled);
	rig_fini(&rig);
}

UNIT_TEST(no_interrupt_is_an_error)
{
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NO_INTERRUPT, -EIO);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "no interrupt arrives"), 1);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
	EXPECT(!nv_gpu_running(&rig.gpu));
	EXPECT(!rig.gpu.intr.enabled);
	rig_fini(&rig);
}

static void model_error(struct rig *rig, u32 xid, const char *text)
{
	softgpu_lock(rig->soft.model);
	sg_gsp_error_log(rig->soft.model, xid, 0, text);
	softgpu_unlock(rig->soft.model);
}

UNIT_TEST(event_comes_by_interrupt)
{
	struct rig rig;
	int i;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	for (i = 1; i <= 3; i++) {
		model_error(&rig, 31, "MMU Fault");
		EXPECT_EQ(unit_log_has(&rig.soft.log, "Xid"), i - 1);
		hw_softgpu_run_thread(&rig.soft);
		EXPECT_EQ(unit_log_has(&rig.soft.log, "Xid (PCI:0000:01:00): 31, MMU Fault"), i);
	}
	EXPECT_EQ(rig.soft.irqs, 4);
	rig_fini(&rig);
}

UNIT_TEST(reply_comes_by_interrupt)
{
	struct gsp_intr_kernel_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	struct rig rig;
	u64 before;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	before = rig.soft.irqs;
	EXPECT_EQ(nv_gsp_internal_control(rig.gpu.gsp, GSP_CTRL_INTR_GET_KERNEL_TABLE, table,
					  sizeof(*table)), NV_OK);
	EXPECT_EQ(rig.soft.irqs, before + 1);
	EXPECT(table->count > 0 && table->count <= GSP_INTR_TABLE_MAX);
	kfree(table);
	rig_fini(&rig);
}

static void trigger(struct rig *rig, u32 vector)
{
	nv_wr32(&rig->soft.hw, NV_CPU_INTR_LEAF_TRIGGER, vector);
}

UNIT_TEST(vectors_without_a_handler_are_masked)
{
	struct rig rig;
	u32 vector;
	u64 before;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	for (vector = 12; vector < 256; vector += 27) {
		nv_wr32(&rig.soft.hw, NV_CPU_INTR_LEAF_EN_SET(vector / 32), BIT(vector % 32));
		nv_wr32(&rig.soft.hw, NV_CPU_INTR_TOP_EN_SET, BIT(vector / 64));
		before = rig.soft.irqs;
		trigger(&rig, vector);
		trigger(&rig, vector);
		EXPECT_EQ(rig.soft.irqs, before + 1);
	}
	EXPECT_EQ(unit_log_has(&rig.soft.log, "have no handler"), 1);
	EXPECT_EQ(rig.gpu.intr.unknown, 10);

	/* What has a handler still works. */
	WRITE_ONCE(rig.gpu.intr.test_fired, false);
	trigger(&rig, NV_CPU_DOORBELL_VECTOR);
	EXPECT(rig.gpu.intr.test_fired);
	model_error(&rig, 13, "still here");
	hw_softgpu_run_thread(&rig.soft);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "still here"), 1);
	rig_fini(&rig);
}

/* A pending vector that nobody enabled is nobody's, even if its neighbour fires. */
UNIT_TEST(disabled_vectors_are_left_pending)
{
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	trigger(&rig, 130);
	EXPECT_EQ(rig.soft.irqs, 1);
	trigger(&rig, NV_CPU_DOORBELL_VECTOR);
	EXPECT_EQ(rig.soft.irqs, 2);
	EXPECT(nv_rd32(&rig.soft.hw, NV_CPU_INTR_LEAF(4)) & BIT(2));
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}

UNIT_TEST(not_ours)
{
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gpu_interrupt(&rig.gpu), 0);
	nv_gpu_stop(&rig.gpu);
	trigger(&rig, NV_CPU_DOORBELL_VECTOR);
	EXPECT_EQ(nv_gpu_interrupt(&rig.gpu), 0);
	rig_fini(&rig);
}

static unsigned int syncs;

/* On a machine, a handler on another CPU may be in the middle of its work until here. */
static void on_intr_sync(struct nv_hw *hw)
{
	struct nv_gpu *gpu = container_of(hw, struct hw_softgpu, hw)->gpu;

	syncs++;
	EXPECT_EQ(nv_gpu_interrupt(gpu), 0);
	EXPECT(gpu->intr.leaf_enabled[gpu->intr.gsp_vector / 32]);
	EXPECT(gpu->intr.gsp_vector);
}

UNIT_TEST(stop_waits_for_the_handler)
{
	const struct nv_hw_ops *soft_ops;
	struct nv_hw_ops ops;
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	soft_ops = rig.soft.hw.ops;
	ops = *soft_ops;
	ops.intr_sync = on_intr_sync;
	rig.soft.hw.ops = &ops;
	syncs = 0;
	nv_intr_stop(&rig.gpu);
	EXPECT_EQ(syncs, 1);
	EXPECT(!rig.gpu.intr.gsp_vector);
	rig.soft.hw.ops = soft_ops;
	rig_fini(&rig);
}

UNIT_TEST(late_thread_does_no_harm)
{
	struct rig rig;

	rig_start(&rig, SOFTGPU_FAULT_NONE, 0);
	model_error(&rig, 31, "unread");
	nv_gpu_stop(&rig.gpu);
	nv_gpu_interrupt_thread(&rig.gpu);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	nv_gpu_interrupt_thread(&rig.gpu);
	rig_fini(&rig);
}

/* Tables that lie */

static void on_table(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_rm_control *ctrl = (void *)(msg + 1);

	EXPECT_EQ(ctrl->cmd, GSP_CTRL_INTR_GET_KERNEL_TABLE);
	EXPECT_EQ(ctrl->params_size, sizeof(struct gsp_intr_kernel_table));
	if (peer->ctx)
		memcpy(ctrl->params, peer->ctx, ctrl->params_size);
	else
		ctrl->status = NV_ERR_NOT_SUPPORTED;
	peer_echo(peer, msg, 0);
}

static void refused(struct gsp_intr_kernel_table *table, const char *text)
{
	struct peer peer;

	peer_init(&peer);
	peer.message = on_table;
	peer.ctx = table;
	EXPECT_EQ(nv_intr_start(&peer.gpu), -EIO);
	EXPECT_EQ(unit_log_has(&peer.log, text), 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT(!peer.gpu.intr.enabled);
	peer_fini(&peer);
}

UNIT_TEST(tables_that_lie)
{
	static const u32 wrong[] = { 256, 0x7fffffff, GSP_INTR_NO_VECTOR, NV_CPU_DOORBELL_VECTOR };
	struct gsp_intr_kernel_table table = { };
	u32 i;

	refused(NULL, "refuses to tell its interrupt vectors");
	refused(&table, "has no vector for GSP");
	table.count = GSP_INTR_TABLE_MAX;
	refused(&table, "has no vector for GSP");
	table.count = GSP_INTR_TABLE_MAX + 1;
	refused(&table, "claims 129 entries");
	table.count = 0xffffffff;
	refused(&table, "claims 4294967295 entries");
	table.count = GSP_INTR_TABLE_MAX;
	table.entry[127].engine_idx = GSP_INTR_ENGINE_IDX_GSP;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		table.entry[127].vector_stall = wrong[i];
		refused(&table, "for GSP");
	}
}

UNIT_TEST(top_reads_ones_when_the_device_is_gone)
{
	struct peer peer;

	peer_init(&peer);
	peer.gpu.intr.enabled = true;
	peer.gpu.intr.gsp_vector = 155;
	peer.gone = true;
	EXPECT_EQ(nv_gpu_interrupt(&peer.gpu), 0);
	peer_fini(&peer);
}

/* GSP's own interrupt registers, as a test sets them. */
static u32 irqstat, irqmask, irqdest, acknowledged, retriggers;

static u32 read_irq(struct peer *peer, u32 reg)
{
	switch (reg) {
	case NV_PGSP_BASE + NV_PFALCON_FALCON_IRQSTAT:
		return irqstat;
	case NV_PGSP_BASE + NV_PRISCV_RISCV_IRQMASK:
		return irqmask;
	case NV_PGSP_BASE + NV_PRISCV_RISCV_IRQDEST:
		return irqdest;
	}
	return 0;
}

static void write_irq(struct peer *peer, u32 reg, u32 val)
{
	if (reg == NV_PGSP_BASE + NV_PFALCON_FALCON_IRQSCLR)
		acknowledged = val;
	if (reg == NV_PGSP_BASE + NV_PFALCON_FALCON_INTR_RETRIGGER)
		retriggers += val;
}

UNIT_TEST(interrupts_of_gsp)
{
	const u32 halt = NV_PFALCON_FALCON_IRQ_HALT, message = NV_PFALCON_FALCON_IRQ_SWGEN0;
	struct peer peer;

	peer_init(&peer);
	peer.read = read_irq;
	peer.write = write_irq;
	irqmask = ~0u;
	irqdest = ~halt;

	/* HALT is masked, the others are not the driver's: all but the message is left alone. */
	irqstat = 0x7fffffff;
	EXPECT(nv_gsp_interrupt(peer.gsp));
	EXPECT_EQ(acknowledged, message);
	EXPECT_EQ(retriggers, 1);
	EXPECT(!peer.gsp->halted);

	irqstat = ~0u;			/* off the bus */
	EXPECT(!nv_gsp_interrupt(peer.gsp));
	irqstat = 0;
	EXPECT(!nv_gsp_interrupt(peer.gsp));
	EXPECT(!peer.gsp->halted);

	irqdest = ~0u;
	irqstat = halt;
	EXPECT(nv_gsp_interrupt(peer.gsp));
	EXPECT_EQ(acknowledged, halt);
	EXPECT_EQ(retriggers, 3);
	nv_gsp_service(peer.gsp);
	EXPECT_EQ(unit_log_has(&peer.log, "): 120, GSP has halted"), 1);
	EXPECT(!nv_gsp_running(peer.gsp));
	peer_fini(&peer);
}
