/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_GSP_H
#define NV_GSP_GSP_H

#include <linux/types.h>

#include "abi/gsp-static-info.h"
#include "abi/nv-status.h"
#include "power/power.h"

/**
 * DOC: GSP
 *
 * The GPU System Processor runs the resident half of the driver. This folder
 * brings it up (boot.c), talks to it (queue.c, rpc.c) and shuts it down so that it
 * can be brought up again.
 *
 * Locks: nv_gsp.rpc_lock is held from sending a request to its reply, because
 * replies are matched by function number only; nothing is called with it held
 * that could send another. Callers hold no lock of their own across these calls
 * but the object's lifetime lock named in docs/locking.md.
 */

struct gsp_rpc_alloc_memory;
struct nv_gpu;
struct nv_gsp;

/**
 * nv_gsp_create() - make the GSP of @gpu known; touches no hardware
 * @gpu: its chip is identified
 *
 * Return: the GSP or an ERR_PTR (-ENOMEM).
 */
struct nv_gsp *nv_gsp_create(struct nv_gpu *gpu);
void nv_gsp_destroy(struct nv_gsp *gsp);

/**
 * nv_gsp_boot() - load firmware and bring GSP-RM up to where it answers RPCs
 * @gsp: not running
 *
 * Reads VBIOS and firmware files, runs FWSEC-FRTS and booter, waits for
 * GSP_INIT_DONE and exchanges the first RPCs. Every wait is bounded. On failure
 * one log line names the reason and the hardware is left so that a later boot can be tried.
 *
 * Return: 0; -ENOENT firmware file missing; -EINVAL file or VBIOS malformed or of another
 * release; -ETIMEDOUT; -EIO hardware refused; -ENODEV device gone; -ENOMEM.
 */
int nv_gsp_boot(struct nv_gsp *gsp);

/**
 * nv_gsp_shutdown() - unload GSP-RM and clear WPR2
 * @gsp: booted, or dead
 *
 * Tells GSP to unload, waits for it to halt, runs FWSEC-SB and booter unload.
 * Tolerates a dead GSP or a lost device: then only memory is freed.
 */
void nv_gsp_shutdown(struct nv_gsp *gsp);

/**
 * nv_gsp_suspend_prepare() - allocate what suspends will need, while there is time to fail
 * @gsp: running
 * @how: NV_POWER_GC6 needs nothing
 *
 * Return: 0, -ENOMEM, -EIO.
 */
int nv_gsp_suspend_prepare(struct nv_gsp *gsp, enum nv_power_state how);
/** nv_gsp_suspend_discard() - free that, if it is not in use */
void nv_gsp_suspend_discard(struct nv_gsp *gsp);

/**
 * nv_gsp_suspend() - put GSP-RM to sleep so that nv_gsp_resume() finds all of it again
 * @gsp: running, prepared for @how; interrupts are off
 * @how: what will lose its power
 *
 * Return: 0; -EAGAIN if GSP refused and runs on as before (one log line says what it refused);
 * another error, with one log line, if it does not run any more: nv_gsp_shutdown() it.
 */
int nv_gsp_suspend(struct nv_gsp *gsp, enum nv_power_state how);

/**
 * nv_gsp_resume() - the inverse
 * @gsp: suspended; the device has its power back
 *
 * GSP-RM has its objects, and messages go on where they were.
 *
 * Return: 0, or an error with one log line: nv_gsp_shutdown() it.
 */
int nv_gsp_resume(struct nv_gsp *gsp);
/** nv_gsp_suspended() - is it between the two? */
bool nv_gsp_suspended(const struct nv_gsp *gsp);

/** nv_gsp_running() - RPCs are answered: booted, not dead, not shut down */
bool nv_gsp_running(const struct nv_gsp *gsp);

/** nv_gsp_static_info() - what GSP said of the GPU at boot; valid while running */
const struct gsp_static_config_info *nv_gsp_static_info(const struct nv_gsp *gsp);

/** nv_gsp_vbios_version() - "94.06.17.00.5f", or "??.??.??.??.??" if it has none */
const char *nv_gsp_vbios_version(const struct nv_gsp *gsp);

/**
 * nv_gsp_control() - GSP_RM_CONTROL
 * @gsp: running
 * @h_client: handles as GSP knows them: the user's own
 * @h_object: likewise
 * @cmd: number of the control
 * @params: in and out, @size bytes; left alone if the call did not reach GSP
 * @size: up to 1 MiB; longer than one message is split and joined again
 *
 * Return: the control's NV_STATUS; NV_ERR_TIMEOUT when GSP just died of this call,
 * NV_ERR_GPU_IS_LOST at once when it was dead before.
 */
u32 nv_gsp_control(struct nv_gsp *gsp, u32 h_client, u32 h_object, u32 cmd,
		   void *params, u32 size);

/** nv_gsp_internal_control() - the same, on the client and subdevice that GSP made for us */
u32 nv_gsp_internal_control(struct nv_gsp *gsp, u32 cmd, void *params, u32 size);

/** nv_gsp_alloc() - GSP_RM_ALLOC; @params in and out, or NULL with @size 0. Return: NV_STATUS */
u32 nv_gsp_alloc(struct nv_gsp *gsp, u32 h_client, u32 h_parent, u32 h_object, u32 h_class,
		 void *params, u32 size);

/**
 * nv_gsp_alloc_memory() - ALLOC_MEMORY: make pages known to GSP-RM as an object
 * @gsp: running
 * @list: with page_count entries
 *
 * Return: NV_STATUS
 */
u32 nv_gsp_alloc_memory(struct nv_gsp *gsp, const struct gsp_rpc_alloc_memory *list);

struct nv_vas_level;

/**
 * nv_gsp_set_page_directory() - SET_PAGE_DIRECTORY: tell the root of a client's address space
 * @gsp: running
 * @h_client: whose
 * @h_device: of that client
 * @h_vaspace: an address space that was allocated as externally owned
 * @root: its topmost directory; NULL takes it away
 *
 * Return: NV_STATUS
 */
u32 nv_gsp_set_page_directory(struct nv_gsp *gsp, u32 h_client, u32 h_device, u32 h_vaspace,
			      const struct nv_vas_level *root);

/** nv_gsp_free() - FREE of an object and its children. Return: NV_STATUS */
u32 nv_gsp_free(struct nv_gsp *gsp, u32 h_client, u32 h_object);

/** nv_gsp_dup() - DUP_OBJECT. Return: NV_STATUS */
u32 nv_gsp_dup(struct nv_gsp *gsp, u32 h_client, u32 h_parent, u32 h_object,
	       u32 h_client_src, u32 h_object_src, u32 flags);

/**
 * nv_gsp_interrupt() - acknowledge GSP's interrupt and wake whoever waits for a message
 *
 * Context: interrupt.
 * Return: true if events may be waiting and nv_gsp_service() should be called in process context.
 */
bool nv_gsp_interrupt(struct nv_gsp *gsp);

/** nv_gsp_service() - handle events that came outside any RPC */
void nv_gsp_service(struct nv_gsp *gsp);

struct gsp_event_post_event;

/**
 * nv_gsp_set_post_event() - who gets the notifications of event objects
 * @gsp: the GSP
 * @fn: called in process context with GSP's lock held, so it sends nothing; NULL for nobody
 * @ctx: for @fn
 *
 * When this returns an earlier @fn is not called any more.
 */
void nv_gsp_set_post_event(struct nv_gsp *gsp,
			   void (*fn)(void *ctx, const struct gsp_event_post_event *event,
				      u32 size), void *ctx);

/** struct nv_gsp_stats - what has passed since boot */
struct nv_gsp_stats {
	u64 rpcs;
	u64 events;
	u64 boot_ns;
};

void nv_gsp_get_stats(const struct nv_gsp *gsp, struct nv_gsp_stats *stats);

#endif
