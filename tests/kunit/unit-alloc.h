/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The core's allocations are counted, and the one that a case names fails. Included before
 * everything else, with the headers whose own allocations are none of ours.
 */
#include <kunit/test.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "tests/kunit/unit-kunit.h"

#undef kmalloc
#undef kzalloc
#undef kcalloc
#undef kvmalloc
#undef kvzalloc
#undef kvcalloc
#undef kfree
#undef kvfree
#define kmalloc(size, gfp)	unit_alloc(size, gfp)
#define kzalloc(size, gfp)	unit_alloc(size, (gfp) | __GFP_ZERO)
#define kcalloc(n, size, gfp)	unit_alloc(array_size(n, size), (gfp) | __GFP_ZERO)
#define kvmalloc(size, gfp)	kmalloc(size, gfp)
#define kvzalloc(size, gfp)	kzalloc(size, gfp)
#define kvcalloc(n, size, gfp)	kcalloc(n, size, gfp)
#define kfree(p)		unit_free(p)
#define kvfree(p)		unit_free(p)
