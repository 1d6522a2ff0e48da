/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_CE_H
#define NV_MEM_CE_H

#include <linux/types.h>

#include "mem/aperture.h"

struct nv_gpu;

/** struct nv_ce_addr - a physical address as the copy engine takes it; any alignment */
struct nv_ce_addr {
	enum nv_aperture aperture;
	u64 addr;
};

/**
 * nv_ce_copy() - let the copy engine move memory, and wait for it
 * @gpu: running
 * @dst: where to; [@dst, @dst + @size) does not overlap the source
 * @src: where from
 * @size: bytes; 0 is allowed
 *
 * The first call makes the channel (or makes it again after the GPU was started anew).
 *
 * Context: process context, may sleep. Sends to GSP, so no lock may be held that
 * comes after nv_ce.lock (docs/locking.md).
 * Return: 0 when all of it is there; -ENODEV if there is no copy engine, or none that works:
 * use nv_fb_read() and nv_fb_write() then; -EIO or -ETIMEDOUT if this copy failed (an
 * undefined part of it was done).
 */
int nv_ce_copy(struct nv_gpu *gpu, struct nv_ce_addr dst, struct nv_ce_addr src, u64 size);

/**
 * nv_ce_fill() - the same for memory that is to hold @pattern, repeated
 * @gpu: running
 * @dst: where to; its first byte gets the lowest byte of @pattern
 * @pattern: four bytes
 * @size: bytes, any number
 */
int nv_ce_fill(struct nv_gpu *gpu, struct nv_ce_addr dst, u32 pattern, u64 size);

#endif
