#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: the peer is loaded and its first open must start the GPU without a complaint.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh

# What nvidia-smi would load by itself is our driver.
echo 'install nvidia /bin/false' >/etc/modprobe.d/peer.conf

exec 3>&1
complaint='NVRM: .*(Assert|assert|error|Error|fail|Fail|Xid|timeout)|WARNING:|BUG:|Oops|Call Trace:'

# silent NAME: passes when the log since the last look holds no complaint
seen=0
silent()
{
	local line

	line=$(dmesg | tail -n +$((seen + 1)) | grep -m1 -E "$complaint" | cut -c1-160)
	seen=$(dmesg | wc -l)
	is "$1" "$line" ''
}

nodes()
{
	mknod /dev/nvidiactl c 195 255
	mknod /dev/nvidia0 c 195 0
}

test_name=peer
seen=$(dmesg | wc -l)
modinfo -F depends ./nvidia.ko | tr ',' '\n' | xargs -r modprobe -a
if ! insmod ./nvidia.ko; then
	fail loads "$(dmesg | grep nvidia | tail -1)"
	exit
fi
pass loads
silent load-is-silent
nodes
start=${EPOCHREALTIME/./}
check opens eval ': </dev/nvidia0'
echo "# first open: $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
silent open-is-silent
matches nvidia-smi "$(timeout 60 nvidia-smi -L 2>&1)" '^GPU 0: NVIDIA GeForce RTX 3060 Laptop GPU '
silent nvidia-smi-is-silent
check unloads timeout 30 rmmod nvidia
silent unload-is-silent
dmesg | grep -aE 'NVRM|nvidia|Call Trace|RIP' | sed 's/^/# /'
echo '# ended'
