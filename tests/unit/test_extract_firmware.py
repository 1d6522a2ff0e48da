#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR GPL-2.0
"""opennv-extract-firmware against small objects that have the containers of the real one."""

import contextlib
import hashlib
import importlib.machinery
import importlib.util
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import zlib

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
FIRMWARE = os.path.join(HERE, "../../utils/firmware")
sys.path[:0] = [os.path.join(HERE, ".."), FIRMWARE]

from opennv_firmware import FirmwareError, bindata, elf, images, source  # noqa: E402
import verdict  # noqa: E402

CHIP = "TU102"
LOAD, UNLOAD = f"kgspBooterLoadUcode_{CHIP}", f"kgspBooterUnloadUcode_{CHIP}"
BOOT, FMC = f"kgspGspRmBoot_{CHIP}", "kgspGspRmFmcGfwProdSigned_GH100"
COMPRESSED, OVERRIDE = 1, 2


def load_tool():
    loader = importlib.machinery.SourceFileLoader(
        "tool", os.path.join(FIRMWARE, "opennv-extract-firmware"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tool", loader))
    loader.exec_module(module)
    return module


tool = load_tool()


def deflated(plain, crc=None, size=None):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (stream.compress(plain) + stream.flush() +
            struct.pack("<II", zlib.crc32(plain) if crc is None else crc,
                        len(plain) if size is None else size))


class Entry:
    """A storage record: what is stored, the size it claims to have, its flags."""

    def __init__(self, plain, flags=OVERRIDE, stored=None, actual=None):
        self.flags = flags
        self.stored = stored or (deflated(plain) if flags & COMPRESSED else plain)
        self.actual = len(plain) if actual is None else actual


def u32(*values):
    return struct.pack(f"<{len(values)}I", *values)


def booter_entries(image=None, sig=bytes(range(1, 33)), count=2, patch_loc=0x200, apps=1,
                   data=(0x200, 0x100), patch_sig=0):
    if image is None:
        image = bytes(random.Random(1).randbytes(0x200)) + bytes(0x100)
    load = u32(0, 0x100, *data, apps, 0x100, 0x100, 0x100, 0)
    return {"image_prod": Entry(image, COMPRESSED | OVERRIDE), "sig_prod": Entry(sig),
            "header_prod": Entry(load, COMPRESSED), "patch_loc": Entry(u32(patch_loc)),
            "patch_sig": Entry(u32(patch_sig)), "patch_meta": Entry(u32(1, 1, 3)),
            "num_sigs": Entry(u32(count))}


def good_archives():
    return {LOAD: booter_entries(), UNLOAD: booter_entries(count=1),
            BOOT: {"ucode_desc": Entry(u32(*range(19)), COMPRESSED),
                   "ucode_image": Entry(b"code" * 100, COMPRESSED)},
            FMC: {"ucode_hash": Entry(b"h" * 48), "ucode_sig": Entry(b"s" * 383),
                  "ucode_pkey": Entry(b"p" * 384), "ucode_image": Entry(b"i" * 1001)}}


def c_source(archives):
    """Return C that the compiler lays out as NVIDIA's build does its bindata."""
    records, blobs, tables, getters = [], [], [], []
    for name, entries in archives.items():
        unit, rest = name[:4], name[4:]
        rows = []
        for entry, data in entries.items():
            blob = f"{unit}BinArchive{rest}_{entry}_data"
            blobs.append(f"static const unsigned char {blob}[] = {{"
                         f"{','.join(map(str, data.stored))}}};")
            rows.append(f'{{"{entry}", &g_bindata_pvt[{len(records)}]}}')
            records.append(f"{{{data.actual}, {len(data.stored)}, {blob}, {data.flags}}}")
        tables.append(f"static const struct {{unsigned n; struct entry e[{len(rows)}];}} "
                      f"__{unit}GetBinArchive{rest} = {{{len(rows)}, {{{','.join(rows)}}}}};")
        getters.append(f"const void *{unit}GetBinArchive{rest}(void)"
                       f"{{ return &__{unit}GetBinArchive{rest}; }}")
    return "\n".join([
        "struct record {unsigned actual, stored; const void *data; unsigned flags;};",
        "struct entry {const char *name; const struct record *record;};",
        "extern const struct record g_bindata_pvt[];", *blobs,
        f"const struct record g_bindata_pvt[] = {{{','.join(records)}}};", *tables, *getters])


def build(directory, archives):
    path = os.path.join(directory, "nv-kernel.o_binary")
    command = ["gcc", "-xc", "-O2", "-g", "-mcmodel=kernel", "-fno-pic", "-fcf-protection=none",
               "-c", "-o", path, "-"]
    subprocess.run(command, input=c_source(archives), text=True, check=True)
    return path


def contents(path):
    with open(path, "rb") as file:
        return file.read()


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir)

    def archives(self, archives=None):
        path = build(self.dir, archives or good_archives())
        return bindata.Archives(elf.Object(contents(path)))

    def refused(self, pattern, archives, name, read):
        with self.assertRaisesRegex(FirmwareError, pattern):
            read(self.archives(archives).read(name))


class Bindata(Case):
    def entry(self, entry):
        return self.archives({LOAD: {"a": Entry(b"other"), "x": entry}}).read(LOAD)["x"]

    def entry_refused(self, pattern, entry):
        self.refused(pattern, {LOAD: {"x": entry}}, LOAD, lambda archive: archive["x"])

    def test_bit_0_alone_says_compressed(self):
        plain = b"plain " * 50
        for flags in range(8):
            with self.subTest(flags=flags):
                self.assertEqual(self.entry(Entry(plain, flags)), plain)

    def test_wrong_crc(self):
        self.entry_refused("CRC", Entry(b"x" * 64, COMPRESSED, deflated(b"x" * 64, crc=1)))

    def test_wrong_length_in_trailer(self):
        self.entry_refused("CRC", Entry(b"x" * 64, COMPRESSED, deflated(b"x" * 64, size=63)))

    def test_size_recorded_is_not_the_size(self):
        for actual in (63, 65):
            with self.subTest(actual=actual):
                self.entry_refused("size recorded", Entry(b"x" * 64, COMPRESSED, actual=actual))
                self.entry_refused("stored for", Entry(b"x" * 64, actual=actual))

    def test_stream_cut_short(self):
        stored = deflated(random.Random(2).randbytes(200))
        for cut in (1, 9, 100):
            with self.subTest(cut=cut):
                self.entry_refused("compressed data",
                                   Entry(bytes(200), COMPRESSED, stored[:-cut]))

    def test_garbage_instead_of_a_stream(self):
        self.entry_refused("damaged", Entry(bytes(20), COMPRESSED, b"\xff" * 40))

    def test_huge_size(self):
        self.entry_refused("too large", Entry(b"x", COMPRESSED, actual=0xffffffff))

    def test_missing_archive_and_entry(self):
        with self.assertRaisesRegex(FirmwareError, "archive kgspNone_TU102 is missing"):
            self.archives().read("kgspNone_TU102")
        self.refused("no entry nothing", None, LOAD, lambda archive: archive["nothing"])

    def test_number_of_wrong_size(self):
        self.refused("3 bytes where 4", {LOAD: {"x": Entry(b"abc")}}, LOAD,
                     lambda archive: archive.u32("x"))


class Objects(Case):
    def strip(self, *options):
        path = build(self.dir, good_archives())
        whole = images.booter(self.archives().read(LOAD))
        subprocess.run(["strip", *options, path], check=True)
        stripped = bindata.Archives(elf.Object(contents(path)))
        self.assertEqual(images.booter(stripped.read(LOAD)), whole)

    def test_stripped_of_debug_information(self):
        self.strip("-g")

    def test_stripped_of_local_symbols(self):
        self.strip("--strip-unneeded")

    def read_all(self, raw):
        archives = bindata.Archives(elf.Object(raw))
        images.booter(archives.read(LOAD))
        images.bootloader(archives.read(BOOT))
        images.fmc(archives.read(FMC))

    def test_truncated_anywhere(self):
        raw = contents(build(self.dir, good_archives()))
        for size in [0, 1, 63] + list(range(64, len(raw), 97)) + [len(raw) - 1]:
            with self.subTest(size=size), self.assertRaises(FirmwareError):
                self.read_all(raw[:size])

    def test_damaged_anywhere(self):
        raw = contents(build(self.dir, good_archives()))
        rng = random.Random(3)
        refused = 0
        for _ in range(2000):
            bad = bytearray(raw)
            for _ in range(rng.randrange(1, 20)):
                bad[rng.randrange(len(bad))] = rng.choice((0, 1, 0x7f, 0xff, rng.randrange(256)))
            try:
                self.read_all(bytes(bad))
            except FirmwareError:
                refused += 1
        self.assertGreater(refused, 100)

    def test_wild_pointers(self):
        raw = contents(build(self.dir, good_archives()))
        obj = elf.Object(raw)
        refused = 0
        for section in [s for s in obj.sections if s.type == elf.SHT_RELA]:
            for offset in range(section.offset, section.offset + section.size, elf.RELA.size):
                bad = bytearray(raw)
                place, info, _ = elf.RELA.unpack_from(raw, offset)
                elf.RELA.pack_into(bad, offset, place, info, (1 << 63) - 1)
                try:
                    self.read_all(bytes(bad))
                except FirmwareError:
                    refused += 1
        self.assertGreater(refused, 20)

    def test_other_objects(self):
        raw = bytearray(contents(build(self.dir, good_archives())))
        for what, offset, value in (("class", 4, 1), ("byte order", 5, 2), ("type", 16, 3),
                                    ("machine", 18, 183)):
            with self.subTest(what), self.assertRaisesRegex(FirmwareError, "x86-64"):
                elf.Object(bytes(raw[:offset]) + bytes([value]) + bytes(raw[offset + 1:]))

    def test_object_without_bindata(self):
        path = os.path.join(self.dir, "empty.o")
        subprocess.run(["gcc", "-xc", "-c", "-o", path, "-"], input="int x;", text=True, check=True)
        with self.assertRaisesRegex(FirmwareError, "no g_bindata_pvt"):
            bindata.Archives(elf.Object(contents(path)))


class Images(Case):
    def test_booter(self):
        entries = booter_entries()
        file = images.booter(self.archives().read(LOAD))
        image = zlib.decompress(entries["image_prod"].stored[:-8], -15)
        self.assertEqual(file[:24], u32(0x10de, 1, 0x400, 24, 152, 0x300))
        self.assertEqual(file[24:60], u32(60, 32, 92, 96, 100, 12, 112, 116, 36))
        self.assertEqual(file[60:92], bytes(range(1, 33)))
        self.assertEqual(file[92:116], u32(0x200, 0, 1, 1, 3, 2))
        self.assertEqual(file[116:152], u32(0, 0x100, 0x200, 0x100, 1, 0x100, 0x100, 0x100, 0))
        self.assertEqual(file[152:], image)

    def booter_refused(self, pattern, **changes):
        with self.subTest(**{key: str(value)[:20] for key, value in changes.items()}):
            self.refused(pattern, {LOAD: booter_entries(**changes)}, LOAD, images.booter)

    def test_booter_whose_parts_do_not_fit(self):
        self.booter_refused("load header", apps=2)
        self.booter_refused("load header", data=(0x200, 0x101))
        self.booter_refused("unknown form", patch_sig=4)
        self.booter_refused("signatures", count=0)
        self.booter_refused("signatures", count=3)
        self.booter_refused("no room", patch_loc=0x2f8)
        self.booter_refused("no room", patch_loc=0xffffffff)
        self.booter_refused("no room", patch_loc=0x100, image=bytes(0x300))
        self.booter_refused("no room", image=b"\1" * 0x300)
        self.booter_refused("empty", sig=bytes(32))

    def test_bootloader(self):
        file = images.bootloader(self.archives().read(BOOT))
        self.assertEqual(file[:24], u32(0x10de, 1, 0x200, 24, 100, 400))
        self.assertEqual(file[24:], u32(*range(19)) + b"code" * 100)

    def test_bootloader_signed_for_production(self):
        entries = {"ucode_desc_prod": Entry(b"desc"), "ucode_image_prod": Entry(b"image"),
                   "ucode_desc_dbg": Entry(b"none"), "ucode_image_dbg": Entry(b"none")}
        file = images.bootloader(self.archives({BOOT: entries}).read(BOOT))
        self.assertEqual(file[24:], b"descimage")

    def test_fmc(self):
        file = images.fmc(self.archives().read(FMC))
        sections = [struct.unpack_from("<10I", file, 52 + 40 * i) for i in range(6)]
        names = file[sections[1][4]:][:sections[1][5]]
        parts = {names[s[0]:].split(b"\0")[0]: file[s[4]:s[4] + s[5]] for s in sections[2:]}
        self.assertEqual(parts, {b"hash": b"h" * 48, b"signature": b"s" * 383,
                                 b"publickey": b"p" * 384, b"image": b"i" * 1001})
        for section in sections[2:]:
            self.assertEqual(section[4] % 4, 0)
            self.assertEqual(section[7], zlib.crc32(file[section[4]:section[4] + section[5]]))


class Tool(Case):
    """The whole program, its table replaced by one that has the sums of the test's images."""

    def setUp(self):
        super().setUp()
        self.object = build(self.dir, good_archives())
        self.output = os.path.join(self.dir, "out")
        archives = bindata.Archives(elf.Object(contents(self.object)))
        table = {}
        for path, make, name in (("tu102/booter_load.bin", images.booter, LOAD),
                                 ("tu102/booter_unload.bin", images.booter, UNLOAD),
                                 ("gh100/fmc.bin", images.fmc, FMC)):
            digest = hashlib.sha256(make(archives.read(name))).hexdigest()
            table[path] = images.Image(make, name, digest)
        patch = unittest.mock.patch.object(images, "IMAGES", table)
        patch.start()
        self.addCleanup(patch.stop)

    def run_tool(self, *argv):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = tool.main([*argv, "--output", self.output])
            except SystemExit as stop:
                code = stop.code
        return code, out.getvalue(), err.getvalue()

    def fails(self, pattern, *argv):
        code, out, err = self.run_tool(*argv)
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, rf"\Aopennv-extract-firmware: .*{pattern}.*\n\Z")

    def files(self):
        return sorted(os.path.relpath(os.path.join(top, name), self.output)
                      for top, _, names in os.walk(self.output) for name in names)

    def test_object(self):
        self.assertEqual(self.run_tool("--object", self.object)[::2], (0, ""))
        self.assertEqual(self.files(), sorted(images.IMAGES))
        mode = os.stat(os.path.join(self.output, "gh100/fmc.bin")).st_mode
        self.assertEqual(mode & 0o777, 0o644)
        self.assertEqual(self.run_tool("--check")[::2], (0, ""))

    def test_one_chip(self):
        self.assertEqual(self.run_tool("--object", self.object, "--chip", "gh100")[0], 0)
        self.assertEqual(self.files(), ["gh100/fmc.bin"])
        self.fails("booter_load.bin .missing", "--check")

    def test_check_finds_changed_file(self):
        self.run_tool("--object", self.object)
        with open(os.path.join(self.output, "gh100/fmc.bin"), "ab") as file:
            file.write(b"x")
        self.fails("fmc.bin .wrong contents", "--check")

    def test_images_of_another_release(self):
        other = images.IMAGES["gh100/fmc.bin"]._replace(sha256="0" * 64)
        images.IMAGES["gh100/fmc.bin"] = other
        self.fails("gh100/fmc.bin is not that of release", "--object", self.object)
        self.assertEqual(self.files(), [])

    def test_no_room_leaves_nothing(self):
        calls = iter((None, OSError(28, "No space left on device")))

        def fsync(_):
            error = next(calls)
            if error:
                raise error
        with unittest.mock.patch("os.fsync", fsync):
            self.fails("No space left", "--object", self.object)
        self.assertEqual(self.files(), [])

    def test_output_is_a_file(self):
        with open(self.output, "w", encoding="ascii"):
            pass
        self.fails("out", "--object", self.object)

    def test_no_such_object(self):
        self.fails("/nonexistent: No such file", "--object", "/nonexistent")
        self.fails("directory", "--object", self.dir)
        self.fails("empty or not a regular file", "--object", os.devnull)

    def test_package_not_installed(self):
        with unittest.mock.patch.object(source.installed_object, "__defaults__", ("/no/*/such",)):
            self.fails("nvidia-open-kernel-dkms .section contrib", "--chip", "tu102")

    def test_usage(self):
        for argv in (("--deb", "a", "--object", "b"), ("--check", "--deb", "a"),
                     ("--chip", "nv50"), ("--nothing",), ("argument",)):
            with self.subTest(argv=argv):
                self.assertEqual(self.run_tool(*argv)[0], 2)

    def make_deb(self, member):
        root = os.path.join(self.dir, "root")
        os.makedirs(os.path.join(root, "DEBIAN"))
        with open(os.path.join(root, "DEBIAN/control"), "w", encoding="ascii") as control:
            control.write("Package: test\nVersion: 1\nArchitecture: all\nMaintainer: nobody\n"
                          "Description: test\n")
        target = os.path.join(root, member)
        os.makedirs(os.path.dirname(target))
        shutil.copy(self.object, target)
        deb = os.path.join(self.dir, "test.deb")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "-b", root, deb], check=True,
                       stdout=subprocess.DEVNULL)
        return deb

    def test_deb(self):
        deb = self.make_deb("usr/src/nvidia-current-open-1/nvidia/nv-kernel.o_binary")
        self.assertEqual(self.run_tool("--deb", deb)[::2], (0, ""))
        self.assertEqual(self.files(), sorted(images.IMAGES))

    def test_truncated_deb(self):
        deb = self.make_deb("usr/src/nvidia-current-open-1/nvidia/nv-kernel.o_binary")
        whole = contents(deb)
        for keep in (0, 100, len(whole) // 2, len(whole) - 100):
            with self.subTest(keep=keep):
                with open(deb, "wb") as file:
                    file.write(whole[:keep])
                self.fails("not a whole Debian package", "--deb", deb)
                self.assertEqual(self.files(), [])

    def test_deb_found_damaged_after_the_object(self):
        deb = self.make_deb("usr/src/nvidia-current-open-1/nvidia/nv-kernel.o_binary")
        bindir = os.path.join(self.dir, "bin")
        os.mkdir(bindir)
        with open(os.path.join(bindir, "dpkg-deb"), "w", encoding="ascii") as script:
            script.write(f'#!/bin/sh\n{shutil.which("dpkg-deb")} "$@"\necho no end >&2\nexit 2\n')
        os.chmod(script.name, 0o755)
        with unittest.mock.patch.dict(os.environ, PATH=f"{bindir}:{os.environ['PATH']}"):
            self.fails("not a whole Debian package .no end", "--deb", deb)

    def test_other_deb(self):
        self.fails("it is not Debian's nvidia-open-kernel-dkms",
                   "--deb", self.make_deb("usr/src/other/main.o"))

    def test_no_such_deb(self):
        self.fails("/nonexistent.deb: No such file", "--deb", "/nonexistent.deb")
        self.fails("not a whole Debian package", "--deb", self.object)


if __name__ == "__main__":
    verdict.main("extract_firmware")
