// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Events: GSP-RM, an engine or this driver say that something happened to an object, and a
 * file that a program polls becomes readable.
 *
 * A program names the file with ALLOC_OS_EVENT, under a client and a number, then makes
 * event objects under what it watches. GSP's messages are handled with nv_gsp.rpc_lock held,
 * so delivery takes only event_lock and allocates nothing: a file has room for so
 * many events, and who does not fetch them loses the later ones.
 *
 * Rules: open-gpu-kernel-modules 550.163.01, event.c, osapi.c, nv.c.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/gsp-rpc.h"
#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nvos.h"
#include "gsp/gsp.h"
#include "rm/rm-priv.h"

#define RM_QUEUE_LENGTH		128
#define RM_OS_EVENTS_MAX	256	/* of one file */

/**
 * struct rm_event_queue - what a file has to tell
 * @event: a ring
 * @head: its oldest
 * @count: how many are in it
 * @pending: an event without data was posted
 * @registered: ALLOC_OS_EVENT less FREE_OS_EVENT
 */
struct rm_event_queue {
	struct nv_unix_event event[RM_QUEUE_LENGTH];
	u32 head;
	u32 count;
	bool pending;
	u32 registered;
};

/**
 * struct rm_os_event - a file that gets a client's events
 * @node: in rm->os_events
 * @h_client: the client
 * @fd: the program's number of the file, with which event objects name it
 * @file: that file
 */
struct rm_os_event {
	struct list_head node;
	u32 h_client;
	u32 fd;
	struct rm_file *file;
};

void rm_events_init(struct rm *rm)
{
	spin_lock_init(&rm->event_lock);
	INIT_LIST_HEAD(&rm->events);
	INIT_LIST_HEAD(&rm->os_events);
}

static struct rm_os_event *rm_os_event_find(struct rm *rm, u32 h_client, u32 fd)
{
	struct rm_os_event *os_event;

	lockdep_assert_held(&rm->event_lock);
	list_for_each_entry(os_event, &rm->os_events, node)
		if (os_event->h_client == h_client && os_event->fd == fd)
			return os_event;
	return NULL;
}

/* Both are new; whichever is not needed is left to the caller. */
static u32 rm_os_event_add(struct rm *rm, struct rm_os_event **os_event,
			   struct rm_event_queue **queue)
{
	struct rm_file *file = (*os_event)->file;

	lockdep_assert_held(&rm->event_lock);
	if (rm_os_event_find(rm, (*os_event)->h_client, (*os_event)->fd))
		return NV_ERR_INVALID_ARGUMENT;
	if (!file->events) {
		file->events = *queue;
		*queue = NULL;
	}
	if (file->events->registered == RM_OS_EVENTS_MAX)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	file->events->registered++;
	list_add_tail(&(*os_event)->node, &rm->os_events);
	*os_event = NULL;
	return NV_OK;
}

static u32 rm_may_use_client(const struct rm_caller *caller, u32 h_client)
{
	struct rm_client *client = rm_client_get(caller, h_client);

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	rm_client_put(client);
	return NV_OK;
}

u32 rm_alloc_os_event(const struct rm_caller *caller, const struct nv_ioctl_os_event *p)
{
	struct rm *rm = caller->file->rm;
	struct rm_event_queue *queue;
	struct rm_os_event *os_event;
	u32 status;

	status = rm_may_use_client(caller, p->h_client);
	if (status != NV_OK)
		return status;
	queue = kzalloc(sizeof(*queue), GFP_KERNEL_ACCOUNT);
	os_event = kzalloc(sizeof(*os_event), GFP_KERNEL_ACCOUNT);
	status = NV_ERR_NO_MEMORY;
	if (queue && os_event) {
		os_event->h_client = p->h_client;
		os_event->fd = p->fd;
		os_event->file = caller->file;
		spin_lock(&rm->event_lock);
		status = rm_os_event_add(rm, &os_event, &queue);
		spin_unlock(&rm->event_lock);
	}
	kfree(queue);
	kfree(os_event);
	return status;
}

static void rm_events_detach(struct rm *rm, const struct rm_file *file, u32 h_client)
{
	struct rm_event *event;

	lockdep_assert_held(&rm->event_lock);
	list_for_each_entry(event, &rm->events, node)
		if (event->file == file &&
		    (!h_client || event->object.client->object.handle == h_client))
			event->file = NULL;
}

u32 rm_free_os_event(const struct rm_caller *caller, const struct nv_ioctl_os_event *p)
{
	struct rm *rm = caller->file->rm;
	struct rm_os_event *os_event;
	u32 status;

	status = rm_may_use_client(caller, p->h_client);
	if (status != NV_OK)
		return status;
	spin_lock(&rm->event_lock);
	os_event = rm_os_event_find(rm, p->h_client, p->fd);
	if (os_event) {
		list_del(&os_event->node);
		os_event->file->events->registered--;
		rm_events_detach(rm, os_event->file, p->h_client);
	}
	spin_unlock(&rm->event_lock);
	kfree(os_event);
	return os_event ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

void rm_events_close(struct rm_file *file)
{
	struct rm_os_event *os_event, *next;
	struct rm_event_queue *queue;
	struct rm *rm = file->rm;
	LIST_HEAD(closed);

	spin_lock(&rm->event_lock);
	list_for_each_entry_safe(os_event, next, &rm->os_events, node)
		if (os_event->file == file)
			list_move(&os_event->node, &closed);
	rm_events_detach(rm, file, 0);
	queue = file->events;
	file->events = NULL;
	spin_unlock(&rm->event_lock);
	list_for_each_entry_safe(os_event, next, &closed, node)
		kfree(os_event);
	kfree(queue);
}

/* Posting */

static void rm_event_post(struct rm *rm, struct rm_event *event, u32 info32, u16 info16)
{
	struct rm_file *file = event->file;
	struct rm_event_queue *queue;

	lockdep_assert_held(&rm->event_lock);
	if (!file)
		return;
	queue = file->events;
	if (event->dataless) {
		queue->pending = true;
	} else if (queue->count < RM_QUEUE_LENGTH) {
		queue->event[(queue->head + queue->count++) % RM_QUEUE_LENGTH] =
			(struct nv_unix_event) {
				.h_object = event->object.handle, .notify_index = event->index,
				.info32 = info32, .info16 = info16,
			};
	}
	if (rm->os->event_post)
		rm->os->event_post(file);
}

void rm_event_notify(struct rm_object *object, u32 index, u32 info32, u16 info16)
{
	struct rm *rm = object->client->rm;
	struct rm_event *event;

	spin_lock(&rm->event_lock);
	list_for_each_entry(event, &rm->events, node)
		if (event->object.client == object->client && event->source == object->handle &&
		    event->index == index)
			rm_event_post(rm, event, info32, info16);
	spin_unlock(&rm->event_lock);
}

static struct rm_event *rm_event_find(struct rm *rm, u32 h_client, u32 h_event)
{
	struct rm_event *event;

	lockdep_assert_held(&rm->event_lock);
	list_for_each_entry(event, &rm->events, node)
		if (event->object.client->object.handle == h_client &&
		    event->object.handle == h_event && event->on_gsp)
			return event;
	return NULL;
}

/* GSP names one event, and may mean all that wait for the same. */
static void rm_gsp_posts(void *ctx, const struct gsp_event_post_event *post, u32 size)
{
	struct rm_event *event, *other;
	struct rm *rm = ctx;

	spin_lock(&rm->event_lock);
	event = rm_event_find(rm, post->h_client, post->h_event);
	if (event && !post->notify_list)
		rm_event_post(rm, event, post->data, post->info16);
	list_for_each_entry(other, &rm->events, node)
		if (event && post->notify_list && other->object.client == event->object.client &&
		    other->source == event->source && other->index == event->index)
			rm_event_post(rm, other, post->data, post->info16);
	spin_unlock(&rm->event_lock);
}

static bool rm_event_waits_for(const struct rm_event *event, const struct nv_gpu *gpu, u32 index)
{
	return event->nonstall && event->object.gpu->gpu_id == gpu->gpu_id &&
	       (event->index == index || event->index == NV2080_NOTIFIERS_FIFO_EVENT_MTHD);
}

/* Channels ask for it after their work: who waits has to look what of it is done. */
static void rm_engine_interrupts(void *ctx, struct nv_gpu *gpu, u32 index)
{
	struct rm_event *event;
	struct rm *rm = ctx;

	spin_lock(&rm->event_lock);
	list_for_each_entry(event, &rm->events, node)
		if (rm_event_waits_for(event, gpu, index))
			rm_event_post(rm, event, 0, 0);
	spin_unlock(&rm->event_lock);
}

void rm_events_add_gpu(struct rm *rm, struct nv_gpu *gpu)
{
	nv_gsp_set_post_event(gpu->gsp, rm_gsp_posts, rm);
	nv_intr_set_notify(gpu, rm_engine_interrupts, rm);
}

void rm_events_remove_gpu(struct nv_gpu *gpu)
{
	nv_intr_set_notify(gpu, NULL, NULL);
	nv_gsp_set_post_event(gpu->gsp, NULL, NULL);
}

/* Event objects */

/* Memory is known here only, and clients are none of GSP's. */
static bool rm_event_is_on_gsp(const struct rm_object *object)
{
	return object->gpu && !(object->parent->class->flags & RM_CLASS_MEMORY);
}

/* Engines are a subdevice's. Rules: event_notification.c of the release. */
static u32 rm_event_check_nonstall(const struct rm_event *event)
{
	if (!event->nonstall)
		return NV_OK;
	if (event->object.parent->class->kind != RM_PARENT_SUBDEVICE)
		return NV_ERR_INVALID_ARGUMENT;
	return nv_intr_knows_notifier(event->index) ||
	       event->index == NV2080_NOTIFIERS_FIFO_EVENT_MTHD ? NV_OK : NV_ERR_NOT_SUPPORTED;
}

static u32 rm_event_attach(struct rm *rm, struct rm_event *event, u32 h_client, u32 fd)
{
	struct rm_os_event *os_event;

	spin_lock(&rm->event_lock);
	os_event = rm_os_event_find(rm, h_client, fd);
	if (os_event) {
		event->file = os_event->file;
		list_add_tail(&event->node, &rm->events);
	}
	spin_unlock(&rm->event_lock);
	return os_event ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

u32 rm_event_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	struct rm_event *event = container_of(object, struct rm_event, object);
	u32 h_client = object->client->object.handle, status;
	struct nv0005_alloc_parameters *p = params, on_gsp = *p;

	/* What is watched is the parent; a program may say so once more. */
	if (p->h_src_resource && p->h_src_resource != object->parent->handle)
		return NV_ERR_NOT_SUPPORTED;
	if (p->h_parent_client && p->h_parent_client != h_client)
		return NV_ERR_NOT_SUPPORTED;
	if (p->data >> 32)
		return NV_ERR_INVALID_ARGUMENT;
	event->source = object->parent->handle;
	event->index = p->notify_index & NV01_EVENT_INDEX;
	event->dataless = p->notify_index & NV01_EVENT_WITHOUT_EVENT_DATA;
	event->nonstall = p->notify_index & NV01_EVENT_NONSTALL_INTR;
	event->on_gsp = rm_event_is_on_gsp(object);
	INIT_LIST_HEAD(&event->node);
	status = rm_event_check_nonstall(event);
	if (status != NV_OK)
		return status;
	status = rm_event_attach(object->client->rm, event, h_client, p->data);
	if (status != NV_OK || !event->on_gsp)
		return status;
	on_gsp.h_parent_client = h_client;
	on_gsp.h_src_resource = event->source;
	on_gsp.notify_index |= NV01_EVENT_CLIENT_RM;
	return nv_gsp_alloc(gpu->gsp, h_client, event->source, object->handle, object->h_class,
			    &on_gsp, sizeof(on_gsp));
}

void rm_event_free(struct rm_object *object, struct nv_gpu *gpu)
{
	if (container_of(object, struct rm_event, object)->on_gsp)
		nv_gsp_free(gpu->gsp, object->client->object.handle, object->handle);
}

void rm_event_destroy(struct rm_object *object)
{
	struct rm_event *event = container_of(object, struct rm_event, object);
	struct rm *rm = object->client->rm;

	/* One that was never made is in no list. */
	if (!event->node.next)
		return;
	spin_lock(&rm->event_lock);
	list_del(&event->node);
	spin_unlock(&rm->event_lock);
}

/* Fetching */

bool rm_file_poll(struct rm_file *file)
{
	struct rm_event_queue *queue;
	bool ready = false;

	spin_lock(&file->rm->event_lock);
	queue = file->events;
	if (queue) {
		ready = queue->count || queue->pending;
		queue->pending = false;
	}
	spin_unlock(&file->rm->event_lock);
	return ready;
}

u32 rm_get_event_data(const struct rm_caller *caller, void *arg, size_t size)
{
	struct rm_event_queue *queue;
	struct rm *rm = caller->file->rm;
	struct nvos41_parameters *p = arg;
	struct nv_unix_event event;
	bool found = false;

	p->more_events = 0;
	spin_lock(&rm->event_lock);
	queue = caller->file->events;
	if (queue && queue->count) {
		found = true;
		event = queue->event[queue->head];
		queue->head = (queue->head + 1) % RM_QUEUE_LENGTH;
		p->more_events = --queue->count;
	}
	spin_unlock(&rm->event_lock);
	if (!found)
		return NV_ERR_GENERIC;
	return rm->os->copy_out(p->p_event, &event, sizeof(event)) ? NV_ERR_INVALID_ADDRESS :
								     NV_OK;
}
