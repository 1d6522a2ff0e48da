#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault off-bus:200
# timeout: 90
# The device falls off the bus while it is started.

. ./lib.sh

gives_up 'GPU has fallen off the bus'
