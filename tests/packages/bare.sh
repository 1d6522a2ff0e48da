#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# over: archive
# Our packages on a machine that cannot build them: without headers, then without a compiler. Each
# time a line says what to do, and done, all is there.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
compiler=$(realpath "$(command -v gcc)")

mapfile -t packages < <(our_packages "$OUT/deb")
dpkg --purge linux-headers-amd64 "linux-headers-$kernel"
output=$(apt_get install "${packages[@]}" 2>&1)
is without-headers-installs $? 0
contains names-headers "$output" "!! kernel $kernel: no modules, since its headers are missing: \
apt install linux-headers-$kernel"
is nothing-half-done "$(dpkg --audit; find /lib/modules -name 'nvidia.ko*')" ''

apt_get install openssl
mv "$compiler" "$compiler.away"
output=$(apt_get install /var/cache/apt/archives/linux-{image,headers}-6.12*cloud*.deb 2>&1)
cloud=$(basename /lib/modules/*-cloud-amd64)
contains without-compiler-names-log "$output" "/var/lib/dkms/opennv/$version/build/make.log"
matches log-blames-compiler "$(make_log)" 'compile nothing: .*gcc-[0-9]*: not found'
is without-compiler-no-module "$(installed_module "$cloud")" ''
mv "$compiler.away" "$compiler"
check compiler-back apt_get -f install
contains compiler-back-modules "$(installed_module "$cloud")" \
	"/lib/modules/$cloud/updates/dkms/nvidia"

contains signed-with-dkms-key "$(opennv-status --kernels)" \
	"ok kernel $cloud: modules installed, signed by 'DKMS module signing key'"
serial=$(openssl x509 -inform DER -in /var/lib/dkms/mok.pub -noout -serial | sed 's/.*=//')
is signed-with-this-key "$(modinfo -k "$cloud" -F sig_key nvidia | tr -d ':')" "$serial"
