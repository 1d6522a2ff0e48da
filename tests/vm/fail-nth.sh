#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# kernel: debug
# timeout: 120
# Each allocation of each call fails once: errors, no leak, no complaint.

. ./lib.sh

faults=/sys/kernel/debug

# faults_in_module FAULT...: for allocations made on behalf of nvidia.ko, and silent ones
faults_in_module()
{
	local fault text size

	text=$(cat /sys/module/nvidia/sections/.text)
	size=$(awk '$1 == "nvidia" { print $2 }' /proc/modules)
	for fault; do
		echo 0 >"$faults/$fault/verbose"
		echo N >"$faults/$fault/ignore-gfp-wait"
		echo 32 >"$faults/$fault/stacktrace-depth"
		echo "$text" >"$faults/$fault/require-start"
		printf '0x%x\n' $((text + size)) >"$faults/$fault/require-end"
	done
	echo 0 >"$faults/fail_page_alloc/min-order"
	echo N >"$faults/fail_page_alloc/ignore-gfp-highmem"
}

check loads load
check starts nvidia-smi -L
check faults-are-set faults_in_module failslab fail_page_alloc
./fail-nth | sed -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
check still-answers nvidia-smi -L
check unloads unload
