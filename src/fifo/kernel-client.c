// SPDX-License-Identifier: MIT OR GPL-2.0
/* The driver as a client of GSP-RM, beside those of user space. */
#include <linux/errno.h>

#include "abi/nv-class.h"
#include "fifo/kernel-client.h"
#include "gsp/gsp.h"
#include "nv-gpu.h"

int nv_kernel_alloc(struct nv_gpu *gpu, u32 h_parent, u32 h_object, u32 h_class, void *params,
		    u32 size)
{
	u32 status = nv_gsp_alloc(gpu->gsp, NV_KERNEL_CLIENT, h_parent, h_object, h_class, params,
				  size);

	if (status == NV_OK)
		return 0;
	return nv_fail(gpu->hw, -EIO, "GSP makes no object of class %04x for us: status %#x",
		       h_class, status);
}

int nv_kernel_control(struct nv_gpu *gpu, u32 h_object, u32 cmd, void *params, u32 size)
{
	u32 status = nv_gsp_control(gpu->gsp, NV_KERNEL_CLIENT, h_object, cmd, params, size);

	if (status == NV_OK)
		return 0;
	return nv_fail(gpu->hw, -EIO, "GSP refuses control %08x: status %#x", cmd, status);
}

void nv_kernel_free(struct nv_gpu *gpu, u32 h_object)
{
	if (nv_gsp_running(gpu->gsp))
		nv_gsp_free(gpu->gsp, NV_KERNEL_CLIENT, h_object);
}

int nv_kernel_client_start(struct nv_gpu *gpu)
{
	struct nv0000_alloc_parameters root = { .h_client = NV_KERNEL_CLIENT };
	struct nv0080_alloc_parameters device = { .h_client_share = NV_KERNEL_CLIENT };
	struct nv2080_alloc_parameters subdevice = { 0 };
	int err;

	err = nv_kernel_alloc(gpu, NV_KERNEL_CLIENT, NV_KERNEL_CLIENT, NV01_ROOT, &root,
			      sizeof(root));
	if (err)
		return err;
	err = nv_kernel_alloc(gpu, NV_KERNEL_CLIENT, NV_KERNEL_DEVICE, NV01_DEVICE_0, &device,
			      sizeof(device));
	if (!err)
		err = nv_kernel_alloc(gpu, NV_KERNEL_DEVICE, NV_KERNEL_SUBDEVICE,
				      NV20_SUBDEVICE_0, &subdevice, sizeof(subdevice));
	if (err)
		nv_kernel_client_stop(gpu);
	return err;
}

void nv_kernel_client_stop(struct nv_gpu *gpu)
{
	nv_kernel_free(gpu, NV_KERNEL_CLIENT);
}
