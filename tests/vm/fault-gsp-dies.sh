#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault gsp-dies:20
# timeout: 120
# GSP stops answering while programs run: one Xid line, then calls fail at once.

. ./lib.sh

check loads load
for _ in 1 2 3 4 5 6 7 8; do
	timeout 60 nvidia-smi -L >/dev/null 2>&1
	! kernel_log | grep -q 'Xid' || break
done
logged reports-it 'NVRM: Xid \(PCI:0000:[0-9a-f]{2}:00\): 119,'
start=$SECONDS
check unloads unload
check unloads-at-once [ $((SECONDS - start)) -le 10 ]
