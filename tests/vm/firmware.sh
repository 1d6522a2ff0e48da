#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# timeout: 180
# A firmware file that is missing, truncated or of another release is named, with the Debian
# package it comes from, and the GPU starts as soon as the right one is there.

. ./lib.sh

# find_file NAME: where the firmware loader would find it
find_file()
{
	find {/lib/firmware/updates,/lib/firmware}/nvidia/550.163.01 -path "*/$1" -print -quit
}

# refuses NAME REGEX: nvidia-smi finds no GPU and the log says why in one new line
refuses()
{
	local before after new

	before=$(kernel_log | wc -l)
	check "$1-smi-fails" eval '! nvidia-smi -L 2>/dev/null | grep -q "^GPU 0"'
	new=$(kernel_log | tail -n "+$((before + 1))")
	after=$(grep -cE "$2" <<<"$new")
	if [ "$after" -ge 1 ]; then
		pass "$1-said"
	else
		fail "$1-said" "the kernel log has no line like $2 but: $(tail -1 <<<"$new")"
	fi
}

check loads load
for name in gsp_ga10x.bin ga102/booter_load.bin ga102/booter_unload.bin ga102/bootloader.bin; do
	file=$(find_file "$name")
	source='opennv-extract-firmware.*nvidia-open-kernel-dkms'
	[ "$name" != gsp_ga10x.bin ] || source=firmware-nvidia-gsp
	mv "$file" /tmp/whole
	refuses "missing-$name" "$name.*$source"
	head -c 5000 /tmp/whole >"$file"
	refuses "truncated-$name" "$name.*$source"
	: >"$file"
	refuses "empty-$name" "$name.*$source"
	mv -f /tmp/whole "$file"
done

file=$(find_file gsp_ga10x.bin)
cp "$file" /tmp/whole
sed 's/550\.163\.01/550.163.02/g' /tmp/whole >"$file"
refuses other-release 'gsp_ga10x.bin.*550\.163\.02.*firmware-nvidia-gsp'
mv -f /tmp/whole "$file"

matches starts-in-the-end "$(nvidia-smi -L 2>&1)" '^GPU 0: '
check unloads unload
