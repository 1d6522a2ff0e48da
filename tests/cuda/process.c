// SPDX-License-Identifier: MIT OR GPL-2.0
/* Several processes on one GPU: what they share, and what the end of one does to the others. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"

#define SIZE		((size_t)1 << 20)
#define CHILDREN	4
#define PATIENCE	10	/* seconds until the memory of a dead process is back */

static bool memory_is(size_t want)
{
	size_t is = 0, total;

	for (unsigned int i = 0; i < PATIENCE; i++) {
		cu.mem_get_info(&is, &total);
		if (is == want)
			return true;
		sleep(1);
	}
	return false;
}

static void test_ipc(void)
{
	struct child_job job = { .role = CHILD_IPC, .size = SIZE, .seed = 41 };
	u8 *buf = malloc(SIZE);
	struct child child;
	u64 device;
	int answer;

	if (!buf || !check(!cu.mem_alloc(&device, SIZE), "ipc-alloc"))
		return;
	fill(buf, SIZE, job.seed);
	check(!cu.memcpy_htod(device, buf, SIZE) && !cu.ctx_synchronize(), "ipc-fill");
	if (succeeds(cu.ipc_get_mem_handle(&job.memory, device), "ipc-handle") &&
	    check(child_start(&child, &job), "ipc-child")) {
		answer = child_wait(&child);
		check(!answer, "ipc-child-reads-and-writes: step %d", answer);
		check(!cu.memcpy_dtoh(buf, device, SIZE) && is_filled(buf, 0, SIZE, job.seed + 1),
		      "ipc-parent-reads");
	}
	succeeds(cu.mem_free(device), "ipc-free");
	free(buf);
}

/* One of them is killed while it works; the others' bytes stay right. */
static void test_killed(void)
{
	struct child_job job = { .role = CHILD_WORK, .size = SIZE, .rounds = 8 };
	struct child child[CHILDREN];
	bool started = true, good = true;

	for (unsigned int i = 0; i < CHILDREN; i++) {
		job.seed = 100 * i;
		job.rounds = i ? 8 : 100000;
		started = child_start(&child[i], &job) && started;
	}
	check(started, "processes-start");
	for (unsigned int i = 1; i < CHILDREN; i++)
		good = !child_wait(&child[i]) && good;
	check(good, "processes-work");
	kill(child[0].pid, SIGKILL);
	check(child_wait(&child[0]) < 0, "process-killed");
}

static void run_child(enum child_role role, const char *name)
{
	const struct child_job job = { .role = role, .size = SIZE };
	struct child child;
	int answer = -1;

	if (child_start(&child, &job))
		answer = child_wait(&child);
	check(!answer, "%s: step %d", name, answer);
}

static bool still_works(void)
{
	u8 *buf = malloc(SIZE);
	u64 device;
	bool good;

	if (!buf || cu.mem_alloc(&device, SIZE))
		return false;
	fill(buf, SIZE, 5);
	good = !cu.memcpy_htod(device, buf, SIZE) && !cu.memset_d8(device, 0, 1) &&
	       !cu.memcpy_dtoh(buf, device, SIZE) && !buf[0] &&
	       is_filled(buf + 1, 1, SIZE - 1, 5);
	cu.mem_free(device);
	free(buf);
	return good;
}

void test_process(void)
{
	size_t before = 0, total;

	cu.mem_get_info(&before, &total);
	test_ipc();
	run_child(CHILD_LEAVE, "process-leaves-work");
	check(memory_is(before) && still_works(), "memory-of-left-process-returns");
	test_killed();
	check(memory_is(before) && still_works(), "memory-of-killed-process-returns");
	run_child(CHILD_FAULT_COPY, "fault-of-copy-is-reported");
	run_child(CHILD_FAULT_FILL, "fault-of-fill-is-reported");
	check(memory_is(before) && still_works(), "faults-leave-others-alone");
}
