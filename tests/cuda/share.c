// SPDX-License-Identifier: MIT OR GPL-2.0
/* What processes hand to each other: memory as a file, events. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "child.h"

#define SIZE		((size_t)2 << 20)
#define MESSAGES	3	/* how often an event goes to and fro */

/* Memory at an address of its own */
struct shared {
	u64 handle, addr;
};

static bool shared_map(struct shared *mem)
{
	return !cu.mem_address_reserve(&mem->addr, SIZE, 0, 0, 0) &&
	       vmm_map(mem->addr, SIZE, mem->handle);
}

static bool shared_import(struct shared *mem, int fd)
{
	bool good = fd >= 0 && !cu.mem_import(&mem->handle, (void *)(intptr_t)fd,
					      CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);

	close(fd);
	return good && shared_map(mem);
}

static int shared_export(const struct shared *mem)
{
	int fd = -1;

	if (cu.mem_export(&fd, mem->handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0))
		return -1;
	return fd;
}

static bool shared_free(struct shared *mem)
{
	return !cu.mem_unmap(mem->addr, SIZE) && !cu.mem_release(mem->handle) &&
	       !cu.mem_address_free(mem->addr, SIZE);
}

static bool device_fill(u64 addr, u8 *buf, unsigned int seed)
{
	fill(buf, SIZE, seed);
	return !cu.memcpy_htod(addr, buf, SIZE) && !cu.ctx_synchronize();
}

static bool device_is_filled(u64 addr, u8 *buf, unsigned int seed)
{
	return !cu.memcpy_dtoh(buf, addr, SIZE) && is_filled(buf, 0, SIZE, seed);
}

int child_import(const struct child_job *job, u8 *buf)
{
	struct shared mem;

	if (!shared_import(&mem, fd_receive(CHILD_FD)))
		return 1;
	if (!device_is_filled(mem.addr, buf, job->seed))
		return 2;
	if (!device_fill(mem.addr, buf, job->seed + 1))
		return 3;
	return shared_free(&mem) ? 0 : 4;
}

int child_export(const struct child_job *job, u8 *buf)
{
	struct shared mem;
	int fd;

	if (cu.mem_create(&mem.handle, SIZE, &vmm_prop, 0) || !shared_map(&mem))
		return 1;
	if (!device_fill(mem.addr, buf, job->seed))
		return 2;
	fd = shared_export(&mem);
	return fd >= 0 && fd_send(CHILD_FD, fd) ? 0 : 3;
}

static void test_child_imports(u8 *buf)
{
	const struct child_job job = { .role = CHILD_IMPORT, .size = SIZE, .seed = 51 };
	struct child child;
	struct shared mem;
	int fd, answer = -1;

	if (!check(!cu.mem_create(&mem.handle, SIZE, &vmm_prop, 0) && shared_map(&mem) &&
		   device_fill(mem.addr, buf, job.seed), "share-memory"))
		return;
	fd = shared_export(&mem);
	if (check(fd >= 0, "share-export") && child_start(&child, &job)) {
		check(fd_send(child.fd, fd), "share-send");
		answer = child_wait(&child);
	}
	close(fd);
	check(!answer, "share-child-reads-and-writes: step %d", answer);
	check(device_is_filled(mem.addr, buf, job.seed + 1), "share-parent-reads");
	check(shared_free(&mem), "share-freed");
}

/* The file is all that is left of the process whose memory it was. */
static void test_exporter_dies(u8 *buf)
{
	const struct child_job job = { .role = CHILD_EXPORT, .size = SIZE, .seed = 53 };
	struct child child;
	struct shared mem;
	int fd, answer;

	if (!check(child_start(&child, &job), "share-exporter"))
		return;
	fd = fd_receive(child.fd);
	answer = child_wait(&child);
	if (!check(!answer, "share-exporter-ends: step %d", answer) ||
	    !check(shared_import(&mem, fd), "share-of-the-dead"))
		return;
	check(device_is_filled(mem.addr, buf, job.seed), "share-outlives-exporter");
	check(shared_free(&mem), "share-of-the-dead-freed");
}

/* Any other file is refused. */
static void test_not_shared(void)
{
	int fd[2];
	u64 handle;

	if (!check(!pipe(fd), "share-pipe"))
		return;
	check(cu.mem_import(&handle, (void *)(intptr_t)fd[0],
			    CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR), "share-not-of-a-pipe");
	close(fd[0]);
	close(fd[1]);
}

/* Wait in a stream, so that it is the GPU who does. */
static bool stream_waits(void *event)
{
	return !cu.stream_wait_event(NULL, event, 0);
}

int child_event(const struct child_job *job, u8 *buf)
{
	void *event;
	u64 addr;
	char go;

	if (cu.ipc_open_mem_handle(&addr, job->memory, CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS))
		return 1;
	if (cu.ipc_open_event_handle(&event, job->event))
		return 2;
	for (unsigned int i = 0; i < MESSAGES; i++) {
		if (read(CHILD_FD, &go, 1) != 1)
			return 3;
		if (!stream_waits(event) || !device_is_filled(addr, buf, job->seed + 2 * i))
			return 4;
		fill(buf, SIZE, job->seed + 2 * i + 1);
		if (cu.memcpy_htod(addr, buf, SIZE) || cu.event_record(event, NULL))
			return 5;
		if (write(CHILD_FD, &go, 1) != 1)
			return 6;
	}
	return cu.event_destroy(event) || cu.ipc_close_mem_handle(addr) ? 7 : 0;
}

static bool talk(struct child *child, void *event, u64 addr, u8 *buf, unsigned int seed)
{
	char go = 0;

	fill(buf, SIZE, seed);
	return !cu.memcpy_htod(addr, buf, SIZE) && !cu.event_record(event, NULL) &&
	       write(child->fd, &go, 1) == 1 && read(child->fd, &go, 1) == 1 &&
	       !cu.event_synchronize(event) && device_is_filled(addr, buf, seed + 1);
}

static void test_event(u8 *buf)
{
	struct child_job job = { .role = CHILD_EVENT, .size = SIZE, .seed = 55 };
	struct child child;
	bool good = true;
	void *event;
	int answer;
	u64 addr;

	if (!check(!cu.mem_alloc(&addr, SIZE) && !cu.ipc_get_mem_handle(&job.memory, addr),
		   "event-memory") ||
	    !succeeds(cu.event_create(&event, CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS),
		      "event-interprocess"))
		return;
	if (succeeds(cu.ipc_get_event_handle(&job.event, event), "event-handle") &&
	    check(child_start(&child, &job), "event-child")) {
		for (unsigned int i = 0; good && i < MESSAGES; i++)
			good = talk(&child, event, addr, buf, job.seed + 2 * i);
		check(good, "event-tells-both-ways");
		if (!good)
			shutdown(child.fd, SHUT_WR);
		answer = child_wait(&child);
		check(!answer, "event-child-ends: step %d", answer);
	}
	check(!cu.event_destroy(event) && !cu.mem_free(addr), "event-freed");
}

void test_share(void)
{
	size_t before = 0, after = 0, total;
	u8 *buf = malloc(SIZE);

	if (!buf)
		return;
	cu.mem_get_info(&before, &total);
	test_child_imports(buf);
	test_exporter_dies(buf);
	test_not_shared();
	cu.mem_get_info(&after, &total);
	check(after == before, "share-memory-returns: %zu MiB free, %zu before", after >> 20,
	      before >> 20);
	test_event(buf);
	free(buf);
}
