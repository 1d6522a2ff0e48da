// SPDX-License-Identifier: MIT OR GPL-2.0
/* RM_ALLOC */
#include <linux/minmax.h>
#include <linux/slab.h>

#include "abi/nv-class.h"
#include "abi/nvos.h"
#include "rm/rm-priv.h"

/* User space may pass a place for the handle, besides the one that it always gets. */
static u32 rm_alloc_client(const struct rm_caller *caller, struct nvos64_parameters *p)
{
	struct rm *rm = caller->file->rm;
	struct rm_client *client;
	u32 handle, status;

	/* The driver chooses, so that no handle collides with one of GSP-RM's own. */
	if (p->h_object_new)
		return NV_ERR_INVALID_ARGUMENT;
	status = rm_client_alloc(caller, &rm_client_class, &handle);
	if (status != NV_OK)
		return status;
	if (p->p_alloc_parms && rm->os->copy_out(p->p_alloc_parms, &handle, sizeof(handle))) {
		client = rm_client_get(caller, handle);
		if (client) {
			rm_client_free(client, true);
			rm_client_put(client);
		}
		return NV_ERR_INVALID_ADDRESS;
	}
	p->h_object_new = handle;
	return NV_OK;
}

/* Make a NEW object, in the tables, on GSP. */
static u32 rm_object_construct(struct rm_object *object, void *params)
{
	const struct rm_class *class = object->class;
	struct nv_gpu *gpu = NULL;
	u32 status = NV_OK;

	if (object->gpu)
		status = rm_object_enter(object, &gpu);
	if (status != NV_OK)
		return status;
	if (class->gsp_alloc)
		status = class->gsp_alloc(object, gpu, params);
	if (status == NV_OK && !rm_object_publish(object)) {
		if (class->gsp_free && gpu)
			class->gsp_free(object, gpu);
		status = NV_ERR_INVALID_OBJECT_PARENT;
	}
	if (gpu)
		rm_object_leave(object);
	return status;
}

static struct rm_object *rm_object_create(struct rm_object *parent, u32 h_class,
					  const struct rm_class *class)
{
	struct rm_object *object;

	object = kzalloc(max(class->object_size, sizeof(*object)), GFP_KERNEL_ACCOUNT);
	if (!object)
		return NULL;
	rm_object_init(object, parent->client, h_class, class);
	if (parent->gpu) {
		rm_gpu_hold(parent->gpu);
		object->gpu = parent->gpu;
		object->boots = parent->boots;
	}
	return object;
}

static unsigned int rm_class_kind(const struct rm_class *class)
{
	return class->kind ?: RM_PARENT_OTHER;
}

static u32 rm_alloc_under(struct rm_object *parent, const struct rm_class *class,
			  struct nvos64_parameters *p, void *params)
{
	struct rm_object *object;
	u32 status;

	if (!(rm_class_kind(parent->class) & class->parents))
		return NV_ERR_INVALID_OBJECT_PARENT;
	object = rm_object_create(parent, p->h_class, class);
	if (!object)
		return NV_ERR_NO_MEMORY;
	status = class->init ? class->init(object, params) : NV_OK;
	if (status == NV_OK)
		status = rm_object_insert(object, parent, p->h_object_new);
	if (status != NV_OK) {
		if (class->destroy)
			class->destroy(object);
		rm_gpu_put(object->gpu);
		kfree(object);
		return status;
	}
	/* Once it is published another thread may free it. */
	p->h_object_new = object->handle;
	status = rm_object_construct(object, params);
	if (status != NV_OK)
		rm_object_put(object);
	return status;
}

static void rm_free_handle(struct rm_client *client, u32 handle)
{
	struct rm_object *object = rm_object_get(client, handle);

	if (!object)
		return;
	rm_object_free(object, true);
	rm_object_put(object);
}

static u32 rm_alloc_object(struct rm_client *client, const struct rm_class *class,
			   struct nvos64_parameters *p, void *params)
{
	struct rm_object *parent = rm_object_get(client, p->h_object_parent);
	u32 h_object_new = p->h_object_new, status;

	if (!parent)
		return NV_ERR_OBJECT_NOT_FOUND;
	status = rm_alloc_under(parent, class, p, params);
	rm_object_put(parent);
	if (status != NV_OK)
		p->h_object_new = h_object_new;
	return status;
}

/* The same, and user space gets its parameters back. */
static u32 rm_alloc_user_object(struct rm_client *client, const struct rm_class *class,
				struct nvos64_parameters *p, void *params)
{
	u32 h_object_new = p->h_object_new, status;

	status = rm_alloc_object(client, class, p, params);
	if (status != NV_OK || !params ||
	    !client->rm->os->copy_out(p->p_alloc_parms, params, class->params_size))
		return status;
	rm_free_handle(client, p->h_object_new);
	p->h_object_new = h_object_new;
	return NV_ERR_INVALID_ADDRESS;
}

u32 rm_alloc_kernel(const struct rm_caller *caller, struct nvos64_parameters *p, void *params)
{
	const struct rm_class *class;
	struct rm_client *client;
	u32 status;

	status = rm_class_find(p->h_class, &class);
	if (status != NV_OK)
		return status;
	client = rm_client_get(caller, p->h_root);
	if (!client)
		return NV_ERR_INVALID_CLIENT;
	status = rm_alloc_object(client, class, p, params);
	rm_client_put(client);
	return status;
}

/* User space may leave the size to the class. */
static u32 rm_alloc_params_size(const struct rm_class *class, const struct nvos64_parameters *p,
				u32 *size)
{
	*size = p->p_alloc_parms ? class->params_size : 0;
	if (p->flags & NVOS64_FLAGS_FINN_SERIALIZED)
		return NV_ERR_NOT_SUPPORTED;
	if (!*size)
		return class->flags & RM_CLASS_PARAMS ? NV_ERR_INVALID_ARGUMENT : NV_OK;
	if (p->params_size && p->params_size != *size)
		return NV_ERR_INVALID_PARAM_STRUCT;
	return NV_OK;
}

u32 rm_alloc(const struct rm_caller *caller, struct nvos64_parameters *p)
{
	const struct rm_class *class;
	struct rm_client *client;
	void *params;
	u32 size, status;

	if (p->h_class == NV01_ROOT || p->h_class == NV01_ROOT_NON_PRIV ||
	    p->h_class == NV01_ROOT_CLIENT)
		return rm_alloc_client(caller, p);

	status = rm_class_find(p->h_class, &class);
	if (status == NV_OK)
		status = rm_alloc_params_size(class, p, &size);
	if (status != NV_OK)
		return status;
	if (class->flags & RM_CLASS_ADMIN && !caller->admin)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	status = rm_copy_in(caller->file->rm, p->p_alloc_parms, size, &params);
	if (status != NV_OK)
		return status;
	client = rm_client_get(caller, p->h_root);
	if (client) {
		status = rm_alloc_user_object(client, class, p, params);
		rm_client_put(client);
	} else {
		status = NV_ERR_INVALID_CLIENT;
	}
	kvfree(params);
	return status;
}
