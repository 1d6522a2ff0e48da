#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: libcuda on our driver.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh
# shellcheck source=tests/cuda/processes.sh
. ./processes.sh

exec 3>&1
test_name=cuda
echo "opennv-test: $test_name begins" >/dev/kmsg
check loads eval 'load && modprobe nvidia-uvm'
export LD_LIBRARY_PATH=$PWD
read -ra tests <wanted || :
timeout 1000 env CUDA_IOCTLS=1 ./cuda "${tests[@]}" 2>&1 |
	sed -u -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
matches program-ends "${PIPESTATUS[0]}" '^[01]$' # 1: not all is ok
test_processes
# A program that breaks its own mappings is told of in the log, and nobody else: two do so.
faults=0
[[ -n ${tests[*]} && " ${tests[*]} " != *' process '* ]] || faults=2
xids=$(kernel_log | grep -c 'NVRM: Xid ')
is xids "$xids" "$faults"
check unloads eval 'rmmod nvidia-uvm && rmmod nvidia'
silent log-is-silent 'NVRM: Xid .*: 31, MMU fault|was stopped \(exception 31\)'
echo '# ended'
