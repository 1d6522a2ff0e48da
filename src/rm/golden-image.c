// SPDX-License-Identifier: MIT OR GPL-2.0
/* The first graphics context, of which GSP-RM makes the image that all others begin with. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "fifo/kernel-channel.h"
#include "fifo/kernel-client.h"
#include "nv-gpu.h"
#include "rm/gr-context.h"
#include "rm/memory.h"

/* Beyond what the channel has of its own; no buffer is aligned to more */
#define CONTEXT_VA	0x40000000ull

/* Of shared buffers these are GSP's to fill, once; the others are scratch memory. */
static bool is_filled(u32 id)
{
	return id < RM_GR_OWN || id == NV2080_CTX_BUFFER_FECS_EVENT ||
	       id == NV2080_CTX_BUFFER_PRIV_ACCESS_MAP ||
	       id == NV2080_CTX_BUFFER_UNRESTRICTED_PRIV_ACCESS_MAP;
}

static u64 memory_addr(const struct rm_memory *memory)
{
	return list_first_entry(&memory->pieces, struct nv_vidmem, link)->addr;
}

void rm_gr_describe(struct nv2080_ctrl_gpu_promote_ctx_params *params,
		    const struct rm_gr_mapping *map, bool memory)
{
	struct nv2080_ctrl_gpu_promote_ctx_buffer_entry *entry =
		&params->entry[params->entry_count++];

	entry->buffer_id = map->id;
	if (memory) {
		entry->gpu_phys_addr = memory_addr(map->memory);
		entry->size = map->size;
		entry->phys_attr = NV2080_CTRL_GPU_INITIALIZE_CTX_GPU_CACHEABLE_NO;
		entry->initialize = true;
		entry->nonmapped = true;
	} else {
		entry->gpu_virt_addr = map->va;
	}
}

static int map_buffers(struct nv_vas *vas, const struct rm_gr_mapping *map, unsigned int count)
{
	struct nv_vas_target target = { .aperture = NV_APERTURE_VID };
	int err = 0;

	for (; count-- && !err; map++) {
		target.base = memory_addr(map->memory);
		err = nv_vas_map(vas, map->va, map->size, &target, 0, map->flags);
	}
	return err ? err : nv_vas_invalidate(vas);
}

static int promote(struct nv_gpu *gpu, const struct rm_gr_mapping *map, unsigned int count)
{
	struct nv2080_ctrl_gpu_promote_ctx_params *p = kzalloc(sizeof(*p), GFP_KERNEL);
	struct nv2080_ctrl_gpu_promote_ctx_buffer_entry *entry;
	int err;

	if (!p)
		return -ENOMEM;
	p->engine_type = NV_ENGINE_TYPE_GR0;
	p->h_chan_client = NV_KERNEL_CLIENT;
	p->h_object = NV_KERNEL_GR_CHANNEL;
	for (; count--; map++) {
		entry = &p->entry[p->entry_count];
		rm_gr_describe(p, map, is_filled(map->id));
		entry->gpu_virt_addr = map->va;
		entry->nonmapped = false;
	}
	err = nv_kernel_control(gpu, NV_KERNEL_SUBDEVICE, NV2080_CTRL_CMD_GPU_PROMOTE_CTX, p,
				sizeof(*p));
	kfree(p);
	return err;
}

int rm_golden_image(struct nv_gpu *gpu, struct rm_gr_mapping *map, unsigned int count)
{
	struct nv_kernel_channel *k = kzalloc(sizeof(*k), GFP_KERNEL);
	struct nv_engine engine;
	unsigned int i;
	int err;

	if (!k)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		map[i].va += CONTEXT_VA;
	err = nv_fifo_learn(gpu);
	if (!err)
		err = nv_fifo_find_engine(&gpu->fifo, NV_ENGINE_TYPE_GR0, &engine);
	if (!err)
		err = nv_kernel_channel_make(k, gpu, &engine, NV_KERNEL_GR_VASPACE,
					     NV_KERNEL_GR_CHANNEL);
	if (!err)
		err = map_buffers(&k->vas, map, count);
	if (!err)
		err = promote(gpu, map, count);
	if (!err)
		err = nv_kernel_alloc(gpu, NV_KERNEL_GR_CHANNEL, NV_KERNEL_GR_OBJECT,
				      gpu->chip->graphics_class, NULL, 0);
	nv_kernel_channel_close(k);
	kfree(k);
	return err;
}
