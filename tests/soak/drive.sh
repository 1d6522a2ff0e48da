# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# What the guests of tests/soak/model do, with the driver that lies beside this, or else ours.

# shellcheck source=tests/vm/lib.sh
. ./lib.sh

if [ -e nvidia.ko ]; then
	# What nvidia-smi would load by itself is our driver.
	echo 'install nvidia /bin/false' >/etc/modprobe.d/peer.conf
	modinfo -F depends ./nvidia.ko | tr ',' '\n' | xargs -r modprobe -a
	mknod /dev/nvidiactl c 195 255
	mknod /dev/nvidia0 c 195 0
	load()
	{
		insmod ./nvidia.ko
	}
fi

# shellcheck disable=SC2119 # no parameters
cycle()
{
	load && nvidia-smi -L | grep -q '^GPU 0: NVIDIA' && unload
}

# cycles N
cycles()
{
	local i

	for ((i = 0; i < $1; i++)); do
		cycle || { dmesg | tail -3; echo "cycle $i failed"; return; }
	done
	echo "$1 cycles"
}

use_once()
{
	cycle && echo 'used once'
}

# die_after SECONDS: then this machine is gone, whatever it does
die_after()
{
	echo 1 >/proc/sys/kernel/sysrq
	echo begins
	sync
	(
		sleep "$1"
		echo b >/proc/sysrq-trigger
	) &
	while cycle; do
		:
	done
}
