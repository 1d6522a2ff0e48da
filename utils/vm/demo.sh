#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: loads the driver, shows its log lines and nvidia-smi -L. On a terminal it
# then becomes a shell.

code=0
while read -r vendor; do
	modprobe -b "$(cat "${vendor%/vendor}/modalias")" || code=$?
done < <(grep -lx 0x10de /sys/bus/pci/devices/*/vendor)
output=$(nvidia-smi -L 2>&1) || code=$?
dmesg | grep -iE 'nvidia|NVRM|opennv'
printf '\n# nvidia-smi -L\n%s\n' "$output"
[ -t 0 ] || exit "$code"

printf '\nA shell in the guest; exit ends it. To try: nvidia-smi -L, lspci -vv -d 10de:, %s.\n\n' \
	'cat /proc/driver/nvidia/version'
export PS1='guest# '
exec bash --norc -i
