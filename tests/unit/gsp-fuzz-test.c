// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * A GSP gone mad: messages with sound checksums and random contents, whole rings of
 * random bytes. The driver may declare it dead at any time; it may not read or write
 * where it should not, hang, or fill the log. FUZZ_ROUNDS in the environment makes it
 * longer.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "gsp/boot.h"
#include "gsp-peer.h"
#include "hw-fake.h"
#include "unit.h"

#define ROUNDS		300
#define PARAMS_MAX	150000

static u64 seed;
static u8 params[PARAMS_MAX];

static u32 pick(u32 below)
{
	return fuzz_rand(&seed) % below;
}

/* Numbers that matter come up more often than others. */
static u32 odd_number(void)
{
	static const u32 odd[] = {
		0, 1, 3, 4, 8, 16, 32, 0x30, 62, 63, 64, 0xfff, 0x1000, 0xffb0, 0xffd0, 0x10000,
		0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
	};

	return pick(3) ? odd[pick(ARRAY_SIZE(odd))] : fuzz_rand(&seed);
}

static u32 odd_function(void)
{
	static const u32 functions[] = {
		GSP_RPC_GSP_RM_CONTROL, GSP_RPC_GSP_RM_ALLOC, GSP_RPC_FREE, GSP_RPC_DUP_OBJECT,
		GSP_RPC_CONTINUATION_RECORD, GSP_EVENT_RUN_CPU_SEQUENCER, GSP_EVENT_POST_EVENT,
		GSP_EVENT_RC_TRIGGERED, GSP_EVENT_OS_ERROR_LOG, GSP_EVENT_INIT_DONE,
		GSP_EVENT_UCODE_LIBOS_PRINT,
	};

	return pick(8) ? functions[pick(ARRAY_SIZE(functions))] : odd_number();
}

static bool room_for(struct peer *peer, u32 len)
{
	u32 driver_rx = *(u32 *)((u8 *)peer_cmdq(peer) + GSP_MSGQ_RX_OFF);
	u32 room = (driver_rx + GSP_MSGQ_ELEM_COUNT - peer->tx_index - 1) % GSP_MSGQ_ELEM_COUNT;

	return room * GSP_MSGQ_ELEM_SIZE >= len + 0x50;
}

static void send_odd(struct peer *peer)
{
	static u32 payload[GSP_RPC_PAYLOAD_MAX / 4];
	u32 i, len = pick(4) ? pick(300) : pick(GSP_RPC_PAYLOAD_MAX + 1);
	struct peer_flaw flaw = { };

	if (!room_for(peer, len))
		return;
	for (i = 0; i < 80; i++)
		payload[i] = odd_number();
	if (!pick(20))
		*(&flaw.elements + pick(5)) = odd_number();
	peer_send_flawed(peer, odd_function(), pick(3) ? 0 : odd_number(), payload, len, &flaw);
}

static void on_message(struct peer *peer, const struct gsp_rpc_header *msg)
{
	u32 *word = (u32 *)(msg + 1);
	u32 len = msg->length - sizeof(*msg);

	while (pick(2))
		send_odd(peer);
	if (!pick(10) || !room_for(peer, len))
		return;
	if (len >= 4 && !pick(3))
		word[pick(len / 4)] = odd_number();
	if (!pick(4))
		len = pick(len + 1);
	peer_send(peer, msg->function, pick(5) ? 0 : odd_number(), msg + 1, len);
}

static void on_idle(struct peer *peer)
{
	if (pick(2))
		send_odd(peer);
	if (!pick(200)) {
		u32 *shm = peer->gsp->queue.shm.cpu;

		shm[pick(GSP_SHM_SIZE / 4)] = odd_number();
	}
}

static u32 on_read(struct peer *peer, u32 reg)
{
	return pick(4) ? odd_number() & 0x7fffffff : 0;
}

static void call_something(struct peer *peer)
{
	u32 size = pick(4) ? pick(200) : pick(PARAMS_MAX);

	switch (pick(5)) {
	case 0:
		nv_gsp_alloc(peer->gsp, 1, 2, 3, 4, params, min(size, 60000u));
		break;
	case 1:
		nv_gsp_free(peer->gsp, 1, 2);
		break;
	case 2:
		nv_gsp_service(peer->gsp);
		break;
	default:
		nv_gsp_control(peer->gsp, 1, 2, 3, params, size);
	}
}

static void round_of(unsigned int n)
{
	struct nv_gsp_boot_state boot = { };
	struct peer peer;
	int calls;

	seed = 0x9e3779b97f4a7c15ull * (n + 1);
	peer_init(&peer);
	boot.gsp = (struct nv_falcon) { &peer.hw, "GSP", NV_PGSP_BASE };
	boot.sec2 = (struct nv_falcon) { &peer.hw, "SEC2", NV_PSEC_BASE };
	boot.libos_args.page = peer.gsp->queue.shm.page;
	peer.gsp->boot = &boot;
	peer.message = on_message;
	peer.idle = on_idle;
	peer.read = on_read;
	for (calls = 0; calls < 50 && nv_gsp_running(peer.gsp); calls++)
		call_something(&peer);
	EXPECT(peer.now < 1000000000000ull);
	peer.gsp->boot = NULL;
	peer_fini(&peer);
}

UNIT_TEST(mad_gsp)
{
	const char *text = getenv("FUZZ_ROUNDS");
	unsigned int n, rounds = text ? atoi(text) : ROUNDS;

	for (n = 0; n < rounds; n++)
		round_of(n);
}
