// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Where in video memory GSP-RM goes. From the top down:
 *
 *	fb_size			end, a multiple of 1 MiB
 *	vga_workspace_offset	what the console's VBIOS uses
 *	gsp_fw_wpr_end		end of WPR2
 *	frts_offset		FRTS data, 1 MiB
 *	boot_bin_offset		bootloader
 *	gsp_fw_offset		GSP-RM's image
 *	gsp_fw_heap_offset	its heap
 *	gsp_fw_wpr_start	start of WPR2: booter's copy of the metadata
 *	non_wpr_heap_offset	memory outside WPR2 that GSP-RM uses
 *
 * Alignments and sizes: open-gpu-kernel-modules 550.163.01, kernel_gsp_tu102.c,
 * kernel_gsp.c.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "gsp/fb-layout.h"
#include "gsp/fwsec.h"
#include "regs/nv-fuse.h"
#include "regs/nv-pdisp.h"
#include "regs/nv-pgc6.h"

#define KIB(n)			((u64)(n) << 10)
#define MIB(n)			((u64)(n) << 20)
#define VGA_WORKSPACE_MAX	MIB(1)
#define VGA_WORKSPACE_DEFAULT	KIB(128)
/* Firmware scrubs only so much at the top of memory; the heap may not start below it. */
#define PRESCRUBBED_SIZE	MIB(256)
#define NON_WPR_HEAP_SIZE	MIB(1)
#define FB_SIZE_MIN		(2 * PRESCRUBBED_SIZE)
#define FB_SIZE_MAX		MIB(1 << 20)

static u64 fb_vga_workspace(struct nv_hw *hw, u64 fb_size)
{
	u32 base;
	u64 offset;

	if (nv_rd32(hw, NV_FUSE_STATUS_OPT_DISPLAY) & NV_FUSE_STATUS_OPT_DISPLAY_DISABLED)
		return fb_size - VGA_WORKSPACE_MAX;

	base = nv_rd32(hw, NV_PDISP_VGA_WORKSPACE_BASE);
	if (!(base & NV_PDISP_VGA_WORKSPACE_BASE_VALID))
		return fb_size - VGA_WORKSPACE_MAX;

	offset = (u64)FIELD_GET(NV_PDISP_VGA_WORKSPACE_BASE_ADDR, base) << 16;
	if (offset < fb_size - VGA_WORKSPACE_MAX || offset >= fb_size)
		return fb_size - VGA_WORKSPACE_DEFAULT;
	return offset;
}

static u64 fb_heap_size(const struct nv_chip *chip, u64 fb_size, u64 above)
{
	u64 size = chip->gsp_heap_base + chip->gsp_heap_client +
		   ALIGN(chip->gsp_heap_per_gib * DIV_ROUND_UP(fb_size, MIB(1024)), MIB(1));

	size = max_t(u64, size, chip->gsp_heap_min);
	return min_t(u64, size, ALIGN_DOWN(PRESCRUBBED_SIZE - above, MIB(1)));
}

int nv_fb_layout(struct nv_hw *hw, const struct nv_chip *chip, struct gsp_fw_wpr_meta *meta)
{
	u64 fb_size = MIB(nv_rd32(hw, NV_PGC6_AON_SECURE_SCRATCH_GROUP_42));
	u64 images = meta->size_of_bootloader + meta->size_of_radix3_elf;

	/* With these checked, nothing below can get negative. */
	if (fb_size < FB_SIZE_MIN || fb_size > FB_SIZE_MAX)
		return nv_fail(hw, -EIO, "cannot boot with %llu MiB of video memory",
			       (unsigned long long)fb_size >> 20);
	if (images > PRESCRUBBED_SIZE - MIB(4) - chip->gsp_heap_min)
		return nv_fail(hw, -EIO, "GSP firmware of %llu KiB is too large for video memory",
			       (unsigned long long)images >> 10);

	meta->fb_size = fb_size;
	meta->vga_workspace_offset = fb_vga_workspace(hw, fb_size);
	meta->vga_workspace_size = fb_size - meta->vga_workspace_offset;

	meta->gsp_fw_wpr_end = ALIGN_DOWN(meta->vga_workspace_offset, KIB(128));
	meta->frts_size = NV_FWSEC_FRTS_SIZE;
	meta->frts_offset = meta->gsp_fw_wpr_end - meta->frts_size;
	meta->boot_bin_offset = ALIGN_DOWN(meta->frts_offset - meta->size_of_bootloader, KIB(4));
	meta->gsp_fw_offset = ALIGN_DOWN(meta->boot_bin_offset - meta->size_of_radix3_elf,
					 KIB(64));

	meta->gsp_fw_heap_offset = ALIGN_DOWN(meta->gsp_fw_offset -
					      fb_heap_size(chip, fb_size,
							   fb_size - meta->gsp_fw_offset),
					      MIB(1));
	meta->gsp_fw_heap_size = ALIGN_DOWN(meta->gsp_fw_offset - meta->gsp_fw_heap_offset,
					    MIB(1));
	meta->gsp_fw_wpr_start = ALIGN_DOWN(meta->gsp_fw_heap_offset - sizeof(*meta), MIB(1));

	meta->non_wpr_heap_size = NON_WPR_HEAP_SIZE;
	meta->non_wpr_heap_offset = ALIGN_DOWN(meta->gsp_fw_wpr_start - meta->non_wpr_heap_size,
					       MIB(1));
	meta->gsp_fw_rsvd_start = meta->non_wpr_heap_offset;
	return 0;
}
