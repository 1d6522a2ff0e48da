# SPDX-License-Identifier: MIT OR GPL-2.0
"""Where the object comes from: a file, a Debian package, or the installed package."""

import contextlib
import fnmatch
import glob
import mmap
import os
import shutil
import stat
import subprocess
import tarfile
import tempfile

from . import FirmwareError

PACKAGE = "Debian's nvidia-open-kernel-dkms (section contrib)"
MEMBER = "nvidia/nv-kernel.o_binary"
INSTALLED = "/usr/src/nvidia-current-open-*/" + MEMBER
MAX_OBJECT = 1 << 30


def installed_object(release, pattern=INSTALLED):
    """Return the path of the installed package's object, that of @release if there are more."""
    found = sorted(glob.glob(pattern), key=lambda path: (f"-{release}/" in path, path))
    if not found:
        raise FirmwareError(f"{pattern}: not found; install {PACKAGE} or give its file by --deb")
    return found[-1]


@contextlib.contextmanager
def mapped(file, name):
    """Map an open regular file, read-only."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        raise FirmwareError(f"{name}: empty or not a regular file")
    with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as buf:
        yield buf


def copy_member(stream, out):
    """Copy the object in the tar archive @stream to @out; say whether there is one."""
    found = False
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            if found or not member.isreg() or not fnmatch.fnmatch(member.name, "*/" + MEMBER):
                continue
            if member.size > MAX_OBJECT:
                raise FirmwareError(f"{member.name}: {member.size} bytes is too large")
            shutil.copyfileobj(tar.extractfile(member), out, 1 << 20)
            found = True
    return found


def unpack_deb(path, out):
    """Copy the object in the Debian package @path to @out, reading the package to its end."""
    with open(path, "rb"), tempfile.TemporaryFile() as errors:
        command = ["dpkg-deb", "--fsys-tarfile", os.path.abspath(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors,
                              env=dict(os.environ, LC_ALL="C")) as dpkg:
            try:
                found, damage = copy_member(dpkg.stdout, out), None
            except tarfile.TarError as err:
                found, damage = False, str(err)
        if dpkg.returncode or damage:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").split("\n")[0]
            raise FirmwareError(f"{path}: not a whole Debian package ({said or damage})")
        if not found:
            raise FirmwareError(f"{path}: no {MEMBER} in it; it is not {PACKAGE}")


@contextlib.contextmanager
def open_deb(path):
    """Map the object in the Debian package @path."""
    # Not under /tmp, which is memory on many machines: the object has over 200 MB.
    with tempfile.TemporaryFile(dir=os.environ.get("TMPDIR", "/var/tmp")) as out:
        unpack_deb(path, out)
        out.flush()
        with mapped(out, path) as buf:
            yield buf


@contextlib.contextmanager
def open_object(path):
    """Map the object file @path."""
    with open(path, "rb") as file, mapped(file, path) as buf:
        yield buf
