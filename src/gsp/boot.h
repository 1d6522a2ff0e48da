/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_BOOT_H
#define NV_GSP_BOOT_H

#include <linux/types.h>

#include "gsp/booter.h"
#include "gsp/falcon.h"
#include "gsp/firmware.h"
#include "gsp/fwsec.h"
#include "gsp/gsp-priv.h"

#define NV_GSP_NR_LOGS	3

/**
 * struct nv_gsp_boot_state - what booting and unloading need
 * @gsp: GSP's falcon
 * @sec2: SEC2's, which runs booter
 * @fwsec: runs on GSP before booter (FRTS) and at unload (SB)
 * @booter_load: sets up WPR2 and starts GSP-RM
 * @booter_unload: takes WPR2 down
 * @image: GSP-RM; freed once it runs
 * @bootloader: its RISC-V bootloader; memory is freed once GSP-RM runs
 * @wpr_meta: for booter; freed once GSP-RM runs
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
	struct nv_dma flush;
	struct nv_dma libos_args;
	struct nv_dma rm_args;
	struct nv_dma log[NV_GSP_NR_LOGS];
};

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
