// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * GSP's end of the message queues (abi/gsp-queue.h). The block they lie in is the
 * driver's: its pages are strewn over guest memory and may change under our hands, so
 * everything is copied before it is looked at.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/align.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "gsp-rm.h"

/* Events that a driver does not fetch are not kept without end. */
#define WAITING_MAX	256

struct gsp_outgoing {
	struct list_head link;
	u32 elements;
	u8 bytes[];			/* element header, RPC header, payload, zeros to 8 */
};

static bool shm_read(struct softgpu_gsp_rm *rm, u32 off, void *buf, u32 len)
{
	u32 done, part;

	for (done = 0; done < len; done += part) {
		u32 at = off + done;

		part = min(len - done, GSP_PAGE_SIZE - at % GSP_PAGE_SIZE);
		if (!sg_dma_read(rm->gpu, rm->queue.page[at >> GSP_PAGE_SHIFT] + at % GSP_PAGE_SIZE,
				 (u8 *)buf + done, part))
			return false;
	}
	return true;
}

static bool shm_write(struct softgpu_gsp_rm *rm, u32 off, const void *buf, u32 len)
{
	u32 done, part;

	for (done = 0; done < len; done += part) {
		u32 at = off + done;

		part = min(len - done, GSP_PAGE_SIZE - at % GSP_PAGE_SIZE);
		if (!sg_dma_write(rm->gpu,
				  rm->queue.page[at >> GSP_PAGE_SHIFT] + at % GSP_PAGE_SIZE,
				  (const u8 *)buf + done, part))
			return false;
	}
	return true;
}

/* An index that the driver keeps in the block, with what it wrote before visible after. */
static bool read_index(struct softgpu_gsp_rm *rm, u32 off, const char *name, u32 *index)
{
	if (!shm_read(rm, off, index, sizeof(*index))) {
		sg_rm_die(rm, "%s is in memory that is not there", name);
		return false;
	}
	if (*index >= GSP_MSGQ_ELEM_COUNT) {
		sg_rm_die(rm, "%s is %u, the ring has %u elements", name, *index,
			  GSP_MSGQ_ELEM_COUNT);
		return false;
	}
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return true;
}

static bool write_index(struct softgpu_gsp_rm *rm, u32 off, u32 index)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
	return shm_write(rm, off, &index, sizeof(index));
}

static u32 element_off(u32 queue_off, u32 index)
{
	return queue_off + GSP_MSGQ_ENTRY_OFF + index % GSP_MSGQ_ELEM_COUNT * GSP_MSGQ_ELEM_SIZE;
}

/* @bytes is a multiple of 8. */
static u32 checksum(const void *data, u32 bytes)
{
	u64 sum = 0, word;
	u32 i;

	for (i = 0; i < bytes; i += sizeof(word)) {
		memcpy(&word, (const u8 *)data + i, sizeof(word));
		sum ^= word;
	}
	return (u32)(sum >> 32) ^ (u32)sum;
}

static bool read_page_table(struct softgpu_gsp_rm *rm, u64 block)
{
	u64 *page = rm->queue.page;
	u8 probe[GSP_PAGE_SIZE];
	unsigned int i;

	if (!sg_dma_read(rm->gpu, block, page, sizeof(rm->queue.page))) {
		sg_log(rm->gpu, "RMARGS.sharedMemPhysAddr %#llx is not in memory", block);
		return false;
	}
	if (page[0] != block) {
		sg_log(rm->gpu, "queue page table[0] is %#llx, the block begins at %#llx", page[0],
		       block);
		return false;
	}
	for (i = 0; i < GSP_SHM_PAGES; i++) {
		if (page[i] % GSP_PAGE_SIZE ||
		    !sg_dma_read(rm->gpu, page[i], probe, sizeof(probe))) {
			sg_log(rm->gpu, "queue page table[%u] is %#llx: no page of memory", i,
			       page[i]);
			return false;
		}
	}
	return true;
}

static const struct gsp_msgq_tx_header queue_header = {
	.version = GSP_MSGQ_VERSION,
	.size = GSP_MSGQ_SIZE,
	.msg_size = GSP_MSGQ_ELEM_SIZE,
	.msg_count = GSP_MSGQ_ELEM_COUNT,
	.flags = GSP_MSGQ_FLAG_SWAP_RX,
	.rx_hdr_off = GSP_MSGQ_RX_OFF,
	.entry_off = GSP_MSGQ_ENTRY_OFF,
};

#define FIELD(name, member) { name, offsetof(struct gsp_msgq_tx_header, member) }

static bool check_command_header(struct softgpu_gsp_rm *rm)
{
	static const struct {
		const char *name;
		size_t off;
	} field[] = {
		FIELD("version", version), FIELD("size", size), FIELD("msgSize", msg_size),
		FIELD("msgCount", msg_count), FIELD("flags", flags), FIELD("rxHdrOff", rx_hdr_off),
		FIELD("entryOff", entry_off),
	};
	struct gsp_msgq_tx_header header;
	unsigned int i;
	u32 have, want;

	if (!shm_read(rm, GSP_SHM_CMDQ_OFF, &header, sizeof(header)))
		return false;
	for (i = 0; i < ARRAY_SIZE(field); i++) {
		memcpy(&have, (const u8 *)&header + field[i].off, sizeof(have));
		memcpy(&want, (const u8 *)&queue_header + field[i].off, sizeof(want));
		if (have == want)
			continue;
		sg_log(rm->gpu, "command queue header: %s is %#x, must be %#x", field[i].name, have,
		       want);
		return false;
	}
	return true;
}

bool sg_queue_attach(struct softgpu_gsp_rm *rm, const struct gsp_arguments_cached *args)
{
	const u32 zero = 0;

	if (!read_page_table(rm, args->shared_mem_phys_addr) || !check_command_header(rm))
		return false;
	if (!shm_write(rm, GSP_SHM_STATQ_OFF + GSP_MSGQ_RX_OFF, &zero, sizeof(zero)) ||
	    !shm_write(rm, GSP_SHM_STATQ_OFF, &queue_header, sizeof(queue_header))) {
		sg_log(rm->gpu, "the status queue's header cannot be written");
		return false;
	}
	return true;
}

static bool copy_elements(struct softgpu_gsp_rm *rm, u32 available)
{
	struct gsp_queue *queue = &rm->queue;
	struct gsp_msgq_element *element = (struct gsp_msgq_element *)queue->in;
	u32 i, count = 1;

	for (i = 0; i < count; i++) {
		if (!shm_read(rm, element_off(GSP_SHM_CMDQ_OFF, queue->read_ptr + i),
			      queue->in + i * GSP_MSGQ_ELEM_SIZE, GSP_MSGQ_ELEM_SIZE)) {
			sg_rm_die(rm, "command queue: an element is in memory that is not there");
			return false;
		}
		if (!i)
			count = element->elem_count;
		if (!count || count > GSP_MSGQ_ELEM_MAX || count > available) {
			sg_rm_die(rm, "command queue: elemCount is %u, 1 to %u are possible",
				  count, min(available, (u32)GSP_MSGQ_ELEM_MAX));
			return false;
		}
	}
	return true;
}

static bool check_message(struct softgpu_gsp_rm *rm)
{
	struct gsp_queue *queue = &rm->queue;
	const struct gsp_msgq_element *element = (const void *)queue->in;
	const struct gsp_rpc_header *rpc = (const void *)(element + 1);
	u32 bytes;

	if (rpc->length < sizeof(*rpc) || rpc->length > GSP_MSGQ_MAX_RPC) {
		sg_rm_die(rm, "command queue: rpc.length is %u, %zu to %u are possible",
			  rpc->length, sizeof(*rpc), GSP_MSGQ_MAX_RPC);
		return false;
	}
	bytes = ALIGN(sizeof(*element) + rpc->length, 8);
	if (element->elem_count != DIV_ROUND_UP(bytes, GSP_MSGQ_ELEM_SIZE)) {
		sg_rm_die(rm, "command queue: elemCount is %u for an rpc.length of %u",
			  element->elem_count, rpc->length);
		return false;
	}
	if (checksum(queue->in, bytes)) {
		sg_rm_die(rm, "command queue: checkSum %#x is wrong (message %u)",
			  element->checksum, queue->rx_seq);
		return false;
	}
	if (element->seq_num != queue->rx_seq) {
		sg_rm_die(rm, "command queue: seqNum is %u, must be %u", element->seq_num,
			  queue->rx_seq);
		return false;
	}
	if (rpc->header_version != GSP_RPC_HEADER_VERSION ||
	    rpc->signature != GSP_RPC_SIGNATURE) {
		sg_rm_die(rm, "command queue: header_version %#x or signature %#x is wrong",
			  rpc->header_version, rpc->signature);
		return false;
	}
	return true;
}

bool sg_queue_receive(struct softgpu_gsp_rm *rm, struct gsp_record *record)
{
	struct gsp_queue *queue = &rm->queue;
	const struct gsp_msgq_element *element = (const void *)queue->in;
	const struct gsp_rpc_header *rpc = (const void *)(element + 1);
	const u32 head = sizeof(*element) + sizeof(*rpc);
	u32 write_ptr, available;

	if (!read_index(rm, GSP_SHM_CMDQ_OFF + offsetof(struct gsp_msgq_tx_header, write_ptr),
			"command queue: writePtr", &write_ptr))
		return false;
	available = (write_ptr + GSP_MSGQ_ELEM_COUNT - queue->read_ptr) % GSP_MSGQ_ELEM_COUNT;
	if (!available || !copy_elements(rm, available) || !check_message(rm))
		return false;

	queue->rx_seq++;
	queue->read_ptr = (queue->read_ptr + element->elem_count) % GSP_MSGQ_ELEM_COUNT;
	write_index(rm, GSP_SHM_STATQ_OFF + GSP_MSGQ_RX_OFF, queue->read_ptr);
	rm->gpu->stats.messages_in++;
	sg_trace(rm->gpu, "gsp <- function %u, length %u", rpc->function, rpc->length);

	record->function = rpc->function;
	record->length = rpc->length - sizeof(*rpc);
	record->room = element->elem_count * GSP_MSGQ_ELEM_SIZE - head;
	record->payload = queue->in + head;
	return true;
}

static void queue_record(struct softgpu_gsp_rm *rm, u32 function, u32 result,
			 const void *payload, u32 length)
{
	const u32 head = sizeof(struct gsp_msgq_element) + sizeof(struct gsp_rpc_header);
	const u32 elements = DIV_ROUND_UP(head + length, GSP_MSGQ_ELEM_SIZE);
	struct gsp_outgoing *out = NULL;
	struct gsp_rpc_header *rpc;

	if (rm->queue.nr_waiting < WAITING_MAX)
		out = calloc(1, sizeof(*out) + elements * GSP_MSGQ_ELEM_SIZE);
	if (!out) {
		sg_log(rm->gpu, "no room to keep a message, function %#x: dropped", function);
		return;
	}
	out->elements = elements;
	rpc = (struct gsp_rpc_header *)(out->bytes + sizeof(struct gsp_msgq_element));
	rpc->header_version = GSP_RPC_HEADER_VERSION;
	rpc->signature = GSP_RPC_SIGNATURE;
	rpc->length = sizeof(*rpc) + length;
	rpc->function = function;
	rpc->rpc_result = result;
	if (length)
		memcpy(rpc + 1, payload, length);
	list_add_tail(&out->link, &rm->queue.waiting);
	rm->queue.nr_waiting++;
}

void sg_queue_send(struct softgpu_gsp_rm *rm, u32 function, u32 result, const void *payload,
		   u32 length)
{
	const u32 most = GSP_MSGQ_MAX_RPC - sizeof(struct gsp_rpc_header);
	const u8 *from = payload;	/* NULL without a length */
	u32 done, part;

	part = min(length, most);
	queue_record(rm, function, result, from, part);
	for (done = part; done < length; done += part) {
		part = min(length - done, most);
		queue_record(rm, GSP_RPC_CONTINUATION_RECORD, result, from + done, part);
	}
	sg_queue_flush(rm);
}

static void seal(struct softgpu_gsp_rm *rm, struct gsp_outgoing *out)
{
	struct gsp_msgq_element *element = (struct gsp_msgq_element *)out->bytes;
	const struct gsp_rpc_header *rpc = (const void *)(element + 1);

	element->elem_count = out->elements;
	element->seq_num = rm->queue.tx_seq++;
	if (sg_fault(rm->gpu, SOFTGPU_FAULT_BAD_SEQUENCE))
		element->seq_num += 1000;
	element->checksum = 0;
	element->checksum = checksum(out->bytes, ALIGN(sizeof(*element) + rpc->length, 8));
	if (sg_fault(rm->gpu, SOFTGPU_FAULT_BAD_CHECKSUM))
		element->checksum ^= 1;
	sg_trace(rm->gpu, "gsp -> function %#x, length %u, result %#x", rpc->function, rpc->length,
		 rpc->rpc_result);
}

static bool write_elements(struct softgpu_gsp_rm *rm, const struct gsp_outgoing *out)
{
	struct gsp_queue *queue = &rm->queue;
	u32 i;

	for (i = 0; i < out->elements; i++) {
		if (!shm_write(rm, element_off(GSP_SHM_STATQ_OFF, queue->write_ptr + i),
			       out->bytes + i * GSP_MSGQ_ELEM_SIZE, GSP_MSGQ_ELEM_SIZE))
			return false;
	}
	queue->write_ptr = (queue->write_ptr + out->elements) % GSP_MSGQ_ELEM_COUNT;
	return write_index(rm, GSP_SHM_STATQ_OFF + offsetof(struct gsp_msgq_tx_header, write_ptr),
			   queue->write_ptr);
}

/* False: it has to wait, or it is the last thing that the stand-in tried. */
static bool send_one(struct softgpu_gsp_rm *rm, struct gsp_outgoing *out)
{
	u32 read_ptr, room;

	if (sg_fault(rm->gpu, SOFTGPU_FAULT_GSP_DIES)) {
		sg_rm_die(rm, "told to die after %llu messages", rm->gpu->stats.messages_out);
		return false;
	}
	if (!read_index(rm, GSP_SHM_CMDQ_OFF + GSP_MSGQ_RX_OFF, "status queue: readPtr",
			&read_ptr))
		return false;
	room = (read_ptr + 2 * GSP_MSGQ_ELEM_COUNT - rm->queue.write_ptr - 1) % GSP_MSGQ_ELEM_COUNT;
	if (room < out->elements)
		return false;

	seal(rm, out);
	if (!write_elements(rm, out)) {
		sg_rm_die(rm, "status queue: an element is in memory that is not there");
		return false;
	}
	rm->gpu->stats.messages_out++;
	return true;
}

bool sg_queue_flush(struct softgpu_gsp_rm *rm)
{
	struct gsp_outgoing *out, *next;
	bool sent = false;

	list_for_each_entry_safe(out, next, &rm->queue.waiting, link) {
		if (rm->state == GSP_RM_DEAD || !send_one(rm, out))
			break;
		list_del(&out->link);
		rm->queue.nr_waiting--;
		free(out);
		sent = true;
	}
	if (sent)
		sg_gsp_notify(rm->gpu);
	return list_empty(&rm->queue.waiting);
}

void sg_queue_free(struct softgpu_gsp_rm *rm)
{
	struct gsp_outgoing *out, *next;

	list_for_each_entry_safe(out, next, &rm->queue.waiting, link)
		free(out);
	INIT_LIST_HEAD(&rm->queue.waiting);
	rm->queue.nr_waiting = 0;
}
