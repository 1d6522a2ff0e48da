// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: cuda [TEST...]
 *        cuda --figures PROCESSES
 *        cuda --hold MIB
 *
 * Starts libcuda and runs the tests, all of them by default, each in a context of its
 * own on the first GPU; or times libcuda in so many processes at once; or has so much
 * video memory, says so, and waits to be killed.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "child.h"

static const struct {
	const char *name;
	void (*fn)(void);
} tests[] = {
	{ "memory", test_memory },
	{ "copy", test_copy },
	{ "array", test_array },
	{ "async", test_async },
	{ "large", test_large },
	{ "vmm", test_vmm },
	{ "managed", test_managed },
	{ "share", test_share },
	{ "sleep", test_sleep },
	{ "process", test_process },
};

struct cuda cu;
static int failed;

static const struct {
	const char *symbol;
	void **fn;
} calls[] = {
#define CUDA_ROW(name, symbol, args) { symbol, (void **)&cu.name },
	CUDA_CALLS(CUDA_ROW)
#undef CUDA_ROW
};

bool check(bool good, const char *name, ...)
{
	va_list args;

	failed |= !good;
	printf("%s", good ? "ok " : "not ok ");
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	return good;
}

bool succeeds(int result, const char *name)
{
	const char *error = "unknown";

	if (result == CUDA_SUCCESS)
		return check(true, "%s", name);
	cu.get_error_name(result, &error);
	return check(false, "%s gives %d, %s", name, result, error);
}

static u8 filled_byte(size_t at, unsigned int seed)
{
	return at ^ at >> 8 ^ at >> 16 ^ at >> 24 ^ seed * 0x9d;
}

void fill(void *buf, size_t size, unsigned int seed)
{
	u8 *byte = buf;

	for (size_t i = 0; i < size; i++)
		byte[i] = filled_byte(i, seed);
}

bool is_filled(const void *buf, size_t at, size_t size, unsigned int seed)
{
	const u8 *byte = buf;

	for (size_t i = 0; i < size; i++)
		if (byte[i] != filled_byte(at + i, seed))
			return false;
	return true;
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* What is missing, or NULL. */
static const char *load(void)
{
	void *library = dlopen("libcuda.so.1", RTLD_NOW);

	for (size_t i = 0; library && i < ARRAY_SIZE(calls); i++) {
		*calls[i].fn = dlsym(library, calls[i].symbol);
		if (!*calls[i].fn)
			return calls[i].symbol;
	}
	return library ? NULL : dlerror();
}

static bool loads(void)
{
	return !load();
}

static bool start(int *device)
{
	int count = 0, version = 0;
	double began = seconds();

	if (!succeeds(cu.init(0), "init"))
		return false;
	printf("# init: %.0f ms\n", (seconds() - began) * 1000);
	succeeds(cu.driver_get_version(&version), "version");
	succeeds(cu.device_get_count(&count), "device-count");
	return check(count > 0, "device-present: %d of CUDA %d", count, version) &&
	       succeeds(cu.device_get(device, 0), "device");
}

/* What the model's chip has: compute capability 8.6, 30 multiprocessors. */
static void show_device(int device)
{
	int major = 0, minor = 0, sms = 0;
	struct cu_uuid uuid;
	char name[96] = "";
	size_t size = 0;

	succeeds(cu.device_get_name(name, sizeof(name), device), "device-name");
	succeeds(cu.device_get_uuid(&uuid, device), "device-uuid");
	succeeds(cu.device_total_mem(&size, device), "device-memory");
	cu.device_get_attribute(&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
	cu.device_get_attribute(&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
	cu.device_get_attribute(&sms, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
	printf("# %s: %zu MiB, compute capability %d.%d, %d multiprocessors\n", name, size >> 20,
	       major, minor, sms);
	check(major > 0 && sms > 0 && size >> 20 > 0, "device-attributes");
}

static void run(unsigned int i, int device)
{
	double began = seconds();
	char name[64];
	void *ctx;

	snprintf(name, sizeof(name), "%s-context", tests[i].name);
	if (!succeeds(cu.ctx_create(&ctx, 0, device), name))
		return;
	printf("# context: %.0f ms\n", (seconds() - began) * 1000);
	tests[i].fn();
	snprintf(name, sizeof(name), "%s-context-destroyed", tests[i].name);
	succeeds(cu.ctx_destroy(ctx), name);
}

static bool wanted(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc < 2;
}

static int hold(size_t mib)
{
	int device;
	void *ctx;
	u64 addr;

	if (load() || cu.init(0) || cu.device_get(&device, 0) || cu.ctx_create(&ctx, 0, device))
		return 1;
	if (cu.mem_alloc(&addr, mib << 20))
		return 1;
	printf("%zu MiB\n", mib);
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const char *missing;
	int device;

	if (argc == 3 && !strcmp(argv[1], "--figures"))
		return figures_main(atoi(argv[2]), loads);
	if (argc == 3 && !strcmp(argv[1], "--hold"))
		return hold(atoi(argv[2]));
	missing = load();

	if (argc == 2 && !strcmp(argv[1], CHILD_OPTION))
		return missing || cu.init(0) || cu.device_get(&device, 0) || child_main(device);
	if (missing)
		return !check(false, "library has no %s", missing);
	check(true, "library");
	if (!start(&device))
		return 1;
	show_device(device);
	for (unsigned int i = 0; i < ARRAY_SIZE(tests); i++)
		if (wanted(argc, argv, tests[i].name))
			run(i, device);
	return failed;
}
