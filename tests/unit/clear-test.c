// SPDX-License-Identifier: MIT OR GPL-2.0
/* Video memory is cleared when it is freed, and comes to its next owner clear whatever happened. */
#include "channel.h"
#include "fifo/kernel-client.h"
#include "memory-rig.h"
#include "power/power.h"

#define SIZE	MIB(2)

struct clear_rig {
	struct rm_rig rm;
	u32 client;
};

static void clear_init(struct clear_rig *rig)
{
	rig_init(&rig->rm);
	rig->client = rig_tree(&rig->rm);
}

static u8 *vram_of(struct clear_rig *rig, u32 handle, u64 *addr)
{
	struct rm_client *client = rm_client_get(&rig->rm.user, rig->client);
	struct rm_object *object = rm_object_get(client, handle);

	*addr = list_first_entry(&rm_to_memory(object)->memory->pieces, struct nv_vidmem,
				 link)->addr;
	rm_object_put(object);
	rm_client_put(client);
	return rig->rm.soft.model->vram + *addr;
}

/* Allocates, looks whether it is clear, and soils it. Return: where it is */
static u64 use(struct clear_rig *rig, u32 handle, u64 size)
{
	u64 addr, i;
	u8 *at;

	EXPECT_EQ(alloc_vid(&rig->rm, rig->client, handle, size), NV_OK);
	at = vram_of(rig, handle, &addr);
	for (i = 0; i < size; i++)
		EXPECT_EQ(at[i], 0);
	memset(at, 0xee, size);
	return addr;
}

static void drop(struct clear_rig *rig, u32 handle)
{
	EXPECT_EQ(rig_free_as(&rig->rm.user, rig->client, handle), NV_OK);
}

static void soil_all(struct clear_rig *rig)
{
	memset(rig->rm.soft.model->vram + MIB(1), 0xdd, MIB(256));
}

/* The second owner waits for no clearing: it was done when the first one let go. */
UNIT_TEST(cleared_when_freed)
{
	struct clear_rig rig;
	u64 addr, copies;

	clear_init(&rig);
	addr = use(&rig, H_MEM, SIZE);
	drop(&rig, H_MEM);
	copies = rig.rm.gpu.ce.copies;
	EXPECT_EQ(use(&rig, H_MEM, SIZE), addr);
	EXPECT_EQ(rig.rm.gpu.ce.copies, copies);
	/* A part of it is as good. */
	drop(&rig, H_MEM);
	copies = rig.rm.gpu.ce.copies;
	use(&rig, H_MEM, SIZE / 2);
	use(&rig, H_MEM2, SIZE / 2);
	EXPECT_EQ(rig.rm.gpu.ce.copies, copies);
	rig_fini(&rig.rm);
}

/* More than the channel has room for */
UNIT_TEST(much_freed_at_once)
{
	struct clear_rig rig;

	clear_init(&rig);
	use(&rig, H_MEM, MIB(1024));
	drop(&rig, H_MEM);
	use(&rig, H_MEM, MIB(1024));
	rig_fini(&rig.rm);
}

/* What free memory holds after a sleep is not what it held before. */
static void sleeps(enum nv_power_state how, bool freed_meanwhile)
{
	struct clear_rig rig;
	struct nv_gpu *gpu = &rig.rm.gpu;
	u32 i;

	clear_init(&rig);
	use(&rig, H_MEM, SIZE);
	use(&rig, H_MEM2, SIZE);
	drop(&rig, H_MEM);
	EXPECT_EQ(nv_power_save(gpu, how), 0);
	if (freed_meanwhile)
		drop(&rig, H_MEM2);
	EXPECT_EQ(nv_power_suspend(gpu), 0);
	hw_softgpu_power_cycle(&rig.rm.soft);
	EXPECT_EQ(nv_power_resume(gpu), 0);
	EXPECT_EQ(nv_power_restore(gpu), 0);
	/* The driver's own channel has taken some of what was free. */
	for (i = 0; i < 16; i++)
		use(&rig, H_MEM + 0x100 + i, SIZE / 16);
	rig_fini(&rig.rm);
}

UNIT_TEST(after_a_sleep)
{
	sleeps(NV_POWER_STANDBY, false);
	sleeps(NV_POWER_STANDBY, true);
	sleeps(NV_POWER_GCOFF, true);
}

UNIT_TEST(after_a_boot)
{
	struct clear_rig rig;

	clear_init(&rig);
	use(&rig, H_MEM, SIZE);
	use(&rig, H_MEM2, SIZE);
	drop(&rig, H_MEM);
	/* The heap goes on as it is, since somebody has some of it. */
	nv_gpu_stop(&rig.rm.gpu);
	soil_all(&rig);
	EXPECT_EQ(nv_gpu_start(&rig.rm.gpu), 0);
	rig.client = rig_tree(&rig.rm);
	use(&rig, H_MEM, SIZE);
	rig_fini(&rig.rm);
}

/* The channel stops with the clearing still to do. */
UNIT_TEST(after_a_channel_that_stands_still)
{
	struct gsp_object *object;
	struct clear_rig rig;

	clear_init(&rig);
	use(&rig, H_MEM, SIZE);
	object = sg_object_find(rig.rm.soft.model->rm, NV_KERNEL_CLIENT, NV_KERNEL_CHANNEL);
	EXPECT(object && object->channel);
	sg_channel_schedule(object->channel, false);
	drop(&rig, H_MEM);
	use(&rig, H_MEM, SIZE);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "stands still"), 1);
	rig_fini(&rig.rm);
}
