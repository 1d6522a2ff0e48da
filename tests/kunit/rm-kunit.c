// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Handles and the dispatch of controls, with threads that work on one client at once. GSP is
 * one that answers everything by what it was asked.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nvos.h"
#include "gsp-peer.h"
#include "rm/rm-priv.h"
#include "unit.h"

#define USER_SIZE	4096
#define THREADS		4
#define ROUNDS		100
#define CMD_GSP		NV2080_CTRL_CMD_I2C_READ_REG
#define CMD_GSP_SIZE	276

enum { H_DEVICE = 0xd0, H_SUBDEVICE = 0x50, H_OTHER = 0x70 };

static struct peer peer;
static struct rm rm;
static struct rm_file file;
static struct rm_caller user;
static u8 memory[USER_SIZE];
static unsigned int made, freed, asked;		/* on GSP, under its rpc_lock */

static void answer(struct peer *peer, const struct gsp_rpc_header *msg)
{
	/* Let others come in between. */
	usleep_range(1, 10);
	made += msg->function == GSP_RPC_GSP_RM_ALLOC;
	freed += msg->function == GSP_RPC_FREE;
	asked += msg->function == GSP_RPC_GSP_RM_CONTROL;
	peer_echo(peer, msg, 0);
}

static bool in_user_memory(u64 addr, size_t n)
{
	return addr >= (uintptr_t)memory && n <= USER_SIZE &&
	       addr - (uintptr_t)memory <= USER_SIZE - n;
}

/* The rule of docs/locking.md; kunit's own locks may be held. */
static int copy_in(void *dst, u64 src, size_t n)
{
	lockdep_assert_not_held(&rm.lock);
	if (!in_user_memory(src, n))
		return -EFAULT;
	memcpy(dst, (void *)(uintptr_t)src, n);
	return 0;
}

static int copy_out(u64 dst, const void *src, size_t n)
{
	lockdep_assert_not_held(&rm.lock);
	if (!in_user_memory(dst, n))
		return -EFAULT;
	memcpy((void *)(uintptr_t)dst, src, n);
	return 0;
}

static const struct rm_os os = { .copy_in = copy_in, .copy_out = copy_out };

static u32 alloc(u32 root, u32 parent, u32 *handle, u32 class)
{
	struct nvos21_parameters p = {
		.h_root = root, .h_object_parent = parent, .h_object_new = *handle,
		.h_class = class, .status = ~0u,
	};

	if (rm_escape(&user, NV_ESC_RM_ALLOC, &p, sizeof(p)))
		return ~0u;
	*handle = p.h_object_new;
	return p.status;
}

static u32 free_handle(u32 root, u32 handle)
{
	struct nvos00_parameters p = { .h_root = root, .h_object_old = handle, .status = ~0u };

	return rm_escape(&user, NV_ESC_RM_FREE, &p, sizeof(p)) ? ~0u : p.status;
}

static u32 control(u32 client, u32 object, u32 cmd, u32 size)
{
	struct nvos54_parameters p = {
		.h_client = client, .h_object = object, .cmd = cmd,
		.params = size ? (uintptr_t)memory : 0, .params_size = size, .status = ~0u,
	};

	return rm_escape(&user, NV_ESC_RM_CONTROL, &p, sizeof(p)) ? ~0u : p.status;
}

/* Return: a client with a device and a subdevice */
static u32 open_rm(void)
{
	u32 client = 0, device = H_DEVICE, subdevice = H_SUBDEVICE;

	made = 0;
	freed = 0;
	asked = 0;
	peer_init(&peer);
	peer.message = answer;
	mutex_init(&peer.gpu.lock);
	nv_intr_init(&peer.gpu);
	peer.gpu.gpu_id = 0x100;
	peer.gpu.started = true;
	peer.gpu.boots = 1;
	EXPECT_EQ(rm_init(&rm, &os), 0);
	EXPECT_EQ(rm_add_gpu(&rm, &peer.gpu), 0);
	rm_file_open(&rm, &file, NULL);
	user = (struct rm_caller) { .file = &file, .euid = 1000, .pid = 4321 };
	EXPECT_EQ(alloc(0, 0, &client, NV01_ROOT), NV_OK);
	EXPECT_EQ(alloc(client, client, &device, NV01_DEVICE_0), NV_OK);
	EXPECT_EQ(alloc(client, device, &subdevice, NV20_SUBDEVICE_0), NV_OK);
	return client;
}

static void close_rm(void)
{
	rm_file_close(&file);
	EXPECT(xa_empty(&rm.clients));
	EXPECT_EQ(made, freed);
	peer.gpu.started = false;
	rm_remove_gpu(&rm, &peer.gpu);
	rm_fini(&rm);
	nv_intr_fini(&peer.gpu);
	mutex_destroy(&peer.gpu.lock);
	peer_fini(&peer);
}

UNIT_TEST(handles)
{
	u32 client = open_rm(), chosen = 0, wanted = 0xcafe, again = 0xcafe, own = client;

	EXPECT_EQ(alloc(client, H_SUBDEVICE, &wanted, GF100_ZBC_CLEAR), NV_OK);
	EXPECT_EQ(wanted, 0xcafe);
	EXPECT_EQ(alloc(client, H_SUBDEVICE, &again, GF100_ZBC_CLEAR),
		  NV_ERR_INSERT_DUPLICATE_NAME);
	EXPECT_EQ(alloc(client, H_SUBDEVICE, &own, GF100_ZBC_CLEAR),
		  NV_ERR_INVALID_OBJECT_HANDLE);
	EXPECT_EQ(alloc(client, H_SUBDEVICE, &chosen, GF100_ZBC_CLEAR), NV_OK);
	EXPECT(chosen && chosen != wanted);
	EXPECT_EQ(free_handle(client, chosen), NV_OK);
	EXPECT_EQ(free_handle(client, chosen), NV_OK);
	EXPECT_EQ(alloc(client, chosen, &again, GF100_ZBC_CLEAR), NV_ERR_OBJECT_NOT_FOUND);
	/* With the parent all goes that is below it. */
	EXPECT_EQ(free_handle(client, H_DEVICE), NV_OK);
	EXPECT_EQ(made, 5);
	EXPECT_EQ(freed, 5);
	close_rm();
}

UNIT_TEST(dispatch)
{
	u32 client = open_rm();

	EXPECT_EQ(control(client, client, NV0000_CTRL_CMD_GPU_GET_PROBED_IDS, 256), NV_OK);
	EXPECT_EQ(*(u32 *)memory, 0x100);
	EXPECT_EQ(control(client, H_SUBDEVICE, CMD_GSP, CMD_GSP_SIZE), NV_OK);
	EXPECT_EQ(asked, 1);
	EXPECT_EQ(control(client, H_SUBDEVICE, CMD_GSP, CMD_GSP_SIZE + 1),
		  NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT_EQ(control(client, H_SUBDEVICE, CMD_GSP, 0), NV_ERR_INVALID_PARAM_STRUCT);
	EXPECT(control(client, H_DEVICE, CMD_GSP, CMD_GSP_SIZE) != NV_OK);
	EXPECT(control(client, client, CMD_GSP, CMD_GSP_SIZE) != NV_OK);
	EXPECT(control(client, H_SUBDEVICE, 0x2080ffff, 4) != NV_OK);
	EXPECT(control(client, H_OTHER, CMD_GSP, CMD_GSP_SIZE) != NV_OK);
	EXPECT(control(client ^ 1, H_SUBDEVICE, CMD_GSP, CMD_GSP_SIZE) != NV_OK);
	EXPECT_EQ(asked, 1);
	close_rm();
}

UNIT_TEST(another_process)
{
	u32 client = open_rm();

	user.euid = 1001;
	user.pid = 4322;
	EXPECT_EQ(control(client, client, NV0000_CTRL_CMD_GPU_GET_PROBED_IDS, 256),
		  NV_ERR_INVALID_CLIENT);
	EXPECT(free_handle(client, client) != NV_OK);
	user.euid = 1000;
	EXPECT_EQ(free_handle(client, client), NV_OK);
	close_rm();
}

UNIT_TEST(each_allocation_fails_once)
{
	u32 client = open_rm(), device = 0x1234, status = ~0u;
	int n;

	EXPECT_EQ(free_handle(client, H_DEVICE), NV_OK);
	for (n = 1; status != NV_OK; n++) {
		device = 0x1234;
		unit_fail_alloc_at(n);
		status = alloc(client, client, &device, NV01_DEVICE_0);
		EXPECT_EQ(status == NV_OK, unit_fail_alloc_pending());
		unit_fail_alloc_at(0);
		EXPECT(status == NV_OK || status == NV_ERR_NO_MEMORY);
	}
	EXPECT(n > 1);
	close_rm();
}

struct worker {
	struct completion done;
	u32 client;
	int id;
	unsigned int made, wrong;
};

/* All want the same handles, and free whatever has them: GSP hears of each once. */
static int fight(void *data)
{
	struct worker *w = data;
	u32 handle, status;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		handle = 0x1000 + (i * 7 + w->id) % 5;
		status = alloc(w->client, H_SUBDEVICE, &handle, GF100_ZBC_CLEAR);
		w->made += status == NV_OK;
		w->wrong += status != NV_OK && status != NV_ERR_INSERT_DUPLICATE_NAME;
		status = control(w->client, H_SUBDEVICE, CMD_GSP, CMD_GSP_SIZE);
		w->wrong += status != NV_OK;
		status = free_handle(w->client, 0x1000 + (i * 11 + w->id) % 5);
		w->wrong += status != NV_OK;
	}
	complete(&w->done);
	return 0;
}

UNIT_TEST(threads_at_one_client)
{
	static struct worker worker[THREADS];
	u32 client = open_rm(), all = 0, wrong = 0, i;

	for (i = 0; i < THREADS; i++) {
		worker[i] = (struct worker) { .client = client, .id = i };
		init_completion(&worker[i].done);
		EXPECT(!IS_ERR(kthread_run(fight, &worker[i], "nv-worker")));
	}
	for (i = 0; i < THREADS; i++) {
		wait_for_completion(&worker[i].done);
		all += worker[i].made;
		wrong += worker[i].wrong;
	}
	EXPECT_EQ(wrong, 0);
	EXPECT(all >= 5);
	EXPECT_EQ(made, all + 3);
	close_rm();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(handles),
	KUNIT_CASE(dispatch),
	KUNIT_CASE(another_process),
	KUNIT_CASE(each_allocation_fails_once),
	KUNIT_CASE(threads_at_one_client),
	{ }
};

static struct kunit_suite suite = { .name = "rm_kunit", .test_cases = cases };

kunit_test_suite(suite);
