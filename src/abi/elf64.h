/* SPDX-License-Identifier: MIT OR GPL-2.0 */
#ifndef NV_ABI_ELF64_H
#define NV_ABI_ELF64_H

#include "abi/abi.h"

/*
 * The parts of ELF (System V ABI, 64 bit, little endian) that the GSP firmware file
 * uses: a file header and sections that are found by name.
 */

#define NV_ELF64_IDENT		"\177ELF\2\1\1"	/* 64 bit, little endian */
#define NV_ELF64_IDENT_SIZE	7
#define NV_ELF64_SHT_NOBITS	8

struct nv_elf64_header {
	u8 ident[16];
	u16 type;
	u16 machine;
	u32 version;
	u64 entry;
	u64 phoff;
	u64 shoff;
	u32 flags;
	u16 ehsize;
	u16 phentsize;
	u16 phnum;
	u16 shentsize;
	u16 shnum;
	u16 shstrndx;
};
NV_ABI_SIZE(struct nv_elf64_header, 64);

struct nv_elf64_section {
	u32 name;
	u32 type;
	u64 flags;
	u64 addr;
	u64 offset;
	u64 size;
	u32 link;
	u32 info;
	u64 addralign;
	u64 entsize;
};
NV_ABI_SIZE(struct nv_elf64_section, 64);

#endif
