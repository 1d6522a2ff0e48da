// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Times what libcuda does, in one process or in several at once. Prints "NAME: VALUE" lines:
 * the median of rounds, and of processes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cuda.h"

#define PROCESSES_MAX	16
#define ROUNDS_MAX	64
#define COPY_SIZE	((size_t)8 << 20)
#define WITHIN_SIZE	((size_t)1 << 20)	/* a program does it, interpreted */
#define SMI		"nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits"

enum figure {
	F_INIT, F_CREATE, F_DESTROY, F_SMALL, F_HUGE, F_LARGE, F_LATENCY, F_HTOD, F_DTOH, F_DTOD,
	F_MEMCPY, FIGURES,
};

enum unit { MS, US, MB_S };

static const struct {
	const char *name;
	enum unit unit;
} figures[FIGURES] = {
	[F_INIT] = { "cuInit", MS },
	[F_CREATE] = { "cuCtxCreate", MS },
	[F_DESTROY] = { "cuCtxDestroy", MS },
	[F_SMALL] = { "cuMemAlloc and cuMemFree of 4 KiB", US },
	[F_HUGE] = { "cuMemAlloc and cuMemFree of 2 MiB", US },
	[F_LARGE] = { "cuMemAlloc and cuMemFree of 256 MiB", US },
	[F_LATENCY] = { "copy of 4 bytes, launch to semaphore", US },
	[F_HTOD] = { "copies to the GPU", MB_S },
	[F_DTOH] = { "copies from the GPU", MB_S },
	[F_DTOD] = { "copies within video memory", MB_S },
	[F_MEMCPY] = { "memcpy", MB_S },
};

/* Of one process */
struct result {
	double seconds[FIGURES];
	unsigned long ioctls[FIGURES];
};

/* What all processes see */
struct shared {
	pthread_barrier_t all;		/* of those that measure */
	pthread_barrier_t held;		/* and who started them */
	struct result result[PROCESSES_MAX];
};

static struct shared *shared;
static pid_t pid[PROCESSES_MAX];
static double sample[FIGURES][ROUNDS_MAX];
static unsigned int samples[FIGURES];
static struct result *mine;

static void need(bool good, const char *what)
{
	if (good)
		return;
	printf("%s failed\n", what);
	fflush(stdout);
	_exit(1);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double median(double *value, unsigned int count)
{
	qsort(value, count, sizeof(*value), compare);
	return count ? value[count / 2] : 0;
}

static double began;
static unsigned long ioctls_before;

static void begin(void)
{
	ioctls_before = ioctls;
	began = seconds();
}

/* What was done since begin() is a sample of @figure. */
static void end(enum figure figure, bool good)
{
	sample[figure][samples[figure]++] = seconds() - began;
	mine->ioctls[figure] = ioctls - ioctls_before;
	need(good, figures[figure].name);
}

static void measure_contexts(int device)
{
	void *ctx;

	for (unsigned int i = 0; i < 3; i++) {
		begin();
		end(F_CREATE, !cu.ctx_create(&ctx, 0, device));
		begin();
		end(F_DESTROY, !cu.ctx_destroy(ctx));
	}
}

static void measure_alloc(enum figure figure, size_t size, unsigned int rounds)
{
	u64 addr;

	int result;

	while (rounds--) {
		begin();
		result = cu.mem_alloc(&addr, size);
		/* Many processes may want more than there is. */
		if (result == CUDA_ERROR_OUT_OF_MEMORY)
			return;
		end(figure, !result && !cu.mem_free(addr));
	}
}

static void measure_latency(u64 dev, void *host)
{
	for (unsigned int i = 0; i < 50; i++) {
		begin();
		end(F_LATENCY,
		    !cu.memcpy_dtoh_async(host, dev, 4, NULL) && !cu.stream_synchronize(NULL));
	}
}

static void measure_copies(u64 dev, void *host, void *other)
{
	for (unsigned int i = 0; i < 5; i++) {
		begin();
		end(F_HTOD, !cu.memcpy_htod(dev, host, COPY_SIZE));
		begin();
		end(F_DTOH, !cu.memcpy_dtoh(host, dev, COPY_SIZE));
		begin();
		end(F_DTOD,
		    !cu.memcpy_dtod(dev + WITHIN_SIZE, dev, WITHIN_SIZE) && !cu.ctx_synchronize());
		begin();
		end(F_MEMCPY, memcpy(host, other, COPY_SIZE));
	}
}

static void measure_memory(void)
{
	void *host, *other;
	u64 dev;

	need(!cu.mem_host_alloc(&host, COPY_SIZE, 0) && !cu.mem_host_alloc(&other, COPY_SIZE, 0) &&
	     !cu.mem_alloc(&dev, COPY_SIZE), "memory for copies");
	memset(host, 1, COPY_SIZE);
	memset(other, 1, COPY_SIZE);
	pthread_barrier_wait(&shared->all);
	measure_latency(dev, host);
	measure_copies(dev, host, other);
	need(!cu.mem_free(dev) && !cu.mem_free_host(host) && !cu.mem_free_host(other), "free");
}

static void measure(void)
{
	int device;
	void *ctx;

	pthread_barrier_wait(&shared->all);
	begin();
	end(F_INIT, !cu.init(0));
	need(!cu.device_get(&device, 0), "device");
	pthread_barrier_wait(&shared->all);
	measure_contexts(device);
	need(!cu.ctx_create(&ctx, 0, device), "context");
	pthread_barrier_wait(&shared->held);	/* all have one now */
	pthread_barrier_wait(&shared->held);	/* their memory has been looked at */
	measure_alloc(F_SMALL, 4 << 10, 50);
	pthread_barrier_wait(&shared->all);
	measure_alloc(F_HUGE, 2 << 20, 30);
	pthread_barrier_wait(&shared->all);
	measure_alloc(F_LARGE, 256 << 20, 5);
	pthread_barrier_wait(&shared->all);
	measure_memory();
	need(!cu.ctx_destroy(ctx), "context's end");
	for (unsigned int i = 0; i < FIGURES; i++)
		mine->seconds[i] = median(sample[i], samples[i]);
}

/* KiB that the kernel has allocated and can't give back */
static unsigned long kernel_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "SUnreclaim: %lu", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* MiB of video memory in use */
static unsigned int video_memory(void)
{
	FILE *smi = popen(SMI, "r");
	unsigned int mib = 0;

	need(smi && fscanf(smi, "%u", &mib) == 1, SMI);
	pclose(smi);
	return mib;
}

static void print(const char *name, unsigned int processes, double value, const char *unit)
{
	if (processes == 1)
		printf("%s: %.0f %s\n", name, value, unit);
	else
		printf("%s, %u processes: %.0f %s\n", name, processes, value, unit);
}

static void print_figure(enum figure figure, unsigned int processes)
{
	double each[PROCESSES_MAX], value;

	for (unsigned int i = 0; i < processes; i++)
		each[i] = shared->result[i].seconds[figure];
	value = median(each, processes);
	if (!value) {
		printf("%s, %u processes: no memory\n", figures[figure].name, processes);
		return;
	}
	switch (figures[figure].unit) {
	case MS:
		print(figures[figure].name, processes, value * 1e3, "ms");
		break;
	case US:
		print(figures[figure].name, processes, value * 1e6, "us");
		break;
	case MB_S:
		print(figures[figure].name, processes,
		      (figure == F_DTOD ? WITHIN_SIZE : COPY_SIZE) / value / 1e6, "MB/s each");
		break;
	}
}

static void print_ioctls(void)
{
	for (unsigned int i = 0; i <= F_LATENCY; i++)
		printf("ioctls of %s: %lu\n", figures[i].name, shared->result[0].ioctls[i]);
}

static void make_shared(unsigned int processes)
{
	pthread_barrierattr_t attr;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	need(shared != MAP_FAILED, "mmap");
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->all, &attr, processes);
	pthread_barrier_init(&shared->held, &attr, processes + 1);
}

static bool is_mine(pid_t child, unsigned int processes)
{
	for (unsigned int i = 0; i < processes; i++)
		if (pid[i] == child)
			return true;
	return false;
}

/* A process that fails would keep the others waiting. What popen() started ends here, too. */
static void *reap(void *count)
{
	unsigned int processes = *(unsigned int *)count, left = processes;
	pid_t child;
	int status;

	while (left) {
		child = wait(&status);
		if (child < 0 || (is_mine(child, processes) && status)) {
			printf("a process ended by signal %d with status %d\n",
			       WTERMSIG(status), WEXITSTATUS(status));
			fflush(stdout);
			kill(0, SIGKILL);
		}
		left -= is_mine(child, processes);
	}
	return NULL;
}

int figures_main(unsigned int processes, bool (*load)(void))
{
	unsigned int video, i;
	unsigned long kernel;
	pthread_t reaper;

	need(processes && processes <= PROCESSES_MAX, "number of processes");
	setpgid(0, 0);
	make_shared(processes);
	kernel = kernel_memory();
	video = video_memory();
	for (i = 0; i < processes; i++) {
		pid[i] = fork();
		need(pid[i] >= 0, "fork");
		if (pid[i])
			continue;
		mine = &shared->result[i];
		need(load(), "libcuda");
		measure();
		_exit(0);
	}
	need(!pthread_create(&reaper, NULL, reap, &processes), "thread");
	pthread_barrier_wait(&shared->held);
	kernel = kernel_memory() - kernel;
	video = video_memory() - video;
	pthread_barrier_wait(&shared->held);
	pthread_join(reaper, NULL);
	for (i = 0; i < FIGURES; i++)
		print_figure(i, processes);
	print("video memory of a context", processes, (double)video / processes, "MiB");
	print("kernel memory of a context", processes, (double)kernel / processes, "KiB");
	if (processes == 1)
		print_ioctls();
	return 0;
}
