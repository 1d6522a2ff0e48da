// SPDX-License-Identifier: MIT OR GPL-2.0

/* The GPU sleeps with its machine: what programs have on it is there again, or they are told. */

#include "mem/fb.h"
#include "mem/heap.h"
#include "power/power.h"
#include "rm-rig.h"
#include "softgpu-priv.h"

#define PIECES		3
#define PIECE_WORDS	1024
#define SECOND		1000000000ull
#define MIB		0x100000ull

struct power_rig {
	struct rm_rig rm;
	u32 client;
	struct nv_vidmem *piece[PIECES];
	u64 size[PIECES];
};

static const u64 piece_size[PIECES] = { 0x1000, 0x300000, 0x11000 };

static u32 pattern(int piece, u64 addr)
{
	return addr * 2654435761u ^ piece << 28;
}

/* The start and the end of each piece are enough to see that all of it moved. */
static void touch(struct power_rig *rig, bool check)
{
	u32 word[PIECE_WORDS];
	int i, end, n;
	u64 addr;

	for (i = 0; i < PIECES; i++) {
		for (end = 0; end < 2; end++) {
			addr = rig->piece[i]->addr;
			addr += end ? rig->piece[i]->size - sizeof(word) : 0;
			if (check)
				EXPECT_EQ(nv_fb_read(&rig->rm.gpu, addr, word, sizeof(word)), 0);
			for (n = 0; n < PIECE_WORDS; n++) {
				if (check)
					EXPECT_EQ(word[n], pattern(i, addr + 4 * n));
				word[n] = pattern(i, addr + 4 * n);
			}
			if (!check)
				EXPECT_EQ(nv_fb_write(&rig->rm.gpu, addr, word, sizeof(word)), 0);
		}
	}
}

static void power_init(struct power_rig *rig)
{
	int i;

	memset(rig, 0, sizeof(*rig));
	rig_init(&rig->rm);
	rig->client = rig_tree(&rig->rm);
	for (i = 0; i < PIECES; i++)
		EXPECT_EQ(nv_heap_alloc(&rig->rm.gpu.heap, piece_size[i], 0x10000,
					&rig->piece[i]), 0);
	touch(rig, false);
}

static void power_fini(struct power_rig *rig)
{
	int i;

	nv_power_discard(&rig->rm.gpu);
	for (i = 0; i < PIECES; i++)
		nv_heap_free(&rig->rm.gpu.heap, rig->piece[i]);
	rig_fini(&rig->rm);
}

static u32 ask_gsp(struct power_rig *rig)
{
	struct nv2080_ctrl_gpu_get_name_string_params name = { 0 };

	return rig_control(&rig->rm, rig->client, H_SUBDEVICE,
			   NV2080_CTRL_CMD_GPU_GET_NAME_STRING, &name, sizeof(name));
}

/* All that programs had is there, and new things can be had. */
static void expect_whole(struct power_rig *rig)
{
	EXPECT(nv_gpu_running(&rig->rm.gpu));
	EXPECT_EQ(rig->rm.gpu.power.prepared, NV_POWER_ON);
	EXPECT_EQ(ask_gsp(rig), NV_OK);
	EXPECT_EQ(rig_alloc(&rig->rm, rig->client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI), NV_OK);
	EXPECT_EQ(rig_free_as(&rig->rm.user, rig->client, H_OTHER), NV_OK);
	touch(rig, true);
	EXPECT_EQ(rig->rm.gpu.boots, 1);
}

static void expect_silent(struct power_rig *rig)
{
	EXPECT_EQ(unit_log_lines(&rig->rm.soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig->rm.soft.log, 'W'), 0);
}

static int whole_cycle(struct power_rig *rig, enum nv_power_state how)
{
	struct nv_gpu *gpu = &rig->rm.gpu;
	int err;

	err = nv_power_save(gpu, how);
	if (!err)
		err = nv_power_suspend(gpu);
	if (!err) {
		EXPECT(!nv_gpu_running(gpu));
		EXPECT_EQ(nv_gpu_start(gpu), -EBUSY);
		hw_softgpu_power_cycle(&rig->rm.soft);
		err = nv_power_resume(gpu);
	}
	return nv_power_restore(gpu) ?: err;
}

static void cycles(enum nv_power_state how)
{
	struct power_rig rig;
	int i;

	power_init(&rig);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(whole_cycle(&rig, how), 0);
		expect_whole(&rig);
	}
	expect_silent(&rig);
	power_fini(&rig);
}

UNIT_TEST(standby)
{
	cycles(NV_POWER_STANDBY);
}

UNIT_TEST(s0ix_by_gcoff)
{
	cycles(NV_POWER_GCOFF);
}

UNIT_TEST(s0ix_by_gc6)
{
	cycles(NV_POWER_GC6);
}

UNIT_TEST(hibernation)
{
	struct power_rig rig;
	struct nv_gpu *gpu = &rig.rm.gpu;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(gpu, NV_POWER_HIBERNATE), 0);
	/* freeze, thaw to write the image, power off, restore */
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	expect_whole(&rig);
	expect_silent(&rig);
	power_fini(&rig);
}

UNIT_TEST(modes_take_turns)
{
	static const enum nv_power_state modes[] = {
		NV_POWER_STANDBY, NV_POWER_GC6, NV_POWER_GCOFF, NV_POWER_GC6, NV_POWER_HIBERNATE,
		NV_POWER_GCOFF, NV_POWER_STANDBY,
	};
	struct power_rig rig;
	u32 i;

	power_init(&rig);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		EXPECT_EQ(whole_cycle(&rig, modes[i]), 0);
		expect_whole(&rig);
	}
	expect_silent(&rig);
	power_fini(&rig);
}

/* Another driver of the machine refused: the GPU never slept. */
UNIT_TEST(given_up_before_and_after_the_suspend)
{
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
	expect_whole(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_GC6), 0);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	EXPECT_EQ(nv_power_resume(&rig.rm.gpu), 0);
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
	expect_whole(&rig);
	expect_silent(&rig);
	power_fini(&rig);
}

UNIT_TEST(gpu_that_does_not_run)
{
	struct power_rig rig;
	struct nv_gpu *gpu = &rig.rm.gpu;

	power_init(&rig);
	nv_gpu_stop(gpu);
	EXPECT_EQ(nv_power_save(gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	EXPECT(!nv_gpu_running(gpu));
	EXPECT_EQ(nv_gpu_start(gpu), 0);
	expect_silent(&rig);
	power_fini(&rig);
}

/* Nobody may allocate what is going to be written back. */
UNIT_TEST(memory_freed_meanwhile_stays_apart)
{
	struct nv_vidmem *other;
	struct power_rig rig;
	struct nv_heap_usage before, after;
	struct nv_heap *heap = &rig.rm.gpu.heap;
	u64 addr;

	power_init(&rig);
	nv_heap_get_usage(heap, &before);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
	addr = rig.piece[0]->addr;
	nv_heap_free(heap, rig.piece[0]);
	EXPECT_EQ(nv_heap_alloc(heap, 0x1000, 0x1000, &other), 0);
	EXPECT(other->addr != addr);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(&rig.rm.gpu), 0);
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
	nv_ce_stop(&rig.rm.gpu);
	nv_heap_get_usage(heap, &after);
	EXPECT_EQ(after.used, before.used);
	rig.piece[0] = other;
	power_fini(&rig);
}

/* Each allocation of a cycle fails once: no suspend, and the GPU is as it was. */
UNIT_TEST(out_of_memory)
{
	struct power_rig rig;
	bool done = false;
	long live;
	int n, err, failed = 0;

	power_init(&rig);
	EXPECT_EQ(whole_cycle(&rig, NV_POWER_GCOFF), 0);
	live = unit_live_allocs();
	for (n = 1; !done; n++) {
		EXPECT(n < 400);
		unit_fail_alloc_at(n);
		err = nv_power_save(&rig.rm.gpu, NV_POWER_GCOFF);
		if (!err)
			err = nv_power_suspend(&rig.rm.gpu);
		done = unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		/* A buffer that is not to be had may be smaller. */
		failed += !!err;
		EXPECT(!done || !err);
		if (!err)
			EXPECT_EQ(nv_power_resume(&rig.rm.gpu), 0);
		EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
		expect_whole(&rig);
		EXPECT(unit_live_allocs() <= live);
	}
	EXPECT(failed > 5);
	EXPECT_EQ(unit_log_lines(&rig.rm.soft.log, 'W'), 0);
	power_fini(&rig);
}

/* What was saved is given back, whatever memory is short of by then. */
UNIT_TEST(no_memory_on_the_way_back)
{
	struct power_rig rig;
	bool done = false;
	int n;

	power_init(&rig);
	for (n = 1; !done; n++) {
		EXPECT(n < 400);
		EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
		EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
		hw_softgpu_power_cycle(&rig.rm.soft);
		unit_fail_alloc_at(n);
		EXPECT_EQ(nv_power_resume(&rig.rm.gpu), 0);
		EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
		done = unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		expect_whole(&rig);
	}
	EXPECT(n > 2);
	power_fini(&rig);
}

UNIT_TEST(a_signal)
{
	struct power_rig rig;

	power_init(&rig);
	rig.rm.soft.swap_error = -EINTR;
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), -EINTR);
	rig.rm.soft.swap_error = 0;
	expect_whole(&rig);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "was interrupted: no suspend"), 1);
	expect_silent(&rig);
	EXPECT_EQ(whole_cycle(&rig, NV_POWER_STANDBY), 0);
	expect_whole(&rig);
	power_fini(&rig);
}

/* After a failure that cost what was on the GPU: one line, errors, and a fresh start. */
static void expect_lost(struct power_rig *rig, const char *line)
{
	u64 before;

	EXPECT_EQ(unit_log_has(&rig->rm.soft.log, line), 1);
	EXPECT(!nv_gpu_running(&rig->rm.gpu));
	EXPECT_EQ(nv_power_restore(&rig->rm.gpu), -EIO);
	EXPECT_EQ(nv_power_restore(&rig->rm.gpu), 0);
	before = rig->rm.soft.now;
	EXPECT_EQ(ask_gsp(rig), NV_ERR_GPU_IS_LOST);
	EXPECT(rig->rm.soft.now - before < SECOND);
	rig->rm.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	EXPECT_EQ(nv_gpu_start(&rig->rm.gpu), 0);
	EXPECT_EQ(ask_gsp(rig), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(rig_free_as(&rig->rm.user, rig->client, rig->client), NV_OK);
	rig->client = rig_tree(&rig->rm);
	EXPECT_EQ(ask_gsp(rig), NV_OK);
}

static void suspend_fails(enum softgpu_fault_kind fault, enum nv_power_state how)
{
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, how), 0);
	rig.rm.soft.model->config.fault.kind = fault;
	EXPECT(nv_power_suspend(&rig.rm.gpu) < 0);
	expect_lost(&rig, "suspend failed: what programs had on the GPU is lost");
	power_fini(&rig);
}

static void resume_fails(enum softgpu_fault_kind fault, enum nv_power_state how)
{
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, how), 0);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	rig.rm.soft.model->config.fault.kind = fault;
	EXPECT(nv_power_resume(&rig.rm.gpu) < 0);
	expect_lost(&rig, "resume failed: what programs had on the GPU is lost");
	power_fini(&rig);
}

UNIT_TEST(gsp_silent_at_suspend)
{
	suspend_fails(SOFTGPU_FAULT_GSP_NO_SUSPEND, NV_POWER_STANDBY);
	suspend_fails(SOFTGPU_FAULT_GSP_NO_SUSPEND, NV_POWER_GC6);
}

UNIT_TEST(gsp_silent_at_resume)
{
	resume_fails(SOFTGPU_FAULT_GSP_NO_RESUME, NV_POWER_STANDBY);
	resume_fails(SOFTGPU_FAULT_GSP_NO_RESUME, NV_POWER_GC6);
}

UNIT_TEST(dead_before_the_suspend)
{
	struct power_rig rig;
	struct nv_gpu *gpu = &rig.rm.gpu;

	power_init(&rig);
	rig.rm.soft.model->config.fault.kind = SOFTGPU_FAULT_GSP_DIES;
	EXPECT_EQ(ask_gsp(&rig), NV_ERR_TIMEOUT);
	EXPECT_EQ(nv_power_save(gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	rig.rm.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	EXPECT_EQ(nv_gpu_start(gpu), 0);
	power_fini(&rig);
}

/* GSP refuses: the machine stays awake, and nothing is lost. */
UNIT_TEST(gsp_refuses)
{
	static const u32 refused[] = { 0x20801117, 0x20800ac2, 0x20800ac3 };
	struct power_rig rig;
	u32 i;

	power_init(&rig);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		rig.rm.soft.model->config.fault.kind = SOFTGPU_FAULT_CONTROL_REFUSED;
		rig.rm.soft.model->config.fault.n = refused[i];
		if (!nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY) && i)
			EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), -EAGAIN);
		rig.rm.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
		EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
		expect_whole(&rig);
	}
	EXPECT_EQ(whole_cycle(&rig, NV_POWER_STANDBY), 0);
	expect_whole(&rig);
	power_fini(&rig);
}

UNIT_TEST(gone_at_resume)
{
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	rig.rm.soft.model->off_bus = true;
	EXPECT_EQ(nv_power_resume(&rig.rm.gpu), -ENODEV);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "has fallen off the bus"), 1);
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), -EIO);
	EXPECT_EQ(ask_gsp(&rig), NV_ERR_GPU_IS_LOST);
	power_fini(&rig);
}

/* What was to keep its power lost it all the same. */
UNIT_TEST(gc6_without_power)
{
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_GC6), 0);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	softgpu_reset(rig.rm.soft.model, true);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(&rig.rm.gpu), -EIO);
	expect_lost(&rig, "video memory did not keep its content");
	power_fini(&rig);
}

static enum nv_power_state choose(struct power_rig *rig, struct nv_power_policy policy,
				  const char *reason)
{
	enum nv_power_state how;
	const char *why = NULL;

	how = nv_power_choose(&rig->rm.gpu, &policy, &why);
	EXPECT(why && strstr(why, reason));
	return how;
}

UNIT_TEST(policy)
{
	const struct nv_power_policy on = {
		.s0ix = true, .low_power_s0 = true, .s2idle = true, .threshold = 256 * MIB,
	};
	struct nv_power_policy p = on;
	struct power_rig rig;

	power_init(&rig);
	EXPECT_EQ(choose(&rig, on, "is within"), NV_POWER_GCOFF);
	p.threshold = 1 * MIB;
	EXPECT_EQ(choose(&rig, p, "exceeds"), NV_POWER_GC6);
	p.threshold = 0;
	EXPECT_EQ(choose(&rig, p, "exceeds"), NV_POWER_GC6);
	p.s2idle = false;
	EXPECT_EQ(choose(&rig, p, "mem_sleep"), NV_POWER_GCOFF);
	p.hibernate = true;
	EXPECT_EQ(choose(&rig, p, "hibernates"), NV_POWER_HIBERNATE);
	p = on;
	p.s0ix = false;
	EXPECT_EQ(choose(&rig, p, "NVreg_EnableS0ixPowerManagement is 0"), NV_POWER_STANDBY);
	p = on;
	p.low_power_s0 = false;
	EXPECT_EQ(choose(&rig, p, "ACPI"), NV_POWER_STANDBY);
	EXPECT(!nv_power_s0ix_missing(&rig.rm.gpu, &on));
	power_fini(&rig);
}
