# SPDX-License-Identifier: MIT OR GPL-2.0
"""The little of ELF that a relocatable x86-64 object needs to be followed through.

Works on any buffer, normally an mmap, and touches only the parts it is asked for: most of
a 200 MB object is debug information that is never read.
"""

import struct
from typing import NamedTuple

from . import FirmwareError

ET_REL = 1
EM_X86_64 = 62
SHT_SYMTAB, SHT_RELA, SHT_NOBITS = 2, 4, 8
STB_LOCAL = 0
R_X86_64_64, R_X86_64_32, R_X86_64_32S = 1, 10, 11

EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
SHDR = struct.Struct("<IIQQQQIIQQ")
SYM = struct.Struct("<IBBHQQ")
RELA = struct.Struct("<QQq")

MAX_GETTER = 64		# bytes of a function that returns one address


class Section(NamedTuple):
    type: int
    offset: int
    size: int
    link: int
    info: int


class Symbol(NamedTuple):
    section: int
    value: int
    size: int


class Place(NamedTuple):
    """Where a pointer points: a section and an offset in it."""
    section: int
    offset: int


class Object:
    """A relocatable object whose pointers are followed by their relocations."""

    def __init__(self, buf):
        self.buf = buf
        self.sections = self._read_sections()
        self.symtab = self._find_symtab()
        self._pointers = {}

    def _slice(self, offset, size, what):
        if offset + size > len(self.buf):
            raise FirmwareError(f"truncated object: {what} ends past the end of the file")
        return self.buf[offset:offset + size]

    def _read_sections(self):
        if self.buf[:4] != b"\x7fELF":
            raise FirmwareError("not an ELF object")
        fields = EHDR.unpack(self._slice(0, EHDR.size, "ELF header"))
        ident, kind, machine, shoff = fields[0], fields[1], fields[2], fields[6]
        shentsize, shnum = fields[11], fields[12]
        if ident[4:6] != b"\x02\x01" or kind != ET_REL or machine != EM_X86_64:
            raise FirmwareError("not a relocatable x86-64 ELF object")
        if shentsize != SHDR.size or not shnum:
            raise FirmwareError("ELF object without a usable section table")
        table = self._slice(shoff, shnum * SHDR.size, "section table")
        return [Section(h[1], h[4], h[5], h[6], h[7]) for h in SHDR.iter_unpack(table)]

    def _find_symtab(self):
        for section in self.sections:
            if section.type == SHT_SYMTAB and section.link < len(self.sections):
                return section
        raise FirmwareError("ELF object without a symbol table: fully stripped")

    def _entries(self, section, form, what):
        size = section.size - section.size % form.size
        return form.iter_unpack(self._slice(section.offset, size, what))

    def _room(self, place):
        """Return how many bytes of section contents lie at and after @place."""
        if not 0 <= place.section < len(self.sections):
            raise FirmwareError(f"pointer into section {place.section}, which does not exist")
        section = self.sections[place.section]
        if section.type == SHT_NOBITS or not 0 <= place.offset <= section.size:
            raise FirmwareError(f"pointer past the end of section {place.section}")
        return section.size - place.offset

    def data(self, place, size):
        """Return @size bytes of section contents at @place."""
        if size > self._room(place):
            raise FirmwareError(f"{size} bytes run past the end of section {place.section}")
        start = self.sections[place.section].offset + place.offset
        return self._slice(start, size, f"section {place.section}")

    def string(self, place, limit=64):
        """Return the NUL-terminated ASCII string at @place."""
        raw = bytes(self.data(place, min(limit, self._room(place))))
        text, nul, _ = raw.partition(b"\0")
        if not nul or not text.isascii():
            raise FirmwareError(f"no string at section {place.section}+{place.offset:#x}")
        return text.decode("ascii")

    def global_symbols(self, wanted):
        """Return {name: Symbol} of the global symbols whose name wanted() accepts."""
        names = self.sections[self.symtab.link]
        strings = bytes(self._slice(names.offset, names.size, "symbol names"))
        found = {}
        for name, info, _, shndx, value, size in self._entries(self.symtab, SYM, "symbols"):
            if info >> 4 == STB_LOCAL or not 0 < shndx < len(self.sections):
                continue
            end = strings.find(b"\0", name)
            text = strings[name:end].decode("ascii", "replace")
            if wanted(text):
                found[text] = Symbol(shndx, value, size)
        return found

    def _symbol_place(self, index, addend):
        if index >= self.symtab.size // SYM.size:
            raise FirmwareError(f"relocation against symbol {index}, which does not exist")
        raw = self._slice(self.symtab.offset + index * SYM.size, SYM.size, "symbols")
        _, _, _, shndx, value, _ = SYM.unpack(raw)
        return Place(shndx, value + addend)

    def _relocations(self, section):
        for rela in self.sections:
            if rela.type == SHT_RELA and rela.info == section:
                yield from self._entries(rela, RELA, f"relocations of section {section}")

    def pointer(self, place):
        """Follow the 64-bit pointer stored at @place."""
        if place.section not in self._pointers:
            self._pointers[place.section] = {
                offset: (info >> 32, addend)
                for offset, info, addend in self._relocations(place.section)
                if info & 0xffffffff == R_X86_64_64}
        target = self._pointers[place.section].get(place.offset)
        if target is None:
            raise FirmwareError(
                f"no pointer at section {place.section}+{place.offset:#x}, where one belongs")
        return self._symbol_place(*target)

    def addresses_taken(self, functions):
        """Return {name: Place} of the address that each of @functions, {name: Symbol}, loads."""
        places = {}
        for section in {function.section for function in functions.values()}:
            owner = {function.value + i: name for name, function in functions.items()
                     if function.section == section
                     for i in range(min(function.size, MAX_GETTER))}
            for offset, info, addend in self._relocations(section):
                if offset in owner and info & 0xffffffff in (R_X86_64_32, R_X86_64_32S):
                    places[owner[offset]] = self._symbol_place(info >> 32, addend)
        return places
