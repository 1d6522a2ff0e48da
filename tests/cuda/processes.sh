# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# Which processes use the GPU, as nvidia-smi says. Sourced in the guest after tests/vm/lib.sh.

used()
{
	nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits
}

# apps: "PID MIB" lines, the lowest process id first
apps()
{
	nvidia-smi --query-compute-apps=pid,used_memory --format=csv,noheader,nounits |
		tr -d , | sort -n
}

# hold MIB...: a process each that holds so much; their ids in holders
hold()
{
	local mib log patience=240

	holders=()
	for mib; do
		log=$(mktemp)
		./cuda --hold "$mib" >"$log" &
		holders+=($!)
		until grep -q . "$log" || [ $((patience--)) = 0 ]; do
			sleep 0.5
		done
	done
}

# Contexts are of one size: what a process has more than another is what it asked for.
test_processes()
{
	local before mib

	before=$(used)
	hold 64 128 256
	is processes-are-listed "$(apps | cut -d ' ' -f 1 | paste -sd ' ')" "${holders[*]}"
	mib=$(apps | awk 'NR == 1 { first = $2 } { print $2 - first + 64 }' | paste -sd ' ')
	is their-memory-is-right "$mib" '64 128 256'
	kill -KILL "${holders[0]}" "${holders[2]}"
	wait "${holders[0]}" "${holders[2]}"
	is the-killed-are-not-listed "$(apps | cut -d ' ' -f 1)" "${holders[1]}"
	kill -KILL "${holders[1]}"
	wait "${holders[1]}"
	is nobody-is-listed "$(apps)" ''
	is video-memory-returns "$(used)" "$before"
}
