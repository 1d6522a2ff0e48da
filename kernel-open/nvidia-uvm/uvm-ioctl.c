// SPDX-License-Identifier: MIT OR GPL-2.0
/* ioctls of /dev/nvidia-uvm: copies their structs in and out. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "nv-uvm-interface.h"
#include "uvm-linux.h"

static u32 uvm_answer(struct file *file, u32 nr, void *params)
{
	switch (nr) {
	case UVM_INITIALIZE:
		return uvm_initialize(file, params);
	case UVM_MM_INITIALIZE:
		return uvm_mm_initialize(file, params);
	default:
		if (uvm_file_kind(file) != UVM_FILE_VA_SPACE)
			return NV_ERR_ILLEGAL_ACTION;
		return uvm_ioctl(&uvm_file(file)->vs, nr, params);
	}
}

static long uvm_copied_ioctl(struct file *file, const struct uvm_ioctl_desc *desc,
			     void __user *user, void *params)
{
	int ret;

	if (copy_from_user(params, user, desc->size))
		return -EFAULT;
	ret = nv_uvm_enter();
	if (ret)
		return ret;
	uvm_ioctl_set_status(desc, params, uvm_answer(file, desc->nr, params));
	nv_uvm_leave();
	return copy_to_user(user, params, desc->size) ? -EFAULT : 0;
}

long uvm_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct uvm_ioctl_desc *desc = uvm_ioctl_find(cmd);
	u8 small[128] __aligned(8);
	void *params = small;
	long ret;

	if (cmd == UVM_DEINITIALIZE)
		return 0;
	if (!desc)
		return -EINVAL;
	if (desc->size > sizeof(small))
		params = kvmalloc(desc->size, GFP_KERNEL_ACCOUNT);
	if (!params)
		return -ENOMEM;
	ret = uvm_copied_ioctl(file, desc, (void __user *)arg, params);
	if (params != small)
		kvfree(params);
	return ret;
}
