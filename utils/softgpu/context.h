/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_CONTEXT_H
#define SOFTGPU_CONTEXT_H

#include <linux/types.h>

#include "abi/ctrl/ctrl-context.h"

struct gsp_object;
struct gsp_vas;
struct sg_channel;
struct softgpu_gsp_rm;

#define SG_CONTEXT_SPACES	8	/* VA spaces that the subcontexts of one group may have */

/**
 * struct sg_context_space - where in a VA space a context's buffers are
 * @vas: the space, NULL if this is nothing
 * @users: channels that it was promoted for and not evicted
 * @mapped: buffers that have an address, by NV2080_CTX_BUFFER_*
 * @va: these
 */
struct sg_context_space {
	struct gsp_vas *vas;
	u32 users;
	u32 mapped;
	u64 va[NV2080_CTX_BUFFERS];
};

/**
 * struct sg_context - the graphics context of a channel, or of all channels of a group
 * @memory: buffers whose physical address is known
 * @main: that of the main buffer
 * @main_sysmem: it is in system memory
 * @has_image: it was written there
 * @space: VA spaces
 */
struct sg_context {
	u32 memory;
	u64 main;
	bool main_sysmem;
	bool has_image;
	struct sg_context_space space[SG_CONTEXT_SPACES];
};

void sg_context_free(struct sg_context *context);
/** sg_context_object() - may channel @object get an object of the graphics engine? NV_STATUS */
u32 sg_context_object(struct softgpu_gsp_rm *rm, struct gsp_object *object);
/** sg_context_load() - the engine turns to the channel's work for @class; false: it failed */
bool sg_context_load(struct sg_channel *channel, u32 class);

#endif
