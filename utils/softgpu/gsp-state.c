// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * What GSP-RM knows, as bytes: they lie in WPR2 while it does not run, and in system
 * memory while video memory has no power. One routine a struct goes both ways, so that
 * the two cannot differ. Booter vouches for the bytes, and yet a guest that has video
 * memory mapped may have changed them: nothing read is taken for true.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math.h>

#include "channel.h"
#include "context.h"
#include "gsp-rm.h"
#include "sm.h"

#define STATE_MAGIC	0x6574617473706773ull
#define REGISTRY_MAX	4096
#define VAS_MAX		16384

/**
 * struct state - the bytes and a place in them
 * @loading: they are read, otherwise written
 * @failed: they end too early or hold what cannot be, or there is no memory
 * @vas: VA spaces met, in their order; only while loading
 * @nr_vas: how many
 */
struct state {
	u8 *bytes;
	u64 size, at;
	bool loading, failed;
	struct gsp_vas **vas;
	u32 nr_vas;
};

static bool grow(struct state *state, u64 size)
{
	u64 room = state->size;
	u8 *bytes;

	while (size > room - state->at)
		room = room ? room * 2 : 65536;
	bytes = realloc(state->bytes, room);
	if (!bytes)
		return false;
	state->bytes = bytes;
	state->size = room;
	return true;
}

static void item(struct state *state, void *data, u64 size)
{
	if (!size)
		return;
	if (!state->failed && size > state->size - state->at)
		state->failed = state->loading || !grow(state, size);
	if (state->failed) {
		if (state->loading)
			memset(data, 0, size);
		return;
	}
	if (state->loading)
		memcpy(data, state->bytes + state->at, size);
	else
		memcpy(state->bytes + state->at, data, size);
	state->at += size;
}

static void flag(struct state *state, bool *flag)
{
	u8 byte = *flag;

	item(state, &byte, sizeof(byte));
	*flag = byte;
}

#define ITEM(state, lvalue)	item(state, &(lvalue), sizeof(lvalue))

/* While loading: it has to hold, or all is lost. */
static void demand(struct state *state, bool holds)
{
	if (state->loading && !holds)
		state->failed = true;
}

/* @size bytes at *@data, which are allocated while loading. */
static void buffer(struct state *state, void **data, u64 size)
{
	if (state->loading) {
		demand(state, size <= state->size - state->at);
		*data = state->failed ? NULL : malloc(size + 1);
		demand(state, *data);
	}
	if (!state->failed)
		item(state, *data, size);
}

static void pages(struct state *state, struct gsp_pages *pages)
{
	ITEM(state, pages->nr);
	ITEM(state, pages->offset);
	ITEM(state, pages->length);
	demand(state, sg_pages_valid(pages));
	if (state->loading)
		pages->page = NULL;
	if (!state->failed)
		buffer(state, (void **)&pages->page, pages->nr * sizeof(u64));
}

static void queue(struct state *state, struct gsp_queue *queue)
{
	ITEM(state, queue->page);
	ITEM(state, queue->read_ptr);
	ITEM(state, queue->rx_seq);
	ITEM(state, queue->write_ptr);
	ITEM(state, queue->tx_seq);
	demand(state, queue->read_ptr < GSP_MSGQ_ELEM_COUNT &&
	       queue->write_ptr < GSP_MSGQ_ELEM_COUNT);
}

/* The driver's registry */

static void save_registry(struct state *state, struct softgpu_gsp_rm *rm)
{
	struct gsp_registry_key *key;
	u32 length = 0;

	list_for_each_entry(key, &rm->registry, link) {
		length = strlen(key->name) + 1;
		ITEM(state, length);
		ITEM(state, key->type);
		ITEM(state, key->dword);
		item(state, key->name, length);
	}
	length = 0;
	ITEM(state, length);
}

static void load_registry(struct state *state, struct softgpu_gsp_rm *rm)
{
	struct gsp_registry_key *key;
	u32 length, nr = 0;

	for (ITEM(state, length); length && !state->failed; ITEM(state, length)) {
		demand(state, length <= 65536 && ++nr <= REGISTRY_MAX);
		key = state->failed ? NULL : calloc(1, sizeof(*key) + length);
		demand(state, key);
		if (!key)
			return;
		ITEM(state, key->type);
		ITEM(state, key->dword);
		item(state, key->name, length);
		demand(state, !key->name[length - 1]);
		list_add_tail(&key->link, &rm->registry);
	}
}

/* Memory that GSP-RM puts back */

static void piece(struct state *state, struct gsp_fbsr *fbsr, struct gsp_fbsr_piece *piece)
{
	pages(state, &piece->vidmem);
	ITEM(state, piece->vid_offset);
	ITEM(state, piece->sys_offset);
	ITEM(state, piece->size);
	demand(state, sg_fbsr_piece_fits(fbsr, piece));
}

static void load_pieces(struct state *state, struct gsp_fbsr *fbsr, u32 nr)
{
	struct gsp_fbsr_piece *new;

	for (; fbsr->nr_pieces < nr && !state->failed; fbsr->nr_pieces++) {
		new = calloc(1, sizeof(*new));
		demand(state, new);
		if (!new)
			return;
		list_add_tail(&new->link, &fbsr->pieces);
		piece(state, fbsr, new);
	}
}

static void fbsr(struct state *state, struct gsp_fbsr *fbsr)
{
	struct gsp_fbsr_piece *next;
	u32 nr = fbsr->nr_pieces;

	ITEM(state, fbsr->type);
	ITEM(state, fbsr->announced);
	pages(state, &fbsr->buffer);
	ITEM(state, nr);
	if (state->loading) {
		load_pieces(state, fbsr, nr);
		return;
	}
	list_for_each_entry(next, &fbsr->pieces, link)
		piece(state, fbsr, next);
}

/* Channels: what is neither in the object's params nor in RAMFC; the chip has it in contexts. */

static void copy(struct state *state, struct sg_copy *copy)
{
	flag(state, &copy->busy);
	ITEM(state, copy->launch);
	ITEM(state, copy->src.kind);
	ITEM(state, copy->src.root);
	flag(state, &copy->src.root_sysmem);
	ITEM(state, copy->dst.kind);
	ITEM(state, copy->dst.root);
	flag(state, &copy->dst.root_sysmem);
	ITEM(state, copy->src_addr);
	ITEM(state, copy->dst_addr);
	ITEM(state, copy->length);
	ITEM(state, copy->done);
	ITEM(state, copy->lines);
	demand(state, (u32)copy->src.kind <= SG_SPACE_SYS && (u32)copy->dst.kind <= SG_SPACE_SYS &&
	       copy->done <= copy->length);
}

static void fetched(struct state *state, struct sg_channel *channel)
{
	flag(state, &channel->rung);
	flag(state, &channel->pending);
	ITEM(state, channel->pb_left);
	flag(state, &channel->in_segment);
	ITEM(state, channel->word);
	ITEM(state, channel->word_next);
	ITEM(state, channel->word_count);
	demand(state, channel->word_count <= SG_FETCH_WORDS &&
	       channel->word_next <= channel->word_count);
}

static void graphics(struct state *state, struct sg_channel *channel, u32 subchannel)
{
	bool there = channel->gr[subchannel];
	struct sg_gr *object;

	flag(state, &there);
	if (!there || state->failed)
		return;
	object = sg_gr_object(channel, subchannel);
	demand(state, object);
	if (!object)
		return;
	ITEM(state, object->method);
	flag(state, &object->loading);
	ITEM(state, object->line);
	ITEM(state, object->done);
}

/* Between two of its blocks, or a thread where it waits for a page. */
static void launch(struct state *state, struct sg_channel *channel)
{
	bool there = channel->sm;
	struct sg_sm *sm;

	flag(state, &there);
	if (state->loading && there)
		channel->sm = calloc(1, sizeof(*sm));
	sm = channel->sm;
	demand(state, sm || !there);
	if (!sm)
		return;
	sm->channel = channel;
	item(state, sm->qmd, sizeof(*sm) - offsetof(struct sg_sm, qmd));
	demand(state, sm->space.kind == SG_SPACE_VIRTUAL && sm->code_len <= SG_SM_CODE &&
	       sm->bank_len <= SG_SM_BANK);
}

static void channel(struct state *state, struct sg_channel *channel)
{
	flag(state, &channel->scheduled);
	ITEM(state, channel->xid);
	flag(state, &channel->promoted);
	fetched(state, channel);
	ITEM(state, channel->op);
	ITEM(state, channel->subchannel);
	ITEM(state, channel->method);
	ITEM(state, channel->count);
	ITEM(state, channel->class);
	ITEM(state, channel->unmodelled);
	ITEM(state, channel->host);
	ITEM(state, channel->acquire.addr);
	ITEM(state, channel->acquire.payload);
	ITEM(state, channel->acquire.op);
	ITEM(state, channel->acquire.bytes);
	ITEM(state, channel->ce);
	copy(state, &channel->copy);
	for (u32 i = 0; i < NV_HOST_SUBCHANNELS; i++)
		graphics(state, channel, i);
	launch(state, channel);
	demand(state, channel->subchannel < NV_HOST_SUBCHANNELS && channel->method <= 0x3fff &&
	       (!channel->acquire.bytes || channel->acquire.bytes == 4 ||
		channel->acquire.bytes == 8));
}

/* VA spaces: several may share one, so each comes once and has a number from then on. */

static void forget_contexts(struct sg_context *context)
{
	for (u32 i = 0; context && i < SG_CONTEXT_SPACES; i++)
		if (context->space[i].vas)
			context->space[i].vas->saved = 0;
}

static void forget_numbers(struct softgpu_gsp_rm *rm)
{
	struct gsp_client *client;
	struct gsp_object *object;

	list_for_each_entry(client, &rm->clients, link) {
		list_for_each_entry(object, &client->objects, link) {
			if (object->vas)
				object->vas->saved = 0;
			if (object->channel)
				object->channel->vas->saved = 0;
			forget_contexts(object->context);
		}
	}
}

static void vas_content(struct state *state, struct gsp_vas *vas)
{
	ITEM(state, vas->page_dir);
	flag(state, &vas->sysmem);
	flag(state, &vas->faulting);
}

static void save_vas(struct state *state, struct gsp_vas *vas)
{
	bool is_new = vas && !vas->saved;
	u32 number;

	if (is_new)
		vas->saved = ++state->nr_vas;
	number = vas ? vas->saved : 0;
	ITEM(state, number);
	if (is_new)
		vas_content(state, vas);
}

static struct gsp_vas *load_vas(struct state *state)
{
	u32 number;

	ITEM(state, number);
	demand(state, number <= state->nr_vas + 1 && number <= VAS_MAX);
	if (state->failed || !number)
		return NULL;
	if (number > state->nr_vas) {
		state->vas[state->nr_vas] = sg_vas_new();
		demand(state, state->vas[state->nr_vas]);
		if (state->failed)
			return NULL;
		vas_content(state, state->vas[state->nr_vas++]);
	}
	return state->vas[number - 1];
}

/* Contexts of the graphics engine */

static void space_content(struct state *state, struct sg_context_space *space)
{
	if (state->loading)
		space->vas = sg_vas_get(load_vas(state));
	else
		save_vas(state, space->vas);
	ITEM(state, space->users);
	ITEM(state, space->mapped);
	ITEM(state, space->va);
}

static void context(struct state *state, struct sg_context **context)
{
	bool there = *context;

	flag(state, &there);
	if (!there || state->failed)
		return;
	demand(state, !*context);
	if (state->failed)
		return;
	if (state->loading)
		*context = calloc(1, sizeof(**context));
	demand(state, *context);
	if (!*context)
		return;
	ITEM(state, (*context)->memory);
	ITEM(state, (*context)->main);
	flag(state, &(*context)->main_sysmem);
	flag(state, &(*context)->has_image);
	for (u32 i = 0; i < SG_CONTEXT_SPACES; i++)
		space_content(state, &(*context)->space[i]);
}

/* Objects */

static void object(struct state *state, struct gsp_object *object)
{
	ITEM(state, object->handle);
	ITEM(state, object->class);
	ITEM(state, object->kind);
	ITEM(state, object->params_size);
	if (!state->failed)
		buffer(state, (void **)&object->params, object->params_size);
	pages(state, &object->pages);
}

static void save_objects(struct state *state, struct gsp_client *client)
{
	struct gsp_object *next;
	bool more = true;
	bool runs;
	u32 parent;

	list_for_each_entry(next, &client->objects, link) {
		parent = next->parent ? next->parent->handle : 0;
		runs = next->channel;
		flag(state, &more);
		ITEM(state, parent);
		save_vas(state, runs ? next->channel->vas : next->vas);
		object(state, next);
		flag(state, &runs);
		if (runs)
			channel(state, next->channel);
		context(state, &next->context);
	}
	more = false;
	flag(state, &more);
}

static void load_channel(struct state *state, struct softgpu_gsp_rm *rm, u32 h_client,
			 struct gsp_object *object)
{
	if (object->kind != GSP_KIND_CHANNEL || object->channel ||
	    sg_channel_new(rm, h_client, object) != NV_OK)
		state->failed = true;
	else
		channel(state, object->channel);
	if (!state->failed)
		object->channel->unloaded = object->channel->entries;
}

static void load_object(struct state *state, struct softgpu_gsp_rm *rm, u32 h_client)
{
	struct gsp_object from = {}, *made;
	bool runs = false;
	u32 parent;

	ITEM(state, parent);
	from.vas = load_vas(state);
	object(state, &from);
	flag(state, &runs);
	if (!state->failed)
		state->failed = !sg_object_restore(rm, h_client, parent, &from);
	if (!state->failed && runs)
		load_channel(state, rm, h_client, sg_object_find(rm, h_client, from.handle));
	made = state->failed ? NULL : sg_object_find(rm, h_client, from.handle);
	if (made)
		context(state, &made->context);
	free(from.params);
	free(from.pages.page);
}

static void save_clients(struct state *state, struct softgpu_gsp_rm *rm)
{
	struct gsp_client *client;
	u32 end = 0;

	list_for_each_entry(client, &rm->clients, link) {
		ITEM(state, client->handle);
		save_objects(state, client);
	}
	ITEM(state, end);
}

static void load_clients(struct state *state, struct softgpu_gsp_rm *rm)
{
	bool more = false;
	u32 h_client;

	for (ITEM(state, h_client); h_client && !state->failed; ITEM(state, h_client))
		for (flag(state, &more); more && !state->failed; flag(state, &more))
			load_object(state, rm, h_client);
}

static void ring(struct state *state, struct softgpu *gpu, enum sg_ring which,
		 struct gsp_ring *ring)
{
	ITEM(state, ring->size);
	demand(state, ring->size <= sizeof(ring->page) / sizeof(u64) * GSP_PAGE_SIZE);
	if (state->failed)
		return;
	item(state, ring->page, DIV_ROUND_UP(ring->size, GSP_PAGE_SIZE) * sizeof(u64));
	if (state->loading)
		demand(state, sg_ring_set(gpu, which, ring->page, ring->size));
}

static void all(struct state *state, struct softgpu_gsp_rm *rm)
{
	u64 magic = STATE_MAGIC;

	ITEM(state, magic);
	demand(state, magic == STATE_MAGIC);
	ITEM(state, rm->rmargs);
	queue(state, &rm->queue);
	flag(state, &rm->have_system_info);
	flag(state, &rm->have_registry);
	flag(state, &rm->golden_image);
	ITEM(state, rm->system_info);
	flag(state, &rm->users_stopped);
	ITEM(state, rm->user_shared_data);
	ITEM(state, rm->polled_data);
	fbsr(state, &rm->fbsr);
	for (u32 i = 0; i < GSP_RINGS; i++)
		ring(state, rm->gpu, i, &rm->ring[i]);
	if (state->loading) {
		load_registry(state, rm);
		load_clients(state, rm);
	} else {
		save_registry(state, rm);
		save_clients(state, rm);
	}
}

u8 *sg_state_save(struct softgpu_gsp_rm *rm, u64 *size)
{
	struct state state = {};

	forget_numbers(rm);
	all(&state, rm);
	*size = state.at;
	if (!state.failed)
		return state.bytes;
	free(state.bytes);
	return NULL;
}

bool sg_state_load(struct softgpu_gsp_rm *rm, const u8 *bytes, u64 size)
{
	struct state state = { .bytes = (u8 *)bytes, .size = size, .loading = true };

	state.vas = calloc(VAS_MAX, sizeof(*state.vas));
	state.failed = !state.vas;
	all(&state, rm);
	for (u32 i = 0; i < state.nr_vas; i++)
		sg_vas_put(state.vas[i]);
	free(state.vas);
	if (state.failed)
		sg_log(rm->gpu, "GSP-RM cannot resume: its state is wrong at byte %#llx of %#llx",
		       state.at, size);
	return !state.failed;
}
