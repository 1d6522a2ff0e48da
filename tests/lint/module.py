# SPDX-License-Identifier: MIT OR GPL-2.0
"""Lints that read what a build of the modules says."""

import os
import re
import subprocess

from tree import lint

HERE = os.path.dirname(os.path.abspath(__file__))
MESSAGE = re.compile(r"(?P<path>[\w./+-]+\.[ch])(:\d+)*: (warning|error): .*")
ERROR = re.compile(r".*(\berror: |\*\*\* |^ERROR: ).*")


def build(tree):
    """Build the modules once a run; return make's exit code and lines."""
    if not hasattr(tree, "build"):
        command = [os.path.join(HERE, "module-build"), tree.root]
        command += [tree.kdir] if tree.kdir else []
        result = subprocess.run(command, check=False, text=True, errors="replace",
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        tree.build = result.returncode, result.stdout.splitlines()
    return tree.build


def kind(line, tree):
    """Return who complains in @line about a file of ours: gcc, sparse, objtool, or None."""
    if "objtool:" in line:
        return "objtool"
    if line.startswith(("WARNING: modpost:", "cc1: warning:")):
        return "gcc"
    match = MESSAGE.match(line)
    if not match or match["path"] not in tree.paths:
        return None
    return "gcc" if re.search(r"\[-W[\w=+-]+\]$", line) else "sparse"


def complaints(tree, who):
    """Yield what @who said; a build that failed is everyone's complaint."""
    code, lines = build(tree)
    if code:
        yield next((line for line in lines if ERROR.match(line)), f"make ended with code {code}")
        if who != "gcc":	# errors look the same from everyone
            return
    elif not any(line.lstrip().startswith("CHECK ") for line in lines):
        yield "the build checked no file: nothing to judge"
    yield from dict.fromkeys(line for line in lines if kind(line, tree) == who)


@lint
def module_gcc(tree):
    """The modules build without a warning of the compiler or of modpost, with W=1."""
    yield from complaints(tree, "gcc")


@lint
def module_objtool(tree):
    """objtool understands every function of the modules."""
    yield from complaints(tree, "objtool")


@lint
def module_sparse(tree):
    """sparse finds no wrong address space, lock balance or byte order in the modules."""
    yield from complaints(tree, "sparse")
