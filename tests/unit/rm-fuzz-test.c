// SPDX-License-Identifier: MIT OR GPL-2.0

/* The resource manager under random escapes, and under many threads at once. */

#include <pthread.h>
#include <sched.h>

#include "hw-fake.h"
#include "rm-rig.h"

#define ROUNDS		30000
#define THREADS		4
#define THREAD_ROUNDS	400

static const struct {
	unsigned int nr;
	size_t size;
} escapes[] = {
	{ NV_ESC_RM_ALLOC, 48 }, { NV_ESC_RM_ALLOC, 32 }, { NV_ESC_RM_ALLOC, 48 },
	{ NV_ESC_RM_CONTROL, 32 }, { NV_ESC_RM_CONTROL, 32 }, { NV_ESC_RM_CONTROL, 32 },
	{ NV_ESC_RM_FREE, 16 }, { NV_ESC_RM_ALLOC_OBJECT, 20 }, { NV_ESC_RM_DUP_OBJECT, 28 },
	{ NV_ESC_RM_MAP_MEMORY, 56 }, { NV_ESC_RM_VID_HEAP_CONTROL, 184 },
};

static const u32 classes[] = {
	NV01_ROOT, NV01_DEVICE_0, NV01_DEVICE_0, NV20_SUBDEVICE_0, NV20_SUBDEVICE_0,
	NV2081_BINAPI, NV2082_BINAPI_PRIVILEGED, NV04_DISPLAY_COMMON, NV40_I2C,
	NV01_MEMORY_SYSTEM, AMPERE_CHANNEL_GPFIFO_A, 0xffff,
};

static const struct row {
	u32 cmd, size;
} rows[] = {
#define ROW(id, name, size, rights, route)	{ id, size },
	NV_CTRLS(ROW)
#undef ROW
#define ROW(id, name, current)			{ id, sizeof(struct nvxxxx_ctrl_info_params) },
	NV_CTRLS_DEPRECATED(ROW) NV_CTRLS_DEPRECATED(ROW) NV_CTRLS_DEPRECATED(ROW)
#undef ROW
};

#define PICK(array, rnd)	((array)[fuzz_rand(rnd) % ARRAY_SIZE(array)])

/* Few values, so that they hit: a handle of the pool, or any. */
static u32 some_handle(u64 *rnd, const u32 *pool, size_t count)
{
	u32 r = fuzz_rand(rnd);

	return r % 8 ? pool[r / 8 % count] : fuzz_rand(rnd);
}

static u64 some_pointer(u64 *rnd)
{
	switch (fuzz_rand(rnd) % 8) {
	case 0:
		return 0;
	case 1:
		return (u64)fuzz_rand(rnd) << 32 | fuzz_rand(rnd);
	case 2:
		return rig_ptr(0) + RIG_USER_SIZE - fuzz_rand(rnd) % 64;
	default:
		return rig_ptr(fuzz_rand(rnd) % 4096);
	}
}

static void fill_control(u64 *rnd, struct nvos54_parameters *p)
{
	const struct row *row = &PICK(rows, rnd);

	p->cmd = fuzz_rand(rnd) % 8 ? row->cmd : row->cmd ^ 1u << fuzz_rand(rnd) % 32;
	p->params_size = fuzz_rand(rnd) % 4 ? row->size : fuzz_rand(rnd) % 5000;
	p->params = some_pointer(rnd);
	p->flags = fuzz_rand(rnd) % 16 ? 0 : fuzz_rand(rnd);
}

/* Random bytes, and then sense in those places where it takes sense to get further. */
static void fill(u64 *rnd, unsigned int nr, u32 *arg, size_t size, const u32 *pool, size_t count)
{
	size_t i;

	for (i = 0; i < size / 4; i++)
		arg[i] = fuzz_rand(rnd);
	for (i = 0; i < 3; i++)
		arg[i] = some_handle(rnd, pool, count);
	if (nr == NV_ESC_RM_CONTROL)
		fill_control(rnd, (void *)arg);
	if (nr != NV_ESC_RM_ALLOC && nr != NV_ESC_RM_ALLOC_OBJECT)
		return;
	arg[3] = PICK(classes, rnd);
	if (nr == NV_ESC_RM_ALLOC) {
		((struct nvos64_parameters *)arg)->p_alloc_parms = some_pointer(rnd);
		if (size == 48) {
			arg[8] = fuzz_rand(rnd) % 2 ? 0 : fuzz_rand(rnd) % 64;
			arg[9] = 0;
		}
	}
	if (arg[3] == NV01_ROOT)
		arg[2] = 0;
}

static void fuzz(u64 seed)
{
	u32 pool[] = { 0, 0, 0, H_DEVICE, H_SUBDEVICE, H_OTHER, 0x71, 0x72, 0 };
	u64 arg[24], rnd = seed;
	struct rm_rig rig;
	size_t i, n;

	rig_init(&rig);
	for (i = 0; i < ROUNDS; i++) {
		if (i % 64 == 0) {
			for (n = 0; n < 256; n++)
				rig_user[fuzz_rand(&rnd) % 4096] = fuzz_rand(&rnd) % 4;
			pool[i / 64 % 3] = rig_client_as(&rig.user);
		}
		if (i % 1024 == 1023) {
			rm_file_close(&rig.ctl);
			rig_open(&rig);
		}
		n = fuzz_rand(&rnd) % ARRAY_SIZE(escapes);
		rig.user.admin = fuzz_rand(&rnd) % 2;
		fill(&rnd, escapes[n].nr, (u32 *)arg, escapes[n].size, pool, ARRAY_SIZE(pool));
		EXPECT_EQ(rm_escape(&rig.user, escapes[n].nr, arg, escapes[n].size), 0);
	}
	EXPECT(nv_gpu_running(&rig.gpu));
	rig_fini(&rig);
}

UNIT_TEST(random_escapes)
{
	fuzz(1);
}

UNIT_TEST(random_escapes_again)
{
	fuzz(0x5eed);
}

/*
 * Threads: one tree that all of them build, ask and take down. Neither the model nor
 * user memory minds, since parameters are passed by value and GSP is asked by one at a time.
 */
struct worker {
	pthread_t thread;
	struct rm_rig *rig;
	u64 rnd;
	u32 client;
	size_t slot;
	unsigned long done;
};

static u32 shared_alloc(struct worker *w, u32 parent, u32 object, u32 h_class)
{
	struct nvos64_parameters p = {
		.h_root = w->client, .h_object_parent = parent, .h_object_new = object,
		.h_class = h_class,
	};

	EXPECT_EQ(rm_escape(&w->rig->user, NV_ESC_RM_ALLOC, &p, sizeof(p)), 0);
	return p.status;
}

static void shared_step(struct worker *w)
{
	u32 status = NV_OK;

	switch (fuzz_rand(&w->rnd) % 8) {
	case 0:
		status = shared_alloc(w, w->client, H_DEVICE, NV01_DEVICE_0);
		break;
	case 1:
	case 2:
		status = shared_alloc(w, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0);
		break;
	case 3:
		status = shared_alloc(w, H_SUBDEVICE, fuzz_rand(&w->rnd) % 2 ? H_OTHER : 0,
				      NV2081_BINAPI);
		break;
	case 4:
		rig_free_as(&w->rig->user, w->client, fuzz_rand(&w->rnd) % 4 ? H_OTHER :
			    fuzz_rand(&w->rnd) % 2 ? H_SUBDEVICE : H_DEVICE);
		break;
	default:
		status = rig_control_at(&w->rig->user, w->client, H_SUBDEVICE,
					NV2080_CTRL_CMD_MC_GET_ARCH_INFO, rig_ptr(w->slot), 16);
		break;
	}
	w->done += status == NV_OK;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int i;

	for (i = 0; i < THREAD_ROUNDS; i++)
		shared_step(w);
	return NULL;
}

static void run_workers(struct worker *w, void *(*fn)(void *))
{
	int i;

	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_create(&w[i].thread, NULL, fn, &w[i]), 0);
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_join(w[i].thread, NULL), 0);
}

UNIT_TEST(threads_share_a_tree)
{
	struct worker w[THREADS];
	struct rm_rig rig;
	u32 client;
	int i;

	rig_init(&rig);
	client = rig_client_as(&rig.user);
	for (i = 0; i < THREADS; i++)
		w[i] = (struct worker){ .rig = &rig, .rnd = i + 1, .client = client,
				       .slot = 4096 * i };
	run_workers(w, work);
	for (i = 0; i < THREADS; i++)
		EXPECT(w[i].done > THREAD_ROUNDS / 20);

	/* Nothing is stuck: the tree can be taken down and built again. */
	EXPECT_EQ(rig_free_as(&rig.user, client, H_DEVICE), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, client, H_DEVICE, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_SUBDEVICE, NV20_SUBDEVICE_0), NV_OK);
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_OK);
	rig_fini(&rig);
}

/* Clients come and go, some freed twice at the same time. */
static void *clients_come_and_go(void *arg)
{
	struct worker *w = arg;
	u32 device = 0x100 + w->client;
	int i;

	for (i = 0; i < THREAD_ROUNDS / 8; i++) {
		u32 client = rig_client_as(&w->rig->user);

		EXPECT(client);
		w->client = client;
		shared_alloc(w, client, device, NV01_DEVICE_0);
		shared_alloc(w, device, H_SUBDEVICE, NV20_SUBDEVICE_0);
		/* A neighbour's, if it has one just now. */
		rig_free_as(&w->rig->user, client ^ 1, client ^ 1);
		rig_free_as(&w->rig->user, client, client);
		w->done++;
	}
	return NULL;
}

UNIT_TEST(threads_free_clients)
{
	struct worker w[THREADS];
	struct rm_rig rig;
	int i;

	rig_init(&rig);
	for (i = 0; i < THREADS; i++)
		w[i] = (struct worker){ .rig = &rig, .client = i };
	run_workers(w, clients_come_and_go);
	EXPECT(xa_empty(&rig.rm.clients));
	rig_fini(&rig);
}

/* The model's clock is for whoever holds GSP; the others only give way. */
static void yield(struct nv_hw *hw, unsigned int us)
{
	sched_yield();
}

/* The GPU is taken away in the middle of it, and comes back. */
UNIT_TEST(gpu_removed_under_threads)
{
	struct worker w[THREADS];
	struct nv_hw_ops ops;
	struct rm_rig rig;
	u32 client;
	int i;

	rig_init(&rig);
	ops = *rig.soft.hw.ops;
	ops.sleep_us = yield;
	rig.soft.hw.ops = &ops;
	client = rig_client_as(&rig.user);
	for (i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .rig = &rig, .rnd = i + 77, .client = client,
				       .slot = 4096 * i };
		EXPECT_EQ(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (i = 0; i < 20; i++) {
		rm_remove_gpu(&rig.rm, &rig.gpu);
		EXPECT_EQ(rm_add_gpu(&rig.rm, &rig.gpu), 0);
	}
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_join(w[i].thread, NULL), 0);
	rig_fini(&rig);
}
