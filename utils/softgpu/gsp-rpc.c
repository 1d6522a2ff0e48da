// SPDX-License-Identifier: MIT OR GPL-2.0

/* RPCs: records joined to messages, a table of functions, replies. */

#include <stdlib.h>
#include <string.h>

#include <linux/bitfield.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "gsp-rm.h"

#define RECORD_MAX	(GSP_MSGQ_MAX_RPC - (u32)sizeof(struct gsp_rpc_header))

bool sg_message_resize(struct gsp_message *msg, u32 length)
{
	u8 *payload;

	if (length > msg->room) {
		payload = realloc(msg->payload, length);
		if (!payload)
			return false;
		memset(payload + msg->room, 0, length - msg->room);
		msg->payload = payload;
		msg->room = length;
	}
	msg->length = length;
	return true;
}

void sg_message_free(struct gsp_message *msg)
{
	if (!msg)
		return;
	free(msg->payload);
	free(msg);
}

/* Both sides must speak the same layouts. */
static u32 rpc_set_guest_system_info(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_rpc_set_guest_system_info *info = (const void *)msg->payload;

	if (info->vgx_major != GSP_VGX_MAJOR || info->vgx_minor != GSP_VGX_MINOR) {
		sg_log(rm->gpu, "SET_GUEST_SYSTEM_INFO: vgxVersion is %#x.%#x, must be %#x.%#x",
		       info->vgx_major, info->vgx_minor, GSP_VGX_MAJOR, GSP_VGX_MINOR);
		return NV_ERR_INVALID_ARGUMENT;
	}
	if (!memchr(info->driver_version, 0, sizeof(info->driver_version)))
		return NV_ERR_INVALID_ARGUMENT;
	sg_trace(rm->gpu, "driver version %s", info->driver_version);
	return NV_OK;
}

static u32 rpc_alloc_memory(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	return sg_memory_alloc(rm, msg->payload, msg->length);
}

static u32 rpc_free(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	struct gsp_rpc_free *args = (void *)msg->payload;

	args->status = sg_object_free(rm, args->h_root, args->h_object);
	return args->status;
}

static u32 rpc_dup_object(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	struct gsp_rpc_dup_object *args = (void *)msg->payload;

	args->status = sg_object_dup(rm, args);
	return args->status;
}

/* The mailbox comes after the reply: see sg_gsp_rm_halt(). */
static u32 rpc_unloading_guest_driver(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_rpc_unloading_guest_driver *args = (const void *)msg->payload;

	u32 status = NV_OK;

	if (args->in_pm_transition || args->gc6_entering)
		status = sg_gsp_rm_suspend(rm, args);
	if (!status)
		rm->state = GSP_RM_UNLOADED;
	return status;
}

static u32 rpc_set_page_directory(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_set_page_directory *args = (const void *)msg->payload;

	if (!args->phys_address || args->phys_address % GSP_PAGE_SIZE)
		return NV_ERR_INVALID_ADDRESS;
	return sg_page_dir_set(rm, args->h_client, args->h_device, args->h_vaspace,
			       args->phys_address,
			       FIELD_GET(GSP_PAGE_DIRECTORY_APERTURE, args->flags) !=
			       GSP_PAGE_DIRECTORY_VIDMEM);
}

static u32 rpc_unset_page_directory(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_unset_page_directory *args = (const void *)msg->payload;

	return sg_page_dir_set(rm, args->h_client, args->h_device, args->h_vaspace, 0, false);
}

static u32 rpc_get_gsp_static_info(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	if (!sg_message_resize(msg, sizeof(struct gsp_static_config_info)))
		return NV_ERR_NO_MEMORY;
	sg_fill_static_info(rm, (struct gsp_static_config_info *)msg->payload);
	return NV_OK;
}

static u32 rpc_update_bar_pde(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_rpc_update_bar_pde *args = (const void *)msg->payload;

	if (args->bar_type > 1)
		return NV_ERR_INVALID_ARGUMENT;
	if (!sg_mmu_set_bar_pde(rm->gpu, args->bar_type ? SOFTGPU_BAR3 : SOFTGPU_BAR1,
				args->entry_value, args->entry_level_shift))
		return NV_ERR_INVALID_ARGUMENT;
	return NV_OK;
}

/* A BAR that nobody has placed (a bare model in a test) is not compared. */
static bool bars_match(struct softgpu_gsp_rm *rm, const struct gsp_system_info *info)
{
	const struct {
		const char *name;
		u64 addr;
	} field[SOFTGPU_NR_BARS] = {
		[SOFTGPU_BAR0] = { "gpuPhysAddr", info->gpu_phys_addr },
		[SOFTGPU_BAR1] = { "gpuPhysFbAddr", info->gpu_phys_fb_addr },
		[SOFTGPU_BAR3] = { "gpuPhysInstAddr", info->gpu_phys_inst_addr },
	};
	unsigned int i;
	u64 addr;

	for (i = 0; i < SOFTGPU_NR_BARS; i++) {
		addr = sg_bar_addr(rm->gpu, i);
		if (!addr || addr == field[i].addr)
			continue;
		sg_rm_die(rm, "GSP_SET_SYSTEM_INFO: %s is %#llx, the BAR says %#llx",
			  field[i].name, field[i].addr, addr);
		return false;
	}
	return true;
}

static u32 rpc_set_system_info(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	const struct gsp_system_info *info = (const void *)msg->payload;

	if (rm->have_system_info) {
		sg_rm_die(rm, "GSP_SET_SYSTEM_INFO comes twice");
		return NV_ERR_INVALID_STATE;
	}
	if (info->pci_config_mirror_base != 0x88000 || info->pci_config_mirror_size != 0x1000) {
		sg_rm_die(rm, "GSP_SET_SYSTEM_INFO: pciConfigMirror %#x+%#x is not 0x88000+0x1000",
			  info->pci_config_mirror_base, info->pci_config_mirror_size);
		return NV_ERR_INVALID_ARGUMENT;
	}
	if (!bars_match(rm, info))
		return NV_ERR_INVALID_ARGUMENT;
	memcpy(&rm->system_info, info, sizeof(rm->system_info));
	rm->have_system_info = true;
	return NV_OK;
}

static u32 rpc_set_registry(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	if (rm->have_registry) {
		sg_rm_die(rm, "SET_REGISTRY comes twice");
		return NV_ERR_INVALID_STATE;
	}
	if (!sg_registry_parse(rm, msg->payload, msg->length))
		return NV_ERR_INVALID_ARGUMENT;
	rm->have_registry = true;
	return NV_OK;
}

static u32 rpc_control(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	struct gsp_rpc_rm_control *args = (void *)msg->payload;

	if (args->params_size != msg->length - sizeof(*args))
		return NV_ERR_INVALID_PARAM_STRUCT;
	args->status = sg_control_call(rm, args->h_client, args->h_object, args->cmd,
				       args->params, args->params_size);
	return NV_OK;
}

/*
 * The release's own driver counts only the fixed part in the header's length; the
 * parameters lie behind it in the same elements. A length that covers them is as good.
 */
static u32 rpc_alloc(struct softgpu_gsp_rm *rm, struct gsp_message *msg)
{
	struct gsp_rpc_rm_alloc *args = (void *)msg->payload;
	u32 size = args->params_size;

	if (size > msg->room - sizeof(*args) ||
	    (msg->length != sizeof(*args) && msg->length != sizeof(*args) + size))
		args->status = NV_ERR_INVALID_PARAM_STRUCT;
	else
		args->status = sg_object_alloc(rm, args, args->params);
	if (args->status != NV_ERR_INVALID_PARAM_STRUCT)
		msg->length = sizeof(*args) + size;
	return args->status;
}

enum {
	RPC_REPLY	= 1 << 0,
	RPC_ECHO	= 1 << 1,	/* the reply is as large as the request */
	RPC_BOOT	= 1 << 2,	/* before INIT_DONE, and only then */
};

static const struct rpc_function {
	u32 function;
	u32 size;			/* least size of the payload */
	unsigned int flags;
	u32 (*fn)(struct softgpu_gsp_rm *rm, struct gsp_message *msg);
} rpc_functions[] = {
	{ GSP_RPC_SET_GUEST_SYSTEM_INFO, sizeof(struct gsp_rpc_set_guest_system_info), RPC_REPLY,
	  rpc_set_guest_system_info },
	{ GSP_RPC_ALLOC_MEMORY, sizeof(struct gsp_rpc_alloc_memory), RPC_REPLY, rpc_alloc_memory },
	{ GSP_RPC_FREE, sizeof(struct gsp_rpc_free), RPC_REPLY, rpc_free },
	{ GSP_RPC_DUP_OBJECT, sizeof(struct gsp_rpc_dup_object), RPC_REPLY, rpc_dup_object },
	{ GSP_RPC_UNLOADING_GUEST_DRIVER, sizeof(struct gsp_rpc_unloading_guest_driver), RPC_REPLY,
	  rpc_unloading_guest_driver },
	{ GSP_RPC_SET_PAGE_DIRECTORY, sizeof(struct gsp_set_page_directory), RPC_REPLY,
	  rpc_set_page_directory },
	{ GSP_RPC_GET_GSP_STATIC_INFO, 0, RPC_REPLY, rpc_get_gsp_static_info },
	{ GSP_RPC_UPDATE_BAR_PDE, sizeof(struct gsp_rpc_update_bar_pde), RPC_REPLY,
	  rpc_update_bar_pde },
	{ GSP_RPC_GSP_SET_SYSTEM_INFO, sizeof(struct gsp_system_info), RPC_BOOT,
	  rpc_set_system_info },
	{ GSP_RPC_SET_REGISTRY, sizeof(struct gsp_registry_table), RPC_BOOT,
	  rpc_set_registry },
	{ GSP_RPC_GSP_RM_CONTROL, sizeof(struct gsp_rpc_rm_control),
	  RPC_REPLY | RPC_ECHO, rpc_control },
	{ GSP_RPC_UNSET_PAGE_DIRECTORY, sizeof(struct gsp_unset_page_directory), RPC_REPLY,
	  rpc_unset_page_directory },
	{ GSP_RPC_GSP_RM_ALLOC, sizeof(struct gsp_rpc_rm_alloc), RPC_REPLY, rpc_alloc },
};

static const struct rpc_function *find_function(u32 function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rpc_functions); i++)
		if (rpc_functions[i].function == function)
			return &rpc_functions[i];
	return NULL;
}

/* How long the payload of a large RPC is by its own account. */
static u64 announced(const struct gsp_record *record)
{
	const struct gsp_rpc_rm_control *control = (const void *)record->payload;
	const struct gsp_registry_table *registry = (const void *)record->payload;
	struct gsp_rpc_alloc_memory memory;

	switch (record->function) {
	case GSP_RPC_GSP_RM_CONTROL:
		return (u64)sizeof(*control) + control->params_size;
	case GSP_RPC_SET_REGISTRY:
		return registry->size;
	case GSP_RPC_ALLOC_MEMORY:
		memcpy(&memory, record->payload, sizeof(memory));
		return sizeof(memory) + 8ull * sg_memory_list_length(&memory);
	default:
		return record->length;
	}
}

static struct gsp_message *new_message(const struct gsp_record *record, u32 want)
{
	struct gsp_message *msg = calloc(1, sizeof(*msg));

	if (!msg)
		return NULL;
	msg->room = max(record->room, want);
	msg->payload = calloc(1, msg->room);
	if (!msg->payload) {
		free(msg);
		return NULL;
	}
	memcpy(msg->payload, record->payload, record->room);
	msg->function = record->function;
	msg->length = record->length;
	msg->want = want;
	return msg;
}

static void rpc_reply(struct softgpu_gsp_rm *rm, const struct rpc_function *function,
		      const struct gsp_message *msg, u32 result)
{
	u32 length = msg->length;

	if (rm->state == GSP_RM_DEAD || !(function->flags & RPC_REPLY))
		return;
	if (!(function->flags & RPC_ECHO))
		length = min(length, RECORD_MAX);
	sg_queue_send(rm, msg->function, result, msg->payload, length);
}

static void rpc_call(struct softgpu_gsp_rm *rm, const struct rpc_function *function,
		     struct gsp_message *msg)
{
	bool booting = rm->state == GSP_RM_BOOTING;
	u32 result;

	if (booting != !!(function->flags & RPC_BOOT)) {
		sg_rm_die(rm, "function %u %s INIT_DONE", msg->function,
			  booting ? "before" : "after");
		return;
	}
	result = function->fn(rm, msg);
	rpc_reply(rm, function, msg, result);
}

static void unknown_function(struct softgpu_gsp_rm *rm, const struct gsp_record *record)
{
	sg_unknown(rm->gpu, "rpc", record->function);
	sg_queue_send(rm, record->function, GSP_RPC_UNKNOWN_FUNCTION, record->payload,
		      record->length);
}

/* A first record: whole, or with more to come because it is full. */
static void handle_first(struct softgpu_gsp_rm *rm, const struct gsp_record *record)
{
	const struct rpc_function *function = find_function(record->function);
	struct gsp_message *msg;
	u64 want;

	if (!function) {
		unknown_function(rm, record);
		return;
	}
	if (record->length < function->size) {
		sg_rm_die(rm, "function %u: %u bytes of payload, needs %u", record->function,
			  record->length, function->size);
		return;
	}
	want = announced(record);
	if (want > GSP_PAYLOAD_MAX || (want > record->length && record->length != RECORD_MAX)) {
		sg_rm_die(rm, "function %u: announces %llu bytes, its record has %u",
			  record->function, want, record->length);
		return;
	}
	msg = new_message(record, want);
	if (!msg) {
		sg_rm_die(rm, "out of memory");
		return;
	}
	if (want > record->length) {
		rm->partial = msg;
		return;
	}
	rpc_call(rm, function, msg);
	sg_message_free(msg);
}

static void handle_continuation(struct softgpu_gsp_rm *rm, const struct gsp_record *record)
{
	struct gsp_message *msg = rm->partial;
	u32 missing = msg->want - msg->length;

	if (record->function != GSP_RPC_CONTINUATION_RECORD ||
	    record->length != min(missing, RECORD_MAX)) {
		sg_rm_die(rm, "function %u with %u bytes, not %u more bytes of function %u",
			  record->function, record->length, min(missing, RECORD_MAX),
			  msg->function);
		return;
	}
	memcpy(msg->payload + msg->length, record->payload, record->length);
	msg->length += record->length;
	if (msg->length < msg->want)
		return;
	rm->partial = NULL;
	rpc_call(rm, find_function(msg->function), msg);
	sg_message_free(msg);
}

void sg_rpc_handle(struct softgpu_gsp_rm *rm, const struct gsp_record *record)
{
	if (rm->partial)
		handle_continuation(rm, record);
	else if (record->function == GSP_RPC_CONTINUATION_RECORD)
		sg_rm_die(rm, "CONTINUATION_RECORD, but nothing to continue");
	else
		handle_first(rm, record);
}
