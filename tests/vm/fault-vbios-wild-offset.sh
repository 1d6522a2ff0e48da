#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault vbios-wild-offset
# timeout: 90
# So is one with an offset that leads out of it.

. ./lib.sh

gives_up 'VBIOS: '
