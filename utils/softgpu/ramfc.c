// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * RAMFC, at the start of a channel's instance block: where host keeps what it knows of a channel
 * that it does not run. It is the driver's memory, so where it is video memory the driver has
 * to save it for a sleep: host refuses a channel whose signature is gone.
 */
#include "channel.h"

#include "abi/channel.h"

/* Reads or writes one word. */
static bool word(const struct sg_channel *channel, u32 off, u32 *val, bool store)
{
	const struct nv_channel_alloc_params *params = (const void *)channel->object->params;
	const struct nv_memory_desc_params *mem = &params->ramfc_mem;
	struct softgpu *gpu = channel->gpu;
	const u64 addr = mem->base + off;

	if (mem->base % sizeof(*val) || mem->size < NV_RAMIN_RAMFC_SIZE)
		return false;
	if (mem->address_space == NV_MEMORY_DESC_FB)
		return store ? sg_vram_write(gpu, addr, val, sizeof(*val)) :
			       sg_vram_read(gpu, addr, val, sizeof(*val));
	if (mem->address_space != NV_MEMORY_DESC_SYSMEM)
		return false;
	return store ? sg_dma_write(gpu, addr, val, sizeof(*val)) :
		       sg_dma_read(gpu, addr, val, sizeof(*val));
}

bool sg_ramfc_store(struct sg_channel *channel)
{
	u32 signature = NV_PPBDMA_SIGNATURE_HW_VALID;
	u32 lo = channel->pb_addr, hi = channel->pb_addr >> 32;

	return word(channel, NV_RAMFC_SIGNATURE, &signature, true) &&
	       word(channel, NV_RAMFC_GP_GET, &channel->gp_get, true) &&
	       word(channel, NV_RAMFC_GP_PUT, &channel->gp_put, true) &&
	       word(channel, NV_RAMFC_PB_GET, &lo, true) &&
	       word(channel, NV_RAMFC_PB_GET_HI, &hi, true);
}

void sg_ramfc_load(struct sg_channel *channel)
{
	u32 signature = 0, lo = 0, hi = 0;

	channel->unloaded = false;
	if (word(channel, NV_RAMFC_SIGNATURE, &signature, false) &&
	    signature == NV_PPBDMA_SIGNATURE_HW_VALID &&
	    word(channel, NV_RAMFC_GP_GET, &channel->gp_get, false) &&
	    word(channel, NV_RAMFC_GP_PUT, &channel->gp_put, false) &&
	    word(channel, NV_RAMFC_PB_GET, &lo, false) &&
	    word(channel, NV_RAMFC_PB_GET_HI, &hi, false) &&
	    channel->gp_get <= channel->entries && channel->gp_put <= channel->entries)
		channel->pb_addr = (u64)hi << 32 | lo;
	else
		sg_channel_fail(channel, SG_XID_PBDMA_ERROR, "RAMFC has signature %#x", signature);
}
