// SPDX-License-Identifier: MIT OR GPL-2.0

/* The driver's end of the message rings against a peer that follows the rules, or does not. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>

#include "gsp-peer.h"
#include "unit.h"

static u8 data[GSP_RPC_PAYLOAD_MAX];

static void fill_data(void)
{
	u32 i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 13 + (i >> 8);
}

/* Expects a payload that is the first bytes of data[], and counts. */
static void expect_data(struct peer *peer, const struct gsp_rpc_header *msg)
{
	u32 len = msg->length - sizeof(*msg);

	EXPECT_EQ(len, *(u32 *)peer->ctx);
	EXPECT(!memcmp(msg + 1, data, len));
	*(u32 *)peer->ctx = 0;
}

UNIT_TEST(header_is_as_gsp_expects)
{
	const struct gsp_msgq_tx_header *tx;
	struct peer peer;
	const u64 *table;
	u32 i;

	peer_init(&peer);
	tx = peer_cmdq(&peer);
	EXPECT_EQ(tx->version, 0);
	EXPECT_EQ(tx->size, 0x40000);
	EXPECT_EQ(tx->msg_size, 0x1000);
	EXPECT_EQ(tx->msg_count, 0x3f);
	EXPECT_EQ(tx->write_ptr, 0);
	EXPECT_EQ(tx->flags, 1);
	EXPECT_EQ(tx->rx_hdr_off, 0x20);
	EXPECT_EQ(tx->entry_off, 0x1000);
	table = peer.gsp->queue.shm.cpu;
	for (i = 0; i < 129; i++)
		EXPECT_EQ(table[i], peer.gsp->queue.shm.page[i]);
	peer_fini(&peer);
}

UNIT_TEST(sends_every_length)
{
	static const u32 lens[] = {
		0, 1, 7, 8, 9, 4015, 4016, 4017, 8111, 8112, 8113, 30001,
		GSP_RPC_PAYLOAD_MAX - 1, GSP_RPC_PAYLOAD_MAX,
	};
	u32 expected, i, round;
	struct peer peer;

	fill_data();
	peer_init(&peer);
	peer.message = expect_data;
	peer.ctx = &expected;
	/* Enough to come round the ring at every offset. */
	for (round = 0; round < 63; round++) {
		for (i = 0; i < ARRAY_SIZE(lens); i++) {
			expected = lens[i];
			EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, min(lens[i], 24u),
						 data + 24, lens[i] - min(lens[i], 24u)), 0);
			EXPECT_EQ(expected, 0);
		}
	}
	peer_fini(&peer);
}

UNIT_TEST(full_ring_is_not_overrun)
{
	struct peer peer;
	u32 sent = 0;

	peer_init(&peer);
	while (!gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0))
		sent++;
	EXPECT_EQ(sent, GSP_MSGQ_ELEM_COUNT - 1);
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), -EAGAIN);
	/* One read makes room for one. */
	*(u32 *)((u8 *)peer_statq(&peer) + GSP_MSGQ_RX_OFF) = 1;
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 5000, NULL, 0), -EAGAIN);
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), 0);
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), -EAGAIN);
	peer_fini(&peer);
}

UNIT_TEST(receives_round_the_ring)
{
	const struct gsp_rpc_header *msg;
	u32 i, len, n = 0;
	struct peer peer;

	fill_data();
	peer_init(&peer);
	msg = peer.gsp->queue.msg;
	for (i = 0; i < 300; i++) {
		len = i * 977 % (GSP_RPC_PAYLOAD_MAX + 1);
		peer_send(&peer, 0x1003, i, data, len);
		EXPECT_EQ(gsp_queue_receive(peer.gsp), 1);
		EXPECT_EQ(msg->length, len + sizeof(*msg));
		EXPECT_EQ(msg->rpc_result, i);
		EXPECT(!memcmp(msg + 1, data, len));
		EXPECT_EQ(gsp_queue_receive(peer.gsp), 0);
		n += peer.tx_index < 16;
	}
	EXPECT(n > 10);
	peer_fini(&peer);
}

/* Each of these ends GSP with one line, reads nothing outside the ring, and stays that way. */
static void refused(struct peer *peer, const char *text)
{
	mutex_lock(&peer->gsp->rpc_lock);
	EXPECT_EQ(gsp_queue_receive(peer->gsp), -EIO);
	mutex_unlock(&peer->gsp->rpc_lock);
	EXPECT_EQ(peer->gsp->state, NV_GSP_DEAD);
	EXPECT_EQ(unit_log_lines(&peer->log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&peer->log, "Xid (PCI:0000:01:00): 120, "), 1);
	EXPECT_EQ(unit_log_has(&peer->log, text), 1);
	peer_fini(peer);
}

static void refused_flaw(struct peer_flaw flaw, const char *text)
{
	struct peer peer;

	peer_init(&peer);
	peer_send_flawed(&peer, 0x1003, 0, data, 5000, &flaw);
	refused(&peer, text);
}

UNIT_TEST(wrong_checksum)
{
	refused_flaw((struct peer_flaw) { .checksum = 1 }, "wrong checksum");
}

UNIT_TEST(wrong_sequence)
{
	refused_flaw((struct peer_flaw) { .sequence = 1 }, "wrong sequence number");
	refused_flaw((struct peer_flaw) { .sequence = -1 }, "wrong sequence number");
}

UNIT_TEST(wrong_length)
{
	refused_flaw((struct peer_flaw) { .length = 8192 - 80 - 5000 + 1 }, "wrong length");
	refused_flaw((struct peer_flaw) { .length = -5001 }, "wrong length");
	refused_flaw((struct peer_flaw) { .length = 0x80000000 }, "wrong length");
	refused_flaw((struct peer_flaw) { .length = -5000 - 32 - 1 }, "wrong length");
}

UNIT_TEST(wrong_element_count)
{
	refused_flaw((struct peer_flaw) { .elements = -2 }, "wrong number of elements");
	refused_flaw((struct peer_flaw) { .elements = 1 }, "wrong number of elements");
	refused_flaw((struct peer_flaw) { .elements = 15 }, "wrong number of elements");
	refused_flaw((struct peer_flaw) { .elements = 0xfffffff0 }, "wrong number of elements");
}

UNIT_TEST(message_longer_than_the_buffer)
{
	const struct peer_flaw flaw = { .elements = 16 };
	struct peer peer;
	int i;

	peer_init(&peer);
	peer_send_flawed(&peer, 0x1003, 0, data, 8, &flaw);
	for (i = 0; i < 40; i++)
		peer_send(&peer, 0x1003, 0, data, 8);
	refused(&peer, "wrong number of elements");
}

UNIT_TEST(wrong_signature)
{
	refused_flaw((struct peer_flaw) { .signature = 1 }, "wrong RPC header");
}

UNIT_TEST(wrong_write_index)
{
	static const u32 wrong[] = { 63, 64, 0x80000000, 0xffffffff };
	struct peer peer;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		peer_init(&peer);
		((struct gsp_msgq_tx_header *)peer_statq(&peer))->write_ptr = wrong[i];
		refused(&peer, "claims to have written");
	}
}

UNIT_TEST(wrong_read_index)
{
	struct peer peer;

	peer_init(&peer);
	*(u32 *)((u8 *)peer_statq(&peer) + GSP_MSGQ_RX_OFF) = 63;
	mutex_lock(&peer.gsp->rpc_lock);
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), -EIO);
	mutex_unlock(&peer.gsp->rpc_lock);
	EXPECT_EQ(peer.gsp->state, NV_GSP_DEAD);
	EXPECT_EQ(unit_log_has(&peer.log, "claims to have read"), 1);
	peer_fini(&peer);
}

UNIT_TEST(read_index_is_where_gsp_says)
{
	struct gsp_msgq_tx_header *tx;
	struct peer peer;

	peer_init(&peer);
	tx = peer_statq(&peer);
	tx->rx_hdr_off = 0xffc;
	EXPECT_EQ(gsp_queue_wait_link(peer.gsp, 0), 0);
	while (!gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0))
		;
	*(u32 *)((u8 *)tx + GSP_MSGQ_RX_OFF) = 30;
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), -EAGAIN);
	*(u32 *)((u8 *)tx + 0xffc) = 1;
	EXPECT_EQ(gsp_queue_send(peer.gsp, 1, data, 8, NULL, 0), 0);
	peer_fini(&peer);
}

UNIT_TEST(link_wants_a_sound_header)
{
	static const struct {
		u32 word, val;
	} wrong[] = {
		{ 0, 1 }, { 1, 0x80000 }, { 2, 0x2000 }, { 3, 0x40 }, { 5, 0 }, { 6, 0x1e },
		{ 6, 0x21 }, { 6, 0xffd }, { 6, 0xffffffff }, { 7, 0x2000 },
	};
	struct peer peer;
	u32 i, old, *tx;

	peer_init(&peer);
	tx = peer_statq(&peer);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		old = tx[wrong[i].word];
		tx[wrong[i].word] = wrong[i].val;
		unit_log_clear(&peer.log);
		EXPECT_EQ(gsp_queue_wait_link(peer.gsp, 1000), -EIO);
		EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
		tx[wrong[i].word] = old;
	}
	EXPECT_EQ(gsp_queue_wait_link(peer.gsp, 1000), 0);
	memset(tx, 0, sizeof(struct gsp_msgq_tx_header));
	EXPECT_EQ(gsp_queue_wait_link(peer.gsp, 4000000), -ETIMEDOUT);
	EXPECT(peer.now > 4000000000ull && peer.now < 4100000000ull);
	peer_fini(&peer);
}

UNIT_TEST(no_memory)
{
	struct peer peer;
	long n;

	peer_init(&peer);
	gsp_queue_fini(peer.gsp);
	for (n = 1; n < 4; n++) {
		unit_fail_alloc_at(n);
		EXPECT_EQ(gsp_queue_init(peer.gsp), -ENOMEM);
	}
	unit_fail_alloc_at(n);
	EXPECT_EQ(gsp_queue_init(peer.gsp), 0);
	peer_fini(&peer);
}
