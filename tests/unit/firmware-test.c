// SPDX-License-Identifier: MIT OR GPL-2.0

/* Firmware files, good and hostile. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "abi/elf64.h"
#include "abi/firmware-file.h"
#include "gsp/booter.h"
#include "gsp/firmware.h"
#include "gsp/radix3.h"
#include "hw-fake.h"
#include "regs/nv-fuse.h"
#include "unit.h"

#define GSP_NAME	"nvidia/550.163.01/gsp_ga10x.bin"
#define GSP_SOURCE	": install Debian's package firmware-nvidia-gsp, version 550.163.01"
#define BOOTER_NAME	"nvidia/550.163.01/ga102/booter_load.bin"
#define LOADER_NAME	"nvidia/550.163.01/ga102/bootloader.bin"
#define EXTRACT		\
	": run opennv-extract-firmware, which takes it from Debian's nvidia-open-kernel-dkms"

#define PAGE		4096
#define UCODE_ID	3
#define SIG_SIZE	384

static const struct nv_chip chip = {
	.name = "GA106",
	.gsp_firmware = "gsp_ga10x.bin",
	.gsp_signature = ".fwsignature_ga10x",
	.image_group = "ga102",
};

struct bytes {
	u8 data[0x4000];
	size_t size;
};

static u32 append(struct bytes *b, const void *data, size_t size)
{
	u32 at = b->size;

	memcpy(b->data + at, data, size);
	b->size += size;
	return at;
}

static u32 append_fill(struct bytes *b, u8 value, size_t size)
{
	u32 at = b->size;

	memset(b->data + at, value, size);
	b->size += size;
	return at;
}

/* GSP-RM: sections, names, section headers. */

enum { SEC_NULL, SEC_NAMES, SEC_IMAGE, SEC_VERSION, SEC_OTHER_SIG, SEC_SIG, NR_SECS };

static void make_elf(struct bytes *b, const char *version, size_t version_size)
{
	static const char names[] =
		"\0.shstrtab\0.fwimage\0.fwversion\0.fwsignature_ad10x\0.fwsignature_ga10x";
	struct nv_elf64_section sec[NR_SECS] = {
		[SEC_NAMES] = { .name = 1, .type = 3, .size = sizeof(names) },
		[SEC_IMAGE] = { .name = 11, .type = 1, .size = 0x1801 },
		[SEC_VERSION] = { .name = 20, .type = 1, .size = version_size },
		[SEC_OTHER_SIG] = { .name = 31, .type = 1, .size = 0x20 },
		[SEC_SIG] = { .name = 50, .type = 1, .size = 0x123 },
	};
	struct nv_elf64_header header = {
		.ident = NV_ELF64_IDENT,
		.shentsize = sizeof(sec[0]),
		.shnum = NR_SECS,
		.shstrndx = SEC_NAMES,
	};

	b->size = sizeof(header);
	sec[SEC_NAMES].offset = append(b, names, sizeof(names));
	sec[SEC_VERSION].offset = append(b, version, version_size);
	sec[SEC_SIG].offset = append_fill(b, 0x51, sec[SEC_SIG].size);
	sec[SEC_OTHER_SIG].offset = append_fill(b, 0x52, sec[SEC_OTHER_SIG].size);
	sec[SEC_IMAGE].offset = append_fill(b, 0xf1, sec[SEC_IMAGE].size);
	header.shoff = append(b, sec, sizeof(sec));
	memcpy(b->data, &header, sizeof(header));
}

static void make_good_elf(struct bytes *b)
{
	make_elf(b, NV_RELEASE, sizeof(NV_RELEASE));
}

/* Booter: as released, the signature for fuse version 0 is empty. */

static void make_booter_sigs(struct bytes *b, u32 nr_sigs)
{
	const struct nv_fw_hs_meta meta = { nr_sigs - 1, 1, UCODE_ID };
	const struct nv_fw_hs_load_header load = {
		0, 0x100, 0x700, 0x600, 1, 0x100, 0x600, 0x100, 0,
	};
	const u32 patch_loc = 0x710, patch_sig = 0, image_size = 0xd00;
	struct nv_fw_bin_header bin = { NV_FW_BIN_MAGIC, NV_FW_BIN_VERSION };
	struct nv_fw_hs_header hs = {
		.sig_prod_size = nr_sigs * SIG_SIZE,
		.meta_data_size = sizeof(meta),
		.load_header_size = sizeof(load),
	};

	b->size = sizeof(bin) + sizeof(hs);
	hs.sig_prod_offset = append_fill(b, 0x51, max_t(u32, nr_sigs - 1, 1) * SIG_SIZE);
	if (nr_sigs > 1)
		append_fill(b, 0, SIG_SIZE);
	hs.patch_loc_offset = append(b, &patch_loc, 4);
	hs.patch_sig_offset = append(b, &patch_sig, 4);
	hs.meta_data_offset = append(b, &meta, sizeof(meta));
	hs.num_sig_offset = append(b, &nr_sigs, 4);
	hs.load_header_offset = append(b, &load, sizeof(load));
	bin.header_offset = sizeof(bin);
	bin.data_size = image_size;
	bin.data_offset = append_fill(b, 0x10, 0x100);
	append_fill(b, 0xc0, 0x600);
	append_fill(b, 0xd0, 0x600);
	memcpy(b->data, &bin, sizeof(bin));
	memcpy(b->data + sizeof(bin), &hs, sizeof(hs));
}

static void make_booter(struct bytes *b)
{
	make_booter_sigs(b, 2);
}

static void make_loader(struct bytes *b)
{
	const struct gsp_riscv_ucode_desc desc = {
		.version = 5, .app_version = 0x1234,
		.manifest_size = 0x100,
		.monitor_data_offset = 0x100, .monitor_data_size = 0x200,
		.monitor_code_offset = 0x300, .monitor_code_size = 0x500,
	};
	struct nv_fw_bin_header bin = {
		NV_FW_BIN_MAGIC, NV_FW_BIN_VERSION, 0,
		sizeof(bin), sizeof(bin) + sizeof(desc), 0x800,
	};

	b->size = 0;
	append(b, &bin, sizeof(bin));
	append(b, &desc, sizeof(desc));
	append_fill(b, 0xb0, 0x800);
}

/* Each kind of file, from open to close; what comes of it is freed again. */

static void insert(struct hw_fake *fake, const char *end, const struct bytes *b)
{
	hw_fake_init(fake);
	fake->file[0].end = end;
	fake->file[0].data = b->data;
	fake->file[0].size = b->size;
	fake->reg[0].reg = NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(UCODE_ID);
	fake->reg[0].val = 1;
}

/* Compare the tree's data, page by page as GSP finds it, with @size bytes of @value. */
static void check_tree(const struct nv_dma *dma, u64 size, u8 value)
{
	const u64 *table;
	u64 page, i, index, addr;
	int level;

	for (page = 0; page * PAGE < size; page++) {
		addr = dma->page[0];
		for (level = 0; level < 3; level++) {
			for (i = 0; dma->page[i] != addr; i++)
				EXPECT(i < dma->size / PAGE);
			table = (u64 *)((u8 *)dma->cpu + i * PAGE);
			index = page >> (9 * (2 - level)) & 511;
			addr = table[index];
		}
		for (i = 0; dma->page[i] != addr; i++)
			EXPECT(i < dma->size / PAGE);
		EXPECT_EQ(((u8 *)dma->cpu)[i * PAGE], value);
		EXPECT_EQ(((u8 *)dma->cpu)[i * PAGE + (size - page * PAGE < PAGE ?
				size - page * PAGE - 1 : PAGE - 1)], value);
	}
}

static int try_gsp(struct hw_fake *fake)
{
	struct nv_firmware_file file;
	struct nv_gsp_image image = { };
	int err;

	hw_fake_quiet(fake);
	err = nv_firmware_open(&fake->hw, &chip, &file, "gsp");
	if (err)
		return err;
	err = nv_gsp_image_init(&fake->hw, &chip, &image, &file);
	if (!err) {
		EXPECT(image.size && image.signature_size % 256 == 0);
		EXPECT(image.tree.size >= image.size + 3 * PAGE);
		EXPECT(image.signature.size >= image.signature_size);
		nv_gsp_image_fini(&fake->hw, &image);
	}
	nv_firmware_close(&fake->hw, &file);
	return err;
}

static int try_booter(struct hw_fake *fake)
{
	struct nv_falcon_ucode ucode = { };
	struct nv_firmware_file file;
	int err;

	hw_fake_quiet(fake);
	err = nv_firmware_open(&fake->hw, &chip, &file, "booter_load");
	if (err)
		return err;
	err = nv_booter_init(&fake->hw, &ucode, &file);
	if (!err) {
		EXPECT(ucode.dmem.offset + ucode.dmem.size <= ucode.dma.size);
		EXPECT(ucode.imem.offset + ucode.imem.size <= ucode.dmem.offset);
		nv_falcon_ucode_fini(&fake->hw, &ucode);
	}
	nv_firmware_close(&fake->hw, &file);
	return err;
}

static int try_loader(struct hw_fake *fake)
{
	struct nv_bootloader loader = { };
	struct nv_firmware_file file;
	int err;

	hw_fake_quiet(fake);
	err = nv_firmware_open(&fake->hw, &chip, &file, "bootloader");
	if (err)
		return err;
	err = nv_bootloader_init(&fake->hw, &loader, &file);
	if (!err) {
		EXPECT(loader.desc.monitor_code_offset < loader.size);
		EXPECT(loader.dma.contig && loader.dma.size >= loader.size);
		nv_bootloader_fini(&fake->hw, &loader);
	}
	nv_firmware_close(&fake->hw, &file);
	return err;
}

static const struct kind {
	const char *end;
	void (*make)(struct bytes *b);
	int (*try)(struct hw_fake *fake);
	const char *missing;
} kinds[] = {
	{ "gsp_ga10x.bin", make_good_elf, try_gsp, "firmware " GSP_NAME " is missing" GSP_SOURCE },
	{ "ga102/booter_load.bin", make_booter, try_booter,
	  "firmware " BOOTER_NAME " is missing" EXTRACT },
	{ "ga102/bootloader.bin", make_loader, try_loader,
	  "firmware " LOADER_NAME " is missing" EXTRACT },
};

static const struct kind *const kinds_end = kinds + ARRAY_SIZE(kinds);

/* One line and an error, or neither. */
static bool try_bad(const struct kind *k, struct hw_fake *fake)
{
	int err = k->try(fake);

	EXPECT(err == 0 || err == -EINVAL || err == -EIO);
	EXPECT_EQ(fake->lines, err ? 1 : 0);
	return err;
}

UNIT_TEST(reads_good_files)
{
	const struct kind *k;
	struct hw_fake fake;
	struct bytes b;

	for (k = kinds; k < kinds_end; k++) {
		k->make(&b);
		insert(&fake, k->end, &b);
		EXPECT_EQ(k->try(&fake), 0);
		EXPECT_EQ(fake.lines + fake.notes, 0);
	}
}

UNIT_TEST(says_what_is_missing)
{
	const struct kind *k;
	struct hw_fake fake;

	for (k = kinds; k < kinds_end; k++) {
		hw_fake_init(&fake);
		EXPECT_EQ(k->try(&fake), -ENOENT);
		EXPECT_STR(fake.log, k->missing);
		EXPECT_EQ(fake.lines, 1);
	}
}

UNIT_TEST(puts_gsp_rm_behind_a_tree)
{
	struct nv_firmware_file file;
	struct nv_gsp_image image = { };
	struct hw_fake fake;
	struct bytes b;

	make_good_elf(&b);
	insert(&fake, "gsp_ga10x.bin", &b);
	EXPECT_EQ(nv_firmware_open(&fake.hw, &chip, &file, "gsp"), 0);
	EXPECT_EQ(nv_gsp_image_init(&fake.hw, &chip, &image, &file), 0);
	nv_firmware_close(&fake.hw, &file);
	EXPECT_EQ(image.size, 0x1801);
	EXPECT_EQ(image.signature_size, 0x200);
	EXPECT_EQ(((u8 *)image.signature.cpu)[0x122], 0x51);
	EXPECT_EQ(((u8 *)image.signature.cpu)[0x123], 0);
	check_tree(&image.tree, image.size, 0xf1);
	nv_gsp_image_fini(&fake.hw, &image);
}

UNIT_TEST(builds_trees_of_all_sizes)
{
	static const u64 sizes[] = {
		1, PAGE - 1, PAGE, PAGE + 1, 512 * PAGE, 512 * PAGE + 1, 0x2398000,
	};
	struct hw_fake fake;
	struct nv_dma dma;
	size_t i;
	u8 *data;

	hw_fake_init(&fake);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		data = malloc(sizes[i]);
		memset(data, 0x5a, sizes[i]);
		EXPECT_EQ(nv_radix3_init(&fake.hw, &dma, data, sizes[i]), 0);
		free(data);
		if (sizes[i] <= 513 * PAGE)
			check_tree(&dma, sizes[i], 0x5a);
		fake.hw.ops->dma_free(&fake.hw, &dma);
	}
	EXPECT_EQ(nv_radix3_init(&fake.hw, &dma, &dma, 0), -EINVAL);
	EXPECT_EQ(nv_radix3_init(&fake.hw, &dma, &dma, (512ull * 512 * 512 + 1) * PAGE), -EINVAL);
}

UNIT_TEST(refuses_another_release)
{
	static const char odd[] = "57\n0\x1b[2J.very.long.version";
	struct hw_fake fake;
	struct bytes b;

	make_elf(&b, "570.144", 8);
	insert(&fake, "gsp_ga10x.bin", &b);
	EXPECT_EQ(try_gsp(&fake), -EINVAL);
	EXPECT_STR(fake.log, "firmware " GSP_NAME " is of release 570.144" GSP_SOURCE);

	make_elf(&b, "550.163.01", 10);		/* no NUL */
	insert(&fake, "gsp_ga10x.bin", &b);
	EXPECT_EQ(try_gsp(&fake), -EINVAL);

	make_elf(&b, odd, sizeof(odd));
	insert(&fake, "gsp_ga10x.bin", &b);
	EXPECT_EQ(try_gsp(&fake), -EINVAL);
	EXPECT_STR(fake.log, "firmware " GSP_NAME " is of release 57?0?[2J.very.l" GSP_SOURCE);
}

UNIT_TEST(chooses_booter_signature_by_fuse)
{
	struct nv_falcon_ucode ucode = { };
	struct nv_firmware_file file;
	struct hw_fake fake;
	struct bytes b;

	make_booter(&b);
	insert(&fake, "booter_load.bin", &b);
	EXPECT_EQ(nv_firmware_open(&fake.hw, &chip, &file, "booter_load"), 0);
	EXPECT_EQ(nv_booter_init(&fake.hw, &ucode, &file), 0);
	EXPECT_EQ(ucode.sig_dmem_addr, 0x10);
	EXPECT_EQ(ucode.engine_id_mask, 1);
	EXPECT_EQ(ucode.ucode_id, UCODE_ID);
	EXPECT_EQ(ucode.imem.virt, 0x100);
	EXPECT_EQ(((u8 *)ucode.dma.cpu)[ucode.imem.offset], 0xc0);
	EXPECT_EQ(nv_falcon_ucode_dmem(&ucode)[0xf], 0xd0);
	EXPECT_EQ(nv_falcon_ucode_dmem(&ucode)[0x10], 0x51);
	EXPECT_EQ(nv_falcon_ucode_dmem(&ucode)[0x10 + SIG_SIZE], 0xd0);
	nv_falcon_ucode_fini(&fake.hw, &ucode);
	nv_firmware_close(&fake.hw, &file);

	/* The empty signature is for a version that was never sold. */
	fake.reg[0].val = 0;
	EXPECT_EQ(try_booter(&fake), -EIO);
	EXPECT_STR(fake.log, BOOTER_NAME " has no signature for this GPU's fuses: cannot boot");
	fake.reg[0].val = 3;
	EXPECT_EQ(try_booter(&fake), -EIO);

	/* A lone signature is for every version. */
	make_booter_sigs(&b, 1);
	insert(&fake, "booter_load.bin", &b);
	fake.reg[0].val = 3;
	EXPECT_EQ(try_booter(&fake), 0);
}

UNIT_TEST(notes_standins)
{
	struct hw_fake fake;
	struct bytes b;

	make_loader(&b);
	memcpy(b.data + b.size - 0x800, NV_FW_STANDIN_MARK, sizeof(NV_FW_STANDIN_MARK));
	insert(&fake, "bootloader.bin", &b);
	EXPECT_EQ(try_loader(&fake), 0);
	EXPECT_STR(fake.log, "firmware " LOADER_NAME " is a stand-in, for softgpu only");
	EXPECT_EQ(fake.notes, 1);
}

UNIT_TEST(refuses_every_truncation)
{
	const struct kind *k;
	struct hw_fake fake;
	struct bytes b;

	for (k = kinds; k < kinds_end; k++) {
		k->make(&b);
		insert(&fake, k->end, &b);
		while (fake.file[0].size--)
			EXPECT(try_bad(k, &fake));
	}
}

UNIT_TEST(survives_every_wrong_byte)
{
	static const u8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	const struct kind *k;
	struct hw_fake fake;
	u32 refused;
	struct bytes b;
	size_t n, v;
	u8 old;

	for (k = kinds; k < kinds_end; k++) {
		k->make(&b);
		insert(&fake, k->end, &b);
		refused = 0;
		for (n = 0; n < b.size; n++) {
			old = b.data[n];
			if (n && old == b.data[n - 1] && n % 64)
				continue;	/* filling */
			for (v = 0; v < sizeof(values); v++) {
				b.data[n] = values[v];
				refused += try_bad(k, &fake);
			}
			b.data[n] = old;
		}
		EXPECT(refused > 50);
	}
}

/* Mostly into the places that have meaning: heads, and for ELF the section headers. */
static size_t damage_at(const struct bytes *b, u64 *seed)
{
	u32 r = fuzz_rand(seed);

	switch (r % 4) {
	case 0:
		return fuzz_rand(seed) % b->size;
	case 1:
		return b->size - 1 - fuzz_rand(seed) % 0x180;
	default:
		return fuzz_rand(seed) % 0x80;
	}
}

UNIT_TEST(survives_random_damage)
{
	struct bytes good, bad;
	const struct kind *k;
	struct hw_fake fake;
	u64 seed = 0x2545f4914f6cdd1d;
	int i, n;
	u32 val;

	for (k = kinds; k < kinds_end; k++) {
		k->make(&good);
		for (i = 0; i < 10000; i++) {
			bad = good;
			for (n = fuzz_rand(&seed) % 6; n >= 0; n--) {
				val = fuzz_rand(&seed) >> fuzz_rand(&seed) % 32;
				memcpy(bad.data + damage_at(&good, &seed), &val,
				       fuzz_rand(&seed) % 4 + 1);
			}
			insert(&fake, k->end, &bad);
			try_bad(k, &fake);
		}
	}
}

UNIT_TEST(survives_lack_of_memory)
{
	const struct kind *k;
	struct hw_fake fake;
	struct bytes b;
	long n;
	int err;

	for (k = kinds; k < kinds_end; k++) {
		k->make(&b);
		insert(&fake, k->end, &b);
		for (n = 1; ; n++) {
			unit_fail_alloc_at(n);
			err = k->try(&fake);
			if (unit_fail_alloc_pending())
				break;
			EXPECT_EQ(err, -ENOMEM);
		}
		unit_fail_alloc_at(0);
		EXPECT_EQ(err, 0);
		EXPECT(n > 3);
	}
}
