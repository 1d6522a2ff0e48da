/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_GSP_RPC_H
#define NV_ABI_GSP_RPC_H

#include <linux/bits.h>

#include "abi/abi.h"
#include "abi/gsp-queue.h"

/* Source: open-gpu-kernel-modules 550.163.01, rpc_global_enums.h, g_rpc-structures.h. */

#define GSP_RPC_HEADER_VERSION	0x03000000
#define GSP_RPC_SIGNATURE	0x43505256	/* "VRPC" read as little endian */
#define GSP_RPC_PENDING		0xffffffff	/* rpc_result of a request */

#define GSP_VGX_MAJOR		0x25		/* select the struct versions of 550 */
#define GSP_VGX_MINOR		0x1b

/* Results that GSP-RM gives for the RPC itself, above the NV_STATUS range. */
#define GSP_RPC_UNKNOWN_FUNCTION	0xff100001
#define GSP_RPC_INVALID_HANDLE		0xff100003
#define GSP_RPC_CONTROL_NOT_SUPPORTED	0xff100009
#define GSP_RPC_RESULT_VGPU_BASE	0xff000000

enum gsp_rpc_function {
	GSP_RPC_NOP			= 0,
	GSP_RPC_SET_GUEST_SYSTEM_INFO	= 1,
	GSP_RPC_ALLOC_MEMORY		= 4,
	GSP_RPC_FREE			= 10,
	GSP_RPC_DUP_OBJECT		= 21,
	GSP_RPC_UNLOADING_GUEST_DRIVER	= 47,
	GSP_RPC_SET_PAGE_DIRECTORY	= 54,
	GSP_RPC_SET_GUEST_SYSTEM_INFO_EXT = 64,
	GSP_RPC_GET_GSP_STATIC_INFO	= 65,
	GSP_RPC_UPDATE_BAR_PDE		= 70,
	GSP_RPC_CONTINUATION_RECORD	= 71,
	GSP_RPC_GSP_SET_SYSTEM_INFO	= 72,
	GSP_RPC_SET_REGISTRY		= 73,
	GSP_RPC_GSP_RM_CONTROL		= 76,
	GSP_RPC_UNSET_PAGE_DIRECTORY	= 79,
	GSP_RPC_GSP_RM_ALLOC		= 103,

	GSP_EVENT_FIRST			= 0x1000,
	GSP_EVENT_INIT_DONE		= 0x1001,
	GSP_EVENT_RUN_CPU_SEQUENCER	= 0x1002,
	GSP_EVENT_POST_EVENT		= 0x1003,
	GSP_EVENT_RC_TRIGGERED		= 0x1004,
	GSP_EVENT_MMU_FAULT_QUEUED	= 0x1005,
	GSP_EVENT_OS_ERROR_LOG		= 0x1006,
	GSP_EVENT_UCODE_LIBOS_PRINT	= 0x100c,
	GSP_EVENT_LOCKDOWN_NOTICE	= 0x101c,
	GSP_EVENT_POST_NOCAT_RECORD	= 0x1020,
};

/**
 * struct gsp_rpc_header - head of every RPC and event
 * @header_version: GSP_RPC_HEADER_VERSION
 * @signature: GSP_RPC_SIGNATURE
 * @length: bytes from the start of this header
 * @function: enum gsp_rpc_function; a reply repeats the request's
 * @rpc_result: GSP_RPC_PENDING in a request, NV_STATUS in a reply
 * @rpc_result_private: likewise; only SET_GUEST_SYSTEM_INFO's is looked at
 * @sequence: zero in this release (the queue element has the one that counts)
 * @spare: zero
 */
struct gsp_rpc_header {
	u32 header_version;
	u32 signature;
	u32 length;
	u32 function;
	u32 rpc_result;
	u32 rpc_result_private;
	u32 sequence;
	u32 spare;
};
NV_ABI_SIZE(struct gsp_rpc_header, 32);

/* Longer payloads go on in CONTINUATION_RECORD messages, each with a header of its own. */
#define GSP_RPC_PAYLOAD_MAX	(GSP_MSGQ_MAX_RPC - (u32)sizeof(struct gsp_rpc_header))

/**
 * struct gsp_rpc_rm_alloc - GSP_RM_ALLOC
 *
 * The release's own driver leaves @params out of header.length although they
 * follow in the same 4 KiB element: read them from the element, not by length.
 * A length that covers them passes the checksum just as well and is what OpenNV sends.
 */
struct gsp_rpc_rm_alloc {
	u32 h_client;
	u32 h_parent;
	u32 h_object;
	u32 h_class;
	u32 status;
	u32 params_size;
	u32 flags;
	u32 reserved;
	u8 params[];
};
NV_ABI_SIZE(struct gsp_rpc_rm_alloc, 32);

struct gsp_rpc_rm_control {
	u32 h_client;
	u32 h_object;
	u32 cmd;
	u32 status;
	u32 params_size;
	u32 flags;
	u8 params[];
};
NV_ABI_SIZE(struct gsp_rpc_rm_control, 24);

struct gsp_rpc_free {
	u32 h_root;
	u32 h_parent;
	u32 h_object;
	u32 status;
};
NV_ABI_SIZE(struct gsp_rpc_free, 16);

struct gsp_rpc_dup_object {
	u32 h_client;
	u32 h_parent;
	u32 h_object;
	u32 h_client_src;
	u32 h_object_src;
	u32 flags;
	u32 status;
};
NV_ABI_SIZE(struct gsp_rpc_dup_object, 28);

struct gsp_rpc_unloading_guest_driver {
	u8 in_pm_transition;
	u8 gc6_entering;
	u8 pad[2];
	u32 new_level;
};
NV_ABI_SIZE(struct gsp_rpc_unloading_guest_driver, 8);

struct gsp_rpc_update_bar_pde {
	u32 bar_type;			/* 0 BAR1, 1 BAR2 */
	u32 pad;
	u64 entry_value;
	u64 entry_level_shift;
};
NV_ABI_SIZE(struct gsp_rpc_update_bar_pde, 24);

/**
 * struct gsp_rpc_alloc_memory - ALLOC_MEMORY: memory as a list of 4 KiB pages
 * @h_class: NV01_MEMORY_LIST_SYSTEM or NV01_MEMORY_LIST_FBMEM
 * @pte_adjust: offset of the memory in its first page
 * @pte_desc: 1:0 form of the list (0: @pte), 31:16 its length, again
 * @pte: DMA address or address in video memory >> 12
 */
struct gsp_rpc_alloc_memory {
	u32 h_client;
	u32 h_device;
	u32 h_memory;
	u32 h_class;
	u32 flags;
	u32 pte_adjust;
	u32 format;
	u32 pad0;
	u64 length;
	u32 page_count;
	u32 pad1;
	u32 pte_desc;
	u32 pad2;
	u64 pte[];
};
NV_ABI_SIZE(struct gsp_rpc_alloc_memory, 0x38);
NV_ABI_OFFSET(struct gsp_rpc_alloc_memory, pte_desc, 0x30);
#define GSP_RPC_ALLOC_MEMORY_PTES_MAX	0xffff

struct gsp_rpc_set_guest_system_info {
	u32 vgx_major;
	u32 vgx_minor;
	u32 driver_version_len;
	u32 version_len;
	u32 title_len;
	u32 cl_num;
	char driver_version[256];
	char version[256];
	char title[256];
};
NV_ABI_SIZE(struct gsp_rpc_set_guest_system_info, 0x318);
NV_ABI_OFFSET(struct gsp_rpc_set_guest_system_info, driver_version, 0x18);

/* SET_REGISTRY: the table, then names at name_offset from its start. */
#define GSP_REGISTRY_TYPE_DWORD		1
#define GSP_REGISTRY_TYPE_BINARY	2
#define GSP_REGISTRY_TYPE_STRING	3

struct gsp_registry_entry {
	u32 name_offset;
	u8 type;
	u8 pad[3];
	u32 data;
	u32 length;
};
NV_ABI_SIZE(struct gsp_registry_entry, 16);

struct gsp_registry_table {
	u32 size;
	u32 num_entries;
	struct gsp_registry_entry entries[];
};
NV_ABI_SIZE(struct gsp_registry_table, 8);

/* Events */

struct gsp_event_post_event {
	u32 h_client;
	u32 h_event;
	u32 notify_index;
	u32 data;
	u16 info16;
	u16 pad;
	u32 status;
	u32 event_data_size;
	u8 notify_list;
	u8 event_data[];
};
NV_ABI_OFFSET(struct gsp_event_post_event, status, 0x14);
NV_ABI_OFFSET(struct gsp_event_post_event, event_data, 0x1d);

struct gsp_event_os_error_log {
	u32 except_type;		/* the Xid number */
	u32 runlist_id;
	u32 chid;
	char string[256];
};
NV_ABI_SIZE(struct gsp_event_os_error_log, 0x10c);

struct gsp_event_rc_triggered {
	u32 engine_type;
	u32 chid;
	u32 gfid;
	u32 except_type;
	u32 scope;
	u16 partition_attribution_id;
	u16 pad;
	u32 rc_journal_buffer_size;
};
NV_ABI_SIZE(struct gsp_event_rc_triggered, 0x1c);

/* RUN_CPU_SEQUENCER: a program of register accesses that GSP asks the CPU to run. */
enum gsp_seq_opcode {
	GSP_SEQ_REG_WRITE,		/* addr, value */
	GSP_SEQ_REG_MODIFY,		/* addr, mask, value */
	GSP_SEQ_REG_POLL,		/* addr, mask, value, timeout, error */
	GSP_SEQ_DELAY_US,		/* us */
	GSP_SEQ_REG_STORE,		/* addr, index */
	GSP_SEQ_CORE_RESET,
	GSP_SEQ_CORE_START,
	GSP_SEQ_CORE_WAIT_FOR_HALT,
	GSP_SEQ_CORE_RESUME,
};

struct gsp_event_run_cpu_sequencer {
	u32 buffer_size_dwords;
	u32 cmd_index;			/* dwords used */
	u32 reg_save_area[8];
	u32 command_buffer[];
};
NV_ABI_SIZE(struct gsp_event_run_cpu_sequencer, 0x28);

/* SET_PAGE_DIRECTORY, UNSET_PAGE_DIRECTORY: the root of an address space that is owned elsewhere */
#define GSP_PAGE_DIRECTORY_APERTURE	GENMASK(1, 0)
#define  GSP_PAGE_DIRECTORY_VIDMEM	0
#define  GSP_PAGE_DIRECTORY_SYSMEM_COH	1
#define GSP_PAGE_DIRECTORY_ALL_CHANNELS	BIT(3)

struct gsp_set_page_directory {
	u32 h_client;
	u32 h_device;
	u32 pasid;
	u32 pad;
	u64 phys_address;
	u32 num_entries;
	u32 flags;
	u32 h_vaspace;
	u32 ch_id;
	u32 sub_device_id;
	u32 params_pasid;
};
NV_ABI_SIZE(struct gsp_set_page_directory, 48);

struct gsp_unset_page_directory {
	u32 h_client;
	u32 h_device;
	u32 h_vaspace;
	u32 sub_device_id;
};
NV_ABI_SIZE(struct gsp_unset_page_directory, 16);

#endif
