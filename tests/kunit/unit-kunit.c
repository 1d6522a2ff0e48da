// SPDX-License-Identifier: MIT OR GPL-2.0
/* What tests/unit/unit.c and kernel.c are in user space. */
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "tests/unit/unit.h"

static atomic_long_t live;
static atomic_long_t fail_at;
static u32 rand_state = 1;

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	struct kunit *test = kunit_get_current_test();
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!test)
		panic("%s:%d: %s", file, line, text);
	KUNIT_FAIL(test, "%s:%d: %s", kbasename(file), line, text);
	__kunit_abort(test);
}

long unit_live_allocs(void)
{
	return atomic_long_read(&live);
}

void unit_fail_alloc_at(long n)
{
	atomic_long_set(&fail_at, n);
}

bool unit_fail_alloc_pending(void)
{
	return atomic_long_read(&fail_at) > 0;
}

bool unit_alloc_fails(void)
{
	return unit_fail_alloc_pending() && !atomic_long_dec_return(&fail_at);
}

void *unit_alloc(size_t size, gfp_t gfp)
{
	void *p = unit_alloc_fails() ? NULL : kvmalloc(size, gfp);

	if (p)
		atomic_long_inc(&live);
	return p;
}

void unit_free(const void *p)
{
	if (!p)
		return;
	atomic_long_dec(&live);
	kvfree(p);
}

/* The C library as tests/kunit/include/stdlib.h has it */

void *unit_host_realloc(void *p, size_t size)
{
	return krealloc(p, size, GFP_KERNEL | __GFP_ZERO);
}

void unit_host_free(const void *p)
{
	kfree(p);
}

void srand(unsigned int seed)
{
	rand_state = seed ?: 1;
}

int rand(void)
{
	rand_state ^= rand_state << 13;
	rand_state ^= rand_state >> 17;
	rand_state ^= rand_state << 5;
	return rand_state & INT_MAX;
}

MODULE_DESCRIPTION("The core without a GPU");
MODULE_LICENSE("Dual MIT/GPL");
