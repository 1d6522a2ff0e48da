/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_HOSTILE_GSP_H
#define UNIT_HOSTILE_GSP_H

#include <linux/kernel.h>

#include "gsp-rm-driver.h"

#define MESSAGE_MAX	0x8000		/* more would need continuation records */

/* Messages to GSP-RM that mean something, mostly, and not always what they should. */

/*
 * What the next choice is: a fuzzer's bytes as long as there are any, or numbers that follow
 * from a seed, without end.
 */
struct choices {
	const u8 *bytes;
	size_t left;
	u64 state;		/* 0: bytes only */
};

static struct choices choices;
static struct driver driver;
static struct wire wire;

static inline struct choices choices_of(u64 seed)
{
	return (struct choices){ .state = seed };
}

static inline u32 take(u32 bytes)
{
	u32 val = 0;

	if (choices.state) {
		choices.state ^= choices.state << 13;
		choices.state ^= choices.state >> 7;
		choices.state ^= choices.state << 17;
		return choices.state >> 16;
	}
	for (; bytes && choices.left; bytes--, choices.left--)
		val = val << 8 | *choices.bytes++;
	return val;
}

static inline u32 any(void)
{
	return take(4);
}

static inline u32 below(u32 n)
{
	return take(n <= 256 ? 1 : n <= 65536 ? 2 : 4) % n;
}

/* Zero, a small number, an edge or anything. */
static inline u32 number(void)
{
	static const u32 edge[] = {
		0xffffffff, 0x80000000, 0x7fffffff, 0xffff, 0x10000, 0xffd0, 0x1000, 0xfff,
	};

	switch (below(4)) {
	case 0:
		return below(3);
	case 1:
		return below(300);
	case 2:
		return edge[below(ARRAY_SIZE(edge))];
	default:
		return any();
	}
}

/* A handle that is likely to exist. */
static inline u32 handle(void)
{
	static const u32 known[] = {
		GSP_INTERNAL_CLIENT, GSP_INTERNAL_DEVICE, GSP_INTERNAL_SUBDEVICE,
	};

	return below(3) ? known[below(3)] : below(4) ? below(12) : any();
}

static inline u32 random_control(u32 *size)
{
	static const struct gsp_control * const tables[] = {
		sg_controls_internal, sg_controls_gpu, sg_controls_engine, sg_controls_gr,
		sg_controls_channel, sg_controls_info, sg_controls_opaque, sg_controls_fbsr,
		sg_controls_board, sg_controls_fault, sg_controls_limits,
		sg_controls_clocks,
	};
	const struct gsp_control *first = tables[below(ARRAY_SIZE(tables))], *control;
	u32 nr = 0;

	while (first[nr].fn)
		nr++;
	control = &first[below(nr)];
	*size = below(5) && control->size <= MESSAGE_MAX ? control->size : below(4096);
	return below(10) ? control->cmd : any();
}

/* Each puts a payload into wire.payload and gives its length. */

static inline u32 make_control(void)
{
	struct gsp_rpc_rm_control *args = (void *)wire.payload;
	u32 size;

	*args = (struct gsp_rpc_rm_control) {
		.h_client = GSP_INTERNAL_CLIENT, .h_object = GSP_INTERNAL_SUBDEVICE,
	};
	if (!below(4)) {
		args->h_client = handle();
		args->h_object = handle();
	}
	args->cmd = random_control(&size);
	for (u32 n = below(20); n; n--)
		((u32 *)args->params)[below(size / 4 + 1)] = number();
	args->params_size = below(50) ? size : number();
	return sizeof(*args) + size;
}

static inline u32 make_alloc(void)
{
	static const u32 classes[] = {
		0, 0x41, 0x80, 0x2080, 0x90f1, 0xa06c, 0xc56f, 0xc7b5, 5, 0x7e, 0x70,
	};
	struct gsp_rpc_rm_alloc *args = (void *)wire.payload;
	u32 size = below(3) ? below(400) : 0;

	*args = (struct gsp_rpc_rm_alloc) {
		handle(), handle(), handle(), classes[below(11)], 0, below(20) ? size : number(),
	};
	return sizeof(*args) + (below(2) ? size : 0);
}

static inline u32 make_memory(void)
{
	u32 *word = (void *)wire.payload, pages = below(40);

	memset(wire.payload, 0, sizeof(struct gsp_rpc_alloc_memory) + 8 * pages);
	word[0] = handle();
	word[1] = handle();
	word[2] = handle();
	word[3] = 0x81 + below(2);
	word[8] = pages << 12;
	word[10] = pages;
	word[12] = pages << 16;
	for (u32 i = 0; i < pages; i++)
		word[14 + 2 * i] = (MODEL_MEM_ADDR >> 12) + i;
	if (below(2))
		word[below(16)] = number();
	return sizeof(struct gsp_rpc_alloc_memory) + 8 * pages;
}

static inline u32 make_words(void)
{
	u32 *word = (void *)wire.payload, count = below(250);

	for (u32 i = 0; i < count; i++)
		word[i] = below(3) ? handle() : number();
	return 4 * count;
}

static inline u32 random_function(void)
{
	static const u32 functions[] = {
		GSP_RPC_FREE, GSP_RPC_DUP_OBJECT, GSP_RPC_SET_PAGE_DIRECTORY,
		GSP_RPC_UNSET_PAGE_DIRECTORY, GSP_RPC_UPDATE_BAR_PDE, GSP_RPC_GET_GSP_STATIC_INFO,
		GSP_RPC_SET_GUEST_SYSTEM_INFO, GSP_RPC_CONTINUATION_RECORD,
	};

	return below(20) ? functions[below(8)] : below(250);
}

static inline void make_message(void)
{
	u32 function, length;

	driver_compose(&driver, &wire, 0, NULL, 0);
	switch (below(5)) {
	case 0:
	case 1:
		function = GSP_RPC_GSP_RM_CONTROL;
		length = make_control();
		break;
	case 2:
		function = GSP_RPC_GSP_RM_ALLOC;
		length = make_alloc();
		break;
	case 3:
		function = GSP_RPC_ALLOC_MEMORY;
		length = make_memory();
		break;
	default:
		function = random_function();
		length = make_words();
	}
	wire.rpc.function = function;
	wire.rpc.length = sizeof(wire.rpc) + length;
	wire.element.elem_count = (0x50 + length + GSP_MSGQ_ELEM_SIZE - 1) / GSP_MSGQ_ELEM_SIZE;
	wire_seal(&wire);
}

#endif
