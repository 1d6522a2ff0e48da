// SPDX-License-Identifier: MIT OR GPL-2.0

/* What GSP reports on its own account: events in the status queue, and its interrupt. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/stddef.h>

#include "gsp/gsp-priv.h"
#include "regs/nv-falcon.h"

/* GSP's text goes to the kernel log: one line of printable ASCII, @len + 1 bytes at most. */
static void clean_text(char *dst, const char *src, size_t len)
{
	size_t i;

	for (i = 0; i < len && src[i]; i++)
		dst[i] = src[i] >= ' ' && src[i] <= '~' ? src[i] : ' ';
	while (i && dst[i - 1] == ' ')
		i--;
	dst[i] = 0;
}

static void on_error_log(struct nv_gsp *gsp, void *payload, u32 size)
{
	const struct gsp_event_os_error_log *event = payload;
	char text[sizeof(event->string) + 1];

	clean_text(text, event->string, sizeof(event->string));
	if (gsp_may_log(gsp))
		nv_xid(gsp->hw, event->except_type, "%s", text);
}

static void on_rc_triggered(struct nv_gsp *gsp, void *payload, u32 size)
{
	const struct gsp_event_rc_triggered *event = payload;

	nv_fifo_stop_chid(&gsp->gpu->fifo, event->chid);
	if (gsp_may_log(gsp))
		nv_warn(gsp->hw, "channel %u of engine type %u was stopped (exception %u)",
			event->chid, event->engine_type, event->except_type);
}

void nv_gsp_set_post_event(struct nv_gsp *gsp,
			   void (*fn)(void *ctx, const struct gsp_event_post_event *event,
				      u32 size), void *ctx)
{
	mutex_lock(&gsp->rpc_lock);
	gsp->post_event = fn;
	gsp->post_event_ctx = ctx;
	mutex_unlock(&gsp->rpc_lock);
}

static void on_post_event(struct nv_gsp *gsp, void *payload, u32 size)
{
	const struct gsp_event_post_event *event = payload;

	if (event->event_data_size > size - offsetof(struct gsp_event_post_event, event_data)) {
		if (gsp_may_log(gsp))
			nv_warn(gsp->hw, "GSP's notification claims %u bytes of data",
				event->event_data_size);
		return;
	}
	if (gsp->post_event)
		gsp->post_event(gsp->post_event_ctx, event, size);
	else
		nv_dbg(gsp->hw, "notification %u for %08x:%08x has no listener",
		       event->notify_index, event->h_client, event->h_event);
}

static void on_sequencer(struct nv_gsp *gsp, void *payload, u32 size)
{
	int err = gsp_sequencer_run(gsp, payload, size);

	if (err)
		gsp_die(gsp, GSP_XID_ERROR, "a register program of GSP failed: %d", err);
}

/* GSP's own log and records for crash reports are in formats that only NVIDIA can read. */
static void on_ignored(struct nv_gsp *gsp, void *payload, u32 size)
{
	nv_dbg(gsp->hw, "event %#x of GSP, %u bytes", gsp->queue.msg->function, size);
}

static const struct gsp_event_type {
	u32 function;
	u32 min_size;
	void (*handle)(struct nv_gsp *gsp, void *payload, u32 size);
} gsp_events[] = {
	{ GSP_EVENT_RUN_CPU_SEQUENCER, sizeof(struct gsp_event_run_cpu_sequencer), on_sequencer },
	{ GSP_EVENT_POST_EVENT, offsetof(struct gsp_event_post_event, event_data), on_post_event },
	{ GSP_EVENT_RC_TRIGGERED, sizeof(struct gsp_event_rc_triggered), on_rc_triggered },
	{ GSP_EVENT_OS_ERROR_LOG, sizeof(struct gsp_event_os_error_log), on_error_log },
	{ GSP_EVENT_UCODE_LIBOS_PRINT, 0, on_ignored },
	{ GSP_EVENT_LOCKDOWN_NOTICE, 0, on_ignored },
	{ GSP_EVENT_POST_NOCAT_RECORD, 0, on_ignored },
};

void gsp_event_handle(struct nv_gsp *gsp)
{
	struct gsp_rpc_header *msg = gsp->queue.msg;
	u32 size = msg->length - sizeof(*msg);
	unsigned int i;

	lockdep_assert_held(&gsp->rpc_lock);
	gsp->stats.events++;
	for (i = 0; i < ARRAY_SIZE(gsp_events); i++)
		if (gsp_events[i].function == msg->function)
			break;
	if (i < ARRAY_SIZE(gsp_events) && size >= gsp_events[i].min_size)
		gsp_events[i].handle(gsp, msg + 1, size);
	else if (gsp_may_log(gsp))
		nv_warn(gsp->hw, "event %#x of GSP with %u bytes is %s", msg->function, size,
			i < ARRAY_SIZE(gsp_events) ? "too short" : "not known");
}

bool nv_gsp_interrupt(struct nv_gsp *gsp)
{
	struct nv_hw *hw = gsp->hw;
	u32 stat = nv_rd32(hw, NV_PGSP_BASE + NV_PFALCON_FALCON_IRQSTAT);

	if (stat == U32_MAX)		/* off the bus; whoever waits finds out */
		return false;
	/* Bits that GSP-RM does not send here may be left over from the falcon's own runs. */
	stat &= nv_rd32(hw, NV_PGSP_BASE + NV_PRISCV_RISCV_IRQMASK) &
		nv_rd32(hw, NV_PGSP_BASE + NV_PRISCV_RISCV_IRQDEST);
	stat &= NV_PFALCON_FALCON_IRQ_SWGEN0 | NV_PFALCON_FALCON_IRQ_HALT;
	if (stat & NV_PFALCON_FALCON_IRQ_HALT)
		WRITE_ONCE(gsp->halted, true);
	if (stat)
		nv_wr32(hw, NV_PGSP_BASE + NV_PFALCON_FALCON_IRQSCLR, stat);
	/* Anything raised since the read of IRQSTAT makes the vector pending again. */
	nv_wr32(hw, NV_PGSP_BASE + NV_PFALCON_FALCON_INTR_RETRIGGER,
		NV_PFALCON_FALCON_INTR_RETRIGGER_TRIGGER);
	hw->ops->wake(hw);
	return stat;
}
