# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# What the guest's scripts share beside tests/vm/lib.sh: the peer loads with it, and is listened to.

# What nvidia-smi would load by itself is our driver.
echo 'install nvidia /bin/false' >/etc/modprobe.d/peer.conf

complaint='NVRM: .*(Assert|assert|error|Error|fail|Fail|Xid|timeout)|WARNING:|BUG:|Oops|Call Trace:'
seen=$(dmesg | wc -l)

# silent NAME: passes when the log since the last look holds no complaint
silent()
{
	local line

	line=$(dmesg | tail -n +$((seen + 1)) | grep -m1 -E "$complaint" | cut -c1-160)
	seen=$(dmesg | wc -l)
	is "$1" "$line" ''
}

# prepare_peer: what udev and modprobe would have done
prepare_peer()
{
	mknod /dev/nvidiactl c 195 255
	mknod /dev/nvidia0 c 195 0
	modinfo -F depends ./nvidia.ko | tr ',' '\n' | xargs -r modprobe -a
}
