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
		if (map_managed(&rig, POOL, SIZE) == NV_OK)
			uvm_unmap_cpu(&rig.vs, POOL, n % 2);
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

	switch (next_random(state) % 14) {
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
	case 12:
		return map_managed(rig, base, length);
	case 13:
		uvm_unmap_cpu(&rig->vs, base, next_random(state) % 2);
		return NV_OK;
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

/* What is asked is well-formed but for a few words, so that it comes far. */

union params {
	struct uvm_register_gpu_params gpu;
	struct uvm_register_gpu_vaspace_params vaspace;
	struct uvm_register_channel_params channel;
	struct uvm_unregister_channel_params no_channel;
	struct uvm_map_external_allocation_params map;
	struct uvm_range_gpu_params range;
	u32 word[sizeof(struct uvm_map_external_allocation_params) / 4];
};

static void well_formed(struct uvm_rig *rig, u64 *state, u32 nr, union params *p)
{
	u64 base = some_address(state);

	memset(p, 0, sizeof(*p));
	switch (nr) {
	case UVM_MAP_EXTERNAL_ALLOCATION:
		p->map = map_params(rig, H_DATA, base, SIZE / 2);
		break;
	case UVM_REGISTER_CHANNEL:
		p->channel = (struct uvm_register_channel_params) {
			.gpu = rig->uuid, .ctl_fd = 3, .h_client = rig->client,
			.h_channel = H_CHANNEL, .base = base, .length = SIZE,
		};
		break;
	case UVM_UNREGISTER_CHANNEL:
		p->no_channel = (struct uvm_unregister_channel_params) {
			.gpu = rig->uuid, .h_client = rig->client, .h_channel = H_CHANNEL,
		};
		break;
	case UVM_REGISTER_GPU_VASPACE:
		p->vaspace = (struct uvm_register_gpu_vaspace_params) {
			.gpu = rig->uuid, .ctl_fd = 3, .h_client = rig->client,
			.h_vaspace = H_VASPACE,
		};
		break;
	case UVM_REGISTER_GPU:
	case UVM_UNREGISTER_GPU:
	case UVM_UNREGISTER_GPU_VASPACE:
	case UVM_PAGEABLE_MEM_ACCESS_ON_GPU:
		p->gpu = (struct uvm_register_gpu_params) { .gpu = rig->uuid, .ctl_fd = -1 };
		break;
	default:
		p->range = (struct uvm_range_gpu_params) {
			.base = base, .length = SIZE, .gpu = rig->uuid,
		};
	}
}

/* Ends of address spaces, what wraps, what is not aligned, and names of other things. */
static void spoil(u64 *state, union params *p, size_t size)
{
	static const u32 odd[] = {
		0, 1, 3, 0xfff, 0x1000, 0x80000000, 0xfffff000, ~0u, 1 << 15, 1 << 17, 1 << 25,
		H_DATA, H_MEMORY, H_VASPACE, H_DEVICE, UVM_MAX_GPUS, UVM_MAX_GPUS + 1,
	};
	/* Behind the first of many GPUs there is nothing to look at but how many they are. */
	u32 at = next_random(state) % (size > 128 ? 128 / 4 : size / 4);

	if (size > 128 && next_random(state) % 4 == 0)
		at = (size - 1 - next_random(state) % 24) / 4;
	p->word[at] = next_random(state) % 8 ? odd[next_random(state) % ARRAY_SIZE(odd)] :
					       next_random(state);
}

UNIT_TEST(nearly_right_parameters)
{
	static union params p;
	struct uvm_rig rig;
	u32 good = 0, i, nr, n;
	u64 state = 2;

	rig_registered(&rig);
	for (i = 0; i < 60000; i++) {
		const struct uvm_ioctl_desc *desc;

		do {
			nr = UVM_CREATE_RANGE_GROUP + next_random(&state) % 54;
			desc = uvm_ioctl_find(nr);
		} while (!desc || nr == UVM_MM_INITIALIZE);
		well_formed(&rig, &state, nr, &p);
		for (n = next_random(&state) % 3; n; n--)
			spoil(&state, &p, desc->size);
		/* A pool of 1 GiB is no error. */
		if (nr == UVM_ALLOC_SEMAPHORE_POOL && p.range.length < BIT_ULL(32))
			p.range.length &= 0x1ffff;
		good += uvm_ioctl(&rig.vs, nr, &p) == NV_OK;
		if (next_random(&state) % 16 == 0)
			map_managed(&rig, some_address(&state), SIZE);
		if (next_random(&state) % 64 == 0)
			uvm_unmap_cpu(&rig.vs, some_address(&state), next_random(&state) % 2);
		if (next_random(&state) % 512 == 0 && open_channel(&rig) == NV_OK)
			good++;
		if (next_random(&state) % 512 == 0)
			rig_free_as(&rig.rm.user, rig.client, H_CHANNEL);
	}
	EXPECT(good > 6000);
	rig_down(&rig);
}
