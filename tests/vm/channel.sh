#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 120
# A program copies by its own channel on a copy engine, and what it does wrong hits nobody else.

. ./lib.sh

# verdicts PREFIX: passes on what a test program prints
verdicts()
{
	tee /dev/stderr | sed -nE "s/^(ok|not ok) /\1 vm.$test_name.$1: /p" >&3
}

check loads load
nvidia-smi -L
./channel | verdicts root
setpriv --reuid=65534 --regid=65534 --clear-groups ./channel | verdicts nobody
logged faults-are-reported 'Xid .*: 31, MMU fault: copy engine.s write of address'
check unloads unload
is no-warning "$(kernel_log | grep -cE 'WARNING:|BUG:|Call Trace')" 0
