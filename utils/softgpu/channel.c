// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Channels: what GSP-RM's stand-in is told of them, doorbells, and whose turn it is.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "channel.h"
#include "sensors.h"

#include "abi/channel.h"
#include "abi/nv-class.h"

/* Of a turn: enough for most submissions, and over within a millisecond or so. */
#define TURN_METHODS	4096
#define TURN_BYTES	BIT(20)

/* What a thread waits between rounds: to let others take the lock, or for a semaphore. */
#define PAUSE_US	1
#define POLL_US		200

#define ENGINE_GR0	0x01

#define NOTIFIER_ERROR	0xffff	/* NvNotification.status */

struct softgpu_fifo {
	struct sg_channel *channel[NV_HOST_CHANNELS];
	struct list_head runnable;
	bool queued;
};

static const struct {
	u32 engine;
	u32 vector;
} nonstall_vectors[] = {
	{ 0x25, 1 }, { 0x31, 2 }, { 0x1d, 3 }, { 0x0b, 7 }, { 0x0c, 8 }, { 0x3e, 9 }, { 0x0d, 10 },
};

/* Engines of the graphics runlist share vector 0. */
static u32 nonstall_vector(u32 engine)
{
	for (size_t i = 0; i < ARRAY_SIZE(nonstall_vectors); i++)
		if (nonstall_vectors[i].engine == engine)
			return nonstall_vectors[i].vector;
	return 0;
}

struct sg_channel *sg_channel_get(struct softgpu *gpu, u32 chid)
{
	return chid < NV_HOST_CHANNELS ? gpu->fifo->channel[chid] : NULL;
}

/* Turns */

static bool run_round(struct softgpu *gpu, bool *more)
{
	struct softgpu_fifo *fifo = gpu->fifo;
	struct sg_channel *channel;
	unsigned int turns = 0;
	struct list_head *at;

	*more = false;
	list_for_each(at, &fifo->runnable)
		turns++;
	while (turns-- && !list_empty(&fifo->runnable)) {
		struct sg_budget budget = { TURN_METHODS, TURN_BYTES };
		enum sg_run run;
		u64 start;

		channel = list_first_entry(&fifo->runnable, struct sg_channel, runnable);
		list_del_init(&channel->runnable);
		channel->loaded = 0;
		start = sg_host_ns();
		run = sg_pbdma_run(channel, &budget);
		if (run != SG_RUN_WAIT)
			sg_sensors_work(gpu, sg_host_ns() - start, TURN_BYTES - budget.bytes);
		if (run == SG_RUN_IDLE) {
			if (!channel->xid)
				sg_ramfc_store(channel);
			continue;
		}
		list_add_tail(&channel->runnable, &fifo->runnable);
		*more |= run == SG_RUN_AGAIN;
	}
	return !list_empty(&fifo->runnable);
}

static void run_job(struct softgpu *gpu, void *arg)
{
	unsigned int resets = gpu->resets;
	bool more;

	(void)arg;
	gpu->fifo->queued = false;
	if (!run_round(gpu, &more) || !gpu->worker)
		return;
	gpu->fifo->queued = true;
	softgpu_unlock(gpu);
	usleep(more ? PAUSE_US : POLL_US);
	softgpu_lock(gpu);
	if (resets == gpu->resets)
		sg_defer(gpu, run_job, NULL);
}

void sg_channel_wake(struct sg_channel *channel)
{
	struct softgpu *gpu = channel->gpu;

	channel->pending = channel->rm->users_stopped && !channel->privileged;
	if (channel->xid || !channel->scheduled || channel->pending)
		return;
	if (list_empty(&channel->runnable))
		list_add_tail(&channel->runnable, &gpu->fifo->runnable);
	if (gpu->fifo->queued)
		return;
	gpu->fifo->queued = true;
	sg_defer(gpu, run_job, NULL);
}

void sg_fifo_poll(struct softgpu *gpu)
{
	if (!gpu->worker && !list_empty(&gpu->fifo->runnable))
		run_job(gpu, NULL);
}

u32 sg_doorbell_read(struct softgpu *gpu, u32 off)
{
	(void)gpu;
	(void)off;
	return 0;
}

void sg_doorbell_write(struct softgpu *gpu, u32 off, u32 val)
{
	u32 chid = FIELD_GET(NV_DOORBELL_VECTOR, val);
	struct sg_channel *channel = sg_channel_get(gpu, chid);

	(void)off;
	if (!channel || channel->runlist != FIELD_GET(NV_DOORBELL_RUNLIST_ID, val)) {
		sg_trace(gpu, "doorbell %#x is no channel's", val);
		return;
	}
	channel->rung = true;
	sg_channel_wake(channel);
}

/* What channels do to memory */

static struct gsp_object *ancestor(struct gsp_object *object, u32 kind)
{
	while (object && object->kind != kind)
		object = object->parent;
	return object;
}

static const struct nv_channel_group_alloc_params *group_params(const struct gsp_object *channel)
{
	const struct gsp_object *group = channel->parent;

	if (group->kind != GSP_KIND_CHANNEL_GROUP ||
	    group->params_size < sizeof(struct nv_channel_group_alloc_params))
		return NULL;
	return (const void *)group->params;
}

struct sg_space sg_channel_space(const struct sg_channel *channel)
{
	return (struct sg_space){
		.kind = SG_SPACE_VIRTUAL,
		.root = channel->vas->page_dir,
		.root_sysmem = channel->vas->sysmem,
	};
}

static bool moved(struct sg_channel *channel, const char *what, u64 addr, u64 done, u32 len)
{
	if (done < len)
		sg_channel_fail(channel, SG_XID_MMU_FAULT, "MMU fault: %s of virtual address %#llx",
				what, addr + done);
	return done == len;
}

bool sg_channel_read(struct sg_channel *channel, u64 addr, void *buf, u32 len)
{
	const struct sg_space space = sg_channel_space(channel);

	return moved(channel, "read", addr, sg_space_read(channel->gpu, &space, addr, buf, len),
		     len);
}

bool sg_channel_write(struct sg_channel *channel, u64 addr, const void *buf, u32 len)
{
	const struct sg_space space = sg_channel_space(channel);

	return moved(channel, "write", addr, sg_space_write(channel->gpu, &space, addr, buf, len),
		     len);
}

/* The first of the notifiers that a program gave the channel: why it stopped. */
static void write_notifier(struct sg_channel *channel, u32 xid)
{
	const struct nv_channel_alloc_params *params = (const void *)channel->object->params;
	const struct nv_memory_desc_params *mem = &params->error_notifier_mem;
	const struct {
		u64 time;
		u32 info32;
		u16 info16, status;
	} notifier = { sg_ptimer_now(channel->gpu), xid, channel->engine, NOTIFIER_ERROR };

	if (mem->size < sizeof(notifier))
		return;
	if (mem->address_space == NV_MEMORY_DESC_FB)
		sg_vram_write(channel->gpu, mem->base, &notifier, sizeof(notifier));
	else if (mem->address_space == NV_MEMORY_DESC_SYSMEM)
		sg_dma_write(channel->gpu, mem->base, &notifier, sizeof(notifier));
}

/* Only the channels of one group share its fate. */
static void stop(struct sg_channel *channel, u32 xid)
{
	channel->xid = xid;
	list_del_init(&channel->runnable);
	write_notifier(channel, xid);
	sg_gsp_rc_triggered(channel->gpu, channel->engine, channel->chid, xid);
}

void sg_channel_fail(struct sg_channel *channel, u32 xid, const char *fmt, ...)
{
	struct softgpu_fifo *fifo = channel->gpu->fifo;
	const struct gsp_object *group = channel->object->parent;
	char text[160];
	va_list args;

	if (channel->xid)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	sg_log(channel->gpu, "channel %u stops: %s", channel->chid, text);
	sg_gsp_error_log(channel->gpu, xid, channel->chid, text);
	stop(channel, xid);
	for (u32 i = 0; group->kind == GSP_KIND_CHANNEL_GROUP && i < NV_HOST_CHANNELS; i++)
		if (fifo->channel[i] && fifo->channel[i] != channel &&
		    fifo->channel[i]->object->parent == group)
			stop(fifo->channel[i], xid);
}

/* Making and freeing */

static bool check_userd(struct softgpu *gpu, const struct nv_memory_desc_params *userd)
{
	u8 probe;

	if (userd->size < NV_USERD_SIZE || userd->base % NV_USERD_SIZE)
		return false;
	if (userd->address_space == NV_MEMORY_DESC_FB)
		return sg_vram_read(gpu, userd->base, &probe, sizeof(probe));
	return userd->address_space == NV_MEMORY_DESC_SYSMEM &&
	       sg_dma_read(gpu, userd->base, &probe, sizeof(probe));
}

static u32 check_params(struct softgpu *gpu, const struct nv_channel_alloc_params *params)
{
	if (params->gp_fifo_offset % NVC56F_GP_ENTRY__SIZE ||
	    params->gp_fifo_offset >> NV_HOST_VA_BITS)
		return NV_ERR_INVALID_ADDRESS;
	/* One that only holds a context is never rung for, and has neither. */
	if (params->gp_fifo_entries && !check_userd(gpu, &params->userd_mem)) {
		sg_log(gpu, "channel's USERD: %#llx in address space %u", params->userd_mem.base,
		       params->userd_mem.address_space);
		return NV_ERR_INVALID_ADDRESS;
	}
	return NV_OK;
}

static u32 channel_id(const struct nv_channel_alloc_params *params)
{
	return FIELD_GET(NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE, params->flags) * 8 +
	       FIELD_GET(NVOS04_FLAGS_CHANNEL_USERD_INDEX_VALUE, params->flags);
}

static u32 channel_engine(const struct gsp_object *object)
{
	const struct nv_channel_alloc_params *params = (const void *)object->params;
	const struct nv_channel_group_alloc_params *group = group_params(object);

	if (params->engine_type)
		return params->engine_type;
	return group && group->engine_type ? group->engine_type : ENGINE_GR0;
}

/*
 * Its own, its context share's, its group's or that of the device; NULL if it names none.
 * After a suspend it is the one that it had, as what named it may be gone.
 */
static struct gsp_vas *find_vas(struct softgpu_gsp_rm *rm, u32 h_client,
				struct gsp_object *channel)
{
	const struct nv_channel_alloc_params *params = (const void *)channel->params;
	const struct nv_channel_group_alloc_params *group = group_params(channel);
	u32 h_vaspace = params->h_vaspace;
	const struct gsp_object *object;

	if (channel->vas)
		return channel->vas;
	if (!h_vaspace && params->h_context_share) {
		object = sg_object_find(rm, h_client, params->h_context_share);
		if (!object || object->class != FERMI_CONTEXT_SHARE_A ||
		    object->params_size < sizeof(h_vaspace))
			return NULL;
		memcpy(&h_vaspace, object->params, sizeof(h_vaspace));
	}
	if (!h_vaspace && group)
		h_vaspace = group->h_vaspace;
	object = h_vaspace ? sg_object_find(rm, h_client, h_vaspace) :
			     ancestor(channel, GSP_KIND_DEVICE);
	return object ? object->vas : NULL;
}

static void fill(struct sg_channel *channel, const struct nv_channel_alloc_params *params)
{
	channel->vector = nonstall_vector(channel->engine);
	channel->privileged = params->flags & NVOS04_FLAGS_PRIVILEGED_CHANNEL ||
		FIELD_GET(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_PRIVILEGE, params->internal_flags);
	channel->gpfifo = params->gp_fifo_offset;
	channel->entries = params->gp_fifo_entries;
	channel->userd = params->userd_mem.base;
	channel->userd_space.kind = params->userd_mem.address_space == NV_MEMORY_DESC_FB ?
				    SG_SPACE_VID : SG_SPACE_SYS;
}

u32 sg_channel_new(struct softgpu_gsp_rm *rm, u32 h_client, struct gsp_object *object)
{
	const struct nv_channel_alloc_params *params = (const void *)object->params;
	struct softgpu_fifo *fifo = rm->gpu->fifo;
	struct sg_channel *channel;
	struct gsp_vas *vas;
	u32 status, runlist;

	if (object->params_size != sizeof(*params))
		return NV_ERR_INVALID_PARAM_STRUCT;
	status = check_params(rm->gpu, params);
	if (status)
		return status;
	vas = find_vas(rm, h_client, object);
	if (!vas)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	if (channel_id(params) >= NV_HOST_CHANNELS ||
	    !sg_engine_runlist(channel_engine(object), &runlist))
		return NV_ERR_INVALID_ARGUMENT;
	if (fifo->channel[channel_id(params)])
		return NV_ERR_STATE_IN_USE;
	channel = calloc(1, sizeof(*channel));
	if (!channel)
		return NV_ERR_NO_MEMORY;
	*channel = (struct sg_channel){
		.gpu = rm->gpu, .rm = rm, .object = object, .h_client = h_client,
		.chid = channel_id(params), .runlist = runlist, .engine = channel_engine(object),
		.vas = sg_vas_get(vas),
	};
	INIT_LIST_HEAD(&channel->runnable);
	fill(channel, params);
	/* After a suspend GSP-RM makes none anew, it goes on with those that there are. */
	if (channel->entries && !rm->resuming && !sg_ramfc_store(channel)) {
		sg_vas_put(channel->vas);
		free(channel);
		return NV_ERR_INVALID_ADDRESS;
	}
	fifo->channel[channel->chid] = channel;
	object->channel = channel;
	sg_trace(rm->gpu, "channel %u: engine %#x, runlist %u, gpfifo %#llx + %u, userd %#llx",
		 channel->chid, channel->engine, channel->runlist, channel->gpfifo,
		 channel->entries, channel->userd);
	return NV_OK;
}

void sg_channel_free(struct sg_channel *channel)
{
	if (!channel)
		return;
	list_del(&channel->runnable);
	channel->gpu->fifo->channel[channel->chid] = NULL;
	sg_gr_free(channel);
	sg_vas_put(channel->vas);
	free(channel);
}

void sg_channel_schedule(struct sg_channel *channel, bool on)
{
	channel->scheduled = on;
	if (on)
		sg_channel_wake(channel);
	else
		list_del_init(&channel->runnable);
}

/* Channels themselves went with GSP-RM's objects. */
void sg_fifo_reset(struct softgpu *gpu)
{
	gpu->fifo->queued = false;
}

int sg_fifo_init(struct softgpu *gpu)
{
	gpu->fifo = calloc(1, sizeof(*gpu->fifo));
	if (!gpu->fifo)
		return -ENOMEM;
	INIT_LIST_HEAD(&gpu->fifo->runnable);
	return 0;
}
