#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Programs hand memory of the GPU to each other in files.

. ./lib.sh

used()
{
	nvidia-smi --query-gpu=memory.used --format=csv,noheader
}

check loads load
./export >/dev/null # the driver makes a channel of its own for the first who allocates
before=$(used)
./export | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
is nothing-leaks "$(used)" "$before"
check unloads unload
silent no-complaint
