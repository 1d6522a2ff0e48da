#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 180
# Programs that use /dev/nvidia-uvm, well and badly.

. ./lib.sh

used()
{
	nvidia-smi --query-gpu=memory.used --format=csv,noheader
}

check loads load
check uvm-loads modprobe nvidia-uvm
./uvm >/dev/null # the driver makes a channel of its own for the first who allocates
before=$(used)
./uvm | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
is nothing-leaks "$(used)" "$before"
check uvm-unloads rmmod nvidia-uvm
check unloads unload
silent no-complaint
