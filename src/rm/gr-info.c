// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What there is of the graphics engine. GSP-RM tells all there is to know in a few replies, which
 * are kept, since the chip does not change.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "gsp/gsp.h"
#include "rm/gr-context.h"

struct rm_gr *rm_gr_new(void)
{
	struct rm_gr *gr = kzalloc(sizeof(*gr), GFP_KERNEL);

	if (!gr)
		return NULL;
	mutex_init(&gr->lock);
	xa_init(&gr->replies);
	return gr;
}

void rm_gr_free(struct rm_gr *gr)
{
	unsigned long cmd;
	void *reply;

	xa_for_each(&gr->replies, cmd, reply)
		kfree(reply);
	xa_destroy(&gr->replies);
	mutex_destroy(&gr->lock);
	kfree(gr);
}

static u32 gr_ask_gsp(struct nv_gpu *gpu, u32 cmd, void *row, size_t size)
{
	void *reply = kvzalloc(NV2080_GR_MAX_ENGINES * size, GFP_KERNEL);
	u32 status;

	if (!reply)
		return NV_ERR_NO_MEMORY;
	status = nv_gsp_internal_control(gpu->gsp, cmd, reply, NV2080_GR_MAX_ENGINES * size);
	memcpy(row, reply, size);
	kvfree(reply);
	return status;
}

/* The chip does not change. A reply that there is no memory to keep is asked for again. */
static void gr_keep(struct xarray *replies, u32 cmd, const void *row, size_t size)
{
	void *kept = kmemdup(row, size, GFP_KERNEL);

	if (kept && xa_insert(replies, cmd, kept, GFP_KERNEL))
		kfree(kept);
}

u32 rm_gr_ask(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 cmd, void *row, size_t size)
{
	const void *kept = xa_load(&rgpu->gr->replies, cmd);
	u32 status;

	if (kept) {
		memcpy(row, kept, size);
		return NV_OK;
	}
	status = gr_ask_gsp(gpu, cmd, row, size);
	if (status == NV_OK)
		gr_keep(&rgpu->gr->replies, cmd, row, size);
	return status;
}

static u32 gr_info_find(const struct nv2080_ctrl_internal_gr_info *known, u32 index, u32 *data)
{
	size_t i;

	if (index >= ARRAY_SIZE(known->info))
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < ARRAY_SIZE(known->info); i++) {
		if (known->info[i].index == index) {
			*data = known->info[i].data;
			return NV_OK;
		}
	}
	return NV_ERR_INVALID_ARGUMENT;
}

u32 rm_gr_info(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 index, u32 *data)
{
	struct nv2080_ctrl_internal_gr_info known;
	u32 status = rm_gr_ask(rgpu, gpu, NV2080_CTRL_CMD_INTERNAL_STATIC_KGR_GET_INFO, &known,
			       sizeof(known));

	return status == NV_OK ? gr_info_find(&known, index, data) : status;
}
