// SPDX-License-Identifier: MIT OR GPL-2.0

/* What the model says: log lines, the trace, and the list of what it did not know. */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "softgpu-priv.h"

#define LOG_LINE	512
/* A driver that sweeps all of BAR0 must not make the list grow without end. */
#define UNKNOWN_MAX	4096

struct unknown_entry {
	const char *kind;
	u32 id;
	u64 count;
};

struct softgpu_unknown {
	unsigned int nr;
	u64 not_listed;
	struct timespec start;
	unsigned int said;		/* mask of enum sg_once */
	struct unknown_entry entry[UNKNOWN_MAX];
};

int sg_log_init(struct softgpu *gpu)
{
	gpu->unknown = calloc(1, sizeof(*gpu->unknown));
	if (!gpu->unknown)
		return -ENOMEM;
	clock_gettime(CLOCK_MONOTONIC, &gpu->unknown->start);
	return 0;
}

void sg_log_free(struct softgpu *gpu)
{
	free(gpu->unknown);
	gpu->unknown = NULL;
}

static void trace_line(struct softgpu *gpu, const char *line)
{
	const struct timespec *start = &gpu->unknown->start;
	struct timespec now;
	long long us;

	clock_gettime(CLOCK_MONOTONIC, &now);
	us = (now.tv_sec - start->tv_sec) * 1000000ll + (now.tv_nsec - start->tv_nsec) / 1000;
	fprintf(gpu->config.trace, "%lld.%06lld %s\n", us / 1000000, us % 1000000, line);
}

static void say(struct softgpu *gpu, const char *line)
{
	if (gpu->config.trace)
		trace_line(gpu, line);
	if (gpu->host.log)
		gpu->host.log(gpu->host.ctx, line);
}

void sg_log(struct softgpu *gpu, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	say(gpu, line);
}

void sg_log_once(struct softgpu *gpu, enum sg_once what, const char *line)
{
	if (gpu->unknown->said & 1u << what)
		return;
	gpu->unknown->said |= 1u << what;
	say(gpu, line);
}

void sg_trace(struct softgpu *gpu, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list args;

	if (!gpu->config.trace)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	trace_line(gpu, line);
}

static int compare(const struct unknown_entry *entry, const char *kind, u32 id)
{
	int ret = strcmp(entry->kind, kind);

	return ret ? ret : (entry->id > id) - (entry->id < id);
}

/* Index of the first entry that is not before (@kind, @id). */
static unsigned int lower_bound(const struct softgpu_unknown *list, const char *kind, u32 id)
{
	unsigned int lo = 0, hi = list->nr, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (compare(&list->entry[mid], kind, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void count_unknown(struct softgpu *gpu, const char *kind)
{
	if (!strcmp(kind, "rpc"))
		gpu->stats.unknown_rpcs++;
	else if (!strcmp(kind, "control"))
		gpu->stats.unknown_controls++;
	else
		gpu->stats.unknown_regs++;
}

void sg_unknown(struct softgpu *gpu, const char *kind, u32 id)
{
	struct softgpu_unknown *list = gpu->unknown;
	unsigned int i = lower_bound(list, kind, id);

	count_unknown(gpu, kind);
	sg_trace(gpu, "unknown %s %08x", kind, id);
	if (i < list->nr && !compare(&list->entry[i], kind, id)) {
		list->entry[i].count++;
		return;
	}
	if (list->nr == UNKNOWN_MAX) {
		list->not_listed++;
		return;
	}
	memmove(&list->entry[i + 1], &list->entry[i], (list->nr - i) * sizeof(list->entry[0]));
	list->entry[i] = (struct unknown_entry){ .kind = kind, .id = id, .count = 1 };
	list->nr++;
}

void softgpu_print_unknown(struct softgpu *gpu, FILE *to)
{
	const struct softgpu_unknown *list = gpu->unknown;
	const struct unknown_entry *entry;

	softgpu_lock(gpu);
	for (entry = list->entry; entry < list->entry + list->nr; entry++)
		fprintf(to, "%-9s %08x %llu\n", entry->kind, entry->id,
			(unsigned long long)entry->count);
	if (list->not_listed)
		fprintf(to, "and %llu more accesses to others\n",
			(unsigned long long)list->not_listed);
	softgpu_unlock(gpu);
}
