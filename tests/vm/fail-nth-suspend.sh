#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# kernel: debug
# timeout: 240
# Allocations on the way to a suspend and back fail, one each time: nothing is lost.

. ./lib.sh

# In the context of who asks for it, whose allocations are made to fail
echo 0 >/sys/power/pm_async
echo 0 >/sys/power/sync_on_suspend
echo devices >/sys/power/pm_test
echo 0 >/sys/module/suspend/parameters/pm_test_delay
check loads load
check faults-are-set fail_in_modules failslab fail_page_alloc
./fail-nth-suspend | sed -E "s/^(ok|not ok) /\1 vm.$test_name./" >&3
is swept-all "${PIPESTATUS[0]}" 0
is nothing-was-lost "$(kernel_log | grep -c 'is lost')" 0
check unloads unload
