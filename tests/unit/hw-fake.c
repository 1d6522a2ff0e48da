// SPDX-License-Identifier: MIT OR GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/align.h>
#include <linux/container_of.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "hw-fake.h"
#include "regs/nv-pmc.h"
#include "regs/nv-prom.h"

#define PAGE		4096
#define DMA_START	0x12345000ull

static struct hw_fake *to_fake(struct nv_hw *hw)
{
	return container_of(hw, struct hw_fake, hw);
}

static u32 read_prom(struct hw_fake *fake, u32 off)
{
	u32 val = U32_MAX;

	fake->prom_reads++;
	if (off < fake->prom_size)
		memcpy(&val, fake->prom + off, min_t(size_t, fake->prom_size - off, 4));
	return val;
}

static u32 fake_rd32(struct nv_hw *hw, u32 reg)
{
	struct hw_fake *fake = to_fake(hw);
	int i;

	if (fake->gone)
		return U32_MAX;
	if (reg >= NV_PROM_DATA(0) && reg < NV_PROM_DATA(NV_PROM_SIZE))
		return read_prom(fake, reg - NV_PROM_DATA(0));
	for (i = 0; i < HW_FAKE_REGS; i++)
		if (fake->reg[i].reg == reg)
			return fake->reg[i].val;
	return 0;
}

static void fake_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
}

/* No two pages are neighbours unless they have to be. */
static int fake_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	size_t i, pages = ALIGN(size, PAGE) / PAGE;

	*dma = (struct nv_dma) { };
	if (!pages)
		return -EINVAL;
	dma->cpu = kzalloc(pages * PAGE, GFP_KERNEL);
	dma->page = kcalloc(pages, sizeof(u64), GFP_KERNEL);
	if (!dma->cpu || !dma->page) {
		kfree(dma->cpu);
		kfree(dma->page);
		*dma = (struct nv_dma) { };
		return -ENOMEM;
	}
	dma->size = pages * PAGE;
	dma->contig = contig;
	for (i = 0; i < pages; i++)
		dma->page[i] = DMA_START + (contig ? i : (pages - i) * 2) * PAGE;
	return 0;
}

static void fake_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	kfree(dma->cpu);
	kfree(dma->page);
	*dma = (struct nv_dma) { };
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n >= e && !strcmp(name + n - e, end);
}

/* Each file is a copy of its own, so that AddressSanitizer guards its end. */
static int fake_firmware_get(struct nv_hw *hw, struct nv_firmware *fw, const char *name)
{
	struct hw_fake *fake = to_fake(hw);
	u8 *copy;
	int i;

	for (i = 0; i < HW_FAKE_FILES; i++)
		if (fake->file[i].end && ends_with(name, fake->file[i].end))
			break;
	if (i == HW_FAKE_FILES)
		return -ENOENT;
	copy = kmalloc(fake->file[i].size, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, fake->file[i].data, fake->file[i].size);
	*fw = (struct nv_firmware) { .data = copy, .size = fake->file[i].size };
	return 0;
}

static void fake_firmware_put(struct nv_hw *hw, struct nv_firmware *fw)
{
	kfree(fw->data);
	*fw = (struct nv_firmware) { };
}

static u64 fake_time_ns(struct nv_hw *hw)
{
	return to_fake(hw)->now;
}

static void fake_sleep_us(struct nv_hw *hw, unsigned int us)
{
	to_fake(hw)->now += us * 1000ull;
}

static void fake_wake(struct nv_hw *hw)
{
}

static void fake_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, va_list args)
{
	struct hw_fake *fake = to_fake(hw);

	vsnprintf(fake->log, sizeof(fake->log), fmt, args);
	if (level <= NV_LOG_WARN)
		fake->lines++;
	else
		fake->notes++;
}

static const struct nv_hw_ops fake_ops = {
	.rd32 = fake_rd32,
	.wr32 = fake_wr32,
	.dma_alloc = fake_dma_alloc,
	.dma_free = fake_dma_free,
	.firmware_get = fake_firmware_get,
	.firmware_put = fake_firmware_put,
	.time_ns = fake_time_ns,
	.wall_ns = fake_time_ns,
	.sleep_us = fake_sleep_us,
	.wait = fake_sleep_us,
	.wake = fake_wake,
	.log = fake_log,
};

void hw_fake_init(struct hw_fake *fake)
{
	*fake = (struct hw_fake) { .hw.ops = &fake_ops };
}

void hw_fake_quiet(struct hw_fake *fake)
{
	fake->lines = 0;
	fake->notes = 0;
	fake->log[0] = 0;
	fake->prom_reads = 0;
}

u32 fuzz_rand(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 16;
}
