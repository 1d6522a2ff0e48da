// SPDX-License-Identifier: MIT OR GPL-2.0

/* A whole GPU: identified, started, asked, stopped. */

#include <string.h>

#include "gsp/gsp.h"
#include "hw-softgpu.h"
#include "unit.h"

struct rig {
	struct hw_softgpu soft;
	struct nv_gpu gpu;
};

static void rig_init(struct rig *rig)
{
	*rig = (struct rig) { .soft = hw_softgpu_defaults() };
	hw_softgpu_init(&rig->soft);
	EXPECT_EQ(nv_gpu_init(&rig->gpu, &rig->soft.hw, 0, NULL), 0);
	rig->soft.gpu = &rig->gpu;
}

static void rig_fini(struct rig *rig)
{
	nv_gpu_fini(&rig->gpu);
	rig->soft.gpu = NULL;
	hw_softgpu_fini(&rig->soft);
}

UNIT_TEST(starts_and_stops)
{
	struct rig rig;
	int i;

	rig_init(&rig);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(nv_gpu_start(&rig.gpu), 0);
		EXPECT(nv_gpu_running(&rig.gpu));
		EXPECT(rig.soft.irqs);
		nv_gpu_stop(&rig.gpu);
		EXPECT(!nv_gpu_running(&rig.gpu));
	}
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'E'), 0);
	EXPECT_EQ(unit_log_lines(&rig.soft.log, 'W'), 0);
	rig_fini(&rig);
}
