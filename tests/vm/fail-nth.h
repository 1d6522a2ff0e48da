/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef FAIL_NTH_H
#define FAIL_NTH_H

/* The kernel's fault injection: one allocation of this thread fails. Which count, a test says. */

#include <string.h>

#include "rm-user.h"

static int fail_nth;

static inline void fail_nth_open(void)
{
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	need(fail_nth >= 0, "fail-nth");
}

/* Let the @n-th fail from now on; 0: none. Return: was one left over? */
static inline bool fail_nth_arm(unsigned int n)
{
	char text[16] = "";
	bool left = false;

	if (pread(fail_nth, text, sizeof(text) - 1, 0) > 0)
		left = atoi(text) > 0;
	snprintf(text, sizeof(text), "%u", n);
	need(pwrite(fail_nth, text, strlen(text), 0) > 0, "fail-nth");
	return left;
}

#endif
