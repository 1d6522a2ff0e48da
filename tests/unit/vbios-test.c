// SPDX-License-Identifier: MIT OR GPL-2.0

/* VBIOS images, good and hostile, from PROM to a FWSEC that could be run. */

#include <errno.h>
#include <string.h>

#include "gsp/fwsec.h"
#include "gsp/vbios.h"
#include "hw-fake.h"
#include "regs/nv-fuse.h"
#include "unit.h"

#define BASE_SIZE	0x400
#define EFI_SIZE	0x200
#define EXT_SIZE	0x1200
#define BIT_AT		0x150		/* in the base image */
#define BIOSDATA_AT	0x1a0
#define FALCON_DATA_AT	0x1b0
#define TABLE_AT	0x60		/* in the extended image */
#define DESC_AT		0x80
#define NR_SIGS		2
#define DESC_SIZE	\
	(sizeof(struct nv_vbios_falcon_desc_v3) + NR_SIGS * NV_VBIOS_FALCON_SIG_SIZE)
#define IMEM_SIZE	0x300
#define DMEM_SIZE	0x600
#define APPIF_AT	0x20		/* in DMEM */
#define MAPPER_AT	0x40
#define CMD_AT		0x100
#define PKC_AT		0x200
#define UCODE_ID	9
#define MAX_PREFIX	0x2000

/* An image as flashed: perhaps an IFR section, then base, EFI and extended image. */
struct rom {
	u8 data[MAX_PREFIX + BASE_SIZE + EFI_SIZE + EXT_SIZE];
	u32 start;
	u32 size;
	u32 base, efi, ext;		/* offsets in data */
};

static void put16(u8 *p, u16 v)
{
	memcpy(p, &v, sizeof(v));
}

static void put32(u8 *p, u32 v)
{
	memcpy(p, &v, sizeof(v));
}

static void put_image(struct rom *rom, u32 at, u32 size, u8 code_type, bool last)
{
	struct nv_vbios_pcir pcir = {
		.signature = code_type == NV_VBIOS_CODE_EXTENDED ? NV_VBIOS_NPDS_SIGNATURE :
								   NV_VBIOS_PCIR_SIGNATURE,
		.length = sizeof(pcir),
		.image_length = size / NV_VBIOS_BLOCK_SIZE,
		.code_type = code_type,
		.last_image = NV_VBIOS_LAST_IMAGE,
	};
	struct nv_vbios_npde npde = {
		.signature = NV_VBIOS_NPDE_SIGNATURE,
		.revision = 0x101,
		.length = sizeof(npde),
		.subimage_length = size / NV_VBIOS_BLOCK_SIZE,
		.last_image = last ? NV_VBIOS_LAST_IMAGE : 0,
	};

	put16(rom->data + at, NV_VBIOS_ROM_SIGNATURE);
	put16(rom->data + at + NV_VBIOS_PCIR_POINTER, 0x20);
	memcpy(rom->data + at + 0x20, &pcir, sizeof(pcir));
	memcpy(rom->data + at + 0x40, &npde, sizeof(npde));
}

static void put_bit(struct rom *rom)
{
	struct nv_vbios_bit_header header = {
		.id = NV_VBIOS_BIT_ID,
		.signature = NV_VBIOS_BIT_SIGNATURE,
		.bcd_version = 0x100,
		.header_size = sizeof(header),
		.token_size = sizeof(struct nv_vbios_bit_token),
		.token_entries = 2,
	};
	const struct nv_vbios_bit_token tokens[] = {
		{ NV_VBIOS_BIT_TOKEN_BIOSDATA, 2, 8, BIOSDATA_AT },
		{ NV_VBIOS_BIT_TOKEN_FALCON_DATA, 2, 4, FALCON_DATA_AT },
	};
	u8 *base = rom->data + rom->base, sum = 0;
	size_t i;

	for (i = 0; i < sizeof(header); i++)
		sum += ((u8 *)&header)[i];
	header.checksum = -sum;
	memcpy(base + BIT_AT, &header, sizeof(header));
	memcpy(base + BIT_AT + sizeof(header), tokens, sizeof(tokens));

	put32(base + BIOSDATA_AT, 0x94061700);
	base[BIOSDATA_AT + 4] = 0x5f;
	/* Pointers count as if the extended image followed the base image. */
	put32(base + FALCON_DATA_AT, BASE_SIZE + TABLE_AT);
}

static void put_dmem(u8 *dmem)
{
	const struct nv_falcon_appif_header header = { 1, 4, 8, 2 };
	const struct nv_falcon_appif_entry entries[] = {
		{ 1, 0 }, { NV_FALCON_APPIF_DMEM_MAPPER, MAPPER_AT },
	};
	const struct nv_falcon_dmem_mapper_v3 mapper = {
		.signature = NV_FALCON_DMEM_MAPPER_SIGNATURE,
		.version = 3,
		.size = sizeof(mapper),
		.cmd_in_buffer_offset = CMD_AT,
		.cmd_in_buffer_size = 0x80,
	};

	memcpy(dmem + APPIF_AT, &header, sizeof(header));
	memcpy(dmem + APPIF_AT + sizeof(header), entries, sizeof(entries));
	memcpy(dmem + MAPPER_AT, &mapper, sizeof(mapper));
}

static void put_fwsec(struct rom *rom)
{
	const struct nv_vbios_falcon_table table = {
		1, 6, 6, 2, 3, sizeof(struct nv_vbios_falcon_desc_v3),
	};
	const struct nv_vbios_falcon_entry entries[] = {
		{ 0x07, 0, 0xdeadbeef },
		{ NV_VBIOS_FALCON_APP_FWSEC_PROD, 0, BASE_SIZE + DESC_AT },
	};
	const struct nv_vbios_falcon_desc_v3 desc = {
		.vdesc = NV_VBIOS_FALCON_DESC_VERSION_AVAILABLE | NV_VBIOS_FALCON_DESC_V3 << 8 |
			 DESC_SIZE << 16,
		.stored_size = IMEM_SIZE + DMEM_SIZE,
		.pkc_data_offset = PKC_AT,
		.interface_offset = APPIF_AT,
		.imem_load_size = IMEM_SIZE,
		.dmem_load_size = DMEM_SIZE,
		.engine_id_mask = 0x400,
		.ucode_id = UCODE_ID,
		.signature_count = NR_SIGS,
		.signature_versions = BIT(1) | BIT(3),
	};
	u8 *ext = rom->data + rom->ext, *image = ext + DESC_AT + DESC_SIZE;

	memcpy(ext + TABLE_AT, &table, sizeof(table));
	memcpy(ext + TABLE_AT + sizeof(table), entries, sizeof(entries));
	memcpy(ext + DESC_AT, &desc, sizeof(desc));
	memset(ext + DESC_AT + sizeof(desc), 0xa1, NV_VBIOS_FALCON_SIG_SIZE);
	memset(ext + DESC_AT + sizeof(desc) + NV_VBIOS_FALCON_SIG_SIZE, 0xa3,
	       NV_VBIOS_FALCON_SIG_SIZE);
	memset(image, 0xc0, IMEM_SIZE);
	put_dmem(image + IMEM_SIZE);
}

static void make_rom(struct rom *rom, u32 start)
{
	memset(rom, 0, sizeof(*rom));
	rom->start = start;
	rom->base = start;
	rom->efi = rom->base + BASE_SIZE;
	rom->ext = rom->efi + EFI_SIZE;
	rom->size = rom->ext + EXT_SIZE;
	put_image(rom, rom->base, BASE_SIZE, NV_VBIOS_CODE_BASE, false);
	put_image(rom, rom->efi, EFI_SIZE, 0x03, false);
	put_image(rom, rom->ext, EXT_SIZE, NV_VBIOS_CODE_EXTENDED, true);
	put_bit(rom);
	put_fwsec(rom);
}

static void insert(struct hw_fake *fake, const struct rom *rom)
{
	hw_fake_init(fake);
	fake->prom = rom->data;
	fake->prom_size = rom->size;
	fake->reg[0].reg = NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(UCODE_ID);
	fake->reg[0].val = 0x7;		/* version 3 */
}

/* The whole way; one line is logged if it ends early and none if it does not. */
static int read_all(struct hw_fake *fake, struct nv_fwsec *fwsec, char *version, size_t size)
{
	struct nv_vbios_fwsec image;
	struct nv_vbios vbios;
	int err;

	hw_fake_quiet(fake);
	err = nv_vbios_open(&fake->hw, &vbios);
	if (!err) {
		nv_vbios_version(&vbios, version, size);
		err = nv_vbios_find_fwsec(&vbios, &image);
		if (!err)
			err = nv_fwsec_init(&fake->hw, fwsec, &image);
		nv_vbios_close(&vbios);
	}
	if (err != -ENOMEM)
		EXPECT_EQ(fake->lines, err ? 1 : 0);
	EXPECT(fake->prom_reads <= NV_VBIOS_MAX_SIZE / 4);
	return err;
}

/* Nothing but this may come of an image that is not a good one. */
static bool try_bad(struct hw_fake *fake)
{
	struct nv_fwsec fwsec;
	char version[32];
	int err = read_all(fake, &fwsec, version, sizeof(version));

	if (!err) {
		EXPECT(fwsec.mapper + sizeof(struct nv_falcon_dmem_mapper_v3) <=
		       fwsec.ucode.dmem.size);
		EXPECT(fwsec.cmd_in < fwsec.ucode.dmem.size);
		EXPECT(fwsec.ucode.dmem.offset + fwsec.ucode.dmem.size <= fwsec.ucode.dma.size);
		nv_fwsec_fini(&fake->hw, &fwsec);
		return false;
	}
	EXPECT(err == -EINVAL || err == -EIO);
	return true;
}

static void expect_good(const struct rom *rom)
{
	struct hw_fake fake;
	struct nv_fwsec fwsec;
	char version[32];
	const u8 *dmem;

	insert(&fake, rom);
	EXPECT_EQ(read_all(&fake, &fwsec, version, sizeof(version)), 0);
	EXPECT_STR(version, "94.06.17.00.5f");
	EXPECT_EQ(fwsec.ucode.imem.size, IMEM_SIZE);
	EXPECT_EQ(fwsec.ucode.dmem.size, DMEM_SIZE);
	EXPECT_EQ(fwsec.ucode.ucode_id, UCODE_ID);
	EXPECT_EQ(fwsec.ucode.engine_id_mask, 0x400);
	EXPECT_EQ(fwsec.ucode.sig_dmem_addr, PKC_AT);
	EXPECT_EQ(fwsec.mapper, MAPPER_AT);
	EXPECT_EQ(fwsec.cmd_in, CMD_AT);
	dmem = nv_falcon_ucode_dmem(&fwsec.ucode);
	EXPECT_EQ(((u8 *)fwsec.ucode.dma.cpu)[0], 0xc0);
	EXPECT_EQ(((u8 *)fwsec.ucode.dma.cpu)[IMEM_SIZE - 1], 0xc0);
	EXPECT_EQ(dmem[PKC_AT - 1], 0);
	EXPECT_EQ(dmem[PKC_AT], 0xa3);
	EXPECT_EQ(dmem[PKC_AT + NV_VBIOS_FALCON_SIG_SIZE - 1], 0xa3);
	EXPECT_EQ(dmem[PKC_AT + NV_VBIOS_FALCON_SIG_SIZE], 0);
	nv_fwsec_fini(&fake.hw, &fwsec);
}

UNIT_TEST(finds_fwsec)
{
	static struct rom rom;

	make_rom(&rom, 0);
	expect_good(&rom);
}

UNIT_TEST(follows_ifr_header)
{
	static struct rom rom;

	make_rom(&rom, 0x800);
	put32(rom.data, NV_VBIOS_IFR_SIGNATURE);
	put32(rom.data + 4, 0x40 << 16 | 2 << 8);
	put32(rom.data + 0x44, 0x800);
	expect_good(&rom);

	make_rom(&rom, 0x1800);
	put32(rom.data, NV_VBIOS_IFR_SIGNATURE);
	put32(rom.data + 4, 3 << 8);
	put32(rom.data + 8, 0x80);
	put32(rom.data + 0x80, 0x100);
	put32(rom.data + 0x1100, NV_VBIOS_IFR_DIR_SIGNATURE);
	put32(rom.data + 0x1108, 0x1800);
	expect_good(&rom);
}

UNIT_TEST(needs_only_part_of_prom)
{
	static struct rom rom;
	struct hw_fake fake;
	struct nv_vbios vbios;
	char version[32];

	make_rom(&rom, 0);
	insert(&fake, &rom);
	EXPECT_EQ(nv_vbios_open(&fake.hw, &vbios), 0);
	nv_vbios_version(&vbios, version, sizeof(version));
	EXPECT(fake.prom_reads < rom.size / 4 / 2);
	nv_vbios_close(&vbios);
}

UNIT_TEST(chooses_signature_by_fuse)
{
	static struct rom rom;
	struct nv_fwsec fwsec;
	struct hw_fake fake;
	char version[32];

	make_rom(&rom, 0);
	insert(&fake, &rom);
	fake.reg[0].val = 1;
	EXPECT_EQ(read_all(&fake, &fwsec, version, sizeof(version)), 0);
	EXPECT_EQ(nv_falcon_ucode_dmem(&fwsec.ucode)[PKC_AT], 0xa1);
	nv_fwsec_fini(&fake.hw, &fwsec);

	fake.reg[0].val = 2;
	EXPECT_EQ(read_all(&fake, &fwsec, version, sizeof(version)), -EIO);
	EXPECT_STR(fake.log, "VBIOS: FWSEC has no signature for fuse version 2");
	fake.reg[0].val = 0xffff;
	EXPECT_EQ(read_all(&fake, &fwsec, version, sizeof(version)), -EIO);
}

static void expect_refused(const struct rom *rom, const char *line)
{
	struct nv_fwsec fwsec;
	struct hw_fake fake;
	char version[32];

	insert(&fake, rom);
	EXPECT_EQ(read_all(&fake, &fwsec, version, sizeof(version)), -EINVAL);
	EXPECT_STR(fake.log, line);
}

UNIT_TEST(says_what_is_wrong)
{
	static struct rom rom;

	make_rom(&rom, 0);
	put16(rom.data, 0x1234);
	expect_refused(&rom, "VBIOS: no PCI ROM signature and no IFR header");

	make_rom(&rom, 0);
	rom.data[rom.base + BIT_AT] = 0;
	expect_refused(&rom, "VBIOS: no BIT with falcon data");

	make_rom(&rom, 0);
	rom.data[rom.base + BIT_AT + 6]++;	/* the checksum does not fit any more */
	expect_refused(&rom, "VBIOS: no BIT with falcon data");

	make_rom(&rom, 0);
	put32(rom.data + rom.base + FALCON_DATA_AT, 0x7ffffff0);
	expect_refused(&rom, "VBIOS: falcon table at 0x7ffffff0 lies beyond the image");

	make_rom(&rom, 0);
	put32(rom.data + rom.ext + TABLE_AT + 6 + 6 + 2, 0xfffffff0);
	expect_refused(&rom, "VBIOS: FWSEC's descriptor lies beyond the image");

	make_rom(&rom, 0);
	put32(rom.data + rom.ext + DESC_AT + 20, 0xfffff000);
	expect_refused(&rom, "VBIOS: FWSEC lies beyond the image");

	make_rom(&rom, 0);
	put32(rom.data + rom.ext + DESC_AT + 12, 0xfffffffc);
	expect_refused(&rom, "VBIOS: FWSEC has no usable DMEM mapper");

	make_rom(&rom, 0);
	put16(rom.data + rom.efi + 0x48, 0);
	expect_refused(&rom, "VBIOS: image at 0x400 has length 0");
}

UNIT_TEST(knows_a_lost_device)
{
	struct nv_vbios vbios;
	struct hw_fake fake;

	hw_fake_init(&fake);
	fake.gone = true;
	EXPECT_EQ(nv_vbios_open(&fake.hw, &vbios), -ENODEV);
	EXPECT_STR(fake.log, "GPU has fallen off the bus");
	EXPECT_EQ(fake.lines, 1);
}

UNIT_TEST(survives_every_truncation)
{
	static struct rom rom;
	struct hw_fake fake;
	u32 needed, n;

	make_rom(&rom, 0);
	insert(&fake, &rom);
	needed = rom.ext + DESC_AT + DESC_SIZE + IMEM_SIZE + MAPPER_AT;
	for (n = 0; n < needed; n++) {
		fake.prom_size = n;
		/* Cut in a signature, code or unused data, it looks whole. */
		if (!try_bad(&fake))
			EXPECT(n >= rom.ext + DESC_AT + sizeof(struct nv_vbios_falcon_desc_v3));
	}
}

/* Signatures, code and unused space: nothing there is looked at. */
static bool is_filling(const struct rom *rom, u32 at)
{
	const u32 dmem = rom->ext + DESC_AT + DESC_SIZE + IMEM_SIZE;

	return at % 64 &&
	       ((at >= rom->base + 0x50 && at < rom->base + BIT_AT) ||
		(at >= rom->base + FALCON_DATA_AT + 4 && at < rom->efi) ||
		(at >= rom->efi + 0x50 && at < rom->ext) ||
		(at >= rom->ext + DESC_AT + sizeof(struct nv_vbios_falcon_desc_v3) && at < dmem) ||
		at >= dmem + MAPPER_AT + sizeof(struct nv_falcon_dmem_mapper_v3));
}

UNIT_TEST(survives_every_wrong_byte)
{
	static const u8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	static struct rom rom, bad;
	struct hw_fake fake;
	u32 refused = 0, n;
	size_t v;

	make_rom(&rom, 0);
	bad = rom;
	insert(&fake, &bad);
	for (n = 0; n < rom.size; n++) {
		if (is_filling(&rom, n))
			continue;
		for (v = 0; v < sizeof(values); v++) {
			bad.data[n] = values[v];
			refused += try_bad(&fake);
		}
		bad.data[n] = rom.data[n];
	}
	EXPECT(refused > 100);
}

UNIT_TEST(survives_random_damage)
{
	static struct rom rom, bad;
	struct hw_fake fake;
	u64 seed = 0x9e3779b97f4a7c15;
	u32 i, at;
	int n;

	for (i = 0; i < 6000; i++) {
		if (i % 500 == 0)
			make_rom(&rom, i % 1000 ? 0x800 : 0);
		put32(rom.data, rom.start ? NV_VBIOS_IFR_SIGNATURE : NV_VBIOS_ROM_SIGNATURE);
		if (rom.start) {
			put32(rom.data + 4, 0x40 << 16 | 1 << 8);
			put32(rom.data + 0x44, rom.start);
		}
		bad = rom;
		for (n = fuzz_rand(&seed) % 8; n >= 0; n--) {
			at = fuzz_rand(&seed) % 2 ? rom.base + fuzz_rand(&seed) % 0x200 :
						    rom.ext + fuzz_rand(&seed) % 0x100;
			if (fuzz_rand(&seed) % 2)
				bad.data[at] = fuzz_rand(&seed);
			else
				put32(bad.data + at, fuzz_rand(&seed) >> fuzz_rand(&seed) % 32);
		}
		insert(&fake, &bad);
		try_bad(&fake);
	}
}

UNIT_TEST(survives_lack_of_memory)
{
	static struct rom rom;
	struct nv_fwsec fwsec;
	struct hw_fake fake;
	char version[32];
	long n;
	int err;

	make_rom(&rom, 0);
	insert(&fake, &rom);
	for (n = 1; ; n++) {
		unit_fail_alloc_at(n);
		err = read_all(&fake, &fwsec, version, sizeof(version));
		if (unit_fail_alloc_pending())
			break;
		EXPECT_EQ(err, -ENOMEM);
	}
	EXPECT_EQ(err, 0);
	EXPECT(n > 2);
	nv_fwsec_fini(&fake.hw, &fwsec);
}
