/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_UVM_UVM_H
#define NV_UVM_UVM_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "abi/nv-status.h"
#include "abi/uvm-ioctl.h"

/**
 * DOC: unified memory
 *
 * A VA space is what a process sees of its GPUs' memory: ranges of addresses, and on
 * which GPU each is mapped to what. It belongs to an open file of /dev/nvidia-uvm.
 *
 * This folder knows neither files nor processes: kernel-open/nvidia-uvm copies an
 * ioctl's struct in, calls uvm_ioctl() and copies it out again.
 */

/**
 * struct uvm_va_space - a VA space
 * @lock: guards all of it
 */
struct uvm_va_space {
	struct mutex lock;
};

void uvm_va_space_init(struct uvm_va_space *vs);
/** uvm_va_space_fini() - nobody uses @vs any more: give back all that it has */
void uvm_va_space_fini(struct uvm_va_space *vs);

/* Answers an ioctl. @params is its struct, in and out. Return: NV_STATUS */
typedef u32 uvm_ioctl_fn(struct uvm_va_space *vs, void *params);

/**
 * struct uvm_ioctl_desc - an ioctl
 * @nr: number
 * @size: of its struct
 * @status: offset of rm_status in it
 */
struct uvm_ioctl_desc {
	u32 nr;
	u16 size;
	u16 status;
};

/** uvm_ioctl_find() - the ioctl of that number, or NULL */
const struct uvm_ioctl_desc *uvm_ioctl_find(u32 nr);
/** uvm_ioctl_set_status() - put @status into an ioctl's struct */
void uvm_ioctl_set_status(const struct uvm_ioctl_desc *desc, void *params, u32 status);
/**
 * uvm_ioctl() - answer an ioctl of a VA space
 * @vs: the VA space
 * @nr: known to uvm_ioctl_find()
 * @params: its struct
 *
 * Return: NV_STATUS; NV_ERR_NOT_SUPPORTED for what is not here.
 */
u32 uvm_ioctl(struct uvm_va_space *vs, u32 nr, void *params);

#endif
