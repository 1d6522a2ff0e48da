// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Memory that processes hand to each other in files: by fork(), from the dead, by a file that is
 * none. Prints "ok NAME" and "not ok NAME".
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "rm-user.h"

#include "abi/ctrl/ctrl.h"

#define SIZE	(2u << 20)
#define NOBODY	65534

enum { H_MEMORY = 0xe0, H_OTHER };

static u32 control(const struct rm_user *user, u32 cmd, void *params, u32 size)
{
	return rm_control(user->ctl, user->client, user->client, cmd, (uintptr_t)params, size);
}

static u32 export(const struct rm_user *user, u32 handle, int fd)
{
	struct nv0000_ctrl_os_unix_export_object_to_fd_params p = {
		.object = { NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM, H_DEVICE, H_DEVICE, handle },
		.fd = fd,
	};

	return control(user, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, &p, sizeof(p));
}

static u32 import(const struct rm_user *user, u32 handle, int fd)
{
	struct nv0000_ctrl_os_unix_import_object_from_fd_params p = {
		.object = { NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM, 0, H_DEVICE, handle },
		.fd = fd,
	};

	return control(user, NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD, &p, sizeof(p));
}

static int open_ctl(void)
{
	int fd = open(CTL_NODE, O_RDWR);

	need(fd >= 0, CTL_NODE);
	return fd;
}

/* The first GPU's id */
static u32 gpu_id(int ctl)
{
	struct nv_ioctl_card_info card[8] = { };

	need(!escape(ctl, NV_ESC_CARD_INFO, card, sizeof(card)), "card info");
	return card[0].gpu_id;
}

static void test_attach(void)
{
	int ctl = open_ctl(), gpu = open(GPU_NODE, O_RDWR);
	u32 id = gpu_id(ctl), ids[4] = { 0, id, id, 0 };
	u32 wrong[2] = { id, ~id };

	check(escape(ctl, NV_ESC_ATTACH_GPUS_TO_FD, ids, 6) == EINVAL, "attach-one-and-a-half");
	check(escape(ctl, NV_ESC_ATTACH_GPUS_TO_FD, wrong, sizeof(wrong)) == EINVAL,
	      "attach-what-is-not-there");
	check(escape(gpu, NV_ESC_ATTACH_GPUS_TO_FD, ids, sizeof(ids)) == EINVAL,
	      "attach-to-a-gpu-node");
	check(!escape(ctl, NV_ESC_ATTACH_GPUS_TO_FD, ids, sizeof(ids)), "attach");
	check(escape(ctl, NV_ESC_ATTACH_GPUS_TO_FD, ids, sizeof(ids)) == EINVAL, "attach-twice");
	close(gpu);
	close(ctl);
}

/* A process of another user with nothing but the file */
static int child_uses(int fd)
{
	struct rm_user user;
	volatile u32 *map;

	if (setgid(NOBODY) || setuid(NOBODY))
		return 1;
	rm_open(&user);
	if (import(&user, H_OTHER, fd) != NV_OK)
		return 2;
	map = rm_map(&user, H_OTHER, GPU_NODE, 0, SIZE);
	if (map == MAP_FAILED)
		return 3;
	if (map[0] != 0x11 || map[SIZE / 4 - 1] != 0x22)
		return 4;
	map[1] = 0x33;
	return 0;
}

static void test_fork(void)
{
	struct rm_user user;
	int fd = open_ctl(), status;
	volatile u32 *map;
	pid_t child;

	rm_open(&user);
	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, SIZE), "memory");
	map = rm_map(&user, H_MEMORY, GPU_NODE, 0, SIZE);
	need(map != MAP_FAILED, "map");
	map[0] = 0x11;
	map[SIZE / 4 - 1] = 0x22;
	check(export(&user, H_MEMORY, fd) == NV_OK, "export");
	check(export(&user, H_MEMORY, fd) == NV_ERR_STATE_IN_USE, "export-twice");
	need_ok(rm_free(user.ctl, user.client, H_MEMORY), "free");
	child = fork();
	if (!child)
		_exit(child_uses(fd));
	waitpid(child, &status, 0);
	check(!status, "child-uses-it: %#x", status);
	check(map[1] == 0x33, "parent-sees-what-it-wrote");
	munmap((void *)map, SIZE);
	close(fd);
	close(user.gpu);
	close(user.ctl);
}

/* The child is killed; its file is open here, since it is one that both have. */
static void test_killed(void)
{
	struct rm_user user;
	int fd = open_ctl(), status;
	volatile u32 *map;
	pid_t child = fork();

	if (!child) {
		rm_open(&user);
		need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, SIZE), "memory");
		map = rm_map(&user, H_MEMORY, GPU_NODE, 0, SIZE);
		need(map != MAP_FAILED, "map");
		map[0] = 0x44;
		need_ok(export(&user, H_MEMORY, fd), "export");
		kill(getpid(), SIGKILL);
	}
	waitpid(child, &status, 0);
	check(WIFSIGNALED(status), "exporter-killed");
	rm_open(&user);
	check(import(&user, H_OTHER, fd) == NV_OK, "import-of-the-dead");
	map = rm_map(&user, H_OTHER, GPU_NODE, 0, SIZE);
	check(map != MAP_FAILED && map[0] == 0x44, "memory-outlives-its-process");
	close(fd);
	close(user.gpu);
	close(user.ctl);
}

static void test_other_files(void)
{
	int null = open("/dev/null", O_RDWR), gpu = open(GPU_NODE, O_RDWR), ctl = open_ctl();
	const int fds[] = { -1, 1000, null, gpu };
	struct rm_user user;
	u32 i, wrong = 0;

	rm_open(&user);
	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_SYSTEM, SIZE), "memory");
	for (i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		wrong += export(&user, H_MEMORY, fds[i]) != NV_ERR_INVALID_PARAMETER;
		wrong += import(&user, H_OTHER, fds[i]) != NV_ERR_INVALID_PARAMETER;
	}
	check(!wrong, "other-files: %u taken", wrong);
	check(import(&user, H_OTHER, ctl) == NV_ERR_INVALID_PARAMETER, "file-without-export");
	check(export(&user, H_MEMORY, user.ctl) == NV_OK, "export-to-ones-own-file");
	close(user.ctl);	/* and with it goes the client */
	close(user.gpu);
	close(null);
	close(gpu);
	close(ctl);
}

int main(void)
{
	test_attach();
	test_fork();
	test_killed();
	test_other_files();
	return !!failures;
}
