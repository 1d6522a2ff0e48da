/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_VASPACE_H
#define NV_RM_VASPACE_H

#include "mem/gmmu.h"
#include "rm/memory.h"
#include "rm/resource.h"

/**
 * DOC: address spaces
 *
 * FERMI_VASPACE_A names a struct rm_vaspace: page tables, and who is mapped where. Channels
 * and virtual memory objects hold it too, so that no page table goes while an engine may walk
 * it. Memory that is mapped is held by the mapping.
 */

/**
 * struct rm_vaspace - an address space
 * @resource: its life
 * @vas: page tables
 * @lock: guards @mappings; above nv_vas.lock
 * @mappings: struct rm_dma_mapping, by address; GSP's own range is one of them
 */
struct rm_vaspace {
	struct rm_resource resource;
	struct nv_vas vas;
	struct mutex lock;
	struct list_head mappings;
};

/**
 * struct rm_vaspace_object - FERMI_VASPACE_A, NV01_MEMORY_VIRTUAL
 * @object: as any
 * @vaspace: a reference is held; NULL until it is made
 */
struct rm_vaspace_object {
	struct rm_object object;
	struct rm_vaspace *vaspace;
};

u32 rm_vaspace_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_virtual_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_vaspace_destroy(struct rm_object *object);

/** rm_vaspace_get() - the address space of a client's FERMI_VASPACE_A, with a reference; NULL */
struct rm_vaspace *rm_vaspace_get(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu);
void rm_vaspace_put(struct rm_vaspace *vaspace);

#endif
