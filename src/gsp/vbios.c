// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The VBIOS: from PROM to FWSEC.
 *
 * Every byte of it is taken as hostile. vbios_at() is the only way to the bytes and
 * checks each range; offsets are u32 and only ever added with overflow checks.
 * Layouts: open-gpu-kernel-modules 550.163.01, kernel_gsp_vbios_tu102.c,
 * kernel_gsp_fwsec.c.
 */
#include <linux/align.h>
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "gsp/vbios.h"
#include "regs/nv-prom.h"

/* Head of the flash if something precedes the first image. */
#define IFR_FIXED1			4
#define  IFR_FIXED1_VERSION		GENMASK(15, 8)
#define  IFR_FIXED1_DATA_SIZE		GENMASK(30, 16)
#define IFR_FIXED2			8
#define  IFR_FIXED2_TOTAL_DATA_SIZE	GENMASK(19, 0)
#define IFR_DIRECTORY_OFFSET		0x1000	/* from the flash status */
#define IFR_DIRECTORY_IMAGE		8

#define VDESC_VERSION			GENMASK(15, 8)
#define VDESC_SIZE			GENMASK(31, 16)

static const u16 rom_signatures[] = { NV_VBIOS_ROM_SIGNATURE, 0x4e56, 0xbb77 };

static void vbios_fetch(struct nv_vbios *vbios, u32 chunk)
{
	u32 off = chunk * NV_VBIOS_CHUNK;
	u32 end = off + NV_VBIOS_CHUNK;
	u32 word;

	for (; off < end; off += sizeof(word)) {
		word = nv_rd32(vbios->hw, NV_PROM_DATA(off));
		memcpy(vbios->rom + off, &word, sizeof(word));
	}
	__set_bit(chunk, vbios->fetched);
}

/* @len bytes at @off, or NULL if they are not all inside the images. */
static const u8 *vbios_at(struct nv_vbios *vbios, u32 off, u32 len)
{
	u32 end, chunk;

	if (!len || check_add_overflow(off, len, &end) || end > vbios->size)
		return NULL;

	off += vbios->start;
	end += vbios->start;
	for (chunk = off / NV_VBIOS_CHUNK; chunk <= (end - 1) / NV_VBIOS_CHUNK; chunk++)
		if (!test_bit(chunk, vbios->fetched))
			vbios_fetch(vbios, chunk);
	return vbios->rom + off;
}

static bool vbios_copy(struct nv_vbios *vbios, u32 off, void *to, u32 len)
{
	const u8 *from = vbios_at(vbios, off, len);

	if (from)
		memcpy(to, from, len);
	return from;
}

/* An offset beyond every image, so that vbios_at() refuses it. */
static u32 vbios_add(u32 off, u32 add)
{
	return size_add(off, add) > NV_VBIOS_MAX_SIZE ? NV_VBIOS_MAX_SIZE : off + add;
}

static int vbios_bad(struct nv_vbios *vbios, const char *what)
{
	return nv_fail(vbios->hw, -EINVAL, "VBIOS: %s", what);
}

static bool vbios_is_rom(struct nv_vbios *vbios, u32 off)
{
	unsigned int i;
	u16 signature;

	if (!vbios_copy(vbios, off, &signature, sizeof(signature)))
		return false;
	for (i = 0; i < ARRAY_SIZE(rom_signatures); i++)
		if (signature == rom_signatures[i])
			return true;
	return false;
}

static int vbios_ifr_directory(struct nv_vbios *vbios, u32 total, u32 *image)
{
	u32 status, signature;

	if (!vbios_copy(vbios, total, &status, sizeof(status)))
		return vbios_bad(vbios, "IFR data ends beyond PROM");

	status = vbios_add(status, IFR_DIRECTORY_OFFSET);
	if (!vbios_copy(vbios, status, &signature, sizeof(signature)) ||
	    signature != NV_VBIOS_IFR_DIR_SIGNATURE)
		return vbios_bad(vbios, "IFR has no ROM directory");

	if (!vbios_copy(vbios, vbios_add(status, IFR_DIRECTORY_IMAGE), image, sizeof(*image)))
		return vbios_bad(vbios, "ROM directory is cut off");
	return 0;
}

/* What the IFR section says of where the first image is. */
static int vbios_ifr(struct nv_vbios *vbios, u32 *image)
{
	u32 head[3], version;

	if (!vbios_copy(vbios, 0, head, sizeof(head)) || head[0] != NV_VBIOS_IFR_SIGNATURE)
		return vbios_bad(vbios, "no PCI ROM signature and no IFR header");

	version = FIELD_GET(IFR_FIXED1_VERSION, head[IFR_FIXED1 / 4]);
	switch (version) {
	case 1:
	case 2:
		if (!vbios_copy(vbios, FIELD_GET(IFR_FIXED1_DATA_SIZE, head[IFR_FIXED1 / 4]) + 4,
				image, sizeof(*image)))
			return vbios_bad(vbios, "IFR header is cut off");
		return 0;
	case 3:
		return vbios_ifr_directory(vbios, FIELD_GET(IFR_FIXED2_TOTAL_DATA_SIZE,
							    head[IFR_FIXED2 / 4]), image);
	default:
		return nv_fail(vbios->hw, -EINVAL, "VBIOS: unknown IFR version %u", version);
	}
}

static int vbios_find_start(struct nv_vbios *vbios)
{
	u32 start;
	int err;

	if (vbios_is_rom(vbios, 0))
		return 0;

	err = vbios_ifr(vbios, &start);
	if (err)
		return err;

	if (!IS_ALIGNED(start, 4) || !vbios_is_rom(vbios, start))
		return nv_fail(vbios->hw, -EINVAL,
			       "VBIOS: no image at %#x, where the IFR header says", start);

	vbios->start = start;
	vbios->size -= start;
	return 0;
}

struct vbios_image {
	u32 length;
	u8 code_type;
	bool last;
};

/* NVIDIA's extension behind the PCI structure, which overrides it. */
static void vbios_read_npde(struct nv_vbios *vbios, u32 off, struct vbios_image *image)
{
	struct nv_vbios_npde npde;
	u32 length;

	if (!vbios_copy(vbios, off, &npde, sizeof(npde)) ||
	    npde.signature != NV_VBIOS_NPDE_SIGNATURE ||
	    (npde.revision != 0x100 && npde.revision != 0x101))
		return;

	length = npde.subimage_length * NV_VBIOS_BLOCK_SIZE;
	if (npde.length > offsetof(struct nv_vbios_npde, last_image))
		image->last = npde.last_image & NV_VBIOS_LAST_IMAGE;
	else if (length < image->length)
		image->last = false;
	image->length = length;
}

static int vbios_read_image(struct nv_vbios *vbios, u32 off, struct vbios_image *image)
{
	struct nv_vbios_pcir pcir;
	u16 pointer;
	u32 at;

	if (!vbios_copy(vbios, vbios_add(off, NV_VBIOS_PCIR_POINTER), &pointer, sizeof(pointer)))
		return nv_fail(vbios->hw, -EINVAL, "VBIOS: image at %#x is cut off", off);

	at = vbios_add(off, pointer);
	if (!vbios_copy(vbios, at, &pcir, sizeof(pcir)) ||
	    (pcir.signature != NV_VBIOS_PCIR_SIGNATURE &&
	     pcir.signature != NV_VBIOS_NPDS_SIGNATURE))
		return nv_fail(vbios->hw, -EINVAL, "VBIOS: image at %#x has no PCI data", off);

	image->length = pcir.image_length * NV_VBIOS_BLOCK_SIZE;
	image->code_type = pcir.code_type;
	image->last = pcir.last_image & NV_VBIOS_LAST_IMAGE;
	vbios_read_npde(vbios, ALIGN(vbios_add(at, pcir.length), 16), image);

	if (!image->length || !vbios_at(vbios, off, 1) || image->length > vbios->size - off)
		return nv_fail(vbios->hw, -EINVAL, "VBIOS: image at %#x has length %#x", off,
			       image->length);
	return 0;
}

static int vbios_walk_images(struct nv_vbios *vbios)
{
	struct vbios_image image;
	u32 off = 0, base_size = 0, extended = 0;
	int err;

	do {
		err = vbios_read_image(vbios, off, &image);
		if (err)
			return err;

		if (image.code_type == NV_VBIOS_CODE_BASE && !base_size)
			base_size = image.length;
		else if (image.code_type == NV_VBIOS_CODE_EXTENDED && !extended)
			extended = off;
		off += image.length;
	} while (!image.last);

	vbios->size = off;
	if (base_size && extended >= base_size)
		vbios->expansion = extended - base_size;
	return 0;
}

int nv_vbios_open(struct nv_hw *hw, struct nv_vbios *vbios)
{
	int err;

	memset(vbios, 0, sizeof(*vbios));
	vbios->hw = hw;
	vbios->size = NV_VBIOS_MAX_SIZE;
	vbios->rom = kvmalloc(NV_VBIOS_MAX_SIZE, GFP_KERNEL);
	if (!vbios->rom)
		return -ENOMEM;

	err = vbios_find_start(vbios);
	if (!err)
		err = vbios_walk_images(vbios);
	if (err)
		nv_vbios_close(vbios);
	return err;
}

void nv_vbios_close(struct nv_vbios *vbios)
{
	kvfree(vbios->rom);
	vbios->rom = NULL;
	vbios->size = 0;
}

static bool vbios_is_bit(struct nv_vbios *vbios, u32 off, struct nv_vbios_bit_header *bit)
{
	const u8 *p = vbios_at(vbios, off, sizeof(*bit));
	u8 sum = 0;
	u32 i;

	if (!p || p[0] != (NV_VBIOS_BIT_ID & 0xff) || p[1] != NV_VBIOS_BIT_ID >> 8)
		return false;
	memcpy(bit, p, sizeof(*bit));
	if (bit->signature != NV_VBIOS_BIT_SIGNATURE || bit->header_size < sizeof(*bit))
		return false;

	p = vbios_at(vbios, off, bit->header_size);
	if (!p)
		return false;
	for (i = 0; i < bit->header_size; i++)
		sum += p[i];
	return !sum;
}

/* Offset of the first token with @id and @version whose data is @size bytes or more, or 0. */
static u32 vbios_bit_data(struct nv_vbios *vbios, u8 id, u8 min_version, u8 max_version, u16 size)
{
	struct nv_vbios_bit_header bit;
	struct nv_vbios_bit_token token;
	u32 off, i;

	for (off = 0; off < vbios->size; off++)
		if (vbios_is_bit(vbios, off, &bit))
			break;
	if (off == vbios->size || bit.token_size < sizeof(token))
		return 0;

	off += bit.header_size;
	for (i = 0; i < bit.token_entries; i++, off += bit.token_size) {
		if (!vbios_copy(vbios, off, &token, sizeof(token)))
			return 0;
		if (token.id == id && token.data_version >= min_version &&
		    token.data_version <= max_version && token.data_size >= size)
			return token.data_ptr;
	}
	return 0;
}

void nv_vbios_version(struct nv_vbios *vbios, char *buf, size_t size)
{
	u32 off = vbios_bit_data(vbios, NV_VBIOS_BIT_TOKEN_BIOSDATA, 1, 2, 6);
	const u8 *v = off ? vbios_at(vbios, off, 5) : NULL;

	if (v)
		snprintf(buf, size, "%02x.%02x.%02x.%02x.%02x", v[3], v[2], v[1], v[0], v[4]);
	else
		snprintf(buf, size, "??.??.??.??.??");
}

/* Fill in @fwsec from the descriptor at @off; everything in it is checked here. */
static int vbios_read_fwsec(struct nv_vbios *vbios, u32 off, struct nv_vbios_fwsec *fwsec)
{
	struct nv_vbios_falcon_desc_v3 *desc = &fwsec->desc;
	u32 size, image_size, signatures;

	if (!vbios_copy(vbios, off, desc, sizeof(*desc)))
		return vbios_bad(vbios, "FWSEC's descriptor lies beyond the image");

	size = FIELD_GET(VDESC_SIZE, desc->vdesc);
	if (!(desc->vdesc & NV_VBIOS_FALCON_DESC_VERSION_AVAILABLE) ||
	    FIELD_GET(VDESC_VERSION, desc->vdesc) != NV_VBIOS_FALCON_DESC_V3 ||
	    size < sizeof(*desc))
		return nv_fail(vbios->hw, -EINVAL, "VBIOS: FWSEC has unknown descriptor %#x",
			       desc->vdesc);

	signatures = (size - sizeof(*desc)) / NV_VBIOS_FALCON_SIG_SIZE;
	fwsec->nr_signatures = min_t(u32, signatures, desc->signature_count);
	if (!fwsec->nr_signatures)
		return vbios_bad(vbios, "FWSEC has no signature");
	fwsec->signatures = vbios_at(vbios, off + sizeof(*desc), size - sizeof(*desc));

	if (check_add_overflow(desc->imem_load_size, desc->dmem_load_size, &image_size))
		image_size = U32_MAX;
	fwsec->image = vbios_at(vbios, off + size, image_size);
	if (!fwsec->signatures || !fwsec->image)
		return vbios_bad(vbios, "FWSEC lies beyond the image");
	return 0;
}

int nv_vbios_find_fwsec(struct nv_vbios *vbios, struct nv_vbios_fwsec *fwsec)
{
	u32 off = vbios_bit_data(vbios, NV_VBIOS_BIT_TOKEN_FALCON_DATA, 2, 2, sizeof(u32));
	struct nv_vbios_falcon_table table;
	struct nv_vbios_falcon_entry entry;
	u32 pointer, i;

	if (!off)
		return vbios_bad(vbios, "no BIT with falcon data");
	if (!vbios_copy(vbios, off, &pointer, sizeof(pointer)))
		return vbios_bad(vbios, "falcon data lies beyond the image");

	off = vbios_add(vbios->expansion, pointer);
	if (!vbios_copy(vbios, off, &table, sizeof(table)))
		return nv_fail(vbios->hw, -EINVAL,
			       "VBIOS: falcon table at %#x lies beyond the image", pointer);
	if (table.version != 1 || table.header_size < sizeof(table) ||
	    table.entry_size < sizeof(entry))
		return vbios_bad(vbios, "unknown falcon table");

	off += table.header_size;
	for (i = 0; i < table.entry_count; i++, off += table.entry_size) {
		if (!vbios_copy(vbios, off, &entry, sizeof(entry)))
			return vbios_bad(vbios, "falcon table is cut off");
		if (entry.app_id == NV_VBIOS_FALCON_APP_FWSEC_LIC ||
		    entry.app_id == NV_VBIOS_FALCON_APP_FWSEC_PROD)
			return vbios_read_fwsec(vbios, vbios_add(vbios->expansion, entry.desc_ptr),
						fwsec);
	}
	return vbios_bad(vbios, "no FWSEC in the falcon table");
}
