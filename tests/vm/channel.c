// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A program with a channel of its own: it copies with the copy engine by its own virtual
 * addresses, breaks what it can, and measures. Prints "ok NAME" and "not ok NAME reason".
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "rm-user.h"

#include "abi/channel.h"
#include "abi/ctrl/ctrl.h"
#include "regs/nv-ce.h"
#include "regs/nv-host.h"

enum {
	H_VASPACE = H_SUBDEVICE + 1, H_VIRTUAL, H_CONTROL, H_SYS, H_VID, H_DOORBELL,
	H_GROUP, H_CHANNEL, H_COPY,
};

/* H_CONTROL, which the channel is made of */
#define CONTROL_SIZE	0x4000
#define USERD_OFF	0x800
#define SEM_OFF		0xc00
#define PUSH_OFF	0x1000
#define PUSH_SIZE	0x80
#define ENTRIES		64

#define DATA_SIZE	(4u << 20)
#define COPY2		0x0b
#define DOORBELL_SIZE	0x10000
#define DOORBELL_OFF	0x90
#define WAIT_S		5

#define PITCH_COPY	(FIELD_PREP(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE,		\
				    NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE_NON_PIPELINED) | \
			 FIELD_PREP(NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE,			\
				    NVC7B5_LAUNCH_DMA_SEMAPHORE_TYPE_RELEASE_ONE_WORD) | \
			 NVC7B5_LAUNCH_DMA_FLUSH_ENABLE |				\
			 NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH |			\
			 NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH)

struct program {
	struct rm_user user;
	volatile u8 *control;
	u8 *sys, *vid;
	volatile u32 *doorbell;
	u64 control_va, sys_va, vid_va;
	u32 token;
	u32 submitted;
};

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

/* Objects */

static u32 make(struct program *prog, u32 parent, u32 handle, u32 class, const void *params,
		u32 size)
{
	return rm_make(&prog->user, parent, handle, class, params, size);
}

static u32 make_memory(struct program *prog, u32 handle, bool vid, u64 size)
{
	return rm_make_memory(&prog->user, handle,
			      vid ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_SYSTEM, size);
}

static void *map_cpu(struct program *prog, u32 h_device, u32 handle, const char *node, u64 size)
{
	int fd = rm_map_context(&prog->user, h_device, handle, node, 0, size, 0);
	void *map = MAP_FAILED;

	if (fd >= 0)
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(map != MAP_FAILED, "maps");
	close(fd);
	return map;
}

static u64 map_gpu(struct program *prog, u32 handle, u64 size)
{
	struct nvos46_parameters p = {
		.h_client = prog->user.client, .h_device = H_DEVICE, .h_dma = H_VIRTUAL,
		.h_memory = handle, .length = size, .status = NO_STATUS,
	};

	escape(prog->user.ctl, NV_ESC_RM_MAP_MEMORY_DMA, &p, sizeof(p));
	need_ok(p.status, "maps-for-the-gpu");
	return p.dma_offset;
}

static void make_space(struct program *prog)
{
	struct nv_vaspace_alloc_params vaspace = { 0 };
	struct nv_memory_virtual_alloc_params virtual = { .h_vaspace = H_VASPACE };

	need_ok(make(prog, H_DEVICE, H_VASPACE, FERMI_VASPACE_A, &vaspace, sizeof(vaspace)),
		"makes-an-address-space");
	need_ok(make(prog, H_DEVICE, H_VIRTUAL, NV01_MEMORY_VIRTUAL, &virtual, sizeof(virtual)),
		"makes-virtual-memory");
}

static void make_memories(struct program *prog)
{
	need_ok(make_memory(prog, H_CONTROL, false, CONTROL_SIZE), "makes-system-memory");
	need_ok(make_memory(prog, H_SYS, false, DATA_SIZE), "makes-more-system-memory");
	need_ok(make_memory(prog, H_VID, true, DATA_SIZE), "makes-video-memory");
	need_ok(make(prog, H_SUBDEVICE, H_DOORBELL, AMPERE_USERMODE_A, NULL, 0),
		"makes-a-doorbell");
	prog->control_va = map_gpu(prog, H_CONTROL, CONTROL_SIZE);
	prog->sys_va = map_gpu(prog, H_SYS, DATA_SIZE);
	prog->vid_va = map_gpu(prog, H_VID, DATA_SIZE);
	prog->control = map_cpu(prog, H_DEVICE, H_CONTROL, CTL_NODE, CONTROL_SIZE);
	prog->sys = map_cpu(prog, H_DEVICE, H_SYS, CTL_NODE, DATA_SIZE);
	prog->vid = map_cpu(prog, H_DEVICE, H_VID, GPU_NODE, DATA_SIZE);
	prog->doorbell = map_cpu(prog, H_SUBDEVICE, H_DOORBELL, GPU_NODE, DOORBELL_SIZE);
}

static u32 control(struct program *prog, u32 cmd, void *params, u32 size)
{
	return rm_control(prog->user.ctl, prog->user.client, H_CHANNEL, cmd, (uintptr_t)params,
			  size);
}

static void make_channel(struct program *prog)
{
	struct nv_channel_alloc_params params = {
		.gp_fifo_offset = prog->control_va, .gp_fifo_entries = ENTRIES,
		.h_vaspace = H_VASPACE, .h_userd_memory = { H_CONTROL },
		.userd_offset = { USERD_OFF }, .engine_type = COPY2,
	};
	struct nv_copy_alloc_params copy = { NV_COPY_ALLOC_VERSION_ENGINE_TYPE, COPY2 };
	u8 schedule[2] = { 1, 0 };

	memset((void *)prog->control, 0, CONTROL_SIZE);
	prog->submitted = 0;
	need_ok(make(prog, H_DEVICE, H_CHANNEL, AMPERE_CHANNEL_GPFIFO_A, &params, sizeof(params)),
		"makes-a-channel");
	need_ok(make(prog, H_CHANNEL, H_COPY, AMPERE_DMA_COPY_B, &copy, sizeof(copy)),
		"makes-a-copy-object");
	need_ok(control(prog, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, schedule, sizeof(schedule)),
		"schedules-it");
	need_ok(control(prog, NVC36F_CTRL_CMD_GPFIFO_GET_WORK_SUBMIT_TOKEN, &prog->token,
			sizeof(prog->token)), "gets-its-token");
}

static void open_program(struct program *prog)
{
	*prog = (struct program) { };
	rm_open(&prog->user);
	make_space(prog);
	make_memories(prog);
	make_channel(prog);
}

/* Work */

static volatile u32 *word(struct program *prog, u32 off)
{
	return (volatile u32 *)(prog->control + off);
}

static void submit(struct program *prog, const u32 *words, u32 count)
{
	u32 slot = prog->submitted % ENTRIES, off = PUSH_OFF + slot * PUSH_SIZE;
	u64 va = prog->control_va + off;
	u32 i;

	for (i = 0; i < count; i++)
		word(prog, off)[i] = words[i];
	word(prog, slot * 8)[0] = va;
	word(prog, slot * 8)[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, va >> 32) |
				  FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, count);
	prog->submitted++;
	__sync_synchronize();
	*word(prog, USERD_OFF + NV_USERD_GP_PUT) = prog->submitted % ENTRIES;
	__sync_synchronize();
	prog->doorbell[DOORBELL_OFF / 4] = prog->token;
}

#define INC(method, count)	(NVC56F_DMA_SEC_OP_INC_METHOD << 29 | (count) << 16 | \
				 4 << 13 | (method) >> 2)

static void start_copy(struct program *prog, u64 dst, u64 src, u32 size)
{
	u64 sem = prog->control_va + SEM_OFF;
	const u32 words[] = {
		INC(NVC56F_SET_OBJECT, 1), AMPERE_DMA_COPY_B,
		INC(NVC7B5_OFFSET_IN_UPPER, 4), src >> 32, src, dst >> 32, dst,
		INC(NVC7B5_LINE_LENGTH_IN, 1), size,
		INC(NVC7B5_SET_SEMAPHORE_A, 3), sem >> 32, sem, prog->submitted + 1,
		INC(NVC7B5_LAUNCH_DMA, 1), PITCH_COPY,
	};

	submit(prog, words, sizeof(words) / sizeof(*words));
}

static bool finish(struct program *prog, double seconds)
{
	double end = now() + seconds;

	while (*word(prog, SEM_OFF) != prog->submitted)
		if (now() > end)
			return false;
	__sync_synchronize();
	return true;
}

static bool copy(struct program *prog, u64 dst, u64 src, u32 size)
{
	start_copy(prog, dst, src, size);
	return finish(prog, WAIT_S);
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
			open_program(&prog);
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

	open_program(&prog);
	verdict(true, "makes-a-channel", " ");
	copies_every_way(&prog);
	many_at_once(&prog);
	bad_address_stops_the_channel(&prog);
	physical_is_refused(&prog);
	nonsense_harms_nobody(&prog);
	killed_in_the_middle();
	verdict(copy(&prog, prog.vid_va, prog.sys_va, DATA_SIZE), "others-are-not-touched",
		"the channel does not work any more");
	measure(&prog);
	return !!failures;
}
