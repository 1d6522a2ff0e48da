// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/bitfield.h>
#include <linux/kernel.h>

#include "abi/nv-class.h"
#include "hal/hal.h"
#include "regs/nv-pmc.h"

#define MIB	0x100000u
#define KIB	0x400u

#define ARCHITECTURE_GA100	0x17

/* Without those of the display (open-gpu-kernel-modules 550.163.01, g_gpu_class_list.c) */
static const u32 ga10x_classes[] = {
	MMU_FAULT_BUFFER, AMPERE_B, AMPERE_CHANNEL_GPFIFO_A, AMPERE_COMPUTE_B, AMPERE_DMA_COPY_B,
	AMPERE_USERMODE_A, FERMI_CONTEXT_SHARE_A, FERMI_TWOD_A, FERMI_VASPACE_A, G84_PERFBUFFER,
	GF100_DISP_SW, GF100_SUBDEVICE_INFOROM, GF100_SUBDEVICE_MASTER, GF100_TIMED_SEMAPHORE_SW,
	GF100_ZBC_CLEAR, GP100_UVM_SW, KEPLER_CHANNEL_GROUP_A, KEPLER_DEVICE_VGPU,
	KEPLER_INLINE_TO_MEMORY_B, ACCESS_COUNTER_NOTIFY_BUFFER, NV0060_SYNC_GPU_BOOST,
	NV01_MEMORY_VIRTUAL, NV04_SOFTWARE_TEST, NV50_DEFERRED_API_CLASS, NV50_MEMORY_VIRTUAL,
	NV50_P2P, NV50_THIRD_PARTY_P2P, NVA081_VGPU_CONFIG, NVA084_KERNEL_HOST_VGPU_DEVICE,
	NVC7B0_VIDEO_DECODER, NVC7B7_VIDEO_ENCODER, NVC7FA_VIDEO_OFA, NV_CONFIDENTIAL_COMPUTE,
	RM_USER_SHARED_DATA, TURING_CHANNEL_GPFIFO_A, TURING_USERMODE_A, VOLTA_CHANNEL_GPFIFO_A,
	VOLTA_USERMODE_A,
};

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
		.graphics_class = AMPERE_B,			\
		.classes = ga10x_classes,			\
		.num_classes = ARRAY_SIZE(ga10x_classes),	\
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
