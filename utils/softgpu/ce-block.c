// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Block-linear memory as copy engines see it. A GOB holds 8 lines of 64 bytes, blocks hold GOBs:
 * up to 32 in height and as many in depth. Methods: open-gpu-kernel-modules 550.163.01, clc7b5.h.
 */
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "channel.h"

#define GOB_WIDTH	64
#define GOB_HEIGHT	8
#define GOB_SIZE	(GOB_WIDTH * GOB_HEIGHT)
#define RUN		16u	/* bytes of a line that lie together */

/* The registers of a side; the destination's and the source's are alike. */
struct side {
	u32 block_size, width, height, depth, layer, x, y;
};

static const struct side sides[] = {
	[SG_CE_SRC] = {
		NVC7B5_SET_SRC_BLOCK_SIZE, NVC7B5_SET_SRC_WIDTH, NVC7B5_SET_SRC_HEIGHT,
		NVC7B5_SET_SRC_DEPTH, NVC7B5_SET_SRC_LAYER, NVC7B5_SRC_ORIGIN_X,
		NVC7B5_SRC_ORIGIN_Y,
	},
	[SG_CE_DST] = {
		NVC7B5_SET_DST_BLOCK_SIZE, NVC7B5_SET_DST_WIDTH, NVC7B5_SET_DST_HEIGHT,
		NVC7B5_SET_DST_DEPTH, NVC7B5_SET_DST_LAYER, NVC7B5_DST_ORIGIN_X,
		NVC7B5_DST_ORIGIN_Y,
	},
};

/* A surface, and where the copy's rectangle begins in it; blocks in powers of two of GOBs */
struct surface {
	u64 addr;
	u32 width, height, layer, x, y;
	u32 block_width, block_height, block_depth;
};

static u32 ce(const struct sg_channel *channel, u32 method)
{
	return channel->ce[method / 4];
}

const char *sg_ce_block_refusal(const struct sg_channel *channel, enum sg_ce_side which)
{
	const struct side *side = &sides[which];
	u32 size = ce(channel, side->block_size);

	if (FIELD_GET(NVC7B5_SET_BLOCK_SIZE_GOB_HEIGHT, size) != NVC7B5_GOB_HEIGHT_FERMI_8)
		return "GOBs have 8 lines";
	if (FIELD_GET(NVC7B5_SET_BLOCK_SIZE_WIDTH, size) > 5 ||
	    FIELD_GET(NVC7B5_SET_BLOCK_SIZE_HEIGHT, size) > 5 ||
	    FIELD_GET(NVC7B5_SET_BLOCK_SIZE_DEPTH, size) > 5)
		return "no such size of blocks";
	if (ce(channel, side->layer) >= max(ce(channel, side->depth), 1u))
		return "there is no such layer";
	return NULL;
}

static struct surface get_surface(const struct sg_channel *channel, enum sg_ce_side which)
{
	const struct side *side = &sides[which];
	u32 size = ce(channel, side->block_size);

	return (struct surface){
		.addr = which == SG_CE_SRC ? channel->copy.src_addr : channel->copy.dst_addr,
		.width = ce(channel, side->width), .height = ce(channel, side->height),
		.layer = ce(channel, side->layer), .x = ce(channel, side->x),
		.y = ce(channel, side->y),
		.block_width = FIELD_GET(NVC7B5_SET_BLOCK_SIZE_WIDTH, size),
		.block_height = FIELD_GET(NVC7B5_SET_BLOCK_SIZE_HEIGHT, size),
		.block_depth = FIELD_GET(NVC7B5_SET_BLOCK_SIZE_DEPTH, size),
	};
}

/* Where in a GOB: 2 lines of 16 bytes make a sector of 32, then come the next lines and columns. */
static u32 in_gob(u32 x, u32 y)
{
	return (x & 15) | (y & 1) << 4 | (x & 16) << 1 | (y & 6) << 5 | (x & 32) << 3;
}

static u64 surface_addr(const struct surface *s, u32 x, u32 y)
{
	u32 gob_x = x / GOB_WIDTH, gob_y = y / GOB_HEIGHT;
	u64 row = DIV_ROUND_UP((u64)s->width, GOB_WIDTH << s->block_width);
	u64 plane = row * DIV_ROUND_UP((u64)s->height, GOB_HEIGHT << s->block_height);
	u64 block = (s->layer >> s->block_depth) * plane + (gob_y >> s->block_height) * row +
		    (gob_x >> s->block_width);
	u32 gob = s->layer & ((1 << s->block_depth) - 1);

	gob = gob << s->block_height | (gob_y & ((1 << s->block_height) - 1));
	gob = gob << s->block_width | (gob_x & ((1 << s->block_width) - 1));
	block = (block << (s->block_width + s->block_height + s->block_depth)) + gob;
	return s->addr + block * GOB_SIZE + in_gob(x % GOB_WIDTH, y % GOB_HEIGHT);
}

u64 sg_ce_block_run(const struct sg_channel *channel, enum sg_ce_side which, u64 at, u32 *len)
{
	const struct surface s = get_surface(channel, which);
	u32 x = s.x + at;

	*len = min(*len, RUN - x % RUN);
	return surface_addr(&s, x, s.y + channel->copy.line);
}
