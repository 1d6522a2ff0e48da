#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# root: guest
# over: tools
# Debian's, the RPM world's and udev's checkers have nothing to say.

. "${0%/*}/lib.sh"

is lintian "$(lintian --allow-root --tag-display-limit 0 "$OUT"/deb/*.changes 2>&1)" ''
output=$(rpmlint -c "$top/rpm/rpmlint.toml" "$OUT"/rpm/*.rpm 2>&1)
printf '%s\n' "$output"
matches rpmlint "$(tail -1 <<<"$output")" ' 0 errors, 0 warnings'
check udev-rules udevadm verify --no-style "$top/utils/support/60-opennv.rules"
# what DKMS does not know of, it builds and throws away
is dkms-knows-modules "$(sed -n 's/^BUILT_MODULE_NAME.*="\(.*\)"/\1.o/p' "$top/dkms.conf" | sort)" \
	"$(sed -n 's/^obj-m *[:+]= *//p' "$top/Kbuild" | tr ' ' '\n' | sort)"
is versions-agree "$(rpm -qp --qf '%{VERSION}\n' "$OUT"/rpm/*.rpm 2>/dev/null | sort -u)" "$version"
