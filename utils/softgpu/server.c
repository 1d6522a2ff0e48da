// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * The vfio-user server: the model as a PCI device for another process. Every message
 * is taken for hostile. What is wrong inside a message gets an error reply; a frame
 * that makes no sense ends the connection.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest-mem.h"
#include "server.h"
#include "vfio-user.h"

#define CONFIG_SIZE	4096

#define CAPABILITIES \
	"{\"capabilities\":{\"max_msg_fds\":%d,\"max_data_xfer_size\":%d,\"write_multiple\":true}}"

struct softgpu_server {
	struct softgpu *gpu;
	struct vfio_user_conn conn;
	bool greeted;			/* VERSION was answered */

	/* Under the model's lock, for the callbacks that its threads make. */
	struct guest_mem mem;
	int msi_fd;			/* eventfd or -1 */
	bool msi_waiting;		/* sent while there was no eventfd */

	u8 out[sizeof(struct vfio_user_region_access) + VFIO_USER_MAX_DATA]
		__attribute__((aligned(8)));
};

/* What a handler answers with; the bytes are in server->out. */
struct reply {
	u32 len;
	int fd;
};

static void *host_dma(void *ctx, u64 addr, u64 len)
{
	struct softgpu_server *server = ctx;

	return guest_mem_ptr(&server->mem, addr, len);
}

static void msi_signal(struct softgpu_server *server)
{
	const u64 one = 1;

	if (server->msi_fd < 0)
		server->msi_waiting = true;
	else if (write(server->msi_fd, &one, sizeof(one)) == sizeof(one))
		server->msi_waiting = false;
}

static void host_msi(void *ctx)
{
	msi_signal(ctx);
}

/* Replaces the eventfd; with -1 there is none, and what waited is forgotten. */
static void set_msi_fd(struct softgpu_server *server, int fd)
{
	/* The fd is the client's: it must not be able to make the model wait. */
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);

	softgpu_lock(server->gpu);
	if (server->msi_fd >= 0)
		close(server->msi_fd);
	server->msi_fd = fd;
	if (fd < 0)
		server->msi_waiting = false;
	else if (server->msi_waiting)
		msi_signal(server);
	softgpu_unlock(server->gpu);
}

/* The JSON text of the client only raises limits that this server does not need. */
static int do_version(struct softgpu_server *server, struct reply *reply)
{
	const struct vfio_user_version *version = (const void *)server->conn.payload;
	const struct vfio_user_version ours = {};

	if (server->greeted || version->major != ours.major)
		return -EINVAL;
	server->greeted = true;
	memcpy(server->out, &ours, sizeof(ours));
	/* The text goes with its NUL. */
	reply->len = sizeof(ours) + 1 +
		     sprintf((char *)server->out + sizeof(ours), CAPABILITIES,
			     VFIO_USER_MAX_FDS, VFIO_USER_MAX_DATA);
	return 0;
}

/*
 * Ranges without a file (ROMs, our own BAR mapped back) and those that may not be
 * written are kept on the books only, so that unmapping them works.
 */
static int do_dma_map(struct softgpu_server *server, struct reply *reply)
{
	const u32 both = VFIO_USER_DMA_READ | VFIO_USER_DMA_WRITE;
	struct vfio_user_dma_map map;
	int fd, ret;

	(void)reply;
	memcpy(&map, server->conn.payload, sizeof(map));
	if (map.flags & ~both)
		return -EINVAL;
	fd = vfio_user_take_fd(&server->conn);
	softgpu_lock(server->gpu);
	ret = guest_mem_map(&server->mem, map.address, map.size, map.flags == both ? fd : -1,
			    map.offset);
	softgpu_unlock(server->gpu);
	if (fd >= 0)
		close(fd);
	return ret;
}

static int do_dma_unmap(struct softgpu_server *server, struct reply *reply)
{
	struct vfio_user_dma_unmap unmap;
	int ret = 0;

	memcpy(&unmap, server->conn.payload, sizeof(unmap));
	if (unmap.flags & ~VFIO_USER_DMA_UNMAP_ALL)
		return -EOPNOTSUPP;
	softgpu_lock(server->gpu);
	if (unmap.flags & VFIO_USER_DMA_UNMAP_ALL)
		guest_mem_unmap_all(&server->mem);
	else
		ret = guest_mem_unmap(&server->mem, unmap.address, unmap.size);
	softgpu_unlock(server->gpu);
	memcpy(server->out, &unmap, sizeof(unmap));
	reply->len = sizeof(unmap);
	return ret;
}

static int do_get_info(struct softgpu_server *server, struct reply *reply)
{
	const struct vfio_user_device_info info = {
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET,
		.num_regions = VFIO_PCI_NUM_REGIONS,
		.num_irqs = VFIO_PCI_NUM_IRQS,
	};

	memcpy(server->out, &info, sizeof(info));
	reply->len = sizeof(info);
	return 0;
}

/* Regions are numbered by the BAR's register; a 64-bit BAR takes two. */
static bool region_to_bar(u32 region, enum softgpu_bar *bar)
{
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		*bar = SOFTGPU_BAR0;
		return true;
	case VFIO_PCI_BAR1_REGION_INDEX:
		*bar = SOFTGPU_BAR1;
		return true;
	case VFIO_PCI_BAR3_REGION_INDEX:
		*bar = SOFTGPU_BAR3;
		return true;
	default:
		return false;
	}
}

static u64 region_size(const struct softgpu_server *server, u32 region)
{
	enum softgpu_bar bar;

	if (region == VFIO_PCI_CONFIG_REGION_INDEX)
		return CONFIG_SIZE;
	return region_to_bar(region, &bar) ? softgpu_bar_size(server->gpu, bar) : 0;
}

/* BAR1 over all of video memory is mapped by the client, as far as there is memory. */
static void offer_mapping(struct softgpu_server *server, struct vfio_user_region_info *info,
			  u32 argsz, struct reply *reply)
{
	u64 vram = softgpu_vram_size(server->gpu);
	const struct vfio_user_sparse_mmap area = {
		.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP, .version = 1,
		.nr_areas = 1, .offset = 0, .size = vram,
	};

	if (vram < info->size) {
		info->argsz = sizeof(*info) + sizeof(area);
		if (argsz < info->argsz)
			return;			/* the client asks again with room */
		info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
		info->cap_offset = sizeof(*info);
		memcpy(server->out + sizeof(*info), &area, sizeof(area));
	}
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	reply->fd = softgpu_vram_fd(server->gpu);
}

static int do_get_region_info(struct softgpu_server *server, struct reply *reply)
{
	struct vfio_user_region_info info;
	u32 argsz;

	memcpy(&info, server->conn.payload, sizeof(info));
	argsz = info.argsz;
	if (argsz < sizeof(info) || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info = (struct vfio_user_region_info){
		.argsz = sizeof(info), .index = info.index,
		.size = region_size(server, info.index),
	};
	if (info.size)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (info.index == VFIO_PCI_BAR1_REGION_INDEX && softgpu_bar1_is_vram(server->gpu))
		offer_mapping(server, &info, argsz, reply);
	memcpy(server->out, &info, sizeof(info));
	reply->len = info.cap_offset ? info.argsz : sizeof(info);
	return 0;
}

/* INTx is announced as the part does, and never asserted: the model sends its one MSI. */
static const u32 irq_counts[VFIO_PCI_NUM_IRQS] = {
	[VFIO_PCI_INTX_IRQ_INDEX] = 1,
	[VFIO_PCI_MSI_IRQ_INDEX] = 1,
	[VFIO_PCI_ERR_IRQ_INDEX] = 1,
	[VFIO_PCI_REQ_IRQ_INDEX] = 1,
};

static int do_get_irq_info(struct softgpu_server *server, struct reply *reply)
{
	struct vfio_user_irq_info info;

	memcpy(&info, server->conn.payload, sizeof(info));
	if (info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.count = irq_counts[info.index];
	info.flags = info.count ? VFIO_IRQ_INFO_EVENTFD : 0;
	if (info.index == VFIO_PCI_INTX_IRQ_INDEX)
		info.flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	memcpy(server->out, &info, sizeof(info));
	reply->len = sizeof(info);
	return 0;
}

static int do_set_irqs(struct softgpu_server *server, struct reply *reply)
{
	unsigned int nr_fds = server->conn.nr_fds;
	struct vfio_user_irq_set set;
	u32 nr;

	(void)reply;
	memcpy(&set, server->conn.payload, sizeof(set));
	if (set.argsz < sizeof(set) || set.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	nr = irq_counts[set.index];
	if (set.count > nr || set.start > nr - set.count)
		return -EINVAL;

	switch (set.flags) {
	case VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER:
		if (!set.count || (nr_fds && nr_fds != set.count))
			return -EINVAL;
		break;
	case VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER:
		if (set.count)
			return -EOPNOTSUPP;
		nr_fds = 0;
		break;
	case VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK:
	case VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK:
		return set.index == VFIO_PCI_INTX_IRQ_INDEX ? 0 : -EOPNOTSUPP;
	default:
		return -EOPNOTSUPP;
	}
	if (set.index == VFIO_PCI_MSI_IRQ_INDEX)
		set_msi_fd(server, nr_fds ? vfio_user_take_fd(&server->conn) : -1);
	return 0;
}

/* The widest access that @count bytes at @off allow; config space takes 4 bytes at most. */
static unsigned int access_width(u32 region, u64 off, u32 count)
{
	unsigned int width = region == VFIO_PCI_CONFIG_REGION_INDEX ? 4 : 8;

	while (width > count || off % width)
		width /= 2;
	return width;
}

static bool access_in_region(const struct softgpu_server *server, u32 region, u64 off, u32 count)
{
	u64 size = region_size(server, region);

	return off <= size && count <= size - off;
}

static void region_read(struct softgpu_server *server, u32 region, u64 off, u32 count, u8 *to)
{
	enum softgpu_bar bar;
	unsigned int width;
	u64 val;

	for (; count; count -= width, off += width, to += width) {
		width = access_width(region, off, count);
		if (region_to_bar(region, &bar))
			val = softgpu_read(server->gpu, bar, off, width);
		else
			val = softgpu_config_read(server->gpu, off, width);
		memcpy(to, &val, width);
	}
}

static void region_write(struct softgpu_server *server, u32 region, u64 off, u32 count,
			 const u8 *from)
{
	enum softgpu_bar bar;
	unsigned int width;
	u64 val;

	for (; count; count -= width, off += width, from += width) {
		width = access_width(region, off, count);
		val = 0;
		memcpy(&val, from, width);
		if (region_to_bar(region, &bar))
			softgpu_write(server->gpu, bar, off, width, val);
		else
			softgpu_config_write(server->gpu, off, width, val);
	}
}

static int do_region_read(struct softgpu_server *server, struct reply *reply)
{
	struct vfio_user_region_access access;

	memcpy(&access, server->conn.payload, sizeof(access));
	if (access.count > VFIO_USER_MAX_DATA ||
	    !access_in_region(server, access.region, access.offset, access.count))
		return -EINVAL;
	memcpy(server->out, &access, sizeof(access));
	region_read(server, access.region, access.offset, access.count,
		    server->out + sizeof(access));
	reply->len = sizeof(access) + access.count;
	return 0;
}

static int do_region_write(struct softgpu_server *server, struct reply *reply)
{
	struct vfio_user_region_access access;
	u32 room = vfio_user_payload_size(&server->conn) - sizeof(access);

	memcpy(&access, server->conn.payload, sizeof(access));
	if (access.count > room ||
	    !access_in_region(server, access.region, access.offset, access.count))
		return -EINVAL;
	region_write(server, access.region, access.offset, access.count,
		     server->conn.payload + sizeof(access));
	memcpy(server->out, &access, sizeof(access));
	reply->len = sizeof(access);
	return 0;
}

static int do_region_write_multi(struct softgpu_server *server, struct reply *reply)
{
	u32 room = vfio_user_payload_size(&server->conn) - sizeof(u64);
	const u8 *at = server->conn.payload + sizeof(u64);
	struct vfio_user_small_write one;
	u64 nr, i;

	memcpy(&nr, server->conn.payload, sizeof(nr));
	if (nr > room / sizeof(one))
		return -EINVAL;
	for (i = 0; i < nr; i++, at += sizeof(one)) {
		memcpy(&one, at, sizeof(one));
		if (one.count > sizeof(one.data) ||
		    !access_in_region(server, one.region, one.offset, one.count))
			return -EINVAL;
		region_write(server, one.region, one.offset, one.count, one.data);
	}
	memcpy(server->out, &nr, sizeof(nr));
	reply->len = sizeof(nr);
	return 0;
}

/* QEMU sends this at a machine's reset and at the wake from S3, when the part lost its power. */
static int do_reset(struct softgpu_server *server, struct reply *reply)
{
	(void)reply;
	softgpu_reset(server->gpu, true);
	return 0;
}

static const struct command {
	u32 min_payload;
	int (*handle)(struct softgpu_server *server, struct reply *reply);
} commands[] = {
	[VFIO_USER_VERSION] = { sizeof(struct vfio_user_version), do_version },
	[VFIO_USER_DMA_MAP] = { sizeof(struct vfio_user_dma_map), do_dma_map },
	[VFIO_USER_DMA_UNMAP] = { sizeof(struct vfio_user_dma_unmap), do_dma_unmap },
	[VFIO_USER_DEVICE_GET_INFO] = { sizeof(struct vfio_user_device_info), do_get_info },
	[VFIO_USER_DEVICE_GET_REGION_INFO] = {
		sizeof(struct vfio_user_region_info), do_get_region_info },
	[VFIO_USER_DEVICE_GET_IRQ_INFO] = { sizeof(struct vfio_user_irq_info), do_get_irq_info },
	[VFIO_USER_DEVICE_SET_IRQS] = { sizeof(struct vfio_user_irq_set), do_set_irqs },
	[VFIO_USER_REGION_READ] = { sizeof(struct vfio_user_region_access), do_region_read },
	[VFIO_USER_REGION_WRITE] = { sizeof(struct vfio_user_region_access), do_region_write },
	[VFIO_USER_DEVICE_RESET] = { 0, do_reset },
	[VFIO_USER_REGION_WRITE_MULTI] = { sizeof(u64), do_region_write_multi },
};

static int dispatch(struct softgpu_server *server, struct reply *reply)
{
	u16 nr = server->conn.header.command;
	const struct command *command;

	if (nr >= ARRAY_SIZE(commands) || !commands[nr].handle)
		return -EOPNOTSUPP;
	command = &commands[nr];
	if (vfio_user_payload_size(&server->conn) < command->min_payload)
		return -EINVAL;
	if (!server->greeted && nr != VFIO_USER_VERSION)
		return -EINVAL;
	return command->handle(server, reply);
}

int softgpu_server_handle(struct softgpu_server *server)
{
	struct reply reply = { .fd = -1 };
	int ret;

	ret = vfio_user_receive(&server->conn);
	if (ret <= 0)
		return ret;
	ret = dispatch(server, &reply);
	ret = vfio_user_reply(&server->conn, -ret, server->out, reply.len, reply.fd);
	vfio_user_done(&server->conn);
	return ret;
}

void softgpu_server_attach(struct softgpu_server *server, int sock)
{
	vfio_user_conn_init(&server->conn, sock);
	server->greeted = false;
}

void softgpu_server_detach(struct softgpu_server *server)
{
	softgpu_reset(server->gpu, true);
	set_msi_fd(server, -1);
	softgpu_lock(server->gpu);
	guest_mem_unmap_all(&server->mem);
	softgpu_unlock(server->gpu);
	vfio_user_conn_close(&server->conn);
}

struct softgpu *softgpu_server_gpu(struct softgpu_server *server)
{
	return server->gpu;
}

struct softgpu_server *softgpu_server_new(const struct softgpu_config *config,
					  void (*log)(void *ctx, const char *line))
{
	struct softgpu_server *server = calloc(1, sizeof(*server));
	struct softgpu_host host = { host_dma, host_msi, log, server };

	if (!server)
		return NULL;
	server->msi_fd = -1;
	vfio_user_conn_init(&server->conn, -1);
	server->gpu = softgpu_new(config, &host);
	if (!server->gpu) {
		free(server);
		return NULL;
	}
	guest_mem_catch_sigbus(&server->mem);
	return server;
}

void softgpu_server_free(struct softgpu_server *server)
{
	if (!server)
		return;
	softgpu_server_detach(server);
	guest_mem_catch_sigbus(NULL);
	softgpu_free(server->gpu);
	free(server);
}
