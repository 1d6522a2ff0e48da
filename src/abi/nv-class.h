/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_NV_CLASS_H
#define NV_ABI_NV_CLASS_H

#include "abi/abi.h"

/*
 * Classes that user space may name in RM_ALLOC. What this driver makes of each is
 * in src/rm/class.c. Source: open-gpu-kernel-modules 550.163.01, class/cl*.h,
 * resource_list.h.
 */
#define NV_CLASSES(C)						\
	C(0x0000, NV01_ROOT)					\
	C(0x0001, NV01_ROOT_NON_PRIV)				\
	C(0x0002, NV01_CONTEXT_DMA)				\
	C(0x0004, NV01_TIMER)					\
	C(0x0005, NV01_EVENT)					\
	C(0x000f, FABRIC_MANAGER_SESSION)			\
	C(0x0020, NV0020_GPU_MANAGEMENT)			\
	C(0x003e, NV01_MEMORY_SYSTEM)				\
	C(0x003f, NV01_MEMORY_LOCAL_PRIVILEGED)			\
	C(0x0040, NV01_MEMORY_LOCAL_USER)			\
	C(0x0041, NV01_ROOT_CLIENT)				\
	C(0x0042, NV_MEMORY_EXTENDED_USER)			\
	C(0x0050, NV_CE_UTILS)					\
	C(0x0060, NV0060_SYNC_GPU_BOOST)			\
	C(0x0070, NV01_MEMORY_VIRTUAL)				\
	C(0x0071, NV01_MEMORY_SYSTEM_OS_DESCRIPTOR)		\
	C(0x0073, NV04_DISPLAY_COMMON)				\
	C(0x0076, NV01_MEMORY_FRAMEBUFFER_CONSOLE)		\
	C(0x0078, NV01_EVENT_KERNEL_CALLBACK)			\
	C(0x0079, NV01_EVENT_OS_EVENT)				\
	C(0x007d, NV04_SOFTWARE_TEST)				\
	C(0x007e, NV01_EVENT_KERNEL_CALLBACK_EX)		\
	C(0x0080, NV01_DEVICE_0)				\
	C(0x0081, NV01_MEMORY_LIST_SYSTEM)			\
	C(0x0082, NV01_MEMORY_LIST_FBMEM)			\
	C(0x0083, NV01_MEMORY_LIST_OBJECT)			\
	C(0x0092, NV0092_RG_LINE_CALLBACK)			\
	C(0x00b1, NV01_MEMORY_HW_RESOURCES)			\
	C(0x00c2, NV01_MEMORY_LOCAL_PHYSICAL)			\
	C(0x00da, NV_SEMAPHORE_SURFACE)				\
	C(0x00db, NV40_DEBUG_BUFFER)				\
	C(0x00de, RM_USER_SHARED_DATA)				\
	C(0x00e0, NV_MEMORY_EXPORT)				\
	C(0x00f1, NV_IMEX_SESSION)				\
	C(0x00f3, NV01_MEMORY_FLA)				\
	C(0x00f8, NV_MEMORY_FABRIC)				\
	C(0x00f9, NV_MEMORY_FABRIC_IMPORT_V2)			\
	C(0x00fb, NV_MEMORY_FABRIC_IMPORTED_REF)		\
	C(0x00fd, NV_MEMORY_MULTICAST_FABRIC)			\
	C(0x00fe, NV_MEMORY_MAPPER)				\
	C(0x2080, NV20_SUBDEVICE_0)				\
	C(0x2081, NV2081_BINAPI)				\
	C(0x2082, NV2082_BINAPI_PRIVILEGED)			\
	C(0x208f, NV20_SUBDEVICE_DIAG)				\
	C(0x30f1, NV30_GSYNC)					\
	C(0x402c, NV40_I2C)					\
	C(0x503b, NV50_P2P)					\
	C(0x503c, NV50_THIRD_PARTY_P2P)				\
	C(0x5080, NV50_DEFERRED_API_CLASS)			\
	C(0x50a0, NV50_MEMORY_VIRTUAL)				\
	C(0x83de, GT200_DEBUGGER)				\
	C(0x844c, G84_PERFBUFFER)				\
	C(0x900e, MPS_COMPUTE)					\
	C(0x9010, NV9010_VBLANK_CALLBACK)			\
	C(0x902d, FERMI_TWOD_A)					\
	C(0x9067, FERMI_CONTEXT_SHARE_A)			\
	C(0x906f, GF100_CHANNEL_GPFIFO)				\
	C(0x9072, GF100_DISP_SW)				\
	C(0x9074, GF100_TIMED_SEMAPHORE_SW)			\
	C(0x9096, GF100_ZBC_CLEAR)				\
	C(0x90cc, GF100_PROFILER)				\
	C(0x90cd, NV_EVENT_BUFFER)				\
	C(0x90ce, NV01_MEMORY_DEVICELESS)			\
	C(0x90e6, GF100_SUBDEVICE_MASTER)			\
	C(0x90e7, GF100_SUBDEVICE_INFOROM)			\
	C(0x90ec, GF100_HDACODEC)				\
	C(0x90f1, FERMI_VASPACE_A)				\
	C(0xa06c, KEPLER_CHANNEL_GROUP_A)			\
	C(0xa06f, KEPLER_CHANNEL_GPFIFO_A)			\
	C(0xa080, KEPLER_DEVICE_VGPU)				\
	C(0xa081, NVA081_VGPU_CONFIG)				\
	C(0xa084, NVA084_KERNEL_HOST_VGPU_DEVICE)		\
	C(0xa0bc, NVENC_SW_SESSION)				\
	C(0xa0bd, NVFBC_SW_SESSION)				\
	C(0xa140, KEPLER_INLINE_TO_MEMORY_B)			\
	C(0xa16f, KEPLER_CHANNEL_GPFIFO_B)			\
	C(0xb06f, MAXWELL_CHANNEL_GPFIFO_A)			\
	C(0xb0b5, MAXWELL_DMA_COPY_A)				\
	C(0xb2cc, MAXWELL_PROFILER_DEVICE)			\
	C(0xb4b7, NVB4B7_VIDEO_ENCODER)				\
	C(0xb8b0, NVB8B0_VIDEO_DECODER)				\
	C(0xb8d1, NVB8D1_VIDEO_NVJPG)				\
	C(0xb8fa, NVB8FA_VIDEO_OFA)				\
	C(0xc06f, PASCAL_CHANNEL_GPFIFO_A)			\
	C(0xc076, GP100_UVM_SW)					\
	C(0xc0b5, PASCAL_DMA_COPY_A)				\
	C(0xc361, VOLTA_USERMODE_A)				\
	C(0xc365, ACCESS_COUNTER_NOTIFY_BUFFER)			\
	C(0xc369, MMU_FAULT_BUFFER)				\
	C(0xc36f, VOLTA_CHANNEL_GPFIFO_A)			\
	C(0xc371, NVC371_DISP_SF_USER)				\
	C(0xc372, NVC372_DISPLAY_SW)				\
	C(0xc461, TURING_USERMODE_A)				\
	C(0xc46f, TURING_CHANNEL_GPFIFO_A)			\
	C(0xc4b0, NVC4B0_VIDEO_DECODER)				\
	C(0xc4b7, NVC4B7_VIDEO_ENCODER)				\
	C(0xc4d1, NVC4D1_VIDEO_NVJPG)				\
	C(0xc561, AMPERE_USERMODE_A)				\
	C(0xc56f, AMPERE_CHANNEL_GPFIFO_A)			\
	C(0xc570, NVC570_DISPLAY)				\
	C(0xc573, NVC573_DISP_CAPABILITIES)			\
	C(0xc574, UVM_CHANNEL_RETAINER)				\
	C(0xc57a, NVC57A_CURSOR_IMM_CHANNEL_PIO)		\
	C(0xc57b, NVC57B_WINDOW_IMM_CHANNEL_DMA)		\
	C(0xc57d, NVC57D_CORE_CHANNEL_DMA)			\
	C(0xc57e, NVC57E_WINDOW_CHANNEL_DMA)			\
	C(0xc597, TURING_A)					\
	C(0xc5b5, TURING_DMA_COPY_A)				\
	C(0xc5c0, TURING_COMPUTE_A)				\
	C(0xc637, AMPERE_SMC_PARTITION_REF)			\
	C(0xc638, AMPERE_SMC_EXEC_PARTITION_REF)		\
	C(0xc639, AMPERE_SMC_CONFIG_SESSION)			\
	C(0xc640, AMPERE_SMC_MONITOR_SESSION)			\
	C(0xc661, HOPPER_USERMODE_A)				\
	C(0xc670, NVC670_DISPLAY)				\
	C(0xc671, NVC671_DISP_SF_USER)				\
	C(0xc673, NVC673_DISP_CAPABILITIES)			\
	C(0xc67a, NVC67A_CURSOR_IMM_CHANNEL_PIO)		\
	C(0xc67b, NVC67B_WINDOW_IMM_CHANNEL_DMA)		\
	C(0xc67d, NVC67D_CORE_CHANNEL_DMA)			\
	C(0xc67e, NVC67E_WINDOW_CHANNEL_DMA)			\
	C(0xc697, AMPERE_A)					\
	C(0xc6b0, NVC6B0_VIDEO_DECODER)				\
	C(0xc6b5, AMPERE_DMA_COPY_A)				\
	C(0xc6c0, AMPERE_COMPUTE_A)				\
	C(0xc6fa, NVC6FA_VIDEO_OFA)				\
	C(0xc763, MMU_VIDMEM_ACCESS_BIT_BUFFER)			\
	C(0xc770, NVC770_DISPLAY)				\
	C(0xc771, NVC771_DISP_SF_USER)				\
	C(0xc773, NVC773_DISP_CAPABILITIES)			\
	C(0xc77d, NVC77D_CORE_CHANNEL_DMA)			\
	C(0xc77f, NVC77F_ANY_CHANNEL_DMA)			\
	C(0xc797, AMPERE_B)					\
	C(0xc7b0, NVC7B0_VIDEO_DECODER)				\
	C(0xc7b5, AMPERE_DMA_COPY_B)				\
	C(0xc7b7, NVC7B7_VIDEO_ENCODER)				\
	C(0xc7c0, AMPERE_COMPUTE_B)				\
	C(0xc7fa, NVC7FA_VIDEO_OFA)				\
	C(0xc86f, HOPPER_CHANNEL_GPFIFO_A)			\
	C(0xc8b5, HOPPER_DMA_COPY_A)				\
	C(0xc997, ADA_A)					\
	C(0xc9b0, NVC9B0_VIDEO_DECODER)				\
	C(0xc9b7, NVC9B7_VIDEO_ENCODER)				\
	C(0xc9c0, ADA_COMPUTE_A)				\
	C(0xc9d1, NVC9D1_VIDEO_NVJPG)				\
	C(0xc9fa, NVC9FA_VIDEO_OFA)				\
	C(0xcb33, NV_CONFIDENTIAL_COMPUTE)			\
	C(0xcb97, HOPPER_A)					\
	C(0xcba2, HOPPER_SEC2_WORK_LAUNCH_A)			\
	C(0xcbc0, HOPPER_COMPUTE_A)				\
	C(0xcbca, NV_COUNTER_COLLECTION_UNIT)

#define NV_CLASS_NUMBER(id, name)	name = (id),
enum nv_class {
	NV_CLASSES(NV_CLASS_NUMBER)
};

#undef NV_CLASS_NUMBER

/* Parameters of RM_ALLOC, for classes that have any and exist here. */

/* NV01_ROOT as GSP gets it; user space passes at most a place for the handle. */
struct nv0000_alloc_parameters {
	u32 h_client;
	u32 process_id;
	char process_name[100];
};
NV_ABI_SIZE(struct nv0000_alloc_parameters, 108);

#define NV_DEVICE_ALLOCATION_FLAGS_HOST_VGPU_DEVICE	0x2000
#define NV_DEVICE_ALLOCATION_FLAGS_PLUGIN_CONTEXT	0x4000

struct nv0080_alloc_parameters {
	u32 device_id;
	u32 h_client_share;
	u32 h_target_client;
	u32 h_target_device;
	u32 flags;
	u32 pad0;
	u64 va_space_size;
	u64 va_start_internal;
	u64 va_limit_internal;
	u32 va_mode;
	u32 pad1;
};
NV_ABI_SIZE(struct nv0080_alloc_parameters, 56);
NV_ABI_OFFSET(struct nv0080_alloc_parameters, va_space_size, 24);
NV_ABI_OFFSET(struct nv0080_alloc_parameters, va_mode, 48);

/* NV_CONFIDENTIAL_COMPUTE */
struct nv_confidential_compute_alloc_params {
	u32 h_client;
};
NV_ABI_SIZE(struct nv_confidential_compute_alloc_params, 4);

struct nv2080_alloc_parameters {
	u32 sub_device_id;
};
NV_ABI_SIZE(struct nv2080_alloc_parameters, 4);

/* NV2081_BINAPI, NV2082_BINAPI_PRIVILEGED */
struct nv2081_alloc_parameters {
	u32 reserved;
};
NV_ABI_SIZE(struct nv2081_alloc_parameters, 4);

/* In @notify_index of NV0005: what kind of event it is; the index proper is in the low half. */
#define NV01_EVENT_INDEX			0x0000ffff
#define NV01_EVENT_CLIENT_RM			0x04000000
#define NV01_EVENT_NONSTALL_INTR		0x08000000
#define NV01_EVENT_WITHOUT_EVENT_DATA		0x10000000

/* What events of a subdevice are called; those that tell of an engine. cl2080_notification.h */
#define NV2080_NOTIFIERS_GR0			12
#define NV2080_NOTIFIERS_NVDEC0			14
#define NV2080_NOTIFIERS_CE0			23
#define NV2080_NOTIFIERS_FIFO_EVENT_MTHD	35	/* any of them */
#define NV2080_NOTIFIERS_NVENC0			38
#define NV2080_NOTIFIERS_SEC2			115
#define NV2080_NOTIFIERS_NVJPEG0		126
#define NV2080_NOTIFIERS_OFA0			153

/* NV01_EVENT_OS_EVENT; @data is a file descriptor */
struct nv0005_alloc_parameters {
	u32 h_parent_client;
	u32 h_src_resource;
	u32 h_class;
	u32 notify_index;
	u64 data;
};
NV_ABI_SIZE(struct nv0005_alloc_parameters, 24);

#endif
