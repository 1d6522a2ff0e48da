// SPDX-License-Identifier: MIT OR GPL-2.0
/* Streams, events, pinned and registered host memory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cuda.h"

#define SIZE		(512 << 10)
#define STREAMS		8

struct lane {
	void *stream;
	void *done;
	u8 *host;
	u64 device;
};

static bool open_lane(struct lane *lane)
{
	return cu.stream_create(&lane->stream, 0) == CUDA_SUCCESS &&
	       cu.event_create(&lane->done, 0) == CUDA_SUCCESS &&
	       cu.mem_host_alloc((void **)&lane->host, SIZE, 0) == CUDA_SUCCESS &&
	       cu.mem_alloc(&lane->device, SIZE) == CUDA_SUCCESS;
}

static bool close_lane(struct lane *lane)
{
	return cu.stream_destroy(lane->stream) == CUDA_SUCCESS &&
	       cu.event_destroy(lane->done) == CUDA_SUCCESS &&
	       cu.mem_free_host(lane->host) == CUDA_SUCCESS &&
	       cu.mem_free(lane->device) == CUDA_SUCCESS;
}

/* Each sends what it got from the one before it, which an event makes it wait for. */
static bool pass_round(struct lane *lane)
{
	fill(lane[0].host, SIZE, 77);
	for (unsigned int i = 0; i < STREAMS; i++) {
		u8 *next = lane[(i + 1) % STREAMS].host;

		if ((i && cu.stream_wait_event(lane[i].stream, lane[i - 1].done, 0)) ||
		    cu.memcpy_htod_async(lane[i].device, lane[i].host, SIZE, lane[i].stream) ||
		    cu.memcpy_dtoh_async(next, lane[i].device, SIZE, lane[i].stream) ||
		    cu.event_record(lane[i].done, lane[i].stream))
			return false;
	}
	return cu.stream_synchronize(lane[STREAMS - 1].stream) == CUDA_SUCCESS &&
	       cu.event_query(lane[STREAMS - 1].done) == CUDA_SUCCESS;
}

static void test_streams(void)
{
	struct lane lane[STREAMS] = { 0 };
	bool good = true;

	for (unsigned int i = 0; good && i < STREAMS; i++)
		good = open_lane(&lane[i]);
	if (!check(good, "streams-open"))
		return;
	good = pass_round(lane);
	for (unsigned int i = 0; good && i < STREAMS; i++)
		good = is_filled(lane[i].host, 0, SIZE, 77);
	check(good, "streams-in-turn");
	for (unsigned int i = 0; i < STREAMS; i++)
		good = close_lane(&lane[i]) && good;
	check(good, "streams-close");
}

/* What the GPU's clock says of a fill is more than nothing, and less than the CPU's says. */
static void test_time(void)
{
	double took = seconds();
	float ms = -1;
	void *start, *end;
	u64 device;
	bool good;

	if (!check(!cu.event_create(&start, 0) && !cu.event_create(&end, 0) &&
		   !cu.mem_alloc(&device, SIZE), "time-open"))
		return;
	good = !cu.event_record(start, NULL) && !cu.memset_d8(device, 1, SIZE) &&
	       !cu.event_record(end, NULL) && !cu.event_synchronize(end) &&
	       !cu.event_elapsed_time(&ms, start, end);
	took = (seconds() - took) * 1000;
	check(good && ms > 0 && ms < took, "time: %.3f of %.3f ms", (double)ms, took);
	check(!cu.event_destroy(start) && !cu.event_destroy(end) && !cu.mem_free(device),
	      "time-close");
}

static void test_registered(void)
{
	u8 *host = aligned_alloc(4096, SIZE);
	u64 device = 0;

	if (!host)
		return;
	fill(host, SIZE, 9);
	succeeds(cu.mem_host_register(host, SIZE, 0), "register");
	check(!cu.mem_alloc(&device, SIZE) && !cu.memcpy_htod(device, host, SIZE) &&
	      memset(host, 0, SIZE) && !cu.memcpy_dtoh(host, device, SIZE) &&
	      is_filled(host, 0, SIZE, 9), "registered-copy");
	cu.mem_free(device);
	succeeds(cu.mem_host_unregister(host), "unregister");
	free(host);
}

/* Memory that the kernel was told to leave alone (memmap=SIZE$ADDRESS): I/O memory to it */
static u8 *map_io_memory(size_t size)
{
	char line[4096] = "", *at = NULL;
	FILE *file = fopen("/proc/cmdline", "r");
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	u8 *io = MAP_FAILED;

	if (file && fgets(line, sizeof(line), file))
		at = strstr(line, "memmap=");
	at = at ? strchr(at, '$') : NULL;
	if (at && fd >= 0)
		io = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  strtoul(at + 1, NULL, 0));
	if (file)
		fclose(file);
	if (fd >= 0)
		close(fd);
	return io == MAP_FAILED ? NULL : io;
}

/* The GPU reads and writes it where it is. The debug kernel has no way to map it. */
static void test_io_memory(void)
{
	u64 device = 0, there = 0;
	u8 *io;

	if (access("/dev/mem", F_OK)) {
		printf("# no /dev/mem\n");
		return;
	}
	io = map_io_memory(SIZE);
	if (!check(io, "io-memory"))
		return;
	fill(io, SIZE, 15);
	succeeds(cu.mem_host_register(io, SIZE, CU_MEMHOSTREGISTER_DEVICEMAP |
				      CU_MEMHOSTREGISTER_IOMEMORY), "io-register");
	check(!cu.mem_alloc(&device, SIZE) &&
	      !cu.memcpy_htod_async(device, io, SIZE, NULL) && !cu.ctx_synchronize() &&
	      memset(io, 0, SIZE) && !cu.memcpy_dtoh_async(io, device, SIZE, NULL) &&
	      !cu.ctx_synchronize() && is_filled(io, 0, SIZE, 15), "io-copy");
	check(!cu.mem_host_device_pointer(&there, io, 0) && !cu.memset_d8(there, 7, SIZE / 2) &&
	      !cu.ctx_synchronize() && io[0] == 7 && io[SIZE / 2 - 1] == 7 &&
	      is_filled(io + SIZE / 2, SIZE / 2, SIZE / 2, 15), "io-fill");
	cu.mem_free(device);
	succeeds(cu.mem_host_unregister(io), "io-unregister");
	munmap(io, SIZE);
}

#define WORK_SIZE	((size_t)16 << 20)
#define WORK_COUNT	8

/* A second context goes while its GPU has work to do; the first one's memory is untouched. */
static void test_destroyed(void)
{
	u8 *host = malloc(SIZE);
	u64 kept = 0, device;
	bool good = true;
	void *ctx;
	int gpu;

	if (!host)
		return;
	fill(host, SIZE, 23);
	check(!cu.mem_alloc(&kept, SIZE) && !cu.memcpy_htod(kept, host, SIZE), "destroyed-open");
	if (check(!cu.ctx_get_device(&gpu) && !cu.ctx_create(&ctx, 0, gpu), "destroyed-context")) {
		good = !cu.mem_alloc(&device, WORK_SIZE);
		for (unsigned int i = 0; good && i < WORK_COUNT; i++)
			good = !cu.memset_d32_async(device, i, WORK_SIZE / 4, NULL);
		check(good, "destroyed-work");
		succeeds(cu.ctx_destroy(ctx), "destroyed-with-work");
	}
	memset(host, 0, SIZE);
	check(!cu.memcpy_dtoh(host, kept, SIZE) && is_filled(host, 0, SIZE, 23) &&
	      !cu.mem_free(kept), "destroyed-leaves-others-alone");
	free(host);
}

#define BLOCKING_SIZE	((size_t)32 << 20)

/* One copy each way; who waits for it is asleep, not spinning. */
static bool wait_asleep(u8 *host, u64 device, void *done)
{
	fill(host, BLOCKING_SIZE, 41);
	if (cu.memcpy_htod_async(device, host, BLOCKING_SIZE, NULL) || cu.ctx_synchronize())
		return false;
	memset(host, 0, BLOCKING_SIZE);
	return !cu.memcpy_dtoh_async(host, device, BLOCKING_SIZE, NULL) &&
	       !cu.event_record(done, NULL) && !cu.event_synchronize(done) &&
	       is_filled(host, 0, BLOCKING_SIZE, 41);
}

/* A context and an event for which libcuda polls a file until the GPU's interrupt comes. */
static void test_blocking(void)
{
	void *ctx, *done = NULL;
	double began;
	u8 *host = NULL;
	u64 device = 0;
	bool good;
	int gpu;

	if (!check(!cu.ctx_get_device(&gpu) &&
		   !cu.ctx_create(&ctx, CU_CTX_SCHED_BLOCKING_SYNC, gpu), "blocking-context"))
		return;
	if (check(!cu.event_create(&done, CU_EVENT_BLOCKING_SYNC) &&
		  !cu.mem_alloc(&device, BLOCKING_SIZE) &&
		  !cu.mem_host_alloc((void **)&host, BLOCKING_SIZE, 0), "blocking-open")) {
		began = seconds();
		good = wait_asleep(host, device, done);
		check(good, "blocking-wakes: %.0f ms", (seconds() - began) * 1000);
	}
	succeeds(cu.ctx_destroy(ctx), "blocking-close");
}

void test_async(void)
{
	test_streams();
	test_time();
	test_registered();
	test_io_memory();
	test_destroyed();
	test_blocking();
	succeeds(cu.ctx_synchronize(), "synchronize");
}
