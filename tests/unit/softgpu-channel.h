/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_SOFTGPU_CHANNEL_H
#define UNIT_SOFTGPU_CHANNEL_H

#include <linux/kernel.h>

#include "gsp-rm-driver.h"

#include "abi/channel.h"
#include "abi/ctrl/ctrl-context.h"
#include "abi/ctrl/ctrl-internal.h"
#include "abi/ctrl/ctrl.h"
#include "abi/nv-class.h"
#include "regs/nv-ce.h"
#include "regs/nv-host.h"
#include "regs/nv-intr.h"
#include "regs/nv-mmu.h"

/*
 * Channels on the model: page tables by hand, and what a driver does to submit work.
 */

#define CLIENT		0xc1d00001
#define DEVICE		0x5c000001
#define VASPACE		0x5c000003
#define CHANNEL		0x5c000010
#define SUBDEVICE	0x5c000002
#define GR_OBJECT	0x5c000008

#define CE2		0x0b
#define CE2_RUNLIST	1
#define CE2_VECTOR	7

/* Video memory */
#define ROOT		0x1000000ull
#define PT		(ROOT + 0x4000)
#define USERD(chid)	(0x1100000ull + 512 * (chid))
#define RAMFC(chid)	(0x1140000ull + 512 * (chid))
#define VID_DATA	0x1200000ull

/* GPU virtual; all below 2 MiB, so that one page table does. */
#define VA_GPFIFO	0x10000
#define VA_PB		0x20000		/* in system memory, like what follows */
#define VA_SEM		0x30000
#define VA_SYS		0x40000
#define VA_VID		0x80000
#define VA_NOWHERE	0x1f0000
#define DATA_PAGES	16
#define ENTRIES		8

static struct driver driver;
static u64 pb_page, sem_page, sys_page[DATA_PAGES];
static u32 put[2], pb_used;

static inline u8 *vram(u64 addr)
{
	return driver.model.gpu->vram + addr;
}

static inline void set64(u64 addr, u64 val)
{
	memcpy(vram(addr), &val, sizeof(val));
}

static inline u32 get32(const void *at)
{
	u32 val;

	memcpy(&val, at, sizeof(val));
	return val;
}

static inline u32 semaphore(u32 off)
{
	return get32((u8 *)driver_mem(&driver, sem_page) + off);
}

static inline void map(u64 va, u64 pte)
{
	set64(PT + (va >> 12) * 8, pte);
}

static inline void map_sys(u64 va, u64 addr)
{
	map(va, NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_SYS, addr >> 12) |
	    FIELD_PREP(NV_MMU_VER2_PTE_APERTURE, NV_MMU_VER2_PTE_APERTURE_SYS));
}

static inline void map_vid(u64 va, u64 addr)
{
	map(va, NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_VID, addr >> 12));
}

static inline u64 pde(u64 addr)
{
	return FIELD_PREP(NV_MMU_VER2_PDE_APERTURE, NV_MMU_VER2_PDE_APERTURE_VID) |
	       FIELD_PREP(NV_MMU_VER2_PDE_ADDRESS_VID, addr >> 12);
}

static inline void make_tables(void)
{
	for (u32 i = 0; i < 3; i++)
		set64(ROOT + i * 0x1000, pde(ROOT + (i + 1) * 0x1000));
	set64(ROOT + 0x3008, pde(PT));
	map_vid(VA_GPFIFO, 0x1180000);
	map_vid(VA_GPFIFO + 0x1000, 0x1181000);
	pb_page = driver_page(&driver);
	map_sys(VA_PB, pb_page);
	sem_page = driver_page(&driver);
	map_sys(VA_SEM, sem_page);
	for (u32 i = 0; i < DATA_PAGES; i++) {
		sys_page[i] = driver_page(&driver);
		map_sys(VA_SYS + i * 0x1000, sys_page[i]);
		map_vid(VA_VID + i * 0x1000, VID_DATA + i * 0x1000);
	}
}

struct pdes {
	u32 h_subdevice, subdevice_id;
	u64 page_size, lo, hi;
	u32 nr_levels, pad;
	struct {
		u64 phys, size;
		u32 aperture, shift;
	} level[6];
};

/* The device's VA space is named by an object that does not stay. */
static inline void bind_tables(void)
{
	const u32 vaspace[12] = { 3 };
	struct pdes pdes = {
		.page_size = 4096, .hi = 0x1fffff, .nr_levels = 1,
		.level = { { ROOT, 4096, 1, 47 } },
	};

	EXPECT_EQ(driver_alloc_params(&driver, CLIENT, DEVICE, VASPACE, FERMI_VASPACE_A, vaspace,
				      sizeof(vaspace)), 0);
	EXPECT_EQ(driver_control(&driver, CLIENT, VASPACE,
				 NV90F1_CTRL_CMD_VASPACE_COPY_SERVER_RESERVED_PDES, &pdes,
				 sizeof(pdes)), 0);
	EXPECT_EQ(driver_free(&driver, CLIENT, VASPACE), 0);
}

static inline struct nv_channel_alloc_params channel_params(u32 chid)
{
	return (struct nv_channel_alloc_params){
		.gp_fifo_offset = VA_GPFIFO + chid * 0x1000,
		.gp_fifo_entries = ENTRIES,
		.flags = FIELD_PREP(NVOS04_FLAGS_CHANNEL_USERD_INDEX_PAGE_VALUE, chid / 8) |
			 FIELD_PREP(NVOS04_FLAGS_CHANNEL_USERD_INDEX_VALUE, chid % 8),
		.engine_type = CE2,
		.userd_mem = { USERD(chid), NV_USERD_SIZE, NV_MEMORY_DESC_FB, 0 },
		.ramfc_mem = { RAMFC(chid), NV_RAMIN_RAMFC_SIZE, NV_MEMORY_DESC_FB, 0 },
		.internal_flags = 2,
	};
}

static inline u32 alloc_channel(u32 chid, const struct nv_channel_alloc_params *params)
{
	return driver_alloc_params(&driver, CLIENT, DEVICE, CHANNEL + chid,
				   AMPERE_CHANNEL_GPFIFO_A, params, sizeof(*params));
}

static inline u32 schedule(u32 chid, bool on)
{
	u8 params[2] = { on, 0 };

	return driver_control(&driver, CLIENT, CHANNEL + chid, NVA06F_CTRL_CMD_GPFIFO_SCHEDULE,
			      params, sizeof(params));
}

static inline void open_channels_config(u32 count, struct softgpu_config config)
{
	driver_boot_config(&driver, config);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, CLIENT, NV01_ROOT), 0);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CLIENT, DEVICE, NV01_DEVICE_0), 0);
	make_tables();
	bind_tables();
	for (u32 i = 0; i < count; i++) {
		const struct nv_channel_alloc_params params = channel_params(i);

		EXPECT_EQ(alloc_channel(i, &params), 0);
		EXPECT_EQ(schedule(i, true), 0);
		put[i] = 0;
	}
	pb_used = 0;
}

static inline void open_channels(u32 count)
{
	open_channels_config(count, (struct softgpu_config)SOFTGPU_DEFAULT_CONFIG);
}

static inline void emit(u32 word)
{
	EXPECT(pb_used < 1024);
	memcpy((u8 *)driver_mem(&driver, pb_page) + 4 * pb_used++, &word, sizeof(word));
}

static inline u32 header(u32 op, u32 method, u32 count)
{
	return op << 29 | count << 16 | method >> 2;
}

static inline void emit_method(u32 method, u32 data)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, method, 1));
	emit(data);
}

static inline void ring(u32 chid)
{
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, CE2_RUNLIST << 16 | chid);
}

static inline void push_entry(u32 chid, u64 entry)
{
	set64(0x1180000 + chid * 0x1000 + put[chid] * 8, entry);
	put[chid] = (put[chid] + 1) % ENTRIES;
	memcpy(vram(USERD(chid) + NV_USERD_GP_PUT), &put[chid], sizeof(put[chid]));
}

/* What was emitted since @from becomes a segment. */
static inline void submit(u32 chid, u32 from)
{
	push_entry(chid, (u64)(pb_used - from) << 42 | (VA_PB + 4 * from));
	ring(chid);
}

static inline bool idle(u32 chid)
{
	return get32(vram(USERD(chid) + NV_USERD_GP_GET)) == put[chid];
}

static inline void emit_copy(u64 src, u64 dst, u32 length, u32 launch)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC7B5_OFFSET_IN_UPPER, 4));
	emit(src >> 32);
	emit(src);
	emit(dst >> 32);
	emit(dst);
	emit_method(NVC7B5_LINE_LENGTH_IN, length);
	emit_method(NVC7B5_LAUNCH_DMA, launch);
}

#define COPY_PITCH	(NVC7B5_LAUNCH_DMA_DATA_TRANSFER_TYPE_NON_PIPELINED | \
			 NVC7B5_LAUNCH_DMA_SRC_MEMORY_LAYOUT_PITCH | \
			 NVC7B5_LAUNCH_DMA_DST_MEMORY_LAYOUT_PITCH)

static inline void emit_sem(u32 addr, u64 payload, u32 exec)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_SEM_ADDR_LO, 5));
	emit(addr);
	emit(0);
	emit(payload);
	emit(payload >> 32);
	emit(exec);
}

/* Contexts of the graphics engine: from here on virtual addresses are those of video memory. */
#define CONTEXT		0x2000000ull
#define CONTEXT_END	0x4000000ull
#define HUGE_PAGE	0x200000ull
#define ATTRIBUTES	0x3000000ull

static inline u64 context_addr(u32 buffer)
{
	return buffer == NV2080_CTX_BUFFER_ATTRIBUTE_CB ? ATTRIBUTES :
							  CONTEXT + buffer * 0x100000ull;
}

static inline void map_context(void)
{
	for (u64 va = CONTEXT; va < CONTEXT_END; va += HUGE_PAGE)
		set64(ROOT + 0x3000 + va / HUGE_PAGE * 16,
		      NV_MMU_VER2_PTE_VALID | FIELD_PREP(NV_MMU_VER2_PTE_ADDRESS_VID, va >> 12));
}

/* All that a context has, with the addresses that it is mapped at. */
static inline struct nv2080_ctrl_gpu_promote_ctx_params context_params(u32 chid)
{
	struct nv2080_ctrl_gpu_promote_ctx_params p = {
		.engine_type = 1, .h_chan_client = CLIENT, .h_object = CHANNEL + chid,
	};
	u64 addr;

	for (u32 id = 0; id <= NV2080_CTX_BUFFER_PRIV_ACCESS_MAP; id++) {
		if (id == NV2080_CTX_BUFFER_GFXP_POOL || id == NV2080_CTX_BUFFER_GFXP_CTRL_BLK)
			continue;
		addr = context_addr(id);
		p.entry[p.entry_count++] = (struct nv2080_ctrl_gpu_promote_ctx_buffer_entry){
			addr, addr, 0xc7000, .buffer_id = id, .initialize = id <= 2,
		};
	}
	return p;
}

static inline u32 promote(const struct nv2080_ctrl_gpu_promote_ctx_params *p)
{
	return driver_control(&driver, CLIENT, SUBDEVICE, NV2080_CTRL_CMD_GPU_PROMOTE_CTX,
			      (void *)p, sizeof(*p));
}

static inline void open_context(u32 chid)
{
	const struct nv2080_ctrl_gpu_promote_ctx_params p = context_params(chid);

	map_context();
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, SUBDEVICE, NV20_SUBDEVICE_0), 0);
	EXPECT_EQ(promote(&p), 0);
	EXPECT_EQ(driver_alloc(&driver, CLIENT, CHANNEL + chid, GR_OBJECT, AMPERE_B), 0);
}

#endif
