#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault gsp-no-resume
# timeout: 120
# GSP does not come back: the machine wakes all the same, the log says what is lost, what the
# program had mapped gives SIGBUS, and the next user starts the GPU anew.

. ./lib.sh

echo platform >/sys/power/pm_test
echo 0 >/sys/module/suspend/parameters/pm_test_delay
check loads load
start_user
start=$SECONDS
check machine-wakes eval 'echo freeze >/sys/power/state'
check is-bounded [ $((SECONDS - start)) -le 60 ]
logged says-what-is-lost 'nvidia .*resume failed: what programs had on the GPU is lost'
user_says user-gets-sigbus '^ended 135$'
matches starts-anew "$(nvidia-smi -L)" '^GPU 0: '
check unloads unload
