// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * User memory that a GPU works on: ordinary pages are pinned, I/O memory (another
 * device's registers or memory that the process has mapped) is found in the page tables.
 */
#include <linux/cred.h>
#include <linux/dma-mapping.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "abi/gsp-queue.h"
#include "nv-linux.h"

/* Pages between looks whether the process was killed. */
#define NV_PIN_BATCH	4096

/* Faults at one address that change nothing before it is given up. */
#define NV_FAULTS_MAX	4

/**
 * struct nv_io_run - I/O memory that is contiguous
 * @phys: where it begins
 * @dma: the same for the device
 * @size: bytes
 * @next: in the order of user addresses
 */
struct nv_io_run {
	phys_addr_t phys;
	dma_addr_t dma;
	size_t size;
	struct list_head next;
};

/**
 * struct nv_pin - behind nv_dma.priv of pinned user memory
 * @mm: whose memory, for its account; NULL for I/O memory
 * @pages: what is pinned; NULL for I/O memory
 * @count: how many
 * @pinned: of these, pinned so far
 * @sgt: them as the device sees them
 * @runs: I/O memory
 * @writable: the device writes
 */
struct nv_pin {
	struct mm_struct *mm;
	struct page **pages;
	unsigned long count;
	unsigned long pinned;
	struct sg_table sgt;
	struct list_head runs;
	bool writable;
};

static enum dma_data_direction nv_pin_direction(const struct nv_pin *pin)
{
	return pin->writable ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
}

/* @next: the first address that the entry which maps @address does not map. */
static int nv_follow_step(struct vm_area_struct *vma, unsigned long address, bool write,
			  unsigned long *pfn, unsigned long *next)
{
	struct follow_pfnmap_args args = { .vma = vma, .address = address };
	bool allowed;

	if (follow_pfnmap_start(&args))
		return -EFAULT;
	allowed = args.writable || !write;
	*pfn = args.pfn;
	*next = (address | ~args.addr_mask) + 1;
	follow_pfnmap_end(&args);
	return allowed ? 0 : -EFAULT;
}

long nv_follow_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long size,
			 bool write, nv_pfn_run_fn *fn, void *ctx)
{
	unsigned long end, next, pfn, at = address;
	int ret;

	if (!(vma->vm_flags & (VM_IO | VM_PFNMAP)) || !PAGE_ALIGNED(address | size))
		return -EINVAL;
	if (address < vma->vm_start || address >= vma->vm_end || size > vma->vm_end - address)
		return -EINVAL;
	for (end = address + size; at < end; at = next) {
		ret = nv_follow_step(vma, at, write, &pfn, &next);
		if (ret)
			return at > address ? at - address : ret;
		next = min(next, end);
		ret = fn(ctx, pfn, (next - at) >> PAGE_SHIFT);
		if (ret)
			return ret;
	}
	return size;
}

static int nv_take_pfn(void *ctx, unsigned long pfn, unsigned long count)
{
	*(unsigned long *)ctx = pfn;
	return 0;
}

int nv_follow_pfn(struct vm_area_struct *vma, unsigned long address, unsigned long *pfn)
{
	long ret;

	*pfn = 0;
	ret = nv_follow_pfn_range(vma, address & PAGE_MASK, PAGE_SIZE, false, nv_take_pfn, pfn);
	return ret < 0 ? ret : 0;
}

static void nv_free_runs(struct nv_pin *pin)
{
	struct nv_io_run *run, *n;

	list_for_each_entry_safe(run, n, &pin->runs, next)
		kfree(run);
	INIT_LIST_HEAD(&pin->runs);
}

static int nv_add_run(void *ctx, unsigned long pfn, unsigned long count)
{
	phys_addr_t phys = PFN_PHYS(pfn);
	size_t size = count << PAGE_SHIFT;
	struct nv_pin *pin = ctx;
	struct nv_io_run *run;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	if (!list_empty(&pin->runs)) {
		run = list_last_entry(&pin->runs, struct nv_io_run, next);
		if (run->phys + run->size == phys) {
			run->size += size;
			return 0;
		}
	}
	run = kzalloc(sizeof(*run), GFP_KERNEL_ACCOUNT);
	if (!run)
		return -ENOMEM;
	run->phys = phys;
	run->size = size;
	list_add_tail(&run->next, &pin->runs);
	return 0;
}

/* RAM that some driver maps by page frame may be freed and used again: no device gets it. */
static int nv_refuse_ram(const struct nv_pin *pin)
{
	const struct nv_io_run *run;

	list_for_each_entry(run, &pin->runs, next)
		if (region_intersects(run->phys, run->size, IORESOURCE_SYSTEM_RAM,
				      IORES_DESC_NONE) != REGION_DISJOINT)
			return -EFAULT;
	return 0;
}

/* What of [address, end) is there in one VMA, once it was faulted in. Return: bytes; -errno */
static long nv_find_io_part(struct mm_struct *mm, unsigned long address, unsigned long end,
			    struct nv_pin *pin)
{
	unsigned int fault = pin->writable ? FAULT_FLAG_WRITE : 0;
	struct vm_area_struct *vma;
	bool unlocked = false;
	int i, ret = 0;
	long done;

	for (i = 0; i < NV_FAULTS_MAX && !ret; i++) {
		vma = vma_lookup(mm, address);
		if (!vma)
			return -EFAULT;
		done = nv_follow_pfn_range(vma, address, min(end, vma->vm_end) - address,
					   pin->writable, nv_add_run, pin);
		if (done != -EFAULT)
			return done;
		ret = fixup_user_fault(mm, address, fault, &unlocked);
	}
	return ret ?: -EFAULT;
}

static int nv_find_io(struct nv_pin *pin, unsigned long address, unsigned long size)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = address + size;
	long done;
	int ret = mmap_read_lock_killable(mm);

	if (ret)
		return ret;
	for (; address < end && !ret; address += done) {
		done = nv_find_io_part(mm, address, end, pin);
		if (done < 0)
			ret = done;
	}
	mmap_read_unlock(mm);
	if (!ret)
		ret = nv_refuse_ram(pin);
	if (ret)
		nv_free_runs(pin);
	return ret;
}

static void nv_unmap_io(struct device *dev, struct nv_pin *pin)
{
	struct nv_io_run *run;

	list_for_each_entry(run, &pin->runs, next)
		if (run->dma != DMA_MAPPING_ERROR)
			dma_unmap_resource(dev, run->dma, run->size, nv_pin_direction(pin), 0);
}

static int nv_map_io(struct device *dev, struct nv_pin *pin, u64 *page)
{
	struct nv_io_run *run;
	size_t offset;
	int ret = 0;

	list_for_each_entry(run, &pin->runs, next) {
		run->dma = dma_map_resource(dev, run->phys, run->size, nv_pin_direction(pin), 0);
		if (dma_mapping_error(dev, run->dma)) {
			run->dma = DMA_MAPPING_ERROR;
			ret = -EINVAL;
			continue;
		}
		for (offset = 0; offset < run->size; offset += GSP_PAGE_SIZE)
			*page++ = run->dma + offset;
	}
	if (ret)
		nv_unmap_io(dev, pin);
	return ret;
}

/*
 * Pinned pages count against RLIMIT_MEMLOCK, as with RDMA, by process.
 */
static int nv_account(struct nv_pin *pin, struct mm_struct *mm)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	unsigned long sum = atomic64_add_return(pin->count, &mm->pinned_vm);

	if (sum > limit && !capable(CAP_IPC_LOCK)) {
		atomic64_sub(pin->count, &mm->pinned_vm);
		return -ENOMEM;
	}
	mmgrab(mm);
	pin->mm = mm;
	return 0;
}

static void nv_unpin_pages(struct nv_pin *pin)
{
	if (pin->pinned)
		unpin_user_pages_dirty_lock(pin->pages, pin->pinned, pin->writable);
	kvfree(pin->pages);
	pin->pages = NULL;
	if (!pin->mm)
		return;
	atomic64_sub(pin->count, &pin->mm->pinned_vm);
	mmdrop(pin->mm);
}

static int nv_pin_batches(struct nv_pin *pin, unsigned long address)
{
	unsigned int flags = FOLL_LONGTERM | (pin->writable ? FOLL_WRITE : 0);
	unsigned long at;
	int ret, count;

	while (pin->pinned < pin->count) {
		if (fatal_signal_pending(current))
			return -EINTR;
		at = address + (pin->pinned << PAGE_SHIFT);
		count = min(pin->count - pin->pinned, (unsigned long)NV_PIN_BATCH);
		ret = pin_user_pages_fast(at, count, flags, pin->pages + pin->pinned);
		if (ret <= 0)
			return ret ?: -EFAULT;
		pin->pinned += ret;
		cond_resched();
	}
	return 0;
}

static int nv_pin_pages(struct nv_pin *pin, unsigned long address, unsigned long size)
{
	int ret;

	pin->count = size >> PAGE_SHIFT;
	if (pin->count > min_t(unsigned long, totalram_pages(), UINT_MAX))
		return -ENOMEM;
	ret = nv_account(pin, current->mm);
	if (ret)
		return ret;
	ret = -ENOMEM;
	pin->pages = kvcalloc(pin->count, sizeof(*pin->pages), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (pin->pages)
		ret = nv_pin_batches(pin, address);
	if (ret)
		nv_unpin_pages(pin);
	return ret;
}

/* Does a VMA that the kernel pins nothing in begin the range? Ranges of both kinds are refused. */
static int nv_is_io(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret = mmap_read_lock_killable(mm);

	if (ret)
		return ret;
	vma = vma_lookup(mm, address);
	ret = vma ? !!(vma->vm_flags & (VM_IO | VM_PFNMAP)) : -EFAULT;
	mmap_read_unlock(mm);
	return ret;
}

static int nv_pin_find(struct nv_pin *pin, unsigned long address, unsigned long size)
{
	int ret = nv_is_io(address);

	if (ret < 0)
		return ret;
	return ret ? nv_find_io(pin, address, size) : nv_pin_pages(pin, address, size);
}

static int nv_pin_map(struct device *dev, struct nv_pin *pin, struct nv_dma *out)
{
	out->page = kvcalloc(out->size / GSP_PAGE_SIZE, sizeof(*out->page),
			     GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!out->page)
		return -ENOMEM;
	/* No sync: a page may be pinned twice, and what would need one is refused. */
	return pin->pages ? nv_dma_map(dev, &pin->sgt, pin->pages, pin->count,
				       nv_pin_direction(pin), out->page) :
			    nv_map_io(dev, pin, out->page);
}

static void nv_pin_free(struct nv_pin *pin)
{
	if (pin->pages)
		nv_unpin_pages(pin);
	nv_free_runs(pin);
	kfree(pin);
}

int nv_pin_user(struct nv_gpu *gpu, u64 user, u64 size, bool writable, struct nv_dma *out)
{
	struct nv_linux_state *nvl = hw_to_nvl(gpu->hw);
	struct nv_pin *pin;
	int ret;

	*out = (struct nv_dma) { };
	if (!size || !PAGE_ALIGNED(user | size) || !current->mm)
		return -EINVAL;
	if (size > TASK_SIZE || !access_ok(u64_to_user_ptr(user), size))
		return -EFAULT;
	pin = kzalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);
	if (!pin)
		return -ENOMEM;
	pin->writable = writable;
	INIT_LIST_HEAD(&pin->runs);
	/* User memory may be a mapping of this GPU, whose faults wait for the gate. */
	nv_gate_leave(nvl);
	ret = nv_pin_find(pin, user, size);
	nv_gate_reenter(nvl);
	if (ret) {
		kfree(pin);
		return ret;
	}
	*out = (struct nv_dma) { .size = size, .priv = pin };
	ret = nv_pin_map(&nvl->pci->dev, pin, out);
	if (ret) {
		nv_pin_free(pin);
		kvfree(out->page);
		*out = (struct nv_dma) { };
	}
	return ret;
}

void nv_unpin_user(struct nv_gpu *gpu, struct nv_dma *dma)
{
	struct device *dev = &hw_to_nvl(gpu->hw)->pci->dev;
	struct nv_pin *pin = dma->priv;

	if (!pin)
		return;
	if (pin->pages)
		nv_dma_unmap(dev, &pin->sgt, nv_pin_direction(pin));
	else
		nv_unmap_io(dev, pin);
	nv_pin_free(pin);
	kvfree(dma->page);
	*dma = (struct nv_dma) { };
}
