#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# A GPU that nobody has open is shut down for a suspend and started again by its next user.

. ./lib.sh

echo platform >/sys/power/pm_test
echo 1 >/sys/module/suspend/parameters/pm_test_delay
check loads load
first=$(nvidia-smi -L)
check suspends eval 'echo freeze >/sys/power/state'
matches off-meanwhile "$(cat /proc/driver/nvidia/gpus/*/power)" 'Video Memory: +Off'
is same-gpu-after "$(nvidia-smi -L)" "$first"
check unloads unload
