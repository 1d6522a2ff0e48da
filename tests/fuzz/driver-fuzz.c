// SPDX-License-Identifier: MIT OR GPL-2.0
/* libFuzzer's way in: its bytes are what a driver chooses to do to the model. */
#include "hostile.h"

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, fmt);
	abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	hostile_run((struct choices){ .bytes = data, .left = size });
	return 0;
}
