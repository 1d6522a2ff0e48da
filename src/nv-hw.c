// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "nv-hw.h"
#include "regs/nv-pmc.h"

#define POLL_SLEEP_MAX_US	500

bool nv_gone(struct nv_hw *hw)
{
	return hw->lost || nv_rd32(hw, NV_PMC_BOOT_0) == U32_MAX;
}

int nv_poll32(struct nv_hw *hw, u32 reg, u32 mask, u32 val, u64 timeout_us)
{
	u64 deadline = hw->ops->time_ns(hw) + timeout_us * 1000;
	unsigned int us = 1;
	bool late;
	u32 now;

	for (;;) {
		/* In this order, so that being scheduled away for long is no timeout. */
		late = hw->ops->time_ns(hw) >= deadline;
		now = nv_rd32(hw, reg);
		if (now == U32_MAX && nv_gone(hw))
			return -ENODEV;
		if ((now & mask) == val)
			return 0;
		if (late)
			return -ETIMEDOUT;
		hw->ops->sleep_us(hw, us);
		us = min_t(unsigned int, 2 * us, POLL_SLEEP_MAX_US);
	}
}

void nv_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	hw->ops->log(hw, level, fmt, args);
	va_end(args);
}

int nv_fail(struct nv_hw *hw, int err, const char *fmt, ...)
{
	va_list args;

	if (nv_gone(hw)) {
		nv_err(hw, "GPU has fallen off the bus");
		return -ENODEV;
	}

	va_start(args, fmt);
	hw->ops->log(hw, NV_LOG_ERR, fmt, args);
	va_end(args);
	return err;
}

void nv_xid(struct nv_hw *hw, unsigned int xid, const char *fmt, ...)
{
	char text[320];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	nv_err(hw, "NVRM: Xid (PCI:%04x:%02x:%02x): %u, %s", hw->domain, hw->bus, hw->slot, xid,
	       text);
}
