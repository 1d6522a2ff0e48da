/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_HOSTILE_H
#define UNIT_HOSTILE_H

#include "hostile-gsp.h"
#include "softgpu-channel.h"

#include "regs/nv-gr.h"
#include "regs/nv-pfb.h"
#include "regs/nv-prom.h"
#include "regs/nv-ptimer.h"

/*
 * A driver that has come up, with a channel of a copy engine and one of the graphics engine, and
 * then does anything: hostile_run() does what the choices say until they end. The model has to
 * survive it, which sanitizers judge, and to be there for the next driver.
 */

#define HOSTILE_GR0		0x01
#define HOSTILE_GR		1		/* channel; 0 is the copy engine's */
#define HOSTILE_PROGRAM		0x1000		/* at VA_VID, which begins with a QMD */
#define HOSTILE_BANK		0x2000
#define HOSTILE_PMCSR		0x64

/* A small GPU: the copies of such a driver go over all of its memory. */
static const struct softgpu_config hostile_config = { .vram_mib = 256, .rebar = true,
						      .trap_bar1 = true };

static inline u64 any_va(void)
{
	static const u64 at[] = { VA_GPFIFO, VA_PB, VA_SEM, VA_SYS, VA_VID, VA_NOWHERE };

	if (!below(32))
		return (u64)any() << below(32);
	return at[below(ARRAY_SIZE(at))] + (below(4) ? below(256) * 16 : below(0x4000));
}

static inline void write_register(void)
{
	static const struct {
		u32 first, size;
	} units[] = {
		{ NV_PGSP_BASE, 0x2000 }, { NV_PSEC_BASE, 0x2000 }, { NV_VREG(0x1000), 0x800 },
		{ NV_MMU_INVALIDATE_PDB, 0x20 }, { NV_PBUS_VBIOS_SCRATCH(0), 0x400 },
		{ NV_PRAMIN, NV_PRAMIN_SIZE }, { NV_PTIMER_INTR_0, 0x400 },
		{ NV_PCFG_BASE + 0x100, NV_PCFG_SIZE - 0x100 }, { 0, 0x1000000 },
	};
	const u32 unit = below(ARRAY_SIZE(units));
	const u32 reg = units[unit].first + (below(units[unit].size) & ~3u);

	if (below(3))
		wr(&driver.model, reg, number());
	else
		softgpu_read(driver.model.gpu, SOFTGPU_BAR0, reg + below(4), 1u << below(4));
}

static inline void write_config(void)
{
	u32 off = below(4) ? below(256) : below(4096), len = 1u << below(3);

	if (off + len <= 4096)
		softgpu_config_write(driver.model.gpu, off, len, number());
	if (!below(8))
		return;
	softgpu_config_write(driver.model.gpu, HOSTILE_PMCSR, 2, 0);
	softgpu_config_write(driver.model.gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
}

static inline void use_aperture(void)
{
	enum softgpu_bar bar = below(2) ? SOFTGPU_BAR1 : SOFTGPU_BAR3;
	u64 off = below(2) ? any() : below(0x10000);

	if (below(2))
		softgpu_write(driver.model.gpu, bar, off, 1u << below(4), any());
	else
		softgpu_read(driver.model.gpu, bar, off, 1u << below(4));
}

/* Tables, GPFIFOs, USERDs, a QMD and its program, or what GSP-RM and firmware live in. */
static inline void scribble_vram(void)
{
	const struct {
		u64 first;
		u32 size;
	} part[] = {
		{ ROOT, 0x5000 }, { 0x1180000, 0x2000 }, { USERD(0), 0x400 },
		{ VID_DATA, 0x3000 }, { driver.meta.gsp_fw_heap_offset, 0x4000 },
		{ driver.meta.gsp_fw_wpr_start, 256 }, { driver.meta.non_wpr_heap_offset, 0x2000 },
		{ 0, 255 << 20 },
	};
	const u32 i = below(ARRAY_SIZE(part));
	const u64 at = part[i].first + (below(part[i].size) & ~3u);
	const u32 val = number();

	memcpy(vram(at), &val, sizeof(val));
}

static inline void map_anything(void)
{
	const u64 flags = any() & 0xff;

	map(any_va() & 0x1ff000, below(3) ? flags | below(BIT(24)) << 8 : any());
}

static inline void scribble_memory(void)
{
	const u64 page[] = {
		pb_page, sem_page, sys_page[below(DATA_PAGES)], driver.rmargs, driver.libos_args,
		driver.shm[below(GSP_SHM_PAGES)],
	};

	((u32 *)driver_mem(&driver, page[below(ARRAY_SIZE(page))]))[below(1024)] = number();
}

static inline void scribble_rings(void)
{
	u32 ring = below(2) ? GSP_SHM_CMDQ_OFF : GSP_SHM_STATQ_OFF;

	*driver_shm(&driver, ring + 4 * below(16)) = number();
	driver_ring(&driver);
}

/* Submitting */

static inline void hostile_submit(u32 chid, u32 from)
{
	u64 entry = (u64)(pb_used - from) << 42 | (VA_PB + 4 * from);

	if (!below(16))
		entry ^= 1ull << below(64);
	if (put[chid] < ENTRIES)
		push_entry(chid, entry);
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL,
	   below(16) ? (chid ? 0 : CE2_RUNLIST << 16) | chid : any());
}

static inline u32 start_segment(void)
{
	if (pb_used > 900)
		pb_used = 0;
	return pb_used;
}

/* Any methods of the subchannel's class, whatever that is. */
static inline void submit_methods(void)
{
	u32 chid = below(2), from = start_segment();

	for (u32 n = below(6); n; n--) {
		u32 count = below(8), sub = below(4) ? chid : below(8);

		emit(header(below(8), 4 * below(0x800), count) | sub << 13);
		for (; count; count--)
			emit(below(2) ? any_va() : number());
	}
	hostile_submit(chid, from);
}

static inline void submit_copy(void)
{
	u32 from = start_segment(), launch = COPY_PITCH;

	for (u32 n = below(4); n; n--)
		emit_method(4 * below(0x200), number());
	if (below(2))
		launch ^= BIT(below(32));
	emit_copy(any_va(), any_va(), below(4) ? below(0x8000) : number(), launch);
	hostile_submit(0, from);
}

static inline void submit_semaphore(void)
{
	u32 from = start_segment();

	emit_sem(any_va(), number(), below(64) | below(2) << 24 | below(16) << 27);
	hostile_submit(below(2), from);
}

static inline void gr_method(u32 method, u32 data)
{
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, method, 1) | BIT(13));
	emit(data);
}

/* A grid of one thread, but for what is changed, with a program of known and other opcodes. */
static inline void prepare_launch(void)
{
	static const u32 qmd[][2] = {
		{ NVC7C0_QMDV03_00_CTA_RASTER_WIDTH, 1 }, { NVC7C0_QMDV03_00_CTA_RASTER_HEIGHT, 1 },
		{ NVC7C0_QMDV03_00_CTA_RASTER_DEPTH, 1 },
		{ NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION0, 1 << 16 },
		{ NVC7C0_QMDV03_00_CTA_THREAD_DIMENSION1, 1 << 16 | 1 },
		{ NVC7C0_QMDV03_00_CONSTANT_BUFFER_VALID, 1 },
		{ NVC7C0_QMDV03_00_CONSTANT_BUFFER, VA_VID + HOSTILE_BANK },
		{ NVC7C0_QMDV03_00_PROGRAM_ADDRESS, VA_VID + HOSTILE_PROGRAM },
	};
	static const u16 opcodes[] = {
		0x919, 0x824, 0xa02, 0x825, 0x986, 0x94d, 0x981, 0x810, 0x80c, 0x947, 0x805, 0x20c,
	};

	for (u32 i = 0; i < ARRAY_SIZE(qmd); i++)
		memcpy(vram(VID_DATA) + 4 * qmd[i][0], &qmd[i][1], 4);
	for (u32 n = below(4); n; n--) {
		u32 val = number();

		memcpy(vram(VID_DATA) + 4 * below(64), &val, 4);
	}
	for (u32 i = 0, n = below(16); i < n; i++) {
		u64 lo = (below(8) ? opcodes[below(ARRAY_SIZE(opcodes))] : below(0x1000)) |
			 7 << 12 | below(8) << 16 | below(8) << 24 | (u64)any() << 32;

		set64(VID_DATA + HOSTILE_PROGRAM + 16 * i, lo);
		set64(VID_DATA + HOSTILE_PROGRAM + 16 * i + 8, number());
	}
}

static inline void submit_launch(void)
{
	u32 from = start_segment();

	prepare_launch();
	gr_method(NVC56F_SET_OBJECT, AMPERE_COMPUTE_B);
	gr_method(NVC7C0_SEND_PCAS_A, below(16) ? VA_VID >> 8 : any());
	gr_method(NVC7C0_SEND_SIGNALING_PCAS_B, NVC7C0_SEND_SIGNALING_PCAS_B_SCHEDULE);
	hostile_submit(HOSTILE_GR, from);
}

/* Messages */

/* Whoever reads the answers, here nobody, says so. */
static inline void forget_answers(void)
{
	u32 write_ptr = *driver_shm(&driver, GSP_SHM_STATQ_OFF +
				    offsetof(struct gsp_msgq_tx_header, write_ptr));

	*driver_shm(&driver, GSP_SHM_CMDQ_OFF + GSP_MSGQ_RX_OFF) = write_ptr;
}

static inline void send_message(void)
{
	make_message();
	if (!below(32))
		((u32 *)&wire)[below(20)] ^= 1u << below(32);
	driver_push(&driver, &wire, min_t(u32, wire.element.elem_count, GSP_MSGQ_ELEM_MAX));
	driver_ring(&driver);
	forget_answers();
}

static inline void queue_with(u32 function, const void *head, u32 head_len, const void *params,
			      u32 len)
{
	u8 payload[512];

	memcpy(payload, head, head_len);
	memcpy(payload + head_len, params, len);
	driver_queue(&driver, function, payload, head_len + len);
}

/* One that a fault has stopped does nothing more. */
static inline void renew_channel(void)
{
	static const u8 on[] = { 1, 0 };
	const u32 chid = below(2);
	struct nv_channel_alloc_params params = channel_params(chid);
	const struct gsp_rpc_free free = { .h_root = CLIENT, .h_object = CHANNEL + chid };
	const struct gsp_rpc_rm_alloc alloc = {
		.h_client = CLIENT, .h_parent = DEVICE, .h_object = CHANNEL + chid,
		.h_class = AMPERE_CHANNEL_GPFIFO_A, .params_size = sizeof(params),
	};
	const struct gsp_rpc_rm_control schedule = {
		.h_client = CLIENT, .h_object = CHANNEL + chid,
		.cmd = NVA06F_CTRL_CMD_GPFIFO_SCHEDULE, .params_size = sizeof(on),
	};

	if (chid == HOSTILE_GR)
		params.engine_type = HOSTILE_GR0;
	driver_queue(&driver, GSP_RPC_FREE, &free, sizeof(free));
	queue_with(GSP_RPC_GSP_RM_ALLOC, &alloc, sizeof(alloc), &params, sizeof(params));
	queue_with(GSP_RPC_GSP_RM_CONTROL, &schedule, sizeof(schedule), on, sizeof(on));
	driver_ring(&driver);
	forget_answers();
	put[chid] = 0;
}

/* Falcons */

static inline void run_falcon(void)
{
	u32 base = below(2) ? NV_PGSP_BASE : NV_PSEC_BASE;

	if (!below(4))
		falcon_reset(&driver.model, base, below(2));
	falcon_dma(&driver.model, base, MODEL_MEM_ADDR + (below(MODEL_MEM_SIZE) & ~0xffu),
		   below(0x20000) & ~0xffu, below(0x12000), below(4) ? DMA_IMEM : DMA_DMEM);
	wr(&driver.model, base + NV_PFALCON_FALCON_BOOTVEC, below(0x20000) & ~0xffu);
	wr(&driver.model, base + NV_PFALCON_FALCON_CPUCTL, below(4));
}

/* Sleep with memory kept, so that it can be written to in between. */
static inline void sleep_and_wake(void)
{
	const struct gsp_rpc_unloading_guest_driver unload = {
		.in_pm_transition = 1, .gc6_entering = below(4) != 0,
		.new_level = GSP_POWER_LEVEL_3,
	};
	struct gsp_arguments_cached *args = driver_mem(&driver, driver.rmargs);
	struct softgpu *gpu = driver.model.gpu;
	struct gsp_fw_wpr_meta meta;

	driver_queue(&driver, GSP_RPC_UNLOADING_GUEST_DRIVER, &unload, sizeof(unload));
	driver_ring(&driver);
	falcon_reset(&driver.model, NV_PGSP_BASE, false);
	sg_power_gc6_arm(gpu);
	softgpu_config_write(gpu, HOSTILE_PMCSR, 2, 3);
	softgpu_config_write(gpu, HOSTILE_PMCSR, 2, 0);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_ON);
	for (u32 n = below(4); n; n--)
		scribble_vram();
	args->in_pm_transition = 1;
	args->old_level = GSP_POWER_LEVEL_3;
	args->flags = GSP_RESUME_FLAGS_SUSPEND;
	memcpy(&meta, vram(driver.meta.gsp_fw_wpr_start), sizeof(meta));
	softgpu_lock(gpu);
	sg_gsp_rm_resume(gpu, &meta);
	softgpu_unlock(gpu);
}

static inline void hostile_open(void)
{
	struct nv_channel_alloc_params params = channel_params(HOSTILE_GR);

	open_channels_config(1, hostile_config);
	put[HOSTILE_GR] = 0;
	params.engine_type = HOSTILE_GR0;
	EXPECT_EQ(alloc_channel(HOSTILE_GR, &params), 0);
	EXPECT_EQ(schedule(HOSTILE_GR, true), 0);
	sg_set_wpr2(driver.model.gpu, driver.meta.gsp_fw_wpr_start, driver.meta.gsp_fw_wpr_end);
	memcpy(vram(driver.meta.gsp_fw_wpr_start), &driver.meta, sizeof(driver.meta));
}

/* What the GPU is to do after all of it: start again. */
static inline void hostile_close(void)
{
	softgpu_reset(driver.model.gpu, below(2));
	driver_close(&driver);
}

static inline bool hostile_alive(void)
{
	const struct softgpu_gsp_rm *rm = driver.model.gpu->rm;

	return rm && rm->state == GSP_RM_RUNNING;
}

static inline void hostile_run(struct choices from)
{
	static void (* const steps[])(void) = {
		write_register, write_config, use_aperture, scribble_vram, map_anything,
		scribble_memory, scribble_rings, submit_methods, submit_methods, submit_copy,
		submit_semaphore, submit_launch, send_message, send_message, run_falcon,
		sleep_and_wake, renew_channel, renew_channel,
	};

	choices = from;
	hostile_open();
	while (choices.left) {
		if (choices.state)
			choices.left--;
		steps[below(ARRAY_SIZE(steps))]();
		if (!hostile_alive() && !below(4)) {
			hostile_close();
			hostile_open();
		}
	}
	hostile_close();
}

#endif
