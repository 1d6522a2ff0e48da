// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Valid messages with a few things changed, a bounded number of them and the same
 * ones each time: the server may refuse them or end the connection, no more.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kernel.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "vfio-user-client.h"

#define MESSAGES	20000

static struct client client;
static u64 state = 0x6f70656e6e76ull;

static u32 random32(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state >> 32;
}

static u32 below(u32 n)
{
	return random32() % n;
}

/* Numbers near which mistakes live. */
static u64 interesting(void)
{
	static const u64 numbers[] = {
		0, 1, 4, 7, 8, 0xfff, 0x1000, 0x10000, 0x88000, 0xffffff, 1ull << 24, 1ull << 28,
		1ull << 31, 0xffffffff, 1ull << 32, 1ull << 63, ~0xfffull, ~0ull - 3, ~0ull,
	};

	return numbers[below(ARRAY_SIZE(numbers))];
}

static u32 valid_access(u8 *payload, bool write)
{
	static const u32 regions[] = { 0, 0, 0, 1, 3, 7, 7 };
	static const u32 counts[] = { 1, 2, 4, 4, 4, 8, 64 };
	struct vfio_user_region_access access = {
		.region = regions[below(7)], .count = counts[below(7)],
	};
	u32 i;

	access.offset = access.region == 7 ? below(4096) : below(16 << 20) & ~3u;
	memcpy(payload, &access, sizeof(access));
	for (i = 0; write && i < access.count; i++)
		payload[sizeof(access) + i] = random32();
	return sizeof(access) + (write ? access.count : 0);
}

static u32 valid_write_multi(u8 *payload)
{
	u64 nr = below(5), i;

	memcpy(payload, &nr, sizeof(nr));
	for (i = 0; i < nr; i++) {
		struct vfio_user_small_write one = {
			.offset = below(1 << 20), .region = 1, .count = 1 + below(8),
		};

		memcpy(payload + sizeof(nr) + i * sizeof(one), &one, sizeof(one));
	}
	return sizeof(nr) + nr * sizeof(struct vfio_user_small_write);
}

static u32 valid_payload(u16 command, u8 *payload)
{
	struct vfio_user_dma_map map = {
		.argsz = sizeof(map), .flags = 3, .address = below(64) << 12, .size = 0x4000,
	};
	struct vfio_user_dma_unmap unmap = {
		.argsz = sizeof(unmap), .address = below(64) << 12, .size = 0x4000,
	};
	struct vfio_user_region_info info = { .argsz = 64, .index = below(9) };
	struct vfio_user_irq_set set = {
		.argsz = sizeof(set), .flags = VFIO_IRQ_SET_DATA_EVENTFD |
		VFIO_IRQ_SET_ACTION_TRIGGER, .index = below(5), .count = 1,
	};

	switch (command) {
	case VFIO_USER_DMA_MAP:
		memcpy(payload, &map, sizeof(map));
		return sizeof(map);
	case VFIO_USER_DMA_UNMAP:
		memcpy(payload, &unmap, sizeof(unmap));
		return sizeof(unmap);
	case VFIO_USER_DEVICE_SET_IRQS:
		memcpy(payload, &set, sizeof(set));
		return sizeof(set);
	case VFIO_USER_REGION_READ:
	case VFIO_USER_REGION_WRITE:
		return valid_access(payload, command == VFIO_USER_REGION_WRITE);
	case VFIO_USER_REGION_WRITE_MULTI:
		return valid_write_multi(payload);
	default:
		memcpy(payload, &info, sizeof(info));
		return sizeof(info);
	}
}

static void mutate(struct vfio_user_header *header, u8 *payload, u32 *len)
{
	u64 number = interesting();
	u32 width = 1u << below(4);

	switch (below(8)) {
	case 0:
		header->size = below(2) ? number : below(80);
		break;
	case 1:
		header->flags = below(2) ? VFIO_USER_FLAG_NO_REPLY : number;
		break;
	case 2:
		*len = below(*len + 1);
		header->size = sizeof(*header) + *len;
		break;
	case 3:
		header->command = number;
		break;
	default:
		if (*len >= width)
			memcpy(payload + below(*len - width + 1), &number, width);
	}
}

static void send_one(int guest)
{
	static const u16 commands[] = {
		VFIO_USER_VERSION, VFIO_USER_DMA_MAP, VFIO_USER_DMA_UNMAP,
		VFIO_USER_DEVICE_GET_INFO, VFIO_USER_DEVICE_GET_REGION_INFO,
		VFIO_USER_DEVICE_GET_IRQ_INFO, VFIO_USER_DEVICE_SET_IRQS,
		VFIO_USER_REGION_READ, VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE,
		VFIO_USER_REGION_WRITE, VFIO_USER_REGION_WRITE, VFIO_USER_REGION_WRITE_MULTI,
	};
	struct vfio_user_header header = { .command = commands[below(13)] };
	u8 payload[256] = {};
	int fds[2] = { guest, eventfd(0, EFD_CLOEXEC) };
	u32 len, i;

	len = valid_payload(header.command, payload);
	header.size = sizeof(header) + len;
	for (i = below(3); i; i--)
		mutate(&header, payload, &len);
	client_send_raw(&client, &header, payload, len, fds + below(2), below(2));
	close(fds[1]);
}

UNIT_TEST(mutated_messages)
{
	int guest = memfd_create("guest", MFD_CLOEXEC), i;
	unsigned int answered = 0, ended = 0;
	u64 id;

	EXPECT(guest >= 0 && !ftruncate(guest, 0x4000));
	client_start(&client);
	client_enable_device(&client);
	for (i = 0; i < MESSAGES; i++) {
		int ret;

		send_one(guest);
		ret = client_pump(&client);
		while (client_receive(&client))
			answered += !client.reply.error;
		/* Also when the server waits for the rest of a message that was too short. */
		if (!ret && below(16))
			continue;
		ended += ret != 0;
		client_disconnect(&client);
		client_connect(&client);
		client_greet(&client);
		client_enable_device(&client);
	}
	/* Else this was a test of something smaller than it says. */
	EXPECT(answered > MESSAGES / 10);
	EXPECT(ended > MESSAGES / 100);
	EXPECT_EQ(client_read(&client, VFIO_PCI_CONFIG_REGION_INDEX, 0, 4, &id), 0);
	EXPECT_EQ(id, 0x252010de);
	client_close(&client);
}
