#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 120
# Memory of the GPU, mapped in programs.

. ./lib.sh

check loads load
# Linux has had page table entries of 2 MiB for page frames since 6.12.
large=''
[ "$(printf '%s\n' 6.12 "$(uname -r)" | sort -V | head -1)" != 6.12 ] ||
	[ ! -e /sys/kernel/mm/transparent_hugepage ] || large=large
./map-memory $large | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
check still-answers nvidia-smi -L
check unloads unload
