// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * What the stand-ins for kernel headers need beyond a header: locks that know
 * their owner, counted allocations that can be made to fail, an xarray.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "unit.h"

#define POISON_MAX	65536	/* more costs a page fault a page and finds nothing new */

static __thread unsigned int atomic_depth;
static long live_allocs;
static long fail_countdown;
static unsigned long allocs;

void unit_bug(const char *file, int line, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	unit_fail(file, line, "kernel warning: %s", text);
}

void unit_might_sleep(const char *file, int line)
{
	if (atomic_depth)
		unit_bug(file, line, "sleeps in atomic context");
}

void unit_atomic_begin(void)
{
	atomic_depth++;
}

void unit_atomic_end(void)
{
	atomic_depth--;
}

/* Locks */

void unit_lock_init(struct unit_lock *lock, bool atomic)
{
	*lock = (struct unit_lock)UNIT_LOCK_INIT(atomic);
}

static bool held_by_me(const struct unit_lock *lock)
{
	return __atomic_load_n(&lock->held, __ATOMIC_ACQUIRE) &&
	       pthread_equal(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED), pthread_self());
}

static void lock_taken(struct unit_lock *lock)
{
	__atomic_store_n(&lock->owner, pthread_self(), __ATOMIC_RELAXED);
	__atomic_store_n(&lock->held, true, __ATOMIC_RELEASE);
	if (lock->atomic)
		atomic_depth++;
}

void unit_lock(struct unit_lock *lock, const char *name)
{
	if (held_by_me(lock))
		unit_bug(name, 0, "deadlock: the caller holds this lock");
	if (!lock->atomic)
		unit_might_sleep(name, 0);
	pthread_mutex_lock(&lock->lock);
	lock_taken(lock);
}

bool unit_trylock(struct unit_lock *lock, const char *name)
{
	if (held_by_me(lock) || pthread_mutex_trylock(&lock->lock))
		return false;
	lock_taken(lock);
	return true;
}

void unit_unlock(struct unit_lock *lock, const char *name)
{
	unit_assert_held(lock, true, name);
	if (lock->atomic)
		atomic_depth--;
	__atomic_store_n(&lock->held, false, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&lock->lock);
}

void unit_assert_held(const struct unit_lock *lock, bool held, const char *name)
{
	if (held_by_me(lock) != held)
		unit_bug(name, 0, held ? "lock is not held" : "lock is held");
}

/* Allocations */

bool unit_alloc_fails(void)
{
	__atomic_add_fetch(&allocs, 1, __ATOMIC_RELAXED);
	return fail_countdown && --fail_countdown == 0;
}

void unit_fail_alloc_at(long n)
{
	fail_countdown = n;
}

bool unit_fail_alloc_pending(void)
{
	return fail_countdown != 0;
}

long unit_live_allocs(void)
{
	return __atomic_load_n(&live_allocs, __ATOMIC_RELAXED);
}

void *unit_alloc(size_t size, gfp_t gfp)
{
	void *p;

	if (!(gfp & (GFP_ATOMIC | GFP_NOWAIT)))
		unit_might_sleep("kmalloc", 0);
	if (size > SIZE_MAX / 2 || unit_alloc_fails())
		return NULL;
	p = malloc(size);
	if (!p)
		return NULL;
	if (gfp & __GFP_ZERO)
		memset(p, 0, size);
	else
		memset(p, 0xa5, min_t(size_t, size, POISON_MAX));
	__atomic_add_fetch(&live_allocs, 1, __ATOMIC_RELAXED);
	return p;
}

void *unit_realloc(void *old, size_t size, gfp_t gfp)
{
	if (!old)
		return unit_alloc(size, gfp);
	return size > SIZE_MAX / 2 || unit_alloc_fails() ? NULL : realloc(old, size);
}

void unit_free(const void *p)
{
	if (!p)
		return;
	__atomic_sub_fetch(&live_allocs, 1, __ATOMIC_RELAXED);
	free((void *)p);
}

/* xarray */

void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	memset(xa, 0, sizeof(*xa));
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
}

void xa_destroy(struct xarray *xa)
{
	xa_lock(xa);
	unit_free(xa->slot);
	xa->slot = NULL;
	xa->count = 0;
	xa->room = 0;
	xa_unlock(xa);
}

/* Position of the first slot whose index is not below @index. */
static size_t xa_pos(const struct xarray *xa, unsigned long index)
{
	size_t lo = 0, hi = xa->count, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (xa->slot[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool xa_has(const struct xarray *xa, size_t pos, unsigned long index)
{
	return pos < xa->count && xa->slot[pos].index == index;
}

static int xa_put(struct xarray *xa, size_t pos, unsigned long index, void *entry)
{
	size_t room = xa->room ? 2 * xa->room : 4;
	void *slot;

	if (unit_alloc_fails())
		return -ENOMEM;
	if (xa->count == xa->room) {
		slot = xa->slot ? realloc(xa->slot, room * sizeof(*xa->slot)) :
				  unit_alloc(room * sizeof(*xa->slot), GFP_ATOMIC);
		if (!slot)
			return -ENOMEM;
		xa->slot = slot;
		xa->room = room;
	}
	memmove(&xa->slot[pos + 1], &xa->slot[pos], (xa->count - pos) * sizeof(*xa->slot));
	xa->slot[pos] = (struct unit_xa_slot){ index, entry };
	xa->count++;
	return 0;
}

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	size_t pos = xa_pos(xa, index);
	void *old;

	if (!xa_has(xa, pos, index))
		return NULL;
	old = xa->slot[pos].entry;
	xa->count--;
	memmove(&xa->slot[pos], &xa->slot[pos + 1], (xa->count - pos) * sizeof(*xa->slot));
	if (!xa->count) {		/* like the kernel's, an empty one holds no memory */
		unit_free(xa->slot);
		xa->slot = NULL;
		xa->room = 0;
	}
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	xa_lock(xa);
	old = __xa_erase(xa, index);
	xa_unlock(xa);
	return old;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	size_t pos = xa_pos(xa, index);

	return xa_has(xa, pos, index) ? xa->slot[pos].entry : NULL;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old = NULL;
	size_t pos;
	int ret;

	if (!entry)
		return xa_erase(xa, index);
	xa_lock(xa);
	pos = xa_pos(xa, index);
	if (xa_has(xa, pos, index)) {
		old = xa->slot[pos].entry;
		xa->slot[pos].entry = entry;
	} else {
		ret = xa_put(xa, pos, index, entry);
		if (ret)
			old = ERR_PTR(ret);
	}
	xa_unlock(xa);
	return old;
}

int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	size_t pos = xa_pos(xa, index);

	return xa_has(xa, pos, index) ? -EBUSY : xa_put(xa, pos, index, entry);
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	int ret;

	xa_lock(xa);
	ret = __xa_insert(xa, index, entry, gfp);
	xa_unlock(xa);
	return ret;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	u64 free_id = limit.min;
	int ret = -EBUSY;
	size_t pos;

	if (!free_id && xa->xa_flags & XA_FLAGS_ALLOC1)
		free_id = 1;
	xa_lock(xa);
	for (pos = xa_pos(xa, free_id); xa_has(xa, pos, free_id); pos++)
		free_id++;
	if (free_id <= limit.max)
		ret = xa_put(xa, pos, free_id, entry);
	if (!ret)
		*id = free_id;
	xa_unlock(xa);
	return ret;
}

int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
		    gfp_t gfp)
{
	int ret = xa_alloc(xa, id, entry, XA_LIMIT(max(limit.min, *next), limit.max), gfp);
	bool wrapped = ret == -EBUSY;

	if (wrapped)
		ret = xa_alloc(xa, id, entry, limit, gfp);
	if (ret)
		return ret;
	*next = *id + 1;
	return wrapped;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	size_t pos = xa_pos(xa, *index);

	if (pos >= xa->count || xa->slot[pos].index > max)
		return NULL;
	*index = xa->slot[pos].index;
	return xa->slot[pos].entry;
}

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int filter)
{
	if (*index >= max)
		return NULL;
	++*index;
	return xa_find(xa, index, max, filter);
}
