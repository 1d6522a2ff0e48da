/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_BOOT_H
#define NV_GSP_BOOT_H

#include <linux/types.h>

#include "gsp/booter.h"
#include "gsp/falcon.h"
#include "gsp/firmware.h"
#include "gsp/fwsec.h"
#include "gsp/gsp-priv.h"
#include "power/power.h"

#define NV_GSP_NR_LOGS	3

/**
 * struct nv_gsp_suspend_mem - system memory that keeps GSP while it has no power
 * @meta: struct gsp_fw_sr_meta, which booter completes
 * @wpr2: what WPR2 holds, behind a radix3 tree
 * @saved: video memory outside WPR2 that GSP-RM saves by itself; none in GC6
 */
struct nv_gsp_suspend_mem {
	struct nv_dma meta;
	struct nv_dma wpr2;
	struct nv_dma saved;
};

/**
 * struct nv_gsp_boot_state - what booting, suspending and unloading need
 * @gsp: GSP's falcon
 * @sec2: SEC2's, which runs booter
 * @fwsec: runs on GSP before booter (FRTS) and at unload (SB)
 * @booter_load: sets up WPR2 and starts GSP-RM, or starts it again after a suspend
 * @booter_unload: takes WPR2 down, or suspends what is in it
 * @image: GSP-RM; freed once it runs
 * @bootloader: its RISC-V bootloader; memory is freed once GSP-RM runs
 * @wpr_meta: for booter; freed once GSP-RM runs
 * @layout: copy of it
 * @suspend: there while a suspend is prepared or under way
 * @sleeps: how GSP was suspended
 * @flush: the page that GPU writes to system memory are flushed through
 * @libos_args: array of regions, read by GSP all along
 * @rm_args: struct gsp_arguments_cached
 * @log: buffers that GSP's tasks log to
 */
struct nv_gsp_boot_state {
	struct nv_falcon gsp;
	struct nv_falcon sec2;
	struct nv_fwsec fwsec;
	struct nv_falcon_ucode booter_load;
	struct nv_falcon_ucode booter_unload;
	struct nv_gsp_image image;
	struct nv_bootloader bootloader;
	struct nv_dma wpr_meta;
	struct gsp_fw_wpr_meta layout;
	struct nv_gsp_suspend_mem suspend;
	enum nv_power_state sleeps;
	struct nv_dma flush;
	struct nv_dma libos_args;
	struct nv_dma rm_args;
	struct nv_dma log[NV_GSP_NR_LOGS];
};

/* core.c */

/** gsp_wait_gfw_boot() - wait for what runs before any driver; 0, -ETIMEDOUT, -ENODEV */
int gsp_wait_gfw_boot(struct nv_gsp *gsp);
/** gsp_set_flush_page() - tell the chip through which page it flushes to system memory */
void gsp_set_flush_page(struct nv_gsp *gsp, u64 addr);
/** gsp_start_core() - from a quiet GPU to a running RISC-V core; 0 or negative errno, and a line */
int gsp_start_core(struct nv_gsp *gsp);

/* suspend.c */

void gsp_suspend_mem_fini(struct nv_gsp *gsp);

/* saved-memory.c: what GSP-RM saves by itself */

/** gsp_saved_memory_init() - allocate memory for it; 0, -ENOMEM, -EIO if GSP claims too much */
int gsp_saved_memory_init(struct nv_gsp *gsp);
/** gsp_saved_memory_register() - tell GSP-RM where that is, just before it suspends; 0, -EIO */
int gsp_saved_memory_register(struct nv_gsp *gsp, enum nv_power_state how);

/* boot-mem.c */

/**
 * gsp_boot_mem_init() - allocate and fill what GSP reads from system memory at start
 * @gsp: images and queues are there
 *
 * Return: 0; -EIO with a log line if video memory cannot take GSP-RM; -ENODEV, -ENOMEM.
 * After an error gsp_boot_mem_fini() is to be called, too.
 */
int gsp_boot_mem_init(struct nv_gsp *gsp);
/** gsp_boot_mem_loaded() - free what nobody needs once GSP-RM runs */
void gsp_boot_mem_loaded(struct nv_gsp *gsp);
/** gsp_boot_mem_fini() - free it all; nothing may run on the GPU that uses it */
void gsp_boot_mem_fini(struct nv_gsp *gsp);

#endif
