/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_RADIX3_H
#define NV_GSP_RADIX3_H

#include "nv-hw.h"

/**
 * nv_radix3_init() - make DMA memory with a radix3 tree, and copy data into it
 * @hw: allocates
 * @dma: filled in: the root is its first page
 * @data: what the tree is to hold; NULL for zeroes
 * @size: its length, not 0
 *
 * Return: 0, -EINVAL if @size is more than a tree can hold, -ENOMEM.
 */
int nv_radix3_init(struct nv_hw *hw, struct nv_dma *dma, const void *data, u64 size);

#endif
