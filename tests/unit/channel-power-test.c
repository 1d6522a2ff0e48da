// SPDX-License-Identifier: MIT OR GPL-2.0

/* A program's channel sleeps with the machine and goes on where it was. */

#include "power/power.h"
#include "uvm-rig.h"

#define WAIT_OFF	0xd00
#define SECOND_PAGE	0x8000

static void power_cycle(struct uvm_rig *rig, enum nv_power_state how)
{
	struct nv_gpu *gpu = &rig->rm.gpu;

	EXPECT_EQ(nv_power_save(gpu, how), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig->rm.soft);
	if (how == NV_POWER_HIBERNATE) {
		/* for the image; then the power goes for good */
		EXPECT_EQ(nv_power_resume(gpu), 0);
		EXPECT_EQ(nv_power_suspend(gpu), 0);
		hw_softgpu_power_cycle(&rig->rm.soft);
	}
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
}

/* A channel in an address space of unified memory, with data of its client's in video memory. */
static void open_sleeper(struct uvm_rig *rig)
{
	rig_registered(rig);
	EXPECT_EQ(map(rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(map(rig, H_DATA, DATA, SIZE), NV_OK);
	EXPECT_EQ(open_channel(rig), NV_OK);
}

static volatile u32 *word(struct uvm_rig *rig, u32 off)
{
	return (volatile u32 *)(rig->cpu + off);
}

/* To video memory and back. */
static bool copies(struct uvm_rig *rig, u8 byte)
{
	u8 *from = rig->cpu + SECOND_PAGE, *to = from + 0x1000;

	memset(from, byte, 0x800);
	memset(to, 0, 0x800);
	return copy(rig, DATA + 0x2000, CONTROL + SECOND_PAGE, 0x800) &&
	       copy(rig, CONTROL + SECOND_PAGE + 0x1000, DATA + 0x2000, 0x800) &&
	       !memcmp(from, to, 0x800);
}

/* What comes later in the channel waits until this word is 1. */
static void wait_for_word(struct uvm_rig *rig)
{
	u32 at = PUSH_OFF + rig->put * 0x100, *entry = (u32 *)(rig->cpu + rig->put * 8);
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, 0, NVC56F_SEM_ADDR_LO, (u32)(CONTROL + WAIT_OFF));
	nv_push_method(&push, 0, NVC56F_SEM_ADDR_HI, (CONTROL + WAIT_OFF) >> 32);
	nv_push_method(&push, 0, NVC56F_SEM_PAYLOAD_LO, 1);
	nv_push_method(&push, 0, NVC56F_SEM_EXECUTE, NVC56F_SEM_EXECUTE_OPERATION_ACQUIRE);
	entry[0] = CONTROL + at;
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, (CONTROL + at) >> 32) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push.used);
	rig->put++;
}

static void sleeps_and_works(enum nv_power_state how)
{
	struct uvm_rig rig;

	open_sleeper(&rig);
	EXPECT(copies(&rig, 0x11));
	power_cycle(&rig, how);
	EXPECT(copies(&rig, 0x22));
	EXPECT_EQ(unit_log_lines(&rig.rm.soft.log, 'E'), 0);
	rig_down(&rig);
}

UNIT_TEST(a_channel_after_a_sleep)
{
	static const enum nv_power_state modes[] = {
		NV_POWER_GC6, NV_POWER_GCOFF, NV_POWER_STANDBY, NV_POWER_HIBERNATE,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		sleeps_and_works(modes[i]);
}

/* Submitted before the sleep, half done in it, completed after it: once. */
UNIT_TEST(work_under_way)
{
	struct uvm_rig rig;

	open_sleeper(&rig);
	memset(rig.cpu + SECOND_PAGE, 0x5a, 0x800);
	wait_for_word(&rig);
	EXPECT(!copy(&rig, DATA + 0x2000, CONTROL + SECOND_PAGE, 0x800));
	power_cycle(&rig, NV_POWER_STANDBY);
	power_cycle(&rig, NV_POWER_GCOFF);
	nv_rd32(&rig.rm.soft.hw, 0);
	EXPECT_EQ(*word(&rig, SEM_OFF), 0);
	*word(&rig, WAIT_OFF) = 1;
	nv_rd32(&rig.rm.soft.hw, 0);
	EXPECT_EQ(*word(&rig, SEM_OFF), 2);
	EXPECT(copies(&rig, 0x33));
	rig_down(&rig);
}

/* Between the save of video memory and its return nothing of a program's may run. */
UNIT_TEST(nothing_runs_while_memory_is_copied)
{
	struct uvm_rig rig;

	open_sleeper(&rig);
	EXPECT(copies(&rig, 0x11));
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
	EXPECT(!copy(&rig, DATA, CONTROL + SECOND_PAGE, 0x800));
	nv_rd32(&rig.rm.soft.hw, 0);
	EXPECT(*word(&rig, SEM_OFF) != rig.put);
	/* The suspend comes to nothing. */
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
	nv_rd32(&rig.rm.soft.hw, 0);
	EXPECT_EQ(*word(&rig, SEM_OFF), rig.put);
	rig_down(&rig);
}

/* The model loses what the chip does: without its instance block a channel is no more. */
UNIT_TEST(instance_memory_is_needed)
{
	struct uvm_rig rig;

	open_sleeper(&rig);
	EXPECT(copies(&rig, 0x11));
	EXPECT_EQ(nv_power_save(&rig.rm.gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(&rig.rm.gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(&rig.rm.gpu), 0);
	/* As one who forgets to write it back */
	rig.rm.gpu.power.slept = false;
	EXPECT_EQ(nv_power_restore(&rig.rm.gpu), 0);
	EXPECT(!copy(&rig, DATA, CONTROL + SECOND_PAGE, 4));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "RAMFC has signature 0xdeadc0de"), 2);
	rig_down(&rig);
}
