/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_KUNIT_H
#define UNIT_KUNIT_H

#include <kunit/test.h>

/**
 * DOC: unit tests in the kernel
 *
 * Cases of tests/unit as KUnit cases: with the kernel's own lists, xarrays, allocators and
 * locks, the order of which lockdep looks at. Kbuild makes a suite of a NAME-test.c; as in
 * user space a case ends at the first EXPECT that does not hold, and must leave no
 * allocation of the core's behind.
 */

#define UNIT_TEST(case_name)							\
	static void case_name##_body(void);					\
	static void case_name(struct kunit *test)				\
	{									\
		long live = unit_live_allocs();					\
										\
		case_name##_body();						\
		unit_fail_alloc_at(0);						\
		KUNIT_EXPECT_EQ(test, unit_live_allocs(), live);		\
	}									\
	static void case_name##_body(void)

#define unit_might_sleep(what, line)	might_sleep()
/* For a moment nothing may sleep. */
#define unit_atomic_begin()		preempt_disable()
#define unit_atomic_end()		preempt_enable()

/* Of unit-alloc.h; @gfp may have __GFP_ZERO. */
void *unit_alloc(size_t size, gfp_t gfp);
void unit_free(const void *p);

#endif
