// SPDX-License-Identifier: MIT OR GPL-2.0
/* os-mlock.c on each of the ways by which kernels find page frames; see fake-follow.h. */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/module.h>

#include "kernel-open/nvidia/nv-dma.c"
#include "kernel-open/nvidia/nv-gate.c"
#include "kernel-open/nvidia/os-mlock.c"

#define IO_PFN		0x200000UL	/* far behind this machine's memory */
#define NR		16UL
#define HUGE_BYTES	(3 * PMD_SIZE)

static bool io_broken, gate_held;
static struct nv_linux_state test_nvl;
static struct pci_dev test_pci;
static u64 test_mask = DMA_BIT_MASK(47);

static vm_fault_t io_fault(struct vm_fault *vmf)
{
	unsigned long page = (vmf->address - vmf->vma->vm_start) >> PAGE_SHIFT;

	gate_held |= atomic_read(&test_nvl.gate.inside);
	if (io_broken)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address, IO_PFN + page);
}

static const struct vm_operations_struct io_vm_ops = { .fault = io_fault };

static int io_mmap(struct file *file, struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND);
	vma->vm_ops = &io_vm_ops;
	return 0;
}

static const struct file_operations io_fops = { .owner = THIS_MODULE, .mmap = io_mmap };

/* Map @size bytes, of I/O memory if @io, and begin with untouched fakes. */
static unsigned long map(struct kunit *test, unsigned long at, unsigned long size, int prot,
			 bool io)
{
	unsigned long flags = (io ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS) |
			      (at ? MAP_FIXED : 0);
	struct file *file = NULL;
	unsigned long addr;

	if (io) {
		file = anon_inode_getfile("io", &io_fops, NULL, O_RDWR);
		KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	}
	addr = kunit_vm_mmap(test, file, at, size, prot, flags, 0);
	if (file)
		fput(file);
	KUNIT_ASSERT_NE(test, addr, 0UL);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

static unsigned long map_io(struct kunit *test, unsigned long size)
{
	return map(test, 0, size, PROT_READ | PROT_WRITE, true);
}

static void populate(struct kunit *test, unsigned long addr, unsigned long size)
{
	unsigned long at;
	bool unlocked;

	mmap_read_lock(current->mm);
	for (at = addr; at < addr + size; at += PAGE_SIZE)
		KUNIT_ASSERT_EQ(test, fixup_user_fault(current->mm, at, 0, &unlocked), 0);
	mmap_read_unlock(current->mm);
}

static int follow(unsigned long addr, unsigned long *pfn)
{
	int ret;

	mmap_read_lock(current->mm);
	ret = nv_follow_pfn(vma_lookup(current->mm, addr), addr, pfn);
	mmap_read_unlock(current->mm);
	return ret;
}

/* What a walk over a range saw. */
struct seen {
	unsigned long first;
	unsigned long pages;
	unsigned int runs;
	unsigned int stop_after;
	bool gap;
};

static int see(void *ctx, unsigned long pfn, unsigned long count)
{
	struct seen *seen = ctx;

	if (!seen->runs++)
		seen->first = pfn;
	else if (pfn != seen->first + seen->pages)
		seen->gap = true;
	seen->pages += count;
	return seen->runs == seen->stop_after ? -EINTR : 0;
}

static long walk(unsigned long addr, unsigned long size, bool write, struct seen *seen)
{
	long ret;

	mmap_read_lock(current->mm);
	ret = nv_follow_pfn_range(vma_lookup(current->mm, addr), addr, size, write, see, seen);
	mmap_read_unlock(current->mm);
	return ret;
}

static void test_present(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE), i, pfn;

	populate(test, addr, NR * PAGE_SIZE);
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, follow(addr + i * PAGE_SIZE + i, &pfn), 0);
		KUNIT_EXPECT_EQ(test, pfn, IO_PFN + i);
	}
	KUNIT_EXPECT_EQ(test, fake.steps, (unsigned int)NR);
}

static void test_absent(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE), pfn = 42;

	KUNIT_EXPECT_EQ(test, follow(addr, &pfn), -EFAULT);
	KUNIT_EXPECT_EQ(test, pfn, 0UL);
}

static void test_no_io_memory(struct kunit *test)
{
	unsigned long addr = map(test, 0, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, false);
	unsigned long pfn = 42;

	populate(test, addr, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, follow(addr, &pfn), -EINVAL);
	KUNIT_EXPECT_EQ(test, pfn, 0UL);
	KUNIT_EXPECT_EQ(test, fake.steps, 0U);
}

static void test_unlocked(struct kunit *test)
{
	unsigned long addr = map_io(test, PAGE_SIZE), pfn = 42;
	struct vm_area_struct *vma;

	populate(test, addr, PAGE_SIZE);
	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, addr);
	mmap_read_unlock(current->mm);
	KUNIT_EXPECT_EQ(test, nv_follow_pfn(vma, addr, &pfn), -EFAULT);
	KUNIT_EXPECT_EQ(test, pfn, 0UL);
	KUNIT_EXPECT_EQ(test, fake.unlocked, 1U);
	fake.unlocked = 0;
}

static void test_range(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE);
	struct seen seen = { };

	populate(test, addr, NR * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, walk(addr, NR * PAGE_SIZE, true, &seen), NR * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, seen.first, IO_PFN);
	KUNIT_EXPECT_EQ(test, seen.pages, NR);
	KUNIT_EXPECT_FALSE(test, seen.gap);
}

static void test_range_with_hole(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE);
	struct seen seen = { };

	populate(test, addr, 5 * PAGE_SIZE);
	populate(test, addr + 6 * PAGE_SIZE, 2 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, walk(addr, NR * PAGE_SIZE, false, &seen), 5 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, seen.pages, 5UL);
	KUNIT_EXPECT_EQ(test, walk(addr + 5 * PAGE_SIZE, PAGE_SIZE, false, &seen), -EFAULT);
}

static void test_range_rights(struct kunit *test)
{
	unsigned long addr = map(test, 0, NR * PAGE_SIZE, PROT_READ, true);
	struct seen seen = { };

	populate(test, addr, NR * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, walk(addr, NR * PAGE_SIZE, true, &seen), -EFAULT);
	KUNIT_EXPECT_EQ(test, seen.runs, 0U);
	KUNIT_EXPECT_EQ(test, walk(addr, NR * PAGE_SIZE, false, &seen), NR * PAGE_SIZE);
}

static void test_range_stopped(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE);
	struct seen seen = { .stop_after = 3 };

	populate(test, addr, NR * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, walk(addr, NR * PAGE_SIZE, false, &seen), -EINTR);
	KUNIT_EXPECT_EQ(test, seen.runs, 3U);
}

static void test_range_hostile(struct kunit *test)
{
	static const unsigned long sizes[] = {
		1, PAGE_SIZE - 1, (NR + 1) * PAGE_SIZE, SZ_1G * 512UL, 1UL << 63, PAGE_MASK,
	};
	unsigned long addr = map_io(test, NR * PAGE_SIZE);
	struct vm_area_struct *vma;
	struct seen seen = { };
	int i;

	populate(test, addr, NR * PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KUNIT_EXPECT_EQ(test, walk(addr, sizes[i], false, &seen), -EINVAL);
	KUNIT_EXPECT_EQ(test, walk(addr + 1, PAGE_SIZE, false, &seen), -EINVAL);
	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, addr);
	KUNIT_EXPECT_EQ(test, nv_follow_pfn_range(vma, addr + NR * PAGE_SIZE, PAGE_SIZE, false,
						  see, &seen), -EINVAL);
	KUNIT_EXPECT_EQ(test, nv_follow_pfn_range(vma, addr - PAGE_SIZE, PAGE_SIZE, false, see,
						  &seen), -EINVAL);
	mmap_read_unlock(current->mm);
	KUNIT_EXPECT_EQ(test, fake.steps, 0U);
}

/* Kernels before 6.12 don't find what a huge entry maps: no wrong answer, then. */
static void test_huge(struct kunit *test)
{
	unsigned long addr = map_io(test, HUGE_BYTES), huge = ALIGN(addr, PMD_SIZE), pfn = 42;
	unsigned long page = (huge - addr) >> PAGE_SHIFT;
	bool found = NV_FORM >= FORM_6_12;
	struct seen seen = { };

	populate(test, huge, PMD_SIZE + PAGE_SIZE);
	fake.huge = huge;
	fake.steps = 0;
	KUNIT_EXPECT_EQ(test, follow(huge + 7 * PAGE_SIZE, &pfn), found ? 0 : -EFAULT);
	KUNIT_EXPECT_EQ(test, pfn, found ? IO_PFN + page + 7 : 0);
	fake.steps = 0;
	KUNIT_EXPECT_EQ(test, walk(huge + PAGE_SIZE, PMD_SIZE, false, &seen),
			found ? (long)PMD_SIZE : -EFAULT);
	KUNIT_EXPECT_EQ(test, fake.steps, found ? 2U : 0U);
	KUNIT_EXPECT_FALSE(test, seen.gap);
	if (found)
		KUNIT_EXPECT_EQ(test, seen.first, IO_PFN + page + 1);
}

/* 512 GiB are one run, and two of them one of a TiB. */
static void test_long_runs(struct kunit *test)
{
	const unsigned long pages = SZ_1G * 512UL >> PAGE_SHIFT;
	struct nv_pin pin = { .runs = LIST_HEAD_INIT(pin.runs) };
	struct nv_io_run *run;

	KUNIT_EXPECT_EQ(test, nv_add_run(&pin, IO_PFN, pages), 0);
	KUNIT_EXPECT_EQ(test, nv_add_run(&pin, IO_PFN + pages, pages), 0);
	run = list_first_entry(&pin.runs, struct nv_io_run, next);
	KUNIT_EXPECT_TRUE(test, list_is_singular(&pin.runs));
	KUNIT_EXPECT_EQ(test, run->phys, PFN_PHYS(IO_PFN));
	KUNIT_EXPECT_EQ(test, run->size, (size_t)SZ_1G * 1024);
	KUNIT_EXPECT_EQ(test, nv_refuse_ram(&pin), 0);
	nv_free_runs(&pin);
}

static int pin(unsigned long addr, unsigned long size, bool writable, struct nv_dma *dma)
{
	int ret;

	/* As the core calls it */
	ret = nv_gate_enter(&test_nvl);
	if (ret)
		return ret;
	ret = nv_pin_user(&test_nvl.gpu, addr, size, writable, dma);
	nv_gate_leave(&test_nvl);
	return ret;
}

static void test_pin_io(struct kunit *test)
{
	unsigned long addr = map_io(test, NR * PAGE_SIZE), i;
	struct nv_dma dma;

	populate(test, addr + 3 * PAGE_SIZE, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, pin(addr, NR * PAGE_SIZE, true, &dma), 0);
	KUNIT_EXPECT_EQ(test, dma.size, NR * PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, dma.cpu);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, dma.page[i], (u64)PFN_PHYS(IO_PFN + i));
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), 0);
	nv_unpin_user(&test_nvl.gpu, &dma);
	KUNIT_EXPECT_NULL(test, dma.priv);
}

static void test_pin_io_refused(struct kunit *test)
{
	unsigned long addr = map(test, 0, NR * PAGE_SIZE, PROT_READ, true);
	struct resource ram = {
		.name = "System RAM", .flags = IORESOURCE_SYSTEM_RAM,
		.start = PFN_PHYS(IO_PFN + 4), .end = PFN_PHYS(IO_PFN + 5) - 1,
	};
	struct nv_dma dma;

	KUNIT_EXPECT_EQ(test, pin(addr, NR * PAGE_SIZE, true, &dma), -EFAULT);
	io_broken = true;
	KUNIT_EXPECT_EQ(test, pin(addr, NR * PAGE_SIZE, false, &dma), -EFAULT);
	io_broken = false;
	KUNIT_ASSERT_EQ(test, insert_resource(&iomem_resource, &ram), 0);
	KUNIT_EXPECT_EQ(test, pin(addr, NR * PAGE_SIZE, false, &dma), -EFAULT);
	KUNIT_EXPECT_EQ(test, pin(addr, 4 * PAGE_SIZE, false, &dma), 0);
	nv_unpin_user(&test_nvl.gpu, &dma);
	remove_resource(&ram);
}

static void test_pin_pages(struct kunit *test)
{
	unsigned long addr = map(test, 0, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, false), i;
	struct page *page;
	struct nv_dma dma;

	KUNIT_ASSERT_EQ(test, pin(addr, NR * PAGE_SIZE, true, &dma), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), (s64)NR);
	for (i = 0; i < NR; i++) {
		KUNIT_ASSERT_EQ(test, pin_user_pages_fast(addr + i * PAGE_SIZE, 1, 0, &page), 1);
		KUNIT_EXPECT_EQ(test, dma.page[i], (u64)page_to_phys(page));
		unpin_user_page(page);
	}
	nv_unpin_user(&test_nvl.gpu, &dma);
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), 0);
	KUNIT_EXPECT_EQ(test, fake.steps, 0U);
}

static void test_pin_limit(struct kunit *test)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) & PAGE_MASK;
	unsigned long addr = map(test, 0, limit + PAGE_SIZE, PROT_READ | PROT_WRITE, false);
	const struct cred *old;
	struct cred *cred = prepare_kernel_cred(&init_task);
	struct nv_dma dma;

	KUNIT_ASSERT_NOT_NULL(test, cred);
	cap_lower(cred->cap_effective, CAP_IPC_LOCK);
	old = override_creds(cred);
	KUNIT_EXPECT_EQ(test, pin(addr, limit + PAGE_SIZE, true, &dma), -ENOMEM);
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), 0);
	KUNIT_EXPECT_EQ(test, pin(addr, limit, true, &dma), 0);
	revert_creds(old);
	put_cred(cred);
	nv_unpin_user(&test_nvl.gpu, &dma);
}

static void test_pin_hostile(struct kunit *test)
{
	/* Low, so that much more would fit behind it */
	unsigned long addr = map(test, SZ_256M, NR * PAGE_SIZE, PROT_READ, false);
	const struct {
		u64 addr, size;
		int ret;
	} cases[] = {
		{ addr, 0, -EINVAL },
		{ addr + 1, PAGE_SIZE, -EINVAL },
		{ addr, PAGE_SIZE + 1, -EINVAL },
		{ addr, 1ULL << 63, -EFAULT },
		{ addr, -PAGE_SIZE, -EFAULT },
		{ -PAGE_SIZE, PAGE_SIZE, -EFAULT },
		{ -PAGE_SIZE, 2 * PAGE_SIZE, -EFAULT },
		{ (unsigned long)test_nvl.pci & PAGE_MASK, PAGE_SIZE, -EFAULT },
		{ addr, SZ_1G * 256ULL, -ENOMEM },
	};
	struct nv_dma dma;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ_MSG(test, pin(cases[i].addr, cases[i].size, false, &dma),
				    cases[i].ret, "case %d", i);
		KUNIT_EXPECT_NULL(test, dma.priv);
	}
	/* Read-only, and a hole behind it */
	KUNIT_EXPECT_EQ(test, pin(addr, NR * PAGE_SIZE, true, &dma), -EFAULT);
	vm_munmap(addr + 3 * PAGE_SIZE, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, pin(addr, NR * PAGE_SIZE, false, &dma), -EFAULT);
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), 0);
}

static void test_pin_mixed(struct kunit *test)
{
	unsigned long addr = map(test, 0, 3 * NR * PAGE_SIZE, PROT_READ | PROT_WRITE, false);
	struct nv_dma dma;

	map(test, addr + NR * PAGE_SIZE, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, true);
	KUNIT_EXPECT_EQ(test, pin(addr, 2 * NR * PAGE_SIZE, true, &dma), -EFAULT);
	KUNIT_EXPECT_NE(test, pin(addr + NR * PAGE_SIZE, 2 * NR * PAGE_SIZE, true, &dma), 0);
	KUNIT_EXPECT_EQ(test, pin(addr + NR * PAGE_SIZE, NR * PAGE_SIZE, true, &dma), 0);
	nv_unpin_user(&test_nvl.gpu, &dma);
	KUNIT_EXPECT_EQ(test, atomic64_read(&current->mm->pinned_vm), 0);
}

static int init(struct kunit *test)
{
	memset(&fake, 0, sizeof(fake));
	io_broken = false;
	gate_held = false;
	nv_gate_init(&test_nvl.gate);
	test_pci.dev.dma_mask = &test_mask;
	test_pci.dev.coherent_dma_mask = test_mask;
	test_nvl.pci = &test_pci;
	test_nvl.gpu.hw = &test_nvl.hw;
	return 0;
}

/* No entry of a page table is held; nobody called without the lock or faulted inside the gate. */
static void exit_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fake.open, 0);
	KUNIT_EXPECT_EQ(test, fake.unlocked, 0U);
	KUNIT_EXPECT_FALSE(test, gate_held);
	KUNIT_EXPECT_EQ(test, atomic_read(&test_nvl.gate.inside), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_present),
	KUNIT_CASE(test_absent),
	KUNIT_CASE(test_no_io_memory),
	KUNIT_CASE(test_unlocked),
	KUNIT_CASE(test_range),
	KUNIT_CASE(test_range_with_hole),
	KUNIT_CASE(test_range_rights),
	KUNIT_CASE(test_range_stopped),
	KUNIT_CASE(test_range_hostile),
	KUNIT_CASE(test_huge),
	KUNIT_CASE(test_long_runs),
	KUNIT_CASE(test_pin_io),
	KUNIT_CASE(test_pin_io_refused),
	KUNIT_CASE(test_pin_pages),
	KUNIT_CASE(test_pin_limit),
	KUNIT_CASE(test_pin_hostile),
	KUNIT_CASE(test_pin_mixed),
	{ }
};

static struct kunit_suite suite = {
	.name = KBUILD_MODNAME,
	.init = init,
	.exit = exit_test,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("os-mlock.c on one kernel's way to find page frames");
MODULE_LICENSE("Dual MIT/GPL");
