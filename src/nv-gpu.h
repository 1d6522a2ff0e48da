/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GPU_H
#define NV_GPU_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "fifo/fifo.h"
#include "hal/hal.h"
#include "intr/intr.h"
#include "mem/bar1.h"
#include "mem/ce.h"
#include "mem/fb.h"
#include "mem/gmmu.h"
#include "mem/heap.h"
#include "nv-hw.h"
#include "power/power.h"

struct nv_gsp;
struct nv_registry;

/**
 * struct nv_gpu - one GPU
 * @hw: its window to the world
 * @chip: constants of its chip
 * @boot0: NV_PMC_BOOT_0
 * @boot42: NV_PMC_BOOT_42
 * @gpu_id: what user space calls it: domain << 16 | bus << 8 | slot
 * @minor: N of /dev/nvidiaN; also RM's device instance
 * @registry: settings from module parameters that GSP gets at boot, or NULL
 * @gsp: its GSP
 * @intr: its interrupt tree
 * @fb: its window to video memory
 * @gmmu: its memory management unit
 * @heap: who has which video memory
 * @bar1: the CPU's view of it
 * @fifo: engines and ids of channels
 * @ce: the driver's own use of a copy engine
 * @power: its part in the machine's sleep
 * @started: booted, and not shut down since
 * @boots: how often it was booted; objects on GSP end with the boot they were made in
 * @retired: it is going away and starts no more
 * @lock: serialises start and stop; guards @started and @retired
 */
struct nv_gpu {
	struct nv_hw *hw;
	const struct nv_chip *chip;
	u32 boot0;
	u32 boot42;
	u32 gpu_id;
	unsigned int minor;
	const struct nv_registry *registry;
	struct nv_gsp *gsp;
	struct nv_intr intr;
	struct nv_fb fb;
	struct nv_gmmu gmmu;
	struct nv_heap heap;
	struct nv_bar1 bar1;
	struct nv_fifo fifo;
	struct nv_ce ce;
	struct nv_power power;
	bool started;
	unsigned int boots;
	bool retired;
	struct mutex lock;
};

/**
 * struct nv_registry - RM's settings, name = u32, as SET_REGISTRY carries them
 * @count: entries
 * @entry: name (NUL-terminated ASCII) and value
 */
struct nv_registry {
	unsigned int count;
	struct nv_registry_entry {
		const char *name;
		u32 value;
	} entry[];
};

/**
 * nv_gpu_init() - identify the chip behind @hw; starts nothing
 * @gpu: filled in; zeroed by the caller
 * @hw: registers are readable
 * @minor: number of its device node
 * @registry: see struct nv_gpu; must outlive @gpu
 *
 * Return: 0; -ENODEV if the chip is unknown, virtual or off the bus (one log line says which).
 */
int nv_gpu_init(struct nv_gpu *gpu, struct nv_hw *hw, unsigned int minor,
		const struct nv_registry *registry);
/** nv_gpu_fini() - stop it and free what init made; nothing happens if init failed */
void nv_gpu_fini(struct nv_gpu *gpu);

/**
 * nv_gpu_start() - bring the GPU up; nothing happens if it runs already
 *
 * A GPU whose GSP died is shut down and booted again.
 * Interrupts of the implementation must be requested: the start ends with a test
 * that one arrives.
 *
 * Return: 0 or the error of nv_gsp_boot(); -EBUSY while it is asleep; -EIO if no interrupt
 * arrives.
 */
int nv_gpu_start(struct nv_gpu *gpu);

/** nv_gpu_stop() - shut the GPU down; nothing happens if it does not run */
void nv_gpu_stop(struct nv_gpu *gpu);

/** nv_gpu_stop_locked() - likewise, for who holds nv_gpu.lock */
void nv_gpu_stop_locked(struct nv_gpu *gpu);

/** nv_gpu_retire() - shut it down for good, its driver lets go: later starts get -ENODEV */
void nv_gpu_retire(struct nv_gpu *gpu);

/** nv_gpu_running() - started and answering */
bool nv_gpu_running(const struct nv_gpu *gpu);

/** nv_gpu_time_ns() - the GPU's own clock (PTIMER), ns */
u64 nv_gpu_time_ns(struct nv_gpu *gpu);

/**
 * nv_gpu_interrupt() - first half of an interrupt
 *
 * Context: interrupt. Return: 0 not ours, 1 handled, 2 nv_gpu_interrupt_thread() has work.
 */
int nv_gpu_interrupt(struct nv_gpu *gpu);
void nv_gpu_interrupt_thread(struct nv_gpu *gpu);

#endif
