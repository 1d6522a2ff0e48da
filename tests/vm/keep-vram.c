// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: keep-vram MIB [STRIDE]
 *
 * Fills that much video memory through mappings and says "filled". For each line on its
 * standard input it looks again and says "kept", or "lost N of M words" and the first that
 * differs. It ends with its input. With STRIDE only a word in that many bytes is filled, for
 * where each access is slow.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/bitfield.h>
#include <linux/bits.h>

#include "rm-user.h"

#include "abi/nv-memory.h"

#define H_DEVICE	0xd0
#define H_SUBDEVICE	0x50
#define H_MEMORY	0x1000
#define MIB		BIT_ULL(20)
#define CHUNK		(16 * MIB)
#define CHUNKS_MAX	256

static int ctl, gpu;
static u32 client;
static volatile u64 *chunk[CHUNKS_MAX];
static unsigned int chunks;
static u64 step = 1;		/* in words */

static void need(const char *what, u32 status)
{
	if (!status)
		return;
	printf("%s: %#x\n", what, status);
	exit(1);
}

static void start(void)
{
	struct nv0080_alloc_parameters params = { 0 };
	u32 device = H_DEVICE, subdevice = H_SUBDEVICE;

	ctl = open("/dev/nvidiactl", O_RDWR);
	gpu = open("/dev/nvidia0", O_RDWR);
	if (ctl < 0 || gpu < 0)
		need("open", NO_STATUS);
	need("client", rm_alloc(ctl, 0, 0, &client, NV01_ROOT_CLIENT));
	need("device", rm_alloc_with(ctl, client, client, &device, NV01_DEVICE_0, &params,
				     sizeof(params)));
	need("subdevice", rm_alloc(ctl, client, device, &subdevice, NV20_SUBDEVICE_0));
}

static void allocate(u32 handle)
{
	struct nv_memory_allocation_params params = {
		.owner = client, .size = CHUNK,
		.attr = FIELD_PREP(NVOS32_ATTR_PHYSICALITY,
				   NVOS32_ATTR_PHYSICALITY_ALLOW_NONCONTIGUOUS),
	};

	need("video memory", rm_alloc_with(ctl, client, H_DEVICE, &handle, NV01_MEMORY_LOCAL_USER,
					   &params, sizeof(params)));
}

/* A file takes one mapping, so each has its own. */
static void *map(u32 handle)
{
	struct nvos33_parameters_with_fd p = {
		.params = {
			.h_client = client, .h_device = H_DEVICE, .h_memory = handle,
			.length = CHUNK,
		},
		.fd = open("/dev/nvidia0", O_RDWR | O_CLOEXEC),
	};
	void *at;

	if (p.fd < 0 || escape(ctl, NV_ESC_RM_MAP_MEMORY, &p, sizeof(p)))
		need("MAP_MEMORY", NO_STATUS);
	need("MAP_MEMORY", p.params.status);
	at = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED, p.fd, 0);
	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return at;
}

static u64 word(unsigned int i, u64 at)
{
	return ((u64)i << 32 | at) * 0x9e3779b97f4a7c15;
}

static void fill(unsigned int i)
{
	for (u64 at = 0; at < CHUNK / 8; at += step)
		chunk[i][at] = word(i, at);
}

static void look(void)
{
	u64 lost = 0, first = 0, first_at = 0, got;

	for (unsigned int i = 0; i < chunks; i++) {
		for (u64 at = 0; at < CHUNK / 8; at += step) {
			got = chunk[i][at];
			if (got == word(i, at))
				continue;
			if (!lost++) {
				first = got;
				first_at = i * CHUNK + at * 8;
			}
		}
	}
	if (lost)
		printf("lost %llu of %llu words, at %#llx is %#llx\n", lost,
		       chunks * CHUNK / 8 / step, first_at, first);
	else
		printf("kept\n");
}

int main(int argc, char **argv)
{
	u64 mib = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	u64 stride = argc > 2 ? strtoull(argv[2], NULL, 0) : 8;
	char line[16];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!mib || mib > CHUNKS_MAX * CHUNK / MIB || stride < 8 || CHUNK % stride) {
		fprintf(stderr, "usage: keep-vram MIB [STRIDE]\n");
		return 2;
	}
	step = stride / 8;
	start();
	for (; chunks * CHUNK < mib * MIB; chunks++) {
		allocate(H_MEMORY + chunks);
		chunk[chunks] = map(H_MEMORY + chunks);
		fill(chunks);
	}
	printf("filled\n");
	while (fgets(line, sizeof(line), stdin))
		look();
	return 0;
}
