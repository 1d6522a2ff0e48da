# SPDX-License-Identifier: MIT OR GPL-2.0
"""The archives of binary data inside NVIDIA's nv-kernel.o_binary.

g_bindata_pvt is an array of storage records; an archive is a directory that names some of
them; a getter function returns the archive's address. Getters and g_bindata_pvt are global
and so survive stripping, hence archives are found by the one address that a getter loads.
(open-gpu-kernel-modules 550.163.01, core/bin_data.h and bin_data_pvt.h)
"""

import re
import struct
import zlib

from . import FirmwareError
from .elf import Place

RECORD = struct.Struct("<IIQI4x")	# actual size, stored size, data pointer, flags
RECORD_DATA = 8
FLAG_COMPRESSED = 1
ENTRY_SIZE = 16				# name pointer, record pointer
TRAILER = struct.Struct("<II")		# CRC-32 and size of the plain data, as in gzip

MAX_PLAIN = 16 << 20
MAX_ENTRIES = 64
GETTER = re.compile(r"(kgsp|ksec2)GetBinArchive(\w+)")


def inflate(stored, size, what):
    """Inflate a raw deflate stream with a gzip trailer; check its size and CRC."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = stream.decompress(stored, size + 1)
    except zlib.error as err:
        raise FirmwareError(f"{what}: damaged compressed data ({err})") from err
    if len(plain) != size or len(stream.unused_data) != TRAILER.size:
        raise FirmwareError(f"{what}: compressed data is not of the size recorded for it")
    crc, length = TRAILER.unpack(stream.unused_data)
    if length != size or crc != zlib.crc32(plain):
        raise FirmwareError(f"{what}: wrong CRC, the data is damaged")
    return plain


class Archives:
    """All archives of one object, by the name of their getter without 'GetBinArchive'."""

    def __init__(self, obj):
        self.obj = obj
        symbols = obj.global_symbols(
            lambda name: name == "g_bindata_pvt" or GETTER.fullmatch(name))
        self.records = symbols.pop("g_bindata_pvt", None)
        if not self.records or not symbols:
            raise FirmwareError(
                "no g_bindata_pvt and its getters here: not the core of NVIDIA's open module")
        self.places = {"".join(GETTER.fullmatch(name).groups()): place
                       for name, place in obj.addresses_taken(symbols).items()}

    def read(self, name):
        """Return {entry: (where the entry's record is)} of archive @name."""
        if name not in self.places:
            raise FirmwareError(f"archive {name} is missing")
        place = self.places[name]
        (count,) = struct.unpack("<I", self.obj.data(place, 4))
        if not 0 < count <= MAX_ENTRIES:
            raise FirmwareError(f"archive {name}: {count} entries")
        entries = {}
        for offset in range(place.offset + 8, place.offset + 8 + count * ENTRY_SIZE, ENTRY_SIZE):
            entry = self.obj.string(self.obj.pointer(Place(place.section, offset)))
            entries[entry] = self.obj.pointer(Place(place.section, offset + 8))
        return Archive(self, name, entries)

    def record_data(self, place, what):
        """Return the plain bytes of the storage record at @place."""
        index = place.offset - self.records.value
        if (place.section != self.records.section or index % RECORD.size or
                not 0 <= index <= self.records.size - RECORD.size):
            raise FirmwareError(f"{what}: its record is not one of g_bindata_pvt")
        actual, stored, _, flags = RECORD.unpack(self.obj.data(place, RECORD.size))
        if actual > MAX_PLAIN or stored > MAX_PLAIN:
            raise FirmwareError(f"{what}: {max(actual, stored)} bytes is too large")
        data = self.obj.pointer(Place(place.section, place.offset + RECORD_DATA))
        raw = bytes(self.obj.data(data, stored))
        if flags & FLAG_COMPRESSED:
            return inflate(raw, actual, what)
        if stored != actual:
            raise FirmwareError(f"{what}: {stored} bytes stored for {actual}")
        return raw


class Archive:
    """One archive: a directory of named data."""

    def __init__(self, archives, name, entries):
        self.archives = archives
        self.name = name
        self.entries = entries

    def __getitem__(self, entry):
        if entry not in self.entries:
            raise FirmwareError(f"archive {self.name} has no entry {entry}")
        return self.archives.record_data(self.entries[entry], f"{self.name}.{entry}")

    def u32(self, entry):
        """Return the entry as a number."""
        raw = self[entry]
        if len(raw) != 4:
            raise FirmwareError(f"{self.name}.{entry}: {len(raw)} bytes where 4 belong")
        return int.from_bytes(raw, "little")
