// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The model's own thread. A guest stands still while one of its accesses waits for
 * an answer, so whatever takes long runs here.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "softgpu-priv.h"

struct job {
	struct job *next;
	void (*fn)(struct softgpu *gpu, void *arg);
	void *arg;
};

struct softgpu_worker {
	pthread_t thread;
	pthread_cond_t wake;		/* with the model's lock */
	struct job *first, **last;
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

static void *worker_main(void *arg)
{
	struct softgpu *gpu = arg;
	struct softgpu_worker *worker = gpu->worker;
	struct job *job;

	softgpu_lock(gpu);
	while (!worker->stop) {
		if (!worker->first) {
			pthread_cond_wait(&worker->wake, &gpu->lock);
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
	pthread_cond_init(&worker->wake, NULL);
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
