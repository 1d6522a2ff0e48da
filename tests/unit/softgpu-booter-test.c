// SPDX-License-Identifier: MIT OR GPL-2.0
/* Booter of the device model: which image it is, and what it demands of the driver's layout. */
#include <elf.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "softgpu-model.h"

#include "abi/firmware-file.h"
#include "regs/nv-pfb.h"

#define GSP		NV_PGSP_BASE
#define SEC2		NV_PSEC_BASE
#define MIB		0x100000ull
#define FB		(6144 * MIB)

/* Guest memory, as offsets from its start: FWSEC and booter first, then what booter looks at. */
#define BOOTER_AT	0x0
#define META_AT		0x100000
#define BOOTLOADER_AT	0x110000
#define SIGNATURE_AT	0x120000
#define TREE_AT		0x130000	/* root, level 1, two pages of level 2 */
#define IMAGE_AT	0x200000
#define IMAGE_PAGES	600		/* so that both pages of level 2 are needed */
#define IMAGE_SIZE	(IMAGE_PAGES * 0x1000 - 0x800)
#define SIGNATURE_SIZE	0x1000

static struct model model;
static char dir[64];

/* Files */

static u8 *read_file(const char *name, size_t *size)
{
	char path[256];
	struct stat st;
	FILE *file;
	u8 *data;

	snprintf(path, sizeof(path), "%s/ga102/%s", dir, name);
	EXPECT(!stat(path, &st));
	data = malloc(st.st_size);
	file = fopen(path, "r");
	EXPECT(file && fread(data, st.st_size, 1, file) == 1);
	fclose(file);
	*size = st.st_size;
	return data;
}

static void make_files(void)
{
	strcpy(dir, "/tmp/softgpu-booter.XXXXXX");
	EXPECT(mkdtemp(dir));
	EXPECT_EQ(softgpu_make_firmware(dir), 0);
}

static void remove_files(void)
{
	static const char *const names[] = {
		"ga102/booter_load.bin", "ga102/booter_unload.bin", "ga102/bootloader.bin",
		"gsp.bin", "ga102", "",
	};
	char path[256];

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
}

/* A booter in guest memory, signed and ready to be loaded. */
static struct falcon_image put_booter(const char *name)
{
	const struct nv_fw_bin_header *bin;
	const struct nv_fw_hs_header *hs;
	const struct nv_fw_hs_load_header *load;
	struct falcon_image image;
	u32 patch_loc;
	size_t size;
	u8 *file = read_file(name, &size);

	bin = (void *)file;
	EXPECT_EQ(bin->magic, NV_FW_BIN_MAGIC);
	EXPECT_EQ(bin->data_offset + bin->data_size, size);
	EXPECT(!memcmp(file + bin->data_offset, NV_FW_STANDIN_MARK, 16));
	hs = (void *)(file + bin->header_offset);
	load = (void *)(file + hs->load_header_offset);
	memcpy(&patch_loc, file + hs->patch_loc_offset, 4);
	memcpy(file + bin->data_offset + patch_loc, file + hs->sig_prod_offset,
	       NV_VBIOS_FALCON_SIG_SIZE);
	image = (struct falcon_image){
		.addr = MODEL_MEM_ADDR + BOOTER_AT,
		.code_size = load->app_code_size,
		.data_size = load->os_data_size,
		.virt = load->app_code_offset,
		.engine_id_mask = 1,
		.ucode_id = 3,
		.sig_offset = patch_loc - load->os_data_offset,
	};
	memcpy(model.mem + BOOTER_AT, file + bin->data_offset + load->app_code_offset,
	       load->app_code_size);
	memcpy(model.mem + BOOTER_AT + load->app_code_size,
	       file + bin->data_offset + load->os_data_offset, load->os_data_size);
	free(file);
	return image;
}

static u32 run_booter(const struct falcon_image *image, u32 mailbox0, u32 mailbox1)
{
	falcon_reset(&model, SEC2, false);
	falcon_load(&model, SEC2, image);
	wr(&model, SEC2 + NV_PFALCON_FALCON_MAILBOX0, mailbox0);
	wr(&model, SEC2 + NV_PFALCON_FALCON_MAILBOX1, mailbox1);
	falcon_start(&model, SEC2);
	return rd(&model, SEC2 + NV_PFALCON_FALCON_MAILBOX0);
}

/* The layout */

static u64 *mem64(u64 off)
{
	return (u64 *)(model.mem + off);
}

static void put_image(void)
{
	const u64 mem = MODEL_MEM_ADDR;

	for (u64 i = 0; i < IMAGE_SIZE; i += 8)
		*mem64(IMAGE_AT + i) = i * 0x9e3779b97f4a7c15;
	*mem64(TREE_AT) = mem + TREE_AT + 0x1000;
	*mem64(TREE_AT + 0x1000) = mem + TREE_AT + 0x2000;
	*mem64(TREE_AT + 0x1008) = mem + TREE_AT + 0x3000;
	for (u64 i = 0; i < IMAGE_PAGES; i++)
		*mem64(TREE_AT + 0x2000 + 8 * i) = mem + IMAGE_AT + 0x1000 * i;
	memset(model.mem + SIGNATURE_AT, 0x5a, SIGNATURE_SIZE);
}

static u32 put_bootloader(void)
{
	const struct nv_fw_bin_header *bin;
	size_t size;
	u8 *file = read_file("bootloader.bin", &size);
	u32 image_size;

	bin = (void *)file;
	image_size = bin->data_size;
	EXPECT_EQ(bin->data_offset, sizeof(*bin) + sizeof(struct gsp_riscv_ucode_desc));
	memcpy(model.mem + BOOTLOADER_AT, file + bin->data_offset, image_size);
	free(file);
	return image_size;
}

static struct gsp_fw_wpr_meta *put_meta(void)
{
	struct gsp_fw_wpr_meta *meta = (void *)(model.mem + META_AT);

	put_image();
	*meta = (struct gsp_fw_wpr_meta){
		.magic = GSP_FW_WPR_META_MAGIC,
		.revision = GSP_FW_WPR_META_REVISION,
		.sysmem_addr_of_radix3_elf = MODEL_MEM_ADDR + TREE_AT,
		.size_of_radix3_elf = IMAGE_SIZE,
		.sysmem_addr_of_bootloader = MODEL_MEM_ADDR + BOOTLOADER_AT,
		.size_of_bootloader = put_bootloader(),
		.sysmem_addr_of_signature = MODEL_MEM_ADDR + SIGNATURE_AT,
		.size_of_signature = SIGNATURE_SIZE,
		.gsp_fw_rsvd_start = FB - 136 * MIB,
		.non_wpr_heap_offset = FB - 136 * MIB,
		.non_wpr_heap_size = MIB,
		.gsp_fw_wpr_start = FB - 135 * MIB,
		.gsp_fw_heap_offset = FB - 134 * MIB,
		.gsp_fw_heap_size = 128 * MIB,
		.gsp_fw_offset = FB - 5 * MIB,
		.boot_bin_offset = FB - 2 * MIB - 0x10000,
		.frts_offset = FB - 2 * MIB,
		.frts_size = MIB,
		.gsp_fw_wpr_end = FB - MIB,
		.fb_size = FB,
		.vga_workspace_offset = FB - MIB,
		.vga_workspace_size = MIB,
	};
	return meta;
}

/* All that comes before booter: FWSEC-FRTS, then GSP waits with its RISC-V core selected. */
static void prepare(void)
{
	fwsec_prepare(&model, NV_FWSEC_CMD_FRTS, FB - 2 * MIB);
	EXPECT_EQ(fwsec_run(&model), 0);
	falcon_reset(&model, GSP, true);
	put_meta();
}

static u32 load(void)
{
	const struct falcon_image image = put_booter("booter_load.bin");

	return run_booter(&image, MODEL_MEM_ADDR + META_AT, 0);
}

static u32 unload(void)
{
	const struct falcon_image image = put_booter("booter_unload.bin");

	return run_booter(&image, 0xff, 0xff);
}

/*
 * Booter accepts the layout, and GSP-RM then halts on the libos arguments, of which
 * there are none: what it demands is another test's.
 */
UNIT_TEST(load_and_unload)
{
	struct gsp_fw_wpr_meta copy;

	make_files();
	model_open(&model);
	prepare();
	EXPECT_EQ(load(), 0);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_LO), (FB - 135 * MIB) >> 8);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), (FB - MIB - 0x20000) >> 8);
	EXPECT(sg_vram_read(model.gpu, FB - 135 * MIB, &copy, sizeof(copy)));
	EXPECT_EQ(copy.verified, GSP_FW_WPR_META_VERIFIED);
	EXPECT_EQ(sg_mmu_bar_root(model.gpu, SOFTGPU_BAR3) / MIB, FB / MIB - 136);
	EXPECT_EQ(rd(&model, GSP + NV_PRISCV_RISCV_CPUCTL), 0);

	EXPECT_EQ(unload(), 0);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_LO), 0);
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
	EXPECT(unload());
	EXPECT(logged(&model, "WPR2 is not up"));
	prepare();
	EXPECT_EQ(load(), 0);
	model_close(&model);
	remove_files();
}

static void expect_refused(const char *why)
{
	EXPECT(load());
	EXPECT(logged(&model, why));
	EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_LO), (FB - 2 * MIB) >> 8);
}

#define META_FIELD(name, value) \
	{ #name, offsetof(struct gsp_fw_wpr_meta, name), value }

/* One value a field that breaks its rule, some of them so large that sums wrap. */
static const struct {
	const char *name;
	size_t offset;
	u64 value;
} bad_fields[] = {
	META_FIELD(magic, 0),
	META_FIELD(revision, 2),
	META_FIELD(verified, GSP_FW_WPR_META_VERIFIED),
	META_FIELD(boot_count, 1),
	META_FIELD(size_of_radix3_elf, 0),
	META_FIELD(size_of_radix3_elf, ~0ull),
	META_FIELD(sysmem_addr_of_radix3_elf, MODEL_MEM_ADDR + TREE_AT + 8),
	META_FIELD(size_of_bootloader, 0),
	META_FIELD(size_of_bootloader, ~0ull),
	META_FIELD(sysmem_addr_of_bootloader, MODEL_MEM_ADDR + 0x10),
	META_FIELD(bootloader_code_offset, 0x10000),
	META_FIELD(bootloader_data_offset, ~0ull),
	META_FIELD(bootloader_manifest_offset, 0x20000),
	META_FIELD(size_of_signature, 0),
	META_FIELD(size_of_signature, ~0xffull),
	META_FIELD(sysmem_addr_of_signature, MODEL_MEM_ADDR + 1),
	META_FIELD(fb_size, FB + MIB),
	META_FIELD(vga_workspace_offset, FB),
	META_FIELD(vga_workspace_size, 2 * MIB),
	META_FIELD(gsp_fw_wpr_end, FB),
	META_FIELD(gsp_fw_wpr_end, FB - MIB - 0x1000),
	META_FIELD(frts_size, 2 * MIB),
	META_FIELD(frts_offset, FB - MIB),
	META_FIELD(frts_offset, ~0x1ffffull),
	META_FIELD(boot_bin_offset, FB - 2 * MIB - 0x800),
	META_FIELD(boot_bin_offset, FB - 2 * MIB),
	META_FIELD(gsp_fw_offset, FB - 5 * MIB + 0x8000),
	META_FIELD(gsp_fw_offset, FB - 3 * MIB),
	META_FIELD(gsp_fw_heap_size, 64 * MIB),
	META_FIELD(gsp_fw_heap_size, -MIB),
	META_FIELD(gsp_fw_heap_offset, FB - 132 * MIB),
	META_FIELD(gsp_fw_wpr_start, FB - 134 * MIB),
	META_FIELD(gsp_fw_wpr_start, FB - 135 * MIB + 0x20000),
	META_FIELD(non_wpr_heap_size, 0),
	META_FIELD(non_wpr_heap_offset, FB - 135 * MIB),
	META_FIELD(gsp_fw_rsvd_start, FB - 135 * MIB),
	META_FIELD(gsp_fw_rsvd_start, FB - 300 * MIB),
	META_FIELD(gsp_fw_rsvd_start, ~0ull),
};

UNIT_TEST(each_field_has_its_rule)
{
	char why[80];

	make_files();
	model_open(&model);
	prepare();
	for (unsigned int i = 0; i < ARRAY_SIZE(bad_fields); i++) {
		put_meta();
		*mem64(META_AT + bad_fields[i].offset) = bad_fields[i].value;
		snprintf(why, sizeof(why), "GspFwWprMeta: %s is", bad_fields[i].name);
		expect_refused(why);
	}
	put_meta();
	EXPECT_EQ(load(), 0);
	model_close(&model);
	remove_files();
}

UNIT_TEST(image_and_bootloader_are_read)
{
	make_files();
	model_open(&model);
	prepare();
	*mem64(TREE_AT + 0x3000) |= 8;
	expect_refused("page 512 of GSP-RM's image");
	put_meta();
	*mem64(TREE_AT) |= 8;
	expect_refused("page 0 of GSP-RM's image");
	put_meta();
	*mem64(TREE_AT) = MODEL_MEM_ADDR + MODEL_MEM_SIZE;
	expect_refused("page 0 of GSP-RM's image");
	put_meta();
	model.mem[BOOTLOADER_AT + 0x800] ^= 1;
	expect_refused("bootloader: it is none that is known");
	put_meta()->sysmem_addr_of_bootloader = MODEL_MEM_ADDR + MODEL_MEM_SIZE;
	expect_refused("nothing is at sysmem_addr_of_bootloader");
	put_meta()->sysmem_addr_of_signature = MODEL_MEM_ADDR + MODEL_MEM_SIZE;
	expect_refused("nothing is at sysmem_addr_of_signature");
	model_close(&model);
	remove_files();
}

/* A file with .fwimage and .fwsignature_ga10x as they lie in guest memory. */
static void write_gsp_file(const char *path)
{
	static const char names[] = "\0.fwimage\0.fwsignature_ga10x\0.shstrtab";
	const u64 image_at = sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Shdr);
	const Elf64_Ehdr ehdr = {
		.e_ident = ELFMAG "\2\1\1", .e_shoff = sizeof(ehdr), .e_shnum = 4, .e_shstrndx = 3,
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	const Elf64_Shdr shdr[4] = {
		[1] = { .sh_name = 1, .sh_offset = image_at, .sh_size = IMAGE_SIZE },
		[2] = { .sh_name = 10, .sh_offset = image_at + IMAGE_SIZE,
			.sh_size = SIGNATURE_SIZE },
		[3] = { .sh_name = 29, .sh_offset = image_at + IMAGE_SIZE + SIGNATURE_SIZE,
			.sh_size = sizeof(names) },
	};
	FILE *file = fopen(path, "w");

	EXPECT(file);
	fwrite(&ehdr, sizeof(ehdr), 1, file);
	fwrite(shdr, sizeof(shdr), 1, file);
	fwrite(model.mem + IMAGE_AT, IMAGE_SIZE, 1, file);
	fwrite(model.mem + SIGNATURE_AT, SIGNATURE_SIZE, 1, file);
	fwrite(names, sizeof(names), 1, file);
	EXPECT(!fclose(file));
}

UNIT_TEST(image_is_compared_with_the_file)
{
	struct softgpu_config config = SOFTGPU_DEFAULT_CONFIG;
	char path[80];

	make_files();
	snprintf(path, sizeof(path), "%s/gsp.bin", dir);
	config.gsp_firmware = path;
	model_open_config(&model, config);
	prepare();
	expect_refused("cannot read");
	write_gsp_file(path);
	model.mem[IMAGE_AT + IMAGE_SIZE - 1] ^= 1;
	expect_refused("page 599 of GSP-RM's image is not the file's");
	put_meta();
	model.mem[SIGNATURE_AT + 0xfff] ^= 1;
	expect_refused("the signature is not the file's");
	put_meta()->size_of_radix3_elf = IMAGE_SIZE - 8;
	expect_refused("size_of_radix3_elf");
	put_meta();
	EXPECT_EQ(load(), 0);
	model_close(&model);
	remove_files();
}

UNIT_TEST(booter_needs_what_comes_before)
{
	struct falcon_image image;

	make_files();
	model_open(&model);
	put_meta();
	falcon_reset(&model, GSP, true);
	EXPECT(load());
	EXPECT(logged(&model, "WPR2 is not at frts_offset"));
	prepare();
	falcon_reset(&model, GSP, false);
	expect_refused("does not select RISC-V");
	falcon_reset(&model, GSP, true);
	image = put_booter("booter_load.bin");
	EXPECT(run_booter(&image, 0, 0));
	EXPECT(logged(&model, "the mailboxes name no GspFwWprMeta"));
	image = put_booter("booter_unload.bin");
	EXPECT(run_booter(&image, MODEL_MEM_ADDR, 0));
	EXPECT(logged(&model, "WPR2 is not up or does not hold what booter put there"));
	model_close(&model);
	remove_files();
}

static void expect_booter_refused(const struct falcon_image *image, const char *why)
{
	EXPECT(run_booter(image, MODEL_MEM_ADDR + META_AT, 0));
	EXPECT(logged(&model, why));
}

UNIT_TEST(booter_must_be_signed)
{
	struct falcon_image image;

	make_files();
	model_open(&model);
	prepare();
	image = put_booter("booter_load.bin");
	model.mem[BOOTER_AT + 0x80] ^= 1;
	expect_booter_refused(&image, "signature does not fit");
	image = put_booter("booter_load.bin");
	model.mem[BOOTER_AT + image.code_size + 0x10] ^= 1;
	expect_booter_refused(&image, "signature does not fit");
	image = put_booter("booter_load.bin");
	model.mem[BOOTER_AT] ^= 1;
	expect_booter_refused(&image, "no known booter");
	image = put_booter("booter_load.bin");
	image.ucode_id = 9;
	expect_booter_refused(&image, "UCODE_ID");
	image = put_booter("booter_load.bin");
	image.data_size = 0x100;
	expect_booter_refused(&image, "nothing is loaded");
	EXPECT_EQ(load(), 0);
	model_close(&model);
	remove_files();
}

UNIT_TEST(booter_fails_when_told_to)
{
	make_files();
	model_open_fault(&model, SOFTGPU_FAULT_BOOTER_FAILS);
	prepare();
	expect_refused("told to fail");
	EXPECT_EQ(unload(), 0);
	model_close(&model);
	remove_files();
}

UNIT_TEST(firmware_needs_a_folder)
{
	EXPECT_EQ(softgpu_make_firmware("/proc/nowhere/at/all"), -ENOENT);
}

/* Some fields or entries of the tree are anything: booter refuses, or all still fits. */
UNIT_TEST(any_layout)
{
	u64 state = 0x9e3779b97f4a7c15;
	unsigned int refused = 0;

	make_files();
	model_open(&model);
	for (unsigned int i = 0; i < 300; i++) {
		prepare();
		for (unsigned int n = 1 + i % 3; n; n--) {
			state = state * 6364136223846793005ull + 1442695040888963407ull;
			if (state >> 62)
				*mem64(META_AT + (state >> 32) % 32 * 8) ^=
					BIT_ULL(state >> 40 & 63);
			else
				*mem64(TREE_AT + (state >> 32) % 0x600 * 8) = state;
		}
		if (load())
			refused++;
		if (unload())
			EXPECT_EQ(rd(&model, NV_PFB_PRI_MMU_WPR2_ADDR_HI), 0);
	}
	EXPECT(refused > 200 && refused < 300);
	model_close(&model);
	remove_files();
}
