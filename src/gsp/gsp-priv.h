/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_GSP_PRIV_H
#define NV_GSP_GSP_PRIV_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "abi/gsp-boot.h"
#include "abi/gsp-queue.h"
#include "abi/gsp-rpc.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"
#include "nv-hw.h"

/**
 * struct nv_gsp_queue - the driver's end of the two message queues
 * @shm: page table, command queue, status queue (abi/gsp-queue.h)
 * @tx_seq: sequence number of the next message sent
 * @rx_seq: sequence number expected next
 * @tx_index: element of the command queue that the next message starts in
 * @rx_index: element of the status queue that the next message starts in
 * @gsp_rx_off: where GSP puts its read index, from the start of the status queue
 * @msg: the message received last, copied out so that GSP cannot change it any more:
 *	an RPC header and what follows it
 * @msg_room: bytes of @msg that came in its elements, at least the header's length
 */
struct nv_gsp_queue {
	struct nv_dma shm;
	u32 tx_seq;
	u32 rx_seq;
	u32 tx_index;
	u32 rx_index;
	u32 gsp_rx_off;
	struct gsp_rpc_header *msg;
	u32 msg_room;
};

struct nv_gsp_boot_state;	/* boot.c and its neighbours */

enum nv_gsp_state {
	NV_GSP_OFF,
	NV_GSP_BOOTING,
	NV_GSP_RUNNING,
	NV_GSP_SUSPENDED,
	NV_GSP_RESUMING,
	NV_GSP_DEAD,
};

/**
 * struct nv_gsp - a GPU's GSP
 * @gpu: whose
 * @hw: the same GPU's window to the world
 * @state: enum nv_gsp_state; written under @rpc_lock, read anywhere with READ_ONCE
 * @rpc_lock: one request is under way at a time
 * @queue: message queues, allocated while not OFF
 * @static_info: reply to GET_GSP_STATIC_INFO
 * @boot: memory and images that booting and unloading need
 * @vbios_version: text
 * @stats: counters
 * @halted: GSP's core stopped without being told to
 * @log_limit: keeps what GSP reports from flooding the log
 * @post_event: called for each event that GSP wants delivered, with @rpc_lock held, or NULL;
 *	@size counts the bytes at @event
 * @post_event_ctx: for it
 */
struct nv_gsp {
	struct nv_gpu *gpu;
	struct nv_hw *hw;
	enum nv_gsp_state state;
	struct mutex rpc_lock;
	struct nv_gsp_queue queue;
	struct gsp_static_config_info static_info;
	struct nv_gsp_boot_state *boot;
	char vbios_version[32];
	struct nv_gsp_stats stats;
	bool halted;
	struct nv_gsp_log_limit {
		u64 start_ns;
		u32 lines;
		u32 dropped;
	} log_limit;
	void (*post_event)(void *ctx, const struct gsp_event_post_event *event, u32 size);
	void *post_event_ctx;
};

/* queue.c */

/** gsp_queue_init() - allocate the shared block, write the command queue's header; 0, -ENOMEM */
int gsp_queue_init(struct nv_gsp *gsp);
void gsp_queue_fini(struct nv_gsp *gsp);

/**
 * gsp_queue_wait_link() - wait for GSP to write the status queue's header and check it
 *
 * Return: 0, -ETIMEDOUT, -EIO if the header makes no sense.
 */
int gsp_queue_wait_link(struct nv_gsp *gsp, u64 timeout_us);

/**
 * gsp_queue_send() - put one message into the command queue and ring GSP's bell
 * @gsp: its rpc_lock is held
 * @function: of the RPC
 * @head: first part of the payload
 * @head_len: bytes
 * @body: the rest of it, may be NULL
 * @body_len: bytes; with @head_len at most GSP_RPC_PAYLOAD_MAX
 *
 * Return: 0, -EAGAIN while there is no room, -EIO if GSP's read index makes no sense.
 */
int gsp_queue_send(struct nv_gsp *gsp, u32 function, const void *head, u32 head_len,
		   const void *body, u32 body_len);

/**
 * gsp_queue_receive() - copy the next message to queue.msg, checked as far as a header goes
 *
 * Return: 1 if there was one, 0 if not, -EIO if what GSP wrote makes no sense (GSP is then
 * marked dead).
 */
int gsp_queue_receive(struct nv_gsp *gsp);
/** gsp_queue_pending() - has GSP written something that was not received? Costs a memory access. */
bool gsp_queue_pending(struct nv_gsp *gsp);

/* handshake.c: called by boot.c in this order */

/** gsp_rpc_send_boot_info() - queue GSP_SET_SYSTEM_INFO and SET_REGISTRY, before GSP runs */
int gsp_rpc_send_boot_info(struct nv_gsp *gsp);

/** gsp_rpc_wait_init_done() - handle events until GSP_INIT_DONE; 0, -ETIMEDOUT, -EIO */
int gsp_rpc_wait_init_done(struct nv_gsp *gsp);

/** gsp_rpc_handshake() - SET_GUEST_SYSTEM_INFO and GET_GSP_STATIC_INFO; state becomes RUNNING */
int gsp_rpc_handshake(struct nv_gsp *gsp);

/**
 * gsp_unload_rm() - let GSP-RM wind up and halt: UNLOADING_GUEST_DRIVER
 * @gsp: runs
 * @how: for good, or for a suspend, after which its state is SUSPENDED
 *
 * Return: 0 or negative errno
 */
int gsp_unload_rm(struct nv_gsp *gsp, const struct gsp_rpc_unloading_guest_driver *how);

/* rpc.c */

/**
 * gsp_rpc_send() - send a request of any length
 * @gsp: its rpc_lock is held
 * @function: of the RPC
 * @head: first part of the payload, not longer than a message
 * @head_len: bytes
 * @body: the rest, or NULL
 * @body_len: bytes
 *
 * Return: 0; -ENODEV if GSP was dead before or the GPU is gone; -ETIMEDOUT or -EIO if it died
 * of this.
 */
int gsp_rpc_send(struct nv_gsp *gsp, u32 function, const void *head, u32 head_len,
		 const void *body, u32 body_len);

/**
 * gsp_rpc_wait() - handle events until a message of @function is in queue.msg
 * @gsp: its rpc_lock is held
 * @function: awaited
 * @timeout_us: longest wait; GSP is dead after it
 *
 * Return: as gsp_rpc_send().
 */
int gsp_rpc_wait(struct nv_gsp *gsp, u32 function, u64 timeout_us);

/**
 * gsp_rpc_call() - request and reply of a fixed layout
 * @gsp: its rpc_lock is held
 * @function: of the RPC
 * @payload: in and out
 * @size: bytes
 * @status: NV_STATUS of the RPC, if there was a reply
 *
 * Return: as gsp_rpc_send(); -EIO also if the reply is too short.
 */
int gsp_rpc_call(struct nv_gsp *gsp, u32 function, void *payload, u32 size, u32 *status);

/* state.c */

void gsp_set_state(struct nv_gsp *gsp, enum nv_gsp_state state);

/* Public numbers of events that this folder finds out itself. */
#define GSP_XID_OFF_BUS		79
#define GSP_XID_RPC_TIMEOUT	119
#define GSP_XID_ERROR		120

/**
 * gsp_die() - GSP is of no use any more: one line, later calls fail at once
 * @gsp: its rpc_lock is held
 * @xid: number of the line if GSP was up; a boot that fails is no Xid
 * @fmt: why
 */
__printf(3, 4) void gsp_die(struct nv_gsp *gsp, unsigned int xid, const char *fmt, ...);

/** gsp_mark_dead() - the same, from outside an RPC */
void gsp_mark_dead(struct nv_gsp *gsp, const char *why);
/** gsp_may_log() - is there room in the log for one more line that GSP is the cause of? */
bool gsp_may_log(struct nv_gsp *gsp);

/* event.c */

/** gsp_event_handle() - act on the event in queue.msg; rpc_lock is held */
void gsp_event_handle(struct nv_gsp *gsp);

/* sequencer.c */

/**
 * gsp_sequencer_run() - run a program of register accesses
 * @gsp: its rpc_lock is held
 * @program: copied out of the queue
 * @size: bytes at @program
 *
 * Return: 0, -EINVAL if it is malformed, -ETIMEDOUT, or the error of gsp_core_resume();
 * one line says why.
 */
int gsp_sequencer_run(struct nv_gsp *gsp, struct gsp_event_run_cpu_sequencer *program, u32 size);

/* core.c */

/** gsp_core_resume() - restart the core as a sequencer program asks */
int gsp_core_resume(struct nv_gsp *gsp);

#endif
