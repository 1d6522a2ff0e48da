// SPDX-License-Identifier: MIT OR GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/align.h>
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math.h>

#include "hw-softgpu.h"
#include "regs/nv-xve.h"
#include "unit.h"

#define PAGE			4096
#define FIRST_PAGE		0x123456	/* page numbers above 4 GiB */
#define ACCESS_NS		500
#define DMA_MAX			BIT(30)	/* more the machine has not */
#define STORM			1000	/* interrupts one after another */
#define PCI_COMMAND		0x04
#define PCI_COMMAND_MEM_MASTER	0x6
#define PCI_BAR0		0x10
#define PCI_BAR1		0x14
#define PCI_BAR3		0x1c
#define PCI_PM_CTRL		0x64
#define PCI_PM_D3HOT		3
#define MSI_ADDRESS		(NV_XVE_MSI_CTRL + 4)
#define MSI_ENABLE_CTRL		(NV_XVE_MSI_CTRL + 2)

struct dma_buffer {
	struct list_head link;
	u8 *cpu;
	u64 first_page;
	size_t pages;
	bool contig;
	u64 *page;
};

static struct hw_softgpu *to_soft(struct nv_hw *hw)
{
	return container_of(hw, struct hw_softgpu, hw);
}

/* Log */

__printf(3, 0)
static void soft_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, va_list args)
{
	unit_log_add(&to_soft(hw)->log, "EWID"[level], fmt, args);
}

static void model_log(void *ctx, const char *line)
{
	unit_log_line(&((struct hw_softgpu *)ctx)->log, 'M', line);
}

/* DMA memory */

static struct dma_buffer *buffer_at(struct hw_softgpu *soft, u64 page)
{
	struct dma_buffer *buffer;

	list_for_each_entry(buffer, &soft->dmas, link)
		if (page >= buffer->first_page && page - buffer->first_page < 2 * buffer->pages)
			return buffer;
	return NULL;
}

/* Pages lie in reverse order with a hole after each, unless they must be one range. */
static u64 page_address(const struct dma_buffer *buffer, size_t i)
{
	if (buffer->contig)
		return (buffer->first_page + i) * PAGE;
	return (buffer->first_page + 2 * (buffer->pages - 1 - i)) * PAGE;
}

static void *model_dma(void *ctx, u64 addr, u64 len)
{
	struct dma_buffer *buffer = buffer_at(ctx, addr / PAGE);
	u64 pos, off = addr % PAGE;

	if (!buffer)
		return NULL;
	pos = addr / PAGE - buffer->first_page;
	if (buffer->contig) {
		off += pos * PAGE;
		return len <= buffer->pages * PAGE && off <= buffer->pages * PAGE - len ?
		       buffer->cpu + off : NULL;
	}
	if (pos % 2 || len > PAGE || off > PAGE - len)
		return NULL;
	return buffer->cpu + (buffer->pages - 1 - pos / 2) * PAGE + off;
}

static int soft_dma_alloc(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	struct hw_softgpu *soft = to_soft(hw);
	struct dma_buffer *buffer;
	size_t i;

	memset(dma, 0, sizeof(*dma));
	EXPECT(size);
	if (unit_alloc_fails() || size > DMA_MAX)
		return -ENOMEM;
	buffer = calloc(1, sizeof(*buffer));
	buffer->pages = DIV_ROUND_UP(size, PAGE);
	buffer->contig = contig;
	buffer->first_page = soft->next_page;
	soft->next_page += 2 * buffer->pages + 1;
	buffer->cpu = aligned_alloc(PAGE, buffer->pages * PAGE);
	memset(buffer->cpu, 0, buffer->pages * PAGE);
	buffer->page = calloc(buffer->pages, sizeof(u64));
	for (i = 0; i < buffer->pages; i++)
		buffer->page[i] = page_address(buffer, i);
	list_add(&buffer->link, &soft->dmas);

	*dma = (struct nv_dma) {
		.cpu = buffer->cpu, .size = buffer->pages * PAGE, .page = buffer->page,
		.contig = contig || buffer->pages == 1, .priv = buffer,
	};
	return 0;
}

static int soft_dma_alloc_user(struct nv_hw *hw, struct nv_dma *dma, size_t size, bool contig)
{
	return soft_dma_alloc(hw, dma, size, contig);
}

static void soft_dma_free(struct nv_hw *hw, struct nv_dma *dma)
{
	struct dma_buffer *buffer = dma->priv;

	if (!buffer)
		return;
	list_del(&buffer->link);
	free(buffer->cpu);
	free(buffer->page);
	free(buffer);
	memset(dma, 0, sizeof(*dma));
}

/* Firmware */

static int soft_firmware_get(struct nv_hw *hw, struct nv_firmware *fw, const char *name)
{
	struct hw_softgpu *soft = to_soft(hw);
	char path[512];
	FILE *file;

	if (soft->missing && strstr(name, soft->missing))
		return -ENOENT;
	if (unit_alloc_fails())
		return -ENOMEM;
	snprintf(path, sizeof(path), "%s/%s", unit_firmware_dir(), name);
	file = fopen(path, "rb");
	if (!file)
		return -errno;
	fseek(file, 0, SEEK_END);
	fw->size = ftell(file);
	rewind(file);
	fw->priv = malloc(fw->size);
	EXPECT(fread(fw->priv, 1, fw->size, file) == fw->size);
	fw->data = fw->priv;
	fclose(file);
	soft->files++;
	return 0;
}

static void soft_firmware_put(struct nv_hw *hw, struct nv_firmware *fw)
{
	if (!fw->priv)
		return;
	free(fw->priv);
	memset(fw, 0, sizeof(*fw));
	to_soft(hw)->files--;
}

/* Pageable memory */

static int soft_swap_alloc(struct nv_hw *hw, struct nv_swap *swap, u64 size)
{
	if (unit_alloc_fails())
		return -ENOMEM;
	*swap = (struct nv_swap) { .size = size, .priv = malloc(size) };
	return swap->priv ? 0 : -ENOMEM;
}

static int soft_swap_write(struct nv_hw *hw, struct nv_swap *swap, u64 off, const void *buf,
			   size_t n)
{
	struct hw_softgpu *soft = to_soft(hw);

	EXPECT(off <= swap->size && n <= swap->size - off);
	if (soft->swap_error)
		return soft->swap_error;
	memcpy(swap->priv + off, buf, n);
	return 0;
}

static int soft_swap_read(struct nv_hw *hw, struct nv_swap *swap, u64 off, void *buf, size_t n)
{
	EXPECT(off <= swap->size && n <= swap->size - off);
	memcpy(buf, swap->priv + off, n);
	return to_soft(hw)->swap_error;
}

static void soft_swap_free(struct nv_hw *hw, struct nv_swap *swap)
{
	free(swap->priv);
	memset(swap, 0, sizeof(*swap));
}

/* Registers, interrupts, time */

/* The model sends from inside an access, with its lock held: the driver sees it afterwards. */
static void model_msi(void *ctx)
{
	((struct hw_softgpu *)ctx)->msi = true;
}

static void deliver(struct hw_softgpu *soft)
{
	unsigned int storm = 0;
	int ret;

	while (soft->msi && soft->gpu && !soft->in_irq) {
		soft->msi = false;
		soft->in_irq = true;
		soft->irqs++;
		EXPECT(++storm < STORM);
		unit_atomic_begin();
		ret = nv_gpu_interrupt(soft->gpu);
		unit_atomic_end();
		soft->in_irq = false;
		soft->thread_due |= ret == 2;
	}
}

void hw_softgpu_run_thread(struct hw_softgpu *soft)
{
	deliver(soft);
	while (soft->thread_due) {
		soft->thread_due = false;
		nv_gpu_interrupt_thread(soft->gpu);
	}
}

static void pass_time(struct hw_softgpu *soft, u64 ns)
{
	soft->now += ns;
	deliver(soft);
}

static u32 soft_rd32(struct nv_hw *hw, u32 reg)
{
	struct hw_softgpu *soft = to_soft(hw);
	u32 val;

	EXPECT(reg % 4 == 0 && reg < hw->bar[0].size);
	if (hw->lost)
		return ~0u;
	soft->accesses++;
	val = softgpu_read(soft->model, SOFTGPU_BAR0, reg, 4);
	pass_time(soft, ACCESS_NS);
	return val;
}

static void soft_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
	struct hw_softgpu *soft = to_soft(hw);

	EXPECT(reg % 4 == 0 && reg < hw->bar[0].size);
	if (hw->lost)
		return;
	soft->accesses++;
	softgpu_write(soft->model, SOFTGPU_BAR0, reg, 4, val);
	pass_time(soft, ACCESS_NS);
}

static u64 soft_time_ns(struct nv_hw *hw)
{
	return to_soft(hw)->now;
}

/* A port of 16 lanes that does 8 GT/s, at 2.5 GT/s. */
static int soft_root_port_rd32(struct nv_hw *hw, unsigned int reg, u32 *val)
{
	*val = reg == 0x0c ? 0x103 : reg == 0x10 ? 0x1010000 : 0;
	return 0;
}

static u64 soft_wall_ns(struct nv_hw *hw)
{
	return 1700000000000000000ull + to_soft(hw)->now;
}

static void soft_sleep_us(struct nv_hw *hw, unsigned int us)
{
	unit_might_sleep("sleep_us", 0);
	pass_time(to_soft(hw), us * 1000ull);
}

static void soft_wait(struct nv_hw *hw, unsigned int us)
{
	struct hw_softgpu *soft = to_soft(hw);

	unit_might_sleep("wait", 0);
	deliver(soft);
	if (!soft->woken)
		pass_time(soft, us * 1000ull);
	soft->woken = false;
}

static void soft_wake(struct nv_hw *hw)
{
	to_soft(hw)->woken = true;
}

static __thread unsigned int inside;

/*
 * Inside, a second time would wait for who closes the gate, who waits for the first to leave.
 * Who waits for a GPU that is asleep is killed.
 */
static int soft_enter(struct nv_hw *hw, enum nv_enter how)
{
	bool asleep = READ_ONCE(to_soft(hw)->asleep);

	if (how != NV_ENTER_TRY) {
		unit_might_sleep("enter", 0);
		EXPECT(!inside);
	}
	if (hw->lost)
		return -ENODEV;
	if (asleep)
		return how == NV_ENTER_TRY ? -EAGAIN : -EINTR;
	inside++;
	return 0;
}

static void soft_leave(struct nv_hw *hw)
{
	EXPECT(inside);
	inside--;
}

static const struct nv_hw_ops soft_ops = {
	.rd32 = soft_rd32,
	.wr32 = soft_wr32,
	.dma_alloc = soft_dma_alloc,
	.dma_alloc_user = soft_dma_alloc_user,
	.dma_free = soft_dma_free,
	.firmware_get = soft_firmware_get,
	.firmware_put = soft_firmware_put,
	.swap_alloc = soft_swap_alloc,
	.swap_write = soft_swap_write,
	.swap_read = soft_swap_read,
	.swap_free = soft_swap_free,
	.time_ns = soft_time_ns,
	.wall_ns = soft_wall_ns,
	.root_port_rd32 = soft_root_port_rd32,
	.sleep_us = soft_sleep_us,
	.wait = soft_wait,
	.wake = soft_wake,
	.log = soft_log,
	.enter = soft_enter,
	.leave = soft_leave,
};

struct hw_softgpu hw_softgpu_defaults(void)
{
	return (struct hw_softgpu) {
		.config = {
			.vram_mib = 6144,
			.rebar = true,
			.gsp_firmware = unit_gsp_firmware(),
			.synchronous = true,
		},
	};
}

/* What an operating system does before a driver binds, and MSI on top of it. */
static void set_up_config_space(struct hw_softgpu *soft)
{
	static const u32 bar_reg[] = { PCI_BAR0, PCI_BAR1, PCI_BAR3 };
	static const u64 bar_addr[] = { 0xe0000000, 0x4000000000, 0x4400000000 };
	struct softgpu *model = soft->model;
	int i;

	for (i = 0; i < SOFTGPU_NR_BARS; i++) {
		soft->hw.bar[i].addr = bar_addr[i];
		soft->hw.bar[i].size = softgpu_bar_size(model, i);
		softgpu_config_write(model, bar_reg[i], 4, bar_addr[i]);
		if (i)
			softgpu_config_write(model, bar_reg[i] + 4, 4, bar_addr[i] >> 32);
	}
	softgpu_config_write(model, PCI_COMMAND, 2, PCI_COMMAND_MEM_MASTER);
	softgpu_config_write(model, MSI_ADDRESS, 4, 0xfee00000);
	softgpu_config_write(model, MSI_ENABLE_CTRL, 2,
			     softgpu_config_read(model, MSI_ENABLE_CTRL, 2) | 1);
}

/* D3 and back, with what the operating system keeps of config space. */
void hw_softgpu_power_cycle(struct hw_softgpu *soft)
{
	softgpu_config_write(soft->model, PCI_PM_CTRL, 2, PCI_PM_D3HOT);
	softgpu_config_write(soft->model, PCI_PM_CTRL, 2, 0);
	soft->msi = false;
	set_up_config_space(soft);
}

void hw_softgpu_init(struct hw_softgpu *soft)
{
	const struct softgpu_host host = {
		.dma = model_dma, .msi = model_msi, .log = model_log, .ctx = soft,
	};
	u32 id;

	INIT_LIST_HEAD(&soft->dmas);
	soft->next_page = FIRST_PAGE;
	soft->model = softgpu_new(&soft->config, &host);
	EXPECT(soft->model);
	soft->hw.ops = &soft_ops;
	set_up_config_space(soft);

	id = softgpu_config_read(soft->model, NV_XVE_ID, 4);
	soft->hw.vendor = id;
	soft->hw.device = id >> 16;
	id = softgpu_config_read(soft->model, NV_XVE_SUBSYSTEM, 4);
	soft->hw.subvendor = id;
	soft->hw.subdevice = id >> 16;
	soft->hw.revision = softgpu_config_read(soft->model, NV_XVE_REV_ID, 1);
	soft->hw.bus = 1;
}

void hw_softgpu_fini(struct hw_softgpu *soft)
{
	softgpu_free(soft->model);
	unit_log_clear(&soft->log);
	EXPECT(list_empty(&soft->dmas));
	EXPECT_EQ(soft->files, 0);
}
