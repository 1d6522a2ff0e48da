# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# Runs in the guest: many suspends under one program.

# shellcheck source=tests/vm/lib.sh
. ./lib.sh
exec 3>&1 >/tmp/soak.log

# image: as far as hibernation goes without a disk to write to
image()
{
	echo devices >/sys/power/pm_test
	echo disk >/sys/power/state
	echo none >/sys/power/pm_test
}

# kind NAME CYCLES COMMAND...: one program lives through all of them
kind()
{
	local cycles=$2 i
	test_name=soak-$1
	shift 2

	echo "opennv-test: $test_name begins" >/dev/kmsg
	start_user
	for ((i = 1; i <= cycles; i++)); do
		check "sleeps-$i" "$@"
		user_is_well "after-$i"
	done
	end_user
	silent kernel-log-is-quiet
}

# with PARAMETER...: what follows runs on a driver that was loaded with these
with()
{
	! grep -q '^nvidia ' /proc/modules || unload
	load "$@" || fail loads "modprobe gave exit code $?"
}

soak_s0()
{
	local s0ix=NVreg_EnableS0ixPowerManagement=1

	echo 0 >/sys/module/suspend/parameters/pm_test_delay

	keyboard_wakes
	with
	kind s2idle "$1" sleep_and_wake s2idle
	kind hibernation-image "$1" image
	with $s0ix
	kind s0ix-gcoff "$1" sleep_and_wake s2idle
	with $s0ix NVreg_S0ixPowerManagementVideoMemoryThreshold=4
	kind s0ix-gc6 "$1" sleep_and_wake s2idle
}

soak_s3()
{
	with
	kind s3 "$1" sleep_and_wake deep
}
