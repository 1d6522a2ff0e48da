/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_MUTEX_H
#define UNIT_LINUX_MUTEX_H

#include <linux/lockdep.h>

struct mutex {
	struct unit_lock unit;
};

#define DEFINE_MUTEX(name)	struct mutex name = { .unit = UNIT_LOCK_INIT(false) }

#define mutex_init(m)		unit_lock_init(&(m)->unit, false)
#define mutex_destroy(m)	unit_assert_held(&(m)->unit, false, #m)
#define mutex_lock(m)		unit_lock(&(m)->unit, #m)
#define mutex_lock_nested(m, s)	unit_lock(&(m)->unit, #m)
#define mutex_trylock(m)	unit_trylock(&(m)->unit, #m)
#define mutex_unlock(m)		unit_unlock(&(m)->unit, #m)

static inline bool mutex_is_locked(struct mutex *m)
{
	return READ_ONCE(m->unit.held);
}

#endif
