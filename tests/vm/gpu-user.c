// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: gpu-user
 *
 * A program that uses the GPU all the time: it has a client, a device and a subdevice, and a
 * thread that asks GSP one question after another. For each line on its standard input it
 * checks that all is well and prints "well COUNT", with the number of questions so far, or
 * what is wrong. It ends with its input.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rm-user.h"

#define GET_NAME_STRING		0x20800110	/* GSP answers it */
#define GET_NAME_STRING_SIZE	132
#define H_DEVICE		0xd0
#define H_SUBDEVICE		0x50
#define LINE			64
#define PAUSE_US		1000

static int ctl, gpu;
static u32 client;
static atomic_uint asked, failed;

static u32 ask(void)
{
	char name[GET_NAME_STRING_SIZE] = { 0 };
	u32 status = rm_control(ctl, client, H_SUBDEVICE, GET_NAME_STRING, (uintptr_t)name,
				sizeof(name));

	/* A reply that is someone else's is no reply. */
	if (status == NV_OK && !strstr(name + sizeof(u32), "RTX"))
		status = NV_ERR_INVALID_STATE;
	return status;
}

static void *ask_on(void *arg)
{
	u32 status;

	for (;;) {
		status = ask();
		if (status)
			atomic_store(&failed, status);
		atomic_fetch_add(&asked, 1);
		usleep(PAUSE_US);
	}
	return arg;
}

static int start(void)
{
	u32 device = H_DEVICE, subdevice = H_SUBDEVICE;
	pthread_t thread;

	ctl = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);
	gpu = open("/dev/nvidia0", O_RDWR | O_CLOEXEC);
	if (ctl < 0 || gpu < 0) {
		perror("open");
		return -1;
	}
	if (rm_alloc(ctl, 0, 0, &client, NV01_ROOT) ||
	    rm_alloc(ctl, client, client, &device, NV01_DEVICE_0) ||
	    rm_alloc(ctl, client, H_DEVICE, &subdevice, NV20_SUBDEVICE_0)) {
		fprintf(stderr, "no client, device or subdevice\n");
		return -1;
	}
	return pthread_create(&thread, NULL, ask_on, NULL);
}

int main(void)
{
	char line[LINE];
	u32 status;

	if (start())
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		status = ask();
		if (!status)
			status = atomic_load(&failed);
		if (status)
			printf("not well: status %#x after %u questions\n", status,
			       atomic_load(&asked));
		else
			printf("well %u\n", atomic_load(&asked));
		fflush(stdout);
	}
	return 0;
}
