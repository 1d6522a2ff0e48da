#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# guest: --low-power-s0 --wake 3
# timeout: 300
# s2idle on a machine with low-power S0, with a program on the GPU: as it is, and with S0ix power
# management by GCOFF and by GC6, as the threshold for video memory in use tells.

. ./lib.sh

proc=/proc/driver/nvidia

# cycles NAME REGEX PARAMETER...: three times; the mode that the log and /proc name is like REGEX
cycles()
{
	local name=$1 mode=$2 i
	shift 2

	check "$name-loads" load "$@"
	start_user
	for i in 1 2 3; do
		check "$name-sleeps-$i" sleep_and_wake s2idle
		user_is_well "$name-after-$i"
	done
	logged "$name-says-how" "nvidia .*sleeps in $mode"
	matches "$name-proc" "$(sed -n 's/^ Mode: *//p' $proc/gpus/*/power)" "$mode"
	is "$name-status" "$(sed -n 's/^ Status: *//p' $proc/gpus/*/power)" \
		"$([ $# = 0 ] && echo Disabled || echo Enabled)"
	end_user
	check "$name-unloads" unload
}

keyboard_wakes
cycles s2idle standby
s0ix=NVreg_EnableS0ixPowerManagement=1
threshold=NVreg_S0ixPowerManagementVideoMemoryThreshold
cycles gcoff 'S0ix by GCOFF' $s0ix
cycles gc6 'S0ix by GC6' $s0ix $threshold=4
cycles gc6-always 'S0ix by GC6' $s0ix $threshold=0
silent kernel-log-is-quiet
