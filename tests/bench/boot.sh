#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: times the driver's start. Host and guest have the same clock.

echo "shell $(date +%s%N)"
gpu=$(grep -lx 0x10de /sys/bus/pci/devices/*/vendor | head -1)

# milliseconds COMMAND...
milliseconds()
{
	local start

	start=$(date +%s%N)
	"$@" >/dev/null 2>&1
	echo $((($(date +%s%N) - start) / 1000000))
}

first_open()
{
	: </dev/nvidia0
}

for round in first second third; do
	echo "$round modprobe: $(milliseconds modprobe -b "$(cat "${gpu%/vendor}/modalias")") ms"
	echo "$round first open: $(milliseconds first_open) ms"
	echo "$round nvidia-smi -L: $(milliseconds nvidia-smi -L) ms"
	grep -E '^nvidia ' /proc/modules | awk '{ print "module in memory:", $2, "bytes" }'
	! grep -q '^nvidia_uvm ' /proc/modules || rmmod nvidia-uvm
	echo "$round rmmod: $(milliseconds rmmod nvidia) ms"
done
dmesg | sed -n 's/.*\(booted in [0-9]* ms\).*/driver: \1/p'
