#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault bad-sequence:1
# timeout: 90
# Likewise for a wrong sequence number.

. ./lib.sh

recovers 'sequence'
