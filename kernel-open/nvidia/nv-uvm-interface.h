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

/** nv_node_create() - make /dev/@name appear, with the rights NVreg_* ask for; or an ERR_PTR */
struct device *nv_node_create(dev_t dev, struct device *parent, const char *name);
void nv_node_destroy(struct device *node);

#endif
