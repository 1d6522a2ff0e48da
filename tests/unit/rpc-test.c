// SPDX-License-Identifier: MIT OR GPL-2.0

/* Calls to GSP-RM, its replies and its events, against a peer that may be hostile. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "gsp-peer.h"
#include "unit.h"

#define CMD	0x20801234

static void on_control_add_one(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_rm_control *ctrl = (void *)(msg + 1);
	u32 i;

	EXPECT_EQ(msg->function, GSP_RPC_GSP_RM_CONTROL);
	EXPECT_EQ(ctrl->h_client, 0xc1);
	EXPECT_EQ(ctrl->h_object, 0x0b);
	EXPECT_EQ(ctrl->cmd, CMD);
	EXPECT_EQ(msg->length, sizeof(*msg) + sizeof(*ctrl) + ctrl->params_size);
	for (i = 0; i < ctrl->params_size; i++)
		ctrl->params[i]++;
	peer_echo(peer, msg, 0);
}

static u32 control(struct peer *peer, void *params, u32 size)
{
	return nv_gsp_control(peer->gsp, 0xc1, 0x0b, CMD, params, size);
}

UNIT_TEST(control_goes_there_and_back)
{
	u8 params[100] = { 7, 8, 9 };
	struct peer peer;

	peer_init(&peer);
	peer.message = on_control_add_one;
	EXPECT_EQ(control(&peer, params, sizeof(params)), NV_OK);
	EXPECT_EQ(params[0], 8);
	EXPECT_EQ(params[99], 1);
	EXPECT_EQ(control(&peer, NULL, 0), NV_OK);
	EXPECT_EQ(peer.slept, 0);
	EXPECT_EQ(peer.gsp->stats.rpcs, 2);
	peer_fini(&peer);
}

static bool room_in_statq(struct peer *peer)
{
	u32 driver_rx = *(u32 *)((u8 *)peer_cmdq(peer) + GSP_MSGQ_RX_OFF);
	u32 used = (peer->tx_index + GSP_MSGQ_ELEM_COUNT - driver_rx) % GSP_MSGQ_ELEM_COUNT;

	return used + GSP_MSGQ_ELEM_MAX < GSP_MSGQ_ELEM_COUNT;
}

/* Long controls: collects the records of the request, then sends the reply as records. */
struct large {
	u8 *buf;
	u32 len, total, sent, records;
};

static void large_send_more(struct peer *peer)
{
	struct large *large = peer->ctx;
	u32 part;

	while (large->len == large->total && large->sent < large->total && room_in_statq(peer)) {
		part = min(large->total - large->sent, GSP_RPC_PAYLOAD_MAX);
		peer_send(peer, large->sent ? GSP_RPC_CONTINUATION_RECORD : GSP_RPC_GSP_RM_CONTROL,
			  0, large->buf + large->sent, part);
		large->sent += part;
	}
}

static void on_large(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct large *large = peer->ctx;
	u32 len = msg->length - sizeof(*msg);

	if (!large->len) {
		EXPECT_EQ(msg->function, GSP_RPC_GSP_RM_CONTROL);
		large->total = sizeof(struct gsp_rpc_rm_control) +
			       ((struct gsp_rpc_rm_control *)(msg + 1))->params_size;
		large->buf = kmalloc(large->total, GFP_KERNEL);
	} else {
		EXPECT_EQ(msg->function, GSP_RPC_CONTINUATION_RECORD);
	}
	EXPECT(len <= large->total - large->len);
	memcpy(large->buf + large->len, msg + 1, len);
	large->len += len;
	large->records++;
	if (large->len == large->total)
		large->buf[large->total - 1] ^= 0xff;
}

/* GSP takes the next records only while the driver waits, so both rings run full. */
static void large_idle(struct peer *peer)
{
	peer->message = on_large;
	peer_take(peer);
	peer->message = NULL;
	large_send_more(peer);
}

static void large_control(u32 size)
{
	struct large large = { };
	struct peer peer;
	u8 *params;
	u32 i;

	params = kmalloc(size, GFP_KERNEL);
	for (i = 0; i < size; i++)
		params[i] = i * 3 + (i >> 12);
	peer_init(&peer);
	peer.idle = large_idle;
	peer.ctx = &large;
	EXPECT_EQ(control(&peer, params, size), NV_OK);
	for (i = 0; i < size - 1; i++)
		EXPECT(params[i] == (u8)(i * 3 + (i >> 12)));
	EXPECT_EQ(params[i], (u8)~(i * 3 + (i >> 12)));
	EXPECT_EQ(large.records, DIV_ROUND_UP(large.total, GSP_RPC_PAYLOAD_MAX));
	kfree(large.buf);
	kfree(params);
	peer_fini(&peer);
}

UNIT_TEST(long_controls_are_split_and_joined)
{
	const u32 one = GSP_RPC_PAYLOAD_MAX - sizeof(struct gsp_rpc_rm_control);

	large_control(one);
	large_control(one + 1);
	large_control(one + GSP_RPC_PAYLOAD_MAX);
	large_control(one + GSP_RPC_PAYLOAD_MAX + 1);
	large_control(88024);
	large_control(0x100000);
}

UNIT_TEST(too_long_a_control)
{
	struct peer peer;

	peer_init(&peer);
	EXPECT_EQ(control(&peer, NULL, 0x100001), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(nv_gsp_alloc(peer.gsp, 1, 2, 3, 4, NULL, 0xffffffff), NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(peer.gsp->stats.rpcs, 0);
	peer_fini(&peer);
}

static void on_echo_status(struct peer *peer, const struct gsp_rpc_header *msg)
{
	((struct gsp_rpc_rm_control *)(msg + 1))->status = NV_ERR_NOT_SUPPORTED;
	peer_echo(peer, msg, 0);
}

static void on_echo_result(struct peer *peer, const struct gsp_rpc_header *msg)
{
	peer_echo(peer, msg, *(u32 *)peer->ctx);
}

UNIT_TEST(statuses_come_through)
{
	static const u32 results[][2] = {
		{ NV_ERR_INVALID_CLIENT, NV_ERR_INVALID_CLIENT },
		{ GSP_RPC_UNKNOWN_FUNCTION, NV_ERR_NOT_SUPPORTED },
		{ GSP_RPC_CONTROL_NOT_SUPPORTED, NV_ERR_NOT_SUPPORTED },
		{ GSP_RPC_INVALID_HANDLE, NV_ERR_INVALID_OBJECT_HANDLE },
		{ 0xff100002, NV_ERR_GENERIC },
		{ GSP_RPC_PENDING, NV_ERR_GENERIC },
	};
	struct peer peer;
	u32 i, param = 0;

	peer_init(&peer);
	peer.message = on_echo_status;
	EXPECT_EQ(control(&peer, &param, sizeof(param)), NV_ERR_NOT_SUPPORTED);
	peer.message = on_echo_result;
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		peer.ctx = (void *)&results[i][0];
		EXPECT_EQ(control(&peer, &param, sizeof(param)), results[i][1]);
		EXPECT_EQ(nv_gsp_alloc(peer.gsp, 1, 2, 3, 4, NULL, 0), results[i][1]);
		EXPECT_EQ(nv_gsp_free(peer.gsp, 1, 2), results[i][1]);
		EXPECT_EQ(nv_gsp_dup(peer.gsp, 1, 2, 3, 4, 5, 0), results[i][1]);
	}
	EXPECT_EQ(peer.gsp->state, NV_GSP_RUNNING);
	peer_fini(&peer);
}

static void on_alloc(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_rm_alloc *alloc = (void *)(msg + 1);

	EXPECT_EQ(msg->function, GSP_RPC_GSP_RM_ALLOC);
	EXPECT_EQ(msg->length, sizeof(*msg) + sizeof(*alloc) + 40);
	EXPECT_EQ(alloc->h_client, 1);
	EXPECT_EQ(alloc->h_parent, 2);
	EXPECT_EQ(alloc->h_object, 3);
	EXPECT_EQ(alloc->h_class, 0x2080);
	EXPECT_EQ(alloc->params[39], 0x55);
	alloc->params[0] = 0x99;
	/* As the release's GSP may: the parameters follow, the length does not cover them. */
	peer_send_flawed(peer, msg->function, 0, alloc, sizeof(*alloc) + 40,
			 &(struct peer_flaw) { });
}

UNIT_TEST(alloc_brings_parameters_back)
{
	u8 params[40] = { [39] = 0x55 };
	struct peer peer;

	peer_init(&peer);
	peer.message = on_alloc;
	EXPECT_EQ(nv_gsp_alloc(peer.gsp, 1, 2, 3, 0x2080, params, sizeof(params)), NV_OK);
	EXPECT_EQ(params[0], 0x99);
	EXPECT_EQ(params[39], 0x55);
	peer_fini(&peer);
}

static void on_free_or_dup(struct peer *peer, const struct gsp_rpc_header *msg)
{
	const struct gsp_rpc_dup_object *dup = (void *)(msg + 1);
	struct gsp_rpc_free *free = (void *)(msg + 1);

	if (msg->function == GSP_RPC_FREE) {
		EXPECT_EQ(msg->length, sizeof(*msg) + sizeof(*free));
		EXPECT_EQ(free->h_root, 10);
		EXPECT_EQ(free->h_object, 11);
		free->status = NV_ERR_INVALID_OBJECT_OLD;
	} else {
		EXPECT_EQ(msg->function, GSP_RPC_DUP_OBJECT);
		EXPECT_EQ(msg->length, sizeof(*msg) + sizeof(*dup));
		EXPECT_EQ(dup->h_client_src, 4);
		EXPECT_EQ(dup->flags, 6);
	}
	peer_echo(peer, msg, 0);
}

UNIT_TEST(free_and_dup)
{
	struct peer peer;

	peer_init(&peer);
	peer.message = on_free_or_dup;
	EXPECT_EQ(nv_gsp_free(peer.gsp, 10, 11), NV_ERR_INVALID_OBJECT_OLD);
	EXPECT_EQ(nv_gsp_dup(peer.gsp, 1, 2, 3, 4, 5, 6), NV_OK);
	peer_fini(&peer);
}

static void on_any(struct peer *peer, const struct gsp_rpc_header *msg)
{
	if (msg->function != GSP_RPC_NOP)
		peer_echo(peer, msg, 0);
}

/* Silence, and full rings */

UNIT_TEST(timeout_ends_gsp)
{
	u32 param = 0x1234;
	struct peer peer;
	u64 before;

	peer_init(&peer);
	EXPECT_EQ(control(&peer, &param, sizeof(param)), NV_ERR_TIMEOUT);
	EXPECT(peer.now > 6000000000ull && peer.now < 6100000000ull);
	EXPECT_EQ(unit_log_has(&peer.log, "Xid (PCI:0000:01:00): 119, "), 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT(!nv_gsp_running(peer.gsp));

	before = peer.now;
	EXPECT_EQ(control(&peer, &param, sizeof(param)), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(nv_gsp_free(peer.gsp, 1, 2), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(nv_gsp_alloc(peer.gsp, 1, 2, 3, 4, NULL, 0), NV_ERR_GPU_IS_LOST);
	EXPECT(peer.now - before < 1000000);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT_EQ(param, 0x1234);
	peer_fini(&peer);
}

UNIT_TEST(full_ring_times_out)
{
	struct peer peer;

	peer_init(&peer);
	mutex_lock(&peer.gsp->rpc_lock);
	while (!gsp_queue_send(peer.gsp, GSP_RPC_NOP, NULL, 0, NULL, 0))
		;
	mutex_unlock(&peer.gsp->rpc_lock);
	EXPECT_EQ(control(&peer, NULL, 0), NV_ERR_TIMEOUT);
	EXPECT(peer.now < 6100000000ull);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	peer_fini(&peer);
}

/* GSP reads nothing before all that it wrote is read. */
static void idle_stuck(struct peer *peer)
{
	u32 driver_rx = *(u32 *)((u8 *)peer_cmdq(peer) + GSP_MSGQ_RX_OFF);

	if (driver_rx == peer->tx_index)
		peer->message = on_any;
	peer_take(peer);
}

UNIT_TEST(full_rings_both_ways)
{
	struct peer peer;
	u32 i;

	peer_init(&peer);
	peer.idle = idle_stuck;
	for (i = 0; i < GSP_MSGQ_ELEM_COUNT - 1; i++)
		peer_send(&peer, GSP_EVENT_LOCKDOWN_NOTICE, 0, NULL, 0);
	mutex_lock(&peer.gsp->rpc_lock);
	while (!gsp_queue_send(peer.gsp, GSP_RPC_NOP, NULL, 0, NULL, 0))
		;
	mutex_unlock(&peer.gsp->rpc_lock);
	EXPECT_EQ(nv_gsp_free(peer.gsp, 1, 2), NV_OK);
	EXPECT_EQ(peer.gsp->stats.events, GSP_MSGQ_ELEM_COUNT - 1);
	peer_fini(&peer);
}

static void idle_gone(struct peer *peer)
{
	peer->gone = true;
}

UNIT_TEST(lost_device_is_noticed_at_once)
{
	struct peer peer;

	peer_init(&peer);
	peer.idle = idle_gone;
	EXPECT_EQ(control(&peer, NULL, 0), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(unit_log_has(&peer.log, "Xid (PCI:0000:01:00): 79, "), 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT(peer.now < 1000000);
	peer_fini(&peer);
}

static void idle_halt(struct peer *peer)
{
	peer->gsp->halted = true;
}

UNIT_TEST(halted_core_is_noticed_at_once)
{
	struct peer peer;

	peer_init(&peer);
	peer.idle = idle_halt;
	EXPECT_EQ(control(&peer, NULL, 0), NV_ERR_GPU_IS_LOST);
	EXPECT_EQ(unit_log_has(&peer.log, "halted"), 1);
	EXPECT(peer.now < 1000000);
	peer_fini(&peer);
}

static void tick_flood(struct peer *peer)
{
	u32 driver_rx = *(u32 *)((u8 *)peer_cmdq(peer) + GSP_MSGQ_RX_OFF);

	peer->now += 1000000;
	while ((peer->tx_index + 1) % GSP_MSGQ_ELEM_COUNT != driver_rx)
		peer_send(peer, 0x1234, 0, NULL, 0);
}

UNIT_TEST(flood_of_events_does_not_hold_a_call)
{
	struct peer peer;

	peer_init(&peer);
	peer.tick = tick_flood;
	EXPECT_EQ(control(&peer, NULL, 0), NV_ERR_TIMEOUT);
	EXPECT(peer.now < 6100000000ull);
	EXPECT_EQ(peer.slept, 0);
	EXPECT(peer.gsp->stats.events > 1000);
	EXPECT(unit_log_lines(&peer.log, 'W') < 30);
	peer_fini(&peer);
}

/* Replies that lie */

enum lie {
	LIE_NO_PAYLOAD, LIE_SHORT, LIE_OTHER_CMD, LIE_ALLOC_SIZE, LIE_ALLOC_SHORT,
	LIE_ALLOC_CUT,
};

static void on_lie(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_rm_alloc *alloc = (void *)(msg + 1);
	struct gsp_rpc_rm_control *ctrl = (void *)(msg + 1);
	u32 len = msg->length - sizeof(*msg);

	switch (*(enum lie *)peer->ctx) {
	case LIE_NO_PAYLOAD:
		len = 0;
		break;
	case LIE_SHORT:
		len--;
		break;
	case LIE_OTHER_CMD:
		ctrl->cmd++;
		break;
	case LIE_ALLOC_SIZE:
		alloc->params_size = 0xffffffff;
		break;
	case LIE_ALLOC_SHORT:
		len = sizeof(*alloc) - 1;
		break;
	case LIE_ALLOC_CUT:
		len = sizeof(*alloc);
		break;
	}
	peer_send(peer, msg->function, 0, msg + 1, len);
}

static void lies(enum lie lie, u32 (*call)(struct peer *peer, void *params, u32 size))
{
	u8 params[64] = { 1, 2, 3 };
	struct peer peer;

	peer_init(&peer);
	peer.message = on_lie;
	peer.ctx = &lie;
	EXPECT_EQ(call(&peer, params, sizeof(params)), NV_ERR_GENERIC);
	EXPECT_EQ(params[2], 3);
	EXPECT_EQ(unit_log_has(&peer.log, "does not fit the request"), 1);
	/* The queues are still in step, so the next call works. */
	peer.message = on_control_add_one;
	EXPECT_EQ(control(&peer, params, sizeof(params)), NV_OK);
	peer_fini(&peer);
}

static u32 call_alloc(struct peer *peer, void *params, u32 size)
{
	return nv_gsp_alloc(peer->gsp, 1, 2, 3, 4, params, size);
}

/* More than the reply's one element has room for. */
static u32 call_large_alloc(struct peer *peer, void *params, u32 size)
{
	static u8 large[5000];

	return nv_gsp_alloc(peer->gsp, 1, 2, 3, 4, large, sizeof(large));
}

static u32 call_free(struct peer *peer, void *params, u32 size)
{
	return nv_gsp_free(peer->gsp, 1, 2);
}

UNIT_TEST(replies_that_do_not_fit)
{
	lies(LIE_NO_PAYLOAD, control);
	lies(LIE_SHORT, control);
	lies(LIE_OTHER_CMD, control);
	lies(LIE_NO_PAYLOAD, call_alloc);
	lies(LIE_ALLOC_SIZE, call_alloc);
	lies(LIE_ALLOC_SHORT, call_alloc);
	lies(LIE_ALLOC_CUT, call_large_alloc);
	lies(LIE_NO_PAYLOAD, call_free);
	lies(LIE_SHORT, call_free);
}

static u32 lying_len;

static void on_lying_continuation(struct peer *peer, const struct gsp_rpc_header *msg)
{
	if (msg->function != GSP_RPC_GSP_RM_CONTROL)
		return;
	peer_echo(peer, msg, 0);
	peer_send(peer, GSP_RPC_CONTINUATION_RECORD, 0, msg + 1, lying_len);
}

UNIT_TEST(continuations_that_do_not_fit)
{
	const u32 size = GSP_RPC_PAYLOAD_MAX + 1000;
	u8 *params = kzalloc(size, GFP_KERNEL);
	struct peer peer;

	for (lying_len = 0; lying_len < 3000; lying_len += 1500) {
		peer_init(&peer);
		peer.message = on_lying_continuation;
		EXPECT_EQ(control(&peer, params, size), NV_ERR_GENERIC);
		EXPECT_EQ(unit_log_has(&peer.log, "does not fit the request"), 1);
		peer_fini(&peer);
	}
	kfree(params);
}

/* A byte now and then is no way to answer, and a slot now and then no way to listen. */
static void idle_drip(struct peer *peer)
{
	peer->now += 1000000000;
	if (room_in_statq(peer))
		peer_send(peer, GSP_RPC_CONTINUATION_RECORD, 0, "", 1);
}

static void idle_listen_slowly(struct peer *peer)
{
	u32 *read = (u32 *)((u8 *)peer_statq(peer) + GSP_MSGQ_RX_OFF);

	peer->now += 1000000000;
	*read = (*read + 1) % GSP_MSGQ_ELEM_COUNT;
}

UNIT_TEST(slow_peers_are_given_up)
{
	u8 *params = kzalloc(0x100000, GFP_KERNEL);
	struct peer peer;

	lying_len = 1;
	peer_init(&peer);
	peer.message = on_lying_continuation;
	peer.idle = idle_drip;
	EXPECT_EQ(control(&peer, params, GSP_RPC_PAYLOAD_MAX + 1000), NV_ERR_TIMEOUT);
	EXPECT(peer.now < 15000000000ull);
	peer_fini(&peer);

	peer_init(&peer);
	peer.idle = idle_listen_slowly;
	EXPECT_EQ(control(&peer, params, 0x100000), NV_ERR_TIMEOUT);
	EXPECT(peer.now < 15000000000ull);
	peer_fini(&peer);
	kfree(params);
}

/* A reply that nobody waits for is no reply to the next call. */
UNIT_TEST(stray_replies)
{
	u8 params[8] = { };
	struct peer peer;

	peer_init(&peer);
	peer.message = on_control_add_one;
	peer_send(&peer, GSP_RPC_FREE, 0, NULL, 0);
	peer_send(&peer, GSP_RPC_CONTINUATION_RECORD, 0, params, 8);
	EXPECT_EQ(control(&peer, params, sizeof(params)), NV_OK);
	EXPECT_EQ(params[0], 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'W'), 2);
	peer_fini(&peer);
}
