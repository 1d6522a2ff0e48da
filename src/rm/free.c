// SPDX-License-Identifier: MIT OR GPL-2.0
/* RM_FREE */
#include "abi/nvos.h"
#include "rm/rm-priv.h"

/*
 * An object that is not there any more is as free as user space wants it: the
 * release answers NV_OK, and programs that free a parent before its children count
 * on it. A client that is not there is an error.
 */
u32 rm_free(const struct rm_caller *caller, const struct nvos00_parameters *p)
{
	struct rm_client *client = rm_client_get(caller, p->h_root);
	struct rm_object *object;
	u32 status = NV_OK;

	if (!client)
		return NV_ERR_INVALID_CLIENT;
	if (p->h_object_old == p->h_root) {
		status = rm_client_free(client, true);
	} else {
		object = rm_object_get(client, p->h_object_old);
		if (object) {
			rm_object_free(object, true);
			rm_object_put(object);
		}
	}
	rm_client_put(client);
	return status;
}
