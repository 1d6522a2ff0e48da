// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A program with a channel of its own: it copies with the copy engine by its own virtual
 * addresses, breaks what it can, and measures. Prints "ok NAME" and "not ok NAME reason".
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "channel.h"

__attribute__((format(printf, 3, 4)))
static bool verdict(bool ok, const char *name, const char *fmt, ...)
{
	va_list args;

	failures += !ok;
	printf("%s %s ", ok ? "ok" : "not ok", name);
	va_start(args, fmt);
	if (!ok)
		vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	return ok;
}

static void renew_channel(struct program *prog)
{
	need_ok(rm_free(prog->user.ctl, prog->user.client, H_CHANNEL), "frees-the-channel");
	make_channel(prog);
}

/* Cases */

static void set(u8 *at, u32 seed, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++)
		at[i] = (i * 31 + (i >> 8) * 7 + seed) ^ seed >> 3;
}

static void copies_every_way(struct program *prog)
{
	static const u32 sizes[] = { 1, 3, 4, 4095, 4096, 65537, 1 << 20 };
	u8 *want = malloc(1 << 20);
	u32 i, wrong = 0;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		set(want, i, sizes[i]);
		memcpy(prog->sys + 5, want, sizes[i]);
		wrong += !copy(prog, prog->vid_va + 3, prog->sys_va + 5, sizes[i]);
		wrong += memcmp(prog->vid + 3, want, sizes[i]) != 0;
		wrong += !copy(prog, prog->vid_va + (2 << 20), prog->vid_va + 3, sizes[i]);
		wrong += !copy(prog, prog->sys_va + (2 << 20) + 1, prog->vid_va + (2 << 20),
			       sizes[i]);
		wrong += memcmp(prog->sys + (2 << 20) + 1, want, sizes[i]) != 0;
	}
	free(want);
	verdict(!wrong, "copies-every-way", "%u went wrong", wrong);
}

static void many_at_once(struct program *prog)
{
	u32 i;

	set(prog->sys, 77, 40 * 4096);
	for (i = 0; i < 40; i++)
		start_copy(prog, prog->vid_va + i * 4096, prog->sys_va + i * 4096, 4096);
	verdict(finish(prog, WAIT_S) && !memcmp(prog->vid, prog->sys, 40 * 4096),
		"forty-copies-at-once", "done %u of %u", *word(prog, SEM_OFF), prog->submitted);
}

static void bad_address_stops_the_channel(struct program *prog)
{
	start_copy(prog, 0x5550000000, prog->sys_va, 64);
	verdict(!finish(prog, 0.5), "bad-address-is-not-written", "it says it was");
	renew_channel(prog);
	verdict(copy(prog, prog->vid_va, prog->sys_va, 64), "next-channel-works", "it does not");
}

/* Physical addresses are for the driver. */
static void physical_is_refused(struct program *prog)
{
	const u32 words[] = {
		INC(NVC56F_SET_OBJECT, 1), AMPERE_DMA_COPY_B,
		INC(NVC7B5_SET_SRC_PHYS_MODE, 2), 0, 0,
		INC(NVC7B5_OFFSET_IN_UPPER, 4), 0, 0, 0, 0x4000000,
		INC(NVC7B5_LINE_LENGTH_IN, 1), 4,
		INC(NVC7B5_LAUNCH_DMA, 1), PITCH_COPY | NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL |
		NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL,
	};

	submit(prog, words, sizeof(words) / sizeof(*words));
	start_copy(prog, prog->vid_va, prog->sys_va, 1);
	verdict(!finish(prog, 0.5), "physical-addresses-are-refused", "the channel goes on");
	renew_channel(prog);
}

static void nonsense_harms_nobody(struct program *prog)
{
	u32 words[PUSH_SIZE / 4], round, i;

	srand(4711);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < PUSH_SIZE / 4; i++)
			words[i] = rand() << 4 ^ rand();
		submit(prog, words, PUSH_SIZE / 4);
		prog->doorbell[DOORBELL_OFF / 4] = rand();
		usleep(1000);
		renew_channel(prog);
	}
	verdict(copy(prog, prog->vid_va, prog->sys_va, 64), "nonsense-harms-nobody",
		"the next channel does not work");
}

/* Processes that are killed with work under way */
static void killed_in_the_middle(void)
{
	struct program prog;
	int i, status;
	pid_t pid;

	for (i = 0; i < 3; i++) {
		fflush(stdout);
		pid = fork();
		if (!pid) {
			open_program(&prog, false);
			for (;;) {
				start_copy(&prog, prog.vid_va, prog.sys_va, DATA_SIZE);
				finish(&prog, 0.001);
			}
		}
		usleep(700000);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		verdict(WIFSIGNALED(status), "killed-in-the-middle", "it ended by itself");
	}
}

#define H_EVENT		(H_COPY + 1)

/* A file that gets an engine's interrupts, as libcuda makes one for each */
static int open_event(struct program *prog, u32 index)
{
	int fd = open(GPU_NODE, O_RDWR | O_CLOEXEC);
	struct nv_ioctl_os_event file = { .h_client = prog->user.client, .fd = fd };
	struct nv0005_alloc_parameters event = {
		.notify_index = NV01_EVENT_NONSTALL_INTR | NV01_EVENT_WITHOUT_EVENT_DATA | index,
		.data = fd,
	};

	need(fd >= 0, "opens-a-file-for-events");
	need(!escape(fd, NV_ESC_ALLOC_OS_EVENT, &file, sizeof(file)), "asks-for-events");
	need_ok(file.status, "gets-events");
	need_ok(make(prog, H_SUBDEVICE, H_EVENT, NV01_EVENT_OS_EVENT, &event, sizeof(event)),
		"makes-an-event");
	return fd;
}

static void close_event(struct program *prog, int fd)
{
	need_ok(rm_free(prog->user.ctl, prog->user.client, H_EVENT), "frees-the-event");
	close(fd);
}

/* Does the file become readable after a copy whose channel asks for an interrupt, or not? */
static bool copy_wakes(struct program *prog, int fd, bool asks, int timeout_ms)
{
	struct pollfd file = { .fd = fd, .events = POLLIN };
	u32 words[PUSH_SIZE / 4], launch = PITCH_COPY;
	int ready;

	if (asks)
		launch |= FIELD_PREP(NVC7B5_LAUNCH_DMA_INTERRUPT_TYPE,
				     NVC7B5_LAUNCH_DMA_INTERRUPT_TYPE_NON_BLOCKING);
	submit(prog, words, copy_words_as(prog, words, prog->vid_va, prog->sys_va, DATA_SIZE,
					  launch));
	ready = poll(&file, 1, timeout_ms);
	return finish(prog, WAIT_S) && ready == 1 && file.revents & POLLIN;
}

static void interrupts_wake(struct program *prog)
{
	double start, slept;
	int fd, i, woken = 0;

	fd = open_event(prog, NV2080_NOTIFIERS_CE0 + 2);
	verdict(!copy_wakes(prog, fd, false, 300), "no-interrupt-wakes-nobody", "it does");
	start = now();
	for (i = 0; i < 50; i++)
		woken += copy_wakes(prog, fd, true, WAIT_S * 1000);
	slept = now() - start;
	verdict(woken == 50, "interrupts-wake", "%d of 50", woken);
	printf("# 4 MiB and the interrupt: %.0f us\n", slept / 50 * 1e6);
	close_event(prog, fd);

	fd = open_event(prog, NV2080_NOTIFIERS_CE0 + 3);
	verdict(!copy_wakes(prog, fd, true, 300), "another-engine-wakes-nobody", "it does");
	close_event(prog, fd);
}

static void measure(struct program *prog)
{
	double start, latency, rate;
	int i;

	start = now();
	for (i = 0; i < 200; i++)
		copy(prog, prog->vid_va, prog->sys_va, 4);
	latency = (now() - start) / 200;
	start = now();
	for (i = 0; i < 32; i++)
		start_copy(prog, prog->vid_va, prog->sys_va, DATA_SIZE);
	finish(prog, 30);
	rate = 32.0 * DATA_SIZE / (now() - start);
	start = now();
	memcpy(prog->sys, prog->sys + DATA_SIZE / 2, DATA_SIZE / 2);
	printf("# 4 bytes: %.0f us from doorbell to semaphore; 4 MiB: %.0f MB/s (memcpy %.0f)\n",
	       latency * 1e6, rate / 1e6, DATA_SIZE / 2 / (now() - start) / 1e6);
}

int main(void)
{
	struct program prog;

	open_program(&prog, false);
	verdict(true, "makes-a-channel", " ");
	copies_every_way(&prog);
	many_at_once(&prog);
	bad_address_stops_the_channel(&prog);
	physical_is_refused(&prog);
	interrupts_wake(&prog);
	nonsense_harms_nobody(&prog);
	killed_in_the_middle();
	verdict(copy(&prog, prog.vid_va, prog.sys_va, DATA_SIZE), "others-are-not-touched",
		"the channel does not work any more");
	measure(&prog);
	return !!failures;
}
