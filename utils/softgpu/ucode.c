// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Which image is it? The chip's boot ROM runs nothing but what NVIDIA signed. The
 * model knows the signed images of this release by their digests, and the stand-ins
 * that it makes itself where those are not to be had.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include <linux/kernel.h>

#include "chip.h"

#include "abi/firmware-file.h"

#define MARK_SIZE	16
#define KIND_SIZE	16
#define SIG_SIZE	NV_VBIOS_FALCON_SIG_SIZE

typedef u8 digest[SHA256_DIGEST_LENGTH];

static const char *const kind_word[] = {
	[SG_UCODE_LOAD] = "load",
	[SG_UCODE_UNLOAD] = "unload",
	[SG_UCODE_BOOTLOADER] = "bootloader",
};

/**
 * struct known - a booter of 550.163.01 for GA10x
 * @kind: what it does
 * @image: SHA-256 of code and data part, the signature's place zero
 * @signature: SHA-256 of the signature for fuse version 1; there is none for 0
 */
struct known {
	enum sg_ucode_kind kind;
	digest image, signature;
};

static const struct known known_booters[] = {
	{ SG_UCODE_LOAD,
	  { 0x25, 0xbf, 0xba, 0xe9, 0x9d, 0xa2, 0x33, 0xb0, 0x3d, 0xa0, 0x1c, 0x4b, 0x1a, 0x78,
	    0x02, 0x7b, 0xb2, 0xf5, 0x21, 0x15, 0xe9, 0x43, 0x6f, 0xae, 0x14, 0xf1, 0xa9, 0x2d,
	    0xef, 0xc9, 0xea, 0x1b },
	  { 0x07, 0x52, 0x5e, 0xd3, 0x91, 0xc6, 0xea, 0x46, 0xc4, 0x13, 0xeb, 0xf5, 0xff, 0x2c,
	    0xe6, 0x05, 0xc9, 0x72, 0xd9, 0xff, 0xd0, 0x3c, 0x11, 0x67, 0x3b, 0xdb, 0xc4, 0x13,
	    0x39, 0x2d, 0x2d, 0x1f } },
	{ SG_UCODE_UNLOAD,
	  { 0xc0, 0xbe, 0xf6, 0x69, 0x96, 0xeb, 0x73, 0xb1, 0xae, 0xa2, 0xe2, 0x06, 0x24, 0x89,
	    0xaa, 0xed, 0xce, 0x2e, 0xcb, 0x6d, 0xae, 0xf5, 0xd5, 0x78, 0xa0, 0xa2, 0xfb, 0x6c,
	    0xeb, 0xb2, 0x1b, 0x07 },
	  { 0xd6, 0x3a, 0xc9, 0x39, 0x51, 0x3e, 0x6f, 0x8c, 0xc6, 0x79, 0x08, 0x61, 0x21, 0xe7,
	    0x87, 0x31, 0x2e, 0xc5, 0x4f, 0x1c, 0xb7, 0x88, 0x54, 0x37, 0xce, 0x52, 0xc6, 0x13,
	    0x52, 0x7b, 0xcb, 0x37 } },
};

static const digest known_bootloader = {
	0x3d, 0xf6, 0x51, 0xac, 0xb1, 0x74, 0xfd, 0x5f, 0x55, 0x61, 0xa1, 0x99, 0x69, 0x65, 0xb1,
	0x92, 0xf5, 0x0c, 0x5d, 0x76, 0x31, 0x68, 0x44, 0x6e, 0xd0, 0xd4, 0xea, 0xd1, 0x9d, 0x89,
	0x57, 0x68,
};

/* Digest of both parts with the signature's place zero; false without memory or room for one. */
static bool image_digest(digest out, const u8 *code, size_t code_size, const u8 *data,
			 size_t data_size)
{
	u8 *buf;

	if (data_size < SG_BOOTER_SIG_OFFSET + SIG_SIZE)
		return false;
	buf = malloc(code_size + data_size);
	if (!buf)
		return false;
	memcpy(buf, code, code_size);
	memcpy(buf + code_size, data, data_size);
	memset(buf + code_size + SG_BOOTER_SIG_OFFSET, 0, SIG_SIZE);
	SHA256(buf, code_size + data_size, out);
	free(buf);
	return true;
}

void sg_standin_mark(u8 *at, enum sg_ucode_kind kind)
{
	memset(at, 0, MARK_SIZE + KIND_SIZE);
	memcpy(at, NV_FW_STANDIN_MARK, sizeof(NV_FW_STANDIN_MARK) - 1);
	memcpy(at + MARK_SIZE, kind_word[kind], strlen(kind_word[kind]));
}

static bool has_mark(const u8 *at, enum sg_ucode_kind kind)
{
	u8 mark[MARK_SIZE + KIND_SIZE];

	sg_standin_mark(mark, kind);
	return !memcmp(at, mark, sizeof(mark));
}

bool sg_standin_sign(u8 *sig, const u8 *code, size_t code_size, const u8 *data, size_t data_size)
{
	digest image;

	if (!image_digest(image, code, code_size, data, data_size))
		return false;
	for (unsigned int i = 0; i < SIG_SIZE / sizeof(image); i++)
		memcpy(sig + i * sizeof(image), image, sizeof(image));
	return true;
}

void sg_standin_seal(u8 *image, size_t size)
{
	SHA256(image, size - SHA256_DIGEST_LENGTH, image + size - SHA256_DIGEST_LENGTH);
}

static enum sg_ucode_kind standin_booter(const struct softgpu_falcon *falcon, const char **why)
{
	enum sg_ucode_kind kind = SG_UCODE_LOAD;
	u8 sig[SIG_SIZE];

	if (!has_mark(falcon->imem, kind))
		kind = SG_UCODE_UNLOAD;
	if (!has_mark(falcon->imem, kind)) {
		*why = "no known booter is loaded";
		return SG_UCODE_UNKNOWN;
	}
	if (!sg_standin_sign(sig, falcon->imem, falcon->imem_end, falcon->dmem,
			     falcon->dmem_end) ||
	    memcmp(sig, falcon->dmem + SG_BOOTER_SIG_OFFSET, sizeof(sig))) {
		*why = "the stand-in's signature does not fit its code and data";
		return SG_UCODE_UNKNOWN;
	}
	return kind;
}

enum sg_ucode_kind sg_ucode_booter(const struct softgpu_falcon *falcon, const char **why)
{
	digest image, signature;

	if (!image_digest(image, falcon->imem, falcon->imem_end, falcon->dmem, falcon->dmem_end)) {
		*why = "nothing is loaded";
		return SG_UCODE_UNKNOWN;
	}
	SHA256(falcon->dmem + SG_BOOTER_SIG_OFFSET, SIG_SIZE, signature);
	for (size_t i = 0; i < ARRAY_SIZE(known_booters); i++) {
		const struct known *known = &known_booters[i];

		if (memcmp(image, known->image, sizeof(image)))
			continue;
		if (!memcmp(signature, known->signature, sizeof(signature)))
			return known->kind;
		*why = "the signature is not that of the version in the fuse";
		return SG_UCODE_UNKNOWN;
	}
	return standin_booter(falcon, why);
}

bool sg_ucode_is_bootloader(const u8 *image, size_t size)
{
	digest whole;

	SHA256(image, size, whole);
	if (!memcmp(whole, known_bootloader, sizeof(whole)))
		return true;
	if (size < MARK_SIZE + KIND_SIZE + sizeof(whole) || !has_mark(image, SG_UCODE_BOOTLOADER))
		return false;
	SHA256(image, size - sizeof(whole), whole);
	return !memcmp(whole, image + size - sizeof(whole), sizeof(whole));
}
