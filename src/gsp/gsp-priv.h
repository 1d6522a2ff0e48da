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
 */
struct nv_gsp_queue {
	struct nv_dma shm;
	u32 tx_seq;
	u32 rx_seq;
};

struct nv_gsp_boot_state;	/* boot.c and its neighbours */

enum nv_gsp_state {
	NV_GSP_OFF,
	NV_GSP_BOOTING,
	NV_GSP_RUNNING,
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
};

/* queue.c */

/** gsp_queue_init() - allocate the shared block and write the command queue's header. 0 or -ENOMEM */
int gsp_queue_init(struct nv_gsp *gsp);
void gsp_queue_fini(struct nv_gsp *gsp);

/**
 * gsp_queue_wait_link() - wait for GSP to write the status queue's header and check it
 *
 * Return: 0, -ETIMEDOUT, -EIO if the header makes no sense.
 */
int gsp_queue_wait_link(struct nv_gsp *gsp, u64 timeout_us);

/* rpc.c: called by boot.c in this order */

/** gsp_rpc_send_boot_info() - queue GSP_SET_SYSTEM_INFO and SET_REGISTRY, before GSP runs */
int gsp_rpc_send_boot_info(struct nv_gsp *gsp);

/** gsp_rpc_wait_init_done() - handle events until GSP_INIT_DONE; 0, -ETIMEDOUT, -EIO */
int gsp_rpc_wait_init_done(struct nv_gsp *gsp);

/** gsp_rpc_handshake() - SET_GUEST_SYSTEM_INFO and GET_GSP_STATIC_INFO; state becomes RUNNING */
int gsp_rpc_handshake(struct nv_gsp *gsp);

/** gsp_rpc_unload() - UNLOADING_GUEST_DRIVER for a plain unload; 0 or negative errno */
int gsp_rpc_unload(struct nv_gsp *gsp);

/** gsp_mark_dead() - GSP does not answer: one Xid line, later calls fail at once */
void gsp_mark_dead(struct nv_gsp *gsp, const char *why);

/* sequencer.c: GSP_EVENT_RUN_CPU_SEQUENCER needs to restart the core, which boot code knows how to */
int gsp_core_resume(struct nv_gsp *gsp);

#endif
