/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef CHANNEL_H
#define CHANNEL_H

/* A program with a channel on a copy engine, which it feeds by hand. */

#include <string.h>

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
	bool vid_control;		/* H_CONTROL is video memory */
	volatile u8 *control;
	u8 *sys, *vid;
	volatile u32 *doorbell;
	u64 control_va, sys_va, vid_va;
	u32 token;
	u32 submitted;
};

/* Objects */

static inline u32 make(struct program *prog, u32 parent, u32 handle, u32 class,
		       const void *params, u32 size)
{
	return rm_make(&prog->user, parent, handle, class, params, size);
}

static inline u32 make_memory(struct program *prog, u32 handle, bool vid, u64 size)
{
	return rm_make_memory(&prog->user, handle,
			      vid ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_SYSTEM, size);
}

static inline void *map_cpu(struct program *prog, u32 h_device, u32 handle, const char *node,
			    u64 size)
{
	int fd = rm_map_context(&prog->user, h_device, handle, node, 0, size, 0);
	void *map = MAP_FAILED;

	if (fd >= 0)
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(map != MAP_FAILED, "maps");
	close(fd);
	return map;
}

static inline u64 map_gpu(struct program *prog, u32 handle, u64 size)
{
	struct nvos46_parameters p = {
		.h_client = prog->user.client, .h_device = H_DEVICE, .h_dma = H_VIRTUAL,
		.h_memory = handle, .length = size, .status = NO_STATUS,
	};

	escape(prog->user.ctl, NV_ESC_RM_MAP_MEMORY_DMA, &p, sizeof(p));
	need_ok(p.status, "maps-for-the-gpu");
	return p.dma_offset;
}

static inline void make_space(struct program *prog)
{
	struct nv_vaspace_alloc_params vaspace = { 0 };
	struct nv_memory_virtual_alloc_params virtual = { .h_vaspace = H_VASPACE };

	need_ok(make(prog, H_DEVICE, H_VASPACE, FERMI_VASPACE_A, &vaspace, sizeof(vaspace)),
		"makes-an-address-space");
	need_ok(make(prog, H_DEVICE, H_VIRTUAL, NV01_MEMORY_VIRTUAL, &virtual, sizeof(virtual)),
		"makes-virtual-memory");
}

static inline void make_memories(struct program *prog)
{
	need_ok(make_memory(prog, H_CONTROL, prog->vid_control, CONTROL_SIZE),
		"makes-memory-for-a-channel");
	need_ok(make_memory(prog, H_SYS, false, DATA_SIZE), "makes-system-memory");
	need_ok(make_memory(prog, H_VID, true, DATA_SIZE), "makes-video-memory");
	need_ok(make(prog, H_SUBDEVICE, H_DOORBELL, AMPERE_USERMODE_A, NULL, 0),
		"makes-a-doorbell");
	prog->control_va = map_gpu(prog, H_CONTROL, CONTROL_SIZE);
	prog->sys_va = map_gpu(prog, H_SYS, DATA_SIZE);
	prog->vid_va = map_gpu(prog, H_VID, DATA_SIZE);
	prog->control = map_cpu(prog, H_DEVICE, H_CONTROL,
				prog->vid_control ? GPU_NODE : CTL_NODE, CONTROL_SIZE);
	prog->sys = map_cpu(prog, H_DEVICE, H_SYS, CTL_NODE, DATA_SIZE);
	prog->vid = map_cpu(prog, H_DEVICE, H_VID, GPU_NODE, DATA_SIZE);
	prog->doorbell = map_cpu(prog, H_SUBDEVICE, H_DOORBELL, GPU_NODE, DOORBELL_SIZE);
}

static inline u32 control(struct program *prog, u32 cmd, void *params, u32 size)
{
	return rm_control(prog->user.ctl, prog->user.client, H_CHANNEL, cmd, (uintptr_t)params,
			  size);
}

static inline void make_channel(struct program *prog)
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

static inline void open_program(struct program *prog, bool vid_control)
{
	*prog = (struct program) { .vid_control = vid_control };
	rm_open(&prog->user);
	make_space(prog);
	make_memories(prog);
	make_channel(prog);
}

/* Work */

static inline volatile u32 *word(struct program *prog, u32 off)
{
	return (volatile u32 *)(prog->control + off);
}

static inline void submit(struct program *prog, const u32 *words, u32 count)
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

/* Return: how many words it takes. @launch: bits of LAUNCH_DMA */
static inline u32 copy_words_as(struct program *prog, u32 *to, u64 dst, u64 src, u32 size,
				u32 launch)
{
	u64 sem = prog->control_va + SEM_OFF;
	const u32 words[] = {
		INC(NVC56F_SET_OBJECT, 1), AMPERE_DMA_COPY_B,
		INC(NVC7B5_OFFSET_IN_UPPER, 4), src >> 32, src, dst >> 32, dst,
		INC(NVC7B5_LINE_LENGTH_IN, 1), size,
		INC(NVC7B5_SET_SEMAPHORE_A, 3), sem >> 32, sem, prog->submitted + 1,
		INC(NVC7B5_LAUNCH_DMA, 1), launch,
	};

	memcpy(to, words, sizeof(words));
	return sizeof(words) / sizeof(*words);
}

static inline u32 copy_words(struct program *prog, u32 *to, u64 dst, u64 src, u32 size)
{
	return copy_words_as(prog, to, dst, src, size, PITCH_COPY);
}

static inline void start_copy(struct program *prog, u64 dst, u64 src, u32 size)
{
	u32 words[PUSH_SIZE / 4];

	submit(prog, words, copy_words(prog, words, dst, src, size));
}

static inline bool finish(struct program *prog, double seconds)
{
	double end = now() + seconds;

	while (*word(prog, SEM_OFF) != prog->submitted)
		if (now() > end)
			return false;
	__sync_synchronize();
	return true;
}

static inline bool copy(struct program *prog, u64 dst, u64 src, u32 size)
{
	start_copy(prog, dst, src, size);
	return finish(prog, WAIT_S);
}

#endif
