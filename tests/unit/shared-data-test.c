// SPDX-License-Identifier: MIT OR GPL-2.0

/* RM_USER_SHARED_DATA: the page that monitoring programs map. */

#include "abi/ctrl/ctrl-internal.h"
#include "abi/user-shared-data.h"
#include "gsp-rm.h"
#include "memory-rig.h"
#include "softgpu-priv.h"

#define SEQ_BASE	BIT_ULL(20)

static u32 alloc_shared(struct rm_rig *rig, u32 client, u32 h_object, u64 mask)
{
	struct nv00de_alloc_parameters p = { .polled_data_mask = mask };

	return rig_alloc_as(&rig->user, client, H_SUBDEVICE, h_object, RM_USER_SHARED_DATA, &p,
			    sizeof(p));
}

static struct nv00de_shared_data *page(struct rm_rig *rig)
{
	struct rm_gpu *rgpu = rm_gpu_get_instance(&rig->rm, 0);
	struct nv00de_shared_data *data;

	data = rgpu->shared.memory ? rgpu->shared.memory->dma.cpu : NULL;
	rm_gpu_put(rgpu);
	return data;
}

/* As many ends of writing as starts, by the rule of the release's header */
static bool seq_valid(u64 seq)
{
	return seq % (SEQ_BASE - 1) == (SEQ_BASE - seq % SEQ_BASE) % SEQ_BASE;
}

UNIT_TEST(the_drivers_part)
{
	struct nv00de_shared_data *data;
	struct rm_rig rig;
	u64 free, seq;
	u32 client, i;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT(!page(&rig));
	/* The first allocation makes the channel that clears memory, which keeps some. */
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM2, MIB(2)), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM2), NV_OK);
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM, 0), NV_OK);
	data = page(&rig);
	EXPECT_EQ(data->driver.bar1_size, rig.soft.hw.bar[1].size >> 10);
	EXPECT_EQ(data->driver.bar1_avail_size, data->driver.bar1_size);
	free = data->driver.free_pma_memory;
	seq = data->driver.seq;
	EXPECT(free && free <= data->driver.total_pma_memory);
	EXPECT(seq && seq_valid(seq));
	EXPECT_EQ(alloc_vid(&rig, client, H_MEM2, MIB(2)), NV_OK);
	EXPECT_EQ(data->driver.free_pma_memory, free - MIB(2));
	EXPECT(data->driver.seq != seq && seq_valid(data->driver.seq));
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM2), NV_OK);
	EXPECT_EQ(data->driver.free_pma_memory, free);
	/* It is one page for all. */
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM2, 0), NV_OK);
	EXPECT(page(&rig) == data);
	for (i = 0; i < 100; i++) {
		EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM2), NV_OK);
		EXPECT_EQ(alloc_shared(&rig, client, H_MEM2, 0), NV_OK);
		EXPECT(seq_valid(data->driver.seq));
	}
	rig_fini(&rig);
}

UNIT_TEST(mapped_read_only)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM, 0), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, 0, sizeof(struct nv00de_shared_data)), NV_OK);
	EXPECT(!rig_fd[0]->writable);
	EXPECT_EQ(rig_fd[0]->caching, NV_CACHED);
	EXPECT_EQ(peek(&rig, 0, 0), page(&rig)->driver.seq);
	rig_fini(&rig);
}

UNIT_TEST(duplicated)
{
	struct nvos55_parameters p = {
		.h_parent = H_SUBDEVICE, .h_object = H_MEM2, .h_object_src = H_MEM, .status = ~0u,
	};
	struct rm_rig rig;
	u32 client, other;

	rig_init(&rig);
	client = rig_tree(&rig);
	other = rig_tree(&rig);
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM, 0), NV_OK);
	p.h_client = other;
	p.h_client_src = client;
	EXPECT_EQ(rm_escape(&rig.user, NV_ESC_RM_DUP_OBJECT, &p, sizeof(p)), 0);
	EXPECT_EQ(p.status, NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM), NV_OK);
	EXPECT_EQ(map(&rig, other, H_MEM2, 0, PAGE), NV_OK);
	EXPECT_EQ(peek(&rig, 0, 0), page(&rig)->driver.seq);
	EXPECT_EQ(rig_free_as(&rig.user, other, H_MEM2), NV_OK);
	rig_fini(&rig);
}

UNIT_TEST(refusals)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_MEM, RM_USER_SHARED_DATA),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(rig_alloc(&rig, client, H_DEVICE, H_MEM, RM_USER_SHARED_DATA),
		  NV_ERR_INVALID_ARGUMENT);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	rig_fini(&rig);
}

UNIT_TEST(gpu_removed_under_it)
{
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM, 0), NV_OK);
	EXPECT_EQ(map(&rig, client, H_MEM, 0, PAGE), NV_OK);
	rm_remove_gpu(&rig.rm, &rig.gpu);
	EXPECT_EQ(rm_add_gpu(&rig.rm, &rig.gpu), 0);
	EXPECT(!page(&rig));
	rig_fini(&rig);
}

static u32 request(struct rm_rig *rig, u32 client, u32 h_object, u64 mask)
{
	struct nv00de_ctrl_request_data_poll_params p = { .polled_data_mask = mask };

	return rig_control(rig, client, h_object, NV00DE_CTRL_CMD_REQUEST_DATA_POLL, &p,
			   sizeof(p));
}

/* GSP is told what all objects want together, and no more once they are gone. */
UNIT_TEST(wishes_add_up)
{
	struct nv00de_shared_data *data;
	struct softgpu_gsp_rm *gsp;
	struct rm_rig rig;
	u32 client, other;

	rig_init(&rig);
	client = rig_tree(&rig);
	other = rig_tree(&rig);
	gsp = rig.soft.model->rm;
	EXPECT_EQ(alloc_shared(&rig, client, H_MEM, NV00DE_RUSD_POLL_CLOCK), NV_OK);
	data = page(&rig);
	EXPECT(data->clocks.timestamp && data->clocks.graphics);
	EXPECT(!data->temperature.timestamp);
	EXPECT_EQ(alloc_shared(&rig, other, H_MEM, NV00DE_RUSD_POLL_THERMAL), NV_OK);
	EXPECT(data->temperature.timestamp && data->temperature.gpu);
	EXPECT_EQ(gsp->polled_data, NV00DE_RUSD_POLL_CLOCK | NV00DE_RUSD_POLL_THERMAL);
	EXPECT_EQ(request(&rig, client, H_MEM, NV00DE_RUSD_POLL_POWER), NV_OK);
	EXPECT_EQ(gsp->polled_data, NV00DE_RUSD_POLL_POWER | NV00DE_RUSD_POLL_THERMAL);
	EXPECT_EQ(rig_free_as(&rig.user, other, other), NV_OK);
	EXPECT_EQ(gsp->polled_data, NV00DE_RUSD_POLL_POWER);
	EXPECT_EQ(request(&rig, client, H_MEM, 0), NV_OK);
	EXPECT_EQ(gsp->polled_data, 0);
	EXPECT_EQ(request(&rig, client, H_MEM, NV00DE_RUSD_POLL_PERF), NV_OK);
	EXPECT_EQ(rig_free_as(&rig.user, client, H_MEM), NV_OK);
	EXPECT_EQ(gsp->polled_data, 0);
	rig_fini(&rig);
}
