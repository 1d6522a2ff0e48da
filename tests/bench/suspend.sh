#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: what a driver adds to a suspend and the resume from it, by the video memory in
# use. All devices are suspended and resumed, and the machine then does not sleep (pm_test). The
# peer has its default parameters: of programs' memory it keeps only what it cannot do without.

# shellcheck source=tests/bench/lib-bench.sh
. ./lib-bench.sh

stride=65536	# a word in each; every access is trapped

# once: milliseconds of one suspend and resume; the kernel waits a second in between
once()
{
	local start=${EPOCHREALTIME/./}

	echo freeze >/sys/power/state || give_up suspend
	echo $(((${EPOCHREALTIME/./} - start) / 1000 - 1000))
}

# cycle: the median of three
cycle()
{
	for _ in 1 2 3; do
		once
	done | sort -n | sed -n 2p
}

echo devices >/sys/power/pm_test
echo 1 >/sys/module/suspend/parameters/pm_test_delay
without=$(cycle)
echo "suspend and resume without a driver: $without ms"
load || give_up insmod
nodes
exec 8</dev/nvidia0
echo "added with no memory in use: $(($(cycle) - without)) ms"
for mib in 64 512 1024; do
	coproc keep { exec ./keep-vram $mib $stride; }
	read -r -t 200 -u "${keep[0]}" line
	[ "$line" = filled ] || give_up "keep-vram $mib: $line"
	echo "added with $mib MiB in use: $(($(cycle) - without)) ms"
	# shellcheck disable=SC2154 # bash sets it
	pid=$keep_PID
	kill "$pid"
	wait "$pid" || : # killed, as told
done
