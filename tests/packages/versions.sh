#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# What utils/support/versions does to versions of a small module in DKMS's tree.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
forced=/usr/share/dkms/modules_to_force_install

# sources VERSION [LINE]: of a module nvidia.ko, with LINE in it
sources()
{
	local dir=/usr/src/opennv-$1

	mkdir -p "$dir"
	echo 'obj-m := nvidia.o' >"$dir/Kbuild"
	printf '%s\n' '#include <linux/module.h>' 'MODULE_LICENSE("GPL");' "${2:-}" >"$dir/nvidia.c"
	sed -e "s/#MODULE_VERSION#/$1/" -e '/\[1\]/d' "$top/dkms.conf" >"$dir/dkms.conf"
}

versions()
{
	"$top/utils/support/versions" "$@"
}

install()
{
	dkms add "opennv/$1" && dkms install --force "opennv/$1" -k "$kernel"
}

# holds NAME VERSION: that version's modules are installed
holds()
{
	contains "$1" "$(dkms status -m opennv)" "opennv/$2, $kernel, $(uname -m): installed"
	is "$1-module" "$(installed_module "$kernel" | sed 's/[.]ko.*//')" \
		"/lib/modules/$kernel/updates/dkms/nvidia"
}

mkdir -p "$forced"
echo opennv_version-override >"$forced/opennv-dkms"
sources 1
check first install 1
versions keep
rm -r /usr/src/opennv-1
sources 2 '#error does not build'
versions adopt
install 2 && fail second-fails 'it was built'
holds earlier-stays 1
dkms remove opennv/2 --all
sources 2
check second install 2
check settles versions settle 2
holds later-alone 2
is earlier-is-gone "$(dkms status -m opennv | wc -l)" 1

# as rpm does it: the sources of both are there meanwhile
sources 1
check first-again install 1
check settles-again versions settle 1
versions keep
rm -r /usr/src/opennv-2
versions adopt
holds way-back 1
is sources-are-the-packages "$(realpath /var/lib/dkms/opennv/1/source)" /usr/src/opennv-1
check removes versions remove
is all-gone "$(dkms status -m opennv; installed_module "$kernel")" ''
