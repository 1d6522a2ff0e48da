# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash disable=SC2034 # the tests use what is set here
# What a package test is written with: the verdicts of guest tests and a few functions. It runs as
# root in its root, where OUT is at its own path.

test_part=packages
top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
. "$top/tests/vm/lib.sh"
export DEBIAN_FRONTEND=noninteractive
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top/debian/changelog")

# make_log: DKMS's, of the last build that failed
make_log()
{
	cat "/var/lib/dkms/opennv/$version/build/make.log"
}

# apt_get ARGUMENT...: without asking the archive for what the root has
apt_get()
{
	apt-get -y -o APT::Install-Recommends=false -o Dpkg::Options::=--force-unsafe-io "$@"
}

# contains NAME OUTPUT TEXT
contains()
{
	printf '%s\n' "$2"
	if [[ $2 == *"$3"* ]]; then
		pass "$1"
	else
		fail "$1" "nothing says '$3': $(tail -1 <<<"$2")"
	fi
}

# our_packages DIR: the .debs in it, as apt wants them named
our_packages()
{
	printf '%s\n' "$1"/opennv-*.deb
}

# installed_module KERNEL: the file that modprobe nvidia would load
installed_module()
{
	modinfo -k "$1" -n nvidia 2>/dev/null
}

# leftovers: what of ours is still in the root
leftovers()
{
	compgen -G '/usr/src/opennv-*'
	compgen -G '/usr/*/*opennv*'
	compgen -G '/var/lib/dkms/opennv*'
	find /usr/lib/modprobe.d /usr/lib/udev /usr/lib/firmware/updates /lib/modules /etc \
		'(' -name '*opennv*' -o -path '*/updates/*nvidia*' ')' \
		2>/dev/null
	dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' 'opennv*' 2>/dev/null
}
