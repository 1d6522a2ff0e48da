// SPDX-License-Identifier: MIT OR GPL-2.0
/* Engines, runlists and ids of channels. */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/ctrl/ctrl-fifo.h"
#include "abi/ctrl/ctrl-internal.h"
#include "fifo/fifo.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"

#define METHOD_BUFFER_MAX	0x100000
#define PAGES_MAX		8

void nv_fifo_init(struct nv_fifo *fifo)
{
	mutex_init(&fifo->lock);
	bitmap_zero(fifo->chid, NV_HOST_CHANNELS);
	bitmap_zero(fifo->stopped, NV_HOST_CHANNELS);
}

void nv_fifo_fini(struct nv_fifo *fifo)
{
	WARN_ON(!bitmap_empty(fifo->chid, NV_HOST_CHANNELS));
	mutex_destroy(&fifo->lock);
}

/**
 * struct engine_list - answers of GSP, gathered without a lock
 * @engine: as in struct nv_fifo
 * @count: likewise
 * @method_buffer_size: likewise
 * @page: the current page of GSP's table
 */
struct engine_list {
	struct nv_engine engine[NV_ENGINES_MAX];
	unsigned int count;
	u32 method_buffer_size;
	struct nv2080_ctrl_fifo_get_device_info_table_params page;
};

static int refused(struct nv_gpu *gpu, const char *what, u32 status)
{
	return nv_fail(gpu->hw, -EIO, "GSP does not tell %s: status %#x", what, status);
}

static void take_device(struct engine_list *list, const struct nv2080_fifo_device *device)
{
	u32 runlist = device->data[NV_ENGINE_INFO_RUNLIST];

	if (!device->data[NV_ENGINE_INFO_IS_HOST_DRIVEN] || list->count >= NV_ENGINES_MAX ||
	    runlist > FIELD_MAX(NV_DOORBELL_RUNLIST_ID))
		return;
	list->engine[list->count++] = (struct nv_engine) {
		.type = device->data[NV_ENGINE_INFO_RM_ENGINE_TYPE], .runlist = runlist,
	};
}

static int read_engines(struct nv_gpu *gpu, struct engine_list *list)
{
	u32 page, i, base = 0, status;

	for (page = 0; page < PAGES_MAX; page++) {
		memset(&list->page, 0, sizeof(list->page));
		list->page.base_index = base;
		status = nv_gsp_internal_control(gpu->gsp,
						 NV2080_CTRL_CMD_FIFO_GET_DEVICE_INFO_TABLE,
						 &list->page, sizeof(list->page));
		if (status != NV_OK)
			return refused(gpu, "its engines", status);
		if (list->page.num_entries > NV2080_FIFO_DEVICES_A_PAGE) {
			nv_err(gpu->hw, "GSP's table of engines claims %u on a page",
			       list->page.num_entries);
			return -EIO;
		}
		for (i = 0; i < list->page.num_entries; i++)
			take_device(list, &list->page.entry[i]);
		if (!list->page.more)
			break;
		base += list->page.num_entries;
	}
	return 0;
}

static int read_method_buffer_size(struct nv_gpu *gpu, struct engine_list *list)
{
	struct nv2080_ctrl_ce_get_fault_method_buffer_size_params size = { 0 };
	u32 status;

	status = nv_gsp_internal_control(gpu->gsp, NV2080_CTRL_CMD_CE_GET_FAULT_METHOD_BUFFER_SIZE,
					 &size, sizeof(size));
	if (status != NV_OK)
		return refused(gpu, "the size of method buffers", status);
	if (!size.size || size.size > METHOD_BUFFER_MAX) {
		nv_err(gpu->hw, "GSP asks for method buffers of %u bytes", size.size);
		return -EIO;
	}
	list->method_buffer_size = size.size;
	return 0;
}

static bool fifo_known(struct nv_fifo *fifo)
{
	bool known;

	mutex_lock(&fifo->lock);
	known = fifo->num_engines;
	mutex_unlock(&fifo->lock);
	return known;
}

int nv_fifo_learn(struct nv_gpu *gpu)
{
	struct nv_fifo *fifo = &gpu->fifo;
	struct engine_list *list;
	int err;

	if (fifo_known(fifo))
		return 0;
	list = kzalloc(sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	err = read_engines(gpu, list);
	if (!err)
		err = read_method_buffer_size(gpu, list);
	if (!err) {
		mutex_lock(&fifo->lock);
		memcpy(fifo->engine, list->engine, sizeof(fifo->engine));
		fifo->num_engines = list->count;
		fifo->method_buffer_size = list->method_buffer_size;
		mutex_unlock(&fifo->lock);
	}
	kfree(list);
	return err;
}

static const struct nv_engine *find_engine(const struct nv_fifo *fifo, u32 type)
{
	unsigned int i;

	for (i = 0; i < fifo->num_engines; i++)
		if (fifo->engine[i].type == type)
			return &fifo->engine[i];
	return NULL;
}

int nv_fifo_find_engine(struct nv_fifo *fifo, u32 type, struct nv_engine *engine)
{
	const struct nv_engine *found;

	mutex_lock(&fifo->lock);
	found = find_engine(fifo, type);
	if (found)
		*engine = *found;
	mutex_unlock(&fifo->lock);
	return found ? 0 : -ENOENT;
}

/* Those of the graphics runlist wait for graphics. */
int nv_fifo_copy_engine(struct nv_fifo *fifo, unsigned int n, struct nv_engine *engine)
{
	const struct nv_engine *graphics, *found = NULL;
	u32 type;

	mutex_lock(&fifo->lock);
	graphics = find_engine(fifo, NV_ENGINE_TYPE_GR0);
	for (type = NV_ENGINE_TYPE_COPY0; type <= NV_ENGINE_TYPE_COPY9; type++) {
		found = find_engine(fifo, type);
		if (found && (!graphics || found->runlist != graphics->runlist) && !n--)
			break;
		found = NULL;
	}
	if (found)
		*engine = *found;
	mutex_unlock(&fifo->lock);
	return found ? 0 : -ENOENT;
}

int nv_fifo_get_chid(struct nv_fifo *fifo, u32 *chid)
{
	unsigned long id;

	mutex_lock(&fifo->lock);
	id = find_first_zero_bit(fifo->chid, NV_HOST_CHANNELS);
	if (id < NV_HOST_CHANNELS) {
		__set_bit(id, fifo->chid);
		clear_bit(id, fifo->stopped);
	}
	mutex_unlock(&fifo->lock);
	*chid = id;
	return id < NV_HOST_CHANNELS ? 0 : -ENOSPC;
}

void nv_fifo_put_chid(struct nv_fifo *fifo, u32 chid)
{
	mutex_lock(&fifo->lock);
	__clear_bit(chid, fifo->chid);
	mutex_unlock(&fifo->lock);
}

void nv_fifo_stop_chid(struct nv_fifo *fifo, u32 chid)
{
	if (chid < NV_HOST_CHANNELS)
		set_bit(chid, fifo->stopped);
}

bool nv_fifo_chid_stopped(const struct nv_fifo *fifo, u32 chid)
{
	return test_bit(chid, fifo->stopped);
}
