// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * /dev/remap maps the memory of a PCI BAR the way that OpenNV does not, by
 * remap_pfn_range(); writing to it takes all mappings away.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned long phys;
module_param(phys, ulong, 0444);
MODULE_PARM_DESC(phys, "where the memory begins");

static int remap_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, (phys >> PAGE_SHIFT) + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start,
			       pgprot_writecombine(vma->vm_page_prot));
}

static ssize_t remap_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	unmap_mapping_range(file->f_mapping, 0, 0, 1);
	return size;
}

static const struct file_operations remap_fops = {
	.owner = THIS_MODULE,
	.mmap = remap_mmap,
	.write = remap_write,
};

static struct miscdevice remap_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "remap",
	.fops = &remap_fops,
};
module_misc_device(remap_device);

MODULE_DESCRIPTION("Mappings of remap_pfn_range(), for comparison");
MODULE_LICENSE("Dual MIT/GPL");
