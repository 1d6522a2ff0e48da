# SPDX-License-Identifier: MIT OR GPL-2.0
"""What a lint is, and the files that lints look at."""

import os
import subprocess


def lint(function):
    """Mark @function, which yields 'path:line: what is wrong' for each thing it finds."""
    function.is_lint = True
    return function


def lints_of(*modules):
    """Return {name: function} of the lints in @modules."""
    return {name.replace("_", "-"): function for module in modules
            for name, function in vars(module).items() if hasattr(function, "is_lint")}


class Missing(Exception):
    """A program or file that a lint needs is not there."""


class Tree:
    """A folder with the names of the files in it that belong to the project."""

    def __init__(self, root, paths, kdir=None):
        self.root = root
        self.paths = sorted(paths)
        self.kdir = kdir
        self._texts = {}

    @classmethod
    def of_checkout(cls, root, kdir=None):
        """Return the tree of the checkout at @root: what git has or would add."""
        listed = subprocess.run(["git", "-C", root, "-c", "safe.directory=*", "ls-files", "-z",
                                 "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True, text=True)
        names = (name for name in listed.stdout.split("\0") if name)
        return cls(root, {name for name in names if os.path.isfile(os.path.join(root, name))}, kdir)

    def full(self, path):
        return os.path.join(self.root, path)

    def text(self, path):
        """Return the text of the file @path; bytes that are not UTF-8 become U+FFFD."""
        if path not in self._texts:
            with open(self.full(path), encoding="utf-8", errors="replace", newline="") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def lines(self, path):
        """Yield (number, line) of the file @path."""
        return enumerate(self.text(path).split("\n"), 1)

    def below(self, *tops, endings=("",)):
        """Return the paths that start with one of @tops and end with one of @endings."""
        return [p for p in self.paths if p.startswith(tops) and p.endswith(endings)]

    def c_files(self, *tops):
        return self.below(*tops or ("",), endings=(".c", ".h"))

    def scripts(self, interpreters, ending):
        """Return the paths that end in @ending or whose first line names an interpreter."""
        def starts(path):
            first = self.text(path).split("\n", 1)[0]
            return first.startswith("#!") and first.rsplit("/", 1)[-1].startswith(interpreters)
        return [p for p in self.paths if p.endswith(ending) or starts(p)]

    def python_files(self):
        return self.scripts(("python3", "env python3"), ".py")

    def shell_files(self):
        return self.scripts(("sh", "bash", "env bash"), ".sh")

    def man_pages(self):
        return [p for p in self.paths if p[-2:] in (".1", ".4", ".5", ".7", ".8")]
