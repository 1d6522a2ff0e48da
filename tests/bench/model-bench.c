// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Times the device model. usage: model-bench SOCKET, where a softgpu listens. Its registers are
 * measured through that socket, messages of GSP-RM and the copy engine on a model in this process.
 * Prints "NAME: VALUE UNIT" lines: medians of rounds.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include "softgpu-channel.h"
#include "vfio-user.h"

#include "regs/nv-pmc.h"

#define ROUNDS		15
#define COPY_SIZE	(16u << 20)
#define GET_CURRENT_PSTATE	0x20802068
#define PAGED_SIZE	(DATA_PAGES * 4096u)

static int sock;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "model-bench: %s:%d: %s\n", file, line, fmt);
	exit(1);
}

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Nanoseconds of one call. */
static u64 median(void (*fn)(void), unsigned int calls)
{
	u64 taken[ROUNDS];

	for (unsigned int round = 0; round < ROUNDS; round++) {
		taken[round] = now();
		for (unsigned int i = 0; i < calls; i++)
			fn();
		taken[round] = (now() - taken[round]) / calls;
	}
	qsort(taken, ROUNDS, sizeof(taken[0]), compare);
	return taken[ROUNDS / 2] ?: 1;
}

static void rate(const char *name, void (*fn)(void), unsigned int calls)
{
	printf("%s: %llu /s\n", name, 1000000000ull / median(fn, calls));
}

static void bandwidth(const char *name, void (*fn)(void), unsigned int calls, u32 bytes)
{
	printf("%s: %llu MB/s\n", name, bytes * 1000ull / median(fn, calls));
}

/* Registers, by vfio-user */

static void ask(u16 command, u32 flags, const void *payload, u32 len)
{
	struct vfio_user_header header = {
		.command = command, .size = sizeof(header) + len, .flags = flags,
	};
	u8 msg[256], reply[512];

	memcpy(msg, &header, sizeof(header));
	memcpy(msg + sizeof(header), payload, len);
	if (send(sock, msg, header.size, 0) != header.size)
		die("send");
	if (flags & VFIO_USER_FLAG_NO_REPLY)
		return;
	if (recv(sock, reply, sizeof(reply), 0) < (ssize_t)sizeof(header))
		die("recv");
	memcpy(&header, reply, sizeof(header));
	if (header.flags & VFIO_USER_FLAG_ERROR) {
		errno = header.error;
		die("softgpu");
	}
}

static void write_region(u32 region, u64 off, u32 val, u32 count, u32 flags)
{
	struct {
		struct vfio_user_region_access access;
		u32 val;
	} msg = { { .offset = off, .region = region, .count = count }, val };

	ask(VFIO_USER_REGION_WRITE, flags, &msg, sizeof(msg.access) + count);
}

static void read_by_socket(void)
{
	const struct vfio_user_region_access access = {
		.offset = NV_PMC_BOOT_0, .region = VFIO_PCI_BAR0_REGION_INDEX, .count = 4,
	};

	ask(VFIO_USER_REGION_READ, 0, &access, sizeof(access));
}

static void write_by_socket(void)
{
	write_region(VFIO_PCI_BAR0_REGION_INDEX, NV_PBUS_BAR0_WINDOW, 0, 4, 0);
}

static void post_by_socket(void)
{
	write_region(VFIO_PCI_BAR0_REGION_INDEX, NV_PBUS_BAR0_WINDOW, 0, 4,
		     VFIO_USER_FLAG_NO_REPLY);
}

/* All have been taken when a read is answered. */
static void post_many(void)
{
	for (int i = 0; i < 99; i++)
		post_by_socket();
	read_by_socket();
}

static void connect_to(const char *path)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{}}";
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	sock = socket(AF_UNIX, SOCK_STREAM, 0);
	if (sock < 0 || connect(sock, (struct sockaddr *)&addr, sizeof(addr)))
		die(path);
	ask(VFIO_USER_VERSION, 0, version, sizeof(version));
	write_region(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND,
		     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2, 0);
}

static void bench_registers(const char *path)
{
	connect_to(path);
	rate("register reads by vfio-user", read_by_socket, 500);
	rate("register writes by vfio-user, answered", write_by_socket, 500);
	printf("register writes by vfio-user, posted: %llu /s\n",
	       100 * 1000000000ull / median(post_many, 10));
	close(sock);
}

/* The rest, in this process */

static void read_here(void)
{
	rd(&driver.model, NV_PMC_BOOT_0);
}

static void control(void)
{
	u32 pstate = 0;

	EXPECT_EQ(driver_internal(&driver, GET_CURRENT_PSTATE, &pstate, sizeof(pstate)), 0);
}

static u32 from, spare[COPY_SIZE / 4 * 2];

static void submit_copy(void)
{
	submit(0, from);
	while (!idle(0))
		read_here();
}

static void copy_here(void)
{
	memcpy(spare, spare + COPY_SIZE / 4, COPY_SIZE);
}

static void bench_copies(void)
{
	open_channels(1);
	emit_copy(VA_VID, VA_SYS, PAGED_SIZE, COPY_PITCH);
	bandwidth("copy engine, 64 KiB by pages of 4 KiB", submit_copy, 100, PAGED_SIZE);
	from = pb_used;
	emit_method(NVC7B5_SET_SRC_PHYS_MODE, 0);
	emit_method(NVC7B5_SET_DST_PHYS_MODE, 0);
	emit_copy(256 << 20, 512 << 20, COPY_SIZE, COPY_PITCH |
		  NVC7B5_LAUNCH_DMA_SRC_TYPE_PHYSICAL | NVC7B5_LAUNCH_DMA_DST_TYPE_PHYSICAL);
	bandwidth("copy engine, 16 MiB of video memory", submit_copy, 1, COPY_SIZE);
	memset(spare, 1, sizeof(spare));
	bandwidth("memcpy, 16 MiB", copy_here, 1, COPY_SIZE);
	driver_close(&driver);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: model-bench SOCKET\n");
		return 2;
	}
	bench_registers(argv[1]);
	driver.model.threaded = true;		/* as the server has it */
	driver_boot(&driver);
	rate("register reads in process", read_here, 100000);
	rate("controls of GSP-RM in process", control, 1000);
	driver_close(&driver);
	driver.model.threaded = false;
	bench_copies();
	return 0;
}
