/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_GSP_VBIOS_H
#define NV_GSP_VBIOS_H

#include <linux/bitmap.h>
#include <linux/types.h>

#include "abi/vbios.h"
#include "nv-hw.h"

/* PROM is slow, so the image is fetched piecewise as it is looked at. */
#define NV_VBIOS_CHUNK		256
#define NV_VBIOS_NR_CHUNKS	(NV_VBIOS_MAX_SIZE / NV_VBIOS_CHUNK)

/**
 * struct nv_vbios - a GPU's VBIOS while it is read
 * @hw: the GPU
 * @rom: what was fetched of PROM
 * @fetched: chunks of @rom that are there
 * @start: PROM offset of the first image; what offsets below count from
 * @size: bytes of all images
 * @expansion: added to pointers into the extended image, which count as if it
 *	followed the base image
 */
struct nv_vbios {
	struct nv_hw *hw;
	u8 *rom;
	DECLARE_BITMAP(fetched, NV_VBIOS_NR_CHUNKS);
	u32 start;
	u32 size;
	u32 expansion;
};

/**
 * struct nv_vbios_fwsec - FWSEC as found in a VBIOS; valid until nv_vbios_close()
 * @desc: its descriptor; load sizes are covered by @image
 * @signatures: @nr_signatures times NV_VBIOS_FALCON_SIG_SIZE bytes
 * @nr_signatures: at least one
 * @image: code, then data
 */
struct nv_vbios_fwsec {
	struct nv_vbios_falcon_desc_v3 desc;
	const u8 *signatures;
	unsigned int nr_signatures;
	const u8 *image;
};

/**
 * nv_vbios_open() - find the images in PROM
 * @hw: registers are readable
 * @vbios: filled in
 *
 * Return: 0; -EINVAL if there is no well-formed image (one log line says what is
 * wrong), -ENODEV, -ENOMEM.
 */
int nv_vbios_open(struct nv_hw *hw, struct nv_vbios *vbios);
void nv_vbios_close(struct nv_vbios *vbios);

/** nv_vbios_version() - write "94.06.17.00.5f", or "??.??.??.??.??", to @buf */
void nv_vbios_version(struct nv_vbios *vbios, char *buf, size_t size);

/** nv_vbios_find_fwsec() - find FWSEC; 0, -EINVAL with one log line, -ENODEV */
int nv_vbios_find_fwsec(struct nv_vbios *vbios, struct nv_vbios_fwsec *fwsec);

#endif
