/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_FB_H
#define NV_MEM_FB_H

#include <linux/mutex.h>
#include <linux/types.h>

struct nv_gpu;

/**
 * struct nv_fb - the PRAMIN window, a way to video memory that needs no page tables
 * @lock: guards the window; innermost but for register access
 */
struct nv_fb {
	struct mutex lock;
};

void nv_fb_init(struct nv_gpu *gpu);
void nv_fb_fini(struct nv_gpu *gpu);

/**
 * nv_fb_read() - read video memory, word by word; slow, works at any time
 * @gpu: registers answer
 * @addr: any address and alignment; the GPU's size of video memory is not checked
 * @buf: @n bytes
 * @n: how many
 *
 * Return: 0; -EINVAL beyond what the window can reach; -ENODEV if the GPU is gone.
 */
int nv_fb_read(struct nv_gpu *gpu, u64 addr, void *buf, size_t n);
/** nv_fb_write() - likewise */
int nv_fb_write(struct nv_gpu *gpu, u64 addr, const void *buf, size_t n);
/** nv_fb_fill() - write @pattern over and over; @addr and @n are multiples of 4 */
int nv_fb_fill(struct nv_gpu *gpu, u64 addr, u32 pattern, u64 n);

#endif
