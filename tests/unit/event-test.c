// SPDX-License-Identifier: MIT OR GPL-2.0

/* What GSP reports on its own account. */

#include <string.h>

#include <linux/kernel.h>

#include "gsp-peer.h"
#include "unit.h"

static void send_xid(struct peer *peer, const char *text)
{
	struct gsp_event_os_error_log event = { .except_type = 31 };

	memset(event.string, 'x', sizeof(event.string));
	memcpy(event.string, text, strlen(text) + 1);
	peer_send(peer, GSP_EVENT_OS_ERROR_LOG, 0, &event, sizeof(event));
}

static void on_any(struct peer *peer, const struct gsp_rpc_header *msg)
{
	peer_echo(peer, msg, 0);
}

UNIT_TEST(events_before_a_reply)
{
	struct peer peer;

	peer_init(&peer);
	peer.message = on_any;
	send_xid(&peer, "MMU Fault: \x1b[2J100%s\n");
	EXPECT_EQ(nv_gsp_free(peer.gsp, 1, 2), NV_OK);
	EXPECT_EQ(unit_log_has(&peer.log,
			       "NVRM: Xid (PCI:0000:01:00): 31, MMU Fault:  [2J100%s\n"), 1);
	EXPECT_EQ(peer.gsp->stats.events, 1);
	peer_fini(&peer);
}

UNIT_TEST(text_without_an_end)
{
	struct gsp_event_os_error_log event = { .except_type = 13 };
	struct peer peer;
	char expected[258];

	peer_init(&peer);
	memset(event.string, 'y', sizeof(event.string));
	peer_send(&peer, GSP_EVENT_OS_ERROR_LOG, 0, &event, sizeof(event));
	nv_gsp_service(peer.gsp);
	memset(expected, 'y', 256);
	strcpy(expected + 256, "\n");
	EXPECT_EQ(unit_log_has(&peer.log, expected), 1);
	EXPECT_EQ(unit_log_has(&peer.log, "): 13, yyy"), 1);
	peer_fini(&peer);
}

UNIT_TEST(log_lines_are_limited)
{
	struct peer peer;
	int i;

	peer_init(&peer);
	for (i = 0; i < 40; i++) {
		send_xid(&peer, "again");
		nv_gsp_service(peer.gsp);
	}
	EXPECT_EQ(unit_log_has(&peer.log, "again"), 10);
	peer.now += 6000000000ull;
	send_xid(&peer, "later");
	nv_gsp_service(peer.gsp);
	EXPECT_EQ(unit_log_has(&peer.log, "later"), 1);
	EXPECT_EQ(unit_log_has(&peer.log, "30 more reports"), 1);
	peer_fini(&peer);
}

static void on_notify(void *ctx, const struct gsp_event_post_event *event, u32 size)
{
	EXPECT_EQ(event->h_event, 0xe7);
	EXPECT_EQ(event->event_data_size, 3);
	EXPECT(size >= 0x1d + 3);
	++*(u32 *)ctx;
}

UNIT_TEST(notifications)
{
	u8 buf[0x20] = { };
	struct gsp_event_post_event *event = (void *)buf;
	struct peer peer;
	u32 count = 0;

	peer_init(&peer);
	event->h_event = 0xe7;
	event->event_data_size = 3;
	peer_send(&peer, GSP_EVENT_POST_EVENT, 0, buf, 0x20);
	nv_gsp_service(peer.gsp);		/* nobody listens */
	peer.gsp->post_event = on_notify;
	peer.gsp->post_event_ctx = &count;
	peer_send(&peer, GSP_EVENT_POST_EVENT, 0, buf, 0x20);
	peer_send(&peer, GSP_EVENT_POST_EVENT, 0, buf, 0x1c);	/* cut short */
	event->event_data_size = 4;
	peer_send(&peer, GSP_EVENT_POST_EVENT, 0, buf, 0x20);	/* claims too much */
	event->event_data_size = 0xffffffff;
	peer_send(&peer, GSP_EVENT_POST_EVENT, 0, buf, 0x20);
	nv_gsp_service(peer.gsp);
	EXPECT_EQ(count, 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'W'), 3);
	EXPECT_EQ(unit_log_lines(&peer.log, 'D'), 1);
	peer_fini(&peer);
}

UNIT_TEST(events_of_every_kind_cut_short)
{
	u8 zero[64] = { };
	struct peer peer;
	u32 function, len;

	peer_init(&peer);
	for (function = GSP_EVENT_FIRST; function < GSP_EVENT_FIRST + 0x30; function++) {
		for (len = 0; len < sizeof(zero); len += 3) {
			peer_send(&peer, function, 0, zero, len);
			nv_gsp_service(peer.gsp);
			peer.gsp->state = NV_GSP_RUNNING;
		}
	}
	EXPECT_EQ(peer.gsp->stats.events, 0x30 * DIV_ROUND_UP(sizeof(zero), 3));
	peer_fini(&peer);
}

UNIT_TEST(events_of_a_dead_gsp_are_left_alone)
{
	struct peer peer;

	peer_init(&peer);
	send_xid(&peer, "too late");
	peer.gsp->state = NV_GSP_DEAD;
	nv_gsp_service(peer.gsp);
	EXPECT_EQ(peer.gsp->stats.events, 0);
	peer_fini(&peer);
}

UNIT_TEST(dead_by_decree)
{
	struct peer peer;

	peer_init(&peer);
	gsp_mark_dead(peer.gsp, "the test says so");
	gsp_mark_dead(peer.gsp, "the test says so");
	EXPECT_EQ(unit_log_has(&peer.log, "the test says so"), 1);
	EXPECT_EQ(nv_gsp_free(peer.gsp, 1, 2), NV_ERR_GPU_IS_LOST);
	peer_fini(&peer);
}
