// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Mappings of registers, video memory and system memory in user space.
 *
 * mmap() maps nothing; the fault handler does, a chunk at a time. So no mapping is
 * one of remap_pfn_range(), whose end makes the kernel walk page tables for memory
 * types, and all mappings of a GPU can be taken away at any time and come back by
 * themselves. Memory types are those that BAR0 and BAR1 are reserved with as a whole.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>

#include "nv-linux.h"

#define NV_FS_MAGIC	0x4e564d4d

/* Inodes that hold the lists of a GPU's mappings, and of those of system memory. */
static struct vfsmount *nv_mnt;
static struct inode *nv_sysmem_inode;

static struct nv_linux_file *nv_vma_file(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* Offset of @address into what the file's map maps; mmap() was at page 0 of it. */
static u64 nv_vma_offset(const struct vm_area_struct *vma, unsigned long address)
{
	return ((u64)vma->vm_pgoff << PAGE_SHIFT) + (address - vma->vm_start);
}

static unsigned long nv_vma_pfn(const struct vm_area_struct *vma, const struct rm_mmap *map,
				unsigned long address)
{
	return (map->start + nv_vma_offset(vma, address)) >> PAGE_SHIFT;
}

/* Where the PMD that maps @address begins and ends in @vma. */
static unsigned long nv_chunk_start(const struct vm_area_struct *vma, unsigned long address)
{
	return max(address & PMD_MASK, vma->vm_start);
}

static unsigned long nv_chunk_end(const struct vm_area_struct *vma, unsigned long address)
{
	return min((address | ~PMD_MASK) + 1, vma->vm_end);
}

/*
 * The GPU sleeps. Wait for it without mmap_lock, if whoever handles the fault knows how to
 * go on without, and let them try again.
 */
static vm_fault_t nv_fault_sleep(struct vm_fault *vmf, struct nv_linux_state *nvl)
{
	struct file *file;

	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return nv_gate_wait(nvl) ? VM_FAULT_SIGBUS : 0;
	/* Without the lock, munmap() may drop the last reference to the file, and that to @nvl. */
	file = get_file(vmf->vma->vm_file);
	release_fault_lock(vmf);
	nv_gate_wait(nvl);
	fput(file);
	return VM_FAULT_RETRY;
}

static vm_fault_t nv_fault_enter(struct vm_fault *vmf, struct nv_linux_state *nvl)
{
	vm_fault_t ret;

	while (!READ_ONCE(nvl->hw.lost)) {
		if (nv_gate_try_enter(nvl))
			return 0;
		ret = nv_fault_sleep(vmf, nvl);
		if (ret)
			return ret;
	}
	return VM_FAULT_SIGBUS;
}

static vm_fault_t nv_insert_ptes(struct vm_fault *vmf, const struct rm_mmap *map)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long address = nv_chunk_start(vma, vmf->address);
	unsigned long end = nv_chunk_end(vma, vmf->address);
	unsigned long pfn = nv_vma_pfn(vma, map, address);
	vm_fault_t ret = VM_FAULT_NOPAGE;

	for (; address < end && ret == VM_FAULT_NOPAGE; address += PAGE_SIZE)
		ret = vmf_insert_pfn(vma, address, pfn++);
	return ret;
}

static vm_fault_t nv_insert_pmd(struct vm_fault *vmf, const struct rm_mmap *map)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long address = vmf->address & PMD_MASK;
	unsigned long pfn;

	if (address < vma->vm_start || nv_chunk_end(vma, address) - address != PMD_SIZE)
		return VM_FAULT_FALLBACK;
	pfn = nv_vma_pfn(vma, map, address);
	if (!IS_ALIGNED(pfn, PMD_SIZE >> PAGE_SHIFT))
		return VM_FAULT_FALLBACK;
	return vmf_insert_pfn_pmd(vmf, pfn, vmf->flags & FAULT_FLAG_WRITE);
}

static vm_fault_t nv_io_fault_order(struct vm_fault *vmf, unsigned int order)
{
	struct nv_linux_file *nvlf = nv_vma_file(vmf->vma);
	struct nv_linux_state *nvl = nvlf->nvl;
	vm_fault_t ret = nv_fault_enter(vmf, nvl);

	if (ret)
		return ret;
	down_read(&nvlf->map_lock);
	if (READ_ONCE(nvl->hw.lost) || nvlf->revoked)
		ret = VM_FAULT_SIGBUS;
	else
		ret = order ? nv_insert_pmd(vmf, nvlf->map) : nv_insert_ptes(vmf, nvlf->map);
	up_read(&nvlf->map_lock);
	nv_gate_leave(nvl);
	return ret;
}

static vm_fault_t nv_io_fault(struct vm_fault *vmf)
{
	return nv_io_fault_order(vmf, 0);
}

/* Kernels that can't follow, copy or split such entries of PFNs don't say that they can. */
static vm_fault_t nv_io_huge_fault(struct vm_fault *vmf, huge_fault_order order)
{
	if (!IS_ENABLED(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP) || order != PMD_SHIFT - PAGE_SHIFT)
		return VM_FAULT_FALLBACK;
	return nv_io_fault_order(vmf, order);
}

static int nv_copy_io(void __iomem *io, void *buf, int len, int write)
{
	if (!io)
		return -ENOMEM;
	if (write)
		memcpy_toio(io, buf, len);
	else
		memcpy_fromio(buf, io, len);
	return len;
}

static int nv_access_io(struct nv_linux_state *nvl, const struct rm_mmap *map, u64 offset,
			void *buf, int len, int write)
{
	u64 addr = map->start + offset;
	void __iomem *io;
	int ret;

	if (map->kind == RM_MMAP_REGS)
		return nv_copy_io(nvl->regs + (addr - nvl->hw.bar[0].addr), buf, len, write);
	io = ioremap_wc(addr, len);
	ret = nv_copy_io(io, buf, len, write);
	if (io)
		iounmap(io);
	return ret;
}

/*
 * A debugger looks, with mmap_lock held, and @len may reach beyond @vma. While the GPU
 * sleeps it gets an error.
 */
static int nv_io_access(struct vm_area_struct *vma, unsigned long address, void *buf, int len,
			int write)
{
	struct nv_linux_file *nvlf = nv_vma_file(vma);
	struct nv_linux_state *nvl = nvlf->nvl;
	int ret = -EIO;

	if (write && !(vma->vm_flags & VM_WRITE))
		return -EACCES;
	len = min_t(unsigned long, len, vma->vm_end - address);
	if (!nv_gate_try_enter(nvl))
		return -EAGAIN;
	down_read(&nvlf->map_lock);
	if (!READ_ONCE(nvl->hw.lost) && !nvlf->revoked)
		ret = nv_access_io(nvl, nvlf->map, nv_vma_offset(vma, address), buf, len, write);
	up_read(&nvlf->map_lock);
	nv_gate_leave(nvl);
	return ret;
}

static const struct vm_operations_struct nv_io_vm_ops = {
	.fault = nv_io_fault,
	.huge_fault = nv_io_huge_fault,
	.access = nv_io_access,
};

static vm_fault_t nv_insert_pages(struct vm_fault *vmf, const struct rm_mmap *map)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long end = nv_chunk_end(vma, vmf->address);
	unsigned long count = (end - vmf->address) >> PAGE_SHIFT;
	u64 first = (map->start + nv_vma_offset(vma, vmf->address)) >> PAGE_SHIFT;
	int ret = vm_insert_pages(vma, vmf->address, nv_dma_pages(map->dma) + first, &count);

	/* Busy: this page or a later one was mapped meanwhile, or before. */
	if (!ret || ret == -EBUSY)
		return VM_FAULT_NOPAGE;
	return ret == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

static vm_fault_t nv_sysmem_fault(struct vm_fault *vmf)
{
	struct nv_linux_file *nvlf = nv_vma_file(vmf->vma);
	vm_fault_t ret = VM_FAULT_SIGBUS;

	down_read(&nvlf->map_lock);
	if (!nvlf->revoked)
		ret = nv_insert_pages(vmf, nvlf->map);
	up_read(&nvlf->map_lock);
	return ret;
}

static const struct vm_operations_struct nv_sysmem_vm_ops = {
	.fault = nv_sysmem_fault,
};

static pgprot_t nv_pgprot(pgprot_t prot, enum nv_caching caching)
{
	switch (caching) {
	case NV_UNCACHED:
		return pgprot_noncached(prot);
	case NV_WRITE_COMBINED:
		return pgprot_writecombine(prot);
	case NV_CACHED:
		break;
	}
	return prot;
}

static void nv_mmap_io(struct vm_area_struct *vma, const struct rm_mmap *map)
{
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = nv_pgprot(vma->vm_page_prot, map->caching);
	vma->vm_ops = &nv_io_vm_ops;
}

/* The kernel's own mapping of the pages is cached, and so must be every other. */
static void nv_mmap_sysmem(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &nv_sysmem_vm_ops;
}

/* Set once, so that whoever sees it needs no lock to read what it says. */
static const struct rm_mmap *nv_file_map(const struct file *file)
{
	const struct nv_linux_file *nvlf = file->private_data;

	return smp_load_acquire(&nvlf->map); /* nv_file_set_map() releases */
}

/* Memory of a device can't be copied on write. */
static bool nv_vma_copies_on_write(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

int nv_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct rm_mmap *map = nv_file_map(file);
	u64 size = vma->vm_end - vma->vm_start;

	if (!map || vma->vm_pgoff || nv_vma_copies_on_write(vma))
		return -EINVAL;
	if (!map->writable) {
		vm_flags_clear(vma, VM_WRITE | VM_MAYWRITE);
		vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	}
	if (map->kind == RM_MMAP_SYSMEM) {
		if (size > map->size)
			return -ERANGE;
		nv_mmap_sysmem(vma);
	} else {
		if (size != map->size)
			return -ENXIO;
		nv_mmap_io(vma, map);
	}
	return 0;
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
/* An address as far into a PMD as the memory is, so that PMDs can map it. */
unsigned long nv_get_unmapped_area(struct file *file, unsigned long address, unsigned long len,
				   unsigned long pgoff, unsigned long flags)
{
	const struct rm_mmap *map = nv_file_map(file);

	if (map && map->kind != RM_MMAP_SYSMEM)
		pgoff = map->start >> PAGE_SHIFT;
	return thp_get_unmapped_area(file, address, len, pgoff, flags);
}
#endif

/* May @file map what @map says? A wrong map of the core's would be a way to any memory. */
static bool nv_map_fits(const struct nv_linux_file *nvlf, const struct rm_mmap *map)
{
	u64 base = 0, limit, end;

	if (map->kind == RM_MMAP_SYSMEM) {
		limit = map->dma->size;
		if (nvlf->nvl || !nv_dma_pages(map->dma))
			return false;
	} else {
		int bar = map->kind == RM_MMAP_VIDMEM;

		if (!nvlf->nvl || map->gpu != &nvlf->nvl->gpu)
			return false;
		base = nvlf->nvl->hw.bar[bar].addr;
		limit = base + nvlf->nvl->hw.bar[bar].size;
	}
	return map->size && !check_add_overflow(map->start, map->size, &end) &&
	       map->start >= base && end <= limit &&
	       IS_ALIGNED(map->start | map->size, PAGE_SIZE);
}

static int nv_file_set_map(struct nv_linux_file *nvlf, struct rm_mmap *map)
{
	int ret = -EBUSY;

	if (!nv_map_fits(nvlf, map))
		return -EINVAL;
	down_write(&nvlf->map_lock);
	if (!nvlf->map) {
		map->os = nvlf;
		smp_store_release(&nvlf->map, map); /* nv_file_map() acquires */
		ret = 0;
	}
	up_write(&nvlf->map_lock);
	return ret;
}

int nv_mmap_context(const struct rm_caller *caller, int fd, struct rm_mmap *map)
{
	struct file *file = fget(fd);
	int ret = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->f_op == &nv_fops)
		ret = nv_file_set_map(file->private_data, map);
	fput(file);
	return ret;
}

void nv_mmap_revoke(struct rm_mmap *map)
{
	struct nv_linux_file *nvlf = map->os;
	struct inode *inode = nvlf->nvl ? nvlf->nvl->inode : nv_sysmem_inode;

	down_write(&nvlf->map_lock);
	nvlf->revoked = true;
	up_write(&nvlf->map_lock);
	/* Other files' mappings come back when they are used. */
	unmap_mapping_range(inode->i_mapping, 0, 0, 1);
}

void nv_revoke_gpu_mappings_locked(struct nv_linux_state *nvl)
{
	WARN_ON_ONCE(!READ_ONCE(nvl->gate.closed));
	unmap_mapping_range(nvl->inode->i_mapping, 0, 0, 1);
}

void nv_mmap_open(struct nv_linux_file *nvlf, struct file *file)
{
	struct inode *inode = nvlf->nvl ? nvlf->nvl->inode : nv_sysmem_inode;

	init_rwsem(&nvlf->map_lock);
	file->f_mapping = inode->i_mapping;
}

void nv_mmap_release(struct nv_linux_file *nvlf)
{
	if (nvlf->map)
		nvlf->map->release(nvlf->map);
}

int nv_mmap_add_gpu(struct nv_linux_state *nvl)
{
	struct inode *inode = alloc_anon_inode(nv_mnt->mnt_sb);
	int ret;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	nvl->inode = inode;
	ret = arch_io_reserve_memtype_wc(nvl->hw.bar[1].addr, nvl->hw.bar[1].size);
	nvl->write_combining = !ret;
	if (ret)
		dev_warn(&nvl->pci->dev, "BAR1 can't be write-combined, which makes the CPU's writes to video memory slow: %d\n",
			 ret);
	return 0;
}

void nv_mmap_remove_gpu(struct nv_linux_state *nvl)
{
	if (nvl->write_combining)
		arch_io_free_memtype_wc(nvl->hw.bar[1].addr, nvl->hw.bar[1].size);
	if (nvl->inode)
		iput(nvl->inode);
}

static int nv_fs_init_context(struct fs_context *fc)
{
	return init_pseudo(fc, NV_FS_MAGIC) ? 0 : -ENOMEM;
}

/* Has no owner: its only mount is the module's own and must not keep that loaded. */
static struct file_system_type nv_fs_type = {
	.name = NV_MODULE_NAME,
	.init_fs_context = nv_fs_init_context,
	.kill_sb = kill_anon_super,
};

int nv_mmap_init(void)
{
	nv_mnt = kern_mount(&nv_fs_type);
	if (IS_ERR(nv_mnt))
		return PTR_ERR(nv_mnt);
	nv_sysmem_inode = alloc_anon_inode(nv_mnt->mnt_sb);
	if (!IS_ERR(nv_sysmem_inode))
		return 0;
	kern_unmount(nv_mnt);
	return PTR_ERR(nv_sysmem_inode);
}

void nv_mmap_exit(void)
{
	iput(nv_sysmem_inode);
	kern_unmount(nv_mnt);
}
