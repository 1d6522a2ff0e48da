/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_WORDPART_H
#define UNIT_LINUX_WORDPART_H

#include <linux/types.h>

#define lower_32_bits(n)	((u32)((n) & 0xffffffff))
#define upper_32_bits(n)	((u32)(((u64)(n)) >> 32))
#define lower_16_bits(n)	((u16)((n) & 0xffff))
#define upper_16_bits(n)	((u16)((n) >> 16))

#endif
