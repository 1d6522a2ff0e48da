// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Channels as GSP gets them. The driver chooses the id and gives memory, GSP fills the
 * instance block and schedules (open-gpu-kernel-modules 550.163.01, kernel_channel.c).
 */
#include <linux/bitfield.h>
#include <linux/errno.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl-fifo.h"
#include "fifo/channel.h"
#include "nv-gpu.h"
#include "regs/nv-host.h"

#define CHANNELS_A_USERD_PAGE	8

static int init_memory(struct nv_channel *channel)
{
	struct nv_gpu *gpu = channel->gpu;
	struct nv_hw *hw = gpu->hw;
	int err;

	err = nv_heap_alloc(&gpu->heap, NV_RAMIN_SIZE, NV_RAMIN_SIZE, &channel->inst);
	if (err)
		return err;
	err = hw->ops->dma_alloc(hw, &channel->method_buffer, gpu->fifo.method_buffer_size, true);
	if (err)
		nv_heap_free(&gpu->heap, channel->inst);
	return err;
}

int nv_channel_init(struct nv_channel *channel, struct nv_gpu *gpu,
		    const struct nv_engine *engine)
{
	int err;

	*channel = (struct nv_channel) { .gpu = gpu, .engine = *engine };
	err = nv_fifo_get_chid(&gpu->fifo, &channel->chid);
	if (err)
		return err;
	err = init_memory(channel);
	if (err)
		nv_fifo_put_chid(&gpu->fifo, channel->chid);
	else
		channel->made = true;
	return err;
}

void nv_channel_fini(struct nv_channel *channel)
{
	struct nv_gpu *gpu = channel->gpu;

	if (!channel->made)
		return;
	gpu->hw->ops->dma_free(gpu->hw, &channel->method_buffer);
	nv_heap_free(&gpu->heap, channel->inst);
	nv_fifo_put_chid(&gpu->fifo, channel->chid);
	channel->made = false;
}

void nv_channel_describe(const struct nv_channel *channel, unsigned int privilege,
			 struct nv_channel_alloc_params *params)
{
	const u64 inst = channel->inst->addr;

	params->engine_type = channel->engine.type;
	params->flags &= ~(NVOS04_FLAGS_CHANNEL_USERD_INDEX_VALUE |
			   NVOS04_FLAGS_CHANNEL_USERD_INDEX_FIXED |
			   NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE);
	params->flags |= NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_FIXED |
		FIELD_PREP(NVOS04_FLAGS_CHANNEL_USERD_INDEX_VALUE,
			   channel->chid % CHANNELS_A_USERD_PAGE) |
		FIELD_PREP(NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE,
			   channel->chid / CHANNELS_A_USERD_PAGE);
	params->instance_mem = (struct nv_memory_desc_params) {
		inst, NV_RAMIN_SIZE, NV_MEMORY_DESC_FB, NV_MEMORY_DESC_UNCACHED,
	};
	params->ramfc_mem = (struct nv_memory_desc_params) {
		inst, NV_RAMIN_RAMFC_SIZE, NV_MEMORY_DESC_FB, NV_MEMORY_DESC_UNCACHED,
	};
	params->mthdbuf_mem = (struct nv_memory_desc_params) {
		channel->method_buffer.page[0], channel->gpu->fifo.method_buffer_size,
		NV_MEMORY_DESC_SYSMEM, NV_MEMORY_DESC_CACHED,
	};
	params->internal_flags &= ~NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_PRIVILEGE;
	params->internal_flags |= FIELD_PREP(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_PRIVILEGE,
					     privilege);
}

int nv_channel_describe_vas(struct nv_vas *vas,
			    struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params *pdes)
{
	struct nv_vas_level level[NV_VAS_DIRECTORIES];
	u32 i;
	int err;

	err = nv_vas_directories(vas, NV_SERVER_VA_START, level);
	if (err)
		return err;
	*pdes = (struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params) {
		.virt_addr_lo = NV_SERVER_VA_START,
		.virt_addr_hi = NV_SERVER_VA_START + NV_SERVER_VA_SIZE - 1,
	};
	for (i = 0; i < NV_VAS_DIRECTORIES - 1; i++) {
		pdes->level[i].phys_address = level[i].addr;
		pdes->level[i].size = level[i].size;
		pdes->level[i].aperture = level[i].aperture == NV_APERTURE_VID ?
					  NV90F1_PDE_APERTURE_VID : NV90F1_PDE_APERTURE_SYS_COH;
		pdes->level[i].page_shift = level[i].shift;
	}
	pdes->num_levels_to_copy = i;
	pdes->page_size = BIT_ULL(level[i - 1].shift);
	return 0;
}

u32 nv_channel_token(const struct nv_channel *channel)
{
	return FIELD_PREP(NV_DOORBELL_VECTOR, channel->chid) |
	       FIELD_PREP(NV_DOORBELL_RUNLIST_ID, channel->engine.runlist);
}

void nv_channel_ring(const struct nv_channel *channel)
{
	nv_wr32(channel->gpu->hw, NV_VIRTUAL_FUNCTION_DOORBELL, nv_channel_token(channel));
}

bool nv_channel_stopped(const struct nv_channel *channel)
{
	return nv_fifo_chid_stopped(&channel->gpu->fifo, channel->chid);
}
