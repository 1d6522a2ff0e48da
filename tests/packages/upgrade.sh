#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: installed
# Our packages are replaced by a later version, and that by the earlier one. A version that does not
# build leaves the machine the driver it had.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
next=${version%+*}+2
settings=$GUEST_KDIR/include/generated/autoconf.h
mapfile -t packages < <(our_packages "$OUT/deb")
mapfile -t next_packages < <(our_packages "$OUT/next/deb")

# holds NAME VERSION: that version and no other is there
holds()
{
	is "$1-built" "$(dkms status -m opennv)" "opennv/$2, $kernel, x86_64: installed"
	is "$1-sources" "$(cd /usr/src && ls -d opennv-*)" "opennv-$2"
	matches "$1-module" "$(installed_module "$kernel")" '/updates/dkms/nvidia.ko'
}

# upgrade_fails NAME: to the later version, which cannot be built for this kernel
upgrade_fails()
{
	local output

	cp "$settings" /tmp/settings
	echo '#error this kernel is broken' >>"$settings"
	output=$(apt_get install "${next_packages[@]}" 2>&1)
	is "$1-fails" $? 100
	contains "$1-says-what-is-left" "$output" \
		"!! kernel $kernel: these modules are of an earlier version"
	contains "$1-names-log" "$output" "see /var/lib/dkms/opennv/$next/build/make.log"
	matches "$1-driver-stays" "$(modprobe -S "$kernel" -n --show-depends nvidia | tail -1)" \
		'/updates/dkms/nvidia.ko'
	mv /tmp/settings "$settings"
}

module=$(installed_module "$kernel")
before=$(cksum "$module")
upgrade_fails upgrade
is the-same-driver "$(cksum "$module")" "$before"
check upgrade-goes-on apt_get -f install
holds upgrade "$next"
check reinstall apt_get install --reinstall "${next_packages[@]}"
holds reinstall "$next"
check downgrade apt_get install --allow-downgrades "${packages[@]}"
holds downgrade "$version"

upgrade_fails second-upgrade
check way-back apt_get install --allow-downgrades "${packages[@]}"
holds way-back "$version"

upgrade_fails third-upgrade
check purge dpkg --purge opennv-dkms opennv-support opennv-utils
is purge-removes-module "$(installed_module "$kernel")" ''
is purge-leaves-nothing "$(leftovers)" ''
