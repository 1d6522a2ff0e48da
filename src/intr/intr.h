/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_INTR_INTR_H
#define NV_INTR_INTR_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "regs/nv-intr.h"

struct nv_gpu;

#define NV_INTR_NONSTALL_MAX	64

/**
 * struct nv_intr - a GPU's interrupt tree
 * @gsp_vector: vector of GSP's messages, from GSP's own table; 0 before it is known
 * @enabled: the tree lets interrupts through
 * @test_fired: the test vector arrived
 * @count: interrupts handled
 * @unknown: those that came from vectors without a handler
 * @leaf_enabled: vectors with a handler, as they are enabled in the tree
 * @gsp_due: GSP has something to say; for the thread
 * @nonstall: what engines say in passing: by which vector, and what events call it
 * @num_nonstall: how many there are, read with @gsp_vector
 * @nonstall_leaf: their vectors as bits of the leaves
 * @nonstall_due: those that came and that the thread has not passed on, likewise
 * @lock: guards @notify and is held while it is called
 * @notify: called by the thread for each of them, or NULL
 * @notify_ctx: for it
 */
struct nv_intr {
	u32 gsp_vector;
	bool enabled;
	bool test_fired;
	u64 count;
	u64 unknown;
	u32 leaf_enabled[NV_CPU_INTR_LEAF_COUNT];
	atomic_t gsp_due;
	struct {
		u16 vector;
		u16 index;
	} nonstall[NV_INTR_NONSTALL_MAX];
	unsigned int num_nonstall;
	u32 nonstall_leaf[NV_CPU_INTR_LEAF_COUNT];
	atomic_t nonstall_due[NV_CPU_INTR_LEAF_COUNT];
	struct mutex lock;
	void (*notify)(void *ctx, struct nv_gpu *gpu, u32 index);
	void *notify_ctx;
};

void nv_intr_init(struct nv_gpu *gpu);
void nv_intr_fini(struct nv_gpu *gpu);

/**
 * nv_intr_set_notify() - who gets the engines' non-stall interrupts
 * @gpu: the GPU
 * @fn: called in process context with nv_intr.lock held; @index is the engine's
 *	NV2080_NOTIFIERS_*; NULL for nobody
 * @ctx: for @fn
 *
 * When this returns an earlier @fn is not called any more.
 */
void nv_intr_set_notify(struct nv_gpu *gpu,
			void (*fn)(void *ctx, struct nv_gpu *gpu, u32 index), void *ctx);

/** nv_intr_knows_notifier() - is that NV2080_NOTIFIERS_* an engine's? */
bool nv_intr_knows_notifier(u32 index);

/**
 * nv_intr_start() - enable the vectors, asking GSP for them at first, and prove that one arrives
 *
 * Who waits for an engine is woken once: an interrupt may have come while none got through.
 */
int nv_intr_start(struct nv_gpu *gpu);
/** nv_intr_stop() - let none through any more; when it returns none is being handled */
void nv_intr_stop(struct nv_gpu *gpu);
/** nv_intr_pause() - likewise, until nv_intr_start(), which then needs no memory */
void nv_intr_pause(struct nv_gpu *gpu);

#endif
