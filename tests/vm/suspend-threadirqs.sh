#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# append: threadirqs
# timeout: 150
# Where interrupts are handled in threads, as on real-time kernels, one that is being handled when
# the machine goes to sleep is not taken for an unknown one.

. ./lib.sh

echo devices >/sys/power/pm_test
echo 0 >/sys/module/suspend/parameters/pm_test_delay
check loads load
start_user
# The thread shares a CPU with who suspends, who comes first.
irq=$(pgrep -f 'irq/[0-9]+-(s-)?nvidia' | paste -sd ' ')
matches has-threads "$irq" '^[0-9]+ [0-9]+$'
for thread in $irq; do
	chrt --other --pid 0 "$thread"
	renice 19 "$thread"
	taskset --pid 1 "$thread"
done
taskset --pid 1 $$
for _ in {1..40}; do
	echo freeze >/sys/power/state || fail sleeps "suspend was refused"
done
user_is_well after
end_user
is interrupts-are-known "$(kernel_log | grep 'no handler')" ''
check unloads unload
