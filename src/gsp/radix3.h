/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_RADIX3_H
#define NV_GSP_RADIX3_H

#include "nv-hw.h"

/**
 * nv_radix3_init() - copy data into DMA memory behind a radix3 tree
 * @hw: allocates
 * @dma: filled in: the root is its first page
 * @data: what the tree is to hold
 * @size: its length, not 0
 *
 * Return: 0, -EINVAL if @size is more than a tree can hold, -ENOMEM.
 */
int nv_radix3_init(struct nv_hw *hw, struct nv_dma *dma, const void *data, u64 size);

#endif
