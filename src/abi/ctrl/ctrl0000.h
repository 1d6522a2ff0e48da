/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_CTRL0000_H
#define NV_ABI_CTRL0000_H

#include <linux/bits.h>

#include "abi/abi.h"

/* RM_USER_SHARED_DATA: the page of what is measured (abi/user-shared-data.h) */
#define NV_CTRLS_00DE(C) \
	C(0x00de0001, NV00DE_CTRL_CMD_REQUEST_DATA_POLL, 8, USER, RM)

/* NV01_ROOT: the client, and what concerns no single GPU. */
#define NV_CTRLS_0000(C) \
	C(0x00000101, NV0000_CTRL_CMD_SYSTEM_GET_BUILD_VERSION, 40, USER, RM) \
	C(0x00000136, NV0000_CTRL_CMD_SYSTEM_GET_FABRIC_STATUS, 4, USER, RM) \
	C(0x000001f0, NV0000_CTRL_CMD_SYSTEM_GET_FEATURES, 4, USER, RM) \
	C(0x00000201, NV0000_CTRL_CMD_GPU_GET_ATTACHED_IDS, 128, USER, RM) \
	C(0x00000202, NV0000_CTRL_CMD_GPU_GET_ID_INFO, 40, USER, RM) \
	C(0x00000205, NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2, 32, USER, RM) \
	C(0x00000214, NV0000_CTRL_CMD_GPU_GET_PROBED_IDS, 256, USER, RM) \
	C(0x00000215, NV0000_CTRL_CMD_GPU_ATTACH_IDS, 132, USER, RM) \
	C(0x00000216, NV0000_CTRL_CMD_GPU_DETACH_IDS, 128, USER, RM) \
	C(0x0000021b, NV0000_CTRL_CMD_GPU_GET_PCI_INFO, 12, USER, RM) \
	C(0x00000275, NV0000_CTRL_CMD_GPU_GET_UUID_FROM_GPU_ID, 268, USER, RM) \
	C(0x00000279, NV0000_CTRL_CMD_GPU_QUERY_DRAIN_STATE, 12, USER, RM) \
	C(0x0000027b, NV0000_CTRL_CMD_GPU_GET_MEMOP_ENABLE, 4, USER, RM) \
	C(0x00000289, NV0000_CTRL_CMD_GPU_ASYNC_ATTACH_ID, 4, USER, RM) \
	C(0x00000290, NV0000_CTRL_CMD_GPU_WAIT_ATTACH_ID, 4, USER, RM) \
	C(0x00000a04, NV0000_CTRL_CMD_SYNC_GPU_BOOST_GROUP_INFO, 2244, USER, RM) \
	C(0x00000b02, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_STATE, 12, USER, RM) \
	C(0x00000b03, NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO, 48, USER, RM) \
	C(0x00000b04, NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS, 16012, USER, RM) \
	C(0x00000d01, NV0000_CTRL_CMD_CLIENT_GET_ADDR_SPACE_TYPE, 12, USER, RM) \
	C(0x00000d04, NV0000_CTRL_CMD_CLIENT_SET_INHERITED_SHARE_POLICY, 12, USER, RM) \
	C(0x00003d05, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, 24, USER, RM) \
	C(0x00003d06, NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD, 20, USER, RM) \
	C(0x00003d08, NV0000_CTRL_CMD_OS_UNIX_GET_EXPORT_OBJECT_INFO, 80, USER, RM) \
	C(0x00003d0b, NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECTS_TO_FD, 2128, USER, RM) \
	C(0x00003d0c, NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD, 652, USER, RM)

struct nv0000_ctrl_system_get_build_version_params {
	u32 size_of_strings;
	u32 pad;
	u64 p_driver_version_buffer;
	u64 p_version_buffer;
	u64 p_title_buffer;
	u32 changelist_number;
	u32 official_changelist_number;
};
NV_ABI_SIZE(struct nv0000_ctrl_system_get_build_version_params, 40);
NV_ABI_OFFSET(struct nv0000_ctrl_system_get_build_version_params, p_driver_version_buffer, 8);
NV_ABI_OFFSET(struct nv0000_ctrl_system_get_build_version_params, changelist_number, 32);

#define NV0000_CTRL_GET_SYSTEM_FABRIC_STATUS_SKIP	1

struct nv0000_ctrl_system_get_fabric_status_params {
	u32 fabric_status;
};
NV_ABI_SIZE(struct nv0000_ctrl_system_get_fabric_status_params, 4);

struct nv0000_ctrl_system_get_features_params {
	u32 features_mask;
};
NV_ABI_SIZE(struct nv0000_ctrl_system_get_features_params, 4);

#define NV0000_CTRL_GPU_MAX_ATTACHED_GPUS	32
#define NV0000_CTRL_GPU_INVALID_ID		0xffffffff
#define NV0000_CTRL_GPU_ATTACH_ALL_PROBED_IDS	0x0000ffff
#define NV0000_CTRL_GPU_DETACH_ALL_ATTACHED_IDS	0x0000ffff
#define NV0000_CTRL_NO_NUMA_NODE		(-1)
#define NV0000_CTRL_SLI_STATUS_INVALID_GPU_COUNT	BIT(0)
#define NV0000_CTRL_SLI_STATUS_GPU_NOT_SUPPORTED	BIT(6)

/* GPU_GET_ATTACHED_IDS, GPU_DETACH_IDS */
struct nv0000_ctrl_gpu_ids_params {
	u32 gpu_ids[NV0000_CTRL_GPU_MAX_ATTACHED_GPUS];
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_ids_params, 128);

struct nv0000_ctrl_gpu_get_probed_ids_params {
	u32 gpu_ids[NV0000_CTRL_GPU_MAX_ATTACHED_GPUS];
	u32 excluded_gpu_ids[NV0000_CTRL_GPU_MAX_ATTACHED_GPUS];
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_probed_ids_params, 256);

struct nv0000_ctrl_gpu_attach_ids_params {
	u32 gpu_ids[NV0000_CTRL_GPU_MAX_ATTACHED_GPUS];
	u32 failed_id;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_attach_ids_params, 132);

/* GPU_ASYNC_ATTACH_ID, GPU_WAIT_ATTACH_ID */
struct nv0000_ctrl_gpu_attach_id_params {
	u32 gpu_id;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_attach_id_params, 4);

#define NV0000_CTRL_GPU_ID_INFO_IN_USE		BIT(0)
#define NV0000_CTRL_GPU_ID_INFO_MOBILE		BIT(2)
#define NV0000_CTRL_GPU_ID_INFO_BOOT_MASTER	BIT(3)

struct nv0000_ctrl_gpu_get_id_info_params {
	u32 gpu_id;
	u32 gpu_flags;
	u32 device_instance;
	u32 sub_device_instance;
	u64 sz_name;
	u32 sli_status;
	u32 board_id;
	u32 gpu_instance;
	s32 numa_id;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_id_info_params, 40);
NV_ABI_OFFSET(struct nv0000_ctrl_gpu_get_id_info_params, sli_status, 24);

struct nv0000_ctrl_gpu_get_id_info_v2_params {
	u32 gpu_id;
	u32 gpu_flags;
	u32 device_instance;
	u32 sub_device_instance;
	u32 sli_status;
	u32 board_id;
	u32 gpu_instance;
	s32 numa_id;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_id_info_v2_params, 32);

struct nv0000_ctrl_gpu_get_pci_info_params {
	u32 gpu_id;
	u32 domain;
	u16 bus;
	u16 slot;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_pci_info_params, 12);

#define NV_GPU_MAX_GID_LENGTH			256
#define NV_GPU_GID_FLAGS_FORMAT			GENMASK(1, 0)
#define NV_GPU_GID_FLAGS_FORMAT_BINARY		2
#define NV_GPU_GID_FLAGS_TYPE			BIT(2)	/* 0: SHA-1, the only one there is */

struct nv0000_ctrl_gpu_get_uuid_from_gpu_id_params {
	u32 gpu_id;
	u32 flags;
	char gpu_uuid[NV_GPU_MAX_GID_LENGTH];
	u32 uuid_str_len;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_uuid_from_gpu_id_params, 268);

struct nv0000_ctrl_gpu_query_drain_state_params {
	u32 gpu_id;
	u32 drain_state;		/* 0: not draining */
	u32 flags;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_query_drain_state_params, 12);

struct nv0000_ctrl_gpu_get_memop_enable_params {
	u32 enable_mask;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpu_get_memop_enable_params, 4);

struct nv0000_sync_gpu_boost_group_info_params {
	u32 group_count;
	u8 boost_groups[2240];
};
NV_ABI_SIZE(struct nv0000_sync_gpu_boost_group_info_params, 2244);

#define NV0000_CTRL_GPU_ACCOUNTING_STATE_ENABLED	0
#define NV0000_CTRL_GPU_ACCOUNTING_STATE_DISABLED	1

struct nv0000_ctrl_gpuacct_get_accounting_state_params {
	u32 gpu_id;
	u32 pid;
	u32 state;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpuacct_get_accounting_state_params, 12);

struct nv0000_ctrl_gpuacct_get_proc_accounting_info_params {
	u32 gpu_id;
	u32 pid;
	u32 sub_pid;
	u32 gpu_util;
	u32 fb_util;
	u32 pad;
	u64 max_fb_usage;
	u64 start_time;
	u64 end_time;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpuacct_get_proc_accounting_info_params, 48);

#define NV0000_GPUACCT_PID_MAX_COUNT	4000

struct nv0000_ctrl_gpuacct_get_accounting_pids_params {
	u32 gpu_id;
	u32 pid;
	u32 pid_tbl[NV0000_GPUACCT_PID_MAX_COUNT];
	u32 pid_count;
};
NV_ABI_SIZE(struct nv0000_ctrl_gpuacct_get_accounting_pids_params, 16012);

#define NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_SYSMEM	1
#define NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_VIDMEM	2
#define NV0000_CTRL_CLIENT_ADDR_SPACE_TYPE_REGMEM	3

struct nv0000_ctrl_client_get_addr_space_type_params {
	u32 h_object;
	u32 map_flags;
	u32 addr_space_type;
};
NV_ABI_SIZE(struct nv0000_ctrl_client_get_addr_space_type_params, 12);

/* Objects in files: ctrl0000unix.h of the release */
#define NV0000_CTRL_OS_UNIX_EXPORT_OBJECT_TYPE_RM	1
#define NV0000_CTRL_OS_UNIX_EXPORT_FLAGS_EMPTY_FD	BIT(0)
#define NV0000_OS_UNIX_EXPORT_OBJECT_FD_BUFFER_SIZE	64
#define NV0000_CTRL_OS_UNIX_EXPORT_MAX_OBJECTS		512
#define NV0000_CTRL_OS_UNIX_IMPORT_MAX_OBJECTS		128
#define NV0000_CTRL_OS_UNIX_NO_DEVICE			32
#define NV0000_CTRL_OS_UNIX_NO_GPU_INSTANCE		0xffffffff
#define NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_NONE	0
#define NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_VIDMEM	1
#define NV0000_CTRL_OS_UNIX_IMPORT_OBJECT_TYPE_SYSMEM	2

struct nv0000_ctrl_os_unix_export_object {
	u32 type;
	u32 h_device;
	u32 h_parent;
	u32 h_object;
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_export_object, 16);

struct nv0000_ctrl_os_unix_export_object_to_fd_params {
	struct nv0000_ctrl_os_unix_export_object object;
	s32 fd;
	u32 flags;
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_export_object_to_fd_params, 24);

struct nv0000_ctrl_os_unix_import_object_from_fd_params {
	s32 fd;
	struct nv0000_ctrl_os_unix_export_object object;
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_import_object_from_fd_params, 20);

struct nv0000_ctrl_os_unix_get_export_object_info_params {
	s32 fd;
	u32 device_instance;
	u32 gpu_instance_id;
	u16 max_objects;
	u8 metadata[NV0000_OS_UNIX_EXPORT_OBJECT_FD_BUFFER_SIZE];
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_get_export_object_info_params, 80);
NV_ABI_OFFSET(struct nv0000_ctrl_os_unix_get_export_object_info_params, metadata, 14);

struct nv0000_ctrl_os_unix_export_objects_to_fd_params {
	s32 fd;
	u32 h_device;
	u16 max_objects;
	u8 metadata[NV0000_OS_UNIX_EXPORT_OBJECT_FD_BUFFER_SIZE];
	u32 objects[NV0000_CTRL_OS_UNIX_EXPORT_MAX_OBJECTS];
	u16 num_objects;
	u16 index;
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_export_objects_to_fd_params, 2128);
NV_ABI_OFFSET(struct nv0000_ctrl_os_unix_export_objects_to_fd_params, objects, 76);

struct nv0000_ctrl_os_unix_import_objects_from_fd_params {
	s32 fd;
	u32 h_parent;
	u32 objects[NV0000_CTRL_OS_UNIX_IMPORT_MAX_OBJECTS];
	u8 object_types[NV0000_CTRL_OS_UNIX_IMPORT_MAX_OBJECTS];
	u16 num_objects;
	u16 index;
};
NV_ABI_SIZE(struct nv0000_ctrl_os_unix_import_objects_from_fd_params, 652);
NV_ABI_OFFSET(struct nv0000_ctrl_os_unix_import_objects_from_fd_params, num_objects, 648);

#endif
