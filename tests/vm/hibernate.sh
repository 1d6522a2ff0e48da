#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# guest: --swap 1G
# timeout: 200
# The machine hibernates on a disk and is switched off. After that the GPU knows nothing, and is
# given back all that programs had on it; their channels go on.

. ./lib.sh

check swap-space eval 'mkswap /dev/vdc && swapon /dev/vdc'
check loads load
start_user
echo shutdown >/sys/power/disk
check hibernates eval 'echo disk >/sys/power/state'
user_is_well after
logged says-how 'nvidia .*sleeps in hibernation'
end_user
start_program ./channel-sleep
check hibernates-with-channels eval 'echo disk >/sys/power/state'
user_is_well channels-after
end_user
silent kernel-log-is-quiet
check unloads unload
check loads-again load
matches starts-anew "$(nvidia-smi -L)" '^GPU 0: '
check unloads-again unload
check swap-is-free swapoff /dev/vdc
