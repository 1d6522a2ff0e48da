// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/types.h>

#include "gsp/fail.h"
#include "regs/nv-pmc.h"

bool nv_gone(struct nv_hw *hw)
{
	return hw->lost || nv_rd32(hw, NV_PMC_BOOT_0) == U32_MAX;
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
