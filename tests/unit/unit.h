/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/**
 * DOC: unit tests
 *
 * A file NAME-test.c is one program. UNIT_TEST(case) { ... } defines a case; each
 * runs in a process of its own, ends at the first EXPECT that does not hold and
 * prints "ok NAME.case" or "not ok NAME.case reason". Whatever a case leaves
 * behind in kmalloc() fails it, and so do WARN_ON() and the sanitizers.
 *
 * Arguments choose cases by part of their name; -n runs them in this process, for
 * a debugger.
 *
 * Some of these files are KUnit suites, too; see tests/kunit/unit-kunit.h.
 */

#ifdef __KERNEL__
#include "tests/kunit/unit-kunit.h"
#else
struct unit_test {
	const char *name;
	void (*run)(void);
	struct unit_test *next;
};

void unit_register(struct unit_test *test);

#define UNIT_TEST(case_name)							\
	static void case_name(void);						\
	static struct unit_test unit_##case_name = { #case_name, case_name, NULL };	\
	__attribute__((constructor)) static void unit_register_##case_name(void)	\
	{									\
		unit_register(&unit_##case_name);				\
	}									\
	static void case_name(void)

/* Between these, whatever may sleep fails the case. */
void unit_atomic_begin(void);
void unit_atomic_end(void);
#endif

__attribute__((format(printf, 3, 4), noreturn))
void unit_fail(const char *file, int line, const char *fmt, ...);

#define EXPECT(cond) do {							\
	if (!(cond))								\
		unit_fail(__FILE__, __LINE__, "%s", #cond);			\
} while (0)

#define EXPECT_EQ(a, b) do {							\
	long long unit_a = (a), unit_b = (b);					\
	if (unit_a != unit_b)							\
		unit_fail(__FILE__, __LINE__, "%s is %#llx, not %s = %#llx",	\
			  #a, unit_a, #b, unit_b);				\
} while (0)

#define EXPECT_STR(a, b) do {							\
	const char *unit_a = (a), *unit_b = (b);				\
	if (strcmp(unit_a, unit_b))						\
		unit_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"",	\
			  #a, unit_a, unit_b);					\
} while (0)

/* kernel.c */

/** unit_fail_alloc_at() - let the @n-th allocation from now fail; 0: none */
void unit_fail_alloc_at(long n);
/** unit_fail_alloc_pending() - it has not come to that allocation yet */
bool unit_fail_alloc_pending(void);
/** unit_alloc_fails() - count an allocation; true if it is the one to fail */
bool unit_alloc_fails(void);
/** unit_live_allocs() - allocations by kmalloc() and its kin that are not freed */
long unit_live_allocs(void);

#endif
