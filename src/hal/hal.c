// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/bitfield.h>
#include <linux/kernel.h>

#include "abi/nv-class.h"
#include "hal/hal.h"
#include "regs/nv-pmc.h"

#define MIB	0x100000u
#define KIB	0x400u

#define ARCHITECTURE_GA100	0x17

/*
 * Heap: 22 MiB for the firmware's own tasks and 8 MiB more on bare metal, 96 KiB per GiB
 * of video memory, 48 KiB for each of 2048 channels (open-gpu-kernel-modules 550.163.01,
 * gsp_fw_heap.h).
 */
#define GA10X(chip, impl)					\
	{							\
		.name = chip,					\
		.architecture = ARCHITECTURE_GA100,		\
		.implementation = impl,				\
		.gsp_firmware = "gsp_ga10x.bin",		\
		.gsp_signature = ".fwsignature_ga10x",		\
		.image_group = "ga102",				\
		.gsp_heap_base = (22 + 8) * MIB,		\
		.gsp_heap_per_gib = 96 * KIB,			\
		.gsp_heap_client = 2048 * 48 * KIB,		\
		.gsp_heap_min = 86 * MIB,			\
		.pages_512m = true,				\
		.channel_class = AMPERE_CHANNEL_GPFIFO_A,	\
		.copy_class = AMPERE_DMA_COPY_B,		\
	}

/* GA106 is the one that is tested; the others differ from it in nothing that is used here. */
static const struct nv_chip nv_chips[] = {
	GA10X("GA102", 2),
	GA10X("GA103", 3),
	GA10X("GA104", 4),
	GA10X("GA106", 6),
	GA10X("GA107", 7),
};

const struct nv_chip *nv_chip_find(u32 boot42)
{
	u32 arch = FIELD_GET(NV_PMC_BOOT_42_ARCHITECTURE, boot42);
	u32 impl = FIELD_GET(NV_PMC_BOOT_42_IMPLEMENTATION, boot42);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nv_chips); i++)
		if (nv_chips[i].architecture == arch && nv_chips[i].implementation == impl)
			return &nv_chips[i];
	return NULL;
}
