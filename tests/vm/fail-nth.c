// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Makes each memory allocation of each call fail in turn, by the kernel's fault injection: the
 * call has to end with an error, not leave anything behind and work the next time. Prints
 * "ok NAME" or "not ok NAME reason".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rm-user.h"

#define HANDLE_DEVICE	0xfa000001
#define HANDLE_SUBDEV	0xfa000002
#define HANDLE_OBJECT	0xfa000003
#define ALLOCATIONS_MAX	2000

#define GET_PROBED_IDS	0x214
#define GET_NAME_STRING	0x20800110

static int fail_nth, ctl;
static u32 client;
static u32 probed[64];
static u8 name[132];

/* Each does what it is named after and undoes it. Return: 0, or an errno or NV_STATUS. */

static u32 open_gpu(void)
{
	int fd = open("/dev/nvidia0", O_RDWR);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static u32 open_ctl(void)
{
	int fd = open("/dev/nvidiactl", O_RDWR);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static u32 make_client(void)
{
	u32 handle = 0, status = rm_alloc(ctl, 0, 0, &handle, NV01_ROOT_CLIENT);

	if (!status)
		rm_free(ctl, handle, handle);
	return status;
}

static u32 make_device(void)
{
	struct nv0080_alloc_parameters params = { 0 };
	u32 handle = 0, device = HANDLE_DEVICE, status;

	status = rm_alloc(ctl, 0, 0, &handle, NV01_ROOT_CLIENT);
	if (status)
		return status;
	status = rm_alloc_with(ctl, handle, handle, &device, NV01_DEVICE_0, &params,
			       sizeof(params));
	rm_free(ctl, handle, handle);
	return status;
}

static u32 make_object(void)
{
	u32 handle = HANDLE_OBJECT;
	u32 status = rm_alloc(ctl, client, HANDLE_SUBDEV, &handle, GF100_ZBC_CLEAR);

	if (!status)
		rm_free(ctl, client, handle);
	return status;
}

static u32 ask_module(void)
{
	return rm_control(ctl, client, client, GET_PROBED_IDS, (uintptr_t)probed, sizeof(probed));
}

static u32 ask_gsp(void)
{
	return rm_control(ctl, client, HANDLE_SUBDEV, GET_NAME_STRING, (uintptr_t)name,
			  sizeof(name));
}

static const struct call {
	const char *name;
	u32 (*call)(void);
} calls[] = {
	{ "open-gpu", open_gpu },
	{ "open-ctl", open_ctl },
	{ "client", make_client },
	{ "device", make_device },
	{ "object", make_object },
	{ "control", ask_module },
	{ "control-on-gsp", ask_gsp },
	{ }
};

/* Let the @n-th allocation of this thread fail from now on; 0: none. Return: was one left over? */
static int arm(unsigned int n)
{
	char text[16] = "";
	int left = 0;

	if (pread(fail_nth, text, sizeof(text) - 1, 0) > 0)
		left = atoi(text) > 0;
	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(fail_nth, text, strlen(text), 0) < 0) {
		perror("fail-nth");
		exit(1);
	}
	return left;
}

static int sweep(const char *name, u32 (*call)(void))
{
	unsigned int n, failures = 0;
	u32 status;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		arm(n);
		status = call();
		failures += status != 0;
		if (arm(0))
			break;
	}
	status = call();
	if (n == ALLOCATIONS_MAX || status) {
		printf("not ok %s %u allocations, then status %#x\n", name, n, status);
		return 1;
	}
	printf("# %s: %u allocations made to fail, %u calls failed\n", name, n - 1, failures);
	printf("ok %s\n", name);
	return 0;
}

static int set_up(void)
{
	struct nv0080_alloc_parameters device_params = { 0 };
	struct nv2080_alloc_parameters subdevice_params = { 0 };
	u32 device = HANDLE_DEVICE, subdevice = HANDLE_SUBDEV;

	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	ctl = open("/dev/nvidiactl", O_RDWR);
	return fail_nth < 0 || ctl < 0 || open("/dev/nvidia0", O_RDWR) < 0 ||
	       rm_alloc(ctl, 0, 0, &client, NV01_ROOT_CLIENT) ||
	       rm_alloc_with(ctl, client, client, &device, NV01_DEVICE_0, &device_params,
			     sizeof(device_params)) ||
	       rm_alloc_with(ctl, client, device, &subdevice, NV20_SUBDEVICE_0,
			     &subdevice_params, sizeof(subdevice_params));
}

int main(void)
{
	unsigned int failed = 0;
	const struct call *call;

	if (set_up()) {
		printf("not ok set-up %s\n", strerror(errno));
		return 1;
	}
	for (call = calls; call->name; call++)
		failed += sweep(call->name, call->call);
	return failed != 0;
}
