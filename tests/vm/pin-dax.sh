#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# kernel: stock
# append: memmap=64M!1G
# timeout: 90
# Memory of a file that lies on the device itself (DAX) is the file system's to move and to cut
# off: a GPU does not get it, as it gets the same file's copy in the page cache and one of tmpfs.

. ./lib.sh

# pin granted|read-only|refused DIR NAME
pin()
{
	local code=0

	head -c 8M /dev/zero >"$2/file"
	timeout 20 ./pin-dax "$1" "$2/file" >/tmp/pinned || code=$?
	sed -E "s/^(ok|not ok) (.*)/\1 vm.$test_name.$3: \2/" /tmp/pinned >&3
	is "$3-ends" "$code" 0
}

# on_ext4 read-only|refused MODE
on_ext4()
{
	check "$2-is-mounted" mount -o "dax=$2" /dev/pmem0 /mnt
	pin "$1" /mnt "dax-$2"
	check "$2-unmounts" umount /mnt
}

check has-persistent-memory modprobe -a nd_e820 nd_pmem
check has-file-system mkfs.ext4 -q -b 4096 /dev/pmem0
check loads load
pin granted /tmp tmpfs
on_ext4 read-only never
on_ext4 refused always
silent kernel-log-is-quiet 'guarantee persistence'
check unloads unload
