/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_LOCKDEP_H
#define UNIT_LINUX_LOCKDEP_H

#include <pthread.h>

#include <linux/types.h>

/* What mutex and spinlock have in common: a lock that knows its owner. */
struct unit_lock {
	pthread_mutex_t lock;
	pthread_t owner;
	bool held;
	bool atomic;		/* its holder may not sleep */
};

#define UNIT_LOCK_INIT(spin)	{ .lock = PTHREAD_MUTEX_INITIALIZER, .atomic = (spin) }

void unit_lock_init(struct unit_lock *lock, bool atomic);
void unit_lock(struct unit_lock *lock, const char *name);
bool unit_trylock(struct unit_lock *lock, const char *name);
void unit_unlock(struct unit_lock *lock, const char *name);
void unit_assert_held(const struct unit_lock *lock, bool held, const char *name);

#define lockdep_assert_held(l)		unit_assert_held(&(l)->unit, true, #l)
#define lockdep_assert_not_held(l)	unit_assert_held(&(l)->unit, false, #l)

#endif
