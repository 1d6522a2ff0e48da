#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: installed
# What opennv-status says of a machine with Secure Boot, and of its GPU.

. "${0%/*}/lib.sh"

kernel=${GUEST_KDIR##*linux-headers-}
gpu=/sys/bus/pci/devices/0000:01:00.0

mount -t tmpfs tmpfs /sys
mkdir -p "$gpu" /sys/firmware/efi/efivars /sys/drivers/{nouveau,nvidia}
echo 0x10de >"$gpu/vendor"
echo 0x030000 >"$gpu/class"

says()
{
	contains "$1" "$(opennv-status)" "$2"
}

says unsigned "ok kernel $kernel: modules installed, not signed"
says no-driver '!! GPU 0000:01:00.0 has no driver: modprobe nvidia'
ln -s /sys/drivers/nouveau "$gpu/driver"
says nouveau '!! GPU 0000:01:00.0 is taken by nouveau: reboot'
ln -sfn /sys/drivers/nvidia "$gpu/driver"
says ours 'ok GPU 0000:01:00.0'
check all-is-there opennv-status

printf '\6\0\0\0\1' >/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
says secure-boot-unsigned "!! kernel $kernel: modules are not signed"
says secure-boot-no-tool 'mokutil is missing: install'
printf '#!/bin/sh\n' >/usr/bin/mokutil
chmod +x /usr/bin/mokutil
says secure-boot-key '!! Secure Boot does not know the key of DKMS: mokutil --import'
printf '#!/bin/sh\necho "Subject: CN=DKMS module signing key"\n' >/usr/bin/mokutil
says secure-boot-enrolled 'ok Secure Boot: the key of DKMS is enrolled'

rm -r /lib/firmware/updates/nvidia
says no-boot-images '!! boot images 550.163.01 are missing: see opennv-extract-firmware'
mv /lib/firmware/nvidia /lib/firmware/away
says no-firmware '!! GSP firmware 550.163.01 is missing: apt install firmware-nvidia-gsp'
opennv-status >/dev/null
is exit-code $? 1
