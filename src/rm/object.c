// SPDX-License-Identifier: MIT OR GPL-2.0
/* The tree of objects below a client. */
#include <linux/errno.h>
#include <linux/slab.h>

#include "rm/rm-priv.h"

static void rm_object_end(struct rm_later *later, struct nv_gpu *gpu);

void rm_object_init(struct rm_object *object, struct rm_client *client, u32 h_class,
		    const struct rm_class *class)
{
	refcount_set(&object->ref, 1);
	object->h_class = h_class;
	object->class = class;
	object->client = client;
	object->state = RM_OBJECT_NEW;
	INIT_LIST_HEAD(&object->children);
	INIT_LIST_HEAD(&object->sibling);
	object->later.end = rm_object_end;
}

static struct rm_object *rm_object_find(struct rm_client *client, u32 handle)
{
	lockdep_assert_held(&client->lock);

	if (handle == client->object.handle)
		return &client->object;
	return xa_load(&client->objects, handle);
}

struct rm_object *rm_object_get(struct rm_client *client, u32 handle)
{
	struct rm_object *object;

	mutex_lock(&client->lock);
	object = rm_object_find(client, handle);
	if (object && object->state != RM_OBJECT_LIVE)
		object = NULL;
	if (object)
		refcount_inc(&object->ref);
	mutex_unlock(&client->lock);
	return object;
}

/* An object in the tables goes with its last reference, and its handle with it. */
static struct rm_object *rm_object_release(struct rm_object *object)
{
	struct rm_client *client = object->client;
	struct rm_object *parent = object->parent;

	mutex_lock(&client->lock);
	list_del(&object->sibling);
	xa_erase(&client->objects, object->handle);
	mutex_unlock(&client->lock);
	if (object->class->destroy)
		object->class->destroy(object);
	rm_gpu_put(object->gpu);
	kfree(object);
	return parent;
}

void rm_object_put(struct rm_object *object)
{
	while (object->parent) {
		if (!refcount_dec_and_test(&object->ref))
			return;
		object = rm_object_release(object);
	}
	rm_client_put(object->client);
}

/* The handle that @object will have; an entry in the table reserves it. */
static u32 rm_object_assign_handle(struct rm_object *object, u32 handle)
{
	struct rm_client *client = object->client;
	int ret;

	if (handle == client->object.handle)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	object->handle = handle;
	if (handle)
		ret = xa_insert(&client->objects, handle, object, GFP_KERNEL_ACCOUNT);
	else
		ret = xa_alloc_cyclic(&client->objects, &object->handle, object,
				      XA_LIMIT(RM_OBJECT_HANDLE_BASE, RM_OBJECT_HANDLE_MAX),
				      &client->next_handle, GFP_KERNEL_ACCOUNT);
	if (ret == -ENOMEM)
		return NV_ERR_NO_MEMORY;
	if (ret < 0)
		return handle ? NV_ERR_INSERT_DUPLICATE_NAME : NV_ERR_INSUFFICIENT_RESOURCES;
	return NV_OK;
}

static bool rm_object_conflicts(const struct rm_object *object, const struct rm_object *parent)
{
	const struct rm_object *other;

	if (!(object->class->flags & RM_CLASS_SINGLE))
		return false;
	list_for_each_entry(other, &parent->children, sibling)
		if (other->class == object->class && other->gpu == object->gpu)
			return true;
	return false;
}

u32 rm_object_insert(struct rm_object *object, struct rm_object *parent, u32 handle)
{
	struct rm_client *client = object->client;
	u32 status;

	mutex_lock(&client->lock);
	status = NV_ERR_INVALID_OBJECT_PARENT;
	if (parent->state != RM_OBJECT_LIVE)
		goto out;
	status = object->class->conflict;
	if (rm_object_conflicts(object, parent))
		goto out;
	status = rm_object_assign_handle(object, handle);
	if (status != NV_OK)
		goto out;
	refcount_inc(&parent->ref);
	object->parent = parent;
	list_add_tail(&object->sibling, &parent->children);
out:
	mutex_unlock(&client->lock);
	return status;
}

bool rm_object_publish(struct rm_object *object)
{
	struct rm_client *client = object->client;
	bool ok;

	mutex_lock(&client->lock);
	ok = object->parent->state == RM_OBJECT_LIVE;
	if (ok)
		object->state = RM_OBJECT_LIVE;
	mutex_unlock(&client->lock);
	return ok;
}

/* Was @object made in the boot that @gpu, entered, is in? */
static bool rm_object_is_on(const struct rm_object *object, struct nv_gpu *gpu)
{
	return nv_gpu_running(gpu) && READ_ONCE(gpu->boots) == object->boots;
}

/* @gpu is entered, or NULL. */
static u32 object_entered(struct rm_object *object, struct nv_gpu *gpu, struct nv_gpu **out)
{
	*out = gpu;
	if (gpu && !rm_object_is_on(object, gpu)) {
		rm_gpu_leave(object->gpu);
		*out = NULL;
	}
	return *out ? NV_OK : NV_ERR_GPU_IS_LOST;
}

u32 rm_object_enter(struct rm_object *object, struct nv_gpu **gpu)
{
	return object_entered(object, rm_gpu_enter(object->gpu), gpu);
}

u32 rm_object_try_enter(struct rm_object *object, struct nv_gpu **gpu)
{
	return object_entered(object, rm_gpu_try_enter(object->gpu), gpu);
}

void rm_object_leave(struct rm_object *object)
{
	rm_gpu_leave(object->gpu);
}

/* @top and all live objects below it, parents before their children, marked FREEING. */
static bool rm_object_doom(struct rm_object *top, struct list_head *doomed)
{
	struct rm_object *object, *child;
	bool live;

	mutex_lock(&top->client->lock);
	live = top->state == RM_OBJECT_LIVE;
	if (live) {
		top->state = RM_OBJECT_FREEING;
		list_add_tail(&top->later.node, doomed);
	}
	list_for_each_entry(object, doomed, later.node) {
		list_for_each_entry(child, &object->children, sibling) {
			if (child->state != RM_OBJECT_LIVE)
				continue;
			child->state = RM_OBJECT_FREEING;
			list_add_tail(&child->later.node, doomed);
		}
	}
	mutex_unlock(&top->client->lock);
	return live;
}

static void rm_object_end(struct rm_later *later, struct nv_gpu *gpu)
{
	struct rm_object *object = container_of(later, struct rm_object, later);

	if (gpu && rm_object_is_on(object, gpu))
		object->class->gsp_free(object, gpu);
	rm_object_put(object);
}

static void rm_object_free_one(struct rm_object *object, bool wait)
{
	struct rm_gpu *rgpu = object->gpu;
	struct nv_gpu *gpu;

	if (!rgpu || !object->class->gsp_free || rm_gpu_is_lost(rgpu)) {
		rm_object_put(object);
		return;
	}
	gpu = wait ? rm_gpu_enter(rgpu) : NULL;
	if (!gpu) {
		rm_later(rgpu, &object->later);
		return;
	}
	rm_object_end(&object->later, gpu);
	rm_gpu_leave(rgpu);
}

bool rm_object_free(struct rm_object *top, bool wait)
{
	struct rm_object *object, *prev;
	LIST_HEAD(doomed);

	if (!rm_object_doom(top, &doomed))
		return false;
	/* Backwards: children before parents, the youngest first. */
	list_for_each_entry_safe_reverse(object, prev, &doomed, later.node) {
		list_del(&object->later.node);
		rm_object_free_one(object, wait);
	}
	return true;
}
