#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 180
# Taking mappings away never walks page tables for memory types, and is seen to when they are made
# by remap_pfn_range().

. ./lib.sh

tracing=/sys/kernel/tracing
count=10000

# What the end of a tracked mapping calls, by the kernel's age; some may be inlined
probe_walks()
{
	local name

	for name in follow_phys get_pat_info follow_pte follow_pfnmap_start; do
		grep -qE " [tT] $name( |$)" /proc/kallsyms || continue
		echo "p:walk/$name $name" >>$tracing/kprobe_events || :
	done
	echo 1 >$tracing/events/walk/enable
}

walks()
{
	awk '{ sum += $2 } END { print sum + 0 }' $tracing/kprobe_profile
}

# User space is frozen and thawed: the driver takes all mappings away.
sleep_and_wake()
{
	echo freezer >/sys/power/pm_test
	echo 1 >/sys/module/suspend/parameters/pm_test_delay
	echo freeze >/sys/power/state
}

verdicts()
{
	grep -E '^(ok|not ok) ' "$1" | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
	grep '^# ' "$1" >&3
}

check loads load
check probes probe_walks
mkfifo go
./map-revoke gpu $count <go >gpu.out &
exec 4>go
program=$!
until grep -q '^mapped' gpu.out || ! kill -0 "$program"; do
	sleep 0.1
done
before=$(walks)
check sleeps sleep_and_wake
check sleeps-again sleep_and_wake
echo >&4
wait
is no-walks $(($(walks) - before)) 0
verdicts gpu.out
exec 4>&-
if [ -e remap.ko ]; then
	before=$(walks)
	check loads-remap insmod remap.ko \
		phys="$(sed -n '2s/ .*//p' "$(gpu)/resource")"
	./map-revoke remap $count >remap.out
	verdicts remap.out
	check remap-walks [ $(($(walks) - before)) -ge $count ]
	echo "# $(($(walks) - before)) walks" >&3
	check unloads-remap rmmod remap
fi
echo 0 >$tracing/events/walk/enable
echo >$tracing/kprobe_events
check unloads unload
