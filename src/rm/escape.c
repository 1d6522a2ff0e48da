// SPDX-License-Identifier: MIT OR GPL-2.0
/* The resource manager's escapes as a table. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/nv-class.h"
#include "abi/nv-ioctl.h"
#include "abi/nvos.h"
#include "rm/rm-priv.h"

/* Events are allocated on the file that is to get them, all else through /dev/nvidiactl. */
enum rm_node { RM_NODE_ANY, RM_NODE_CTL, RM_NODE_GPU, RM_NODE_CTL_BUT_EVENTS };

/**
 * struct rm_escape - an escape
 * @nr: number
 * @node: where it is allowed
 * @size: of its struct
 * @short_size: of a shorter form that is allowed, too
 * @status: where in the struct the NV_STATUS goes
 * @fn: what it does; NULL: nothing yet, so its status is NV_ERR_NOT_SUPPORTED
 */
struct rm_escape {
	unsigned int nr;
	enum rm_node node;
	size_t size;
	size_t short_size;
	size_t status;
	u32 (*fn)(const struct rm_caller *caller, void *arg, size_t size);
};

static u32 rm_esc_alloc(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos21_parameters *p = arg;
	struct nvos64_parameters q = {
		.h_root = p->h_root,
		.h_object_parent = p->h_object_parent,
		.h_object_new = p->h_object_new,
		.h_class = p->h_class,
		.p_alloc_parms = p->p_alloc_parms,
		.params_size = p->params_size,
	};
	u32 status;

	if (size == sizeof(struct nvos64_parameters))
		return rm_alloc(caller, arg);
	status = rm_alloc(caller, &q);
	p->h_object_new = q.h_object_new;
	p->status = status;
	return status;
}

static u32 rm_esc_alloc_object(const struct rm_caller *caller, void *arg, size_t size)
{
	struct nvos05_parameters *p = arg;
	struct nvos64_parameters q = {
		.h_root = p->h_root,
		.h_object_parent = p->h_object_parent,
		.h_object_new = p->h_object_new,
		.h_class = p->h_class,
	};
	u32 status = rm_alloc(caller, &q);

	p->h_object_new = q.h_object_new;
	return status;
}

static u32 rm_esc_free(const struct rm_caller *caller, void *arg, size_t size)
{
	return rm_free(caller, arg);
}

static u32 rm_esc_control(const struct rm_caller *caller, void *arg, size_t size)
{
	return rm_control(caller, arg);
}

#define RM_ESCAPE(nr, node, type, fn) \
	{ (nr), (node), sizeof(struct type), 0, offsetof(struct type, status), (fn) }
/* Those with a file descriptor behind the struct proper */
#define RM_ESCAPE_FD(nr, node, type, fn) \
	{ (nr), (node), sizeof(struct type), 0, offsetof(struct type, params.status), (fn) }

static const struct rm_escape rm_escapes[] = {
	RM_ESCAPE_FD(NV_ESC_RM_ALLOC_MEMORY, RM_NODE_GPU, nvos02_parameters_with_fd,
		     rm_alloc_memory),
	RM_ESCAPE(NV_ESC_RM_ALLOC_OBJECT, RM_NODE_CTL, nvos05_parameters, rm_esc_alloc_object),
	RM_ESCAPE(NV_ESC_RM_FREE, RM_NODE_CTL, nvos00_parameters, rm_esc_free),
	RM_ESCAPE(NV_ESC_RM_CONTROL, RM_NODE_CTL, nvos54_parameters, rm_esc_control),
	{ NV_ESC_RM_ALLOC, RM_NODE_CTL_BUT_EVENTS, sizeof(struct nvos64_parameters),
	  sizeof(struct nvos21_parameters), offsetof(struct nvos64_parameters, status),
	  rm_esc_alloc },
	RM_ESCAPE(NV_ESC_RM_DUP_OBJECT, RM_NODE_CTL, nvos55_parameters, rm_dup_object),
	RM_ESCAPE(NV_ESC_RM_SHARE, RM_NODE_CTL, nvos57_parameters, rm_share),
	RM_ESCAPE(NV_ESC_RM_I2C_ACCESS, RM_NODE_GPU, nvos_i2c_access_params, NULL),
	RM_ESCAPE(NV_ESC_RM_IDLE_CHANNELS, RM_NODE_CTL, nvos30_parameters, NULL),
	RM_ESCAPE(NV_ESC_RM_VID_HEAP_CONTROL, RM_NODE_CTL, nvos32_parameters,
		  rm_vid_heap_control),
	RM_ESCAPE(NV_ESC_RM_ACCESS_REGISTRY, RM_NODE_CTL, nvos38_parameters, NULL),
	RM_ESCAPE_FD(NV_ESC_RM_MAP_MEMORY, RM_NODE_CTL, nvos33_parameters_with_fd,
		     rm_map_memory),
	RM_ESCAPE(NV_ESC_RM_UNMAP_MEMORY, RM_NODE_CTL, nvos34_parameters, rm_unmap_memory),
	RM_ESCAPE(NV_ESC_RM_GET_EVENT_DATA, RM_NODE_ANY, nvos41_parameters,
		  rm_get_event_data),
	RM_ESCAPE(NV_ESC_RM_ALLOC_CONTEXT_DMA2, RM_NODE_CTL, nvos39_parameters, NULL),
	RM_ESCAPE(NV_ESC_RM_MAP_MEMORY_DMA, RM_NODE_CTL, nvos46_parameters,
		  rm_map_memory_dma),
	RM_ESCAPE(NV_ESC_RM_UNMAP_MEMORY_DMA, RM_NODE_CTL, nvos47_parameters,
		  rm_unmap_memory_dma),
	RM_ESCAPE(NV_ESC_RM_BIND_CONTEXT_DMA, RM_NODE_CTL, nvos49_parameters, NULL),
	RM_ESCAPE(NV_ESC_RM_UPDATE_DEVICE_MAPPING_INFO, RM_NODE_CTL, nvos56_parameters,
		  rm_update_mapping_info),
};

static const struct rm_escape *rm_escape_find(unsigned int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rm_escapes); i++)
		if (rm_escapes[i].nr == nr)
			return &rm_escapes[i];
	return NULL;
}

static bool rm_size_allowed(const struct rm_escape *escape, size_t size)
{
	return size == escape->size || (escape->short_size && size == escape->short_size);
}

static bool rm_is_event(const struct nvos21_parameters *p)
{
	return p->h_class == NV01_EVENT || p->h_class == NV01_EVENT_OS_EVENT ||
	       p->h_class == NV01_EVENT_KERNEL_CALLBACK ||
	       p->h_class == NV01_EVENT_KERNEL_CALLBACK_EX;
}

static bool rm_node_allowed(const struct rm_caller *caller, enum rm_node node, const void *arg)
{
	switch (node) {
	case RM_NODE_CTL:
		return !caller->file->gpu;
	case RM_NODE_GPU:
		return caller->file->gpu;
	case RM_NODE_CTL_BUT_EVENTS:
		return !caller->file->gpu || rm_is_event(arg);
	default:
		return true;
	}
}

int rm_escape(const struct rm_caller *caller, unsigned int nr, void *arg, size_t size)
{
	const struct rm_escape *escape = rm_escape_find(nr);
	u32 status;

	if (!escape || !rm_size_allowed(escape, size))
		return -EINVAL;
	if (!rm_node_allowed(caller, escape->node, arg))
		return -EINVAL;
	status = escape->fn ? escape->fn(caller, arg, size) : NV_ERR_NOT_SUPPORTED;
	/* The short form has its status elsewhere and has set it itself. */
	if (size == escape->size)
		memcpy(arg + escape->status, &status, sizeof(status));
	return 0;
}
