#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: the peer sleeps and wakes in each of its ways, with a program that has video
# memory mapped.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh
# shellcheck source=tests/peer/lib-peer.sh
. ./lib-peer.sh

mib=32 stride=4096	# each access is trapped
exec 3>&1

# sleep_and_wake STATE: deep is woken by the clock, s2idle by a key
sleep_and_wake()
{
	echo "$1" >/sys/power/mem_sleep
	echo 0 >/sys/class/rtc/rtc0/wakealarm
	[ "$1" = s2idle ] || echo +4 >/sys/class/rtc/rtc0/wakealarm
	echo mem >/sys/power/state
}

# keyboard_wakes: the keys that the host presses
keyboard_wakes()
{
	local file

	for file in /sys/bus/serio/devices/*/power/wakeup \
		/sys/devices/platform/i8042/power/wakeup; do
		echo enabled >"$file"
	done
}

# cycle NAME STATE REGEX PARAMETER...: what keep-vram says after the wake has to be like REGEX
cycle()
{
	local name=$1 state=$2 regex=$3 line pid
	shift 3

	check "$name-loads" insmod ./nvidia.ko "$@"
	coproc keep { exec ./keep-vram $mib $stride; }
	read -r -t 60 -u "${keep[0]}" line
	is "$name-fills" "$line" filled
	check "$name-sleeps" sleep_and_wake "$state"
	echo >&"${keep[1]}"
	read -r -t 60 -u "${keep[0]}" line
	matches "$name-memory" "$line" "$regex"
	matches "$name-answers" "$(timeout 60 nvidia-smi -L 2>&1)" '^GPU 0: NVIDIA GeForce '
	# shellcheck disable=SC2154 # bash sets it
	pid=$keep_PID
	kill "$pid"
	wait "$pid"
	check "$name-unloads" timeout 30 rmmod nvidia
	silent "$name-is-silent"
}

# shellcheck disable=SC2034
test_name=power
prepare_peer
keyboard_wakes
s0ix=NVreg_EnableS0ixPowerManagement=1
cycle s3 deep '^lost 8192 .* is 0xdeadc0de'
cycle s2idle s2idle '^lost 8192 .* is 0xdeadc0de'
cycle gcoff s2idle '^kept' $s0ix
cycle gc6 s2idle '^kept' $s0ix NVreg_S0ixPowerManagementVideoMemoryThreshold=0
dmesg | grep -aE 'NVRM|nvidia|PM:|Call Trace|RIP' | sed 's/^/# /'
echo '# ended'
