// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Booter: signed images that SEC2 runs to set up WPR2 and start GSP-RM in it
 * (load), and to take it down again (unload).
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "abi/firmware-file.h"
#include "gsp/booter.h"
#include "regs/nv-fuse.h"

/* What a booter file says; pointers are into the file and cover what they should. */
struct booter_file {
	const u8 *image;
	u32 image_size;
	const u8 *signatures;
	u32 nr_signatures;
	u32 signature_size;
	u32 patch_loc;
	struct nv_fw_hs_meta meta;
	struct nv_fw_hs_load_header load;
};

static bool booter_parse(const struct nv_firmware_file *file, struct booter_file *b)
{
	struct nv_fw_bin_header bin;
	struct nv_fw_hs_header hs;
	u32 patch_sig;

	if (!nv_firmware_copy(file, 0, &bin, sizeof(bin)) || bin.magic != NV_FW_BIN_MAGIC ||
	    bin.version != NV_FW_BIN_VERSION ||
	    !nv_firmware_copy(file, bin.header_offset, &hs, sizeof(hs)) ||
	    !nv_firmware_copy(file, hs.patch_loc_offset, &b->patch_loc, sizeof(b->patch_loc)) ||
	    !nv_firmware_copy(file, hs.patch_sig_offset, &patch_sig, sizeof(patch_sig)) ||
	    !nv_firmware_copy(file, hs.num_sig_offset, &b->nr_signatures,
			      sizeof(b->nr_signatures)) ||
	    hs.meta_data_size < sizeof(b->meta) ||
	    !nv_firmware_copy(file, hs.meta_data_offset, &b->meta, sizeof(b->meta)) ||
	    hs.load_header_size < sizeof(b->load) ||
	    !nv_firmware_copy(file, hs.load_header_offset, &b->load, sizeof(b->load)))
		return false;

	b->image_size = bin.data_size;
	b->image = nv_firmware_at(file, bin.data_offset, bin.data_size);
	b->signatures = nv_firmware_at(file, (u64)hs.sig_prod_offset + patch_sig,
				       hs.sig_prod_size);
	if (!b->image || !b->signatures || !b->nr_signatures ||
	    hs.sig_prod_size % b->nr_signatures)
		return false;
	b->signature_size = hs.sig_prod_size / b->nr_signatures;
	return true;
}

static bool booter_within(u32 off, u32 len, u32 size)
{
	return len <= size && off <= size - len;
}

/* The parts lie inside the image and the signature's place inside the data part. */
static bool booter_consistent(const struct booter_file *b)
{
	const struct nv_fw_hs_load_header *load = &b->load;

	return load->num_apps == 1 &&
	       booter_within(load->app_code_offset, load->app_code_size, b->image_size) &&
	       booter_within(load->os_data_offset, load->os_data_size, b->image_size) &&
	       b->patch_loc >= load->os_data_offset &&
	       booter_within(b->patch_loc - load->os_data_offset, b->signature_size,
			     load->os_data_size) &&
	       b->meta.ucode_id && b->meta.ucode_id <= NV_FUSE_OPT_FPF_UCODE_ID_MAX;
}

/* The first signature is for the highest fuse version, the last for version 0. */
static const u8 *booter_signature(struct nv_hw *hw, const struct nv_firmware_file *file,
				  const struct booter_file *b)
{
	u32 fuse = nv_rd32(hw, NV_FUSE_OPT_FPF_SEC2_UCODE_VERSION(b->meta.ucode_id));
	u32 version = fls(FIELD_GET(NV_FUSE_OPT_FPF_UCODE_VERSION_DATA, fuse));
	const u8 *signature;

	if (b->nr_signatures == 1)
		version = 0;
	if (version >= b->nr_signatures)
		return NULL;

	/* Released files have an empty one for versions that were never sold. */
	signature = b->signatures + (b->nr_signatures - 1 - version) * b->signature_size;
	return memchr_inv(signature, 0, b->signature_size) ? signature : NULL;
}

int nv_booter_init(struct nv_hw *hw, struct nv_falcon_ucode *ucode,
		   const struct nv_firmware_file *file)
{
	struct booter_file b;
	const u8 *signature;
	int err;

	if (!booter_parse(file, &b) || !booter_consistent(&b))
		return nv_firmware_bad(hw, file, "is truncated or no booter image");

	signature = booter_signature(hw, file, &b);
	if (!signature)
		return nv_fail(hw, -EIO, "%s has no signature for this GPU's fuses: cannot boot",
			       file->name);

	*ucode = (struct nv_falcon_ucode) {
		.name = file->base,
		.imem = {
			.size = b.load.app_code_size,
			.virt = b.load.app_code_offset,
		},
		.dmem = { .size = b.load.os_data_size },
		.sig_dmem_addr = b.patch_loc - b.load.os_data_offset,
		.engine_id_mask = b.meta.engine_id_mask,
		.ucode_id = b.meta.ucode_id,
	};
	err = nv_falcon_ucode_init(hw, ucode, b.image + b.load.app_code_offset,
				   b.image + b.load.os_data_offset);
	if (err == -EINVAL)
		return nv_firmware_bad(hw, file, "has an image that fits no falcon");
	if (err)
		return err;

	memcpy(nv_falcon_ucode_dmem(ucode) + ucode->sig_dmem_addr, signature, b.signature_size);
	nv_firmware_note_standin(hw, file, b.image, b.image_size);
	return 0;
}

int nv_booter_run(const struct nv_falcon *sec2, const struct nv_falcon_ucode *ucode,
		  u32 mailbox0, u32 mailbox1)
{
	u32 mailbox[2] = { mailbox0, mailbox1 };
	int err;

	err = nv_falcon_reset(sec2);
	if (!err)
		err = nv_falcon_run(sec2, ucode, mailbox);
	if (err)
		return nv_fail(sec2->hw, err, "%s does not end on %s (%d)", ucode->name,
			       sec2->name, err);
	if (mailbox[0])
		return nv_fail(sec2->hw, -EIO, "%s failed on %s with error %#x", ucode->name,
			       sec2->name, mailbox[0]);
	return 0;
}
