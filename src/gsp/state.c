// SPDX-License-Identifier: MIT OR GPL-2.0
/* What state GSP is in, what others may know of it, and how much it may have logged. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/mutex.h>

#include "gsp/gsp-priv.h"

#define LOG_LIMIT_LINES		10
#define LOG_LIMIT_NS		5000000000ull

void gsp_set_state(struct nv_gsp *gsp, enum nv_gsp_state state)
{
	mutex_lock(&gsp->rpc_lock);
	WRITE_ONCE(gsp->state, state);
	mutex_unlock(&gsp->rpc_lock);
}

void gsp_die(struct nv_gsp *gsp, unsigned int xid, const char *fmt, ...)
{
	char text[160];
	va_list args;

	lockdep_assert_held(&gsp->rpc_lock);
	if (gsp->state != NV_GSP_BOOTING && gsp->state != NV_GSP_RUNNING &&
	    gsp->state != NV_GSP_RESUMING)
		return;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (gsp->state == NV_GSP_RUNNING)
		nv_xid(gsp->hw, xid, "%s", text);
	else
		nv_err(gsp->hw, "%s", text);
	WRITE_ONCE(gsp->state, NV_GSP_DEAD);
}

void gsp_mark_dead(struct nv_gsp *gsp, const char *why)
{
	mutex_lock(&gsp->rpc_lock);
	gsp_die(gsp, GSP_XID_ERROR, "%s", why);
	mutex_unlock(&gsp->rpc_lock);
}

bool gsp_may_log(struct nv_gsp *gsp)
{
	struct nv_gsp_log_limit *limit = &gsp->log_limit;
	u64 now = gsp->hw->ops->time_ns(gsp->hw);

	if (!limit->lines || now - limit->start_ns >= LOG_LIMIT_NS) {
		if (limit->dropped)
			nv_warn(gsp->hw, "%u more reports of GSP were left out", limit->dropped);
		*limit = (struct nv_gsp_log_limit) { .start_ns = now };
	}
	if (limit->lines++ < LOG_LIMIT_LINES)
		return true;
	limit->dropped++;
	return false;
}

bool nv_gsp_running(const struct nv_gsp *gsp)
{
	return READ_ONCE(gsp->state) == NV_GSP_RUNNING;
}

bool nv_gsp_suspended(const struct nv_gsp *gsp)
{
	return READ_ONCE(gsp->state) == NV_GSP_SUSPENDED;
}

const struct gsp_static_config_info *nv_gsp_static_info(const struct nv_gsp *gsp)
{
	return &gsp->static_info;
}

const char *nv_gsp_vbios_version(const struct nv_gsp *gsp)
{
	return gsp->vbios_version;
}

void nv_gsp_get_stats(const struct nv_gsp *gsp, struct nv_gsp_stats *stats)
{
	*stats = gsp->stats;
}
