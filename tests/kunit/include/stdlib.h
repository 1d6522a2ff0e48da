/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* What tests/unit uses of the C library, in the kernel. These allocations are not counted. */
#include <linux/bug.h>
#include <linux/types.h>

#define getenv(name)		((const char *)NULL)
#define abort()			BUG()
#define calloc(n, size)		unit_host_realloc(NULL, (n) * (size))
#define realloc(p, size)	unit_host_realloc(p, size)
#define free(p)			unit_host_free(p)

void *unit_host_realloc(void *p, size_t size);
void unit_host_free(const void *p);
void srand(unsigned int seed);
int rand(void);
