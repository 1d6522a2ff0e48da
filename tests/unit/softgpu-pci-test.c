// SPDX-License-Identifier: MIT OR GPL-2.0

/* The device model's config space, and what depends on it: decoding, DMA, MSI, reset. */

#include <linux/pci_regs.h>
#include <linux/kernel.h>
#include <string.h>

#include "softgpu-priv.h"
#include "regs/nv-xve.h"
#include "unit.h"

#define MIB	BIT_ULL(20)

static u8 guest[8192];
static unsigned int nr_msi;

static void *host_dma(void *ctx, u64 addr, u64 len)
{
	(void)ctx;
	return addr < sizeof(guest) && len <= sizeof(guest) - addr ? guest + addr : NULL;
}

static void host_msi(void *ctx)
{
	(void)ctx;
	nr_msi++;
}

static struct softgpu *open_gpu(u32 vram_mib, bool rebar)
{
	const struct softgpu_config config = {
		.vram_mib = vram_mib, .rebar = rebar, .synchronous = true,
	};
	const struct softgpu_host host = { .dma = host_dma, .msi = host_msi };
	struct softgpu *gpu = softgpu_new(&config, &host);

	EXPECT(gpu);
	return gpu;
}

static u32 read32(struct softgpu *gpu, u32 off)
{
	return softgpu_config_read(gpu, off, 4);
}

/* What a kernel does to learn a BAR's size. */
static u64 bar_size(struct softgpu *gpu, u32 off)
{
	u64 mask;

	softgpu_config_write(gpu, off, 4, ~0u);
	mask = (u64)0xffffffff << 32 | (read32(gpu, off) & PCI_BASE_ADDRESS_MEM_MASK);
	if (read32(gpu, off) & PCI_BASE_ADDRESS_MEM_TYPE_64) {
		softgpu_config_write(gpu, off + 4, 4, ~0u);
		mask &= (u64)read32(gpu, off + 4) << 32 | 0xffffffff;
	}
	return ~mask + 1;
}

UNIT_TEST(identity)
{
	struct softgpu *gpu = open_gpu(6144, true);

	EXPECT_EQ(read32(gpu, PCI_VENDOR_ID), 0x252010de);
	EXPECT_EQ(read32(gpu, PCI_REVISION_ID), 0x030000a1);
	EXPECT_EQ(read32(gpu, PCI_SUBSYSTEM_VENDOR_ID), 0x16a21043);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_HEADER_TYPE, 1), PCI_HEADER_TYPE_NORMAL);
	softgpu_config_write(gpu, PCI_VENDOR_ID, 4, 0);
	softgpu_config_write(gpu, PCI_SUBSYSTEM_VENDOR_ID, 2, 0);
	EXPECT_EQ(read32(gpu, PCI_VENDOR_ID), 0x252010de);
	EXPECT_EQ(read32(gpu, PCI_SUBSYSTEM_VENDOR_ID), 0x16a21043);
	softgpu_free(gpu);
}

UNIT_TEST(bars_are_sized)
{
	static const struct {
		u32 vram_mib;
		bool rebar;
		u64 bar1;
		u32 log2_mib;
	} sizes[] = {
		{ 6144, true, 8192 * MIB, 13 }, { 4096, true, 4096 * MIB, 12 },
		{ 256, true, 256 * MIB, 8 }, { 6144, false, 256 * MIB, 8 },
	};
	struct softgpu *gpu;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		gpu = open_gpu(sizes[i].vram_mib, sizes[i].rebar);
		EXPECT_EQ(bar_size(gpu, PCI_BASE_ADDRESS_0), 16 * MIB);
		EXPECT_EQ(bar_size(gpu, PCI_BASE_ADDRESS_1), sizes[i].bar1);
		EXPECT_EQ(bar_size(gpu, PCI_BASE_ADDRESS_3), 32 * MIB);
		EXPECT_EQ(read32(gpu, PCI_BASE_ADDRESS_5), 0);
		EXPECT_EQ(read32(gpu, NV_XVE_RESIZE_BAR1_CTRL) >> 8 & 0x1f, sizes[i].log2_mib);
		softgpu_free(gpu);
	}
}

UNIT_TEST(capabilities_are_chained)
{
	static const u8 standard[] = {
		PCI_CAP_ID_PM, PCI_CAP_ID_MSI, PCI_CAP_ID_EXP, PCI_CAP_ID_VNDR,
	};
	static const u16 extended[] = {
		PCI_EXT_CAP_ID_VC, PCI_EXT_CAP_ID_L1SS, PCI_EXT_CAP_ID_PWR, PCI_EXT_CAP_ID_ERR,
		PCI_EXT_CAP_ID_VNDR, PCI_EXT_CAP_ID_SECPCI, PCI_EXT_CAP_ID_REBAR,
		PCI_EXT_CAP_ID_PL_16GT, 0x27, PCI_EXT_CAP_ID_DLF,
	};
	struct softgpu *gpu = open_gpu(256, true);
	unsigned int i;
	u32 at, header;

	at = softgpu_config_read(gpu, PCI_CAPABILITY_LIST, 1);
	for (i = 0; i < sizeof(standard); i++) {
		EXPECT_EQ(softgpu_config_read(gpu, at, 1), standard[i]);
		at = softgpu_config_read(gpu, at + 1, 1);
	}
	EXPECT_EQ(at, 0);
	at = PCI_CFG_SPACE_SIZE;
	for (i = 0; i < ARRAY_SIZE(extended); i++) {
		header = read32(gpu, at);
		EXPECT_EQ(PCI_EXT_CAP_ID(header), extended[i]);
		at = PCI_EXT_CAP_NEXT(header);
	}
	EXPECT_EQ(at, 0);
	softgpu_free(gpu);
}

UNIT_TEST(only_some_bits_are_writable)
{
	struct softgpu *gpu = open_gpu(256, true);

	softgpu_config_write(gpu, PCI_COMMAND, 2, 0xffff);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_COMMAND, 2), 0x0546);
	softgpu_config_write(gpu, PCI_INTERRUPT_LINE, 1, 11);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_INTERRUPT_LINE, 2), 0x010b);
	softgpu_config_write(gpu, 0x488, 4, ~0u);
	EXPECT_EQ(read32(gpu, 0x488), 1u << 25);
	softgpu_config_write(gpu, 0x700, 4, ~0u);
	EXPECT_EQ(read32(gpu, 0x700), 0);

	/* Outside, unaligned, of no width. */
	EXPECT_EQ(softgpu_config_read(gpu, 4096, 4), 0xffffffff);
	EXPECT_EQ(softgpu_config_read(gpu, ~0u - 3, 4), 0xffffffff);
	EXPECT_EQ(softgpu_config_read(gpu, 2, 4), 0xffffffff);
	EXPECT_EQ(softgpu_config_read(gpu, 0, 3), 0xffffffff);
	softgpu_config_write(gpu, 4096, 4, 0);
	softgpu_config_write(gpu, ~0u, 1, 0);
	softgpu_free(gpu);
}

UNIT_TEST(the_mailbox_refuses_commands)
{
	struct softgpu *gpu = open_gpu(256, true);

	EXPECT_EQ(read32(gpu, 0xc4), 0);
	softgpu_config_write(gpu, 0xc4, 4, 2);
	EXPECT_EQ(read32(gpu, 0xc4), 2);
	softgpu_config_write(gpu, 0xbc, 4, 0x1234);
	softgpu_config_write(gpu, 0xb8, 4, 0x00010000);
	EXPECT_EQ(read32(gpu, 0xb8), 0x00010000);
	softgpu_config_write(gpu, 0xb8, 4, 0x80010000);
	EXPECT_EQ(read32(gpu, 0xb8), 0x00010007);
	EXPECT_EQ(read32(gpu, 0xc0), 0);
	softgpu_free(gpu);
}

UNIT_TEST(bars_answer_when_decoding_is_on)
{
	struct softgpu *gpu = open_gpu(256, true);
	const u32 pmcsr = 0x64;

	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xffffffff);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xb76000a1);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 2), 0x00a1);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 3, 1), 0xb7);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 8) & 0xffffffff, 0xb76000a1);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 3), ~0ull);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 16 * MIB, 4), 0xffffffff);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 16 * MIB - 4, 8), ~0ull);

	softgpu_config_write(gpu, pmcsr, 2, 3);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xffffffff);
	EXPECT_EQ(read32(gpu, PCI_VENDOR_ID), 0x252010de);
	softgpu_config_write(gpu, pmcsr, 2, 0);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_COMMAND, 2), 0);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xb76000a1);
	softgpu_free(gpu);
}

UNIT_TEST(the_mirror_is_the_same_space)
{
	struct softgpu *gpu = open_gpu(256, true);

	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, NV_PCFG_BASE, 4), 0x252010de);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, NV_PCFG_BASE + PCI_SUBSYSTEM_ID, 2), 0x16a2);
	softgpu_write(gpu, SOFTGPU_BAR0, NV_PCFG_BASE + 0x488, 4, 1 << 25);
	EXPECT_EQ(read32(gpu, 0x488), 1u << 25);
	softgpu_free(gpu);
}

UNIT_TEST(dma_wants_bus_mastering)
{
	struct softgpu *gpu = open_gpu(256, true);
	u64 val = 0x1122334455667788, got = 0;

	softgpu_lock(gpu);
	EXPECT(!sg_dma_write(gpu, 4092, &val, sizeof(val)));
	sg_pci_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	EXPECT(sg_dma_write(gpu, 4092, &val, sizeof(val)));
	EXPECT(sg_dma_read(gpu, 4092, &got, sizeof(got)));
	EXPECT_EQ(got, val);
	EXPECT(!memcmp(guest + 4092, &val, sizeof(val)));
	EXPECT(!sg_dma_read(gpu, 8188, &got, sizeof(got)));
	EXPECT(!sg_dma_read(gpu, ~0ull - 3, &got, sizeof(got)));
	softgpu_unlock(gpu);
	softgpu_free(gpu);
}

UNIT_TEST(an_msi_wants_to_be_enabled)
{
	struct softgpu *gpu = open_gpu(256, true);

	EXPECT(!sg_pci_msi_enabled(gpu));
	softgpu_config_write(gpu, 0x6a, 2, PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	EXPECT(!sg_pci_msi_enabled(gpu));
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	EXPECT(sg_pci_msi_enabled(gpu));
	EXPECT_EQ(softgpu_config_read(gpu, 0x6a, 2), 0x0081);	/* one vector, whatever was asked */
	EXPECT_EQ(nr_msi, 0);
	softgpu_free(gpu);
}

UNIT_TEST(a_function_level_reset)
{
	const u32 devctl = 0x80;
	struct softgpu *gpu = open_gpu(256, true);

	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	softgpu_config_write(gpu, PCI_BASE_ADDRESS_0, 4, 0xfb000000);
	softgpu_write(gpu, SOFTGPU_BAR1, 0x1000, 8, 0x1122334455667788);
	softgpu_config_write(gpu, devctl, 2, 0xa910);
	EXPECT_EQ(read32(gpu, PCI_BASE_ADDRESS_0), 0);
	EXPECT_EQ(softgpu_config_read(gpu, PCI_COMMAND, 2), 0);
	EXPECT_EQ(softgpu_config_read(gpu, devctl, 2), 0x2910);

	/* Video memory outlives it; a cold reset it does not. */
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR1, 0x1000, 8), 0x1122334455667788);
	softgpu_reset(gpu, true);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR1, 0x1000, 8), 0);
	softgpu_free(gpu);
}

UNIT_TEST(off_the_bus)
{
	const struct softgpu_config config = {
		.vram_mib = 256, .rebar = true, .synchronous = true,
		.fault = { .kind = SOFTGPU_FAULT_OFF_BUS, .n = 3 },
	};
	const struct softgpu_host host = { .dma = host_dma, .msi = host_msi };
	struct softgpu *gpu = softgpu_new(&config, &host);
	u32 val;
	int i;

	EXPECT(gpu);
	softgpu_config_write(gpu, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xb76000a1);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR0, 0, 4), 0xffffffff);
	EXPECT_EQ(read32(gpu, PCI_VENDOR_ID), 0xffffffff);
	EXPECT_EQ(softgpu_read(gpu, SOFTGPU_BAR1, 0, 8), ~0ull);
	EXPECT(!sg_dma_read(gpu, 0, &val, sizeof(val)));
	softgpu_free(gpu);
}
