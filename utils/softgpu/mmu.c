// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Ways to memory: the PRAMIN window, BAR1 and BAR3 (which RM calls BAR2) through
 * GMMU page tables. A BAR1 that covers video memory is by default that memory
 * itself, mapped into the guest, and no access arrives here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "chip.h"
#include "regs/nv-mmu.h"
#include "regs/nv-pbus.h"

#define PAGE		0x1000ull
#define ROOT_BAR1	0x10000
#define ROOT_BAR3	0x11000
#define LOGGED_FAULTS	16

struct softgpu_mmu {
	u64 root[SOFTGPU_NR_BARS];
	u32 invalidate_pdb, invalidate_upper_pdb, invalidate;
	unsigned int faults;
};

struct target {
	u64 addr;
	u64 left;		/* bytes to the end of the page */
	bool sysmem;
	bool read_only;
};

static bool in_vram(const struct softgpu *gpu, u64 addr, u64 len)
{
	return addr <= gpu->vram_size && len <= gpu->vram_size - addr;
}

bool sg_vram_read(struct softgpu *gpu, u64 addr, void *buf, u64 len)
{
	if (!in_vram(gpu, addr, len))
		return false;
	memcpy(buf, gpu->vram + addr, len);
	return true;
}

bool sg_vram_write(struct softgpu *gpu, u64 addr, const void *buf, u64 len)
{
	u64 start, end;

	if (!in_vram(gpu, addr, len))
		return false;
	if (sg_wpr2(gpu, &start, &end) && addr < end && addr + len > start) {
		sg_log(gpu, "write to %#llx, which is in WPR2, dropped", addr);
		return false;
	}
	memcpy(gpu->vram + addr, buf, len);
	return true;
}

static bool target_read(struct softgpu *gpu, const struct target *to, void *buf, u64 len)
{
	if (to->sysmem)
		return sg_dma_read(gpu, to->addr, buf, len);
	return sg_vram_read(gpu, to->addr, buf, len);
}

static bool target_write(struct softgpu *gpu, const struct target *to, const void *buf, u64 len)
{
	if (to->read_only)
		return false;
	if (to->sysmem)
		return sg_dma_write(gpu, to->addr, buf, len);
	return sg_vram_write(gpu, to->addr, buf, len);
}

/* PRAMIN */

static bool pramin_target(struct softgpu *gpu, u32 off, struct target *to)
{
	u32 window = sg_plain_get(gpu, NV_PBUS_BAR0_WINDOW);
	u32 kind = FIELD_GET(NV_PBUS_BAR0_WINDOW_TARGET, window);
	u64 base = (u64)FIELD_GET(NV_PBUS_BAR0_WINDOW_BASE, window) << 16;

	*to = (struct target){
		.addr = base + (off - NV_PRAMIN),
		.left = sizeof(u32),
		.sysmem = kind == NV_PBUS_BAR0_WINDOW_TARGET_SYS ||
			  kind == NV_PBUS_BAR0_WINDOW_TARGET_SYS_NC,
	};
	return to->sysmem || kind == NV_PBUS_BAR0_WINDOW_TARGET_VID;
}

u32 sg_pramin_read(struct softgpu *gpu, u32 off)
{
	struct target to;
	u32 val;

	if (!pramin_target(gpu, off, &to) || !target_read(gpu, &to, &val, sizeof(val)))
		return SG_PRI_ERROR;
	return val;
}

void sg_pramin_write(struct softgpu *gpu, u32 off, u32 val)
{
	struct target to;

	if (!pramin_target(gpu, off, &to) || !target_write(gpu, &to, &val, sizeof(val)))
		sg_trace(gpu, "PRAMIN write to nowhere: %#x", off);
}

/* Page walks */

/* PDEs above PD0 and the small half of PD0's name a table by page number. */
static bool pde_table(u64 pde, struct target *table)
{
	u32 aperture = FIELD_GET(NV_MMU_VER2_PDE_APERTURE, pde);

	*table = (struct target){ .sysmem = aperture != NV_MMU_VER2_PDE_APERTURE_VID };
	table->addr = (table->sysmem ? FIELD_GET(NV_MMU_VER2_PDE_ADDRESS_SYS, pde) :
				       FIELD_GET(NV_MMU_VER2_PDE_ADDRESS_VID, pde)) << 12;
	return aperture != NV_MMU_VER2_PDE_APERTURE_INVALID;
}

static bool big_table(u64 pde, struct target *table)
{
	u32 aperture = FIELD_GET(NV_MMU_VER2_PDE_APERTURE, pde);

	*table = (struct target){ .sysmem = aperture != NV_MMU_VER2_PDE_APERTURE_VID };
	table->addr = (table->sysmem ? FIELD_GET(NV_MMU_VER2_DUAL_PDE_ADDRESS_BIG_SYS, pde) :
				       FIELD_GET(NV_MMU_VER2_DUAL_PDE_ADDRESS_BIG_VID, pde)) << 8;
	return aperture != NV_MMU_VER2_PDE_APERTURE_INVALID;
}

static bool pte_target(u64 pte, u64 va, u32 shift, struct target *to)
{
	u32 aperture = FIELD_GET(NV_MMU_VER2_PTE_APERTURE, pte);
	u64 offset = va & (BIT_ULL(shift) - 1);

	if (!(pte & NV_MMU_VER2_PTE_VALID) || aperture == NV_MMU_VER2_PTE_APERTURE_PEER)
		return false;
	*to = (struct target){
		.sysmem = aperture != NV_MMU_VER2_PTE_APERTURE_VID,
		.read_only = pte & NV_MMU_VER2_PTE_READ_ONLY,
		.left = BIT_ULL(shift) - offset,
	};
	to->addr = ((to->sysmem ? FIELD_GET(NV_MMU_VER2_PTE_ADDRESS_SYS, pte) :
				  FIELD_GET(NV_MMU_VER2_PTE_ADDRESS_VID, pte)) << 12) + offset;
	return true;
}

static bool read_entry(struct softgpu *gpu, struct target table, u64 index, u64 *entry, u64 size)
{
	table.addr += index * size;
	return target_read(gpu, &table, entry, size);
}

/*
 * The last two levels: PD0 with its pair of tables. What the big one says counts; the small one is
 * looked at where the big one has no page, unless its entry has the mark of privilege alone: then
 * there is none (open-gpu-kernel-modules 550.163.01, uvm_mmu.h, uvm_pascal_mmu.c).
 */
static bool walk_pd0(struct softgpu *gpu, const struct target *pd0, u64 va, struct target *to)
{
	struct target table;
	u64 dual[2], pte;

	if (!read_entry(gpu, *pd0, (va >> NV_MMU_VER2_PD0_SHIFT) & 0xff, dual, sizeof(dual)))
		return false;
	if (dual[0] & NV_MMU_VER2_PDE_IS_PTE)
		return pte_target(dual[0], va, NV_MMU_VER2_PD0_SHIFT, to);
	if (big_table(dual[0], &table) &&
	    read_entry(gpu, table, (va >> NV_MMU_VER2_PT_BIG_SHIFT) & 0x1f, &pte, sizeof(pte)) &&
	    pte & (NV_MMU_VER2_PTE_VALID | NV_MMU_VER2_PTE_PRIVILEGE))
		return pte_target(pte, va, NV_MMU_VER2_PT_BIG_SHIFT, to);
	return pde_table(dual[1], &table) &&
	       read_entry(gpu, table, (va >> NV_MMU_VER2_PT_SMALL_SHIFT) & 0x1ff, &pte,
			  sizeof(pte)) &&
	       pte_target(pte, va, NV_MMU_VER2_PT_SMALL_SHIFT, to);
}

static bool walk(struct softgpu *gpu, struct target table, u64 va, struct target *to)
{
	static const struct {
		u32 shift, entries;
	} level[] = {
		{ NV_MMU_VER2_PD3_SHIFT, 4 },
		{ NV_MMU_VER2_PD2_SHIFT, 512 },
		{ NV_MMU_VER2_PD1_SHIFT, 512 },
	};
	u64 entry;

	for (unsigned int i = 0; i < 3; i++) {
		u64 index = (va >> level[i].shift) & (level[i].entries - 1);

		if (!read_entry(gpu, table, index, &entry, sizeof(entry)))
			return false;
		if (level[i].shift == NV_MMU_VER2_PD1_SHIFT && (entry & NV_MMU_VER2_PDE_IS_PTE))
			return pte_target(entry, va, NV_MMU_VER2_PD1_SHIFT, to);
		if (!pde_table(entry, &table))
			return false;
	}
	return walk_pd0(gpu, &table, va, to);
}

/* BAR1 and BAR3 */

static bool walk_bar(struct softgpu *gpu, enum softgpu_bar bar, u64 va, struct target *to)
{
	const struct target root = { .addr = gpu->mmu->root[bar] };

	return root.addr && walk(gpu, root, va, to);
}

static bool bar_target(struct softgpu *gpu, enum softgpu_bar bar, u64 off, struct target *to)
{
	struct softgpu_mmu *mmu = gpu->mmu;

	if (bar == SOFTGPU_BAR1 && softgpu_bar1_is_vram(gpu)) {
		*to = (struct target){ .addr = off, .left = gpu->vram_size - off };
		return off < gpu->vram_size;
	}
	if (walk_bar(gpu, bar, off, to))
		return true;
	if (mmu->faults++ < LOGGED_FAULTS)
		sg_log(gpu, "BAR%d: no page is mapped at %#llx", bar == SOFTGPU_BAR1 ? 1 : 3, off);
	return false;
}

u64 sg_aperture_read(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len)
{
	u8 bytes[8];
	u64 val = 0;

	memset(bytes, 0xff, sizeof(bytes));
	for (unsigned int done = 0, part; done < len; done += part) {
		struct target to;

		part = len - done;
		if (!bar_target(gpu, bar, off + done, &to))
			break;
		if (part > to.left)
			part = to.left;
		if (!target_read(gpu, &to, bytes + done, part))
			memset(bytes + done, 0xff, part);
	}
	memcpy(&val, bytes, len);
	return val;
}

void sg_aperture_write(struct softgpu *gpu, enum softgpu_bar bar, u64 off, unsigned int len,
		       u64 val)
{
	u8 bytes[8];

	memcpy(bytes, &val, sizeof(bytes));
	for (unsigned int done = 0, part; done < len; done += part) {
		struct target to;

		part = len - done;
		if (!bar_target(gpu, bar, off + done, &to))
			break;
		if (part > to.left)
			part = to.left;
		if (!target_write(gpu, &to, bytes + done, part))
			sg_trace(gpu, "BAR write to nowhere: %#llx", off + done);
	}
}

/* Where engines and hosts read and write. */

static bool space_target(struct softgpu *gpu, const struct sg_space *space, u64 addr,
			 struct target *to)
{
	const struct target root = { .addr = space->root, .sysmem = space->root_sysmem };

	if (space->kind == SG_SPACE_VIRTUAL)
		return space->root && !(addr >> SG_VA_BITS) && walk(gpu, root, addr, to);
	*to = (struct target){
		.addr = addr,
		.left = PAGE - addr % PAGE,
		.sysmem = space->kind == SG_SPACE_SYS,
	};
	return true;
}

u64 sg_space_read(struct softgpu *gpu, const struct sg_space *space, u64 addr, void *buf, u64 len)
{
	struct target to;
	u64 done, part;

	for (done = 0; done < len; done += part) {
		if (!space_target(gpu, space, addr + done, &to))
			break;
		part = min(len - done, to.left);
		if (!target_read(gpu, &to, (u8 *)buf + done, part))
			break;
	}
	return done;
}

u64 sg_space_write(struct softgpu *gpu, const struct sg_space *space, u64 addr, const void *buf,
		   u64 len)
{
	struct target to;
	u64 done, part;

	for (done = 0; done < len; done += part) {
		if (!space_target(gpu, space, addr + done, &to))
			break;
		part = min(len - done, to.left);
		if (!target_write(gpu, &to, (const u8 *)buf + done, part))
			break;
	}
	return done;
}

u64 sg_mmu_bar_root(const struct softgpu *gpu, enum softgpu_bar bar)
{
	return gpu->mmu->root[bar];
}

bool sg_mmu_set_bar_pde(struct softgpu *gpu, enum softgpu_bar bar, u64 entry, u64 level_shift)
{
	u64 root = gpu->mmu->root[bar];

	if (!root || level_shift != NV_MMU_VER2_PD3_SHIFT)
		return false;
	return sg_vram_write(gpu, root, &entry, sizeof(entry));
}

void sg_mmu_bind_roots(struct softgpu *gpu, u64 heap, u64 size)
{
	struct softgpu_mmu *mmu = gpu->mmu;

	if (size < ROOT_BAR3 + PAGE || !in_vram(gpu, heap, size))
		return;
	mmu->root[SOFTGPU_BAR1] = heap + ROOT_BAR1;
	mmu->root[SOFTGPU_BAR3] = heap + ROOT_BAR3;
}

void sg_mmu_place_roots(struct softgpu *gpu, u64 heap, u64 size)
{
	struct softgpu_mmu *mmu = gpu->mmu;

	sg_mmu_bind_roots(gpu, heap, size);
	if (!mmu->root[SOFTGPU_BAR1])
		return;
	memset(gpu->vram + mmu->root[SOFTGPU_BAR1], 0, PAGE);
	memset(gpu->vram + mmu->root[SOFTGPU_BAR3], 0, PAGE);
}

/*
 * A guest that has BAR1 mapped sees video memory as it is, whatever the page tables
 * say. So what they map has to map to itself; each time the driver says that it has
 * changed tables, the first and the last page of every 2 MiB are looked at.
 */

static bool bar1_page_is_identity(struct softgpu *gpu, u64 va)
{
	struct target to;

	if (!walk_bar(gpu, SOFTGPU_BAR1, va, &to) ||
	    (!to.sysmem && to.addr == va))
		return true;
	if (gpu->mmu->faults++ < LOGGED_FAULTS)
		sg_log(gpu, "BAR1 is video memory itself, but its tables map %#llx to %#llx%s", va,
		       to.addr, to.sysmem ? " of system memory" : "");
	return false;
}

static void check_bar1_identity(struct softgpu *gpu)
{
	const u64 step = BIT_ULL(NV_MMU_VER2_PD0_SHIFT);

	if (!softgpu_bar1_is_vram(gpu) || !gpu->mmu->root[SOFTGPU_BAR1])
		return;
	for (u64 va = 0; va < gpu->vram_size; va += step)
		if (!bar1_page_is_identity(gpu, va) ||
		    !bar1_page_is_identity(gpu, va + step - PAGE))
			return;
}

/* There is no TLB in the model: an invalidation is over when it is asked for. */

u32 sg_mmu_read(struct softgpu *gpu, u32 off)
{
	switch (off) {
	case NV_MMU_INVALIDATE_PDB:
		return gpu->mmu->invalidate_pdb;
	case NV_MMU_INVALIDATE_UPPER_PDB:
		return gpu->mmu->invalidate_upper_pdb;
	case NV_MMU_INVALIDATE:
		return gpu->mmu->invalidate;
	}
	sg_unknown(gpu, "reg read", off);
	return SG_PRI_ERROR;
}

void sg_mmu_write(struct softgpu *gpu, u32 off, u32 val)
{
	switch (off) {
	case NV_MMU_INVALIDATE_PDB:
		gpu->mmu->invalidate_pdb = val;
		break;
	case NV_MMU_INVALIDATE_UPPER_PDB:
		gpu->mmu->invalidate_upper_pdb = val;
		break;
	case NV_MMU_INVALIDATE:
		gpu->mmu->invalidate = val & ~(u32)NV_MMU_INVALIDATE_TRIGGER;
		if (val & NV_MMU_INVALIDATE_TRIGGER)
			check_bar1_identity(gpu);
		break;
	default:
		sg_unknown(gpu, "reg write", off);
	}
}

void sg_mmu_reset(struct softgpu *gpu)
{
	memset(gpu->mmu, 0, sizeof(*gpu->mmu));
}

int sg_mmu_init(struct softgpu *gpu)
{
	gpu->mmu = calloc(1, sizeof(*gpu->mmu));
	return gpu->mmu ? 0 : -ENOMEM;
}
