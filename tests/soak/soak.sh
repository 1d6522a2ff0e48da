# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# Runs in the guest: many suspends under one program.

# shellcheck source=tests/vm/lib.sh
. ./lib.sh
exec 3>&1 >/tmp/soak.log

# The host presses a key each second, which wakes from s2idle and from S3.
sleep_in()
{
	echo "$1" >/sys/power/mem_sleep
	echo mem >/sys/power/state
}

# image: as far as hibernation goes without a disk to write to
image()
{
	echo devices >/sys/power/pm_test
	echo disk >/sys/power/state
	echo none >/sys/power/pm_test
}

# taken_now: KiB that neither programs nor caches have, pages for DMA included
taken_now()
{
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemTotal:/ { n += $2 }
		/^(MemFree|Buffers|Cached|SReclaimable|AnonPages):/ { n -= $2 }
		/^ +count:/ { n -= 4 * $2 } # free pages that a CPU keeps to itself
		END { print n }' /proc/meminfo /proc/zoneinfo
}

# taken: the least of some readings, as pages on their way from list to list are in none
taken()
{
	for ((i = 0; i < 20; i++)); do
		taken_now
		sleep 0.5
	done | sort -n | head -1
}

# A page lost in each of 1,000 cycles would be 4,000 KiB.
no_memory_lost()
{
	echo "# $test_name: $1 KiB taken after 10 cycles, $2 KiB at the end" >&3
	check no-memory-lost [ $(($2 - $1)) -lt 2048 ]
}

# cycles N COMMAND...: that often, under one program
cycles()
{
	local count=$1 i base=0
	shift

	for ((i = 1; i <= count; i++)); do
		check "sleeps-$i" "$@"
		user_is_well "after-$i"
		[ $i != 10 ] || base=$(taken)
		((i % ((count + 9) / 10))) ||
			echo "# $SECONDS s: $test_name $i of $count" >&3
	done
	is slept-each-time "$(kernel_log | grep -c 'nvidia .*: sleeps in')" "$count"
	[ "$count" -lt 20 ] || no_memory_lost "$base" "$(taken)"
}

# soak KIND CYCLES
soak()
{
	local parameters=() suspend=(sleep_in s2idle)

	test_name=soak-$1
	case $1 in
	s0ix-*) parameters=(NVreg_EnableS0ixPowerManagement=1) ;;&
	s0ix-gc6) parameters+=(NVreg_S0ixPowerManagementVideoMemoryThreshold=4) ;;
	hibernation) suspend=(image) ;;
	s3) suspend=(sleep_in deep) ;;
	esac
	[ "$1" = s3 ] || keyboard_wakes
	echo "opennv-test: $test_name begins" >/dev/kmsg
	check loads load "${parameters[@]}"
	start_user
	cycles "$2" "${suspend[@]}"
	end_user
	check unloads unload
	silent kernel-log-is-quiet
}

echo 0 >/sys/module/suspend/parameters/pm_test_delay
uname -sr | sed 's/^/# /' >&3
