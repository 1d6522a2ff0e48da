#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 150
# A program uses the GPU without pause while the machine goes through all of a suspend but the
# wait: s2idle, standby, the creation of a hibernation image. NVIDIA's units may do their part.

. ./lib.sh

proc=/proc/driver/nvidia

# suspend TEST STATE: as far as the kernel's pm_test allows
suspend()
{
	echo "$1" >/sys/power/pm_test
	echo "$2" >/sys/power/state
}

echo 1 >/sys/module/suspend/parameters/pm_test_delay
check loads load
start_user
for i in 1 2 3; do
	check "s2idle-$i" suspend platform freeze
	user_is_well "after-s2idle-$i"
done
for i in 1 2 3; do
	check "standby-$i" suspend devices mem
	user_is_well "after-standby-$i"
done
check hibernation suspend devices disk
user_is_well after-hibernation
logged says-how 'nvidia .*sleeps in standby: NVreg_EnableS0ixPowerManagement is 0'
logged says-hibernation 'nvidia .*sleeps in hibernation'

is suspend-words "$(cat $proc/suspend)" 'suspend hibernate resume'
is depth-words "$(cat $proc/suspend_depth)" 'default modeset uvm'
check depth-is-taken eval "echo uvm >$proc/suspend_depth"
check unit-suspends eval "echo suspend >$proc/suspend"
check suspends-after-the-unit suspend platform freeze
check unit-resumes eval "echo resume >$proc/suspend"
check other-words-are-not eval "! echo sleep 2>/dev/null >$proc/suspend"
user_is_well after-the-unit
matches power-file "$(cat $proc/gpus/*/power)" 'Video Memory: +Active'
end_user
silent kernel-log-is-quiet
check unloads unload
