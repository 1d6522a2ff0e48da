// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * /dev/nv-bench times what no call of user space reaches alone: the walks of os-mlock.c, of which
 * this has a copy of its own, and taking mappings away, whosever driver made them.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "kernel-open/nvidia/nv-dma.c"
#include "kernel-open/nvidia/nv-gate.c"
#include "kernel-open/nvidia/os-mlock.c"
#include "nv-bench.h"

static unsigned long bench_pages(struct vm_area_struct *vma, unsigned long addr,
				 unsigned long size)
{
	unsigned long at, pfn, sum = 0;

	for (at = addr; at < addr + size; at += PAGE_SIZE) {
		if (nv_follow_pfn(vma, at, &pfn))
			return 0;
		sum += pfn;
	}
	return sum;
}

static int bench_add(void *ctx, unsigned long pfn, unsigned long count)
{
	*(unsigned long *)ctx += count * pfn + count * (count - 1) / 2;
	return 0;
}

static unsigned long bench_range(struct vm_area_struct *vma, unsigned long addr,
				 unsigned long size)
{
	unsigned long sum = 0;

	return nv_follow_pfn_range(vma, addr, size, false, bench_add, &sum) == size ? sum : 0;
}

static long bench_walk(struct nv_bench *bench,
		       unsigned long (*walk)(struct vm_area_struct *vma, unsigned long addr,
					     unsigned long size))
{
	unsigned long addr = bench->addr, size = bench->size, expected = 0, sum = 0;
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, addr);
	if (vma && vma->vm_flags & VM_PFNMAP && PAGE_ALIGNED(addr | size) &&
	    size <= vma->vm_end - addr) {
		expected = bench_bare(vma, addr, size);
		bench->ns = ktime_get_ns();
		sum = walk(vma, addr, size);
		bench->ns = ktime_get_ns() - bench->ns;
	}
	mmap_read_unlock(current->mm);
	return sum && sum == expected ? 0 : -EFAULT;
}

/* The files stay open while their program is here. */
static long bench_revoke(struct nv_bench *bench)
{
	const s32 __user *fds = u64_to_user_ptr(bench->addr);
	struct file *file;
	u64 i;
	s32 fd;

	bench->ns = 0;
	for (i = 0; i < bench->size; i++) {
		if (get_user(fd, fds + i))
			return -EFAULT;
		file = fget(fd);
		if (!file)
			return -EBADF;
		bench->ns -= ktime_get_ns();
		unmap_mapping_range(file->f_mapping, 0, 0, 1);
		bench->ns += ktime_get_ns();
		fput(file);
	}
	return 0;
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;
	struct nv_bench bench;
	long ret = -ENOTTY;

	if (copy_from_user(&bench, user, sizeof(bench)))
		return -EFAULT;
	switch (cmd) {
	case NV_BENCH_BARE:
		ret = bench_walk(&bench, bench_bare);
		break;
	case NV_BENCH_PAGES:
		ret = bench_walk(&bench, bench_pages);
		break;
	case NV_BENCH_RANGE:
		ret = bench_walk(&bench, bench_range);
		break;
	case NV_BENCH_REVOKE:
		ret = bench_revoke(&bench);
		break;
	}
	return ret ?: copy_to_user(user, &bench, sizeof(bench)) ? -EFAULT : 0;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "nv-bench",
	.fops = &bench_fops,
};
module_misc_device(bench_device);

MODULE_DESCRIPTION("Times page table walks and the end of mappings");
MODULE_LICENSE("Dual MIT/GPL");
