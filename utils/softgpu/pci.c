// SPDX-License-Identifier: MIT OR GPL-2.0

/*
 * Config space, as lspci dumps of this part show it, but for two things. The audio
 * function is not modelled, so the header says single function. There is no I/O BAR
 * (128 bytes at 0x24 on the part): no driver of ours touches it, and it would want
 * an I/O window of the bridge above.
 */

#include <linux/pci_regs.h>
#include <linux/kernel.h>
#include <string.h>

#include "chip.h"
#include "regs/nv-xve.h"

#define PCI_PM			0x60
#define PCI_MSI			0x68
#define PCI_EXP			0x78
#define PCI_VENDOR_SPECIFIC	0xb4
#define PBI_COMMAND		(PCI_VENDOR_SPECIFIC + 4)
#define PCI_D0			0
#define PCI_D3HOT		3
#define PBI_COMMAND_START	0x80000000
#define PBI_STATUS_INVALID_COMMAND	0x07
#define NV_XVE_PRIV_MISC_QUIRK	0x488		/* Linux sets bit 25 of it at enumeration */

#define REBAR_CTRL(nr, mib_log2, index) ((nr) << 5 | (mib_log2) << 8 | (index))

struct pci_dword {
	u16 off;
	u32 value, writable, write_one_clear;
};

/* What differs by board or option is filled in by reset_identity() and reset_bars(). */
static const struct pci_dword pci_dwords[] = {
	{ PCI_COMMAND, PCI_STATUS_CAP_LIST << 16,
	  PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
	  PCI_COMMAND_INTX_DISABLE, 0xf9000000 },
	{ PCI_CACHE_LINE_SIZE, 0, 0xff },
	{ PCI_CAPABILITY_LIST, PCI_PM },
	{ PCI_INTERRUPT_LINE, 0x0100, 0xff },		/* INTA */
	{ 0x54, 0x00000001 },
	{ 0x58, 0x0023d6ce },

	{ PCI_PM, 0x48036801 },
	{ PCI_PM + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET,
	  PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_PME_ENABLE, PCI_PM_CTRL_PME_STATUS },

	{ PCI_MSI, 0x00807805, NV_XVE_MSI_CTRL_ENABLE },
	{ PCI_MSI + PCI_MSI_ADDRESS_LO, 0, 0xfffffffc },
	{ PCI_MSI + PCI_MSI_ADDRESS_HI, 0, 0xffffffff },
	{ PCI_MSI + PCI_MSI_DATA_64, 0, 0xffff },

	{ PCI_EXP, 0x0012b410 },			/* legacy endpoint */
	{ PCI_EXP + PCI_EXP_DEVCAP, 0x112c8de1 },
	{ PCI_EXP + PCI_EXP_DEVCTL, 0x2910, 0x7fff, 0x000f0000 },
	{ PCI_EXP + PCI_EXP_LNKCAP, 0x00454d03 },
	{ PCI_EXP + PCI_EXP_LNKCTL, 0x10830000, 0x03cb },
	{ PCI_EXP + PCI_EXP_DEVCAP2, 0x00070013 },
	{ PCI_EXP + PCI_EXP_DEVCTL2, 0, 0x001f },
	{ PCI_EXP + PCI_EXP_LNKCAP2, 0x0180001e },
	{ PCI_EXP + PCI_EXP_LNKCTL2, 0x001f0003, 0xffff },

	/* A mailbox of the power management unit: command, data in and out, mutex. */
	{ PCI_VENDOR_SPECIFIC, 0x01140009 },
	{ PBI_COMMAND, 0, 0xffffffff },
	{ PBI_COMMAND + 4, 0, 0xffffffff },
	{ PBI_COMMAND + 12, 0, 0xffffffff },
	/* An MSI-X capability that no pointer leads to, as on the part. */
	{ 0xc8, 0x00050011 },
	{ 0xcc, 0x00b90000 },
	{ 0xd0, 0x00ba0000 },

	/* Virtual channel: one, not extended. LTR at 0x250 is linked on some platforms only. */
	{ 0x100, 0x25810002 },
	{ 0x114, 0x800000ff },
	/* Power budgeting */
	{ 0x128, 0x42010004 },
	{ 0x12c, 0, 0xff },
	/* L1 PM substates */
	{ 0x258, 0x1281001e },
	{ 0x25c, 0x0028ff1f },
	{ 0x260, 0, 0xe3ffff0f },
	{ 0x264, 0x28, 0xfb },
	/* Advanced error reporting */
	{ 0x420, 0x60020001 },
	{ 0x420 + PCI_ERR_UNCOR_STATUS, 0, 0, 0x004ff030 },
	{ 0x420 + PCI_ERR_UNCOR_MASK, 0, 0x004ff030 },
	{ 0x420 + PCI_ERR_UNCOR_SEVER, 0x00062030, 0x004ff030 },
	{ 0x420 + PCI_ERR_COR_STATUS, 0, 0, 0x000031c1 },
	{ 0x420 + PCI_ERR_COR_MASK, 0x00002000, 0x000031c1 },
	{ NV_XVE_PRIV_MISC_QUIRK, 0, 1u << 25 },
	/* Vendor specific, no content known */
	{ 0x600, 0x9001000b },
	{ 0x604, 0x02410001 },
	/* Secondary PCI Express */
	{ 0x900, 0xbb010019 },
	/* Resizable BARs: BAR0 and BAR3 have one size each; reset_bars() does BAR1. */
	{ 0xbb0, 0xc1c10015 },
	{ 0xbb4, 0x00000100 },
	{ 0xbb8, REBAR_CTRL(3, 4, 0) },
	{ 0xbc4, 0x00000200 },
	{ 0xbc8, REBAR_CTRL(0, 5, 3) },
	/* Physical layer 16 GT/s, lane margining, data link feature */
	{ 0xc1c, 0xd0010026 },
	{ 0xd00, 0xe0010027 },
	{ 0xe00, 0x00010025 },
};

static u32 get(const u8 *bytes, u32 off, unsigned int len)
{
	u32 val = 0;

	while (len--)
		val = val << 8 | bytes[off + len];
	return val;
}

static void put(u8 *bytes, u32 off, u32 val)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		bytes[off + i] = val >> 8 * i;
}

static void set_dword(struct softgpu_pci *pci, u32 off, u32 value, u32 writable, u32 w1c)
{
	off &= ~3u;
	put(pci->space, off, value);
	put(pci->writable, off, writable);
	put(pci->write_one_clear, off, w1c);
}

static void reset_identity(struct softgpu_pci *pci)
{
	const struct softgpu_chip *chip = &softgpu_ga106;
	u32 subsystem = (u32)chip->subdevice << 16 | chip->subvendor;

	set_dword(pci, PCI_VENDOR_ID, (u32)chip->device << 16 | chip->vendor, 0, 0);
	set_dword(pci, PCI_REVISION_ID, 0x03000000 | chip->revision, 0, 0);
	set_dword(pci, PCI_SUBSYSTEM_VENDOR_ID, subsystem, 0, 0);
	set_dword(pci, 0x40, subsystem, 0, 0);
}

static void reset_bar64(struct softgpu_pci *pci, u32 off, u64 size)
{
	u64 writable = ~(size - 1);

	set_dword(pci, off, PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
		  (u32)writable, 0);
	set_dword(pci, off + 4, 0, writable >> 32, 0);
}

static void reset_bars(struct softgpu *gpu)
{
	u64 bar1 = softgpu_bar_size(gpu, SOFTGPU_BAR1);
	struct softgpu_pci *pci = &gpu->pci;
	unsigned int mib_log2 = 0;

	set_dword(pci, PCI_BASE_ADDRESS_0, 0, ~(u32)(softgpu_bar_size(gpu, SOFTGPU_BAR0) - 1), 0);
	reset_bar64(pci, PCI_BASE_ADDRESS_1, bar1);
	reset_bar64(pci, PCI_BASE_ADDRESS_3, softgpu_bar_size(gpu, SOFTGPU_BAR3));

	/*
	 * 64 MiB to 8 GiB are announced as on the part, but the size stays: the
	 * other side of the socket learns it once.
	 */
	while (bar1 >> (20 + mib_log2) > 1)
		mib_log2++;
	set_dword(pci, 0xbbc, 0x0003fc00, 0, 0);
	set_dword(pci, NV_XVE_RESIZE_BAR1_CTRL, REBAR_CTRL(0, mib_log2, 1), 0, 0);
}

void sg_pci_reset(struct softgpu *gpu)
{
	const struct pci_dword *d;
	unsigned int i;

	memset(&gpu->pci, 0, sizeof(gpu->pci));
	for (i = 0; i < ARRAY_SIZE(pci_dwords); i++) {
		d = &pci_dwords[i];
		set_dword(&gpu->pci, d->off, d->value, d->writable, d->write_one_clear);
	}
	reset_identity(&gpu->pci);
	reset_bars(gpu);
}

void sg_pci_power_on(struct softgpu *gpu)
{
	const u32 bars = PCI_BASE_ADDRESS_0, size = PCI_BASE_ADDRESS_5 + 4 - bars;
	u8 kept[PCI_BASE_ADDRESS_5 + 4 - PCI_BASE_ADDRESS_0];

	memcpy(kept, gpu->pci.space + bars, size);
	sg_pci_reset(gpu);
	memcpy(gpu->pci.space + bars, kept, size);
}

int sg_pci_init(struct softgpu *gpu)
{
	sg_pci_reset(gpu);
	return 0;
}

bool sg_pci_memory_enabled(const struct softgpu *gpu)
{
	const u8 *space = gpu->pci.space;

	return space[PCI_COMMAND] & PCI_COMMAND_MEMORY &&
	       !(space[PCI_PM + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK);
}

bool sg_pci_master_enabled(const struct softgpu *gpu)
{
	const u8 *space = gpu->pci.space;

	return space[PCI_COMMAND] & PCI_COMMAND_MASTER &&
	       !(space[PCI_PM + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK);
}

/* An MSI is a memory write of the device like any other. */
bool sg_pci_msi_enabled(const struct softgpu *gpu)
{
	return sg_pci_master_enabled(gpu) &&
	       get(gpu->pci.space, PCI_MSI, 4) & NV_XVE_MSI_CTRL_ENABLE;
}

static bool valid_access(const struct softgpu *gpu, u32 off, unsigned int len)
{
	return (len == 1 || len == 2 || len == 4) && off % len == 0 &&
	       off < sizeof(gpu->pci.space);
}

u32 sg_pci_read(struct softgpu *gpu, u32 off, unsigned int len)
{
	return valid_access(gpu, off, len) ? get(gpu->pci.space, off, len) : ~0u;
}

static void store(struct softgpu_pci *pci, u32 off, unsigned int len, u32 val)
{
	u8 byte, mask;

	for (; len; len--, off++, val >>= 8) {
		byte = val;
		mask = pci->writable[off];
		pci->space[off] &= ~(byte & pci->write_one_clear[off]);
		pci->space[off] = (pci->space[off] & ~mask) | (byte & mask);
	}
}

/* There is no such unit in the model, which answers that it knows no command at all. */
static void run_mailbox(struct softgpu_pci *pci)
{
	u32 command = get(pci->space, PBI_COMMAND, 4);

	if (command & PBI_COMMAND_START)
		put(pci->space, PBI_COMMAND,
		    (command & ~(PBI_COMMAND_START | 0xff)) | PBI_STATUS_INVALID_COMMAND);
}

static u8 power_state(const struct softgpu *gpu)
{
	return gpu->pci.space[PCI_PM + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK;
}

/* There are only D0 and D3, and in D3 the board cuts the power. */
static void change_power(struct softgpu *gpu, u8 from)
{
	u8 to = power_state(gpu);

	if (to != PCI_D0 && to != PCI_D3HOT) {
		gpu->pci.space[PCI_PM + PCI_PM_CTRL] ^= to ^ from;
		return;
	}
	if (to == from)
		return;
	if (to == PCI_D0)
		sg_pci_power_on(gpu);
	else
		sg_power_off(gpu);
}

void sg_pci_write(struct softgpu *gpu, u32 off, unsigned int len, u32 val)
{
	const u32 devctl_high = PCI_EXP + PCI_EXP_DEVCTL + 1;
	u8 state;
	bool msi;

	if (!valid_access(gpu, off, len))
		return;
	if (off <= devctl_high && devctl_high < off + len &&
	    val >> 8 * (devctl_high - off) & PCI_EXP_DEVCTL_BCR_FLR >> 8) {
		sg_log(gpu, "function level reset");
		sg_reset(gpu, false);
		return;
	}
	msi = sg_pci_msi_enabled(gpu);
	state = power_state(gpu);
	store(&gpu->pci, off, len, val);
	change_power(gpu, state);
	run_mailbox(&gpu->pci);
	/* Interrupts that wait are sent when MSI comes on, and when the driver re-arms it. */
	if (off == NV_XVE_CYA_2 || (!msi && sg_pci_msi_enabled(gpu)))
		sg_intr_rearm(gpu);
}
