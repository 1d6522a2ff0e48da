// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The model's own thread. A guest stands still while one of its accesses waits for
 * an answer, so whatever takes long runs here.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "chip.h"

#define NSEC_PER_MSEC	1000000ull
#define NSEC_PER_SEC	1000000000ull

struct job {
	struct job *next;
	void (*fn)(struct softgpu *gpu, void *arg);
	void *arg;
};

struct softgpu_worker {
	pthread_t thread;
	pthread_cond_t wake;		/* with the model's lock, by the monotonic clock */
	struct job *first, **last;
	void (*tick)(struct softgpu *gpu);	/* or NULL */
	u64 period, next_tick;		/* ns */
	bool stop;
};

static struct job *take_job(struct softgpu_worker *worker)
{
	struct job *job = worker->first;

	worker->first = job->next;
	if (!worker->first)
		worker->last = &worker->first;
	return job;
}

static void init_wake(struct softgpu_worker *worker)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&worker->wake, &attr);
	pthread_condattr_destroy(&attr);
}

static void wait_for_work(struct softgpu *gpu)
{
	struct softgpu_worker *worker = gpu->worker;
	const struct timespec until = {
		.tv_sec = worker->next_tick / NSEC_PER_SEC,
		.tv_nsec = worker->next_tick % NSEC_PER_SEC,
	};

	if (worker->tick)
		pthread_cond_timedwait(&worker->wake, &gpu->lock, &until);
	else
		pthread_cond_wait(&worker->wake, &gpu->lock);
}

static void tick(struct softgpu *gpu)
{
	struct softgpu_worker *worker = gpu->worker;

	if (!worker->tick || sg_host_ns() < worker->next_tick)
		return;
	worker->next_tick = sg_host_ns() + worker->period;
	worker->tick(gpu);
}

static void *worker_main(void *arg)
{
	struct softgpu *gpu = arg;
	struct softgpu_worker *worker = gpu->worker;
	struct job *job;

	softgpu_lock(gpu);
	while (!worker->stop) {
		tick(gpu);
		if (!worker->first) {
			wait_for_work(gpu);
			continue;
		}
		job = take_job(worker);
		job->fn(gpu, job->arg);
		free(job);
	}
	softgpu_unlock(gpu);
	return NULL;
}

int sg_worker_init(struct softgpu *gpu)
{
	struct softgpu_worker *worker = calloc(1, sizeof(*worker));
	sigset_t all, old;
	int ret;

	if (!worker)
		return -ENOMEM;
	init_wake(worker);
	worker->last = &worker->first;
	gpu->worker = worker;

	/* Signals are the front's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&worker->thread, NULL, worker_main, gpu);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret) {
		pthread_cond_destroy(&worker->wake);
		free(worker);
		gpu->worker = NULL;
	}
	return -ret;
}

void sg_worker_drop(struct softgpu *gpu)
{
	if (gpu->worker)
		gpu->worker->tick = NULL;
	while (gpu->worker && gpu->worker->first)
		free(take_job(gpu->worker));
}

void sg_worker_free(struct softgpu *gpu)
{
	struct softgpu_worker *worker = gpu->worker;

	if (!worker)
		return;
	softgpu_lock(gpu);
	sg_worker_drop(gpu);
	worker->stop = true;
	pthread_cond_signal(&worker->wake);
	softgpu_unlock(gpu);
	pthread_join(worker->thread, NULL);
	/* The last job may have left another. */
	sg_worker_drop(gpu);
	pthread_cond_destroy(&worker->wake);
	gpu->worker = NULL;
	free(worker);
}

void sg_defer(struct softgpu *gpu, void (*fn)(struct softgpu *gpu, void *arg), void *arg)
{
	struct softgpu_worker *worker = gpu->worker;
	struct job *job;

	if (!worker) {
		fn(gpu, arg);
		return;
	}
	job = malloc(sizeof(*job));
	if (!job) {
		sg_log(gpu, "out of memory: a job is lost");
		return;
	}
	*job = (struct job){ .fn = fn, .arg = arg };
	*worker->last = job;
	worker->last = &job->next;
	pthread_cond_signal(&worker->wake);
}

/* Without a thread nothing happens by itself. */
void sg_every(struct softgpu *gpu, unsigned int ms, void (*fn)(struct softgpu *gpu))
{
	struct softgpu_worker *worker = gpu->worker;

	if (!worker)
		return;
	worker->tick = ms ? fn : NULL;
	worker->period = ms * NSEC_PER_MSEC;
	worker->next_tick = sg_host_ns() + worker->period;
	pthread_cond_signal(&worker->wake);
}
