#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# kernel: debug
# The debug kernel finds what it is for, and its words are those that fail a test.

. ./lib.sh

# provokes CRASH REGEX: the kernel does that of its own test module, and says so
provokes()
{
	echo "$1" >/sys/kernel/debug/provoke-crash/DIRECT || :
	matches "$1-is-reported" "$(kernel_log | grep -E "$kernel_complaint")" "$2"
	# What was asked for is not to fail this test.
	dmesg -C
	echo "opennv-test: $test_name begins" >/dev/kmsg
}

provokes WARNING 'WARNING: '
provokes READ_AFTER_FREE 'BUG: KASAN: '
provokes ARRAY_BOUNDS 'UBSAN: '
provokes REFCOUNT_INC_ZERO 'refcount_t: '
