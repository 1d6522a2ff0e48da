#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: asks the driver what commands lists. With nvidia.ko beside it that is the
# peer, else the one installed. Prints '@ COMMAND', what it says after '| ', '@= EXIT-CODE'.

if [ -e ./nvidia.ko ]; then
	# nvidia-smi has nvidia-uvm loaded, by its name
	printf 'install %s\n' 'nvidia /bin/false' "nvidia-uvm insmod $PWD/nvidia-uvm.ko" \
		>/etc/modprobe.d/peer.conf
	modinfo -F depends ./nvidia.ko | tr ',' '\n' | xargs -r modprobe -a
	insmod ./nvidia.ko
else
	modprobe nvidia
fi || { echo '@! the module does not load'; exit 1; }
[ -e /dev/nvidiactl ] || mknod /dev/nvidiactl c 195 255
[ -e /dev/nvidia0 ] || mknod /dev/nvidia0 c 195 0

# Held open, so that the GPU is started once; what it did for that is over before it is asked.
exec 9<>/dev/nvidia0
sleep 20

# A name may have another that means the same: the first of a line will do.
fields=$(nvidia-smi --help-query-gpu | sed -nE 's/^"([a-zA-Z_.0-9]+)"( or .*)?$/\1/p' | paste -sd,)

grep -v '^#' commands | while read -r command; do
	echo "@ $command"
	read -ra words <<<"${command/FIELDS/$fields}"
	timeout 120 "${words[@]}" </dev/null 2>&1 | sed 's/^/| /'
	echo "@= ${PIPESTATUS[0]}"
done
dmesg | grep -aE 'NVRM|nvidia' | sed 's/^/# /'
echo '@. ended'
