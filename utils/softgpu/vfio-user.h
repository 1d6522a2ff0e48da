/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_VFIO_USER_H
#define SOFTGPU_VFIO_USER_H

#include <linux/build_bug.h>
#include <linux/types.h>

/*
 * vfio-user 0.0 on the wire, as the protocol's specification lays it out: messages
 * over a UNIX stream socket, file descriptors beside them by SCM_RIGHTS. Flags of
 * regions and interrupts are those of <linux/vfio.h>.
 */

#define VFIO_USER_MAX_FDS	8
#define VFIO_USER_MAX_DATA	65536	/* bytes of one region access, announced in VERSION */
#define VFIO_USER_MAX_PAYLOAD	(VFIO_USER_MAX_DATA + 4096)

enum vfio_user_command {
	VFIO_USER_VERSION = 1,
	VFIO_USER_DMA_MAP = 2,
	VFIO_USER_DMA_UNMAP = 3,
	VFIO_USER_DEVICE_GET_INFO = 4,
	VFIO_USER_DEVICE_GET_REGION_INFO = 5,
	VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
	VFIO_USER_DEVICE_SET_IRQS = 8,
	VFIO_USER_REGION_READ = 9,
	VFIO_USER_REGION_WRITE = 10,
	VFIO_USER_DEVICE_RESET = 13,
	VFIO_USER_REGION_WRITE_MULTI = 15,
};

struct vfio_user_header {
	u16 id;
	u16 command;
	u32 size;		/* with this header */
	u32 flags;
#define VFIO_USER_FLAG_TYPE	0xf
#define VFIO_USER_FLAG_REPLY	0x1
#define VFIO_USER_FLAG_NO_REPLY	0x10
#define VFIO_USER_FLAG_ERROR	0x20
	u32 error;
};
static_assert(sizeof(struct vfio_user_header) == 16, "vfio_user_header");

struct vfio_user_version {
	u16 major, minor;	/* JSON text follows, NUL-terminated */
};

struct vfio_user_dma_map {
	u32 argsz, flags;
#define VFIO_USER_DMA_READ	0x1
#define VFIO_USER_DMA_WRITE	0x2
	u64 offset, address, size;
};
static_assert(sizeof(struct vfio_user_dma_map) == 32, "vfio_user_dma_map");

struct vfio_user_dma_unmap {
	u32 argsz, flags;
#define VFIO_USER_DMA_UNMAP_ALL	0x2
	u64 address, size;
};
static_assert(sizeof(struct vfio_user_dma_unmap) == 24, "vfio_user_dma_unmap");

struct vfio_user_device_info {
	u32 argsz, flags, num_regions, num_irqs;
};

struct vfio_user_region_info {
	u32 argsz, flags, index, cap_offset;
	u64 size, offset;
};
static_assert(sizeof(struct vfio_user_region_info) == 32, "vfio_user_region_info");

/* One area of a region that can be mapped, as a capability behind the region info. */
struct vfio_user_sparse_mmap {
	u16 id, version;
	u32 next, nr_areas, reserved;
	u64 offset, size;
};
static_assert(sizeof(struct vfio_user_sparse_mmap) == 32, "vfio_user_sparse_mmap");

struct vfio_user_irq_info {
	u32 argsz, flags, index, count;
};

struct vfio_user_irq_set {
	u32 argsz, flags, index, start, count;
};
static_assert(sizeof(struct vfio_user_irq_set) == 20, "vfio_user_irq_set");

struct vfio_user_region_access {
	u64 offset;
	u32 region, count;	/* data follows in a write and in the reply to a read */
};
static_assert(sizeof(struct vfio_user_region_access) == 16, "vfio_user_region_access");

/* REGION_WRITE_MULTI: a u64 number of these, then they */
struct vfio_user_small_write {
	u64 offset;
	u32 region, count;
	u8 data[8];
};
static_assert(sizeof(struct vfio_user_small_write) == 24, "vfio_user_small_write");

/**
 * struct vfio_user_conn - one client, and the message that is being received from it
 * @payload: aligned for the structs above; zero-padded by one byte behind a message
 */
struct vfio_user_conn {
	int sock;
	struct vfio_user_header header;
	u32 have;			/* bytes of header and payload so far */
	int fds[VFIO_USER_MAX_FDS];
	unsigned int nr_fds;
	u8 payload[VFIO_USER_MAX_PAYLOAD + 1] __attribute__((aligned(8)));
};

void vfio_user_conn_init(struct vfio_user_conn *conn, int sock);
/** vfio_user_conn_close() - close the socket and whatever came along with a message */
void vfio_user_conn_close(struct vfio_user_conn *conn);

/**
 * vfio_user_receive() - take what has arrived of the next message, without waiting
 *
 * Return: 1 if a message is complete, 0 if more must come, -errno if the connection
 * is at its end (-ECONNRESET) or what came is no message (-EPROTO, -E2BIG).
 */
int vfio_user_receive(struct vfio_user_conn *conn);
/** vfio_user_done() - forget the message, close fds that nobody took */
void vfio_user_done(struct vfio_user_conn *conn);

static inline u32 vfio_user_payload_size(const struct vfio_user_conn *conn)
{
	return conn->header.size - sizeof(conn->header);
}

/** vfio_user_take_fd() - the next fd of the message, now the caller's, or -1 */
int vfio_user_take_fd(struct vfio_user_conn *conn);

/**
 * vfio_user_reply() - answer the message at hand, unless it asks for no answer
 * @error: errno to answer with, then @len and @fd do not count
 * @fd: to be sent along, or -1
 *
 * Return: 0 or -errno, after which the connection is of no use.
 */
int vfio_user_reply(struct vfio_user_conn *conn, int error, const void *payload, u32 len, int fd);

#endif
