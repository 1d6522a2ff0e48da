/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_POWER_POWER_H
#define NV_POWER_POWER_H

#include <linux/types.h>

#include "nv-hw.h"

struct nv_gpu;
struct nv_power_image;

/**
 * DOC: a GPU whose machine goes to sleep
 *
 *	nv_power_save()     user space runs, but nobody gets at the GPU any more: memory for
 *	                    GSP's state, and video memory in use to pageable memory
 *	nv_power_suspend()  GSP-RM saves itself and halts; WPR2 is taken down, or is left to
 *	                    memory's self refresh (GC6)
 *	   ...              no power
 *	nv_power_resume()   GSP-RM is back, with its objects
 *	nv_power_restore()  video memory is as it was
 *
 * Whoever calls these keeps everybody else from the GPU from before the save until after the
 * restore, which also ends a sleep that came to nothing, wherever that stopped.
 * Pictures and reasons: docs/power.md.
 */

/**
 * enum nv_power_state - how a GPU sleeps
 * @NV_POWER_ON: not at all
 * @NV_POWER_GC6: the machine runs on with hardly any power (s2idle); video memory refreshes itself
 * @NV_POWER_GCOFF: likewise, but video memory has no power
 * @NV_POWER_STANDBY: the machine stands by (S3, or s2idle without S0ix): nothing has power
 * @NV_POWER_HIBERNATE: likewise, for as long as it takes (S4)
 */
enum nv_power_state {
	NV_POWER_ON,
	NV_POWER_GC6,
	NV_POWER_GCOFF,
	NV_POWER_STANDBY,
	NV_POWER_HIBERNATE,
};

/**
 * struct nv_power - a GPU's part in its machine's sleep; guarded by nv_gpu.lock
 * @prepared: how it is going to sleep; NV_POWER_ON before nv_power_save()
 * @asleep: nv_power_suspend() was, nv_power_resume() was not
 * @slept: both were
 * @lost: what was on the GPU when this began is lost, which nv_power_restore() has to tell
 * @image: what video memory held, or NULL
 * @times: for the log and tests, ns; @saved counts bytes
 */
struct nv_power {
	enum nv_power_state prepared;
	bool asleep;
	bool slept;
	bool lost;
	struct nv_power_image *image;
	struct {
		u64 save, suspend, resume, restore;
		u64 saved;
	} times;
};

/**
 * nv_power_save() - get ready to sleep; nothing happens on a GPU that does not run
 * @gpu: nobody else uses it
 * @how: how it will sleep. NV_POWER_GC6 saves nothing.
 *
 * Return: 0; -ENOMEM; -EINTR (a signal for this process); -EIO, -ENODEV. After an error the GPU
 * is as it was before, and one log line says what was wrong.
 */
int nv_power_save(struct nv_gpu *gpu, enum nv_power_state how);

/**
 * nv_power_suspend() - let GSP save itself and halt
 * @gpu: prepared for this, or not running
 *
 * Return: 0; an error if the machine must not sleep now. Either the GPU runs on as before, or it
 * was shut down, with one log line: then its next user starts it anew.
 */
int nv_power_suspend(struct nv_gpu *gpu);

/**
 * nv_power_resume() - start it again; nothing happens on a GPU that is not asleep
 *
 * Return: 0; an error, with one log line, if what was on the GPU is lost.
 */
int nv_power_resume(struct nv_gpu *gpu);

/**
 * nv_power_restore() - all is over: put video memory back if it was lost, let channels run
 *
 * Return: 0; -EIO if what was on the GPU is lost, now or since nv_power_save().
 */
int nv_power_restore(struct nv_gpu *gpu);

/** nv_power_discard() - forget what was saved, of a GPU that was shut down for good */
void nv_power_discard(struct nv_gpu *gpu);

/**
 * struct nv_power_policy - what decides how a GPU sleeps
 * @s0ix: NVreg_EnableS0ixPowerManagement
 * @threshold: NVreg_S0ixPowerManagementVideoMemoryThreshold, bytes
 * @low_power_s0: the machine says that it can be idle with next to no power
 * @s2idle: a suspend of the machine is s2idle
 * @hibernate: this one is a hibernation
 */
struct nv_power_policy {
	bool s0ix;
	u64 threshold;
	bool low_power_s0;
	bool s2idle;
	bool hibernate;
};

/**
 * nv_power_choose() - how the GPU should sleep
 * @gpu: the GPU
 * @policy: see there
 * @why: set to a phrase for people, never NULL
 *
 * Source of the rules: open-gpu-kernel-modules 550.163.01, dynamic-power.c.
 */
enum nv_power_state nv_power_choose(struct nv_gpu *gpu, const struct nv_power_policy *policy,
				    const char **why);
/** nv_power_s0ix_missing() - why S0ix power management is off, for people; NULL if it is on */
const char *nv_power_s0ix_missing(struct nv_gpu *gpu, const struct nv_power_policy *policy);
/** nv_power_name() - "GC6", "GCOFF", ... */
const char *nv_power_name(enum nv_power_state state);

#endif
