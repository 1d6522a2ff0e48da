// SPDX-License-Identifier: MIT OR GPL-2.0

#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "gsp-peer.h"
#include "regs/nv-falcon.h"
#include "unit.h"

#define RING		(GSP_MSGQ_ELEM_COUNT * GSP_MSGQ_ELEM_SIZE)
#define MSG_MAX		(GSP_MSGQ_ELEM_MAX * GSP_MSGQ_ELEM_SIZE)

static struct peer *to_peer(struct nv_hw *hw)
{
	return container_of(hw, struct peer, hw);
}

void *peer_cmdq(struct peer *peer)
{
	return (u8 *)peer->gsp->queue.shm.cpu + GSP_SHM_CMDQ_OFF;
}

void *peer_statq(struct peer *peer)
{
	return (u8 *)peer->gsp->queue.shm.cpu + GSP_SHM_STATQ_OFF;
}

/* Byte by byte, so that it shares no arithmetic with what it tests. */
static void ring_get(const u8 *queue, u32 index, u8 *to, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		to[i] = queue[GSP_MSGQ_ENTRY_OFF + (index * GSP_MSGQ_ELEM_SIZE + i) % RING];
}

static void ring_put(u8 *queue, u32 index, const u8 *from, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		queue[GSP_MSGQ_ENTRY_OFF + (index * GSP_MSGQ_ELEM_SIZE + i) % RING] = from[i];
}

static u32 checksum(const u8 *data, u32 len)
{
	u8 sum[8] = { };
	u32 i;

	for (i = 0; i < len; i++)
		sum[i % 8] ^= data[i];
	return ((u32 *)sum)[0] ^ ((u32 *)sum)[1];
}

void peer_take(struct peer *peer)
{
	const struct gsp_msgq_tx_header *tx = peer_cmdq(peer);
	static u8 buf[MSG_MAX];
	const struct gsp_msgq_element *elem = (void *)buf;
	const struct gsp_rpc_header *msg = (void *)(buf + sizeof(*elem));

	while (peer->message && peer->rx_index != tx->write_ptr) {
		EXPECT(tx->write_ptr < GSP_MSGQ_ELEM_COUNT);
		ring_get(peer_cmdq(peer), peer->rx_index, buf, MSG_MAX);
		EXPECT_EQ(elem->seq_num, peer->rx_seq);
		EXPECT_EQ(elem->elem_count,
			  DIV_ROUND_UP(sizeof(*elem) + msg->length, GSP_MSGQ_ELEM_SIZE));
		EXPECT(elem->elem_count <= GSP_MSGQ_ELEM_MAX);
		EXPECT_EQ(checksum(buf, sizeof(*elem) + msg->length), 0);
		EXPECT_EQ(msg->signature, GSP_RPC_SIGNATURE);
		EXPECT_EQ(msg->rpc_result, GSP_RPC_PENDING);
		peer->rx_seq++;
		peer->rx_index = (peer->rx_index + elem->elem_count) % GSP_MSGQ_ELEM_COUNT;
		*(u32 *)((u8 *)peer_statq(peer) + GSP_MSGQ_RX_OFF) = peer->rx_index;
		peer->message(peer, msg);
	}
}

void peer_send_flawed(struct peer *peer, u32 function, u32 result, const void *payload, u32 len,
		      const struct peer_flaw *flaw)
{
	u32 driver_rx = *(u32 *)((u8 *)peer_cmdq(peer) + GSP_MSGQ_RX_OFF);
	struct gsp_msgq_tx_header *tx = peer_statq(peer);
	struct gsp_msgq_element *elem;
	struct gsp_rpc_header *msg;
	u32 count, room;

	count = DIV_ROUND_UP(sizeof(*elem) + sizeof(*msg) + len, GSP_MSGQ_ELEM_SIZE);
	room = (driver_rx + GSP_MSGQ_ELEM_COUNT - peer->tx_index - 1) % GSP_MSGQ_ELEM_COUNT;
	EXPECT(count <= room);

	elem = calloc(count, GSP_MSGQ_ELEM_SIZE);
	msg = (void *)(elem + 1);
	*msg = (struct gsp_rpc_header) {
		.header_version = GSP_RPC_HEADER_VERSION,
		.signature = GSP_RPC_SIGNATURE ^ flaw->signature,
		.length = sizeof(*msg) + len,
		.function = function,
		.rpc_result = result,
	};
	if (len)
		memcpy(msg + 1, payload, len);
	elem->seq_num = peer->tx_seq++ + flaw->sequence;
	elem->elem_count = count + flaw->elements;
	elem->checksum = checksum((u8 *)elem, sizeof(*elem) + msg->length) ^ flaw->checksum;
	msg->length += flaw->length;

	ring_put(peer_statq(peer), peer->tx_index, (u8 *)elem, count * GSP_MSGQ_ELEM_SIZE);
	peer->tx_index = (peer->tx_index + count) % GSP_MSGQ_ELEM_COUNT;
	tx->write_ptr = peer->tx_index;
	free(elem);
}

void peer_send(struct peer *peer, u32 function, u32 result, const void *payload, u32 len)
{
	peer_send_flawed(peer, function, result, payload, len, &(struct peer_flaw) { });
}

void peer_echo(struct peer *peer, const struct gsp_rpc_header *msg, u32 result)
{
	peer_send(peer, msg->function, result, msg + 1, msg->length - sizeof(*msg));
}

/* struct nv_hw */

static u32 peer_rd32(struct nv_hw *hw, u32 reg)
{
	struct peer *peer = to_peer(hw);

	EXPECT(reg % 4 == 0 && reg < hw->bar[0].size);
	if (peer->gone)
		return ~0u;
	return peer->read ? peer->read(peer, reg) : 0;
}

static void peer_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
	struct peer *peer = to_peer(hw);

	EXPECT(reg % 4 == 0 && reg < hw->bar[0].size);
	if (reg == NV_PGSP_BASE + NV_PGSP_QUEUE_HEAD(0))
		peer_take(peer);
	else if (peer->write)
		peer->write(peer, reg, val);
}

static int peer_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	size_t i, pages = size / GSP_PAGE_SIZE;

	memset(dma, 0, sizeof(*dma));
	dma->page = kcalloc(pages, sizeof(u64), GFP_KERNEL);
	dma->cpu = kzalloc(size, GFP_KERNEL);
	if (!dma->page || !dma->cpu) {
		kfree(dma->page);
		kfree(dma->cpu);
		memset(dma, 0, sizeof(*dma));
		return -ENOMEM;
	}
	dma->size = size;
	for (i = 0; i < pages; i++)
		dma->page[i] = (0x1000 + 3 * i) * GSP_PAGE_SIZE;
	return 0;
}

static void peer_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	kfree(dma->cpu);
	kfree(dma->page);
	memset(dma, 0, sizeof(*dma));
}

static u64 peer_time_ns(struct nv_hw *hw)
{
	struct peer *peer = to_peer(hw);

	if (peer->tick)
		peer->tick(peer);
	return peer->now += 100;
}

static void peer_sleep_us(struct nv_hw *hw, unsigned int us)
{
	struct peer *peer = to_peer(hw);

	unit_might_sleep("sleep", 0);
	peer->now += us * 1000ull;
	peer->slept++;
	if (peer->idle)
		peer->idle(peer);
}

static void peer_wake(struct nv_hw *hw)
{
}

__printf(3, 0)
static void peer_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, va_list args)
{
	unit_log_add(&to_peer(hw)->log, "EWID"[level], fmt, args);
}

static const struct nv_hw_ops peer_ops = {
	.rd32 = peer_rd32,
	.wr32 = peer_wr32,
	.dma_alloc = peer_dma_alloc,
	.dma_free = peer_dma_free,
	.time_ns = peer_time_ns,
	.wall_ns = peer_time_ns,
	.sleep_us = peer_sleep_us,
	.wait = peer_sleep_us,
	.wake = peer_wake,
	.log = peer_log,
};

void peer_init(struct peer *peer)
{
	memset(peer, 0, sizeof(*peer));
	peer->hw.ops = &peer_ops;
	peer->hw.bus = 1;
	peer->hw.bar[0].size = 0x1000000;
	peer->gpu.hw = &peer->hw;
	peer->gsp = nv_gsp_create(&peer->gpu);
	EXPECT(!IS_ERR(peer->gsp));
	peer->gpu.gsp = peer->gsp;
	EXPECT_EQ(gsp_queue_init(peer->gsp), 0);
	*(struct gsp_msgq_tx_header *)peer_statq(peer) = (struct gsp_msgq_tx_header) {
		.size = GSP_MSGQ_SIZE, .msg_size = GSP_MSGQ_ELEM_SIZE,
		.msg_count = GSP_MSGQ_ELEM_COUNT, .flags = GSP_MSGQ_FLAG_SWAP_RX,
		.rx_hdr_off = GSP_MSGQ_RX_OFF, .entry_off = GSP_MSGQ_ENTRY_OFF,
	};
	EXPECT_EQ(gsp_queue_wait_link(peer->gsp, 0), 0);
	peer->gsp->state = NV_GSP_RUNNING;
}

void peer_fini(struct peer *peer)
{
	gsp_queue_fini(peer->gsp);
	nv_gsp_destroy(peer->gsp);
	unit_log_clear(&peer->log);
}
