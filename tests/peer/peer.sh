#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: the peer is loaded and its first open must start the GPU without a complaint.

# shellcheck source=tests/vm/lib.sh disable=SC2034 # test_name is for it
. ./lib.sh

# shellcheck source=tests/peer/lib-peer.sh
. ./lib-peer.sh

exec 3>&1
test_name=peer
prepare_peer
if ! insmod ./nvidia.ko; then
	fail loads "$(dmesg | grep nvidia | tail -1)"
	exit
fi
pass loads
silent load-is-silent
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
