// SPDX-License-Identifier: MIT OR GPL-2.0

/* The first messages, with a GSP that says odd things about itself. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "gsp-peer.h"
#include "unit.h"

struct gsp_answers {
	struct gsp_static_config_info info;
	u32 vgx_minor, result, result_private, info_result;
	unsigned int calls;
};

static void sound(struct gsp_answers *answers)
{
	*answers = (struct gsp_answers) {
		.info = {
			.gid_length = 16, .gid_data = { 1 }, .num_fb_regions = 2,
			.fb_region = {
				{ .base = 0, .limit = 0xfffffff },
				{ .base = 0x10000000, .limit = 0x1fffffff, .reserved = 0x10000000 },
			},
			.fb_length = 0x20000000, .gpu_name = "NVIDIA Test",
			.h_internal_client = 1, .h_internal_device = 2, .h_internal_subdevice = 3,
		},
		.vgx_minor = GSP_VGX_MINOR,
	};
}

static void on_guest_info(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_set_guest_system_info *info = (void *)(msg + 1);
	struct gsp_answers *answers = peer->ctx;

	EXPECT_EQ(info->vgx_major, 0x25);
	EXPECT_EQ(info->vgx_minor, 0x1b);
	EXPECT_EQ(info->driver_version_len, 256);
	EXPECT_STR(info->driver_version, "550.163.01");
	info->vgx_minor = answers->vgx_minor;
	peer_echo(peer, msg, answers->result);
	/* The peer's messages have no private result; put one in where the driver will look. */
	if (answers->result_private) {
		struct gsp_msgq_element *elem = peer_statq(peer) + GSP_MSGQ_ENTRY_OFF;
		struct gsp_rpc_header *reply = (void *)(elem + 1);

		EXPECT_EQ(peer->tx_index, 1);
		elem->checksum ^= answers->result_private;
		reply->rpc_result_private = answers->result_private;
	}
}

static void on_handshake(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_answers *answers = peer->ctx;

	if (answers->calls++ == 0) {
		EXPECT_EQ(msg->function, GSP_RPC_SET_GUEST_SYSTEM_INFO);
		on_guest_info(peer, msg);
	} else {
		EXPECT_EQ(msg->function, GSP_RPC_GET_GSP_STATIC_INFO);
		EXPECT_EQ(msg->length, sizeof(*msg) + sizeof(answers->info));
		peer_send(peer, msg->function, answers->info_result, &answers->info,
			  sizeof(answers->info));
	}
}

static void start(struct peer *peer, struct gsp_answers *answers)
{
	peer_init(peer);
	peer->gsp->state = NV_GSP_BOOTING;
	peer->message = on_handshake;
	peer->ctx = answers;
}

UNIT_TEST(handshake)
{
	struct gsp_answers answers;
	struct peer peer;

	sound(&answers);
	memset(answers.info.gpu_short_name, 'z', sizeof(answers.info.gpu_short_name));
	start(&peer, &answers);
	EXPECT_EQ(gsp_rpc_handshake(peer.gsp), 0);
	EXPECT(nv_gsp_running(peer.gsp));
	EXPECT_EQ(answers.calls, 2);
	EXPECT_STR(nv_gsp_static_info(peer.gsp)->gpu_name, "NVIDIA Test");
	EXPECT_EQ(strlen(nv_gsp_static_info(peer.gsp)->gpu_short_name), 63);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 0);
	peer_fini(&peer);
}

static void refused(struct gsp_answers *answers, const char *text)
{
	struct peer peer;

	start(&peer, answers);
	EXPECT_EQ(gsp_rpc_handshake(peer.gsp), -EIO);
	EXPECT(!nv_gsp_running(peer.gsp));
	EXPECT_EQ(unit_log_has(&peer.log, text), 1);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&peer.log, "Xid"), 0);
	peer_fini(&peer);
	sound(answers);
}

UNIT_TEST(handshake_refused)
{
	struct gsp_answers answers;

	sound(&answers);
	answers.result = NV_ERR_INVALID_STATE;
	refused(&answers, "refuses this driver: status 0x40");
	answers.result_private = 7;
	refused(&answers, "refuses this driver: status 0x7");
	answers.vgx_minor++;
	refused(&answers, "speaks protocol 25.1c");
	answers.info_result = NV_ERR_GENERIC;
	refused(&answers, "does not describe the GPU");
}

UNIT_TEST(static_info_that_lies)
{
	struct gsp_answers answers;
	struct gsp_static_config_info *info = &answers.info;

	sound(&answers);
	info->num_fb_regions = 0;
	refused(&answers, "number of memory regions");
	info->num_fb_regions = 17;
	refused(&answers, "number of memory regions");
	info->fb_region[1].limit = 0x20000000;
	refused(&answers, "bounds of a memory region");
	info->fb_region[1].base = ~0ull;
	refused(&answers, "bounds of a memory region");
	info->fb_region[1].reserved++;
	refused(&answers, "reserved part of a memory region");
	info->fb_length = 0;
	refused(&answers, "size of video memory");
	info->fb_length = ~0ull;
	refused(&answers, "size of video memory");
	info->gid_length = 257;
	refused(&answers, "GPU id");
	info->gid_data[0] = 0;
	refused(&answers, "GPU id");
	info->h_internal_client = 0;
	refused(&answers, "internal handles");
	info->h_internal_subdevice = 0;
	refused(&answers, "internal handles");
}

UNIT_TEST(handshake_without_memory)
{
	struct gsp_answers answers;
	struct peer peer;

	sound(&answers);
	start(&peer, &answers);
	unit_fail_alloc_at(1);
	EXPECT_EQ(gsp_rpc_handshake(peer.gsp), -ENOMEM);
	unit_fail_alloc_at(1);
	EXPECT_EQ(gsp_rpc_send_boot_info(peer.gsp), -ENOMEM);
	peer_fini(&peer);
}

UNIT_TEST(init_done)
{
	u8 notice[16] = { };
	struct peer peer;

	peer_init(&peer);
	peer.gsp->state = NV_GSP_BOOTING;
	peer_send(&peer, GSP_EVENT_LOCKDOWN_NOTICE, 0, notice, sizeof(notice));
	peer_send(&peer, GSP_EVENT_UCODE_LIBOS_PRINT, 0, notice, sizeof(notice));
	peer_send(&peer, GSP_EVENT_INIT_DONE, 0, NULL, 0);
	EXPECT_EQ(gsp_rpc_wait_init_done(peer.gsp), 0);
	EXPECT_EQ(peer.slept, 0);
	EXPECT_EQ(unit_log_lines(&peer.log, 'W'), 0);

	peer_send(&peer, GSP_EVENT_INIT_DONE, 0x62, NULL, 0);
	EXPECT_EQ(gsp_rpc_wait_init_done(peer.gsp), -EIO);
	EXPECT_EQ(unit_log_has(&peer.log, "says that its start failed: status 0x62"), 1);
	peer_fini(&peer);
}

UNIT_TEST(init_done_never_comes)
{
	struct peer peer;

	peer_init(&peer);
	peer.gsp->state = NV_GSP_BOOTING;
	EXPECT_EQ(gsp_rpc_wait_init_done(peer.gsp), -ETIMEDOUT);
	EXPECT(peer.now < 10100000000ull);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&peer.log, "Xid"), 0);
	peer_fini(&peer);
}

/* Before GSP runs */

static void check_registry(const struct gsp_registry_table *table, u32 len)
{
	const char *base = (const char *)table;

	EXPECT_EQ(table->size, len);
	EXPECT_EQ(table->num_entries, 2);
	EXPECT_EQ(table->entries[0].type, GSP_REGISTRY_TYPE_DWORD);
	EXPECT_EQ(table->entries[0].data, 5);
	EXPECT_EQ(table->entries[0].length, 4);
	EXPECT_STR(base + table->entries[0].name_offset, "RMFirst");
	EXPECT_EQ(table->entries[1].data, 0xffffffff);
	EXPECT_STR(base + table->entries[1].name_offset, "RMTheSecond");
	EXPECT_EQ(table->entries[1].name_offset + sizeof("RMTheSecond"), len);
}

static void on_boot_info(struct peer *peer, const struct gsp_rpc_header *msg)
{
	const struct gsp_system_info *info = (void *)(msg + 1);
	unsigned int *calls = peer->ctx;

	if ((*calls)++) {
		EXPECT_EQ(msg->function, GSP_RPC_SET_REGISTRY);
		check_registry((void *)(msg + 1), msg->length - sizeof(*msg));
		return;
	}
	EXPECT_EQ(msg->function, GSP_RPC_GSP_SET_SYSTEM_INFO);
	EXPECT_EQ(msg->length, sizeof(*msg) + 880);
	EXPECT_EQ(info->gpu_phys_addr, 0xe0000000);
	EXPECT_EQ(info->gpu_phys_fb_addr, 0x4000000000);
	EXPECT_EQ(info->gpu_phys_inst_addr, 0x5000000000);
	EXPECT_EQ(info->nv_domain_bus_device_func, 0x200000110);
	EXPECT_EQ(info->pci_config_mirror_base, 0x88000);
	EXPECT_EQ(info->pci_config_mirror_size, 0x1000);
}

UNIT_TEST(boot_info)
{
	struct nv_registry *registry = kzalloc(struct_size(registry, entry, 2), GFP_KERNEL);
	unsigned int calls = 0;
	struct peer peer;

	registry->count = 2;
	registry->entry[0] = (struct nv_registry_entry) { "RMFirst", 5 };
	registry->entry[1] = (struct nv_registry_entry) { "RMTheSecond", 0xffffffff };
	peer_init(&peer);
	peer.gsp->state = NV_GSP_BOOTING;
	peer.gpu.registry = registry;
	peer.hw.bar[0].addr = 0xe0000000;
	peer.hw.bar[1].addr = 0x4000000000;
	peer.hw.bar[2].addr = 0x5000000000;
	peer.hw.domain = 2;
	peer.hw.slot = 2;
	EXPECT_EQ(gsp_rpc_send_boot_info(peer.gsp), 0);
	peer.message = on_boot_info;
	peer.ctx = &calls;
	peer_take(&peer);
	EXPECT_EQ(calls, 2);
	kfree(registry);
	peer_fini(&peer);
}

UNIT_TEST(registry_too_large)
{
	const u32 count = 5000;
	struct nv_registry *registry = kzalloc(struct_size(registry, entry, count), GFP_KERNEL);
	struct peer peer;
	u32 i;

	registry->count = count;
	for (i = 0; i < count; i++)
		registry->entry[i].name = "RM";
	peer_init(&peer);
	peer.gsp->state = NV_GSP_BOOTING;
	peer.gpu.registry = registry;
	EXPECT_EQ(gsp_rpc_send_boot_info(peer.gsp), -EINVAL);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 1);
	kfree(registry);
	peer_fini(&peer);
}
