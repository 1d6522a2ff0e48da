// SPDX-License-Identifier: MIT OR GPL-2.0

/* Managed memory: CPU and GPU touch it at any time, and what a program wishes for it. */

#include "uvm-rig.h"

#define MANAGED		0x7f0000000000ull
#define GROUP		1

static const struct uvm_uuid cpu = { {
	0xa6, 0x5e, 0x0f, 0x4e, 0xd7, 0xd4, 0x7b, 0xa2,
	0x50, 0x47, 0x41, 0x2c, 0x14, 0x2a, 0x77, 0x73,
} };

static void open_managed(struct uvm_rig *rig)
{
	rig_registered(rig);
	EXPECT_EQ(map(rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(rig), NV_OK);
	EXPECT_EQ(map_managed(rig, MANAGED, HUGE), NV_OK);
}

static u8 *bytes(struct uvm_rig *rig, u64 addr)
{
	struct uvm_range *range;
	u8 *at;

	mutex_lock(&rig->vs.lock);
	range = uvm_range_find(&rig->vs, addr & ~0xfffull, 0x1000);
	at = (u8 *)range->memory->dma.cpu + (addr - range->node.start);
	mutex_unlock(&rig->vs.lock);
	return at;
}

UNIT_TEST(cpu_and_gpu_see_the_same)
{
	struct uvm_rig rig;
	u8 *at;
	u32 i;

	open_managed(&rig);
	at = bytes(&rig, MANAGED);
	for (i = 0; i < HUGE; i += 0x1000)
		EXPECT_EQ(at[i], 0);
	memset(at + 0x5000, 0x5a, 0x2000);
	EXPECT(copy(&rig, CONTROL + 0x8000, MANAGED + 0x5800, 0x1000));
	EXPECT_EQ(rig.cpu[0x8000], 0x5a);
	EXPECT_EQ(rig.cpu[0x8fff], 0x5a);
	EXPECT(copy(&rig, MANAGED + HUGE - 0x1000, CONTROL + 0x8000, 0x1000));
	EXPECT_EQ(at[HUGE - 1], 0x5a);
	/* As the program knows it: munmap() */
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE / 2), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_FREE, MANAGED, HUGE), NV_ERR_INVALID_ADDRESS);
	uvm_unmap_cpu(&rig.vs, MANAGED, true);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, MANAGED, HUGE), NV_ERR_INVALID_ADDRESS);
	EXPECT(!copy(&rig, MANAGED, CONTROL + 0x8000, 4));
	rig_down(&rig);
}

UNIT_TEST(addresses_taken)
{
	struct uvm_rig rig;

	open_managed(&rig);
	EXPECT_EQ(map_managed(&rig, MANAGED, HUGE), NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(map_managed(&rig, MANAGED - HUGE, 2 * HUGE), NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(map_managed(&rig, DATA, 0x1000), NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(map_managed(&rig, MANAGED + HUGE, 0x800), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, MANAGED + 0x1000, 0x1000),
		  NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(map(&rig, H_DATA, MANAGED, SIZE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(unmap(&rig, MANAGED, HUGE), NV_ERR_INVALID_ADDRESS);
	rig_down(&rig);
}

/* A process that unmaps while a GPU sleeps does not wait: what the GPU has is taken later. */
UNIT_TEST(unmapped_in_a_sleep)
{
	struct uvm_rig rig;

	open_managed(&rig);
	uvm_map_cpu_again(&rig.vs, MANAGED);
	uvm_unmap_cpu(&rig.vs, MANAGED, true);
	EXPECT(copy(&rig, MANAGED, CONTROL + 0x8000, 4));
	uvm_unmap_cpu(&rig.vs, MANAGED, false);
	EXPECT(copy(&rig, MANAGED, CONTROL + 0x8000, 4));
	EXPECT_EQ(map_managed(&rig, MANAGED, SIZE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, MANAGED, SIZE), NV_OK);
	uvm_unmap_cpu(&rig.vs, MANAGED, false);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, MANAGED, SIZE), NV_ERR_INVALID_ADDRESS);
	uvm_unmap_cpu(&rig.vs, MANAGED, true);
	EXPECT_EQ(map_managed(&rig, MANAGED, SIZE), NV_OK);
	uvm_unmap_cpu(&rig.vs, MANAGED, false);
	rig_down(&rig);
}

/* There is no GPU, or it comes later, or the process ends. */
UNIT_TEST(gpus_come_and_go)
{
	struct uvm_rig rig;

	rig_up(&rig);
	EXPECT_EQ(map_managed(&rig, MANAGED, SIZE), NV_ERR_INVALID_DEVICE);
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(map_managed(&rig, MANAGED, SIZE), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, CONTROL, HUGE), NV_OK);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	EXPECT(copy(&rig, MANAGED, CONTROL + 0x8000, 0x100));
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU_VASPACE), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_OK);
	uvm_va_space_stop(&rig.vs);
	EXPECT_EQ(map_managed(&rig, MANAGED + HUGE, SIZE), NV_ERR_PAGE_TABLE_NOT_AVAIL);
	uvm_unmap_cpu(&rig.vs, MANAGED, true);
	rig_down(&rig);
}

static u32 prefer(struct uvm_rig *rig, u64 base, u64 length, const struct uvm_uuid *where, s32 node)
{
	struct uvm_preferred_location_params p = {
		.base = base, .length = length, .location = *where, .cpu_numa_node = node,
	};

	return call(rig, UVM_SET_PREFERRED_LOCATION, &p);
}

UNIT_TEST(wishes)
{
	const struct uvm_uuid nobody = { { 1 } };
	struct uvm_range_gpu_params by = { .base = MANAGED, .length = SIZE };
	struct uvm_rig rig;

	open_managed(&rig);
	EXPECT_EQ(map_managed(&rig, MANAGED + HUGE, SIZE), NV_OK);
	EXPECT_EQ(prefer(&rig, MANAGED, HUGE, &rig.uuid, -1), NV_OK);
	EXPECT_EQ(prefer(&rig, MANAGED + 0x1000, 0x1000, &cpu, 0), NV_OK);
	EXPECT_EQ(prefer(&rig, MANAGED, SIZE, &cpu, -2), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(prefer(&rig, MANAGED, SIZE, &nobody, -1), NV_ERR_INVALID_DEVICE);
	/* Over both, and one page beyond */
	EXPECT_EQ(prefer(&rig, MANAGED + SIZE, HUGE, &rig.uuid, -1), NV_OK);
	EXPECT_EQ(prefer(&rig, MANAGED + SIZE, HUGE + 0x1000, &rig.uuid, -1),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(prefer(&rig, ~0xfffull, 0x2000, &rig.uuid, -1), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_DISABLE_READ_DUPLICATION, MANAGED, HUGE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_ENABLE_READ_DUPLICATION, DATA, HUGE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_UNSET_PREFERRED_LOCATION, MANAGED, 0), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(call(&rig, UVM_SET_ACCESSED_BY, &by), NV_ERR_INVALID_DEVICE);
	by.gpu = rig.uuid;
	EXPECT_EQ(call(&rig, UVM_SET_ACCESSED_BY, &by), NV_OK);
	by.gpu = cpu;
	EXPECT_EQ(call(&rig, UVM_UNSET_ACCESSED_BY, &by), NV_OK);
	rig_down(&rig);
}

UNIT_TEST(groups)
{
	struct uvm_set_range_group_params set = { GROUP, MANAGED, SIZE };
	struct uvm_range_groups_params list = { { GROUP }, 1 };
	struct uvm_migrate_range_group_params move = { GROUP };
	struct uvm_create_range_group_params made = { 0 };
	struct uvm_rig rig;

	open_managed(&rig);
	EXPECT_EQ(call(&rig, UVM_SET_RANGE_GROUP, &set), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(call(&rig, UVM_MIGRATE_RANGE_GROUP, &move), NV_ERR_OBJECT_NOT_FOUND);
	EXPECT_EQ(call(&rig, UVM_CREATE_RANGE_GROUP, &made), NV_OK);
	EXPECT_EQ(made.range_group_id, GROUP);
	EXPECT_EQ(call(&rig, UVM_SET_RANGE_GROUP, &set), NV_OK);
	EXPECT_EQ(call(&rig, UVM_MIGRATE_RANGE_GROUP, &move), NV_OK);
	EXPECT_EQ(call(&rig, UVM_ALLOW_MIGRATION_RANGE_GROUPS, &list), NV_OK);
	list.count = UVM_MAX_RANGE_GROUPS_PER_CALL + 1;
	EXPECT_EQ(call(&rig, UVM_PREVENT_MIGRATION_RANGE_GROUPS, &list), NV_ERR_INVALID_ARGUMENT);
	list.count = 2;
	EXPECT_EQ(call(&rig, UVM_PREVENT_MIGRATION_RANGE_GROUPS, &list), NV_ERR_OBJECT_NOT_FOUND);
	set.range_group_id = 0;
	EXPECT_EQ(call(&rig, UVM_SET_RANGE_GROUP, &set), NV_OK);
	set.range_group_id = ~0ull;
	EXPECT_EQ(call(&rig, UVM_SET_RANGE_GROUP, &set), NV_ERR_OBJECT_NOT_FOUND);
	set.range_group_id = 0;
	set.base = DATA;
	EXPECT_EQ(call(&rig, UVM_SET_RANGE_GROUP, &set), NV_ERR_INVALID_ADDRESS);
	rig_down(&rig);
}

/* NV_OK promises the semaphore. */
UNIT_TEST(prefetch)
{
	struct uvm_migrate_params p = {
		.base = MANAGED, .length = HUGE, .cpu_numa_node = -1, .semaphore_payload = 77,
	};
	struct uvm_rig rig;
	u32 *word;

	open_managed(&rig);
	EXPECT_EQ(pool(&rig, POOL, SIZE), NV_OK);
	word = (u32 *)bytes(&rig, POOL + 0x1010);
	p.destination = rig.uuid;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_OK);
	p.semaphore = POOL + 0x1010;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ARGUMENT);
	p.flags = UVM_MIGRATE_FLAG_ASYNC;
	p.length = HUGE + 0x1000;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(*word, 0);
	p.length = HUGE;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_OK);
	EXPECT_EQ(*word, 77);
	p.semaphore_payload = 78;
	p.length = 0;
	p.destination = cpu;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_OK);
	EXPECT_EQ(*word, 78);
	p.semaphore = POOL + 0x1012;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ADDRESS);
	p.semaphore = MANAGED;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ADDRESS);
	p.semaphore = ~0ull - 3;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ADDRESS);
	p.semaphore = 0;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ARGUMENT);
	p.length = HUGE;
	p.flags = 2;
	EXPECT_EQ(call(&rig, UVM_MIGRATE, &p), NV_ERR_INVALID_ARGUMENT);
	rig_down(&rig);
}
