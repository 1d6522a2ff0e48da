# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash disable=SC2034 # the scripts use the constants
# What the scripts of this directory share. They set -eu and source it.

TOP=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
OUT=${OUT:-out}
[[ $OUT == /* ]] || OUT=$TOP/$OUT
OPENNV_CACHE=${OPENNV_CACHE:-/var/cache/opennv}
OPENNV_START=${OPENNV_START:-$(date +%s)}
export OUT OPENNV_CACHE OPENNV_START

RELEASE=550.163.01
GUEST_SUITE=trixie
GUEST_NAME="Debian 13"

# What the scripts roots and layer print, for eval, and kernel_variables
guest_dir='' guest_root='' guest_kernel='' qemu_root='' layer_dir=''
linux_root='' linux_build='' linux_release='' linux_make=''

# say WORD...: a progress line with the seconds since the command line began
say()
{
	printf '[%3d s] %s\n' $(($(date +%s) - OPENNV_START)) "$*" >&2
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

need_root()
{
	[ "$(id -u)" = 0 ] || die "this makes Debian roots and mounts them: run it as root"
}

# usage: prints the comment block that opens the calling script
usage()
{
	sed -n '3,/^[^#]/{s/^# \{0,1\}//p}' "$0"
}

# with_lock NAME COMMAND...: one of a kind at a time, also among checkouts that share the cache
with_lock()
{
	local name=$1 fd
	shift
	mkdir -p "$OPENNV_CACHE"
	exec {fd}>"$OPENNV_CACHE/$name.lock"
	flock -n "$fd" || { say "waiting for another run to make $name"; flock "$fd"; }
	"$@"
	exec {fd}>&-
}

# enter_namespace ARG...: runs the script anew where its mounts and processes vanish with it
enter_namespace()
{
	[ -z "${OPENNV_NAMESPACE:-}" ] || return 0
	OPENNV_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
}

# key FILE...: a short name for the content of the files, in their order
key()
{
	cat "$@" | sha256sum | cut -c1-12
}

# mirror: the Debian archive that this machine's apt uses
mirror()
{
	local uri
	# shellcheck disable=SC2016 # apt expands these
	uri=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' \
		'Created-By: Packages' | awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
	[ -n "$uri" ] || die "apt knows no Debian archive: check its sources and run apt-get update"
	echo "$uri"
}

# apt_options: proxies and the like, from this machine's apt to that of the roots
apt_options()
{
	apt-config dump | grep -E '^Acquire::(https?|ftp|Check-|Retries|Force)' || :
}

# kernel_variables NAME: root, headers and release of a kernel that Debian has or that is built here
kernel_variables()
{
	local vm=$TOP/utils/vm

	case $1 in
	debug) "$vm/linux" "$vm/guest-config" "$TOP/tests/debug/config" ;;
	clang) "$vm/linux" --llvm "$vm/guest-config" "$TOP/tests/kernels/clang" ;;
	*) "$vm/debian-kernel" "$1" ;;
	esac
}

# unpack_kernel BZIMAGE: the vmlinux in it, by the payload fields of the x86 boot protocol
unpack_kernel()
{
	local setup offset length

	setup=$(od -An -tu1 -j $((0x1f1)) -N1 "$1")
	offset=$(od -An -tu4 -j $((0x248)) -N4 "$1")
	length=$(od -An -tu4 -j $((0x24c)) -N4 "$1")
	offset=$(((setup + 1) * 512 + offset))
	tail -c +$((offset + 1)) "$1" | head -c "$length" >"$1.payload"
	case $(od -An -tx1 -N4 "$1.payload" | tr -d ' ') in
	28b52ffd) zstd -dcq "$1.payload" 2>/dev/null || : ;;
	fd377a58) xz -dcq "$1.payload" 2>/dev/null || : ;;
	*) die "$1: a kernel compressed in a way this script does not know" ;;
	esac
	rm "$1.payload"
}

# build_program SOURCE PROGRAM: for a guest, which has no compiler and may have other libraries
build_program()
{
	gcc -static -O2 -Wall -Wextra -pthread -I"$TOP/src" -I"$TOP/tests/unit/include" -o "$2" "$1"
}

# prepare_qemu: sets the array qemu to the command that runs it, where this machine's own cannot
# do in a root that sees the cache at the same path. For a script in its own namespace.
prepare_qemu()
{
	qemu=(qemu-system-x86_64)
	[ -n "$qemu_root" ] || return 0
	qemu=(chroot "$qemu_root" "${qemu[@]}")
	mountpoint -q "$qemu_root$OPENNV_CACHE" && return
	mkdir -p "$qemu_root$OPENNV_CACHE"
	mount --bind "$OPENNV_CACHE" "$qemu_root$OPENNV_CACHE"
	mount --rbind /dev "$qemu_root/dev"
	mount -t proc proc "$qemu_root/proc"
}
