# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# What measures in a guest shares. It times the driver that lies beside it as nvidia.ko, or else
# ours, and prints "NAME: VALUE UNIT" lines.

give_up()
{
	echo "$1 failed; the kernel log ends with"
	dmesg | grep -E 'nvidia|NVRM' | tail -5
	exit 1
}

# milliseconds NAME COMMAND...
milliseconds()
{
	local start name=$1
	shift

	start=${EPOCHREALTIME/./}
	"$@" >/dev/null 2>&1 || give_up "$name"
	echo "$name: $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
}

load()
{
	if [ -e nvidia.ko ]; then
		insmod ./nvidia.ko
	else
		modprobe nvidia
	fi
}

nodes()
{
	[ -e /dev/nvidiactl ] || mknod /dev/nvidiactl c 195 255
	[ -e /dev/nvidia0 ] || mknod /dev/nvidia0 c 195 0
}

first_open()
{
	: </dev/nvidia0
}

# Sourced: what nvidia-smi would load by itself is our driver, and the peer's needs others.
if [ -e nvidia.ko ]; then
	driver=peer
	echo 'install nvidia /bin/false' >/etc/modprobe.d/peer.conf
	modinfo -F depends ./nvidia.ko | tr ',' '\n' | xargs -r modprobe -a
else
	# shellcheck disable=SC2034 # for who sources this
	driver=ours
fi
