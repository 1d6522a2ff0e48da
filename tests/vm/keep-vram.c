// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: keep-vram MIB [STRIDE]
 *
 * Fills that much video memory through mappings and says "filled". For each line on its
 * standard input it looks again and says "kept", or "lost N of M words" and the first that
 * differs. It ends with its input. With STRIDE only a word in that many bytes is filled, for
 * where each access is slow.
 */
#include <linux/bits.h>

#include "rm-user.h"

#define H_MEMORY	0x1000
#define MIB		BIT_ULL(20)
#define CHUNK		(16 * MIB)
#define CHUNKS_MAX	256

static struct rm_user user;
static volatile u64 *chunk[CHUNKS_MAX];
static unsigned int chunks;
static u64 step = 1;		/* in words */

static void allocate(unsigned int i)
{
	need_ok(rm_make_memory(&user, H_MEMORY + i, NV01_MEMORY_LOCAL_USER, CHUNK),
		"video memory");
	chunk[i] = rm_map(&user, H_MEMORY + i, GPU_NODE, 0, CHUNK);
	need(chunk[i] != MAP_FAILED, "mapping");
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
	rm_open(&user);
	for (; chunks * CHUNK < mib * MIB; chunks++) {
		allocate(chunks);
		fill(chunks);
	}
	printf("filled\n");
	while (fgets(line, sizeof(line), stdin))
		look();
	return 0;
}
