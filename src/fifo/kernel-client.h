/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_FIFO_KERNEL_CLIENT_H
#define NV_FIFO_KERNEL_CLIENT_H

#include <linux/types.h>

struct nv_gpu;

/*
 * The driver's own objects on GSP. Clients of user space have handles from a range that
 * ends below (RM_CLIENT_HANDLE_MAX), those that GSP made for itself lie above.
 */
#define NV_KERNEL_CLIENT	0xc1e00001
#define NV_KERNEL_DEVICE	0xc1e00080
#define NV_KERNEL_SUBDEVICE	0xc1e02080
#define NV_KERNEL_VASPACE	0xc1e090f1	/* these three are the kernel channel's */
#define NV_KERNEL_CHANNEL	0xc1e0c56f
#define NV_KERNEL_COPY		0xc1e0c7b5
#define NV_KERNEL_GR_VASPACE	0xc1e190f1	/* and these are there while the first graphics */
#define NV_KERNEL_GR_CHANNEL	0xc1e1c56f	/* context is made */
#define NV_KERNEL_GR_OBJECT	0xc1e1c797

/**
 * nv_kernel_client_start() - make client, device and subdevice; the GPU has just booted
 *
 * Return: 0, or -EIO after a line that names what GSP refuses.
 */
int nv_kernel_client_start(struct nv_gpu *gpu);
/** nv_kernel_client_stop() - free them and all that is below them on GSP */
void nv_kernel_client_stop(struct nv_gpu *gpu);

/* The driver's own objects: 0, or -EIO after a line that names what GSP refuses. */
int nv_kernel_alloc(struct nv_gpu *gpu, u32 h_parent, u32 h_object, u32 h_class, void *params,
		    u32 size);
int nv_kernel_control(struct nv_gpu *gpu, u32 h_object, u32 cmd, void *params, u32 size);
void nv_kernel_free(struct nv_gpu *gpu, u32 h_object);

#endif
