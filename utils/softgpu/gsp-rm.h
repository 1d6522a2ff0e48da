/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_GSP_RM_H
#define SOFTGPU_GSP_RM_H

#include <string.h>

#include <linux/list.h>

#include "softgpu-priv.h"

#include "abi/nv-status.h"

/**
 * DOC: the stand-in for GSP-RM
 *
 * It does what the firmware of release 550.163.01 does at its two message queues, as
 * far as a driver can see, and nothing of what the firmware does to the chip's own
 * engines: what depends on an engine that the model lacks is refused.
 *
 * What the driver wrote is trusted nowhere. A message whose form is wrong (checksum,
 * sequence, lengths of the transport) stops the stand-in for good, as it would stop
 * the firmware: one log line names the field, then nothing is answered. A message
 * whose content is wrong gets an error as its reply.
 */

/* Most bytes of an RPC's payload with all its continuation records: 8 GiB as a list of pages. */
#define GSP_PAYLOAD_MAX		(17u << 20)

/* Video memory at offset 0 that GSP-RM keeps for itself. */
#define GSP_LOW_RESERVED	(2u << 20)

/**
 * struct gsp_queue - GSP's end of the two message queues
 * @page: DMA address of each page of the shared block
 * @read_ptr: next element of the command queue
 * @rx_seq: sequence number expected in it
 * @write_ptr: next element of the status queue
 * @tx_seq: sequence number of the next message sent
 * @waiting: struct gsp_outgoing that the status queue has no room for
 * @nr_waiting: how many
 * @in: the message received last
 */
struct gsp_queue {
	u64 page[GSP_SHM_PAGES];
	u32 read_ptr;
	u32 rx_seq;
	u32 write_ptr;
	u32 tx_seq;
	struct list_head waiting;
	unsigned int nr_waiting;
	u8 in[GSP_MSGQ_ELEM_MAX * GSP_MSGQ_ELEM_SIZE];
};

/**
 * struct gsp_record - one message of a queue, pointing into gsp_queue.in
 * @function: enum gsp_rpc_function
 * @length: payload bytes that the RPC header claims
 * @room: payload bytes that the message's elements hold; never less than @length
 * @payload: what follows the RPC header
 */
struct gsp_record {
	u32 function;
	u32 length;
	u32 room;
	const u8 *payload;
};

/**
 * struct gsp_message - an RPC with all its records; @payload becomes the reply
 * @function: enum gsp_rpc_function
 * @length: payload bytes received, later to be sent
 * @room: bytes at @payload
 * @want: bytes that the payload's own fields announce, while records are still to come
 * @payload: allocated
 */
struct gsp_message {
	u32 function;
	u32 length;
	u32 room;
	u32 want;
	u8 *payload;
};

/**
 * struct gsp_pages - @length bytes from @offset of the first page on
 * @page: frame numbers
 */
struct gsp_pages {
	u64 nr;
	u64 *page;
	u32 offset;
	u64 length;
};

/* What an object is, for those who care; also what may be its parent (a mask). */
enum gsp_object_kind {
	GSP_KIND_CLIENT		= 1 << 0,
	GSP_KIND_DEVICE		= 1 << 1,
	GSP_KIND_SUBDEVICE	= 1 << 2,
	GSP_KIND_VASPACE	= 1 << 3,
	GSP_KIND_CHANNEL_GROUP	= 1 << 4,
	GSP_KIND_CHANNEL	= 1 << 5,
	GSP_KIND_MEMORY		= 1 << 6,
	GSP_KIND_EVENT		= 1 << 7,
	GSP_KIND_OTHER		= 1 << 8,
	GSP_KIND_ANY		= (1 << 9) - 1,
};

/**
 * struct gsp_vas - a GPU virtual address space, which objects and channels share
 * @refs: how many do
 * @page_dir: root page directory; 0 if none was set
 * @sysmem: it is in system memory
 * @faulting: engines wait for pages that are missing
 * @saved: its number while gsp-state.c writes
 */
struct gsp_vas {
	unsigned int refs;
	u64 page_dir;
	bool sysmem;
	bool faulting;
	u32 saved;
};

/**
 * struct gsp_object - a node of a client's tree
 * @link: in gsp_client.objects
 * @handle: unique within the client
 * @parent: NULL for the client's own object
 * @class: as allocated
 * @kind: one of enum gsp_object_kind
 * @params: allocation parameters, @params_size bytes
 * @pages: of a memory list
 * @vas: what a VA space is, and its duplicates; of a device, its default one; or NULL
 * @channel: what a channel executes, or NULL
 * @context: what the graphics engine knows of a channel or a group, or NULL
 */
struct gsp_object {
	struct list_head link;
	u32 handle;
	struct gsp_object *parent;
	u32 class;
	u32 kind;
	u32 params_size;
	u8 *params;
	struct gsp_pages pages;
	struct gsp_vas *vas;
	struct sg_channel *channel;
	struct sg_context *context;
};

/** struct gsp_client - a client and, in the order they were made, all its objects */
struct gsp_client {
	struct list_head link;
	u32 handle;
	unsigned int nr_objects;
	struct list_head objects;
};

/** struct gsp_registry_key - an entry of SET_REGISTRY */
struct gsp_registry_key {
	struct list_head link;
	u8 type;
	u32 dword;
	char name[];
};

/* Handles of the client that GSP-RM makes for the driver. */
#define GSP_INTERNAL_CLIENT	0xc2000006
#define GSP_INTERNAL_DEVICE	0xabcd0080
#define GSP_INTERNAL_SUBDEVICE	0xabcd2080

enum gsp_rm_state {
	GSP_RM_BOOTING,			/* takes the two messages that precede INIT_DONE */
	GSP_RM_RUNNING,
	GSP_RM_UNLOADED,		/* the driver said goodbye: only the reply is still to go */
	GSP_RM_HALTED,			/* and the mailbox says so */
	GSP_RM_DEAD,			/* by a fault or by what the driver sent */
};

/**
 * struct gsp_fbsr - video memory that GSP-RM saves while it unloads and puts back at the resume
 * @type: NV_FBSR_TYPE_*, 0 if nothing is to be saved
 * @announced: pieces that FBSR_INIT spoke of
 * @buffer: where to, in system memory
 * @pieces: struct gsp_fbsr_piece
 */
struct gsp_fbsr {
	u32 type;
	u32 announced;
	u32 nr_pieces;
	struct gsp_pages buffer;
	struct list_head pieces;
};

/** struct gsp_fbsr_piece - @size bytes at @vid_offset of @vidmem go to @sys_offset */
struct gsp_fbsr_piece {
	struct list_head link;
	struct gsp_pages vidmem;
	u64 vid_offset, sys_offset, size;
};

#define GSP_RINGS		2	/* as enum sg_ring */
#define GSP_RING_PAGES_MAX	256

/** struct gsp_ring - what the driver gave for faults or access counters; @size 0 is nothing */
struct gsp_ring {
	u32 size;
	u64 page[GSP_RING_PAGES_MAX];
};

/*
 * What is added here and is to outlive a suspend has to be added to gsp-state.c, too: at the
 * resume a new one is filled from what lay in WPR2, and nothing else.
 */
struct softgpu_gsp_rm {
	struct softgpu *gpu;
	enum gsp_rm_state state;
	struct gsp_fw_wpr_meta meta;
	u64 rmargs;
	struct gsp_queue queue;
	struct gsp_message *partial;	/* its continuation records are awaited */
	bool waits_for_room;
	bool have_system_info;
	bool have_registry;
	struct gsp_system_info system_info;
	struct list_head registry;
	struct list_head clients;
	u64 user_shared_data;
	struct gsp_fbsr fbsr;
	bool suspending;
	bool resuming;
	bool users_stopped;		/* their channels */
	u64 polled_data;		/* sections of it that somebody reads */
	struct gsp_ring ring[GSP_RINGS];
	bool golden_image;		/* of which every graphics context begins as a copy */
};

/** sg_rm_die() - fall silent for good; the line says which field was wrong */
__attribute__((format(printf, 2, 3)))
void sg_rm_die(struct softgpu_gsp_rm *rm, const char *fmt, ...);

/* gsp-rm.c */

/** sg_gsp_rm_new() - one that knows nothing yet; NULL without memory */
struct softgpu_gsp_rm *sg_gsp_rm_new(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta);
/** sg_rmargs_read() - RMARGS but for what says whether it is a resume; false with a log line */
bool sg_rmargs_read(struct softgpu *gpu, u64 addr, struct gsp_arguments_cached *args);
/** sg_want() - @have is @want, or false with a log line */
bool sg_want(struct softgpu *gpu, const char *field, u64 have, u64 want);
/** sg_gsp_rm_announce() - send INIT_DONE as soon as this access is over */
void sg_gsp_rm_announce(struct softgpu *gpu);

/* gsp-queue.c */

/** sg_queue_attach() - find and check the driver's queue, make ours; false with a log line */
bool sg_queue_attach(struct softgpu_gsp_rm *rm, const struct gsp_arguments_cached *args);
/** sg_queue_receive() - next message; false if there is none or it killed the stand-in */
bool sg_queue_receive(struct softgpu_gsp_rm *rm, struct gsp_record *record);
/**
 * sg_queue_send() - send an RPC, in several records if it must
 *
 * Goes out at once or, in order, as the driver makes room.
 */
void sg_queue_send(struct softgpu_gsp_rm *rm, u32 function, u32 result, const void *payload,
		   u32 length);
/** sg_queue_flush() - send what waits for room; true if nothing waits any more */
bool sg_queue_flush(struct softgpu_gsp_rm *rm);
void sg_queue_free(struct softgpu_gsp_rm *rm);

/* gsp-fbsr.c */

/** sg_pages_valid() - is what @pages says of itself true? Their addresses are not looked at */
bool sg_pages_valid(const struct gsp_pages *pages);
/** sg_fbsr_piece_fits() - does it lie inside its own memory and inside the buffer? */
bool sg_fbsr_piece_fits(const struct gsp_fbsr *fbsr, const struct gsp_fbsr_piece *piece);
/** sg_fbsr_save() - do the copies that were announced; NV_STATUS */
u32 sg_fbsr_save(struct softgpu_gsp_rm *rm);
/** sg_fbsr_restore() - the other way; false with a log line */
bool sg_fbsr_restore(struct softgpu_gsp_rm *rm);
/** sg_fbsr_free() - nothing is to be saved any more */
void sg_fbsr_free(struct softgpu_gsp_rm *rm);

/* gsp-power.c */

/** sg_gsp_rm_suspend() - UNLOADING_GUEST_DRIVER in a power transition; NV_STATUS */
u32 sg_gsp_rm_suspend(struct softgpu_gsp_rm *rm, const struct gsp_rpc_unloading_guest_driver *args);
/** sg_gsp_rm_stop_users() - no user's channel runs until it is undone */
void sg_gsp_rm_stop_users(struct softgpu_gsp_rm *rm, bool stop);
/** sg_gsp_rm_halt() - the reply is out: leave the state in WPR2 and say so in the mailbox */
void sg_gsp_rm_halt(struct softgpu_gsp_rm *rm);

/* gsp-state.c */

/** sg_state_save() - all that the stand-in knows as bytes, to be freed; NULL without memory */
u8 *sg_state_save(struct softgpu_gsp_rm *rm, u64 *size);
/** sg_state_load() - fill a new stand-in; false with a log line if they make no sense */
bool sg_state_load(struct softgpu_gsp_rm *rm, const u8 *state, u64 size);

/* gsp-rpc.c */

/** sg_rpc_handle() - take one record: answer its RPC or keep it until the rest is there */
void sg_rpc_handle(struct softgpu_gsp_rm *rm, const struct gsp_record *record);
/** sg_message_resize() - give @msg @length bytes, new ones zero; false without memory */
bool sg_message_resize(struct gsp_message *msg, u32 length);
void sg_message_free(struct gsp_message *msg);

/* gsp-registry.c */

/** sg_registry_parse() - keep the entries of SET_REGISTRY; false and dead if it lies */
bool sg_registry_parse(struct softgpu_gsp_rm *rm, const void *table, u32 length);
/** sg_registry_dword() - value of a DWORD key, or @standard */
u32 sg_registry_dword(const struct softgpu_gsp_rm *rm, const char *name, u32 standard);
void sg_registry_free(struct softgpu_gsp_rm *rm);

/* gsp-shared-data.c */
/** sg_shared_data_poll() - keep the sections in @mask up to date from now on */
void sg_shared_data_poll(struct softgpu_gsp_rm *rm, u64 mask);

/* gsp-static-info.c */
void sg_fill_static_info(const struct softgpu_gsp_rm *rm, struct gsp_static_config_info *info);

/* gsp-object.c: all u32 results are NV_STATUS */

/** sg_objects_init() - make the internal client, device and subdevice; false without memory */
bool sg_objects_init(struct softgpu_gsp_rm *rm);
void sg_objects_free(struct softgpu_gsp_rm *rm);
struct gsp_object *sg_object_find(struct softgpu_gsp_rm *rm, u32 h_client, u32 handle);
u32 sg_object_alloc(struct softgpu_gsp_rm *rm, const struct gsp_rpc_rm_alloc *alloc,
		    const u8 *params);
u32 sg_object_free(struct softgpu_gsp_rm *rm, u32 h_client, u32 handle);
u32 sg_object_dup(struct softgpu_gsp_rm *rm, const struct gsp_rpc_dup_object *dup);
/** sg_object_restore() - make an object or client as a resume finds it; false if it cannot be */
bool sg_object_restore(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_parent,
		       const struct gsp_object *from);
/** sg_object_insert() - copy @from into a tree below a parent whose kind is in @parents */
u32 sg_object_insert(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_parent, u32 handle,
		     u32 parents, const struct gsp_object *from);

/** sg_vas_new() - for its first user; NULL without memory */
struct gsp_vas *sg_vas_new(void);
/** sg_vas_get() - one more user of @vas, which may be NULL */
struct gsp_vas *sg_vas_get(struct gsp_vas *vas);
void sg_vas_put(struct gsp_vas *vas);

/* gsp-memory.c: likewise */

/** sg_memory_list_length() - how many page addresses follow ALLOC_MEMORY's fixed part */
u32 sg_memory_list_length(const struct gsp_rpc_alloc_memory *args);
u32 sg_memory_alloc(struct softgpu_gsp_rm *rm, const void *payload, u32 length);
/** sg_page_dir_set() - bind a root page directory to a VA space, or with 0 to the device */
u32 sg_page_dir_set(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_device, u32 h_vaspace,
		    u64 page_dir, bool sysmem);

/* gsp-control*.c */

/**
 * struct gsp_call - a control that was asked for
 * @rm: whom
 * @object: on what; its class fits
 * @params: in and out, aligned to 8
 * @size: of @params, checked
 */
struct gsp_call {
	struct softgpu_gsp_rm *rm;
	struct gsp_object *object;
	void *params;
	u32 size;
};

/* Of parameters without a public layout: the field at @off, which lies inside call->size */

static inline void gsp_put8(const struct gsp_call *call, u32 off, u8 val)
{
	((u8 *)call->params)[off] = val;
}

static inline void gsp_put32(const struct gsp_call *call, u32 off, u32 val)
{
	memcpy((u8 *)call->params + off, &val, sizeof(val));
}

static inline u32 gsp_get32(const struct gsp_call *call, u32 off)
{
	u32 val;

	memcpy(&val, (u8 *)call->params + off, sizeof(val));
	return val;
}

/**
 * struct gsp_control - a control that the stand-in answers
 * @cmd: its number
 * @size: of its parameters
 * @fn: returns NV_STATUS
 */
struct gsp_control {
	u32 cmd;
	u32 size;
	u32 (*fn)(const struct gsp_call *call);
};

/* Each ends with an entry that has no @fn. */
extern const struct gsp_control sg_controls_internal[], sg_controls_gpu[];
extern const struct gsp_control sg_controls_engine[], sg_controls_gr[];
extern const struct gsp_control sg_controls_channel[], sg_controls_info[];
extern const struct gsp_control sg_controls_opaque[], sg_controls_fbsr[];
extern const struct gsp_control sg_controls_board[], sg_controls_fault[];
extern const struct gsp_control sg_controls_limits[], sg_controls_clocks[];
extern const struct gsp_control sg_controls_context[];

/** sg_engine_runlist() - of an engine by its RM type; false if there is no such engine */
bool sg_engine_runlist(u32 type, u32 *runlist);

/** sg_bar_addr() - where config space says that a BAR is */
u64 sg_bar_addr(struct softgpu *gpu, enum softgpu_bar bar);
u32 sg_control_call(struct softgpu_gsp_rm *rm, u32 h_client, u32 h_object, u32 cmd,
		    void *params, u32 size);
/** sg_control_zero() - success, and every answer is zero */
u32 sg_control_zero(const struct gsp_call *call);
/** sg_control_accept() - success without an effect; what was asked comes back unchanged */
u32 sg_control_accept(const struct gsp_call *call);
/** sg_control_refuse() - known not to be there on this chip or board */
u32 sg_control_refuse(const struct gsp_call *call);

#endif
