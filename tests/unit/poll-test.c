// SPDX-License-Identifier: MIT OR GPL-2.0

/* Waiting for a register. */

#include <errno.h>

#include "gsp-peer.h"
#include "regs/nv-pmc.h"
#include "unit.h"

#define REG	0x1000
#define SECOND	1000000000ull

static u32 value, boot0;
static u64 ready_ns;

static u32 read_value(struct peer *peer, u32 reg)
{
	if (reg == NV_PMC_BOOT_0)
		return boot0;
	EXPECT_EQ(reg, REG);
	return peer->now >= ready_ns ? value : 0;
}

static void rig_init(struct peer *peer, u32 val, u64 ready)
{
	peer_init(peer);
	peer->read = read_value;
	value = val;
	boot0 = 0x176000a1;
	ready_ns = ready;
}

UNIT_TEST(at_once)
{
	struct peer peer;

	rig_init(&peer, 0xabcd, 0);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 0xff00, 0xab00, 0), 0);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, ~0u, 0xabcd, 0), 0);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 0xff00, 0xac00, 0), -ETIMEDOUT);
	EXPECT_EQ(peer.slept, 0);
	peer_fini(&peer);
}

/* It is noticed soon after it comes, without thousands of reads. */
UNIT_TEST(in_time)
{
	struct peer peer;

	rig_init(&peer, 1, SECOND / 2);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 1, 1000000), 0);
	EXPECT(peer.now - ready_ns < SECOND / 1000);
	EXPECT(peer.slept < 1100);
	peer_fini(&peer);
}

UNIT_TEST(too_late)
{
	struct peer peer;

	rig_init(&peer, 1, SECOND);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 1, 500000), -ETIMEDOUT);
	EXPECT(peer.now < SECOND * 6 / 10);
	peer_fini(&peer);
}

/* Scheduled away until long after the deadline, with the register ready meanwhile. */
static void oversleep(struct peer *peer)
{
	peer->now += 100 * SECOND;
}

UNIT_TEST(waiter_that_oversleeps)
{
	struct peer peer;

	rig_init(&peer, 1, SECOND / 10);
	peer.idle = oversleep;
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 1, 500000), 0);
	peer_fini(&peer);
}

UNIT_TEST(device_that_is_gone)
{
	struct peer peer;

	rig_init(&peer, 0xffffffff, SECOND / 10);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 1, 1000000), 0);	/* ones alone are a value */
	boot0 = 0xffffffff;
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 1, 1000000), -ENODEV);
	EXPECT_EQ(nv_poll32(&peer.hw, REG, 1, 0, 1000000), -ENODEV);
	EXPECT(peer.now < SECOND / 5);
	EXPECT(nv_gone(&peer.hw));
	boot0 = 0x176000a1;
	EXPECT(!nv_gone(&peer.hw));
	peer.hw.lost = true;
	EXPECT(nv_gone(&peer.hw));
	peer_fini(&peer);
}
