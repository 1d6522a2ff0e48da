// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The rules for GspFwWprMeta: where in video memory and in system memory everything
 * that GSP needs has to lie. Source of the rules: open-gpu-kernel-modules
 * 550.163.01, kernel_gsp_tu102.c, and the layout seen on boards.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "chip.h"

#define KIB(n)			((u64)(n) << 10)
#define MIB(n)			((u64)(n) << 20)
#define FRTS_SIZE		MIB(1)
#define HEAP_MIN		MIB(86)
#define PRESCRUBBED		MIB(256)	/* at the top; the rest is not fit for use yet */
#define BOOTLOADER_MAX		MIB(1)
#define SIGNATURE_MAX		KIB(64)

struct rule {
	bool kept;
	const char *name;
	size_t offset;		/* of a u64 */
};

#define RULE(field, cond)	{ cond, #field, offsetof(struct gsp_fw_wpr_meta, field) }

static bool aligned(u64 value, u64 to)
{
	return value % to == 0;
}

/* From @start on, @size bytes end at @end or before; nothing wraps. */
static bool fits(u64 start, u64 size, u64 end)
{
	return start <= end && size <= end - start;
}

static enum sg_booter_error apply(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta,
				  const struct rule *rules, size_t count)
{
	u64 value;

	for (size_t i = 0; i < count; i++) {
		if (rules[i].kept)
			continue;
		memcpy(&value, (const u8 *)meta + rules[i].offset, sizeof(value));
		sg_log(gpu, "booter refuses GspFwWprMeta: %s is %#llx", rules[i].name, value);
		return SG_BOOTER_ERR_META;
	}
	return SG_BOOTER_OK;
}

/* Video memory, from the top down. */
static enum sg_booter_error check_fb(struct softgpu *gpu, const struct gsp_fw_wpr_meta *m)
{
	const struct rule rules[] = {
		RULE(fb_size, m->fb_size == gpu->vram_size),
		RULE(vga_workspace_offset, fits(m->vga_workspace_offset, KIB(128), m->fb_size)),
		RULE(vga_workspace_size,
		     m->vga_workspace_size == m->fb_size - m->vga_workspace_offset),
		RULE(gsp_fw_wpr_end, aligned(m->gsp_fw_wpr_end, KIB(128)) &&
		     m->gsp_fw_wpr_end <= m->vga_workspace_offset),
		RULE(frts_size, m->frts_size == FRTS_SIZE),
		RULE(frts_offset, aligned(m->frts_offset, KIB(128)) &&
		     fits(m->frts_offset, FRTS_SIZE, m->gsp_fw_wpr_end)),
		RULE(boot_bin_offset, aligned(m->boot_bin_offset, KIB(4)) &&
		     fits(m->boot_bin_offset, m->size_of_bootloader, m->frts_offset)),
		RULE(gsp_fw_offset, aligned(m->gsp_fw_offset, KIB(64)) &&
		     fits(m->gsp_fw_offset, m->size_of_radix3_elf, m->boot_bin_offset)),
		RULE(gsp_fw_heap_size, aligned(m->gsp_fw_heap_size, MIB(1)) &&
		     m->gsp_fw_heap_size >= HEAP_MIN && m->gsp_fw_heap_size <= PRESCRUBBED),
		RULE(gsp_fw_heap_offset, aligned(m->gsp_fw_heap_offset, MIB(1)) &&
		     fits(m->gsp_fw_heap_offset, m->gsp_fw_heap_size, m->gsp_fw_offset)),
		RULE(gsp_fw_wpr_start, aligned(m->gsp_fw_wpr_start, MIB(1)) &&
		     fits(m->gsp_fw_wpr_start, sizeof(*m), m->gsp_fw_heap_offset)),
		RULE(non_wpr_heap_size, aligned(m->non_wpr_heap_size, MIB(1)) &&
		     m->non_wpr_heap_size),
		RULE(non_wpr_heap_offset, aligned(m->non_wpr_heap_offset, MIB(1)) &&
		     fits(m->non_wpr_heap_offset, m->non_wpr_heap_size, m->gsp_fw_wpr_start)),
		RULE(gsp_fw_rsvd_start, m->gsp_fw_rsvd_start <= m->non_wpr_heap_offset &&
		     fits(m->gsp_fw_rsvd_start, m->fb_size - m->gsp_fw_rsvd_start, m->fb_size) &&
		     m->fb_size - m->gsp_fw_rsvd_start <= PRESCRUBBED),
	};

	return apply(gpu, m, rules, ARRAY_SIZE(rules));
}

bool sg_wpr_layout_valid(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	return check_fb(gpu, meta) == SG_BOOTER_OK;
}

static enum sg_booter_error check_sysmem(struct softgpu *gpu, const struct gsp_fw_wpr_meta *m)
{
	const struct rule rules[] = {
		RULE(magic, m->magic == GSP_FW_WPR_META_MAGIC),
		RULE(revision, m->revision == GSP_FW_WPR_META_REVISION),
		RULE(verified, !m->verified),
		RULE(boot_count, !m->boot_count),
		RULE(size_of_radix3_elf, m->size_of_radix3_elf &&
		     m->size_of_radix3_elf <= PRESCRUBBED),
		RULE(sysmem_addr_of_radix3_elf, aligned(m->sysmem_addr_of_radix3_elf, KIB(4))),
		RULE(size_of_bootloader, m->size_of_bootloader &&
		     m->size_of_bootloader <= BOOTLOADER_MAX),
		RULE(sysmem_addr_of_bootloader, aligned(m->sysmem_addr_of_bootloader, KIB(4))),
		RULE(bootloader_code_offset, m->bootloader_code_offset < m->size_of_bootloader),
		RULE(bootloader_data_offset, m->bootloader_data_offset < m->size_of_bootloader),
		RULE(bootloader_manifest_offset,
		     m->bootloader_manifest_offset < m->size_of_bootloader),
		RULE(size_of_signature, aligned(m->size_of_signature, 256) &&
		     m->size_of_signature && m->size_of_signature <= SIGNATURE_MAX),
		RULE(sysmem_addr_of_signature, aligned(m->sysmem_addr_of_signature, 256)),
	};

	return apply(gpu, m, rules, ARRAY_SIZE(rules));
}

static enum sg_booter_error check_bootloader(struct softgpu *gpu, const struct gsp_fw_wpr_meta *m)
{
	u8 *image = malloc(m->size_of_bootloader);
	bool readable, known;

	readable = image && sg_dma_read(gpu, m->sysmem_addr_of_bootloader, image,
					m->size_of_bootloader);
	known = readable && sg_ucode_is_bootloader(image, m->size_of_bootloader);
	free(image);
	if (known)
		return SG_BOOTER_OK;
	sg_log(gpu, "booter refuses the bootloader: %s",
	       readable ? "it is none that is known" : "nothing is at sysmem_addr_of_bootloader");
	return SG_BOOTER_ERR_BOOTLOADER;
}

static enum sg_booter_error check_wpr2(struct softgpu *gpu, const struct gsp_fw_wpr_meta *m)
{
	u64 start, end;

	if (sg_wpr2(gpu, &start, &end) && start == m->frts_offset &&
	    end == m->frts_offset + m->frts_size)
		return SG_BOOTER_OK;
	sg_log(gpu, "booter refuses: WPR2 is not at frts_offset, FWSEC-FRTS did not put it there");
	return SG_BOOTER_ERR_WPR2;
}

enum sg_booter_error sg_wpr_meta_check(struct softgpu *gpu, const struct gsp_fw_wpr_meta *meta)
{
	enum sg_booter_error err = check_sysmem(gpu, meta);

	if (!err)
		err = check_fb(gpu, meta);
	if (!err)
		err = check_wpr2(gpu, meta);
	if (!err)
		err = check_bootloader(gpu, meta);
	return err;
}
