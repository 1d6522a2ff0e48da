#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault gsp-no-start
# timeout: 90
# GSP never says that it is up: the driver gives up in seconds and says so once.

. ./lib.sh

gives_up 'GSP does not set up its message queue'
