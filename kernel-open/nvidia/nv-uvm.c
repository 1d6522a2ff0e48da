// SPDX-License-Identifier: MIT OR GPL-2.0
/* What nvidia-uvm.ko uses of this module. */
#include <linux/export.h>
#include <linux/file.h>

#include "nv-linux.h"
#include "rm/uvm.h"
#include "uvm/uvm.h"

/* Who holds such a file may ask through it; whose clients he may use is another question. */
static int nv_ctl_get(int fd, struct uvm_ctl *ctl)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	if (file->f_op != &nv_fops) {
		fput(file);
		return -EBADF;
	}
	ctl->caller = nv_caller(file);
	ctl->os = file;
	return 0;
}

static void nv_ctl_put(struct uvm_ctl *ctl)
{
	fput(ctl->os);
}

static const struct uvm_os nv_uvm_os_ops = {
	.rm = &nv_rm,
	.ctl_get = nv_ctl_get,
	.ctl_put = nv_ctl_put,
};

const struct uvm_os *nv_uvm_os(void)
{
	return &nv_uvm_os_ops;
}
EXPORT_SYMBOL_GPL(nv_uvm_os);

EXPORT_SYMBOL_GPL(nv_uvm_enter);
EXPORT_SYMBOL_GPL(nv_uvm_enter_always);
EXPORT_SYMBOL_GPL(nv_uvm_try_enter);
EXPORT_SYMBOL_GPL(nv_uvm_leave);
EXPORT_SYMBOL_GPL(nv_uvm_closed);
EXPORT_SYMBOL_GPL(nv_dma_pages);
EXPORT_SYMBOL_GPL(rm_uvm_gpu_get);
EXPORT_SYMBOL_GPL(rm_uvm_gpu_put);
EXPORT_SYMBOL_GPL(rm_uvm_vaspace_get);
EXPORT_SYMBOL_GPL(rm_uvm_vaspace_put);
EXPORT_SYMBOL_GPL(rm_uvm_map);
EXPORT_SYMBOL_GPL(rm_uvm_unmap);
EXPORT_SYMBOL_GPL(rm_uvm_memory_get);
EXPORT_SYMBOL_GPL(rm_uvm_memory_new);
EXPORT_SYMBOL_GPL(rm_uvm_memory_hold);
EXPORT_SYMBOL_GPL(rm_uvm_memory_put);
EXPORT_SYMBOL_GPL(rm_uvm_memory_pages);
EXPORT_SYMBOL_GPL(rm_uvm_channel_get);
EXPORT_SYMBOL_GPL(rm_uvm_channel_put);
EXPORT_SYMBOL_GPL(rm_uvm_channel_stop);
EXPORT_SYMBOL_GPL(rm_uvm_channel_buffers);
EXPORT_SYMBOL_GPL(rm_uvm_channel_bind);
EXPORT_SYMBOL_GPL(rm_uvm_channel_unbind);
