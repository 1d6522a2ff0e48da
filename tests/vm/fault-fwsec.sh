#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault fwsec-fails
# timeout: 90
# FWSEC refuses to make the write-protected region.

. ./lib.sh

gives_up 'FWSEC-FRTS failed with error'
