#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# kernel: debug
# timeout: 240
# Each allocation of each call fails once: errors, no leak, no complaint.

. ./lib.sh

check loads load
check uvm-loads modprobe nvidia-uvm
check starts nvidia-smi -L
check faults-are-set fail_in_modules failslab fail_page_alloc
./fail-nth | sed -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
is swept-all "${PIPESTATUS[0]}" 0
check still-answers nvidia-smi -L
check uvm-unloads rmmod nvidia-uvm
check unloads unload
