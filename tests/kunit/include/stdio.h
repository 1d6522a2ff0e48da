/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#include <linux/kernel.h>

/* What a test would show on standard error is KUnit's to show. */
#define fprintf(file, fmt, ...)	no_printk(fmt, ##__VA_ARGS__)
