#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Module parameters do what upstream's of the same name do, and /proc shows them.

. ./lib.sh

proc=/proc/driver/nvidia

check loads load NVreg_DeviceFileMode=0640 NVreg_DeviceFileGID=44 \
	NVreg_RegistryDwords='"RmFirst=1; RmSecond = 0x10;nonsense"' \
	NVreg_RegistryDwordsPerDevice="pci=0000:00:1f.7;RmOther=1;pci=$(basename "$(gpu)");RmOurs=7"
is control-node "$(stat -c '%a %g %t:%T' /dev/nvidiactl)" '640 44 c3:ff'
is gpu-node "$(stat -c '%a %g %t:%T' /dev/nvidia0)" '640 44 c3:0'
matches version "$(cat $proc/version)" '^NVRM version: .*550\.163\.01'
is params-mode "$(grep '^DeviceFileMode:' $proc/params)" 'DeviceFileMode: 416'
registry=$(cat $proc/gpus/*/registry)
matches registry-first "$registry" 'RmFirst: 1'
matches registry-second "$registry" 'RmSecond: 16'
matches registry-of-this-gpu "$registry" 'RmOurs: 7'
is registry-of-another-gpu "$(grep -c RmOther <<<"$registry")" 0
logged says-what-is-wrong '"nonsense" ignored'
matches unknown-before-start "$(cat $proc/gpus/*/information)" 'Model:.*Unknown'
check smi nvidia-smi -L
information=$(cat $proc/gpus/*/information)
matches model "$information" 'Model:[[:space:]]+NVIDIA GeForce RTX 3060 Laptop GPU'
matches vbios "$information" 'Video BIOS:[[:space:]]+94\.06\.17\.00\.5f'
uuid=$(nvidia-smi -L | sed 's/.*UUID: \(.*\))/\1/')
matches uuid "$information" "GPU UUID:[[:space:]]+$uuid"
check unloads unload
