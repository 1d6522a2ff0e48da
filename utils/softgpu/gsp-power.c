// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * GSP-RM goes to sleep and comes back. While it does not run, what it knows lies in its
 * heap in WPR2, with a list of the heap's free parts for booter to leave out: the model
 * keeps nothing of it anywhere else.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/align.h>
#include <linux/list.h>

#include "channel.h"
#include "chip.h"
#include "gsp-rm.h"

#define HALTED_MAILBOX	0x80000000

#define HEAP_MAGIC	0x7065656c736d7267ull

/** struct heap_header - at the start of GSP-RM's heap; its state follows */
struct heap_header {
	u64 magic;
	u64 size;
};

/* A channel that was preempted goes on where it was; no doorbell wakes it until then. */
static void preempt(struct sg_channel *channel)
{
	channel->pending |= !list_empty(&channel->runnable);
	list_del_init(&channel->runnable);
	if (channel->entries && !channel->unloaded)
		channel->unloaded = sg_ramfc_store(channel);
}

static void preempt_channels(struct softgpu_gsp_rm *rm, bool users)
{
	struct gsp_client *client;
	struct gsp_object *object;

	list_for_each_entry(client, &rm->clients, link)
		list_for_each_entry(object, &client->objects, link)
			if (object->channel && (!users || !object->channel->privileged))
				preempt(object->channel);
}

static void resume_channels(struct softgpu_gsp_rm *rm)
{
	struct gsp_client *client;
	struct gsp_object *object;

	list_for_each_entry(client, &rm->clients, link)
		list_for_each_entry(object, &client->objects, link)
			if (object->channel && object->channel->pending)
				sg_channel_wake(object->channel);
}

void sg_gsp_rm_stop_users(struct softgpu_gsp_rm *rm, bool stop)
{
	rm->users_stopped = stop;
	if (stop)
		preempt_channels(rm, true);
	else
		resume_channels(rm);
}

u32 sg_gsp_rm_suspend(struct softgpu_gsp_rm *rm, const struct gsp_rpc_unloading_guest_driver *args)
{
	const bool sleep = args->new_level == GSP_POWER_LEVEL_3;
	u32 status = NV_OK;

	if (!args->in_pm_transition || (args->gc6_entering && !sleep) ||
	    (!sleep && args->new_level != GSP_POWER_LEVEL_7)) {
		sg_log(rm->gpu, "UNLOADING_GUEST_DRIVER: %u, bGc6Entering %u, newLevel %u",
		       args->in_pm_transition, args->gc6_entering, args->new_level);
		return NV_ERR_INVALID_ARGUMENT;
	}
	if (sg_fault(rm->gpu, SOFTGPU_FAULT_GSP_NO_SUSPEND)) {
		sg_rm_die(rm, "told to die at the suspend");
		return NV_OK;
	}
	preempt_channels(rm, false);
	if (!args->gc6_entering)
		status = sg_fbsr_save(rm);
	if (status)
		resume_channels(rm);
	rm->suspending = !status;
	return status;
}

/* Heap addresses in the metadata are booter's and have been checked, or this GPU has no booter. */
static u8 *heap(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta, u64 *size)
{
	if (meta->gsp_fw_heap_offset < meta->gsp_fw_wpr_start ||
	    meta->gsp_fw_heap_offset > gpu->vram_size ||
	    meta->gsp_fw_heap_size > gpu->vram_size - meta->gsp_fw_heap_offset)
		return NULL;
	*size = meta->gsp_fw_heap_size;
	return gpu->vram + meta->gsp_fw_heap_offset;
}

/* All that lies behind the state and the list itself is free. */
static void put_free_list(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta, u64 at)
{
	const u64 list_at = meta->gsp_fw_heap_offset + at;
	const u64 free_at = ALIGN(at + sizeof(struct gsp_fw_heap_free_list), GSP_PAGE_SIZE);
	struct gsp_fw_heap_free_list list = {
		.magic = GSP_FW_HEAP_FREE_LIST_MAGIC,
		.nr_regions = 1,
		.region[0] = {
			.offset = meta->gsp_fw_heap_offset + free_at - meta->gsp_fw_wpr_start,
			.length = meta->gsp_fw_heap_size - free_at,
		},
	};
	const u64 list_offset = list_at - meta->gsp_fw_wpr_start;

	memcpy(gpu->vram + list_at, &list, sizeof(list));
	memcpy(gpu->vram + meta->gsp_fw_wpr_start +
	       offsetof(struct gsp_fw_wpr_meta, sysmem_addr_of_signature), &list_offset,
	       sizeof(list_offset));
}

static bool put_state(struct softgpu_gsp_rm *rm)
{
	struct heap_header header = { .magic = HEAP_MAGIC };
	u8 *state = sg_state_save(rm, &header.size);
	u64 room, end = ALIGN(sizeof(header) + header.size, GSP_PAGE_SIZE);
	u8 *to = heap(rm->gpu, &rm->meta, &room);
	bool fits = state && to && room > 2 * GSP_PAGE_SIZE && end <= room - 2 * GSP_PAGE_SIZE;

	if (fits) {
		memcpy(to, &header, sizeof(header));
		memcpy(to + sizeof(header), state, header.size);
		put_free_list(rm->gpu, &rm->meta, end);
		sg_trace(rm->gpu, "gsp leaves %#llx bytes of state in WPR2", header.size);
	}
	free(state);
	return fits;
}

void sg_gsp_rm_halt(struct softgpu_gsp_rm *rm)
{
	if (rm->suspending && !put_state(rm)) {
		sg_rm_die(rm, "its state does not fit its heap");
		return;
	}
	rm->state = GSP_RM_HALTED;
	sg_gsp_set_mailbox(rm->gpu, 0, HALTED_MAILBOX);
}

bool sg_gsp_rm_halted(const struct softgpu *gpu)
{
	return gpu->rm && gpu->rm->state == GSP_RM_HALTED && gpu->rm->suspending;
}

/* A copy: what lies in video memory may change under our hands. */
static u8 *get_state(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta, u64 *size)
{
	struct heap_header header;
	const u8 *from;
	u8 *state;
	u64 room;

	from = heap(gpu, meta, &room);
	if (!from || room < sizeof(header))
		return NULL;
	memcpy(&header, from, sizeof(header));
	if (header.magic != HEAP_MAGIC || header.size > room - sizeof(header))
		return NULL;
	state = malloc(header.size + 1);
	if (state)
		memcpy(state, from + sizeof(header), header.size);
	*size = header.size;
	return state;
}

static bool check_rmargs(struct softgpu_gsp_rm *rm)
{
	struct gsp_arguments_cached args;
	struct softgpu *gpu = rm->gpu;
	u32 hibernated;

	if (!sg_rmargs_read(gpu, rm->rmargs, &args) ||
	    !sg_want(gpu, "RMARGS.bInPMTransition", args.in_pm_transition, 1) ||
	    !sg_want(gpu, "RMARGS.sharedMemPhysAddr", args.shared_mem_phys_addr,
		       rm->queue.page[0]))
		return false;
	/* The release says 4 after a standby where its ACPI is not at hand, 3 elsewhere. */
	hibernated = args.old_level == GSP_POWER_LEVEL_7;
	if (!hibernated && args.old_level != 4)
		return sg_want(gpu, "RMARGS.oldLevel", args.old_level, GSP_POWER_LEVEL_3) &&
		       sg_want(gpu, "RMARGS.flags", args.flags, GSP_RESUME_FLAGS_SUSPEND);
	return sg_want(gpu, "RMARGS.flags", args.flags, hibernated ?
			 GSP_RESUME_FLAGS_HIBERNATE : GSP_RESUME_FLAGS_SUSPEND);
}

static bool load(struct softgpu_gsp_rm *rm)
{
	u64 size;
	u8 *state = get_state(rm->gpu, &rm->meta, &size);
	bool loaded;

	if (!state) {
		sg_log(rm->gpu, "GSP-RM cannot resume: its heap holds no state");
		return false;
	}
	rm->resuming = true;
	loaded = sg_state_load(rm, state, size);
	rm->resuming = false;
	free(state);
	return loaded && check_rmargs(rm) && sg_fbsr_restore(rm);
}

bool sg_gsp_rm_resume(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	sg_gsp_rm_stop(gpu);
	gpu->rm = sg_gsp_rm_new(gpu, meta);
	if (!gpu->rm || !load(gpu->rm)) {
		sg_gsp_rm_stop(gpu);
		return false;
	}
	if (sg_fault(gpu, SOFTGPU_FAULT_GSP_NO_RESUME)) {
		sg_rm_die(gpu->rm, "told to die at the resume");
		return true;
	}
	sg_fbsr_free(gpu->rm);
	sg_mmu_bind_roots(gpu, meta->non_wpr_heap_offset, meta->non_wpr_heap_size);
	resume_channels(gpu->rm);
	sg_shared_data_poll(gpu->rm, gpu->rm->polled_data);
	sg_gsp_rm_announce(gpu);
	return true;
}
