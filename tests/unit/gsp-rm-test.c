// SPDX-License-Identifier: MIT OR GPL-2.0
/* The stand-in for GSP-RM at its queues: start, messages, and drivers that lie. */
#include "gsp-rm-driver.h"

#include "regs/nv-pmc.h"

static struct driver driver;
static struct wire wire;

UNIT_TEST(handshake)
{
	struct gsp_rpc_set_guest_system_info guest = {
		.vgx_major = GSP_VGX_MAJOR, .vgx_minor = GSP_VGX_MINOR,
		.driver_version = NV_RELEASE,
	};
	struct softgpu_stats stats;

	driver_boot(&driver);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_SET_GUEST_SYSTEM_INFO, &guest, sizeof(guest)), 0);
	EXPECT_EQ(guest.vgx_major, GSP_VGX_MAJOR);
	EXPECT_STR(guest.driver_version, NV_RELEASE);
	guest.vgx_minor++;
	EXPECT_EQ(driver_call(&driver, GSP_RPC_SET_GUEST_SYSTEM_INFO, &guest, sizeof(guest)),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT(logged(&driver.model, "vgxVersion"));
	softgpu_get_stats(driver.model.gpu, &stats);
	EXPECT_EQ(stats.messages_in, 4);
	EXPECT_EQ(stats.messages_out, 3);
	EXPECT(rd(&driver.model, NV_PGSP_BASE + NV_PFALCON_FALCON_IRQSTAT) &
	       NV_PFALCON_FALCON_IRQ_SWGEN0);
	driver_close(&driver);
}

UNIT_TEST(static_info)
{
	struct gsp_static_config_info info = { 0 };
	const struct gsp_fb_region *region = info.fb_region;
	u64 next = 0, usable = 0;

	driver_boot(&driver);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_GET_GSP_STATIC_INFO, &info, sizeof(info)), 0);
	EXPECT_STR(info.gpu_name, "NVIDIA GeForce RTX 3060 Laptop GPU");
	EXPECT_EQ(info.gpu_name_unicode[7], 'G');
	EXPECT_EQ(info.gid_flags, GSP_GID_FLAGS_BINARY);
	EXPECT_EQ(info.gid_length, 16);
	EXPECT(!memcmp(info.gid_data, "opennv", 6));
	EXPECT(info.is_mobile);
	EXPECT_EQ(info.fb_length, 6144ull << 20);
	for (u32 i = 0; i < info.num_fb_regions; i++) {
		EXPECT_EQ(region[i].base, next);
		EXPECT(region[i].limit > region[i].base);
		next = region[i].limit + 1;
		EXPECT(!region[i].reserved || region[i].reserved == next - region[i].base);
		if (region[i].reserved)
			continue;
		usable += next - region[i].base;
		EXPECT(region[i].limit < driver.meta.gsp_fw_rsvd_start);
		EXPECT(info.bar1_pde_base > region[i].limit);
		EXPECT(info.bar2_pde_base > region[i].limit);
	}
	EXPECT_EQ(next, info.fb_length);
	EXPECT(usable > 5ull << 30);
	EXPECT(info.h_internal_client && info.h_internal_device && info.h_internal_subdevice);
	driver_close(&driver);
}

UNIT_TEST(uuid_is_what_was_asked_for)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;
	struct gsp_static_config_info info = { 0 };

	config.uuid[15] = 9;
	driver_boot_config(&driver, config);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_GET_GSP_STATIC_INFO, &info, sizeof(info)), 0);
	EXPECT(!memcmp(info.gid_data, config.uuid, sizeof(config.uuid)));
	driver_close(&driver);
}

/* A request that carries no room for the reply gets it all the same. */
UNIT_TEST(static_info_for_an_empty_request)
{
	driver_boot(&driver);
	driver_send(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(wire.rpc.length, 32 + sizeof(struct gsp_static_config_info));
	driver_close(&driver);
}

/* A running stand-in gets @wire tampered with, falls silent and says why. */
#define EXPECT_DEATH(tamper, text) do {						\
	driver_boot(&driver);							\
	driver_compose(&driver, &wire, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);	\
	tamper;									\
	driver_push(&driver, &wire, 1);						\
	driver_ring(&driver);							\
	EXPECT(logged(&driver.model, text));					\
	EXPECT(!driver_receive(&driver, &wire));				\
	driver_queue(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);		\
	driver_ring(&driver);							\
	EXPECT(!driver_receive(&driver, &wire));				\
	driver_close(&driver);							\
} while (0)

UNIT_TEST(malformed_messages_kill)
{
	EXPECT_DEATH(wire.element.checksum ^= 1, "checkSum");
	EXPECT_DEATH(wire.payload[0] = 1; wire.rpc.length += 8, "checkSum");
	EXPECT_DEATH(wire.element.seq_num++; wire_seal(&wire), "seqNum is 3, must be 2");
	EXPECT_DEATH(wire.element.elem_count = 0; wire_seal(&wire), "elemCount is 0");
	EXPECT_DEATH(wire.element.elem_count = 2; wire_seal(&wire), "elemCount is 2, 1 to 1");
	EXPECT_DEATH(wire.element.elem_count = 0xffffffff; wire_seal(&wire), "elemCount");
	EXPECT_DEATH(wire.rpc.length = 31; wire_seal(&wire), "rpc.length is 31");
	EXPECT_DEATH(wire.rpc.length = 0xffd1, "rpc.length");
	EXPECT_DEATH(wire.rpc.length = 0xffffffff, "rpc.length");
	EXPECT_DEATH(wire.rpc.length = 0x1000; wire_seal(&wire), "for an rpc.length of");
	EXPECT_DEATH(wire.rpc.header_version = 1; wire_seal(&wire), "header_version");
	EXPECT_DEATH(wire.rpc.signature = 1; wire_seal(&wire), "signature");
	EXPECT_DEATH(wire.rpc.function = GSP_RPC_CONTINUATION_RECORD; wire_seal(&wire),
		     "nothing to continue");
	EXPECT_DEATH(wire.rpc.function = GSP_RPC_SET_REGISTRY; wire_seal(&wire), "function 73");
	EXPECT_DEATH(wire.rpc.function = GSP_RPC_FREE; wire_seal(&wire), "function 10: 0 bytes");
}

UNIT_TEST(wild_indices_kill)
{
	driver_boot(&driver);
	*driver_write_ptr(&driver) = GSP_MSGQ_ELEM_COUNT;
	driver_ring(&driver);
	EXPECT(logged(&driver.model, "writePtr is 63"));
	driver_close(&driver);

	driver_boot(&driver);
	*driver_shm(&driver, GSP_SHM_CMDQ_OFF + GSP_MSGQ_RX_OFF) = 0xffffffff;
	driver_queue(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	driver_ring(&driver);
	EXPECT(logged(&driver.model, "readPtr is 4294967295"));
	driver_close(&driver);
}

static void announce(u32 params_size, u32 sent)
{
	static u8 params[0x10000];
	struct gsp_rpc_rm_control *args = (void *)params;

	driver_boot(&driver);
	args->params_size = params_size;
	driver_queue(&driver, GSP_RPC_GSP_RM_CONTROL, args, sent);
	driver_ring(&driver);
}

UNIT_TEST(continuations_are_checked)
{
	const u32 full = GSP_MSGQ_MAX_RPC - 32;
	u8 byte = 0;

	announce(100, 24 + 99);
	EXPECT(logged(&driver.model, "announces 124 bytes, its record has 123"));
	driver_close(&driver);

	announce(0xffffffff, full);
	EXPECT(logged(&driver.model, "announces"));
	driver_close(&driver);

	announce(full, full);
	driver_queue(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	driver_ring(&driver);
	EXPECT(logged(&driver.model, "function 65 with 0 bytes, not 24 more bytes"));
	driver_close(&driver);

	announce(full, full);
	driver_queue(&driver, GSP_RPC_CONTINUATION_RECORD, &byte, 1);
	driver_ring(&driver);
	EXPECT(logged(&driver.model, "not 24 more bytes of function 76"));
	driver_close(&driver);
}

UNIT_TEST(rings_wrap)
{
	u8 params[23072];

	driver_boot(&driver);
	for (u32 i = 0; i < 50; i++) {
		memset(params, i, sizeof(params));
		EXPECT_EQ(driver_internal(&driver, 0x20800a22, params, sizeof(params)), 0);
		EXPECT_EQ(params[2880], 30);
		EXPECT_EQ(driver_internal(&driver, 0x20800a70, NULL, 0), 0);
	}
	driver_close(&driver);
}

static void large_control(u32 size)
{
	u8 *params = malloc(size);

	EXPECT(params);
	for (u32 i = 0; i < size; i++)
		params[i] = i * 2654435761u >> 24;
	driver_boot(&driver);
	EXPECT_EQ(driver_internal(&driver, 0x2080afff, params, size), NV_ERR_NOT_SUPPORTED);
	for (u32 i = 0; i < size; i++)
		EXPECT_EQ(params[i], (u8)(i * 2654435761u >> 24));
	driver_close(&driver);
	free(params);
}

/* Sizes around what one record holds, one that nvidia-smi sends, and what fills a ring. */
UNIT_TEST(large_controls_are_split)
{
	const u32 full = GSP_MSGQ_MAX_RPC - 32 - 24;

	large_control(full - 1);
	large_control(full);
	large_control(full + 1);
	large_control(2 * (full + 24) - 24);
	large_control(88024);
	large_control(1 << 20);
}

UNIT_TEST(a_thread_waits_for_room)
{
	driver.model.threaded = true;
	large_control(88024);
	large_control(1 << 20);
}

/* The thread is in the middle of its wait when the model goes. */
UNIT_TEST(a_waiting_thread_can_be_stopped)
{
	struct {
		struct gsp_rpc_rm_control args;
		u8 params[300000];
	} *control = calloc(1, sizeof(*control));

	EXPECT(control);
	control->args.params_size = sizeof(*control) - sizeof(control->args);
	driver.model.threaded = true;
	for (u32 i = 0; i < 20; i++) {
		driver_boot(&driver);
		driver_send(&driver, GSP_RPC_GSP_RM_CONTROL, control, sizeof(*control));
		EXPECT(driver_receive(&driver, &wire));
		if (i % 2)
			softgpu_reset(driver.model.gpu, false);
		driver_close(&driver);
	}
	free(control);
}

UNIT_TEST(full_status_queue_waits)
{
	u32 got = 0;

	driver_boot(&driver);
	for (u32 i = 0; i < 200; i++) {
		u32 *read_ptr = driver_shm(&driver, GSP_SHM_STATQ_OFF + GSP_MSGQ_RX_OFF);

		if ((*driver_write_ptr(&driver) + 1) % GSP_MSGQ_ELEM_COUNT == *read_ptr)
			break;
		driver_queue(&driver, 3, &i, sizeof(i));
		driver_ring(&driver);
	}
	for (;;) {
		if (!driver_receive(&driver, &wire)) {
			rd(&driver.model, NV_PMC_BOOT_0);
			if (!driver_receive(&driver, &wire))
				break;
		}
		EXPECT_EQ(wire.rpc.rpc_result, GSP_RPC_UNKNOWN_FUNCTION);
		EXPECT_EQ(wire.payload[0], got++);
	}
	/* As many as the status queue holds, one that waited, and a full command queue. */
	EXPECT_EQ(got, 62 + 1 + 62);
	driver_close(&driver);
}

UNIT_TEST(unknown_functions_are_answered)
{
	struct softgpu_stats stats;
	u64 payload = 0x1122334455667788;

	driver_boot(&driver);
	EXPECT_EQ(driver_call(&driver, 199, &payload, sizeof(payload)), GSP_RPC_UNKNOWN_FUNCTION);
	EXPECT_EQ(payload, 0x1122334455667788);
	softgpu_get_stats(driver.model.gpu, &stats);
	EXPECT_EQ(stats.unknown_rpcs, 1);
	driver_close(&driver);
}

UNIT_TEST(unload_ends_in_the_mailbox)
{
	struct gsp_rpc_unloading_guest_driver args = { .gc6_entering = 1 };

	driver_boot(&driver);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UNLOADING_GUEST_DRIVER, &args, sizeof(args)),
		  NV_ERR_INVALID_ARGUMENT);
	args.gc6_entering = 0;
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UNLOADING_GUEST_DRIVER, &args, sizeof(args)), 0);
	EXPECT_EQ(rd(&driver.model, NV_PGSP_BASE + NV_PFALCON_FALCON_MAILBOX0), 0x80000000);
	driver_queue(&driver, GSP_RPC_GET_GSP_STATIC_INFO, NULL, 0);
	driver_ring(&driver);
	EXPECT(!driver_receive(&driver, &wire));
	driver_close(&driver);
}

UNIT_TEST(bar_pde_goes_to_the_root)
{
	struct gsp_rpc_update_bar_pde args = { 1, 0, 0x12345602, 47 };
	u64 pde;

	driver_boot(&driver);
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UPDATE_BAR_PDE, &args, sizeof(args)), 0);
	memcpy(&pde, driver.model.gpu->vram + sg_mmu_bar_root(driver.model.gpu, SOFTGPU_BAR3), 8);
	EXPECT_EQ(pde, 0x12345602);
	args.entry_level_shift = 38;
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UPDATE_BAR_PDE, &args, sizeof(args)),
		  NV_ERR_INVALID_ARGUMENT);
	args.bar_type = 2;
	EXPECT_EQ(driver_call(&driver, GSP_RPC_UPDATE_BAR_PDE, &args, sizeof(args)),
		  NV_ERR_INVALID_ARGUMENT);
	driver_close(&driver);
}

UNIT_TEST(events)
{
	const struct gsp_event_os_error_log *log = (const void *)wire.payload;
	const struct gsp_event_post_event *post = (const void *)wire.payload;

	driver_boot(&driver);
	sg_gsp_error_log(driver.model.gpu, 31, 5, "MMU Fault");
	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(wire.rpc.function, GSP_EVENT_OS_ERROR_LOG);
	EXPECT_EQ(log->except_type, 31);
	EXPECT_EQ(log->chid, 5);
	EXPECT_STR(log->string, "MMU Fault");
	sg_gsp_post_event(driver.model.gpu, 1, 2, 3, 4);
	EXPECT(driver_receive(&driver, &wire));
	EXPECT_EQ(wire.rpc.function, GSP_EVENT_POST_EVENT);
	EXPECT_EQ(post->h_event, 2);
	EXPECT_EQ(post->event_data_size, 0);
	for (u32 i = 0; i < 1000; i++)
		sg_gsp_error_log(driver.model.gpu, i, 0, "");
	EXPECT(logged(&driver.model, "dropped"));
	driver_close(&driver);
}
