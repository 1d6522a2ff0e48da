// SPDX-License-Identifier: MIT OR GPL-2.0

/* Video memory through the PRAMIN window. */

#include "mem/fb.h"
#include "rm-rig.h"
#include "softgpu-priv.h"

#define MIB(n)		((u64)(n) << 20)

UNIT_TEST(any_alignment)
{
	u8 pattern[40], back[40], *vram;
	struct rm_rig rig;

	rig_init(&rig);
	vram = rig.soft.model->vram + MIB(64);
	for (int i = 0; i < sizeof(pattern); i++)
		pattern[i] = 0x80 + i;
	for (int start = 0; start < 5; start++) {
		for (int n = 0; n < 12; n++) {
			memset(vram, 0x11, 64);
			EXPECT_EQ(nv_fb_write(&rig.gpu, MIB(64) + start, pattern, n), 0);
			EXPECT(!memcmp(vram + start, pattern, n));
			EXPECT(vram[start + n] == 0x11 && (!start || vram[start - 1] == 0x11));
			memset(back, 0, sizeof(back));
			EXPECT_EQ(nv_fb_read(&rig.gpu, MIB(64) + start, back, n), 0);
			EXPECT(!memcmp(back, pattern, n) && !back[n]);
		}
	}
	rig_fini(&rig);
}

/* The window moves in steps of 64 KiB and is 1 MiB long. */
UNIT_TEST(across_windows)
{
	const u64 addr = MIB(5120) + 0xffffc;
	const size_t n = MIB(2) + 10;
	u8 *buf = malloc(n), *vram;
	struct rm_rig rig;

	rig_init(&rig);
	vram = rig.soft.model->vram + addr;
	for (size_t i = 0; i < n; i++)
		buf[i] = i * 7 + (i >> 8);
	EXPECT_EQ(nv_fb_write(&rig.gpu, addr, buf, n), 0);
	EXPECT(!memcmp(vram, buf, n));
	memset(buf, 0, n);
	EXPECT_EQ(nv_fb_read(&rig.gpu, addr, buf, n), 0);
	EXPECT(!memcmp(vram, buf, n));
	EXPECT_EQ(nv_fb_fill(&rig.gpu, addr, 0xcafe0123, MIB(1)), 0);
	EXPECT(!memcmp(vram, "\x23\x01\xfe\xca\x23\x01\xfe\xca", 8));
	EXPECT(!memcmp(vram + MIB(1), buf + MIB(1), n - MIB(1)));
	EXPECT_EQ(nv_fb_fill(&rig.gpu, addr + 1, 0, 4), -EINVAL);
	EXPECT_EQ(nv_fb_fill(&rig.gpu, addr, 0, 6), -EINVAL);
	EXPECT_EQ(nv_fb_read(&rig.gpu, 1ull << 40, buf, 4), -EINVAL);
	EXPECT_EQ(nv_fb_read(&rig.gpu, (1ull << 40) - 4, buf, 8), -EINVAL);
	EXPECT_EQ(nv_fb_read(&rig.gpu, ~0ull, buf, 8), -EINVAL);
	free(buf);
	rig_fini(&rig);
}

UNIT_TEST(gpu_gone)
{
	struct rm_rig rig;
	u32 word = 0;

	rig_init(&rig);
	rig.soft.hw.lost = true;
	EXPECT_EQ(nv_fb_write(&rig.gpu, MIB(64), &word, 4), -ENODEV);
	EXPECT_EQ(nv_fb_read(&rig.gpu, MIB(64), &word, 4), -ENODEV);
	rig_fini(&rig);
}
