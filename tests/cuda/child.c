// SPDX-License-Identifier: MIT OR GPL-2.0
/* Other processes: this program, run anew, with a job and an answer on a socket. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

#define LEFT_SIZE	((size_t)64 << 20)
#define FAULT_SIZE	((size_t)2 << 20)	/* has a mapping of its own */
#define FILES_MAX	1024
#define UVM_FREE	34

bool child_start(struct child *child, const struct child_job *job)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return false;
	child->pid = fork();
	if (!child->pid) {
		dup2(pair[1], CHILD_FD);
		execl("/proc/self/exe", "cuda", CHILD_OPTION, NULL);
		_exit(127);
	}
	close(pair[1]);
	child->fd = pair[0];
	return child->pid > 0 && write(child->fd, job, sizeof(*job)) == sizeof(*job);
}

int child_wait(struct child *child)
{
	int answer = -1;

	if (read(child->fd, &answer, sizeof(answer)) != sizeof(answer))
		answer = -1;
	close(child->fd);
	waitpid(child->pid, NULL, 0);
	return answer;
}

/* A message with one byte and the file */
static struct msghdr fd_message(struct iovec *byte, struct cmsghdr *control)
{
	return (struct msghdr) {
		.msg_iov = byte, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = CMSG_SPACE(sizeof(int)),
	};
}

bool fd_send(int sock, int fd)
{
	struct cmsghdr control[CMSG_SPACE(sizeof(fd)) / sizeof(struct cmsghdr) + 1] = { };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = fd_message(&byte, control);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(sock, &message, 0) == 1;
}

int fd_receive(int sock)
{
	struct cmsghdr control[CMSG_SPACE(sizeof(int)) / sizeof(struct cmsghdr) + 1];
	char got;
	struct iovec byte = { .iov_base = &got, .iov_len = 1 };
	struct msghdr message = fd_message(&byte, control);
	struct cmsghdr *header;
	int fd = -1;

	if (recvmsg(sock, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static int use_ipc(const struct child_job *job, u8 *buf)
{
	u64 device;

	if (cu.ipc_open_mem_handle(&device, job->memory, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS))
		return 1;
	if (cu.memcpy_dtoh(buf, device, job->size) || !is_filled(buf, 0, job->size, job->seed))
		return 2;
	fill(buf, job->size, job->seed + 1);
	if (cu.memcpy_htod(device, buf, job->size) || cu.ctx_synchronize())
		return 3;
	return cu.ipc_close_mem_handle(device) ? 4 : 0;
}

static int work(const struct child_job *job, u8 *buf)
{
	for (unsigned int i = 0; i < job->rounds; i++) {
		u64 device;

		fill(buf, job->size, job->seed + i);
		if (cu.mem_alloc(&device, job->size) || cu.memcpy_htod(device, buf, job->size))
			return 1;
		memset(buf, 0, job->size);
		if (cu.memcpy_dtoh(buf, device, job->size) || cu.mem_free(device))
			return 2;
		if (!is_filled(buf, 0, job->size, job->seed + i))
			return 3;
	}
	return 0;
}

/* UVM_FREE, on each file of nvidia-uvm that libcuda has open: one is the VA space. */
static bool unmap_behind(u64 addr, u64 size)
{
	struct { u64 base, length; u32 status, pad; } params = { .base = addr, .length = size };
	char path[64], target[64];

	for (int fd = 0; fd < FILES_MAX; fd++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		target[length < 0 ? 0 : length] = 0;
		params.status = ~0u;
		if (!strcmp(target, "/dev/nvidia-uvm") && !ioctl(fd, UVM_FREE, &params) &&
		    !params.status)
			return true;
	}
	return false;
}

/*
 * The mapping goes away behind libcuda's back: the GPU's MMU has to fault, and what runs
 * in this context is lost. A copy engine gives up, the graphics engine asks nvidia-uvm first and
 * GSP-RM is asked afterwards what it was.
 */
static int fault(const struct child_job *job, u8 *buf)
{
	const bool copy = job->role == CHILD_FAULT_COPY;
	u64 device;
	int result;

	if (cu.mem_alloc(&device, FAULT_SIZE) || cu.memcpy_htod(device, buf, job->size))
		return 1;
	if (!unmap_behind(device, FAULT_SIZE))
		return 2;
	if (copy)
		result = cu.memcpy_dtoh(buf, device, job->size);
	else
		result = cu.memset_d8(device, 1, job->size);
	if (!result)
		result = cu.ctx_synchronize();
	if (result != (copy ? CUDA_ERROR_LAUNCH_FAILED : CUDA_ERROR_ILLEGAL_ADDRESS))
		return result ? result : 3;
	return cu.ctx_synchronize() == result ? 0 : 4;
}

static int leave(void)
{
	u64 device;

	if (cu.mem_alloc(&device, LEFT_SIZE))
		return 1;
	for (unsigned int i = 0; i < 8; i++)
		if (cu.memset_d32_async(device, i, LEFT_SIZE / 4, NULL))
			return 2;
	return 0;
}

static int do_job(const struct child_job *job)
{
	u8 *buf = malloc(job->size ? job->size : 1);

	if (!buf)
		return 10;
	switch (job->role) {
	case CHILD_IPC:
		return use_ipc(job, buf);
	case CHILD_IMPORT:
		return child_import(job, buf);
	case CHILD_EXPORT:
		return child_export(job, buf);
	case CHILD_EVENT:
		return child_event(job, buf);
	case CHILD_WORK:
		return work(job, buf);
	case CHILD_FAULT_COPY:
	case CHILD_FAULT_FILL:
		return fault(job, buf);
	case CHILD_LEAVE:
		return leave();
	}
	return 11;
}

int child_main(int device)
{
	struct child_job job;
	int answer;
	void *ctx;

	if (read(CHILD_FD, &job, sizeof(job)) != sizeof(job))
		return 1;
	answer = cu.ctx_create(&ctx, 0, device) ? 12 : do_job(&job);
	if (write(CHILD_FD, &answer, sizeof(answer)) != sizeof(answer))
		return 1;
	if (job.role == CHILD_LEAVE)
		_exit(0);
	return answer;
}
