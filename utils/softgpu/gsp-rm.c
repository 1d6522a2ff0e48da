// SPDX-License-Identifier: MIT OR GPL-2.0

/* The stand-in for GSP-RM: start, doorbell, stop, and what it says unasked. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "gsp-rm.h"

#define LIBOS_REGIONS	(GSP_PAGE_SIZE / sizeof(struct gsp_libos_region))
#define GPU_INSTANCE_MAX 32

/* How long to let the driver read before looking for room in its queue again. */
#define ROOM_POLL_US	200

void sg_rm_die(struct softgpu_gsp_rm *rm, const char *fmt, ...)
{
	char why[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	sg_log(rm->gpu, "GSP-RM stops: %s", why);
	rm->state = GSP_RM_DEAD;
}

bool sg_want(struct softgpu *gpu, const char *field, u64 have, u64 want)
{
	if (have == want)
		return true;
	sg_log(gpu, "%s is %#llx, must be %#llx", field, have, want);
	return false;
}

/* "LOGINIT" for its id8. */
static void region_name(u64 id, char name[9])
{
	int i, n = 0;

	for (i = 56; i >= 0; i -= 8) {
		char c = id >> i;

		if (c || n)
			name[n++] = c >= ' ' && c <= '~' ? c : '?';
	}
	name[n] = 0;
}

/* A log starts with a put pointer and the addresses of its own pages. */
static bool check_log(struct softgpu *gpu, const char *name,
		      const struct gsp_libos_region *region)
{
	u64 pte[1 + GSP_LIBOS_LOG_SIZE / GSP_PAGE_SIZE];
	unsigned int i;
	u8 probe;

	if (region->size != GSP_LIBOS_LOG_SIZE) {
		sg_log(gpu, "%s.size is %#llx, must be %#x", name, region->size,
		       GSP_LIBOS_LOG_SIZE);
		return false;
	}
	if (!sg_dma_read(gpu, region->pa, pte, sizeof(pte))) {
		sg_log(gpu, "%s.pa %#llx is not in memory", name, region->pa);
		return false;
	}
	if (pte[1] != region->pa) {
		sg_log(gpu, "%s: its first page is at %#llx, pte[0] says %#llx", name, region->pa,
		       pte[1]);
		return false;
	}
	for (i = 1; i < ARRAY_SIZE(pte); i++) {
		if (pte[i] % GSP_PAGE_SIZE || !sg_dma_read(gpu, pte[i], &probe, 1)) {
			sg_log(gpu, "%s: pte[%u] is %#llx: no page of memory", name, i - 1,
			       pte[i]);
			return false;
		}
	}
	return true;
}

static bool check_region(struct softgpu *gpu, const struct gsp_libos_region *region)
{
	char name[9];

	region_name(region->id8, name);
	if (region->kind != GSP_LIBOS_REGION_CONTIGUOUS ||
	    region->loc != GSP_LIBOS_REGION_LOC_SYSMEM) {
		sg_log(gpu, "libos region %s: kind is %u and loc %u, must be %u and %u", name,
		       region->kind, region->loc, GSP_LIBOS_REGION_CONTIGUOUS,
		       GSP_LIBOS_REGION_LOC_SYSMEM);
		return false;
	}
	if (!region->size || region->pa % GSP_PAGE_SIZE) {
		sg_log(gpu, "libos region %s: pa %#llx is not at a page or size %#llx is 0", name,
		       region->pa, region->size);
		return false;
	}
	if (region->id8 == GSP_LIBOS_ID_RMARGS)
		return sg_want(gpu, "libos region RMARGS: size", region->size, GSP_PAGE_SIZE);
	return check_log(gpu, name, region);
}

/* All four must be there, once; others would be news. Gives the address of RMARGS. */
static bool parse_libos_args(struct softgpu *gpu, u64 addr, u64 *rmargs)
{
	static const u64 known[] = {
		GSP_LIBOS_ID_LOGINIT, GSP_LIBOS_ID_LOGINTR, GSP_LIBOS_ID_LOGRM, GSP_LIBOS_ID_RMARGS,
	};
	const unsigned int nr_known = ARRAY_SIZE(known);
	struct gsp_libos_region region[LIBOS_REGIONS];
	unsigned int i, k, seen = 0;

	if (addr % GSP_PAGE_SIZE || !sg_dma_read(gpu, addr, region, sizeof(region))) {
		sg_log(gpu, "libos arguments at %#llx: no page of memory", addr);
		return false;
	}
	for (i = 0; i < LIBOS_REGIONS && region[i].id8; i++) {
		for (k = 0; k < nr_known && known[k] != region[i].id8; k++)
			;
		if (k == nr_known || seen & 1u << k) {
			sg_log(gpu, "libos region %u: id8 %#llx is unknown or comes twice", i,
			       region[i].id8);
			return false;
		}
		if (!check_region(gpu, &region[i]))
			return false;
		seen |= 1u << k;
		if (region[i].id8 == GSP_LIBOS_ID_RMARGS)
			*rmargs = region[i].pa;
	}
	if (seen != (1u << nr_known) - 1)
		sg_log(gpu, "libos regions: of LOGINIT, LOGINTR, LOGRM, RMARGS only %#x", seen);
	return seen == (1u << nr_known) - 1;
}

bool sg_rmargs_read(struct softgpu *gpu, u64 addr, struct gsp_arguments_cached *args)
{
	if (!sg_dma_read(gpu, addr, args, sizeof(*args))) {
		sg_log(gpu, "libos region RMARGS: pa %#llx is not in memory", addr);
		return false;
	}
	if (args->gpu_instance >= GPU_INSTANCE_MAX) {
		sg_log(gpu, "RMARGS.gpuInstance is %u, must be below %u", args->gpu_instance,
		       GPU_INSTANCE_MAX);
		return false;
	}
	return sg_want(gpu, "RMARGS.pageTableEntryCount", args->page_table_entry_count,
		       GSP_SHM_PAGES) &&
	       sg_want(gpu, "RMARGS.cmdQueueOffset", args->cmd_queue_offset, GSP_SHM_CMDQ_OFF) &&
	       sg_want(gpu, "RMARGS.statQueueOffset", args->stat_queue_offset, GSP_SHM_STATQ_OFF) &&
	       sg_want(gpu, "RMARGS.locklessCmdQueueOffset", args->lockless_cmd_queue_offset, 0) &&
	       sg_want(gpu, "RMARGS.locklessStatQueueOffset", args->lockless_stat_queue_offset,
		       0) &&
	       sg_want(gpu, "RMARGS.profilerSize", args->profiler_size, 0) &&
	       sg_want(gpu, "RMARGS.sharedMemPhysAddr's offset in its page",
		       args->shared_mem_phys_addr % GSP_PAGE_SIZE, 0);
}

/* What the static info is made of has to make sense; booter has checked the rest. */
static bool check_layout(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	if (!sg_want(gpu, "WprMeta.fbSize", meta->fb_size, gpu->vram_size))
		return false;
	if (meta->gsp_fw_rsvd_start > GSP_LOW_RESERVED &&
	    meta->gsp_fw_rsvd_start < meta->gsp_fw_wpr_start &&
	    meta->gsp_fw_wpr_start < meta->gsp_fw_wpr_end && meta->gsp_fw_wpr_end <= meta->fb_size)
		return true;
	sg_log(gpu, "WprMeta: gspFwRsvdStart %#llx to gspFwWprStart %#llx to gspFwWprEnd %#llx",
	       meta->gsp_fw_rsvd_start, meta->gsp_fw_wpr_start, meta->gsp_fw_wpr_end);
	return false;
}

static void process_commands(struct softgpu_gsp_rm *rm)
{
	struct gsp_record record;

	while (rm->state != GSP_RM_DEAD && sg_queue_flush(rm)) {
		if (rm->state == GSP_RM_UNLOADED)
			sg_gsp_rm_halt(rm);
		if (rm->state >= GSP_RM_HALTED || !sg_queue_receive(rm, &record))
			break;
		sg_rpc_handle(rm, &record);
	}
}

/* Firmware would spin until the driver has read something. */
static void wait_for_room(struct softgpu *gpu, void *arg)
{
	unsigned int resets = gpu->resets;

	(void)arg;
	if (!gpu->rm)
		return;
	gpu->rm->waits_for_room = false;
	softgpu_unlock(gpu);
	usleep(ROOM_POLL_US);
	softgpu_lock(gpu);
	if (gpu->resets == resets)
		sg_gsp_rm_doorbell(gpu);
}

/*
 * Right here, in the access that rings: a guest's write is posted, and whatever comes after it
 * would wait for the lock anyway. Another thread would have to be woken first, which takes ten
 * times as long as most messages do.
 */
void sg_gsp_rm_doorbell(struct softgpu *gpu)
{
	struct softgpu_gsp_rm *rm = gpu->rm;

	if (!rm || rm->waits_for_room)
		return;
	process_commands(rm);
	if (list_empty(&rm->queue.waiting) || rm->state == GSP_RM_DEAD || !gpu->worker)
		return;
	rm->waits_for_room = true;
	sg_defer(gpu, wait_for_room, NULL);
}

void sg_gsp_rm_poll(struct softgpu *gpu)
{
	if (gpu->rm && !gpu->worker && !list_empty(&gpu->rm->queue.waiting))
		sg_gsp_rm_doorbell(gpu);
}

static void send_init_done(struct softgpu *gpu, void *arg)
{
	(void)arg;
	if (!gpu->rm || gpu->rm->state != GSP_RM_BOOTING)
		return;
	gpu->rm->state = GSP_RM_RUNNING;
	sg_queue_send(gpu->rm, GSP_EVENT_INIT_DONE, NV_OK, NULL, 0);
}

void sg_gsp_rm_announce(struct softgpu *gpu)
{
	sg_defer(gpu, send_init_done, NULL);
}

static bool boot(struct softgpu_gsp_rm *rm, u64 libos_args)
{
	struct softgpu *gpu = rm->gpu;
	struct gsp_arguments_cached args;
	u64 rmargs = 0;

	if (!check_layout(gpu, &rm->meta) || !parse_libos_args(gpu, libos_args, &rmargs) ||
	    !sg_rmargs_read(gpu, rmargs, &args) ||
	    !sg_want(gpu, "RMARGS.bInPMTransition", args.in_pm_transition, 0) ||
	    !sg_want(gpu, "RMARGS.oldLevel", args.old_level, 0) ||
	    !sg_want(gpu, "RMARGS.flags", args.flags, 0) || !sg_queue_attach(rm, &args))
		return false;
	rm->rmargs = rmargs;
	process_commands(rm);
	if (rm->state == GSP_RM_DEAD)
		return false;
	if (!rm->have_system_info || !rm->have_registry || rm->partial) {
		sg_log(gpu, "command queue: no complete %s is queued",
		       rm->have_system_info ? "SET_REGISTRY" : "GSP_SET_SYSTEM_INFO");
		return false;
	}
	return true;
}

struct softgpu_gsp_rm *sg_gsp_rm_new(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	struct softgpu_gsp_rm *rm = calloc(1, sizeof(*rm));

	if (!rm)
		return NULL;
	rm->gpu = gpu;
	rm->meta = *meta;
	INIT_LIST_HEAD(&rm->queue.waiting);
	INIT_LIST_HEAD(&rm->registry);
	INIT_LIST_HEAD(&rm->clients);
	INIT_LIST_HEAD(&rm->fbsr.pieces);
	if (!sg_objects_init(rm)) {
		sg_objects_free(rm);
		free(rm);
		return NULL;
	}
	return rm;
}

bool sg_gsp_rm_start(struct softgpu *gpu, u64 libos_args, const struct gsp_fw_wpr_meta *meta)
{
	sg_gsp_rm_stop(gpu);
	gpu->rm = sg_gsp_rm_new(gpu, meta);
	if (!gpu->rm) {
		sg_log(gpu, "out of memory: GSP-RM does not start");
		return false;
	}
	if (sg_fault(gpu, SOFTGPU_FAULT_GSP_NO_START)) {
		sg_rm_die(gpu->rm, "told not to start");
		return true;
	}
	if (!boot(gpu->rm, libos_args)) {
		sg_gsp_rm_stop(gpu);
		return false;
	}
	sg_gsp_rm_announce(gpu);
	return true;
}

void sg_gsp_rm_stop(struct softgpu *gpu)
{
	struct softgpu_gsp_rm *rm = gpu->rm;

	if (!rm)
		return;
	gpu->rm = NULL;
	sg_message_free(rm->partial);
	sg_queue_free(rm);
	sg_registry_free(rm);
	sg_fbsr_free(rm);
	sg_objects_free(rm);
	free(rm);
}

void sg_gsp_error_log(struct softgpu *gpu, u32 xid, u32 chid, const char *text)
{
	struct gsp_event_os_error_log event = { .except_type = xid, .chid = chid };

	if (!gpu->rm || gpu->rm->state != GSP_RM_RUNNING)
		return;
	snprintf(event.string, sizeof(event.string), "%s", text);
	sg_queue_send(gpu->rm, GSP_EVENT_OS_ERROR_LOG, NV_OK, &event, sizeof(event));
}

void sg_gsp_rc_triggered(struct softgpu *gpu, u32 engine, u32 chid, u32 xid)
{
	const struct gsp_event_rc_triggered event = {
		.engine_type = engine, .chid = chid, .except_type = xid,
	};

	if (!gpu->rm || gpu->rm->state != GSP_RM_RUNNING)
		return;
	sg_queue_send(gpu->rm, GSP_EVENT_RC_TRIGGERED, NV_OK, &event, sizeof(event));
}

void sg_gsp_post_event(struct softgpu *gpu, u32 h_client, u32 h_event, u32 notify_index, u32 data)
{
	struct gsp_event_post_event event = {
		.h_client = h_client, .h_event = h_event,
		.notify_index = notify_index, .data = data,
	};

	if (!gpu->rm || gpu->rm->state != GSP_RM_RUNNING)
		return;
	sg_queue_send(gpu->rm, GSP_EVENT_POST_EVENT, NV_OK, &event,
		      offsetof(struct gsp_event_post_event, event_data));
}
