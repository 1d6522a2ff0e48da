/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_SPINLOCK_H
#define UNIT_LINUX_SPINLOCK_H

#include <linux/lockdep.h>

typedef struct {
	struct unit_lock unit;
} spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name = { .unit = UNIT_LOCK_INIT(true) }

#define spin_lock_init(l)		unit_lock_init(&(l)->unit, true)
#define spin_lock(l)			unit_lock(&(l)->unit, #l)
#define spin_unlock(l)			unit_unlock(&(l)->unit, #l)
#define spin_lock_irq(l)		spin_lock(l)
#define spin_unlock_irq(l)		spin_unlock(l)
#define spin_lock_bh(l)			spin_lock(l)
#define spin_unlock_bh(l)		spin_unlock(l)
#define spin_lock_irqsave(l, flags)	do { (flags) = 0; spin_lock(l); } while (0)
#define spin_unlock_irqrestore(l, flags) do { (void)(flags); spin_unlock(l); } while (0)

#endif
