// SPDX-License-Identifier: MIT OR GPL-2.0

/* The device's DMA: page by page, since neighbours in guest memory may be strangers in ours. */

#include <string.h>

#include "softgpu-priv.h"

#define DMA_PAGE	4096ull

/* The part of @len bytes at @addr that lies in one page, or NULL. */
static void *dma_page(struct softgpu *gpu, u64 addr, u64 len, u64 *part)
{
	u64 room = DMA_PAGE - addr % DMA_PAGE;

	*part = len < room ? len : room;
	return gpu->host.dma(gpu->host.ctx, addr, *part);
}

static bool dma_allowed(struct softgpu *gpu, u64 addr, u64 len)
{
	if (gpu->off_bus || (len && addr + (len - 1) < addr))
		return false;
	if (sg_pci_master_enabled(gpu))
		return true;
	sg_log_once(gpu, SG_ONCE_NO_MASTER, "DMA with bus mastering off in PCI command");
	return false;
}

bool sg_dma_read(struct softgpu *gpu, u64 addr, void *buf, u64 len)
{
	u64 done, part;
	void *from;

	if (!dma_allowed(gpu, addr, len))
		return false;
	for (done = 0; done < len; done += part) {
		from = dma_page(gpu, addr + done, len - done, &part);
		if (!from)
			return false;
		memcpy((u8 *)buf + done, from, part);
	}
	return true;
}

bool sg_dma_write(struct softgpu *gpu, u64 addr, const void *buf, u64 len)
{
	u64 done, part;
	void *to;

	if (!dma_allowed(gpu, addr, len))
		return false;
	for (done = 0; done < len; done += part) {
		to = dma_page(gpu, addr + done, len - done, &part);
		if (!to)
			return false;
		memcpy(to, (const u8 *)buf + done, part);
	}
	return true;
}
