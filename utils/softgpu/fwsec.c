// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * FWSEC, the part of the VBIOS that runs on the GSP falcon: FRTS puts write-protected
 * region 2 up around a piece of video memory, SB readies the chip for unloading.
 * Before either, the image must be what the ROM holds, but for the places that a
 * driver is to patch.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/bitops.h>

#include "chip.h"
#include "regs/nv-fuse.h"
#include "regs/nv-pbus.h"

#define FRTS_SIZE	0x100000
#define FRTS_ALIGN	0x20000

/* What ends in a scratch register. NVIDIA's own codes are not public; these name the check. */
enum fwsec_error {
	FWSEC_OK,
	FWSEC_ERR_FAULT,	/* it was asked to fail */
	FWSEC_ERR_IMAGE,
	FWSEC_ERR_SIGNATURE,
	FWSEC_ERR_COMMAND,
	FWSEC_ERR_READ_VBIOS,
	FWSEC_ERR_FRTS,
	FWSEC_ERR_WPR2_UP,
};

/* As FRTS finds it in the command buffer; SB gets the first half. */
struct command {
	struct nv_fwsec_read_vbios_desc read_vbios;
	struct nv_fwsec_frts_region_desc frts;
} __packed;

static enum fwsec_error refuse(struct softgpu *gpu, enum fwsec_error err, const char *what)
{
	sg_log(gpu, "FWSEC refuses: %s", what);
	return err;
}

/* DMEM as the ROM has it, with the patched places taken over from what was loaded. */
static bool dmem_matches(const struct softgpu_falcon *gsp, const struct softgpu_vbios *vbios,
			 const struct nv_falcon_dmem_mapper_v3 *mapper, u32 mapper_at)
{
	const struct nv_vbios_falcon_desc_v3 *desc = &vbios->desc;
	const u8 *loaded = gsp->dmem + desc->dmem_phys_base;
	struct {
		u32 at, len;
	} patched[] = {
		{ desc->pkc_data_offset, NV_VBIOS_FALCON_SIG_SIZE },
		{ mapper_at + offsetof(struct nv_falcon_dmem_mapper_v3, init_cmd), sizeof(u32) },
		{ mapper->cmd_in_buffer_offset, mapper->cmd_in_buffer_size },
	};
	u8 expected[SG_FALCON_MEM_SIZE];

	memcpy(expected, vbios->rom + vbios->image + desc->imem_load_size, desc->dmem_load_size);
	for (unsigned int i = 0; i < 3; i++)
		memcpy(expected + patched[i].at, loaded + patched[i].at, patched[i].len);
	return !memcmp(expected, loaded, desc->dmem_load_size);
}

/* The mapper in the ROM: the loaded one is not to be trusted before it is compared. */
static u32 find_mapper(const struct softgpu_vbios *vbios, struct nv_falcon_dmem_mapper_v3 *mapper)
{
	const u8 *dmem = vbios->rom + vbios->image + vbios->desc.imem_load_size;
	const u8 *at = dmem + vbios->desc.interface_offset + sizeof(struct nv_falcon_appif_header);
	struct nv_falcon_appif_entry entry;

	do {
		memcpy(&entry, at, sizeof(entry));
		at += sizeof(entry);
	} while (entry.id != NV_FALCON_APPIF_DMEM_MAPPER);
	memcpy(mapper, dmem + entry.dmem_offset, sizeof(*mapper));
	return entry.dmem_offset;
}

static bool signature_matches(const struct softgpu_falcon *gsp, const struct softgpu_vbios *vbios)
{
	const struct nv_vbios_falcon_desc_v3 *desc = &vbios->desc;
	u32 fuse = sg_plain_get(gsp->gpu, NV_FUSE_OPT_FPF_GSP_UCODE_VERSION(desc->ucode_id));
	u32 version = fls(fuse);
	u32 index = __builtin_popcount(desc->signature_versions & (BIT(version) - 1));

	return !memcmp(gsp->dmem + desc->dmem_phys_base + desc->pkc_data_offset,
		       vbios->rom + vbios->signatures + index * NV_VBIOS_FALCON_SIG_SIZE,
		       NV_VBIOS_FALCON_SIG_SIZE);
}

static enum fwsec_error check_image(struct softgpu_falcon *gsp,
				    const struct nv_falcon_dmem_mapper_v3 *mapper, u32 mapper_at)
{
	const struct softgpu_vbios *vbios = gsp->gpu->vbios;
	const struct nv_vbios_falcon_desc_v3 *desc = &vbios->desc;
	const struct sg_falcon_brom brom = {
		.engine_id_mask = desc->engine_id_mask,
		.ucode_id = desc->ucode_id,
		.sig_offset = desc->pkc_data_offset,
	};
	const char *wrong = sg_falcon_brom_check(gsp, &brom);

	if (wrong)
		return refuse(gsp->gpu, FWSEC_ERR_IMAGE, wrong);
	if (memcmp(gsp->imem + desc->imem_phys_base, vbios->rom + vbios->image,
		   desc->imem_load_size))
		return refuse(gsp->gpu, FWSEC_ERR_IMAGE, "IMEM does not hold the image in the ROM");
	if (!dmem_matches(gsp, vbios, mapper, mapper_at))
		return refuse(gsp->gpu, FWSEC_ERR_IMAGE,
			      "DMEM differs from the ROM outside signature, init_cmd and command");
	if (!signature_matches(gsp, vbios))
		return refuse(gsp->gpu, FWSEC_ERR_SIGNATURE,
			      "the signature is not that of the version in the fuse");
	return FWSEC_OK;
}

static enum fwsec_error check_read_vbios(struct softgpu *gpu,
					 const struct nv_fwsec_read_vbios_desc *desc)
{
	if (desc->version != 1 || desc->size != sizeof(*desc))
		return refuse(gpu, FWSEC_ERR_READ_VBIOS,
			      "version or size of the ReadVbios descriptor");
	if (desc->gfw_image_offset || desc->gfw_image_size || desc->flags != 2)
		return refuse(gpu, FWSEC_ERR_READ_VBIOS,
			      "gfwImageOffset, gfwImageSize or flags of the ReadVbios descriptor");
	return FWSEC_OK;
}

static enum fwsec_error run_frts(struct softgpu *gpu, const struct nv_fwsec_frts_region_desc *desc)
{
	u64 offset = (u64)desc->frts_region_offset_4k << 12, start, end;

	if (desc->version != 1 || desc->size != sizeof(*desc))
		return refuse(gpu, FWSEC_ERR_FRTS, "version or size of the FRTS descriptor");
	if (desc->frts_region_media_type != NV_FWSEC_FRTS_MEDIA_FB)
		return refuse(gpu, FWSEC_ERR_FRTS, "frtsRegionMediaType is not video memory");
	if (desc->frts_region_size_4k != FRTS_SIZE >> 12)
		return refuse(gpu, FWSEC_ERR_FRTS, "frtsRegionSize is not 1 MiB");
	if (!offset || offset % FRTS_ALIGN || offset > gpu->vram_size - FRTS_SIZE)
		return refuse(gpu, FWSEC_ERR_FRTS,
			      "frtsRegionOffset4K is not a 128 KiB multiple inside video memory");
	if (sg_wpr2(gpu, &start, &end))
		return refuse(gpu, FWSEC_ERR_WPR2_UP, "WPR2 is up");
	sg_set_wpr2(gpu, offset, offset + FRTS_SIZE);
	sg_trace(gpu, "FWSEC-FRTS: WPR2 is %#llx to %#llx", offset, offset + FRTS_SIZE);
	return FWSEC_OK;
}

static enum fwsec_error run(struct softgpu *gpu, u32 init_cmd, const struct command *cmd)
{
	enum fwsec_error err;

	if (init_cmd != NV_FWSEC_CMD_FRTS && init_cmd != NV_FWSEC_CMD_SB)
		return refuse(gpu, FWSEC_ERR_COMMAND, "init_cmd is neither FRTS nor SB");
	if (sg_fault(gpu, SOFTGPU_FAULT_FWSEC_FAILS))
		return refuse(gpu, FWSEC_ERR_FAULT, "it was told to fail");
	err = check_read_vbios(gpu, &cmd->read_vbios);
	if (err || init_cmd == NV_FWSEC_CMD_SB)
		return err;
	return run_frts(gpu, &cmd->frts);
}

static void set_result(struct softgpu *gpu, u32 init_cmd, enum fwsec_error err)
{
	if (init_cmd == NV_FWSEC_CMD_SB)
		sg_plain_set(gpu, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_SB),
			     FIELD_PREP(NV_PBUS_VBIOS_SCRATCH_SB_ERR, err));
	else
		sg_plain_set(gpu, NV_PBUS_VBIOS_SCRATCH(NV_PBUS_VBIOS_SCRATCH_FRTS),
			     FIELD_PREP(NV_PBUS_VBIOS_SCRATCH_FRTS_ERR, err));
	sg_trace(gpu, "FWSEC command %#x: %u", init_cmd, err);
}

void sg_fwsec_run(struct softgpu_falcon *gsp)
{
	const u8 *dmem = gsp->dmem + gsp->gpu->vbios->desc.dmem_phys_base;
	struct nv_falcon_dmem_mapper_v3 mapper;
	u32 at = find_mapper(gsp->gpu->vbios, &mapper), init_cmd;
	enum fwsec_error err = check_image(gsp, &mapper, at);
	struct command cmd;

	memcpy(&init_cmd, dmem + at + offsetof(struct nv_falcon_dmem_mapper_v3, init_cmd),
	       sizeof(init_cmd));
	memcpy(&cmd, dmem + mapper.cmd_in_buffer_offset, sizeof(cmd));
	if (!err)
		err = run(gsp->gpu, init_cmd, &cmd);
	set_result(gsp->gpu, init_cmd, err);
}
