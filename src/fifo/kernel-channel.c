// SPDX-License-Identifier: MIT OR GPL-2.0
/* The driver's own channel: how it is made, fed and waited for. */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include <asm/barrier.h>

#include "abi/channel.h"
#include "abi/ctrl/ctrl-fifo.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "fifo/kernel-channel.h"
#include "fifo/kernel-client.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"

#define SLOTS		NV_KERNEL_CHANNEL_SLOTS
#define SLOT_SIZE	(NV_KERNEL_CHANNEL_SLOT_WORDS * sizeof(u32))

/* nv_kernel_channel.mem; what GSP gets as a physical address is in the first page */
#define GPFIFO_OFF	0
#define USERD_OFF	0x400
#define SEMAPHORE_OFF	0x800
#define PUSH_OFF	0x1000
#define MEM_SIZE	(PUSH_OFF + SLOTS * SLOT_SIZE)

#define MEM_VA		0x200000ull

#define ON_GSP_VASPACE	1
#define ON_GSP_CHANNEL	2

#define TIMEOUT_NS	4000000000ull
#define SLICE_MIN_US	10
#define SLICE_MAX_US	500

#define XID_STOPPED_PROCESSING	8

static u32 *mem_at(const struct nv_kernel_channel *k, u32 off)
{
	return k->mem.cpu + off;
}

/* Making */

static int map_memory(struct nv_kernel_channel *k)
{
	struct nv_gpu *gpu = k->channel.gpu;
	struct nv_vas_target target = { .aperture = NV_APERTURE_SYS };
	int err;

	err = gpu->hw->ops->dma_alloc(gpu->hw, &k->mem, MEM_SIZE, false);
	if (err)
		return err;
	err = nv_vas_init(&k->vas, gpu, NV_APERTURE_SYS);
	if (err)
		return err;
	target.page = k->mem.page;
	return nv_vas_map(&k->vas, MEM_VA, k->mem.size, &target, 0, 0);
}

static int make_vaspace(struct nv_kernel_channel *k)
{
	struct nv_vaspace_alloc_params params = { .index = NV_VASPACE_ALLOCATION_INDEX_GPU_NEW };
	struct nv90f1_ctrl_vaspace_copy_server_reserved_pdes_params pdes;
	int err;

	err = nv_kernel_alloc(k->channel.gpu, NV_KERNEL_DEVICE, k->h_vaspace,
			      FERMI_VASPACE_A, &params, sizeof(params));
	if (err)
		return err;
	k->on_gsp |= ON_GSP_VASPACE;
	err = nv_channel_describe_vas(&k->vas, &pdes);
	if (err)
		return err;
	return nv_kernel_control(k->channel.gpu, k->h_vaspace,
				 NV90F1_CTRL_CMD_VASPACE_COPY_SERVER_RESERVED_PDES, &pdes,
				 sizeof(pdes));
}

static int alloc_channel(struct nv_kernel_channel *k)
{
	struct nv_gpu *gpu = k->channel.gpu;
	struct nv_channel_alloc_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	const u32 none = NV_ERROR_NOTIFIER_TYPE_NONE;
	int err;

	if (!params)
		return -ENOMEM;
	params->gp_fifo_offset = MEM_VA + GPFIFO_OFF;
	params->gp_fifo_entries = SLOTS;
	params->h_vaspace = k->h_vaspace;
	params->userd_mem = (struct nv_memory_desc_params) {
		k->mem.page[0] + USERD_OFF, NV_USERD_SIZE, NV_MEMORY_DESC_SYSMEM,
		NV_MEMORY_DESC_CACHED,
	};
	params->internal_flags =
		FIELD_PREP(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ERROR_NOTIFIER_TYPE, none) |
		FIELD_PREP(NV_KERNELCHANNEL_ALLOC_INTERNALFLAGS_ECC_ERROR_NOTIFIER_TYPE, none);
	nv_channel_describe(&k->channel, NV_CHANNEL_PRIVILEGE_KERNEL, params);
	err = nv_kernel_alloc(gpu, NV_KERNEL_DEVICE, k->h_channel, gpu->chip->channel_class,
			      params, sizeof(*params));
	if (!err)
		k->on_gsp |= ON_GSP_CHANNEL;
	kfree(params);
	return err;
}

static int make_copy_object(struct nv_kernel_channel *k)
{
	struct nv_copy_alloc_params copy = {
		.version = NV_COPY_ALLOC_VERSION_ENGINE_TYPE,
		.engine_type = k->channel.engine.type,
	};
	struct nva06f_ctrl_gpfifo_schedule_params schedule = { .enable = true };
	struct nv_gpu *gpu = k->channel.gpu;
	int err;

	err = nv_kernel_alloc(gpu, k->h_channel, NV_KERNEL_COPY, gpu->chip->copy_class, &copy,
			      sizeof(copy));
	if (err)
		return err;
	return nv_kernel_control(gpu, k->h_channel, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, &schedule,
				 sizeof(schedule));
}

int nv_kernel_channel_make(struct nv_kernel_channel *k, struct nv_gpu *gpu,
			   const struct nv_engine *engine, u32 h_vaspace, u32 h_channel)
{
	int err;

	*k = (struct nv_kernel_channel) {
		.next = 1, .h_vaspace = h_vaspace, .h_channel = h_channel,
	};
	err = nv_channel_init(&k->channel, gpu, engine);
	if (err)
		return err;
	err = nv_fb_fill(gpu, k->channel.inst->addr, 0, NV_RAMIN_SIZE);
	if (!err)
		err = map_memory(k);
	if (!err)
		err = make_vaspace(k);
	if (!err)
		err = alloc_channel(k);
	if (err)
		nv_kernel_channel_close(k);
	return err;
}

int nv_kernel_channel_open(struct nv_kernel_channel *k, struct nv_gpu *gpu,
			   const struct nv_engine *engine)
{
	int err = nv_kernel_channel_make(k, gpu, engine, NV_KERNEL_VASPACE, NV_KERNEL_CHANNEL);

	if (err)
		return err;
	err = make_copy_object(k);
	if (err)
		nv_kernel_channel_close(k);
	return err;
}

void nv_kernel_channel_close(struct nv_kernel_channel *k)
{
	struct nv_gpu *gpu = k->channel.gpu;

	if (!k->channel.made)
		return;
	if (k->on_gsp & ON_GSP_CHANNEL)
		nv_kernel_free(gpu, k->h_channel);
	if (k->on_gsp & ON_GSP_VASPACE)
		nv_kernel_free(gpu, k->h_vaspace);
	nv_vas_fini(&k->vas);
	gpu->hw->ops->dma_free(gpu->hw, &k->mem);
	nv_channel_fini(&k->channel);
	k->on_gsp = 0;
}

/* Waiting */

static u32 last_done(const struct nv_kernel_channel *k)
{
	return READ_ONCE(*mem_at(k, SEMAPHORE_OFF));
}

static u32 outstanding(const struct nv_kernel_channel *k)
{
	return k->next - 1 - last_done(k);
}

/* Why there is no point in waiting on, or 0. */
static int given_up(struct nv_kernel_channel *k, u64 deadline)
{
	struct nv_hw *hw = k->channel.gpu->hw;

	if (nv_gone(hw) || !nv_gsp_running(k->channel.gpu->gsp))
		return -ENODEV;
	if (nv_channel_stopped(&k->channel))
		return nv_fail(hw, -EIO, "the driver's copy channel was stopped");
	if (hw->ops->time_ns(hw) < deadline)
		return 0;
	nv_xid(hw, XID_STOPPED_PROCESSING, "the copy channel %u stands still (%u of %u done)",
	       k->channel.chid, last_done(k), k->next - 1);
	return -ETIMEDOUT;
}

/* A GPU that does something has time: only standstill counts. */
static int wait_outstanding(struct nv_kernel_channel *k, u32 most)
{
	struct nv_hw *hw = k->channel.gpu->hw;
	u32 seen = last_done(k);
	u64 deadline = hw->ops->time_ns(hw) + TIMEOUT_NS;
	unsigned int slice_us = SLICE_MIN_US;
	int err = 0;

	while (outstanding(k) > most) {
		if (err)
			return err;
		if (last_done(k) != seen) {
			seen = last_done(k);
			deadline = hw->ops->time_ns(hw) + TIMEOUT_NS;
		}
		hw->ops->sleep_us(hw, slice_us);
		/* GSP reports a channel that it stopped; interrupts may be off. */
		if (slice_us == SLICE_MAX_US) {
			nv_gsp_service(k->channel.gpu->gsp);
			/* Once more: what is there by now counts. */
			err = given_up(k, deadline);
		}
		slice_us = min(2 * slice_us, (unsigned int)SLICE_MAX_US);
	}
	dma_rmb();
	return 0;
}

int nv_kernel_channel_wait(struct nv_kernel_channel *k)
{
	nv_kernel_channel_ring(k);
	return wait_outstanding(k, 0);
}

int nv_kernel_channel_wait_most(struct nv_kernel_channel *k, u64 most)
{
	return most < SLOTS ? wait_outstanding(k, most) : 0;
}

/* Feeding */

/* One entry of a GPFIFO stays free, else a full one would look empty. */
unsigned int nv_kernel_channel_room(const struct nv_kernel_channel *k)
{
	/* The semaphore may say anything. */
	return SLOTS - 1 - min(outstanding(k), SLOTS - 1);
}

int nv_kernel_channel_begin(struct nv_kernel_channel *k, struct nv_push *push)
{
	u32 slot = (k->next - 1) % SLOTS;
	int err;

	if (!nv_kernel_channel_room(k)) {
		nv_kernel_channel_ring(k);
		err = wait_outstanding(k, SLOTS / 2);
		if (err)
			return err;
	}
	*push = (struct nv_push) {
		.word = mem_at(k, PUSH_OFF + slot * SLOT_SIZE),
		.room = NV_KERNEL_CHANNEL_SLOT_WORDS,
	};
	return 0;
}

void nv_kernel_channel_semaphore(const struct nv_kernel_channel *k, u64 *addr, u32 *payload)
{
	*addr = MEM_VA + SEMAPHORE_OFF;
	*payload = k->next;
}

void nv_kernel_channel_end(struct nv_kernel_channel *k, const struct nv_push *push)
{
	u32 slot = (k->next - 1) % SLOTS;
	u64 va = MEM_VA + PUSH_OFF + slot * SLOT_SIZE;
	u32 *entry = mem_at(k, GPFIFO_OFF + slot * NVC56F_GP_ENTRY__SIZE);

	entry[0] = lower_32_bits(va);
	entry[1] = FIELD_PREP(NVC56F_GP_ENTRY1_GET_HI, upper_32_bits(va)) |
		   FIELD_PREP(NVC56F_GP_ENTRY1_LENGTH, push->used);
	k->next++;
}

void nv_kernel_channel_ring(struct nv_kernel_channel *k)
{
	if (k->rung == k->next - 1)
		return;
	k->rung = k->next - 1;
	dma_wmb();		/* entries before what makes them valid */
	WRITE_ONCE(*mem_at(k, USERD_OFF + NV_USERD_GP_PUT), k->rung % SLOTS);
	nv_channel_ring(&k->channel);
}
