#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault vbios-truncated
# timeout: 90
# A VBIOS image that ends too early is named as the reason.

. ./lib.sh

gives_up 'VBIOS: '
