# SPDX-License-Identifier: MIT OR GPL-2.0
# shellcheck shell=bash
# What a guest test is written with. It starts with the driver not loaded, runs as root with its
# own working directory, and its verdicts leave by file descriptor 3.

test_name=$(basename "$0" .sh)

# What the kernel says when something is wrong in it
kernel_complaint='WARNING:|BUG:|Oops|Call Trace:|RIP: |general protection|refcount_t:|INFO: task'
kernel_complaint+='|UBSAN:|DMA-API: [^ ]+ [^ ]+: |ODEBUG:|unreferenced object'

pass()
{
	echo "ok ${test_part:-vm}.$test_name.$1" >&3
}

# fail NAME REASON...
fail()
{
	local name=$1
	shift
	echo "not ok ${test_part:-vm}.$test_name.$name $*" | tr -d '\000-\010\013-\037' >&3
}

# check NAME COMMAND...: passes when the command succeeds
check()
{
	local name=$1 output code=0
	shift
	output=$("$@" 2>&1) || code=$?
	printf '%s\n' "$output"
	if [ "$code" = 0 ]; then
		pass "$name"
	else
		fail "$name" "$* gave exit code $code: $(tail -1 <<<"$output")"
	fi
}

# is NAME GOT WANTED
is()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$2', wanted '$3'"
	fi
}

# matches NAME GOT REGEX
matches()
{
	if [[ $2 =~ $3 ]]; then
		pass "$1"
	else
		fail "$1" "got '$2', wanted $3"
	fi
}

# gpu: the sysfs directory of the first NVIDIA GPU
gpu()
{
	grep -lx 0x10de /sys/bus/pci/devices/*/vendor | head -1 | xargs -r dirname
}

# load PARAMETER...: loads the driver as udev would, by the GPU's alias
load()
{
	modprobe -b "$(cat "$(gpu)/modalias")" "$@"
}

# unload: nvidia-smi may have loaded nvidia-uvm
unload()
{
	! grep -q '^nvidia_uvm ' /proc/modules || rmmod nvidia-uvm
	rmmod nvidia
}

# kernel_log: what the kernel logged since the test began
kernel_log()
{
	dmesg | sed "0,/opennv-test: $test_name begins/d"
}

# logged NAME REGEX: passes when the kernel logged such a line
logged()
{
	if kernel_log | grep -qE "$2"; then
		pass "$1"
	else
		fail "$1" "the kernel log has no line like $2"
	fi
}

# gives_up REGEX: the GPU can't be started; the log says why, it takes seconds, and the module
# unloads and loads all the same
gives_up()
{
	local round start

	for round in first second; do
		check "$round-load" load
		start=$SECONDS
		check "$round-smi-fails" eval '! nvidia-smi -L 2>/dev/null | grep -q "^GPU 0"'
		check "$round-is-bounded" [ $((SECONDS - start)) -le 30 ]
		logged "$round-says-why" "nvidia .*$1"
		check "$round-unload" unload
	done
}

# recovers REGEX: the first start of the GPU fails, the log says why, and the next one works
recovers()
{
	check loads load
	check first-open-fails eval '! : </dev/nvidia0'
	logged says-why "nvidia .*$1"
	matches next-works "$(nvidia-smi -L 2>&1)" '^GPU 0: '
	check unloads unload
}

# start_program PROGRAM: one that uses the GPU all the time, and is asked by user_is_well
start_program()
{
	local program=$1

	coproc USER { "$program" 2>&1; echo "ended $?"; }
	# Bash forgets its own as soon as the program ends.
	exec {user_out}<&"${USER[0]}" {user_in}>&"${USER[1]}"
	eval "exec ${USER[1]}>&-"
	user_is_well user-starts
}

start_user()
{
	start_program ./gpu-user
}

# user_says NAME REGEX: passes when the next line of its output is like that
user_says()
{
	local line='nothing'

	read -r -t 60 line <&"$user_out" || :
	matches "$1" "$line" "$2"
}

# user_is_well NAME: passes when all that it has on the GPU is there and answers
user_is_well()
{
	echo >&"$user_in"
	user_says "$1" '^well: '
}

end_user()
{
	exec {user_in}>&-
	user_says user-ends '^ended 0$'
	exec {user_out}<&-
}

# sleep_and_wake STATE: of mem_sleep; a key that the host presses (--wake) wakes the machine
sleep_and_wake()
{
	echo "$1" >/sys/power/mem_sleep
	echo mem >/sys/power/state
}

# keyboard_wakes: the keys that the host presses
keyboard_wakes()
{
	local file devices=/sys/devices/platform/i8042

	for file in /sys/bus/serio/devices/*/power/wakeup $devices/power/wakeup; do
		[ ! -e "$file" ] || echo enabled >"$file"
	done
}

# silent NAME [REGEX]: passes when the kernel logged no warning and no error, but for lines like
# REGEX, which the test provoked, for the module's taint and for what a guest says of its clocks
# and its keyboard when it is given little time
silent()
{
	local lines mark="opennv-test: $test_name begins"
	local noise='taint|clocksource: |deferred probe|RTC interrupts|hpet_rtc_'

	noise+='|high resolution mode|hrtimer: interrupt took|TSC found unstable'
	noise+='|atkbd serio0: (Failed|Spurious ACK)'
	noise+='|RealTimeClock|ACPI Error: $|/evxfevnt-' # an error in one line or two
	noise+=${2:+|$2}
	lines=$(dmesg -l warn,err,crit,alert,emerg)
	[[ $lines == *"$mark"* ]] || lines="$mark"$'\nthe log is too small'
	lines=$(sed "0,/$mark/d" <<<"$lines" | grep -vE "$noise" || :)
	is "$1" "$lines" ''
}

# module_text: where the code of our modules begins and ends
module_text()
{
	local module text

	for module in nvidia nvidia_uvm; do
		[ -e "/sys/module/$module" ] || continue
		text=$(cat "/sys/module/$module/sections/.text")
		echo $((text))
		echo $((text + $(awk -v m="$module" '$1 == m { print $2 }' /proc/modules)))
	done | sort -n | sed -n '1p;$p'
}

# fail_in_modules FAULT...: allocations on behalf of our modules may be made to fail, silently
fail_in_modules()
{
	local fault text faults=/sys/kernel/debug

	mapfile -t text < <(module_text)
	for fault; do
		echo 0 >"$faults/$fault/verbose"
		echo N >"$faults/$fault/ignore-gfp-wait"
		echo 32 >"$faults/$fault/stacktrace-depth"
		printf '0x%x\n' "${text[0]}" >"$faults/$fault/require-start"
		printf '0x%x\n' "${text[1]}" >"$faults/$fault/require-end"
	done
	echo 0 >"$faults/fail_page_alloc/min-order"
	echo N >"$faults/fail_page_alloc/ignore-gfp-highmem"
}
