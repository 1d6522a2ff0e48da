/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_POWER_PRIV_H
#define NV_POWER_PRIV_H

#include "power/power.h"

struct nv_gpu;

/* image.c */

/**
 * nv_power_image_save() - copy what is in use of video memory to pageable memory
 * @gpu: running, with its heap held
 * @out: the copy
 *
 * Return: 0, -ENOMEM, -EINTR, -EIO, -ENODEV.
 */
int nv_power_image_save(struct nv_gpu *gpu, struct nv_power_image **out);
/** nv_power_image_restore() - the inverse, on the same heap, held all along */
int nv_power_image_restore(struct nv_gpu *gpu, struct nv_power_image *image);
void nv_power_image_free(struct nv_gpu *gpu, struct nv_power_image *image);
/** nv_power_image_size() - bytes of video memory in it */
u64 nv_power_image_size(const struct nv_power_image *image);

#endif
