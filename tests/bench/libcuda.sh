#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: libcuda in 1, 4 and 16 processes at once.

# shellcheck source=tests/bench/lib-bench.sh
. ./lib-bench.sh

load_uvm()
{
	if [ -e nvidia.ko ]; then
		insmod ./nvidia-uvm.ko
		mknod /dev/nvidia-uvm c "$(sed -n 's/ nvidia-uvm$//p' /proc/devices)" 0
	else
		modprobe nvidia-uvm
	fi
}

load || give_up insmod
load_uvm || give_up nvidia-uvm
nodes
exec 8</dev/nvidia0 # the GPU runs already when a program comes
export LD_LIBRARY_PATH=$PWD
for processes in 1 4 16; do
	./cuda --figures "$processes" || give_up "libcuda in $processes processes"
done
