#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 150
# A program that waits for its GPU because the machine is about to sleep dies at once if it is
# killed, and the suspend goes on.

. ./lib.sh

# waits PID: does a thread of it sleep in an access to a GPU that sleeps?
waits()
{
	grep -q nv_gate "/proc/$1"/task/*/wchan
}

echo platform >/sys/power/pm_test
echo 1 >/sys/module/suspend/parameters/pm_test_delay
check loads load
# So much that it takes a while to save
coproc keep { exec ./keep-vram 768 65536; }
read -r -t 60 -u "${keep[0]}" line
is much-memory-in-use "$line" filled
start_user
user=$(pgrep -x gpu-user)
echo freeze >/sys/power/state &
suspend=$!
for ((i = 0; i < 500; i++)); do
	! waits "$user" || break
	sleep 0.01
done
check waits-for-the-gpu waits "$user"
kill -KILL "$user"
user_says dies-at-once '^ended 137$'
check before-the-suspend-is-over kill -0 "$suspend"
code=0
wait "$suspend" || code=$?
is suspends "$code" 0
echo >&"${keep[1]}"
read -r -t 60 -u "${keep[0]}" line
is memory-is-kept "$line" kept
# shellcheck disable=SC2154 # bash sets it
kill "$keep_PID"
wait "$keep_PID" || :
silent kernel-log-is-quiet
check unloads unload
