// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Makes each memory allocation of each call fail in turn, by the kernel's fault injection: the
 * call has to end with an error, not leave anything behind and work the next time. Prints
 * "ok NAME" or "not ok NAME reason".
 */
#include <string.h>

#include "rm-user.h"

#define HANDLE_OBJECT	0xfa000003
#define ALLOCATIONS_MAX	2000

#define GET_PROBED_IDS	0x214
#define GET_NAME_STRING	0x20800110

static struct rm_user user;
static int fail_nth;
static u32 probed[64];
static u8 name[132];

/* Each does what it is named after and undoes it. Return: 0, or an errno or NV_STATUS. */

static u32 open_gpu(void)
{
	int fd = open(GPU_NODE, O_RDWR);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static u32 open_ctl(void)
{
	int fd = open(CTL_NODE, O_RDWR);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static u32 make_client(void)
{
	u32 handle = 0, status = rm_alloc(user.ctl, 0, 0, &handle, NV01_ROOT_CLIENT);

	if (!status)
		rm_free(user.ctl, handle, handle);
	return status;
}

static u32 make_device(void)
{
	struct nv0080_alloc_parameters params = { 0 };
	u32 handle = 0, device = H_DEVICE, status;

	status = rm_alloc(user.ctl, 0, 0, &handle, NV01_ROOT_CLIENT);
	if (status)
		return status;
	status = rm_alloc_with(user.ctl, handle, handle, &device, NV01_DEVICE_0, &params,
			       sizeof(params));
	rm_free(user.ctl, handle, handle);
	return status;
}

static u32 make_object(void)
{
	u32 handle = HANDLE_OBJECT;
	u32 status = rm_alloc(user.ctl, user.client, H_SUBDEVICE, &handle, GF100_ZBC_CLEAR);

	if (!status)
		rm_free(user.ctl, user.client, handle);
	return status;
}

static u32 ask_module(void)
{
	return rm_control(user.ctl, user.client, user.client, GET_PROBED_IDS,
			  (uintptr_t)probed, sizeof(probed));
}

static u32 ask_gsp(void)
{
	return rm_control(user.ctl, user.client, H_SUBDEVICE, GET_NAME_STRING, (uintptr_t)name,
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

int main(void)
{
	unsigned int failed = 0;
	const struct call *call;

	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	need(fail_nth >= 0, "fail-nth");
	rm_open(&user);
	for (call = calls; call->name; call++)
		failed += sweep(call->name, call->call);
	return failed != 0;
}
