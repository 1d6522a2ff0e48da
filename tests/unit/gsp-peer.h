/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef GSP_PEER_H
#define GSP_PEER_H

#include "gsp/gsp-priv.h"
#include "unit-log.h"

/**
 * struct peer - GSP's end of the queues, played by a test; there is no other hardware
 * @hw: for the driver
 * @gpu: the driver's, with nothing in it but what the queues need
 * @gsp: running, its queues linked
 * @log: what the driver logged
 * @now: time, ns; sleeping passes it
 * @slept: sleeps so far
 * @gone: registers read as ones
 * @tx_index: where the next message to the driver goes
 * @tx_seq: its number
 * @rx_index: where the next message of the driver is
 * @rx_seq: its number
 * @message: called for each message that the driver sent, or NULL: none is taken
 * @idle: called whenever the driver sleeps, or NULL
 * @tick: called whenever the driver looks at the time, or NULL
 * @read: answers register reads, or NULL: they read 0
 * @write: sees register writes but GSP's bell, or NULL
 * @ctx: for these
 */
struct peer {
	struct nv_hw hw;
	struct nv_gpu gpu;
	struct nv_gsp *gsp;
	struct unit_log log;
	u64 now;
	unsigned int slept;
	bool gone;
	u32 tx_index, tx_seq, rx_index, rx_seq;
	void (*message)(struct peer *peer, const struct gsp_rpc_header *msg);
	void (*idle)(struct peer *peer);
	void (*tick)(struct peer *peer);
	u32 (*read)(struct peer *peer, u32 reg);
	void (*write)(struct peer *peer, u32 reg, u32 val);
	void *ctx;
};

void peer_init(struct peer *peer);
void peer_fini(struct peer *peer);

void *peer_statq(struct peer *peer);
void *peer_cmdq(struct peer *peer);

/** peer_take() - hand every message that waits to @message, checksum and number checked */
void peer_take(struct peer *peer);

/**
 * struct peer_flaw - what to do wrong in a message; zero is right
 * @elements: added to the number of elements
 * @length: added to the RPC's length, after the checksum
 * @checksum: XORed to it
 * @sequence: added to it
 * @signature: XORed to it, before the checksum
 */
struct peer_flaw {
	u32 elements, length, checksum, sequence, signature;
};

/** peer_send() - put a message into the status queue; fails the case if it has no room */
void peer_send(struct peer *peer, u32 function, u32 result, const void *payload, u32 len);
void peer_send_flawed(struct peer *peer, u32 function, u32 result, const void *payload, u32 len,
		      const struct peer_flaw *flaw);
/** peer_echo() - send a message back with a result, as GSP does */
void peer_echo(struct peer *peer, const struct gsp_rpc_header *msg, u32 result);

#endif
