#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault vbios-no-bit
# timeout: 90
# So is one without a BIOS Information Table.

. ./lib.sh

gives_up 'VBIOS: no BIT'
