# SPDX-License-Identifier: MIT OR GPL-2.0
"""Lints that other programs do."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import tempfile

from tree import Missing, lint

CACHE = os.environ.get("OPENNV_CACHE", "/var/cache/opennv")
HERE = os.path.dirname(os.path.abspath(__file__))

# Why each is not for us:
CHECKPATCH_IGNORE = (
    "UNCOMMENTED_DEFINITION",		# kernel-doc above the struct describes its locks
    "CAMELCASE",			# names of the release's interfaces are kept as they are
)
CHECKPATCH_IGNORE_USER = (		# utils/ and tests/, which are not built into a kernel
    "PREFER_DEFINED_ATTRIBUTE_MACRO",	# the kernel's names for attributes are not there
    "CONSIDER_KSTRTO", "NAKED_SSCANF", "SSCANF_TO_KSTRTO",	# nor are its string functions
    "STRCPY", "STRNCPY", "PREFER_FALLTHROUGH",
    "VOLATILE", "DATA_RACE",
)
CHECKPATCH_ROW_TYPES = ("COMPLEX_MACRO", "MACRO_ARG_REUSE", "MACRO_ARG_UNUSED",
                        "TRAILING_SEMICOLON", "MULTISTATEMENT_MACRO_USE_DO_WHILE")
CHECKPATCH_IGNORE_TESTS = ("MACRO_ARG_REUSE",)	# a test's name becomes several names
CHECKPATCH_IGNORE_STAND_INS = (		# what the kernel, or for KUnit the C library, defines
    "NEW_TYPEDEFS", "MACRO_ARG_PRECEDENCE", "MACRO_ARG_UNUSED",
    "COMPLEX_MACRO", "EMBEDDED_FUNCTION_NAME", "TYPECAST_INT_CONSTANT", "MEMORY_BARRIER",
    "AVOID_BUG",
)


def program(name, package=None):
    """Return the path of program @name; a lint whose program is missing fails."""
    path = shutil.which(name)
    if not path:
        raise Missing(f"{name} is missing: install {package or name}")
    return path


def kernel_script(name):
    """Return the path of the kernel's scripts/@name, fetched once into the cache."""
    folder = os.path.join(CACHE, "kernel-scripts")
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        fetch = subprocess.run([os.path.join(HERE, "fetch-kernel-scripts"), folder], check=False)
        if fetch.returncode or not os.path.exists(path):
            raise Missing(f"scripts/{name} of the kernel could not be had")
    return path


def run_each(tree, paths, command, folder=None, keep=lambda line: line):
    """Yield the lines that @command says about @paths, relative to the tree, a few at a time."""
    folder = folder or tree.root
    size = max(1, min(16, (len(paths) + 1) // 2))
    batches = [paths[i:i + size] for i in range(0, len(paths), size)]

    def run(batch):
        result = subprocess.run(["nice", *command, *map(tree.full, batch)], check=False, text=True,
                                errors="replace", cwd=folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return result.returncode, result.stdout.splitlines()

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, lines in pool.map(run, batches):
            kept = [line.replace(tree.root + "/", "") for line in lines if keep(line)]
            yield from kept
            if code and not kept:
                yield f"{os.path.basename(command[0])} ended with code {code}"


def in_house_form(tree, finding):
    """Say whether @finding is about a form of this house that checkpatch does not know.

    These are the assertion of a struct's layout right below it, and tables that are written
    as a macro of rows and used with one macro a column.
    """
    path, number, _, kind = finding.split(":")[:4]
    line = tree.text(path).split("\n")[int(number) - 1]
    if kind == "LINE_SPACING":
        return line.startswith(("NV_ABI_", "static_assert("))
    macro = re.match(r"#define (\w+)\(([^)]*)\)", line)
    if not macro or kind not in CHECKPATCH_ROW_TYPES:
        return False
    return re.fullmatch("[A-Z]", macro[2]) or re.search(rf"[A-Z]\({macro[1]}\)", tree.text(path))


def ignore_list(path):
    """Return checkpatch's types that do not count for @path."""
    types = CHECKPATCH_IGNORE
    if path == "kernel-open/nvidia/nv-uvm.c":	# exports for src/, which is free of Linux
        types += ("EXPORT_SYMBOL",)
    if path.startswith(("utils/", "tests/")):
        types += CHECKPATCH_IGNORE_USER
    if path.startswith("tests/"):
        types += CHECKPATCH_IGNORE_TESTS
    if path.startswith("tests/fuzz/"):	# libFuzzer's entry
        types += ("CAMELCASE",)
    if path.startswith(("tests/unit/include/", "tests/kunit/include/", "tests/kunit/unit-")):
        types += CHECKPATCH_IGNORE_STAND_INS
    return types


@lint
def checkpatch(tree):
    """The kernel's own style check."""
    command = [program("perl"), kernel_script("checkpatch.pl"), "--no-tree", "--strict",
               "--max-line-length=100", "--terse", "--show-types", "--no-summary"]
    groups = {}
    for path in tree.c_files():
        groups.setdefault(ignore_list(path), []).append(path)
    with tempfile.TemporaryDirectory() as folder:	# checkpatch leaves a file where it runs
        for types, paths in groups.items():
            found = run_each(tree, paths, [*command, "--ignore", ",".join(types), "--file"],
                             folder, lambda line: line.startswith(tree.root))
            yield from (line for line in found if not in_house_form(tree, line))


@lint
def kernel_doc(tree):
    """Comments for other files' callers have the form they claim."""
    command = [program("perl"), kernel_script("kernel-doc"), "-none"]
    paths = [p for p in tree.c_files("src/", "kernel-open/", "utils/") if "/**\n" in tree.text(p)]
    # What is named well needs no description: only a comment that is wrong counts.
    yield from run_each(tree, paths, command, keep=lambda line: not re.search(
        "not described in|No description found|^$", line))


@lint
def gcc(tree):
    """C that runs in user space compiles without a warning; as in a kernel, some do not count."""
    command = [program("gcc"), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter",
               "-Wno-sign-compare", "-Wno-missing-field-initializers", "-Wno-maybe-uninitialized",
               "-pthread", "-Isrc", "-Itests/unit/include", "-Iutils/softgpu", "-Itests/unit",
               "-S", "-o", os.devnull]
    for path in tree.below("src/", "utils/", "tests/unit/", endings=(".c",)):
        yield from run_each(tree, [path], command, keep=re.compile(r".*(warning|error): ").match)


@lint
def shellcheck(tree):
    """Shell scripts."""
    command = [program("shellcheck"), "--format=gcc", "--external-sources"]
    yield from run_each(tree, tree.shell_files(), command)


@lint
def python(tree):
    """Python parses, and has no unused or undefined names."""
    for path in tree.python_files():
        try:
            compile(tree.text(path), path, "exec")
        except SyntaxError as err:
            yield f"{path}:{err.lineno}: {err.msg}"
    yield from run_each(tree, tree.python_files(), [program("pyflakes3")])


@lint
def man(tree):
    """Manual pages are well-formed."""
    command = [program("mandoc"), "-T", "lint"]
    yield from run_each(tree, tree.man_pages(), command)
