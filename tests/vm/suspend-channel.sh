#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# guest: --low-power-s0 --wake 3
# timeout: 400
# Two channels of a program work while the machine goes to sleep in each way but S3: no copy is
# lost, none is done twice, and they go on where they were.

. ./lib.sh

image()
{
	echo devices >/sys/power/pm_test
	echo disk >/sys/power/state
	echo none >/sys/power/pm_test
}

# cycles NAME REGEX COMMAND...: three times; the mode that the log names is like REGEX
cycles()
{
	local name=$1 mode=$2 i
	shift 2

	check "$name-loads" load "${parameters[@]}"
	start_program ./channel-sleep
	for i in 1 2 3; do
		check "$name-sleeps-$i" "$@"
		user_is_well "$name-after-$i"
	done
	logged "$name-says-how" "nvidia .*sleeps in $mode"
	end_user
	check "$name-unloads" unload
}

keyboard_wakes
echo 1 >/sys/module/suspend/parameters/pm_test_delay
parameters=()
cycles s2idle standby sleep_and_wake s2idle
cycles hibernation hibernation image
parameters=(NVreg_EnableS0ixPowerManagement=1)
cycles gcoff 'S0ix by GCOFF' sleep_and_wake s2idle
parameters+=(NVreg_S0ixPowerManagementVideoMemoryThreshold=0)
cycles gc6 'S0ix by GC6' sleep_and_wake s2idle
silent kernel-log-is-quiet
