#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# A GPU taken away from the driver while a program holds it, and given back.

. ./lib.sh

address=$(basename "$(gpu)")
driver=/sys/bus/pci/drivers/nvidia

check loads load
exec 5<>/dev/nvidia0
check in-use-cannot-be-unloaded eval '! rmmod nvidia 2>/dev/null'
check unbinds eval "echo $address >$driver/unbind"
check node-is-gone [ ! -e /dev/nvidia0 ]
check smi-finds-none eval '! nvidia-smi -L 2>/dev/null | grep -q "^GPU 0"'
exec 5>&-
check binds eval "echo $address >$driver/bind"
matches smi-finds-it "$(nvidia-smi -L 2>&1)" '^GPU 0: '
check unloads unload
