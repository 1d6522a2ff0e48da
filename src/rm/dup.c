// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * DUP_OBJECT gives a client a name for another client's memory; SHARE says who may do
 * that. Rules: open-gpu-kernel-modules 550.163.01, rs_access.h, rs_access_map.c.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "abi/nvos.h"
#include "abi/rs-access.h"
#include "rm/memory.h"

#define RM_SHARES_MAX	16

/* Does a policy speak of @to's maker? */
static bool rm_share_matches(const struct rs_share_policy *policy, const struct rm_client *from,
			     const struct rm_client *to)
{
	switch (policy->type) {
	case RS_SHARE_TYPE_ALL:
		return true;
	case RS_SHARE_TYPE_OS_SECURITY_TOKEN:
		return from->euid == to->euid;
	case RS_SHARE_TYPE_CLIENT:
		return policy->target == to->object.handle;
	case RS_SHARE_TYPE_PID:
		return policy->target ? policy->target == to->pid : from->pid == to->pid;
	default:
		return false;
	}
}

/* At least one must allow it, and all that are required must match. */
static bool rm_shared_with(const struct rm_memory_object *mobj, const struct rm_client *to)
{
	const struct rm_client *from = mobj->object.client;
	const struct rm_shares *shares = mobj->shares.policy ? &mobj->shares : &from->shares;
	const struct rs_share_policy *policy;
	bool allowed = false, matches;
	u32 i;

	lockdep_assert_held(&from->lock);
	for (i = 0; i < shares->count; i++) {
		policy = &shares->policy[i];
		if (!(policy->access_mask & BIT(RS_ACCESS_DUP_OBJECT)))
			continue;
		matches = rm_share_matches(policy, from, to);
		if (policy->action & RS_SHARE_ACTION_FLAG_REQUIRE && !matches)
			return false;
		if (!(policy->action & RS_SHARE_ACTION_FLAG_REQUIRE))
			allowed |= matches;
	}
	return allowed;
}

/* A client of anybody's, with a reference: what may be done with it is for its objects to say. */
static struct rm_client *rm_client_get_any(struct rm *rm, u32 handle)
{
	struct rm_client *client;

	mutex_lock(&rm->lock);
	client = xa_load(&rm->clients, handle);
	if (client && client->dying)
		client = NULL;
	if (client)
		refcount_inc(&client->object.ref);
	mutex_unlock(&rm->lock);
	return client;
}

static struct rm_object *rm_dup_source(const struct rm_caller *caller, struct rm_client *src,
				       u32 handle, struct rm_client *dst)
{
	struct rm_object *object = rm_object_get(src, handle);
	bool allowed;

	if (!object)
		return NULL;
	allowed = src->pid == dst->pid || src->euid == dst->euid;
	if (!allowed && rm_object_is_memory(object)) {
		mutex_lock(&src->lock);
		allowed = rm_shared_with(rm_to_memory(object), dst);
		mutex_unlock(&src->lock);
	}
	if (allowed)
		return object;
	rm_object_put(object);
	return NULL;
}

struct rm_memory_source rm_memory_source(struct rm_object *object)
{
	return (struct rm_memory_source) {
		.h_class = object->h_class, .class = object->class, .gpu = object->gpu,
		.boots = object->boots, .attr = rm_to_memory(object)->attr,
		.memory = rm_to_memory(object)->memory,
	};
}

/* Give the new object its place and its name; it is destroyed if it can't have them. */
static u32 rm_dup_insert(struct rm_memory_object *mobj, struct rm_object *parent, u32 *handle)
{
	u32 status = rm_object_insert(&mobj->object, parent, *handle);

	if (status != NV_OK) {
		rm_memory_destroy(&mobj->object);
		rm_gpu_put(mobj->object.gpu);
		kfree(mobj);
		return status;
	}
	if (rm_object_publish(&mobj->object)) {
		*handle = mobj->object.handle;
		return NV_OK;
	}
	rm_object_put(&mobj->object);
	return NV_ERR_INVALID_OBJECT_PARENT;
}

u32 rm_memory_dup(struct rm_object *parent, const struct rm_memory_source *src, u32 *handle)
{
	struct rm_memory_object *mobj;

	if (!(parent->class->kind & src->class->parents))
		return NV_ERR_INVALID_OBJECT_PARENT;
	if (parent->gpu != src->gpu || parent->boots != src->boots)
		return NV_ERR_INVALID_OBJECT_PARENT;
	mobj = kzalloc(src->class->object_size, GFP_KERNEL_ACCOUNT);
	if (!mobj)
		return NV_ERR_NO_MEMORY;
	rm_object_init(&mobj->object, parent->client, src->h_class, src->class);
	INIT_LIST_HEAD(&mobj->mappings);
	rm_gpu_hold(parent->gpu);
	mobj->object.gpu = parent->gpu;
	mobj->object.boots = parent->boots;
	mobj->attr = src->attr;
	mobj->memory = src->memory;
	rm_memory_hold(mobj->memory);
	return rm_dup_insert(mobj, parent, handle);
}

static u32 rm_dup_into(struct rm_client *dst, struct rm_object *src, struct nvos55_parameters *p)
{
	struct rm_memory_source source;
	struct rm_object *parent;
	u32 status;

	if (!rm_object_is_memory(src))
		return NV_ERR_NOT_SUPPORTED;
	parent = rm_object_get(dst, p->h_parent);
	if (!parent)
		return NV_ERR_OBJECT_NOT_FOUND;
	source = rm_memory_source(src);
	status = rm_memory_dup(parent, &source, &p->h_object);
	rm_object_put(parent);
	return status;
}

u32 rm_dup_object(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos55_parameters *p = arg;
	struct rm_client *dst = rm_client_get(caller, p->h_client), *src;
	struct rm_object *object;
	u32 status;

	if (!dst)
		return NV_ERR_INVALID_CLIENT;
	src = rm_client_get_any(dst->rm, p->h_client_src);
	if (!src) {
		rm_client_put(dst);
		return NV_ERR_INVALID_CLIENT;
	}
	/* To those it is not shared with an object does not exist. */
	object = rm_dup_source(caller, src, p->h_object_src, dst);
	status = object ? rm_dup_into(dst, object, p) : NV_ERR_OBJECT_NOT_FOUND;
	if (object)
		rm_object_put(object);
	rm_client_put(src);
	rm_client_put(dst);
	return status;
}

/* Sharing */

static bool rm_same_share(const struct rs_share_policy *a, const struct rs_share_policy *b)
{
	return a->type == b->type && a->target == b->target &&
	       (a->action & RS_SHARE_ACTION_FLAG_REQUIRE) ==
	       (b->action & RS_SHARE_ACTION_FLAG_REQUIRE);
}

static u32 rm_share_change(struct rm_shares *shares, const struct rs_share_policy *policy)
{
	struct rs_share_policy *list = shares->policy;
	u32 i;

	if (!(policy->action & RS_SHARE_ACTION_FLAG_COMPOSE))
		shares->count = 0;
	for (i = 0; i < shares->count; i++)
		if (rm_same_share(&list[i], policy))
			break;
	if (policy->action & RS_SHARE_ACTION_FLAG_REVOKE) {
		if (i < shares->count)
			list[i].access_mask &= ~policy->access_mask;
		return NV_OK;
	}
	if (i == RM_SHARES_MAX)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	if (i == shares->count) {
		list[i] = *policy;
		shares->count++;
	} else {
		list[i].access_mask |= policy->access_mask;
	}
	return NV_OK;
}

static u32 rm_shares_set(struct rm_client *client, struct rm_shares *shares,
			 const struct rs_share_policy *policy)
{
	struct rs_share_policy *list;
	u32 status;

	if (policy->type >= RS_SHARE_TYPE_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	list = kcalloc(RM_SHARES_MAX, sizeof(*list), GFP_KERNEL_ACCOUNT);
	if (!list)
		return NV_ERR_NO_MEMORY;
	mutex_lock(&client->lock);
	if (!shares->policy) {
		shares->policy = list;
		list = NULL;
	}
	status = rm_share_change(shares, policy);
	mutex_unlock(&client->lock);
	kfree(list);
	return status;
}

/* What holds for objects that SHARE is not called on. */
u32 rm_set_inherited_share_policy(struct rm_call *call)
{
	struct rm_client *client = call->object->client;

	return rm_shares_set(client, &client->shares, call->params);
}

u32 rm_share(const struct rm_caller *caller, void *arg, size_t size)
{
	const struct nvos57_parameters *p = arg;
	struct rm_client *client = rm_client_get(caller, p->h_client);
	struct rm_object *object;
	u32 status;

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	object = rm_object_get(client, p->h_object);
	if (!object)
		status = NV_ERR_OBJECT_NOT_FOUND;
	else if (!rm_object_is_memory(object))
		status = NV_ERR_NOT_SUPPORTED;
	else
		status = rm_shares_set(client, &rm_to_memory(object)->shares, &p->share_policy);
	if (object)
		rm_object_put(object);
	rm_client_put(client);
	return status;
}
