// SPDX-License-Identifier: MIT OR GPL-2.0

/* Copies and fills by the driver's own channel, and what becomes of them if something fails. */

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <linux/kernel.h>

#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "channel.h"
#include "fifo/kernel-client.h"
#include "gsp/gsp.h"
#include "hw-softgpu.h"
#include "mem/ce.h"
#include "softgpu-priv.h"
#include "unit.h"

#define SECOND		1000000000ull
#define MIB		0x100000ull
#define SYS_SIZE	(40 * 4096)

/* Video memory that nobody uses: in the middle, and around 4 GiB */
#define VID		(1024 * MIB)
#define VID_4G		(4096 * MIB)

struct rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
	struct nv_dma sys;		/* in pieces */
	struct nv_dma flat;		/* contiguous */
};

static void rig_init_fault(struct rig *rig, enum softgpu_fault_kind kind, u64 n)
{
	*rig = (struct rig) { .soft = hw_softgpu_defaults() };
	rig->soft.config.fault.kind = kind;
	rig->soft.config.fault.n = n;
	hw_softgpu_init(&rig->soft);
	EXPECT_EQ(nv_gpu_init(&rig->gpu, &rig->soft.hw, 0, NULL), 0);
	rig->soft.gpu = &rig->gpu;
	EXPECT_EQ(nv_gpu_start(&rig->gpu), 0);
	EXPECT_EQ(rig->soft.hw.ops->dma_alloc(&rig->soft.hw, &rig->sys, SYS_SIZE, false), 0);
	EXPECT_EQ(rig->soft.hw.ops->dma_alloc(&rig->soft.hw, &rig->flat, SYS_SIZE, true), 0);
}

static void rig_init(struct rig *rig)
{
	rig_init_fault(rig, SOFTGPU_FAULT_NONE, 0);
}

static void rig_fini(struct rig *rig)
{
	rig->soft.hw.ops->dma_free(&rig->soft.hw, &rig->sys);
	rig->soft.hw.ops->dma_free(&rig->soft.hw, &rig->flat);
	nv_gpu_stop(&rig->gpu);
	EXPECT_EQ(rig->gpu.heap.used, 0);
	nv_gpu_fini(&rig->gpu);
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

static u8 *vram(struct rig *rig, u64 addr)
{
	return rig->soft.model->vram + addr;
}

static struct nv_ce_addr vid(u64 addr)
{
	return (struct nv_ce_addr) { NV_APERTURE_VID, addr };
}

static struct nv_ce_addr sys(struct rig *rig, u64 off)
{
	return (struct nv_ce_addr) { NV_APERTURE_SYS, rig->flat.page[0] + off };
}

static u8 byte_at(u64 i)
{
	return i * 37 + (i >> 8) * 11 + (i >> 16);
}

static void set_bytes(u8 *at, u64 n)
{
	u64 i;

	for (i = 0; i < n; i++)
		at[i] = byte_at(i);
}

static bool has_bytes(const u8 *at, u64 from, u64 n)
{
	u64 i;

	for (i = 0; i < n; i++)
		if (at[i] != byte_at(from + i))
			return false;
	return true;
}

static bool all_are(const u8 *at, u8 what, u64 n)
{
	u64 i;

	for (i = 0; i < n; i++)
		if (at[i] != what)
			return false;
	return true;
}

UNIT_TEST(copies_of_odd_sizes_and_places)
{
	static const u32 sizes[] = { 0, 1, 2, 3, 4, 5, 63, 511, 4095, 4096, 4097, 12289, 65537 };
	u8 *flat;
	struct rig rig;
	u32 i, src, dst;

	rig_init(&rig);
	flat = rig.flat.cpu;
	set_bytes(vram(&rig, VID), 128 * 1024);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		src = i * 7 % 13;
		dst = i * 5 % 17 + 1;
		memset(flat, 0xee, SYS_SIZE);
		EXPECT_EQ(nv_ce_copy(&rig.gpu, sys(&rig, dst), vid(VID + src), sizes[i]), 0);
		EXPECT(all_are(flat, 0xee, dst));
		EXPECT(has_bytes(flat + dst, src, sizes[i]));
		EXPECT(all_are(flat + dst + sizes[i], 0xee, 64));

		memset(vram(&rig, VID + MIB), 0x11, 128 * 1024);
		EXPECT_EQ(nv_ce_copy(&rig.gpu, vid(VID + MIB + 3), sys(&rig, dst), sizes[i]), 0);
		EXPECT(all_are(vram(&rig, VID + MIB), 0x11, 3));
		EXPECT(has_bytes(vram(&rig, VID + MIB + 3), src, sizes[i]));
		EXPECT(all_are(vram(&rig, VID + MIB + 3 + sizes[i]), 0x11, 64));
	}
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}

UNIT_TEST(copies_across_four_gibibytes)
{
	const u64 size = 40 * MIB + 5;
	struct rig rig;

	rig_init(&rig);
	set_bytes(vram(&rig, VID_4G - 20 * MIB - 1), size);
	EXPECT_EQ(nv_ce_copy(&rig.gpu, vid(VID), vid(VID_4G - 20 * MIB - 1), size), 0);
	EXPECT(has_bytes(vram(&rig, VID), 0, size));
	EXPECT(all_are(vram(&rig, VID + size), 0, 64));
	/* Three launches and the test's. */
	EXPECT_EQ(rig.gpu.ce.copies, 4);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID_4G - 20 * MIB + 1), 0x5a5a5a5a, size), 0);
	EXPECT(has_bytes(vram(&rig, VID_4G - 20 * MIB - 1), 0, 2));
	EXPECT(all_are(vram(&rig, VID_4G - 20 * MIB + 1), 0x5a, size));
	EXPECT(all_are(vram(&rig, VID_4G - 20 * MIB + 1 + size), 0, 64));
	rig_fini(&rig);
}

UNIT_TEST(fills_of_any_size)
{
	const u8 pattern[] = { 0x78, 0x56, 0x34, 0x12 };
	u32 size, off, i;
	struct rig rig;
	u8 *at;

	rig_init(&rig);
	at = vram(&rig, VID);
	for (off = 0; off < 5; off++) {
		for (size = 0; size < 14; size++) {
			memset(at, 0xcc, 64);
			EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID + off), 0x12345678, size), 0);
			EXPECT(all_are(at, 0xcc, off));
			for (i = 0; i < size; i++)
				EXPECT_EQ(at[off + i], pattern[i % 4]);
			EXPECT(all_are(at + off + size, 0xcc, 16));
		}
	}
	EXPECT_EQ(nv_ce_fill(&rig.gpu, sys(&rig, 0), 0x01010101, SYS_SIZE), 0);
	EXPECT(all_are(rig.flat.cpu, 1, SYS_SIZE));
	rig_fini(&rig);
}

UNIT_TEST(saves_and_restores_in_pieces)
{
	const u64 size = SYS_SIZE - 5000;
	struct rig rig;
	u64 before;

	rig_init(&rig);
	EXPECT(!rig.sys.contig);
	set_bytes(vram(&rig, VID + 1), size);
	EXPECT_EQ(nv_ce_save(&rig.gpu, &rig.sys, 4000, VID + 1, size), 0);
	EXPECT(has_bytes(rig.sys.cpu + 4000, 0, size));
	EXPECT(all_are(rig.sys.cpu, 0, 4000));
	EXPECT(all_are(rig.sys.cpu + 4000 + size, 0, 1000));
	EXPECT_EQ(nv_ce_restore(&rig.gpu, VID + 8 * MIB, &rig.sys, 4000, size), 0);
	EXPECT(has_bytes(vram(&rig, VID + 8 * MIB), 0, size));
	/* Contiguous pages need one launch. */
	before = rig.gpu.ce.copies;
	EXPECT_EQ(nv_ce_save(&rig.gpu, &rig.flat, 0, VID + 1, SYS_SIZE), 0);
	EXPECT_EQ(rig.gpu.ce.copies, before + 1);
	EXPECT(has_bytes(rig.flat.cpu, 0, size));
	rig_fini(&rig);
}

UNIT_TEST(refuses_what_does_not_exist)
{
	const u64 end = 6144 * MIB;
	struct rig rig;

	rig_init(&rig);
	EXPECT_EQ(nv_ce_copy(&rig.gpu, vid(end - 4), sys(&rig, 0), 5), -EINVAL);
	EXPECT_EQ(nv_ce_copy(&rig.gpu, sys(&rig, 0), vid(end + 1), 0), -EINVAL);
	EXPECT_EQ(nv_ce_copy(&rig.gpu, sys(&rig, 0), vid(VID), ~0ull), -EINVAL);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(~0ull), 0, 2), -EINVAL);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, (struct nv_ce_addr){ NV_APERTURE_SYS, 1ull << 49 }, 0, 1),
		  -EINVAL);
	EXPECT_EQ(nv_ce_save(&rig.gpu, &rig.sys, SYS_SIZE - 3, VID, 4), -EINVAL);
	EXPECT_EQ(nv_ce_save(&rig.gpu, &rig.sys, ~0ull, VID, 4), -EINVAL);
	EXPECT_EQ(nv_ce_restore(&rig.gpu, end - 4096, &rig.sys, 0, 4097), -EINVAL);
	EXPECT_EQ(rig.gpu.ce.copies, 0);
	nv_gpu_stop(&rig.gpu);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), -ENODEV);
	rig_fini(&rig);
}

/* The copy engine faults; the channel is made anew and goes on. */
UNIT_TEST(recovers_from_a_bad_address)
{
	const struct nv_ce_addr nowhere = { NV_APERTURE_SYS, 0x7000000000ull };
	struct rig rig;
	u64 before;
	int i;

	rig_init(&rig);
	for (i = 0; i < 3; i++) {
		before = rig.soft.now;
		EXPECT_EQ(nv_ce_copy(&rig.gpu, nowhere, vid(VID), 4096), -EIO);
		EXPECT(rig.soft.now - before < SECOND);
		EXPECT_EQ(unit_log_has(&rig.soft.log, "MMU fault: copy engine's write"), 2 * i + 2);
		set_bytes(vram(&rig, VID), 100);
		EXPECT_EQ(nv_ce_copy(&rig.gpu, sys(&rig, 0), vid(VID), 100), 0);
		EXPECT(has_bytes(rig.flat.cpu, 0, 100));
	}
	rig_fini(&rig);
}

static struct sg_channel *model_channel(struct rig *rig)
{
	struct nv_kernel_channel *channel = &rig->gpu.ce.channel;
	struct gsp_object *object = sg_object_find(rig->soft.model->rm, NV_KERNEL_CLIENT,
						   NV_KERNEL_CHANNEL);

	EXPECT(object && object->channel);
	EXPECT_EQ(object->channel->chid, channel->channel.chid);
	return object->channel;
}

/* Standstill: four seconds, one line, and the next copy works. */
UNIT_TEST(gives_up_a_channel_that_stands_still)
{
	struct rig rig;
	u64 before;

	rig_init(&rig);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
	sg_channel_schedule(model_channel(&rig), false);
	before = rig.soft.now;
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 1), -ETIMEDOUT);
	EXPECT(rig.soft.now - before > 3 * SECOND && rig.soft.now - before < 6 * SECOND);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "): 8, the copy channel"), 1);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0x77777777, 4), 0);
	EXPECT(all_are(vram(&rig, VID), 0x77, 4));
	rig_fini(&rig);
}

/* The semaphore is memory that the GPU writes: anything may be in it. */
UNIT_TEST(does_not_trust_the_semaphore)
{
	struct rig rig;
	u32 *semaphore;
	u32 i;

	rig_init(&rig);
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
	for (i = 0; i < 2; i++) {
		sg_channel_schedule(model_channel(&rig), false);
		semaphore = rig.gpu.ce.channel.mem.cpu + 0x800;
		*semaphore = i ? 0x80000000 : 12345;
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 64 * MIB), -ETIMEDOUT);
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
	}
	rig_fini(&rig);
}

/* Whatever GSP refuses: a line, -ENODEV, and no second try before the next start. */
UNIT_TEST(does_without_if_gsp_refuses)
{
	static const u32 controls[] = {
		NV2080_CTRL_CMD_FIFO_GET_DEVICE_INFO_TABLE,
		NV2080_CTRL_CMD_CE_GET_FAULT_METHOD_BUFFER_SIZE,
		NV90F1_CTRL_CMD_VASPACE_COPY_SERVER_RESERVED_PDES,
		NVA06F_CTRL_CMD_GPFIFO_SCHEDULE,
	};
	struct nv_gsp_stats stats[2];
	struct rig rig;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(controls); i++) {
		rig_init_fault(&rig, SOFTGPU_FAULT_CONTROL_REFUSED, controls[i]);
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), -ENODEV);
		EXPECT(unit_log_lines(&rig.soft.log, 'E') >= 1);
		EXPECT_EQ(unit_log_has(&rig.soft.log, "no copy engine works"), 1);
		nv_gsp_get_stats(rig.gpu.gsp, &stats[0]);
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), -ENODEV);
		nv_gsp_get_stats(rig.gpu.gsp, &stats[1]);
		EXPECT_EQ(stats[0].rpcs, stats[1].rpcs);
		EXPECT_EQ(rig.gpu.heap.used, 0);
		rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
		nv_gpu_stop(&rig.gpu);
		EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
		rig_fini(&rig);
	}
}

/* One engine is out of order: the next one is taken. */
UNIT_TEST(takes_an_engine_that_works)
{
	struct nv_kernel_channel k;
	struct nv_engine engine;
	struct rig rig;
	u32 i;

	rig_init(&rig);
	EXPECT_EQ(nv_fifo_learn(&rig.gpu), 0);
	EXPECT_EQ(nv_fifo_copy_engine(&rig.gpu.fifo, 0, &engine), 0);
	EXPECT_EQ(engine.type, NV_ENGINE_TYPE_COPY0 + 2);
	EXPECT_EQ(engine.runlist, 1);
	EXPECT_EQ(nv_fifo_copy_engine(&rig.gpu.fifo, 2, &engine), 0);
	EXPECT_EQ(nv_fifo_copy_engine(&rig.gpu.fifo, 3, &engine), -ENOENT);
	/* A type that GSP knows nothing of */
	engine.type = NV_ENGINE_TYPE_COPY9;
	EXPECT_EQ(nv_kernel_channel_open(&k, &rig.gpu, &engine), -EIO);
	/* A doorbell that nobody hears */
	for (i = 0; rig.gpu.fifo.engine[i].type != NV_ENGINE_TYPE_COPY0 + 2; i++)
		;
	rig.gpu.fifo.engine[i].runlist = 7;
	EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
	EXPECT_EQ(rig.gpu.ce.channel.channel.engine.type, NV_ENGINE_TYPE_COPY0 + 3);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "no copy engine works"), 0);
	rig_fini(&rig);
}

UNIT_TEST(survives_every_failed_allocation)
{
	bool failed = true;
	struct rig rig;
	int err;
	long n;

	rig_init(&rig);
	for (n = 1; failed; n++) {
		unit_fail_alloc_at(n);
		err = nv_ce_fill(&rig.gpu, vid(VID), n, 4);
		failed = !unit_fail_alloc_pending();
		unit_fail_alloc_at(0);
		EXPECT_EQ(err, failed ? -ENOMEM : 0);
		EXPECT(failed == (rig.gpu.ce.state == NV_CE_CLOSED));
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), 0, 4), 0);
		nv_ce_stop(&rig.gpu);
		EXPECT_EQ(rig.gpu.heap.used, 0);
	}
	EXPECT(n > 8);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}

UNIT_TEST(works_again_after_each_start)
{
	struct rig rig;
	int i;

	rig_init(&rig);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(nv_ce_fill(&rig.gpu, vid(VID), i, 4), 0);
		if (i == 1)
			nv_ce_stop(&rig.gpu);
		nv_gpu_stop(&rig.gpu);
		EXPECT_EQ(rig.gpu.heap.used, 0);
		EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
	}
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	rig_fini(&rig);
}

/* GSP dies, or the GPU goes, in the middle of it. */
UNIT_TEST(ends_with_the_gpu)
{
	struct rig rig;
	u64 n, at;
	int err;

	rig_init(&rig);
	at = rig.soft.model->stats.reg_reads + rig.soft.model->stats.reg_writes;
	rig_fini(&rig);
	for (n = 0; n < 3000; n += 97) {
		rig_init(&rig);
		rig.soft.model->config.fault.kind = SOFTGPU_FAULT_OFF_BUS;
		rig.soft.model->config.fault.n = at + n;
		err = nv_ce_fill(&rig.gpu, vid(VID), 0, 4);
		EXPECT(err == 0 || err == -ENODEV || err == -EIO);
		EXPECT(rig.soft.now < 20 * SECOND);
		rig_fini(&rig);
	}
	for (n = 0; n < 12; n++) {
		rig_init(&rig);
		rig.soft.model->config.fault.kind = SOFTGPU_FAULT_GSP_DIES;
		rig.soft.model->config.fault.n = rig.soft.model->stats.messages_out + n;
		err = nv_ce_fill(&rig.gpu, vid(VID), 0, 4);
		EXPECT(err == 0 || err == -ENODEV || err == -EIO);
		EXPECT(rig.soft.now < 20 * SECOND);
		rig_fini(&rig);
	}
}

/* Several threads, each with its own memory */
#define THREADS		4
#define ROUNDS		20

static struct rig shared;

static void *copy_rounds(void *arg)
{
	const u64 mine = (u64)(uintptr_t)arg, size = 8192;
	const u64 from = VID + mine * MIB, to = from + size;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		EXPECT_EQ(nv_ce_fill(&shared.gpu, vid(from), 0x01010101 * (i + mine), size), 0);
		EXPECT_EQ(nv_ce_copy(&shared.gpu, vid(to), vid(from), size), 0);
		EXPECT(all_are(vram(&shared, to), i + mine, size));
	}
	return NULL;
}

UNIT_TEST(many_threads_copy_at_once)
{
	pthread_t thread[THREADS];
	uintptr_t i;

	rig_init(&shared);
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_create(&thread[i], NULL, copy_rounds, (void *)i), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	rig_fini(&shared);
}
