// SPDX-License-Identifier: MIT OR GPL-2.0

/* The vfio-user server of the device model, and clients that mean it ill. */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "softgpu-priv.h"
#include "vfio-user-client.h"

#define MIB	BIT_ULL(20)

static struct client client;

static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int nr = 0;

	EXPECT(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr;
}

UNIT_TEST(version_comes_first)
{
	const u16 newer[] = { 1, 0 };
	struct vfio_user_device_info info = { .argsz = sizeof(info) };

	client_open(&client, &client_small_gpu);
	EXPECT_EQ(client_ask(&client, VFIO_USER_DEVICE_GET_INFO, &info, sizeof(info)), EINVAL);
	EXPECT_EQ(client_ask(&client, VFIO_USER_VERSION, newer, sizeof(newer)), EINVAL);
	client_greet(&client);
	EXPECT(client.len > 4 && !client.data[client.len - 1]);
	EXPECT_EQ(client_ask(&client, VFIO_USER_VERSION, "\0\0\0", 4), EINVAL);
	EXPECT_EQ(client_ask(&client, VFIO_USER_DEVICE_GET_INFO, &info, sizeof(info)), 0);
	memcpy(&info, client.data, sizeof(info));
	EXPECT_EQ(info.num_regions, VFIO_PCI_NUM_REGIONS);
	EXPECT_EQ(info.num_irqs, VFIO_PCI_NUM_IRQS);
	client_close(&client);
}

static u32 region_info(u32 index, u32 argsz, struct vfio_user_region_info *info)
{
	u32 error;

	*info = (struct vfio_user_region_info){ .argsz = argsz, .index = index };
	error = client_ask(&client, VFIO_USER_DEVICE_GET_REGION_INFO, info, sizeof(*info));
	if (!error)
		memcpy(info, client.data, sizeof(*info));
	return error;
}

UNIT_TEST(regions_are_described)
{
	static const u64 sizes[VFIO_PCI_NUM_REGIONS] = {
		16 * MIB, 256 * MIB, 0, 32 * MIB, 0, 0, 0, 4096, 0,
	};
	struct vfio_user_region_info info;
	u32 i;

	client_start(&client);
	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		EXPECT_EQ(region_info(i, sizeof(info), &info), 0);
		EXPECT_EQ(info.size, sizes[i]);
		EXPECT_EQ(client.fd >= 0, i == VFIO_PCI_BAR1_REGION_INDEX);
	}
	EXPECT_EQ(region_info(i, sizeof(info), &info), EINVAL);
	EXPECT_EQ(region_info(~0u, sizeof(info), &info), EINVAL);
	EXPECT_EQ(region_info(0, sizeof(info) - 1, &info), EINVAL);
	client_close(&client);
}

UNIT_TEST(bar1_is_mapped_as_far_as_there_is_memory)
{
	struct softgpu_config config = client_small_gpu;
	struct vfio_user_sparse_mmap area;
	struct vfio_user_region_info info;
	u64 *map;
	u64 val;

	config.vram_mib = 384;
	client_open(&client, &config);
	client_greet(&client);
	EXPECT_EQ(region_info(1, sizeof(info), &info), 0);
	EXPECT_EQ(info.size, 512 * MIB);
	EXPECT_EQ(info.argsz, 64);
	EXPECT_EQ(client.len, sizeof(info));
	EXPECT(client.fd < 0);
	EXPECT_EQ(region_info(1, info.argsz, &info), 0);
	EXPECT_EQ(client.len, sizeof(info) + sizeof(area));
	memcpy(&area, client.data + info.cap_offset, sizeof(area));
	EXPECT_EQ(area.offset, 0);
	EXPECT_EQ(area.size, 384 * MIB);

	EXPECT(ftruncate(client.fd, 0) < 0);
	map = mmap(NULL, area.size, PROT_READ | PROT_WRITE, MAP_SHARED, client.fd, 0);
	EXPECT(map != MAP_FAILED);
	client_enable_device(&client);
	map[area.size / 8 - 1] = 0x1122334455667788;
	EXPECT_EQ(client_read(&client, 1, area.size - 8, 8, &val), 0);
	EXPECT_EQ(val, 0x1122334455667788);
	EXPECT_EQ(client_write(&client, 1, 0x2000, 4, 0xcafe), 0);
	EXPECT_EQ(map[0x400], 0xcafe);
	munmap(map, area.size);
	client_close(&client);
}

UNIT_TEST(frames_that_make_no_sense_end_the_connection)
{
	static const struct {
		u32 size, flags;
		int verdict;
	} frames[] = {
		{ 0, 0, -EPROTO },
		{ 15, 0, -EPROTO },
		{ 16 + VFIO_USER_MAX_PAYLOAD + 1, 0, -E2BIG },
		{ ~0u, 0, -E2BIG },
		{ 16, VFIO_USER_FLAG_REPLY, -EPROTO },
		{ 16, 0xf, -EPROTO },
	};
	unsigned int i;

	client_start(&client);
	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		const struct vfio_user_header header = {
			.command = VFIO_USER_DEVICE_RESET,
			.size = frames[i].size, .flags = frames[i].flags,
		};

		client_send_raw(&client, &header, NULL, 0, NULL, 0);
		EXPECT_EQ(client_pump(&client), frames[i].verdict);
		client_disconnect(&client);
		client_connect(&client);
		client_greet(&client);
	}
	shutdown(client.sock, SHUT_WR);
	EXPECT_EQ(client_pump(&client), -ECONNRESET);
	client_close(&client);
}

UNIT_TEST(a_message_may_come_in_pieces)
{
	const struct {
		struct vfio_user_header header;
		struct vfio_user_region_access access;
	} msg = {
		{ .command = VFIO_USER_REGION_READ, .size = sizeof(msg) },
		{ .region = VFIO_PCI_CONFIG_REGION_INDEX, .count = 4 },
	};
	unsigned int i;
	u32 id;

	client_start(&client);
	for (i = 0; i < sizeof(msg); i++) {
		EXPECT(!client_receive(&client));
		EXPECT_EQ(send(client.sock, (const u8 *)&msg + i, 1, 0), 1);
		EXPECT_EQ(client_pump(&client), 0);
	}
	EXPECT(client_receive(&client));
	memcpy(&id, client.data + sizeof(msg.access), sizeof(id));
	EXPECT_EQ(id, 0x252010de);

	/* Half a message, then nobody. */
	EXPECT_EQ(send(client.sock, &msg, 20, 0), 20);
	shutdown(client.sock, SHUT_WR);
	EXPECT_EQ(client_pump(&client), -ECONNRESET);
	client_close(&client);
}

UNIT_TEST(short_payloads_and_unknown_commands_are_refused)
{
	static const struct {
		u16 command;
		u32 len;
	} shortest[] = {
		{ VFIO_USER_DMA_MAP, 32 }, { VFIO_USER_DMA_UNMAP, 24 },
		{ VFIO_USER_DEVICE_GET_INFO, 16 }, { VFIO_USER_DEVICE_GET_REGION_INFO, 32 },
		{ VFIO_USER_DEVICE_GET_IRQ_INFO, 16 }, { VFIO_USER_DEVICE_SET_IRQS, 20 },
		{ VFIO_USER_REGION_READ, 16 }, { VFIO_USER_REGION_WRITE, 16 },
		{ VFIO_USER_REGION_WRITE_MULTI, 8 },
	};
	static const u16 unknown[] = { 0, 6, 11, 12, 14, 16, 255, 0xffff };
	u8 zeros[64] = {};
	unsigned int i;

	client_start(&client);
	for (i = 0; i < ARRAY_SIZE(shortest); i++) {
		EXPECT_EQ(client_ask(&client, shortest[i].command, zeros, 0), EINVAL);
		EXPECT_EQ(client_ask(&client, shortest[i].command, zeros, shortest[i].len - 1),
			  EINVAL);
	}
	for (i = 0; i < ARRAY_SIZE(unknown); i++)
		EXPECT_EQ(client_ask(&client, unknown[i], zeros, sizeof(zeros)), EOPNOTSUPP);
	client_close(&client);
}

UNIT_TEST(accesses_stay_inside_their_region)
{
	static const struct {
		u32 region;
		u64 offset;
		u32 count;
	} outside[] = {
		{ 0, 16 * MIB, 1 }, { 0, 16 * MIB - 2, 4 }, { 0, ~0ull, 1 }, { 0, ~0ull - 3, 8 },
		{ 0, 0, VFIO_USER_MAX_DATA + 1 }, { 0, 0, ~0u }, { 1, 256 * MIB, 4 }, { 2, 0, 4 },
		{ 3, 32 * MIB - 4, 8 }, { 6, 0, 1 }, { 7, 4096, 1 }, { 7, 4094, 4 }, { 8, 0, 1 },
		{ 9, 0, 4 }, { ~0u, 0, 4 },
	};
	struct vfio_user_region_access access;
	unsigned int i;
	u64 val;

	client_start(&client);
	client_enable_device(&client);
	for (i = 0; i < ARRAY_SIZE(outside); i++) {
		EXPECT_EQ(client_read(&client, outside[i].region, outside[i].offset,
				      outside[i].count, &val), EINVAL);
		access = (struct vfio_user_region_access){
			.region = outside[i].region, .offset = outside[i].offset,
			.count = outside[i].count,
		};
		EXPECT_EQ(client_ask(&client, VFIO_USER_REGION_WRITE, &access, sizeof(access)),
			  EINVAL);
	}
	/* More data announced than sent. */
	access = (struct vfio_user_region_access){ .region = 1, .count = 4 };
	EXPECT_EQ(client_ask(&client, VFIO_USER_REGION_WRITE, &access, sizeof(access)), EINVAL);
	EXPECT_EQ(client_read(&client, 1, 0, VFIO_USER_MAX_DATA, &val), 0);
	EXPECT_EQ(client_read(&client, 7, 4093, 3, &val), 0);
	EXPECT_EQ(client_read(&client, 7, 4096, 0, &val), 0);
	client_close(&client);
}

static u32 write_multi(u64 nr, const struct vfio_user_small_write *writes, u32 nr_sent)
{
	u8 payload[sizeof(nr) + 4 * sizeof(*writes)];

	memcpy(payload, &nr, sizeof(nr));
	memcpy(payload + sizeof(nr), writes, nr_sent * sizeof(*writes));
	return client_ask(&client, VFIO_USER_REGION_WRITE_MULTI, payload,
			  sizeof(nr) + nr_sent * sizeof(*writes));
}

UNIT_TEST(many_writes_in_one_message)
{
	struct vfio_user_small_write writes[] = {
		{ .region = 1, .offset = 0x10, .count = 4, .data = { 1, 2, 3, 4 } },
		{ .region = 1, .offset = 0x14, .count = 2, .data = { 5, 6 } },
	};
	u64 val;

	client_start(&client);
	client_enable_device(&client);
	EXPECT_EQ(write_multi(2, writes, 2), 0);
	EXPECT_EQ(client_read(&client, 1, 0x10, 8, &val), 0);
	EXPECT_EQ(val, 0x060504030201);
	EXPECT_EQ(write_multi(0, writes, 0), 0);
	EXPECT_EQ(write_multi(3, writes, 2), EINVAL);
	EXPECT_EQ(write_multi(~0ull, writes, 2), EINVAL);
	EXPECT_EQ(write_multi(1ull << 61, writes, 2), EINVAL);
	writes[1].count = 9;
	EXPECT_EQ(write_multi(2, writes, 2), EINVAL);
	writes[1].count = 2;
	writes[1].offset = 256 * MIB - 1;
	EXPECT_EQ(write_multi(2, writes, 2), EINVAL);
	client_close(&client);
}

UNIT_TEST(a_posted_write_is_not_answered)
{
	struct {
		struct vfio_user_region_access access;
		u32 val;
	} write = { { .region = 1, .offset = 8, .count = 4 }, 0xabcd };
	const struct vfio_user_header header = {
		.command = VFIO_USER_REGION_WRITE, .flags = VFIO_USER_FLAG_NO_REPLY,
		.size = sizeof(header) + sizeof(write.access) + 4,
	};
	u64 val;

	client_start(&client);
	client_enable_device(&client);
	client_send_raw(&client, &header, &write, sizeof(write.access) + 4, NULL, 0);
	write.access.region = 77;
	client_send_raw(&client, &header, &write, sizeof(write.access) + 4, NULL, 0);
	EXPECT_EQ(client_pump(&client), 0);
	EXPECT(!client_receive(&client));
	EXPECT_EQ(client_read(&client, 1, 8, 4, &val), 0);
	EXPECT_EQ(val, 0xabcd);
	client_close(&client);
}

static u32 set_irqs(u32 flags, u32 index, u32 first, u32 count, int fd)
{
	const struct vfio_user_irq_set set = {
		.argsz = sizeof(set), .flags = flags, .index = index,
		.start = first, .count = count,
	};

	return client_ask_fds(&client, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), &fd, fd >= 0);
}

UNIT_TEST(interrupt_requests_are_checked)
{
	const u32 eventfd_trigger = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	const u32 none_trigger = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	const u32 msi = VFIO_PCI_MSI_IRQ_INDEX;
	struct vfio_user_irq_info info = { .argsz = sizeof(info), .index = msi };
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	client_start(&client);
	EXPECT_EQ(client_ask(&client, VFIO_USER_DEVICE_GET_IRQ_INFO, &info, sizeof(info)), 0);
	memcpy(&info, client.data, sizeof(info));
	EXPECT_EQ(info.count, 1);
	info.index = VFIO_PCI_NUM_IRQS;
	EXPECT_EQ(client_ask(&client, VFIO_USER_DEVICE_GET_IRQ_INFO, &info, sizeof(info)), EINVAL);

	EXPECT_EQ(set_irqs(eventfd_trigger, VFIO_PCI_NUM_IRQS, 0, 1, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 1, 1, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, ~0u, 1, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 2, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, ~0u, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 0, fd), EINVAL);
	EXPECT_EQ(set_irqs(eventfd_trigger, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, fd), EINVAL);
	EXPECT_EQ(set_irqs(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, msi, 0, 1, -1),
		  EOPNOTSUPP);
	EXPECT_EQ(set_irqs(~0u, msi, 0, 1, -1), EOPNOTSUPP);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 1, fd), 0);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 1, -1), 0);
	EXPECT_EQ(set_irqs(none_trigger, msi, 0, 0, -1), 0);
	client_close(&client);
}

UNIT_TEST(an_msi_is_an_event)
{
	const u32 eventfd_trigger = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	const u32 msi = VFIO_PCI_MSI_IRQ_INDEX;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct softgpu *gpu;
	u64 events;

	client_start(&client);
	gpu = softgpu_server_gpu(client.server);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 1, fd), 0);
	gpu->host.msi(gpu->host.ctx);
	EXPECT_EQ(read(fd, &events, sizeof(events)), sizeof(events));
	EXPECT_EQ(events, 1);

	/* One sent while QEMU changes eventfds is delivered to the next. */
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 1, -1), 0);
	gpu->host.msi(gpu->host.ctx);
	EXPECT(read(fd, &events, sizeof(events)) < 0);
	EXPECT_EQ(set_irqs(eventfd_trigger, msi, 0, 1, fd), 0);
	EXPECT_EQ(read(fd, &events, sizeof(events)), sizeof(events));
	EXPECT_EQ(events, 1);
	client_close(&client);
}

UNIT_TEST(no_fd_is_left_behind)
{
	const struct vfio_user_header header = {
		.command = VFIO_USER_DEVICE_RESET, .size = sizeof(header),
	};
	int fds[16], before, i;

	client_start(&client);
	for (i = 0; i < 16; i++)
		fds[i] = client.sock;
	before = open_fds();
	client_send_raw(&client, &header, NULL, 0, fds, VFIO_USER_MAX_FDS);
	EXPECT_EQ(client_pump(&client), 0);
	EXPECT(client_receive(&client));
	EXPECT_EQ(open_fds(), before);
	client_send_raw(&client, &header, NULL, 0, fds, VFIO_USER_MAX_FDS + 1);
	EXPECT_EQ(client_pump(&client), -EPROTO);
	client_disconnect(&client);
	client_connect(&client);
	EXPECT_EQ(open_fds(), before);
	client_close(&client);
}

UNIT_TEST(the_next_client_finds_a_gpu_after_power_on)
{
	u64 val;

	client_start(&client);
	client_enable_device(&client);
	EXPECT_EQ(client_write(&client, 1, 0x1000, 4, 0x1234), 0);
	client_disconnect(&client);
	client_connect(&client);
	client_greet(&client);
	EXPECT_EQ(client_read(&client, 7, PCI_COMMAND, 2, &val), 0);
	EXPECT_EQ(val, 0);
	EXPECT_EQ(client_read(&client, 1, 0x1000, 4, &val), 0);
	EXPECT_EQ(val, 0xffffffff);
	client_enable_device(&client);
	EXPECT_EQ(client_read(&client, 1, 0x1000, 4, &val), 0);
	EXPECT_EQ(val, 0);
	client_close(&client);
}
