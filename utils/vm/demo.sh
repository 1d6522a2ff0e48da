#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: loads the driver, shows its log lines and nvidia-smi -L, and lets the machine
# sleep while a program uses the GPU. On a terminal it becomes a shell instead.

code=0

load()
{
	local vendor

	while read -r vendor; do
		modprobe -b "$(cat "${vendor%/vendor}/modalias")" \
			NVreg_EnableS0ixPowerManagement=1 || code=$?
	done < <(grep -lx 0x10de /sys/bus/pci/devices/*/vendor)
}

# look: has the program look at all that it has on the GPU, and shows what it says
look()
{
	local line='ended'

	echo >&"${USER[1]}"
	read -r -t 60 line <&"${USER[0]}"
	printf '%-10s %s\n' "$1" "$line"
	[[ $line == well:* ]] || code=1
}

# The host presses a key each second, which wakes the guest.
sleep_and_wake()
{
	local file start

	for file in /sys/bus/serio/devices/*/power/wakeup; do
		echo enabled >"$file"
	done
	echo s2idle >/sys/power/mem_sleep
	start=$(date +%s%N)
	echo mem >/sys/power/state || code=1
	printf '%-10s after %d ms\n' awake $((($(date +%s%N) - start) / 1000000))
}

load
output=$(nvidia-smi -L 2>&1) || code=$?
dmesg | grep -iE 'nvidia|NVRM|opennv'
printf '\n# nvidia-smi -L\n%s\n' "$output"
if [ -t 0 ]; then
	printf '\nA shell in the guest; exit ends it. To try: %s, %s, %s.\n\n' 'nvidia-smi -L' \
		'lspci -vv -d 10de:' 'cat /proc/driver/nvidia/version'
	export PS1='guest# '
	exec bash --norc -i
fi

printf '\n# a program asks GSP and has video memory mapped; echo mem >/sys/power/state\n'
coproc USER { ./gpu-user 2>&1; }
look before
sleep_and_wake
look after
dmesg | grep 'nvidia .*: sleeps in'
exit "$code"
