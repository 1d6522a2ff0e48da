// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A program that keeps two channels busy: one has its ring, USERD and semaphores in system memory,
 * one in video memory. In rounds of some dozen copies data goes through video
 * memory and back; each copy is counted by the GPU itself, so that one that is lost or done
 * twice shows. For each line on its standard input it ends the rounds that are under way and
 * prints "well: N rounds", or what is wrong. It ends with its input.
 */
#include <pthread.h>

#include "channel.h"

#define COUNT_OFF	0xd00
#define COPIES		40		/* in a round; even, so that the data ends where it began */
#define HALF		(DATA_SIZE / 2)
#define PATIENCE_S	60
#define POLL_US		500
#define USERS		2

struct user {
	struct program prog;
	pthread_mutex_t round;		/* is under way */
	u32 rounds;
	const char *failed;
};

static struct user users[USERS];

/* Host adds one to a counter, then the engine copies. */
static void start_counted(struct program *prog, u64 dst, u64 src)
{
	u64 at = prog->control_va + COUNT_OFF;
	u32 words[PUSH_SIZE / 4] = {
		INC(NVC56F_SEM_ADDR_LO, 5), at, at >> 32, 1, 0,
		NVC56F_SEM_EXECUTE_OPERATION_REDUCTION |
		NVC56F_SEM_EXECUTE_REDUCTION_FORMAT_UNSIGNED |
		FIELD_PREP(NVC56F_SEM_EXECUTE_REDUCTION, NVC56F_SEM_EXECUTE_REDUCTION_IADD),
	};

	submit(prog, words, 6 + copy_words(prog, words + 6, dst, src, HALF));
}

static void start_round(struct program *prog)
{
	u32 i;

	start_counted(prog, prog->vid_va, prog->sys_va);
	for (i = 0; i < COPIES; i += 2) {
		start_counted(prog, prog->vid_va + HALF, prog->vid_va);
		start_counted(prog, prog->vid_va, prog->vid_va + HALF);
	}
	start_counted(prog, prog->sys_va + HALF, prog->vid_va);
}

static bool finish_round(struct program *prog)
{
	double end = now() + PATIENCE_S;

	while (*word(prog, SEM_OFF) != prog->submitted) {
		if (now() > end)
			return false;
		usleep(POLL_US);
	}
	__sync_synchronize();
	return true;
}

static void fill(u32 *to, u32 seed)
{
	u32 i;

	for (i = 0; i < HALF / sizeof(*to); i++)
		to[i] = (i + seed) * 2654435761u;
}

static const char *one_round(struct user *user)
{
	struct program *prog = &user->prog;

	fill((u32 *)prog->sys, ++user->rounds);
	memset(prog->sys + HALF, 0, HALF);
	start_round(prog);
	if (!finish_round(prog))
		return "the channel stands still";
	if (memcmp(prog->sys, prog->sys + HALF, HALF))
		return "data are not what they were";
	if (*word(prog, COUNT_OFF) != prog->submitted)
		return "a copy was lost or done twice";
	return NULL;
}

static void *work(void *arg)
{
	struct user *user = arg;

	for (;;) {
		pthread_mutex_lock(&user->round);
		if (!user->failed)
			user->failed = one_round(user);
		pthread_mutex_unlock(&user->round);
		usleep(POLL_US);	/* who waits for the lock gets it */
	}
	return NULL;
}

static void report(void)
{
	const char *failed = NULL;
	u32 i, rounds = 0;

	for (i = 0; i < USERS; i++) {
		pthread_mutex_lock(&users[i].round);
		rounds += users[i].rounds;
		failed = failed ?: users[i].failed;
		pthread_mutex_unlock(&users[i].round);
	}
	if (failed)
		printf("not well: %s after %u rounds\n", failed, rounds);
	else
		printf("well: %u rounds\n", rounds);
	fflush(stdout);
}

int main(void)
{
	pthread_t thread;
	char line[64];
	u32 i;

	for (i = 0; i < USERS; i++) {
		open_program(&users[i].prog, i);
		pthread_mutex_init(&users[i].round, NULL);
		need(!pthread_create(&thread, NULL, work, &users[i]), "thread");
	}
	while (fgets(line, sizeof(line), stdin))
		report();
	return 0;
}
