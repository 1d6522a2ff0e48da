// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Times the resource manager's calls on a driver that is loaded, ours or another of the same
 * release. Prints "NAME: N ns" lines: the median of rounds, for one call or pair of calls.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rm-user.h"

#define ROUNDS		15
#define HANDLE_DEVICE	0xbe000001
#define HANDLE_SUBDEV	0xbe000002
#define HANDLE_TRY	0xbe000003

#define GET_PROBED_IDS		0x214	/* answered by the kernel module */
#define GET_CURRENT_PSTATE	0x20802068	/* answered by GSP */

static int ctl;
static u32 client;
static u32 probed[64];
static u32 pstate;

static void die(const char *what, u32 status)
{
	fprintf(stderr, "rm-bench: %s: %#x\n", what, status);
	exit(1);
}

static void need(const char *what, u32 status)
{
	if (status)
		die(what, status);
}

static void open_close(void)
{
	int fd = open("/dev/nvidia0", O_RDWR);

	if (fd < 0)
		die("/dev/nvidia0", errno);
	close(fd);
}

static void client_pair(void)
{
	u32 handle = 0;

	need("client", rm_alloc(ctl, 0, 0, &handle, NV01_ROOT_CLIENT));
	need("free client", rm_free(ctl, handle, handle));
}

static void object_pair(void)
{
	u32 handle = HANDLE_TRY;

	need("object", rm_alloc(ctl, client, HANDLE_SUBDEV, &handle, GF100_ZBC_CLEAR));
	need("free object", rm_free(ctl, client, handle));
}

static void local_control(void)
{
	need("probed ids", rm_control(ctl, client, client, GET_PROBED_IDS, (uintptr_t)probed,
				      sizeof(probed)));
}

static void gsp_control(void)
{
	need("pstate", rm_control(ctl, client, HANDLE_SUBDEV, GET_CURRENT_PSTATE,
				  (uintptr_t)&pstate, sizeof(pstate)));
}

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void bench(const char *name, void (*fn)(void), unsigned int calls)
{
	u64 taken[ROUNDS];
	unsigned int i, round;

	for (round = 0; round < ROUNDS; round++) {
		taken[round] = now();
		for (i = 0; i < calls; i++)
			fn();
		taken[round] = (now() - taken[round]) / calls;
	}
	qsort(taken, ROUNDS, sizeof(taken[0]), compare);
	printf("%s: %llu ns\n", name, (unsigned long long)taken[ROUNDS / 2]);
}

int main(void)
{
	u32 device = HANDLE_DEVICE, subdevice = HANDLE_SUBDEV;
	struct nv0080_alloc_parameters device_params = { 0 };
	struct nv2080_alloc_parameters subdevice_params = { 0 };

	ctl = open("/dev/nvidiactl", O_RDWR);
	if (ctl < 0 || open("/dev/nvidia0", O_RDWR) < 0)
		die("device nodes", errno);
	need("client", rm_alloc(ctl, 0, 0, &client, NV01_ROOT_CLIENT));
	need("device", rm_alloc_with(ctl, client, client, &device, NV01_DEVICE_0,
				     &device_params, sizeof(device_params)));
	need("subdevice", rm_alloc_with(ctl, client, device, &subdevice, NV20_SUBDEVICE_0,
					&subdevice_params, sizeof(subdevice_params)));
	bench("open and close of /dev/nvidia0", open_close, 20);
	bench("RM_ALLOC and RM_FREE of a client", client_pair, 100);
	bench("RM_ALLOC and RM_FREE of an object on GSP", object_pair, 10);
	bench("RM_CONTROL answered by the module", local_control, 200);
	bench("RM_CONTROL answered by GSP", gsp_control, 10);
	return 0;
}
