// SPDX-License-Identifier: MIT OR GPL-2.0
/* libFuzzer's bytes as a client of the vfio-user server: whole frames, then any bytes. */
#include "vfio-user-client.h"

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, fmt);
	abort();
}

static struct client client;

static void drop_replies(void)
{
	while (client_receive(&client))
		;
}

/* A command, two bytes of length, the payload: the rest of the header is right. */
static size_t send_frame(const u8 *data, size_t size)
{
	size_t len = data[1] | data[2] << 8;
	struct vfio_user_header header = { .command = data[0] };

	if (len > size - 3)
		len = size - 3;
	header.size = sizeof(header) + len;
	client_send_raw(&client, &header, data + 3, len, NULL, 0);
	return 3 + len;
}

static void talk(const u8 *data, size_t size)
{
	while (size > 3 && data[0]) {
		size_t sent = send_frame(data, size);

		if (client_pump(&client))
			return;
		drop_replies();
		data += sent;
		size -= sent;
	}
	if (size && send(client.sock, data, size, MSG_NOSIGNAL) > 0)
		client_pump(&client);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* The next client is served as if nothing had been. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	client_start(&client);
	talk(data, size);
	client_disconnect(&client);
	client_connect(&client);
	client_greet(&client);
	client_close(&client);
	return 0;
}
