// SPDX-License-Identifier: MIT OR GPL-2.0

/* Unified memory: a program whose address space UVM owns copies with the copy engine. */

#include "uvm-rig.h"

UNIT_TEST(a_program_copies)
{
	struct rm_memory *memory;
	struct uvm_rig rig;
	const u8 *vram;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(map(&rig, H_DATA, DATA + SIZE, SIZE), NV_OK);
	EXPECT_EQ(pool(&rig, POOL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	memory = memory_of(&rig, H_DATA);
	vram = rig.rm.soft.model->vram +
	       list_first_entry(&memory->pieces, struct nv_vidmem, link)->addr;
	memset(rig.cpu + 0x8000, 0x5a, 0x1000);
	EXPECT(copy(&rig, DATA + SIZE + 0x123, CONTROL + 0x8000, 0x800));
	EXPECT(vram[0x122] == 0 && vram[0x123] == 0x5a && vram[0x922] == 0x5a && vram[0x923] == 0);
	/* A pool is CPU's and GPU's. */
	EXPECT(copy(&rig, POOL + 0x10, CONTROL + 0x8000, 16));
	EXPECT_EQ(uvm_map_cpu(&rig.vs, POOL, SIZE, &memory), NV_OK);
	EXPECT(((u8 *)memory->dma.cpu)[0x0f] == 0 && ((u8 *)memory->dma.cpu)[0x10] == 0x5a);
	EXPECT_EQ(on_range(&rig, UVM_FREE, POOL, SIZE), NV_ERR_INVALID_ARGUMENT);
	uvm_unmap_cpu(&rig.vs, POOL, true);
	rm_memory_put(memory);
	EXPECT_EQ(on_range(&rig, UVM_FREE, POOL, SIZE), NV_OK);
	EXPECT(!copy(&rig, POOL, CONTROL + 0x8000, 4));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "): 31, MMU fault"), 1);
	rig_down(&rig);
}

/* What is mapped stays until it is unmapped, whoever frees what. */
UNIT_TEST(memory_outlives_its_handle)
{
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(map(&rig, H_DATA, DATA, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_DATA), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_VASPACE), NV_OK);
	EXPECT(copy(&rig, DATA, CONTROL + 0x8000, 0x800));
	EXPECT_EQ(unmap(&rig, DATA, SIZE), NV_OK);
	EXPECT_EQ(unmap(&rig, DATA, SIZE), NV_OK);
	EXPECT(!copy(&rig, DATA, CONTROL + 0x8000, 0x800));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, rig.client), NV_OK);
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU_VASPACE), NV_OK);
	rig_down(&rig);
}

UNIT_TEST(ranges)
{
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, 0x1000, 0), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, 0x1001, 0x1000),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, 0x1000, 0x800), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, ~0xfffull, 0x1000),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, 0x1000, ~0xfffull),
		  NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, DATA - HUGE, 2 * HUGE),
		  NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(on_range(&rig, UVM_CREATE_EXTERNAL_RANGE, DATA + 0x1000, 0x1000),
		  NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(pool(&rig, DATA, 0x1000), NV_ERR_UVM_ADDRESS_IN_USE);
	EXPECT_EQ(pool(&rig, POOL, 1ull << 40), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, DATA, HUGE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_VALIDATE_VA_RANGE, DATA, SIZE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_FREE, DATA, SIZE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(on_range(&rig, UVM_FREE, DATA, HUGE), NV_OK);
	EXPECT_EQ(on_range(&rig, UVM_FREE, DATA, HUGE), NV_ERR_INVALID_ADDRESS);
	rig_down(&rig);
}

UNIT_TEST(memory_in_blocks)
{
	struct uvm_map_external_allocation_params p;
	struct uvm_rig rig;

	rig_registered(&rig);
	p = map_params(&rig, H_DATA, DATA, SIZE);
	p.gpu[0].format = UVM_FORMAT_BLOCK_LINEAR;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_ARGUMENT);
	p.gpu[0].element_bits = UVM_ELEMENT_BITS_32;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_OK);
	p.gpu[0].compression = UVM_COMPRESSION_ENABLED_NO_PLC;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_NOT_SUPPORTED);
	rig_down(&rig);
}

UNIT_TEST(hostile_maps)
{
	struct uvm_map_external_allocation_params p;
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_DATA, DATA - SIZE, SIZE), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(map(&rig, H_DATA, DATA + HUGE - 0x1000, 0x2000), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(map(&rig, H_DATA, DATA, 2 * SIZE), NV_ERR_INVALID_LIMIT);
	EXPECT_EQ(map(&rig, H_SUBDEVICE, DATA, SIZE), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(map(&rig, 0x1234, DATA, SIZE), NV_ERR_OBJECT_NOT_FOUND);
	p = map_params(&rig, H_DATA, DATA, SIZE);
	p.offset = ~0xfffull;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_LIMIT);
	p = map_params(&rig, H_DATA, DATA, SIZE);
	p.gpus = UVM_MAX_GPUS + 1;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_ARGUMENT);
	p.gpus = 2;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_DEVICE);
	p.gpus = 1;
	p.ctl_fd = 4;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_ARGUMENT);
	p.ctl_fd = 3;
	p.gpu[0].mapping = 4;
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_ALLOCATION, &p), NV_ERR_INVALID_ARGUMENT);
	/* One over another replaces it, if it covers it. */
	EXPECT_EQ(map(&rig, H_DATA, DATA, SIZE), NV_OK);
	EXPECT_EQ(map(&rig, H_MEMORY, DATA, SIZE), NV_OK);
	EXPECT_EQ(map(&rig, H_MEMORY, DATA, SIZE / 2), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(unmap(&rig, DATA, SIZE / 2), NV_ERR_INVALID_ADDRESS);
	EXPECT_EQ(unmap(&rig, DATA, HUGE), NV_OK);
	rig_down(&rig);
}

UNIT_TEST(whose_address_space)
{
	struct rm_caller stranger;
	struct uvm_va_space other;
	struct uvm_rig rig;

	rig_up(&rig);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_ERR_INVALID_DEVICE);
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_ERR_PAGE_TABLE_NOT_AVAIL);
	EXPECT_EQ(register_vaspace(&rig, 4, rig.client, H_VASPACE), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(register_vaspace(&rig, 3, 0x1234, H_VASPACE), NV_ERR_INVALID_CLIENT);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_DATA), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(alloc_vaspace(&rig, 0x90f2, 0), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, 0x90f2), NV_ERR_INVALID_ARGUMENT);
	stranger = rig.rm.user;
	stranger.euid = 77;
	stranger.pid = 78;
	the_user = &stranger;
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_ERR_INVALID_CLIENT);
	the_user = &rig.rm.user;
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_ERR_INVALID_DEVICE);
	/* No second owner, until the first lets go. */
	uvm_va_space_init(&other, &rig.os);
	rig.asked = &other;
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_ERR_STATE_IN_USE);
	rig.asked = &rig.vs;
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU_VASPACE), NV_OK);
	rig.asked = &other;
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_OK);
	uvm_va_space_fini(&other);
	rig.asked = &rig.vs;
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU), NV_OK);
	EXPECT_EQ(on_gpu(&rig, UVM_UNREGISTER_GPU), NV_ERR_INVALID_DEVICE);
	EXPECT_EQ(register_gpu(&rig), NV_OK);
	EXPECT_EQ(register_vaspace(&rig, 3, rig.client, H_VASPACE), NV_OK);
	rig_down(&rig);
}

UNIT_TEST(channels)
{
	struct uvm_register_channel_params p = { .ctl_fd = 3, .h_channel = H_CHANNEL };
	struct uvm_unregister_channel_params q = { .h_channel = H_CHANNEL };
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	p.h_client = rig.client;
	q.h_client = rig.client;
	EXPECT_EQ(call(&rig, UVM_REGISTER_CHANNEL, &p), NV_ERR_INVALID_DEVICE);
	p.gpu = rig.uuid;
	EXPECT_EQ(call(&rig, UVM_UNREGISTER_CHANNEL, &q), NV_ERR_INVALID_CHANNEL);
	/* That of a copy engine has no context: the range does not matter. */
	p.base = DATA;
	p.length = SIZE;
	EXPECT_EQ(call(&rig, UVM_REGISTER_CHANNEL, &p), NV_OK);
	EXPECT_EQ(call(&rig, UVM_REGISTER_CHANNEL, &p), NV_ERR_INVALID_CHANNEL);
	p.h_channel = H_DATA;
	EXPECT_EQ(call(&rig, UVM_REGISTER_CHANNEL, &p), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_CHANNEL), NV_OK);
	EXPECT_EQ(call(&rig, UVM_UNREGISTER_CHANNEL, &q), NV_OK);
	EXPECT_EQ(call(&rig, UVM_UNREGISTER_CHANNEL, &q), NV_ERR_INVALID_CHANNEL);
	rig_down(&rig);
}

/* What goes with the process is not there any more for what the process left to its channels. */
UNIT_TEST(channels_stop_before_their_memory_goes)
{
	struct uvm_register_channel_params p = { .ctl_fd = 3, .h_channel = H_CHANNEL };
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	p.h_client = rig.client;
	p.gpu = rig.uuid;
	EXPECT_EQ(call(&rig, UVM_REGISTER_CHANNEL, &p), NV_OK);
	EXPECT(copy(&rig, CONTROL + 0x9000, CONTROL + 0x8000, 16));
	uvm_va_space_stop(&rig.vs);
	EXPECT(!copy(&rig, CONTROL + 0x9000, CONTROL + 0x8000, 16));
	hw_softgpu_run_thread(&rig.rm.soft);
	EXPECT_EQ(unit_log_has(&rig.rm.soft.log, "MMU fault"), 0);
	rig_down(&rig);
}

/* The process ends with everything in use; and the GPU before that. */
UNIT_TEST(teardown)
{
	struct uvm_register_gpu_params p = { };
	struct uvm_rig rig;

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_MEMORY, CONTROL, SIZE), NV_OK);
	EXPECT_EQ(pool(&rig, POOL, SIZE), NV_OK);
	EXPECT_EQ(open_channel(&rig), NV_OK);
	uvm_va_space_stop(&rig.vs);
	p.gpu = rig.uuid;
	EXPECT_EQ(call(&rig, UVM_REGISTER_GPU, &p), NV_ERR_PAGE_TABLE_NOT_AVAIL);
	EXPECT_EQ(on_range(&rig, UVM_FREE, POOL, SIZE), NV_OK);
	rig_down(&rig);

	rig_registered(&rig);
	EXPECT_EQ(map(&rig, H_DATA, DATA, SIZE), NV_OK);
	EXPECT_EQ(pool(&rig, POOL, SIZE), NV_OK);
	rm_remove_gpu(&rig.rm.rm, &rig.rm.gpu);
	EXPECT_EQ(map(&rig, H_DATA, DATA, SIZE), NV_ERR_OBJECT_NOT_FOUND);
	uvm_va_space_fini(&rig.vs);
	rm_file_close(&rig.rm.ctl);
	rm_file_close(&rig.rm.node);
	rm_fini(&rig.rm.rm);
	nv_gpu_fini(&rig.rm.gpu);
	rig.rm.soft.gpu = NULL;
	hw_softgpu_fini(&rig.rm.soft);
}

UNIT_TEST(what_is_missing_says_so)
{
	u64 params[1160] = { 0 };
	struct uvm_rig rig;
	u32 nr, found = 0;

	rig_up(&rig);
	for (nr = 0; nr < 256; nr++)
		found += !!uvm_ioctl_find(nr);
	EXPECT_EQ(found, 40);
	EXPECT_EQ(call(&rig, UVM_MAP_EXTERNAL_SPARSE, params), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(call(&rig, UVM_PAGEABLE_MEM_ACCESS, params), NV_OK);
	EXPECT_EQ(*(u8 *)params, 0);
	EXPECT_EQ(call(&rig, UVM_CREATE_RANGE_GROUP, params), NV_OK);
	EXPECT_EQ(params[0], 1);
	EXPECT_EQ(call(&rig, UVM_DESTROY_RANGE_GROUP, params), NV_OK);
	EXPECT_EQ(call(&rig, UVM_DESTROY_RANGE_GROUP, params), NV_ERR_OBJECT_NOT_FOUND);
	rig_down(&rig);
}
