/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_UNALIGNED_H
#define UNIT_LINUX_UNALIGNED_H

#include <string.h>

#include <linux/types.h>

#define get_unaligned(p) ({				\
	__typeof__(*(p)) unit_val;			\
	memcpy(&unit_val, (p), sizeof(unit_val));	\
	unit_val;					\
})
#define put_unaligned(val, p) do {			\
	__typeof__(*(p)) unit_val = (val);		\
	memcpy((p), &unit_val, sizeof(unit_val));	\
} while (0)

#define get_unaligned_le16(p)	get_unaligned((const u16 *)(p))
#define get_unaligned_le32(p)	get_unaligned((const u32 *)(p))
#define get_unaligned_le64(p)	get_unaligned((const u64 *)(p))
#define put_unaligned_le16(v, p) put_unaligned((u16)(v), (u16 *)(p))
#define put_unaligned_le32(v, p) put_unaligned((u32)(v), (u32 *)(p))
#define put_unaligned_le64(v, p) put_unaligned((u64)(v), (u64 *)(p))

#endif
