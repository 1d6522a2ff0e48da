// SPDX-License-Identifier: MIT OR GPL-2.0

/* The table of controls: each row, from the outside. */

#include "rm-rig.h"

#include "rm/ctrl.h"

enum { USER, ADMIN };
enum { RM, GSP };

static const struct row {
	u32 cmd;
	const char *name;
	u32 size;
	int rights;
	int route;
} rows[] = {
#define ROW(id, name, size, rights, route)	{ id, #name, size, rights, route },
	NV_CTRLS(ROW)
#undef ROW
};

#define for_each_row(row)	for (row = rows; row < rows + ARRAY_SIZE(rows); row++)

/* Fail with the row's name. */
static void expect_status(const struct row *row, u32 status, u32 expected)
{
	if (status != expected)
		unit_fail(__FILE__, __LINE__, "%s: status %#x, not %#x", row->name, status,
			  expected);
}

UNIT_TEST(rows_ascend)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(rows); i++)
		if (rows[i].cmd <= rows[i - 1].cmd)
			unit_fail(__FILE__, __LINE__, "%s is out of order", rows[i].name);
}

UNIT_TEST(rows_are_sane)
{
	const struct row *row;

	for_each_row(row) {
		if (row->size > RM_PARAMS_MAX || NV_CTRL_IS_NULL(row->cmd) ||
		    row->cmd & NV_CTRL_LEGACY)
			unit_fail(__FILE__, __LINE__, "%s is not sane", row->name);
	}
}

static u32 send(struct rm_rig *rig, u32 client, u32 object, const struct row *row, u32 size)
{
	return rig_control_at(&rig->user, client, object, row->cmd, size ? rig_ptr(0) : 0, size);
}

UNIT_TEST(sizes_off_by_one)
{
	const struct row *row;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	rig.user.admin = true;
	client = rig_tree(&rig);
	for_each_row(row) {
		u32 object = NV_CTRL_CLASS(row->cmd) == NV01_ROOT ? client : H_SUBDEVICE;

		expect_status(row, send(&rig, client, object, row, row->size + 1),
			      NV_ERR_INVALID_PARAM_STRUCT);
		if (row->size)
			expect_status(row, send(&rig, client, object, row, row->size - 1),
				      NV_ERR_INVALID_PARAM_STRUCT);
	}
	rig_fini(&rig);
}

/* The object of the tree that has a row's control, or 0. */
static u32 object_of(u32 client, const struct row *row)
{
	switch (NV_CTRL_CLASS(row->cmd)) {
	case NV01_ROOT:
		return client;
	case NV01_DEVICE_0:
		return H_DEVICE;
	case NV20_SUBDEVICE_0:
		return H_SUBDEVICE;
	default:
		return 0;
	}
}

/* Every row that is answered here has somebody who answers. */
UNIT_TEST(handlers_are_there)
{
	const struct row *row;
	struct rm_rig rig;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	for_each_row(row) {
		if (row->route != RM)
			continue;
		/* A first word that most take for a GPU id, a count or a clock, and an index. */
		memset(rig_user, 0, row->size);
		rig_user[0] = 1;
		rig_user[4] = NV2080_CTRL_FB_INFO_INDEX_TOTAL_RAM_SIZE;
		if (send(&rig, client, object_of(client, row), row, row->size) ==
		    NV_ERR_NOT_SUPPORTED)
			unit_fail(__FILE__, __LINE__, "%s has no handler", row->name);
	}
	rig_fini(&rig);
}

static size_t rows_answered_here(u32 h_class)
{
	const struct row *row;
	size_t count = 0;

	for_each_row(row)
		count += row->route == RM && NV_CTRL_CLASS(row->cmd) == h_class;
	return count;
}

/* ... and nobody answers without a row, where size and rights are. */
UNIT_TEST(handlers_have_rows)
{
	EXPECT_EQ(rm_client_num_handlers, rows_answered_here(NV01_ROOT));
	EXPECT_EQ(rm_device_num_handlers, rows_answered_here(NV01_DEVICE_0));
	EXPECT_EQ(rm_subdevice_num_handlers, rows_answered_here(NV20_SUBDEVICE_0));
}

UNIT_TEST(admin_only)
{
	struct rm_rig rig;
	const struct row *row;
	size_t tried = 0;
	u32 client;

	rig_init(&rig);
	client = rig_tree(&rig);
	for_each_row(row) {
		u32 object = object_of(client, row);

		if (!object || row->rights != ADMIN)
			continue;
		expect_status(row, send(&rig, client, object, row, row->size),
			      NV_ERR_INSUFFICIENT_PERMISSIONS);
		tried++;
	}
	EXPECT(tried > 20);

	/* Controls without definition: bit 15 lets anybody ask, bits 15 and 14 only root. */
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, 0x2080c123, NULL, 0),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT(rig_control(&rig, client, H_SUBDEVICE, 0x20808123, NULL, 0) !=
	       NV_ERR_INSUFFICIENT_PERMISSIONS);

	rig.user.admin = true;
	EXPECT(rig_control(&rig, client, H_SUBDEVICE, 0x2080c123, NULL, 0) !=
	       NV_ERR_INSUFFICIENT_PERMISSIONS);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2082_BINAPI_PRIVILEGED), NV_OK);
	rig.user.admin = false;
	EXPECT_EQ(rig_control(&rig, client, H_OTHER, 0x20820101, NULL, 0),
		  NV_ERR_INSUFFICIENT_PERMISSIONS);
	rig_fini(&rig);
}

/* What has no row must not reach GSP: the driver's own controls above all. */
UNIT_TEST(no_row_no_answer)
{
	static const u32 cmds[] = {
		0x20800a40,	/* INTERNAL_*: of the driver and GSP */
		0x20800aff,
		0x20801112,	/* FIFO_GET_DEVICE_INFO_TABLE */
		0x20802a08,
		0x20800152,
		0x2080a7d7,	/* internal, with bit 15 */
	};
	struct rm_rig rig;
	struct nv_gsp_stats before, after;
	u32 client;
	size_t i;

	rig_init(&rig);
	rig.user.admin = true;
	client = rig_tree(&rig);
	EXPECT_EQ(rig_alloc(&rig, client, H_SUBDEVICE, H_OTHER, NV2081_BINAPI), NV_OK);
	nv_gsp_get_stats(rig.gpu.gsp, &before);
	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, cmds[i], NULL, 0),
			  NV_ERR_NOT_SUPPORTED);
		EXPECT_EQ(rig_control_at(&rig.user, client, H_SUBDEVICE, cmds[i], rig_ptr(0), 64),
			  NV_ERR_NOT_SUPPORTED);
		EXPECT_EQ(rig_control(&rig, client, H_OTHER, cmds[i], NULL, 0),
			  NV_ERR_NOT_SUPPORTED);
	}
	/* Right control, wrong object */
	EXPECT_EQ(rig_ping(&rig, client, H_DEVICE), NV_ERR_NOT_SUPPORTED);
	EXPECT_EQ(rig_ping(&rig, client, client), NV_ERR_NOT_SUPPORTED);
	nv_gsp_get_stats(rig.gpu.gsp, &after);
	EXPECT_EQ(before.rpcs, after.rpcs);

	/* The null control of a class asks nothing. */
	EXPECT_EQ(rig_control(&rig, client, H_SUBDEVICE, 0x20800000, NULL, 0), NV_OK);
	rig_fini(&rig);
}
