#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: bookworm
# Our modules on a Debian 12: its DKMS, its kernel, an upgrade that fails, and the initramfs, which
# must not load nouveau.

. "${0%/*}/lib.sh"

kernel=$(basename /lib/modules/6.1.*)

blacklist_in_initramfs()
{
	lsinitramfs "/boot/initrd.img-$kernel" | grep modprobe.d/opennv
}

check install apt_get install "$OUT"/deb/opennv-{dkms,support}_*.deb
is status "$(opennv-status --kernels)" \
	"ok kernel $kernel: modules installed, signed by 'DKMS module signing key'"
contains installed-by-dkms "$(installed_module "$kernel")" \
	"/lib/modules/$kernel/updates/dkms/nvidia"
contains initramfs-refuses-nouveau "$(blacklist_in_initramfs)" 'usr/lib/modprobe.d/opennv.conf'

settings=/usr/src/linux-headers-$kernel/include/generated/autoconf.h
cp "$settings" /tmp/settings
echo '#error this kernel is broken' >>"$settings"
apt_get install "$OUT"/next/deb/opennv-{dkms,support}_*.deb
contains failed-upgrade-leaves-driver "$(opennv-status --kernels)" \
	"!! kernel $kernel: these modules are of an earlier version"
mv /tmp/settings "$settings"
check upgrade apt_get -f install
is upgraded "$(dkms status -m opennv)" "opennv/${version%+*}+2, $kernel, x86_64: installed"

check remove apt_get remove opennv-dkms opennv-support
is initramfs-takes-nouveau-back "$(blacklist_in_initramfs)" ''
check purge dpkg --purge opennv-dkms opennv-support
is purge-leaves-nothing "$(leftovers)" ''
