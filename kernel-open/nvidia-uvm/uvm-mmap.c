// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Mappings of /dev/nvidia-uvm: pools of semaphores, at the address that they have on the GPU.
 * Their pages are ordinary ones, which stay while somebody maps them, whatever the pool does.
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

static void uvm_vma_close(struct vm_area_struct *vma)
{
	/* Not where a fork ended up: that did not map it. */
	if (vma->vm_mm == uvm_file(vma->vm_file)->mm || !uvm_file(vma->vm_file)->mm)
		uvm_pool_unmap_cpu(vma_space(vma), vma->vm_pgoff << PAGE_SHIFT);
}

static const struct vm_operations_struct uvm_pool_ops = {
	.may_split = uvm_may_split,
	.mremap = uvm_mremap,
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

int uvm_mmap(struct file *file, struct vm_area_struct *vma)
{
	u64 length = vma->vm_end - vma->vm_start;
	struct uvm_file *uf = uvm_file(file);
	struct rm_memory *memory;
	int ret;

	if (uvm_file_kind(file) != UVM_FILE_VA_SPACE)
		return -EBADFD;
	if (uf->mm && uf->mm != current->mm)
		return -EOPNOTSUPP;
	if (!uvm_may_map(vma))
		return -EINVAL;
	/* Memory that CPU and GPU may both touch at any time is missing. */
	if (uvm_pool_map_cpu(&uf->vs, vma->vm_start, length, &memory) != NV_OK)
		return -EOPNOTSUPP;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTCOPY);
	ret = rm_uvm_memory_pages(memory, uvm_insert_pages, vma);
	rm_uvm_memory_put(memory);
	if (ret)
		uvm_pool_unmap_cpu(&uf->vs, vma->vm_start);
	else
		vma->vm_ops = &uvm_pool_ops;
	return ret;
}
