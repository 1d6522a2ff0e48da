#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: each test of the file tests, and after each a look at what it left behind.

# shellcheck source=tests/vm/lib.sh
. ./lib.sh

# What a test printed goes to the host as comments, so that only verdicts look like such.
run_test()
{
	local name=$1 seconds=$2 log=/tmp/$1.log code=0

	echo "opennv-test: $name begins" >/dev/kmsg
	timeout -k 5 "$seconds" bash -u "$name.sh" 3>&1 >"$log" 2>&1 \
		</dev/null || code=$?
	sed 's/^/# /' "$log"
	case $code in
	0) ;;
	124|137) echo "not ok vm.$name ran for more than $seconds s" ;;
	*) echo "not ok vm.$name ended with exit code $code: $(tail -1 "$log")" ;;
	esac
}

# Where the kernel has kmemleak. Its first scan takes what was just allocated for lost: two tell.
look_for_leaks()
{
	local leaks=/sys/kernel/debug/kmemleak

	[ -e "$leaks" ] || return 0
	echo scan >"$leaks"
	sleep 6
	echo scan >"$leaks"
	cat "$leaks" >/dev/kmsg
	echo clear >"$leaks"
}

leave_clean()
{
	local name=$1 lines

	! grep -q '^nvidia_uvm ' /proc/modules || timeout 30 rmmod nvidia-uvm
	if grep -q '^nvidia ' /proc/modules && ! timeout 30 rmmod nvidia; then
		echo "not ok vm.$name.unloads $(lsmod | grep '^nvidia ')"
		usable=
	fi
	look_for_leaks
	lines=$(dmesg | sed "0,/opennv-test: $name begins/d" | grep -E "$kernel_complaint")
	if [ -z "$lines" ]; then
		echo "ok vm.$name.kernel-log"
	else
		echo "not ok vm.$name.kernel-log $(head -1 <<<"$lines")"
	fi
}

# A guest whose driver stays is of no use to the next test: the host starts another.
usable=1
while [ -n "$usable" ] && read -r name seconds; do
	run_test "$name" "$seconds"
	leave_clean "$name"
	dmesg | sed "0,/opennv-test: $name begins/d; s/^/# /"
	echo "# $name ended"
done <tests
