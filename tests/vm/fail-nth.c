// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Makes each memory allocation of each call fail in turn, by the kernel's fault injection: the
 * call has to end with an error, not leave anything behind and work the next time. Prints
 * "ok NAME" or "not ok NAME reason".
 */
#include <signal.h>

#include "fail-nth.h"

#include "abi/channel.h"
#include "abi/ctrl/ctrl.h"
#include "abi/uvm-ioctl.h"

#define HANDLE_OBJECT	0xfa000003
#define HANDLE_PIN	0xfa000004
#define HANDLE_VID	0xfa000005
#define HANDLE_SYS	0xfa000006
#define HANDLE_VASPACE	0xfa000007
#define SIZE		0x200000ull
#define EXTERNAL	0x400000000ull
#define ALLOCATIONS_MAX	2000

#define GET_PROBED_IDS	0x214
#define GET_NAME_STRING	0x20800110

static struct rm_user user;
static struct uvm_uuid uuid;
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

/* Memory */

static u32 make_memory(u32 class)
{
	u32 status = rm_make_memory(&user, HANDLE_OBJECT, class, SIZE);

	if (!status)
		rm_free(user.ctl, user.client, HANDLE_OBJECT);
	return status;
}

static u32 make_video_memory(void)
{
	return make_memory(NV01_MEMORY_LOCAL_USER);
}

static u32 make_system_memory(void)
{
	return make_memory(NV01_MEMORY_SYSTEM);
}

/* A page that cannot be had at first is asked for again: what was written is there. */
static u32 map_and_touch(u32 handle, const char *node)
{
	volatile u8 *p = rm_map(&user, handle, node, 0, SIZE);
	u32 wrong = 0;
	u64 i;

	if (p == MAP_FAILED)
		return errno;
	for (i = 0; i < SIZE; i += SIZE / 4)
		p[i] = i >> 16 ^ 0x5a;
	for (i = 0; i < SIZE; i += SIZE / 4)
		wrong += p[i] != (u8)(i >> 16 ^ 0x5a);
	munmap((void *)p, SIZE);
	need(!wrong, "bytes are what was written");
	return 0;
}

static u32 map_video_memory(void)
{
	return map_and_touch(HANDLE_VID, GPU_NODE);
}

static u32 map_system_memory(void)
{
	return map_and_touch(HANDLE_SYS, CTL_NODE);
}

static u32 pin_memory(void)
{
	static u8 memory[0x10000] __attribute__((aligned(4096)));
	struct nv_os_desc_memory_allocation_params p = {
		.limit = sizeof(memory) - 1, .descriptor = (uintptr_t)memory,
		.attr = NVOS32_ATTR_LOCATION_PCI << 25 |
			NVOS32_ATTR_PHYSICALITY_NONCONTIGUOUS << 27,
	};
	u32 status = rm_make(&user, H_DEVICE, HANDLE_PIN, NV01_MEMORY_SYSTEM_OS_DESCRIPTOR, &p,
			     sizeof(p));

	if (!status)
		rm_free(user.ctl, user.client, HANDLE_PIN);
	return status;
}

/* Unified memory */

#define ask(fd, nr, p)	(ioctl(fd, nr, p) ? NO_STATUS : (p)->rm_status)

static u32 uvm_register(int fd)
{
	struct uvm_initialize_params init = { 0 };
	struct uvm_register_gpu_params gpu = { .gpu = uuid, .ctl_fd = -1 };
	struct uvm_register_gpu_vaspace_params vaspace = {
		.gpu = uuid, .ctl_fd = user.ctl, .h_client = user.client,
		.h_vaspace = HANDLE_VASPACE,
	};
	u32 status = ask(fd, UVM_INITIALIZE, &init);

	if (!status)
		status = ask(fd, UVM_REGISTER_GPU, &gpu);
	return status ?: ask(fd, UVM_REGISTER_GPU_VASPACE, &vaspace);
}

static u32 uvm_map(int fd)
{
	static struct uvm_map_external_allocation_params map;
	struct uvm_range_params range = { .base = EXTERNAL, .length = SIZE };
	u32 status = ask(fd, UVM_CREATE_EXTERNAL_RANGE, &range);

	memset(&map, 0, sizeof(map));
	map.base = EXTERNAL;
	map.length = SIZE;
	map.gpu[0].gpu = uuid;
	map.gpus = 1;
	map.ctl_fd = user.ctl;
	map.h_client = user.client;
	map.h_memory = HANDLE_VID;
	return status ?: ask(fd, UVM_MAP_EXTERNAL_ALLOCATION, &map);
}

static u32 use_uvm(void)
{
	int fd = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	u32 status;

	if (fd < 0)
		return errno;
	status = uvm_register(fd) ?: uvm_map(fd);
	close(fd);
	return status;
}

/* What the calls need to be there */
static void prepare(void)
{
	struct nv_vaspace_alloc_params vaspace = {
		.flags = NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED,
	};
	struct nv2080_ctrl_gpu_get_gid_info_params gid = { .flags = 2 };

	need_ok(rm_make_memory(&user, HANDLE_VID, NV01_MEMORY_LOCAL_USER, SIZE), "video memory");
	need_ok(rm_make_memory(&user, HANDLE_SYS, NV01_MEMORY_SYSTEM, SIZE), "system memory");
	need_ok(rm_make(&user, H_DEVICE, HANDLE_VASPACE, FERMI_VASPACE_A, &vaspace,
			sizeof(vaspace)), "address space");
	need_ok(rm_control(user.ctl, user.client, H_SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_GID_INFO,
			   (uintptr_t)&gid, sizeof(gid)), "id");
	memcpy(&uuid, gid.data, sizeof(uuid));
}

static void on_sigbus(int nr)
{
	static const char line[] = "not ok fault a mapping gave SIGBUS for want of memory\n";

	if (write(STDOUT_FILENO, line, sizeof(line) - 1) < 0)
		_exit(2);
	_exit(nr);
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
	{ "video-memory", make_video_memory },
	{ "system-memory", make_system_memory },
	{ "map-video-memory", map_video_memory },
	{ "map-system-memory", map_system_memory },
	{ "pin", pin_memory },
	{ "uvm", use_uvm },
	{ }
};

static int sweep(const char *name, u32 (*call)(void))
{
	unsigned int n, failures = 0;
	u32 status;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		fail_nth_arm(n);
		status = call();
		failures += status != 0;
		if (fail_nth_arm(0))
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

	signal(SIGBUS, on_sigbus);
	fail_nth_open();
	rm_open(&user);
	prepare();
	for (call = calls; call->name; call++)
		failed += sweep(call->name, call->call);
	return failed != 0;
}
