// SPDX-License-Identifier: MIT OR GPL-2.0

/* The device model's library front: faults, the list of unknowns, the trace, the thread. */

#include <stdio.h>
#include <linux/kernel.h>
#include <string.h>
#include <time.h>

#include "softgpu-priv.h"
#include "unit.h"

static void *host_dma(void *ctx, u64 addr, u64 len)
{
	return NULL;
}

static void host_msi(void *ctx)
{
}

static struct softgpu *open_gpu(const struct softgpu_config *config)
{
	const struct softgpu_host host = { .dma = host_dma, .msi = host_msi };
	struct softgpu *gpu = softgpu_new(config, &host);

	EXPECT(gpu);
	return gpu;
}

UNIT_TEST(fault_names)
{
	struct softgpu_fault fault;

	EXPECT(softgpu_parse_fault("off-bus", &fault));
	EXPECT_EQ(fault.kind, SOFTGPU_FAULT_OFF_BUS);
	EXPECT(fault.n > 0);
	EXPECT(softgpu_parse_fault("off-bus:17", &fault));
	EXPECT_EQ(fault.n, 17);
	EXPECT(softgpu_parse_fault("control-refused:0x20800a40", &fault));
	EXPECT_EQ(fault.n, 0x20800a40);
	EXPECT(!softgpu_parse_fault("control-refused", &fault));
	EXPECT(!softgpu_parse_fault("vbios-no-bit:1", &fault));
	EXPECT(!softgpu_parse_fault("off-bus:", &fault));
	EXPECT(!softgpu_parse_fault("off-bus:-1", &fault));
	EXPECT(!softgpu_parse_fault("off-bus:1x", &fault));
	EXPECT(!softgpu_parse_fault("off-bus:99999999999999999999", &fault));
	EXPECT(!softgpu_parse_fault("off", &fault));
	EXPECT(!softgpu_parse_fault("", &fault));
}

UNIT_TEST(a_fault_has_its_turn)
{
	struct softgpu_config config = {
		.vram_mib = 256, .synchronous = true,
		.fault = { .kind = SOFTGPU_FAULT_BAD_CHECKSUM, .n = 2 },
	};
	struct softgpu *gpu = open_gpu(&config);

	EXPECT(!sg_fault(gpu, SOFTGPU_FAULT_NONE));
	EXPECT(!sg_fault(gpu, SOFTGPU_FAULT_BAD_SEQUENCE));
	EXPECT(!sg_fault(gpu, SOFTGPU_FAULT_BAD_CHECKSUM));
	gpu->stats.messages_out = 1;
	EXPECT(sg_fault(gpu, SOFTGPU_FAULT_BAD_CHECKSUM));
	gpu->stats.messages_out = 2;
	EXPECT(!sg_fault(gpu, SOFTGPU_FAULT_BAD_CHECKSUM));
	gpu->config.fault.kind = SOFTGPU_FAULT_GSP_DIES;
	EXPECT(sg_fault(gpu, SOFTGPU_FAULT_GSP_DIES));
	gpu->stats.messages_out = 1;
	EXPECT(!sg_fault(gpu, SOFTGPU_FAULT_GSP_DIES));
	softgpu_free(gpu);
}

UNIT_TEST(video_memory_of_a_sane_size)
{
	static const u32 refused[] = { 0, 255, 8193, ~0u };
	const struct softgpu_host host = { .dma = host_dma, .msi = host_msi };
	struct softgpu_config config = { .synchronous = true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		config.vram_mib = refused[i];
		EXPECT(!softgpu_new(&config, &host));
	}
}

UNIT_TEST(unknowns_are_listed)
{
	const struct softgpu_config config = { .vram_mib = 256, .synchronous = true };
	struct softgpu *gpu = open_gpu(&config);
	struct softgpu_stats stats;
	char text[512] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	softgpu_lock(gpu);
	sg_unknown(gpu, "rpc", 99);
	sg_unknown(gpu, "reg read", 0x200);
	sg_unknown(gpu, "reg read", 0x100);
	sg_unknown(gpu, "reg read", 0x200);
	sg_unknown(gpu, "control", 0x20800101);
	softgpu_unlock(gpu);
	softgpu_print_unknown(gpu, file);
	fclose(file);
	EXPECT_STR(text, "control   20800101 1\nreg read  00000100 1\nreg read  00000200 2\n"
		   "rpc       00000063 1\n");
	softgpu_get_stats(gpu, &stats);
	EXPECT_EQ(stats.unknown_regs, 3);
	EXPECT_EQ(stats.unknown_rpcs, 1);
	EXPECT_EQ(stats.unknown_controls, 1);
	softgpu_free(gpu);
}

UNIT_TEST(the_list_of_unknowns_is_bounded)
{
	const struct softgpu_config config = { .vram_mib = 256, .synchronous = true };
	struct softgpu *gpu = open_gpu(&config);
	FILE *file = tmpfile();
	char last[80] = "";
	int lines = 0;
	u32 i;

	softgpu_lock(gpu);
	for (i = 0; i < 5000; i++)
		sg_unknown(gpu, "reg write", i * 2654435761u);
	softgpu_unlock(gpu);
	softgpu_print_unknown(gpu, file);
	rewind(file);
	while (fgets(last, sizeof(last), file))
		lines++;
	fclose(file);
	EXPECT_EQ(lines, 4097);
	EXPECT_STR(last, "and 904 more accesses to others\n");
	softgpu_free(gpu);
}

UNIT_TEST(accesses_are_traced)
{
	char text[4096] = "";
	struct softgpu_config config = {
		.vram_mib = 256, .synchronous = true,
		.trace = fmemopen(text, sizeof(text), "w"),
	};
	struct softgpu *gpu = open_gpu(&config);

	softgpu_config_write(gpu, 4, 2, 2);
	softgpu_read(gpu, SOFTGPU_BAR0, 0, 4);
	softgpu_write(gpu, SOFTGPU_BAR0, 0x1400, 4, 0xabc);
	softgpu_free(gpu);
	fclose(config.trace);
	EXPECT(strstr(text, " c2 004 0002\n"));
	EXPECT(strstr(text, " r4 000000 b76000a1\n"));
	EXPECT(strstr(text, " w4 001400 00000abc\n"));
}

static void add(struct softgpu *gpu, void *arg)
{
	*(unsigned int *)arg = *(unsigned int *)arg * 10 + 1;
}

static void add_two(struct softgpu *gpu, void *arg)
{
	*(unsigned int *)arg = *(unsigned int *)arg * 10 + 2;
}

/* Waits for the model's thread to get to @want, or ten seconds. */
static unsigned int wait_for(struct softgpu *gpu, const unsigned int *seen, unsigned int want)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	unsigned int now = 0, i;

	for (i = 0; i < 10000 && now != want; i++) {
		nanosleep(&nap, NULL);
		softgpu_lock(gpu);
		now = *seen;
		softgpu_unlock(gpu);
	}
	return now;
}

UNIT_TEST(jobs_run_in_order)
{
	struct softgpu_config config = { .vram_mib = 256 };
	struct softgpu *gpu = open_gpu(&config);
	unsigned int seen = 0;

	softgpu_lock(gpu);
	sg_defer(gpu, add, &seen);
	sg_defer(gpu, add_two, &seen);
	sg_defer(gpu, add, &seen);
	EXPECT_EQ(seen, 0);		/* not while the access that started them runs */
	softgpu_unlock(gpu);
	EXPECT_EQ(wait_for(gpu, &seen, 121), 121);
	softgpu_free(gpu);

	config.synchronous = true;
	gpu = open_gpu(&config);
	softgpu_lock(gpu);
	sg_defer(gpu, add, &seen);
	EXPECT_EQ(seen, 1211);
	softgpu_unlock(gpu);
	softgpu_free(gpu);
}

UNIT_TEST(a_reset_drops_what_waits)
{
	const struct softgpu_config config = { .vram_mib = 256 };
	struct softgpu *gpu = open_gpu(&config);
	unsigned int seen = 0;

	softgpu_lock(gpu);
	sg_defer(gpu, add, &seen);
	sg_reset(gpu, false);
	sg_defer(gpu, add_two, &seen);
	softgpu_unlock(gpu);
	EXPECT_EQ(wait_for(gpu, &seen, 2), 2);
	softgpu_free(gpu);
}
