#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: installed
# Our packages on a Debian 13 with nvidia-smi: apt takes them for the kernel side of release
# 550.163.01, the driver wins over nouveau, and what they put in place goes with them.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
alias=pci:v000010DEd00002520sv00001043sd000016A2bc03sc00i00

# what apt would add for the whole of NVIDIA's user space, by the way of kernel modules
added=$(apt-get -s install --install-recommends nvidia-driver nvidia-driver-libs libcuda1 |
	sed -n 's/^Inst \([^ ]*\).*/\1/p')
matches apt-resolves-nvidia-driver "$added" 'nvidia-driver-libs'
is apt-adds-no-other-kernel-module "$(grep -E -- '-dkms$|-kernel-' <<<"$added")" ''

module=$(installed_module "$kernel")
is installed-by-dkms "${module%%.ko*}" "/lib/modules/$kernel/updates/dkms/nvidia"
is all-modules-installed \
	"$(find "${module%/*}" -type f -printf '%f\n' | sed 's/[.]ko.*//' | sort)" \
	"$(sed -n 's/^BUILT_MODULE_NAME.*="\(.*\)"/\1/p' "$top/dkms.conf" | sort)"
is alias-is-ours-alone "$(modprobe -S "$kernel" -b -n --show-depends "$alias" | tail -1)" \
	"insmod $module "
contains status-of-kernels "$(opennv-status --kernels)" "ok kernel $kernel: modules installed"

check remove apt_get remove opennv-dkms opennv-support
is remove-removes-module "$(installed_module "$kernel")" ''
matches nouveau-is-back "$(modprobe -S "$kernel" -b -n --show-depends "$alias" | tail -1)" nouveau
check purge dpkg --purge opennv-dkms opennv-support opennv-utils
is purge-leaves-nothing "$(leftovers)" ''
