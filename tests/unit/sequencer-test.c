// SPDX-License-Identifier: MIT OR GPL-2.0

/* Register programs of GSP's: what they may do, and what they may not. */

#include <errno.h>
#include <string.h>

#include <linux/kernel.h>

#include "gsp-peer.h"
#include "gsp/boot.h"
#include "unit.h"

#define MAX_DWORDS	32

static struct program {
	struct gsp_event_run_cpu_sequencer head;
	u32 cmd[MAX_DWORDS];
} program;

static u32 last_reg, last_val, reg_value, writes;

static void on_write(struct peer *peer, u32 reg, u32 val)
{
	last_reg = reg;
	last_val = val;
	writes++;
}

static u32 on_read(struct peer *peer, u32 reg)
{
	return reg_value;
}

static int run_sized(struct peer *peer, const u32 *cmd, u32 dwords, u32 size)
{
	int err;

	memset(&program, 0, sizeof(program));
	program.head.buffer_size_dwords = MAX_DWORDS;
	program.head.cmd_index = dwords;
	memcpy(program.cmd, cmd, min_t(u32, dwords, MAX_DWORDS) * sizeof(u32));
	writes = 0;
	mutex_lock(&peer->gsp->rpc_lock);
	err = gsp_sequencer_run(peer->gsp, &program.head, size);
	mutex_unlock(&peer->gsp->rpc_lock);
	return err;
}

#define RUN(peer, ...) ({							\
	const u32 unit_cmd[] = { __VA_ARGS__ };					\
	run_sized(peer, unit_cmd, ARRAY_SIZE(unit_cmd), sizeof(program));	\
})

static void rig_init(struct peer *peer)
{
	peer_init(peer);
	peer->write = on_write;
	peer->read = on_read;
}

UNIT_TEST(operations)
{
	struct peer peer;

	rig_init(&peer);
	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_WRITE, 0x1234, 0xabcd), 0);
	EXPECT_EQ(last_reg, 0x1234);
	EXPECT_EQ(last_val, 0xabcd);

	reg_value = 0xff00ff00;
	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_MODIFY, 0xfffffc, 0x0ff0, 0x0110), 0);
	EXPECT_EQ(last_reg, 0xfffffc);
	EXPECT_EQ(last_val, 0xff00f110);

	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_POLL, 0, 0xf0, 0, 1000, 0x77), 0);
	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_STORE, 0x100, 7), 0);
	EXPECT_EQ(program.head.reg_save_area[7], 0xff00ff00);

	peer.now = 0;
	EXPECT_EQ(RUN(&peer, GSP_SEQ_DELAY_US, 1500), 0);
	EXPECT(peer.now >= 1500000);

	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_WRITE, 4, 1, GSP_SEQ_REG_WRITE, 8, 2), 0);
	EXPECT_EQ(writes, 2);
	EXPECT_EQ(run_sized(&peer, &last_reg, 0, sizeof(program)), 0);
	EXPECT_EQ(unit_log_lines(&peer.log, 'E'), 0);
	peer_fini(&peer);
}

UNIT_TEST(core_operations)
{
	struct nv_gsp_boot_state boot = { };
	struct peer peer;

	rig_init(&peer);
	boot.gsp = (struct nv_falcon) { &peer.hw, "GSP", NV_PGSP_BASE };
	peer.gsp->boot = &boot;
	reg_value = NV_PFALCON_FALCON_CPUCTL_HALTED;
	EXPECT_EQ(RUN(&peer, GSP_SEQ_CORE_RESET, GSP_SEQ_CORE_WAIT_FOR_HALT), 0);
	EXPECT(writes > 0);
	reg_value = 0;
	EXPECT_EQ(RUN(&peer, GSP_SEQ_CORE_WAIT_FOR_HALT), -ETIMEDOUT);
	EXPECT_EQ(RUN(&peer, GSP_SEQ_CORE_START), 0);
	EXPECT_EQ(last_reg & ~0xfffu, NV_PGSP_BASE);
	peer.gsp->boot = NULL;
	peer_fini(&peer);
}

static void refused(struct peer *peer, int err, const char *text)
{
	EXPECT_EQ(err, -EINVAL);
	EXPECT_EQ(writes, 0);
	EXPECT_EQ(unit_log_lines(&peer->log, 'E'), 1);
	EXPECT_EQ(unit_log_has(&peer->log, text), 1);
	unit_log_clear(&peer->log);
}

UNIT_TEST(malformed_programs)
{
	static const u32 nop[MAX_DWORDS];
	struct peer peer;

	rig_init(&peer);
	refused(&peer, RUN(&peer, 9), "unknown operation 0x9");
	refused(&peer, RUN(&peer, 0xffffffff), "unknown operation");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_WRITE, 4), "ends inside an operation");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_POLL, 4, 0, 0, 0), "ends inside an operation");
	refused(&peer, RUN(&peer, GSP_SEQ_DELAY_US), "ends inside an operation");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_WRITE, 2, 1), "names register 0x2");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_WRITE, 0x1000000, 1), "names register 0x1000000");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_MODIFY, 0xfffffffc, 1, 1), "names register");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_POLL, 0x1000000, 0, 0, 0, 0), "names register");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_STORE, 0x1000000, 0), "names register");
	refused(&peer, RUN(&peer, GSP_SEQ_REG_STORE, 0, 8), "slot 8");
	refused(&peer, run_sized(&peer, nop, MAX_DWORDS, sizeof(program)), "claims 32 dwords");
	refused(&peer, run_sized(&peer, nop, 0xffffffff, sizeof(program)), "claims 4294967295");
	refused(&peer, run_sized(&peer, nop, 3, sizeof(program.head) + 11), "claims 3 dwords of 2");
	peer_fini(&peer);
}

UNIT_TEST(programs_cannot_wait_for_ever)
{
	u32 cmd[MAX_DWORDS - 1];
	struct peer peer;
	u32 i;

	rig_init(&peer);
	reg_value = 1;
	EXPECT_EQ(RUN(&peer, GSP_SEQ_REG_POLL, 0, 1, 0, 0xffffffff, 0), -ETIMEDOUT);
	EXPECT(peer.now < 4100000000ull);

	peer.now = 0;
	for (i = 0; i < ARRAY_SIZE(cmd) - 1; i += 2) {
		cmd[i] = GSP_SEQ_DELAY_US;
		cmd[i + 1] = 0xffffffff;
	}
	EXPECT_EQ(run_sized(&peer, cmd, i, sizeof(program)), 0);
	EXPECT(peer.now < 4100000000ull);
	peer_fini(&peer);
}

UNIT_TEST(bad_program_ends_gsp)
{
	struct program bad = { .head = { .buffer_size_dwords = 8, .cmd_index = 1 }, .cmd = { 99 } };
	struct peer peer;

	rig_init(&peer);
	peer_send(&peer, GSP_EVENT_RUN_CPU_SEQUENCER, 0, &bad, sizeof(bad));
	nv_gsp_service(peer.gsp);
	EXPECT_EQ(peer.gsp->state, NV_GSP_DEAD);
	EXPECT_EQ(unit_log_has(&peer.log, "Xid (PCI:0000:01:00): 120, "), 1);
	peer_fini(&peer);
}
