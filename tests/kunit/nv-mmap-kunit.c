// SPDX-License-Identifier: MIT OR GPL-2.0
/* nv-mmap.c and nv-gate.c with a GPU that is nothing but addresses. */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "kernel-open/nvidia/nv-dma.c"
#include "kernel-open/nvidia/nv-gate.c"
#include "kernel-open/nvidia/nv-mmap.c"

#define BAR0		0x200000000ULL
#define BAR1		0x400000000ULL
#define BAR_SIZE	SZ_64M
#define NR		16UL

static struct nv_linux_state nvl;
static struct pci_dev test_pci;
static u64 test_mask = DMA_BIT_MASK(47);

static int release_file(struct inode *inode, struct file *file)
{
	struct nv_linux_file *nvlf = file->private_data;

	nv_mmap_release(nvlf);
	kfree(nvlf);
	return 0;
}

const struct file_operations nv_fops = {
	.owner = THIS_MODULE,
	.mmap = nv_mmap,
	.release = release_file,
};

static void release_map(struct rm_mmap *map)
{
	kfree(map);
}

static struct file *open_node(struct kunit *test, bool gpu)
{
	struct nv_linux_file *nvlf = kzalloc(sizeof(*nvlf), GFP_KERNEL);
	struct file *file;

	KUNIT_ASSERT_NOT_NULL(test, nvlf);
	nvlf->nvl = gpu ? &nvl : NULL;
	file = anon_inode_getfile("node", &nv_fops, nvlf, O_RDWR);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	nv_mmap_open(nvlf, file);
	return file;
}

/* A file that maps @size bytes of BAR1 from @offset on */
static struct file *open_vidmem(struct kunit *test, u64 offset, u64 size, bool writable)
{
	struct file *file = open_node(test, true);
	struct rm_mmap *map = kzalloc(sizeof(*map), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, map);
	*map = (struct rm_mmap) {
		.kind = RM_MMAP_VIDMEM, .caching = NV_WRITE_COMBINED, .writable = writable,
		.start = BAR1 + offset, .size = size, .gpu = &nvl.gpu, .release = release_map,
	};
	KUNIT_ASSERT_EQ(test, nv_file_set_map(file->private_data, map), 0);
	return file;
}

static unsigned long map_file(struct kunit *test, struct file *file, unsigned long size, int prot)
{
	return kunit_vm_mmap(test, file, 0, size, prot, MAP_SHARED, 0);
}

static unsigned long map_vidmem(struct kunit *test, u64 offset, u64 size)
{
	struct file *file = open_vidmem(test, offset, size, true);
	unsigned long addr = map_file(test, file, size, PROT_READ | PROT_WRITE);

	fput(file);
	KUNIT_ASSERT_FALSE(test, !addr || IS_ERR_VALUE(addr));
	return addr;
}

static int fault(unsigned long addr, unsigned int flags, bool *unlocked)
{
	int ret;

	mmap_read_lock(current->mm);
	ret = fixup_user_fault(current->mm, addr, flags, unlocked);
	mmap_read_unlock(current->mm);
	return ret;
}

/* The frame that is mapped at @addr, 0 if none */
static unsigned long mapped(unsigned long addr)
{
	struct follow_pfnmap_args args = { .address = addr };
	unsigned long pfn = 0;

	mmap_read_lock(current->mm);
	args.vma = vma_lookup(current->mm, addr);
	if (args.vma && !follow_pfnmap_start(&args)) {
		pfn = args.pfn;
		follow_pfnmap_end(&args);
	}
	mmap_read_unlock(current->mm);
	return pfn;
}

static void test_fault_maps_chunk(struct kunit *test)
{
	unsigned long size = 3 * PMD_SIZE, addr = map_vidmem(test, SZ_1M, size), at;
	unsigned long touched = ALIGN(addr, PMD_SIZE) + 5 * PAGE_SIZE, want;

	KUNIT_EXPECT_EQ(test, mapped(touched), 0UL);
	KUNIT_EXPECT_EQ(test, fault(touched, FAULT_FLAG_WRITE, NULL), 0);
	for (at = addr; at < addr + size; at += PAGE_SIZE) {
		want = (BAR1 + SZ_1M + at - addr) >> PAGE_SHIFT;
		if ((at & PMD_MASK) != (touched & PMD_MASK))
			want = 0;
		KUNIT_ASSERT_EQ(test, mapped(at), want);
	}
}

static void test_revoke(struct kunit *test)
{
	unsigned long addr[8];
	int i;

	for (i = 0; i < ARRAY_SIZE(addr); i++) {
		addr[i] = map_vidmem(test, i * SZ_64K, SZ_64K);
		KUNIT_EXPECT_EQ(test, fault(addr[i], 0, NULL), 0);
	}
	nv_gate_close(&nvl);
	nv_revoke_gpu_mappings_locked(&nvl);
	for (i = 0; i < ARRAY_SIZE(addr); i++)
		KUNIT_EXPECT_EQ(test, mapped(addr[i]), 0UL);
	nv_gate_open(&nvl);
	for (i = 0; i < ARRAY_SIZE(addr); i++) {
		KUNIT_EXPECT_EQ(test, fault(addr[i], 0, NULL), 0);
		KUNIT_EXPECT_EQ(test, mapped(addr[i]), (unsigned long)
				(BAR1 + i * SZ_64K) >> PAGE_SHIFT);
	}
}

/* Parts of a mapping still map what they did. */
static void test_partial_unmap(struct kunit *test)
{
	unsigned long addr = map_vidmem(test, 0, NR * PAGE_SIZE);

	KUNIT_ASSERT_EQ(test, vm_munmap(addr, 3 * PAGE_SIZE), 0);
	KUNIT_ASSERT_EQ(test, vm_munmap(addr + 7 * PAGE_SIZE, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, fault(addr + 5 * PAGE_SIZE, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, mapped(addr + 5 * PAGE_SIZE),
			(unsigned long)(BAR1 >> PAGE_SHIFT) + 5);
	KUNIT_EXPECT_EQ(test, mapped(addr + 9 * PAGE_SIZE), 0UL);
	KUNIT_EXPECT_EQ(test, fault(addr + 9 * PAGE_SIZE, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, mapped(addr + 9 * PAGE_SIZE),
			(unsigned long)(BAR1 >> PAGE_SHIFT) + 9);
	KUNIT_EXPECT_EQ(test, fault(addr, 0, NULL), -EFAULT);
}

struct sleeper {
	struct mm_struct *mm;
	unsigned long addr;
	bool unlocked;
	int ret;
	struct completion done;
};

static int sleep_in_fault(void *data)
{
	struct sleeper *s = data;

	kthread_use_mm(s->mm);
	s->ret = fault(s->addr, FAULT_FLAG_WRITE, &s->unlocked);
	kthread_unuse_mm(s->mm);
	complete(&s->done);
	return 0;
}

static struct sleeper *start_sleeper(struct kunit *test, unsigned long addr)
{
	struct sleeper *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->mm = current->mm;
	s->addr = addr;
	init_completion(&s->done);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(sleep_in_fault, s, "nv-sleeper")));
	return s;
}

/* An access sleeps while the GPU does, with mmap_lock free, and then goes on. */
static void test_fault_sleeps(struct kunit *test)
{
	unsigned long addr = map_vidmem(test, 0, NR * PAGE_SIZE);
	struct sleeper *s;

	nv_gate_close(&nvl);
	s = start_sleeper(test, addr);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&s->done, HZ / 10), 0UL);
	KUNIT_EXPECT_TRUE(test, down_write_trylock(&current->mm->mmap_lock));
	up_write(&current->mm->mmap_lock);
	KUNIT_EXPECT_EQ(test, mapped(addr), 0UL);
	nv_gate_open(&nvl);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&s->done, 10 * HZ), 0UL);
	KUNIT_EXPECT_EQ(test, s->ret, 0);
	KUNIT_EXPECT_TRUE(test, s->unlocked);
	KUNIT_EXPECT_EQ(test, mapped(addr), (unsigned long)(BAR1 >> PAGE_SHIFT));
}

/* Unmapped while it waits, an access fails and nothing else happens. */
static void test_unmapped_while_asleep(struct kunit *test)
{
	unsigned long addr = map_vidmem(test, 0, NR * PAGE_SIZE);
	struct sleeper *s;

	nv_gate_close(&nvl);
	s = start_sleeper(test, addr);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&s->done, HZ / 20), 0UL);
	KUNIT_EXPECT_EQ(test, vm_munmap(addr, NR * PAGE_SIZE), 0);
	nv_gate_open(&nvl);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&s->done, 10 * HZ), 0UL);
	KUNIT_EXPECT_EQ(test, s->ret, -EFAULT);
}

static void test_gpu_lost(struct kunit *test)
{
	unsigned long addr = map_vidmem(test, 0, NR * PAGE_SIZE);
	struct sleeper *s;

	nv_gate_close(&nvl);
	s = start_sleeper(test, addr);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&s->done, HZ / 20), 0UL);
	nvl.hw.lost = true;
	nv_gate_open(&nvl);
	KUNIT_ASSERT_NE(test, wait_for_completion_timeout(&s->done, 10 * HZ), 0UL);
	KUNIT_EXPECT_EQ(test, s->ret, -EFAULT);
	KUNIT_EXPECT_EQ(test, fault(addr, 0, NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, nv_gate_enter(&nvl), -ENODEV);
	nvl.hw.lost = false;
}

static void test_map_revoked(struct kunit *test)
{
	unsigned long addr, other = map_vidmem(test, 0, NR * PAGE_SIZE);
	struct file *file = open_vidmem(test, SZ_1M, NR * PAGE_SIZE, true);
	struct nv_linux_file *nvlf = file->private_data;

	addr = map_file(test, file, NR * PAGE_SIZE, PROT_READ);
	KUNIT_EXPECT_EQ(test, fault(addr, 0, NULL), 0);
	nv_mmap_revoke(nvlf->map);
	KUNIT_EXPECT_EQ(test, mapped(addr), 0UL);
	KUNIT_EXPECT_EQ(test, fault(addr, 0, NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, fault(other, 0, NULL), 0);
	fput(file);
}

static void test_mmap_refuses(struct kunit *test)
{
	unsigned long size = NR * PAGE_SIZE;
	struct file *none = open_node(test, true), *file = open_vidmem(test, 0, size, true);

	KUNIT_EXPECT_EQ(test, map_file(test, none, size, PROT_READ), (unsigned long)-EINVAL);
	KUNIT_EXPECT_EQ(test, map_file(test, file, size / 2, PROT_READ), (unsigned long)-ENXIO);
	KUNIT_EXPECT_EQ(test, map_file(test, file, size * 2, PROT_READ), (unsigned long)-ENXIO);
	KUNIT_EXPECT_EQ(test, kunit_vm_mmap(test, file, 0, size, PROT_READ, MAP_PRIVATE, 0),
			(unsigned long)-EINVAL);
	KUNIT_EXPECT_EQ(test, kunit_vm_mmap(test, file, 0, size, PROT_READ, MAP_SHARED, PAGE_SIZE),
			(unsigned long)-EINVAL);
	fput(none);
	fput(file);
}

static void test_read_only(struct kunit *test)
{
	struct file *file = open_vidmem(test, 0, NR * PAGE_SIZE, false);
	unsigned long addr = map_file(test, file, NR * PAGE_SIZE, PROT_READ | PROT_WRITE);
	vm_flags_t flags;

	fput(file);
	KUNIT_EXPECT_EQ(test, fault(addr, FAULT_FLAG_WRITE, NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, fault(addr, 0, NULL), 0);
	mmap_read_lock(current->mm);
	flags = vma_lookup(current->mm, addr)->vm_flags;
	mmap_read_unlock(current->mm);
	KUNIT_EXPECT_EQ(test, flags & (VM_WRITE | VM_MAYWRITE), 0UL);
}

static void test_hostile_maps(struct kunit *test)
{
	static const struct {
		enum rm_mmap_kind kind;
		u64 start, size;
		int ret;
	} maps[] = {
		{ RM_MMAP_VIDMEM, BAR1, BAR_SIZE, 0 },
		{ RM_MMAP_VIDMEM, BAR1, BAR_SIZE + PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1 + BAR_SIZE, PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1 - PAGE_SIZE, PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1, 0, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1 + 1, PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1, PAGE_SIZE - 1, -EINVAL },
		{ RM_MMAP_VIDMEM, -PAGE_SIZE, 2 * PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR1, -PAGE_SIZE, -EINVAL },
		{ RM_MMAP_VIDMEM, BAR0, PAGE_SIZE, -EINVAL },
		{ RM_MMAP_REGS, BAR0, PAGE_SIZE, 0 },
		{ RM_MMAP_REGS, BAR1, PAGE_SIZE, -EINVAL },
	};
	struct file *file, *ctl = open_node(test, false);
	struct rm_mmap map;
	int i;

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		file = open_node(test, true);
		map = (struct rm_mmap) {
			.kind = maps[i].kind, .start = maps[i].start, .size = maps[i].size,
			.gpu = &nvl.gpu, .release = release_map,
		};
		KUNIT_EXPECT_EQ_MSG(test, nv_file_set_map(file->private_data, &map), maps[i].ret,
				    "case %d", i);
		KUNIT_EXPECT_EQ(test, nv_file_set_map(file->private_data, &map),
				maps[i].ret ?: -EBUSY);
		KUNIT_EXPECT_EQ(test, nv_file_set_map(ctl->private_data, &map), -EINVAL);
		((struct nv_linux_file *)file->private_data)->map = NULL;
		fput(file);
	}
	fput(ctl);
	KUNIT_EXPECT_EQ(test, nv_mmap_context(NULL, -1, &map), -EBADF);
}

static void map_sysmem(struct kunit *test, bool contig)
{
	unsigned long size = NR * PAGE_SIZE, addr;
	struct file *file = open_node(test, false);
	struct rm_mmap *map = kzalloc(sizeof(*map), GFP_KERNEL);
	struct page *page;
	struct nv_dma dma;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_ASSERT_EQ(test, nv_dma_alloc_user(&nvl.hw, &dma, size, contig), 0);
	for (i = 1; contig && i < NR; i++)
		KUNIT_EXPECT_EQ(test, dma.page[i], dma.page[0] + i * PAGE_SIZE);
	*map = (struct rm_mmap) {
		.kind = RM_MMAP_SYSMEM, .writable = true, .start = 2 * PAGE_SIZE,
		.size = size - 2 * PAGE_SIZE, .dma = &dma, .release = release_map,
	};
	KUNIT_ASSERT_EQ(test, nv_file_set_map(file->private_data, map), 0);
	KUNIT_EXPECT_EQ(test, map_file(test, file, size, PROT_READ), (unsigned long)-ERANGE);
	addr = map_file(test, file, map->size, PROT_READ | PROT_WRITE);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	for (i = 0; i < NR - 2; i++) {
		KUNIT_ASSERT_EQ(test, pin_user_pages_fast(addr + i * PAGE_SIZE, 1, FOLL_WRITE,
							  &page), 1);
		KUNIT_EXPECT_EQ(test, page_to_pfn(page), page_to_pfn(nv_dma_pages(&dma)[i + 2]));
		unpin_user_page(page);
	}
	nv_mmap_revoke(map);
	KUNIT_EXPECT_EQ(test, pin_user_pages_fast(addr, 1, FOLL_WRITE, &page), -EFAULT);
	vm_munmap(addr, map->size);
	fput(file);
	nv_dma_free(&nvl.hw, &dma);
}

static void test_sysmem(struct kunit *test)
{
	map_sysmem(test, false);
}

static void test_sysmem_contiguous(struct kunit *test)
{
	struct nv_dma dma;

	map_sysmem(test, true);
	KUNIT_EXPECT_EQ(test, nv_dma_alloc_user(&nvl.hw, &dma, SZ_128M, true), -ENOMEM);
}

static void test_debugger(struct kunit *test)
{
	unsigned long addr = map_vidmem(test, 0, NR * PAGE_SIZE);
	struct vm_area_struct *vma;
	u32 buf;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, addr);
	mmap_read_unlock(current->mm);
	nv_gate_close(&nvl);
	KUNIT_EXPECT_EQ(test, nv_io_access(vma, addr, &buf, sizeof(buf), 0), -EAGAIN);
	nvl.hw.lost = true;
	nv_gate_open(&nvl);
	KUNIT_EXPECT_EQ(test, nv_io_access(vma, addr, &buf, sizeof(buf), 0), -EIO);
	nvl.hw.lost = false;
}

static int hold_gate(void *data)
{
	struct sleeper *s = data;

	s->ret = nv_gate_enter(&nvl);
	complete(&s->done);
	msleep(100);
	s->addr = 1;
	nv_gate_leave(&nvl);
	return 0;
}

static void test_gate(struct kunit *test)
{
	struct sleeper *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_EQ(test, nv_gate_enter(&nvl), 0);
	nv_gate_leave(&nvl);
	init_completion(&s->done);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(hold_gate, s, "nv-holder")));
	wait_for_completion(&s->done);
	/* Waits for who is inside */
	nv_gate_close(&nvl);
	KUNIT_EXPECT_EQ(test, READ_ONCE(s->addr), 1UL);
	KUNIT_EXPECT_FALSE(test, nv_gate_try_enter(&nvl));
	/* Closed twice is closed once */
	nv_gate_close(&nvl);
	nv_gate_open(&nvl);
	KUNIT_EXPECT_TRUE(test, nv_gate_try_enter(&nvl));
	nv_gate_leave(&nvl);
	nv_gate_open(&nvl);
	KUNIT_EXPECT_EQ(test, atomic_read(&nvl.gate.inside), 0);
}

static int init_suite(struct kunit_suite *suite)
{
	int ret = nv_mmap_init();

	if (ret)
		return ret;
	test_pci.dev.dma_mask = &test_mask;
	test_pci.dev.coherent_dma_mask = test_mask;
	nvl.pci = &test_pci;
	nvl.gpu.hw = &nvl.hw;
	nvl.hw.bar[0].addr = BAR0;
	nvl.hw.bar[1].addr = BAR1;
	nvl.hw.bar[0].size = BAR_SIZE;
	nvl.hw.bar[1].size = BAR_SIZE;
	nv_gate_init(&nvl.gate);
	return nv_mmap_add_gpu(&nvl);
}

static void exit_suite(struct kunit_suite *suite)
{
	nv_mmap_remove_gpu(&nvl);
	nv_mmap_exit();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(test_gate),
	KUNIT_CASE(test_fault_maps_chunk),
	KUNIT_CASE(test_revoke),
	KUNIT_CASE(test_partial_unmap),
	KUNIT_CASE(test_fault_sleeps),
	KUNIT_CASE(test_unmapped_while_asleep),
	KUNIT_CASE(test_gpu_lost),
	KUNIT_CASE(test_map_revoked),
	KUNIT_CASE(test_mmap_refuses),
	KUNIT_CASE(test_read_only),
	KUNIT_CASE(test_hostile_maps),
	KUNIT_CASE(test_sysmem),
	KUNIT_CASE(test_sysmem_contiguous),
	KUNIT_CASE(test_debugger),
	{ }
};

static struct kunit_suite suite = {
	.name = KBUILD_MODNAME,
	.suite_init = init_suite,
	.suite_exit = exit_suite,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
MODULE_DESCRIPTION("nv-mmap.c and nv-gate.c without a GPU");
MODULE_LICENSE("Dual MIT/GPL");
