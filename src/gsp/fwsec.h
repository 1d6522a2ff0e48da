/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_FWSEC_H
#define NV_GSP_FWSEC_H

#include "gsp/falcon.h"
#include "gsp/vbios.h"

/* FWSEC puts its data (FRTS) into a WPR2 of this size. */
#define NV_FWSEC_FRTS_SIZE	0x100000

/**
 * struct nv_fwsec - the VBIOS's own firmware, kept until the GPU is shut down
 * @ucode: the image, signature in place
 * @mapper: offset in its DMEM of the structure that names the command
 * @cmd_in: offset in its DMEM of the command's arguments
 */
struct nv_fwsec {
	struct nv_falcon_ucode ucode;
	u32 mapper;
	u32 cmd_in;
};

/**
 * nv_fwsec_init() - make FWSEC ready to run
 * @hw: registers are readable: fuses choose the signature
 * @fwsec: filled in
 * @image: as found in the VBIOS; not needed afterwards
 *
 * Return: 0; -EINVAL if the image makes no sense, -EIO if it has no signature for
 * this GPU, each with one log line; -ENODEV, -ENOMEM.
 */
int nv_fwsec_init(struct nv_hw *hw, struct nv_fwsec *fwsec, const struct nv_vbios_fwsec *image);
void nv_fwsec_fini(struct nv_hw *hw, struct nv_fwsec *fwsec);

/**
 * nv_fwsec_frts() - let FWSEC put FRTS data into a new WPR2 at @offset of video memory
 * @fwsec: initialised
 * @gsp: runs it; is reset first
 * @offset: multiple of 4 KiB
 *
 * Return: 0; -EIO if it refused, -ETIMEDOUT, -ENODEV, each with one log line.
 */
int nv_fwsec_frts(struct nv_fwsec *fwsec, const struct nv_falcon *gsp, u64 offset);

/** nv_fwsec_sb() - let FWSEC restore what runs without a driver; as nv_fwsec_frts() */
int nv_fwsec_sb(struct nv_fwsec *fwsec, const struct nv_falcon *gsp);

/** nv_gfw_booted() - has the firmware that runs before any driver done its work? */
bool nv_gfw_booted(struct nv_hw *hw);

/** nv_wpr2_up() - is there a WPR2? */
bool nv_wpr2_up(struct nv_hw *hw);

#endif
