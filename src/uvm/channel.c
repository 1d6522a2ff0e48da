// SPDX-License-Identifier: MIT OR GPL-2.0
/* Channels of programs whose addresses are those of a VA space. */
#include <linux/slab.h>

#include "rm/uvm.h"
#include "uvm/uvm.h"

static struct uvm_channel *channel_find(struct uvm_gpu *gpu, u32 h_client, u32 h_channel)
{
	struct uvm_channel *channel;

	list_for_each_entry(channel, &gpu->channels, node)
		if (channel->h_client == h_client && channel->h_channel == h_channel)
			return channel;
	return NULL;
}

/* The channels of a group have one context: they name the same range. */
static struct uvm_range *channel_range_get(struct uvm_va_space *vs, u64 base, u64 length,
					   u32 *status)
{
	struct uvm_range *range = uvm_range_find_exact(vs, base, length);

	if (!range || range->kind != UVM_RANGE_CHANNEL)
		range = uvm_range_new(vs, UVM_RANGE_CHANNEL, base, length, status);
	if (range)
		range->channels++;
	return range;
}

static void channel_range_put(struct uvm_va_space *vs, struct uvm_range *range)
{
	if (range && !--range->channels)
		uvm_range_destroy(vs, range);
}

static void channel_destroy(struct uvm_va_space *vs, struct uvm_channel *channel)
{
	list_del(&channel->node);
	rm_uvm_channel_stop(channel->channel);
	if (channel->range)
		rm_uvm_channel_unbind(channel->channel);
	rm_uvm_channel_put(channel->channel);
	channel_range_put(vs, channel->range);
	kfree(channel);
}

void uvm_channels_unregister(struct uvm_va_space *vs, struct uvm_gpu *gpu)
{
	struct uvm_channel *channel, *next;

	lockdep_assert_held(&vs->lock);
	list_for_each_entry_safe(channel, next, &gpu->channels, node)
		channel_destroy(vs, channel);
}

/* The first channel of a group brings the memory. */
static u32 range_fill(struct uvm_range *range, struct uvm_gpu *gpu,
		      const struct rm_uvm_buffer *buffer, unsigned int count)
{
	u32 status = NV_OK;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (status == NV_OK)
			status = uvm_mapping_new(range, gpu, buffer[i].va, buffer[i].size,
						 &buffer[i].target);
		if (status != NV_OK)
			rm_uvm_memory_put(buffer[i].target.memory);
	}
	return status;
}

static u32 channel_bind(struct uvm_va_space *vs, struct uvm_gpu *gpu, struct uvm_channel *channel,
			u64 base, u64 length)
{
	struct rm_uvm_buffer buffer[RM_UVM_BUFFERS];
	unsigned int i, count = rm_uvm_channel_buffers(channel->channel, base, buffer);
	u32 status = NV_OK;

	if (!count)
		return NV_OK;
	if (!uvm_range_valid(base, length) ||
	    buffer[count - 1].va + buffer[count - 1].size > base + length)
		status = NV_ERR_INVALID_ADDRESS;
	else
		channel->range = channel_range_get(vs, base, length, &status);
	if (status == NV_OK && channel->range->channels == 1)
		status = range_fill(channel->range, gpu, buffer, count);
	else
		for (i = 0; i < count; i++)
			rm_uvm_memory_put(buffer[i].target.memory);
	if (status == NV_OK)
		status = rm_uvm_channel_bind(channel->channel, base);
	if (status != NV_OK)
		channel_range_put(vs, channel->range);
	return status;
}

static u32 channel_new(struct uvm_va_space *vs, struct uvm_gpu *gpu,
		       const struct rm_caller *caller,
		       const struct uvm_register_channel_params *p)
{
	struct uvm_channel *channel = kzalloc(sizeof(*channel), GFP_KERNEL_ACCOUNT);
	u32 status;

	if (!channel)
		return NV_ERR_NO_MEMORY;
	channel->h_client = p->h_client;
	channel->h_channel = p->h_channel;
	status = rm_uvm_channel_get(caller, p->h_client, p->h_channel, gpu->vaspace,
				    &channel->channel);
	if (status == NV_OK) {
		status = channel_bind(vs, gpu, channel, p->base, p->length);
		if (status != NV_OK)
			rm_uvm_channel_put(channel->channel);
	}
	if (status != NV_OK) {
		kfree(channel);
		return status;
	}
	list_add_tail(&channel->node, &gpu->channels);
	return NV_OK;
}

u32 uvm_register_channel(struct uvm_va_space *vs, void *params)
{
	const struct uvm_register_channel_params *p = params;
	struct uvm_ctl ctl;
	struct uvm_gpu *gpu;
	u32 status;

	if (vs->os->ctl_get(p->ctl_fd, &ctl))
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&vs->lock);
	gpu = uvm_gpu_find(vs, &p->gpu);
	if (!gpu || !gpu->vaspace)
		status = NV_ERR_INVALID_DEVICE;
	else if (channel_find(gpu, p->h_client, p->h_channel))
		status = NV_ERR_INVALID_CHANNEL;
	else
		status = channel_new(vs, gpu, &ctl.caller, p);
	mutex_unlock(&vs->lock);
	vs->os->ctl_put(&ctl);
	return status;
}

/* The handles say which GPU; user space leaves that out. */
u32 uvm_unregister_channel(struct uvm_va_space *vs, void *params)
{
	const struct uvm_unregister_channel_params *p = params;
	struct uvm_channel *channel = NULL;
	struct uvm_gpu *gpu;

	mutex_lock(&vs->lock);
	list_for_each_entry(gpu, &vs->gpus, node) {
		channel = channel_find(gpu, p->h_client, p->h_channel);
		if (channel)
			break;
	}
	if (channel)
		channel_destroy(vs, channel);
	mutex_unlock(&vs->lock);
	return channel ? NV_OK : NV_ERR_INVALID_CHANNEL;
}
