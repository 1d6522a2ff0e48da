/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_MEM_APERTURE_H
#define NV_MEM_APERTURE_H

/**
 * enum nv_aperture - what a physical address of the GPU is an address of
 * @NV_APERTURE_VID: its own video memory
 * @NV_APERTURE_SYS: the machine's memory by DMA address; the GPU snoops the CPU's caches
 */
enum nv_aperture {
	NV_APERTURE_VID,
	NV_APERTURE_SYS,
};

#endif
