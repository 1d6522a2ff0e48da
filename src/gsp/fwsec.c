// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * FWSEC, the VBIOS's signed firmware: sets up WPR2 with FRTS data before GSP-RM is
 * loaded and puts the GPU back at unload.
 * Layouts and results: open-gpu-kernel-modules 550.163.01, kernel_gsp_frts_tu102.c.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "gsp/fwsec.h"
#include "regs/nv-fuse.h"
#include "regs/nv-pbus.h"
#include "regs/nv-pfb.h"
#include "regs/nv-pgc6.h"

#define FWSEC_READ_VBIOS_FLAGS	2

struct fwsec_args {
	struct nv_fwsec_read_vbios_desc read_vbios;
	struct nv_fwsec_frts_region_desc frts;
} __packed;

bool nv_gfw_booted(struct nv_hw *hw)
{
	u32 plm = nv_rd32(hw, NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_PRIV_LEVEL_MASK);
	u32 boot;

	/* The progress can be read only once the mask says so. */
	if (!(plm & NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_READ_LEVEL0))
		return false;
	boot = nv_rd32(hw, NV_PGC6_AON_SECURE_SCRATCH_GROUP_05_0_GFW_BOOT);
	return FIELD_GET(NV_PGC6_GFW_BOOT_PROGRESS, boot) == NV_PGC6_GFW_BOOT_PROGRESS_COMPLETED;
}

bool nv_wpr2_up(struct nv_hw *hw)
{
	return nv_rd32(hw, NV_PFB_PRI_MMU_WPR2_ADDR_HI) & NV_PFB_PRI_MMU_WPR2_ADDR_VAL;
}

static bool fwsec_dmem_has(const struct nv_fwsec *fwsec, u32 off, u32 len)
{
	u32 end;

	return !check_add_overflow(off, len, &end) && end <= fwsec->ucode.dmem.size;
}

/* Find the DMEM mapper by the table of interfaces and check what it points to. */
static bool fwsec_find_mapper(struct nv_fwsec *fwsec, u32 interface_offset)
{
	const u8 *dmem = nv_falcon_ucode_dmem(&fwsec->ucode);
	struct nv_falcon_appif_header header;
	struct nv_falcon_appif_entry entry;
	struct nv_falcon_dmem_mapper_v3 mapper;
	u32 off = interface_offset;
	unsigned int i;

	if (!fwsec_dmem_has(fwsec, off, sizeof(header)))
		return false;
	memcpy(&header, dmem + off, sizeof(header));
	if (header.header_size < sizeof(header) || header.entry_size < sizeof(entry))
		return false;

	off += header.header_size;
	for (i = 0; i < header.entry_count; i++, off += header.entry_size) {
		if (!fwsec_dmem_has(fwsec, off, sizeof(entry)))
			return false;
		memcpy(&entry, dmem + off, sizeof(entry));
		if (entry.id == NV_FALCON_APPIF_DMEM_MAPPER)
			break;
	}
	if (i == header.entry_count || !fwsec_dmem_has(fwsec, entry.dmem_offset, sizeof(mapper)))
		return false;

	memcpy(&mapper, dmem + entry.dmem_offset, sizeof(mapper));
	fwsec->mapper = entry.dmem_offset;
	fwsec->cmd_in = mapper.cmd_in_buffer_offset;
	return fwsec_dmem_has(fwsec, fwsec->cmd_in, sizeof(struct fwsec_args));
}

/* One signature per fuse version in desc->signature_versions, lowest version first. */
static int fwsec_sign(struct nv_hw *hw, struct nv_fwsec *fwsec, const struct nv_vbios_fwsec *image)
{
	const struct nv_vbios_falcon_desc_v3 *desc = &image->desc;
	u32 fuse, version, index;

	if (!desc->ucode_id || desc->ucode_id > NV_FUSE_OPT_FPF_UCODE_ID_MAX ||
	    !fwsec_dmem_has(fwsec, desc->pkc_data_offset, NV_VBIOS_FALCON_SIG_SIZE))
		return nv_fail(hw, -EINVAL, "VBIOS: FWSEC's signature does not fit into it");

	fuse = nv_rd32(hw, NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(desc->ucode_id));
	version = fls(FIELD_GET(NV_FUSE_OPT_FPF_UCODE_VERSION_DATA, fuse));
	index = hweight32(desc->signature_versions & (BIT(version) - 1));
	if (!(desc->signature_versions & BIT(version)) || index >= image->nr_signatures)
		return nv_fail(hw, -EIO, "VBIOS: FWSEC has no signature for fuse version %u",
			       version);

	memcpy(nv_falcon_ucode_dmem(&fwsec->ucode) + desc->pkc_data_offset,
	       image->signatures + index * NV_VBIOS_FALCON_SIG_SIZE, NV_VBIOS_FALCON_SIG_SIZE);
	return 0;
}

int nv_fwsec_init(struct nv_hw *hw, struct nv_fwsec *fwsec, const struct nv_vbios_fwsec *image)
{
	const struct nv_vbios_falcon_desc_v3 *desc = &image->desc;
	int err;

	fwsec->ucode = (struct nv_falcon_ucode) {
		.name = "FWSEC",
		.imem = {
			.size = desc->imem_load_size,
			.phys = desc->imem_phys_base,
			.virt = desc->imem_virt_base,
		},
		.dmem = {
			.size = desc->dmem_load_size,
			.phys = desc->dmem_phys_base,
		},
		.sig_dmem_addr = desc->pkc_data_offset,
		.engine_id_mask = desc->engine_id_mask,
		.ucode_id = desc->ucode_id,
	};

	err = nv_falcon_ucode_init(hw, &fwsec->ucode, image->image,
				   image->image + desc->imem_load_size);
	if (err == -EINVAL)
		nv_err(hw, "VBIOS: FWSEC does not fit into a falcon");
	if (err)
		return err;

	if (!fwsec_find_mapper(fwsec, desc->interface_offset)) {
		err = nv_fail(hw, -EINVAL, "VBIOS: FWSEC has no usable DMEM mapper");
		goto err_ucode;
	}

	err = fwsec_sign(hw, fwsec, image);
	if (err)
		goto err_ucode;
	return 0;

err_ucode:
	nv_fwsec_fini(hw, fwsec);
	return err;
}

void nv_fwsec_fini(struct nv_hw *hw, struct nv_fwsec *fwsec)
{
	nv_falcon_ucode_fini(hw, &fwsec->ucode);
}

static int fwsec_run(struct nv_fwsec *fwsec, const struct nv_falcon *gsp, u32 cmd,
		     const struct fwsec_args *args)
{
	u8 *dmem = nv_falcon_ucode_dmem(&fwsec->ucode);
	int err;

	memcpy(dmem + fwsec->mapper + offsetof(struct nv_falcon_dmem_mapper_v3, init_cmd),
	       &cmd, sizeof(cmd));
	memcpy(dmem + fwsec->cmd_in, args, sizeof(*args));

	err = nv_falcon_reset(gsp);
	if (!err)
		err = nv_falcon_run(gsp, &fwsec->ucode, NULL);
	if (err)
		return nv_fail(gsp->hw, err, "FWSEC command %#x does not end on %s (%d)", cmd,
			       gsp->name, err);
	return 0;
}

static const struct nv_fwsec_read_vbios_desc fwsec_read_vbios = {
	.version = 1,
	.size = sizeof(fwsec_read_vbios),
	.flags = FWSEC_READ_VBIOS_FLAGS,
};

int nv_fwsec_frts(struct nv_fwsec *fwsec, const struct nv_falcon *gsp, u64 offset)
{
	const struct fwsec_args args = {
		.read_vbios = fwsec_read_vbios,
		.frts = {
			.version = 1,
			.size = sizeof(args.frts),
			.frts_region_offset_4k = offset >> 12,
			.frts_region_size_4k = NV_FWSEC_FRTS_SIZE >> 12,
			.frts_region_media_type = NV_FWSEC_FRTS_MEDIA_FB,
		},
	};
	u32 scratch, lo;
	int err;

	err = fwsec_run(fwsec, gsp, NV_FWSEC_CMD_FRTS, &args);
	if (err)
		return err;

	scratch = nv_rd32(gsp->hw, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_FRTS));
	if (FIELD_GET(NV_PBUS_VBIOS_SCRATCH_FRTS_ERR, scratch))
		return nv_fail(gsp->hw, -EIO, "FWSEC-FRTS failed with error %#x",
			       (u32)FIELD_GET(NV_PBUS_VBIOS_SCRATCH_FRTS_ERR, scratch));

	lo = FIELD_GET(NV_PFB_PRI_MMU_WPR2_ADDR_VAL,
		       nv_rd32(gsp->hw, NV_PFB_PRI_MMU_WPR2_ADDR_LO));
	if (!nv_wpr2_up(gsp->hw) || lo != offset >> 12)
		return nv_fail(gsp->hw, -EIO, "FWSEC-FRTS made no WPR2 at %#llx",
			       (unsigned long long)offset);
	return 0;
}

int nv_fwsec_sb(struct nv_fwsec *fwsec, const struct nv_falcon *gsp)
{
	const struct fwsec_args args = { .read_vbios = fwsec_read_vbios };
	u32 scratch;
	int err;

	err = fwsec_run(fwsec, gsp, NV_FWSEC_CMD_SB, &args);
	if (err)
		return err;

	scratch = nv_rd32(gsp->hw, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_SB));
	if (FIELD_GET(NV_PBUS_VBIOS_SCRATCH_SB_ERR, scratch))
		return nv_fail(gsp->hw, -EIO, "FWSEC-SB failed with error %#x",
			       (u32)FIELD_GET(NV_PBUS_VBIOS_SCRATCH_SB_ERR, scratch));
	if (!nv_gfw_booted(gsp->hw))
		return nv_fail(gsp->hw, -EIO, "FWSEC-SB left the GPU's own firmware unfinished");
	return 0;
}
