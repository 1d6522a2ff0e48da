// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Calls to GSP-RM. One is under way at a time, and its reply is the next message that
 * has its function number; whatever else comes meanwhile is an event.
 */
#include <linux/bitfield.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/processor.h>
#include <linux/string.h>

#include "gsp/gsp-priv.h"
#include "mem/gmmu.h"

#define RPC_TIMEOUT_US		6000000
#define RPC_DRAIN_MAX		1024	/* messages taken in one go */
#define RPC_SPIN_US		100	/* an interrupt would take its time, too */
#define RPC_SPIN_LOOKS		1000	/* ends it where time stands still, which is in tests */
#define RPC_SLICE_MIN_US	20
#define RPC_SLICE_POLL_US	1000	/* before interrupts arrive */
#define RPC_SLICE_MAX_US	10000	/* in case one is lost */
#define RPC_CONTROL_MAX		0x100000

/**
 * struct rpc_wait - a bounded wait for GSP
 * @function: what is waited for
 * @timeout_us: how long
 * @deadline: end of it
 * @slice_us: next sleep
 */
struct rpc_wait {
	u32 function;
	u64 timeout_us;
	u64 deadline;
	unsigned int slice_us;
};

/* What came while another message was awaited, or none. */
static int rpc_handle_other(struct nv_gsp *gsp)
{
	u32 function = gsp->queue.msg->function;

	if (function >= GSP_EVENT_FIRST)
		gsp_event_handle(gsp);
	else if (gsp_may_log(gsp))
		nv_warn(gsp->hw, "GSP replies to function %u, which nobody called", function);
	return gsp->state == NV_GSP_DEAD ? -EIO : 0;
}

static int rpc_drain(struct nv_gsp *gsp)
{
	int i, ret;

	for (i = 0; i < RPC_DRAIN_MAX; i++) {
		ret = gsp_queue_receive(gsp);
		if (ret <= 0)
			return ret;
		ret = rpc_handle_other(gsp);
		if (ret)
			return ret;
	}
	return 0;
}

static struct rpc_wait rpc_wait_begin(struct nv_gsp *gsp, u32 function, u64 timeout_us)
{
	return (struct rpc_wait) {
		.function = function,
		.timeout_us = timeout_us,
		.deadline = gsp->hw->ops->time_ns(gsp->hw) + timeout_us * 1000,
		.slice_us = RPC_SLICE_MIN_US,
	};
}

static bool rpc_wait_over(struct nv_gsp *gsp, const struct rpc_wait *wait)
{
	return gsp->hw->ops->time_ns(gsp->hw) >= wait->deadline;
}

/* Sleeps until something may have happened; ends GSP if nothing will any more. */
static int rpc_wait_slice(struct nv_gsp *gsp, struct rpc_wait *wait, bool over)
{
	struct nv_hw *hw = gsp->hw;
	bool irq = READ_ONCE(gsp->gpu->intr.enabled);

	if (nv_gone(hw)) {
		gsp_die(gsp, GSP_XID_OFF_BUS, "GPU has fallen off the bus");
		return -ENODEV;
	}
	if (READ_ONCE(gsp->halted)) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP has halted (function %u was awaited)",
			wait->function);
		return -EIO;
	}
	if (over) {
		gsp_die(gsp, GSP_XID_RPC_TIMEOUT, "GSP has not answered for %llu ms (function %u)",
			wait->timeout_us / 1000, wait->function);
		return -ETIMEDOUT;
	}

	if (irq)
		hw->ops->wait(hw, RPC_SLICE_MAX_US);
	else
		hw->ops->sleep_us(hw, wait->slice_us);
	wait->slice_us = min(2 * wait->slice_us, (unsigned int)RPC_SLICE_POLL_US);
	return 0;
}

/* Most answers come sooner than a sleeper is woken. */
static void rpc_spin(struct nv_gsp *gsp)
{
	struct nv_hw *hw = gsp->hw;
	u64 end = hw->ops->time_ns(hw) + RPC_SPIN_US * 1000;
	unsigned int looks = RPC_SPIN_LOOKS;

	while (!gsp_queue_pending(gsp) && --looks && hw->ops->time_ns(hw) < end)
		cpu_relax();
}

static int rpc_wait_for(struct nv_gsp *gsp, struct rpc_wait *wait)
{
	bool over;
	int ret;

	rpc_spin(gsp);
	for (;;) {
		over = rpc_wait_over(gsp, wait);
		ret = gsp_queue_receive(gsp);
		if (ret < 0)
			return ret;
		if (ret && gsp->queue.msg->function == wait->function)
			return 0;
		if (ret) {
			ret = rpc_handle_other(gsp);
			if (ret)
				return ret;
			if (!over)
				continue;
		}
		ret = rpc_wait_slice(gsp, wait, over);
		if (ret)
			return ret;
	}
}

int gsp_rpc_wait(struct nv_gsp *gsp, u32 function, u64 timeout_us)
{
	struct rpc_wait wait = rpc_wait_begin(gsp, function, timeout_us);

	return rpc_wait_for(gsp, &wait);
}

/* Events are taken while the ring is full: GSP may be stuck on a full ring of its own. */
static int rpc_send_one(struct nv_gsp *gsp, struct rpc_wait *wait, u32 function,
			const void *head, u32 head_len, const void *body, u32 body_len)
{
	bool over;
	int ret;

	for (;;) {
		over = rpc_wait_over(gsp, wait);
		ret = gsp_queue_send(gsp, function, head, head_len, body, body_len);
		if (ret != -EAGAIN)
			return ret;
		ret = rpc_drain(gsp);
		if (!ret)
			ret = rpc_wait_slice(gsp, wait, over);
		if (ret)
			return ret;
	}
}

int gsp_rpc_send(struct nv_gsp *gsp, u32 function, const void *head, u32 head_len,
		 const void *body, u32 body_len)
{
	struct rpc_wait wait = rpc_wait_begin(gsp, function, RPC_TIMEOUT_US);
	u32 part = min(body_len, GSP_RPC_PAYLOAD_MAX - head_len);
	int ret;

	lockdep_assert_held(&gsp->rpc_lock);
	if (gsp->state != NV_GSP_BOOTING && gsp->state != NV_GSP_RUNNING)
		return -ENODEV;

	gsp->stats.rpcs++;
	ret = rpc_send_one(gsp, &wait, function, head, head_len, body, part);
	while (!ret && part < body_len) {
		body += part;
		body_len -= part;
		part = min(body_len, GSP_RPC_PAYLOAD_MAX);
		ret = rpc_send_one(gsp, &wait, GSP_RPC_CONTINUATION_RECORD, body, part, NULL, 0);
	}
	return ret;
}

/* GSP's own results lie above the range of NV_STATUS. */
static u32 rpc_result_status(u32 result)
{
	switch (result) {
	case GSP_RPC_UNKNOWN_FUNCTION:
	case GSP_RPC_CONTROL_NOT_SUPPORTED:
		return NV_ERR_NOT_SUPPORTED;
	case GSP_RPC_INVALID_HANDLE:
		return NV_ERR_INVALID_OBJECT_HANDLE;
	default:
		return result >= GSP_RPC_RESULT_VGPU_BASE ? NV_ERR_GENERIC : result;
	}
}

static u32 rpc_errno_status(int err)
{
	return err == -ETIMEDOUT ? NV_ERR_TIMEOUT : NV_ERR_GPU_IS_LOST;
}

static u32 rpc_payload_len(const struct nv_gsp *gsp)
{
	return gsp->queue.msg->length - sizeof(*gsp->queue.msg);
}

static void *rpc_payload(const struct nv_gsp *gsp)
{
	return gsp->queue.msg + 1;
}

static u32 rpc_bad_reply(struct nv_gsp *gsp)
{
	if (gsp_may_log(gsp))
		nv_warn(gsp->hw, "GSP's reply to function %u does not fit the request",
			gsp->queue.msg->function);
	return NV_ERR_GENERIC;
}

int gsp_rpc_call(struct nv_gsp *gsp, u32 function, void *payload, u32 size, u32 *status)
{
	int ret;

	ret = gsp_rpc_send(gsp, function, payload, size, NULL, 0);
	if (!ret)
		ret = gsp_rpc_wait(gsp, function, RPC_TIMEOUT_US);
	if (ret)
		return ret;

	*status = rpc_result_status(gsp->queue.msg->rpc_result);
	if (*status)
		return 0;
	if (rpc_payload_len(gsp) < size) {
		*status = rpc_bad_reply(gsp);
		return -EIO;
	}
	memcpy(payload, rpc_payload(gsp), size);
	return 0;
}

/* The rest of a reply that did not fit into one message; one deadline for all of it. */
static u32 control_continue(struct nv_gsp *gsp, u8 *params, u32 size)
{
	struct rpc_wait wait = rpc_wait_begin(gsp, GSP_RPC_CONTINUATION_RECORD, RPC_TIMEOUT_US);
	u32 len;
	int ret;

	while (size) {
		ret = rpc_wait_for(gsp, &wait);
		if (ret)
			return rpc_errno_status(ret);
		len = rpc_payload_len(gsp);
		if (!len || len > size)
			return rpc_bad_reply(gsp);
		memcpy(params, rpc_payload(gsp), len);
		params += len;
		size -= len;
	}
	return NV_OK;
}

static u32 control_reply(struct nv_gsp *gsp, u32 cmd, void *params, u32 size)
{
	const struct gsp_rpc_rm_control *reply = rpc_payload(gsp);
	u32 len = rpc_payload_len(gsp);
	u32 part, status, rest;

	status = rpc_result_status(gsp->queue.msg->rpc_result);
	if (status)
		return status;
	if (len < sizeof(*reply) || reply->cmd != cmd)
		return rpc_bad_reply(gsp);

	status = reply->status;
	part = min(len - (u32)sizeof(*reply), size);
	if (part < size && len < GSP_RPC_PAYLOAD_MAX)
		return status ?: rpc_bad_reply(gsp);
	if (!size)
		return status;
	memcpy(params, reply->params, part);
	rest = control_continue(gsp, params + part, size - part);
	return rest ?: status;
}

u32 nv_gsp_control(struct nv_gsp *gsp, u32 h_client, u32 h_object, u32 cmd,
		   void *params, u32 size)
{
	const struct gsp_rpc_rm_control request = {
		.h_client = h_client,
		.h_object = h_object,
		.cmd = cmd,
		.params_size = size,
	};
	u32 status;
	int ret;

	if (size > RPC_CONTROL_MAX)
		return NV_ERR_INVALID_ARGUMENT;

	mutex_lock(&gsp->rpc_lock);
	ret = gsp_rpc_send(gsp, GSP_RPC_GSP_RM_CONTROL, &request, sizeof(request), params, size);
	if (!ret)
		ret = gsp_rpc_wait(gsp, GSP_RPC_GSP_RM_CONTROL, RPC_TIMEOUT_US);
	status = ret ? rpc_errno_status(ret) : control_reply(gsp, cmd, params, size);
	mutex_unlock(&gsp->rpc_lock);
	return status;
}

u32 nv_gsp_internal_control(struct nv_gsp *gsp, u32 cmd, void *params, u32 size)
{
	return nv_gsp_control(gsp, gsp->static_info.h_internal_client,
			      gsp->static_info.h_internal_subdevice, cmd, params, size);
}

/* Parameters may lie beyond the length of the reply as long as they are in its elements. */
static u32 alloc_reply(struct nv_gsp *gsp, void *params, u32 size)
{
	const struct gsp_rpc_rm_alloc *reply = rpc_payload(gsp);
	u32 room = gsp->queue.msg_room - sizeof(*gsp->queue.msg);
	u32 status;

	status = rpc_result_status(gsp->queue.msg->rpc_result);
	if (status)
		return status;
	if (rpc_payload_len(gsp) < sizeof(*reply) || reply->params_size != size ||
	    room - sizeof(*reply) < size)
		return rpc_bad_reply(gsp);
	if (size)
		memcpy(params, reply->params, size);
	return reply->status;
}

u32 nv_gsp_alloc(struct nv_gsp *gsp, u32 h_client, u32 h_parent, u32 h_object, u32 h_class,
		 void *params, u32 size)
{
	const struct gsp_rpc_rm_alloc request = {
		.h_client = h_client,
		.h_parent = h_parent,
		.h_object = h_object,
		.h_class = h_class,
		.params_size = size,
	};
	u32 status;
	int ret;

	if (size > GSP_RPC_PAYLOAD_MAX - sizeof(request))
		return NV_ERR_INVALID_ARGUMENT;

	mutex_lock(&gsp->rpc_lock);
	ret = gsp_rpc_send(gsp, GSP_RPC_GSP_RM_ALLOC, &request, sizeof(request), params, size);
	if (!ret)
		ret = gsp_rpc_wait(gsp, GSP_RPC_GSP_RM_ALLOC, RPC_TIMEOUT_US);
	status = ret ? rpc_errno_status(ret) : alloc_reply(gsp, params, size);
	mutex_unlock(&gsp->rpc_lock);
	return status;
}

/* Only the result counts: the reply repeats the list. */
u32 nv_gsp_alloc_memory(struct nv_gsp *gsp, const struct gsp_rpc_alloc_memory *list)
{
	u32 status;
	int ret;

	mutex_lock(&gsp->rpc_lock);
	ret = gsp_rpc_send(gsp, GSP_RPC_ALLOC_MEMORY, list, sizeof(*list), list->pte,
			   list->page_count * sizeof(*list->pte));
	if (!ret)
		ret = gsp_rpc_wait(gsp, GSP_RPC_ALLOC_MEMORY, RPC_TIMEOUT_US);
	status = ret ? rpc_errno_status(ret) : rpc_result_status(gsp->queue.msg->rpc_result);
	mutex_unlock(&gsp->rpc_lock);
	return status;
}

/* A call of fixed layout whose payload has a status of its own at @payload_status. */
static u32 rpc_simple(struct nv_gsp *gsp, u32 function, void *payload, u32 size,
		      const u32 *payload_status)
{
	u32 status = NV_OK;
	int ret;

	mutex_lock(&gsp->rpc_lock);
	ret = gsp_rpc_call(gsp, function, payload, size, &status);
	mutex_unlock(&gsp->rpc_lock);
	if (status)
		return status;
	return ret ? rpc_errno_status(ret) : *payload_status;
}

u32 nv_gsp_free(struct nv_gsp *gsp, u32 h_client, u32 h_object)
{
	struct gsp_rpc_free request = { .h_root = h_client, .h_object = h_object };

	return rpc_simple(gsp, GSP_RPC_FREE, &request, sizeof(request), &request.status);
}

u32 nv_gsp_dup(struct nv_gsp *gsp, u32 h_client, u32 h_parent, u32 h_object,
	       u32 h_client_src, u32 h_object_src, u32 flags)
{
	struct gsp_rpc_dup_object request = {
		.h_client = h_client,
		.h_parent = h_parent,
		.h_object = h_object,
		.h_client_src = h_client_src,
		.h_object_src = h_object_src,
		.flags = flags,
	};

	return rpc_simple(gsp, GSP_RPC_DUP_OBJECT, &request, sizeof(request), &request.status);
}

u32 nv_gsp_set_page_directory(struct nv_gsp *gsp, u32 h_client, u32 h_device, u32 h_vaspace,
			      const struct nv_vas_level *root)
{
	struct gsp_unset_page_directory unset = {
		.h_client = h_client, .h_device = h_device, .h_vaspace = h_vaspace,
	};
	struct gsp_set_page_directory set = {
		.h_client = h_client, .h_device = h_device, .h_vaspace = h_vaspace,
	};
	const u32 no_status = NV_OK;

	if (!root)
		return rpc_simple(gsp, GSP_RPC_UNSET_PAGE_DIRECTORY, &unset, sizeof(unset),
				  &no_status);
	set.phys_address = root->addr;
	set.num_entries = root->size / sizeof(u64);
	set.flags = GSP_PAGE_DIRECTORY_ALL_CHANNELS |
		    FIELD_PREP(GSP_PAGE_DIRECTORY_APERTURE,
			       root->aperture == NV_APERTURE_VID ? GSP_PAGE_DIRECTORY_VIDMEM :
								   GSP_PAGE_DIRECTORY_SYSMEM_COH);
	return rpc_simple(gsp, GSP_RPC_SET_PAGE_DIRECTORY, &set, sizeof(set), &no_status);
}

void nv_gsp_service(struct nv_gsp *gsp)
{
	mutex_lock(&gsp->rpc_lock);
	if (gsp->state == NV_GSP_RUNNING && READ_ONCE(gsp->halted))
		gsp_die(gsp, GSP_XID_ERROR, "GSP has halted");
	if (gsp->state == NV_GSP_RUNNING)
		rpc_drain(gsp);
	mutex_unlock(&gsp->rpc_lock);
}
