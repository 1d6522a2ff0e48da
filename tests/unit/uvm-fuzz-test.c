// SPDX-License-Identifier: MIT OR GPL-2.0

/* Unified memory without memory, and used in any order. */

#include "uvm-rig.h"

/* Whichever allocation fails, what was done is undone. */
UNIT_TEST(no_memory)
{
	struct uvm_rig rig;
	long n;
	bool all;

	for (n = 1, all = false; !all; n++) {
		rig_up(&rig);
		unit_fail_alloc_at(n);
		register_gpu(&rig);
		register_vaspace(&rig, 3, rig.client, H_VASPACE);
		on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, DATA, HUGE);
		map(&rig, H_DATA, DATA, SIZE);
		pool(&rig, POOL, SIZE);
		on_range(&rig, UVM_FREE, POOL, SIZE);
		unmap(&rig, DATA, SIZE);
		all = unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		rig_down(&rig);
	}
	EXPECT(n > 5);
}

static u64 next_random(u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Some of few addresses and lengths, so that ranges meet. */
static u64 some_address(u64 *state)
{
	return DATA + next_random(state) % 16 * SIZE / 2;
}

static u32 something(struct uvm_rig *rig, u64 *state)
{
	u64 base = some_address(state), length = (1 + next_random(state) % 8) * SIZE / 2;

	switch (next_random(state) % 12) {
	case 0:
		return on_gpu(rig, UVM_UNREGISTER_GPU);
	case 1:
		return on_gpu(rig, UVM_UNREGISTER_GPU_VASPACE);
	case 2:
		return register_gpu(rig);
	case 3:
		return register_vaspace(rig, 3, rig->client, H_VASPACE);
	case 4:
		return pool(rig, base, length);
	case 5:
	case 6:
		return on_range(rig, UVM_CREATE_EXTERNAL_RANGE, base, length);
	case 7:
		return on_range(rig, UVM_FREE, base, length);
	case 8:
		return unmap(rig, base, length);
	default:
		return map(rig, next_random(state) % 2 ? H_DATA : H_MEMORY, base,
			   length % (2 * SIZE) ?: SIZE);
	}
}

UNIT_TEST(anything_in_any_order)
{
	u64 state = 1;
	struct uvm_rig rig;
	u32 good = 0, i;

	rig_up(&rig);
	for (i = 0; i < 4000; i++)
		good += something(&rig, &state) == NV_OK;
	EXPECT(good > 400);
	rig_down(&rig);
}
