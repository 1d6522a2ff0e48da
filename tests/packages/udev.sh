#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# over: tools
# What udev makes of our rules when the module is loaded and a GPU's node appears, in a sysfs that
# has just these.

. "${0%/*}/lib.sh"

gpu=/sys/devices/virtual/nvidia/nvidia0
export SYSTEMD_DEVICE_VERIFY_SYSFS=0

# event DEVICE: what udev would do when it is added
event()
{
	udevadm test --action=add "$1" 2>&1 | sed -n '/^Properties:/,$p'
}

# The package is installed here: a folder that is new in tools hides that of the layer below.
check installs dpkg --install --force-depends "$OUT"/deb/opennv-support_*.deb
mount -t tmpfs tmpfs /sys
mkdir -p /sys/module/{nvidia,nvidia_uvm} /sys/class/nvidia "$gpu"
touch /sys/module/{nvidia,nvidia_uvm}/uevent
printf 'MAJOR=195\nMINOR=0\nDEVNAME=nvidia0\n' >"$gpu/uevent"
ln -s /sys/class/nvidia "$gpu/subsystem"

contains nvidia-loads-uvm "$(event /sys/module/nvidia)" 'RUN{builtin} : kmod load nvidia-uvm'
is uvm-loads-nothing "$(event /sys/module/nvidia_uvm | grep -c RUN)" 0
contains units-may-wait-for-gpu "$(event "$gpu")" 'TAGS=:systemd:'
