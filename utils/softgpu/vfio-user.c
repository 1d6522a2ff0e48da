// SPDX-License-Identifier: MIT OR GPL-2.0

/* vfio-user messages over a socket: the framing, not what they mean (server.c). */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vfio-user.h"

#define SEND_TIMEOUT_S	5

union fd_control {
	struct cmsghdr align;
	char buf[CMSG_SPACE(VFIO_USER_MAX_FDS * sizeof(int))];
};

void vfio_user_conn_init(struct vfio_user_conn *conn, int sock)
{
	/* A client that asks and does not read the answers is given up. */
	const struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };

	conn->sock = sock;
	conn->have = 0;
	conn->nr_fds = 0;
	setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
}

void vfio_user_conn_close(struct vfio_user_conn *conn)
{
	vfio_user_done(conn);
	if (conn->sock >= 0)
		close(conn->sock);
	conn->sock = -1;
}

void vfio_user_done(struct vfio_user_conn *conn)
{
	while (conn->nr_fds)
		close(conn->fds[--conn->nr_fds]);
	conn->have = 0;
}

int vfio_user_take_fd(struct vfio_user_conn *conn)
{
	int fd;

	if (!conn->nr_fds)
		return -1;
	fd = conn->fds[0];
	conn->nr_fds--;
	memmove(conn->fds, conn->fds + 1, conn->nr_fds * sizeof(fd));
	return fd;
}

/* Keeps every fd that came, so that none leaks; -EPROTO if they are more than can be. */
static int collect_fds(struct vfio_user_conn *conn, struct msghdr *msg)
{
	struct cmsghdr *cmsg;
	unsigned int i, nr;
	int fd, ret = 0;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		nr = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(fd);
		for (i = 0; i < nr; i++) {
			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(fd), sizeof(fd));
			if (conn->nr_fds < VFIO_USER_MAX_FDS) {
				conn->fds[conn->nr_fds++] = fd;
				continue;
			}
			close(fd);
			ret = -EPROTO;
		}
	}
	return msg->msg_flags & MSG_CTRUNC ? -EPROTO : ret;
}

static int receive_some(struct vfio_user_conn *conn, void *buf, size_t len)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	union fd_control control;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf),
	};
	ssize_t got;
	int ret;

	got = recvmsg(conn->sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (got == 0)
		return -ECONNRESET;
	ret = collect_fds(conn, &msg);
	if (ret)
		return ret;
	conn->have += got;
	return got;
}

static int check_header(const struct vfio_user_header *header)
{
	if (header->flags & VFIO_USER_FLAG_TYPE)
		return -EPROTO;		/* a reply, but nothing was asked */
	if (header->size < sizeof(*header))
		return -EPROTO;
	if (header->size - sizeof(*header) > VFIO_USER_MAX_PAYLOAD)
		return -E2BIG;
	return 0;
}

int vfio_user_receive(struct vfio_user_conn *conn)
{
	const u32 head = sizeof(conn->header);
	int ret;

	if (conn->have < head) {
		ret = receive_some(conn, (u8 *)&conn->header + conn->have, head - conn->have);
		if (ret <= 0 || conn->have < head)
			return ret < 0 ? ret : 0;
		ret = check_header(&conn->header);
		if (ret)
			return ret;
	}
	if (conn->have < conn->header.size) {
		ret = receive_some(conn, conn->payload + conn->have - head,
				   conn->header.size - conn->have);
		if (ret < 0)
			return ret;
	}
	if (conn->have < conn->header.size)
		return 0;
	conn->payload[vfio_user_payload_size(conn)] = 0;
	return 1;
}

static void attach_fd(struct msghdr *msg, union fd_control *control, int fd)
{
	struct cmsghdr *cmsg;

	msg->msg_control = control->buf;
	msg->msg_controllen = CMSG_SPACE(sizeof(fd));
	cmsg = CMSG_FIRSTHDR(msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
}

/* Sends all of @msg, whose control data goes with the first byte. */
static int send_all(int sock, struct msghdr *msg)
{
	struct iovec *iov = msg->msg_iov;
	ssize_t sent;

	while (msg->msg_iovlen) {
		sent = sendmsg(sock, msg, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -errno;
		msg->msg_control = NULL;
		msg->msg_controllen = 0;
		while (msg->msg_iovlen && (size_t)sent >= iov->iov_len) {
			sent -= iov->iov_len;
			iov++;
			msg->msg_iovlen--;
		}
		msg->msg_iov = iov;
		if (msg->msg_iovlen) {
			iov->iov_base = (u8 *)iov->iov_base + sent;
			iov->iov_len -= sent;
		}
	}
	return 0;
}

int vfio_user_reply(struct vfio_user_conn *conn, int error, const void *payload, u32 len, int fd)
{
	struct vfio_user_header header = conn->header;
	struct iovec iov[2] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)payload, .iov_len = error ? 0 : len },
	};
	union fd_control control = {};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	if (conn->header.flags & VFIO_USER_FLAG_NO_REPLY)
		return 0;
	header.size = sizeof(header) + iov[1].iov_len;
	header.flags = VFIO_USER_FLAG_REPLY | (error ? VFIO_USER_FLAG_ERROR : 0);
	header.error = error;
	if (fd >= 0 && !error)
		attach_fd(&msg, &control, fd);
	return send_all(conn->sock, &msg);
}
