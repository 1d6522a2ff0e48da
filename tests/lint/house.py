# SPDX-License-Identifier: MIT OR GPL-2.0
"""Lints of the house's own rules, which need no program but this one."""

import os
import re

from tree import lint

SPDX = "SPDX-License-Identifier: MIT OR GPL-2.0"
# Texts for readers, and files whose form has no room for a comment.
NO_SPDX = re.compile(r"COPYING$|.*\.md$|\.gitignore$|debian/(?!rules$)[^/]*$|debian/source/|"
                     r".*\.shellcheckrc$")
MAX_COLUMNS = 100
MAX_FILE_LINES = 560
MAX_FUNCTION_LINES = 100

# The kernel facilities that src/ may use: what tests/unit/include can stand in for.
SRC_INCLUDES = set("""
    types kernel errno err list xarray mutex spinlock refcount bitmap bits bitfield bitops slab
    string overflow minmax build_bug align math math64 unaligned limits stddef container_of atomic
    stdarg bug compiler kref lockdep log2 processor interval_tree
""".split())
SRC_ASM_INCLUDES = {"<asm/byteorder.h>", "<asm/barrier.h>"}

# Addresses for readers are fine: licences', the form of debian/copyright, kernel documentation.
READERS_HOSTS = r"(?:www\.|docs\.)?(?:debian|gnu|fsf|kernel)\.org"
OUTSIDE_NAMES = re.compile("|".join((
    r"(?<![\w.])/(?:wor[k]|home)/",
    rf"\b(?:https?|ftp)://(?!{READERS_HOSTS}\b)[\w.-]+",
    r"\b(?:archive|deb|ftp|mirrors?|packages|proxy|registry|security|snapshot)"
    r"\.[\w-]+\.[a-z]{2,}\b")))
KERNEL_VERSION = re.compile(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION|LINUX_VERSION_(MAJOR|"
                            r"PATCHLEVEL|SUBLEVEL)|UTS_RELEASE|RHEL_RELEASE_\w+|NV_HAVE_\w+)\b")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"][^>"]*[>"])')


@lint
def spdx(tree):
    """Every source file begins with the licence line."""
    for path in tree.paths:
        if NO_SPDX.match(path):
            continue
        head = tree.text(path).split("\n", 3)[:3]
        wanted = {".c": f"// {SPDX}", ".h": f"/* {SPDX} */"}.get(path[-2:])
        if wanted and head[0] != wanted:
            yield f"{path}:1: first line is not '{wanted}'"
        elif not wanted and not any(SPDX in line for line in head):
            yield f"{path}:1: no '{SPDX}' in the first three lines"


@lint
def file_length(tree):
    """No file is longer than one can keep in mind."""
    for path in sorted({*tree.c_files(), *tree.python_files(), *tree.shell_files()}):
        count = tree.text(path).count("\n")
        if count > MAX_FILE_LINES:
            yield f"{path}:{count}: {count} lines, more than {MAX_FILE_LINES}"


@lint
def line_length(tree):
    """Scripts keep to the columns that checkpatch asks of C."""
    for path in sorted({*tree.python_files(), *tree.shell_files()}):
        for number, line in tree.lines(path):
            if len(line.expandtabs(8)) > MAX_COLUMNS:
                yield f"{path}:{number}: longer than {MAX_COLUMNS} columns"


@lint
def function_length(tree):
    """No C function is longer than two screens."""
    for path in tree.c_files():
        start = 0
        for number, line in tree.lines(path):
            if line == "{":
                start = number
            elif line == "}" and start:
                if number - start - 1 > MAX_FUNCTION_LINES:
                    yield (f"{path}:{start}: function of {number - start - 1} lines, "
                           f"more than {MAX_FUNCTION_LINES}")
                start = 0


@lint
def kernel_version(tree):
    """Only compat/ knows that kernels differ."""
    for path in tree.c_files("kernel-open/", "src/"):
        if path.startswith("kernel-open/compat/"):
            continue
        for number, line in tree.lines(path):
            if KERNEL_VERSION.search(line):
                yield f"{path}:{number}: asks which kernel it is outside kernel-open/compat"


@lint
def kernel_window(tree):
    """The window that dkms.conf declares is that of the tests and of the README."""
    needed = "dkms.conf", "utils/vm/debian-kernel", "README.md"
    if not set(needed) <= set(tree.paths):
        return
    conf, table, readme = (tree.text(path) for path in needed)
    window = re.search(r'^BUILD_EXCLUSIVE_KERNEL="(.*)"$', conf, re.M)
    tested = sorted({tuple(map(int, v)) for v in re.findall(r"^(\d+)\.(\d+)\b", table, re.M)})
    if not window or not tested:
        yield "dkms.conf:1: declares no window, or no kernel is tested"
        return
    names = [f"{major}.{minor}" for major, minor in tested]
    (major, minor), newest = tested[0], names[-1]
    for name in names:
        if not re.match(window[1], f"{name}.0-1-amd64"):
            yield f"dkms.conf:1: refuses {name}, which is tested"
    for name in (f"{major}.{minor - 1}", f"{major - 1}.19"):
        if re.match(window[1], f"{name}.0-1-amd64"):
            yield f"dkms.conf:1: accepts {name}, which is older than what is tested"
    if f"{names[0]} to {newest}" not in readme:
        yield f"README.md:1: does not say that kernels are {names[0]} to {newest}"


@lint
def src_includes(tree):
    """src/ is free of Linux subsystems."""
    for path in tree.c_files("src/"):
        for number, line in tree.lines(path):
            match = INCLUDE.match(line)
            if not match:
                continue
            name = match[1]
            if name.startswith('"'):
                places = ("src", os.path.dirname(path))
                if not any(os.path.join(p, name.strip('"')) in tree.paths for p in places):
                    yield f"{path}:{number}: {name} is not in src/"
            elif name not in SRC_ASM_INCLUDES and name[7:-3] not in SRC_INCLUDES:
                yield f"{path}:{number}: {name} is not one of the headers that src/ may use"
            elif name not in SRC_ASM_INCLUDES and not name.startswith("<linux/"):
                yield f"{path}:{number}: {name} is not a kernel header"


@lint
def outside_names(tree):
    """Nothing depends on one machine's paths or one archive's address."""
    for path in tree.paths:
        for number, line in tree.lines(path):
            match = OUTSIDE_NAMES.search(line)
            if match:
                yield f"{path}:{number}: names '{match[0]}'"


@lint
def text(tree):
    """Files are ASCII, end in one newline and have no blanks at line ends."""
    for path in tree.paths:
        whole = tree.text(path)
        for number, line in tree.lines(path):
            if not line.isascii():
                yield f"{path}:{number}: not ASCII"
            elif line != line.rstrip():
                yield f"{path}:{number}: blank at the end of the line"
        if whole and (not whole.endswith("\n") or whole.endswith("\n\n")):
            yield f"{path}:{whole.count(chr(10))}: does not end in exactly one newline"


@lint
def modes(tree):
    """What starts with an interpreter line can be run, and nothing else can.

    A .sh file may have the line without that: it is read by another script.
    """
    for path in tree.paths:
        runs, names = os.access(tree.full(path), os.X_OK), tree.text(path).startswith("#!")
        if runs and not names:
            yield f"{path}:1: executable without '#!'"
        elif names and not runs and not path.endswith(".sh"):
            yield f"{path}:1: not executable but has '#!'"
