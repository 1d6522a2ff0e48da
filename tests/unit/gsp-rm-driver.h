/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_GSP_RM_DRIVER_H
#define UNIT_GSP_RM_DRIVER_H

#include <unistd.h>

#include "gsp-rm.h"
#include "softgpu-model.h"

/*
 * The least driver that GSP-RM's stand-in talks to, by hand, so that it can lie:
 * libos arguments, shared block, both queues. Pages are strewn over guest memory.
 */

#define LOG_PTES	(GSP_LIBOS_LOG_SIZE / GSP_PAGE_SIZE)
#define MEM_PAGES	(MODEL_MEM_SIZE / GSP_PAGE_SIZE)

struct driver {
	struct model model;
	unsigned int pages;		/* handed out */
	u64 libos_args, rmargs;
	u64 log_page[3];
	u64 shm[GSP_SHM_PAGES];
	u32 tx_seq, rx_seq;
	u32 rx_read;
	struct gsp_fw_wpr_meta meta;
};

/* A message as it lies in the ring. */
struct wire {
	struct gsp_msgq_element element;
	struct gsp_rpc_header rpc;
	u8 payload[GSP_MSGQ_ELEM_MAX * GSP_MSGQ_ELEM_SIZE - 0x50];
};

/* 769 and the number of pages have no common divisor, so each page comes but once. */
static inline u64 driver_page(struct driver *d)
{
	return MODEL_MEM_ADDR + d->pages++ * 769ull % MEM_PAGES * GSP_PAGE_SIZE;
}

static inline void *driver_mem(struct driver *d, u64 addr)
{
	return d->model.mem + (addr - MODEL_MEM_ADDR);
}

/* A u32 of the shared block. */
static inline u32 *driver_shm(struct driver *d, u32 off)
{
	return driver_mem(d, d->shm[off / GSP_PAGE_SIZE] + off % GSP_PAGE_SIZE);
}

static inline u32 *driver_write_ptr(struct driver *d)
{
	return driver_shm(d, GSP_SHM_CMDQ_OFF + offsetof(struct gsp_msgq_tx_header, write_ptr));
}

static inline void driver_make_log(struct driver *d, struct gsp_libos_region *region, u64 id,
				   u64 *page)
{
	u64 *pte;

	*page = driver_page(d);
	pte = driver_mem(d, *page);
	pte[1] = *page;
	for (u32 i = 1; i < LOG_PTES; i++)
		pte[1 + i] = driver_page(d);
	*region = (struct gsp_libos_region) {
		id, *page, GSP_LIBOS_LOG_SIZE, GSP_LIBOS_REGION_CONTIGUOUS,
		GSP_LIBOS_REGION_LOC_SYSMEM, { 0 },
	};
}

static inline void driver_make_shm(struct driver *d)
{
	static const struct gsp_msgq_tx_header header = {
		.size = GSP_MSGQ_SIZE, .msg_size = GSP_MSGQ_ELEM_SIZE,
		.msg_count = GSP_MSGQ_ELEM_COUNT, .flags = GSP_MSGQ_FLAG_SWAP_RX,
		.rx_hdr_off = GSP_MSGQ_RX_OFF, .entry_off = GSP_MSGQ_ENTRY_OFF,
	};

	for (u32 i = 0; i < GSP_SHM_PAGES; i++)
		d->shm[i] = driver_page(d);
	memcpy(driver_mem(d, d->shm[0]), d->shm, sizeof(d->shm));
	memcpy(driver_shm(d, GSP_SHM_CMDQ_OFF), &header, sizeof(header));
}

static inline void driver_make_meta(struct driver *d)
{
	const u64 fb = d->model.gpu->vram_size;

	d->meta = (struct gsp_fw_wpr_meta) {
		.magic = GSP_FW_WPR_META_MAGIC, .revision = GSP_FW_WPR_META_REVISION,
		.size_of_radix3_elf = 1 << 20, .size_of_bootloader = 0x8000,
		.gsp_fw_rsvd_start = fb - (136 << 20), .non_wpr_heap_offset = fb - (136 << 20),
		.non_wpr_heap_size = 1 << 20, .gsp_fw_wpr_start = fb - (135 << 20),
		.gsp_fw_heap_offset = fb - (134 << 20), .gsp_fw_heap_size = 128 << 20,
		.gsp_fw_offset = fb - (5 << 20), .boot_bin_offset = fb - (2 << 20) - 0x10000,
		.frts_offset = fb - (2 << 20), .frts_size = 1 << 20,
		.gsp_fw_wpr_end = fb - (1 << 20), .fb_size = fb,
		.vga_workspace_offset = fb - (1 << 20), .vga_workspace_size = 1 << 20,
		.verified = GSP_FW_WPR_META_VERIFIED,
	};
	sg_mmu_place_roots(d->model.gpu, d->meta.non_wpr_heap_offset, d->meta.non_wpr_heap_size);
}

/* Everything a driver prepares but the queued messages. */
static inline void driver_open_config(struct driver *d, struct softgpu_config config)
{
	struct gsp_libos_region *region;
	struct gsp_arguments_cached *args;

	*d = (struct driver) { .model.threaded = d->model.threaded };
	model_open_config(&d->model, config);
	driver_make_meta(d);
	d->libos_args = driver_page(d);
	region = driver_mem(d, d->libos_args);
	driver_make_log(d, &region[0], GSP_LIBOS_ID_LOGINIT, &d->log_page[0]);
	driver_make_log(d, &region[1], GSP_LIBOS_ID_LOGINTR, &d->log_page[1]);
	driver_make_log(d, &region[2], GSP_LIBOS_ID_LOGRM, &d->log_page[2]);
	d->rmargs = driver_page(d);
	region[3] = (struct gsp_libos_region) {
		GSP_LIBOS_ID_RMARGS, d->rmargs, GSP_PAGE_SIZE, GSP_LIBOS_REGION_CONTIGUOUS,
		GSP_LIBOS_REGION_LOC_SYSMEM, { 0 },
	};
	driver_make_shm(d);
	args = driver_mem(d, d->rmargs);
	args->shared_mem_phys_addr = d->shm[0];
	args->page_table_entry_count = GSP_SHM_PAGES;
	args->cmd_queue_offset = GSP_SHM_CMDQ_OFF;
	args->stat_queue_offset = GSP_SHM_STATQ_OFF;
}

static inline void driver_open(struct driver *d)
{
	driver_open_config(d, (struct softgpu_config)SOFTGPU_DEFAULT_CONFIG);
}

static inline void driver_close(struct driver *d)
{
	model_close(&d->model);
}

static inline u32 wire_checksum(const struct wire *wire)
{
	const u64 *word = (const u64 *)wire;
	u64 sum = 0;

	for (u32 i = 0; i < (sizeof(wire->element) + wire->rpc.length + 7) / 8; i++)
		sum ^= word[i];
	return (u32)(sum >> 32) ^ (u32)sum;
}

static inline void wire_seal(struct wire *wire)
{
	wire->element.checksum = 0;
	wire->element.checksum = wire_checksum(wire);
}

static inline void driver_compose(struct driver *d, struct wire *wire, u32 function,
				  const void *payload, u32 length)
{
	memset(wire, 0, sizeof(*wire));
	wire->rpc = (struct gsp_rpc_header) {
		GSP_RPC_HEADER_VERSION, GSP_RPC_SIGNATURE, sizeof(wire->rpc) + length, function,
		GSP_RPC_PENDING, GSP_RPC_PENDING, 0, 0,
	};
	if (payload)
		memcpy(wire->payload, payload, length);
	wire->element.seq_num = d->tx_seq;
	wire->element.elem_count = (0x50 + length + GSP_MSGQ_ELEM_SIZE - 1) / GSP_MSGQ_ELEM_SIZE;
	wire_seal(wire);
}

/* A stand-in with a thread gets two seconds to make room; one without has done so. */
static inline void driver_wait_for_room(struct driver *d, u32 elements)
{
	const u32 *read_ptr = driver_shm(d, GSP_SHM_STATQ_OFF + GSP_MSGQ_RX_OFF);
	u32 room = 0;

	for (int i = 0; d->model.threaded && room < elements && i < 2000; i++) {
		room = (__atomic_load_n(read_ptr, __ATOMIC_ACQUIRE) + 2 * GSP_MSGQ_ELEM_COUNT -
			*driver_write_ptr(d) - 1) % GSP_MSGQ_ELEM_COUNT;
		if (room < elements)
			usleep(1000);
	}
}

/* Whatever @wire says of itself, @elements go into the ring. */
static inline void driver_push(struct driver *d, const struct wire *wire, u32 elements)
{
	u32 *write_ptr = driver_write_ptr(d);

	driver_wait_for_room(d, elements);
	for (u32 i = 0; i < elements; i++) {
		u32 index = (*write_ptr + i) % GSP_MSGQ_ELEM_COUNT;

		memcpy(driver_shm(d, GSP_SHM_CMDQ_OFF + GSP_MSGQ_ENTRY_OFF +
				  index * GSP_MSGQ_ELEM_SIZE),
		       (const u8 *)wire + i * GSP_MSGQ_ELEM_SIZE, GSP_MSGQ_ELEM_SIZE);
	}
	__atomic_store_n(write_ptr, (*write_ptr + elements) % GSP_MSGQ_ELEM_COUNT,
			 __ATOMIC_RELEASE);
	d->tx_seq++;
}

static inline void driver_ring(struct driver *d)
{
	wr(&d->model, NV_PGSP_BASE + NV_PGSP_QUEUE_HEAD(0), 0);
}

static inline void driver_queue(struct driver *d, u32 function, const void *payload, u32 length)
{
	static struct wire wire;

	driver_compose(d, &wire, function, payload, length);
	driver_push(d, &wire, wire.element.elem_count);
}

/* A payload of any length: continuation records carry what the first does not. */
static inline void driver_send(struct driver *d, u32 function, const void *payload, u32 length)
{
	const u32 most = GSP_MSGQ_MAX_RPC - sizeof(struct gsp_rpc_header);
	u32 done = 0, part;

	do {
		part = length - done < most ? length - done : most;
		driver_queue(d, done ? GSP_RPC_CONTINUATION_RECORD : function,
			     (const u8 *)payload + done, part);
		done += part;
		driver_ring(d);
	} while (done < length);
}

/* How far the stand-in has written; one with a thread gets two seconds to write anything. */
static inline u32 driver_status_write_ptr(struct driver *d)
{
	const u32 *write_ptr = driver_shm(d, GSP_SHM_STATQ_OFF +
					  offsetof(struct gsp_msgq_tx_header, write_ptr));
	u32 index = __atomic_load_n(write_ptr, __ATOMIC_ACQUIRE);

	for (int i = 0; d->model.threaded && index == d->rx_read && i < 2000; i++) {
		usleep(1000);
		index = __atomic_load_n(write_ptr, __ATOMIC_ACQUIRE);
	}
	return index;
}

/* The next message, unchecked; false if there is none. */
static inline bool driver_receive_raw(struct driver *d, struct wire *wire)
{
	u32 write_ptr = driver_status_write_ptr(d), count = 1;

	EXPECT(write_ptr < GSP_MSGQ_ELEM_COUNT);
	if (write_ptr == d->rx_read)
		return false;
	for (u32 i = 0; i < count; i++) {
		EXPECT(d->rx_read != write_ptr);
		memcpy((u8 *)wire + i * GSP_MSGQ_ELEM_SIZE,
		       driver_shm(d, GSP_SHM_STATQ_OFF + GSP_MSGQ_ENTRY_OFF +
				  d->rx_read * GSP_MSGQ_ELEM_SIZE), GSP_MSGQ_ELEM_SIZE);
		count = wire->element.elem_count;
		EXPECT(count >= 1 && count <= GSP_MSGQ_ELEM_MAX);
		d->rx_read = (d->rx_read + 1) % GSP_MSGQ_ELEM_COUNT;
	}
	*driver_shm(d, GSP_SHM_CMDQ_OFF + GSP_MSGQ_RX_OFF) = d->rx_read;
	return true;
}

static inline bool driver_receive(struct driver *d, struct wire *wire)
{
	if (!driver_receive_raw(d, wire))
		return false;
	EXPECT_EQ(wire->rpc.header_version, GSP_RPC_HEADER_VERSION);
	EXPECT_EQ(wire->rpc.signature, GSP_RPC_SIGNATURE);
	EXPECT(wire->rpc.length >= sizeof(wire->rpc) && wire->rpc.length <= GSP_MSGQ_MAX_RPC);
	EXPECT_EQ(wire_checksum(wire), 0);
	EXPECT_EQ(wire->element.seq_num, d->rx_seq++);
	return true;
}

/* The reply's result; its payload over @payload, which it must fill unless it is shorter. */
static inline u32 driver_call(struct driver *d, u32 function, void *payload, u32 length)
{
	static struct wire wire;
	u32 done = 0, part, result;

	driver_send(d, function, payload, length);
	do {
		EXPECT(driver_receive(d, &wire));
		EXPECT_EQ(wire.rpc.function, done ? GSP_RPC_CONTINUATION_RECORD : function);
		part = wire.rpc.length - sizeof(wire.rpc);
		EXPECT(part <= length - done);
		if (part)
			memcpy((u8 *)payload + done, wire.payload, part);
		result = wire.rpc.rpc_result;
		done += part;
		driver_ring(d);
	} while (done < length && part + sizeof(wire.rpc) == GSP_MSGQ_MAX_RPC);
	return result;
}

static inline u32 driver_control(struct driver *d, u32 h_client, u32 h_object, u32 cmd,
				 void *params, u32 size)
{
	struct gsp_rpc_rm_control *args = calloc(1, sizeof(*args) + size);
	u32 result, status;

	EXPECT(args);
	*args = (struct gsp_rpc_rm_control) {
		.h_client = h_client, .h_object = h_object, .cmd = cmd,
		.status = GSP_RPC_PENDING, .params_size = size,
	};
	if (size)
		memcpy(args->params, params, size);
	result = driver_call(d, GSP_RPC_GSP_RM_CONTROL, args, sizeof(*args) + size);
	if (size)
		memcpy(params, args->params, size);
	status = args->status;
	free(args);
	return result ? result : status;
}

static inline u32 driver_internal(struct driver *d, u32 cmd, void *params, u32 size)
{
	return driver_control(d, GSP_INTERNAL_CLIENT, GSP_INTERNAL_SUBDEVICE, cmd, params, size);
}

static inline u32 driver_alloc_params(struct driver *d, u32 h_client, u32 h_parent, u32 h_object,
				      u32 h_class, const void *params, u32 size)
{
	struct gsp_rpc_rm_alloc *args = calloc(1, sizeof(*args) + size);
	u32 result;

	EXPECT(args);
	*args = (struct gsp_rpc_rm_alloc) {
		.h_client = h_client, .h_parent = h_parent, .h_object = h_object,
		.h_class = h_class, .params_size = size,
	};
	memcpy(args->params, params, size);
	result = driver_call(d, GSP_RPC_GSP_RM_ALLOC, args, sizeof(*args) + size);
	EXPECT_EQ(args->status, result);
	free(args);
	return result;
}

static inline u32 driver_alloc(struct driver *d, u32 h_client, u32 h_parent, u32 h_object,
			       u32 h_class)
{
	struct gsp_rpc_rm_alloc args = {
		.h_client = h_client, .h_parent = h_parent, .h_object = h_object,
		.h_class = h_class,
	};
	u32 result = driver_call(d, GSP_RPC_GSP_RM_ALLOC, &args, sizeof(args));

	EXPECT_EQ(args.status, result);
	return result;
}

static inline u32 driver_free(struct driver *d, u32 h_client, u32 h_object)
{
	struct gsp_rpc_free args = { .h_root = h_client, .h_object = h_object };

	return driver_call(d, GSP_RPC_FREE, &args, sizeof(args));
}

static inline void driver_queue_system_info(struct driver *d)
{
	const struct gsp_system_info info = {
		.pci_config_mirror_base = 0x88000, .pci_config_mirror_size = 0x1000,
	};

	driver_queue(d, GSP_RPC_GSP_SET_SYSTEM_INFO, &info, sizeof(info));
}

static inline void driver_queue_registry(struct driver *d)
{
	const struct gsp_registry_table table = { .size = sizeof(table) };

	driver_queue(d, GSP_RPC_SET_REGISTRY, &table, sizeof(table));
}

static inline bool driver_start(struct driver *d)
{
	bool started;

	softgpu_lock(d->model.gpu);
	started = sg_gsp_rm_start(d->model.gpu, d->libos_args, &d->meta);
	softgpu_unlock(d->model.gpu);
	return started;
}

/* From nothing to GSP_INIT_DONE. */
static inline void driver_boot_config(struct driver *d, struct softgpu_config config)
{
	static struct wire wire;

	driver_open_config(d, config);
	driver_queue_system_info(d);
	driver_queue_registry(d);
	EXPECT(driver_start(d));
	EXPECT(driver_receive(d, &wire));
	EXPECT_EQ(wire.rpc.function, GSP_EVENT_INIT_DONE);
	EXPECT_EQ(wire.rpc.rpc_result, 0);
}

static inline void driver_boot(struct driver *d)
{
	driver_boot_config(d, (struct softgpu_config)SOFTGPU_DEFAULT_CONFIG);
}

#endif
