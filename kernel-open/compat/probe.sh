#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0
# usage: probe.sh DIRECTORY LOG COMPILER...
#
# Prints NV_HAVE_NAME for each DIRECTORY/NAME.c: 1 where the kernel has an API's newest form, which
# is compiled with NV_NEW=1, and 0 where it has the older one. A kernel with neither form ends it,
# and so do answers that the two guards, must-pass and must-fail, show to be worthless.
#
# Probes are compiled together, since the kernel's headers take most of the time.

set -u
export LC_ALL=C
directory=${1%/} log=$(realpath "$2")
shift 2

give_up()
{
	echo "opennv: $*" >&2
	exit 1
}

# without NAMES OTHERS
without()
{
	for name in $1; do
		case " $2 " in
		*" $name "*) ;;
		*) printf '%s ' "$name" ;;
		esac
	done
}

# compile FORM NAMES COMPILER...: sets failed to those with errors; behind a fatal one none is seen
compile()
{
	form=$1 left=$2 failed=''
	shift 2
	while [ -n "$left" ]; do
		# shellcheck disable=SC2046,SC2086 # names are words
		"$@" -DNV_NEW="$form" $(printf -- "-include $directory/%s.c " $left) \
			-x c /dev/null >"$log.new" 2>&1
		cat "$log.new" >>"$log"
		bad=$(sed -nE "s,^(.*/)?([a-z-]+)\.c:[0-9:]+ (fatal )?error: .*,\2,p" "$log.new" |
			sort -u | tr '\n' ' ')
		failed="$failed$bad"
		left=$(without "$left" "$bad")
		[ -n "$bad" ] || break
		grep -q 'fatal error: ' "$log.new" || break
	done
	rm -f "$log.new"
}

: >"$log"
"$@" -DNV_NEW=1 "$directory/must-pass.c" 2>"$log" ||
	give_up "this compiler and these kernel headers compile nothing:" \
		"$(grep -m1 -E 'error|not found' "$log") (see $log)"
names=$(without "$(basename -s .c "$directory"/*.c | tr '\n' ' ')" 'must-pass must-fail')
compile 1 "$names must-fail" "$@"
old=$(without "$failed" must-fail)
[ "$old" != "$failed" ] ||
	give_up "this compiler accepts what it must refuse, so probes tell nothing"
compile 0 "$old" "$@"
[ -z "$failed" ] ||
	give_up "kernel-open/compat/probes/${failed%% *}.c knows no form that fits this kernel:" \
		"see $log"
for name in $names; do
	case " $old " in
	*" $name "*) form=0 ;;
	*) form=1 ;;
	esac
	echo "#define NV_HAVE_$(echo "$name" | tr a-z- A-Z_) $form"
done
