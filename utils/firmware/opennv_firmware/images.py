# SPDX-License-Identifier: MIT OR GPL-2.0
"""The files of a release: what goes into each, and its form, which is linux-firmware's.

Every file but the FMC begins with a 24-byte header: magic, version, size, offset of a second
header, offset and size of the image.
"""

import struct
import zlib
from typing import Callable, NamedTuple

from . import FirmwareError

RELEASE = "550.163.01"

BIN_HEADER = struct.Struct("<6I")
BIN_MAGIC, BIN_VERSION = 0x10de, 1
HS_HEADER = struct.Struct("<9I")
LOAD_HEADER = struct.Struct("<9I")
META = struct.Struct("<3I")


def bin_header(header_size, image):
    """Return the header before a second header of @header_size bytes and @image."""
    data_offset = BIN_HEADER.size + header_size
    size = (data_offset + len(image) + 255) & ~255
    return BIN_HEADER.pack(BIN_MAGIC, BIN_VERSION, size, BIN_HEADER.size, data_offset, len(image))


def check_booter(name, image, signatures, count, patch_loc, load):
    """Refuse a booter whose parts do not fit each other, so that it is never run."""
    _, _, data_offset, data_size, apps, _, _, _, _ = load
    if apps != 1 or data_offset + data_size > len(image):
        raise FirmwareError(f"{name}: load header does not describe the image")
    if not count or not signatures or len(signatures) % count:
        raise FirmwareError(f"{name}: {len(signatures)} bytes are not {count} signatures")
    end = patch_loc + len(signatures) // count
    if not data_offset <= patch_loc < end <= len(image) or any(image[patch_loc:end]):
        raise FirmwareError(f"{name}: no room for a signature at {patch_loc:#x} of the image")
    if not any(signatures):
        raise FirmwareError(f"{name}: all signatures are empty")


def booter(archive):
    """Assemble a booter or scrubber: header, signatures, where they go, load header, image."""
    image, signatures = archive["image_prod"], archive["sig_prod"]
    meta, load = archive["patch_meta"], archive["header_prod"]
    patch_loc, patch_sig = archive.u32("patch_loc"), archive.u32("patch_sig")
    count = archive.u32("num_sigs")
    if len(load) != LOAD_HEADER.size or len(meta) != META.size or patch_sig:
        raise FirmwareError(f"{archive.name}: header or signature data of an unknown form")
    check_booter(archive.name, image, signatures, count, patch_loc, LOAD_HEADER.unpack(load))

    at = BIN_HEADER.size + HS_HEADER.size
    after = at + len(signatures)
    meta_at = after + 8
    count_at = meta_at + META.size
    load_at = count_at + 4
    hs_header = HS_HEADER.pack(at, len(signatures), after, after + 4, meta_at, META.size,
                               count_at, load_at, LOAD_HEADER.size)
    body = b"".join((hs_header, signatures, struct.pack("<II", patch_loc, patch_sig), meta,
                     struct.pack("<I", count), load))
    return bin_header(len(body), image) + body + image


def bootloader(archive):
    """Assemble a bootloader, signed for production or not signed at all: descriptor, image."""
    suffix = "_prod" if "ucode_image_prod" in archive.entries else ""
    desc, image = archive["ucode_desc" + suffix], archive["ucode_image" + suffix]
    if not desc or len(desc) % 4 or not image:
        raise FirmwareError(f"{archive.name}: empty or odd-sized descriptor or image")
    return bin_header(len(desc), image) + desc + image


ELF32_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
ELF32_SECTION = struct.Struct("<10I")
SHT_PROGBITS, SHT_STRTAB = 1, 3
SHF_STRINGS = 0x20
FMC_FLAGS = 0xfff00102		# sh_info holds the CRC-32 of the part


def fmc(archive):
    """Assemble the FMC that the FSP of Hopper verifies: a small ELF with one section a part."""
    parts = [(name, archive["ucode_" + entry]) for name, entry in
             (("hash", "hash"), ("signature", "sig"), ("publickey", "pkey"), ("image", "image"))]
    names = b"\0.shstrtab\0" + b"".join(name.encode() + b"\0" for name, _ in parts)
    at = ELF32_HEADER.size + ELF32_SECTION.size * (len(parts) + 2)
    table = [bytes(ELF32_SECTION.size),
             ELF32_SECTION.pack(1, SHT_STRTAB, SHF_STRINGS, 0, at, len(names), 0, 0, 1, 1)]
    contents = names
    for name, data in parts:
        contents += bytes(-len(contents) % 4)
        table.append(ELF32_SECTION.pack(names.index(name.encode()), SHT_PROGBITS, FMC_FLAGS, 0,
                                        at + len(contents), len(data), 0, zlib.crc32(data), 4, 0))
        contents += data
    header = ELF32_HEADER.pack(b"\x7fELF\1\1\1".ljust(16, b"\0"), 0, 0, 1, 0, 0,
                               ELF32_HEADER.size, 0, ELF32_HEADER.size, 0, 0,
                               ELF32_SECTION.size, len(table), 1)
    return header + b"".join(table) + contents


class Image(NamedTuple):
    """A file of the release: how it is made, from which archive, and its SHA-256."""
    assemble: Callable
    archive: str
    sha256: str


IMAGES = {
    "ad102/booter_load.bin": Image(
        booter, "kgspBooterLoadUcode_AD102",
        "3d8a9f22810234fe85909dcd496c8b5aea29862fa6c2eb4160ac449a2daa5629"),
    "ad102/booter_unload.bin": Image(
        booter, "kgspBooterUnloadUcode_AD102",
        "b1bcc8353eadb0ee8764c252de269282c7f458f9443218e98e5985b7fb4cc3d5"),
    "ad102/bootloader.bin": Image(
        bootloader, "kgspGspRmBoot_AD102",
        "65ab2e6b6e0fca95365c4deac79a34582abcfeb15b6ae234138f22e7183118a8"),
    "ad102/scrubber.bin": Image(
        booter, "ksec2SecurescrubUcode_AD10X",
        "c397358e5c4258dab070966589c7b172eb00771fd15d0bb74b8e22f327c1909b"),
    "ga100/booter_load.bin": Image(
        booter, "kgspBooterLoadUcode_GA100",
        "387e17114a6f1f64f21a9450a7c484e32a50578634d771938659796627d0ee1b"),
    "ga100/booter_unload.bin": Image(
        booter, "kgspBooterUnloadUcode_GA100",
        "b316c6a0bc1f528ad26aa7c104353adc7b4ae23023ce669c1bfd17d5c4132bb2"),
    "ga100/bootloader.bin": Image(
        bootloader, "kgspGspRmBoot_GA100",
        "e7670009c98791b8030953ab1d22ecdbf3e073744d928fa15f6267de4eceaad3"),
    "ga102/booter_load.bin": Image(
        booter, "kgspBooterLoadUcode_GA102",
        "32a14b5de4be0ebb3d813f5f46dd3ab13ed70bb9a25438466151e30be7e313d9"),
    "ga102/booter_unload.bin": Image(
        booter, "kgspBooterUnloadUcode_GA102",
        "7c5e3a8892f9833ea61c09af465fbff71be95ea8ffb076325726047605788e26"),
    "ga102/bootloader.bin": Image(
        bootloader, "kgspGspRmBoot_GA102",
        "82428f532240727e95bb3083fbaaba9b2cc7b937314323f2d546ce7245f27fad"),
    "gh100/bootloader.bin": Image(
        bootloader, "kgspGspRmBoot_GH100",
        "2ffd9c97be4008fc41c036ebe1b918c5a1e6d563b05c1d20790506337fbf1ef4"),
    "gh100/fmc.bin": Image(
        fmc, "kgspGspRmFmcGfwProdSigned_GH100",
        "d55a462c4e86a062269d8e85a6a0d935d276a388429ef6707a34999410df8d79"),
    "tu102/booter_load.bin": Image(
        booter, "kgspBooterLoadUcode_TU102",
        "ac3f5a2da4c8933de2a8985895dfebe39c10d5749db42a44ce5be1c11c1977d0"),
    "tu102/booter_unload.bin": Image(
        booter, "kgspBooterUnloadUcode_TU102",
        "4d081d07b105468570fc3bf1640877dd24063dbf949fd63f2bfae9c38d37142f"),
    "tu102/bootloader.bin": Image(
        bootloader, "kgspGspRmBoot_TU102",
        "12e987b636c2f00fa40f42fd95097515c0817b158119c584049a37faf38f8f96"),
    "tu102/gen_bootloader.bin": Image(
        bootloader, "ksec2BlUcode_TU102",
        "b37776a511b4a00901e4e3ac568db917086d3bf439f85bc9b3e4adc7338a0aff"),
    "tu116/booter_load.bin": Image(
        booter, "kgspBooterLoadUcode_TU116",
        "752918c8bab4a33646d331fef124935bfe33234e11bf4be23cd0acfa9075e3c5"),
    "tu116/booter_unload.bin": Image(
        booter, "kgspBooterUnloadUcode_TU116",
        "5f0e559419bd68d51d3d609ce4ef7fc8565525cf26460d6b07700b8796aa59bd"),
}

CHIPS = sorted({path.split("/")[0] for path in IMAGES})
