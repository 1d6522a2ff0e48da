/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_LINUX_STRING_H
#define UNIT_LINUX_STRING_H

#include <errno.h>
#include <string.h>

#include <linux/slab.h>
#include <linux/types.h>

static inline ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t n;

	for (n = 0; n < size; n++) {
		dst[n] = src[n];
		if (!src[n])
			return n;
	}
	if (size)
		dst[size - 1] = 0;
	return -E2BIG;
}

static inline void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *b = p;

	while (n && *b == (u8)c) {
		b++;
		n--;
	}
	return n ? (void *)b : NULL;
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

static inline void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmalloc(len, gfp);

	return p ? memcpy(p, src, len) : NULL;
}

static inline char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup(s, strlen(s) + 1, gfp) : NULL;
}

#define memzero_explicit(p, n)	do { memset(p, 0, n); barrier(); } while (0)

#endif
