// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The machine goes to sleep, short of the wait, with work under way and memory in use: both
 * are there afterwards. It takes root's rights to ask for that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cuda.h"

#define SIZE	(4u << 20)
#define ROUNDS	3
#define FILLS	16

struct sleeper {
	u8 *buf;
	u64 kept, used;
	void *stream;
};

static bool put(const char *file, const char *word)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (fd >= 0)
		close(fd);
	return good;
}

/* "platform": all devices are suspended and the GPU loses its power. */
static bool machine_sleeps(void)
{
	return put("/sys/power/pm_test", "platform") && put("/sys/power/state", "freeze") &&
	       put("/sys/power/pm_test", "none");
}

static bool open_sleeper(struct sleeper *s)
{
	s->buf = malloc(SIZE);
	return s->buf && !cu.mem_alloc(&s->kept, SIZE) && !cu.mem_alloc(&s->used, SIZE) &&
	       !cu.stream_create(&s->stream, 0);
}

/*
 * Fills one after another, of which the last wins. On the model one takes the better part of a
 * second, so that the machine goes to sleep amid them.
 */
static bool start_work(struct sleeper *s, unsigned int word)
{
	for (unsigned int i = 1; i <= FILLS; i++)
		if (cu.memset_d32_async(s->used, word * i, SIZE / 4, s->stream))
			return false;
	return true;
}

static bool work_is_done(struct sleeper *s, unsigned int word)
{
	if (cu.stream_synchronize(s->stream) || cu.memcpy_dtoh(s->buf, s->used, SIZE))
		return false;
	for (unsigned int i = 0; i < SIZE / 4; i++)
		if (((unsigned int *)s->buf)[i] != word * FILLS)
			return false;
	return true;
}

static bool memory_is_kept(struct sleeper *s)
{
	return !cu.memcpy_dtoh(s->buf, s->kept, SIZE) && is_filled(s->buf, 0, SIZE, 5);
}

void test_sleep(void)
{
	struct sleeper s = { 0 };

	if (!check(open_sleeper(&s), "sleep-open"))
		return;
	fill(s.buf, SIZE, 5);
	check(!cu.memcpy_htod(s.kept, s.buf, SIZE), "sleep-memory");
	for (unsigned int i = 1; i <= ROUNDS; i++) {
		check(start_work(&s, i), "sleep-%u-work", i);
		if (!check(machine_sleeps(), "sleep-%u", i))
			break;
		check(work_is_done(&s, i), "sleep-%u-work-is-done", i);
		check(memory_is_kept(&s), "sleep-%u-memory-is-kept", i);
	}
	check(!cu.stream_destroy(s.stream) && !cu.mem_free(s.kept) && !cu.mem_free(s.used),
	      "sleep-close");
	free(s.buf);
}
