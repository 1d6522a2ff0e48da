// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * struct device_type.devnode gets a device that it must not change: Linux 6.2,
 * "driver core: make struct device_type.devnode() take a const *".
 */
#include <linux/device.h>

#if NV_NEW
#define CONST const
#else
#define CONST
#endif

static inline void probe_const_devnode(const struct device_type *type,
				       char *(*devnode)(CONST struct device *dev, umode_t *mode,
							kuid_t *uid, kgid_t *gid))
{
	static_assert(__same_type(type->devnode, devnode));
}
