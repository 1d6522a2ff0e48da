#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest root with our packages installed: apt takes them for the kernel side of release
# 550.163.01, the driver wins over nouveau, and what they put in place goes with them.

. "${0%/*}/../vm/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}

# what apt would add for the whole of NVIDIA's user space, by the way of kernel modules
added=$(apt-get -s install --install-recommends nvidia-driver | sed -n 's/^Inst \([^ ]*\).*/\1/p')
matches apt-resolves-nvidia-driver "$added" 'nvidia-driver-libs'
is apt-adds-no-other-kernel-module "$(grep -E -- '-dkms$|-kernel-' <<<"$added")" ''

module=$(modinfo -k "$kernel" -n nvidia)
is installed-by-dkms "${module%%.ko*}" "/lib/modules/$kernel/updates/dkms/nvidia"
alias=pci:v000010DEd00002520sv00001043sd000016A2bc03sc00i00
is alias-is-ours-alone "$(modprobe -S "$kernel" -b -n --show-depends "$alias" | tail -1)" \
	"insmod $module "

check purge env DEBIAN_FRONTEND=noninteractive apt-get -qq purge opennv-dkms opennv-utils
is purge-removes-module "$(ls "$module" 2>/dev/null)" ''
is purge-removes-source "$(compgen -G '/usr/src/opennv-*')" ''
is purge-leaves-no-tool "$(compgen -G '/usr/*/*opennv*')" ''
