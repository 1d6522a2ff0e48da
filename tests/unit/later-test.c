// SPDX-License-Identifier: MIT OR GPL-2.0
/* Last references to what is on a GPU that is asleep, or that somebody waits to put to sleep. */
#include <pthread.h>

#include "abi/channel.h"
#include "memory-rig.h"

struct later_rig {
	struct rm_rig rm;
	u32 client;
	u64 used;	/* video memory before there was anything */
};

static void later_init(struct later_rig *rig)
{
	rebar(&rig->rm, false);
	rig->client = rig_tree(&rig->rm);
	/* The driver's own channel takes some. */
	EXPECT_EQ(alloc_vid(&rig->rm, rig->client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(rig_free_as(&rig->rm.user, rig->client, H_MEM), NV_OK);
	rig->used = rig->rm.gpu.heap.used;
}

static void later_fini(struct later_rig *rig)
{
	EXPECT_EQ(unit_log_lines(&rig->rm.soft.log, 'E'), 0);
	rig_fini(&rig->rm);
}

static void wake(struct later_rig *rig)
{
	rig->rm.soft.asleep = false;
	rm_catch_up(&rig->rm.rm, &rig->rm.gpu);
}

/* A call that works on H_MEM while another thread frees that */
struct call {
	struct later_rig *rig;
	struct rm_client *client;
	struct rm_object *object;
	struct rm_gpu *gpu;
};

static void *free_it(void *data)
{
	struct call *call = data;

	EXPECT_EQ(rig_free_as(&call->rig->rm.user, call->rig->client, H_MEM), NV_OK);
	return NULL;
}

static void call_begin(struct call *call, struct later_rig *rig)
{
	struct nv_gpu *gpu;
	pthread_t thread;

	*call = (struct call) { .rig = rig, .client = rm_client_get(&rig->rm.user, rig->client) };
	call->object = rm_object_get(call->client, H_MEM);
	EXPECT(call->object);
	call->gpu = rm_gpu_get(&rig->rm.rm, rig->rm.gpu.gpu_id);
	EXPECT_EQ(rm_object_enter(call->object, &gpu), NV_OK);
	EXPECT_EQ(pthread_create(&thread, NULL, free_it, call), 0);
	pthread_join(thread, NULL);
}

/* Drops the last reference before it leaves. */
static void call_end(struct call *call)
{
	rm_object_put(call->object);
	rm_client_put(call->client);
	rm_gpu_leave(call->gpu);
	rm_gpu_put(call->gpu);
}

UNIT_TEST(last_reference_inside)
{
	struct later_rig rig;
	struct call call;

	later_init(&rig);
	EXPECT_EQ(alloc_vid(&rig.rm, rig.client, H_MEM, MIB(2)), NV_OK);
	call_begin(&call, &rig);
	EXPECT_EQ(rig.rm.gpu.heap.used, rig.used + MIB(2));
	call_end(&call);
	EXPECT_EQ(rig.rm.gpu.heap.used, rig.used);
	later_fini(&rig);
}

/* Somebody has closed the gate and waits for the call, which must not wait for them. */
UNIT_TEST(last_reference_inside_a_closed_gate)
{
	struct later_rig rig;
	struct call call;

	later_init(&rig);
	EXPECT_EQ(alloc_vid(&rig.rm, rig.client, H_MEM, MIB(2)), NV_OK);
	call_begin(&call, &rig);
	rig.rm.soft.asleep = true;
	call_end(&call);
	EXPECT_EQ(rig.rm.gpu.heap.used, rig.used + MIB(2));
	wake(&rig);
	EXPECT_EQ(rig.rm.gpu.heap.used, rig.used);
	EXPECT_EQ(alloc_vid(&rig.rm, rig.client, H_MEM, MIB(2)), NV_OK);
	later_fini(&rig);
}

/* What a program may have, with mappings in the rig's files */
static void have_things(struct later_rig *rig)
{
	struct nv_vaspace_alloc_params vas = { .index = NV_VASPACE_ALLOCATION_INDEX_GPU_NEW };

	EXPECT_EQ(alloc_vid(&rig->rm, rig->client, H_MEM, MIB(2)), NV_OK);
	EXPECT_EQ(alloc_sys(&rig->rm, rig->client, H_MEM2, KIB(8)), NV_OK);
	EXPECT_EQ(map(&rig->rm, rig->client, H_MEM, NODE, MIB(2)), NV_OK);
	EXPECT_EQ(map(&rig->rm, rig->client, H_MEM2, 0, KIB(8)), NV_OK);
	EXPECT_EQ(rig_alloc_as(&rig->rm.user, rig->client, H_DEVICE, H_OTHER, FERMI_VASPACE_A,
			       &vas, sizeof(vas)), NV_OK);
}

/* A process ends while the GPU sleeps, without waiting; all it had goes when that wakes. */
UNIT_TEST(files_closed_asleep)
{
	struct later_rig rig;
	u64 accesses, used;

	later_init(&rig);
	have_things(&rig);
	used = rig.rm.gpu.heap.used;
	accesses = rig.rm.soft.accesses;
	rig.rm.soft.asleep = true;
	rig_close_fd(NODE);
	rig_close_fd(0);
	rm_file_close(&rig.rm.ctl);
	EXPECT_EQ(rig.rm.soft.accesses, accesses);
	EXPECT_EQ(rig.rm.gpu.heap.used, used);
	EXPECT(rig.rm.gpu.bar1.windows.used);
	wake(&rig);
	EXPECT(rig.rm.soft.accesses > accesses);
	EXPECT(xa_empty(&rig.rm.rm.clients));
	EXPECT_EQ(rig.rm.gpu.heap.used, rig.used);
	EXPECT_EQ(rig.rm.gpu.bar1.windows.used, 0);
	/* GSP has forgotten them, too. */
	rig.client = rig_tree(&rig.rm);
	have_things(&rig);
	later_fini(&rig);
}

UNIT_TEST(gpu_removed_asleep)
{
	struct later_rig rig;

	later_init(&rig);
	have_things(&rig);
	rig.rm.soft.asleep = true;
	rig_close_fd(NODE);
	rm_file_close(&rig.rm.ctl);
	rm_remove_gpu(&rig.rm.rm, &rig.rm.gpu);
	EXPECT(xa_empty(&rig.rm.rm.clients));
	EXPECT_EQ(rig.rm.gpu.heap.used, 0);
	later_fini(&rig);
}

/* Who is killed while RM_FREE waits has freed it nevertheless. */
UNIT_TEST(free_killed_asleep)
{
	struct later_rig rig;

	later_init(&rig);
	have_things(&rig);
	rig.rm.soft.asleep = true;
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, H_OTHER), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.rm.user, rig.client, rig.client), NV_OK);
	EXPECT(!xa_empty(&rig.rm.rm.clients));
	wake(&rig);
	EXPECT(xa_empty(&rig.rm.rm.clients));
	later_fini(&rig);
}

/* Nobody tells a GPU that is gone for good of anything, nor waits for it. */
UNIT_TEST(files_closed_when_lost)
{
	struct later_rig rig;

	later_init(&rig);
	have_things(&rig);
	rig.rm.soft.hw.lost = true;
	rm_file_close(&rig.rm.ctl);
	EXPECT(xa_empty(&rig.rm.rm.clients));
	rm_remove_gpu(&rig.rm.rm, &rig.rm.gpu);
	EXPECT_EQ(rig.rm.gpu.heap.used, 0);
	rig_fini(&rig.rm);
}
