/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_XARRAY_H
#define UNIT_LINUX_XARRAY_H

#include <limits.h>

#include <linux/err.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* A sorted array with the interface of the kernel's xarray. */
struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	size_t count, room;
	struct unit_xa_slot {
		unsigned long index;
		void *entry;
	} *slot;
};

struct xa_limit {
	u32 max, min;
};

#define XA_FLAGS_ALLOC		1
#define XA_FLAGS_ALLOC1		2
#define XA_LIMIT(lo, hi)	((struct xa_limit){ .min = (lo), .max = (hi) })
#define xa_limit_32b		XA_LIMIT(0, U32_MAX)
#define xa_limit_31b		XA_LIMIT(0, S32_MAX)
#define xa_limit_16b		XA_LIMIT(0, U16_MAX)
#define XA_PRESENT		((unsigned int)8)

#define DEFINE_XARRAY_FLAGS(name, flags) \
	struct xarray name = { .xa_lock = { UNIT_LOCK_INIT(true) }, .xa_flags = (flags) }
#define DEFINE_XARRAY(name)		DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name)	DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)

void xa_init_flags(struct xarray *xa, gfp_t flags);
void xa_destroy(struct xarray *xa);

#define xa_init(xa)	xa_init_flags(xa, 0)
#define xa_lock(xa)	spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa)	spin_unlock(&(xa)->xa_lock)

/* Those with underscores are called with xa_lock held. */
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *__xa_erase(struct xarray *xa, unsigned long index);
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);
int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
		    gfp_t gfp);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int filter);

static inline bool xa_empty(const struct xarray *xa)
{
	return xa->count == 0;
}

static inline bool xa_is_err(const void *entry)
{
	return IS_ERR(entry);
}

static inline int xa_err(const void *entry)
{
	return IS_ERR(entry) ? (int)PTR_ERR(entry) : 0;
}

#define xa_for_each_range(xa, i, entry, start, last)				\
	for ((i) = (start), (entry) = xa_find(xa, &(i), last, XA_PRESENT);	\
	     (entry); (entry) = xa_find_after(xa, &(i), last, XA_PRESENT))
#define xa_for_each_start(xa, i, entry, start)	xa_for_each_range(xa, i, entry, start, ULONG_MAX)
#define xa_for_each(xa, i, entry)		xa_for_each_start(xa, i, entry, 0)

#endif
