#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# append: movablecore=384M
# timeout: 90
# Memory that a GPU works on does not stay where the kernel wants only what it can move: in
# ZONE_MOVABLE, of which memory that can be unplugged is made, or CMA's areas, by the same rule.

. ./lib.sh

# What of memory is ZONE_MOVABLE: first and last page frame
zone=$(awk '/^Node/ { movable = $4 == "Movable" }
	movable && $1 == "spanned" { spanned = $2 }
	movable && $1 == "start_pfn:" { print $2, $2 + spanned - 1 }' /proc/zoneinfo)
check has-movable-memory test -n "$zone"
check loads load
# shellcheck disable=SC2086 # two words
./pin-movable $zone | sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
check unloads unload
