#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# boot: bzimage
# append: highres=off
# guest: --wake 4
# timeout: 240
# S3, in which the machine resets its devices: what a program has on the GPU, video memory that
# it has mapped included, is there again, and its accesses meanwhile wait. Channels go on.

. ./lib.sh

check loads load
start_user
for i in 1 2 3; do
	check "sleeps-$i" sleep_and_wake deep
	user_is_well "after-$i"
done
end_user
start_program ./channel-sleep
for i in 1 2 3; do
	check "channels-sleep-$i" sleep_and_wake deep
	user_is_well "channels-after-$i"
done
end_user
logged says-how 'nvidia .*sleeps in standby: NVreg_EnableS0ixPowerManagement is 0'
silent kernel-log-is-quiet
check unloads unload
