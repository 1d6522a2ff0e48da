// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Times the resource manager's calls on a driver that is loaded, ours or another of the same
 * release. Prints "NAME: N ns" lines: the median of rounds, for one call or pair of calls.
 */
#include "rm-user.h"

#define ROUNDS		15
#define HANDLE_TRY	0xbe000003

#define GET_PROBED_IDS		0x214	/* answered by the kernel module */
#define GET_CURRENT_PSTATE	0x20802068	/* answered by GSP */

static struct rm_user user;
static u32 probed[64];
static u32 pstate;

static void open_close(void)
{
	int fd = open(GPU_NODE, O_RDWR);

	need(fd >= 0, GPU_NODE);
	close(fd);
}

static void client_pair(void)
{
	u32 handle = 0;

	need_ok(rm_alloc(user.ctl, 0, 0, &handle, NV01_ROOT_CLIENT), "client");
	need_ok(rm_free(user.ctl, handle, handle), "free client");
}

static void object_pair(void)
{
	u32 handle = HANDLE_TRY;

	need_ok(rm_alloc(user.ctl, user.client, H_SUBDEVICE, &handle, GF100_ZBC_CLEAR), "object");
	need_ok(rm_free(user.ctl, user.client, handle), "free object");
}

static void local_control(void)
{
	need_ok(rm_control(user.ctl, user.client, user.client, GET_PROBED_IDS, (uintptr_t)probed,
			   sizeof(probed)), "probed ids");
}

static void gsp_control(void)
{
	need_ok(rm_control(user.ctl, user.client, H_SUBDEVICE, GET_CURRENT_PSTATE,
			   (uintptr_t)&pstate, sizeof(pstate)), "pstate");
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void bench(const char *name, void (*fn)(void), unsigned int calls)
{
	double taken[ROUNDS], start;
	unsigned int i, round;

	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < calls; i++)
			fn();
		taken[round] = (now() - start) / calls;
	}
	qsort(taken, ROUNDS, sizeof(taken[0]), compare);
	printf("%s: %.0f ns\n", name, taken[ROUNDS / 2] * 1e9);
}

int main(void)
{
	rm_open(&user);
	bench("open and close of /dev/nvidia0", open_close, 20);
	bench("RM_ALLOC and RM_FREE of a client", client_pair, 100);
	bench("RM_ALLOC and RM_FREE of an object on GSP", object_pair, 10);
	bench("RM_CONTROL answered by the module", local_control, 200);
	bench("RM_CONTROL answered by GSP", gsp_control, 10);
	return 0;
}
