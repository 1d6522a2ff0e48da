#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 120
# Memory of the GPU, mapped in programs.

. ./lib.sh

check loads load
./map-memory | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
check still-answers nvidia-smi -L
check unloads unload
