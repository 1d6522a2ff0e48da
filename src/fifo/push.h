/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_FIFO_PUSH_H
#define NV_FIFO_PUSH_H

#include <linux/bitfield.h>
#include <linux/bug.h>
#include <linux/types.h>

#include "regs/nv-host.h"

/**
 * struct nv_push - a piece of pushbuffer that is being written
 * @word: its start
 * @used: dwords written
 * @room: dwords that fit
 */
struct nv_push {
	u32 *word;
	u32 used;
	u32 room;
};

/**
 * nv_push_methods() - data for methods that follow each other
 * @push: has room for @count + 1 dwords
 * @subchannel: where the class is
 * @method: first one; each has the number of the one before, + 4
 * @data: for them
 * @count: of them
 */
static inline void nv_push_methods(struct nv_push *push, u32 subchannel, u32 method,
				   const u32 *data, u32 count)
{
	if (WARN_ON_ONCE(count >= push->room || push->used >= push->room - count))
		return;
	push->word[push->used++] =
		FIELD_PREP(NVC56F_DMA_SEC_OP, NVC56F_DMA_SEC_OP_INC_METHOD) |
		FIELD_PREP(NVC56F_DMA_METHOD_COUNT, count) |
		FIELD_PREP(NVC56F_DMA_METHOD_SUBCHANNEL, subchannel) |
		FIELD_PREP(NVC56F_DMA_METHOD_ADDRESS, method >> 2);
	while (count--)
		push->word[push->used++] = *data++;
}

static inline void nv_push_method(struct nv_push *push, u32 subchannel, u32 method, u32 data)
{
	nv_push_methods(push, subchannel, method, &data, 1);
}

#endif
