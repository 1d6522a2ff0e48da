// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Suspends the machine time and again; each time one memory allocation that the driver makes on the
 * way there or back fails. The suspend then comes to nothing or goes through, and either way
 * the GPU works and every byte of video memory is there. Prints "ok NAME" or "not ok NAME".
 */
#include "fail-nth.h"

#define H_MEMORY		0x51
#define SIZE			0x40000ull
#define GET_NAME_STRING		0x20800110	/* GSP answers it */
#define CYCLES_MAX		200

static struct rm_user user;
static volatile u32 *memory;

static u32 word(u32 i)
{
	return i * 2654435761u ^ 0x6f70656e;
}

static bool whole(void)
{
	u8 name[132] = { 0 };
	u32 i;

	for (i = 0; i < SIZE / sizeof(u32); i++)
		if (memory[i] != word(i))
			return false;
	return rm_control(user.ctl, user.client, H_SUBDEVICE, GET_NAME_STRING, (uintptr_t)name,
			  sizeof(name)) == NV_OK;
}

static void start(void)
{
	void *at;
	u32 i;

	rm_open(&user);
	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, SIZE), "video memory");
	at = rm_map(&user, H_MEMORY, GPU_NODE, 0, SIZE);
	need(at != MAP_FAILED, "mapping");
	memory = at;
	for (i = 0; i < SIZE / sizeof(u32); i++)
		memory[i] = word(i);
}

/* As far as the kernel's pm_test has it go */
static bool suspend(int state)
{
	return pwrite(state, "freeze", 6, 0) == 6;
}

int main(void)
{
	int state = open("/sys/power/state", O_WRONLY);
	unsigned int n = 1, cycles, refused = 0;
	bool left = false;

	need(state >= 0, "/sys/power/state");
	fail_nth_open();
	start();
	check(suspend(state) && whole(), "suspends");
	/* Allocations that follow each other are much alike: the later, the fewer are tried. */
	for (cycles = 0; !left && cycles < CYCLES_MAX; cycles++) {
		fail_nth_arm(n);
		refused += !suspend(state);
		left = fail_nth_arm(0);
		if (!whole() && !check(false, "whole after allocation %u failed", n))
			return 1;
		n += 1 + n / 8;
	}
	printf("# %u cycles, fewer than %u allocations, %u came to nothing\n", cycles, n, refused);
	check(left && refused, "no-memory-for-a-suspend");
	check(suspend(state) && whole(), "suspends-in-the-end");
	return !!failures;
}
