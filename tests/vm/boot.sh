#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# The driver boots the GPU for Debian's nvidia-smi, and does so again after it was unloaded.

. ./lib.sh

uuid='GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
line="^GPU 0: NVIDIA GeForce RTX 3060 Laptop GPU \\(UUID: $uuid\\)\$"

check loads load
first=$(nvidia-smi -L 2>&1)
matches nvidia-smi "$first" "$line"
check unloads unload
is no-device-nodes-left "$(compgen -G '/dev/nvidia*')" ''
check loads-again load
second=$(nvidia-smi -L 2>&1)
matches nvidia-smi-again "$second" "$line"
is same-gpu "$second" "$first"
check unloads-again unload
