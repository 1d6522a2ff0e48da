/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef SOFTGPU_SERVER_H
#define SOFTGPU_SERVER_H

#include "softgpu.h"

struct softgpu_server;

/**
 * softgpu_server_new() - a GPU that waits for a client of vfio-user
 * @log: takes the model's lines; any thread
 *
 * One server a process, since it catches SIGBUS. Return: NULL and errno on failure.
 */
struct softgpu_server *softgpu_server_new(const struct softgpu_config *config,
					  void (*log)(void *ctx, const char *line));
void softgpu_server_free(struct softgpu_server *server);
struct softgpu *softgpu_server_gpu(struct softgpu_server *server);

/** softgpu_server_attach() - talk to the client at @sock, which is the server's from now on */
void softgpu_server_attach(struct softgpu_server *server, int sock);

/**
 * softgpu_server_handle() - the socket is readable: take what came, answer a whole message
 *
 * Return: 0, or -errno when the connection is at its end: -ECONNRESET if the client
 * went, else it sent what is no message. The caller detaches then.
 */
int softgpu_server_handle(struct softgpu_server *server);

/** softgpu_server_detach() - end the connection; the GPU is as after power-on again */
void softgpu_server_detach(struct softgpu_server *server);

#endif
