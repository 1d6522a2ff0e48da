// SPDX-License-Identifier: MIT OR GPL-2.0

/* A whole GPU: identified, started, asked, stopped, and all that can go wrong on the way. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>

#include "gsp/gsp.h"
#include "gsp-peer.h"
#include "hw-softgpu.h"
#include "regs/nv-pmc.h"
#include "softgpu-priv.h"
#include "unit.h"

#define SECOND		1000000000ull

/* What tells how GSP is: BUS_FLUSH_WITH_SYSMEMBAR takes and changes nothing. */
#define CTRL_FLUSH	0x20800a70

struct rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
	bool identified;
};

static int rig_init(struct rig *rig, enum softgpu_fault_kind fault, u64 n)
{
	int err;

	*rig = (struct rig) { .soft = hw_softgpu_defaults() };
	rig->soft.config.fault.kind = fault;
	rig->soft.config.fault.n = n;
	hw_softgpu_init(&rig->soft);
	err = nv_gpu_init(&rig->gpu, &rig->soft.hw, 3, NULL);
	rig->identified = !err;
	if (rig->identified)
		rig->soft.gpu = &rig->gpu;
	return err;
}

static void rig_fini(struct rig *rig)
{
	if (rig->identified)
		nv_gpu_fini(&rig->gpu);
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

static u32 flush(struct rig *rig)
{
	return nv_gsp_internal_control(rig->gpu.gsp, CTRL_FLUSH, NULL, 0);
}

UNIT_TEST(identifies_the_chip)
{
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	EXPECT_STR(rig.gpu.chip->name, "GA106");
	EXPECT_EQ(rig.gpu.boot0, 0xb76000a1);
	EXPECT_EQ(rig.gpu.boot42, 0x176a1000);
	EXPECT_EQ(rig.gpu.gpu_id, 0x100);
	EXPECT_EQ(rig.gpu.minor, 3);
	EXPECT(!nv_gpu_running(&rig.gpu));
	rig_fini(&rig);
}

/* Chips that are not ours, by the registers that say so. */
static u32 boot0, boot1, boot42;

static u32 read_boot(struct peer *peer, u32 reg)
{
	switch (reg) {
	case NV_PMC_BOOT_0:
		return boot0;
	case NV_PMC_BOOT_1:
		return boot1;
	case NV_PMC_BOOT_42:
		return boot42;
	}
	return 0;
}

static void not_ours(const char *text)
{
	struct nv_gpu gpu = { };
	struct peer peer;

	peer_init(&peer);
	peer.read = read_boot;
	EXPECT_EQ(nv_gpu_init(&gpu, &peer.hw, 0, NULL), -ENODEV);
	EXPECT_EQ(unit_log_has(&peer.log, text), 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	peer_fini(&peer);
}

UNIT_TEST(refuses_other_chips)
{
	boot0 = 0x162000a1;
	boot42 = 0x162a1000;
	not_ours("chip is not supported (BOOT_0 162000a1, BOOT_42 162a1000)");
	boot42 = 0x170a1000;		/* GA100: its architecture, not its kind */
	not_ours("chip is not supported");
	boot42 = 0x176a1000;
	boot1 = 2 << 16;
	not_ours("virtual GPU");
	boot1 = 0;
	boot0 = 0xffffffff;
	not_ours("does not answer");
}

UNIT_TEST(knows_each_ga10x)
{
	static const u32 impl[] = { 2, 3, 4, 6, 7 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(impl); i++)
		EXPECT(nv_chip_find(0x17001000 | impl[i] << 20));
	EXPECT(!nv_chip_find(0x17501000));
	EXPECT(!nv_chip_find(0x19201000));
}

UNIT_TEST(starts_and_stops)
{
	struct rig rig;
	int i;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	nv_gpu_stop(&rig.gpu);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
		EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
		EXPECT(nv_gpu_running(&rig.gpu));
		EXPECT_EQ(rig.gpu.boots, i + 1);
		EXPECT_EQ(flush(&rig), NV_OK);
		nv_gpu_stop(&rig.gpu);
		EXPECT(!nv_gpu_running(&rig.gpu));
		EXPECT_EQ(flush(&rig), NV_ERR_GPU_IS_LOST);
	}
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}

UNIT_TEST(clock_runs)
{
	struct rig rig;
	u64 time;
	int i;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	time = nv_gpu_time_ns(&rig.gpu);
	for (i = 0; i < 100; i++) {
		EXPECT(nv_gpu_time_ns(&rig.gpu) >= time);
		time = nv_gpu_time_ns(&rig.gpu);
	}
	rig_fini(&rig);
}

/* Calls until one fails; that one takes its time, those after it do not. */
static void expect_dies(struct rig *rig)
{
	u64 before = 0;
	u32 status;
	int i;

	for (i = 0, status = NV_OK; !status && i < 1000; i++) {
		before = rig->soft.now;
		status = flush(rig);
	}
	EXPECT_EQ(status, NV_ERR_TIMEOUT);
	EXPECT(rig->soft.now - before < 7 * SECOND);
	EXPECT(!nv_gpu_running(&rig->gpu));
	EXPECT_EQ(unit_log_has(&rig->soft.log, "): 119, "), 1);
	before = rig->soft.now;
	EXPECT_EQ(flush(rig), NV_ERR_GPU_IS_LOST);
	EXPECT(rig->soft.now - before < SECOND / 1000);
}

UNIT_TEST(dead_gsp_is_booted_again)
{
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_GSP_DIES, 40), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	expect_dies(&rig);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT(nv_gpu_running(&rig.gpu));
	EXPECT_EQ(rig.gpu.boots, 2);
	EXPECT_EQ(flush(&rig), NV_OK);
	nv_gpu_stop(&rig.gpu);
	rig_fini(&rig);
}

UNIT_TEST(dead_gsp_can_be_stopped)
{
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_GSP_DIES, 40), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	expect_dies(&rig);
	nv_gpu_stop(&rig.gpu);
	rig_fini(&rig);
}

UNIT_TEST(halted_gsp_is_booted_again)
{
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	rig.gpu.gsp->halted = true;
	atomic_set(&rig.gpu.intr.gsp_due, 1);
	nv_gpu_interrupt_thread(&rig.gpu);
	EXPECT(!nv_gpu_running(&rig.gpu));
	EXPECT_EQ(unit_log_has(&rig.soft.log, "): 120, GSP has halted"), 1);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	nv_gpu_interrupt_thread(&rig.gpu);
	EXPECT(nv_gpu_running(&rig.gpu));
	EXPECT_EQ(flush(&rig), NV_OK);
	rig_fini(&rig);
}

/* Off the bus after any number of accesses: an error or a stop, within seconds, and no leak. */
UNIT_TEST(falls_off_the_bus_anywhere)
{
	u64 n, accesses;
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	nv_gpu_stop(&rig.gpu);
	accesses = rig.soft.accesses;
	rig_fini(&rig);

	/* Reading the VBIOS is most of it; look closely at the ends only. */
	for (n = 1; n < accesses; n += n < 40 || n + 2200 > accesses ? 7 : 1999) {
		if (!rig_init(&rig, SOFTGPU_FAULT_OFF_BUS, n)) {
			if (!nv_gpu_start(&rig.gpu))
				flush(&rig);
			nv_gpu_stop(&rig.gpu);
			EXPECT(rig.soft.now < 20 * SECOND);
			EXPECT(!nv_gpu_running(&rig.gpu));
		}
		EXPECT(unit_log_lines(&rig.soft.log, 'E') <= 3);
		rig_fini(&rig);
	}
}

/* Each allocation of a start, failed alone: -ENOMEM, nothing left, and the next start works. */
UNIT_TEST(survives_every_failed_allocation)
{
	bool failed = true;
	struct rig rig;
	long n;
	int err;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	for (n = 1; failed; n++) {
		unit_fail_alloc_at(n);
		err = nv_gpu_start(&rig.gpu);
		failed = !unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		if (failed) {
			EXPECT_EQ(err, -ENOMEM);
			EXPECT(!nv_gpu_running(&rig.gpu));
			EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
		}
		EXPECT(nv_gpu_running(&rig.gpu));
		nv_gpu_stop(&rig.gpu);
		EXPECT(list_empty(&rig.soft.dmas));
	}
	EXPECT(n > 20);
	rig_fini(&rig);
}

UNIT_TEST(no_memory_for_the_gpu_itself)
{
	struct rig rig;

	unit_firmware_dir();
	unit_fail_alloc_at(1);
	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), -ENOMEM);
	rig_fini(&rig);
}

/* The reply is longer than the status queue: GSP-RM has to wait for the driver to read. */
UNIT_TEST(a_control_of_a_megabyte)
{
	static u8 params[1 << 20];
	struct rig rig;

	EXPECT_EQ(rig_init(&rig, SOFTGPU_FAULT_NONE, 0), 0);
	EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	EXPECT_EQ(nv_gsp_internal_control(rig.gpu.gsp, 0x2080afff, params, sizeof(params)),
		  NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(flush(&rig), 0);
	rig_fini(&rig);
}
