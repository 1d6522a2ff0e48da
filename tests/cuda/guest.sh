#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: libcuda on our driver.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh

exec 3>&1
test_name=cuda
echo "opennv-test: $test_name begins" >/dev/kmsg
check loads eval 'load && modprobe nvidia-uvm'
export LD_LIBRARY_PATH=$PWD
read -ra tests <wanted || :
timeout 600 ./cuda "${tests[@]}" 2>&1 | sed -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
free=$(nvidia-smi --query-gpu=memory.used --format=csv,noheader)
echo "# video memory in use afterwards: $free"
check unloads eval 'rmmod nvidia-uvm && rmmod nvidia'
silent log-is-silent
echo '# ended'
