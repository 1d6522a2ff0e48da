/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_GR_CONTEXT_H
#define NV_RM_GR_CONTEXT_H

#include "abi/ctrl/ctrl-context.h"
#include "rm/channel.h"

/**
 * DOC: contexts of the graphics engine
 *
 * The state that the graphics engine loads and saves when it turns from one channel group to
 * another lies in buffers. GSP-RM says how large each is; the driver gives memory, maps
 * it where the channels' addresses lead, and tells GSP-RM both ("promotes" it) before there
 * is an object of the engine. Three of them each group has of its own, the others are one
 * GPU's. Before the first of all contexts GSP-RM has to have made an image that they begin as
 * copies of: it does so when it makes a 3D object on a channel of the driver's own.
 *
 * Sources: open-gpu-kernel-modules 550.163.01, kernel_graphics.c, kernel_graphics_context.c,
 * kernel_graphics_object.c, nv_gpu_ops.c.
 */

#define RM_GR_OWN	3	/* MAIN, PM, PATCH: the first of NV2080_CTX_BUFFER_* */

/** struct rm_gr_buffer - one of the buffers; @size 0: there is none */
struct rm_gr_buffer {
	u64 size;
	u64 align;
};

/**
 * struct rm_gr - what the contexts of a GPU share, and what GSP-RM says of its engine
 * @replies: the latter, by control; they stay what they are
 * @lock: guards all that follows, and is held while the image is made
 * @boots: in which boot the image was made
 * @known: @buffer was learned; the chip does not change
 * @buffer: by NV2080_CTX_BUFFER_*
 * @shared: likewise, references; NULL for those that each context has of its own
 */
struct rm_gr {
	struct xarray replies;
	struct mutex lock;
	unsigned int boots;
	bool known;
	struct rm_gr_buffer buffer[NV2080_CTX_BUFFERS];
	struct rm_memory *shared[NV2080_CTX_BUFFERS];
};

/**
 * struct rm_gr_place - where in an address space of the resource manager a context is mapped
 * @node: in rm_gr_context.places
 * @vaspace: a reference is held
 * @users: channels
 * @room: in @vaspace->set
 */
struct rm_gr_place {
	struct list_head node;
	struct rm_vaspace *vaspace;
	unsigned int users;
	struct rm_dma_mapping *room;
};

/**
 * struct rm_gr_context - the context of a channel group, or of a channel in none
 * @ref: the group, its channels
 * @gpu: a reference is held
 * @os: for its memory
 * @pid: whose memory it is
 * @lock: guards all that follows, and is held while GSP is told
 * @own: its memory; NULL before there is an object of the graphics engine
 * @promoted: GSP knows of it
 * @places: struct rm_gr_place
 */
struct rm_gr_context {
	refcount_t ref;
	struct rm_gpu *gpu;
	const struct rm_os *os;
	u32 pid;
	struct mutex lock;
	struct rm_memory *own[RM_GR_OWN];
	bool promoted;
	struct list_head places;
};

/* gr-info.c */

/** rm_gr_new() - for a GPU that comes; NULL without memory */
struct rm_gr *rm_gr_new(void);
void rm_gr_free(struct rm_gr *gr);

/**
 * rm_gr_ask() - what GSP-RM says of the first graphics engine; there is no other
 * @rgpu: entered
 * @gpu: runs
 * @cmd: an internal control whose reply is a table with a row for each engine
 * @row: filled in
 * @size: of a row
 */
u32 rm_gr_ask(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 cmd, void *row, size_t size);
/** rm_gr_info() - one of NV2080_CTRL_GR_INFO_INDEX_* */
u32 rm_gr_info(struct rm_gpu *rgpu, struct nv_gpu *gpu, u32 index, u32 *data);

/* gr-context.c */

/** rm_gr_release_gpu() - the GPU's memory has been given back: forget it */
void rm_gr_release_gpu(struct rm_gpu *rgpu);

/** rm_gr_context_new() - without any memory yet; NULL without the struct's */
struct rm_gr_context *rm_gr_context_new(struct rm_object *object);
void rm_gr_context_hold(struct rm_gr_context *context);
/** rm_gr_context_put() - no lock is held; NULL is ignored */
void rm_gr_context_put(struct rm_gr_context *context);

/** rm_gr_object_alloc() - gsp_alloc of the graphics engine's classes */
u32 rm_gr_object_alloc(struct rm_object *object, struct nv_gpu *gpu, void *params);
/** rm_gr_unplace() - GSP has freed the channel: its addresses need not lead to a context */
void rm_gr_unplace(struct rm_channel *rc);

/**
 * rm_gr_space() - how many bytes of addresses a context takes, wherever they begin
 * @size: set on success
 */
u32 rm_gr_space(struct rm_gpu *rgpu, struct nv_gpu *gpu, u64 *size);

/**
 * struct rm_gr_mapping - a buffer and where it is to be mapped
 * @id: NV2080_CTX_BUFFER_*
 * @memory: its memory; a reference is the context's or the GPU's
 * @va: where
 * @size: bytes, whole pages
 * @flags: NV_VAS_*
 */
struct rm_gr_mapping {
	u32 id;
	struct rm_memory *memory;
	u64 va;
	u64 size;
	unsigned int flags;
};

/** rm_gr_layout() - all buffers of @context, from @base on. Return: how many */
unsigned int rm_gr_layout(const struct rm_gr_context *context, u64 base,
			  struct rm_gr_mapping map[NV2080_CTX_BUFFERS]);
/** rm_gr_promote() - tell GSP where a channel's addresses lead to its context */
u32 rm_gr_promote(struct rm_object *channel, struct nv_gpu *gpu, const struct rm_gr_mapping *map,
		  unsigned int count);
/** rm_gr_evict() - the inverse: the context is about to be unmapped */
void rm_gr_evict(struct rm_object *channel, struct nv_gpu *gpu);

/* golden-image.c */

/** rm_golden_image() - have GSP make the image; all of @map is to be promoted */
int rm_golden_image(struct nv_gpu *gpu, struct rm_gr_mapping *map, unsigned int count);
/** rm_gr_describe() - what GSP is told of @map: its addresses, or with @memory its memory */
void rm_gr_describe(struct nv2080_ctrl_gpu_promote_ctx_params *params,
		    const struct rm_gr_mapping *map, bool memory);

#endif
