#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# over: tools
# The RPMs, from a repository, by dnf, on a machine whose DKMS, compiler and kernel are Debian's:
# a package without content stands for Fedora's by their names. A stand-in for dracut keeps a
# record of its calls.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
repository=/tmp/repository

# stand_in NAME...: one empty package for all of them
stand_in()
{
	cat >/tmp/distribution.spec <<-EOF
		Name: distribution
		Version: 1
		Release: 1
		Summary: Stands for packages of the distribution
		License: MIT
		BuildArch: noarch
		Provides: $*
		%description
		Empty.
		%files
	EOF
	rpmbuild -bb --quiet --define "_rpmdir $repository" /tmp/distribution.spec
}

dnf_do()
{
	dnf -y -q --repofrompath="opennv,file://$repository" --repo=opennv --nogpgcheck \
		--releasever=1 --setopt=cachedir=/tmp/dnf --setopt=install_weak_deps=True "$@"
}

# holds NAME VERSION: that version and no other is there
holds()
{
	is "$1-built" "$(dkms status -m opennv)" "opennv/$2, $kernel, x86_64: installed"
	is "$1-sources" "$(cd /usr/src && ls -d opennv-*)" "opennv-$2"
	matches "$1-module" "$(installed_module "$kernel")" '/updates/dkms/nvidia.ko'
}

mkdir -p "$repository"
stand_in dkms kmod python3 /bin/sh /usr/bin/python3
cp "$OUT"/rpm/*.noarch.rpm "$OUT"/next/rpm/*.noarch.rpm "$repository"
check createrepo createrepo_c -q "$repository"
printf '#!/bin/sh\necho "$@" >>/var/log/dracut.calls\n' >/usr/bin/dracut
chmod +x /usr/bin/dracut

check install dnf_do install "opennv-dkms-$version"
holds install "$version"
is recommends-utils "$(rpm -qa 'opennv*' | sed 's/-550.*//' | sort | paste -sd ' ')" \
	'opennv-dkms opennv-support opennv-utils'
is refuses-nouveau "$(grep -c '^blacklist nouveau' /usr/lib/modprobe.d/opennv.conf)" 1
is new-initramfs "$(wc -l </var/log/dracut.calls)" 1
check extract-firmware opennv-extract-firmware --help
check reinstall dnf_do reinstall opennv-dkms
holds reinstall "$version"

settings=$GUEST_KDIR/include/generated/autoconf.h
cp "$settings" /tmp/settings
echo '#error this kernel is broken' >>"$settings"
check upgrade dnf_do upgrade
contains failed-build-is-told "$(opennv-status --kernels)" \
	"!! kernel $kernel: these modules are of an earlier version"
matches failed-build-leaves-driver "$(installed_module "$kernel")" '/updates/dkms/nvidia.ko'
mv /tmp/settings "$settings"
check build-again dnf_do reinstall opennv-dkms
holds upgrade "${version%+*}+2"
check downgrade dnf_do downgrade opennv-dkms opennv-support opennv-utils
holds downgrade "$version"
check erase dnf_do remove opennv-dkms opennv-support opennv-utils
is erase-leaves-nothing "$(leftovers)" ''
is erase-new-initramfs "$(wc -l </var/log/dracut.calls)" 2
