/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef TESTS_CUDA_CHILD_H
#define TESTS_CUDA_CHILD_H

#include <sys/types.h>

#include "cuda.h"

/* What a second process does, in a context of its own. It answers with how far it came. */
enum child_role {
	CHILD_IPC,		/* memory of the parent: read, write, free */
	CHILD_IMPORT,		/* likewise, of a file that the parent sends */
	CHILD_EXPORT,		/* sends a file with memory of its own, and ends */
	CHILD_EVENT,		/* waits for the parent's event, then records it */
	CHILD_WORK,		/* @rounds of copies */
	CHILD_FAULT_COPY,	/* its GPU reads what is no longer mapped */
	CHILD_FAULT_FILL,	/* its GPU writes there */
	CHILD_LEAVE,		/* ends with work in flight and nothing freed */
};

struct child_job {
	enum child_role role;
	struct cu_ipc_handle memory, event;
	size_t size;
	unsigned int seed, rounds;
};

struct child {
	pid_t pid;
	int fd;
};

#define CHILD_OPTION	"--child"
#define CHILD_FD	3

/** child_start() - run this program anew and give it its job */
bool child_start(struct child *child, const struct child_job *job);
/** child_wait() - until it ends; what it answered, or -1 if it did not */
int child_wait(struct child *child);
/** fd_send() - an open file to the process at the other end of @sock */
bool fd_send(int sock, int fd);
/** fd_receive() - one from there, or -1 */
int fd_receive(int sock);
/* What the children of share.c do. Return: 0 or the number of the step that failed */
int child_import(const struct child_job *job, u8 *buf);
int child_export(const struct child_job *job, u8 *buf);
int child_event(const struct child_job *job, u8 *buf);
/** child_main() - the other side; its answer is 0 or the number of the step that failed */
int child_main(int device);

#endif
