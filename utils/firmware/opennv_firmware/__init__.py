# SPDX-License-Identifier: MIT OR GPL-2.0
"""Boot images of NVIDIA GPUs, taken out of NVIDIA's open kernel module object."""


class FirmwareError(Exception):
    """Something about the input or the output that the user is told in one line."""
