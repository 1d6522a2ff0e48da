/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_BUG_H
#define UNIT_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/types.h>

/* A warning of the kernel is the end of a test: tests/unit/kernel.c aborts. */
__printf(3, 4) void unit_bug(const char *file, int line, const char *fmt, ...);

#define WARN(cond, fmt, ...) ({						\
	bool unit_cond = !!(cond);					\
	if (unit_cond)							\
		unit_bug(__FILE__, __LINE__, fmt, ##__VA_ARGS__);	\
	unit_cond;							\
})
#define WARN_ON(cond)			WARN(cond, "WARN_ON(%s)", #cond)
#define WARN_ON_ONCE(cond)		WARN_ON(cond)
#define WARN_ONCE(cond, fmt, ...)	WARN(cond, fmt, ##__VA_ARGS__)
#define BUG_ON(cond)			((void)WARN(cond, "BUG_ON(%s)", #cond))
#define BUG()				unit_bug(__FILE__, __LINE__, "BUG")

#endif
