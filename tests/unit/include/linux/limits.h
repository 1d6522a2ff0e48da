/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_LIMITS_H
#define UNIT_LINUX_LIMITS_H

#include_next <linux/limits.h>
#include <stdint.h>

#define U8_MAX		0xff
#define U16_MAX		0xffff
#define U32_MAX		0xffffffffU
#define U64_MAX		0xffffffffffffffffULL
#define S32_MAX		0x7fffffff
#define S64_MAX		0x7fffffffffffffffLL

#endif
