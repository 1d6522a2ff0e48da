/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_THIRD_PARTY_H
#define NV_RM_THIRD_PARTY_H

#include "rm/ctrl.h"

/**
 * struct rm_third_party_object - NV50_THIRD_PARTY_P2P
 * @object: as any
 * @ranges: video memory that other devices may reach; under object.client->lock
 */
struct rm_third_party_object {
	struct rm_object object;
	struct list_head ranges;
};

u32 rm_third_party_init(struct rm_object *object, void *params);
void rm_third_party_destroy(struct rm_object *object);
extern const struct rm_ctrl_handler rm_third_party_handlers[];
extern const size_t rm_third_party_num_handlers;

#endif
