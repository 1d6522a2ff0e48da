// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the model's graphics engine and GSP-RM demand of a context. */
#include "softgpu-channel.h"

#include "regs/nv-gr.h"

#define GR0		0x01
#define SUB		BIT(13)

static void open_gr(void)
{
	struct nv_channel_alloc_params params = channel_params(0);

	open_channels(0);
	params.engine_type = GR0;
	EXPECT_EQ(alloc_channel(0, &params), 0);
	EXPECT_EQ(schedule(0, true), 0);
	put[0] = 0;
	EXPECT_EQ(driver_alloc(&driver, CLIENT, DEVICE, SUBDEVICE, NV20_SUBDEVICE_0), 0);
	map_context();
}

static u32 gr_object(u32 class)
{
	return driver_alloc(&driver, CLIENT, CHANNEL, GR_OBJECT, class);
}

/* A semaphore of the compute class, or of 3D */
static bool works(u32 class)
{
	const u32 word[] = { 0, VA_SEM, 77, NVC7C0_SET_REPORT_SEMAPHORE_D_ONE_WORD };
	u32 from = pb_used, i;

	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC56F_SET_OBJECT, 1) | SUB);
	emit(class);
	emit(header(NVC56F_DMA_SEC_OP_INC_METHOD, NVC7C0_SET_REPORT_SEMAPHORE_A, 4) | SUB);
	for (i = 0; i < 4; i++)
		emit(word[i]);
	memset((u8 *)driver_mem(&driver, sem_page), 0, 4);
	push_entry(0, (u64)(pb_used - from) << 42 | (VA_PB + 4 * from));
	wr(&driver.model, NV_VIRTUAL_FUNCTION_DOORBELL, 0);
	return semaphore(0) == 77;
}

UNIT_TEST(memory_comes_first)
{
	struct nv2080_ctrl_gpu_promote_ctx_params p;
	u32 i;

	open_gr();
	p = context_params(0);
	EXPECT_EQ(gr_object(AMPERE_B), NV_ERR_INVALID_STATE);
	p.entry[0].size -= 0x1000;
	EXPECT_EQ(promote(&p), NV_ERR_INVALID_ARGUMENT);
	p = context_params(0);
	p.entry[0].gpu_phys_addr = ~0xfffull;
	EXPECT_EQ(promote(&p), NV_ERR_INVALID_ADDRESS);
	p = context_params(0);
	p.entry[0].buffer_id = NV2080_CTX_BUFFERS;
	EXPECT_EQ(promote(&p), NV_ERR_INVALID_ARGUMENT);
	/* Without addresses there can be no first image. */
	p = context_params(0);
	for (i = 0; i < p.entry_count; i++)
		p.entry[i].nonmapped = true;
	EXPECT_EQ(promote(&p), 0);
	EXPECT_EQ(gr_object(AMPERE_B), NV_ERR_INVALID_STATE);
	EXPECT(logged(&driver.model, "no golden image"));
	p = context_params(0);
	EXPECT_EQ(promote(&p), 0);
	EXPECT_EQ(gr_object(AMPERE_B), 0);
	EXPECT(works(AMPERE_B));
	driver_close(&driver);
}

/* The memory of each buffer has to be there when the engine turns to the channel. */
UNIT_TEST(unmapped_buffers_fault)
{
	static const u32 id[] = {
		NV2080_CTX_BUFFER_MAIN, NV2080_CTX_BUFFER_PATCH, NV2080_CTX_BUFFER_PRIV_ACCESS_MAP,
	};
	char text[64];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(id); i++) {
		open_gr();
		EXPECT_EQ(driver_free(&driver, CLIENT, SUBDEVICE), 0);
		open_context(0);
		EXPECT(works(AMPERE_COMPUTE_B));
		set64(ROOT + 0x3000 + context_addr(id[i]) / HUGE_PAGE * 16, 0);
		EXPECT(!works(AMPERE_COMPUTE_B));
		snprintf(text, sizeof(text), "context buffer %u is not mapped", id[i]);
		EXPECT(logged(&driver.model, text));
		driver_close(&driver);
	}
}

UNIT_TEST(evicted_and_lost)
{
	struct nv2080_ctrl_gpu_evict_ctx_params p = { .h_chan_client = CLIENT,
						      .h_object = CHANNEL };

	open_gr();
	EXPECT_EQ(driver_free(&driver, CLIENT, SUBDEVICE), 0);
	open_context(0);
	EXPECT(works(AMPERE_COMPUTE_B));
	EXPECT_EQ(driver_control(&driver, CLIENT, SUBDEVICE, NV2080_CTRL_CMD_GPU_EVICT_CTX, &p,
				 sizeof(p)), 0);
	EXPECT(!works(AMPERE_COMPUTE_B));
	driver_close(&driver);

	open_gr();
	EXPECT_EQ(driver_free(&driver, CLIENT, SUBDEVICE), 0);
	open_context(0);
	set64(context_addr(NV2080_CTX_BUFFER_MAIN), 0xdeadc0dedeadc0de);
	EXPECT(!works(AMPERE_COMPUTE_B));
	EXPECT(logged(&driver.model, "there is no context in its main buffer"));
	driver_close(&driver);
}
