/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Other kernels' ways to find page frames, on that of the kernel which runs the test.
 * Included before everything else; NV_FORM says which one: 6.15, 6.12, 6.10 or 6.1
 * for the kernel that has it. The module is compiled as for that kernel.
 */
#define FORM_6_15	4
#define FORM_6_12	3
#define FORM_6_10	2
#define FORM_6_1	1

#define follow_pfnmap_start	kernel_follow_pfnmap_start
#define follow_pfnmap_end	kernel_follow_pfnmap_end
#if NV_FORM == FORM_6_12
#define fake_args		follow_pfnmap_args
#include <linux/mm.h>
#else
#define fake_args		kernel_follow_pfnmap_args
#define follow_pfnmap_args	kernel_follow_pfnmap_args
#include <linux/mm.h>
#undef follow_pfnmap_args
#endif
#undef follow_pfnmap_start
#undef follow_pfnmap_end

int kernel_follow_pfnmap_start(struct fake_args *args) __asm__("follow_pfnmap_start");
void kernel_follow_pfnmap_end(struct fake_args *args) __asm__("follow_pfnmap_end");

/**
 * struct fake - what the fakes are told and what they saw
 * @huge: addresses from here on, a PMD's worth, are mapped by one entry; 0 for none
 * @unlocked: calls without mmap_lock
 * @steps: calls
 * @open: entries that were found and not given back
 */
static struct {
	unsigned long huge;
	unsigned int unlocked;
	unsigned int steps;
	int open;
} fake;

static inline bool fake_is_huge(unsigned long address)
{
	return fake.huge && (address & PMD_MASK) == fake.huge;
}

static inline int fake_start(struct fake_args *args, struct mm_struct *mm)
{
	int ret;

	fake.steps++;
	if (!rwsem_is_locked(&mm->mmap_lock)) {
		fake.unlocked++;
		return -EINVAL;
	}
	ret = kernel_follow_pfnmap_start(args);
	if (!ret)
		fake.open++;
	return ret;
}

#if NV_FORM == FORM_6_15
struct follow_pfnmap_args {
	struct vm_area_struct *vma;
	unsigned long address;
	struct fake_args kernel;
	unsigned long pfn;
	unsigned long addr_mask;
	pgprot_t pgprot;
	bool writable;
	bool special;
};

static inline int follow_pfnmap_start(struct follow_pfnmap_args *args)
{
	int ret;

	args->kernel.vma = args->vma;
	args->kernel.address = args->address;
	ret = fake_start(&args->kernel, args->vma->vm_mm);
	if (ret)
		return ret;
	args->pfn = args->kernel.pfn;
	args->addr_mask = fake_is_huge(args->address) ? PMD_MASK : PAGE_MASK;
	args->pgprot = args->kernel.pgprot;
	args->writable = args->kernel.writable;
	args->special = args->kernel.special;
	return 0;
}

static inline void follow_pfnmap_end(struct follow_pfnmap_args *args)
{
	fake.open--;
	kernel_follow_pfnmap_end(&args->kernel);
}

#elif NV_FORM == FORM_6_12
/* As this kernel has it; a huge entry shows by the lack of one of the last level. */
static pte_t *fake_hidden;

static int follow_pfnmap_start(struct follow_pfnmap_args *args)
	__asm__("fake_follow_pfnmap_start");
static void follow_pfnmap_end(struct follow_pfnmap_args *args) __asm__("fake_follow_pfnmap_end");

static int __maybe_unused follow_pfnmap_start(struct follow_pfnmap_args *args)
{
	int ret = fake_start(args, args->vma->vm_mm);

	if (!ret && fake_is_huge(args->address)) {
		fake_hidden = args->ptep;
		args->ptep = NULL;
	}
	return ret;
}

static void __maybe_unused follow_pfnmap_end(struct follow_pfnmap_args *args)
{
	fake.open--;
	if (!args->ptep)
		args->ptep = fake_hidden;
	kernel_follow_pfnmap_end(args);
}

#else
static inline int fake_follow_pte(struct vm_area_struct *vma, struct mm_struct *mm,
				  unsigned long address, pte_t **ptep, spinlock_t **lock)
{
	struct fake_args args = { .vma = vma, .address = address };

	/* As these kernels do with what they do not expect. */
	if (!vma || fake_is_huge(address) || fake_start(&args, mm))
		return -EINVAL;
	*ptep = args.ptep;
	*lock = args.lock;
	return 0;
}

#if NV_FORM == FORM_6_10
static inline int follow_pte(struct vm_area_struct *vma, unsigned long address, pte_t **ptep,
			     spinlock_t **lock)
{
	return fake_follow_pte(vma, vma->vm_mm, address, ptep, lock);
}
#else
static inline int follow_pte(struct mm_struct *mm, unsigned long address, pte_t **ptep,
			     spinlock_t **lock)
{
	/* That of the last call, where there is no lock to look for it */
	static struct vm_area_struct *vma;

	if (rwsem_is_locked(&mm->mmap_lock))
		vma = find_vma(mm, address);
	return fake_follow_pte(vma, mm, address, ptep, lock);
}
#endif

#undef pte_unmap_unlock
#define pte_unmap_unlock(pte, lock) do { \
	fake.open--; \
	spin_unlock(lock); \
	pte_unmap(pte); \
} while (0)
#endif
