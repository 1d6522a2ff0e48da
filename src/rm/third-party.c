// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * NV50_THIRD_PARTY_P2P: a program says which of its video memory other devices may reach. It does
 * so for all that it allocates. That is noted here; no other driver can ask for it yet.
 */
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "abi/ctrl/ctrl.h"
#include "rm/memory.h"
#include "rm/third-party.h"
#include "rm/vaspace.h"

/**
 * struct third_party_range - video memory that was registered
 * @node: in rm_third_party_object.ranges
 * @h_memory: by which it was
 * @address: where the program has it
 * @size: bytes
 */
struct third_party_range {
	struct list_head node;
	u32 h_memory;
	u64 address;
	u64 size;
};

static struct rm_third_party_object *to_third_party(struct rm_object *object)
{
	return container_of(object, struct rm_third_party_object, object);
}

u32 rm_third_party_init(struct rm_object *object, void *params)
{
	const struct nv503c_alloc_params *p = params;

	INIT_LIST_HEAD(&to_third_party(object)->ranges);
	if (p && (p->flags & NV503C_FLAGS_TYPE) != NV503C_FLAGS_TYPE_BAR1)
		return NV_ERR_NOT_SUPPORTED;
	return NV_OK;
}

void rm_third_party_destroy(struct rm_object *object)
{
	struct third_party_range *range, *next;

	list_for_each_entry_safe(range, next, &to_third_party(object)->ranges, node)
		kfree(range);
}

/* The token stands for the address space in what another driver would be told. */
static u32 register_va_space(struct rm_call *call)
{
	struct nv503c_ctrl_register_va_space_params *p = call->params;
	struct rm_client *client = call->object->client;
	struct rm_vaspace *vaspace = rm_vaspace_get(client, p->h_vaspace, call->object->gpu);

	if (!vaspace)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	rm_vaspace_put(vaspace);
	p->va_space_token = (u64)client->object.handle << 32 | p->h_vaspace;
	return NV_OK;
}

static u32 unregister_va_space(struct rm_call *call)
{
	return NV_OK;
}

static u32 check_vidmem(struct rm_call *call,
			const struct nv503c_ctrl_register_vidmem_params *p)
{
	struct rm_object *object = rm_object_get(call->object->client, p->h_memory);
	struct rm_memory *memory;
	u32 status = NV_OK;
	u64 end;

	if (!object)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!rm_object_is_memory(object) || object->gpu != call->object->gpu) {
		status = NV_ERR_INVALID_OBJECT_HANDLE;
	} else {
		memory = rm_to_memory(object)->memory;
		if (memory->kind != RM_MEMORY_VID || !p->size ||
		    check_add_overflow(p->offset, p->size, &end) || end > memory->size ||
		    check_add_overflow(p->address, p->size, &end))
			status = NV_ERR_INVALID_ARGUMENT;
	}
	rm_object_put(object);
	return status;
}

/* Two ranges do not overlap; their addresses tell which is meant. */
static bool range_add(struct rm_third_party_object *tobj, struct third_party_range *range)
{
	struct third_party_range *other;

	lockdep_assert_held(&tobj->object.client->lock);
	list_for_each_entry(other, &tobj->ranges, node)
		if (range->address < other->address + other->size &&
		    other->address < range->address + range->size)
			return false;
	list_add(&range->node, &tobj->ranges);
	return true;
}

static u32 register_vidmem(struct rm_call *call)
{
	const struct nv503c_ctrl_register_vidmem_params *p = call->params;
	struct rm_client *client = call->object->client;
	struct third_party_range *range;
	u32 status = check_vidmem(call, p);
	bool added;

	if (status != NV_OK)
		return status;
	range = kzalloc(sizeof(*range), GFP_KERNEL_ACCOUNT);
	if (!range)
		return NV_ERR_NO_MEMORY;
	range->h_memory = p->h_memory;
	range->address = p->address;
	range->size = p->size;
	mutex_lock(&client->lock);
	added = range_add(to_third_party(call->object), range);
	mutex_unlock(&client->lock);
	if (added)
		return NV_OK;
	kfree(range);
	return NV_ERR_INVALID_ARGUMENT;
}

static u32 unregister_vidmem(struct rm_call *call)
{
	const struct nv503c_ctrl_unregister_vidmem_params *p = call->params;
	struct rm_client *client = call->object->client;
	struct third_party_range *range, *next;
	u32 status = NV_ERR_OBJECT_NOT_FOUND;

	mutex_lock(&client->lock);
	list_for_each_entry_safe(range, next, &to_third_party(call->object)->ranges, node) {
		if (range->h_memory != p->h_memory)
			continue;
		list_del(&range->node);
		kfree(range);
		status = NV_OK;
	}
	mutex_unlock(&client->lock);
	return status;
}

const struct rm_ctrl_handler rm_third_party_handlers[] = {
	{ NV503C_CTRL_CMD_REGISTER_VA_SPACE, register_va_space },
	{ NV503C_CTRL_CMD_UNREGISTER_VA_SPACE, unregister_va_space },
	{ NV503C_CTRL_CMD_REGISTER_VIDMEM, register_vidmem },
	{ NV503C_CTRL_CMD_UNREGISTER_VIDMEM, unregister_vidmem },
};

const size_t rm_third_party_num_handlers = ARRAY_SIZE(rm_third_party_handlers);
