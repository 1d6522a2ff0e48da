// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Programs whose channels lie anywhere, whose objects go while they are in use, who ring for others
 * and push nonsense. One that behaves works beside them all the time, and its bytes stay right.
 * Prints "ok NAME" and "not ok NAME".
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>

#include "channel.h"

#define VICTIM_SIZE	(256u << 10)
#define ROUNDS		12
#define TOKENS		512

static u64 state = 1;

static u32 random32(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state >> 32;
}

#define PICK(array)	((array)[random32() % (sizeof(array) / sizeof((array)[0]))])

/* Somewhere in what is mapped, or where nothing is and can be */
static u64 any_address(const struct program *prog)
{
	const u64 known[] = {
		prog->control_va, prog->sys_va, prog->vid_va, 0, 0x1000, 1ull << 40,
		(1ull << 47) - 8, (1ull << 48) + 0x1000, 1ull << 56, ~0ull << 12, ~7ull,
	};

	return PICK(known) + (random32() % 4 ? 0 : random32() % 0x10000 & ~3u);
}

static u32 any_memory(void)
{
	static const u32 handle[] = {
		0, H_CONTROL, H_SYS, H_VID, H_DOORBELL, H_VASPACE, H_VIRTUAL, H_DEVICE, 0x1234,
	};

	return PICK(handle);
}

/* Make a channel of anything; if there is one, let it work. */
static void any_channel(struct program *prog)
{
	static const u32 offset[] = { 0, 0x200, USERD_OFF, 0x7ffffe00, 0xfffffe00, 3 };
	static const u32 entries[] = { 0, 1, 2, 3, ENTRIES, 1 << 20, 0x80000000, ~0u };
	struct nv_channel_alloc_params params = {
		.gp_fifo_offset = any_address(prog), .gp_fifo_entries = PICK(entries),
		.h_vaspace = random32() % 8 ? (u32)H_VASPACE : any_memory(),
		.h_userd_memory = { random32() % 2 ? (u32)H_CONTROL : any_memory() },
		.userd_offset = { (u64)PICK(offset) << (random32() % 8 ? 0 : 32) },
		.engine_type = random32() % 8 ? COPY2 : random32() % 64,
		.h_object_error = random32() % 4 ? 0 : any_memory(),
	};
	u8 schedule[2] = { 1, 0 };
	u32 token;

	if (make(prog, H_DEVICE, H_CHANNEL, AMPERE_CHANNEL_GPFIFO_A, &params, sizeof(params)))
		return;
	control(prog, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, schedule, sizeof(schedule));
	if (!control(prog, NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &token, sizeof(token))) {
		*word(prog, USERD_OFF + NV_USERD_GP_PUT) = random32() % 4;
		prog->doorbell[DOORBELL_OFF / 4] = token;
		usleep(1000);
	}
	rm_free(prog->user.ctl, prog->user.client, H_CHANNEL);
}

static void channels_anywhere(struct program *prog)
{
	rm_free(prog->user.ctl, prog->user.client, H_CHANNEL);
	for (u32 i = 0; i < 20 * ROUNDS; i++)
		any_channel(prog);
}

/* What the copies that are under way use goes, and is touched once more by the CPU. */
static void freed_in_use(struct program *prog)
{
	static const u32 victim[] = {
		H_CONTROL, H_SYS, H_VID, H_VIRTUAL, H_VASPACE, H_COPY, H_CHANNEL, H_DEVICE,
	};

	for (u32 i = 0; i < 8; i++)
		start_copy(prog, prog->vid_va, prog->sys_va, DATA_SIZE);
	for (u32 i = 0; i < 3; i++) {
		rm_free(prog->user.ctl, prog->user.client, PICK(victim));
		start_copy(prog, prog->sys_va, prog->vid_va, DATA_SIZE);
	}
	prog->vid[random32() % DATA_SIZE] = 1;
	prog->sys[random32() % DATA_SIZE] = 1;
	rm_free(prog->user.ctl, prog->user.client, prog->user.client);
	prog->doorbell[DOORBELL_OFF / 4] = prog->token;
	prog->vid[random32() % DATA_SIZE] = 1;
	prog->control[random32() % CONTROL_SIZE] = 1;
}

static void rings_for_others(struct program *prog)
{
	for (u32 i = 0; i < TOKENS; i++)
		prog->doorbell[DOORBELL_OFF / 4] = i % 2 ? random32() : (i & 0xff) | i >> 8 << 16;
}

/* Headers that a channel takes, with methods and data that make no sense */
static void nonsense(struct program *prog)
{
	static const u32 data[] = { 0, 1, ~0u, 0x80000000, AMPERE_DMA_COPY_B, PITCH_COPY };
	u32 words[PUSH_SIZE / 4], n;

	for (n = 0; n + 6 < PUSH_SIZE / 4;) {
		u32 count = 1 + random32() % 4, op = random32() % 8;

		words[n++] = op << 29 | count << 16 | random32() % 8 << 13 |
			     (random32() % 2 ? random32() % 0x40 : random32() % 0x800);
		while (count--)
			words[n++] = random32() % 2 ? PICK(data) :
				     (u32)(any_address(prog) >> (random32() % 2 ? 32 : 0));
	}
	submit(prog, words, n);
}

static void pushes_nonsense(struct program *prog)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		nonsense(prog);
		usleep(1000);
		rm_free(prog->user.ctl, prog->user.client, H_CHANNEL);
		make_channel(prog);
	}
}

/* Entries of the GPFIFO that lead anywhere */
static void fetches_from_anywhere(struct program *prog)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		u64 at = any_address(prog);

		word(prog, 0)[0] = at;
		word(prog, 0)[1] = at >> 32 | random32() << 8;
		*word(prog, USERD_OFF + NV_USERD_GP_PUT) = random32() % 4 ? 1 : random32();
		prog->doorbell[DOORBELL_OFF / 4] = prog->token;
		usleep(1000);
		rm_free(prog->user.ctl, prog->user.client, H_CHANNEL);
		make_channel(prog);
	}
}

static bool victim_works(struct program *victim)
{
	u32 i, seed = random32();

	for (i = 0; i < VICTIM_SIZE; i++)
		victim->sys[i] = i * 31 + (i >> 8) + seed;
	if (!copy(victim, victim->vid_va, victim->sys_va, VICTIM_SIZE))
		return false;
	return !memcmp(victim->vid, victim->sys, VICTIM_SIZE);
}

/* @badly runs in a process of its own, again and again, while @victim copies. */
static void beside(struct program *victim, const char *name, void (*badly)(struct program *),
		   u32 times)
{
	bool good = true;
	int status;
	pid_t pid;

	while (times--) {
		random32();
		fflush(stdout);
		pid = fork();
		if (!pid) {
			struct program prog;

			open_program(&prog, times % 2);
			badly(&prog);
			_exit(0);
		}
		do {
			good = victim_works(victim) && good;
			need(pid > 0, "fork");
		} while (!waitpid(pid, &status, WNOHANG));
		good = good && WIFEXITED(status) && !WEXITSTATUS(status);
	}
	check(good && victim_works(victim), "%s", name);
}

int main(void)
{
	struct program victim;

	open_program(&victim, false);
	beside(&victim, "channels-anywhere", channels_anywhere, 2);
	beside(&victim, "freed-in-use", freed_in_use, ROUNDS);
	beside(&victim, "rings-for-others", rings_for_others, 2);
	beside(&victim, "pushes-nonsense", pushes_nonsense, 4);
	beside(&victim, "fetches-from-anywhere", fetches_from_anywhere, 4);
	return !!failures;
}
