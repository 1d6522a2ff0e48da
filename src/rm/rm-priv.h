/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_RM_PRIV_H
#define NV_RM_RM_PRIV_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "nv-gpu.h"
#include "rm/later.h"
#include "rm/rm.h"

/*
 * Locks, outermost first (docs/locking.md):
 *
 *   rm.lock          who is there: clients, GPUs, the list of a file's clients
 *   rm_client.lock   the tree of one client: handles, children, states
 *
 * Neither is held across user memory or GSP: a call takes references, drops the locks
 * and works. An object that a call works on may be freed meanwhile; its memory and
 * its handle stay until the call's reference goes, so that nobody else gets the handle
 * while a message to GSP may still name it.
 */

/* What user space may make of the handle range that the release uses for clients. */
#define RM_CLIENT_HANDLE_BASE	0xc1d00000
#define RM_CLIENT_HANDLE_MAX	(RM_CLIENT_HANDLE_BASE + 0xfffff)
/* Objects whose handle the driver chooses. */
#define RM_OBJECT_HANDLE_BASE	0xcaf00000
#define RM_OBJECT_HANDLE_MAX	(RM_OBJECT_HANDLE_BASE + 0x7ffff)
#define RM_PARAMS_MAX		(1024 * 1024)

/**
 * struct rm_gpu - a GPU that user space knows
 * @gpu: the GPU; only between rm_gpu_enter() and rm_gpu_leave()
 * @gpu_id: see struct nv_gpu
 * @ref: holders of this struct
 * @users: calls that work on @gpu, and one that rm_remove_gpu() takes away
 * @persistent: the administrator wants it to stay initialised; it does anyway
 * @compute_mode: NV2080_CTRL_GPU_COMPUTE_MODE_RULES_*
 * @compute_client: handle of the client that has reserved it for computing, or 0; under rm->lock
 * @lock: guards @memories and the maps of these, @resources, @later and @removed
 * @resources: address spaces and channels
 * @later: what ends when it is awake
 * @removed: nothing is put there any more
 * @memories: memory that belongs to this GPU: video memory, and what is mapped for its DMA
 * @gr: what graphics contexts share
 * @shared: the page of RM_USER_SHARED_DATA, made at its first use; under @lock but for what
 *	the page holds of GSP
 * @shared.memory: a reference; NULL before
 * @shared.wanting: objects whose owners want something of GSP
 * @shared.seq: its number of writes as readers see it
 * @shared.writes: how often it was written
 * @shared.boots: in which boot GSP learned of it
 */
struct rm_gpu {
	struct nv_gpu *gpu;
	u32 gpu_id;
	refcount_t ref;
	atomic_t users;
	bool persistent;
	u32 compute_mode;
	u32 compute_client;
	struct mutex lock;
	struct list_head memories;
	struct list_head resources;
	struct list_head later;
	bool removed;
	struct rm_gr *gr;
	struct {
		struct rm_memory *memory;
		struct list_head wanting;
		u64 seq;
		u32 writes;
		unsigned int boots;
	} shared;
};

/**
 * struct rm_shares - with whom something is shared
 * @policy: NULL if none was ever set
 * @count: how many
 */
struct rm_shares {
	struct rs_share_policy *policy;
	u32 count;
};

/* NEW objects have a handle, but nothing finds them; FREEING ones likewise. */
enum rm_object_state { RM_OBJECT_NEW, RM_OBJECT_LIVE, RM_OBJECT_FREEING };

/**
 * struct rm_object - what a handle stands for
 * @ref: the tree's, the calls' and the children's
 * @handle: user space's name of it, and GSP's
 * @h_class: its class as user space named it
 * @class: what that class is here
 * @client: the root of its tree
 * @parent: a reference is held; NULL for a client
 * @gpu: the GPU it is on, with a reference; NULL if on none
 * @boots: @gpu's count of boots when this was made: GSP has forgotten it in a later one
 * @state: under client->lock
 * @children: under client->lock
 * @sibling: in @parent's children, under client->lock
 * @later: its end; in a list of whoever frees it before
 */
struct rm_object {
	refcount_t ref;
	u32 handle;
	u32 h_class;
	const struct rm_class *class;
	struct rm_client *client;
	struct rm_object *parent;
	struct rm_gpu *gpu;
	unsigned int boots;
	enum rm_object_state state;
	struct list_head children;
	struct list_head sibling;
	struct rm_later later;
};

/**
 * struct rm_client - a client: root of a tree of objects
 * @object: itself as an object; its references are the client's
 * @rm: where it is
 * @euid: of whoever made it; see rm_client_get()
 * @pid: likewise
 * @file_node: in the clients of the file that made it, under rm->lock
 * @dying: somebody frees it; under rm->lock
 * @lock: see above
 * @objects: by handle, under @lock; not @object
 * @next_handle: where the search for a free handle goes on
 * @shares: of objects that have none of their own, under @lock
 */
struct rm_client {
	struct rm_object object;
	struct rm *rm;
	u32 euid;
	u32 pid;
	struct list_head file_node;
	bool dying;
	struct mutex lock;
	struct xarray objects;
	u32 next_handle;
	struct rm_shares shares;
};

/**
 * struct rm_device_object - NV01_DEVICE_0
 * @object: as any
 * @cuda_limits: how often the limit on clocks that computing brings was asked for; under
 *	client->lock
 */
struct rm_device_object {
	struct rm_object object;
	u32 cuda_limits;
};

static inline struct rm_device_object *rm_to_device(struct rm_object *object)
{
	return container_of(object, struct rm_device_object, object);
}

/* What an object is as a parent; a class lives under one of a set of these. */
enum rm_parent {
	RM_PARENT_NONE		= 0,
	RM_PARENT_CLIENT	= BIT(0),
	RM_PARENT_DEVICE	= BIT(1),
	RM_PARENT_SUBDEVICE	= BIT(2),
	RM_PARENT_OTHER		= BIT(3),	/* an object without properties of its own */
	RM_PARENT_GROUP		= BIT(4),	/* channel group */
	RM_PARENT_CHANNEL	= BIT(5),
};

#define RM_PARENT_ANY \
	(RM_PARENT_CLIENT | RM_PARENT_DEVICE | RM_PARENT_SUBDEVICE | RM_PARENT_OTHER | \
	 RM_PARENT_GROUP | RM_PARENT_CHANNEL)

/* Properties of a class */
#define RM_CLASS_ADMIN		BIT(0)	/* CAP_SYS_ADMIN to make one and to send it controls */
#define RM_CLASS_SINGLE		BIT(1)	/* one under a parent; devices: one of a GPU in a client */
#define RM_CLASS_PARAMS		BIT(2)	/* parameters are required, not optional */
#define RM_CLASS_OPAQUE		BIT(3)	/* every control goes to GSP as it is */
#define RM_CLASS_MEMORY		BIT(4)	/* its objects are struct rm_memory_object */
#define RM_CLASS_ENGINE		BIT(5)	/* its objects are struct rm_engine_object */

/**
 * struct rm_class - what objects of a class are
 * @h_class: number
 * @flags: RM_CLASS_*
 * @kind: what it is as a parent
 * @parents: under what it lives, a set of enum rm_parent
 * @object_size: of its objects' struct, which begins with a struct rm_object; 0: just that
 * @params_size: bytes of allocation parameters; 0 if it has none
 * @conflict: status if RM_CLASS_SINGLE forbids another one
 * @ctrl_classes: other classes whose controls it has, ending with 0; NULL if there are none
 * @handlers: controls answered here; a class without has its rows' forwarded ones
 * @num_handlers: how many; NULL if there are none
 * @init: check parameters and set up the object; nobody knows it yet, no lock is held
 * @gsp_alloc: make it on GSP, or whatever else needs the GPU (NULL if the object is on none);
 *	NULL if there is nothing to make
 * @gsp_free: the inverse, when the object is freed; must tolerate a GSP that does not know it
 *	any more
 * @destroy: drop what the object's struct holds: its last reference is gone, or @gsp_alloc
 *	has not been called or failed. No lock is held, and the GPU may be gone.
 */
struct rm_class {
	u32 h_class;
	unsigned int flags;
	enum rm_parent kind;
	unsigned int parents;
	size_t object_size;
	u32 params_size;
	u32 conflict;
	const u16 *ctrl_classes;
	const struct rm_ctrl_handler *handlers;
	const size_t *num_handlers;
	u32 (*init)(struct rm_object *object, void *params);
	u32 (*gsp_alloc)(struct rm_object *object, struct nv_gpu *gpu, void *params);
	void (*gsp_free)(struct rm_object *object, struct nv_gpu *gpu);
	void (*destroy)(struct rm_object *object);
};

/* gpu.c */

/** rm_gpu_get() - the GPU of an id with a reference, or NULL */
struct rm_gpu *rm_gpu_get(struct rm *rm, u32 gpu_id);
/** rm_gpu_get_instance() - likewise by device instance, which is the minor of its node */
struct rm_gpu *rm_gpu_get_instance(struct rm *rm, u32 instance);
/** rm_gpu_next() - the GPU with the lowest id from @gpu_id on, with a reference, or NULL */
struct rm_gpu *rm_gpu_next(struct rm *rm, u32 gpu_id);
void rm_gpu_hold(struct rm_gpu *gpu);
void rm_gpu_put(struct rm_gpu *gpu);
/**
 * rm_gpu_enter() - begin to work on a GPU: it will not go away or to sleep
 *
 * Waits while it sleeps. See nv_hw_ops.enter for what must not be done until rm_gpu_leave().
 *
 * Return: NULL if it is gone already, or the caller is killed while it waits.
 */
struct nv_gpu *rm_gpu_enter(struct rm_gpu *gpu);
/** rm_gpu_try_enter() - NULL if it is asleep, too; also for who has entered it already */
struct nv_gpu *rm_gpu_try_enter(struct rm_gpu *gpu);
void rm_gpu_leave(struct rm_gpu *gpu);
/** rm_gpu_is_lost() - nobody will enter it any more */
bool rm_gpu_is_lost(struct rm_gpu *gpu);

/* client.c */

/** rm_client_alloc() - make a client of @class; its handle in @handle. Return: NV_STATUS */
u32 rm_client_alloc(const struct rm_caller *caller, const struct rm_class *class, u32 *handle);
/**
 * rm_client_get() - the client of a handle, with a reference
 *
 * Return: NULL if there is none or @caller may not use it: effective user or process must be
 * those of its maker. (A process that changes its user keeps its clients; one that guesses
 * a handle gets nothing.)
 */
struct rm_client *rm_client_get(const struct rm_caller *caller, u32 handle);
void rm_client_put(struct rm_client *client);
/** rm_client_free() - free a client with all it has; NV_ERR_INVALID_CLIENT if that is under way */
u32 rm_client_free(struct rm_client *client, bool wait);
/** rm_client_free_gpu() - free what a client has on a GPU */
void rm_client_free_gpu(struct rm_client *client, struct rm_gpu *gpu);

/** rm_client_has_class() - has the client a live object of this class on @gpu? */
bool rm_client_has_class(struct rm_client *client, const struct rm_gpu *gpu, u32 h_class);

/* object.c */

void rm_object_init(struct rm_object *object, struct rm_client *client, u32 h_class,
		    const struct rm_class *class);
/** rm_object_get() - the live object of a handle, with a reference, or NULL */
struct rm_object *rm_object_get(struct rm_client *client, u32 handle);
void rm_object_put(struct rm_object *object);
/**
 * rm_object_insert() - give a NEW object its handle (0: choose one) and its place under @parent
 *
 * Its reference is the tree's from then on: dropping it takes the object out again.
 */
u32 rm_object_insert(struct rm_object *object, struct rm_object *parent, u32 handle);
/** rm_object_publish() - make it LIVE; false if its parent was freed meanwhile */
bool rm_object_publish(struct rm_object *object);
/**
 * rm_object_free() - free a live object and all below it
 * @object: a reference is held
 * @wait: until its GPU is awake, unless the process is killed meanwhile; else it stays what is
 *	being freed until then
 *
 * Return: false if it is not live.
 */
bool rm_object_free(struct rm_object *object, bool wait);
/** rm_object_enter() - begin to work on an object's GPU. Return: NV_OK; NV_ERR_GPU_IS_LOST */
u32 rm_object_enter(struct rm_object *object, struct nv_gpu **gpu);
/** rm_object_try_enter() - likewise, without waiting: it is lost if it sleeps */
u32 rm_object_try_enter(struct rm_object *object, struct nv_gpu **gpu);
void rm_object_leave(struct rm_object *object);

/* class.c */

/** rm_class_find() - NV_OK; NV_ERR_NOT_SUPPORTED known but missing here; NV_ERR_INVALID_CLASS */
u32 rm_class_find(u32 h_class, const struct rm_class **class);
extern const struct rm_class rm_client_class;

/* gsp-object.c */

/** rm_gsp_alloc() - make an object that is what GSP-RM has under the same handle */
u32 rm_gsp_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_gsp_free(struct rm_object *object, struct nv_gpu *gpu);

/* alloc.c, free.c, control.c, vidheap.c, mapping.c, dup.c: escapes */

struct nvos00_parameters;
struct nvos54_parameters;
struct nvos64_parameters;

u32 rm_alloc(const struct rm_caller *caller, struct nvos64_parameters *p);
/**
 * rm_alloc_kernel() - the same with parameters of the driver itself
 * @caller: who asks
 * @p: its p_alloc_parms is not looked at
 * @params: of the size that the class has, in and out
 */
u32 rm_alloc_kernel(const struct rm_caller *caller, struct nvos64_parameters *p, void *params);
u32 rm_free(const struct rm_caller *caller, const struct nvos00_parameters *p);
u32 rm_control(const struct rm_caller *caller, const struct nvos54_parameters *p);

/* Their struct, of a size that has been checked */
u32 rm_alloc_memory(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_vid_heap_control(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_map_memory(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_unmap_memory(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_update_mapping_info(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_map_memory_dma(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_unmap_memory_dma(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_dup_object(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_share(const struct rm_caller *caller, void *arg, size_t size);
u32 rm_get_event_data(const struct rm_caller *caller, void *arg, size_t size);

/* export.c */

/** rm_export_close() - @file goes, and with it its references to what it exports */
void rm_export_close(struct rm_file *file);

/* event.c */

/**
 * struct rm_event - an event object: tells a file that something happened to an object
 * @object: as any
 * @node: in rm->events, under rm->event_lock
 * @file: that is told; NULL if it was closed; under rm->event_lock
 * @source: handle of the object that it watches
 * @index: what of it
 * @dataless: only that it happened counts
 * @nonstall: it waits for an engine's interrupts, and @index names the engine
 * @on_gsp: GSP-RM has it, too
 */
struct rm_event {
	struct rm_object object;
	struct list_head node;
	struct rm_file *file;
	u32 source;
	u32 index;
	bool dataless;
	bool nonstall;
	bool on_gsp;
};

void rm_events_init(struct rm *rm);
/** rm_events_add_gpu() - let events of @gpu's GSP and of its engines arrive here */
void rm_events_add_gpu(struct rm *rm, struct nv_gpu *gpu);
void rm_events_remove_gpu(struct nv_gpu *gpu);
/** rm_events_close() - @file gets no more events */
void rm_events_close(struct rm_file *file);
/** rm_event_notify() - something happened to @object that its event objects may wait for */
void rm_event_notify(struct rm_object *object, u32 index, u32 info32, u16 info16);
u32 rm_event_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
void rm_event_free(struct rm_object *object, struct nv_gpu *gpu);
void rm_event_destroy(struct rm_object *object);

/* user.c; rm_status() is in rm.h */

/** rm_copy_in() - copy of @size bytes of user memory, for kvfree(); NULL if @size is 0 */
u32 rm_copy_in(struct rm *rm, u64 user, u32 size, void **params);

#endif
