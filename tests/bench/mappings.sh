#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# Runs in the guest: memory and its mappings.

# shellcheck source=tests/bench/lib-bench.sh
. ./lib-bench.sh

load || give_up insmod
nodes
insmod ./nv-bench.ko || give_up nv-bench
# shellcheck disable=SC2154 # lib-bench.sh sets it
./map-bench "$driver" || give_up map-bench
