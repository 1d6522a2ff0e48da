// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What a hostile or broken program may send to the device nodes: each call has to end
 * with a clear errno or status. Prints "ok NAME" or "not ok NAME reason".
 */
#include <string.h>
#include <sys/wait.h>

#include "rm-user.h"

#define KERNEL_POINTER	0xffff888000000000ul
#define NOBODY		65534
#define NUMBER(a)	(sizeof(a) / sizeof((a)[0]))

#define GET_PROBED_IDS		0x214
#define GET_PROBED_IDS_SIZE	256
#define GET_NAME_STRING		0x20800110
#define GET_NAME_STRING_SIZE	132

static const struct {
	unsigned int nr;
	size_t size;
} known[] = {
	{ NV_ESC_RM_FREE, sizeof(struct nvos00_parameters) },
	{ NV_ESC_RM_CONTROL, sizeof(struct nvos54_parameters) },
	{ NV_ESC_RM_ALLOC, sizeof(struct nvos21_parameters) },
	{ NV_ESC_CARD_INFO, sizeof(struct nv_ioctl_card_info) },
	{ NV_ESC_REGISTER_FD, sizeof(struct nv_ioctl_register_fd) },
	{ NV_ESC_STATUS_CODE, sizeof(struct nv_ioctl_status_code) },
	{ NV_ESC_CHECK_VERSION_STR, sizeof(struct nv_ioctl_rm_api_version) },
	{ NV_ESC_IOCTL_XFER_CMD, sizeof(struct nv_ioctl_xfer) },
	{ NV_ESC_SYS_PARAMS, sizeof(struct nv_ioctl_sys_params) },
};

static void wrong_sizes(int ctl)
{
	static u8 buffer[16384];
	size_t i;

	for (i = 0; i < NUMBER(known); i++) {
		unsigned int nr = known[i].nr;
		size_t size = known[i].size;

		memset(buffer, 0, sizeof(buffer));
		check(escape(ctl, nr, buffer, size - 1) == EINVAL, "escape %u one byte short", nr);
		check(escape(ctl, nr, buffer, size + 1) == EINVAL, "escape %u one byte long", nr);
		check(escape(ctl, nr, buffer, 0) == EINVAL, "escape %u without a size", nr);
	}
}

static void wrong_pointers(int ctl)
{
	size_t i;

	for (i = 0; i < NUMBER(known); i++) {
		unsigned int nr = known[i].nr;

		check(escape(ctl, nr, NULL, known[i].size) == EFAULT,
		      "escape %u with a null pointer", nr);
		check(escape(ctl, nr, (void *)KERNEL_POINTER, known[i].size) == EFAULT,
		      "escape %u with a kernel pointer", nr);
	}
}

static void unknown_escapes(int ctl, int gpu)
{
	static const unsigned int nrs[] = { 0, 1, 38, 44, 92, 127, 199, 208, 219, 255 };
	u8 buffer[64] = { };
	size_t i;

	for (i = 0; i < NUMBER(nrs); i++) {
		check(escape(ctl, nrs[i], buffer, sizeof(buffer)) == EINVAL,
		      "unknown escape %u on nvidiactl", nrs[i]);
		check(escape(gpu, nrs[i], buffer, sizeof(buffer)) == EINVAL,
		      "unknown escape %u on nvidia0", nrs[i]);
	}
	check(ioctl(ctl, _IOC(_IOC_READ, 'G', NV_ESC_CARD_INFO, 72), buffer) && errno == EINVAL,
	      "an ioctl of another type");
}

static void transfers(int ctl)
{
	struct nv_ioctl_sys_params params = { };
	struct nv_ioctl_xfer x = { NV_ESC_IOCTL_XFER_CMD, 16, (unsigned long)&params };

	check(escape(ctl, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x)) == EINVAL,
	      "a transfer in a transfer");
	x = (struct nv_ioctl_xfer) { NV_ESC_CARD_INFO, 1u << 20, (unsigned long)&params };
	check(escape(ctl, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x)) == EINVAL, "a transfer of 1 MiB");
	x = (struct nv_ioctl_xfer) { NV_ESC_CARD_INFO, 72, KERNEL_POINTER };
	check(escape(ctl, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x)) == EFAULT,
	      "a transfer from a kernel pointer");
	x = (struct nv_ioctl_xfer) { 0xffffffff, 8, (unsigned long)&params };
	check(escape(ctl, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x)) == EINVAL,
	      "a transfer of escape 0xffffffff");
}

static void versions(int ctl)
{
	struct nv_ioctl_rm_api_version p = { .version_string = "550.163.02\nforged line" };

	check(escape(ctl, NV_ESC_CHECK_VERSION_STR, &p, sizeof(p)) == EINVAL,
	      "user space of another release");
	check(!strcmp(p.version_string, NV_RELEASE), "is told which one it takes");
	p.cmd = NV_RM_API_VERSION_CMD_RELAXED;
	strcpy(p.version_string, "550.1");
	check(escape(ctl, NV_ESC_CHECK_VERSION_STR, &p, sizeof(p)) == 0,
	      "the same branch will do if asked for");
	memset(p.version_string, 'x', sizeof(p.version_string));
	check(escape(ctl, NV_ESC_CHECK_VERSION_STR, &p, sizeof(p)) == EINVAL,
	      "a version without an end");
}

static void nodes(int ctl, int gpu)
{
	struct nv_ioctl_card_info card;
	struct nv_ioctl_numa_info numa;

	check(escape(gpu, NV_ESC_CARD_INFO, &card, sizeof(card)) == EINVAL,
	      "CARD_INFO belongs to nvidiactl");
	check(escape(ctl, NV_ESC_NUMA_INFO, &numa, sizeof(numa)) == EINVAL,
	      "NUMA_INFO belongs to nvidia0");
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, gpu, 0) == MAP_FAILED,
	      "mmap of what was never mapped");
}

static void registering(int ctl, int gpu)
{
	struct nvos54_parameters control = { };
	struct nv_ioctl_register_fd p = { gpu };
	int null = open("/dev/null", O_RDWR);

	check(escape(gpu, NV_ESC_REGISTER_FD, &p, sizeof(p)) == EINVAL,
	      "a file registers with itself");
	p.ctl_fd = null;
	check(escape(gpu, NV_ESC_REGISTER_FD, &p, sizeof(p)) == EINVAL,
	      "with a file of another driver");
	p.ctl_fd = -1;
	check(escape(gpu, NV_ESC_REGISTER_FD, &p, sizeof(p)) == EINVAL, "with no file");
	p.ctl_fd = ctl;
	check(escape(gpu, NV_ESC_REGISTER_FD, &p, sizeof(p)) == 0, "a file registers");
	check(escape(gpu, NV_ESC_REGISTER_FD, &p, sizeof(p)) == EINVAL, "but only once");
	check(escape(gpu, NV_ESC_RM_CONTROL, &control, sizeof(control)) == EINVAL,
	      "and it is still no nvidiactl");
	close(null);
}

static void controls(int ctl, u32 client)
{
	u8 params[GET_PROBED_IDS_SIZE + 1];

	check(rm_control(ctl, client, client, GET_PROBED_IDS, (unsigned long)params,
			 GET_PROBED_IDS_SIZE) == NV_OK, "a control");
	check(rm_control(ctl, client, client, GET_PROBED_IDS, (unsigned long)params,
			 GET_PROBED_IDS_SIZE - 1) == NV_ERR_INVALID_PARAM_STRUCT,
	      "a control one byte short");
	check(rm_control(ctl, client, client, GET_PROBED_IDS, (unsigned long)params,
			 GET_PROBED_IDS_SIZE + 1) == NV_ERR_INVALID_PARAM_STRUCT,
	      "a control one byte long");
	check(rm_control(ctl, client, client, GET_PROBED_IDS, 0, GET_PROBED_IDS_SIZE) != NV_OK,
	      "a control with null parameters");
	check(rm_control(ctl, client, client, GET_PROBED_IDS, KERNEL_POINTER,
			 GET_PROBED_IDS_SIZE) != NV_OK, "a control with a kernel pointer");
	check(rm_control(ctl, client, client, 0x12345678, (unsigned long)params, 4) != NV_OK,
	      "a control that does not exist");
	check(rm_control(ctl, client, client, GET_NAME_STRING, (unsigned long)params,
			 GET_NAME_STRING_SIZE) != NV_OK, "a subdevice's control on a client");
	check(rm_control(ctl, client, 0xdeadbeef, GET_PROBED_IDS, (unsigned long)params,
			 GET_PROBED_IDS_SIZE) != NV_OK, "a control on no object");
}

/* The child is another user with a file of its own. */
static void other_user(u32 client)
{
	u8 params[GET_PROBED_IDS_SIZE];
	u32 own = 0, status;
	pid_t pid = fork();
	int code = 0;

	if (!pid) {
		int fd;

		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(100);
		fd = open("/dev/nvidiactl", O_RDWR);
		check(fd >= 0, "another user opens nvidiactl");
		status = rm_control(fd, client, client, GET_PROBED_IDS, (unsigned long)params,
				    sizeof(params));
		check(status != NV_OK, "but does not get at root's client (0x%x)", status);
		check(rm_free(fd, client, client) != NV_OK, "nor free it");
		check(rm_alloc(fd, client, client, &own, 0x80) != NV_OK, "nor add to it");
		own = 0;
		check(rm_alloc(fd, 0, 0, &own, NV01_ROOT) == NV_OK, "it has a client of its own");
		_exit(!!failures);
	}
	waitpid(pid, &code, 0);
	failures += !WIFEXITED(code) || WEXITSTATUS(code);
}

static void lifetime(int ctl)
{
	int fd = open("/dev/nvidiactl", O_RDWR);
	u8 params[GET_PROBED_IDS_SIZE];
	u32 client = 0;

	check(rm_alloc(fd, 0, 0, &client, NV01_ROOT) == NV_OK, "a client on a second file");
	close(fd);
	check(rm_control(ctl, client, client, GET_PROBED_IDS, (unsigned long)params,
			 sizeof(params)) == NV_ERR_INVALID_CLIENT, "ends with that file");
	check(rm_free(ctl, client, client) != NV_OK, "and is not freed twice");
}

int main(void)
{
	int ctl = open("/dev/nvidiactl", O_RDWR), gpu = open("/dev/nvidia0", O_RDWR);
	u32 client = 0;

	check(ctl >= 0 && gpu >= 0, "both nodes open");
	if (failures)
		return 1;
	wrong_sizes(ctl);
	wrong_pointers(ctl);
	unknown_escapes(ctl, gpu);
	transfers(ctl);
	versions(ctl);
	nodes(ctl, gpu);
	registering(ctl, gpu);
	check(rm_alloc(ctl, 0, 0, &client, NV01_ROOT) == NV_OK, "a client");
	controls(ctl, client);
	other_user(client);
	lifetime(ctl);
	check(rm_free(ctl, client, client) == NV_OK, "the client goes");
	check(rm_free(ctl, client, client) != NV_OK, "and goes only once");
	return !!failures;
}
