#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# The Debian packages: apt takes them for the kernel side of release 550.163.01, the driver wins
# over nouveau, and what they put in place goes with them.
# timeout: 120
# append: opennv.guest=packages

. ./lib.sh

# what apt would add for the whole of NVIDIA's user space, by the way of kernel modules
added=$(apt-get -s install --install-recommends nvidia-driver | sed -n 's/^Inst \([^ ]*\).*/\1/p')
matches apt-resolves-nvidia-driver "$added" 'nvidia-driver-libs'
is apt-adds-no-other-kernel-module "$(grep -E -- '-dkms$|-kernel-' <<<"$added")" ''

module=$(modinfo -n nvidia)
is installed-by-dkms "${module%%.ko*}" "/lib/modules/$(uname -r)/updates/dkms/nvidia"
alias=pci:v000010DEd00002520sv00001043sd000016A2bc03sc00i00
is alias-is-ours-alone "$(modprobe -b -n --show-depends "$alias" | tail -1)" "insmod $module "

check purge env DEBIAN_FRONTEND=noninteractive apt-get -qq purge opennv-dkms
is purge-removes-module "$(ls "$module" 2>/dev/null)" ''
is purge-removes-source "$(compgen -G '/usr/src/opennv-*')" ''
