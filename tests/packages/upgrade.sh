#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: installed
# Our packages are replaced by a later version, and that by the earlier one.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}

# holds NAME VERSION: that version and no other is there
holds()
{
	is "$1-built" "$(dkms status -m opennv)" "opennv/$2, $kernel, x86_64: installed"
	is "$1-sources" "$(cd /usr/src && ls -d opennv-*)" "opennv-$2"
	matches "$1-module" "$(installed_module "$kernel")" '/updates/dkms/nvidia.ko'
}

mapfile -t packages < <(our_packages "$OUT/next/deb")
check upgrade apt_get install "${packages[@]}"
holds upgrade "${version%+*}+2"
mapfile -t packages < <(our_packages "$OUT/deb")
check downgrade apt_get install --allow-downgrades "${packages[@]}"
holds downgrade "$version"
