/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_INTR_INTR_H
#define NV_INTR_INTR_H

#include <linux/types.h>

#include "regs/nv-intr.h"

struct nv_gpu;

/**
 * struct nv_intr - a GPU's interrupt tree
 * @gsp_vector: vector of GSP's messages, from GSP's own table; 0 before it is known
 * @enabled: the tree lets interrupts through
 * @test_fired: the test vector arrived
 * @count: interrupts handled
 * @unknown: those that came from vectors without a handler
 * @leaf_enabled: vectors with a handler, as they are enabled in the tree
 */
struct nv_intr {
	u32 gsp_vector;
	bool enabled;
	bool test_fired;
	u64 count;
	u64 unknown;
	u32 leaf_enabled[NV_CPU_INTR_LEAF_COUNT];
};

/** nv_intr_start() - enable GSP's vector, asking GSP for it at first, and prove that one arrives */
int nv_intr_start(struct nv_gpu *gpu);
/** nv_intr_stop() - let none through any more; when it returns none is being handled */
void nv_intr_stop(struct nv_gpu *gpu);
/** nv_intr_pause() - likewise, until nv_intr_start(), which then needs no memory */
void nv_intr_pause(struct nv_gpu *gpu);

#endif
