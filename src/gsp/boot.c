// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "gsp/boot.h"
#include "regs/nv-fuse.h"
#include "regs/nv-ptimer.h"

/**
 * DOC: how GSP comes up and goes down
 *
 *	prepare   files, VBIOS and system memory; the GPU is only read
 *	FWSEC     on GSP's falcon: WPR2 with FRTS data at the top of video memory
 *	booter    on SEC2: checks image and metadata, extends WPR2 over GSP-RM,
 *	          copies it there and starts GSP's RISC-V core
 *	GSP-RM    links its message queue, sends GSP_INIT_DONE, answers RPCs
 *
 * Down is the reverse: GSP-RM unloads and halts, GSP is reset, FWSEC puts back what
 * runs without a driver, booter takes WPR2 down. A boot that fails once FWSEC has
 * run goes the same way, so the next one starts from a clean GPU; so does a boot
 * that finds WPR2 up, left behind by a driver that did not shut down.
 *
 * Order: open-gpu-kernel-modules 550.163.01, kernel_gsp_tu102.c, kernel_gsp.c.
 */

#define GSP_LINK_TIMEOUT_US	4000000

struct nv_gsp *nv_gsp_create(struct nv_gpu *gpu)
{
	struct nv_gsp *gsp = kvzalloc(sizeof(*gsp), GFP_KERNEL);

	if (!gsp)
		return ERR_PTR(-ENOMEM);

	gsp->gpu = gpu;
	gsp->hw = gpu->hw;
	gsp->state = NV_GSP_OFF;
	mutex_init(&gsp->rpc_lock);
	strscpy(gsp->vbios_version, "??.??.??.??.??", sizeof(gsp->vbios_version));
	return gsp;
}

void nv_gsp_destroy(struct nv_gsp *gsp)
{
	mutex_destroy(&gsp->rpc_lock);
	kvfree(gsp);
}

static int gsp_check_chip(struct nv_gsp *gsp)
{
	if (!(nv_rd32(gsp->hw, NV_FUSE_OPT_SECURE_GSP_DEBUG_DIS) & BIT(0)))
		return nv_fail(gsp->hw, -EIO, "debug board: there is no firmware signed for it");
	if (!nv_falcon_riscv_present(&gsp->boot->gsp))
		return nv_fail(gsp->hw, -EIO, "GSP has no RISC-V core");
	return 0;
}

static int gsp_read_vbios(struct nv_gsp *gsp)
{
	struct nv_vbios_fwsec fwsec;
	struct nv_vbios *vbios;
	int err;

	vbios = kzalloc(sizeof(*vbios), GFP_KERNEL);
	if (!vbios)
		return -ENOMEM;

	err = nv_vbios_open(gsp->hw, vbios);
	if (err)
		goto err_vbios;

	nv_vbios_version(vbios, gsp->vbios_version, sizeof(gsp->vbios_version));
	err = nv_vbios_find_fwsec(vbios, &fwsec);
	if (!err)
		err = nv_fwsec_init(gsp->hw, &gsp->boot->fwsec, &fwsec);
	nv_vbios_close(vbios);
err_vbios:
	kfree(vbios);
	return err;
}

static int gsp_load_image(struct nv_gsp *gsp, const struct nv_firmware_file *file)
{
	return nv_gsp_image_init(gsp->hw, gsp->gpu->chip, &gsp->boot->image, file);
}

static int gsp_load_booter_load(struct nv_gsp *gsp, const struct nv_firmware_file *file)
{
	return nv_booter_init(gsp->hw, &gsp->boot->booter_load, file);
}

static int gsp_load_booter_unload(struct nv_gsp *gsp, const struct nv_firmware_file *file)
{
	return nv_booter_init(gsp->hw, &gsp->boot->booter_unload, file);
}

static int gsp_load_bootloader(struct nv_gsp *gsp, const struct nv_firmware_file *file)
{
	return nv_bootloader_init(gsp->hw, &gsp->boot->bootloader, file);
}

static const struct gsp_firmware_user {
	const char *base;
	int (*load)(struct nv_gsp *gsp, const struct nv_firmware_file *file);
} gsp_firmware_users[] = {
	{ "booter_load", gsp_load_booter_load },
	{ "booter_unload", gsp_load_booter_unload },
	{ "bootloader", gsp_load_bootloader },
	{ "gsp", gsp_load_image },
};

static int gsp_load_firmware(struct nv_gsp *gsp)
{
	const struct gsp_firmware_user *user = gsp_firmware_users;
	struct nv_firmware_file file;
	int err;

	for (; user < gsp_firmware_users + ARRAY_SIZE(gsp_firmware_users); user++) {
		err = nv_firmware_open(gsp->hw, gsp->gpu->chip, &file, user->base);
		if (err)
			return err;
		err = user->load(gsp, &file);
		nv_firmware_close(gsp->hw, &file);
		if (err)
			return err;
	}
	return 0;
}

static void gsp_free(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;

	gsp_boot_mem_fini(gsp);
	gsp_queue_fini(gsp);
	nv_falcon_ucode_fini(gsp->hw, &boot->booter_unload);
	nv_fwsec_fini(gsp->hw, &boot->fwsec);
	kfree(boot);
	gsp->boot = NULL;
}

static int gsp_prepare(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot;
	int err;

	boot = kzalloc(sizeof(*boot), GFP_KERNEL);
	if (!boot)
		return -ENOMEM;
	boot->gsp = (struct nv_falcon) { gsp->hw, "GSP", NV_PGSP_BASE };
	boot->sec2 = (struct nv_falcon) { gsp->hw, "SEC2", NV_PSEC_BASE };
	gsp->boot = boot;

	err = gsp_check_chip(gsp);
	if (!err)
		err = gsp_wait_gfw_boot(gsp);
	if (!err)
		err = gsp_read_vbios(gsp);
	if (!err)
		err = gsp_load_firmware(gsp);
	if (!err)
		err = gsp_queue_init(gsp);
	if (!err)
		err = gsp_boot_mem_init(gsp);
	if (err)
		gsp_free(gsp);
	return err;
}

static int gsp_take_wpr2_down(struct nv_gsp *gsp)
{
	struct nv_gsp_boot_state *boot = gsp->boot;
	int err;

	/* Without what FWSEC puts back fans may run loud, but a boot can be tried again. */
	err = nv_fwsec_sb(&boot->fwsec, &boot->gsp);
	if (err == -ENODEV)
		return err;

	err = nv_booter_run(&boot->sec2, &boot->booter_unload, GSP_BOOTER_UNLOAD_PLAIN,
			    GSP_BOOTER_UNLOAD_PLAIN);
	if (!err && nv_wpr2_up(gsp->hw))
		err = nv_fail(gsp->hw, -EIO,
			      "WPR2 stays up: the GPU needs a reset before it can boot again");
	return err;
}

/* Undo whatever of a boot has happened. */
static int gsp_stop(struct nv_gsp *gsp)
{
	int err;

	if (nv_gone(gsp->hw))
		return -ENODEV;

	/* GSP must not touch memory any more that is about to be freed. */
	err = nv_falcon_reset(&gsp->boot->gsp);
	if (err)
		return nv_fail(gsp->hw, err, "GSP does not reset");

	if (nv_wpr2_up(gsp->hw))
		err = gsp_take_wpr2_down(gsp);
	gsp_set_flush_page(gsp, 0);
	return err;
}

/* What an earlier driver left up is taken down as if it had been ours. */
static int gsp_recover(struct nv_gsp *gsp)
{
	if (!nv_wpr2_up(gsp->hw))
		return 0;

	nv_warn(gsp->hw, "GPU was not shut down by its last driver; cleaning up");
	return gsp_stop(gsp);
}

/* The GPU's clock shows wall time, if it lets itself be set. */
static void gsp_set_time(struct nv_gsp *gsp)
{
	u64 now = gsp->hw->ops->wall_ns(gsp->hw);

	if (!(nv_rd32(gsp->hw, NV_PTIMER_TIME_PRIV_LEVEL_MASK) &
	      NV_PTIMER_TIME_PRIV_LEVEL_MASK_WRITE))
		return;
	nv_wr32(gsp->hw, NV_PTIMER_TIME_1, upper_32_bits(now));
	nv_wr32(gsp->hw, NV_PTIMER_TIME_0, lower_32_bits(now));
}

/* From a running core to answered RPCs. */
static int gsp_wait_rm(struct nv_gsp *gsp)
{
	int err;

	err = gsp_queue_wait_link(gsp, GSP_LINK_TIMEOUT_US);
	if (!err)
		err = gsp_rpc_wait_init_done(gsp);
	if (!err)
		err = gsp_rpc_handshake(gsp);
	return err;
}

static int gsp_start(struct nv_gsp *gsp)
{
	int err;

	gsp_set_flush_page(gsp, gsp->boot->flush.page[0]);
	gsp_set_time(gsp);
	gsp_set_state(gsp, NV_GSP_BOOTING);

	err = gsp_rpc_send_boot_info(gsp);
	if (!err)
		err = gsp_start_core(gsp);
	if (!err)
		err = gsp_wait_rm(gsp);
	return err;
}

int nv_gsp_boot(struct nv_gsp *gsp)
{
	u64 start = gsp->hw->ops->time_ns(gsp->hw);
	int err;

	if (READ_ONCE(gsp->state) != NV_GSP_OFF)
		return -EBUSY;

	memset(&gsp->stats, 0, sizeof(gsp->stats));
	err = gsp_prepare(gsp);
	if (err)
		goto err_report;

	err = gsp_recover(gsp);
	if (err)
		goto err_free;

	err = gsp_start(gsp);
	if (err)
		goto err_stop;

	gsp_boot_mem_loaded(gsp);
	gsp->stats.boot_ns = gsp->hw->ops->time_ns(gsp->hw) - start;
	nv_info(gsp->hw, "%s: GSP firmware %s runs, VBIOS %s, booted in %llu ms",
		gsp->gpu->chip->name, NV_RELEASE, gsp->vbios_version,
		(unsigned long long)gsp->stats.boot_ns / 1000000);
	return 0;

err_stop:
	gsp_set_state(gsp, NV_GSP_OFF);
	gsp_stop(gsp);
err_free:
	gsp_free(gsp);
err_report:
	if (err == -ENOMEM)
		nv_err(gsp->hw, "out of memory while booting GSP");
	return err;
}

/* GSP-RM winds up and halts; if it does not, it is reset all the same. */
static void gsp_unload_for_good(struct nv_gsp *gsp)
{
	static const struct gsp_rpc_unloading_guest_driver for_good;
	int err;

	err = gsp_unload_rm(gsp, &for_good);
	if (err && !nv_gone(gsp->hw))
		nv_warn(gsp->hw, "GSP does not unload (%d); it is reset", err);
}

void nv_gsp_shutdown(struct nv_gsp *gsp)
{
	if (READ_ONCE(gsp->state) == NV_GSP_OFF)
		return;

	if (nv_gsp_running(gsp))
		gsp_unload_for_good(gsp);
	gsp_set_state(gsp, NV_GSP_OFF);
	gsp_stop(gsp);
	gsp_free(gsp);
}
