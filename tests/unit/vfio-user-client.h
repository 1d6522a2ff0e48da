/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef UNIT_VFIO_USER_CLIENT_H
#define UNIT_VFIO_USER_CLIENT_H

#include <errno.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"
#include "server.h"
#include "vfio-user.h"

/* The other side of the server, in the same thread: send, let it work, look at the reply. */
struct client {
	struct softgpu_server *server;
	int sock, server_sock;

	struct vfio_user_header reply;
	u8 data[VFIO_USER_MAX_PAYLOAD];
	u32 len;
	int fd;			/* that came with the reply, or -1 */
};

static inline void client_log(void *ctx, const char *line)
{
	(void)ctx;
	(void)line;
}

static inline void client_connect(struct client *client)
{
	int pair[2];

	EXPECT(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	client->sock = pair[0];
	client->server_sock = pair[1];
	client->fd = -1;
	softgpu_server_attach(client->server, pair[1]);
}

static inline void client_disconnect(struct client *client)
{
	softgpu_server_detach(client->server);
	close(client->sock);
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

static inline void client_open(struct client *client, const struct softgpu_config *config)
{
	client->server = softgpu_server_new(config, client_log);
	EXPECT(client->server);
	client_connect(client);
}

static inline void client_close(struct client *client)
{
	client_disconnect(client);
	softgpu_server_free(client->server);
}

static inline void client_send_raw(struct client *client, const struct vfio_user_header *header,
				   const void *payload, u32 len, const int *fds, unsigned int nr)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(16 * sizeof(int))];
	} control = {};
	struct iovec iov[] = {
		{ .iov_base = (void *)header, .iov_len = sizeof(*header) },
		{ .iov_base = (void *)payload, .iov_len = len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cmsg;

	if (nr) {
		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(nr * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(nr * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, nr * sizeof(int));
	}
	EXPECT_EQ(sendmsg(client->sock, &msg, MSG_NOSIGNAL), sizeof(*header) + len);
}

/* Lets the server take all that was sent; its verdict on the connection. */
static inline int client_pump(struct client *client)
{
	struct pollfd pfd = { .fd = client->server_sock, .events = POLLIN };
	int ret = 0;

	while (!ret && poll(&pfd, 1, 0) == 1)
		ret = softgpu_server_handle(client->server);
	return ret;
}

/* Takes one reply; false if there is none. */
static inline bool client_receive(struct client *client)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = &client->reply, .iov_len = sizeof(client->reply) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg;

	if (recvmsg(client->sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != sizeof(client->reply))
		return false;
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg)
		memcpy(&client->fd, CMSG_DATA(cmsg), sizeof(int));
	EXPECT(client->reply.size >= sizeof(client->reply));
	client->len = client->reply.size - sizeof(client->reply);
	EXPECT(client->len <= sizeof(client->data));
	if (client->len)
		EXPECT_EQ(recv(client->sock, client->data, client->len, MSG_DONTWAIT), client->len);
	return true;
}

/* A whole exchange. Return: the errno that was answered. */
static inline u32 client_ask_fds(struct client *client, u16 command, const void *payload, u32 len,
				 const int *fds, unsigned int nr)
{
	static u16 id;
	const struct vfio_user_header header = {
		.id = ++id, .command = command, .size = sizeof(header) + len,
	};

	client_send_raw(client, &header, payload, len, fds, nr);
	EXPECT_EQ(client_pump(client), 0);
	EXPECT(client_receive(client));
	EXPECT_EQ(client->reply.id, id);
	EXPECT_EQ(client->reply.command, command);
	EXPECT_EQ(client->reply.flags, client->reply.error ?
		  VFIO_USER_FLAG_REPLY | VFIO_USER_FLAG_ERROR : VFIO_USER_FLAG_REPLY);
	return client->reply.error;
}

static inline u32 client_ask(struct client *client, u16 command, const void *payload, u32 len)
{
	return client_ask_fds(client, command, payload, len, NULL, 0);
}

static inline void client_greet(struct client *client)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{}}";

	EXPECT_EQ(client_ask(client, VFIO_USER_VERSION, version, sizeof(version)), 0);
}

/* A small GPU whose client has said hello. */
static const struct softgpu_config client_small_gpu = {
	.vram_mib = 256, .rebar = true, .synchronous = true,
};

static inline void client_start(struct client *client)
{
	client_open(client, &client_small_gpu);
	client_greet(client);
}

static inline u32 client_write(struct client *client, u32 region, u64 off, u32 count, u64 val)
{
	struct {
		struct vfio_user_region_access access;
		u64 val;
	} msg = { { .offset = off, .region = region, .count = count }, val };

	return client_ask(client, VFIO_USER_REGION_WRITE, &msg, sizeof(msg.access) + count);
}

/* What a guest's kernel does to turn the device on. */
static inline void client_enable_device(struct client *client)
{
	EXPECT_EQ(client_write(client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, 2,
			       PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER), 0);
}

static inline u32 client_read(struct client *client, u32 region, u64 off, u32 count, u64 *val)
{
	const struct vfio_user_region_access access = {
		.offset = off, .region = region, .count = count,
	};
	u32 error = client_ask(client, VFIO_USER_REGION_READ, &access, sizeof(access));

	*val = 0;
	if (!error) {
		EXPECT_EQ(client->len, sizeof(access) + count);
		memcpy(val, client->data + sizeof(access), count < 8 ? count : 8);
	}
	return error;
}

#endif
