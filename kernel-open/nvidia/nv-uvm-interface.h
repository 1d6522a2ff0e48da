/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_UVM_INTERFACE_H
#define NV_UVM_INTERFACE_H

#include <linux/types.h>

/**
 * DOC: what nvidia.ko does for nvidia-uvm.ko
 *
 * All that the one exports and the other uses.
 */

struct device;
struct nv_dma;
struct page;
struct uvm_os;

/** nv_node_create() - make /dev/@name appear, with the rights NVreg_* ask for; or an ERR_PTR */
struct device *nv_node_create(dev_t dev, struct device *parent, const char *name);
void nv_node_destroy(struct device *node);

/** nv_uvm_os() - what src/uvm needs of the operating system and the resource manager */
const struct uvm_os *nv_uvm_os(void);

/** nv_dma_pages() - the pages of memory that programs may map, or NULL */
struct page **nv_dma_pages(const struct nv_dma *dma);

/**
 * nv_uvm_enter() - begin something that may use GPUs; waits while they sleep
 *
 * It is outside of all locks: who is inside finds the gates of all GPUs open. Return: 0;
 * -ERESTARTSYS if the process is killed meanwhile.
 */
int nv_uvm_enter(void);
/** nv_uvm_enter_always() - likewise, for what must be done even if the process is killed */
void nv_uvm_enter_always(void);
/** nv_uvm_try_enter() - the same without waiting; false while GPUs sleep */
bool nv_uvm_try_enter(void);
void nv_uvm_leave(void);
/** nv_uvm_closed() - would nv_uvm_enter() wait? */
bool nv_uvm_closed(void);

#endif
