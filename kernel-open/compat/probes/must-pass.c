// SPDX-License-Identifier: MIT OR GPL-2.0
/* Every kernel has this; where it does not compile, no other probe tells anything. */
#include <linux/device.h>

static_assert(__same_type(((struct device *)0)->devt, (dev_t)0));
