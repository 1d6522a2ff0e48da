// SPDX-License-Identifier: MIT OR GPL-2.0

/* Guest memory that a vfio-user client shares: what the server takes, and where DMA gets. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>

#include "softgpu-priv.h"
#include "vfio-user-client.h"

#define PAGE	4096ull

static struct client client;

static int guest_file(u64 size)
{
	int fd = memfd_create("guest", MFD_CLOEXEC);

	EXPECT(fd >= 0 && !ftruncate(fd, size));
	return fd;
}

static u32 dma_map(u64 address, u64 size, u64 offset, u32 flags, int fd)
{
	const struct vfio_user_dma_map map = {
		.argsz = sizeof(map), .flags = flags,
		.offset = offset, .address = address, .size = size,
	};

	return client_ask_fds(&client, VFIO_USER_DMA_MAP, &map, sizeof(map), &fd, fd >= 0);
}

static u32 dma_unmap(u64 address, u64 size, u32 flags)
{
	const struct vfio_user_dma_unmap unmap = {
		.argsz = sizeof(unmap), .flags = flags, .address = address, .size = size,
	};

	return client_ask(&client, VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap));
}

static bool dma_read(u64 address, void *buf, u64 len)
{
	struct softgpu *gpu = softgpu_server_gpu(client.server);
	bool ok;

	softgpu_lock(gpu);
	ok = sg_dma_read(gpu, address, buf, len);
	softgpu_unlock(gpu);
	return ok;
}

static bool dma_write(u64 address, const void *buf, u64 len)
{
	struct softgpu *gpu = softgpu_server_gpu(client.server);
	bool ok;

	softgpu_lock(gpu);
	ok = sg_dma_write(gpu, address, buf, len);
	softgpu_unlock(gpu);
	return ok;
}

UNIT_TEST(dma_maps_are_checked)
{
	const u32 rw = VFIO_USER_DMA_READ | VFIO_USER_DMA_WRITE;
	int fd = guest_file(16 * PAGE), pipes[2], i;

	client_start(&client);
	EXPECT(!pipe2(pipes, O_CLOEXEC));
	EXPECT_EQ(dma_map(0, 0, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(1, PAGE, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE + 1, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE, 1, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, 17 * PAGE, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE, 16 * PAGE, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, 2 * PAGE, 15 * PAGE, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE, 0 - PAGE, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, 0 - PAGE, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0 - PAGE, 2 * PAGE, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, 1ull << 63, 0, rw, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE, 0, rw | 4, fd), EINVAL);
	EXPECT_EQ(dma_map(0, PAGE, 0, rw, pipes[0]), EINVAL);

	EXPECT_EQ(dma_map(4 * PAGE, 4 * PAGE, 0, rw, fd), 0);
	EXPECT_EQ(dma_map(4 * PAGE, 4 * PAGE, 0, rw, fd), EEXIST);
	EXPECT_EQ(dma_map(0, 5 * PAGE, 0, rw, fd), EEXIST);
	EXPECT_EQ(dma_map(7 * PAGE, PAGE, 0, rw, fd), EEXIST);
	EXPECT_EQ(dma_map(0, 16 * PAGE, 0, rw, fd), EEXIST);
	EXPECT_EQ(dma_map(0 - PAGE, PAGE, 0, rw, fd), 0);
	EXPECT_EQ(dma_unmap(4 * PAGE, PAGE, 0), ENOENT);
	EXPECT_EQ(dma_unmap(5 * PAGE, 4 * PAGE, 0), ENOENT);
	EXPECT_EQ(dma_unmap(4 * PAGE, 4 * PAGE, 1), EOPNOTSUPP);
	EXPECT_EQ(dma_unmap(4 * PAGE, 4 * PAGE, 0), 0);
	EXPECT_EQ(dma_unmap(4 * PAGE, 4 * PAGE, 0), ENOENT);
	EXPECT_EQ(dma_unmap(0, 0, VFIO_USER_DMA_UNMAP_ALL), 0);

	for (i = 0; i < 1024; i++)
		EXPECT_EQ(dma_map(2 * i * PAGE, PAGE, 0, rw, -1), 0);
	EXPECT_EQ(dma_map(2 * i * PAGE, PAGE, 0, rw, -1), ENOSPC);
	client_close(&client);
}

UNIT_TEST(dma_reaches_what_is_mapped)
{
	const u32 rw = VFIO_USER_DMA_READ | VFIO_USER_DMA_WRITE;
	int fd = guest_file(4 * PAGE);
	u64 val = 0x55, got = 0;

	client_start(&client);
	EXPECT_EQ(dma_map(PAGE, PAGE, 2 * PAGE, rw, fd), 0);
	EXPECT_EQ(dma_map(2 * PAGE, PAGE, 0, rw, fd), 0);
	EXPECT_EQ(dma_map(8 * PAGE, PAGE, 0, VFIO_USER_DMA_READ, fd), 0);
	EXPECT_EQ(dma_map(9 * PAGE, PAGE, 0, rw, -1), 0);
	EXPECT(!dma_write(PAGE, &val, sizeof(val)));	/* bus mastering is off */
	client_enable_device(&client);

	/* Across two ranges whose memory is not adjacent. */
	val = 0x1122334455667788;
	EXPECT(dma_write(2 * PAGE - 4, &val, sizeof(val)));
	EXPECT_EQ(pread(fd, &got, 4, 3 * PAGE - 4), 4);
	EXPECT_EQ(got, 0x55667788);
	EXPECT(dma_read(2 * PAGE - 4, &got, sizeof(got)));
	EXPECT_EQ(got, val);

	EXPECT(!dma_read(PAGE - 4, &got, sizeof(got)));
	EXPECT(!dma_read(3 * PAGE - 4, &got, sizeof(got)));
	EXPECT(!dma_read(8 * PAGE, &got, sizeof(got)));
	EXPECT(!dma_read(9 * PAGE, &got, sizeof(got)));
	EXPECT(!dma_read(0ull - 4, &got, sizeof(got)));
	EXPECT_EQ(dma_unmap(PAGE, PAGE, 0), 0);
	EXPECT(!dma_read(PAGE, &got, sizeof(got)));
	EXPECT(dma_read(2 * PAGE, &got, sizeof(got)));
	client_close(&client);
}

UNIT_TEST(a_file_that_shrinks_reads_as_zero)
{
	int fd = guest_file(4 * PAGE);
	u64 val = ~0ull;

	client_start(&client);
	client_enable_device(&client);
	EXPECT_EQ(dma_map(0, 4 * PAGE, 0, VFIO_USER_DMA_READ | VFIO_USER_DMA_WRITE, fd), 0);
	EXPECT(dma_write(PAGE, &val, sizeof(val)));
	EXPECT(!ftruncate(fd, 0));
	EXPECT(dma_read(PAGE, &val, sizeof(val)));
	EXPECT_EQ(val, 0);
	EXPECT(dma_write(3 * PAGE, &val, sizeof(val)));
	client_close(&client);
}
