// SPDX-License-Identifier: MIT OR GPL-2.0

/* The first messages to GSP-RM and the last. */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "gsp/falcon.h"
#include "gsp/gsp-priv.h"
#include "regs/nv-falcon.h"
#include "regs/nv-xve.h"

#define INIT_DONE_TIMEOUT_US	10000000
#define MAX_USER_VA		(BIT_ULL(47) - GSP_PAGE_SIZE)
#define MAX_FB_SIZE		BIT_ULL(40)

static int send_system_info(struct nv_gsp *gsp)
{
	struct nv_hw *hw = gsp->hw;
	struct gsp_system_info *info;
	int err;

	info = kzalloc(sizeof(*info), GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	info->gpu_phys_addr = hw->bar[0].addr;
	info->gpu_phys_fb_addr = hw->bar[1].addr;
	info->gpu_phys_inst_addr = hw->bar[2].addr;
	info->nv_domain_bus_device_func = (u64)hw->domain << 32 | hw->bus << 8 | hw->slot << 3;
	info->max_user_va = MAX_USER_VA;
	info->pci_config_mirror_base = NV_PCFG_BASE;
	info->pci_config_mirror_size = NV_PCFG_SIZE;
	err = gsp_rpc_send(gsp, GSP_RPC_GSP_SET_SYSTEM_INFO, info, sizeof(*info), NULL, 0);
	kfree(info);
	return err;
}

static size_t registry_size(const struct nv_registry *registry)
{
	size_t size = sizeof(struct gsp_registry_table);
	unsigned int i;

	for (i = 0; registry && i < registry->count; i++)
		size = size_add(size, size_add(sizeof(struct gsp_registry_entry),
					       strlen(registry->entry[i].name) + 1));
	return size;
}

static void registry_fill(struct gsp_registry_table *table, const struct nv_registry *registry)
{
	u32 off = struct_size(table, entries, registry->count);
	unsigned int i;
	size_t len;

	table->num_entries = registry->count;
	for (i = 0; i < registry->count; i++) {
		len = strlen(registry->entry[i].name) + 1;
		table->entries[i] = (struct gsp_registry_entry) {
			.name_offset = off,
			.type = GSP_REGISTRY_TYPE_DWORD,
			.data = registry->entry[i].value,
			.length = sizeof(u32),
		};
		memcpy((u8 *)table + off, registry->entry[i].name, len);
		off += len;
	}
}

static int send_registry(struct nv_gsp *gsp)
{
	const struct nv_registry *registry = gsp->gpu->registry;
	size_t size = registry_size(registry);
	struct gsp_registry_table *table;
	int err;

	if (size > GSP_RPC_PAYLOAD_MAX) {
		nv_err(gsp->hw, "settings for GSP take %zu bytes, more than %u", size,
		       GSP_RPC_PAYLOAD_MAX);
		return -EINVAL;
	}
	table = kzalloc(size, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	table->size = size;
	if (registry)
		registry_fill(table, registry);
	err = gsp_rpc_send(gsp, GSP_RPC_SET_REGISTRY, table, size, NULL, 0);
	kfree(table);
	return err;
}

int gsp_rpc_send_boot_info(struct nv_gsp *gsp)
{
	int err;

	mutex_lock(&gsp->rpc_lock);
	err = send_system_info(gsp);
	if (!err)
		err = send_registry(gsp);
	mutex_unlock(&gsp->rpc_lock);
	return err;
}

int gsp_rpc_wait_init_done(struct nv_gsp *gsp)
{
	u32 result;
	int err;

	mutex_lock(&gsp->rpc_lock);
	err = gsp_rpc_wait(gsp, GSP_EVENT_INIT_DONE, INIT_DONE_TIMEOUT_US);
	result = err ? 0 : gsp->queue.msg->rpc_result;
	if (result) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP says that its start failed: status %#x", result);
		err = -EIO;
	}
	mutex_unlock(&gsp->rpc_lock);
	return err;
}

/* This call, alone of all, has a second result. */
static int check_protocol(struct nv_gsp *gsp, const struct gsp_rpc_set_guest_system_info *info,
			  u32 status)
{
	if (!status)
		status = gsp->queue.msg->rpc_result_private;
	if (status) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP refuses this driver: status %#x", status);
		return -EIO;
	}
	if (info->vgx_major != GSP_VGX_MAJOR || info->vgx_minor != GSP_VGX_MINOR) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP speaks protocol %x.%x, not %x.%x",
			info->vgx_major, info->vgx_minor, GSP_VGX_MAJOR, GSP_VGX_MINOR);
		return -EIO;
	}
	return 0;
}

static int set_guest_system_info(struct nv_gsp *gsp)
{
	struct gsp_rpc_set_guest_system_info *info;
	u32 status = NV_OK;
	int err;

	info = kzalloc(sizeof(*info), GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	info->vgx_major = GSP_VGX_MAJOR;
	info->vgx_minor = GSP_VGX_MINOR;
	info->driver_version_len = sizeof(info->driver_version);
	info->version_len = sizeof(info->version);
	info->title_len = sizeof(info->title);
	strscpy(info->driver_version, NV_RELEASE, sizeof(info->driver_version));
	strscpy(info->version, NV_RELEASE, sizeof(info->version));
	strscpy(info->title, "OpenNV", sizeof(info->title));

	err = gsp_rpc_call(gsp, GSP_RPC_SET_GUEST_SYSTEM_INFO, info, sizeof(*info), &status);
	if (!err)
		err = check_protocol(gsp, info, status);
	kfree(info);
	return err;
}

/* What makes the static info unusable, or NULL. */
static const char *static_info_flaw(const struct gsp_static_config_info *info)
{
	const struct gsp_fb_region *region;
	u32 i;

	if (!info->fb_length || info->fb_length > MAX_FB_SIZE)
		return "size of video memory";
	if (!info->num_fb_regions || info->num_fb_regions > GSP_FB_REGION_MAX)
		return "number of memory regions";
	for (i = 0; i < info->num_fb_regions; i++) {
		region = &info->fb_region[i];
		if (region->limit < region->base || region->limit >= info->fb_length)
			return "bounds of a memory region";
		if (region->reserved > region->limit - region->base + 1)
			return "reserved part of a memory region";
	}
	if (info->gid_length > sizeof(info->gid_data) || !memchr_inv(info->gid_data, 0, 16))
		return "GPU id";
	if (!info->h_internal_client || !info->h_internal_device || !info->h_internal_subdevice)
		return "internal handles";
	return NULL;
}

static int get_static_info(struct nv_gsp *gsp)
{
	struct gsp_static_config_info *info = &gsp->static_info;
	const char *flaw;
	u32 status = NV_OK;
	int err;

	memset(info, 0, sizeof(*info));
	err = gsp_rpc_call(gsp, GSP_RPC_GET_GSP_STATIC_INFO, info, sizeof(*info), &status);
	if (err)
		return err;
	if (status) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP does not describe the GPU: status %#x", status);
		return -EIO;
	}
	flaw = static_info_flaw(info);
	if (flaw) {
		gsp_die(gsp, GSP_XID_ERROR, "GSP's description of the GPU has a wrong %s", flaw);
		return -EIO;
	}
	info->gpu_name[sizeof(info->gpu_name) - 1] = 0;
	info->gpu_short_name[sizeof(info->gpu_short_name) - 1] = 0;
	return 0;
}

int gsp_rpc_handshake(struct nv_gsp *gsp)
{
	int err;

	mutex_lock(&gsp->rpc_lock);
	err = set_guest_system_info(gsp);
	if (!err)
		err = get_static_info(gsp);
	if (!err)
		WRITE_ONCE(gsp->state, NV_GSP_RUNNING);
	mutex_unlock(&gsp->rpc_lock);
	return err;
}

static int rpc_unload(struct nv_gsp *gsp, const struct gsp_rpc_unloading_guest_driver *how)
{
	struct gsp_rpc_unloading_guest_driver request = *how;
	u32 status = NV_OK;
	int err;

	mutex_lock(&gsp->rpc_lock);
	err = gsp_rpc_call(gsp, GSP_RPC_UNLOADING_GUEST_DRIVER, &request, sizeof(request), &status);
	if (!err && !status && how->in_pm_transition)
		WRITE_ONCE(gsp->state, NV_GSP_SUSPENDED);
	mutex_unlock(&gsp->rpc_lock);
	if (!err && status)
		nv_warn(gsp->hw, "GSP refuses to unload: status %#x", status);
	return !err && status ? -EIO : err;
}

int gsp_unload_rm(struct nv_gsp *gsp, const struct gsp_rpc_unloading_guest_driver *how)
{
	int err;

	err = rpc_unload(gsp, how);
	if (err)
		return err;
	return nv_poll32(gsp->hw, NV_PGSP_BASE + NV_PFALCON_FALCON_MAILBOX0, U32_MAX,
			 NV_PGSP_FALCON_MAILBOX0_SUSPENDED, NV_FALCON_TIMEOUT_US);
}
