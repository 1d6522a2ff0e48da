// SPDX-License-Identifier: MIT OR GPL-2.0

/* Engines' non-stall interrupts: from a channel that asks for one to the file of who waits. */

#include "power/power.h"
#include "uvm-rig.h"

#define FD		5
#define NONSTALL	(NV01_EVENT_NONSTALL_INTR | NV01_EVENT_WITHOUT_EVENT_DATA)
#define CE2_INDEX	(NV2080_NOTIFIERS_CE0 + 2)
#define CE3_INDEX	(NV2080_NOTIFIERS_CE0 + 3)

enum { H_EVENT = 0xe0, H_EVENT2 };

static u32 event(struct uvm_rig *rig, u32 parent, u32 handle, u32 index)
{
	const struct nv0005_alloc_parameters p = { .notify_index = index, .data = FD };

	return alloc(rig, parent, handle, NV01_EVENT_OS_EVENT, &p, sizeof(p));
}

/* A channel on CE2, and a file for the events of its client */
static void open_waiter(struct uvm_rig *rig)
{
	struct nv_ioctl_os_event p;
	struct rm_caller caller;

	rig_registered(rig);
	EXPECT_EQ(map(rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(map(rig, H_DATA, DATA, SIZE), NV_OK);
	EXPECT_EQ(open_channel(rig), NV_OK);
	caller = rig->rm.user;
	caller.file = &rig->rm.node;
	p = (struct nv_ioctl_os_event) { .h_client = rig->client, .fd = FD };
	EXPECT_EQ(rm_alloc_os_event(&caller, &p), NV_OK);
	/* The first look round, after the start of the GPU */
	hw_softgpu_run_thread(&rig->rm.soft);
	rig_posted = NULL;
}

static void ask(struct uvm_rig *rig)
{
	u32 at = PUSH_OFF + rig->put * 0x100, *entry = (u32 *)(rig->cpu + rig->put * 8);
	struct nv_push push = { .word = (u32 *)(rig->cpu + at), .room = 64 };

	nv_push_method(&push, 0, NVC56F_NON_STALL_INTERRUPT, 0);
	entry[0] = CONTROL + at;
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, (CONTROL + at) >> 32) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push.used);
	rig->put++;
	*(u32 *)(rig->cpu + USERD_OFF + NV_USERD_GP_PUT) = rig->put;
	nv_wr32(&rig->rm.soft.hw, NV_VIRTUAL_FUNCTION_DOORBELL, rig->token);
}

/* Is somebody woken after the channel asks for it? */
static bool wakes(struct uvm_rig *rig)
{
	rig_posted = NULL;
	ask(rig);
	hw_softgpu_run_thread(&rig->rm.soft);
	return rm_file_poll(&rig->rm.node) && rig_posted == &rig->rm.node;
}

UNIT_TEST(a_channel_asks)
{
	struct uvm_rig rig;
	u64 irqs;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | CE2_INDEX), NV_OK);
	irqs = rig.rm.soft.irqs;
	EXPECT(copy(&rig, DATA, CONTROL + 0x8000, 64));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT(!rm_file_poll(&rig.rm.node));
	EXPECT_EQ(rig.rm.soft.irqs, irqs);
	EXPECT(wakes(&rig));
	EXPECT(!rm_file_poll(&rig.rm.node));
	EXPECT_EQ(rig.rm.soft.irqs, irqs + 1);
	EXPECT(wakes(&rig));
	EXPECT_EQ(rig.rm.gpu.intr.unknown, 0);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_EVENT), NV_OK);
	EXPECT(!wakes(&rig));
	rig_down(&rig);
}

UNIT_TEST(with_data)
{
	struct nvos41_parameters p = { .p_event = rig_ptr(0), .status = ~0u };
	struct nv_unix_event *got = (void *)rig_user;
	struct rm_caller caller;
	struct uvm_rig rig;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NV01_EVENT_NONSTALL_INTR | CE2_INDEX), NV_OK);
	EXPECT(wakes(&rig));
	caller = rig.rm.user;
	caller.file = &rig.rm.node;
	EXPECT_EQ(rm_escape(&caller, NV_ESC_RM_GET_EVENT_DATA, &p, sizeof(p)), 0);
	EXPECT(p.status == NV_OK && !p.more_events);
	EXPECT(got->h_object == H_EVENT && got->notify_index == CE2_INDEX && !got->info32);
	rig_down(&rig);
}

UNIT_TEST(who_waits_for_something_else)
{
	struct uvm_rig rig;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | CE3_INDEX), NV_OK);
	EXPECT(!wakes(&rig));
	/* The same number, but not of an interrupt */
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT2,
			NV01_EVENT_WITHOUT_EVENT_DATA | CE2_INDEX), NV_OK);
	EXPECT(!wakes(&rig));
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_EVENT2), NV_OK);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT2,
			NONSTALL | NV2080_NOTIFIERS_FIFO_EVENT_MTHD), NV_OK);
	EXPECT(wakes(&rig));
	rig_down(&rig);
}

UNIT_TEST(the_file_is_closed)
{
	struct uvm_rig rig;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | CE2_INDEX), NV_OK);
	rm_file_close(&rig.rm.node);
	EXPECT(!wakes(&rig));
	EXPECT(!rig_posted);
	rig_down(&rig);
}

UNIT_TEST(the_gpu_is_removed)
{
	struct uvm_rig rig;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | CE2_INDEX), NV_OK);
	ask(&rig);
	rm_remove_gpu(&rig.rm.rm, &rig.rm.gpu);
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT(!rig_posted);
	rig_down(&rig);
}

UNIT_TEST(only_engines_of_a_subdevice)
{
	struct uvm_rig rig;

	open_waiter(&rig);
	EXPECT_EQ(event(&rig, H_CHANNEL, H_EVENT, NONSTALL | CE2_INDEX), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(event(&rig, rig.client, H_EVENT, NONSTALL | CE2_INDEX), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | 33), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | 0xffff), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | NV2080_NOTIFIERS_GR0), NV_OK);
	rig_down(&rig);
}

/* What engines say while nobody listens is not lost: who waits looks once. */
UNIT_TEST(across_a_sleep)
{
	struct nv_gpu *gpu;
	struct uvm_rig rig;

	open_waiter(&rig);
	gpu = &rig.rm.gpu;
	EXPECT_EQ(event(&rig, H_SUBDEVICE, H_EVENT, NONSTALL | CE2_INDEX), NV_OK);
	EXPECT_EQ(nv_power_save(gpu, NV_POWER_STANDBY), 0);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT(!rm_file_poll(&rig.rm.node));
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT(rm_file_poll(&rig.rm.node));
	EXPECT(!rm_file_poll(&rig.rm.node));
	EXPECT(wakes(&rig));
	rig_down(&rig);
}
