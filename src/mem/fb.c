// SPDX-License-Identifier: MIT OR GPL-2.0
/* Video memory through the PRAMIN window of BAR0: 1 MiB that can be put anywhere. */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "mem/fb.h"
#include "nv-gpu.h"
#include "regs/nv-pbus.h"

#define WINDOW_STEP	BIT_ULL(16)
#define FB_ADDR_MAX	BIT_ULL(40)
#define WORD		sizeof(u32)

void nv_fb_init(struct nv_gpu *gpu)
{
	mutex_init(&gpu->fb.lock);
}

void nv_fb_fini(struct nv_gpu *gpu)
{
	mutex_destroy(&gpu->fb.lock);
}

/* One stay of the window: a word at a time, the outer ones perhaps in part. */
typedef void fb_word_fn(struct nv_hw *hw, u32 reg, u32 first, u32 count, void *ctx);

static void fb_read_word(struct nv_hw *hw, u32 reg, u32 first, u32 count, void *ctx)
{
	u32 word = nv_rd32(hw, reg);
	u8 **to = ctx;

	memcpy(*to, (u8 *)&word + first, count);
	*to += count;
}

static void fb_write_word(struct nv_hw *hw, u32 reg, u32 first, u32 count, void *ctx)
{
	u32 word = count == WORD ? 0 : nv_rd32(hw, reg);
	const u8 **from = ctx;

	memcpy((u8 *)&word + first, *from, count);
	*from += count;
	nv_wr32(hw, reg, word);
}

static void fb_fill_word(struct nv_hw *hw, u32 reg, u32 first, u32 count, void *ctx)
{
	nv_wr32(hw, reg, *(const u32 *)ctx);
}

/* The window stays where it is put until its lock is dropped. Return: bytes done. */
static u64 fb_window(struct nv_hw *hw, u64 addr, u64 n, fb_word_fn *fn, void *ctx)
{
	u64 base = addr & ~(WINDOW_STEP - 1), done = 0;
	u32 first, count;

	n = min_t(u64, n, base + NV_PRAMIN_SIZE - addr);
	nv_wr32(hw, NV_PBUS_BAR0_WINDOW,
		FIELD_PREP(NV_PBUS_BAR0_WINDOW_TARGET, NV_PBUS_BAR0_WINDOW_TARGET_VID) |
		FIELD_PREP(NV_PBUS_BAR0_WINDOW_BASE, base >> 16));
	while (done < n) {
		first = (addr + done) % WORD;
		count = min_t(u64, WORD - first, n - done);
		fn(hw, NV_PRAMIN + (addr + done - base) - first, first, count, ctx);
		done += count;
	}
	return n;
}

static int fb_access(struct nv_gpu *gpu, u64 addr, u64 n, fb_word_fn *fn, void *ctx)
{
	u64 done;

	if (addr >= FB_ADDR_MAX || n > FB_ADDR_MAX - addr)
		return -EINVAL;
	while (n) {
		mutex_lock(&gpu->fb.lock);
		done = fb_window(gpu->hw, addr, n, fn, ctx);
		mutex_unlock(&gpu->fb.lock);
		addr += done;
		n -= done;
		if (nv_gone(gpu->hw))
			return -ENODEV;
	}
	return 0;
}

int nv_fb_read(struct nv_gpu *gpu, u64 addr, void *buf, size_t n)
{
	return fb_access(gpu, addr, n, fb_read_word, &buf);
}

int nv_fb_write(struct nv_gpu *gpu, u64 addr, const void *buf, size_t n)
{
	return fb_access(gpu, addr, n, fb_write_word, &buf);
}

int nv_fb_fill(struct nv_gpu *gpu, u64 addr, u32 pattern, u64 n)
{
	if (addr % WORD || n % WORD)
		return -EINVAL;
	return fb_access(gpu, addr, n, fb_fill_word, &pattern);
}
