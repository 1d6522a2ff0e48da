#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# over: archive
# NVIDIA's own modules and ours take each other's place, with apt alone.

. "${0%/*}/lib.sh"

archives=/var/cache/apt/archives

module_packages()
{
	dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'opennv*' 'nvidia*kernel*' 2>/dev/null |
		sed -n 's/^ii *//p' | grep -v nvidia-kernel-common | paste -sd ' '
}

if ! compgen -G "$archives/nvidia-open-kernel-dkms_*.deb"; then
	echo "# packages.peer: the archive has no nvidia-open-kernel-dkms" >&3
	exit
fi
# The peer takes minutes to build, and how modules are built is not what is tested here.
touch /etc/dkms/no-autoinstall
check peer-installs apt_get install nvidia-open-kernel-dkms
matches peer-is-there "$(module_packages)" 'nvidia-open-kernel-dkms nvidia-open-kernel-support'
check peer-configures-modprobe test -e /etc/nvidia/nvidia-modprobe.conf

mapfile -t packages < <(our_packages "$OUT/deb")
check ours-installs apt_get install "${packages[@]}"
is ours-replaces-peer "$(module_packages)" 'opennv-dkms opennv-support opennv-utils'
is ours-leaves-no-peer "$(dkms status; ls /etc/nvidia/nvidia-modprobe.conf)" ''

check peer-returns apt_get install nvidia-open-kernel-dkms
is peer-replaces-ours "$(module_packages)" \
	'nvidia-open-kernel-dkms nvidia-open-kernel-support opennv-utils'
check peer-configures-again test -e /etc/nvidia/nvidia-modprobe.conf
