// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The rings that messages travel in; abi/gsp-queue.h has their layout. The shared
 * block is contiguous for the CPU, so a message wraps at the end of a ring and
 * nowhere else. Whatever GSP writes is read once, copied, and then checked.
 */
#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "gsp/gsp-priv.h"
#include "regs/nv-falcon.h"

#define RING_SIZE		(GSP_MSGQ_ELEM_COUNT * GSP_MSGQ_ELEM_SIZE)
#define ELEM_HEADER_SIZE	((u32)sizeof(struct gsp_msgq_element))
#define LINK_POLL_US		200

static void *cmdq(const struct nv_gsp_queue *queue)
{
	return queue->shm.cpu + GSP_SHM_CMDQ_OFF;
}

static void *statq(const struct nv_gsp_queue *queue)
{
	return queue->shm.cpu + GSP_SHM_STATQ_OFF;
}

/* The headers have the read index of the other queue: see GSP_MSGQ_FLAG_SWAP_RX. */
static u32 *driver_rx(const struct nv_gsp_queue *queue)
{
	return cmdq(queue) + GSP_MSGQ_RX_OFF;
}

static u32 *gsp_rx(const struct nv_gsp_queue *queue)
{
	return statq(queue) + queue->gsp_rx_off;
}

static void fill_page_table(struct nv_dma *shm)
{
	u64 *table = shm->cpu;
	unsigned int i;

	for (i = 0; i < GSP_SHM_PAGES; i++)
		table[i] = shm->page[i];
}

int gsp_queue_init(struct nv_gsp *gsp)
{
	struct nv_gsp_queue *queue = &gsp->queue;
	struct gsp_msgq_tx_header *tx;
	int err;

	memset(queue, 0, sizeof(*queue));
	gsp->halted = false;
	queue->gsp_rx_off = GSP_MSGQ_RX_OFF;
	queue->msg = kvmalloc(GSP_MSGQ_MAX_RPC, GFP_KERNEL);
	if (!queue->msg)
		return -ENOMEM;
	err = gsp->hw->ops->dma_alloc(gsp->hw, &queue->shm, GSP_SHM_SIZE, false);
	if (err) {
		gsp_queue_fini(gsp);
		return err;
	}

	fill_page_table(&queue->shm);
	tx = cmdq(queue);
	*tx = (struct gsp_msgq_tx_header) {
		.version = GSP_MSGQ_VERSION,
		.size = GSP_MSGQ_SIZE,
		.msg_size = GSP_MSGQ_ELEM_SIZE,
		.msg_count = GSP_MSGQ_ELEM_COUNT,
		.flags = GSP_MSGQ_FLAG_SWAP_RX,
		.rx_hdr_off = GSP_MSGQ_RX_OFF,
		.entry_off = GSP_MSGQ_ENTRY_OFF,
	};
	return 0;
}

void gsp_queue_fini(struct nv_gsp *gsp)
{
	struct nv_gsp_queue *queue = &gsp->queue;

	gsp->hw->ops->dma_free(gsp->hw, &queue->shm);
	kvfree(queue->msg);
	memset(queue, 0, sizeof(*queue));
}

static bool link_valid(const struct gsp_msgq_tx_header *tx)
{
	return tx->version == GSP_MSGQ_VERSION && tx->size == GSP_MSGQ_SIZE &&
	       tx->msg_size == GSP_MSGQ_ELEM_SIZE && tx->msg_count == GSP_MSGQ_ELEM_COUNT &&
	       tx->entry_off == GSP_MSGQ_ENTRY_OFF && tx->flags == GSP_MSGQ_FLAG_SWAP_RX &&
	       tx->rx_hdr_off >= sizeof(*tx) && tx->rx_hdr_off % sizeof(u32) == 0 &&
	       tx->rx_hdr_off <= tx->entry_off - sizeof(struct gsp_msgq_rx_header);
}

int gsp_queue_wait_link(struct nv_gsp *gsp, u64 timeout_us)
{
	struct nv_gsp_queue *queue = &gsp->queue;
	struct nv_hw *hw = gsp->hw;
	u64 deadline = hw->ops->time_ns(hw) + timeout_us * 1000;
	struct gsp_msgq_tx_header tx;
	bool late;

	/* GSP writes the header piece by piece, so one that is wrong may become right. */
	for (;;) {
		late = hw->ops->time_ns(hw) >= deadline;
		memcpy(&tx, statq(queue), sizeof(tx));
		dma_rmb();
		if (link_valid(&tx))
			break;
		if (late && tx.size)
			return nv_fail(hw, -EIO, "GSP's message queue makes no sense");
		if (late)
			return nv_fail(hw, -ETIMEDOUT, "GSP does not set up its message queue");
		hw->ops->sleep_us(hw, LINK_POLL_US);
	}
	queue->gsp_rx_off = tx.rx_hdr_off;
	return 0;
}

/* Copying to and from a ring: @off may lie beyond its end. */

static void ring_write(void *ring, u32 off, const void *src, u32 len)
{
	u32 first;

	if (!len)
		return;
	off %= RING_SIZE;
	first = min_t(u32, len, RING_SIZE - off);
	memcpy(ring + off, src, first);
	memcpy(ring, src + first, len - first);
}

static void ring_read(const void *ring, u32 off, void *dst, u32 len)
{
	u32 first;

	off %= RING_SIZE;
	first = min_t(u32, len, RING_SIZE - off);
	memcpy(dst, ring + off, first);
	memcpy(dst + first, ring, len - first);
}

static u64 xor_words(u64 sum, const void *data, u32 len)
{
	u64 word;

	for (; len >= sizeof(word); len -= sizeof(word), data += sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		sum ^= word;
	}
	word = 0;
	memcpy(&word, data, len);
	return sum ^ word;
}

static u32 fold(u64 sum)
{
	return upper_32_bits(sum) ^ lower_32_bits(sum);
}

static u32 elements_for(u32 rpc_length)
{
	return DIV_ROUND_UP(ELEM_HEADER_SIZE + rpc_length, GSP_MSGQ_ELEM_SIZE);
}

static int tx_room(struct nv_gsp *gsp)
{
	struct nv_gsp_queue *queue = &gsp->queue;
	u32 read = READ_ONCE(*gsp_rx(queue));

	if (read >= GSP_MSGQ_ELEM_COUNT) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP claims to have read up to message %u of %u",
			read, GSP_MSGQ_ELEM_COUNT);
		return -EIO;
	}
	return (read + GSP_MSGQ_ELEM_COUNT - queue->tx_index - 1) % GSP_MSGQ_ELEM_COUNT;
}

/* Lays the message out behind its element header and returns the checksum of all of it. */
static u32 tx_fill(struct nv_gsp_queue *queue, const struct gsp_msgq_element *elem,
		   const struct gsp_rpc_header *rpc, const void *head, u32 head_len,
		   const void *body, u32 body_len)
{
	static const u8 zero[sizeof(u64)];
	void *ring = cmdq(queue) + GSP_MSGQ_ENTRY_OFF;
	u32 off = queue->tx_index * GSP_MSGQ_ELEM_SIZE;
	u32 end = off + ELEM_HEADER_SIZE + rpc->length;
	u64 sum = 0;

	ring_write(ring, off, elem, sizeof(*elem));
	ring_write(ring, off + ELEM_HEADER_SIZE, rpc, sizeof(*rpc));
	ring_write(ring, off + ELEM_HEADER_SIZE + sizeof(*rpc), head, head_len);
	ring_write(ring, end - body_len, body, body_len);
	ring_write(ring, end, zero, -rpc->length % sizeof(u64));

	for (; off < end; off += sizeof(u64))
		sum ^= *(u64 *)(ring + off % RING_SIZE);
	return fold(sum);
}

int gsp_queue_send(struct nv_gsp *gsp, u32 function, const void *head, u32 head_len,
		   const void *body, u32 body_len)
{
	struct nv_gsp_queue *queue = &gsp->queue;
	struct gsp_msgq_tx_header *tx = cmdq(queue);
	const struct gsp_rpc_header rpc = {
		.header_version = GSP_RPC_HEADER_VERSION,
		.signature = GSP_RPC_SIGNATURE,
		.length = sizeof(rpc) + head_len + body_len,
		.function = function,
		.rpc_result = GSP_RPC_PENDING,
		.rpc_result_private = GSP_RPC_PENDING,
	};
	struct gsp_msgq_element elem = {
		.seq_num = queue->tx_seq,
		.elem_count = elements_for(rpc.length),
	};
	u32 off = queue->tx_index * GSP_MSGQ_ELEM_SIZE;
	int room;

	room = tx_room(gsp);
	if (room < 0)
		return room;
	if (room < elem.elem_count)
		return -EAGAIN;

	elem.checksum = tx_fill(queue, &elem, &rpc, head, head_len, body, body_len);
	ring_write(cmdq(queue) + GSP_MSGQ_ENTRY_OFF, off, &elem, sizeof(elem));
	queue->tx_seq++;
	queue->tx_index = (queue->tx_index + elem.elem_count) % GSP_MSGQ_ELEM_COUNT;

	dma_wmb();
	WRITE_ONCE(tx->write_ptr, queue->tx_index);
	nv_wr32(gsp->hw, NV_PGSP_BASE + NV_PGSP_QUEUE_HEAD(0), 0);
	return 0;
}

/* Why the message whose element header is @elem cannot be taken, or NULL. */
static const char *rx_copy(struct nv_gsp_queue *queue, const struct gsp_msgq_element *elem,
			   u32 available)
{
	const void *ring = statq(queue) + GSP_MSGQ_ENTRY_OFF;
	u32 off = queue->rx_index * GSP_MSGQ_ELEM_SIZE + ELEM_HEADER_SIZE;
	u64 sum;

	if (!elem->elem_count || elem->elem_count > GSP_MSGQ_ELEM_MAX ||
	    elem->elem_count > available)
		return "a wrong number of elements";
	if (elem->seq_num != queue->rx_seq)
		return "a wrong sequence number";

	queue->msg_room = elem->elem_count * GSP_MSGQ_ELEM_SIZE - ELEM_HEADER_SIZE;
	ring_read(ring, off, queue->msg, queue->msg_room);
	if (queue->msg->length < sizeof(*queue->msg) || queue->msg->length > queue->msg_room)
		return "a wrong length";
	sum = xor_words(0, elem, sizeof(*elem));
	if (fold(xor_words(sum, queue->msg, queue->msg->length)))
		return "a wrong checksum";
	if (queue->msg->signature != GSP_RPC_SIGNATURE ||
	    queue->msg->header_version != GSP_RPC_HEADER_VERSION)
		return "a wrong RPC header";
	return NULL;
}

bool gsp_queue_pending(struct nv_gsp *gsp)
{
	const struct gsp_msgq_tx_header *tx = statq(&gsp->queue);

	return READ_ONCE(tx->write_ptr) != gsp->queue.rx_index;
}

int gsp_queue_receive(struct nv_gsp *gsp)
{
	struct nv_gsp_queue *queue = &gsp->queue;
	const struct gsp_msgq_tx_header *tx = statq(queue);
	u32 write = READ_ONCE(tx->write_ptr);
	struct gsp_msgq_element elem;
	const char *flaw;

	BUILD_BUG_ON(sizeof(elem) % sizeof(u64));
	if (write == queue->rx_index)
		return 0;
	dma_rmb();
	if (write >= GSP_MSGQ_ELEM_COUNT) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP claims to have written up to message %u of %u",
			write, GSP_MSGQ_ELEM_COUNT);
		return -EIO;
	}

	ring_read(statq(queue) + GSP_MSGQ_ENTRY_OFF, queue->rx_index * GSP_MSGQ_ELEM_SIZE,
		  &elem, sizeof(elem));
	flaw = rx_copy(queue, &elem, (write + GSP_MSGQ_ELEM_COUNT - queue->rx_index) %
				     GSP_MSGQ_ELEM_COUNT);
	if (flaw) {
		gsp_die(gsp, GSP_XID_ERROR, "message %u from GSP has %s", queue->rx_seq, flaw);
		return -EIO;
	}

	queue->rx_seq++;
	queue->rx_index = (queue->rx_index + elem.elem_count) % GSP_MSGQ_ELEM_COUNT;
	mb();			/* GSP may reuse the elements once it sees the index */
	WRITE_ONCE(*driver_rx(queue), queue->rx_index);
	return 1;
}
