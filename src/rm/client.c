// SPDX-License-Identifier: MIT OR GPL-2.0
/* Clients: who made them, who may use them, when they end. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "abi/nv-class.h"
#include "rm/rm-priv.h"

u32 rm_client_alloc(const struct rm_caller *caller, const struct rm_class *class, u32 *handle)
{
	struct rm_client *client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	struct rm *rm = caller->file->rm;
	int ret;

	if (!client)
		return NV_ERR_NO_MEMORY;
	rm_object_init(&client->object, client, NV01_ROOT_CLIENT, class);
	client->object.state = RM_OBJECT_LIVE;
	client->rm = rm;
	client->euid = caller->euid;
	client->pid = caller->pid;
	client->next_handle = RM_OBJECT_HANDLE_BASE;
	mutex_init(&client->lock);
	xa_init_flags(&client->objects, XA_FLAGS_ALLOC);

	mutex_lock(&rm->lock);
	/* Cyclic, so that the handle of a dead client does not soon mean another one. */
	ret = xa_alloc_cyclic(&rm->clients, &client->object.handle, client,
			      XA_LIMIT(RM_CLIENT_HANDLE_BASE, RM_CLIENT_HANDLE_MAX),
			      &rm->next_client, GFP_KERNEL_ACCOUNT);
	if (ret >= 0) {
		list_add_tail(&client->file_node, &caller->file->clients);
		*handle = client->object.handle;
	}
	mutex_unlock(&rm->lock);
	if (ret >= 0)
		return NV_OK;
	mutex_destroy(&client->lock);
	kfree(client);
	return ret == -ENOMEM ? NV_ERR_NO_MEMORY : NV_ERR_INSUFFICIENT_RESOURCES;
}

static bool rm_client_allowed(const struct rm_client *client, const struct rm_caller *caller)
{
	return client->euid == caller->euid || client->pid == caller->pid;
}

struct rm_client *rm_client_get(const struct rm_caller *caller, u32 handle)
{
	struct rm *rm = caller->file->rm;
	struct rm_client *client;

	mutex_lock(&rm->lock);
	client = xa_load(&rm->clients, handle);
	if (client && (client->dying || !rm_client_allowed(client, caller)))
		client = NULL;
	if (client)
		refcount_inc(&client->object.ref);
	mutex_unlock(&rm->lock);
	return client;
}

void rm_client_put(struct rm_client *client)
{
	struct rm *rm = client->rm;

	if (!refcount_dec_and_test(&client->object.ref))
		return;
	/* Only now may its handle mean another client: no message to GSP names it any more. */
	mutex_lock(&rm->lock);
	xa_erase(&rm->clients, client->object.handle);
	mutex_unlock(&rm->lock);
	WARN_ON(!xa_empty(&client->objects));
	xa_destroy(&client->objects);
	mutex_destroy(&client->lock);
	kfree(client->shares.policy);
	kfree(client);
}

u32 rm_client_free(struct rm_client *client, bool wait)
{
	struct rm *rm = client->rm;
	bool mine;

	mutex_lock(&rm->lock);
	mine = !client->dying;
	client->dying = true;
	if (mine)
		list_del_init(&client->file_node);
	mutex_unlock(&rm->lock);
	if (!mine)
		return NV_ERR_INVALID_CLIENT;
	rm_object_free(&client->object, wait);
	return NV_OK;
}

/* A live object of the client on @gpu that is highest in the tree, with a reference. */
static struct rm_object *rm_client_find_on_gpu(struct rm_client *client, struct rm_gpu *gpu)
{
	struct rm_object *object, *found = NULL;

	mutex_lock(&client->lock);
	list_for_each_entry(object, &client->object.children, sibling) {
		if (object->gpu == gpu && object->state == RM_OBJECT_LIVE) {
			refcount_inc(&object->ref);
			found = object;
			break;
		}
	}
	mutex_unlock(&client->lock);
	return found;
}

void rm_client_free_gpu(struct rm_client *client, struct rm_gpu *gpu)
{
	struct rm_object *object;

	while ((object = rm_client_find_on_gpu(client, gpu))) {
		rm_object_free(object, false);
		rm_object_put(object);
	}
}

bool rm_client_has_class(struct rm_client *client, const struct rm_gpu *gpu, u32 h_class)
{
	struct rm_object *object;
	unsigned long handle;
	bool has = false;

	mutex_lock(&client->lock);
	xa_for_each(&client->objects, handle, object) {
		has = object->h_class == h_class && object->gpu == gpu &&
		      object->state == RM_OBJECT_LIVE;
		if (has)
			break;
	}
	mutex_unlock(&client->lock);
	return has;
}
