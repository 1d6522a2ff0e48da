// SPDX-License-Identifier: MIT OR GPL-2.0

/* GSP up and down on the device model: the good way, each fault, and again afterwards. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mutex.h>

#include "gsp/boot.h"
#include "gsp/fwsec.h"
#include "gsp/gsp-priv.h"
#include "hw-fake.h"
#include "hw-softgpu.h"
#include "regs/nv-pfb.h"
#include "regs/nv-pgc6.h"
#include "softgpu-priv.h"
#include "unit.h"

#define SECOND		1000000000ull
/* What a running GSP needs, or its resume: see struct nv_gsp_boot_state; one is the queues. */
#define BUFFERS_RUNNING	10

struct rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
	struct nv_gsp *gsp;
};

static void rig_start(struct rig *rig, enum softgpu_fault_kind fault, u64 n)
{
	*rig = (struct rig) { .soft = hw_softgpu_defaults() };
	rig->soft.config.fault.kind = fault;
	rig->soft.config.fault.n = n;
	hw_softgpu_init(&rig->soft);
}

static int rig_identify(struct rig *rig)
{
	int err = nv_gpu_init(&rig->gpu, &rig->soft.hw, 0, NULL);

	if (err)
		return err;
	rig->gsp = rig->gpu.gsp;
	rig->soft.gpu = &rig->gpu;
	return 0;
}

static void rig_init(struct rig *rig, enum softgpu_fault_kind fault, u64 n)
{
	rig_start(rig, fault, n);
	EXPECT_EQ(rig_identify(rig), 0);
}

static void rig_fini(struct rig *rig)
{
	if (rig->gsp) {
		nv_gsp_shutdown(rig->gsp);
		nv_gpu_fini(&rig->gpu);
	}
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

static unsigned int buffers(const struct rig *rig)
{
	const struct list_head *at;
	unsigned int n = 0;

	list_for_each(at, &rig->soft.dmas)
		n++;
	return n;
}

/* As after a shutdown or a boot that failed: nothing held, no WPR2 if there is still a GPU. */
static void expect_off(struct rig *rig)
{
	u32 wpr2 = nv_rd32(&rig->soft.hw, NV_PFB_PRI_MMU_WPR2_ADDR_HI);

	EXPECT(!nv_gsp_running(rig->gsp));
	EXPECT_EQ(rig->gsp->state, NV_GSP_OFF);
	EXPECT_EQ(buffers(rig), 0);
	EXPECT(wpr2 == U32_MAX || !(wpr2 & NV_PFB_PRI_MMU_WPR2_ADDR_VAL));
}

static void expect_boots(struct rig *rig)
{
	unit_log_clear(&rig->soft.log);
	EXPECT_EQ(nv_gsp_boot(rig->gsp), 0);
	EXPECT(nv_gsp_running(rig->gsp));
	EXPECT_EQ(unit_log_lines(&rig->soft.log, 'E'), 0);
	nv_gsp_shutdown(rig->gsp);
	expect_off(rig);
	EXPECT_EQ(unit_log_lines(&rig->soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig->soft.log, 'W'), 0);
}

UNIT_TEST(boots_again_and_again)
{
	struct nv_gsp_stats stats;
	struct rig rig;
	int i;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	for (i = 0; i < 3; i++)
		expect_boots(&rig);

	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), -EBUSY);
	EXPECT_STR(nv_gsp_vbios_version(rig.gsp), "94.06.17.00.5f");
	EXPECT_EQ(nv_gsp_static_info(rig.gsp)->fb_length, 6144ull << 20);
	nv_gsp_get_stats(rig.gsp, &stats);
	EXPECT(stats.boot_ns > 0 && stats.boot_ns < SECOND);
	nv_gsp_shutdown(rig.gsp);
	nv_gsp_shutdown(rig.gsp);
	rig_fini(&rig);
}

UNIT_TEST(says_that_firmware_is_a_standin)
{
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	expect_boots(&rig);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "is a stand-in"), 3);
	rig_fini(&rig);
}

UNIT_TEST(keeps_only_what_running_needs)
{
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	EXPECT_EQ(buffers(&rig), BUFFERS_RUNNING);
	EXPECT_EQ(rig.soft.files, 0);
	rig_fini(&rig);
}

static const struct fault_case {
	enum softgpu_fault_kind fault;
	u64 n;
	int err;
	const char *line;
	bool for_good;		/* the image cannot be mended while the power is on */
} faults[] = {
	{ SOFTGPU_FAULT_VBIOS_TRUNCATED, 0, -EINVAL, "VBIOS: ", true },
	{ SOFTGPU_FAULT_VBIOS_NO_BIT, 0, -EINVAL, "VBIOS: no BIT with falcon data", true },
	{ SOFTGPU_FAULT_VBIOS_WILD_OFFSET, 0, -EINVAL, "VBIOS: ", true },
	{ SOFTGPU_FAULT_FWSEC_FAILS, 0, -EIO, "FWSEC-FRTS failed with error" },
	{ SOFTGPU_FAULT_BOOTER_FAILS, 0, -EIO, "booter_load failed on SEC2 with error" },
	{ SOFTGPU_FAULT_GSP_NO_START, 0, -ETIMEDOUT, "GSP does not set up its message queue" },
	{ SOFTGPU_FAULT_GSP_DIES, 1, -ETIMEDOUT, "GSP has not answered" },
	{ SOFTGPU_FAULT_GSP_DIES, 2, -ETIMEDOUT, "GSP has not answered" },
	{ SOFTGPU_FAULT_BAD_CHECKSUM, 1, -EIO, "message 0 from GSP has a wrong checksum" },
	{ SOFTGPU_FAULT_BAD_CHECKSUM, 2, -EIO, "message 1 from GSP has a wrong checksum" },
	{ SOFTGPU_FAULT_BAD_SEQUENCE, 1, -EIO, "message 0 from GSP has a wrong sequence number" },
};

/* One line that says why, in bounded time; with the fault gone it boots. */
UNIT_TEST(gives_up_cleanly_on_each_fault)
{
	const struct fault_case *f;
	struct rig rig;
	u64 start;

	for (f = faults; f < faults + ARRAY_SIZE(faults); f++) {
		rig_init(&rig, f->fault, f->n);
		start = rig.soft.now;
		EXPECT_EQ(nv_gsp_boot(rig.gsp), f->err);
		EXPECT(rig.soft.now - start < 15 * SECOND);
		EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
		EXPECT_EQ(unit_log_has(&rig.soft.log, f->line), 1);
		expect_off(&rig);
		if (!f->for_good) {
			rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
			expect_boots(&rig);
		}
		rig_fini(&rig);
	}
}

UNIT_TEST(names_each_missing_file)
{
	static const struct {
		const char *file, *source;
	} files[] = {
		{ "gsp_ga10x.bin", "firmware-nvidia-gsp" },
		{ "booter_load.bin", "opennv-extract-firmware" },
		{ "booter_unload.bin", "opennv-extract-firmware" },
		{ "bootloader.bin", "opennv-extract-firmware" },
	};
	struct rig rig;
	size_t i;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		unit_log_clear(&rig.soft.log);
		rig.soft.missing = files[i].file;
		EXPECT_EQ(nv_gsp_boot(rig.gsp), -ENOENT);
		EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
		EXPECT_EQ(unit_log_has(&rig.soft.log, files[i].file), 1);
		EXPECT_EQ(unit_log_has(&rig.soft.log, files[i].source), 1);
		expect_off(&rig);
	}
	rig.soft.missing = NULL;
	expect_boots(&rig);
	rig_fini(&rig);
}

static u64 accesses_of_a_cycle(u64 *of_boot)
{
	struct rig rig;
	u64 n;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	*of_boot = rig.soft.accesses;
	nv_gsp_shutdown(rig.gsp);
	n = rig.soft.accesses;
	rig_fini(&rig);
	return n;
}

UNIT_TEST(notices_a_device_that_falls_off_the_bus)
{
	u64 of_boot, total = accesses_of_a_cycle(&of_boot), n;
	unsigned int lines;
	struct rig rig;
	int err;

	for (n = 1; n < total + 3; n += n < 64 || n > of_boot ? 1 : 1 + total / 256) {
		rig_start(&rig, SOFTGPU_FAULT_OFF_BUS, n);
		err = rig_identify(&rig);
		if (!err) {
			err = nv_gsp_boot(rig.gsp);
			EXPECT(err == 0 || err == -ENODEV);
			EXPECT(err || n + 3 > of_boot);
			EXPECT(rig.soft.now < 15 * SECOND);
			nv_gsp_shutdown(rig.gsp);
			expect_off(&rig);
			lines = unit_log_has(&rig.soft.log, "has fallen off the bus");
			EXPECT(lines <= 1 && lines >= !!err);
		}
		EXPECT(err == 0 || err == -ENODEV);
		EXPECT(unit_log_lines(&rig.soft.log, 'E') <= 1);
		rig_fini(&rig);
	}
}

UNIT_TEST(shuts_a_dead_gsp_down)
{
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	gsp_mark_dead(rig.gsp, "a test wants it so");
	EXPECT(!nv_gsp_running(rig.gsp));
	nv_gsp_shutdown(rig.gsp);
	expect_off(&rig);
	expect_boots(&rig);
	rig_fini(&rig);
}

UNIT_TEST(resets_a_gsp_that_does_not_unload)
{
	struct rig rig;
	u64 start;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_GSP_DIES;
	start = rig.soft.now;
	nv_gsp_shutdown(rig.gsp);
	EXPECT(rig.soft.now - start < 15 * SECOND);
	expect_off(&rig);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	expect_boots(&rig);
	rig_fini(&rig);
}

/* A driver goes away without a shutdown, as with kexec; the next one finds WPR2 up. */
UNIT_TEST(cleans_up_after_another_driver)
{
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	rig.soft.hw.lost = true;
	nv_gsp_shutdown(rig.gsp);
	EXPECT_EQ(buffers(&rig), 0);
	rig.soft.hw.lost = false;
	EXPECT(nv_wpr2_up(&rig.soft.hw));

	unit_log_clear(&rig.soft.log);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 1);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "was not shut down by its last driver"), 1);
	nv_gsp_shutdown(rig.gsp);
	expect_off(&rig);
	rig_fini(&rig);
}

/* Without the driver's knowledge booter unload is spoilt, so that WPR2 stays up. */
UNIT_TEST(reports_a_wpr2_that_stays_up)
{
	struct nv_falcon_ucode *unload;
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	unload = &rig.gsp->boot->booter_unload;
	memset(nv_falcon_ucode_dmem(unload), 0, unload->dmem.size);
	nv_gsp_shutdown(rig.gsp);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "booter_unload failed on SEC2 with error"), 1);
	EXPECT(nv_wpr2_up(&rig.soft.hw));
	EXPECT_EQ(buffers(&rig), 0);

	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "was not shut down by its last driver"), 1);
	rig_fini(&rig);
}

UNIT_TEST(shuts_down_without_fwsec)
{
	struct rig rig;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	EXPECT_EQ(nv_gsp_boot(rig.gsp), 0);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_FWSEC_FAILS;
	nv_gsp_shutdown(rig.gsp);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&rig.soft.log, "FWSEC-SB failed with error"), 1);
	expect_off(&rig);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	expect_boots(&rig);
	rig_fini(&rig);
}

/* GSP's restart by SEC2, which the model's firmware never asks for, on bare registers. */
UNIT_TEST(restarts_the_core)
{
	u64 page = 0x12345000;
	struct nv_gsp_boot_state boot = { .libos_args.page = &page };
	struct hw_fake fake;
	struct nv_gsp gsp = { .hw = &fake.hw, .boot = &boot };

	hw_fake_init(&fake);
	boot.gsp = (struct nv_falcon) { &fake.hw, "GSP", NV_PGSP_BASE };
	boot.sec2 = (struct nv_falcon) { &fake.hw, "SEC2", NV_PSEC_BASE };
	fake.reg[0].reg = NV_PGC6_BSI_SECURE_SCRATCH_14;
	fake.reg[1].reg = NV_PSEC_BASE + NV_PFALCON_FALCON_MAILBOX0;
	fake.reg[2].reg = NV_PGSP_BASE + NV_PRISCV_RISCV_CPUCTL;

	EXPECT_EQ(gsp_core_resume(&gsp), -ETIMEDOUT);
	fake.reg[0].val = NV_PGC6_BSI_SECURE_SCRATCH_14_BOOT_STAGE_3_HANDOFF;
	EXPECT_EQ(gsp_core_resume(&gsp), -EIO);
	EXPECT_STR(fake.log, "GSP's RISC-V core does not run");
	fake.reg[2].val = NV_PRISCV_RISCV_CPUCTL_ACTIVE_STAT;
	EXPECT_EQ(gsp_core_resume(&gsp), 0);
	fake.reg[1].val = 0x17;
	EXPECT_EQ(gsp_core_resume(&gsp), -EIO);
	EXPECT_STR(fake.log, "SEC2 does not resume GSP (mailbox 0x17)");
	EXPECT_EQ(fake.lines, 3);
}

UNIT_TEST(survives_lack_of_memory)
{
	struct rig rig;
	long n;
	int err;

	rig_init(&rig, SOFTGPU_FAULT_NONE, 0);
	for (n = 1; ; n++) {
		unit_log_clear(&rig.soft.log);
		unit_fail_alloc_at(n);
		err = nv_gsp_boot(rig.gsp);
		if (unit_fail_alloc_pending())
			break;
		unit_fail_alloc_at(0);
		EXPECT_EQ(err, -ENOMEM);
		EXPECT_EQ(unit_log_has(&rig.soft.log, "out of memory"), 1);
		EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 1);
		expect_off(&rig);
	}
	unit_fail_alloc_at(0);
	EXPECT_EQ(err, 0);
	EXPECT(n > 10);
	rig_fini(&rig);
}
