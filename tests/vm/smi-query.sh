#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 180
# Debian's nvidia-smi shows what the driver knows itself and what GSP-RM measures, in all its
# forms, and sets what an administrator may set.

. ./lib.sh

query()
{
	nvidia-smi --query-gpu="$1" --format=csv,noheader
}

# shown NAME LABEL VALUE: 'nvidia-smi -q' has a line 'LABEL : VALUE' (a regular expression)
shown()
{
	if grep -qE "^ *$2 +: $3\$" <<<"$all"; then
		pass "$1"
	else
		fail "$1" "$(grep -m1 -E "^ *$2 +:" <<<"$all" || echo "no line $2"), wanted $3"
	fi
}

check loads load
check table eval 'nvidia-smi | grep -q "NVIDIA GeForce RTX 3060"'
all=$(nvidia-smi -q)
is query-ends-well $? 0
shown name 'Product Name' 'NVIDIA GeForce RTX 3060 Laptop GPU'
shown brand 'Product Brand' 'NVIDIA'
shown architecture 'Product Architecture' 'Ampere'
shown uuid 'GPU UUID' 'GPU-[0-9a-f-]{36}'
shown vbios 'VBIOS Version' '94\.06\.17\.00\.5F'
shown board 'Board ID' '0x[0-9a-f]+'
shown firmware 'GSP Firmware Version' '550\.163\.01'
shown persistence-off 'Persistence Mode' 'Disabled'
shown accounting 'Accounting Mode' 'Disabled'
shown subsystem 'Sub System Id' '0x16A21043'
shown memory 'Total' '6144 MiB'
shown bar1 'Total' '8192 MiB'
shown compute-mode 'Compute Mode' 'Default'
shown pstate 'Performance State' 'P[0-9]+'
shown temperature 'GPU Current Temp' '[0-9]+ C'
shown power 'Instantaneous Power Draw' '[0-9]+\.[0-9]+ W'
shown clock 'Graphics' '[0-9]+ MHz'
shown load 'Gpu' '[0-9]+ %'
shown processes 'Processes' 'None'
check xml eval 'nvidia-smi -q -x | grep -q "</nvidia_smi_log>"'
used=$(query memory.used)
coproc keep { exec ./keep-vram 256; }
read -r -t 60 -u "${keep[0]}" line
is program-has-memory "$line" filled
in_use=$(query memory.used)
# shellcheck disable=SC2154 # bash sets it
pid=$keep_PID
kill "$pid"
wait "$pid"
after=$(query memory.used)
is memory-in-use "$((${in_use% MiB} - ${after% MiB}))" 256
# The channel that the driver copies by came with the first mapping, and stays.
check memory-is-free-again [ $((${after% MiB} - ${used% MiB})) -le 1 ]
matches link "$(query pcie.link.gen.hostmax,pcie.link.width.max)" '^[1-6], [0-9]+$'
matches dmon "$(nvidia-smi dmon -c 1)" $'\n +0 +[0-9]+ +[0-9]+'
matches pmon "$(timeout 20 nvidia-smi pmon -c 1)" $'\n +0 +- +-'
matches topo "$(nvidia-smi topo -m)" $'\nGPU0\t X'

check persistence nvidia-smi -pm 1
is persistence-is-on "$(query persistence_mode)" Enabled
check exclusive nvidia-smi -c EXCLUSIVE_PROCESS
is exclusive-is-on "$(query compute_mode)" Exclusive_Process
matches user-may-not-set "$(setpriv --reuid 65534 --clear-groups nvidia-smi -pm 0 2>&1)" \
	'[Pp]ermission'
is persistence-stays-on "$(query persistence_mode)" Enabled
is user-may-ask "$(setpriv --reuid 65534 --clear-groups nvidia-smi -L | cut -c1-6)" 'GPU 0:'
check shared nvidia-smi -c DEFAULT
check persistence-off-again nvidia-smi -pm 0
is persistence-is-off "$(query persistence_mode)" Disabled
is kernel-is-silent "$(kernel_log | grep -cE 'WARNING|BUG|Oops|Xid')" 0
check unloads unload
