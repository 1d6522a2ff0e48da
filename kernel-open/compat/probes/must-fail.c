// SPDX-License-Identifier: MIT OR GPL-2.0
/* No kernel has this; where it compiles, no other probe tells anything. */
#include <linux/device.h>

static_assert(__same_type(((struct device *)0)->devt, (struct device *)0));
