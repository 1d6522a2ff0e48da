#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 300
# Programs that do with channels what they should not; one beside them works on.

. ./lib.sh

used()
{
	nvidia-smi --query-gpu=memory.used --format=csv,noheader
}

check loads load
./export >/dev/null # the driver makes a channel of its own for the first who allocates
before=$(used)
setpriv --reuid=65534 --regid=65534 --clear-groups ./channel-abuse |
	sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name: \2/" >&3
logged faults-are-reported 'Xid .*: 31, MMU fault'
is nothing-leaks "$(used)" "$before"
check still-answers nvidia-smi -L
check unloads unload
is no-complaint "$(kernel_log | grep -cE "$kernel_complaint")" 0
