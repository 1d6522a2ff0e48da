/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_GSP_QUEUE_H
#define NV_ABI_GSP_QUEUE_H

#include "abi/abi.h"

/**
 * DOC: message queues between the driver and GSP
 *
 * One block of system memory, page by page: a page table (u64 DMA address of each
 * 4 KiB page of the whole block, itself included), the command queue, the status
 * queue. A queue is a header page and a ring of 4 KiB elements. A message takes 1
 * to 16 consecutive elements (wrapping), of which only the first has a header.
 *
 * Both headers carry GSP_MSGQ_FLAG_SWAP_RX: each side writes its read index into
 * the block of the queue that it writes itself. So the driver's read index of the
 * status queue lies in the command queue's block, and GSP's read index of the
 * command queue in the status queue's block.
 *
 * Indices run 0..msg_count - 1; full is (write + 1) % msg_count == read.
 * Source: open-gpu-kernel-modules 550.163.01, msgq_priv.h, message_queue_priv.h.
 */

#define GSP_PAGE_SIZE		0x1000
#define GSP_PAGE_SHIFT		12
#define GSP_MSGQ_SIZE		0x40000		/* one queue, header page included */
#define GSP_MSGQ_ELEM_SIZE	0x1000
#define GSP_MSGQ_ELEM_COUNT	0x3f
#define GSP_MSGQ_ELEM_MAX	16		/* elements in the longest message */
#define GSP_MSGQ_ENTRY_OFF	0x1000
#define GSP_MSGQ_RX_OFF		0x20
#define GSP_MSGQ_VERSION	0
#define GSP_MSGQ_FLAG_SWAP_RX	1

#define GSP_SHM_PAGES		(1 + 2 * GSP_MSGQ_SIZE / GSP_PAGE_SIZE)
#define GSP_SHM_CMDQ_OFF	0x1000
#define GSP_SHM_STATQ_OFF	(GSP_SHM_CMDQ_OFF + GSP_MSGQ_SIZE)
#define GSP_SHM_SIZE		(GSP_SHM_PAGES * GSP_PAGE_SIZE)

struct gsp_msgq_tx_header {
	u32 version;
	u32 size;
	u32 msg_size;
	u32 msg_count;
	u32 write_ptr;
	u32 flags;
	u32 rx_hdr_off;
	u32 entry_off;
};
NV_ABI_SIZE(struct gsp_msgq_tx_header, 32);

struct gsp_msgq_rx_header {
	u32 read_ptr;
};

/**
 * struct gsp_msgq_element - head of a message in a ring
 * @auth_tag: used by confidential computing only, zero
 * @aad: likewise
 * @checksum: makes the XOR of all u64 of this header and rpc.length further bytes
 *	(zero padded to 8), upper half folded onto the lower, zero
 * @seq_num: counts messages of one direction from 0
 * @elem_count: elements that the message takes
 * @pad: zero
 */
struct gsp_msgq_element {
	u8 auth_tag[16];
	u8 aad[16];
	u32 checksum;
	u32 seq_num;
	u32 elem_count;
	u32 pad;
};
NV_ABI_SIZE(struct gsp_msgq_element, 0x30);
NV_ABI_OFFSET(struct gsp_msgq_element, checksum, 0x20);

/* Most bytes from the start of an RPC header that one message can carry. */
#define GSP_MSGQ_MAX_RPC \
	(GSP_MSGQ_ELEM_MAX * GSP_MSGQ_ELEM_SIZE - (u32)sizeof(struct gsp_msgq_element))

#endif
