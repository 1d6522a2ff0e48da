/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_MINMAX_H
#define UNIT_LINUX_MINMAX_H

#define __unit_pick(a, op, b) ({		\
	__auto_type unit_a = (a);		\
	__auto_type unit_b = (b);		\
	unit_a op unit_b ? unit_a : unit_b;	\
})
#define min(a, b)		__unit_pick(a, <, b)
#define max(a, b)		__unit_pick(a, >, b)
#define min_t(type, a, b)	__unit_pick((type)(a), <, (type)(b))
#define max_t(type, a, b)	__unit_pick((type)(a), >, (type)(b))
#define min3(a, b, c)		({ __auto_type unit_ab = min(a, b); min(unit_ab, c); })
#define max3(a, b, c)		({ __auto_type unit_ab = max(a, b); max(unit_ab, c); })
#define clamp(v, lo, hi)	({ __auto_type unit_lo = max(v, lo); min(unit_lo, hi); })
#define clamp_t(type, v, lo, hi) clamp((type)(v), (type)(lo), (type)(hi))
#define clamp_val(v, lo, hi)	clamp_t(__typeof__(v), v, lo, hi)
#define swap(a, b)		do { __auto_type unit_t = (a); (a) = (b); (b) = unit_t; } while (0)

#endif
