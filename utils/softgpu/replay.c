// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Faults that can be replayed: the graphics engine reports a page that it lacks and waits;
 * nvidia-uvm brings the page, or gives up, and says so by a channel of its own.
 */
#include <string.h>

#include "channel.h"

#include "abi/channel.h"
#include "regs/nv-mmu-fault.h"

#define PAGE_MASK	0xfffull

static const struct nv_channel_alloc_params *alloc_params(const struct sg_channel *channel)
{
	return (const void *)channel->object->params;
}

static u32 subcontext(const struct sg_channel *channel)
{
	u32 handle = alloc_params(channel)->h_context_share;
	const struct gsp_object *share = sg_object_find(channel->rm, channel->h_client, handle);
	struct nv_context_share_alloc_params params = { 0 };

	if (share && share->params_size >= sizeof(params))
		memcpy(&params, share->params, sizeof(params));
	return params.subctx_id;
}

/* The instance block tells nvidia-uvm which channel it was. */
static void put_instance(const struct sg_channel *channel, u32 *entry)
{
	const struct nv_memory_desc_params *inst = &alloc_params(channel)->instance_mem;
	u32 aperture = inst->address_space == NV_MEMORY_DESC_FB ?
		       NV_MMU_FAULT_ENTRY_INST_APERTURE_VID : NV_MMU_FAULT_ENTRY_INST_APERTURE_SYS;

	entry[NV_MMU_FAULT_ENTRY_INST] = (inst->base & ~PAGE_MASK) |
					 FIELD_PREP(NV_MMU_FAULT_ENTRY_INST_APERTURE, aperture);
	entry[NV_MMU_FAULT_ENTRY_INST + 1] = inst->base >> 32;
}

static void put_pair(u32 *entry, u32 at, u64 val)
{
	entry[at] = val;
	entry[at + 1] = val >> 32;
}

static void report(struct sg_channel *channel, u64 addr, bool write)
{
	const struct sg_space space = sg_channel_space(channel);
	u32 entry[NV_MMU_FAULT_ENTRY_WORDS] = { 0 };
	u32 type = NV_MMU_FAULT_ENTRY_TYPE_PTE;
	u8 byte;

	if (write && sg_space_read(channel->gpu, &space, addr, &byte, sizeof(byte)))
		type = NV_MMU_FAULT_ENTRY_TYPE_RO;
	put_instance(channel, entry);
	put_pair(entry, NV_MMU_FAULT_ENTRY_ADDR, addr & ~PAGE_MASK);
	put_pair(entry, NV_MMU_FAULT_ENTRY_TIMESTAMP, sg_ptimer_now(channel->gpu));
	entry[NV_MMU_FAULT_ENTRY_ENGINE] = NV_MMU_FAULT_ENTRY_ENGINE_GRAPHICS +
					   subcontext(channel);
	entry[NV_MMU_FAULT_ENTRY_INFO] = NV_MMU_FAULT_ENTRY_VALID | NV_MMU_FAULT_ENTRY_REPLAYABLE |
		NV_MMU_FAULT_ENTRY_REPLAYABLE_EN | FIELD_PREP(NV_MMU_FAULT_ENTRY_TYPE, type) |
		FIELD_PREP(NV_MMU_FAULT_ENTRY_ACCESS, write ? NV_MMU_FAULT_ENTRY_ACCESS_WRITE :
							      NV_MMU_FAULT_ENTRY_ACCESS_READ);
	sg_ring_push(channel->gpu, SG_RING_REPLAYABLE, entry);
}

/* One that the ring has no room for is reported again after a replay, as on the chip. */
void sg_gr_fault(struct sg_channel *channel, const char *what, u64 addr, bool write)
{
	if (!channel->vas->faulting) {
		sg_channel_fail(channel, SG_XID_MMU_FAULT,
				"MMU fault: %s %s of virtual address %#llx", what,
				write ? "write" : "read", addr);
		return;
	}
	channel->faulted = true;
	channel->fault_addr = addr;
	sg_trace(channel->gpu, "channel %u waits for a page: %s of %#llx", channel->chid,
		 write ? "write" : "read", addr);
	if (sg_ring_is_on(channel->gpu, SG_RING_REPLAYABLE))
		report(channel, addr, write);
	else
		sg_log(channel->gpu, "channel %u waits for %#llx, nobody is told", channel->chid,
		       addr);
}

void sg_faults_replay(struct softgpu *gpu)
{
	for (u32 i = 0; i < NV_HOST_CHANNELS; i++) {
		struct sg_channel *channel = sg_channel_get(gpu, i);

		if (channel)
			channel->faulted = false;
	}
}

void sg_faults_cancel(struct softgpu *gpu, bool any, u64 addr)
{
	for (u32 i = 0; i < NV_HOST_CHANNELS; i++) {
		struct sg_channel *channel = sg_channel_get(gpu, i);

		if (!channel || !channel->faulted)
			continue;
		if (any || (channel->fault_addr & ~PAGE_MASK) == addr)
			sg_channel_fail(channel, SG_XID_MMU_FAULT,
					"MMU fault: virtual address %#llx", channel->fault_addr);
		channel->faulted = false;
	}
}
