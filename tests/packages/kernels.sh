#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: installed
# over: archive
# Kernels come and go: a newer one, one whose build fails, and the first is removed.

. "${0%/*}/lib.sh"

first=${GUEST_KDIR##*linux-headers-}

check new-kernel apt_get install -t trixie-backports linux-image-amd64 linux-headers-amd64
new=$(basename /lib/modules/7.*)
is modules-before-reboot "$(installed_module "$new" | sed 's/[.]ko.*//')" \
	"/lib/modules/$new/updates/dkms/nvidia"
is two-kernels "$(opennv-status --kernels | cut -d: -f1)" \
	"$(printf 'ok kernel %s\n' "$first" "$new")"
matches modules-have-dependencies "$(modprobe -S "$new" -n --show-depends nvidia)" 'insmod'

# what dpkg sees when a kernel breaks an API
cd /var/cache/apt/archives || exit
dpkg --unpack linux-{image,headers}-6.12*cloud*.deb
broken=$(basename /lib/modules/*-cloud-amd64)
echo '#error this kernel is broken' \
	>>"/usr/src/linux-headers-$broken/include/generated/autoconf.h"
output=$(dpkg --configure -a 2>&1)
contains failed-build-names-log "$output" "/var/lib/dkms/opennv/$version/build/make.log"
contains log-says-why "$(make_log)" 'this kernel is broken'
is failed-build-leaves-no-module "$(installed_module "$broken")" ''
contains status-names-log "$(opennv-status --kernels)" "!! kernel $broken: no modules, since their \
build failed: see /var/lib/dkms/opennv/$version/build/make.log"
is others-keep-modules "$(opennv-status --kernels | grep ^ok | cut -d: -f1)" \
	"$(printf 'ok kernel %s\n' "$first" "$new")"

check remove-kernels dpkg --purge --force-depends \
	"linux-image-$first" "linux-headers-$first" \
	"linux-image-$broken" "linux-headers-$broken"
is removed-kernel-takes-modules "$(find "/lib/modules/$first" -name 'nvidia*' 2>/dev/null)" ''
is only-new-kernel-left "$(dkms status -m opennv | sed 's/^[^,]*, //; s/,.*//')" "$new"

# for the guest that boots what this root has become
boot=$OUT/packages/boot
rm -rf "$boot"
modules=$boot/lib/modules/$new
mkdir -p "$modules"
cp "/lib/modules/$new"/modules.{order,builtin,builtin.modinfo} "$modules"
modprobe -S "$new" --show-depends -a virtio_pci virtio_blk virtio_console erofs overlay nvidia |
	sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | xargs cp -t "$modules"
depmod -b "$boot" "$new"
cp "/boot/vmlinuz-$new" "$boot/kernel"
echo "$new" >"$boot/release"
