#!/bin/bash
# SPDX-License-Identifier: MIT OR GPL-2.0
# softgpu: --fault bad-sequence:1
# timeout: 90
# A message from GSP has a wrong sequence number: that boot is given up, the next one works.

. ./lib.sh

recovers 'sequence'
