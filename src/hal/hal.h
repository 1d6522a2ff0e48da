/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_HAL_HAL_H
#define NV_HAL_HAL_H

#include <linux/types.h>

/**
 * struct nv_chip - what differs from chip to chip, as data
 * @name: "GA106"
 * @architecture: field of NV_PMC_BOOT_42
 * @implementation: likewise
 * @gsp_firmware: file of GSP-RM below the release's firmware folder: "gsp_ga10x.bin"
 * @gsp_signature: section of that file with this chip family's signature
 * @image_group: folder of booter and bootloader: "ga102"
 * @gsp_heap_base: bytes of GSP-RM's heap that do not depend on the size of video memory
 * @gsp_heap_per_gib: bytes more per GiB of video memory
 * @gsp_heap_client: bytes for the largest number of clients
 * @gsp_heap_min: smallest heap
 * @pages_512m: the GMMU has pages of 512 MiB
 * @channel_class: class of its channels
 * @copy_class: class of its copy engines
 * @graphics_class: class of its 3D objects
 * @classes: what programs may find on it, whether this driver makes it or not
 * @num_classes: how many
 */
struct nv_chip {
	const char *name;
	u8 architecture;
	u8 implementation;
	const char *gsp_firmware;
	const char *gsp_signature;
	const char *image_group;
	u32 gsp_heap_base;
	u32 gsp_heap_per_gib;
	u32 gsp_heap_client;
	u32 gsp_heap_min;
	bool pages_512m;
	u16 channel_class;
	u16 copy_class;
	u16 graphics_class;
	const u32 *classes;
	unsigned int num_classes;
};

/** nv_chip_find() - the chip of a BOOT_42 value, or NULL */
const struct nv_chip *nv_chip_find(u32 boot42);

#endif
