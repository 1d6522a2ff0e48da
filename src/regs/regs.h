/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_REGS_REGS_H
#define NV_REGS_REGS_H

/**
 * DOC: register headers
 *
 * One file a unit, offsets in BAR0 under NVIDIA's public names (open-gpu-doc and
 * the published/ headers of open-gpu-kernel-modules 550.163.01), fields as GENMASK
 * and BIT under them. Units that appear more than once (falcons, interrupt leaves)
 * take their base or index as an argument.
 */

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/types.h>

#endif
