// SPDX-License-Identifier: MIT OR GPL-2.0

/* Where GSP-RM is put in video memory. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gsp/fb-layout.h"
#include "hw-fake.h"
#include "regs/nv-fuse.h"
#include "regs/nv-pdisp.h"
#include "regs/nv-pgc6.h"
#include "unit.h"

#define KIB(n)		((u64)(n) << 10)
#define MIB(n)		((u64)(n) << 20)
#define IMAGE_SIZE	0x2398000	/* gsp_ga10x.bin of 550.163.01 */
#define LOADER_SIZE	0x6000

static const struct nv_chip chip = {
	.name = "GA106",
	.gsp_heap_base = 30 << 20,
	.gsp_heap_per_gib = 96 << 10,
	.gsp_heap_client = 96 << 20,
	.gsp_heap_min = 86 << 20,
};

static int layout(u32 fb_mib, u32 no_display, u32 workspace, u64 image,
		  struct gsp_fw_wpr_meta *meta)
{
	struct hw_fake fake;
	int err;

	hw_fake_init(&fake);
	fake.reg[0].reg = NV_PGC6_AON_SECURE_SCRATCH_GROUP_42;
	fake.reg[0].val = fb_mib;
	fake.reg[1].reg = NV_FUSE_STATUS_OPT_DISPLAY;
	fake.reg[1].val = no_display;
	fake.reg[2].reg = NV_PDISP_VGA_WORKSPACE_BASE;
	fake.reg[2].val = workspace;
	memset(meta, 0, sizeof(*meta));
	meta->size_of_radix3_elf = image;
	meta->size_of_bootloader = LOADER_SIZE;
	err = nv_fb_layout(&fake.hw, &chip, meta);
	EXPECT_EQ(fake.lines, err ? 1 : 0);
	return err;
}

UNIT_TEST(places_gsp_rm_in_6_gib)
{
	struct gsp_fw_wpr_meta m;

	EXPECT_EQ(layout(6144, 1, 0, IMAGE_SIZE, &m), 0);
	EXPECT_EQ(m.fb_size, MIB(6144));
	EXPECT_EQ(m.vga_workspace_offset, 0x17ff00000);
	EXPECT_EQ(m.vga_workspace_size, MIB(1));
	EXPECT_EQ(m.gsp_fw_wpr_end, 0x17ff00000);
	EXPECT_EQ(m.frts_offset, 0x17fe00000);
	EXPECT_EQ(m.frts_size, MIB(1));
	EXPECT_EQ(m.boot_bin_offset, 0x17fdfa000);
	EXPECT_EQ(m.gsp_fw_offset, 0x17da60000);
	EXPECT_EQ(m.gsp_fw_heap_offset, 0x175b00000);
	EXPECT_EQ(m.gsp_fw_heap_size, MIB(127));
	EXPECT_EQ(m.gsp_fw_wpr_start, 0x175a00000);
	EXPECT_EQ(m.non_wpr_heap_offset, 0x175900000);
	EXPECT_EQ(m.non_wpr_heap_size, MIB(1));
	EXPECT_EQ(m.gsp_fw_rsvd_start, m.non_wpr_heap_offset);
}

UNIT_TEST(keeps_out_of_the_vga_workspace)
{
	const u32 valid = NV_PDISP_VGA_WORKSPACE_BASE_VALID;
	struct gsp_fw_wpr_meta m;

	/* Display present, workspace in the last MiB: it stays where it is. */
	EXPECT_EQ(layout(6144, 0, 0x17ff6 << 8 | valid, IMAGE_SIZE, &m), 0);
	EXPECT_EQ(m.vga_workspace_offset, 0x17ff60000);
	EXPECT_EQ(m.gsp_fw_wpr_end, 0x17ff60000);

	/* Lower, or beyond memory: it is taken to be at the end. */
	EXPECT_EQ(layout(6144, 0, 0x00010 << 8 | valid, IMAGE_SIZE, &m), 0);
	EXPECT_EQ(m.vga_workspace_offset, MIB(6144) - KIB(128));
	EXPECT_EQ(layout(6144, 0, 0x18000 << 8 | valid, IMAGE_SIZE, &m), 0);
	EXPECT_EQ(m.vga_workspace_offset, MIB(6144) - KIB(128));

	EXPECT_EQ(layout(6144, 0, 0x17ff6 << 8, IMAGE_SIZE, &m), 0);
	EXPECT_EQ(m.vga_workspace_offset, MIB(6143));
}

/* In order, aligned and, for all but GSP-RM's outer heap, in prescrubbed memory. */
static void check(const struct gsp_fw_wpr_meta *m)
{
	EXPECT(m->gsp_fw_wpr_end <= m->vga_workspace_offset);
	EXPECT(m->frts_offset + m->frts_size == m->gsp_fw_wpr_end);
	EXPECT(m->boot_bin_offset + m->size_of_bootloader <= m->frts_offset);
	EXPECT(m->gsp_fw_offset + m->size_of_radix3_elf <= m->boot_bin_offset);
	EXPECT(m->gsp_fw_heap_offset + m->gsp_fw_heap_size <= m->gsp_fw_offset);
	EXPECT(m->gsp_fw_heap_size >= chip.gsp_heap_min);
	EXPECT(m->gsp_fw_wpr_start + sizeof(*m) <= m->gsp_fw_heap_offset);
	EXPECT(m->gsp_fw_heap_offset >= m->fb_size - MIB(256));
	EXPECT(m->non_wpr_heap_offset + m->non_wpr_heap_size <= m->gsp_fw_wpr_start);
	EXPECT_EQ(m->gsp_fw_wpr_end % KIB(128), 0);
	EXPECT_EQ(m->boot_bin_offset % KIB(4), 0);
	EXPECT_EQ(m->gsp_fw_offset % KIB(64), 0);
	EXPECT_EQ(m->gsp_fw_heap_offset % MIB(1), 0);
	EXPECT_EQ(m->gsp_fw_wpr_start % MIB(1), 0);
	EXPECT_EQ(m->non_wpr_heap_offset % MIB(1), 0);
}

UNIT_TEST(fits_every_size)
{
	struct gsp_fw_wpr_meta m;
	unsigned int fitted = 0, refused = 0;
	u32 mib;
	u64 image;

	for (mib = 256; mib <= 65536; mib += mib < 4096 ? 128 : 4096)
		for (image = 1; image < MIB(300); image += MIB(7) + 4093) {
			if (layout(mib, 1, 0, image, &m)) {
				refused++;
				continue;
			}
			fitted++;
			check(&m);
		}
	EXPECT(fitted > 500 && refused > 500);
}

UNIT_TEST(refuses_what_cannot_be)
{
	struct gsp_fw_wpr_meta m;

	EXPECT_EQ(layout(0, 1, 0, IMAGE_SIZE, &m), -EIO);
	EXPECT_EQ(layout(256, 1, 0, IMAGE_SIZE, &m), -EIO);
	EXPECT_EQ(layout(0xbadf5040, 1, 0, IMAGE_SIZE, &m), -EIO);
	EXPECT_EQ(layout(6144, 1, 0, MIB(200), &m), -EIO);
	EXPECT_EQ(layout(6144, 1, 0, ~0ull - LOADER_SIZE, &m), -EIO);
}
