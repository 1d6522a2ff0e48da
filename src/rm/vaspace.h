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

/* No more is given away than a CPU can address. */
#define RM_VA_END		BIT_ULL(47)

/**
 * struct rm_dma_mapping - a range of addresses that is taken
 * @node: in rm_va_set.mappings
 * @va: first address, a multiple of 4 KiB
 * @size: likewise
 * @address: what user space was told: somewhere in the first page
 * @memory: what is mapped there; a reference is held; NULL if it is no memory
 * @reserved: nothing is mapped there by this: it is GSP's, or a virtual memory object's
 */
struct rm_dma_mapping {
	struct list_head node;
	u64 va;
	u64 size;
	u64 address;
	struct rm_memory *memory;
	bool reserved;
};

/**
 * struct rm_va_set - addresses to map at
 * @start: first
 * @end: behind the last
 * @mappings: those taken, by address
 * @closed: nothing more is to be mapped here
 */
struct rm_va_set {
	u64 start;
	u64 end;
	struct list_head mappings;
	bool closed;
};

/**
 * struct rm_vaspace - an address space
 * @resource: its life
 * @vas: page tables
 * @lock: guards @set and the sets of virtual memory objects; above nv_vas.lock
 * @set: all of it; closed to the resource manager's clients if it is externally owned
 * @external: UVM decides what is mapped where
 * @owned: and does so; under @lock
 */
struct rm_vaspace {
	struct rm_resource resource;
	struct nv_vas vas;
	struct mutex lock;
	struct rm_va_set set;
	bool external;
	bool owned;
};

/**
 * struct rm_vaspace_object - FERMI_VASPACE_A, NV01_MEMORY_VIRTUAL, NV50_MEMORY_VIRTUAL
 * @object: as any
 * @vaspace: a reference is held; NULL until it is made
 * @reservation: in @vaspace->set: the range that NV50_MEMORY_VIRTUAL stands for; NULL otherwise
 * @set: if there is one, what is mapped in it
 */
struct rm_vaspace_object {
	struct rm_object object;
	struct rm_vaspace *vaspace;
	struct rm_dma_mapping *reservation;
	struct rm_va_set set;
};

static inline struct rm_vaspace_object *rm_to_vaspace(struct rm_object *object)
{
	return container_of(object, struct rm_vaspace_object, object);
}

u32 rm_vaspace_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_virtual_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
u32 rm_virtual_range_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_virtual_range_free(struct rm_object *object, struct nv_gpu *gpu);
void rm_virtual_destroy(struct rm_object *object);
void rm_vaspace_destroy(struct rm_object *object);

/** rm_vaspace_get() - the address space of a client's FERMI_VASPACE_A, with a reference; NULL */
struct rm_vaspace *rm_vaspace_get(struct rm_client *client, u32 handle, const struct rm_gpu *rgpu);
void rm_vaspace_put(struct rm_vaspace *vaspace);

/**
 * rm_va_insert() - take a range of addresses; the address space's lock is held
 * @set: where
 * @mapping: its size, and its address if @fixed; that is set otherwise
 *
 * Return: NV_OK; NV_ERR_NO_MEMORY there is no room; NV_ERR_INVALID_ADDRESS not in @set.
 */
u32 rm_va_insert(struct rm_va_set *set, struct rm_dma_mapping *mapping, bool fixed);
void rm_dma_mapping_free(struct rm_dma_mapping *mapping);

/* map-dma.c */

/**
 * rm_map_pages() - map [@offset, @offset + @size) of @memory, whole pages that exist
 * @flags: NV_VAS_*
 *
 * Return: as nv_vas_map()
 */
int rm_map_pages(struct rm_vaspace *vaspace, const struct rm_memory *memory, u64 va, u64 offset,
		 u64 size, unsigned int flags);

/**
 * rm_map_messages() - pages through which the GPU reaches the scheduler of compute work
 *
 * Only their kind counts, not where they lie. Return: as nv_vas_map()
 */
int rm_map_messages(struct rm_vaspace *vaspace, u64 va, u64 size);

#endif
