/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_NV_IOCTL_H
#define NV_ABI_NV_IOCTL_H

#include "abi/abi.h"

/*
 * Escapes of /dev/nvidiactl and /dev/nvidiaN: ioctls of type 'F'. Only number and
 * size of a request count; user space sets both direction bits on all of them.
 *
 * Source: open-gpu-kernel-modules 550.163.01, nv-ioctl.h, nv-ioctl-numbers.h,
 * nv-ioctl-numa.h, nv_escape.h.
 */
#define NV_IOCTL_MAGIC			'F'
#define NV_IOCTL_XFER_SIZE_MAX		16384

enum nv_escape {
	/* of the resource manager; structs in nvos.h */
	NV_ESC_RM_ALLOC_MEMORY			= 39,
	NV_ESC_RM_ALLOC_OBJECT			= 40,
	NV_ESC_RM_FREE				= 41,
	NV_ESC_RM_CONTROL			= 42,
	NV_ESC_RM_ALLOC				= 43,
	NV_ESC_RM_DUP_OBJECT			= 52,
	NV_ESC_RM_SHARE				= 53,
	NV_ESC_RM_I2C_ACCESS			= 57,
	NV_ESC_RM_IDLE_CHANNELS			= 65,
	NV_ESC_RM_VID_HEAP_CONTROL		= 74,
	NV_ESC_RM_ACCESS_REGISTRY		= 77,
	NV_ESC_RM_MAP_MEMORY			= 78,
	NV_ESC_RM_UNMAP_MEMORY			= 79,
	NV_ESC_RM_GET_EVENT_DATA		= 82,
	NV_ESC_RM_ALLOC_CONTEXT_DMA2		= 84,
	NV_ESC_RM_MAP_MEMORY_DMA		= 87,
	NV_ESC_RM_UNMAP_MEMORY_DMA		= 88,
	NV_ESC_RM_BIND_CONTEXT_DMA		= 89,
	NV_ESC_RM_UPDATE_DEVICE_MAPPING_INFO	= 94,
	NV_ESC_RM_LOCKLESS_DIAGNOSTIC		= 95,

	/* of the character device */
	NV_ESC_CARD_INFO			= 200,
	NV_ESC_REGISTER_FD			= 201,
	NV_ESC_ALLOC_OS_EVENT			= 206,
	NV_ESC_FREE_OS_EVENT			= 207,
	NV_ESC_STATUS_CODE			= 209,
	NV_ESC_CHECK_VERSION_STR		= 210,
	NV_ESC_IOCTL_XFER_CMD			= 211,
	NV_ESC_ATTACH_GPUS_TO_FD		= 212,
	NV_ESC_QUERY_DEVICE_INTR		= 213,
	NV_ESC_SYS_PARAMS			= 214,
	NV_ESC_NUMA_INFO			= 215,
	NV_ESC_SET_NUMA_STATUS			= 216,
	NV_ESC_EXPORT_TO_DMABUF_FD		= 217,
	NV_ESC_WAIT_OPEN_COMPLETE		= 218,
};

struct nv_pci_info {
	u32 domain;
	u8 bus;
	u8 slot;
	u8 function;
	u8 pad;
	u16 vendor_id;
	u16 device_id;
};
NV_ABI_SIZE(struct nv_pci_info, 12);
NV_ABI_OFFSET(struct nv_pci_info, vendor_id, 8);

/**
 * struct nv_ioctl_card_info - CARD_INFO: one entry of an array as long as the ioctl's size says
 * @valid: a GPU is described; the entries behind the last one are zero
 * @pci_info: where it is
 * @gpu_id: RM's id
 * @interrupt_line: IRQ number
 * @reg_address: BAR0
 * @fb_address: BAR1
 * @minor_number: N of /dev/nvidiaN
 * @dev_name: unused on Linux
 */
struct nv_ioctl_card_info {
	u8 valid;
	u8 pad0[3];
	struct nv_pci_info pci_info;
	u32 gpu_id;
	u16 interrupt_line;
	u16 pad1;
	u64 reg_address;
	u64 reg_size;
	u64 fb_address;
	u64 fb_size;
	u32 minor_number;
	u8 dev_name[10];
	u8 pad2[2];
};
NV_ABI_SIZE(struct nv_ioctl_card_info, 72);
NV_ABI_OFFSET(struct nv_ioctl_card_info, pci_info, 4);
NV_ABI_OFFSET(struct nv_ioctl_card_info, gpu_id, 16);
NV_ABI_OFFSET(struct nv_ioctl_card_info, reg_address, 24);
NV_ABI_OFFSET(struct nv_ioctl_card_info, minor_number, 56);

struct nv_ioctl_register_fd {
	s32 ctl_fd;
};
NV_ABI_SIZE(struct nv_ioctl_register_fd, 4);

/* ALLOC_OS_EVENT and FREE_OS_EVENT */
struct nv_ioctl_os_event {
	u32 h_client;
	u32 h_device;
	u32 fd;
	u32 status;
};
NV_ABI_SIZE(struct nv_ioctl_os_event, 16);

struct nv_ioctl_status_code {
	u32 domain;
	u8 bus;
	u8 slot;
	u8 pad[2];
	u32 status;
};
NV_ABI_SIZE(struct nv_ioctl_status_code, 12);
NV_ABI_OFFSET(struct nv_ioctl_status_code, status, 8);

#define NV_RM_API_VERSION_STRING_LENGTH		64

#define NV_RM_API_VERSION_CMD_STRICT		0
#define NV_RM_API_VERSION_CMD_RELAXED		'1'
#define NV_RM_API_VERSION_CMD_QUERY		'2'

#define NV_RM_API_VERSION_REPLY_UNRECOGNIZED	0
#define NV_RM_API_VERSION_REPLY_RECOGNIZED	1

/* CHECK_VERSION_STR */
struct nv_ioctl_rm_api_version {
	u32 cmd;
	u32 reply;
	char version_string[NV_RM_API_VERSION_STRING_LENGTH];
};
NV_ABI_SIZE(struct nv_ioctl_rm_api_version, 72);

/* IOCTL_XFER_CMD: an escape whose struct does not fit the size bits of a request */
struct nv_ioctl_xfer {
	u32 cmd;
	u32 size;
	u64 ptr;
};
NV_ABI_SIZE(struct nv_ioctl_xfer, 16);

struct nv_ioctl_query_device_intr {
	u32 intr_status;
	u32 status;
};
NV_ABI_SIZE(struct nv_ioctl_query_device_intr, 8);

struct nv_ioctl_sys_params {
	u64 memblock_size;
};
NV_ABI_SIZE(struct nv_ioctl_sys_params, 8);

#define NV_IOCTL_NUMA_INFO_MAX_OFFLINE_ADDRESSES	64

enum nv_ioctl_numa_status {
	NV_IOCTL_NUMA_STATUS_DISABLED			= 0,
	NV_IOCTL_NUMA_STATUS_OFFLINE			= 1,
	NV_IOCTL_NUMA_STATUS_ONLINE_IN_PROGRESS		= 2,
	NV_IOCTL_NUMA_STATUS_ONLINE			= 3,
	NV_IOCTL_NUMA_STATUS_ONLINE_FAILED		= 4,
	NV_IOCTL_NUMA_STATUS_OFFLINE_IN_PROGRESS	= 5,
	NV_IOCTL_NUMA_STATUS_OFFLINE_FAILED		= 6,
};

/**
 * struct nv_ioctl_numa_info - NUMA_INFO: the GPU's memory as a NUMA node
 * @nid: node, -1 if there is none
 * @status: enum nv_ioctl_numa_status
 * @memblock_size: unit of memory hotplug
 * @numa_mem_addr: where the memory begins
 * @numa_mem_size: bytes
 * @use_auto_online: the driver puts it online by itself
 * @offline_addresses: pages that must stay offline
 * @num_offline: how many of these
 */
struct nv_ioctl_numa_info {
	s32 nid;
	s32 status;
	u64 memblock_size;
	u64 numa_mem_addr;
	u64 numa_mem_size;
	u8 use_auto_online;
	u8 pad0[7];
	u64 offline_addresses[NV_IOCTL_NUMA_INFO_MAX_OFFLINE_ADDRESSES];
	u32 num_offline;
	u32 pad1;
};
NV_ABI_SIZE(struct nv_ioctl_numa_info, 560);
NV_ABI_OFFSET(struct nv_ioctl_numa_info, use_auto_online, 32);
NV_ABI_OFFSET(struct nv_ioctl_numa_info, offline_addresses, 40);
NV_ABI_OFFSET(struct nv_ioctl_numa_info, num_offline, 552);

struct nv_ioctl_set_numa_status {
	s32 status;
};
NV_ABI_SIZE(struct nv_ioctl_set_numa_status, 4);

#define NV_DMABUF_EXPORT_MAX_HANDLES	128

struct nv_ioctl_export_to_dma_buf_fd {
	s32 fd;
	u32 h_client;
	u32 total_objects;
	u32 num_objects;
	u32 index;
	u32 pad0;
	u64 total_size;
	u32 handles[NV_DMABUF_EXPORT_MAX_HANDLES];
	u64 offsets[NV_DMABUF_EXPORT_MAX_HANDLES];
	u64 sizes[NV_DMABUF_EXPORT_MAX_HANDLES];
	u32 status;
	u32 pad1;
};
NV_ABI_SIZE(struct nv_ioctl_export_to_dma_buf_fd, 2600);
NV_ABI_OFFSET(struct nv_ioctl_export_to_dma_buf_fd, total_size, 24);
NV_ABI_OFFSET(struct nv_ioctl_export_to_dma_buf_fd, handles, 32);
NV_ABI_OFFSET(struct nv_ioctl_export_to_dma_buf_fd, offsets, 544);
NV_ABI_OFFSET(struct nv_ioctl_export_to_dma_buf_fd, status, 2592);

/* WAIT_OPEN_COMPLETE; @rc is a negative errno, @adapter_status an NV_STATUS */
struct nv_ioctl_wait_open_complete {
	s32 rc;
	u32 adapter_status;
};
NV_ABI_SIZE(struct nv_ioctl_wait_open_complete, 8);

#endif
