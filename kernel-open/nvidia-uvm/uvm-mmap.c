// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Mappings of /dev/nvidia-uvm, at the address that they have on the GPU: pools of semaphores, and
 * managed memory, which is there because it is mapped. Their pages are ordinary ones,
 * which stay while somebody maps them.
 */
#include <linux/mm.h>

#include "nv-uvm-interface.h"
#include "rm/uvm.h"
#include "uvm-linux.h"

static struct uvm_va_space *vma_space(struct vm_area_struct *vma)
{
	return &uvm_file(vma->vm_file)->vs;
}

/* As a whole or not at all: a part would not be that pool any more. */
static int uvm_may_split(struct vm_area_struct *vma, unsigned long address)
{
	return -EINVAL;
}

static int uvm_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

/* Not where a fork ended up: that did not map it. */
static bool uvm_counts(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = uvm_file(vma->vm_file)->mm;

	return !mm || vma->vm_mm == mm;
}

static void uvm_vma_open(struct vm_area_struct *vma)
{
	if (uvm_counts(vma))
		uvm_map_cpu_again(vma_space(vma), vma->vm_pgoff << PAGE_SHIFT);
}

/* While a GPU sleeps, what it has mapped of this waits for the next call. */
static void uvm_vma_close(struct vm_area_struct *vma)
{
	bool now;

	if (!uvm_counts(vma))
		return;
	now = nv_uvm_try_enter();
	uvm_unmap_cpu(vma_space(vma), vma->vm_pgoff << PAGE_SHIFT, now);
	if (now)
		nv_uvm_leave();
}

static const struct vm_operations_struct uvm_vm_ops = {
	.may_split = uvm_may_split,
	.mremap = uvm_mremap,
	.open = uvm_vma_open,
	.close = uvm_vma_close,
};

static int uvm_insert_pages(void *ctx, const struct nv_dma *dma)
{
	struct vm_area_struct *vma = ctx;
	unsigned long count = vma_pages(vma);

	if (!nv_dma_pages(dma))
		return -ENODEV;
	return vm_insert_pages(vma, vma->vm_start, nv_dma_pages(dma), &count);
}

static bool uvm_may_map(const struct vm_area_struct *vma)
{
	const vm_flags_t rights = VM_SHARED | VM_READ | VM_WRITE;

	return (vma->vm_flags & rights) == rights &&
	       vma->vm_start == (u64)vma->vm_pgoff << PAGE_SHIFT;
}

static int uvm_errno(u32 status)
{
	switch (status) {
	case NV_OK:
		return 0;
	case NV_ERR_NO_MEMORY:
		return -ENOMEM;
	case NV_ERR_UVM_ADDRESS_IN_USE:
		return -EADDRINUSE;
	case NV_ERR_INVALID_ADDRESS:
		return -EFAULT;
	case NV_ERR_INVALID_DEVICE:
	case NV_ERR_GPU_IS_LOST:
		return -ENODEV;
	default:
		return -EINVAL;
	}
}

static int uvm_map(struct uvm_va_space *vs, struct vm_area_struct *vma)
{
	u64 base = vma->vm_start;
	struct rm_memory *memory;
	int ret;

	ret = uvm_errno(uvm_map_cpu(vs, base, vma->vm_end - base, &memory));
	if (ret)
		return ret;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTCOPY);
	ret = rm_uvm_memory_pages(memory, uvm_insert_pages, vma);
	rm_uvm_memory_put(memory);
	if (ret)
		uvm_unmap_cpu(vs, base, true);
	else
		vma->vm_ops = &uvm_vm_ops;
	return ret;
}

int uvm_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct uvm_file *uf = uvm_file(file);
	int ret;

	if (uvm_file_kind(file) != UVM_FILE_VA_SPACE)
		return -EBADFD;
	if (uf->mm && uf->mm != current->mm)
		return -EOPNOTSUPP;
	if (!uvm_may_map(vma))
		return -EINVAL;
	/* With mmap_lock held nobody waits until a GPU wakes. */
	if (!nv_uvm_try_enter())
		return -EAGAIN;
	ret = uvm_map(&uf->vs, vma);
	nv_uvm_leave();
	return ret;
}
