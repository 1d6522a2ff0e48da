// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Controls that have no public definition: programs of the release send them, and
 * drivers pass them on unread. The model knows their sizes only; programs were seen to
 * be content with the answers given here.
 */

#include <linux/kernel.h>

#include "gsp-rm.h"

const struct gsp_control sg_controls_opaque[] = {
	{ 0x20810108, 992, sg_control_zero },
	{ 0x20808159, 332, sg_control_zero },
	{ 0x20809009, 8, sg_control_zero },
	{ }
};
