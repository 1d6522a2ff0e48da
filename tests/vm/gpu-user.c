// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * usage: gpu-user [MIB]
 *
 * A program that uses the GPU all the time. It has a client, a device, a subdevice and MIB
 * of video memory (16), mapped and filled; a thread asks GSP one question after another,
 * and one reads and writes the last page of the memory. For each line on its standard input
 * it checks every word and prints "well: N questions answered, N bytes as they were", or what
 * is wrong. It ends with its input.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "rm-user.h"

#define GET_NAME_STRING		0x20800110	/* GSP answers it */
#define GET_NAME_STRING_SIZE	132
#define LINE			64
#define PAUSE_US		1000
#define H_MEMORY		0x51
#define PAGE_WORDS		1024
#define MIB			0x100000

static struct rm_user user;
static volatile u32 *memory;
static u32 words;			/* of it that stay as they are */
static atomic_uint asked, touched, failed;

static u32 ask(void)
{
	char name[GET_NAME_STRING_SIZE] = { 0 };
	u32 status = rm_control(user.ctl, user.client, H_SUBDEVICE, GET_NAME_STRING,
				(uintptr_t)name, sizeof(name));

	/* A reply that is someone else's is no reply. */
	if (status == NV_OK && !strstr(name + sizeof(u32), "RTX"))
		status = NV_ERR_INVALID_STATE;
	return status;
}

static u32 word(u32 i)
{
	return i * 2654435761u ^ 0x6f70656e;
}

/* Return: how many words differ; one of them in @first */
static u32 look(u32 *first)
{
	u32 i, wrong = 0;

	for (i = 0; i < words; i++) {
		if (memory[i] == word(i))
			continue;
		*first = i;
		wrong++;
	}
	return wrong;
}

/* In the page behind what is looked at, each word in turn: what was written is there. */
static void *touch_on(void *arg)
{
	u32 n, last = 0;

	for (n = 1;; n++) {
		if (n > 1 && memory[words + (n - 1) % PAGE_WORDS] != last)
			atomic_store(&failed, n);
		last = word(n);
		memory[words + n % PAGE_WORDS] = last;
		atomic_fetch_add(&touched, 1);
		usleep(PAUSE_US);
	}
	return arg;
}

static int start_memory(u64 size)
{
	pthread_t thread;
	void *at;
	u32 i;

	need_ok(rm_make_memory(&user, H_MEMORY, NV01_MEMORY_LOCAL_USER, size), "video memory");
	at = rm_map(&user, H_MEMORY, GPU_NODE, 0, size);
	need(at != MAP_FAILED, "mapping of video memory");
	memory = at;
	words = size / sizeof(u32) - PAGE_WORDS;
	for (i = 0; i < words; i++)
		memory[i] = word(i);
	return pthread_create(&thread, NULL, touch_on, NULL);
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
	pthread_t thread;

	rm_open(&user);
	return pthread_create(&thread, NULL, ask_on, NULL);
}

static void report(void)
{
	u32 first = 0, status = ask(), wrong = look(&first);

	if (!status)
		status = atomic_load(&failed);
	if (status)
		printf("not well: status %#x after %u questions\n", status, atomic_load(&asked));
	else if (wrong)
		printf("not well: %u of %u words lost, %u is %#x\n", wrong, words, first,
		       memory[first]);
	else
		printf("well: %u questions answered, %zu bytes as they were\n",
		       atomic_load(&asked), words * sizeof(u32));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	u64 mib = argc > 1 ? strtoull(argv[1], NULL, 0) : 16;
	char line[LINE];

	if (!mib || mib > 1024) {
		fprintf(stderr, "usage: gpu-user [MIB]\n");
		return 2;
	}
	if (start() || start_memory(mib * MIB))
		return 1;
	while (fgets(line, sizeof(line), stdin))
		report();
	return 0;
}
