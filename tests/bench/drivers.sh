#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: a driver from insmod to rmmod, and the common calls.

# shellcheck source=tests/bench/lib-bench.sh
. ./lib-bench.sh

# kernel_memory: KiB that can't be given back, but for vmalloc's
kernel_memory()
{
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|Percpu|KernelStack|PageTables):/ { n += $2 } END { print n }' \
		/proc/meminfo
}

# vmalloc_memory: KiB that is there, of the module or of what it allocated
vmalloc_memory()
{
	awk '/\[nvidia\]|nvidia_|load_module|move_module/ && !/ioremap/ { n += $2 }
		END { print int(n / 1024) }' /proc/vmallocinfo
}

before=$(kernel_memory)
milliseconds insmod load
nodes
exec 9</dev/nvidiactl # keeps the module while nothing else does
milliseconds 'first open' first_open
# Upstream stops the GPU with the last close; open once more and keep it.
milliseconds 'open' eval 'exec 8</dev/nvidia0'
milliseconds 'nvidia-smi -L' nvidia-smi -L
milliseconds 'nvidia-smi' nvidia-smi
milliseconds 'nvidia-smi -q' nvidia-smi -q
./rm-bench || exit
echo "kernel memory but vmalloc: $(($(kernel_memory) - before)) KiB"
echo "vmalloc: $(vmalloc_memory) KiB"
awk '$1 == "nvidia" { print "module in memory: " int($2 / 1024) " KiB" }' /proc/modules
exec 8<&- 9<&-
! grep -q '^nvidia_uvm ' /proc/modules || rmmod nvidia-uvm
milliseconds rmmod rmmod nvidia
