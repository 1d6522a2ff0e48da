/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_RM_CTRL_H
#define NV_RM_CTRL_H

#include "abi/ctrl/ctrl-info.h"
#include "rm/rm-priv.h"

/* Controls: how they reach whoever answers them, and who does. */

/**
 * struct rm_call - a control on its way to whoever answers it
 * @caller: who asks
 * @object: the object asked; a reference is held
 * @gpu: its GPU, entered; NULL if it is on none
 * @cmd: the control
 * @params: kernel copy of the parameters, @size bytes, in and out; NULL if @size is 0
 * @size: checked against the control's row if there is one
 */
struct rm_call {
	const struct rm_caller *caller;
	struct rm_object *object;
	struct nv_gpu *gpu;
	u32 cmd;
	void *params;
	u32 size;
};

/* Answers a control; no lock is held. Return: NV_STATUS */
typedef u32 rm_ctrl_fn(struct rm_call *call);

/** struct rm_ctrl_handler - a control that is answered here */
struct rm_ctrl_handler {
	u32 cmd;
	rm_ctrl_fn *fn;
};

/* ctrl-route.c */

/** rm_ctrl_forward() - let GSP-RM answer a control */
u32 rm_ctrl_forward(struct rm_call *call);

/**
 * rm_ctrl_route() - who answers a control, if it may be asked
 * @call: complete but for params and gpu
 * @fn: set on success
 *
 * Return: NV_OK; NV_ERR_NOT_SUPPORTED no such control on this object;
 * NV_ERR_INVALID_PARAM_STRUCT wrong size; NV_ERR_INSUFFICIENT_PERMISSIONS.
 */
u32 rm_ctrl_route(const struct rm_call *call, rm_ctrl_fn **fn);
/** rm_ctrl_run() - let @fn answer, on the object's GPU if it has one */
u32 rm_ctrl_run(struct rm_call *call, rm_ctrl_fn *fn);
/** rm_ctrl_size() - size of a control's parameters; 0 if it has no row */
u32 rm_ctrl_size(u32 cmd);

/* ctrl-info.c: controls whose parameters are a list of {index, data} */

/** struct rm_info_list - their parameters; as many entries fit as there are indices */
struct rm_info_list {
	u32 count;
	struct nvxxxx_ctrl_xxx_info info[];
};

/* What struct rm_info_kind.known returns for what only GSP knows; no NV_STATUS */
#define RM_INFO_ASK_GSP		(~0u)

/**
 * struct rm_info_kind - one of these controls
 * @known: put the driver's answer into @data. Return: NV_STATUS or RM_INFO_ASK_GSP
 * @ask: let GSP answer a list of nothing else; NULL if it gets the whole list and sees by
 *	NV2080_CTRL_INFO_FORWARD_TO_PHYSICAL what it is to answer
 * @gsp_index: the index in that list; NULL if it is the same
 */
struct rm_info_kind {
	u32 (*known)(struct nv_gpu *gpu, u32 index, u32 *data);
	rm_ctrl_fn *ask;
	u32 (*gsp_index)(u32 index);
};

/** rm_get_info() - answer such a control, GSP's part in one message */
u32 rm_get_info(struct rm_call *call, const struct rm_info_kind *kind);

/* ctrl-deprecated.c: controls that point to a list which current ones contain */

bool rm_ctrl_is_deprecated(u32 cmd);
/** rm_control_deprecated() - like any control; @user is where its parameters are */
u32 rm_control_deprecated(struct rm_call *call, u64 user);

/* ctrl-*.c, dup.c, export.c, mapping.c: handlers */

u32 rm_get_gr_caps(struct rm_call *call);
u32 rm_get_gr_info(struct rm_call *call);
u32 rm_get_gpc_mask(struct rm_call *call);
u32 rm_get_tpc_mask(struct rm_call *call);
u32 rm_get_sm_order(struct rm_call *call);
u32 rm_get_ctx_buffer_size(struct rm_call *call);
u32 rm_get_engines(struct rm_call *call);
u32 rm_get_ce_caps(struct rm_call *call);
u32 rm_perf_boost(struct rm_call *call);
u32 rm_no_watchdog(struct rm_call *call);
/** rm_get_channel_list() - FIFO_GET_CHANNELLIST; @user is where its parameters are */
u32 rm_get_channel_list(struct rm_call *call, u64 user);
/** rm_get_surface_info() - GET_SURFACE_INFO; likewise */
u32 rm_get_surface_info(struct rm_call *call, u64 user);
/** rm_engine_type_for_user() - what user space calls an engine that GSP-RM calls @type, or 0 */
u32 rm_engine_type_for_user(u32 type);
u32 rm_get_gpu_info(struct rm_call *call);
u32 rm_get_fb_info(struct rm_call *call);
u32 rm_get_addr_space_type(struct rm_call *call);
u32 rm_set_inherited_share_policy(struct rm_call *call);
u32 rm_export_object_to_fd(struct rm_call *call);
u32 rm_import_object_from_fd(struct rm_call *call);
u32 rm_get_export_object_info(struct rm_call *call);
u32 rm_export_objects_to_fd(struct rm_call *call);
u32 rm_import_objects_from_fd(struct rm_call *call);
u32 rm_get_bus_info(struct rm_call *call);
u32 rm_get_bus_pci_info(struct rm_call *call);
u32 rm_get_bus_pci_bar_info(struct rm_call *call);
u32 rm_get_pids(struct rm_call *call);
u32 rm_get_pid_info(struct rm_call *call);
u32 rm_set_compute_mode_rules(struct rm_call *call);
u32 rm_query_compute_mode_rules(struct rm_call *call);
u32 rm_get_compute_policy(struct rm_call *call);
u32 rm_acquire_compute_mode(struct rm_call *call);
u32 rm_release_compute_mode(struct rm_call *call);

extern const struct rm_ctrl_handler rm_client_handlers[];
extern const size_t rm_client_num_handlers;
extern const struct rm_ctrl_handler rm_conf_compute_handlers[];
extern const size_t rm_conf_compute_num_handlers;
extern const struct rm_ctrl_handler rm_device_handlers[];
extern const size_t rm_device_num_handlers;
extern const struct rm_ctrl_handler rm_subdevice_handlers[];
extern const size_t rm_subdevice_num_handlers;

/** rm_gid() - the GPU's unique id in the format that @flags ask for; bytes in @length */
u32 rm_gid(struct nv_gpu *gpu, u32 flags, char *data, u32 *length);

#endif
