// SPDX-License-Identifier: MIT OR GPL-2.0
/* What the core asks of the operating system: struct nv_hw on PCI, struct rm_os. */
#include <linux/delay.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/uaccess.h>

#include "nv-linux.h"

static u32 nv_pci_rd32(struct nv_hw *hw, u32 reg)
{
	if (READ_ONCE(hw->lost) || WARN_ON_ONCE(reg > hw->bar[0].size - sizeof(u32)))
		return ~0u;
	return readl(hw_to_nvl(hw)->regs + reg);
}

static void nv_pci_wr32(struct nv_hw *hw, u32 reg, u32 val)
{
	if (READ_ONCE(hw->lost) || WARN_ON_ONCE(reg > hw->bar[0].size - sizeof(u32)))
		return;
	writel(val, hw_to_nvl(hw)->regs + reg);
}

static int nv_pci_firmware_get(struct nv_hw *hw, struct nv_firmware *fw, const char *name)
{
	const struct firmware *file;
	int ret = firmware_request_nowarn(&file, name, &hw_to_nvl(hw)->pci->dev);

	if (ret)
		return ret;
	*fw = (struct nv_firmware) {
		.data = file->data, .size = file->size, .priv = (void *)file,
	};
	return 0;
}

static void nv_pci_firmware_put(struct nv_hw *hw, struct nv_firmware *fw)
{
	release_firmware(fw->priv);
	*fw = (struct nv_firmware) { };
}

static u64 nv_pci_time_ns(struct nv_hw *hw)
{
	return ktime_get_ns();
}

static u64 nv_pci_wall_ns(struct nv_hw *hw)
{
	return ktime_get_real_ns();
}

static int nv_pci_root_port_rd32(struct nv_hw *hw, unsigned int reg, u32 *val)
{
	struct pci_dev *root = pcie_find_root_port(hw_to_nvl(hw)->pci);

	if (!root || pcie_capability_read_dword(root, reg, val))
		return -ENODEV;
	return 0;
}

static void nv_pci_sleep_us(struct nv_hw *hw, unsigned int us)
{
	fsleep(us);
}

static void nv_pci_wait(struct nv_hw *hw, unsigned int us)
{
	struct nv_linux_state *nvl = hw_to_nvl(hw);

	wait_event_timeout(nvl->wait, atomic_xchg(&nvl->woken, 0), usecs_to_jiffies(us));
}

static void nv_pci_wake(struct nv_hw *hw)
{
	struct nv_linux_state *nvl = hw_to_nvl(hw);

	atomic_set(&nvl->woken, 1);
	wake_up(&nvl->wait);
}

static void nv_pci_log(struct nv_hw *hw, enum nv_log_level level, const char *fmt, va_list args)
{
	struct device *dev = &hw_to_nvl(hw)->pci->dev;
	struct va_format vaf = { .fmt = fmt };
	va_list copy;

	/* An argument of array type is a pointer here; the copy is a va_list again. */
	va_copy(copy, args);
	vaf.va = &copy;
	switch (level) {
	case NV_LOG_ERR:
		dev_err(dev, "%pV\n", &vaf);
		break;
	case NV_LOG_WARN:
		dev_warn(dev, "%pV\n", &vaf);
		break;
	case NV_LOG_INFO:
		dev_info(dev, "%pV\n", &vaf);
		break;
	case NV_LOG_DEBUG:
		dev_dbg(dev, "%pV\n", &vaf);
		break;
	}
	va_end(copy);
}

static int nv_pci_enter(struct nv_hw *hw, enum nv_enter how)
{
	struct nv_linux_state *nvl = hw_to_nvl(hw);

	if (how == NV_ENTER)
		return nv_gate_enter(nvl);
	if (READ_ONCE(hw->lost))
		return -ENODEV;
	return nv_gate_try_enter(nvl) ? 0 : -EAGAIN;
}

static void nv_pci_leave(struct nv_hw *hw)
{
	nv_gate_leave(hw_to_nvl(hw));
}

const struct nv_hw_ops nv_pci_hw_ops = {
	.rd32 = nv_pci_rd32,
	.wr32 = nv_pci_wr32,
	.dma_alloc = nv_dma_alloc,
	.dma_alloc_user = nv_dma_alloc_user,
	.dma_free = nv_dma_free,
	.firmware_get = nv_pci_firmware_get,
	.firmware_put = nv_pci_firmware_put,
	.swap_alloc = nv_swap_alloc,
	.swap_write = nv_swap_write,
	.swap_read = nv_swap_read,
	.swap_free = nv_swap_free,
	.time_ns = nv_pci_time_ns,
	.wall_ns = nv_pci_wall_ns,
	.root_port_rd32 = nv_pci_root_port_rd32,
	.sleep_us = nv_pci_sleep_us,
	.wait = nv_pci_wait,
	.wake = nv_pci_wake,
	.intr_sync = nv_sync_irq,
	.log = nv_pci_log,
	.enter = nv_pci_enter,
	.leave = nv_pci_leave,
};

static int nv_copy_in(void *dst, u64 src, size_t n)
{
	return copy_from_user(dst, u64_to_user_ptr(src), n) ? -EFAULT : 0;
}

static int nv_copy_out(u64 dst, const void *src, size_t n)
{
	return copy_to_user(u64_to_user_ptr(dst), src, n) ? -EFAULT : 0;
}

static u32 nv_pid_for_caller(u32 pid)
{
	u32 seen;

	rcu_read_lock();
	seen = pid_nr_ns(find_pid_ns(pid, &init_pid_ns), task_active_pid_ns(current));
	rcu_read_unlock();
	return seen;
}

const struct rm_os nv_rm_os = {
	.copy_in = nv_copy_in,
	.copy_out = nv_copy_out,
	.pid_for_caller = nv_pid_for_caller,
	.mmap_context = nv_mmap_context,
	.mmap_revoke = nv_mmap_revoke,
	.pin = nv_pin_user,
	.unpin = nv_unpin_user,
	.file_get = nv_file_get,
	.file_put = nv_file_put,
	.event_post = nv_event_post,
};
