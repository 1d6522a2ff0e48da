// SPDX-License-Identifier: MIT OR GPL-2.0
/* Most objects are what GSP-RM has under the same handle. */
#include "gsp/gsp.h"
#include "rm/rm-priv.h"

u32 rm_gsp_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params)
{
	return nv_gsp_alloc(gpu->gsp, object->client->object.handle, object->parent->handle,
			    object->handle, object->h_class, params,
			    params ? object->class->params_size : 0);
}

void rm_gsp_free(struct rm_object *object, struct nv_gpu *gpu)
{
	nv_gsp_free(gpu->gsp, object->client->object.handle, object->handle);
}
