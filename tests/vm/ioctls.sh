#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Hostile ioctls end with a clear errno or status, and the driver goes on.

. ./lib.sh

# verdicts PREFIX: passes on what a test program prints
verdicts()
{
	sed -E "s/^(ok|not ok) /\1 vm.$test_name.$1: /" >&3
}

check loads load
./ioctl-abuse | verdicts hostile
logged names-both-releases 'ioctl-abuse is of release 550\.163\.02.*this module of 550\.163\.01'
is log-cannot-be-forged "$(kernel_log | grep -cE '^\[[^]]*\] *forged|^forged')" 0
check still-answers nvidia-smi -L
root=$(nvidia-smi -L)
nobody=$(setpriv --reuid=65534 --regid=65534 --clear-groups nvidia-smi -L)
is another-user-sees-the-same "$nobody" "$root"
check unloads unload
