// SPDX-License-Identifier: MIT OR GPL-2.0

/* Clients and their objects, as the driver names them. */

#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "channel.h"
#include "context.h"
#include "gsp-rm.h"

#include "abi/channel.h"
#include "abi/nv-class.h"

/* Enough for any program, and a bound for one that never frees. */
#define CLIENTS_MAX	1024
#define OBJECTS_MAX	8192

#define VASPACE_INDEX_DEVICE	3	/* NV_VASPACE_ALLOCATION_INDEX_GPU_DEVICE */

static struct gsp_client *find_client(struct softgpu_gsp_rm *rm, u32 handle)
{
	struct gsp_client *client;

	list_for_each_entry(client, &rm->clients, link)
		if (client->handle == handle)
			return client;
	return NULL;
}

static struct gsp_object *find_object(struct gsp_client *client, u32 handle)
{
	struct gsp_object *object;

	list_for_each_entry(object, &client->objects, link)
		if (object->handle == handle)
			return object;
	return NULL;
}

struct gsp_object *sg_object_find(struct softgpu_gsp_rm *rm, u32 h_client, u32 handle)
{
	struct gsp_client *client = find_client(rm, h_client);

	return client ? find_object(client, handle) : NULL;
}

struct gsp_vas *sg_vas_get(struct gsp_vas *vas)
{
	if (vas)
		vas->refs++;
	return vas;
}

void sg_vas_put(struct gsp_vas *vas)
{
	if (vas && !--vas->refs)
		free(vas);
}

struct gsp_vas *sg_vas_new(void)
{
	struct gsp_vas *vas = calloc(1, sizeof(*vas));

	return sg_vas_get(vas);
}

static void destroy(struct gsp_client *client, struct gsp_object *object)
{
	sg_channel_free(object->channel);
	sg_context_free(object->context);
	list_del(&object->link);
	client->nr_objects--;
	sg_vas_put(object->vas);
	free(object->params);
	free(object->pages.page);
	free(object);
}

static void destroy_client(struct gsp_client *client)
{
	struct gsp_object *object, *next;

	list_for_each_entry_safe(object, next, &client->objects, link)
		destroy(client, object);
	list_del(&client->link);
	free(client);
}

static void *copy(const void *from, size_t size)
{
	void *to = malloc(size ? size : 1);

	return to && size ? memcpy(to, from, size) : to;
}

/* That of the object it is a copy of, the device's or its own. */
static bool give_vas(struct gsp_object *object, const struct gsp_object *parent)
{
	struct {
		u32 index, flags;
	} params = { 0 };

	sg_vas_get(object->vas);
	if (object->vas || !(object->kind & (GSP_KIND_DEVICE | GSP_KIND_VASPACE)))
		return true;
	if (object->kind == GSP_KIND_VASPACE && object->params_size >= sizeof(params))
		memcpy(&params, object->params, sizeof(params));
	if (params.index == VASPACE_INDEX_DEVICE)
		object->vas = sg_vas_get(parent->vas);
	else
		object->vas = sg_vas_new();
	if (object->vas)
		object->vas->faulting |= params.flags &
					 NV_VASPACE_ALLOCATION_FLAGS_ENABLE_FAULTING;
	return object->vas;
}

/* An object outside any tree yet; @from gives everything but its place. */
static struct gsp_object *new_object(const struct gsp_object *from,
				     const struct gsp_object *parent)
{
	struct gsp_object *object = copy(from, sizeof(*from));

	if (!object)
		return NULL;
	object->channel = NULL;
	object->context = NULL;
	object->params = copy(from->params, from->params_size);
	object->pages.page = copy(from->pages.page, from->pages.nr * sizeof(u64));
	if (object->params && object->pages.page && give_vas(object, parent))
		return object;
	free(object->params);
	free(object->pages.page);
	free(object);
	return NULL;
}

static u32 check_handle(struct gsp_client *client, u32 handle)
{
	if (!handle)
		return NV_ERR_INVALID_OBJECT_NEW;
	if (find_object(client, handle))
		return NV_ERR_INSERT_DUPLICATE_NAME;
	if (client->nr_objects >= OBJECTS_MAX)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	return NV_OK;
}

static u32 insert(struct gsp_client *client, struct gsp_object *parent, u32 handle,
		  const struct gsp_object *from)
{
	struct gsp_object *object;
	u32 status = check_handle(client, handle);

	if (status)
		return status;
	object = new_object(from, parent);
	if (!object)
		return NV_ERR_NO_MEMORY;
	object->handle = handle;
	object->parent = parent;
	list_add_tail(&object->link, &client->objects);
	client->nr_objects++;
	return NV_OK;
}

u32 sg_object_insert(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_parent, u32 handle,
		     u32 parents, const struct gsp_object *from)
{
	struct gsp_client *client = find_client(rm, h_client);
	struct gsp_object *parent;

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	parent = find_object(client, h_parent);
	if (!parent || !(parent->kind & parents))
		return NV_ERR_INVALID_OBJECT_PARENT;
	return insert(client, parent, handle, from);
}

static u32 new_client(struct softgpu_gsp_rm *rm, u32 handle, const struct gsp_object *from)
{
	struct gsp_client *client;
	unsigned int nr = 0;
	u32 status;

	if (!handle)
		return NV_ERR_INVALID_CLIENT;
	list_for_each_entry(client, &rm->clients, link) {
		if (client->handle == handle)
			return NV_ERR_INSERT_DUPLICATE_NAME;
		nr++;
	}
	client = nr < CLIENTS_MAX ? calloc(1, sizeof(*client)) : NULL;
	if (!client)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	client->handle = handle;
	INIT_LIST_HEAD(&client->objects);
	list_add_tail(&client->link, &rm->clients);
	status = insert(client, NULL, handle, from);
	if (status)
		destroy_client(client);
	return status;
}

/* What may be allocated, and below what. */
static const struct class_rule {
	u32 class;
	u32 kind;
	u32 parents;
} class_rules[] = {
	{ NV01_ROOT, GSP_KIND_CLIENT, 0 },
	{ NV01_ROOT_NON_PRIV, GSP_KIND_CLIENT, 0 },
	{ NV01_ROOT_CLIENT, GSP_KIND_CLIENT, 0 },
	{ NV01_DEVICE_0, GSP_KIND_DEVICE, GSP_KIND_CLIENT },
	{ NV20_SUBDEVICE_0, GSP_KIND_SUBDEVICE, GSP_KIND_DEVICE },
	{ NV2081_BINAPI, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ NV2082_BINAPI_PRIVILEGED, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ NV20_SUBDEVICE_DIAG, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ NV40_I2C, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ GF100_SUBDEVICE_MASTER, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ GF100_SUBDEVICE_INFOROM, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ GF100_ZBC_CLEAR, GSP_KIND_OTHER, GSP_KIND_SUBDEVICE },
	{ GF100_HDACODEC, GSP_KIND_OTHER, GSP_KIND_DEVICE },
	{ GT200_DEBUGGER, GSP_KIND_OTHER, GSP_KIND_DEVICE | GSP_KIND_SUBDEVICE },

	{ NV01_EVENT, GSP_KIND_EVENT, GSP_KIND_ANY },
	{ NV01_EVENT_KERNEL_CALLBACK, GSP_KIND_EVENT, GSP_KIND_ANY },
	{ NV01_EVENT_OS_EVENT, GSP_KIND_EVENT, GSP_KIND_ANY },
	{ NV01_EVENT_KERNEL_CALLBACK_EX, GSP_KIND_EVENT, GSP_KIND_ANY },

	{ NV01_MEMORY_VIRTUAL, GSP_KIND_MEMORY, GSP_KIND_DEVICE },
	{ FERMI_VASPACE_A, GSP_KIND_VASPACE, GSP_KIND_DEVICE },
	{ KEPLER_CHANNEL_GROUP_A, GSP_KIND_CHANNEL_GROUP, GSP_KIND_DEVICE },
	{ FERMI_CONTEXT_SHARE_A, GSP_KIND_OTHER, GSP_KIND_CHANNEL_GROUP },
	{ VOLTA_CHANNEL_GPFIFO_A, GSP_KIND_CHANNEL, GSP_KIND_DEVICE | GSP_KIND_CHANNEL_GROUP },
	{ TURING_CHANNEL_GPFIFO_A, GSP_KIND_CHANNEL, GSP_KIND_DEVICE | GSP_KIND_CHANNEL_GROUP },
	{ AMPERE_CHANNEL_GPFIFO_A, GSP_KIND_CHANNEL, GSP_KIND_DEVICE | GSP_KIND_CHANNEL_GROUP },

	{ AMPERE_B, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ AMPERE_COMPUTE_B, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ FERMI_TWOD_A, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ KEPLER_INLINE_TO_MEMORY_B, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ AMPERE_DMA_COPY_B, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ NVC7B0_VIDEO_DECODER, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ NVC7B7_VIDEO_ENCODER, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ NVC7FA_VIDEO_OFA, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ NV04_SOFTWARE_TEST, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ NV50_DEFERRED_API_CLASS, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ GF100_DISP_SW, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ GF100_TIMED_SEMAPHORE_SW, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ GP100_UVM_SW, GSP_KIND_OTHER, GSP_KIND_CHANNEL },
	{ UVM_CHANNEL_RETAINER, GSP_KIND_OTHER, GSP_KIND_DEVICE | GSP_KIND_CHANNEL_GROUP },
};

static const struct class_rule *find_class(u32 class)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(class_rules); i++)
		if (class_rules[i].class == class)
			return &class_rules[i];
	return NULL;
}

static bool is_graphics(u32 class)
{
	return class == AMPERE_B || class == AMPERE_COMPUTE_B || class == FERMI_TWOD_A ||
	       class == KEPLER_INLINE_TO_MEMORY_B;
}

u32 sg_object_alloc(struct softgpu_gsp_rm *rm, const struct gsp_rpc_rm_alloc *alloc,
		    const u8 *params)
{
	const struct class_rule *rule = find_class(alloc->h_class);
	const struct gsp_object object = {
		.class = alloc->h_class,
		.kind = rule ? rule->kind : 0,
		.params_size = alloc->params_size,
		.params = (u8 *)params,
	};
	u32 status;

	if (!rule) {
		sg_trace(rm->gpu, "unknown class %04x", alloc->h_class);
		return NV_ERR_INVALID_CLASS;
	}
	if (rule->kind == GSP_KIND_CLIENT) {
		if (alloc->h_object && alloc->h_object != alloc->h_client)
			return NV_ERR_INVALID_OBJECT_NEW;
		return new_client(rm, alloc->h_client, &object);
	}
	status = sg_object_insert(rm, alloc->h_client, alloc->h_parent, alloc->h_object,
				  rule->parents, &object);
	if (status)
		return status;
	if (rule->kind == GSP_KIND_CHANNEL)
		status = sg_channel_new(rm, alloc->h_client,
					sg_object_find(rm, alloc->h_client, alloc->h_object));
	else if (is_graphics(rule->class))
		status = sg_context_object(rm, sg_object_find(rm, alloc->h_client,
							      alloc->h_parent));
	if (status)
		sg_object_free(rm, alloc->h_client, alloc->h_object);
	return status;
}

static bool is_below(const struct gsp_object *object, const struct gsp_object *ancestor)
{
	for (; object; object = object->parent)
		if (object == ancestor)
			return true;
	return false;
}

/* Children stand behind their parents in the list, so it is cleared from its end. */
static void free_tree(struct gsp_client *client, struct gsp_object *top)
{
	struct gsp_object *object, *previous;

	list_for_each_entry_safe_reverse(object, previous, &client->objects, link) {
		bool last = object == top;

		if (is_below(object, top))
			destroy(client, object);
		if (last)
			break;
	}
}

u32 sg_object_free(struct softgpu_gsp_rm *rm, u32 h_client, u32 handle)
{
	struct gsp_client *client = find_client(rm, h_client);
	struct gsp_object *object;

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	if (h_client == GSP_INTERNAL_CLIENT)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	object = find_object(client, handle);
	/* The release is built to say so: its own driver frees some of its memory twice. */
	if (!object)
		return NV_OK;
	if (object->kind == GSP_KIND_CLIENT)
		destroy_client(client);
	else
		free_tree(client, object);
	return NV_OK;
}

u32 sg_object_dup(struct softgpu_gsp_rm *rm, const struct gsp_rpc_dup_object *dup)
{
	struct gsp_object *source = sg_object_find(rm, dup->h_client_src, dup->h_object_src);

	if (!find_client(rm, dup->h_client_src))
		return NV_ERR_INVALID_CLIENT;
	if (!source || source->kind == GSP_KIND_CLIENT)
		return NV_ERR_INVALID_OBJECT_OLD;
	return sg_object_insert(rm, dup->h_client, dup->h_parent, dup->h_object,
				source->parent->kind, source);
}

/* What was once made by the rules has to obey them still: the bytes may have been changed. */
bool sg_object_restore(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_parent,
		       const struct gsp_object *from)
{
	const struct class_rule *rule = find_class(from->class);
	const bool list = from->class == NV01_MEMORY_LIST_SYSTEM ||
			  from->class == NV01_MEMORY_LIST_FBMEM;
	struct gsp_object *object = sg_object_find(rm, h_client, from->handle);

	if (list ? from->kind != GSP_KIND_MEMORY : !rule || rule->kind != from->kind)
		return false;
	if (object) {			/* of those that every start makes */
		if (h_client != GSP_INTERNAL_CLIENT || object->kind != from->kind || !from->vas)
			return h_client == GSP_INTERNAL_CLIENT && object->kind == from->kind;
		sg_vas_put(object->vas);
		object->vas = sg_vas_get(from->vas);
		return true;
	}
	if (from->kind == GSP_KIND_CLIENT)
		return from->handle == h_client && new_client(rm, h_client, from) == NV_OK;
	return sg_object_insert(rm, h_client, h_parent, from->handle,
				list ? GSP_KIND_DEVICE | GSP_KIND_SUBDEVICE : rule->parents,
				from) == NV_OK;
}

bool sg_objects_init(struct softgpu_gsp_rm *rm)
{
	static const struct gsp_rpc_rm_alloc internal[] = {
		{ .h_client = GSP_INTERNAL_CLIENT, .h_class = NV01_ROOT },
		{ .h_client = GSP_INTERNAL_CLIENT, .h_parent = GSP_INTERNAL_CLIENT,
		  .h_object = GSP_INTERNAL_DEVICE, .h_class = NV01_DEVICE_0 },
		{ .h_client = GSP_INTERNAL_CLIENT, .h_parent = GSP_INTERNAL_DEVICE,
		  .h_object = GSP_INTERNAL_SUBDEVICE, .h_class = NV20_SUBDEVICE_0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(internal); i++)
		if (sg_object_alloc(rm, &internal[i], (const u8 *)"") != NV_OK)
			return false;
	return true;
}

void sg_objects_free(struct softgpu_gsp_rm *rm)
{
	struct gsp_client *client, *next;

	list_for_each_entry_safe(client, next, &rm->clients, link)
		destroy_client(client);
}
