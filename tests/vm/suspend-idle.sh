#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# An idle GPU sleeps and is started again by its next user; one in use is not put to sleep, and
# the log says so.

. ./lib.sh

echo platform >/sys/power/pm_test
check loads load
first=$(nvidia-smi -L)
check suspends eval 'echo freeze >/sys/power/state'
is same-gpu-after "$(nvidia-smi -L)" "$first"
exec 5<>/dev/nvidia0
check in-use-is-refused eval '! echo freeze 2>/dev/null >/sys/power/state'
logged says-why "can't suspend while /dev/nvidia0 is open"
is still-answers "$(nvidia-smi -L)" "$first"
exec 5>&-
check unloads unload
