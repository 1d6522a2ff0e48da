// SPDX-License-Identifier: MIT OR GPL-2.0

/* GSP-RM refuses one control, each in its turn: those of the start, then those of programs. */

#include <stdio.h>

#include "rm-rig.h"
#include "softgpu-priv.h"

#define CONTROLS_MAX	128

/* No start that fails needs more lines than this to say why. */
#define LINES_MAX	6

/* What a start asks of GSP-RM, from the model's own trace. */
static unsigned int controls_of_a_start(u32 *ids)
{
	struct rm_rig rig = { .soft = hw_softgpu_defaults() };
	FILE *trace = tmpfile();
	unsigned int nr = 0, i, id;
	char line[256], *at;

	EXPECT(trace);
	rig.soft.config.trace = trace;
	rig_start(&rig);
	rig_fini(&rig);
	rewind(trace);
	while (fgets(line, sizeof(line), trace)) {
		at = strstr(line, "gsp control ");
		if (!at || sscanf(at, "gsp control %x", &id) != 1)
			continue;
		for (i = 0; i < nr && ids[i] != id; i++)
			;
		if (i == nr && nr < CONTROLS_MAX)
			ids[nr++] = id;
	}
	fclose(trace);
	return nr;
}

static void start_refused(u32 id)
{
	struct hw_softgpu soft = hw_softgpu_defaults();
	struct nv_gpu gpu = {};
	unsigned int lines;
	int ret;

	soft.config.fault = (struct softgpu_fault){ SOFTGPU_FAULT_CONTROL_REFUSED, id };
	hw_softgpu_init(&soft);
	EXPECT_EQ(nv_gpu_init(&gpu, &soft.hw, 0, NULL), 0);
	soft.gpu = &gpu;
	ret = nv_gpu_start(&gpu);
	lines = unit_log_lines(&soft.log, 'E');
	EXPECT(ret <= 0 && lines <= LINES_MAX);
	EXPECT(!ret || lines);
	nv_gpu_stop(&gpu);
	nv_gpu_fini(&gpu);
	soft.gpu = NULL;
	hw_softgpu_fini(&soft);
}

/* Either it can do without, or it says in a line or two why it cannot. */
UNIT_TEST(of_the_start)
{
	u32 ids[CONTROLS_MAX];
	unsigned int nr = controls_of_a_start(ids), i;

	EXPECT(nr > 0);
	for (i = 0; i < nr; i++)
		start_refused(ids[i]);
}

#define ROW_RM	0
#define ROW_GSP	1
#define ROW(id, name, size, rights, route) { id, size, ROW_##route },

static const struct {
	u32 id, size;
	int route;
} rows[] = { NV_CTRLS(ROW) };

/* A program gets to know, and the GPU works on. */
UNIT_TEST(of_programs)
{
	u32 client, status, tried = 0;
	static u8 params[RIG_USER_SIZE / 2];
	struct rm_rig rig;

	rig_init(&rig);
	client = rig_tree(&rig);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_CONTROL_REFUSED;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].id >> 16 != NV20_SUBDEVICE_0 || rows[i].size > sizeof(params))
			continue;
		memset(params, 0, rows[i].size);
		rig.soft.model->config.fault.n = rows[i].id;
		status = rig_control(&rig, client, H_SUBDEVICE, rows[i].id, params, rows[i].size);
		if (rows[i].route != ROW_GSP)
			continue;
		EXPECT(status == NV_ERR_NOT_SUPPORTED || status == NV_ERR_INSUFFICIENT_PERMISSIONS);
		tried++;
	}
	EXPECT(tried > 40);
	rig.soft.model->config.fault.kind = SOFTGPU_FAULT_NONE;
	EXPECT_EQ(rig_ping(&rig, client, H_SUBDEVICE), NV_OK);
	rig_fini(&rig);
}
