/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_ALIGN_H
#define UNIT_LINUX_ALIGN_H

#define __unit_mask(x, a)	((__typeof__(x))(a) - 1)
#define ALIGN(x, a)		(((x) + __unit_mask(x, a)) & ~__unit_mask(x, a))
#define ALIGN_DOWN(x, a)	((x) & ~__unit_mask(x, a))
#define IS_ALIGNED(x, a)	(((x) & __unit_mask(x, a)) == 0)
#define PTR_ALIGN(p, a)		((__typeof__(p))ALIGN((unsigned long)(p), (a)))

#endif
