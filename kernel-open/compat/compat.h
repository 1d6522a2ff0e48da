/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_COMPAT_H
#define NV_COMPAT_H

/*
 * Gives old kernels the newest kernel's names. Every file of the modules includes this
 * first, by the compiler's command line; on the newest kernel it costs nothing, and a
 * kernel header is included here only for a kernel that lacks something.
 */
#include "nv-probes.h"

/*
 * What the device is to struct device_type.devnode. A type can't be cast away here:
 * kernels that check indirect calls compare prototypes.
 */
#if NV_HAVE_CONST_DEVNODE
#define devnode_const	const
#else
#define devnode_const
#endif

#endif
