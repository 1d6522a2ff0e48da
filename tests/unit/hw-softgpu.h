/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef HW_SOFTGPU_H
#define HW_SOFTGPU_H

#include <linux/list.h>

#include "nv-gpu.h"
#include "nv-hw.h"
#include "softgpu.h"
#include "unit-log.h"

/**
 * DOC: the device model as an nv_hw
 *
 * Everything happens in the caller's thread. Interrupts arrive between two
 * accesses of the driver, in atomic context; the interrupt thread runs when the
 * test says so. Time is counted, not measured: waiting six seconds costs nothing.
 * No two pages of a DMA buffer are neighbours unless they have to be, addresses are
 * never used twice, and a transfer to memory that was freed hits nothing.
 */

/**
 * struct hw_softgpu - a GPU of the model, and what the driver did to it
 * @hw: for the driver
 * @model: the device; tests may reach into it
 * @config: its; change before hw_softgpu_init()
 * @gpu: interrupts go here while not NULL
 * @missing: files whose name contains this are not there, or NULL
 * @swap_error: what writing and reading pageable memory gives
 * @asleep: the gate is closed, though not for who is inside
 * @now: time, ns
 * @irqs: interrupts delivered
 * @accesses: registers read and written
 * @thread_due: nv_gpu_interrupt() asked for its thread
 * @log: all lines so far; level M is the model's
 */
struct hw_softgpu {
	struct nv_hw hw;
	struct softgpu *model;
	struct softgpu_config config;
	struct nv_gpu *gpu;
	const char *missing;
	int swap_error;
	bool asleep;
	u64 now;
	u64 irqs;
	u64 accesses;
	bool thread_due;
	struct unit_log log;

	/* private */
	struct list_head dmas;
	u64 next_page;
	unsigned int files;
	bool msi, in_irq, woken;
};

/** hw_softgpu_defaults() - a configuration that runs the firmware files of unit_firmware_dir() */
struct hw_softgpu hw_softgpu_defaults(void);
/** hw_softgpu_init() - power on, and set config space up as an operating system does */
void hw_softgpu_init(struct hw_softgpu *soft);
/** hw_softgpu_power_cycle() - put the device to D3, where it loses its power, and back to D0 */
void hw_softgpu_power_cycle(struct hw_softgpu *soft);
/** hw_softgpu_fini() - fails the case if DMA memory or files were left behind */
void hw_softgpu_fini(struct hw_softgpu *soft);

/** hw_softgpu_run_thread() - run the interrupt thread as often as it is due */
void hw_softgpu_run_thread(struct hw_softgpu *soft);

/* unit-firmware.c */

/** unit_firmware_dir() - a firmware path with stand-in images and a small GSP file */
const char *unit_firmware_dir(void);
/** unit_gsp_firmware() - path of that file */
const char *unit_gsp_firmware(void);

#endif
