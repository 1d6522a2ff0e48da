/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_SLAB_H
#define UNIT_LINUX_SLAB_H

#include <stddef.h>

#include <linux/overflow.h>
#include <linux/types.h>

#define GFP_KERNEL		0
#define GFP_ATOMIC		1
#define GFP_NOWAIT		2
#define GFP_KERNEL_ACCOUNT	4
#define __GFP_ZERO		8
#define __GFP_NOWARN		16

/* tests/unit/kernel.c: counts live allocations and fails the one a test asks for. */
void *unit_alloc(size_t size, gfp_t gfp);
void *unit_realloc(void *old, size_t size, gfp_t gfp);
void unit_free(const void *p);

#define kmalloc(size, gfp)		unit_alloc(size, gfp)
#define kzalloc(size, gfp)		unit_alloc(size, (gfp) | __GFP_ZERO)
#define kmalloc_array(n, size, gfp)	unit_alloc(array_size(n, size), gfp)
#define kcalloc(n, size, gfp)		unit_alloc(array_size(n, size), (gfp) | __GFP_ZERO)
#define krealloc(p, size, gfp)		unit_realloc(p, size, gfp)
#define kvmalloc(size, gfp)		kmalloc(size, gfp)
#define kvzalloc(size, gfp)		kzalloc(size, gfp)
#define kvmalloc_array(n, size, gfp)	kmalloc_array(n, size, gfp)
#define kvcalloc(n, size, gfp)		kcalloc(n, size, gfp)
#define kfree(p)			unit_free(p)
#define kvfree(p)			unit_free(p)

#endif
