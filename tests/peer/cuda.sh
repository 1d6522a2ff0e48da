#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: libcuda on the peer. 'CUDA_TESTS=NAME CUDA_FAULTS=0' among the kernel's
# arguments runs only one of the tests; those named process are two that fault.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh
# shellcheck source=tests/cuda/processes.sh
. ./processes.sh

# What libcuda would load by itself is our driver.
echo 'install nvidia /bin/false' >/etc/modprobe.d/peer.conf

exec 3>&1
test_name=peer-cuda
modinfo -F depends ./nvidia.ko ./nvidia-uvm.ko | tr ',' '\n' | grep -vx nvidia |
	xargs -r modprobe -a
check loads eval 'insmod ./nvidia.ko && insmod ./nvidia-uvm.ko'
mknod /dev/nvidiactl c 195 255
mknod /dev/nvidia0 c 195 0
uvm=$(sed -n 's/ nvidia-uvm$//p' /proc/devices)
mknod /dev/nvidia-uvm c "$uvm" 0
mknod /dev/nvidia-uvm-tools c "$uvm" 1
export LD_LIBRARY_PATH=$PWD
# All but sleep: across it the peer does not keep a program's memory, as its release defines it.
: "${CUDA_TESTS:=memory copy array async large vmm managed share process}"
# shellcheck disable=SC2086 # CUDA_TESTS and CUDA_TRACER are lists of words
timeout 1000 $CUDA_TRACER ./cuda $CUDA_TESTS 2>&1 |
	sed -u -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
matches program-ends "${PIPESTATUS[0]}" '^[01]$' # 1: not all is ok
test_processes
# A program that breaks its own mappings has to be told of in the log, and nobody else.
faults=$(dmesg | grep -c 'NVRM: Xid .*: 31, .*MMU fault')
xids=$(dmesg | grep -c 'NVRM: Xid ')
is xid-31 "$faults of $xids" "${CUDA_FAULTS:-2} of ${CUDA_FAULTS:-2}"
check unloads eval 'rmmod nvidia-uvm && rmmod nvidia'
dmesg | grep -aE 'NVRM|nvidia|uvm|Call Trace|RIP' | sed 's/^/# /'
echo '# ended'
