// SPDX-License-Identifier: MIT OR GPL-2.0

/* Calls from many threads: replies are matched by function only, so the lock must be right. */

#include <pthread.h>
#include <string.h>

#include "gsp-peer.h"
#include "unit.h"

#define THREADS	4
#define CALLS	300

static void on_control(struct peer *peer, const struct gsp_rpc_header *msg)
{
	struct gsp_rpc_rm_control *ctrl = (void *)(msg + 1);

	ctrl->params[0] = ctrl->h_object;
	ctrl->params[1]++;
	peer_send(peer, GSP_EVENT_LOCKDOWN_NOTICE, 0, NULL, 0);
	peer_echo(peer, msg, 0);
}

struct caller {
	struct peer *peer;
	pthread_t thread;
	u32 id;
	bool ok;
};

static void *call(void *arg)
{
	struct caller *caller = arg;
	u8 params[16] = { };
	u32 i;

	caller->ok = true;
	for (i = 0; i < CALLS; i++) {
		caller->ok &= !nv_gsp_control(caller->peer->gsp, 1, caller->id, caller->id + 100,
					      params, sizeof(params));
		caller->ok &= params[0] == caller->id && params[1] == (u8)(i + 1);
		nv_gsp_service(caller->peer->gsp);
		caller->ok &= nv_gsp_running(caller->peer->gsp);
	}
	return NULL;
}

UNIT_TEST(callers_do_not_mix)
{
	struct caller callers[THREADS];
	struct peer peer;
	u32 i;

	peer_init(&peer);
	peer.message = on_control;
	for (i = 0; i < THREADS; i++) {
		callers[i] = (struct caller) { .peer = &peer, .id = i + 1 };
		EXPECT(!pthread_create(&callers[i].thread, NULL, call, &callers[i]));
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(callers[i].thread, NULL);
		EXPECT(callers[i].ok);
	}
	EXPECT_EQ(peer.gsp->stats.rpcs, THREADS * CALLS);
	EXPECT_EQ(peer.gsp->stats.events, THREADS * CALLS);
	peer_fini(&peer);
}
